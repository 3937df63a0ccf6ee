"""Inputs drawn from the declared hypotheses, which they meet by construction where possible.

Entries that have a stated total are made together: one-hot, soft (nonnegative), uniform or signed,
whichever the elementwise hypotheses allow. Hypotheses of other shapes are met by trying again.

Every choice goes through one function, ``choose``: hypothesis supplies one that it can replay and
shrink, and the search for counterexamples one that chooses the same on every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import cycle, islice, product
from random import Random
from typing import Any

import hypothesis.strategies as st
import numpy as np
from hypothesis import reject
from numpy.typing import DTypeLike, NDArray

from derive.kernel import Declarations, Fact, Hypothesis

from .arrays import InputError
from .conditions import meets
from .constraints import Constraints, Total, least_sizes
from .fills import FILLS, SHARES
from .hypotheses import check_hypotheses
from .points import Bound, Point, as_arrays, indices_below

Choose = Callable[[Sequence[Any]], Any]
Numbers = Sequence[Fraction]
Array = NDArray[Any]

_TRIES = 40  # to make a point of given sizes

# What points are made of, the simplest numbers first.
_BITS = tuple(map(Fraction, (0, 1)))
_WHOLE = (*_BITS, *map(Fraction, (-1, 2, -2, 3)))
_SIMPLE = (*_WHOLE, *(Fraction(p, q) for q in (2, 3, 4) for p in (1, -1, 3, -2) if p % q))
_WIDE = (*_SIMPLE, *map(Fraction, (7, -7, 20, -20)), Fraction(1, 100), Fraction(-1, 50))

# Rationals that no formula makes anything special of, of both signs and below and above 1.
_GENERIC = tuple(
    Fraction(sign * p, q)
    for p, q in ((3, 7), (13, 11), (5, 17), (29, 13), (8, 19))
    for sign in (1, -1)
)


# ---- exact points --------------------------------------------------------------------------------


class _Builder:
    """Makes points that meet the hypotheses out of choices."""

    def __init__(self, declarations: Declarations) -> None:
        self.declarations = declarations
        self.constraints = Constraints(declarations)

    def build(self, sizes: Mapping[str, int], numbers: Numbers, choose: Choose) -> Point | None:
        """A point of the given sizes; None where the choices break a hypothesis."""
        values = {}
        for name, shape in self.declarations.variables.items():
            entries = self._entries(name, indices_below(shape, sizes), numbers, choose)
            if entries is None:
                return None
            values[name] = entries
        labels = {
            name: {at: choose(range(sizes[below])) for at in indices_below(shape, sizes)}
            for name, (shape, below) in self.declarations.labels.items()
        }
        indices = {
            name: choose(range(sizes[below])) for name, below in self.declarations.indices.items()
        }
        point = Point(sizes, values, labels, indices)
        return point if meets(self.declarations, point) else None

    def _entries(
        self, name: str, cells: list[Bound], numbers: Numbers, choose: Choose
    ) -> dict[Bound, Fraction] | None:
        allowed = [number for number in numbers if self.constraints.allows(name, number)]
        total = self.constraints.totals.get(name)
        if total is None:
            return {cell: choose(allowed) for cell in cells} if allowed else None
        entries: dict[Bound, Fraction] = {}
        for group in total.groups(cells):
            parts = self._parts(total, len(group), allowed, choose)
            if parts is None:
                return None
            entries.update(zip(group, parts, strict=True))
        return {cell: entries[cell] for cell in cells}

    def _parts(
        self, total: Total, count: int, numbers: Numbers, choose: Choose
    ) -> list[Fraction] | None:
        """Allowed numbers that add up to the total, made in the first manner that gives such."""
        for make in _in_turn(_PARTS, choose(range(len(_PARTS)))):
            parts: list[Fraction] = make(count, total.value, numbers, choose)
            if parts and all(self.constraints.allows(total.variable, part) for part in parts):
                return parts
        return None


def _in_turn(options: Sequence[Any], first: int) -> Iterator[Any]:
    """All options, beginning with one of them."""
    return islice(cycle(options), first, first + len(options))


def _one_hot(count: int, total: Fraction, numbers: Numbers, choose: Choose) -> list[Fraction]:
    hot = choose(range(count))
    return [total if place == hot else Fraction(0) for place in range(count)]


def _soft(count: int, total: Fraction, numbers: Numbers, choose: Choose) -> list[Fraction]:
    weights = [choose((1, 2, 3, 0)) for _ in range(count)]
    return [total * Fraction(weight, sum(weights)) for weight in weights if any(weights)]


def _uniform(count: int, total: Fraction, numbers: Numbers, choose: Choose) -> list[Fraction]:
    return [total / count] * count


def _signed(count: int, total: Fraction, numbers: Numbers, choose: Choose) -> list[Fraction]:
    if not numbers:
        return []
    parts: list[Fraction] = [choose(numbers) for _ in range(count - 1)]
    return [*parts, total - sum(parts)]


_PARTS = (_one_hot, _soft, _uniform, _signed)


@st.composite
def points(
    draw: st.DrawFn,
    declarations: Declarations,
    *,
    sizes: Mapping[str, int] | None = None,
    largest: int = 3,
) -> Point:
    """Points that meet the declared hypotheses exactly.

    Sizes that are not given are drawn, up to ``largest``; they are often 1.
    """
    builder = _Builder(declarations)
    every = _sizes(draw, declarations, sizes, largest)
    point = builder.build(every, _WIDE, lambda options: draw(st.sampled_from(options)))
    return reject() if point is None else point


def _sizes(
    draw: st.DrawFn, declarations: Declarations, given: Mapping[str, int] | None, largest: int
) -> dict[str, int]:
    least = least_sizes(declarations)
    sizes = {
        n: draw(st.just(low) | st.integers(low, low - 1 + largest)) for n, low in least.items()
    }
    return sizes | dict(given or {})


# ---- the search for counterexamples --------------------------------------------------------------

# The stages of the search: numbers to choose from, the largest size, how many points to try.
_STAGES = ((_BITS, 3, 60), (_WHOLE, 3, 60), (_SIMPLE, 3, 60), (_WIDE, 4, 120))
_MOST_SIZES = 27


def small_points(declarations: Declarations) -> Iterator[Point]:
    """At most a few hundred points that meet the hypotheses, the same ones on every machine.

    Zeros and ones come first, then small whole numbers, then simple rationals, then a wider range;
    within each, small sizes come first.
    """
    builder = _Builder(declarations)
    choose = _reproducible_choice()
    seen = set()
    for sizes, numbers in _schedule(least_sizes(declarations), choose):
        point = builder.build(sizes, numbers, choose)
        if point is not None and str(point) not in seen:
            seen.add(str(point))
            yield point


def points_at(declarations: Declarations, sizes: Mapping[str, int]) -> Iterator[Point]:
    """Some points of the given sizes that meet the hypotheses, of rationals that stand for any."""
    builder = _Builder(declarations)
    choose = _reproducible_choice()
    for numbers in (_GENERIC, _WIDE):
        for _ in range(_TRIES):
            point = builder.build(sizes, numbers, choose)
            if point is not None:
                yield point


def example_point(declarations: Declarations) -> Point | None:
    """One exact point that meets every hypothesis, or None where the search finds none.

    A theorem whose hypotheses nothing meets is true and says nothing.
    """
    return next(small_points(declarations), None)


def _schedule(least: Mapping[str, int], choose: Choose) -> Iterator[tuple[dict[str, int], Numbers]]:
    for numbers, largest, tries in _STAGES:
        every = _small_sizes(len(least), largest, choose)
        for chosen in every:
            above = zip(least.items(), chosen, strict=True)
            sizes = {name: low - 1 + size for (name, low), size in above}
            for _ in range(-(-tries // len(every))):
                yield sizes, numbers


def _small_sizes(count: int, largest: int, choose: Choose) -> list[tuple[int, ...]]:
    """Ways to give ``count`` sizes values up to ``largest``, by their sum; a choice where many."""
    one_size = range(1, largest + 1)
    if largest**count <= _MOST_SIZES:
        ways = set(product(one_size, repeat=count))
    else:
        ways = {tuple(choose(one_size) for _ in range(count)) for _ in range(_MOST_SIZES)}
    return sorted({(1,) * count, *ways}, key=lambda way: (sum(way), way))


def _reproducible_choice() -> Choose:
    """Chooses by ``Random.random``, whose sequence Python keeps from version to version."""
    random = Random(0).random
    return lambda options: options[int(random() * len(options))]


# ---- floating-point arrays -----------------------------------------------------------------------


@st.composite
def arrays(
    draw: st.DrawFn,
    declarations: Declarations,
    *,
    sizes: Mapping[str, int] | None = None,
    largest: int = 24,
    dtype: DTypeLike = np.float64,
) -> dict[str, Array]:
    """Variables and labels as arrays by name, meeting the hypotheses up to rounding.

    Sizes that are not given are drawn, up to ``largest``; they are often 1. Variables without a
    stated total are ordinary, large, far from 0, tiny, all equal or widely spread. Hypotheses of
    other shapes are left to luck, where they are inequalities; where that fails, and for equations,
    the arrays are those of small exact points.
    """
    constraints = Constraints(declarations)
    every = _sizes(draw, declarations, sizes, largest)
    if all(isinstance(other.conclusion, Fact) for other in constraints.others):
        drawn = _free_arrays(draw, declarations, constraints, every, dtype)
        if not constraints.others or _met(declarations, constraints.others, drawn, every):
            return drawn
    small = {name: size for name, size in every.items() if name in (sizes or {})}
    return as_arrays(draw(points(declarations, sizes=small, largest=min(largest, 3))), dtype)


def _free_arrays(
    draw: st.DrawFn,
    declarations: Declarations,
    constraints: Constraints,
    every: Mapping[str, int],
    dtype: DTypeLike,
) -> dict[str, Array]:
    """Arrays that meet what the hypotheses say of single entries and of totals."""
    values = {
        name: _array(draw, constraints, name, tuple(every[axis] for axis in shape), dtype)
        for name, shape in declarations.variables.items()
    }
    labels = {
        name: _label(draw, every[below], tuple(every[axis] for axis in shape))
        for name, (shape, below) in declarations.labels.items()
    }
    return values | labels


def _met(
    declarations: Declarations,
    stated: tuple[Hypothesis, ...],
    arrays: Mapping[str, Array],
    sizes: Mapping[str, int],
) -> bool:
    """Whether arrays meet some of the hypotheses, beyond rounding."""
    try:
        check_hypotheses(replace(declarations, hypotheses=stated), arrays, sizes)
    except InputError:
        return False
    return True


def _rng(draw: st.DrawFn) -> np.random.Generator:
    return np.random.default_rng(draw(st.integers(0, 2**32 - 1)))


def _label(draw: st.DrawFn, below: int, shape: Bound) -> Array:
    return np.asarray(_rng(draw).integers(below, size=shape), np.intp)


def _array(
    draw: st.DrawFn,
    constraints: Constraints,
    name: str,
    shape: Bound,
    dtype: DTypeLike,
) -> Array:
    rng = _rng(draw)
    total = constraints.totals.get(name)
    if total is None:
        fill = draw(st.sampled_from(FILLS))
        return _repaired(constraints, name, np.asarray(fill(rng, shape), dtype))
    for share in _in_turn(SHARES, draw(st.integers(0, len(SHARES) - 1))):
        array: Array = np.asarray(share(rng, shape, total.axes, float(total.value)), dtype)
        if all(constraints.allows(name, Fraction(float(entry))) for entry in np.unique(array)):
            return array
    return reject()


def _repaired(constraints: Constraints, name: str, array: Array) -> Array:
    """The array with each entry that is not allowed negated, or else replaced by one that is."""
    if constraints.free(name):
        return array
    others = [float(number) for number in _WIDE]
    for place, entry in np.ndenumerate(array):
        options = (float(entry), -float(entry), *others)
        allowed = (option for option in options if constraints.allows(name, Fraction(option)))
        array[place] = next(allowed, np.nan)
    return reject() if np.isnan(array).any() else array
