"""The places of a term: each of its parts, and the whole with another part there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from ..kernel import Term
from ..kernel.terms import make
from ..rebinding import rebuild

Context = tuple[str, ...]  # the sizes of the open binders, the innermost first


class Place(NamedTuple):
    """A part of a term, the binders around it, and the whole with another part in its place."""

    part: Term
    context: Context
    put: Callable[[Term], Term]


def places(
    part: Term, context: Context = (), put: Callable[[Term], Term] = lambda new: new
) -> Iterator[Place]:
    """Every part of a term, the whole first."""
    yield Place(part, context, put)
    inner = (part.args[0], *context) if part.kind == "sum" else context
    for which, arg in enumerate(part.args):
        if isinstance(arg, Term):
            yield from places(arg, inner, _put_inside(part, which, put))


def _put_inside(part: Term, which: int, put: Callable[[Term], Term]) -> Callable[[Term], Term]:
    return lambda new: put(rebuild(part, [*part.args[:which], new, *part.args[which + 1 :]]))


def everywhere(term: Term, change: Callable[[Term], Term | None]) -> Term:
    """The term with every part changed, innermost parts first; ``None`` leaves a part alone."""
    args = [everywhere(arg, change) if isinstance(arg, Term) else arg for arg in term.args]
    rebuilt = make(term.kind, *args)
    changed = change(rebuilt)
    return rebuilt if changed is None else changed
