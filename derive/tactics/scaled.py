"""Conditions with a factor in front: c * p > 0 says p > 0 where c > 0, and p < 0 where c < 0."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..kernel import Term
from ..kernel.judgement import Context
from ..kernel.polynomial import Monomial, Rational
from ..kernel.terms import ONE, ZERO, negate, where
from .ledger import held
from .normal import Normal
from .polynomials import factor_of, term_of
from .rational import factored

if TYPE_CHECKING:
    from .normal_form import Normaliser


class Scaled:
    """The part of the normaliser that knows of conditions 0 < c * p."""

    def __init__(self, normaliser: Normaliser) -> None:
        self._normaliser = normaliser
        self._ledger = normaliser.ledger

    def condition(self, term: Term, above: Normal, context: Context) -> Term | None:
        """The condition whose cases decide 0 < c * p: 0 < p, or, before that, the sign of c."""
        if not above.polynomial or any(
            name.kind == "position" for m in above.polynomial for name, _ in m
        ):
            return None
        coefficient, content, primitive = factored(above.polynomial)
        below = any(exponent < 0 for _, exponent in content)
        if len(primitive) == 1 or not below or any(name.kind == "apply" for name, _ in content):
            return None
        unknown = [pair for pair in content if not self._is_positive(factor_of(*pair), context)]
        if not unknown:
            return self._plain(term, primitive, 1 if coefficient > 0 else -1, context)
        if len(unknown) > 1:
            return None
        ((name, exponent),) = unknown
        if self._is_positive(negate(factor_of(name, exponent)), context):
            return self._plain(term, primitive, -1 if coefficient > 0 else 1, context)
        odd = isinstance(exponent, int) and exponent < 0 and exponent % 2 == 1
        if not odd or name.kind != "element":
            return None
        return self._new(where("<", ZERO, name, ONE), context)

    def _is_positive(self, factor: Term, context: Context) -> bool:
        return self._ledger.is_fact("positive", factor, context)

    def _plain(
        self, term: Term, primitive: dict[Monomial, Rational], sign: int, context: Context
    ) -> Term | None:
        plain = term_of({m: sign * c for m, c in primitive.items()})
        return self._new(where(term.args[0], ZERO, plain, ONE), context)

    def _new(self, condition: Term, context: Context) -> Term | None:
        """The condition in normal form, if it is not one that the context holds already."""
        found = self._normaliser.unsettled(condition, context).polynomial
        names = {name for monomial in found for name, _ in monomial}
        if len(names) != 1:
            return None
        (name,) = names
        taken = {frozenset(guard[1:]) for guard in held(context)}
        is_condition = name.kind == "where" and name.args[3] is ONE
        return name if is_condition and frozenset(name.args[1:3]) not in taken else None
