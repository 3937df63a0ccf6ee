"""Polynomials with exact coefficients over any hashable atoms.

A monomial is a frozenset of (atom, exponent) pairs, exponents rational and never 0; a polynomial
maps monomials to non-zero coefficients. Equal polynomials are equal dictionaries. Whole
coefficients and exponents are kept as ``int``, which is many times faster than ``Fraction``.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .errors import require
from .terms import LARGEST, small

Rational = int | Fraction
Monomial = frozenset[tuple[Any, Rational]]
Polynomial = dict[Monomial, Rational]

UNIT: Monomial = frozenset()
MOST_MONOMIALS = 20_000
LARGEST_POWER = 64
LARGEST_EXPONENT = 1_000


def whole(value: Rational) -> Rational:
    """The same value, as an int where it is one."""
    return value.numerator if value.denominator == 1 else value


def constant(value: Rational) -> Polynomial:
    """A constant as a polynomial."""
    return {UNIT: whole(value)} if value else {}


def atom(name: Any, exponent: Rational = 1) -> Polynomial:
    """One atom, to a power, as a polynomial."""
    return {frozenset(((name, exponent),)): 1}


def plus(left: Polynomial, right: Polynomial, factor: Rational = 1) -> Polynomial:
    """left + factor * right"""
    total = dict(left)
    for monomial, coefficient in right.items():
        value = total.get(monomial, 0) + factor * coefficient
        if value:
            total[monomial] = value
        else:
            total.pop(monomial, None)
    return total


def join(left: Monomial, right: Monomial) -> Monomial:
    """The product of two monomials."""
    if not left or not right:
        return left or right
    exponents = dict(left)
    for name, exponent in right:
        value = exponents.get(name, 0) + exponent
        if value:
            exponents[name] = whole(value)
        else:
            del exponents[name]
    return frozenset(exponents.items())


def raised(monomial: Monomial, exponent: Rational) -> Monomial:
    """The monomial to a power."""
    require(-LARGEST_EXPONENT <= exponent <= LARGEST_EXPONENT, "exponent too large", exponent)
    if not exponent:
        return UNIT
    return frozenset((name, whole(power * exponent)) for name, power in monomial)


def coefficient_power(value: Rational, exponent: int) -> Rational:
    """value ** exponent, exactly; the exponent may be negative."""
    ratio = Fraction(value)
    bits: int = max(abs(ratio.numerator), ratio.denominator).bit_length()
    require((bits - 1) * abs(exponent) < LARGEST.bit_length(), "number too large", exponent)
    return whole(ratio**exponent)


def times(left: Polynomial, right: Polynomial) -> Polynomial:
    """left * right"""
    require(len(left) * len(right) <= MOST_MONOMIALS, "expands to too many terms")
    total: Polynomial = {}
    for one, factor in left.items():
        for other, coefficient in right.items():
            monomial = join(one, other)
            value = total.get(monomial, 0) + factor * coefficient
            require(small(value), "number too large")
            if value:
                total[monomial] = value
            else:
                del total[monomial]
    return total


def expanded(base: Polynomial, exponent: int) -> Polynomial:
    """base ** exponent for a natural exponent, multiplied out."""
    if len(base) == 1:
        ((monomial, coefficient),) = base.items()
        return {raised(monomial, exponent): coefficient_power(coefficient, exponent)}
    require(exponent <= LARGEST_POWER, "power too large to expand", exponent)
    result: Polynomial = {UNIT: 1}
    for _ in range(exponent):
        result = times(result, base)
    return result
