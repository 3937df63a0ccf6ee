"""Which index is bound where: one name is not to be bound and free in one formula.

``x[k] + Sum(x[k], (k, 0, n - 1))`` has a meaning, but not one that a reader should have to find.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sympy import Idx, Indexed, Sum

from ..symbols import Partial
from .errors import NotationError


def free_in(part: Any, bound: frozenset[Idx] = frozenset()) -> set[Idx]:
    """The indices of an expression or a relation that no sum around them binds."""
    if isinstance(part, Idx):
        return set() if part in bound else {part}
    if isinstance(part, Sum):
        return free_in(part.function, bound | _counters(part))
    return set().union(*[free_in(inner, bound) for inner in _inside(part)])


def check_scopes(expression: Any, parameters: Iterable[Idx] = ()) -> None:
    """Refuse an index that is bound by a sum and free beside it, or bound by a sum within one.

    ``parameters`` are free, as those of a definition are in its body.
    """
    _check(expression, {str(index) for index in (*free_in(expression), *parameters)}, set())


def _check(part: Any, free: set[str], bound: set[str]) -> None:
    if isinstance(part, Sum):
        names = {str(counter) for counter in _counters(part)}
        for name in sorted(names & free):
            raise NotationError(f"{name} is bound by {part} and free beside it: rename one of them")
        for name in sorted(names & bound):
            raise NotationError(f"{name} is bound by {part} and by a sum around it: rename one")
        _check(part.function, free, bound | names)
        return
    for inner in _inside(part):
        _check(inner, free, bound)


def _counters(total: Sum) -> frozenset[Idx]:
    return frozenset(limit[0] for limit in total.limits)


def _inside(part: Any) -> tuple[Any, ...]:
    """What a formula is made of, without the base of an entry; a slope is its value."""
    if isinstance(part, Idx):
        return ()
    if isinstance(part, Partial):
        return (part.value,)
    return tuple(part.indices if isinstance(part, Indexed) else part.args)
