"""The error of a central difference against its step: the V that every gradient check lives in.

It is computed in software floating point and checked by balls, so the figures are the same on every
machine.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from flint import arb, ctx
from mpmath.libmp import to_rational  # type: ignore[import-untyped]

from derive.claims import Claim

from .conditions import check
from .interpret import BALLS, Arithmetic, Undefined, evaluate, floats, index_value
from .points import Point
from .witnesses import taylor, true_derivative

_PRECISION = 256  # bits of the balls; a difference over the step 2**-k cancels about k of them

_CANDIDATES = 12  # points that a typical one is chosen from
_SMALL, _LARGE = 0.01, 10  # between which a Taylor coefficient is neither tiny nor huge


class CurvePoint(NamedTuple):
    """One step h, and how far the central difference over it is from the derivative.

    error: what it is.
    truncation: the part of it that exact arithmetic leaves, h**2 f'''/6 + O(h**4).
    rounding: a bound for the part that comes from rounding.
    """

    step: float
    error: float
    truncation: float
    rounding: float

    @property
    def bar(self) -> float:
        """What the error does not exceed."""
        return self.truncation + self.rounding


def error_curve(
    claim: Claim, point: Point, *, precision: int = 53, steps: int = 40
) -> tuple[CurvePoint, ...]:
    """The errors at h = 1/2, 1/4, .., 2**-steps, in floating point of ``precision`` bits.

    The point is rounded to that precision first, so that all speak of the same point. The bound for
    rounding is d / h and the roundings of the quotient itself, where d is the largest rounding
    error of ``claim.of`` among all evaluations. Steps that leave the domain, or are too small to
    move the element, are left out.

    Raises
    ------
    InputError
        Where the point does not fit the declarations.
    Undefined
        Where the derivative has no value at the point.
    """
    check(claim.declarations, point)
    quotients = list(_Line(claim, point, precision).quotients(steps))
    largest = max((quotient.rounding for quotient in quotients), default=0.0)
    unit = 2.0**-precision
    return tuple(
        CurvePoint(q.step, q.error, q.truncation, largest / q.step + 4 * unit * abs(q.value))
        for q in quotients
    )


class Curve(NamedTuple):
    """A point that shows the V, and the errors there."""

    point: Point
    errors: tuple[CurvePoint, ...]


def typical_curve(claim: Claim, points: Sequence[Point]) -> Curve | None:
    """The errors at a small point: sizes above 1, a slope and a third derivative near 1.

    Where no point bends, as with a quadratic function, one with a slope will do. None where the
    function has a slope at none of the points.
    """
    wide = [point for point in points if min(point.sizes.values(), default=2) > 1] or points
    latest = list(reversed(wide))
    latest.sort(key=_entries)
    nearest = latest[:_CANDIDATES]
    taylors = [(point, found) for point in nearest if (found := _taylor(claim, point)) is not None]
    orders = ((1, 3), (1,), ())
    for wanted in orders:
        for point, found in taylors:
            if all(_SMALL < abs(found[order]) < _LARGE for order in wanted):
                return Curve(point, error_curve(claim, point))
    return None


def _entries(point: Point) -> int:
    """How many numbers a point is made of."""
    return sum(map(len, point.values.values()))


def _taylor(claim: Claim, point: Point) -> list[float] | None:
    """The first coefficients of the function along its one element."""
    try:
        return [float(ball.mid()) for ball in taylor(claim, point, 3)]
    except Undefined:
        return None


def observed_order(curve: tuple[CurvePoint, ...]) -> float | None:
    """The power of h that the error goes with, measured where truncation rules: about 2.

    That is halfway, in powers of two, from the largest step to the best. None where the best step
    is among the largest, as it is for a quadratic function.
    """
    errors = [at.error for at in curve]
    middle = errors.index(min(errors)) // 2 if errors else 0
    if middle < 1 or min(errors) == 0:
        return None
    fall = math.log2(errors[middle - 1] / errors[middle])
    return fall / math.log2(curve[middle - 1].step / curve[middle].step)


class _Quotient(NamedTuple):
    """A computed quotient; ``rounding`` is the larger rounding error of the two values in it."""

    step: float
    value: float
    error: float
    truncation: float
    rounding: float


class _Line:
    """The function of a claim along its one element, in floating point and in balls."""

    def __init__(self, claim: Claim, point: Point, precision: int) -> None:
        claim.require_order(1, "a curve of differences")
        self._of, self._arithmetic = claim.of, floats(precision)
        self._point = _rounded(point, self._arithmetic)
        at = tuple(index_value(index, point) for index in claim.at)
        self._element = claim.variable, at
        self._here = self._arithmetic.from_fraction(point.values[claim.variable][at])
        self._derivative = true_derivative(claim, self._point, _PRECISION)

    def quotients(self, steps: int) -> Iterator[_Quotient]:
        """The quotients over 1/2, 1/4, .., as far as the function has values there."""
        for k in range(1, steps + 1):
            try:
                yield self._quotient(Fraction(1, 2**k))
            except Undefined:
                continue

    def _quotient(self, step: Fraction) -> _Quotient:
        h = self._arithmetic.from_fraction(step)
        low, high = self._here - h, self._here + h
        if low == high:
            raise Undefined(f"the step {step} does not move the element")
        below, above = self._value(low), self._value(high)
        computed = (above - below) / (high - low)
        with ctx.workprec(_PRECISION):
            true_below, true_above = self._ball(low), self._ball(high)
            chord = (true_above - true_below) / (_exact(high) - _exact(low))
            return _Quotient(
                float(_exact(high) - _exact(low)) / 2,
                float(computed),
                _size(_exact(computed) - self._derivative),
                _size(chord - self._derivative),
                max(_size(_exact(below) - true_below), _size(_exact(above) - true_above)),
            )

    def _value(self, element: Any) -> Any:
        return evaluate(self._of, self._point, (), self._arithmetic, {self._element: element})

    def _ball(self, element: Any) -> arb:
        return arb(evaluate(self._of, self._point, (), BALLS, {self._element: _exact(element)}))


def _rounded(point: Point, arithmetic: Arithmetic) -> Point:
    values = {
        name: {at: Fraction(*_ratio(arithmetic.from_fraction(value))) for at, value in row.items()}
        for name, row in point.values.items()
    }
    return Point(point.sizes, values, point.labels, point.indices)


def _ratio(number: Any) -> tuple[int, int]:
    """A floating-point number as the fraction that it is."""
    numerator, denominator = to_rational(number._mpf_)
    return int(numerator), int(denominator)


def _exact(number: Any) -> arb:
    return arb(BALLS.from_fraction(Fraction(*_ratio(number))))


def _size(ball: arb) -> float:
    return float(abs(ball).mid())
