"""Try to break a claim: compiled gradient against central differences, on inputs drawn at random.

Hypothesis draws the sizes and the inputs from what the claim declares. The gradient is the claim's
own formula, compiled; the central differences know nothing but the compiled loss. They agree where
they are no further apart than their error bars.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import HealthCheck, Phase, given, reject, seed, settings
from hypothesis import strategies as st
from numpy.typing import DTypeLike, NDArray

from derive.claim import Claim

from .arrays import InputError
from .compile import compile_term
from .differences import Difference, central_differences, error_in_bars
from .rounding import rounding_bound
from .samples import arrays

Array = NDArray[Any]


@dataclass(frozen=True)
class Disagreement:
    """An input where gradient and central difference are further apart than their bars."""

    arrays: Mapping[str, Array]
    at: tuple[int, ...]
    gradient: float
    difference: Difference
    bars: float

    def __str__(self) -> str:
        inputs = ", ".join(f"{name} = {value.tolist()}" for name, value in self.arrays.items())
        return (
            f"at {inputs}, coordinate {list(self.at)}: the gradient is {self.gradient}, the "
            f"central difference {self.difference.value} ± {self.difference.bar}"
        )


@dataclass(frozen=True)
class CrossCheck:
    """What a search found.

    inputs: how many inputs were compared.
    discarded: how many were drawn and could not be compared, for a step would leave the domain.
    coordinates: at how many coordinates, all inputs together.
    worst: the largest error, in error bars; at most 1 where there is no disagreement.
    disagreement: the worst input, where there is one.
    """

    inputs: int
    discarded: int
    coordinates: int
    worst: float
    disagreement: Disagreement | None

    @property
    def agrees(self) -> bool:
        """Whether every error was within its bar, and something was compared at all."""
        return self.inputs > 0 and self.disagreement is None


class Comparison:
    """The loss and the claimed gradient of a claim, compiled, ready to be compared."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.axes = tuple(i for i in claim.at if isinstance(i, str))
        self.rows = tuple(sorted(i for i in claim.of.indices if isinstance(i, str)))
        self.loss = compile_term(claim.declarations, claim.of, self.rows)
        self.gradient = compile_term(claim.declarations, claim.value, (*self.rows, *self.axes))

    def coordinates(self, inputs: Mapping[str, Array], most: int, choice: int) -> Array:
        """Coordinates to compare at: row indices first, then those of the variable."""
        shape = np.shape(self.gradient(**inputs))
        places = np.random.default_rng(choice).permutation(int(np.prod(shape)))[:most]
        if not shape:
            return np.zeros((1, 0), int)
        return np.stack(np.unravel_index(places, shape), axis=-1)

    def errors(
        self, inputs: Mapping[str, Array], coordinates: Array
    ) -> Iterator[tuple[tuple[int, ...], float, Difference, float]]:
        """For each coordinate: the gradient, the central difference and the error in bars."""
        gradient = np.asarray(self.gradient(**inputs))
        rounding = np.asarray(rounding_bound(self.gradient, **inputs))
        for coordinate in coordinates:
            at = tuple(int(k) for k in coordinate)
            found = self._difference(inputs, at[: len(self.rows)], at[len(self.rows) :])
            bars = error_in_bars(gradient[at], found, rounding[at])
            yield at, float(gradient[at]), found, float(bars)

    def _difference(
        self, inputs: Mapping[str, Array], row: tuple[int, ...], at: tuple[int, ...]
    ) -> Difference:
        name = self.claim.variable

        def value(moved: Array) -> float:
            return float(np.asarray(self.loss(**{**inputs, name: moved}))[row])

        def bound(moved: Array) -> float:
            return float(np.asarray(rounding_bound(self.loss, **{**inputs, name: moved}))[row])

        found = central_differences(value, np.asarray(inputs[name]), [at], rounding=bound)
        return Difference(*(field[0] for field in found))


def cross_check(
    claim: Claim,
    *,
    examples: int = 60,
    coordinates: int = 3,
    largest: int = 24,
    dtype: DTypeLike = np.float64,
    random_seed: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> CrossCheck:
    """Compare a claimed gradient with central differences on many random inputs.

    Parameters
    ----------
    examples: how many inputs to draw.
    coordinates: at how many coordinates of each to compare.
    largest: the largest size to draw; sizes are often 1.
    random_seed: without one the same inputs are drawn each time, so that a report can be made
        again; with one, others.
    progress: called with the number of inputs so far.
    """
    record = _Record(Comparison(claim), progress)

    @settings(
        max_examples=examples,
        derandomize=random_seed is None,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(arrays(claim.declarations, largest=largest, dtype=dtype), st.integers(0, 2**32 - 1))
    def draw(inputs: dict[str, Array], choice: int) -> None:
        record.compare(inputs, coordinates, choice)

    (draw if random_seed is None else seed(random_seed)(draw))()
    return record.result()


class _Record:
    """Counts what was compared, and keeps the worst."""

    def __init__(self, comparison: Comparison, progress: Callable[[int], None] | None) -> None:
        self.comparison = comparison
        self.progress = progress
        self.inputs = self.discarded = self.coordinates = 0
        self.worst = 0.0
        self.disagreement: Disagreement | None = None

    def compare(self, inputs: dict[str, Array], most: int, choice: int) -> None:
        try:
            chosen = self.comparison.coordinates(inputs, most, choice)
            errors = list(self.comparison.errors(inputs, chosen))
        except InputError:
            self.discarded += 1
            reject()
        self.inputs += 1
        self.coordinates += len(errors)
        for at, gradient, difference, bars in errors:
            if bars <= self.worst:  # nan is not: it counts as worse than anything
                continue
            self.worst = bars
            if not bars <= 1:
                self.disagreement = Disagreement(inputs, at, gradient, difference, bars)
        if self.progress is not None:
            self.progress(self.inputs)

    def result(self) -> CrossCheck:
        return CrossCheck(
            self.inputs, self.discarded, self.coordinates, self.worst, self.disagreement
        )
