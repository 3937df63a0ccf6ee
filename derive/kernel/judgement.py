"""Judgements: the only things the kernel proves.

A **judgement** is a context and a conclusion. The context lists what the conclusion stands under,
the innermost first: binders, each the size of its index, and guards ``(relation, left, right)``.
The judgement says: *for all sizes >= 1, all values of the declared variables that meet the
hypotheses, and all indices within their sizes, wherever every guard holds,* the conclusion holds.
The sides of a guard have values where it holds, and are seen from under what stands outside it.

Every term in a conclusion also **has a value** there. 1/0, log(-1) and x[7] of five elements have
none, and no rule gives them one: ``log(z) * 0 = 0`` is a judgement only where z > 0 was shown.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from .terms import RELATIONS, Indices, Term, add, negate, shift

Guard = tuple[str, Term, Term]
Shape = tuple[str, ...]
Context = tuple[str | Guard, ...]


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
    """A conclusion under the binders and guards of a context."""

    context: Context
    conclusion: Conclusion


def terms_of(conclusion: Conclusion) -> tuple[Term, ...]:
    """The terms a conclusion is made of."""
    return tuple([part for part in conclusion if isinstance(part, Term)])


def binders(context: Context) -> Shape:
    """The sizes of the indices that are open."""
    return tuple([entry for entry in context if isinstance(entry, str)])


def gap(left: Term, right: Term) -> Term:
    """right - left"""
    return add(right, negate(left))


def assumed(guard: Guard) -> Equation | Fact:
    """What a guard says: a = b, b - a > 0, b - a >= 0 or b - a != 0"""
    relation, left, right = guard
    if relation == "=":
        return Equation(left, right)
    kind = next(kind for kind, signs in SIGNS.items() if signs == RELATIONS[relation])
    return Fact(kind, gap(left, right))


def limits(conclusion: Equation | Fact, variable: str) -> bool:
    """Whether a conclusion may fail however little the variable moves.

    ``a > 0`` and ``a != 0`` survive a small move, for a is continuous where it has a value (unless
    a guard cuts it up). An equation or ``a >= 0`` about the variable does not, so what rests on it
    says nothing of slopes.
    """
    about = [term for term in terms_of(conclusion) if variable in term.names]
    survives = conclusion[0] in ("positive", "nonzero")
    return any(not survives or has_guard(term) for term in about)


def has_guard(term: Term) -> bool:
    """Whether a guard stands in a term."""
    return term.kind == "where" or any(map(has_guard, term.parts))


def lift(conclusion: Conclusion, by: int) -> Conclusion:
    """The conclusion seen from under ``by`` further binders."""
    parts: Any = shift(tuple(conclusion), by)
    return type(conclusion)(*parts) if by else conclusion
