"""A false claim, opened up: the true derivative and the claimed one, both in normal form."""

from __future__ import annotations

from functools import cached_property

from ..at_sizes import entries_of
from ..claims import Claim
from ..kernel import Derivative, Refused, Term
from ..kernel.polynomial import Polynomial
from ..kernel.terms import Index
from ..tactics.ledger import NotProved
from ..tactics.prove import Prover


class AlreadyTrue(ValueError):  # noqa: N818  (an answer, not a mishap)
    """The claim is true: there is nothing to repair."""


class Case:
    """A claim with the normal forms of its two sides.

    Raises
    ------
    NotProved
        Where the true derivative is not found.
    """

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.prover = Prover(claim.declarations)
        self.derivative = derivative_of(claim, self.prover)
        self.truth = self.prover.normal(self.derivative)

    @cached_property
    def claimed(self) -> Polynomial:
        """The normal form of the claimed value."""
        return self.prover.normal(self.claim.value)

    def is_derivative(self, value: Term) -> bool:
        """Whether a value is the true derivative; a proof from its data alone is still wanted."""
        try:
            found = self.prover.normal(value)
            if found == self.truth:
                return True
            if _has_quotients(found) or _has_quotients(self.truth):
                self.prover.equal(self.derivative, value)
                return True
        except NotProved:
            pass
        return False

    def saying(self, value: Term) -> Claim:
        """The claim with another right side; itself, where that has no meaning."""
        try:
            return self.claim.saying(value)
        except Refused:
            return self.claim

    def indices_below(self, below: str, context: tuple[str, ...] = ()) -> list[Index]:
        """The indices that may be read under a context, of a size: free, bound, looked up."""
        declared = self.claim.declarations
        bound: list[Index] = [k for k, axis in enumerate(context) if axis == below]
        free: list[Index] = [i for i in self.free if declared.indices[i] == below]
        return free + bound + self._labels(below)

    @cached_property
    def free(self) -> list[str]:
        """The free indices that the claimed value may read."""
        used = self.claim.of.indices | self.claim.value.indices | set(_names(self.claim))
        return sorted(i for i in used if isinstance(i, str))

    def _labels(self, below: str) -> list[Index]:
        """t[b] for every label array of rank 1 and every free index that it may be read at."""
        declared = self.claim.declarations
        return [
            (name, i)
            for name, label in declared.labels.items()
            if label.below == below and len(label.shape) == 1
            for i in self.free
            if declared.indices[i] == label.shape[0]
        ]


def derivative_of(claim: Claim, prover: Prover) -> Term:
    """The true derivative, as the formulas of calculus give it. Raises ``NotProved``."""
    value = claim.of
    for variable, at in entries_of(claim):
        found = prover.ledger.judgement(prover.derivative(value, variable, at)).conclusion
        assert isinstance(found, Derivative)
        value = found.value
    return value


def _names(claim: Claim) -> list[str]:
    """The free indices of the entries that it is differentiated by."""
    return [i for _, at in entries_of(claim) for i in at if isinstance(i, str)]


def _has_quotients(polynomial: Polynomial) -> bool:
    """Whether something is divided by a sum: such polynomials may be equal and look different."""
    return any(
        exponent < 0 and name.kind == "add"
        for monomial in polynomial
        for name, exponent in monomial
    )
