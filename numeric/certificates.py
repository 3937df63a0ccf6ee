"""Certificates for whole arrays: at every coordinate, balls around what is true and what is said.

A certificate is about exact inputs of any size. The true derivative comes from the compiled
function alone, in ball arithmetic, by passing slopes back through it (``numeric.ball_arrays``);
the claim's own formula is enclosed beside it. Where two balls are disjoint, the claim is refuted at
that coordinate. Where all overlap and none has a radius above 1e-30, the certificate is a witness.

The two sides share the compiler, and the exponential of one and the same number is enclosed once.
``numeric.witnesses`` has neither in common with the claim, and takes one coordinate at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np
from flint import arb, ctx
from numpy.typing import ArrayLike, NDArray

from derive.claims import Claim, Statement
from derive.kernel.declarations import Declarations, Hypothesis
from derive.kernel.judgement import Equation
from derive.kernel.terms import Index, Term, add, negate

from .arrays import prepare
from .ball_arrays import Array, Balls, ball_namespace, boxed, enclosed, passed_back
from .compile import Compiled, compile_term
from .conditions import meets
from .errors import InputError
from .hypotheses import named
from .interpret import Undefined
from .points import Point, indices_below, table
from .witnesses import NARROW, PRECISION, PRECISIONS
from .wording import spell

Arrays = Mapping[str, NDArray[Any]]
Sizes = Mapping[str, int]


@dataclass(frozen=True)
class Certificate:
    """What balls say of a statement at one input, at all of its coordinates.

    coordinates: how many there are.
    radius: no ball has a larger one.
    precision: the number of bits that sufficed.
    refuted: the indices of the first coordinate where the balls are disjoint; None where all
        overlap.
    truth, claimed: both balls, at that coordinate or else at the first.
    """

    coordinates: int
    radius: arb
    precision: int
    refuted: Mapping[str, int] | None
    truth: arb
    claimed: arb

    @property
    def agrees(self) -> bool:
        """Whether both sides are the same at every coordinate, to 30 decimal places."""
        return self.refuted is None

    def __str__(self) -> str:
        if self.refuted is None:
            return (
                f"{self.coordinates} coordinates agree, no ball has a radius above "
                f"{self.radius.str(2, radius=False)}"
            )
        where = ", ".join(f"{index} = {place}" for index, place in self.refuted.items())
        truth, claimed = (ball.str(20, radius=False) for ball in (self.truth, self.claimed))
        return f"at {where or 'this input'}: {truth} is true, {claimed} is said"


class Certifier:
    """Makes certificates of one statement, which is compiled once.

    Raises
    ------
    NotCompiled
        Where there is no program for one of the two sides.
    OnlyFirst
        For what is differentiated again.

    >>> from derive import theorem
    >>> certify = Certifier(theorem("softmax_cross_entropy").parts[0].claim)
    >>> certificate = certify(x=[1e4, -1e4, 0.5], y=[1, 0, 0])
    >>> certificate.agrees, certificate.coordinates, bool(certificate.radius < 1e-30)
    (True, 3, True)
    """

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        declarations = statement.declarations
        self._hypotheses = [_Condition(declarations, h) for h in declarations.hypotheses]
        self._sides: _Slopes | _Left
        if isinstance(statement, Claim):
            self._sides = _Slopes(statement)
        else:
            left = statement.left
            self._sides = _Left(compile_term(declarations, left, sorted(declarations.indices)))
        self.axes = self._sides.axes
        self._claim = compile_term(declarations, statement.value, self.axes)

    def __call__(self, /, **given: ArrayLike) -> Certificate:
        """The certificate at arrays of numbers, which are taken as the exact numbers that they are.

        Raises
        ------
        InputError
            For what ``numeric.arrays.prepare`` refuses, and for arrays that do not meet the
            hypotheses exactly.
        Undefined
            Where one of the sides has no value, or none that balls can be sure of.
        """
        arrays, sizes = prepare(self.statement.declarations, given)
        self._check(arrays, sizes)
        reason = Undefined("no certain value")
        for precision in PRECISIONS:
            try:
                truth, said = self.enclosures(arrays, sizes, precision)
            except Undefined as undefined:
                reason = undefined
                continue
            found = self._compared(truth, said, precision)
            if found is not None:
                return found
            reason = Undefined(f"no narrow enclosure at {precision} bits")
        raise reason

    def enclosures(
        self, arrays: Arrays, sizes: Sizes, precision: int = PRECISION
    ) -> tuple[Array, Array]:
        """Balls that hold the true values and the claimed ones, at prepared arrays.

        Both have one axis for each free index. A ball that is not finite is no statement.

        Raises
        ------
        Undefined
            At a kink, or where it is not certain on which side of a guard the input is.
        """
        with ctx.workprec(precision):
            inputs = _inputs(self.statement, arrays)
            truth = self._sides.enclosed(inputs, sizes)
            said = _run(self._claim, inputs, sizes, kinks=False)
            return truth, said.value

    def _compared(self, truth: Array, said: Array, precision: int) -> Certificate | None:
        """The certificate, where the balls suffice for one."""
        pairs = list(map(arb.overlaps, truth.flat, said.flat))
        if all(pairs):
            radius = _widest(truth, said)
            if not radius < NARROW:
                return None
            return self._certificate(truth, said, precision, None, radius)
        place = pairs.index(False)
        at = tuple(int(k) for k in np.unravel_index(place, truth.shape))
        return self._certificate(truth, said, precision, at, _widest(truth, said))

    def _certificate(
        self,
        truth: Array,
        said: Array,
        precision: int,
        refuted: tuple[int, ...] | None,
        radius: arb,
    ) -> Certificate:
        at = (0,) * truth.ndim if refuted is None else refuted
        where = None if refuted is None else dict(zip(self.axes, at, strict=True))
        return Certificate(truth.size, radius, precision, where, truth[at], said[at])

    def _check(self, arrays: Arrays, sizes: Sizes) -> None:
        """Refuse arrays that do not meet a hypothesis exactly."""
        inputs = _inputs(self.statement, arrays)
        unsure = [each for each in self._hypotheses if not each.holds(inputs, sizes)]
        if unsure and not meets(_closed(self.statement.declarations), _point(arrays, sizes, self)):
            raise InputError(f"not met exactly, or not certainly: {unsure[0]}")


def _closed(declarations: Declarations) -> Declarations:
    """The declarations without their free indices, of which hypotheses do not speak."""
    return Declarations(
        declarations.sizes,
        {},
        declarations.variables,
        declarations.labels,
        declarations.hypotheses,
    )


def _point(arrays: Arrays, sizes: Sizes, certifier: Certifier) -> Point:
    declared = certifier.statement.declarations
    values = {name: table(arrays[name].tolist()) for name in declared.variables}
    labels = {name: dict(np.ndenumerate(arrays[name])) for name in declared.labels}
    return Point(sizes, values, labels)


def _widest(truth: Array, said: Array) -> arb:
    """A bound for every radius: that of the sum of all balls, or the largest where it is wide."""
    total: arb = np.sum(truth) + np.sum(said)
    of_total: arb = total.rad()
    if of_total < NARROW:
        return of_total
    radii = map(arb.rad, (*truth.flat, *said.flat))
    widest: arb = max(radii, key=lambda radius: radius if radius.is_finite() else arb("inf"))
    return widest


def _inputs(statement: Statement, arrays: Arrays) -> dict[str, Any]:
    """The arrays as balls, labels as they are; the variable of a claim moves."""
    variable = statement.variable if isinstance(statement, Claim) else None
    labels = statement.declarations.labels
    return {
        name: array if name in labels else Balls(enclosed(array), moves=name == variable)
        for name, array in arrays.items()
    }


def _run(compiled: Compiled, inputs: Mapping[str, Any], sizes: Sizes, *, kinks: bool) -> Balls:
    program = compiled.bind(ball_namespace(kinks=kinks))
    arguments = (inputs[name] for name in compiled.arguments)
    result: Balls = program(*arguments, *(sizes[name] for name in compiled.sizes))
    return result


# ---- left sides ----------------------------------------------------------------------------------


class _Left:
    """The left side of an identity."""

    def __init__(self, left: Compiled) -> None:
        self.axes = left.free
        self._left = left

    def enclosed(self, inputs: Mapping[str, Any], sizes: Sizes) -> Array:
        return _run(self._left, inputs, sizes, kinks=False).value


class _Slopes:
    """The true derivative of a claim; its axes are the indices of the function, then the others."""

    def __init__(self, claim: Claim) -> None:
        claim.require_order(1, "certificates")
        self._of = tuple(sorted(i for i in claim.of.indices if isinstance(i, str)))
        names = dict.fromkeys(name for index in claim.at for name in _names(index))
        self._by = tuple(name for name in names if name not in self._of)
        self.axes = (*self._of, *self._by)
        self._claim = claim
        self._function = compile_term(claim.declarations, claim.of, self._of)

    def enclosed(self, inputs: Mapping[str, Any], sizes: Sizes) -> Array:
        result = _run(self._function, inputs, sizes, kinks=True)
        if not all(map(arb.is_finite, result.value.flat)):
            raise Undefined(f"the function has no certain value at {ctx.prec} bits")
        variable = inputs[self._claim.variable]
        below = self._claim.declarations.indices
        by = np.ix_(*(np.arange(sizes[below[index]]) for index in self._by))
        truth = np.empty(tuple(sizes[below[index]] for index in self.axes), object)
        for row in indices_below((below[index] for index in self._of), sizes):
            at = {**dict(zip(self._of, row, strict=True)), **dict(zip(self._by, by, strict=True))}
            place = tuple(_value(index, at, inputs) for index in self._claim.at)
            truth[row] = passed_back(result, row, variable)[place]
        return boxed(truth)


def _names(index: Index) -> Iterator[str]:
    """The free indices in an index, of labels as well."""
    if isinstance(index, str):
        yield index
    elif isinstance(index, tuple):
        for inner in index[1:]:
            yield from _names(inner)


def _value(index: Index, at: Mapping[str, Any], inputs: Mapping[str, Any]) -> Any:
    """The numbers that an index stands for."""
    if isinstance(index, tuple):
        return inputs[index[0]][tuple(_value(inner, at, inputs) for inner in index[1:])]
    return at[index] if isinstance(index, str) else index


# ---- hypotheses ----------------------------------------------------------------------------------


class _Condition:
    """A hypothesis, compiled, to be confirmed by balls."""

    def __init__(self, declarations: Declarations, hypothesis: Hypothesis) -> None:
        opened, axes, self._conclusion = named(declarations, hypothesis)
        self._compiled = compile_term(opened, self._term(), axes)

    def _term(self) -> Term:
        if isinstance(self._conclusion, Equation):
            return add(self._conclusion.left, negate(self._conclusion.right))
        return self._conclusion.term

    def holds(self, inputs: Mapping[str, Any], sizes: Sizes) -> bool:
        """Whether it holds for certain, at every index."""
        kind = "zero" if isinstance(self._conclusion, Equation) else self._conclusion.kind
        with ctx.workprec(PRECISION):
            try:
                found = _run(self._compiled, inputs, sizes, kinks=False).value
            except Undefined:
                return False
            return all(map(_IS[kind], found.flat, repeat(0)))

    def __str__(self) -> str:
        if isinstance(self._conclusion, Equation):
            return " = ".join(map(spell, self._conclusion))
        return f"{spell(self._conclusion.term)} is {self._conclusion.kind}"


_IS = {
    "zero": arb.__eq__,
    "positive": arb.__gt__,
    "nonnegative": arb.__ge__,
    "nonzero": arb.__ne__,
    "defined": lambda ball, _: ball.is_finite(),
}
