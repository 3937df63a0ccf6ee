"""Numbers that are 0 or 1, for y**2 = y is stated: [y = 0] = 1 - y and [y = 1] = y.

Where p = y is 0, r = 1 - y is 1, and elsewhere r = (y - y**2) / p = 0. So it is with p = y - 1 and
r = y.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..kernel import Equation, Fact, Refused, Term
from ..kernel.judgement import Context
from ..kernel.polynomial import UNIT
from ..kernel.terms import MINUS_ONE, ONE, ZERO, add, multiply, negate, number, power
from .cases import opposite
from .congruence import under_guard
from .ledger import NotProved, OutOfSteps
from .matching import hypotheses_matching
from .polynomials import polynomial_of

if TYPE_CHECKING:
    from .normal_form import Normaliser


class Place(NamedTuple):
    """A condition 0 = p about y, and r, which is 1 there and 0 elsewhere.

    ``sign`` is such that r = 1 - sign * p and p * r = sign * (y - y**2). r is written
    otherwise than y, so that an equation for r is none for the y in it.
    """

    condition: Term
    y: Term
    rest: Term
    sign: Term


class Binary:
    """The part of the normaliser that knows of numbers that are 0 or 1."""

    def __init__(self, normaliser: Normaliser) -> None:
        self._ledger = normaliser.ledger

    def indicator(self, condition: Term, context: Context) -> int | None:
        """The line [0 = p] = r; None where p is not y or y - 1 for a y that is 0 or 1."""
        place = _place(condition)
        if place is None:
            return None
        square = power(place.y, number(2))
        stated = hypotheses_matching(self._ledger.declarations, square, context, Equation)
        for which, at in stated:
            line = self._ledger.step("hypothesis", which, context, at)
            if self._ledger.right_side(line) is place.y:
                return self._proved(place, line, context)
        return None

    def _proved(self, place: Place, squared: int, context: Context) -> int | None:
        """[0 = p] = [0 = p] r + [p != 0] r = r"""
        ledger, condition, otherwise = self._ledger, place.condition, opposite(place.condition)
        products = [multiply(case, place.rest) for case in (condition, otherwise)]
        try:
            complement = ledger.step("guard_complement", context, otherwise)
            there = self._there(place, (condition.args[:3], *context))
            elsewhere = self._elsewhere(place, squared, (otherwise.args[:3], *context))
            lines = [
                ledger.field(place.rest, add(*products), context, [complement]),
                under_guard(ledger, products[0], condition.args[:3], [ONE], there),
                under_guard(ledger, products[1], otherwise.args[:3], [ZERO], elsewhere),
            ]
            return ledger.field(condition, place.rest, context, lines)
        except OutOfSteps:
            raise
        except (NotProved, Refused):
            return None

    def _there(self, place: Place, context: Context) -> int:
        """r = 1 - sign * p = 1 under 0 = p"""
        ledger, p = self._ledger, place.condition.args[2]
        stated = next(ledger.assumptions(Equation, context))
        nothing = ledger.field(p, ZERO, context, [stated])
        written = add(ONE, negate(multiply(place.sign, p)))
        same = ledger.field(place.rest, written, context, [])
        return ledger.field(place.rest, ONE, context, [same, nothing])

    def _elsewhere(self, place: Place, squared: int, context: Context) -> int:
        """r = sign * (y - y**2) / p = 0 under p != 0"""
        ledger, p = self._ledger, place.condition.args[2]
        stated = next(ledger.assumptions(Fact, context))
        said = ledger.seen(stated, context)
        assert isinstance(said, Fact)
        same = ledger.field(p, negate(said.term), context, [])
        nonzero = ledger.step("sign", context, p, premises=(same, stated))
        squares = add(place.y, negate(power(place.y, number(2))))
        quotient = multiply(place.sign, squares, power(p, MINUS_ONE))
        written = ledger.step("field", context, place.rest, quotient, premises=(nonzero,))
        known = (written, squared, nonzero)
        return ledger.step("field", context, place.rest, ZERO, premises=known)


def _place(condition: Term) -> Place | None:
    relation, left, p, body = condition.args
    if relation != "=" or left is not ZERO or body is not ONE:
        return None
    polynomial = dict(polynomial_of(p))
    constant = polynomial.pop(UNIT, 0)
    if len(polynomial) != 1:
        return None
    ((monomial, scale),) = polynomial.items()
    atoms = [name for name, exponent in monomial if exponent == 1 and name.kind == "element"]
    if len(atoms) != len(monomial) or len(atoms) != 1 or abs(scale) != 1:
        return None
    if constant == 0:
        return Place(condition, atoms[0], add(ONE, negate(atoms[0])), number(scale))
    if constant == -scale:
        return Place(condition, atoms[0], multiply(ONE, atoms[0]), number(-scale))
    return None
