"""What is done to whole products: relations between their factors, used one at a time.

A delta says that two indices are equal, a condition such as j = i + 1 what a position is, and a
hypothesis that y**2 = 1. Each relation rewrites the other factors of the product it stands in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from ..kernel import Term
from ..kernel.judgement import Context
from ..kernel.polynomial import Polynomial, Rational, plus
from .normal import Normal, evidence_of
from .polynomials import monomials_of

if TYPE_CHECKING:
    from .normal_form import Normaliser


class Relation(Protocol):
    """A kind of relation between the factors of a product."""

    def concerns(self, name: Term, exponent: Rational) -> bool:
        """Whether a product with this factor may be rewritten."""

    def rewritten(self, product: Term, context: Context) -> list[int] | None:
        """Lines by which the product equals the right side of the last; None where it stays."""


class Settling:
    """The part of the normaliser that uses relations between factors."""

    def __init__(self, normaliser: Normaliser, relations: Sequence[Relation]) -> None:
        self._normaliser = normaliser
        self._ledger = normaliser.ledger
        self._relations = relations
        self._open: set[tuple[Term, Context]] = set()

    def settle(self, normal: Normal, term: Term, context: Context) -> Normal:
        """The normal form with relations used in every monomial where that changes something."""
        relations = [r for r in self._relations if _concerns(r, normal.polynomial)]
        if not relations:
            return normal
        parts = [
            self._settled(product, relations, context)
            or Normal({monomial: normal.polynomial[monomial]})
            for monomial, product in monomials_of(normal.polynomial)
        ]
        settled = Normal({}, evidence_of(parts))
        for part in parts:
            settled.polynomial = plus(settled.polynomial, part.polynomial)
        if not settled.evidence:
            return normal
        written = normal.term
        if written is not term:
            line = self._ledger.field(term, written, context, normal.evidence)
            settled.evidence.insert(0, line)
        return settled

    def _settled(
        self, product: Term, relations: Sequence[Relation], context: Context
    ) -> Normal | None:
        """The normal form of what a product is rewritten to; None where it stays.

        A product that comes of itself stays: relations may lead round in a circle.
        """
        if (product, context) in self._open:
            return None
        self._open.add((product, context))
        try:
            found = (relation.rewritten(product, context) for relation in relations)
            lines = next((lines for lines in found if lines is not None), None)
            if lines is None:
                return None
            rest = self._normaliser.normal(self._ledger.right_side(lines[-1]), context)
            return Normal(rest.polynomial, [*lines, *rest.evidence])
        finally:
            self._open.discard((product, context))


def _concerns(relation: Relation, polynomial: Polynomial) -> bool:
    return any(relation.concerns(name, e) for monomial in polynomial for name, e in monomial)
