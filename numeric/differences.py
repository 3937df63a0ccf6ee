"""Central differences with an error bar: the black-box referee of a claimed gradient.

For a smooth f, the central difference D(h) = (f(x + h) - f(x - h)) / (2h) is off by two errors:

* truncation, t(h) = f'''(x) h**2 / 6 + O(h**4), which a smaller step makes smaller;
* rounding, at most r(h) = (d(x + h) + d(x - h)) / (2h), where d bounds the rounding error of f,
  which a smaller step makes larger.

The best step balances the two, near h = (3 d / abs(f'''))**(1/3). f''' is not known, but the bar
is: t(2h) - t(h) = 3 t(h) (1 + O(h**2)), so abs(D(2h) - D(h)) + r(2h) + r(h) is at least 3 abs(t(h))
up to the O. The bar takes half of that for the truncation: a safety factor of 3/2, for the O. The
same from 4h and 2h, divided by 4, stands in where the first difference is small by accident. The
step is the power of two with the smallest bar.

(Richardson's estimate; see N. Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed.,
sections 1.14 and 3.1, for the balance of the two errors and for rounding error analysis.)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .errors import InputError

Array = NDArray[Any]
Function = Callable[[Array], Any]
Rounding = Callable[[Array], float] | float
Truncation = Callable[[float, float], float]

_SHORTER = 2.0**4  # how much shorter the next step is that may object
_FAR_ABOVE = 2.0  # how far a bound may be above an estimate before another step is tried
_UNIT = 2.0**-53  # the quotient is formed in float64, whatever the dtype of x


class Difference(NamedTuple):
    """A difference quotient, how far it may be from the derivative, and the step it took.

    Floats for one coordinate; arrays of one shape for many.
    """

    value: Any
    bar: Any
    step: Any


def central_difference(
    function: Function,
    x: Array,
    at: tuple[int, ...],
    *,
    rounding: Rounding,
    step: float | None = None,
    truncation: Truncation | None = None,
) -> Difference:
    """The derivative of a function by x[at], from values of the function alone.

    Parameters
    ----------
    function: maps an array of the shape of ``x`` to one number, nan where it has no value. It has
        to be smooth within four steps of ``x``: beside a kink the bar means nothing.
    x: an array of floats of any rank. It is not written to.
    rounding: a bound for the absolute rounding error of ``function`` at an array, or one number
        that bounds it everywhere near ``x``.
    step: the step to take; by default the power of two that makes the error bar smallest.
    truncation: a bound for the error of the exact quotient over an interval, given by its ends,
        infinite where there is none; by default it is estimated, as above. With a bound the bar
        is one, too: no kink and no pole within the step escapes it.

    Raises
    ------
    InputError
        Where x holds integers or is not finite, ``at`` is not an index of x, the function does not
        give one finite number at x, a step does not move x, or no step gives a finite bar.

    >>> d = central_difference(lambda x: x[0] ** 3, np.array([2.0]), (0,), rounding=1e-15)
    >>> abs(d.value - 12) <= d.bar < 1e-9
    True
    """
    line = _Line(function, _floats(x), _index(x, at), rounding, truncation)
    taken = line.best_step() if step is None else _given(step)
    if step is None and truncation is not None:
        taken = line.bounded_step(taken)
    bar = line.bar(taken) if truncation is None else line.bound(taken)
    if not math.isfinite(bar):
        raise InputError(f"no finite difference at x{list(at)}, with the step {taken}")
    return Difference(line.chord(taken).value, bar, taken)


def central_differences(
    function: Function,
    x: Array,
    coordinates: Iterable[tuple[int, ...]] | None = None,
    *,
    rounding: Rounding,
    step: float | None = None,
) -> Difference:
    """``central_difference`` at many coordinates, with arrays as fields.

    The arrays have an entry for each of the coordinates in turn; without ``coordinates``, they
    have the shape of ``x``. Raises as ``central_difference``, and where there is no coordinate.
    """
    chosen = list(np.ndindex(x.shape) if coordinates is None else coordinates)
    if not chosen:
        raise InputError("no coordinates to take differences at")
    found = [central_difference(function, x, at, rounding=rounding, step=step) for at in chosen]
    shape = x.shape if coordinates is None else (len(chosen),)
    return Difference(*[np.array(field).reshape(shape) for field in zip(*found, strict=True)])


def forward_difference(function: Function, x: Array, at: tuple[int, ...], h: float) -> float:
    """(f(x + h) - f(x)) / h, of first order only: off by about h f''(x) / 2 in any precision.

    Raises as ``central_difference``.
    """
    line = _Line(function, _floats(x), _index(x, at), 0.0)
    above = line.moved(_given(h))
    return (_number(function, above) - line.centre) / (float(above[at]) - float(x[at]))


# ---- agreement -----------------------------------------------------------------------------------


def error_in_bars(value: ArrayLike, difference: Difference, value_rounding: ArrayLike = 0.0) -> Any:
    """How many error bars a claimed gradient is away from a difference; nan where it is nan.

    ``value_rounding`` bounds the rounding error of the claimed gradient itself.

    Raises
    ------
    InputError
        Where the shapes differ, there is nothing to compare, or a bar is negative or not finite.
    """
    claimed, found = np.asarray(value, np.float64), np.asarray(difference.value)
    bar = difference.bar + np.asarray(value_rounding, np.float64)
    if claimed.shape != found.shape or bar.shape != found.shape:
        shapes = f"{claimed.shape}, {found.shape} and {bar.shape}"
        raise InputError(f"the claim, the difference and the bar have the shapes {shapes}")
    if not (found.size and np.isfinite(bar).all() and (bar >= 0).all()):
        raise InputError("agreement needs at least one bar, and all of them finite and >= 0")
    error = np.abs(claimed - found)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(error == 0, 0.0, error / bar)


def agrees(value: ArrayLike, difference: Difference, value_rounding: ArrayLike = 0.0) -> bool:
    """Whether a claimed gradient is within the bar everywhere; nan is not.

    Raises as ``error_in_bars``.
    """
    return bool((error_in_bars(value, difference, value_rounding) <= 1).all())


# ---- one coordinate ------------------------------------------------------------------------------


class _Chord(NamedTuple):
    """A difference quotient and a bound for all its errors but truncation."""

    value: float
    noise: float


class _Line:
    """A function along one coordinate of x."""

    def __init__(
        self,
        function: Function,
        x: Array,
        at: tuple[int, ...],
        rounding: Rounding,
        truncation: Truncation | None = None,
    ) -> None:
        self._function, self._x, self._at, self._rounding = function, x, at, rounding
        self._truncation = truncation
        self.centre = _number(function, x.copy())
        if not math.isfinite(self.centre):
            raise InputError(f"the function is {self.centre} at x")
        self.chord = cache(self._chord)
        self.bar = cache(self._bar)
        self.bound = cache(self._bound)

    def moved(self, by: float) -> Array:
        """x with the one element moved, rounded to the dtype of x."""
        moved = self._x.copy()
        moved[self._at] += moved.dtype.type(by)
        return moved

    def _noise(self, x: Array) -> float:
        if not callable(self._rounding):
            return self._rounding
        with np.errstate(all="ignore"):
            return float(self._rounding(x))

    def _chord(self, step: float) -> _Chord:
        """The quotient over the step that was really taken, x + h and x - h being rounded."""
        below, above = self.moved(-step), self.moved(step)
        low, x, high = (float(array[self._at]) for array in (below, self._x, above))
        if low == high:
            raise InputError(f"the step {step} does not move x{list(self._at)} = {x}")
        noise = self._noise(below) + self._noise(above)
        f_low, f_high = _number(self._function, below), _number(self._function, above)
        value = (f_high - f_low) / (high - low)
        off_centre = abs((high - x) - (x - low)) / 2 + _UNIT * (high - low)
        bend = (abs(f_high - 2 * self.centre + f_low) + 2 * noise) / (high - low) * 4
        off_slope = bend * (off_centre / (high - low))
        return _Chord(value, noise / (high - low) + off_slope + 4 * _UNIT * abs(value))

    def _bar(self, step: float) -> float:
        """The error bar of the quotient, infinite where the function is not finite nearby."""
        one, two, four = (self.chord(scale * step) for scale in (1, 2, 4))
        near = abs(two.value - one.value) + two.noise + one.noise
        wide = abs(four.value - two.value) + four.noise + two.noise
        bar = one.noise + max(near, wide / 4) / 2
        return bar if math.isfinite(bar) else math.inf

    def _bound(self, step: float) -> float:
        """A bound for all errors of the quotient, infinite where there is none."""
        assert self._truncation is not None
        low, high = (float(self.moved(by)[self._at]) for by in (-step, step))
        bound = self.chord(step).noise + self._truncation(low, high)
        return bound if math.isfinite(bound) else math.inf

    def bounded_step(self, step: float) -> float:
        """The step, or a shorter one where the bound is far above the estimate and falls."""
        if self.bound(step) <= _FAR_ABOVE * self.bar(step):
            return step
        while step / 2 >= self._smallest() and (
            self.bound(step) == math.inf or self.bound(step / 2) < self.bound(step)
        ):
            step /= 2
        return step

    def _smallest(self) -> float:
        """Four spacings of x."""
        return 4 * float(np.spacing(np.abs(self._x[self._at])))

    def best_step(self) -> float:
        """The power of two with the smallest bar, by walking downhill from (3 d)**(1/3).

        It is at least four spacings of x, and else at most 1/4, so that no more than x - 1 to x + 1
        is looked at. Over longer ways than its own scale a function settles into a straight line,
        where a wrong quotient looks settled too; so quotients over far shorter steps are asked, and
        where one of them disagrees the walk begins there.
        """
        smallest = self._smallest()
        largest = max(1 / 4, smallest)
        noise = max(3 * self._noise(self._x.copy()), float(np.finfo(self._x.dtype).eps))
        step = self._downhill(min(max(noise ** (1 / 3), smallest), largest), smallest, largest)
        shorter = step
        while (shorter := shorter / _SHORTER) >= smallest:
            if self._disagree(shorter, step):
                found = self._downhill(shorter, smallest, largest)
                step = found if found < step else shorter
        return step

    def _downhill(self, start: float, smallest: float, largest: float) -> float:
        step = _power_of_two(start)
        while step / 2 >= smallest and (
            self.bar(step) == math.inf or self.bar(step / 2) < self.bar(step)
        ):
            step /= 2
        while step * 2 <= largest and self.bar(step * 2) < self.bar(step):
            step *= 2
        return step

    def _disagree(self, shorter: float, step: float) -> bool:
        """Whether no slope is within the errors of both quotients."""
        one, other = self.chord(shorter), self.chord(step)
        return abs(one.value - other.value) > one.noise + self.bar(step)


def _power_of_two(value: float) -> float:
    """The largest power of two that is at most ``value``."""
    _, exponent = math.frexp(value)
    return math.ldexp(1.0, exponent - 1)


# ---- what is given -------------------------------------------------------------------------------


def _floats(x: Array) -> Array:
    if not (isinstance(x, np.ndarray) and x.dtype in (np.float32, np.float64)):
        kind = x.dtype if isinstance(x, np.ndarray) else type(x).__name__
        raise InputError(f"x has to be an array of float32 or float64, not {kind}")
    if not np.isfinite(x).all():
        at = tuple(int(place) for place in np.argwhere(~np.isfinite(x))[0])
        raise InputError(f"x{list(at)} = {x[at]} is not finite: give a real number")
    return x


def _index(x: Array, at: tuple[int, ...]) -> tuple[int, ...]:
    if len(at) != x.ndim or not all(0 <= k < n for k, n in zip(at, x.shape, strict=True)):
        raise InputError(f"{list(at)} is not an index of an array of shape {x.shape}")
    return at


def _given(step: float) -> float:
    if not 0 < step < math.inf:
        raise InputError(f"the step has to be positive and finite, it is {step}")
    return step


def _number(function: Function, x: Array) -> float:
    """The function's value; overflow and the like show in the value and need no warning."""
    with np.errstate(all="ignore"):
        value = np.asarray(function(x))
    if value.shape != () or value.dtype.kind not in "iuf":
        raise InputError(
            f"the function has to give one real number, not {value.dtype} of shape {value.shape}"
        )
    return float(value)
