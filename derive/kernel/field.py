"""Terms as rational functions over atoms: the arithmetic behind the rule ``field``."""

from __future__ import annotations

from typing import Any

from .errors import require
from .known import Premises
from .polynomial import (
    UNIT,
    Monomial,
    Polynomial,
    Rational,
    atom,
    coefficient_power,
    constant,
    expanded,
    join,
    plus,
    raised,
    times,
    whole,
)
from .terms import OF_POSITIVE, ONE, Term, rational

# Atoms of the polynomials here, beside terms that are opaque (sums, elements, sizes):
#   ("exp", m)        exp of one monomial, so that exp(a + b) = exp(a) exp(b)
#   ("base", p)       a polynomial whose inverse or root occurs
#   ("power", p, m)   the polynomial p to a symbolic monomial m
#   ("apply", f, p)   a named function of a polynomial
#   ("delta", {i, j}) idempotent, as are guards where(.., 1)


class Evaluation:
    """Evaluates terms to polynomials, modulo the equations among the premises.

    Refuses a term that was not shown to have a value: every child is visited, so what a factor 0
    would hide is asked about all the same.
    """

    def __init__(self, premises: Premises, context: tuple[str, ...]) -> None:
        self._premises = premises
        self._context = context
        self._known = premises.under(context)
        self._done: dict[Term, Polynomial | None] = {}

    def of(self, term: Term) -> Polynomial:
        """The polynomial of a term."""
        if term in self._done:
            value = self._done[term]
            require(value is not None, "equations go round in a circle", term)
            return value  # type: ignore[return-value]
        self._done[term] = None
        equal = self._known.equal.get(term)
        value = self._done[term] = self._node(term) if equal is None else self.of(equal)
        return value

    def _node(self, term: Term) -> Polynomial:
        args = term.args
        match term.kind:
            case "number":
                return constant(rational(term) or 0)
            case "add":
                total: Polynomial = {}
                for part in args:
                    total = plus(total, self.of(part))
                return total
            case "multiply":
                product: Polynomial = {UNIT: 1}
                for part in args:
                    product = _idempotent(times(product, self.of(part)))
                return product
            case "power":
                return _idempotent(self._power(args[0], args[1]))
            case "apply":
                return self._apply(term)
            case "delta":
                return atom(("delta", frozenset(args)))
            case _:
                self._premises.require_defined(self._context, term)
                return atom(term)

    def _apply(self, term: Term) -> Polynomial:
        """exp(sum of c*m) = product of exp(m)**c; any other function is an atom."""
        function, argument = term.args
        inner = self.of(argument)
        if function == "exp":
            return {frozenset((("exp", m), c) for m, c in inner.items()): 1}
        known = term in self._known.defined
        if not known and function in OF_POSITIVE:
            require(argument in self._known.positive, "may not be positive", argument)
        elif not known:
            self._premises.require_defined(self._context, term)
        return atom(("apply", function, _key(inner)))

    def _power(self, base: Term, exponent: Term) -> Polynomial:
        """b**(c + sum of c'*m) = b**c * product of (b**m)**c', for b > 0 or a whole exponent."""
        polynomial, written = self.of(base), rational(exponent)
        if written is not None:  # as it is written, whatever a premise says it equals
            return self._rational_power(base, polynomial, written)
        require(base in self._known.positive, "base not shown positive", base)
        power = self.of(exponent)
        result = self._rational_power(base, polynomial, power.get(UNIT, 0))
        symbolic = {m: c for m, c in power.items() if m != UNIT}
        if symbolic:
            powers = frozenset((("power", _key(polynomial), m), c) for m, c in symbolic.items())
            result = times(result, {powers: 1})
        return result

    def _rational_power(self, base: Term, polynomial: Polynomial, exponent: Rational) -> Polynomial:
        if isinstance(exponent, int):
            if exponent >= 0:
                return expanded(polynomial, exponent)
            require(base in self._known.nonzero, "base not shown nonzero", base)
            if len(polynomial) == 1:
                ((monomial, coefficient),) = polynomial.items()
                return {raised(monomial, exponent): coefficient_power(coefficient, exponent)}
        else:
            require(base in self._known.positive, "base not shown positive", base)
            if len(polynomial) == 1 and _root_splits(polynomial):
                return {raised(next(iter(polynomial)), exponent): 1}
        return atom(("base", _key(polynomial)), exponent)


def _key(polynomial: Polynomial) -> frozenset[tuple[Monomial, Rational]]:
    return frozenset(polynomial.items())


def _root_splits(polynomial: Polynomial) -> bool:
    """Whether a root of this positive monomial is the product of the roots of its atoms.

    It is where every atom is positive by itself: exponentials, or a single atom to the power 1.
    """
    ((monomial, coefficient),) = polynomial.items()
    exponentials = all(isinstance(a, tuple) and a[0] == "exp" for a, _ in monomial)
    alone = len(monomial) == 1 and next(iter(monomial))[1] == 1
    return coefficient == 1 and (exponentials or alone)


def _idempotent(polynomial: Polynomial) -> Polynomial:
    """delta * delta = delta, and the same of guards: their values are 0 and 1"""
    if not any(_is_indicator(a) and e > 1 for monomial in polynomial for a, e in monomial):
        return polynomial
    total: Polynomial = {}
    for monomial, coefficient in polynomial.items():
        once = frozenset((a, 1 if _is_indicator(a) and e > 1 else e) for a, e in monomial)
        total = plus(total, {once: coefficient})
    return total


def _is_indicator(name: Any) -> bool:
    if isinstance(name, tuple):
        return bool(name[0] == "delta")
    return name.kind == "where" and name.args[3] is ONE


def _is_base(name: Any) -> bool:
    return isinstance(name, tuple) and name[0] == "base"


def cleared(polynomial: Polynomial) -> Polynomial:
    """The polynomial times powers of its (nonzero) bases, multiplied out.

    It is 0 exactly where the given one is. Whole parts of the exponents of bases are multiplied
    out until none is left, so that equal rational functions clear to the same dictionary.
    """
    while True:
        lowest: dict[Any, int] = {}
        for monomial in polynomial:
            for name, exponent in monomial:
                if _is_base(name):
                    lowest[name] = min(lowest.get(name, 0), exponent // 1)
        if not any(e // 1 for m in polynomial for name, e in m if _is_base(name)):
            return polynomial
        total: Polynomial = {}
        for monomial, coefficient in polynomial.items():
            total = plus(total, _cleared_monomial(dict(monomial), coefficient, lowest))
        polynomial = _idempotent(total)


def _cleared_monomial(
    exponents: dict[Any, Rational], coefficient: Rational, lowest: dict[Any, int]
) -> Polynomial:
    product: Polynomial = {UNIT: coefficient}
    rest: Monomial = UNIT
    for name, low in lowest.items():
        exponent = exponents.pop(name, 0)
        power = exponent // 1 - low
        fraction = whole(exponent - exponent // 1)
        if power:
            product = times(product, expanded(dict(name[1]), power))
        if fraction:
            rest = join(rest, frozenset(((name, fraction),)))
    return times(product, {join(rest, frozenset(exponents.items())): 1})
