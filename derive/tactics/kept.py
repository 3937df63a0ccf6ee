"""Guards that keep their body, for it has a value only where they hold.

where(x > 0, log(x)) is not [x > 0] log(x): log(x) has no value elsewhere. What has a value
everywhere is drawn out of the body, and the rest is brought to normal form under the guard.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..kernel import Term
from ..kernel.judgement import Context
from ..kernel.polynomial import Monomial, Rational, atom, plus, times
from ..kernel.terms import ONE, ZERO, multiply, sum_of, where
from .congruence import linear
from .ledger import NotProved, OutOfSteps
from .normal import Normal
from .orders import same_apart
from .polynomials import factor_of, monomial_term

if TYPE_CHECKING:
    from .normal_form import Normaliser


class Kept:
    """The part of the normaliser that knows of bodies without a value elsewhere."""

    def __init__(self, normaliser: Normaliser) -> None:
        self._normaliser = normaliser
        self._ledger = normaliser.ledger

    def has_value(self, term: Term, context: Context) -> bool:
        """Whether a term is shown to have a value."""
        try:
            self._ledger.facts_for(term, context)
        except OutOfSteps:
            raise
        except NotProved:
            return False
        return True

    def normal(self, term: Term, above: Normal, context: Context) -> Normal:
        """where(g, u a + v b + ..) = where(g, u) a + where(g, v) b + .., a and b having values"""
        guard, body = term.args[:3], term.args[3]
        inner = (guard, *context)
        normal = self._normaliser.normal(body, inner)
        parts = [self._parted(*pair, context) for pair in normal.polynomial.items()]
        products = [_product(inside, monomial_term(*outside)) for inside, outside in parts]
        equal = self._ledger.field(body, sum_of(products), inner, normal.evidence)
        found = Normal({}, [linear(self._ledger, equal, context)])
        if not parts:
            found.evidence.append(self._drawn_out(where(*guard, ONE), ZERO, context))
        for inside, outside in parts:
            kept = where(*guard, inside)
            if (factor := monomial_term(*outside)) is not ONE:
                found.evidence.append(self._drawn_out(kept, factor, context))
            rest = self._canonical(kept, above, context)
            monomial, coefficient = outside
            product = times(rest.polynomial, {monomial: coefficient})
            found.polynomial = plus(found.polynomial, self._normaliser.reduced(product))
            found.evidence += rest.evidence
        return found

    def _parted(
        self, monomial: Monomial, coefficient: Rational, context: Context
    ) -> tuple[Term, tuple[Monomial, Rational]]:
        """The factors that have a value only under the guard, and those that always have one."""
        everywhere = frozenset(
            pair for pair in monomial if self.has_value(factor_of(*pair), context)
        )
        return monomial_term(monomial - everywhere), (everywhere, coefficient)

    def _drawn_out(self, kept: Term, factor: Term, context: Context) -> int:
        """where(g, c a) = where(g, c) a"""
        facts = [*self._ledger.facts_for(kept, context), *self._ledger.facts_for(factor, context)]
        return self._ledger.step("guard_factor", context, kept, factor, premises=facts)

    def _canonical(self, kept: Term, above: Normal, context: Context) -> Normal:
        """where(a < b, c) = where(0 < b - a, c)"""
        relation, _, _, body = kept.args
        if body is ONE:
            return self._normaliser.unsettled(kept, context)
        canonical = where(relation, ZERO, above.term, body)
        lines = []
        if canonical is not kept:
            lines.append(same_apart(self._ledger, kept, canonical, context, above.evidence))
        return Normal(atom(canonical), lines)


def _product(inside: Term, outside: Term) -> Term:
    return outside if inside is ONE else inside if outside is ONE else multiply(inside, outside)
