"""Terms taken apart and put together again, where the kernel itself has no need of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .kernel.terms import Index, Term, make, shift


def rebuild(term: Term, args: Sequence[Any]) -> Term:
    """A term of the same kind with other arguments, of the same shapes."""
    return make(term.kind, *args)


def abstract(term: Term, *names: str) -> Term:
    """The term with free indices bound: the last name becomes bound index 0, the one before 1, ...

    The inverse of instantiating each of them in turn.

    >>> from derive.kernel.terms import element
    >>> abstract(element("K", "i", "j"), "i", "j")
    element('K', (1, 0))
    """
    count = len(names)
    bound = {name: count - 1 - place for place, name in enumerate(names)}

    def change(index: Index, depth: int) -> Index:
        if isinstance(index, int):
            return index + count if index >= depth else index
        return bound[index] + depth if index in bound else index

    return map_indices(term, change)


def map_index(index: Index, change: Callable[[Index], Index]) -> Index:
    """``change(index)``; where that is the same gathered index, what it is looked up by changes."""
    changed = change(index)
    if changed is index and isinstance(index, tuple):
        return (index[0], *[map_index(inner, change) for inner in index[1:]])
    return changed


def map_indices(term: Term, change: Callable[[Index, int], Index], depth: int = 0) -> Term:
    """The term with ``change(index, binders passed on the way)`` in place of every index."""
    if not term.indices:
        return term
    kind, args = term.kind, term.args
    if kind == "element":
        return make(
            kind, args[0], tuple([map_index(i, lambda i: change(i, depth)) for i in args[1]])
        )
    if kind in ("delta", "position"):
        return make(kind, *[map_index(index, lambda i: change(i, depth)) for index in args])
    inner = depth + (kind == "sum")
    parts = [map_indices(arg, change, inner) if isinstance(arg, Term) else arg for arg in args]
    return make(kind, *parts)


def replace_index(term: Term, old: Index, new: Index) -> Term:
    """The term with every occurrence of the index ``old`` replaced by ``new``."""

    def change(index: Index, depth: int) -> Index:
        return shift(new, depth) if index == shift(old, depth) else index

    return map_indices(term, change)
