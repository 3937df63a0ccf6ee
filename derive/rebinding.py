"""Terms taken apart and put together again, where the kernel itself has no need of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .kernel.terms import Index, Term, make, map_indices


def rebuild(term: Term, args: Sequence[Any]) -> Term:
    """A term of the same kind with other arguments, of the same shapes."""
    return make(term.kind, *args)


def abstract(term: Term, *names: str) -> Term:
    """The term with free indices bound: the last name becomes bound index 0, the one before 1, ...

    The inverse of instantiating each of them in turn.

    >>> from derive.kernel.terms import element
    >>> abstract(element("K", "i", "j"), "i", "j")
    K[#1, #0]
    """
    count = len(names)
    bound = {name: count - 1 - place for place, name in enumerate(names)}

    def change(index: Index, depth: int) -> Index:
        if isinstance(index, int):
            return index + count if index >= depth else index
        return bound[index] + depth if index in bound else index

    return map_indices(term, change)
