"""What one condition says of another: cases, and conditions that hold under others.

::

    G = [h] G1 + [not h] G0               where G reads h, and is G1 where h holds, else G0
    A B = A, 0, B or A + B - 1            where A or its opposite decides B

[x > 3] [x > -3] = [x > 3], for example, and [x < 3] [x > -3] = [x < 3] + [x > -3] - 1. What a
condition decides is found by bringing the other to normal form under it.
"""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

from ..kernel import Refused, Term
from ..kernel.judgement import Context, Guard
from ..kernel.polynomial import UNIT, Polynomial, Rational, atom, plus, times
from ..kernel.rules import OPPOSITE
from ..kernel.terms import ONE, add, multiply, negate, product_of, where
from .congruence import under_guard
from .ledger import NotProved, OutOfSteps, concerns
from .normal import Normal
from .order import order
from .polynomials import polynomial_of, term_of

if TYPE_CHECKING:
    from .normal_form import Normaliser


class Cases:
    """The part of the normaliser that tells cases apart."""

    def __init__(self, normaliser: Normaliser) -> None:
        self._normaliser = normaliser
        self._ledger = normaliser.ledger

    # ---- one condition that reads another

    def split(self, term: Term, condition: Term, context: Context) -> Normal:
        """A term by the cases of a condition: [h] * (the term where h holds) + [not h] * .."""
        otherwise = opposite(condition)
        complement = self._complement(otherwise, context)
        cases = [multiply(case, term) for case in (condition, otherwise)]
        apart = self._ledger.field(term, add(*cases), context, [complement])
        lines, total, written = [apart, complement], Normal({}), []
        for case, product in zip((condition, otherwise), cases, strict=True):
            found = self._under(case, term, context)
            lines.append(self._closed(product, case, term, found, context))
            weight = _weight(condition, case is condition)
            total.polynomial = plus(total.polynomial, times(weight, found.polynomial))
            written.append(multiply(term_of(weight), found.term))
        total.polynomial = self._normaliser.reduced(total.polynomial)
        total.evidence = [self._ledger.field(term, add(*written), context, lines)]
        return total

    def _complement(self, condition: Term, context: Context) -> int:
        """[not h] = 1 - [h]"""
        facts = self._ledger.facts_for(condition, context)
        return self._ledger.step("guard_complement", context, condition, premises=facts)

    def _under(self, condition: Term, term: Term, context: Context) -> Normal:
        return self._normaliser.normal(term, (condition.args[:3], *context))

    def _closed(
        self, product: Term, condition: Term, term: Term, found: Normal, context: Context
    ) -> int:
        """[h] t = [h] t', where t = t' under h"""
        guard: Guard = condition.args[:3]
        equal = self._ledger.field(term, found.term, (guard, *context), found.evidence)
        return under_guard(self._ledger, product, guard, [found.term], equal)

    # ---- a product of two conditions

    def concerns(self, name: Term, exponent: Rational) -> bool:
        """Whether a factor is a condition on values."""
        return _is_condition(name)

    def rewritten(self, product: Term, context: Context) -> list[int] | None:
        """A B f = A f, 0, B f or (A + B - 1) f, where A or its opposite decides B"""
        factors = list(product.args) if product.kind == "multiply" else [product]
        conditions = [factor for factor in factors if _is_condition(factor)]
        for one, other in permutations(conditions, 2):
            found = self._both(one, other, context) if concerns(one.args[:3], other) else None
            if found is not None:
                rest = [factor for factor in factors if factor is not one and factor is not other]
                apart = multiply(multiply(one, other), *rest)
                together = self._ledger.field(product, apart, context, [])
                last = product_of([self._ledger.right_side(found[-1]), *rest])
                lines = [together, *found]
                return [*lines, self._ledger.field(product, last, context, lines)]
        return None

    def _both(self, one: Term, other: Term, context: Context) -> list[int] | None:
        """Lines of which the last says what one * other is; None where neither decides."""
        for case in (one, opposite(one)):
            try:
                found = self._under(case, other, context)
                if not any(found.polynomial):
                    line = self._closed(multiply(case, other), case, other, found, context)
                    return [line] if case is one else self._without(one, other, line, context)
            except OutOfSteps:
                raise
            except (NotProved, Refused):
                continue
        return None

    def _without(self, one: Term, other: Term, line: int, context: Context) -> list[int]:
        """A B = B - [not A] B = B - [not A] v = B - (1 - A) v, where B is v without A"""
        otherwise = opposite(one)
        complement = self._complement(otherwise, context)
        both = multiply(one, other)
        apart = add(other, negate(multiply(otherwise, other)))
        first = self._ledger.field(both, apart, context, [complement])
        value = product_of(list(self._ledger.right_side(line).args[1:]))
        changed = add(other, negate(multiply(term_of(_weight(one, False)), value)))
        return [self._ledger.field(both, changed, context, [first, line, complement])]


def _weight(condition: Term, holds: bool) -> Polynomial:
    """[h], or 1 - [h]"""
    return atom(condition) if holds else plus({UNIT: 1}, atom(condition), -1)


def _is_condition(name: Term) -> bool:
    return name.kind == "where" and name.args[3] is ONE and bool(name.names)


def condition_read(polynomial: Polynomial) -> Term | None:
    """A condition that a polynomial reads, outside of all sums; None for none."""
    names = {name for monomial in polynomial for name, _ in monomial}
    return min(filter(_is_condition, names), key=order, default=None)


def condition_below(polynomial: Polynomial) -> Term | None:
    """A condition h that the base of a whole power reads as (a + b h) * m; None for none.

    With h or without, such a base is a multiple of m, so that its inverse has a value either way.
    """
    for monomial in polynomial:
        symbolic = any(name.kind == "power" for name, _ in monomial)
        for name, exponent in () if symbolic else monomial:
            base = polynomial_of(name)
            condition = condition_read(base) if isinstance(exponent, int) else None
            rests = {frozenset(pair for pair in m if pair[0] is not condition) for m in base}
            if condition is not None and name.kind == "add" and len(rests) == 1:
                return condition
    return None


def opposite(condition: Term) -> Term:
    """The indicator of what is so where a condition is not."""
    relation, left, right, body = condition.args
    return where(OPPOSITE[relation], right, left, body)
