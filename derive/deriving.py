"""What the derivative really is: found, brought to normal form and proved, with no claim given."""

from __future__ import annotations

from dataclasses import dataclass

from .claims import Claim
from .kernel import Derivative, Proof, Term
from .tactics.polynomials import term_of
from .tactics.prove import Prover


@dataclass(frozen=True)
class Derived:
    """A claim that is true, with the proof of it.

    raw: the derivative as the formulas of calculus give it, before it is multiplied out.
    """

    claim: Claim
    raw: Term
    proof: Proof


def derived(claim: Claim) -> Derived:
    """The claim with the right side that it should have, whatever it says.

    Raises
    ------
    NotProved
        Where a part cannot be shown to have a value, or the search was given up.
    """
    prover = Prover(claim.declarations)
    line = prover.derivative(claim.of, claim.variable, claim.at)
    for variable, at in claim.then:
        line = prover.derivative_again(line, variable, at)
    found = prover.ledger.judgement(line).conclusion
    assert isinstance(found, Derivative)
    value = term_of(prover.normal(found.value))
    last = prover.derivative_equal(line, value)
    proof = prover.proof if last == len(prover.proof.lines) - 1 else _up_to(prover.proof, last)
    return Derived(claim.saying(value), found.value, proof)


def _up_to(proof: Proof, last: int) -> Proof:
    """The proof that ends with a line."""
    shorter = Proof(proof.declarations)
    for line in proof.lines[: last + 1]:
        shorter.step(*line)
    return shorter
