"""Arrays by what they are, and views: arrays read at named indices.

An ``Array`` says how it is made from other arrays; its axes have an order but no names. A ``View``
reads an array at named indices: with X the array of a variable, X[i, k] and X[k, i] are two views
of one array. ``build`` numbers the axes of a new array in the order in which they occur, so that
exp(x[i]) and exp(x[k]) become views of one array too: what is written twice is computed once.

=========  ==================  =========================================================
made by    parameters          the array
=========  ==================  =========================================================
input      name                the array of a variable
number     value               an exact rational
pi                             the circle's constant
size       name                a size as a number
range      size                0, 1, 2, ... as integers
label      name                the array of a label, integers
gather     name                an input, or a label, read at the integers of the operands
real                           integers as real numbers
eye        size                1 on the diagonal, else 0
exp, log, sqrt, reciprocal,    the function of one operand, entry by entry
sin, cos, erf, lgamma, digamma,
expm1, log1p
power      exponent            the operand to a whole power >= 2
linear     coefficients        the sum of the operands, each times its coefficient
product                        the product of the operands
contract                       the product of the operands, added up over some axes
amax                           the maximum of the operand over some axes
maximum                        the largest of the operands
compare    relation            whether the relation holds between two operands
both                           whether both operands hold
select                         the second operand where the first one holds, else the third
lowest                         a number so low that its exponential is 0
=========  ==================  =========================================================
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from typing import Any, NamedTuple
from weakref import WeakValueDictionary

Axis = Hashable  # the name of an index; bound ones are numbers, the innermost is 0
Operand = tuple["Array", tuple[int, ...]]  # an array, and the axes of the result that it has


class Array:
    """How an array is made. Arrays that are made alike are the same object. Use ``build``.

    Attributes
    ----------
    made, parameters: what the table in the module docstring says.
    operands: what it is made from. Each operand's axes are given as places: those below ``rank``
        are axes of this array, the others are reduced (added up, or their maximum taken).
    shape: the names of the sizes of the axes.
    order: a structural key to sort by, the same in every session.
    """

    __slots__ = ("__weakref__", "made", "operands", "order", "parameters", "shape")

    def __init__(
        self,
        made: str,
        operands: tuple[Operand, ...],
        parameters: tuple[Any, ...],
        shape: tuple[str, ...],
    ) -> None:
        self.made = made
        self.operands = operands
        self.parameters = parameters
        self.shape = shape
        inner = tuple((array.order, places) for array, places in operands)
        self.order: tuple[Any, ...] = (made, parameters, inner, shape)

    @property
    def rank(self) -> int:
        """The number of axes."""
        return len(self.shape)


_INTERNED: WeakValueDictionary[tuple[Any, ...], Array] = WeakValueDictionary()


def _array(*key: Any) -> Array:
    array = _INTERNED.get(key)
    if array is None:
        array = _INTERNED[key] = Array(*key)
    return array


class View(NamedTuple):
    """An array read at named indices, one for each of its axes; no index occurs twice."""

    array: Array
    axes: tuple[Axis, ...]

    @property
    def operands(self) -> tuple[View, ...]:
        """What the array is made from, at the indices of this view. Not where axes are reduced."""
        return tuple(self.read(operand) for operand in self.array.operands)

    def read(self, operand: Operand) -> View:
        """An operand of the array at the indices of this view."""
        array, places = operand
        return View(array, tuple(self.axes[place] for place in places))

    def shifted(self, by: int) -> View:
        """The view seen from under ``by`` further binders."""
        return View(self.array, tuple(a + by if isinstance(a, int) else a for a in self.axes))


def leaf(made: str, *parameters: Any, shape: Sequence[str] = (), axes: Sequence[Axis] = ()) -> View:
    """A view of an array that is made from no other."""
    return View(_array(made, (), parameters, tuple(shape)), tuple(axes))


def build(made: str, views: Sequence[View], *parameters: Any, over: Collection[Axis] = ()) -> View:
    """The view of a new array made from views; the axes in ``over`` are reduced."""
    sizes = dict(pair for view in views for pair in zip(view.axes, view.array.shape, strict=True))
    kept = [axis for axis in sizes if axis not in over]
    reduced = [axis for axis in sizes if axis in over]
    place = {axis: number for number, axis in enumerate([*kept, *reduced])}
    operands = tuple((view.array, tuple(place[axis] for axis in view.axes)) for view in views)
    return View(
        _array(made, operands, parameters, tuple(sizes[axis] for axis in kept)), tuple(kept)
    )


def sorted_views(views: Collection[View]) -> list[View]:
    """Views in a canonical order: those with the most axes first, so that they set the layout."""
    return sorted(views, key=lambda view: (-len(view.axes), view.array.order))
