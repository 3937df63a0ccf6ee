"""Judgements: the only things the kernel proves.

A **judgement** is a context and a conclusion. The context lists the sizes of the bound indices that
are open, the innermost first. The judgement says: *for all sizes >= 1, all values of the declared
variables that meet the hypotheses, and all indices within their sizes,* the conclusion holds.

Every term in a conclusion also **has a value** there. 1/0, log(-1) and x[7] of five elements have
none, and no rule gives them one: ``log(z) * 0 = 0`` is a judgement only where z > 0 was shown.
"""

from __future__ import annotations

from typing import NamedTuple

from .terms import Index, Term, shift, shift_index

Context = tuple[str, ...]

# ---- conclusions -------------------------------------------------------------------------------


class Equation(NamedTuple):
    """left = right; both sides have a value."""

    left: Term
    right: Term


class Derivative(NamedTuple):
    """The partial derivative of ``of`` by variable[indices] is ``value``."""

    variable: str
    indices: tuple[Index, ...]
    of: Term
    value: Term


class Fact(NamedTuple):
    """``term`` is "positive" (> 0), "nonnegative" (>= 0), "nonzero", or just "defined"."""

    kind: str
    term: Term


FACTS = ("positive", "nonnegative", "nonzero", "defined")
Conclusion = Equation | Derivative | Fact


class Judgement(NamedTuple):
    """A conclusion under the binders of a context."""

    context: Context
    conclusion: Conclusion


def terms_of(conclusion: Conclusion) -> tuple[Term, ...]:
    """The terms a conclusion is made of."""
    return tuple(part for part in conclusion if isinstance(part, Term))


def lift(conclusion: Conclusion, by: int) -> Conclusion:
    """The conclusion seen from under ``by`` further binders."""
    if by == 0:
        return conclusion
    if isinstance(conclusion, Derivative):
        indices = tuple(shift_index(index, by) for index in conclusion.indices)
        of, value = shift(conclusion.of, by), shift(conclusion.value, by)
        return Derivative(conclusion.variable, indices, of, value)
    if isinstance(conclusion, Fact):
        return Fact(conclusion.kind, shift(conclusion.term, by))
    return Equation(shift(conclusion.left, by), shift(conclusion.right, by))
