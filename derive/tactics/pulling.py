"""Factors drawn into a sum over the one place that a condition names.

In [0 < j] * sum_i [j = i + 1] x[i] the first condition says nothing that the second does not say,
and sum_i [j = i + 1] x[i] * sum_k [j = k + 1] y[k] is sum_i [j = i + 1] x[i] y[i]: that is seen
when the factors stand under one sum.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING

from ..kernel import Refused, Term
from ..kernel.judgement import Context
from ..kernel.polynomial import Rational
from ..kernel.prenex import prenex
from ..kernel.terms import multiply, product_of, shift, sum_over
from .ledger import NotProved, OutOfSteps
from .shifts import guards_in, is_equation

if TYPE_CHECKING:
    from .normal_form import Normaliser


class Pulling:
    """The part of the normaliser that draws factors into sums with a condition 0 = p."""

    def __init__(self, normaliser: Normaliser) -> None:
        self._normaliser = normaliser
        self._ledger = normaliser.ledger
        self._found: dict[tuple[Term, Term, Context], int | None] = {}

    def concerns(self, name: Term, exponent: Rational) -> bool:
        """Whether a factor is a sum over the place that a condition names."""
        return names_a_place(name)

    def rewritten(self, product: Term, context: Context) -> list[int] | None:
        """f * sum_i [0 = p] g = sum_i f [0 = p] g, where that is plainer"""
        factors = _factors(product)
        for at, total in enumerate(factors):
            for other, factor in enumerate(factors) if names_a_place(total) else ():
                if at != other and guards_in(factor):
                    line = self._drawn_in(total, factor, context)
                    if line is not None:
                        drawn = self._ledger.judgement(line).conclusion.left  # type: ignore[union-attr]
                        rest = [f for k, f in enumerate(factors) if k not in (at, other)]
                        last = product_of([*rest, drawn])
                        return [self._ledger.field(product, last, context, [line])]
        return None

    def _drawn_in(self, total: Term, factor: Term, context: Context) -> int | None:
        """The line sum_i [0 = p] g f = (sum_i [0 = p] g) f; None where nothing comes of it.

        While it is looked for nothing comes of it, or it would be looked for again and again.
        """
        key = (total, factor, context)
        if key not in self._found:
            self._found[key] = None
            self._found[key] = self._find(total, factor, context)
        return self._found[key]

    def _find(self, total: Term, factor: Term, context: Context) -> int | None:
        below, body = total.args
        drawn, apart = sum_over(below, multiply(body, shift(factor, 1))), multiply(total, factor)
        try:
            found = self._normaliser.normal(drawn, context)
            if guards_in(found.term) >= guards_in(total) + guards_in(factor):
                return None
            facts = [
                fact for side in (drawn, apart) for fact in self._ledger.facts_for(side, context)
            ]
            matching = tuple(range(_binders(drawn)))
            return self._ledger.step("fubini", context, drawn, apart, matching, premises=facts)
        except OutOfSteps:
            raise
        except (NotProved, Refused):
            return None


@lru_cache(maxsize=20_000)
def names_a_place(total: Term) -> bool:
    """Whether a term is a sum of a product, one factor of it a condition 0 = p."""
    while total.kind == "sum":
        total = total.args[1]
        if any(map(is_equation, _factors(total))):
            return True
    return False


def _factors(product: Term) -> list[Term]:
    """The factors of a product, squares twice."""
    factors: list[Term] = []
    for factor in product.args if product.kind == "multiply" else (product,):
        twice = factor.kind == "power" and names_a_place(factor.args[0])
        times = factor.args[1].args[0] if twice and factor.args[1].args[1:] == (1,) else 1
        factors += [factor.args[0]] * times if twice and times > 1 else [factor]
    return factors


def _binders(term: Term) -> int:
    """How many binders are drawn to the front."""
    counter = count()
    prenex(term, (f"#{place}" for place in counter))
    return next(counter)
