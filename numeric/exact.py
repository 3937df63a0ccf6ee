"""Gradients in exact arithmetic, for functions built on exp and log: a cross-check without balls.

At logits x_k = log(a_k) with rational a_k every exp(x_k) is rational, so a softmax is too, and so
is the slope of a logarithm, (log u)' = u'/u. The numbers here are q + sum_p c_p log(p), with
rational q and c_p and primes p. Such a number is 0 only where all of q and c_p are: a combination
of logarithms of primes is the logarithm of an algebraic number, which is 1 only by unique
factorisation, and is otherwise not rational (Lindemann). So equality is decided, not tested.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod

from flint import arb, ctx, fmpz

from derive.claims import Claim, Statement
from derive.kernel import Term
from derive.kernel.judgement import terms_of
from derive.kernel.terms import FUNCTIONS

from .conditions import check
from .errors import InputError
from .interpret import BALLS, Arithmetic, Irrational, evaluate, exact_power, index_value, no_pi
from .points import Point

_MOST_BITS = 96  # of numbers that are factored: longer ones may take minutes


@dataclass(frozen=True)
class LogNumber:
    """rational + sum_p logs[p] * log(p), for primes p, without coefficients that are 0.

    >>> print(LogNumber(Fraction(1, 2)) + LogNumber.log(Fraction(4, 3)))
    1/2 + 2 log(2) + -1 log(3)
    """

    rational: Fraction
    logs: Mapping[int, Fraction] = field(default_factory=dict)

    @classmethod
    def log(cls, value: Fraction) -> LogNumber:
        """The logarithm of a rational > 0."""
        if max(value.numerator, value.denominator).bit_length() > _MOST_BITS:
            raise Irrational(f"log({value}): a number too long to be factored")
        above = {int(p): Fraction(e) for p, e in fmpz(value.numerator).factor()}
        below = {int(p): Fraction(-e) for p, e in fmpz(value.denominator).factor()}
        return cls(Fraction(0), above | below)

    def exp(self) -> LogNumber:
        """The product of p**c_p, for whole coefficients c_p and no rational part."""
        if self.rational or any(c.denominator != 1 for c in self.logs.values()):
            raise Irrational(f"exp({self}) is not rational")
        return LogNumber(prod((Fraction(p) ** int(c) for p, c in self.logs.items()), start=_1))

    def as_fraction(self) -> Fraction:
        """The number itself, where it is rational."""
        if self.logs:
            raise Irrational(f"{self} is not rational")
        return self.rational

    def sign(self) -> int:
        """-1, 0 or 1. A combination of logarithms is not 0, so some precision tells."""
        if not self.logs:
            return (self.rational > 0) - (self.rational < 0)
        precision = 64
        while (found := self._sign_of_ball(precision)) is None:
            precision *= 2
        return found

    def _sign_of_ball(self, precision: int) -> int | None:
        with ctx.workprec(precision):
            number = BALLS.from_fraction
            logs = (number(c) * arb(p).log() for p, c in self.logs.items())
            return BALLS.sign(sum(logs, start=arb(number(self.rational))))

    def __str__(self) -> str:
        logs = [f"{c} log({p})" for p, c in sorted(self.logs.items())]
        return " + ".join([str(self.rational), *logs] if self.rational or not logs else logs)

    def __add__(self, other: LogNumber) -> LogNumber:
        if not isinstance(other, LogNumber):
            return NotImplemented
        logs = {
            p: c
            for p in {**self.logs, **other.logs}
            if (c := self.logs.get(p, _0) + other.logs.get(p, _0))
        }
        return LogNumber(self.rational + other.rational, logs)

    def __mul__(self, other: LogNumber) -> LogNumber:
        if not isinstance(other, LogNumber):
            return NotImplemented
        scale, number = (self, other) if not self.logs else (other, self)
        by = scale.as_fraction()
        logs = {p: by * c for p, c in number.logs.items() if by}
        return LogNumber(by * number.rational, logs)

    def __sub__(self, other: LogNumber) -> LogNumber:
        return self + other * LogNumber(Fraction(-1))

    def __pow__(self, exponent: int) -> LogNumber:
        return self if exponent == 1 else LogNumber(self.as_fraction() ** exponent)


_0, _1 = Fraction(0), Fraction(1)
_ZERO, _ONE = LogNumber(_0), LogNumber(_1)


@dataclass(frozen=True)
class Dual:
    """value + slope * e with e**2 = 0: a number that depends on the element that moves."""

    value: LogNumber
    slope: LogNumber

    def __add__(self, other: Dual | LogNumber) -> Dual:
        other = _dual(other)
        return Dual(self.value + other.value, self.slope + other.slope)

    def __sub__(self, other: Dual | LogNumber) -> Dual:
        return self + _dual(other) * LogNumber(-_1)

    def __rsub__(self, other: LogNumber) -> Dual:
        return _dual(other) - self

    def __mul__(self, other: Dual | LogNumber) -> Dual:
        other = _dual(other)
        return Dual(self.value * other.value, self.value * other.slope + self.slope * other.value)

    def __pow__(self, exponent: int) -> Dual:
        if exponent == 0:
            return _dual(_ONE)
        lowered = LogNumber(Fraction(exponent)) * self.value ** (exponent - 1)
        return Dual(self.value**exponent, lowered * self.slope)

    __radd__ = __add__
    __rmul__ = __mul__


_Number = Dual | LogNumber


def _dual(number: _Number) -> Dual:
    return number if isinstance(number, Dual) else Dual(number, _ZERO)


def _exp(argument: _Number) -> _Number:
    if isinstance(argument, LogNumber):
        return argument.exp()
    value = argument.value.exp()
    return Dual(value, value * argument.slope)


def _log(argument: _Number) -> _Number:
    if isinstance(argument, LogNumber):
        return LogNumber.log(argument.as_fraction())
    value = LogNumber.log(argument.value.as_fraction())
    return Dual(value, argument.slope * argument.value**-1)


def _power(base: _Number, exponent: _Number) -> _Number:
    """b**e, with the slope b**e (e b'/b + e' log b)."""
    if isinstance(base, LogNumber) and isinstance(exponent, LogNumber):
        return LogNumber(exact_power(base.as_fraction(), exponent.as_fraction()))
    base, exponent = _dual(base), _dual(exponent)
    value = LogNumber(exact_power(base.value.as_fraction(), exponent.value.as_fraction()))
    by_base = exponent.value * base.slope * base.value**-1
    by_exponent = exponent.slope * LogNumber.log(base.value.as_fraction())
    return Dual(value, value * (by_base + by_exponent))


def _sign(number: _Number) -> int | None:
    if isinstance(number, LogNumber):
        return number.sign()
    return number.value.sign() or None


def _no_such_number(argument: _Number) -> _Number:
    """Any other function: what it gives is not a number of this kind, or not known to be."""
    raise Irrational(f"no exact value of a function of {argument}")


LOGARITHMS = Arithmetic(
    LogNumber,
    {**dict.fromkeys(FUNCTIONS, _no_such_number), "exp": _exp, "log": _log},
    _power,
    _sign,
    no_pi,
)


# ---- gradients -----------------------------------------------------------------------------------


def exact_left(
    statement: Statement, point: Point, logs: Collection[str] | None = None
) -> LogNumber | None:
    """The left side at a point: the derivative of a claim, or an identity's left term.

    Exactly; None where it is not a LogNumber. ``logs`` names the variables whose entries a in the
    point stand for log(a); without it, that is the variable of a claim.

    Raises
    ------
    InputError
        Where the point does not fit the declarations, an entry that stands for log(a) is not
        positive, or a hypothesis speaks of a variable of ``logs``.
    Undefined
        Where the function has no value or no slope there.
    """
    if isinstance(statement, Claim):
        return _exact_gradient(statement, point, _logarithms(statement, point, logs))
    return _exact_value(statement.left, point, _logarithms(statement, point, logs))


def exact_right(
    statement: Statement, point: Point, logs: Collection[str] | None = None
) -> LogNumber | None:
    """The right side at a point, under the conventions of ``exact_left``."""
    return _exact_value(statement.value, point, _logarithms(statement, point, logs))


_Elements = dict[tuple[str, tuple[int, ...]], LogNumber]


def _exact_gradient(claim: Claim, point: Point, moved: _Elements) -> LogNumber | None:
    claim.require_order(1, "exact_left")
    at = tuple(index_value(index, point) for index in claim.at)
    here = moved.get((claim.variable, at), LogNumber(point.values[claim.variable][at]))
    try:
        moving = {**moved, (claim.variable, at): Dual(here, _ONE)}
        return _dual(evaluate(claim.of, point, (), LOGARITHMS, moving)).slope
    except Irrational:
        return None


def _exact_value(term: Term, point: Point, moved: _Elements) -> LogNumber | None:
    try:
        value: LogNumber = evaluate(term, point, (), LOGARITHMS, moved)
    except Irrational:
        return None
    return value


def _logarithms(statement: Statement, point: Point, logs: Collection[str] | None) -> _Elements:
    """The values of the elements that stand for logarithms."""
    check(statement.declarations, point)
    if logs is None:
        logs = (statement.variable,) if isinstance(statement, Claim) else ()
    names = set(logs)
    terms = [t for h in statement.declarations.hypotheses for t in terms_of(h.conclusion)]
    for name in names:
        _require(name in point.values, f"{name} is not a variable of the claim")
        bound = any(name in term.names for term in terms)
        _require(not bound, f"{name} stands for logarithms, but a hypothesis speaks of it")
    moved: _Elements = {}
    for name in names:
        for at, value in point.values[name].items():
            _require(
                value > 0, f"{name}{list(at)} stands for the logarithm of {value}, which is <= 0"
            )
            moved[name, at] = LogNumber.log(value)
    return moved


def _require(condition: bool, reason: str) -> None:
    if not condition:
        raise InputError(reason)
