"""The worked example that gradproof started from, number by number.

The page "softmax" of the wiki of cccbook/py2gpt checks the gradient of cross-entropy after softmax
at x = [0.3, 0.5, 0.2], y = [0, 1, 0]. Its lines called num_.. are forward differences with
h = 1e-3, which agree with the formula to about three digits. Here are the same lines under the same
names; beside the forward differences stand central ones with their error bars.

The differences are taken in software floating point of 53 bits (the precision of float64), so that
every digit is the same on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from derive.claims import Claim
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

FORWARD = "forward difference, h = 1e-3"
PROVED = "proved formula"

Exact = Sequence[Fraction]


@dataclass(frozen=True)
class Beside:
    """What stands beside a forward difference, entry by entry.

    formula: the derivative by its proved formula.
    error: how far the forward difference is from the derivative.
    central, central_error, bar: the central difference, how far it is off, and its error bar.
    """

    formula: Array
    error: Array
    central: Array
    central_error: Array
    bar: Array

    @property
    def times_closer(self) -> float:
        """The largest error of the forward difference over that of the central one."""
        return float(self.error.max() / self.central_error.max())


@dataclass(frozen=True)
class Row:
    """One line of the page: what the page calls it, what it is, and its values."""

    name: str
    what: str
    values: Array
    beside: Beside | None = None


def example() -> tuple[Row, ...]:
    """The lines of the page, in its order."""
    jacobian = _gradient("softmax_jacobian")
    by_probability = _gradient("cross_entropy")
    by_logit = _gradient("softmax_cross_entropy")
    x, y = _floats(LOGITS), _floats(LABELS)
    s = compile_term(jacobian.declarations, jacobian.of, ("k",))(x=x)
    loss = compile_term(by_probability.declarations, by_probability.of)
    at_s = {"y": LABELS, "s": _probabilities(jacobian)}
    at_x = {"y": LABELS, "x": LOGITS}
    slopes = _formula(by_probability, ("k",), at_s)
    errors = _formula(by_logit, ("i",), at_x)
    return (
        Row("x", "logits", x),
        Row("y", "labels", y),
        Row("s = softmax(x)", "formula", s),
        Row("jacobian_softmax(s)", PROVED, _formula(jacobian, ("k", "i"), {"x": LOGITS})),
        Row("cross_entropy(y, s)", "formula", np.asarray([loss(y=y, s=s)])),
        Row("gradient_cross_entropy(y, s)", PROVED, slopes),
        _differences("num_gradient_cross_entropy(y, s)", by_probability, at_s, slopes),
        Row("error_softmax_input(y, s)", PROVED, errors),
        _differences("num_error_softmax_input(y, x)", by_logit, at_x, errors),
    )


def _gradient(name: str) -> Claim:
    claim = theorem(name).parts[0].claim
    assert isinstance(claim, Claim)
    return claim


def _floats(exact: Iterable[Fraction]) -> Array:
    return np.array([float(value) for value in exact])


def _probabilities(jacobian: Claim) -> tuple[Fraction, ...]:
    """softmax(x) rounded to 53 bits: the point at which cross-entropy is differentiated."""
    values = {"x": LOGITS}
    software = [_Software(jacobian, _point(jacobian, values, {"k": k, "i": 0})) for k in range(3)]
    return tuple(Fraction(function.value(_floats(LOGITS))) for function in software)


def _formula(claim: Claim, axes: tuple[str, ...], values: Mapping[str, Exact]) -> Array:
    """What a proved formula gives, compiled."""
    compiled = compile_term(claim.declarations, claim.value, axes)
    return np.asarray(compiled(**{name: _floats(exact) for name, exact in values.items()}))


def _differences(name: str, claim: Claim, values: Mapping[str, Exact], formula: Array) -> Row:
    """A line of forward differences of the page, and what stands beside it."""
    entries = [_entry(claim, values, k) for k in range(len(formula))]
    forward, *beside = (np.array(field) for field in zip(*entries, strict=True))
    return Row(name, FORWARD, forward, Beside(formula, *beside))


def _entry(
    claim: Claim, values: Mapping[str, Exact], k: int
) -> tuple[float, float, float, float, float]:
    """The forward difference at one place, and what stands beside it."""
    (index,) = claim.at
    software = _Software(claim, _point(claim, values, {index: k}))
    x = _floats(values[claim.variable])
    true = float(claimed(claim, software.exactly(x)).mid())
    forward = forward_difference(software.value, x, (k,), FORWARD_STEP)
    found = central_difference(software.value, x, (k,), rounding=software.rounding)
    return forward, abs(forward - true), found.value, abs(found.value - true), found.bar


def _point(claim: Claim, values: Mapping[str, Exact], indices: Mapping[str, int]) -> Point:
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
