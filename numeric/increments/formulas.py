"""What a function of one number moves by, exactly: f(u + d) - f(u) without its cancellation.

With r = d/u, the relative move:

=================  ==================================================
f(u)               f(u + d) - f(u)
=================  ==================================================
exp(u)             exp(u) expm1(d)
log(u)             log1p(r)
u**m, m natural    d (m u**(m-1) + .. + d**(m-1))
u**p               u**p ((1 + r)**p - 1), see ``relative_power``
sin(u)             2 cos(u + d/2) sin(d/2)
cos(u)             -2 sin(u + d/2) sin(d/2)
=================  ==================================================

Here expm1(d) is the term exp(d) - 1 and log1p(r) the term log(1 + r); compiled programs have
functions for both (``numeric.program.scaling``).
"""

from __future__ import annotations

from fractions import Fraction
from math import comb

from derive.kernel.terms import MINUS_ONE, ONE, Term, add, apply, number, power, rational

from .building import inverse, minus, over, plus, raised, times

HALF = number(1, 2)


def expm1(move: Term) -> Term:
    """exp(d) - 1"""
    return add(apply("exp", move), MINUS_ONE)


def log1p(move: Term) -> Term:
    """log(1 + d)"""
    return apply("log", add(ONE, move))


def of_exponential(u: Term, d: Term) -> Term:
    """exp(u + d) - exp(u) = exp(u) expm1(d)"""
    return times(apply("exp", u), expm1(d))


def of_logarithm(u: Term, d: Term) -> Term:
    """log(u + d) - log(u) = log1p(d/u)"""
    return log1p(over(d, u))


def of_sine(u: Term, d: Term) -> Term:
    """sin(u + d) - sin(u) = 2 cos(u + d/2) sin(d/2)"""
    half = times(HALF, d)
    return times(number(2), apply("cos", plus(u, half)), apply("sin", half))


def of_cosine(u: Term, d: Term) -> Term:
    """cos(u + d) - cos(u) = -2 sin(u + d/2) sin(d/2)"""
    half = times(HALF, d)
    return times(number(-2), apply("sin", plus(u, half)), apply("sin", half))


def of_power(u: Term, exponent: Term, d: Term) -> Term:
    """(u + d)**p - u**p, for an exponent that does not move"""
    value = rational(exponent)
    if isinstance(value, int) and value >= 0:
        return of_natural_power(u, value, d)
    relative = over(d, u)
    if value is None:
        return times(power(u, exponent), expm1(times(exponent, log1p(relative))))
    return times(raised(u, value), relative_power(relative, Fraction(value)))


def of_natural_power(u: Term, exponent: int, d: Term) -> Term:
    """(u + d)**m - u**m = d (m u**(m-1) + .. + m u d**(m-2) + d**(m-1))"""
    parts = [
        times(number(comb(exponent, k)), raised(u, exponent - k), raised(d, k - 1))
        for k in range(1, exponent + 1)
    ]
    return times(d, plus(*parts))


def relative_power(r: Term, exponent: Fraction) -> Term:
    """(1 + r)**p - 1.

    It is -q/(1 + q) with q = (1 + r)**-p - 1 where p < 0, the natural power of 1 + s with
    s = r/(1 + sqrt(1 + r)) where 2p is whole, and else expm1(p log1p(r)).
    """
    if exponent < 0:
        below = relative_power(r, -exponent)
        return times(MINUS_ONE, below, inverse(add(ONE, below)))
    if exponent.denominator == 1:
        return of_natural_power(ONE, exponent.numerator, r)
    if exponent.denominator == 2:
        root = times(r, inverse(add(ONE, power(add(ONE, r), HALF))))
        return of_natural_power(ONE, exponent.numerator, root)
    return expm1(times(number(exponent), log1p(r)))


FORMULAS = {
    "exp": of_exponential,
    "log": of_logarithm,
    "sin": of_sine,
    "cos": of_cosine,
}


def by_subtraction(function: str, u: Term, d: Term) -> Term:
    """f(u + d) - f(u) as it stands, for functions without a formula of their own."""
    return plus(apply(function, plus(u, d)), minus(apply(function, u)))
