"""Try to break a claim: compiled gradient against central differences, on inputs drawn at random.

Hypothesis draws the sizes and the inputs from what the claim declares. The gradient is the claim's
own formula, compiled; the central differences know nothing but the compiled loss. They agree where
they are no further apart than their error bars; a gradient that is not a number never agrees.

The bar of a central difference is an estimate first. Where that speaks against a formula it is
replaced by a bound, by balls around the third derivative, so that no pole or kink within the step
makes a right formula look wrong.

Of an identity the compiled sides are compared, with bounds for their rounding as error bars.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
from flint import arb, arb_series, ctx
from hypothesis import HealthCheck, Phase, given, reject, seed, settings
from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir, storage_directory
from hypothesis.errors import Unsatisfiable
from numpy.typing import DTypeLike, NDArray

from derive.claims import Claim, Identity, Statement
from derive.kernel import Declarations, Term
from derive.kernel.judgement import limits

from .arrays import prepare
from .compile import compile_term
from .constraints import Constraints
from .differences import Difference, central_difference, error_in_bars
from .errors import InputError
from .interpret import BALLS, Undefined, evaluate
from .kinks import Sides, has_guards, sides
from .points import Point, table
from .program.complements import complement
from .rounding import rounding_bound
from .samples import arrays
from .witnesses import claimed

EXAMPLES = 20
_PRECISION = 128  # bits of the balls that bound the truncation

Array = NDArray[Any]
Place = tuple[int, ...]


class Compared(NamedTuple):
    """Gradient and central difference at one coordinate of the gradient; or right and left side.

    bars: how many error bars they are apart; infinitely many where the gradient is not finite.
    """

    at: Place
    gradient: float
    difference: Difference
    bars: float


@dataclass(frozen=True)
class Disagreement:
    """An input where gradient and central difference are further apart than their bars.

    sides: what was compared, in words.
    """

    arrays: Mapping[str, Array]
    found: Compared
    sides: tuple[str, str] = ("gradient", "central difference")

    def __str__(self) -> str:
        inputs = ", ".join(f"{name} = {value.tolist()}" for name, value in self.arrays.items())
        at, gradient, difference, _ = self.found
        return (
            f"at {inputs}, coordinate {list(at)}: the {self.sides[0]} is {gradient}, the "
            f"{self.sides[1]} {difference.value} ± {difference.bar}"
        )


@dataclass(frozen=True)
class CrossCheck:
    """What a search found.

    examples, random_seed: how many inputs were asked for, and what started the random choice.
    inputs: how many inputs were compared.
    discarded: how many were drawn and could not be compared, for the function or the claim has no
        value there.
    coordinates: at how many coordinates, all inputs together.
    worst: the largest error, in error bars; at most 1 where there is no disagreement.
    disagreement: the worst input, where there is one.
    """

    examples: int
    random_seed: int | None
    inputs: int
    discarded: int
    coordinates: int
    worst: float
    disagreement: Disagreement | None

    @property
    def agrees(self) -> bool:
        """Whether every error was within its bar, and something was compared at all."""
        return self.inputs > 0 and self.disagreement is None


class _Comparison(ABC):
    """The right side of a statement, compiled, beside what is found of the left side.

    axes: the free indices, in the order of the axes of both sides.
    """

    sides: tuple[str, str]

    def __init__(self, claim: Statement, axes: tuple[str, ...]) -> None:
        self.claim = claim
        self.axes = axes
        self.gradient = compile_term(claim.declarations, claim.value, axes)

    def shape(self, inputs: Mapping[str, Array]) -> tuple[int, ...]:
        """The lengths of the axes of the gradient."""
        _, sizes = prepare(self.claim.declarations, inputs, ())
        below = self.claim.declarations.indices
        return tuple(sizes[below[index]] for index in self.axes)

    def coordinates(self, inputs: Mapping[str, Array], most: int, choice: int) -> list[Place]:
        """Some coordinates of the gradient, chosen by a number."""
        every = list(np.ndindex(self.shape(inputs)))
        return [every[k] for k in np.random.default_rng(choice).permutation(len(every))[:most]]

    def compare(self, inputs: Mapping[str, Array], coordinates: Iterable[Place]) -> list[Compared]:
        """Both sides at each of the coordinates.

        Raises
        ------
        InputError
            Where one of them has no value, or what is found has no finite bar.
        """
        gradient, rounding = self._gradient(inputs)
        every = []
        for at in coordinates:
            found = self._found(inputs, at)
            bars = _bars(gradient[at], found, rounding[at])
            if 1 < bars < math.inf:  # an estimate is no ground to call a formula wrong
                found = self._found(inputs, at, bounded=True)
                bars = _bars(gradient[at], found, rounding[at])
            every.append(Compared(at, float(gradient[at]), found, bars))
        return every

    @abstractmethod
    def _found(
        self, inputs: Mapping[str, Array], at: Place, *, bounded: bool = False
    ) -> Difference:
        """The left side at a coordinate, with its error bar, which may have to be a bound."""

    def _gradient(self, inputs: Mapping[str, Array]) -> tuple[Array, Array]:
        """The gradient and its rounding; nan where it cannot be computed though it has a value."""
        try:
            value, bound = self.gradient(**inputs), rounding_bound(self.gradient, **inputs)
        except InputError:
            if not self._has_values(inputs):
                raise
            value = bound = np.full(self.shape(inputs), np.nan)
        return np.asarray(value), np.asarray(bound)

    def _has_values(self, inputs: Mapping[str, Array]) -> bool:
        """Whether the claim has a value at every coordinate, which balls decide."""
        try:
            for at in np.ndindex(self.shape(inputs)):
                claimed(self.claim, self._point(inputs, at))
        except Undefined:
            return False
        return True

    def _point(self, inputs: Mapping[str, Array], at: Place) -> Point:
        """An input as the exact point that it is."""
        declared = self.claim.declarations
        _, sizes = prepare(declared, inputs, ())
        values = {name: table(inputs[name].tolist()) for name in declared.variables}
        labels = {name: dict(np.ndenumerate(inputs[name])) for name in declared.labels}
        return Point(sizes, values, labels, dict(zip(self.axes, at, strict=True)))


class Comparison(_Comparison):
    """The loss and the claimed gradient of a claim, compiled, ready to be compared.

    The gradient has the indices of the function as its first axes, then those of the variable.
    """

    sides = "gradient", "central difference"

    def __init__(self, claim: Claim) -> None:
        self.of = tuple(sorted(i for i in claim.of.indices if isinstance(i, str)))
        claim.require_order(1, "crosscheck")
        self.by = tuple(i for i in claim.at if isinstance(i, str))
        self.variable = claim.variable
        super().__init__(claim, (*self.of, *(i for i in self.by if i not in self.of)))
        self.loss = compile_term(claim.declarations, claim.of, self.of)
        self._of_balls = complement(claim.of)
        self.has_kinks = has_guards(self.loss)
        self.domain = Constraints(_leaving_room(claim))

    def _found(
        self, inputs: Mapping[str, Array], at: Place, *, bounded: bool = False
    ) -> Difference:
        """The central difference; no step leaves the domain or crosses a kink.

        The domain is where the hypotheses about single entries that leave room to move hold (a > 0,
        a != 0) and the function has a value; where 0 is not in it, it ends there.
        """
        index = dict(zip(self.axes, at, strict=True))
        row, place = (tuple(index[i] for i in names) for names in (self.of, self.by))
        name = self.variable

        here = self._sides(inputs)
        entry = float(inputs[name][place])

        def value(moved: Array) -> float:
            if not self._in_domain(entry, float(moved[place])):
                return math.nan
            there = {**inputs, name: moved}
            try:
                beyond = self._sides(there) != here
                return math.nan if beyond else float(np.asarray(self.loss(**there))[row])
            except InputError:
                return math.nan

        def bound(moved: Array) -> float:
            return float(np.asarray(rounding_bound(self.loss, **{**inputs, name: moved}))[row])

        truncation = None
        if bounded:
            truncation = _Truncation(self._of_balls, self._point(inputs, at), (name, place))
        return central_difference(
            value, np.asarray(inputs[name]), place, rounding=bound, truncation=truncation
        )

    def _in_domain(self, entry: float, moved: float) -> bool:
        allows = self.domain.allows
        crossed = entry * moved <= 0 and not allows(self.variable, Fraction(0))
        return not crossed and allows(self.variable, Fraction(moved))

    def _sides(self, inputs: Mapping[str, Array]) -> Sides:
        """On which side of every kink of the function the inputs are."""
        return sides(self.loss, **inputs) if self.has_kinks else ()


class _Truncation:
    """A bound for the error of the difference quotient of a term by one entry, by balls.

    With x - p and x + q for the ends, c_2 for f''(x)/2 and c_3 for a sixth of the third derivative
    anywhere in between, the exact quotient is off by at most
    |q - p| |c_2| + (p**3 + q**3)/(p + q) max |c_3|, by Taylor's theorem. The coefficients of a
    power series around a ball from end to end enclose both.
    """

    def __init__(self, of: Term, point: Point, entry: tuple[str, Place]) -> None:
        self._of, self._point, self._entry = of, point, entry
        self._at = float(point.values[entry[0]][entry[1]])

    def __call__(self, low: float, high: float) -> float:
        p, q = self._at - low, high - self._at
        with ctx.workprec(_PRECISION):
            everywhere = arb_series([arb(low).union(arb(high)), 1], 4)
            try:
                found = evaluate(self._of, self._point, (), BALLS, {self._entry: everywhere})
            except Undefined:
                return math.inf
            series = arb_series(found, 4)
            bend, third = (float(series[k].abs_upper().mid()) for k in (2, 3))
        bound = (abs(q - p) * bend + (p**3 + q**3) / (p + q) * third) * (1 + 2.0**-40)
        return bound if math.isfinite(bound) else math.inf


def _leaving_room(claim: Claim) -> Declarations:
    declared = claim.declarations
    kept = tuple(h for h in declared.hypotheses if not limits(h.conclusion, claim.variable))
    return replace(declared, hypotheses=kept)


class SideBySide(_Comparison):
    """Both sides of an identity, compiled, ready to be compared."""

    sides = "right side", "left side"

    def __init__(self, identity: Identity) -> None:
        super().__init__(identity, tuple(sorted(identity.declarations.indices)))
        self.left = compile_term(identity.declarations, identity.left, self.axes)

    def _found(
        self, inputs: Mapping[str, Array], at: Place, *, bounded: bool = False
    ) -> Difference:
        value, bound = self.left(**inputs), rounding_bound(self.left, **inputs)
        return Difference(np.asarray(value)[at], np.asarray(bound)[at], 0.0)


def comparison(statement: Statement) -> Comparison | SideBySide:
    """What compares the two sides of a statement."""
    return Comparison(statement) if isinstance(statement, Claim) else SideBySide(statement)


def _bars(gradient: float, difference: Difference, rounding: float) -> float:
    if not math.isfinite(gradient):
        return math.inf
    return float(error_in_bars(gradient, difference, rounding))


def cross_check(
    claim: Statement,
    *,
    examples: int = EXAMPLES,
    coordinates: int = 3,
    largest: int = 24,
    dtype: DTypeLike = np.float64,
    random_seed: int | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> CrossCheck:
    """Compare the two sides of a statement on many random inputs.

    Parameters
    ----------
    examples: how many inputs to draw.
    coordinates: at how many coordinates of each to compare.
    largest: the largest size to draw; sizes are often 1.
    random_seed: without one the same inputs are drawn each time, so that a report can be made
        again; with one, others.
    progress: called with the number of inputs so far.
    """
    record = _Record(comparison(claim))

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
        try:
            record.compare(inputs, coordinates, choice)
        except InputError:
            record.discarded += 1
            reject()
        progress(record.inputs)

    with _leaving_no_folder(), suppress(Unsatisfiable):  # nothing drawn: nothing is compared
        (draw if random_seed is None else seed(random_seed)(draw))()
    return CrossCheck(
        examples=examples,
        random_seed=random_seed,
        inputs=record.inputs,
        discarded=record.discarded,
        coordinates=record.coordinates,
        worst=record.worst,
        disagreement=record.disagreement,
    )


class _Record:
    """Counts what was compared, and keeps the worst."""

    def __init__(self, comparison: Comparison | SideBySide) -> None:
        self.comparison = comparison
        self.inputs = self.discarded = self.coordinates = 0
        self.worst = 0.0
        self.disagreement: Disagreement | None = None

    def compare(self, inputs: dict[str, Array], most: int, choice: int) -> None:
        """Compare at some coordinates of an input. Raises as ``Comparison.compare``."""
        chosen = self.comparison.coordinates(inputs, most, choice)
        every = self.comparison.compare(inputs, chosen)
        self.inputs += 1
        self.coordinates += len(every)
        worst = max(every, key=lambda compared: compared.bars)
        if worst.bars > self.worst:
            self.worst = worst.bars
            if worst.bars > 1:
                self.disagreement = Disagreement(inputs, worst, self.comparison.sides)


@contextmanager
def _leaving_no_folder() -> Iterator[None]:
    """Hypothesis keeps caches in a folder where one happens to work; here, in one that goes."""
    home: Any = storage_directory(intent_to_write=False)
    with TemporaryDirectory() as folder:
        set_hypothesis_home_dir(folder)
        try:
            yield
        finally:
            set_hypothesis_home_dir(getattr(home, "path", home))
