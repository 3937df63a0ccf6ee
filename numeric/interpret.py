"""The reference interpreter: what a term means, by plain recursion, in any arithmetic.

Slow and short on purpose. Everything that evaluates terms faster is tested against this.

=============  =================================================================================
arithmetic     a value is
=============  =================================================================================
EXACT          a ``Fraction``; functions only where the result is rational, as exp(0) is
BALLS          a FLINT rational while that is exact, then a ball (``arb``) that holds the true
               value; where an element is given as a series (``arb_series``), what depends on it
               is one, so that its coefficients are derivatives
floats(p)      an mpmath number of p bits: every operation is rounded to p bits, the same on
               every machine, with no overflow. 53 stands for float64 and 24 for float32
=============  =================================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any

from flint import arb, arb_series, fmpq, fmpz

from derive.kernel.terms import FUNCTIONS, OF_POSITIVE, Index, Term, natural_number, rational
from derive.plain_text import show

from .errors import InputError
from .points import Bound, Point

Moved = Mapping[tuple[str, tuple[int, ...]], Any]


class Undefined(ArithmeticError):  # noqa: N818  (a state of affairs, not a mishap)
    """The term has no value at the point, or none that the arithmetic can be sure of."""


class Irrational(ArithmeticError):  # noqa: N818  (as Undefined)
    """The value exists but is not a number that the exact arithmetic can hold."""


@dataclass(frozen=True)
class Arithmetic:
    """Numbers of one kind. They know +, * and ``** int`` by themselves.

    from_fraction: the number that stands for an exact rational.
    functions: the named functions of the kernel.
    power: base ** exponent, for a base > 0.
    sign: -1, 0 or 1; None where it is not certain at the point and all around it.
    pi: the circle's constant.
    """

    from_fraction: Callable[[Fraction], Any]
    functions: Mapping[str, Callable[[Any], Any]]
    power: Callable[[Any, Any], Any]
    sign: Callable[[Any], int | None]
    pi: Callable[[], Any]


# ---- the arithmetics -----------------------------------------------------------------------------


# Where the functions of rational arguments are rational; everywhere else they are not (for exp,
# log, sin, cos by Lindemann) or not known to be.
_RATIONAL_VALUES: Mapping[str, Mapping[Fraction | int, int]] = {
    "exp": {0: 1},
    "log": {1: 0},
    "sin": {0: 0},
    "cos": {0: 1},
    "erf": {0: 0},
    "lgamma": {1: 0, 2: 0},
    "digamma": {},
}


def _exact(name: str) -> Callable[[Fraction], Fraction]:
    """The function where its value is rational."""

    def value(argument: Fraction) -> Fraction:
        if argument not in _RATIONAL_VALUES[name]:
            raise Irrational(f"{name}({argument}) is not rational")
        return Fraction(_RATIONAL_VALUES[name][argument])

    return value


def no_pi() -> Any:
    """The constant pi, to an arithmetic that has no such number."""
    raise Irrational("pi is not rational")


def exact_power(base: Fraction, exponent: Fraction) -> Fraction:
    """base ** exponent for a base > 0, where it is rational.

    >>> exact_power(Fraction(4, 9), Fraction(-3, 2))
    Fraction(27, 8)
    """
    root = exponent.denominator
    found = Fraction(int(fmpz(base.numerator).root(root)), int(fmpz(base.denominator).root(root)))
    if found**root != base:
        raise Irrational(f"{base} ** {exponent} is not rational")
    return Fraction(found**exponent.numerator)


def _sign(number: Any) -> int:
    return int(number > 0) - int(number < 0)


def _ball_sign(number: Any) -> int | None:
    """A series depends on the element that moves, so its zero is a kink or a pole, not a sign."""
    at_point = number[0] if isinstance(number, arb_series) else number
    if at_point > 0 or at_point < 0:
        return _sign(at_point)
    certain = at_point == 0 and not isinstance(number, arb_series)
    return 0 if certain else None


def _ball(number: Any) -> Any:
    return arb(number) if isinstance(number, fmpq) else number


def _digamma(argument: Any) -> Any:
    """Of a series u: the derivative of lgamma at its centre, with the rest of u put in."""
    number = _ball(argument)
    if isinstance(number, arb):
        return number.digamma()
    order = number.prec
    at_centre = arb_series([number[0], 1], order + 1).lgamma().derivative()
    rest = arb_series([0, *(number[k] for k in range(1, order))], order)
    return at_centre(rest) if rest.length() else arb_series([at_centre[0]], order)


EXACT = Arithmetic(Fraction, {f: _exact(f) for f in FUNCTIONS}, exact_power, _sign, no_pi)

BALLS = Arithmetic(
    lambda value: fmpq(value.numerator, value.denominator),
    {
        "exp": lambda u: _ball(u).exp(),
        "log": lambda u: _ball(u).log(),
        "sin": lambda u: _ball(u).sin(),
        "cos": lambda u: _ball(u).cos(),
        "erf": lambda u: _ball(u).erf(),
        "lgamma": lambda u: _ball(u).lgamma(),
        "digamma": _digamma,
    },
    lambda base, exponent: _ball(base) ** _ball(exponent),
    _ball_sign,
    arb.pi,
)


def floats(precision: int) -> Arithmetic:
    """Floating point of ``precision`` bits, the same on every machine."""
    from mpmath import MPContext  # type: ignore[import-untyped]  # noqa: PLC0415
    from mpmath.libmp import from_rational  # type: ignore[import-untyped]  # noqa: PLC0415

    context = MPContext()
    context.prec = precision

    def nearest(value: Fraction) -> Any:
        return context.make_mpf(from_rational(value.numerator, value.denominator, precision, "n"))

    return Arithmetic(
        nearest,
        {
            "exp": context.exp,
            "log": context.log,
            "sin": context.sin,
            "cos": context.cos,
            "erf": context.erf,
            "lgamma": context.loggamma,
            "digamma": context.digamma,
        },
        lambda base, exponent: base**exponent,
        _sign,
        lambda: +context.pi,
    )


MOST_VALUES = 300_000  # of parts of a term, at one point
_LARGEST_EXACT_POWER = 10_000

# ---- the recursion -------------------------------------------------------------------------------


def evaluate(
    term: Term,
    point: Point,
    context: Bound = (),
    arithmetic: Arithmetic = EXACT,
    moved: Moved | None = None,
) -> Any:
    """The value of a term at a point.

    Parameters
    ----------
    context: the values of the term's open bound indices, the innermost first.
    arithmetic: the kind of numbers to compute with.
    moved: elements, as (variable, indices), whose value is given here as a number of the
        arithmetic, instead of the one in the point.

    Raises
    ------
    Undefined
        Where the term has no value: 1/0, the log of what is not positive, a root of it. Balls also
        raise it where they cannot tell.
    Irrational
        Where the arithmetic is exact and the value is not rational.
    InputError
        Where the point gives no value to a name or an index that the term reads.

    >>> from derive.kernel.terms import element, number, power, sum_over
    >>> from numeric.points import Point
    >>> point = Point({"n": 2}, {"x": {(0,): Fraction(1, 2), (1,): Fraction(2)}})
    >>> evaluate(sum_over("n", power(element("x", 0), number(-1))), point)
    Fraction(5, 2)
    """
    return _Interpreter(point, arithmetic, moved or {}).value(term, context)


def index_value(index: Index, point: Point, bound: Bound = ()) -> int:
    """The number that an index stands for at a point.

    Raises
    ------
    InputError
        Where the point gives no value to a name that the index reads.
    """
    try:
        if isinstance(index, int):
            return bound[index]
        if isinstance(index, str):
            return point.indices[index]
        return point.labels[index[0]][tuple(index_value(i, point, bound) for i in index[1:])]
    except LookupError:
        raise InputError(f"the index {show(index)} has no value at {point}") from None


def _natural_power(base: Any, exponent: int, one: Any) -> Any:
    """base ** exponent by multiplication: a ball around 0 has no power in python-flint."""
    power, square = one, base
    while exponent:
        if exponent % 2:
            power = power * square
        exponent //= 2
        square = square * square if exponent else square
    return power


class _Interpreter:
    """Evaluates terms at one point; what occurs twice is computed once."""

    def __init__(self, point: Point, arithmetic: Arithmetic, moved: Moved) -> None:
        self._point = point
        self._arithmetic = arithmetic
        self._moved = moved
        self._zero = arithmetic.from_fraction(Fraction(0))
        self._one = arithmetic.from_fraction(Fraction(1))
        self._known: dict[tuple[Term, Bound], Any] = {}

    def value(self, term: Term, bound: Bound) -> Any:
        key = (term, bound[: term.loose])
        if key not in self._known:
            if len(self._known) > MOST_VALUES:
                raise Undefined(f"gave up after {MOST_VALUES} values")
            self._known[key] = self._compute(term, bound)
        return self._known[key]

    def _compute(self, term: Term, bound: Bound) -> Any:
        args = term.args
        match term.kind:
            case "number":
                return self._arithmetic.from_fraction(Fraction(*args))
            case "size":
                return self._arithmetic.from_fraction(Fraction(self._size(args[0])))
            case "constant":
                return self._arithmetic.pi()
            case "position":
                return self._arithmetic.from_fraction(Fraction(self._index(args[0], bound)))
            case "element":
                return self._element(args[0], tuple(self._index(i, bound) for i in args[1]))
            case "delta":
                left, right = (self._index(i, bound) for i in args)
                return self._one if left == right else self._zero
            case "add":
                return sum((self.value(part, bound) for part in args), start=self._zero)
            case "multiply":
                return prod((self.value(part, bound) for part in args), start=self._one)
            case "power":
                return self._power(term, self.value(args[0], bound), bound)
            case "apply":
                return self._apply(term, self.value(args[1], bound))
            case "sum":
                every = range(self._size(args[0]))
                return sum((self.value(args[1], (k, *bound)) for k in every), start=self._zero)
            case "where":
                return self.value(args[3], bound) if self._holds(term, bound) else self._zero
            case _:
                raise InputError(f"the interpreter does not know terms of the kind {term.kind}")

    def _power(self, term: Term, base: Any, bound: Bound) -> Any:
        """A natural power asks for nothing, a whole one for base != 0, any other for base > 0."""
        whole = rational(term.args[1])
        if natural_number(term.args[1]) is None:
            sign = self._arithmetic.sign(base)
            if not (sign if isinstance(whole, int) else sign == 1):
                raise Undefined(f"the base of {show(term)} is {base}")
        if isinstance(whole, int):
            if abs(whole) > _LARGEST_EXACT_POWER:
                return self._large_power(term, base, whole)
            return _natural_power(base, whole, self._one) if whole >= 0 else base**whole
        return self._arithmetic.power(base, self.value(term.args[1], bound))

    def _large_power(self, term: Term, base: Any, exponent: int) -> Any:
        """By balls, of a fixed number of bits; exact numbers would have too many digits."""
        if not isinstance(base, fmpq | arb | arb_series):
            raise Undefined(f"{show(term)} has too many digits")
        return _ball(base) ** exponent

    def _apply(self, term: Term, argument: Any) -> Any:
        name = term.args[0]
        if name not in self._arithmetic.functions:
            raise InputError(f"the arithmetic has no function {name}: {show(term)}")
        if name in OF_POSITIVE and self._arithmetic.sign(argument) != 1:
            raise Undefined(f"the argument of {show(term)} is {argument}")
        return self._arithmetic.functions[name](argument)

    def _holds(self, term: Term, bound: Bound) -> bool:
        relation, left, right, _ = term.args
        sign = self._arithmetic.sign(self.value(left, bound) - self.value(right, bound))
        if sign is None:
            raise Undefined(f"cannot tell whether {show(left)} {relation} {show(right)}")
        return {"=": sign == 0, "!=": sign != 0, "<": sign < 0, "<=": sign <= 0}[relation]

    def _size(self, name: str) -> int:
        if name not in self._point.sizes:
            raise InputError(f"the size {name} has no value at {self._point}")
        return self._point.sizes[name]

    def _index(self, index: Index, bound: Bound) -> int:
        return index_value(index, self._point, bound)

    def _element(self, name: str, at: tuple[int, ...]) -> Any:
        if (name, at) in self._moved:
            return self._moved[name, at]
        try:
            return self._arithmetic.from_fraction(self._point.values[name][at])
        except LookupError:
            raise InputError(f"{name}{list(at)} has no value at {self._point}") from None
