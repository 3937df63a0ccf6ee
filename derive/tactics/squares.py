"""Hypotheses such as y**2 = 1 and y**2 = y for every entry: higher powers of y are written by them.

::

    y**2 = 1 gives y**3 = y, y**4 = 1, .. and 1/y = y       y**2 = y gives y**3 = y, ..
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..kernel import Equation, Refused, Term
from ..kernel.judgement import Context
from ..kernel.polynomial import Rational
from ..kernel.terms import ONE, number, power, product_of, rational
from .ledger import NotProved, OutOfSteps
from .matching import hypotheses_matching
from .polynomials import factor_of

if TYPE_CHECKING:
    from .normal_form import Normaliser

TWO = number(2)


class Squares:
    """The part of the normaliser that knows of y**2 = 1 and y**2 = y."""

    def __init__(self, normaliser: Normaliser) -> None:
        self._ledger = normaliser.ledger
        self._squared = frozenset(
            stated.left.args[0].args[0]
            for _, stated in self._ledger.declarations.hypotheses
            if isinstance(stated, Equation) and _gives_a_square(stated)
        )

    def concerns(self, name: Term, exponent: Rational) -> bool:
        """Whether a factor is a power, of which the square is stated, other than the first."""
        known = name.kind == "element" and name.args[0] in self._squared
        return known and isinstance(exponent, int) and exponent != 1

    def rewritten(self, product: Term, context: Context) -> list[int] | None:
        """y**2 * rest = value * rest, and y**-1 * rest = y**-1 * y**2 * rest where y**2 = 1"""
        factors = product.args if product.kind == "multiply" else (product,)
        for place, factor in enumerate(factors):
            if factor.kind == "power" and factor.args[0].kind == "element":
                rest = [*factors[:place], *factors[place + 1 :]]
                lines = self._lowered(product, factor, rest, context)
                if lines is not None:
                    return lines
        return None

    def _lowered(
        self, product: Term, factor: Term, rest: list[Term], context: Context
    ) -> list[int] | None:
        name, exponent = factor.args[0], rational(factor.args[1])
        square = power(name, TWO)
        stated = hypotheses_matching(self._ledger.declarations, square, context, Equation)
        which, at = next(stated, (None, ()))
        if which is None or not isinstance(exponent, int):
            return None
        known = self._ledger.step("hypothesis", which, context, at)
        value = self._ledger.right_side(known)
        if exponent < 2 and value is not ONE:
            return None
        step = -2 if exponent > 0 else 2  # y**3 = y**2 * y, and y**-1 = y**2 * y**-1
        left_over = exponent - 2 if exponent > 0 else exponent
        apart = product_of([square, *_power(name, left_over), *rest])
        last = product_of([*_scale(value, exponent), *_power(name, exponent + step), *rest])
        opening, closing = ([], [known]) if exponent > 0 else ([known], [])
        try:
            opened = (
                [] if apart is product else [self._ledger.field(product, apart, context, opening)]
            )
            return [*opened, self._ledger.field(apart, last, context, closing)]
        except OutOfSteps:
            raise
        except (NotProved, Refused):
            return None


def _power(name: Term, exponent: int) -> list[Term]:
    return [factor_of(name, exponent)] if exponent else []


def _scale(value: Term, exponent: int) -> list[Term]:
    return [value] if exponent > 0 and value is not ONE else []


def _gives_a_square(stated: Equation) -> bool:
    """Whether the equation is y[..]**2 = 1 or y[..]**2 = y[..]."""
    left, right = stated
    if left.kind != "power" or left.args[1] is not TWO or left.args[0].kind != "element":
        return False
    return right is ONE or right is left.args[0]
