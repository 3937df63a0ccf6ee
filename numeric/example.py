"""The worked example that gradproof started from, number by number.

The page "softmax" of the wiki of cccbook/py2gpt checks the gradient of cross-entropy after softmax
at x = [0.3, 0.5, 0.2], y = [0, 1, 0]. Its numeric columns are forward differences with h = 1e-3,
which agree with the formula to three or four digits. Here are the same lines, the same forward
differences, and central differences with their error bars.

The differences are taken in software floating point of 53 bits (the precision of float64), so that
every digit is the same on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from derive.claim import Claim
from derive.theorems import theorem

from .compile import compile_term
from .differences import central_difference, forward_difference
from .interpret import Undefined, evaluate, floats
from .points import Point, table
from .witnesses import claimed, enclosure

Array = NDArray[Any]

LOGITS = (Fraction(3, 10), Fraction(1, 2), Fraction(1, 5))
LABELS = (Fraction(0), Fraction(1), Fraction(0))
FORWARD_STEP = 1e-3


@dataclass(frozen=True)
class Differences:
    """What differences make of a derivative, entry by entry.

    forward: the page's forward difference with h = 1e-3, and how far it is from the derivative.
    central: the central difference, how far it is from the derivative, and its error bar.
    """

    forward: Array
    forward_error: Array
    central: Array
    error: Array
    bar: Array

    @property
    def times_closer(self) -> float:
        """The largest error of the forward difference over that of the central one."""
        return float(self.forward_error.max() / self.error.max())


@dataclass(frozen=True)
class Row:
    """One quantity: what the page calls it, its values from the compiled formula, and, for a
    derivative, its differences.
    """

    name: str
    values: Array
    differences: Differences | None = None


def example() -> tuple[Row, ...]:
    """The lines of the page, in its order."""
    jacobian = theorem("softmax_jacobian").parts[0].claim
    by_probability = theorem("cross_entropy").parts[0].claim
    by_logit = theorem("softmax_cross_entropy").parts[0].claim
    x, y = (np.array([float(v) for v in exact]) for exact in (LOGITS, LABELS))
    s = compile_term(jacobian.declarations, jacobian.of, ("k",))(x=x)
    loss = compile_term(by_logit.declarations, by_logit.of)(x=x, y=y)
    probabilities = tuple(Fraction(float(value)) for value in s)
    given = {"y": LABELS, "s": probabilities}
    return (
        Row("x", x),
        Row("y", y),
        Row("s = softmax(x)", s),
        _row("jacobian_softmax(s)", jacobian, ("k", "i"), {"x": LOGITS}),
        Row("cross_entropy(y, s)", np.asarray([loss])),
        _row("gradient_cross_entropy(y, s)", by_probability, ("k",), given),
        _row("error_softmax_input(y, s)", by_logit, ("i",), {"x": LOGITS, "y": LABELS}),
    )


def _row(name: str, claim: Claim, axes: tuple[str, ...], values: Mapping[str, Any]) -> Row:
    """A derivative by its formula and by differences; the last axis is that of the variable."""
    inputs = {key: np.array([float(v) for v in exact]) for key, exact in values.items()}
    formula = compile_term(claim.declarations, claim.value, axes)(**inputs)
    entries = [
        _entry(claim, values, dict(zip(axes, at, strict=True))) for at in np.ndindex(formula.shape)
    ]
    fields = [np.array(field).reshape(formula.shape) for field in zip(*entries, strict=True)]
    return Row(name, formula, Differences(*fields))


def _entry(
    claim: Claim, values: Mapping[str, Any], indices: dict[str, int]
) -> tuple[float, float, float, float, float]:
    """The fields of ``Differences`` at one place."""
    software = _Software(claim, _point(claim, values, indices))
    x = np.array([float(value) for value in values[claim.variable]])
    at = (list(indices.values())[-1],)
    true = float(claimed(claim, software.exactly(x)).mid())
    forward = forward_difference(software.value, x, at, FORWARD_STEP)
    found = central_difference(software.value, x, at, rounding=software.rounding)
    return forward, abs(forward - true), found.value, abs(found.value - true), found.bar


def _point(claim: Claim, values: Mapping[str, Any], indices: dict[str, int]) -> Point:
    tables = {name: table([Fraction(float(v)) for v in exact]) for name, exact in values.items()}
    sizes = {name: len(LOGITS) for name in claim.declarations.sizes}
    return Point(sizes, tables, {}, indices)


class _Software:
    """The function of a claim along its variable, in software floating point of 53 bits."""

    def __init__(self, claim: Claim, point: Point) -> None:
        self.claim, self.point = claim, point

    def exactly(self, x: Array) -> Point:
        """The point with the variable's entries replaced, exactly."""
        moved: Mapping[tuple[int, ...], Fraction]
        moved = {(k,): Fraction(float(value)) for k, value in enumerate(x)}
        values = dict(self.point.values) | {self.claim.variable: moved}
        return Point(self.point.sizes, values, {}, self.point.indices)

    def value(self, x: Array) -> float:
        """The function, every operation rounded to 53 bits; nan outside its domain."""
        try:
            return float(evaluate(self.claim.of, self.exactly(x), (), floats(53)))
        except Undefined:
            return np.nan

    def rounding(self, x: Array) -> float:
        """How far that is from the function, by balls; nan outside its domain."""
        try:
            exact = enclosure(self.claim.of, self.exactly(x))
        except Undefined:
            return np.nan
        return float(abs(exact - self.value(x)).upper())
