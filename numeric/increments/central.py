"""The central difference quotient of a term in the step: (D(h) - D(-h)) / (2h).

What is linear in the step is its own quotient, what is quadratic has none: nothing is computed
twice and subtracted that is known to agree.
"""

from __future__ import annotations

from derive.kernel.terms import ZERO, Term, element, number
from derive.rebinding import rebuild

from .building import factors_of, minus, plus, raised, times


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
    whole = times(*moving)
    change = plus(whole, minus(_opposite(whole, step)))
    return times(*fixed, change, per)


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
