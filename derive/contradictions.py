"""Hypotheses that nothing meets: whatever is claimed of them is true and says nothing."""

from __future__ import annotations

from dataclasses import replace

from .kernel import Declarations, Equation, Fact, Hypothesis, Refused, Term
from .kernel.terms import add, negate, rational
from .tactics.ledger import NotProved
from .tactics.polynomials import term_of
from .tactics.prove import Prover


def contradicts(declarations: Declarations) -> Hypothesis | None:
    """A hypothesis that cannot hold where the others do; None where none was shown to be so.

    It is shown at every index at once, which is enough: there is always an index 0.
    """
    for hypothesis in declarations.hypotheses:
        if _is_refuted(hypothesis, declarations):
            return hypothesis
    return None


def _is_refuted(hypothesis: Hypothesis, declarations: Declarations) -> bool:
    kept = tuple(other for other in declarations.hypotheses if other is not hypothesis)
    prover = Prover(replace(declarations, hypotheses=kept))
    kind, term = _denial(hypothesis.conclusion)
    try:
        simple = term_of(prover.normal(term, hypothesis.context))
        value = rational(simple)
        if value is not None:
            return {"positive": value > 0, "nonnegative": value >= 0, "nonzero": value != 0}.get(
                kind, value == 0
            )
        if kind == "zero":
            return False
        prover.ledger.fact(kind, simple, hypothesis.context)
    except (NotProved, Refused):
        return False
    return True


def _denial(conclusion: Equation | Fact) -> tuple[str, Term]:
    """What would have to be shown of which term for the conclusion to be false."""
    if isinstance(conclusion, Equation):
        return "nonzero", add(conclusion.left, negate(conclusion.right))
    term = conclusion.term
    if conclusion.kind == "nonzero":
        return "zero", term
    return {"positive": "nonnegative", "nonnegative": "positive"}.get(
        conclusion.kind, "never"
    ), negate(term)
