"""Points: concrete sizes and exact inputs, and whether they meet the stated hypotheses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
from flint import ctx
from numpy.typing import DTypeLike, NDArray

from derive.kernel import Declarations, Equation, Fact

from .arrays import InputError
from .interpret import BALLS, Bound, Undefined, evaluate

# Signs that are not rational are decided with this many bits, or count as not decided.
_PRECISION = 128

Table = Mapping[tuple[int, ...], Fraction]
LabelTable = Mapping[tuple[int, ...], int]


@dataclass(frozen=True)
class Point:
    """One value for every declared name, all of them exact.

    sizes: size -> a whole number >= 1.
    values: variable -> index tuple -> rational; a scalar has the single index ().
    labels: label -> index tuple -> the index it holds.
    indices: free index -> its value.

    >>> half = Fraction(1, 2)
    >>> print(Point({"n": 2}, {"x": table([0, 1]), "y": table([half, half])}, {}, {"i": 0}))
    n = 2, x = [0, 1], y = [1/2, 1/2], i = 0
    """

    sizes: Mapping[str, int]
    values: Mapping[str, Table] = field(default_factory=dict)
    labels: Mapping[str, LabelTable] = field(default_factory=dict)
    indices: Mapping[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        tables = {**self.values, **self.labels}
        shown = {name: _brackets(_nested(entries)) for name, entries in tables.items()}
        return ", ".join(f"{k} = {v}" for k, v in {**self.sizes, **shown, **self.indices}.items())


def table(nested: Any) -> dict[tuple[int, ...], Fraction]:
    """Nested lists of rationals as a table from index tuples.

    >>> table([[1, 2]])
    {(0, 0): Fraction(1, 1), (0, 1): Fraction(2, 1)}
    """
    if not isinstance(nested, Sequence):
        return {(): Fraction(nested)}
    rows = enumerate(map(table, nested))
    return {(k, *at): value for k, row in rows for at, value in row.items()}


def _nested(entries: Mapping[tuple[int, ...], Any]) -> Any:
    """The inverse of ``table``."""
    if () in entries:
        return entries[()]
    rows: dict[int, dict[tuple[int, ...], Any]] = {}
    for at, value in entries.items():
        rows.setdefault(at[0], {})[at[1:]] = value
    return [_nested(rows[k]) for k in sorted(rows)]


def _brackets(nested: Any) -> str:
    return f"[{', '.join(map(_brackets, nested))}]" if isinstance(nested, list) else str(nested)


def as_arrays(point: Point, dtype: DTypeLike = np.float64) -> dict[str, NDArray[Any]]:
    """The variables of a point, rounded to ``dtype``, and its labels, by name."""
    values = {n: np.array(_nested(_to_floats(t)), dtype) for n, t in point.values.items()}
    return values | {n: np.array(_nested(t), np.intp) for n, t in point.labels.items()}


def _to_floats(entries: Table) -> dict[tuple[int, ...], float]:
    return {at: float(value) for at, value in entries.items()}


# ---- hypotheses ----------------------------------------------------------------------------------


def indices_below(shape: Iterable[str], sizes: Mapping[str, int]) -> list[Bound]:
    """Every index tuple of an array whose axes have the named sizes, in row-major order."""
    return list(product(*[range(sizes[name]) for name in shape]))


def holds(conclusion: Equation | Fact, point: Point, bound: Bound = ()) -> bool:
    """Whether a conclusion holds at a point, beyond doubt.

    Where both sides are rational it is decided exactly; else by balls, which confirm signs but
    never an equation. What has no value does not hold.
    """
    try:
        with ctx.workprec(_PRECISION):
            if isinstance(conclusion, Fact):
                return _is(conclusion.kind, evaluate(conclusion.term, point, bound, BALLS))
            left, right = (evaluate(side, point, bound, BALLS) for side in conclusion)
            return _is("zero", left - right)
    except Undefined:
        return False


def _is(kind: str, value: Any) -> bool:
    sign = BALLS.sign(value)
    return (
        kind == "defined"
        or sign
        in {
            "positive": (1,),
            "nonnegative": (0, 1),
            "nonzero": (-1, 1),
            "zero": (0,),
        }[kind]
    )


def meets(declarations: Declarations, point: Point) -> bool:
    """Whether the point meets every hypothesis, for all indices that each one speaks of.

    Raises
    ------
    InputError
        Where the point does not fit the declarations.
    """
    check(declarations, point)
    return all(
        holds(hypothesis.conclusion, point, bound)
        for hypothesis in declarations.hypotheses
        for bound in indices_below(hypothesis.context, point.sizes)
    )


def check(declarations: Declarations, point: Point) -> None:
    """Raise InputError unless the point gives a fitting value to exactly the declared names."""
    _same_names("sizes", declarations.sizes, point.sizes)
    for name, value in point.sizes.items():
        _require(value >= 1, f"the size {name} has to be at least 1, it is {value}")
    _same_names("variables", declarations.variables, point.values)
    for name, shape in declarations.variables.items():
        _same_shape(name, indices_below(shape, point.sizes), point.values[name])
    _same_names("labels", declarations.labels, point.labels)
    for name, label in declarations.labels.items():
        _same_shape(name, indices_below(label.shape, point.sizes), point.labels[name])
        for at, value in point.labels[name].items():
            _in_range(f"{name}{list(at)}", value, point.sizes[label.below])
    _same_names("indices", declarations.indices, point.indices)
    for name, below in declarations.indices.items():
        _in_range(f"the index {name}", point.indices[name], point.sizes[below])


def _same_names(what: str, declared: Iterable[str], given: Iterable[str]) -> None:
    declared, given = set(declared), set(given)
    _require(declared == given, f"the {what} are {sorted(declared)}, the point has {sorted(given)}")


def _same_shape(name: str, needed: list[Bound], entries: Iterable[Bound]) -> None:
    odd = sorted(set(needed).symmetric_difference(entries))
    _require(not odd, f"{name} does not have its declared shape, see the indices {odd[:3]}")


def _in_range(name: str, value: int, below: int) -> None:
    _require(0 <= value < below, f"{name} has to be from 0 to {below - 1}, it is {value}")


def _require(condition: bool, reason: str) -> None:
    if not condition:
        raise InputError(reason)
