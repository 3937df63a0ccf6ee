"""Bases: atoms that stand for polynomials, because an inverse or a root of one occurs.

In 1/(1 + e^u) that is 1 + e^u. Here is what can be done to them one at a time: written out, taken
out of a polynomial as a factor. What relations they bring stands in ``reduction.py``.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from math import gcd
from typing import NamedTuple

from ..kernel import Term
from ..kernel.polynomial import (
    UNIT,
    Monomial,
    Polynomial,
    Rational,
    expanded,
    join,
    plus,
    raised,
    times,
    whole,
)
from ..kernel.terms import ONE, rational
from .ledger import NotProved
from .polynomials import polynomial_of


def is_base(name: Term) -> bool:
    """Whether an atom stands for a polynomial of its own."""
    if name.kind == "power":
        return rational(name.args[1]) is not None
    return name.kind in ("add", "multiply", "number")


def is_indicator(name: Term) -> bool:
    """Whether an atom is 0 or 1, so that its powers are itself."""
    return name.kind == "delta" or (name.kind == "where" and name.args[3] is ONE)


@lru_cache(maxsize=10_000)
def polynomial_of_base(name: Term) -> Polynomial:
    """The polynomial that a base stands for."""
    return polynomial_of(name)


def multiplied_out(monomial: Monomial, name: Term, power: int) -> Polynomial:
    """The monomial with a natural power of a base multiplied out."""
    rest = join(monomial, frozenset(((name, -power),)))
    return times({rest: 1}, expanded(polynomial_of_base(name), power))


# ---- factors -------------------------------------------------------------------------------------


class Factored(NamedTuple):
    """A polynomial as coefficient * content * primitive: a rational > 0, a monomial, the rest."""

    coefficient: Rational
    content: Monomial
    primitive: Polynomial


def factored(polynomial: Polynomial) -> Factored:
    """A polynomial with its obvious factors taken out, denominators among them.

    Raises
    ------
    NotProved
        For 0, which has none: whoever asks for a factor of it wants what is not to be had.
    """
    if not polynomial:
        raise NotProved("0 has no factors")
    content, cleared = _without_denominators(polynomial)
    common = _common(cleared)
    inverse = raised(common, -1)
    primitive = {join(m, inverse): c for m, c in cleared.items()}
    scale = _common_coefficient(primitive)
    primitive = {m: whole(Fraction(c) / scale) for m, c in primitive.items()}
    return Factored(whole(scale), join(content, common), primitive)


def _without_denominators(polynomial: Polynomial) -> tuple[Monomial, Polynomial]:
    """polynomial = content * cleared, where no base stands below a line in what is cleared."""
    lowest: dict[Term, int] = {}
    for monomial in polynomial:
        for name, exponent in monomial:
            if is_base(name) and exponent < 0:
                lowest[name] = min(lowest.get(name, 0), exponent // 1)
    if not lowest:
        return UNIT, polynomial
    content = frozenset(lowest.items())
    inverse = raised(content, -1)
    cleared: Polynomial = {}
    for monomial, coefficient in polynomial.items():
        cleared = plus(cleared, _without_bases(join(monomial, inverse)), coefficient)
    return content, cleared


def _without_bases(monomial: Monomial) -> Polynomial:
    """The monomial with every natural power of a base in it multiplied out."""
    for name, exponent in monomial:
        if is_base(name) and exponent >= 1:
            total: Polynomial = {}
            for m, c in multiplied_out(monomial, name, exponent // 1).items():
                total = plus(total, _without_bases(m), c)
            return total
    return {monomial: 1}


def _common(polynomial: Polynomial) -> Monomial:
    """The largest monomial that divides every one of them."""
    first, *others = map(dict, polynomial)
    names = set(first).union(*others)
    lowest = {name: min(m.get(name, 0) for m in (first, *others)) for name in names}
    return frozenset((name, exponent) for name, exponent in lowest.items() if exponent)


def _common_coefficient(polynomial: Polynomial) -> Fraction:
    ratios = [Fraction(c) for c in polynomial.values()]
    above = gcd(*[ratio.numerator for ratio in ratios])
    below = 1
    for ratio in ratios:
        below = below * ratio.denominator // gcd(below, ratio.denominator)
    return Fraction(above, below)


@lru_cache(maxsize=1_000)
def prime_powers(value: Fraction) -> tuple[tuple[int, int], ...]:
    """A rational > 0 as a product of powers of primes, as far as trial division goes quickly.

    >>> prime_powers(Fraction(3, 4))
    ((2, -2), (3, 1))
    """
    found: dict[int, int] = {}
    for part, sign in ((value.numerator, 1), (value.denominator, -1)):
        rest, divisor = part, 2
        while divisor * divisor <= rest and divisor < 1_000:
            while rest % divisor == 0:
                found[divisor] = found.get(divisor, 0) + sign
                rest //= divisor
            divisor += 1
        if rest > 1:
            found[rest] = found.get(rest, 0) + sign
    return tuple(sorted(found.items()))
