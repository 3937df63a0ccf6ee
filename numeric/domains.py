"""What a declaration says of a variable beyond what the kernel can be told.

The kernel knows of ``count`` only that it is >= 0, and nothing of determinants. A proof needs no
more, for what holds of more inputs holds of these; but an input that refutes has to be whole,
positive definite or invertible. Both are decided exactly, over the rationals.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from derive.language.question import Domain

from .points import Bound, Point, Table

Domains = Mapping[str, Domain]
Matrix = list[list[Fraction]]
MATRICES = ("symmetric", "spd", "invertible")


def within(domains: Domains, point: Point) -> bool:
    """Whether the entries of a point are in the domains, as far as the kernel cannot say it."""
    return all(
        _is_in(domain.kind, point.values[name])
        for name, domain in domains.items()
        if name in point.values
    )


def _is_in(kind: str, entries: Table) -> bool:
    if kind == "count":
        return all(value.denominator == 1 and value >= 0 for value in entries.values())
    if kind == "spd":
        return all(map(is_positive_definite, matrices(entries)))
    if kind == "invertible":
        return all(determinant(matrix) != 0 for matrix in matrices(entries))
    return True


def matrices(entries: Table) -> list[Matrix]:
    """The matrices over the last two axes, one for each index of the other axes."""
    rows: dict[Bound, dict[int, dict[int, Fraction]]] = {}
    for (*outer, row, column), value in entries.items():
        rows.setdefault(tuple(outer), {}).setdefault(row, {})[column] = value
    return [[[row[k] for k in sorted(row)] for _, row in sorted(m.items())] for m in rows.values()]


def is_positive_definite(matrix: Matrix) -> bool:
    """Whether a matrix is symmetric with positive leading minors (Sylvester's criterion).

    >>> is_positive_definite([[Fraction(2), Fraction(1)], [Fraction(1), Fraction(1)]])
    True
    >>> is_positive_definite([[Fraction(1), Fraction(2)], [Fraction(2), Fraction(1)]])
    False
    """
    size = len(matrix)
    if any(len(row) != size for row in matrix):
        return False
    mirrored = all(matrix[i][j] == matrix[j][i] for i in range(size) for j in range(i))
    minors = (determinant([row[:k] for row in matrix[:k]]) for k in range(1, size + 1))
    return mirrored and all(minor > 0 for minor in minors)


def determinant(matrix: Matrix) -> Fraction:
    """The determinant, by elimination; 0 where the matrix is not square.

    >>> determinant([[Fraction(0), Fraction(2)], [Fraction(3), Fraction(4)]])
    Fraction(-6, 1)
    """
    rows, product = [list(row) for row in matrix], Fraction(1)
    if any(len(row) != len(rows) for row in rows):
        return Fraction(0)
    for k in range(len(rows)):
        pivot = next((i for i in range(k, len(rows)) if rows[i][k]), None)
        if pivot is None:
            return Fraction(0)
        if pivot != k:
            rows[k], rows[pivot], product = rows[pivot], rows[k], -product
        product *= rows[k][k]
        for i in range(k + 1, len(rows)):
            factor = rows[i][k] / rows[k][k]
            rows[i] = [a - factor * b for a, b in zip(rows[i], rows[k], strict=True)]
    return product
