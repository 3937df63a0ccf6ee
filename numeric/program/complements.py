"""1 - 1/(1 + a) = a/(1 + a): where 1/(1 + a) rounds to 1, the difference is not 0."""

from __future__ import annotations

from derive.kernel.terms import (
    MINUS_ONE,
    ONE,
    Term,
    multiply,
    product_of,
    sum_of,
)
from derive.rebinding import rebuild


def complement(term: Term) -> Term:
    """The term with every 1 - 1/(1 + a) in it as one quotient.

    Both have the same value wherever the given term has one.

    >>> from derive.kernel.terms import add, apply, element, power
    >>> from derive.plain_text import show
    >>> a = apply("exp", element("x"))
    >>> sigmoid = power(add(ONE, a), MINUS_ONE)
    >>> print(show(complement(add(ONE, multiply(MINUS_ONE, sigmoid)))))
    exp(x)*((1 + exp(x)))^(-1)
    """
    if not term.parts:
        return term
    inner = rebuild(term, [complement(arg) if isinstance(arg, Term) else arg for arg in term.args])
    return _quotient(inner) or inner


def _quotient(term: Term) -> Term | None:
    """a/(1 + a) for 1 - 1/(1 + a); None for anything else."""
    if term.kind != "add" or len(term.args) != 2 or ONE not in term.args:
        return None
    taken_away = _without(term.args, ONE)
    if taken_away.kind != "multiply" or MINUS_ONE not in taken_away.args:
        return None
    reciprocal = product_of([part for part in taken_away.args if part is not MINUS_ONE])
    if reciprocal.kind != "power" or reciprocal.args[1] is not MINUS_ONE:
        return None
    whole = reciprocal.args[0]
    if whole.kind != "add" or ONE not in whole.args:
        return None
    return multiply(_without(whole.args, ONE), reciprocal)


def _without(parts: tuple[Term, ...], one: Term) -> Term:
    """The sum of the parts but one."""
    place = parts.index(one)
    return sum_of([*parts[:place], *parts[place + 1 :]])
