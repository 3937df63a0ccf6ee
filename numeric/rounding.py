"""How far rounding can have moved a computed value: running error analysis of compiled programs.

The text of a program is run over pairs of a computed value and a bound for its distance from the
exact one. Each operation passes on the bounds of its operands and adds its own rounding, at most
u |value| where u is half the distance from 1 to the next number of the dtype. (See N. J. Higham,
"Accuracy and Stability of Numerical Algorithms", 2nd ed., 2002, sections 2.2, 3.1, 3.3 and 4.2.)

What is assumed of NumPy, beyond IEEE arithmetic:

* ``exp``, ``log``, ``expm1`` and ``log1p`` are within 4 units in the last place, which is what
  NumPy's own vectorised loops promise, also where the result is subnormal or flushed to 0;
* ``sin`` and ``cos`` are, too; ``erf``, ``lgamma`` and ``digamma`` are as ``program.special`` says;
* exp(0) = cos(0) = 1, and log(1), expm1(0), log1p(0), sin(0) and erf(0) are 0 (C11, annex F.10);
* ``sum`` along the last axis of a contiguous array adds in pairs: 8 running totals in blocks of up
  to 128 entries, and the blocks by halves;
* every other sum, and the products of matrices, add n products in any order, so that none of them
  is rounded more than n times.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import ceil, log2, prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .arrays import prepare
from .compile import Compiled
from .program.special import digamma, erf, lgamma
from .program.vocabulary import Namespace, numpy_namespace

ULPS_OF_FUNCTIONS = 4
_BLOCK = 128  # NumPy adds up to so many entries in 8 running totals
_DEPTH_OF_BLOCK = 27  # 15 additions to a total, 3 to join 8, 7 left over, 1 to start, 1 in halving
_UNIT = 2.0**-53  # of float64, in which program.special computes
_SLACK = 1 + 2.0**-20  # for the roundings of the bounds themselves, and u**2 beside u

Bound = NDArray[np.float64]


def rounding_bound(compiled: Compiled, /, **given: ArrayLike) -> Any:
    """A bound for the absolute rounding error of ``compiled(**given)``, entry by entry.

    The exact value is that of the term at the arrays in the dtype that they are computed in. The
    bound is infinite where nothing is known: at a value that is not finite, or past a division by
    what may be 0 within its own bound.

    Raises
    ------
    InputError
        For input that ``numeric.arrays.prepare`` refuses.

    >>> from derive.kernel.declarations import Declarations
    >>> from derive.kernel.terms import element, sum_over
    >>> from numeric.compile import compile_term
    >>> declared = Declarations(frozenset({"n"}), {}, {"x": ("n",)})
    >>> total = compile_term(declared, sum_over("n", element("x", 0)))
    >>> error = abs(total(x=[0.1, 0.2, 0.3]) - 0.6)
    >>> bool(error <= rounding_bound(total, x=[0.1, 0.2, 0.3]) < 3e-16)
    True
    """
    needed = (*compiled.arguments, *compiled.sizes)
    arrays, sizes = prepare(compiled.declarations, given, needed)
    bound = evaluate(compiled, arrays, sizes).bound
    return float(bound) if np.ndim(bound) == 0 else bound


def evaluate(
    compiled: Compiled,
    arrays: Mapping[str, NDArray[Any]],
    sizes: Mapping[str, int],
    input_error: float = 0.0,
) -> Bounded:
    """The value of a program and its bound, at prepared arrays.

    input_error: the relative error that every entry of a variable already has.
    """
    program = compiled.bind(running_error_namespace(compiled.dtype(arrays)))
    variables = compiled.declarations.variables
    arguments = [
        Bounded(arrays[name], _size_of(arrays[name]) * input_error)
        if name in variables
        else arrays[name]
        for name in compiled.arguments
    ]
    with np.errstate(all="ignore"):
        value, bound = _parts(program(*arguments, *(sizes[name] for name in compiled.sizes)))
        known = np.isfinite(value) & ~np.isnan(bound)
        return Bounded(value, np.where(known, bound * _SLACK, np.inf))


class Bounded:
    """A computed array, and a bound for its distance from the exact one.

    For conditions the bound says where the answer may be wrong.
    """

    __slots__ = ("bound", "value")
    __array_ufunc__ = None  # NumPy leaves operators to this class

    def __init__(self, value: Any, bound: Any) -> None:
        self.value = value
        self.bound = bound

    def __getitem__(self, subscript: Any) -> Bounded:
        return Bounded(self.value[subscript], self.bound[subscript])

    def __neg__(self) -> Bounded:
        return Bounded(-self.value, self.bound)

    def __add__(self, other: Bounded) -> Bounded:
        return _rounded_sum(self, other, self.value + other.value)

    def __sub__(self, other: Bounded) -> Bounded:
        return _rounded_sum(self, other, self.value - other.value)

    def __mul__(self, other: Bounded) -> Bounded:
        """|a b - A B| <= |a| |b - B| + |b| |a - A| + |a - A| |b - B|"""
        bound = _size_of(self.value) * other.bound + _size_of(other.value) * self.bound
        value = self.value * other.value
        is_exact = _scales(self.value, value) | _scales(other.value, value)
        bound = bound + self.bound * other.bound + _underflow(self, other)
        return _rounded(value, bound, is_exact=is_exact)

    def __truediv__(self, other: Bounded) -> Bounded:
        """|a/b - A/B| <= (|a - A| + |a/b| |b - B|) / (|b| - |b - B|)"""
        value = self.value / other.value
        least = np.maximum(_size_of(other.value) - other.bound * _SLACK, 0)
        moved = self.bound + _size_of(value) * other.bound
        is_exact = (self.value == 0) | _scales(other.value, value)
        bound = np.where(moved == 0, 0, moved / least) + _underflow(self, other)
        return _rounded(value, bound, is_exact=is_exact)


# ---- roundings ---------------------------------------------------------------------------------


def _rounded(value: Any, bound: Any, roundings: float = 1, is_exact: Any = False) -> Bounded:
    """The value of an operation that adds so many roundings to the bound, where it is not exact."""
    own = roundings * (_unit(value) * _size_of(value) + _lost(value))
    return Bounded(value, bound + np.where(is_exact, 0, own))


def _underflow(a: Bounded, b: Bounded) -> Any:
    """The smallest number where the bound of a product may have become 0, though neither is exact.

    It is 0 where both are exact, or an exact 0 is multiplied.
    """
    a_moves = (a.bound > 0) & ((b.value != 0) | (b.bound > 0))
    b_moves = (b.bound > 0) & ((a.value != 0) | (a.bound > 0))
    return np.where(a_moves | b_moves, np.finfo(float).smallest_subnormal, 0.0)


def _scales(factor: Any, result: Any) -> Any:
    """Where a product is exact: a factor is 0, or a power of two and the result not subnormal."""
    share, _ = np.frexp(factor)
    is_normal = np.abs(result) >= np.finfo(result.dtype).tiny
    return (factor == 0) | ((np.abs(share) == 0.5) & is_normal)


def _rounded_sum(a: Bounded, b: Bounded, value: Any) -> Bounded:
    """A sum or a difference; where it is subnormal it is exact, and where one of the two is 0.

    So is one of small whole numbers, as k < n - 1 needs it, and one that is no larger in size than
    either operand and twice the other is not, by Sterbenz's lemma (Higham, theorem 2.5).
    """
    whole = [(part == np.rint(part)) & (np.abs(part) < 2**22) for part in (a.value, b.value)]
    sizes = np.abs(a.value), np.abs(b.value)
    smaller, larger = np.minimum(*sizes), np.maximum(*sizes)
    near = (np.abs(value) <= smaller) & (larger / 2 <= smaller)
    tiny = (np.abs(value) < np.finfo(value.dtype).tiny) | (smaller == 0)
    return _rounded(value, a.bound + b.bound, is_exact=(whole[0] & whole[1]) | near | tiny)


def _size_of(value: Any) -> Bound:
    """|value|, in float64."""
    return np.abs(np.asarray(value, np.float64))


def _unit(value: Any) -> float:
    return float(np.finfo(value.dtype).eps) / 2


def _tiny(value: Any) -> float:
    """The smallest subnormal number: what a product loses at most where it is subnormal."""
    return float(max(np.finfo(value.dtype).smallest_subnormal, np.finfo(float).smallest_subnormal))


def _lost(value: Any) -> Any:
    """What a product loses at most by underflow: the smallest number, where it is subnormal.

    The smallest number of float64, in which bounds are computed, makes up for their own underflow.
    """
    normal = np.abs(value) >= 2 * np.finfo(value.dtype).tiny
    return np.where(normal, np.finfo(float).smallest_subnormal, _tiny(value))


def _grown(roundings: Any, value: Any) -> Any:
    """gamma_n = n u / (1 - n u): n roundings in a row, relative to the sum of absolute values."""
    error = roundings * _unit(value)
    return np.where(error < 1, error / np.maximum(1 - error, _UNIT), np.inf)


def _parts(value: Any) -> tuple[Any, Any]:
    """Value and bound; an array of integers or of booleans is exact."""
    if isinstance(value, Bounded):
        return value.value, value.bound
    return value, np.zeros(np.shape(value), bool)


def _exact(value: Any) -> Bounded:
    return Bounded(value, np.zeros(np.shape(value)))


# ---- the vocabulary ----------------------------------------------------------------------------


def running_error_namespace(dtype: np.dtype[Any]) -> Namespace:
    """The vocabulary of ``numeric.program.vocabulary`` over ``Bounded`` values of a dtype."""
    plain = numpy_namespace(dtype)

    def number(above: int, below: int = 1) -> Bounded:
        value = plain["number"](above, below)
        whole = max(abs(above), below) <= 2**24 and below & (below - 1) == 0
        return _exact(value) if whole else _rounded(value, 0.0, 4)

    return {
        "number": number,
        "real": lambda integers: _real(plain["real"](integers)),
        "arange": plain["arange"],
        "eye": lambda n: _exact(plain["eye"](n)),
        "lowest": lambda: _exact(plain["lowest"]()),
        "exp": _exp,
        "log": _log,
        "expm1": _expm1,
        "log1p": _log1p,
        "sqrt": _sqrt,
        "sin": lambda a: _bounded_slope(np.sin, a),
        "cos": lambda a: _bounded_slope(np.cos, a),
        "erf": _erf,
        "lgamma": _lgamma,
        "digamma": _digamma,
        "pi": lambda: _rounded(plain["pi"](), 0.0),
        "maximum": lambda a, b: Bounded(np.maximum(a.value, b.value), np.maximum(a.bound, b.bound)),
        "amax": lambda a, axes: Bounded(np.amax(a.value, axes), np.amax(a.bound, axes)),
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
    if isinstance(array, Bounded):
        return Bounded(move(array.value), move(array.bound))
    return move(array)


def _real(value: Any) -> Bounded:
    size = _size_of(value)
    return Bounded(value, np.where(size * _unit(value) < 1, 0, _unit(value) * size))


def _exp(a: Bounded) -> Bounded:
    """|exp a - exp A| <= exp(a) (exp |a - A| - 1), and <= exp(a + |a - A|)

    Where exp a is subnormal or flushed to 0, its own error is at most exp a, as float64 knows it.
    """
    value = np.exp(a.value)
    here = _function(value, a.value == 0)
    exact = np.exp(np.asarray(a.value, np.float64)) * (1 + 2.0**-40)
    own = np.where(value == 0, exact + np.finfo(float).smallest_subnormal, here.bound)
    near = (_size_of(value) + own) * np.expm1(a.bound)
    far = np.exp(np.asarray(a.value, np.float64) + a.bound)
    return Bounded(value, own + np.fmin(near, far))


def _log(a: Bounded) -> Bounded:
    """|log a - log A| <= -log(1 - |a - A| / a)"""
    here = _function(np.log(a.value), a.value == 1)
    share = np.where(a.bound == 0, 0, a.bound * _SLACK / np.asarray(a.value, np.float64))
    return Bounded(here.value, here.bound - np.log1p(-np.where(share < 1, share, 1)))


def _expm1(a: Bounded) -> Bounded:
    """|expm1 a - expm1 A| = |exp a - exp A|, and the rounding is that of expm1"""
    here = _function(np.expm1(a.value), a.value == 0)
    with_one = np.exp(np.asarray(a.value, np.float64))
    near = with_one * (1 + 8 * _UNIT) * np.expm1(a.bound)
    far = np.exp(np.asarray(a.value, np.float64) + a.bound)
    return Bounded(here.value, here.bound + np.fmin(near, far))


def _log1p(a: Bounded) -> Bounded:
    """|log1p a - log1p A| <= -log(1 - |a - A| / (1 + a))"""
    here = _function(np.log1p(a.value), a.value == 0)
    least = (1 + np.asarray(a.value, np.float64)) * (1 - 2 * _UNIT)
    share = np.where(a.bound == 0, 0, a.bound * _SLACK / least)
    inside = (share < 1) & (least > 0)
    return Bounded(here.value, here.bound - np.log1p(-np.where(inside, share, 1)))


def _function(value: Any, is_exact: Any) -> Bounded:
    """A value of a function that is so many ulps off; an ulp is at most 2 u |value|.

    A value below the smallest normal number may have been flushed to 0.
    """
    tiny = float(np.finfo(value.dtype).tiny)
    flushed = np.where((np.abs(value) > tiny) | is_exact, 0, tiny)
    return _rounded(value, flushed, 2 * ULPS_OF_FUNCTIONS, is_exact)


def _sqrt(a: Bounded) -> Bounded:
    """|sqrt a - sqrt A| <= |a - A| / sqrt a, and <= sqrt |a - A|"""
    value = np.sqrt(a.value)
    moved = np.fmin(a.bound / _size_of(value) * _SLACK, np.sqrt(a.bound))
    return _rounded(value, moved)


def _bounded_slope(function: Callable[[Any], Any], a: Bounded) -> Bounded:
    """|sin a - sin A| <= |a - A|, and <= 2; so for cos"""
    here = _function(function(a.value), a.value == 0)
    return Bounded(here.value, here.bound + np.fmin(a.bound, 2))


def _erf(a: Bounded) -> Bounded:
    """|erf a - erf A| <= |a - A| 2/sqrt(pi) exp(-min(|a|, |A|)**2), and <= 2"""
    here = _function(erf(a.value), a.value == 0)
    least = np.maximum(_size_of(a.value) - a.bound * _SLACK, 0)
    slope = 2 / np.sqrt(np.pi) * np.exp(-(least**2)) * _SLACK
    return Bounded(here.value, here.bound + np.fmin(a.bound * slope, 2))


def _lgamma(a: Bounded) -> Bounded:
    """|lgamma a - lgamma A| <= |a - A| max |digamma|, which increases"""
    x = np.asarray(a.value, np.float64)
    own = 16 * _UNIT * ((x + 1) * (np.abs(np.log(x)) + 1) + 8)
    ends = (x - a.bound * _SLACK, x + a.bound * _SLACK)
    slope = np.maximum(*[np.abs(digamma(end)) for end in ends]) * _SLACK
    return _rounded(lgamma(a.value), own + np.where(a.bound == 0, 0, a.bound * slope))


def _digamma(a: Bounded) -> Bounded:
    """|digamma a - digamma A| <= |a - A| (1/x + 1/x**2), with x the smaller of a and A"""
    value = digamma(a.value)
    own = 16 * _UNIT * (_size_of(value) + 4)
    least = np.asarray(a.value, np.float64) - a.bound * _SLACK
    slope = np.where(least > 0, (1 / least + 1 / least**2) * _SLACK, np.inf)
    return _rounded(value, own + np.where(a.bound == 0, 0, a.bound * slope))


def _sum(a: Bounded, axes: int | tuple[int, ...]) -> Bounded:
    value = np.sum(a.value, axes)
    size = np.sum(_size_of(a.value), axes)
    with_rounding = np.maximum(np.count_nonzero(a.value, axes) - 1, 0)  # adding 0 is exact
    most = np.minimum(additions(a.value, axes), with_rounding)
    return Bounded(value, _grown(most, value) * size + np.sum(a.bound, axes))


def additions(array: NDArray[Any], axes: int | tuple[int, ...]) -> int:
    """The most additions that an entry goes through when NumPy adds up along the axes."""
    along = (axes,) if isinstance(axes, int) else axes
    length = int(prod(array.shape[axis] for axis in along))
    in_pairs = array.flags.c_contiguous and along == (array.ndim - 1,)
    halvings = ceil(log2(max(length / _BLOCK, 1)))
    return min(length - 1, _DEPTH_OF_BLOCK + halvings) if in_pairs else length - 1


def _bilinear(multiply: Callable[..., Any], a: Bounded, b: Bounded, length: int) -> Bounded:
    """A sum of so many products, rounded in any order."""
    value = multiply(a.value, b.value)
    size_a, size_b = _size_of(a.value), _size_of(b.value)
    own = _grown(length, value) * multiply(size_a, size_b) + length * _tiny(value)
    passed_on = multiply(size_a + a.bound, b.bound) + multiply(a.bound, size_b)
    return Bounded(value, own + passed_on)


def _einsum(spec: str, a: Bounded, b: Bounded) -> Bounded:
    read, result = spec.split("->")
    lengths: dict[str, int] = {}
    for letters, operand in zip(read.split(","), (a, b), strict=True):
        lengths |= dict(zip(letters, operand.value.shape, strict=True))
    length = prod(lengths[letter] for letter in lengths if letter not in result)
    return _bilinear(lambda x, y: np.einsum(spec, x, y), a, b, length)


def _comparison(compare: Callable[..., Any]) -> Callable[[Any, Any], Bounded]:
    """A comparison, in doubt where the sides are no further apart than their bounds together."""

    def compared(a: Any, b: Any) -> Bounded:
        (left, left_bound), (right, right_bound) = _parts(a), _parts(b)
        bound = (left_bound + np.asarray(right_bound, np.float64)) * _SLACK
        apart = np.abs(np.asarray(left, np.float64) - np.asarray(right, np.float64))
        return Bounded(compare(left, right), (bound != 0) & ~(apart > bound))

    return compared


def _both(a: Bounded, b: Bounded) -> Bounded:
    surely_not = (~a.value & ~a.bound) | (~b.value & ~b.bound)
    return Bounded(a.value & b.value, (a.bound | b.bound) & ~surely_not)


def _select(condition: Bounded, a: Bounded, b: Bounded) -> Bounded:
    """Where the condition is in doubt, the value may be either."""
    bound = np.where(condition.value, a.bound, b.bound)
    either = _size_of(a.value - b.value) + np.maximum(a.bound, b.bound)
    value = np.where(condition.value, a.value, b.value)
    return Bounded(value, np.where(condition.bound, either, bound))
