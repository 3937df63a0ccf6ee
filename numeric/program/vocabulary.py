"""The few operations on arrays that every program is made of, and what they mean in NumPy.

A program is the text of a Python function of arrays. It uses the operators ``+ - * /`` and unary
``-``, subscripts such as ``a[:, None]`` that add axes, and the functions below. To run the text in
another arithmetic, give its values these operators, give a namespace these functions, and bind the
program to it: see ``numeric.rounding`` for one.

==========================  =========================================================
function                    meaning
==========================  =========================================================
number(p, q=1)              the rational p/q
real(a)                     integers as real numbers
arange(n)                   the integers 0 .. n-1
eye(n)                      the identity matrix
lowest()                    a number so low that its exponential is 0
pi()                        the circle's constant
exp(a), log(a), sqrt(a),    entry by entry
sin(a), cos(a), erf(a),
lgamma(a), digamma(a)
expm1(a), log1p(a)          exp(a) - 1 and log(1 + a), exact also where a is small
maximum(a, b)               the larger of both, entry by entry
amax(a, axes)               the largest entry along the axes
sum(a, axes)                the sum along the axes
matmul(a, b)                the product of matrices or vectors
einsum(spec, a, b)          a sum of products, in Einstein's notation
transpose(a, order)         the axes in another order
spread(a, shape)            the array repeated to the shape
gather(a, i, j, ...)        a[i, j, ...], the indices being arrays of integers
equal, not_equal, less,     comparisons, entry by entry
less_equal, both
select(c, a, b)             a where c holds, else b
pair(a, b)                  both, as two results
==========================  =========================================================
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Expr, sympify
from sympy.core.symbol import Str

from .special import digamma, erf, lgamma

OPERATORS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/"}
RELATIONS = {"=": "equal", "!=": "not_equal", "<": "less", "<=": "less_equal"}

Namespace = Mapping[str, Callable[..., Any]]
# Products of matrices for those who do not ask whether their results are finite.
UNCHECKED: Namespace = MappingProxyType({"matmul": np.matmul, "einsum": np.einsum})


class Operation(Expr):  # type: ignore[misc]
    """One operation of the vocabulary, as an inert SymPy expression: nothing rewrites it.

    SymPy's own x - x is 0 and has no shape any more, and its sums and products forget their order.
    """

    def __new__(cls, name: str, *operands: Any) -> Operation:
        """The operation of this name."""
        operation: Operation = Expr.__new__(cls, Str(name), *map(sympify, operands))
        return operation

    @property
    def name(self) -> str:
        """The name in the vocabulary, or an operator's in ``OPERATORS``."""
        return str(self.args[0].name)

    @property
    def operands(self) -> tuple[Any, ...]:
        """What it works on."""
        return tuple(self.args[1:])


@cache
def numpy_namespace(dtype: np.dtype[Any]) -> Namespace:
    """The vocabulary in NumPy, for arrays of one floating-point dtype.

    Constants are made of that dtype, for a Python number would turn NumPy 1's float32 into float64.
    """
    real = dtype.type
    return MappingProxyType(
        {
            "number": lambda p, q=1: real(p) / real(q),
            "real": lambda a: real(a) if np.ndim(a) == 0 else np.asarray(a, dtype),
            "arange": np.arange,
            "eye": lambda n: np.eye(n, dtype=dtype),
            "lowest": lambda: -np.sqrt(np.finfo(dtype).max),  # leaves room to calculate with it
            "exp": np.exp,
            "log": np.log,
            "expm1": np.expm1,
            "log1p": np.log1p,
            "sqrt": np.sqrt,
            "sin": np.sin,
            "cos": np.cos,
            "erf": erf,
            "lgamma": lgamma,
            "digamma": digamma,
            "pi": lambda: real(np.pi),
            "maximum": np.maximum,
            "amax": np.amax,
            "sum": np.sum,
            "matmul": _quiet(np.matmul),
            "einsum": _quiet(np.einsum),
            "transpose": np.transpose,
            "spread": lambda a, shape: np.array(np.broadcast_to(a, shape)),
            "gather": lambda a, *indices: a[indices],
            "equal": np.equal,
            "not_equal": np.not_equal,
            "less": np.less,
            "less_equal": np.less_equal,
            "both": np.logical_and,
            "select": np.where,
            "pair": lambda a, b: (a, b),
        }
    )


def _quiet(multiply: Callable[..., Any]) -> Callable[..., NDArray[Any]]:
    """A product of matrices whose floating-point flags come from its result, not from BLAS.

    Some BLAS libraries set the flags while they work on numbers that are all finite.
    """

    def multiplied(*operands: Any) -> NDArray[Any]:
        with np.errstate(all="ignore"):
            result: NDArray[Any] = multiply(*operands)
        if not np.isfinite(result).all():
            raise FloatingPointError("overflow encountered in a product of matrices")
        return result

    return multiplied
