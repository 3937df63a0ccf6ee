"""Sums of products, in an order that never makes a larger array than it has to.

sum_r (sum_d X[r,d] w[d]) X[r,a] is two products of a matrix and a vector, whichever of the two sums
was written outside. The sizes are not known here, so an array counts as large as it has axes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations, count

from .algebra import factored, number, product
from .views import Array, Axis, View, build, leaf, sorted_views

_fresh = count()


def add_up(view: View, axis: Axis, size: str) -> View:
    """The sum of a view over an axis of the given size."""
    scale, factors = factored([view])
    inside = [factor for factor in factors if axis in factor.axes]
    outside = [number(scale), *(factor for factor in factors if axis not in factor.axes)]
    if not inside:
        return product([*outside, leaf("size", size)])
    return product([*outside, _contract(inside, (axis,))])


def _contract(factors: list[View], over: tuple[Axis, ...]) -> View:
    """The sum of a product; sums among its factors are opened where that saves a nested loop."""
    closed = _in_pairs(factors, over)
    opened, bound = _open(factors)
    if not bound:
        return closed
    merged = _in_pairs(opened, (*over, *bound))
    return merged if loops(merged.array) < loops(closed.array) else closed


def _open(factors: Iterable[View]) -> tuple[list[View], list[Axis]]:
    """The factors with those that are sums replaced by what they add up, at fresh indices."""
    opened: list[View] = []
    bound: list[Axis] = []
    for factor in factors:
        if factor.array.made != "contract":
            opened.append(factor)
            continue
        places = {place for _, at in factor.array.operands for place in at}
        fresh: list[Axis] = [("fresh", next(_fresh)) for _ in range(len(places) - len(factor.axes))]
        inner = View(factor.array, (*factor.axes, *fresh)).operands
        parts, deeper = _open(factored(inner)[1])
        opened += parts
        bound += [*fresh, *deeper]
    return opened, bound


def _in_pairs(factors: Sequence[View], over: tuple[Axis, ...]) -> View:
    """The sum of a product, two factors at a time: first those that need the fewest loops."""
    alone = [_reduced(factor, _only_in(factor, factors, over)) for factor in factors]
    factors = sorted_views(alone)
    while len(factors) > 1:
        left, right = min(combinations(factors, 2), key=_loops_of_pair)
        rest = _without(factors, left, right)
        needed = {axis for view in rest for axis in view.axes}
        done = [a for a in over if a in (*left.axes, *right.axes) and a not in needed]
        factors = sorted_views([_pair(left, right, done), *rest])
    return factors[0]


def _only_in(factor: View, factors: Iterable[View], over: Iterable[Axis]) -> list[Axis]:
    elsewhere = {axis for other in factors if other is not factor for axis in other.axes}
    return [axis for axis in over if axis in factor.axes and axis not in elsewhere]


def _loops_of_pair(pair: tuple[View, View]) -> int:
    return len({*pair[0].axes, *pair[1].axes})


def _pair(left: View, right: View, over: Sequence[Axis]) -> View:
    """The product of two factors, added up over some axes that both have."""
    if not over or set(left.axes) == set(right.axes):
        # No larger than the factors are; and NumPy adds up in pairs, which rounds less than matmul.
        return _reduced(product([left, right]), over)
    return build("contract", [left, right], over=over)


def _reduced(view: View, over: Sequence[Axis]) -> View:
    """One view added up over some of its axes."""
    return build("contract", [view], over=over) if over else view


def _without(views: Sequence[View], *gone: View) -> list[View]:
    left = list(views)
    for view in gone:
        left.remove(view)
    return left


def loops(array: Array) -> int:
    """The most nested loops that any product in a sum of products takes."""
    if array.made == "product":
        return max(loops(operand) for operand, _ in array.operands)
    if array.made != "contract":
        return array.rank
    places = {place for _, at in array.operands for place in at}
    return max(len(places), *(loops(operand) for operand, _ in array.operands))
