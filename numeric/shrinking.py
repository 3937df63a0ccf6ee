"""Counterexamples made small: the sizes first, then the numbers.

A counterexample is shown to a person, who works it out by hand. Fewer entries come before simpler
entries, and among these 0, 1 and small whole numbers before fractions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import product

from derive.claims import Statement

from .conditions import meets
from .constraints import least_sizes
from .deadline import Deadline
from .domains import Domains, within
from .exact_samples import points_of
from .points import Point
from .witnesses import Counterexample, counterexample_at

_TRIES = 16  # points of each choice of numbers, at each choice of smaller sizes
_MOST_SIZES = 64
_SIMPLE = tuple(map(Fraction, ("0", "1", "-1", "2", "-2", "3", "1/2", "-1/2", "1/3")))
_At = Callable[[Point], Counterexample | None]


def smallest(
    statement: Statement, found: Counterexample, domains: Domains, deadline: Deadline
) -> Counterexample:
    """The smallest counterexample that can be made of one before the deadline."""

    def at(point: Point) -> Counterexample | None:
        fits = meets(statement.declarations, point) and within(domains, point)
        return counterexample_at(statement, point) if fits else None

    found = _at_smaller_sizes(statement, found, domains, deadline)
    while not deadline.is_over:
        simpler = _simpler(found, at, deadline)
        if simpler is None:
            break
        found = simpler
    return found


def _at_smaller_sizes(
    statement: Statement, found: Counterexample, domains: Domains, deadline: Deadline
) -> Counterexample:
    for sizes in _smaller_sizes(statement, found.point):
        for point in points_of(statement.declarations, sizes, domains, _TRIES):
            smaller = counterexample_at(statement, point)
            if smaller is not None:
                return smaller
            if deadline.is_over:
                return found
    return found


def _smaller_sizes(statement: Statement, point: Point) -> list[dict[str, int]]:
    """Sizes that add up to less than those of the point, the least of them first."""
    least = least_sizes(statement.declarations)
    ways = product(*[range(low, max(low, point.sizes[name]) + 1) for name, low in least.items()])
    total = sum(point.sizes.values())
    ordered = sorted((sum(way), way) for way in ways if sum(way) < total)
    return [dict(zip(least, way, strict=True)) for _, way in ordered[:_MOST_SIZES]]


def _simpler(found: Counterexample, at: _At, deadline: Deadline) -> Counterexample | None:
    """A counterexample whose numbers are simpler by one change."""
    now = burden(found.point)
    for point in _changes(found.point):
        if deadline.is_over:
            return None
        if burden(point) < now:
            simpler = at(point)
            if simpler is not None:
                return simpler
    return None


def burden(point: Point) -> tuple[Fraction, int]:
    """How much there is to read and to compute in a point: digits, then how far along indices are.

    >>> burden(Point({"n": 2}, {"x": {(0,): Fraction(0), (1,): Fraction(-1, 2)}}))[0]
    Fraction(11, 2)
    """
    every = [value for entries in point.values.values() for value in entries.values()]
    indices = [*point.indices.values()]
    indices += [value for entries in point.labels.values() for value in entries.values()]
    return sum(map(_weight, every), start=Fraction(0)), sum(indices)


def _weight(value: Fraction) -> Fraction:
    """0 for 0, 1 for 1; a sign costs a half, a denominator what it is."""
    fraction = 2 * (value.denominator - 1)
    return abs(value.numerator) + fraction + Fraction(value < 0) / 2 + (fraction > 0) * 2


def _changes(point: Point) -> Iterator[Point]:
    """Points that differ in one variable, one entry, two entries of one, an index or a label."""
    for name, entries in point.values.items():
        for value in _SIMPLE[:2]:
            yield _with(point, name, dict.fromkeys(entries, value))
        if len(entries) > 1:
            for hot in entries:
                yield _with(point, name, {at: Fraction(at == hot) for at in entries})
    for name, entries in point.values.items():
        for at, old in entries.items():
            for value in (*_SIMPLE, abs(old), Fraction(round(old))):
                yield _with(point, name, {**entries, at: value})
                for other in entries if len(entries) <= 4 else ():
                    if other > at:  # what one loses the other gains, so that totals stay
                        gained = entries[other] + old - value
                        yield _with(point, name, {**entries, at: value, other: gained})
    for name, place in point.indices.items():
        for lower in range(place):
            yield replace(point, indices={**point.indices, name: lower})
    for name, places in point.labels.items():
        for here, place in places.items():
            for lower in range(place):
                changed = {**point.labels, name: {**places, here: lower}}
                yield replace(point, labels=changed)


def _with(point: Point, name: str, entries: dict[tuple[int, ...], Fraction]) -> Point:
    return replace(point, values={**point.values, name: entries})
