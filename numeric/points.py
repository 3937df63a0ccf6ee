"""Points: concrete sizes and exact inputs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

Bound = tuple[int, ...]  # values of bound indices, the innermost first
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

    def as_json(self) -> dict[str, Any]:
        """The point as JSON-ready data: rationals as text, arrays as nested lists."""

        def plain(nested: Any) -> Any:
            return [*map(plain, nested)] if isinstance(nested, list) else str(nested)

        return {
            "sizes": dict(self.sizes),
            "values": {name: plain(_nested(entries)) for name, entries in self.values.items()},
            "labels": {name: _nested(entries) for name, entries in self.labels.items()},
            "indices": dict(self.indices),
        }


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


def as_arrays(point: Point, dtype: DTypeLike = "float64") -> dict[str, NDArray[Any]]:
    """The variables of a point, rounded to ``dtype``, and its labels, by name."""
    import numpy as np  # noqa: PLC0415  (exact points do without)

    values = {n: np.array(_nested(_to_floats(t)), dtype) for n, t in point.values.items()}
    return values | {n: np.array(_nested(t), np.intp) for n, t in point.labels.items()}


def _to_floats(entries: Table) -> dict[tuple[int, ...], float]:
    return {at: float(value) for at, value in entries.items()}


def indices_below(shape: Iterable[str], sizes: Mapping[str, int]) -> list[Bound]:
    """Every index tuple of an array whose axes have the named sizes, in row-major order."""
    return list(product(*[range(sizes[name]) for name in shape]))
