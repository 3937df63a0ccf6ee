"""Compiled programs over whole arrays of balls, and derivatives by passing slopes back.

The text of a program (``numeric.compile``) is run over arrays whose entries are FLINT balls: each
holds the true value for certain. Every operation remembers what it was made from, so that the slope
of the result with respect to each operand can be passed back afterwards, one operation at a time.
That takes a few operations for each entry, whatever their number, and uses no rule of
differentiation but those for the vocabulary's single operations below. (A. Griewank and A. Walther,
"Evaluating Derivatives", 2nd ed., 2008, chapter 3: the reverse mode.)

A program keeps exponentials from overflow by a shift m, and says the same for every m: exp(L - m)
is always multiplied by exp(m) again. Balls do not overflow, so m is 0 here, and what is enclosed is
the term as it was written. So is "a number so low that its exponential is 0": what it stands in is
multiplied by 0, whatever the number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import numpy as np
from flint import arb, arb_series
from numpy.typing import NDArray

from .interpret import Undefined
from .program.vocabulary import Namespace

Array = NDArray[Any]  # of objects: balls, or of integers or booleans
PassBack = Callable[[Array], Array]
_NUMBERS = count()


class Balls:
    """An array of balls, and how it was made.

    Attributes
    ----------
    value: the balls.
    made_from: each operand that moves with the variable, and how a slope passes back to it.
    moves: whether the entries depend on the variable that is differentiated by.
    is_shift: whether this is the shift 0, which changes nothing that it is added to.
    """

    __slots__ = ("_known", "is_shift", "made_from", "moves", "number", "value")
    __array_ufunc__ = None  # NumPy leaves operators to this class

    def __init__(
        self,
        value: Any,
        *made_from: tuple[Balls, PassBack],
        moves: bool = False,
        is_shift: bool = False,
    ) -> None:
        self.value = boxed(value)
        self.made_from = tuple((made, back) for made, back in made_from if made.moves)
        self.moves: bool = moves or bool(self.made_from)
        self.is_shift = is_shift
        self.number = next(_NUMBERS)
        self._known: dict[Any, Balls] = {}

    def once(self, key: Any, make: Callable[[], Balls]) -> Balls:
        """What is made of this array in one way, made once."""
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]

    def __getitem__(self, subscript: Any) -> Balls:
        """A view with further axes of length 1: subscripts are ``:`` and ``None`` alone."""
        shape = self.value.shape
        value = self.value[subscript]
        return Balls(value, (self, lambda s: s.reshape(shape)), is_shift=self.is_shift)

    def __neg__(self) -> Balls:
        return Balls(-self.value, (self, np.negative))

    def __add__(self, other: Balls) -> Balls:
        if self._absorbs(other):
            return self
        if other._absorbs(self):
            return other
        value = boxed(self.value + other.value)
        return Balls(value, (self, _to(self)), (other, _to(other)))

    def __sub__(self, other: Balls) -> Balls:
        if self._absorbs(other):
            return self
        value = boxed(self.value - other.value)
        return Balls(value, (self, _to(self)), (other, lambda s: -_to(other)(s)))

    def _absorbs(self, shift: Balls) -> bool:
        """Whether adding a shift leaves this array as it is."""
        if not shift.is_shift:
            return False
        shape = np.broadcast_shapes(self.value.shape, shift.value.shape)
        return bool(shape == self.value.shape)

    def __mul__(self, other: Balls) -> Balls:
        a, b = self, other
        back_to_a: PassBack = lambda s: _to(a)(boxed(s * b.value))  # noqa: E731
        back_to_b: PassBack = lambda s: _to(b)(boxed(s * a.value))  # noqa: E731
        return Balls(a.value * b.value, (a, back_to_a), (b, back_to_b))

    def __truediv__(self, other: Balls) -> Balls:
        """d(a/b) = da / b - (a/b) db / b"""
        a, b = self, other
        value = boxed(a.value / b.value)
        back_to_a: PassBack = lambda s: _to(a)(boxed(s / b.value))  # noqa: E731
        back_to_b: PassBack = lambda s: -_to(b)(boxed(s * value / b.value))  # noqa: E731
        return Balls(value, (a, back_to_a), (b, back_to_b))


def boxed(value: Any) -> Array:
    """An array; one without axes for a single ball, which is what NumPy makes of these."""
    if isinstance(value, np.ndarray):
        return value
    box = np.empty((), object)
    box[()] = value
    return box


def filled(shape: tuple[int, ...], ball: arb) -> Array:
    """An array that holds one ball everywhere."""
    array = np.empty(shape, object)
    array.fill(ball)
    return array


def enclosed(array: Array) -> Array:
    """Floating-point numbers as the exact balls that they are.

    A long double is the sum of two doubles, and balls of its 64 bits or more hold that exactly.
    """
    if array.dtype == np.longdouble != np.float64:
        high = array.astype(np.float64)
        return boxed(enclosed(high) + enclosed((array - high).astype(np.float64)))
    return np.fromiter(map(arb, array.ravel().tolist()), object, array.size).reshape(array.shape)


def passed_back(result: Balls, at: tuple[int, ...], variable: Balls) -> Array:
    """The derivative of one entry of a result with respect to every entry of a variable."""
    seed = filled(result.value.shape, arb(0))
    seed[at] = arb(1)
    slopes = {result.number: seed}
    for made in sorted(_behind(result), key=lambda made: -made.number):
        slope = slopes[made.number] if made is variable else slopes.pop(made.number)
        for operand, pass_back in made.made_from:
            more = boxed(pass_back(slope))
            known = slopes.get(operand.number)
            slopes[operand.number] = more if known is None else boxed(known + more)
    return slopes.get(variable.number, filled(variable.value.shape, arb(0)))


def _behind(result: Balls) -> list[Balls]:
    """The result, and everything that it is made from and that moves."""
    found = {result.number: result}
    waiting = [result]
    while waiting:
        for operand, _ in waiting.pop().made_from:
            if operand.number not in found:
                found[operand.number] = operand
                waiting.append(operand)
    return list(found.values())


def _to(operand: Balls) -> PassBack:
    """The slope for an operand that was repeated along some axes: added up over these."""
    shape = operand.value.shape

    def added_up(slope: Array) -> Array:
        if slope.shape == shape:
            return slope
        extra = slope.ndim - len(shape)
        total = boxed(np.sum(slope, tuple(range(extra)))) if extra else slope
        for axis, (long, short) in enumerate(zip(total.shape, shape, strict=True)):
            if short < long:
                total = np.sum(total, axis, keepdims=True)
        return total

    return added_up


# ---- the vocabulary ------------------------------------------------------------------------------


def ball_namespace(*, kinks: bool) -> Namespace:
    """The vocabulary of ``numeric.program.vocabulary`` over ``Balls``, at the precision in force.

    kinks: whether what moves may not stand on the edge of a guard, for there is no slope there.
    """

    def compared(relation: Callable[[int], bool], plain: Callable[..., Any]) -> Callable[..., Any]:
        return lambda a, b: _compared(relation, plain, a, b, kinks)

    return {
        "number": lambda above, below=1: Balls(arb(above) / below),
        "real": lambda integers: Balls(_each(arb, np.asarray(integers, object))),
        "arange": np.arange,
        "eye": lambda n: Balls(_each(lambda k: arb(int(k)), np.eye(n, dtype=np.intp))),
        "lowest": lambda: Balls(arb(0)),
        "exp": _function("exp", arb.exp, lambda s, a, value: s * value),
        "log": _function("log", arb.log, lambda s, a, value: s / a),
        "expm1": _function("expm1", arb.expm1, lambda s, a, value: s * (value + arb(1))),
        "log1p": _function("log1p", arb.log1p, lambda s, a, value: s / (a + arb(1))),
        "sqrt": _function("sqrt", _of_positive(arb.sqrt), lambda s, a, value: s / (value + value)),
        "sin": _function("sin", arb.sin, lambda s, a, value: s * _each(arb.cos, a)),
        "cos": _function("cos", arb.cos, lambda s, a, value: -(s * _each(arb.sin, a))),
        "erf": _function("erf", arb.erf, lambda s, a, value: s * _each(_gaussian, a)),
        "lgamma": _function(
            "lgamma", _of_positive(arb.lgamma), lambda s, a, value: s * _each(arb.digamma, a)
        ),
        "digamma": _function(
            "digamma", _of_positive(arb.digamma), lambda s, a, value: s * _each(_trigamma, a)
        ),
        "pi": lambda: Balls(arb.pi()),
        "maximum": lambda a, b: _shift(np.broadcast_shapes(a.value.shape, b.value.shape)),
        "amax": lambda a, axes: _shift(np.amax(np.empty(a.value.shape, bool), axes).shape),
        "sum": _sum,
        "matmul": _matmul,
        "einsum": _einsum,
        "transpose": _transpose,
        "spread": lambda a, shape: Balls(np.broadcast_to(a.value, shape), (a, _to(a))),
        "gather": _gather,
        "equal": compared(lambda sign: sign == 0, np.equal),
        "not_equal": compared(lambda sign: sign != 0, np.not_equal),
        "less": compared(lambda sign: sign < 0, np.less),
        "less_equal": compared(lambda sign: sign <= 0, np.less_equal),
        "both": np.logical_and,
        "select": _select,
    }


def _each(function: Callable[[Any], Any], array: Array) -> Array:
    """A function, entry by entry."""
    if array.ndim == 0:
        return boxed(function(array[()]))
    made: Array = np.frompyfunc(function, 1, 1)(array)
    return made


def _function(
    name: str, function: Callable[[arb], arb], slope: Callable[[Array, Array, Array], Any]
) -> Callable[[Balls], Balls]:
    """A function entry by entry, and slope * f'(a) from the slope, a and f(a)."""

    def made(a: Balls) -> Balls:
        value = _each(function, a.value)
        return Balls(value, (a, lambda s: slope(s, a.value, value)))

    return lambda a: a.once(name, lambda: made(a))


def _of_positive(function: Callable[[arb], arb]) -> Callable[[arb], arb]:
    """The function where its argument is certainly positive; elsewhere no number."""
    return lambda ball: function(ball) if ball > 0 else arb("nan")


def _gaussian(ball: arb) -> arb:
    """The derivative of erf: 2/sqrt(pi) exp(-a**2)."""
    return 2 / arb.pi().sqrt() * (-ball * ball).exp()


def _trigamma(ball: arb) -> arb:
    """The derivative of digamma: twice the coefficient of t**2 in lgamma(a + t)."""
    return 2 * arb_series([ball, 1], 3).lgamma()[2]


def _shift(shape: tuple[int, ...]) -> Balls:
    return Balls(np.broadcast_to(boxed(arb(0)), shape), is_shift=True)


# ---- sums and products ---------------------------------------------------------------------------


def _sum(a: Balls, axes: int | tuple[int, ...]) -> Balls:
    shape = a.value.shape
    along = (axes,) if isinstance(axes, int) else tuple(axes)
    kept = tuple(1 if axis in along else length for axis, length in enumerate(shape))

    def back(slope: Array) -> Array:
        return np.broadcast_to(slope.reshape(kept), shape)

    return a.once(("sum", along), lambda: Balls(np.sum(a.value, along), (a, back)))


def _matmul(a: Balls, b: Balls) -> Balls:
    """A product of matrices or vectors, as the sum of products that it is."""
    rows = "r" if a.value.ndim > 1 else ""
    columns = "c" if b.value.ndim > 1 else ""
    batch = "abdefghijlm"[: max(a.value.ndim, b.value.ndim) - 2]
    spec = f"{batch if rows else ''}{rows}k,{batch if columns else ''}k{columns}"
    return _einsum(f"{spec}->{batch}{rows}{columns}", a, b)


def _einsum(spec: str, a: Balls, b: Balls) -> Balls:
    read, result = spec.split("->")
    left, right = read.split(",")
    lengths = dict(zip(left + right, (*a.value.shape, *b.value.shape), strict=True))
    value = np.einsum(spec, a.value, b.value)

    def back_to(own: str, other: str, others: Array) -> PassBack:
        """The slope of one factor: the slope of the sum times the other factor."""
        there = "".join(letter for letter in own if letter in result + other)
        shape = tuple(lengths[letter] for letter in own)
        repeated = tuple(slice(None) if letter in there else None for letter in own)

        def back(slope: Array) -> Array:
            found = boxed(np.einsum(f"{result},{other}->{there}", slope, others))
            return np.broadcast_to(found[repeated], shape)

        return back

    return Balls(value, (a, back_to(left, right, b.value)), (b, back_to(right, left, a.value)))


# ---- what moves entries, and what chooses among them ---------------------------------------------


def _transpose(a: Any, order: Sequence[int]) -> Any:
    if not isinstance(a, Balls):
        return np.transpose(a, order)
    inverse = np.argsort(order)
    value = np.transpose(a.value, order)
    return Balls(value, (a, lambda s: np.transpose(s, inverse)), is_shift=a.is_shift)


def _gather(a: Any, *indices: Array) -> Any:
    if not isinstance(a, Balls):
        return a[indices]

    def back(slope: Array) -> Array:
        total = filled(a.value.shape, arb(0))
        np.add.at(total, indices, slope)
        return total

    return Balls(a.value[indices], (a, back))


def _select(condition: Array, a: Balls, b: Balls) -> Balls:
    value = np.where(condition, a.value, b.value)
    zero = boxed(arb(0))
    back_to_a: PassBack = lambda s: _to(a)(np.where(condition, s, zero))  # noqa: E731
    back_to_b: PassBack = lambda s: _to(b)(np.where(condition, zero, s))  # noqa: E731
    return Balls(value, (a, back_to_a), (b, back_to_b))


def _compared(
    relation: Callable[[int], bool], plain: Callable[..., Any], a: Any, b: Any, kinks: bool
) -> Any:
    """Whether a relation holds, entry by entry, beyond doubt."""
    if not isinstance(a, Balls) and not isinstance(b, Balls):
        return plain(a, b)
    left, right = (side if isinstance(side, Balls) else Balls(_whole(side)) for side in (a, b))
    moves = kinks and (left.moves or right.moves)

    def holds(difference: arb) -> bool:
        if difference > 0 or difference < 0:
            return relation(1 if difference > 0 else -1)
        if moves or difference != 0 or not difference.is_exact():
            raise Undefined("a guard that is not certain, or a kink")
        return relation(0)

    return _each(holds, boxed(left.value - right.value)).astype(bool)


def _whole(integers: Any) -> Array:
    return _each(lambda k: arb(int(k)), np.asarray(integers))
