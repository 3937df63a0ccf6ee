"""Judgements: the only things the kernel proves.

A **judgement** is a context and a conclusion. The context lists the sizes of the bound indices that
are open, the innermost first. The judgement says: *for all sizes >= 1, all values of the declared
variables that meet the hypotheses, and all indices within their sizes,* the conclusion holds.

Every term in a conclusion also **has a value** there. 1/0, log(-1) and x[7] of five elements have
none, and no rule gives them one: ``log(z) * 0 = 0`` is a judgement only where z > 0 was shown.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from .terms import Indices, Term, shift

Context = tuple[str, ...]


class Equation(NamedTuple):
    """left = right; both sides have a value."""

    left: Term
    right: Term


class Derivative(NamedTuple):
    """The partial derivative of ``of`` by variable[indices] is ``value``.

    Where ``then`` names further entries, that derivative is differentiated by each of them in turn,
    and the last of these derivatives is ``value``.
    """

    variable: str
    indices: Indices
    of: Term
    value: Term
    then: tuple[tuple[str, Indices], ...] = ()

    @property
    def entries(self) -> tuple[tuple[str, Indices], ...]:
        """Every entry that is differentiated by, in this order: a variable and its indices."""
        return ((self.variable, self.indices), *self.then)


class Fact(NamedTuple):
    """``term`` is "positive" (> 0), "nonnegative" (>= 0), "nonzero", or just "defined"."""

    kind: str
    term: Term


# What each kind of fact leaves for the sign of its term.
SIGNS = {"positive": {1}, "nonnegative": {0, 1}, "nonzero": {-1, 1}, "defined": {-1, 0, 1}}
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
    parts: Any = shift(tuple(conclusion), by)
    return type(conclusion)(*parts)
