"""Conditions such as j = i + 1 in products: they say what the position of an index is.

x[i - 1] is sum_j where(j = i - 1, x[j]). In a product with the condition 0 = p, p linear in
positions, one of these can be written by the others. That decides further conditions, makes deltas
of them (j = i + 1 and k = i + 1 give j = k), and so shows what two such sums have in common.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ..kernel import Equation, Refused, Term
from ..kernel.judgement import Context
from ..kernel.polynomial import Rational, atom, plus
from ..kernel.terms import (
    ONE,
    ZERO,
    Index,
    add,
    make,
    multiply,
    negate,
    number,
    position,
    product_of,
    shift,
    where,
)
from .bounds import is_linear, positions
from .congruence import carried, under_guard
from .ledger import NotProved, OutOfSteps
from .polynomials import polynomial_of, term_of

if TYPE_CHECKING:
    from .normal_form import Normaliser


class Pivot(NamedTuple):
    """An index, and its position written by what else occurs in a condition."""

    index: Index
    place: Term


class Changed(NamedTuple):
    """The factors beside a condition, and the same with an index written by the pivot."""

    pivot: Pivot
    before: list[Term]
    after: list[Term]


class Shifts:
    """The part of the normaliser that knows of conditions that say what a position is."""

    def __init__(self, normaliser: Normaliser) -> None:
        self._normaliser = normaliser
        self._ledger = normaliser.ledger

    def concerns(self, name: Term, exponent: Rational) -> bool:
        """Whether a factor is a condition 0 = p, p linear in positions."""
        return is_equation(name)

    def rewritten(self, product: Term, context: Context) -> list[int] | None:
        """[0 = p] f = [0 = p] f', where f' is plainer"""
        factors = list(product.args) if product.kind == "multiply" else [product]
        for place, factor in enumerate(factors):
            if not is_equation(factor):
                continue
            if _is_turned(factor):
                return self._turned(product, factor, context)
            rest = factors[:place] + factors[place + 1 :]
            for pivot, changed in self._plainer(factor, rest, context):
                found = Changed(pivot, rest, changed)
                lines = self._within(product, factor, found, context)
                if lines is not None:
                    return lines
        return None

    def _plainer(
        self, condition: Term, rest: list[Term], context: Context
    ) -> Iterator[tuple[Pivot, list[Term]]]:
        """The other factors, one of them rewritten, or all of them without one index."""
        pivots = list(_pivots(condition))
        for place, factor in enumerate(rest):
            if guards_in(factor):
                for pivot in pivots:
                    changed = replaced(factor, pivot.index, pivot.place)
                    if changed is not factor and self._is_plainer(changed, factor, context):
                        yield pivot, [*rest[:place], changed, *rest[place + 1 :]]
        if pivots:
            pivot = min(pivots, key=lambda pivot: _rank(pivot.index))
            everywhere = [replaced(factor, *pivot) for factor in rest]
            if everywhere != rest:
                yield pivot, everywhere

    def _is_plainer(self, changed: Term, factor: Term, context: Context) -> bool:
        """Whether a factor with another position holds fewer conditions."""
        try:
            found = self._normaliser.normal(changed, context).polynomial
        except OutOfSteps:
            raise
        except (NotProved, Refused):
            return False
        return guards_in(term_of(found)) < guards_in(factor)

    def _turned(self, product: Term, condition: Term, context: Context) -> list[int]:
        """[0 = p] = [p = 0] = [0 = -p]: of the two one is kept"""
        ledger = self._ledger
        first = ledger.step("guard_turned", context, condition)
        turned = ledger.right_side(first)
        negated = {m: -c for m, c in polynomial_of(condition.args[2]).items()}
        other = where("=", ZERO, term_of(negated), ONE)
        second = self._moved(turned, other, context)
        factors = product.args if product.kind == "multiply" else (product,)
        last = product_of([other if factor is condition else factor for factor in factors])
        return [ledger.field(product, last, context, [first, second])]

    def _moved(self, one: Term, other: Term, context: Context) -> int:
        """[a = b] = [a' = b'], where b - a = b' - a'"""
        apart = [add(guard.args[2], negate(guard.args[1])) for guard in (one, other)]
        equal = self._ledger.field(apart[0], apart[1], context, [])
        return self._ledger.step("guard_equal", context, one, other, premises=(equal,))

    def _within(
        self, product: Term, condition: Term, changed: Changed, context: Context
    ) -> list[int] | None:
        """[0 = p] rest = [0 = p] changed, for under 0 = p the position is what the pivot says"""
        ledger, guard = self._ledger, condition.args[:3]
        inner = (guard, *context)
        before, after = product_of(changed.before), product_of(changed.after)
        try:
            placed = self._placed(condition, changed.pivot, inner)
            equal = carried(ledger, before, after, inner, [placed])
            return [under_guard(ledger, product, guard, changed.after, equal)]
        except OutOfSteps:
            raise
        except (NotProved, Refused):
            return None

    def _placed(self, condition: Term, pivot: Pivot, context: Context) -> int:
        """i = e under 0 = p, for i = e + p or i = e - p"""
        ledger, p = self._ledger, condition.args[2]
        (coefficient,) = [c for i, c in positions(polynomial_of(p)) if i == pivot.index]
        at, zero = position(pivot.index), multiply(number(coefficient), p)
        stated = next(ledger.assumptions(Equation, context))
        nothing = ledger.field(p, ZERO, context, [stated])
        written = ledger.field(at, add(pivot.place, zero), context, [])
        return ledger.field(at, pivot.place, context, [written, nothing])

    # ---- sums of one condition

    def sifted(self, total: Term, context: Context) -> list[int] | None:
        """sum_k [0 = p] = [-1 < e][e < n], where p = 0 means k = e"""
        below, condition = total.args
        if not is_equation(condition):
            return None
        pivot = next((pivot for pivot in _pivots(condition) if pivot.index == 0), None)
        if pivot is None or 0 in pivot.place.indices:
            return None
        inner = (below, *context)
        lines = self._solved(condition, pivot, inner)
        ledger = self._ledger
        summed = ledger.step("linear", premises=(lines,))
        return [summed, ledger.step("sift_place", context, below, shift(pivot.place, -1))]

    def _solved(self, condition: Term, pivot: Pivot, context: Context) -> int:
        """[0 = p] = [k = e]"""
        right = condition.args[2]
        solved = where("=", position(pivot.index), pivot.place, ONE)
        ledger, turned, lines = self._ledger, condition, []
        if (pivot.index, 1) in positions(polynomial_of(right)):
            lines = [ledger.step("guard_turned", context, condition)]
            turned = ledger.right_side(lines[0])
        lines.append(self._moved(turned, solved, context))
        return ledger.field(condition, solved, context, lines)


@lru_cache(maxsize=20_000)
def is_equation(name: Term) -> bool:
    """Whether a term is the indicator of 0 = p, p linear in positions."""
    if name.kind != "where" or name.args[0] != "=" or name.args[1] is not ZERO:
        return False
    return name.args[3] is ONE and is_linear(polynomial_of(name.args[2]))


def _is_turned(condition: Term) -> bool:
    """Whether of 0 = p and 0 = -p the other one is kept, whatever the indices are called."""
    polynomial = polynomial_of(condition.args[2])
    plain = polynomial.get(frozenset(), 0)
    marks = [plain, sum(coefficient for _, coefficient in positions(polynomial))]
    sign = next((mark for mark in marks if mark), 0)
    if sign:
        return sign > 0
    first = min(positions(polynomial), key=lambda pair: _rank(pair[0]))
    return first[1] > 0


def _pivots(condition: Term) -> Iterator[Pivot]:
    """Every index of which the condition says the position."""
    polynomial = polynomial_of(condition.args[2])
    for index, coefficient in positions(polynomial):
        if coefficient in (1, -1):
            others = plus(polynomial, atom(position(index)), -coefficient)
            yield Pivot(index, term_of({m: -c * coefficient for m, c in others.items()}))


def _rank(index: Index) -> tuple[bool, bool, str]:
    """The innermost bound index first: it is the one that is summed over."""
    return isinstance(index, tuple), isinstance(index, str), str(index)


def replaced(term: Term, index: Index, place: Term) -> Term:
    """The term with another term for the position of an index, under binders, too."""
    if term.kind == "position":
        return place if term.args[0] == index else term
    if not term.parts:
        return term
    bound = term.kind == "sum"
    inner = (shift(index, 1), shift(place, 1)) if bound else (index, place)
    args = [replaced(a, *inner) if isinstance(a, Term) else a for a in term.args]
    return (
        term
        if all(a is b for a, b in zip(args, term.args, strict=True))
        else make(term.kind, *args)
    )


@lru_cache(maxsize=20_000)
def guards_in(term: Term) -> int:
    """How many conditions a term holds, written out in full."""
    return (term.kind == "where") + sum(map(guards_in, term.parts))
