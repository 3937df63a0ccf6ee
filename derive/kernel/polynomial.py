"""Polynomials with exact coefficients over any hashable atoms.

A monomial is a frozenset of (atom, exponent) pairs, exponents rational and never 0; a polynomial
maps monomials to non-zero coefficients. Equal polynomials are equal dictionaries. Whole
coefficients and exponents are kept as ``int``, which is many times faster than ``Fraction``.
Deltas and guards where(.., 1) are their own squares, for their values are 0 and 1.
"""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from typing import Any

from . import terms as t
from .errors import require
from .known import Known
from .terms import ONE, Term

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


def atom(name: Any, exponent: Rational = 1) -> Polynomial:
    """One atom, to a power, as a polynomial."""
    return {frozenset(((name, exponent),)): 1}


def plus(left: Polynomial, right: Polynomial, factor: Rational = 1) -> Polynomial:
    """left + factor * right"""
    total = dict(left)
    for monomial, coefficient in right.items():
        value = total.pop(monomial, 0) + factor * coefficient
        if value:
            total[monomial] = value
    return total


def join(left: Monomial, right: Monomial) -> Monomial:
    """The product of two monomials."""
    if not left or not right:
        return left or right
    exponents = dict(left)
    for name, exponent in right:
        value = exponents.pop(name, 0) + exponent
        if value:
            exponents[name] = _power_of(name, value)
    return frozenset(exponents.items())


def _power_of(name: Any, exponent: Rational) -> Rational:
    """The exponent of an atom: 1 for any higher power of what is 0 or 1."""
    return 1 if exponent > 1 and _is_indicator(name) else whole(exponent)


def _is_indicator(name: Any) -> bool:
    kind = name.kind if isinstance(name, Term) else ""
    return kind == "delta" or (kind == "where" and name.args[3] is ONE)


def raised(monomial: Monomial, exponent: Rational) -> Monomial:
    """The monomial to a power."""
    require(-LARGEST_EXPONENT <= exponent <= LARGEST_EXPONENT, "exponent too large", exponent)
    return frozenset((name, _power_of(name, e * exponent)) for name, e in monomial if exponent)


def coefficient_power(value: Rational, exponent: int) -> Rational:
    """value ** exponent, exactly; the exponent may be negative."""
    ratio = Fraction(value)
    bits: int = max(abs(ratio.numerator), ratio.denominator).bit_length()
    require((bits - 1) * abs(exponent) < t.LARGEST.bit_length(), "number too large", exponent)
    return whole(ratio**exponent)


def times(left: Polynomial, right: Polynomial) -> Polynomial:
    """left * right"""
    require(len(left) * len(right) <= MOST_MONOMIALS, "expands to too many terms")
    total: Polynomial = {}
    for one, factor in left.items():
        for other, coefficient in right.items():
            monomial = join(one, other)
            value = total.pop(monomial, 0) + factor * coefficient
            require(t.small(value), "number too large")
            if value:
                total[monomial] = value
    return total


def expanded(base: Polynomial, exponent: int) -> Polynomial:
    """base ** exponent for a natural exponent, multiplied out."""
    if len(base) == 1:
        ((monomial, coefficient),) = base.items()
        return {raised(monomial, exponent): coefficient_power(coefficient, exponent)}
    require(exponent <= LARGEST_POWER, "power too large to expand", exponent)
    return reduce(times, [base] * exponent, {UNIT: 1})


# ---- terms as rational functions: the rule ``field`` --------------------------------------------

# Atoms of the polynomials here, beside terms that are opaque (sums, elements, guards, sizes):
#   ("base", p)       a polynomial whose inverse or root occurs
#   ("power", p, m)   the polynomial p, or e, to a symbolic monomial m: a positive number
#   ("apply", f, p)   a named function of a polynomial


class Evaluation:
    """Evaluates terms to polynomials, modulo the equations among the premises.

    Refuses a term that was not shown to have a value: every child is visited, so what a factor 0
    would hide is asked about all the same.
    """

    def __init__(self, known: Known) -> None:
        self._known = known
        self._done: dict[Term, Polynomial] = {}

    def of(self, term: Term) -> Polynomial:
        """The polynomial of a term."""
        if term not in self._done:
            equal = self._known.equal.get(term)
            self._done[term] = self._by_structure(term) if equal is None else self.of(equal)
        return self._done[term]

    def _by_structure(self, term: Term) -> Polynomial:
        match term.kind:
            case "number":
                return {UNIT: value} if (value := t.rational(term)) else {}
            case "add":
                return reduce(plus, map(self.of, term.args), {})
            case "multiply":
                return reduce(times, map(self.of, term.args), {UNIT: 1})
            case "power":
                return self._power(term)
            case "apply":
                return self._apply(term)
            case "delta":
                one, other = sorted(term.args, key=repr)
                return {UNIT: 1} if one == other else atom(t.delta(one, other))
            case _:
                self._known.require_defined(term)
                return atom(term)

    def _apply(self, term: Term) -> Polynomial:
        """exp(sum of c*m) = product of exp(m)**c; any other function is an atom."""
        function, argument = term.args
        inner = self.of(argument)
        if function == "exp":
            return _symbolic_power("e", inner)
        self._known.require_defined(term)
        return atom(("apply", function, _key(inner)))

    def _power(self, term: Term) -> Polynomial:
        """b**(c + sum of c'*m) = b**c * product of (b**m)**c', for b > 0 or a whole exponent."""
        base, written = term.args[0], t.rational(term.args[1])
        self._known.require_safe(term)
        polynomial = self.of(base)
        if written is not None:  # as it is written, whatever a premise says it equals
            return _rational_power(polynomial, written)
        symbolic = dict(self.of(term.args[1]))
        number = _rational_power(polynomial, whole(symbolic.pop(UNIT, 0)))
        return times(number, _symbolic_power(_key(polynomial), symbolic))


def _key(polynomial: Polynomial) -> frozenset[tuple[Monomial, Rational]]:
    return frozenset(polynomial.items())


def _symbolic_power(base: Any, exponent: Polynomial) -> Polynomial:
    """b**(sum of c*m) = product of (b**m)**c"""
    return {frozenset((("power", base, m), c) for m, c in exponent.items()): 1}


def _rational_power(polynomial: Polynomial, exponent: Rational) -> Polynomial:
    """b**c, where it was shown to have a value"""
    if isinstance(exponent, int) and (exponent >= 0 or len(polynomial) == 1):
        return expanded(polynomial, exponent)
    for monomial in polynomial if list(polynomial.values()) == [1] else ():
        if [e for _, e in monomial] == [1] or all(_is_made("power", name) for name, _ in monomial):
            return {raised(monomial, exponent): 1}  # each atom is positive by itself
    return atom(("base", _key(polynomial)), exponent)


def _is_made(kind: str, name: Any) -> bool:
    return isinstance(name, tuple) and bool(name[0] == kind)


def vanishes(polynomial: Polynomial) -> bool:
    """Whether it is 0: it is multiplied by its (nonzero) bases until none is left.

    Only whole parts of exponents are multiplied out, so that equal rational functions come to the
    same polynomial.
    """
    bases = {b for monomial in polynomial for b, e in monomial if e // 1 and _is_made("base", b)}
    return vanishes(reduce(_cleared, bases, polynomial)) if bases else not polynomial


def _cleared(polynomial: Polynomial, base: Any) -> Polynomial:
    """The polynomial times a power of the base that leaves it exponents from 0 to below 1."""
    lowest = min((dict(monomial).get(base, 0) // 1 for monomial in polynomial), default=0)
    total: Polynomial = {}
    for monomial, coefficient in polynomial.items():
        exponents = dict(monomial)
        power, fraction = divmod(exponents.pop(base, 0), 1)
        if fraction:
            exponents[base] = fraction
        rest = {frozenset(exponents.items()): coefficient}
        total = plus(total, times(expanded(dict(base[1]), power - lowest), rest))
    return total
