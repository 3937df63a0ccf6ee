"""Almost-right variants of a statement, made mechanically: one thing is changed in its right side.

They try a checker: a statement that is true stays so only by accident when a sign turns, a term is
dropped or an index slips. Each variant therefore is to be refuted at some input, or else proved
equal to the statement. Which it is, is not decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import chain, zip_longest
from typing import Any, NamedTuple

import sympy
from sympy import Expr, Idx, Indexed, KroneckerDelta, Sum

from .claims import Statement
from .notation import NotationError
from .proved import Proved
from .symbols import Labels, Partial, Size, Where, size_of
from .typeset import unicode_text

LEAST, MOST = 8, 16

Indices = tuple[Idx, ...]
Changes = Iterator[tuple[str, Expr]]  # what was changed, in words, and what it was changed to


class Variant(NamedTuple):
    """A statement that differs from the right one in one thing; ``what`` says in which."""

    what: str
    value: Expr
    statement: Statement


class Place(NamedTuple):
    """A part of an expression, the whole with another part in its place, and the indices there."""

    part: Expr
    put: Callable[[Expr], Expr]
    indices: Indices


def variants(proved: Proved) -> tuple[Variant, ...]:
    """At least 8 variants of what was proved and at most 16, all of them different.

    They come in the same order each time, one of each kind before a second of any.

    >>> from derive import theorem
    >>> for variant in variants(theorem("softmax_cross_entropy").parts[0].main)[:5]:
    ...     print(unicode_text(variant.value), "-", variant.what)
    y_i − s_i - the sign turned
    s_i - without the term −y_i
    s_i − 1 - without the factor y_i
    s_i − y_0 - y at 0 instead of i
    2 s_i − 2 y_i - twice as large
    """
    free = _free_indices(proved.claim)
    sizes = [Size(name) for name in sorted(proved.claim.declarations.sizes)]
    places = list(_places(proved.result, free))
    kinds = [_at_places(kind, places) for kind in _KINDS]
    kinds += [_scaled(proved.result, sizes)]
    fillers = chain(_with_entries(proved.result, proved, free), _shifted(proved.result, sizes))
    found: dict[Any, Variant] = {}
    for enough, candidates in ((MOST, _in_turn(kinds)), (LEAST, fillers)):
        for what, value in candidates:
            if len(found) >= enough:
                break
            statement = _stated(proved, value)
            if statement is not None and statement.value is not proved.claim.value:
                found.setdefault(statement.value, Variant(what, value, statement))
    return tuple(found.values())


def _stated(proved: Proved, value: Expr) -> Statement | None:
    """The statement with another right side; None where that has no exact meaning."""
    try:
        return proved.stating(value, proved.given)
    except (NotationError, sympy.tensor.indexed.IndexException):
        return None


def _free_indices(claim: Statement) -> Indices:
    """The indices that the right side may read."""
    left = claim.judgement.conclusion
    named = {i for term in claim.terms for i in term.indices if isinstance(i, str)}
    named |= {i for i in getattr(left, "indices", ()) if isinstance(i, str)}
    below = claim.declarations.indices
    return tuple(Idx(name, Size(below[name])) for name in sorted(named))


def _in_turn(kinds: Iterable[Changes]) -> Changes:
    """One of each, then a second of each, until all are used up."""
    return (change for round_ in zip_longest(*kinds) for change in round_ if change is not None)


# ---- places --------------------------------------------------------------------------------------


def _places(
    part: Expr, indices: Indices, put: Callable[[Expr], Expr] = lambda new: new
) -> Iterator[Place]:
    """Every part of an expression, the whole first; what stands in an index is no part."""
    yield Place(part, put, indices)
    if isinstance(part, (Indexed, KroneckerDelta, Partial)) or not part.args:
        return
    inside = indices
    if isinstance(part, Sum):
        inside = (*indices, *(limit[0] for limit in part.limits))
    for place, inner in enumerate(part.args):
        if isinstance(inner, Expr):
            yield from _places(inner, inside, _put_inside(part, place, put))


def _put_inside(part: Expr, place: int, put: Callable[[Expr], Expr]) -> Callable[[Expr], Expr]:
    return lambda new: put(part.func(*part.args[:place], new, *part.args[place + 1 :]))


def _at_places(kind: Callable[[Place], Changes], places: Iterable[Place]) -> Changes:
    for place in places:
        for what, new in kind(place):
            with suppress(RecursionError):  # cos(u) turns u round and round where SymPy is unsure
                yield what, place.put(new)


# ---- kinds ---------------------------------------------------------------------------------------


def _sign_turned(place: Place) -> Changes:
    """-a for a: of the whole and of each of its terms."""
    whole = place.put(place.part) is place.part
    if whole and place.part != 0:
        yield "the sign turned", -place.part
    if isinstance(place.part, sympy.Add):
        for term in place.part.args:
            yield f"the sign of {unicode_text(term)} turned", place.part - 2 * term


def _term_dropped(place: Place) -> Changes:
    if isinstance(place.part, sympy.Add):
        for term in place.part.args:
            yield f"without the term {unicode_text(term)}", place.part - term


def _factor_dropped(place: Place) -> Changes:
    if isinstance(place.part, sympy.Mul):
        for k, factor in enumerate(place.part.args):
            if factor != -1:
                rest = place.part.args[:k] + place.part.args[k + 1 :]
                yield f"without the factor {unicode_text(factor)}", sympy.Mul(*rest)


def _indices_swapped(place: Place) -> Changes:
    """X_ji for X_ij, where both indices have the same size."""
    if not isinstance(place.part, Indexed):
        return
    at = list(place.part.indices)
    for k in range(len(at) - 1):
        if at[k] != at[k + 1] and _below(at[k]) == _below(at[k + 1]) is not None:
            swapped = [*at[:k], at[k + 1], at[k], *at[k + 2 :]]
            yield f"{unicode_text(place.part)} transposed", place.part.base[tuple(swapped)]


def _index_shifted(place: Place) -> Changes:
    """a_k for a_i, where k has the same size; a_0 where there is no such k."""
    if not isinstance(place.part, Indexed):
        return
    at, name = list(place.part.indices), place.part.base.label
    for k, old in enumerate(at):
        others = [i for i in place.indices if _below(i) == _below(old) is not None and i != old]
        for new in others[:1] or ([] if old == 0 else [sympy.Integer(0)]):
            shifted = place.part.base[(*at[:k], new, *at[k + 1 :])]
            yield f"{name} at {unicode_text(new)} instead of {unicode_text(old)}", shifted


def _delta_replaced(place: Place) -> Changes:
    if isinstance(place.part, KroneckerDelta):
        for number in (sympy.Integer(1), sympy.Integer(0)):
            yield f"{number} for {unicode_text(place.part)}", number


def _size_less_one(place: Place) -> Changes:
    if isinstance(place.part, Size):
        yield f"{place.part} − 1 for {place.part}", place.part - 1


def _sum_left_out(place: Place) -> Changes:
    """The body of a sum at one index of the same size, or at 0, for the sum."""
    if not isinstance(place.part, Sum) or len(place.part.limits) != 1:
        return
    counter = place.part.limits[0][0]
    others = [i for i in place.indices if _below(i) == _below(counter)]
    new = others[0] if others else sympy.Integer(0)
    body = place.part.function.xreplace({counter: new})
    yield f"Σ_{unicode_text(counter)} left out", body


def _exponent_changed(place: Place) -> Changes:
    if isinstance(place.part, sympy.Pow) and place.part.exp.is_number:
        changed = place.part.exp + (-1 if place.part.exp < 0 else 1)
        what = f"the exponent of {unicode_text(place.part.base)} changed to {unicode_text(changed)}"
        yield what, place.part.base**changed


def _guard_lifted(place: Place) -> Changes:
    if isinstance(place.part, Where):
        yield f"without the condition {unicode_text(place.part.condition)}", place.part.body


def _guard_turned(place: Place) -> Changes:
    if isinstance(place.part, Where):
        opposite = place.part.condition.negated
        turned = Where(opposite.rel_op, *place.part.sides, place.part.body)
        yield f"{unicode_text(opposite)} for {unicode_text(place.part.condition)}", turned


def _function_left_out(place: Place) -> Changes:
    """u for f(u), and f(-u) where f takes every number."""
    if not (isinstance(place.part, sympy.Function) and len(place.part.args) == 1):
        return
    function, argument = place.part.func, place.part.args[0]
    yield f"without the function {function.__name__}", argument
    if function not in _OF_POSITIVE:
        yield f"the argument of {function.__name__} negated", function(-argument)


_OF_POSITIVE = (sympy.log, sympy.loggamma, sympy.digamma)


_KINDS: tuple[Callable[[Place], Changes], ...] = (
    _sign_turned,
    _term_dropped,
    _factor_dropped,
    _delta_replaced,
    _indices_swapped,
    _index_shifted,
    _size_less_one,
    _sum_left_out,
    _exponent_changed,
    _guard_lifted,
    _guard_turned,
    _function_left_out,
)


def _scaled(value: Expr, sizes: list[Size]) -> Changes:
    """Factors that are easily forgotten, or put in twice."""
    yield "twice as large", 2 * value
    for size in sizes:
        yield f"{size} times as large", size * value
        yield f"divided by {size}", value / size
    yield "half as large", value / 2


# ---- for values that are too short to go wrong in eight ways -------------------------------------


def _with_entries(value: Expr, proved: Proved, free: Indices) -> Changes:
    """An entry of the left side added or multiplied, as if some of it had been left behind."""
    for found in sorted(proved.left.atoms(Indexed), key=str):
        if isinstance(found.base, Labels):
            continue
        at = (i if i in free else sympy.Integer(0) for i in found.indices)
        entry = found.base[tuple(at)]
        yield f"{unicode_text(entry)} added", value + entry
        yield f"a factor {unicode_text(entry)}", value * entry


def _shifted(value: Expr, sizes: list[Size]) -> Changes:
    """A number or a size too much or too little."""
    for size in sizes:
        yield f"1/{size} added", value + 1 / size
        yield f"{size} taken off", value - size
    for number in map(sympy.Rational, ("1", "1/2", "2", "3", "1/3", "4", "1/4", "5")):
        yield f"{unicode_text(number)} added", value + number


def _below(index: Any) -> Size | None:
    """The size that an index runs below; None for a number or a label."""
    return size_of(index) if isinstance(index, Idx) else None
