"""What a normal form is: a polynomial over terms, and what it takes to see that it is one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..kernel import Term
from ..kernel.polynomial import Polynomial
from ..kernel.terms import shift
from .polynomials import term_of


@dataclass
class Normal:
    """A polynomial over terms, and the lines from which ``field`` derives that a term equals it."""

    polynomial: Polynomial
    evidence: list[int] = field(default_factory=list)

    @property
    def term(self) -> Term:
        """The polynomial written out as a term."""
        return term_of(self.polynomial)

    def lifted(self, by: int) -> Normal:
        """The same, seen from under further binders; the evidence lifts by itself."""
        if by == 0 or all(name.loose == 0 for m in self.polynomial for name, _ in m):
            return self
        lifted = {
            frozenset((shift(name, by), e) for name, e in monomial): coefficient
            for monomial, coefficient in self.polynomial.items()
        }
        return Normal(lifted, self.evidence)


def evidence_of(parts: Iterable[Normal]) -> list[int]:
    """The evidence for all of the parts."""
    return [line for part in parts for line in part.evidence]
