"""Exact points that meet the declared hypotheses, by construction where possible.

Entries that have a stated total are made together: one-hot, soft (nonnegative), uniform or signed,
whichever the elementwise hypotheses allow; entries whose squares have one lie on a sphere. Mirrored
entries are made once. Equations of other shapes are solved where they are linear in a variable, and
the other hypotheses are met by trying again.

Every choice goes through one function, ``choose``: ``samples`` supplies one that hypothesis can
replay and shrink, and the search for counterexamples one that chooses the same on every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import cycle, islice, product
from math import isqrt
from random import Random
from typing import Any

from derive.kernel import Declarations, Equation

from .balancing import balanced
from .conditions import meets
from .constraints import Constraints, Total, least_sizes
from .domains import Domains, within
from .points import Bound, Point, indices_below

Choose = Callable[[Sequence[Any]], Any]
Numbers = Sequence[Fraction]

_TRIES = 40  # to make a point of given sizes
_FEW = 3  # numbers that an entry may be: with fewer, an interval is looked into

# What points are made of, the simplest numbers first.
_BITS = tuple(map(Fraction, (0, 1)))
_WHOLE = (*_BITS, *map(Fraction, (-1, 2, -2, 3)))
_SIMPLE = (*_WHOLE, *(Fraction(p, q) for q in (2, 3, 4) for p in (1, -1, 3, -2) if p % q))
WIDE = (*_SIMPLE, *map(Fraction, (7, -7, 20, -20)), Fraction(1, 100), Fraction(-1, 50))

# Rationals that no formula makes anything special of, of both signs and below and above 1.
_GENERIC = tuple(
    Fraction(sign * p, q)
    for p, q in ((3, 7), (13, 11), (5, 17), (29, 13), (8, 19))
    for sign in (1, -1)
)


# ---- exact points --------------------------------------------------------------------------------


class Builder:
    """Makes points that meet the hypotheses out of choices."""

    def __init__(self, declarations: Declarations, domains: Domains | None = None) -> None:
        self.declarations = declarations
        self.domains = domains or {}
        self.constraints = Constraints(declarations)
        self._looked_up: dict[tuple[str, tuple[Fraction, ...]], list[Fraction]] = {}
        self._equations = any(isinstance(h.conclusion, Equation) for h in self.constraints.others)

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
        if self._fits(point):
            return point
        if self._equations:
            point = balanced(self.declarations, point)
        return point if self._equations and self._fits(point) else None

    def _fits(self, point: Point) -> bool:
        return meets(self.declarations, point) and within(self.domains, point)

    def _entries(
        self, name: str, cells: list[Bound], numbers: Numbers, choose: Choose
    ) -> dict[Bound, Fraction] | None:
        allowed = self._allowed(name, numbers)
        total = self.constraints.totals.get(name)
        if self._kind(name) == "spd":
            return _positive_definite(cells, allowed, choose)
        if total is None:
            free = {cell: choose(allowed) for cell in cells} if allowed else None
            order = self.constraints.mirrors.get(name)
            return free if order is None or free is None else _mirrored(free, order)
        entries: dict[Bound, Fraction] = {}
        for group in total.groups(cells):
            parts = self._parts(total, len(group), allowed, choose)
            if parts is None:
                return None
            entries.update(zip(group, parts, strict=True))
        return {cell: entries[cell] for cell in cells}

    def _kind(self, name: str) -> str:
        return self.domains[name].kind if name in self.domains else "real"

    def _allowed(self, name: str, numbers: Numbers) -> list[Fraction]:
        """The numbers that an entry may be, looked up where they were asked for before."""
        key = (name, tuple(numbers))
        if key not in self._looked_up:
            self._looked_up[key] = self._found_allowed(name, numbers)
        return self._looked_up[key]

    def _found_allowed(self, name: str, numbers: Numbers) -> list[Fraction]:
        """Those of the numbers that an entry may be; of an interval's, too, where these are few."""
        few = sum(self.constraints.allows(name, number) for number in WIDE) < _FEW
        offered = [*numbers, *(self.constraints.interior(name) if few else ())]
        whole = self._kind(name) == "count"
        return [
            number
            for number in offered
            if self.constraints.allows(name, number) and not (whole and number.denominator > 1)
        ]

    def _parts(
        self, total: Total, count: int, numbers: Numbers, choose: Choose
    ) -> list[Fraction] | None:
        """Allowed numbers that add up to the total, made in the first manner that gives such."""
        manners = _SQUARED if total.squared else _PARTS
        for make in in_turn(manners, choose(range(len(manners)))):
            parts: list[Fraction] = make(count, total.value, numbers, choose)
            if parts and all(self.constraints.allows(total.variable, part) for part in parts):
                return parts
        return None


def in_turn(options: Sequence[Any], first: int) -> Iterator[Any]:
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


def _axis(count: int, total: Fraction, numbers: Numbers, choose: Choose) -> list[Fraction]:
    """One entry that is a root of the total, the others 0."""
    root = _root(total)
    return [] if root is None else _one_hot(count, choose((1, -1)) * root, numbers, choose)


def _sphere(count: int, total: Fraction, numbers: Numbers, choose: Choose) -> list[Fraction]:
    """A rational point of the sphere, by stereographic projection of rationals t.

    (2 t, |t|^2 - 1) / (|t|^2 + 1) has length 1; with t = 1/2 it is (4/5, -3/5).
    """
    root = _root(total)
    if root is None:
        return []
    flat = [choose(_SLOPES) for _ in range(count - 1)]
    square = sum((t * t for t in flat), start=Fraction(0))
    parts = [2 * t / (square + 1) for t in flat] + [(square - 1) / (square + 1)]
    turn = choose(range(count))
    return [root * part for part in parts[turn:] + parts[:turn]]


def _root(value: Fraction) -> Fraction | None:
    """The square root, where it is rational."""
    if value <= 0:
        return None
    found = Fraction(isqrt(value.numerator), isqrt(value.denominator))
    return found if found * found == value else None


_SLOPES = tuple(map(Fraction, ("1/2", "2", "-1/2", "-2", "1/3", "0", "1", "-1")))
_PARTS = (_one_hot, _soft, _uniform, _signed)
_SQUARED = (_axis, _sphere)


# ---- matrices ------------------------------------------------------------------------------------


def _mirrored(entries: dict[Bound, Fraction], order: tuple[int, ...]) -> dict[Bound, Fraction]:
    """The entries with each mirror image equal to the first of the two."""
    return {cell: entries[min(cell, tuple(cell[k] for k in order))] for cell in entries}


def _positive_definite(
    cells: list[Bound], numbers: Numbers, choose: Choose
) -> dict[Bound, Fraction] | None:
    """B B^T + I over the last two axes, often of a diagonal B."""
    if not all(len(cell) > 1 for cell in cells):
        return None
    diagonal = choose((True, False))
    wide = [number for number in numbers if number.denominator == 1] or [Fraction(1)]
    zero = Fraction(0)
    factor = {
        cell: zero if diagonal and cell[-1] != cell[-2] else choose([*wide, zero]) for cell in cells
    }
    width = 1 + max(cell[-1] for cell in cells)
    return {
        (*outer, i, j): sum(
            (factor[*outer, i, k] * factor[*outer, j, k] for k in range(width)),
            start=Fraction(i == j),
        )
        if (*outer, j, j) in factor
        else zero
        for *outer, i, j in cells
    }


# ---- the search for counterexamples --------------------------------------------------------------

# The stages of the search: numbers to choose from, the largest size, how many points to try.
_STAGES = ((_BITS, 3, 60), (_WHOLE, 3, 60), (_SIMPLE, 3, 60), (WIDE, 4, 120))
_MOST_SIZES = 27


def small_points(declarations: Declarations, domains: Domains | None = None) -> Iterator[Point]:
    """At most a few hundred points that meet the hypotheses, the same ones on every machine.

    Zeros and ones come first, then small whole numbers, then simple rationals, then a wider range;
    within each, small sizes come first.
    """
    builder = Builder(declarations, domains)
    choose = _reproducible_choice()
    seen = set()
    for sizes, numbers in _schedule(least_sizes(declarations), choose):
        point = builder.build(sizes, numbers, choose)
        if point is not None and str(point) not in seen:
            seen.add(str(point))
            yield point


def points_at(declarations: Declarations, sizes: Mapping[str, int]) -> Iterator[Point]:
    """Some points of the given sizes that meet the hypotheses, of rationals that stand for any."""
    builder = Builder(declarations)
    choose = _reproducible_choice()
    for numbers in (_GENERIC, WIDE):
        for _ in range(_TRIES):
            point = builder.build(sizes, numbers, choose)
            if point is not None:
                yield point


def example_point(declarations: Declarations, domains: Domains | None = None) -> Point | None:
    """One exact point that meets every hypothesis, or None where the search finds none.

    A theorem whose hypotheses nothing meets is true and says nothing.
    """
    return next(small_points(declarations, domains), None)


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


def points_of(
    declarations: Declarations,
    sizes: Mapping[str, int],
    domains: Domains | None = None,
    tries: int = _TRIES,
) -> Iterator[Point]:
    """Points of the given sizes that meet the hypotheses, those of the simplest numbers first."""
    builder = Builder(declarations, domains)
    choose = _reproducible_choice()
    for numbers, _, _ in _STAGES:
        for _ in range(tries):
            point = builder.build(sizes, numbers, choose)
            if point is not None:
                yield point
