"""From views to expressions of the vocabulary: axes lined up, products and sums put in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from string import ascii_letters
from typing import NamedTuple

from sympy import Expr, Symbol, Tuple
from sympy.core.symbol import Str

from .views import Array, Axis, Operand, View
from .vocabulary import RELATIONS, Operation

_ONE = Operation("number", 1)


class Piece(NamedTuple):
    """An expression, and the axes that its value has, in order."""

    expression: Expr
    axes: tuple[int, ...]


class Lowering:
    """Turns arrays into expressions; each array once.

    Attributes
    ----------
    used: the names of variables, labels and sizes that the expressions read.
    """

    def __init__(self, symbols: Mapping[str, Symbol]) -> None:
        self.used: set[str] = set()
        self._symbols = symbols
        self._known: dict[Array, Expr] = {}

    def _symbol(self, name: str) -> Symbol:
        self.used.add(name)
        return self._symbols[name]

    def result(self, view: View, axes: Sequence[str], sizes: Sequence[str]) -> Expr:
        """The expression of a view, with the axes in the given order and of the given sizes."""
        place: dict[Axis, int] = {axis: number for number, axis in enumerate(axes)}
        piece = Piece(self.expression(view.array), tuple(place[axis] for axis in view.axes))
        fitted = _fit(piece, range(len(axes)))
        if len(piece.axes) == len(axes):
            return fitted
        return Operation("spread", fitted, Tuple(*map(self._symbol, sizes)))

    def expression(self, array: Array) -> Expr:
        """The expression of an array, with the array's own axes."""
        if array not in self._known:
            self._known[array] = self._lower(array)
        return self._known[array]

    def _lower(self, array: Array) -> Expr:
        match array.made:
            case "number":
                return _number(array.parameters[0])
            case "input" | "label":
                return self._symbol(array.parameters[0])
            case "size":
                return Operation("real", self._symbol(array.parameters[0]))
            case "range" | "eye":
                name = {"range": "arange", "eye": "eye"}[array.made]
                return Operation(name, self._symbol(array.parameters[0]))
            case "linear":
                return self._linear(array)
            case "product" | "reciprocal":
                return self._product(array)
            case "power":
                return _power(self._only(array), array.parameters[0])
            case "contract":
                return self._contract(array)
            case "amax":
                return self._reduced("amax", array)
            case "gather":
                indices = self._aligned(array)
                return Operation("gather", self._symbol(array.parameters[0]), *indices)
            case "compare":
                return Operation(RELATIONS[array.parameters[0]], *self._aligned(array))
            case "maximum":
                return reduce(lambda a, b: Operation("maximum", a, b), self._aligned(array))
            case _:  # functions, pi, real, both, select, lowest: named as in the vocabulary
                return Operation(array.made, *self._aligned(array))

    # ---- operands

    def _piece(self, operand: Operand) -> Piece:
        return Piece(self.expression(operand[0]), operand[1])

    def _only(self, array: Array) -> Expr:
        ((operand, _),) = array.operands
        return self.expression(operand)

    def _aligned(self, array: Array) -> list[Expr]:
        """The operands so that NumPy broadcasts them to the array's axes."""
        return [_fit(self._piece(operand), range(array.rank)) for operand in array.operands]

    # ---- sums and products

    def _linear(self, array: Array) -> Expr:
        """a + b - (c + d): the small ones are put together first."""
        above: list[Piece] = []
        below: list[Piece] = []
        operands = zip(array.operands, array.parameters, strict=True)
        for operand, coefficient in sorted(operands, key=lambda pair: pair[0][0].rank):
            piece = self._piece(operand)
            if abs(coefficient) != 1:
                scaled = Operation("multiply", _number(abs(coefficient)), piece.expression)
                piece = Piece(scaled, piece.axes)
            (above if coefficient > 0 else below).append(piece)
        if not above:
            return Operation("negative", _fit(_all("add", below), range(array.rank)))
        total = _all("add", above)
        if below:
            total = _join("subtract", total, _all("add", below))
        return _fit(total, range(array.rank))

    def _product(self, array: Array) -> Expr:
        """a * b / c: the small ones are put together first, so that few large arrays are made.

        A product takes less time than a quotient, so what is at least 1 is inverted while small.
        """
        operands = array.operands if array.made == "product" else ((array, range(array.rank)),)
        above: list[Piece] = []
        below: list[Piece] = []
        inverted: list[Array] = []
        for rank in sorted({operand.rank for operand, _ in operands}):
            for operand, places in operands:
                if operand.rank == rank and operand.made == "reciprocal":
                    below.append(Piece(self._only(operand), tuple(places)))
                    inverted.append(operand.operands[0][0])
                elif operand.rank == rank:
                    above.append(self._piece((operand, tuple(places))))
            small = below and rank < array.rank and all(map(_is_at_least_one, inverted))
            if below and (above or small):
                whole = _all("multiply", above) if above else Piece(_ONE, ())
                above = [_join("divide", whole, _all("multiply", below))]
                below, inverted = [], []
        if below:
            above = [_join("divide", Piece(_ONE, ()), _all("multiply", below))]
        return _fit(_all("multiply", above), range(array.rank))

    def _contract(self, array: Array) -> Expr:
        if len(array.operands) == 1:
            return self._reduced("sum", array)
        left, right = map(self._piece, array.operands)
        roles = _roles(left, right, array.rank)
        if roles.is_matmul:
            return _matmul(left, right, roles)
        return _einsum(left, right, range(array.rank))

    def _reduced(self, name: str, array: Array) -> Expr:
        ((operand, places),) = array.operands
        gone = [position for position, place in enumerate(places) if place >= array.rank]
        axes = gone[0] if len(gone) == 1 else Tuple(*gone)
        return Operation(name, self.expression(operand), axes)


def _is_at_least_one(array: Array) -> bool:
    """Whether an array is a sum over k of exp(u_k - max_k u_k), of which one part is 1."""
    if array.made != "contract" or array.operands[0][0].made != "exp":
        return False
    (exponential, places), *others = array.operands
    ((below, _),) = exponential.operands
    if others or below.made != "linear" or below.parameters != (1, -1):
        return False
    (whole, at), (largest, _) = below.operands
    if largest.made != "amax" or at != tuple(range(whole.rank)):
        return False
    ((of, among),) = largest.operands
    added = [place >= array.rank for place in places]
    return of is whole and added == [place >= largest.rank for place in among]


def _number(value: Fraction) -> Expr:
    parts = (value.numerator,) if value.denominator == 1 else value.as_integer_ratio()
    return Operation("number", *parts)


def _power(base: Expr, exponent: int) -> Expr:
    """base ** exponent by repeated squaring."""
    if exponent == 1:
        return base
    root = _power(base, exponent // 2)
    square = Operation("multiply", root, root)
    return Operation("multiply", square, base) if exponent % 2 else square


class Roles(NamedTuple):
    """What the axes of two factors do in a sum of products: batch, rows and columns stay."""

    batch: list[int]
    rows: list[int]
    added: list[int]
    columns: list[int]

    @property
    def is_matmul(self) -> bool:
        """Whether it is a product of matrices, or of a matrix and a vector without a batch."""
        vector = not self.batch and len(self.rows) + len(self.columns) == 1
        return len(self.added) == 1 and (vector or len(self.rows) == len(self.columns) == 1)


def _roles(left: Piece, right: Piece, rank: int) -> Roles:
    both = [axis for axis in left.axes if axis in right.axes]
    return Roles(
        batch=[axis for axis in both if axis < rank],
        rows=[axis for axis in left.axes if axis not in both],
        added=[axis for axis in both if axis >= rank],
        columns=[axis for axis in right.axes if axis not in both],
    )


def _matmul(left: Piece, right: Piece, roles: Roles) -> Expr:
    batch, rows, added, columns = roles
    if not columns and left.axes[-1] != added[0]:  # a vector times the matrix, as it is stored
        return Operation("matmul", right.expression, left.expression)
    first = _fit(left, [*batch, *rows, *added])
    second = _fit(right, [*batch, *added, *columns])
    made = Piece(Operation("matmul", first, second), (*batch, *rows, *columns))
    return _fit(made, sorted(made.axes))


def _einsum(left: Piece, right: Piece, wanted: Iterable[int]) -> Expr:
    first, second, result = (
        "".join(ascii_letters[axis] for axis in axes) for axes in (left.axes, right.axes, wanted)
    )
    spec = Str(f"{first},{second}->{result}")
    return Operation("einsum", spec, left.expression, right.expression)


# ---- lining up axes ----------------------------------------------------------------------------


def _fit(piece: Piece, wanted: Sequence[int]) -> Expr:
    """The expression with its axes where NumPy's broadcasting to the wanted axes needs them."""
    expression, axes = piece
    there = [axis for axis in wanted if axis in axes]
    if list(axes) != there:
        expression = Operation("transpose", expression, Tuple(*map(axes.index, there)))
    trailing = wanted[wanted.index(there[0]) :] if there else ()
    if len(trailing) == len(there):
        return expression
    subscript = ", ".join(":" if axis in there else "None" for axis in trailing)
    return Operation("expand", expression, Str(subscript))


def _join(operator: str, left: Piece, right: Piece) -> Piece:
    """Two pieces put together, entry by entry."""
    axes = sorted({*left.axes, *right.axes})
    return Piece(Operation(operator, _fit(left, axes), _fit(right, axes)), tuple(axes))


def _all(operator: str, pieces: Sequence[Piece]) -> Piece:
    return reduce(lambda left, right: _in_order(operator, left, right), pieces)


def _in_order(operator: str, left: Piece, right: Piece) -> Piece:
    """A sum or product of two pieces. NumPy is faster where what is repeated along axes is last."""
    repeated = 0 < len(left.axes) < len(right.axes)
    return _join(operator, right, left) if repeated else _join(operator, left, right)
