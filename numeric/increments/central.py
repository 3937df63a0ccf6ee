"""The central difference quotient of a term in the step: (D(h) - D(-h)) / (2h).

What is linear in the step is its own quotient, what is quadratic has none: nothing is computed
twice and subtracted that is known to agree.
"""

from __future__ import annotations

from derive.kernel.terms import (
    MINUS_ONE,
    ONE,
    ZERO,
    Term,
    add,
    apply,
    element,
    is_applied,
    multiply,
    number,
)
from derive.rebinding import rebuild

from .building import factors_of, inverse, minus, plus, raised, times


def central_quotient(term: Term, step: str, per_two_steps: Term | None = None) -> Term:
    """(D(h) - D(-h)) / (2h)

    per_two_steps: what is written for 1 / (2h).

    >>> from derive.kernel.terms import add, multiply
    >>> from derive.plain_text import show
    >>> h, a = element("h"), element("a")
    >>> print(show(central_quotient(add(multiply(a, h), multiply(h, h)), "h")))
    a
    """
    per = per_two_steps or raised(times(number(2), element(step)), -1)
    if step not in term.names:
        return ZERO
    if term.kind == "add" and _is_split(term, step):
        return plus(*(central_quotient(part, step, per) for part in term.args))
    factors = factors_of(term)
    moving = [factor for factor in factors if step in factor.names]
    fixed = [factor for factor in factors if step not in factor.names]
    if all(factor is element(step) for factor in moving):
        even = len(moving) % 2 == 0
        return ZERO if even else times(*fixed, raised(element(step), len(moving) - 1))
    if len(moving) == 1 and fixed and _is_split(moving[0], step):
        return times(*fixed, central_quotient(moving[0], step, per))
    return times(*fixed, _change(times(*moving), step), per)


def _change(term: Term, step: str) -> Term:
    """D(h) - D(-h)

    One logarithm for two: log(1 + a) - log(1 + b) = log(1 + (a - b) / (1 + b)), where a and b have
    all factors that do not move in common.
    """
    opposite = _opposite(term, step)
    grown = _added_to_one(term)
    if grown is None:
        return plus(term, minus(opposite))
    factors = factors_of(grown)
    moving = times(*(factor for factor in factors if step in factor.names))
    common = [factor for factor in factors if step not in factor.names]
    apart = add(moving, multiply(MINUS_ONE, _opposite(moving, step)))  # neither is taken apart
    return apply("log", add(ONE, times(*common, apart, inverse(opposite.args[1]))))


def _added_to_one(term: Term) -> Term | None:
    """a for log(1 + a), None for any other term."""
    if not is_applied("log", term) or term.args[1].kind != "add":
        return None
    first, *others = term.args[1].args
    return others[0] if first is ONE and len(others) == 1 else None


def _is_split(term: Term, step: str) -> bool:
    """Whether a term is a sum with parts to be taken one by one; exp(h) - 1 is none."""
    return term.kind == "add" and sum(step in part.names for part in term.args) > 1


def _opposite(term: Term, step: str) -> Term:
    """The term with -h for h."""
    if step not in term.names:
        return term
    if term is element(step):
        return minus(term)
    args = [_opposite(arg, step) if isinstance(arg, Term) else arg for arg in term.args]
    return rebuild(term, args)
