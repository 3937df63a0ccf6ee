"""Error bounds that are two numbers for a whole array, so that large arrays cost little to bound.

Every value carries bounds |v - V| <= A + R |v| for all its entries v, where V is what v stands for.
They are passed on as in ``numeric.rounding``, with the largest and smallest entries of arrays in
place of the entries themselves: a few reductions, which are many times faster than an exponential.

Two such bounds are carried along:

* **rounding**: V is the exact value;
* **reach**: V is the value at any complex step within a disk around the step that was taken. It
  bounds the function on the disk, and by Cauchy's estimate all its derivatives.

A maximum is only ever taken as the shift m in exp(a) = exp(m) exp(a - m), which holds for every m:
so the m that was computed is exact, and stays what it is as the step moves.

(N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed., 2002, sections 3.1 to 3.3;
for Cauchy's estimate any book on complex analysis. What is assumed of NumPy is said in
``numeric.rounding``.)
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from math import cosh, exp, expm1, inf, log1p, prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .compile import Compiled
from .program.vocabulary import Namespace, numpy_namespace
from .rounding import ULPS_OF_FUNCTIONS, additions
from .workspace import Workspace, computed, using

_ROOM = 2.0**-18  # for the roundings of one function of float32, relative to its value
_SLACK = 1 + 2.0**-20  # for the roundings of the bounds themselves, and for u**2 beside u


class Bar(NamedTuple):
    """|v - V| <= absolute + relative |v|, for every entry."""

    absolute: float = 0.0
    relative: float = 0.0

    def at(self, size: float) -> float:
        """The bound for entries that are no larger."""
        return self.absolute + (self.relative * size if self.relative else 0.0)

    @property
    def is_exact(self) -> bool:
        """Whether there is no error."""
        return self.absolute == 0 == self.relative


Range = tuple[float, float]
EXACT = Bar()
Bars = tuple[Bar, Bar]  # rounding, reach
UNKNOWN = Bar(inf, 0.0)


class Uniform:
    """An array with its two bounds; the largest and smallest entries are found when asked for."""

    __array_ufunc__ = None  # NumPy leaves operators to this class

    def __init__(
        self, value: Any, bars: Bars = (EXACT, EXACT), between: Range | None = None
    ) -> None:
        self.value = value
        self.bars = bars
        self._between = between

    @cached_property
    def between(self) -> Range:
        """Numbers that no entry is below, and above."""
        if self._between is not None:
            return self._between
        if not self.value.ndim:
            return float(self.value), float(self.value)
        return float(np.min(self.value)), float(np.max(self.value))

    @property
    def lowest(self) -> float:
        """A number that no entry is below."""
        return self.between[0]

    @property
    def highest(self) -> float:
        """A number that no entry is above."""
        return self.between[1]

    @property
    def size(self) -> float:
        """What no entry is larger than, in absolute value."""
        return max(self.highest, -self.lowest)

    @property
    def least(self) -> float:
        """What no entry is smaller than, in absolute value."""
        return max(self.lowest, -self.highest, 0.0)

    @property
    def has_one_sign(self) -> bool:
        """Whether no entry is negative, or none is positive."""
        return self.lowest >= 0 or self.highest <= 0

    def __getitem__(self, subscript: Any) -> Uniform:
        return Uniform(self.value[subscript], self.bars, self._between)

    def __neg__(self) -> Uniform:
        return Uniform(-self.value, self.bars, _known(self, lambda low, high: (-high, -low)))

    def __add__(self, other: Uniform) -> Uniform:
        found = _sum_of_two(self, other, computed(np.add, self.value, other.value))
        return found.within(_by_scalar(operator.add, self, other))

    def __sub__(self, other: Uniform) -> Uniform:
        found = _sum_of_two(self, other, computed(np.subtract, self.value, other.value))
        return found.within(_by_scalar(operator.sub, self, other))

    def __mul__(self, other: Uniform) -> Uniform:
        """|a b - A B| <= |a| |b - B| + |b| |a - A| + |a - A| |b - B|"""

        def bound(a: Bar, b: Bar) -> Bar:
            absolute = a.absolute * b.absolute
            if a.absolute:
                absolute += a.absolute * other.size * (1 + b.relative)
            if b.absolute:
                absolute += b.absolute * self.size * (1 + a.relative)
            return Bar(absolute, a.relative + b.relative + a.relative * b.relative)

        found = _rounded(computed(np.multiply, self.value, other.value), _each(bound, self, other))
        return found.within(_by_scalar(operator.mul, self, other))

    def __truediv__(self, other: Uniform) -> Uniform:
        """|a/b - A/B| <= (|a - A| + |a/b| |b - B|) / (|b| - |b - B|)"""

        def bound(a: Bar, b: Bar) -> Bar:
            share = _share(b, other)
            if share >= 1:
                return UNKNOWN
            absolute = a.absolute / other.least if a.absolute else 0.0
            return Bar(absolute / (1 - share), (a.relative + share) / (1 - share))

        found = _rounded(computed(np.divide, self.value, other.value), _each(bound, self, other))
        return found.within(_by_scalar(operator.truediv, self, other))

    def within(self, between: Range | None) -> Uniform:
        """The same, whose entries are between two numbers but for their rounding."""
        if between is not None and self.value.ndim:
            self._between = _outward(self.value, between)
        return self


def _by_scalar(operate: Callable[[float, float], float], a: Uniform, b: Uniform) -> Range | None:
    """The range of a result where one operand is a single number; None where none is known."""
    if not (a.value.ndim or b.value.ndim):
        return None
    if not b.value.ndim and (operate is not operator.truediv or b.value != 0):
        ends = [operate(end, float(b.value)) for end in a.between]
    elif not a.value.ndim and operate is not operator.truediv:
        ends = [operate(float(a.value), end) for end in b.between]
    else:
        return None
    return min(ends), max(ends)


def _known(a: Uniform, move: Callable[[float, float], Range]) -> Range | None:
    return None if a._between is None else move(*a._between)


def _outward(value: Any, between: Range) -> Range:
    """A range with room for the roundings of the values in it."""
    low, high = (0.0 if abs(end) < _limits(value.dtype).normal else end for end in between)
    least = _limits(value.dtype).normal
    below = low - abs(low) * _ROOM - (least if between[0] < 0 else 0.0)
    return below, high + abs(high) * _ROOM + (least if between[1] > 0 else 0.0)


def _each(bound: Callable[..., Bar], *operands: Uniform) -> Bars:
    """A rule for one bound, for both."""
    rounding, reach = zip(*(operand.bars for operand in operands), strict=True)
    return bound(*rounding), bound(*reach)


def _share(bar: Bar, of: Uniform) -> float:
    """The bound relative to the entries themselves; infinite where one may be 0."""
    if not bar.absolute:
        return bar.relative * _SLACK
    return (bar.relative + bar.absolute / of.least) * _SLACK if of.least else inf


class Limits(NamedTuple):
    """What a dtype rounds and loses: half an ulp of 1, the least number, the least normal one."""

    unit: float
    subnormal: float
    normal: float


@cache
def _limits(dtype: np.dtype[Any]) -> Limits:
    found = np.finfo(dtype)
    return Limits(float(found.eps) / 2, float(found.smallest_subnormal), float(found.tiny))


def _unit(value: Any) -> float:
    return _limits(value.dtype).unit


def _rounded(value: Any, bars: Bars, roundings: float = 1, lost: float | None = None) -> Uniform:
    """The value of an operation that is rounded so often, and may lose so much where it is tiny."""
    rounding, reach = bars
    lost = _limits(value.dtype).subnormal if lost is None else lost
    relative = (rounding.relative + roundings * _unit(value)) * _SLACK
    return Uniform(value, (Bar(rounding.absolute * _SLACK + lost, relative), reach))


def _sum_of_two(a: Uniform, b: Uniform, value: Any) -> Uniform:
    """|a - A| + |b - B|, with |a| <= |a + b| + |b| where their relative bounds are needed"""

    def bound(one: Bar, other: Bar) -> Bar:
        absolute = one.absolute + other.absolute
        relative = one.relative + other.relative
        if not relative:
            return Bar(absolute, 0.0)
        if a.size <= b.size:
            return Bar(absolute + relative * a.size * _SLACK, other.relative)
        return Bar(absolute + relative * b.size * _SLACK, one.relative)

    return _rounded(value, _each(bound, a, b), lost=0.0)


# ---- functions -----------------------------------------------------------------------------------


def _function(value: Any, bars: Bars) -> Uniform:
    """A value of a function of NumPy's, with its own error."""
    return _rounded(value, bars, 2 * ULPS_OF_FUNCTIONS, _limits(value.dtype).normal)


def _exp(a: Uniform) -> Uniform:
    """|exp a - exp A| <= exp(a) (exp |a - A| - 1)"""
    found = _function(
        computed(np.exp, a.value), _each(lambda bar: Bar(0.0, _grown(bar.at(a.size))), a)
    )
    return found.within((exp(a.lowest), exp(a.highest)) if a.highest < 700 else None)


def _grown(error: float) -> float:
    return expm1(error) if error < 700 else inf


def _expm1(a: Uniform) -> Uniform:
    """|expm1 a - expm1 A| <= exp(a) (exp |a - A| - 1).

    And |a| exp(a) <= |expm1 a| (1 + max(a, 0)).
    """

    def bound(bar: Bar) -> Bar:
        error = bar.at(a.size)
        if not error < 700:
            return UNKNOWN
        bent = exp(error)
        above = max(a.highest, 0.0)
        return Bar(bar.absolute * exp(a.highest) * bent, bar.relative * (1 + above) * bent)

    return _function(computed(np.expm1, a.value), _each(bound, a))


def _log(a: Uniform) -> Uniform:
    """|log a - log A| <= -log(1 - |a - A| / a)"""

    def bound(bar: Bar) -> Bar:
        share = _share(bar, a)
        return Bar(-log1p(-share), 0.0) if share < 1 and a.lowest > 0 else UNKNOWN

    return _function(computed(np.log, a.value), _each(bound, a))


def _log1p(a: Uniform) -> Uniform:
    """|log1p a - log1p A| <= |a - A| / (1 + min(a, A)).

    And |a| <= |log1p a| (1 + a) for a >= 0, |a| <= |log1p a| for a < 0.
    """

    def bound(bar: Bar) -> Bar:
        below = min(a.lowest, 0.0)
        room = 1 + below - bar.at(-below) * _SLACK
        above = 1 - bar.at(1.0) * _SLACK
        if min(room, above) <= 0:
            return UNKNOWN
        return Bar(bar.absolute / room, bar.relative / min(room, above))

    found = _function(computed(np.log1p, a.value), _each(bound, a))
    return found.within((log1p(a.lowest), log1p(a.highest)) if a.lowest > -1 else None)


def _sqrt(a: Uniform) -> Uniform:
    """|sqrt a - sqrt A| <= sqrt(a) |a - A| / a"""

    def bound(bar: Bar) -> Bar:
        share = _share(bar, a)
        return Bar(0.0, share) if share < 1 else UNKNOWN

    return _rounded(computed(np.sqrt, a.value), _each(bound, a))


def _wave(function: Callable[[Any], Any]) -> Callable[[Uniform], Uniform]:
    """|sin a - sin A| <= |a - A| cosh |a - A|, of complex A too; so for cos"""

    def waved(a: Uniform) -> Uniform:
        def bound(bar: Bar) -> Bar:
            error = bar.at(a.size)
            return Bar(error * cosh(error), 0.0) if error < 700 else UNKNOWN

        return _function(function(a.value), _each(bound, a))

    return waved


def _not_known(function: Callable[[Any], Any]) -> Callable[[Uniform], Uniform]:
    """A function that nothing is known of here."""
    return lambda a: Uniform(function(a.value), (UNKNOWN, UNKNOWN))


# ---- reductions ----------------------------------------------------------------------------------


def _amax(a: Uniform, axes: int | tuple[int, ...]) -> Uniform:
    """The largest entries, as they are; where there is one, what is above all entries is known."""
    value = np.amax(a.value, axes)
    if np.ndim(value) == 0 and a._between is None:
        a._between = float(np.min(a.value)), float(value)
    return Uniform(value)


def _sum(a: Uniform, axes: int | tuple[int, ...]) -> Uniform:
    """sum |v - V| <= n A + R sum |v|, and the sum's own roundings"""
    value = np.sum(a.value, axes)
    along = (axes,) if isinstance(axes, int) else axes
    length = prod(a.value.shape[axis] for axis in along)
    own = additions(a.value, axes) * _unit(value) * _SLACK
    one_sign = a.has_one_sign
    total = None if one_sign else float(np.max(np.sum(np.abs(a.value), axes))) * _SLACK

    def bound(bar: Bar, rounded: float) -> Bar:
        relative = bar.relative + rounded
        if total is None:
            return Bar(length * bar.absolute, relative / (1 - own) if own < 1 else inf)
        return Bar(length * bar.absolute + relative * total, 0.0)

    rounding, reach = a.bars
    return Uniform(value, (bound(rounding, own), bound(reach, 0.0)))


def _bilinear(multiply: Callable[[Any, Any], Any], a: Uniform, b: Uniform, length: int) -> Uniform:
    """A sum of so many products, rounded in any order."""
    value = multiply(a.value, b.value)
    own = (length + 1) * _unit(value) * _SLACK
    total = float(np.max(multiply(np.abs(a.value), np.abs(b.value)))) * (1 + 2 * own)
    tiny = length * _limits(value.dtype).subnormal

    def bound(one: Bar, other: Bar, rounded: float) -> Bar:
        relative = one.relative + other.relative + one.relative * other.relative + rounded
        mixed = one.absolute * (b.size * (1 + other.relative) + other.absolute)
        mixed += other.absolute * a.size * (1 + one.relative)
        return Bar((relative * total + length * mixed) * _SLACK + tiny * (rounded > 0), 0.0)

    return Uniform(value, (bound(a.bars[0], b.bars[0], own), bound(a.bars[1], b.bars[1], 0.0)))


def _einsum(spec: str, a: Uniform, b: Uniform) -> Uniform:
    read, result = spec.split("->")
    lengths: dict[str, int] = {}
    for letters, operand in zip(read.split(","), (a, b), strict=True):
        lengths |= dict(zip(letters, operand.value.shape, strict=True))
    length = prod(lengths[letter] for letter in lengths if letter not in result)
    return _bilinear(lambda x, y: np.einsum(spec, x, y), a, b, length)


# ---- conditions ----------------------------------------------------------------------------------


class Condition(NamedTuple):
    """A comparison, and for each of the two bounds whether it is certain everywhere."""

    value: Any
    certain: tuple[bool, bool]


def _comparison(compare: Callable[..., Any]) -> Callable[[Any, Any], Condition]:
    """A comparison; certain where the sides are further apart than both bounds together."""

    def compared(a: Any, b: Any) -> Condition:
        left, right = _uniform(a), _uniform(b)
        value = compare(left.value, right.value)
        certain = [
            (one.is_exact and other.is_exact) or _apart(left, right, one, other)
            for one, other in zip(left.bars, right.bars, strict=True)
        ]
        return Condition(value, (certain[0], certain[1]))

    return compared


def _apart(left: Uniform, right: Uniform, one: Bar, other: Bar) -> bool:
    gap = np.abs(np.subtract(left.value, right.value, dtype=np.float64))
    return bool(gap.min() > (one.at(left.size) + other.at(right.size)) * _SLACK)


def _uniform(value: Any) -> Uniform:
    """Integers are exact."""
    return value if isinstance(value, Uniform) else Uniform(np.asarray(value))


def _both(a: Condition, b: Condition) -> Condition:
    certain = (a.certain[0] and b.certain[0], a.certain[1] and b.certain[1])
    return Condition(np.logical_and(a.value, b.value), certain)


def _select(condition: Condition, a: Uniform, b: Uniform) -> Uniform:
    bars = [
        Bar(max(one.absolute, other.absolute), max(one.relative, other.relative))
        if certain
        else UNKNOWN
        for certain, one, other in zip(condition.certain, a.bars, b.bars, strict=True)
    ]
    return Uniform(np.where(condition.value, a.value, b.value), (bars[0], bars[1]))


# ---- the vocabulary ------------------------------------------------------------------------------


@cache
def uniform_namespace(dtype: np.dtype[Any]) -> Namespace:
    """The vocabulary of ``numeric.program.vocabulary`` over ``Uniform`` values of a dtype."""
    plain = numpy_namespace(dtype)

    def number(above: int, below: int = 1) -> Uniform:
        value = plain["number"](above, below)
        whole = max(abs(above), below) <= 2**24 and below & (below - 1) == 0
        return Uniform(value) if whole else _rounded(value, (EXACT, EXACT), 4)

    def real(integers: Any) -> Uniform:
        value = plain["real"](integers)
        exact = float(np.max(np.abs(value))) * _unit(value) < 1
        return Uniform(value) if exact else _rounded(value, (EXACT, EXACT))

    return {
        "number": number,
        "real": real,
        "arange": plain["arange"],
        "eye": lambda n: Uniform(plain["eye"](n)),
        "lowest": lambda: Uniform(plain["lowest"]()),
        "pi": lambda: _rounded(plain["pi"](), (EXACT, EXACT)),
        "exp": _exp,
        "log": _log,
        "expm1": _expm1,
        "log1p": _log1p,
        "sqrt": _sqrt,
        "sin": _wave(np.sin),
        "cos": _wave(np.cos),
        **{name: _not_known(plain[name]) for name in ("erf", "lgamma", "digamma")},
        "maximum": lambda a, b: Uniform(np.maximum(a.value, b.value)),
        "amax": _amax,
        "sum": _sum,
        "matmul": lambda a, b: _bilinear(np.matmul, a, b, a.value.shape[-1]),
        "einsum": _einsum,
        "transpose": lambda a, order: _moved(lambda part: np.transpose(part, order), a),
        "spread": lambda a, shape: _moved(lambda part: np.broadcast_to(part, shape), a),
        "gather": lambda a, *indices: a[indices],
        "equal": _comparison(np.equal),
        "not_equal": _comparison(np.not_equal),
        "less": _comparison(np.less),
        "less_equal": _comparison(np.less_equal),
        "both": _both,
        "select": _select,
        "pair": lambda a, b: (a, b),
    }


def _moved(move: Callable[[Any], Any], array: Any) -> Any:
    if isinstance(array, Uniform):
        return Uniform(move(array.value), array.bars)
    return move(array)


def evaluate(
    compiled: Compiled,
    arrays: Mapping[str, NDArray[Any]],
    sizes: Mapping[str, int],
    reach: Mapping[str, float] | None = None,
    workspace: Workspace | None = None,
) -> tuple[Uniform, ...]:
    """The values of a program's results with their bounds, at prepared arrays.

    reach: how far, in the complex plane, a variable may be from what is given.
    workspace: where arrays come from, those of the results too; to be given back by the caller.
    """
    program = compiled.bind(uniform_namespace(compiled.dtype(arrays)))
    far = reach or {}
    arguments = [
        Uniform(arrays[name], (EXACT, Bar(far.get(name, 0.0))))
        if name in compiled.declarations.variables
        else arrays[name]
        for name in compiled.arguments
    ]
    with np.errstate(all="ignore"), using(workspace):
        found = program(*arguments, *(sizes[name] for name in compiled.sizes))
    return found if isinstance(found, tuple) else (found,)
