"""Functions that the kernel does not have: what they abbreviate, as terms.

They are displayed by name and proved by what they stand for, so that nothing about them has to be
trusted. Kinks are guards: max(a, b) is a + [a < b] (b - a).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

from .kernel.terms import (
    MINUS_ONE,
    ONE,
    ZERO,
    Term,
    add,
    apply,
    multiply,
    negate,
    number,
    power,
    where,
)


def sigmoid(u: Term) -> Term:
    """1 / (1 + exp(-u))

    >>> from derive.kernel.terms import element
    >>> from derive.plain_text import show
    >>> print(show(sigmoid(element("u"))))
    ((1 + exp(-1*u)))^(-1)
    """
    return power(add(ONE, apply("exp", negate(u))), MINUS_ONE)


def softplus(u: Term) -> Term:
    """log(1 + exp(u))"""
    return apply("log", add(ONE, apply("exp", u)))


def tanh(u: Term) -> Term:
    """1 - 2 / (1 + exp(2 u)): u stands in it once, so that layers in layers stay small"""
    twice = apply("exp", multiply(number(2), u))
    return add(ONE, multiply(number(-2), power(add(ONE, twice), MINUS_ONE)))


def cosh(u: Term) -> Term:
    """(exp(u) + exp(-u)) / 2"""
    return multiply(number(1, 2), add(apply("exp", u), apply("exp", negate(u))))


def sinh(u: Term) -> Term:
    """(exp(u) - exp(-u)) / 2"""
    return multiply(number(1, 2), add(apply("exp", u), negate(apply("exp", negate(u)))))


def sqrt(u: Term) -> Term:
    """u ** (1/2)"""
    return power(u, number(1, 2))


def absolute(u: Term) -> Term:
    """2 [0 < u] u - u"""
    return add(multiply(number(2), where("<", ZERO, u, u)), negate(u))


def sign(u: Term) -> Term:
    """[0 < u] - [u < 0]"""
    return add(where("<", ZERO, u, ONE), negate(where("<", u, ZERO, ONE)))


def largest(first: Term, *others: Term) -> Term:
    """The largest of the terms: of two, a + [a < b] (b - a). Terms that are numbers go first.

    >>> from derive.kernel.terms import element
    >>> from derive.plain_text import show
    >>> print(show(largest(element("a"), element("b"))))
    (a + where(a < b, (b + -1*a)))
    """
    return _last_first(larger, (first, *others))


def smallest(first: Term, *others: Term) -> Term:
    """The smallest of the terms: of two, a + [b < a] (b - a). Terms that are numbers go first."""
    return _last_first(smaller, (first, *others))


def larger(a: Term, b: Term) -> Term:
    """a + [a < b] (b - a)"""
    if a is ZERO:
        return where("<", a, b, b)
    return add(a, where("<", a, b, add(b, negate(a))))


def smaller(a: Term, b: Term) -> Term:
    """a + [b < a] (b - a)"""
    if a is ZERO:
        return where("<", b, a, b)
    return add(a, where("<", b, a, add(b, negate(a))))


def _last_first(of_two: Callable[[Term, Term], Term], terms: tuple[Term, ...]) -> Term:
    return reduce(lambda last, term: of_two(term, last), reversed(terms))


# By the name that people write. All but max and min take one argument.
ABBREVIATIONS: dict[str, Callable[..., Term]] = {
    "sigmoid": sigmoid,
    "softplus": softplus,
    "tanh": tanh,
    "cosh": cosh,
    "sinh": sinh,
    "sqrt": sqrt,
    "abs": absolute,
    "sign": sign,
    "max": largest,
    "min": smallest,
}
