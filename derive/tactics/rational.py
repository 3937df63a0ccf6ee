"""Rational functions over atoms, reduced until equal ones come out the same.

Some atoms of a polynomial are **bases**: terms that stand for a polynomial themselves and occur
because an inverse or a root of it does, as 1 + e^u does in 1/(1 + e^u). Sums of products are a
normal form of polynomials; with bases there are relations between the atoms, and these are used up:

* a whole power of a base is multiplied out: (1 + E) * (1 + E)^(1/2) has no whole part left;
* the leading monomial of a base does not stand over that base: E/(1 + E) = 1 - 1/(1 + E);
* a delta or a guard is 0 or 1, and so its powers are itself;
* what a base has in common with a denominator is split off: 1/(E (1 + E)) = 1/E - 1/(1 + E).

Every step is an identity of rational functions, which the rule ``field`` accepts by itself.
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
    atom,
    expanded,
    join,
    plus,
    raised,
    times,
    whole,
)
from ..kernel.terms import ONE, rational
from .ledger import OutOfSteps
from .polynomials import polynomial_of

MOST_REDUCTIONS = 20_000


def is_base(name: Term) -> bool:
    """Whether an atom stands for a polynomial of its own."""
    if name.kind == "power":
        return rational(name.args[1]) is not None
    return name.kind in ("add", "multiply", "number")


def is_indicator(name: Term) -> bool:
    """Whether an atom is 0 or 1, so that its powers are itself."""
    return name.kind == "delta" or (name.kind == "where" and name.args[3] is ONE)


@lru_cache(maxsize=10_000)
def _base(name: Term) -> tuple[Polynomial, Monomial]:
    """The polynomial that a base stands for, and its leading monomial."""
    polynomial = polynomial_of(name)
    return polynomial, max(polynomial, key=_rank)


def _rank(monomial: Monomial) -> list[tuple[object, ...]]:
    """The lexicographic order of monomials, exponentials first."""
    ranked = [(name.kind == "apply", name.kind, name.order, e) for name, e in monomial]
    return sorted(ranked, reverse=True)


# ---- reduction -----------------------------------------------------------------------------------


def reduced(polynomial: Polynomial) -> Polynomial:
    """The polynomial with the relations between bases and other atoms used up."""
    if all(map(_is_reduced, polynomial)):
        return polynomial
    done: Polynomial = {}
    todo = list(polynomial.items())
    for _ in range(MOST_REDUCTIONS):
        if not todo:
            return done
        monomial, coefficient = todo.pop()
        rewritten = _rewritten(monomial)
        if rewritten is None:
            done = plus(done, {monomial: coefficient})
        else:
            todo += [(m, whole(coefficient * c)) for m, c in rewritten.items()]
    raise OutOfSteps(f"gave up a rational function after {MOST_REDUCTIONS} steps")


def _is_reduced(monomial: Monomial) -> bool:
    return not any(is_base(name) or (e > 1 and is_indicator(name)) for name, e in monomial)


def _rewritten(monomial: Monomial) -> Polynomial | None:
    """The monomial after one step; None where there is none to take."""
    for name, exponent in monomial:
        if exponent > 1 and is_indicator(name):
            return {join(monomial, frozenset(((name, 1 - exponent),))): 1}
        if is_base(name):
            if exponent >= 1:
                return _multiplied_out(monomial, name, exponent // 1)
            if exponent < 0:
                polynomial, lead = _base(name)
                if _divides(lead, monomial):
                    return _cancelled(monomial, name, polynomial, lead)
                if _splits(polynomial, monomial):
                    return _cancelled(monomial, name, polynomial, UNIT)
    return None


def _multiplied_out(monomial: Monomial, name: Term, power: int) -> Polynomial:
    rest = join(monomial, frozenset(((name, -power),)))
    return times({rest: 1}, expanded(_base(name)[0], power))


def _cancelled(
    monomial: Monomial, name: Term, polynomial: Polynomial, part: Monomial
) -> Polynomial:
    """With base = c * part + rest: monomial = (monomial / part) * (base - rest) / c"""
    others = {m: -c for m, c in polynomial.items() if m != part}
    quotient = {join(monomial, raised(part, -1)): whole(Fraction(1) / polynomial[part])}
    return times(quotient, plus(atom(name), others))


def _divides(lead: Monomial, monomial: Monomial) -> bool:
    exponents = dict(monomial)
    return all(exponents.get(name, 0) >= exponent for name, exponent in lead)


def _splits(polynomial: Polynomial, monomial: Monomial) -> bool:
    """Whether all of the base but its constant shares an atom with the rest of the denominator."""
    if UNIT not in polynomial or len(polynomial) < 2:
        return False
    below = {name for name, exponent in monomial if exponent < 0 and not is_base(name)}
    return any(all(name in dict(m) for m in polynomial if m) for name in below)


# ---- factors -------------------------------------------------------------------------------------


class Factored(NamedTuple):
    """A polynomial as coefficient * content * primitive: a rational > 0, a monomial, the rest."""

    coefficient: Rational
    content: Monomial
    primitive: Polynomial


def factored(polynomial: Polynomial) -> Factored:
    """A polynomial that is not 0 with its obvious factors taken out, denominators among them."""
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
        cleared = plus(cleared, reduced({join(monomial, inverse): coefficient}))
    return content, cleared


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
