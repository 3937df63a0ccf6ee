"""Makes a point meet stated equations that are linear in some variable: mu = sum_k x[k]/n, b = 3.

For one variable at a time the equations about it are a linear system in its entries, which is
solved exactly. Entries that the system leaves free keep their values. It is a guess that is checked
afterwards: what is not linear, or would need two variables at once, comes out as it may.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from derive.kernel import Declarations, Equation

from .interpret import Irrational, Undefined, evaluate
from .points import Bound, Point, indices_below

_ROUNDS = 3  # an equation may be upset by one that is solved later
Cell = tuple[int, ...]


class _Stated(NamedTuple):
    """An equation at one choice of its indices."""

    equation: Equation
    bound: Bound

    def gap(self, point: Point) -> Fraction:
        """By how much the left side exceeds the right side."""
        left, right = (evaluate(side, point, self.bound) for side in self.equation)
        return Fraction(left - right)

    @property
    def names(self) -> frozenset[str]:
        return self.equation.left.names | self.equation.right.names


def balanced(declarations: Declarations, point: Point) -> Point:
    """The point with entries changed so that equations hold, where that is a linear matter."""
    every = [
        _Stated(hypothesis.conclusion, bound)
        for hypothesis in declarations.hypotheses
        if isinstance(hypothesis.conclusion, Equation)
        for bound in indices_below(hypothesis.context, point.sizes)
    ]
    solver = _solvers(every, point)
    for _ in range(_ROUNDS):
        broken = [stated for stated in every if not _is_met(stated, point)]
        if not broken:
            break
        for name in dict.fromkeys(solver.get(stated.equation) for stated in broken):
            if name is not None:
                own = [stated for stated in every if solver.get(stated.equation) == name]
                point = _solved(name, own, point)
    return point


def _is_met(stated: _Stated, point: Point) -> bool:
    try:
        return stated.gap(point) == 0
    except (Undefined, Irrational):
        return False


def _solvers(every: Iterable[_Stated], point: Point) -> Mapping[Equation, str]:
    """For each equation the variable that it is solved for: one that few equations speak of."""
    equations = dict.fromkeys(stated.equation for stated in every)
    found: dict[Equation, str] = {}
    for equation in equations:
        names = (equation.left.names | equation.right.names) & set(point.values)
        linear = [name for name in sorted(names) if _is_linear(equation, name, every, point)]
        if linear:

            def shared(name: str) -> tuple[int, int]:
                others = sum(name in e.left.names | e.right.names for e in equations)
                return others, len(point.values[name])

            found[equation] = min(linear, key=shared)
    return found


def _is_linear(equation: Equation, name: str, every: Iterable[_Stated], point: Point) -> bool:
    """Whether the gap at the first of its indices changes evenly as all entries move."""
    stated = next(stated for stated in every if stated.equation is equation)
    try:
        start, once, twice = (stated.gap(_moved(point, name, step)) for step in range(3))
    except (Undefined, Irrational):
        return False
    return twice - once == once - start


def _moved(point: Point, name: str, step: int) -> Point:
    """Every entry moved by its own multiple of the step."""
    entries = point.values[name].items()
    moved = {at: value + step * (k + 1) for k, (at, value) in enumerate(entries)}
    return replace(point, values={**point.values, name: moved})


def _solved(name: str, own: list[_Stated], point: Point) -> Point:
    """The point with the entries of one variable that meet its equations."""
    entries = point.values[name]
    try:
        start = [stated.gap(point) for stated in own]
        columns = []
        for at in entries:
            moved = {**entries, at: entries[at] + 1}
            there = replace(point, values={**point.values, name: moved})
            columns.append([s.gap(there) - g for s, g in zip(own, start, strict=True)])
    except (Undefined, Irrational):
        return point
    rows = [[*row, -gap] for row, gap in zip(zip(*columns, strict=True), start, strict=True)]
    steps = solution(rows)
    if steps is None:
        return point
    solved = {at: entries[at] + step for at, step in zip(entries, steps, strict=True)}
    return replace(point, values={**point.values, name: solved})


def solution(rows: list[list[Fraction]]) -> list[Fraction] | None:
    """One solution of a linear system, its right side the last column; None where there is none.

    Unknowns that the system leaves free are 0. The last unknowns are solved for first.

    >>> solution([[Fraction(1), Fraction(2), Fraction(3)]])
    [Fraction(0, 1), Fraction(3, 2)]
    """
    rows = [list(row) for row in rows]
    unknowns = len(rows[0]) - 1 if rows else 0
    found: dict[int, list[Fraction]] = {}
    for column in reversed(range(unknowns)):
        pivot = next((row for row in rows if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        pivot = [value / pivot[column] for value in pivot]
        rows = [_without(row, pivot, column) for row in rows]
        found = {k: _without(row, pivot, column) for k, row in found.items()}
        found[column] = pivot
    if any(row[-1] for row in rows):
        return None
    return [found[k][-1] if k in found else Fraction(0) for k in range(unknowns)]


def _without(row: list[Fraction], pivot: list[Fraction], column: int) -> list[Fraction]:
    return [a - row[column] * b for a, b in zip(row, pivot, strict=True)]
