"""erf, lgamma and digamma on arrays, from Python's ``math`` and NumPy alone.

They are computed in float64, whatever the dtype. Like NumPy's own functions they follow
``numpy.errstate`` where they have no value (an argument that is not positive) or overflow.

==========  ====================================================================================
function    error of the float64 value, with u = 2**-53
==========  ====================================================================================
erf         8 u |erf(x)|: that of the C library, with a margin
lgamma      16 u ((x + 1) (|log x| + 1) + 8): Python's sum by C. Lanczos cancels near 1 and 2
digamma     16 u (|digamma(x)| + 4): the recurrence adds up to ten fractions of either size
==========  ====================================================================================
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

_FAR = 10  # from here on eight terms of the asymptotic series leave less than 1e-17
# B_2k / (2k) for k = 1, 2, ..
_COEFFICIENTS = (1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12, -3617 / 8160)


def erf(a: Any) -> Any:
    """2/sqrt(pi) times the integral of exp(-t**2) from 0 to a."""
    return _each(math.erf, a)


def lgamma(a: Any) -> Any:
    """The logarithm of the gamma function of a > 0."""
    return _flagged(a, _each(_lgamma, a))


def digamma(a: Any) -> Any:
    """The derivative of lgamma, for a > 0.

    digamma(x) = digamma(x + 1) - 1/x until x >= 10, then
    digamma(x) = log x - 1/(2x) - sum_k B_2k / (2k x**2k).
    (M. Abramowitz and I. Stegun, "Handbook of Mathematical Functions", 6.3.5 and 6.3.18.)
    """
    given = np.asarray(a)
    x = np.where(given > 0, given, 1).astype(np.float64)
    below = np.zeros_like(x)
    with np.errstate(over="ignore"):  # 1/x is flagged below
        for _ in range(_FAR):
            near = x < _FAR
            below += np.where(near, 1 / x, 0)
            x = np.where(near, x + 1, x)
    inverse = 1 / x
    series = inverse / 2
    with np.errstate(under="ignore"):
        power = inverse * inverse
        for coefficient in _COEFFICIENTS:
            series += coefficient * power
            power *= inverse * inverse
    return _flagged(a, (np.log(x) - series - below).astype(given.dtype))


def _lgamma(x: float) -> float:
    try:
        return math.lgamma(x)
    except (ValueError, OverflowError):  # a pole, or a value beyond the largest number
        return math.inf


def _each(function: Callable[[float], float], a: Any) -> Any:
    """A function of one number, entry by entry."""
    given = np.asarray(a)
    values = [function(x) for x in given.ravel().tolist()]
    return np.array(values, np.float64).reshape(given.shape).astype(given.dtype)


def _flagged(argument: Any, value: Array) -> Any:
    """The value; NumPy's flags "invalid" and "over" go up where there is none, or an infinite one.

    The root of a negative number raises the first, an overflow of the dtype the second.
    """
    one = value.dtype.type(1)
    valid = np.sqrt(np.where(np.asarray(argument) > 0, one, -one))
    largest = np.finfo(value.dtype).max
    finite = np.where(np.isinf(value), largest, one) * np.where(np.isinf(value), largest, one)
    return np.where(np.isinf(value), finite, value * valid)
