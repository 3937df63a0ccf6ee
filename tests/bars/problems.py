"""Random problems: a program of the catalogue at random inputs, its error bars and true errors.

The true value comes from balls, at a precision at which they are far narrower than the bars. A bar
that is shorter than the distance from the computed value to the ball is a false alarm: somebody who
compares with bars would call a right formula wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from statistics import median

import hypothesis.strategies as st
import numpy as np
import pytest
from flint import arb, ctx

from derive.claims import Claim, Statement
from numeric.arrays import prepare
from numeric.ball_arrays import Balls, ball_namespace, enclosed
from numeric.compile import Compiled, compile_term
from numeric.constraints import least_sizes
from numeric.errors import InputError
from numeric.interpret import Undefined
from numeric.rounding import Bounded, rounding_bound, running_error_namespace
from numeric.samples import arrays

MOST_ENTRIES = 50_257  # of any array in a program
LARGEST = 12  # of the sizes of ordinary problems
ONE_IN = 100  # problems that are as large as they can be, or of a size in between
PRECISIONS = (192, 384, 768, 1536)
PRIMES = (3, 5, 7, 11, 13, 17, 19, 23)
SMALLEST = float(np.finfo(float).smallest_subnormal)
RECORD: pytest.StashKey[Record] = pytest.StashKey()
FLOATS = (np.float64, np.float32)


class Programs:
    """The two sides of a statement, compiled; of a claim they are the function and its gradient."""

    def __init__(self, name: str, statement: Statement) -> None:
        self.name = name
        is_claim = isinstance(statement, Claim)
        self.sides = ("function", "gradient") if is_claim else ("left side", "right side")
        self.declarations = statement.declarations
        self.every = [
            compile_term(
                self.declarations, term, sorted(i for i in term.indices if isinstance(i, str))
            )
            for term in statement.terms
        ]

    def __repr__(self) -> str:
        return self.name

    @cached_property
    def shapes(self) -> set[tuple[str, ...]]:
        """The sizes of the axes of every array that a program makes on its way."""
        return {shape for program in self.every for shape in shapes(program)}

    def most(self, name: str, others: Mapping[str, int]) -> int:
        """The largest value of one size at which no array has too many entries."""
        found = MOST_ENTRIES
        for shape in self.shapes:
            rest = prod(others[axis] for axis in shape if axis != name)
            if times := shape.count(name):
                found = min(found, int((MOST_ENTRIES / rest) ** (1 / times)))
        return max(found, 1)


def shapes(program: Compiled) -> set[tuple[str, ...]]:
    """The names of the axes of every array in a program, found by running it at distinct sizes."""
    declared = program.declarations
    sizes = dict(zip(sorted(declared.sizes), PRIMES, strict=False))
    named = {length: name for name, length in sizes.items()}
    seen: set[tuple[int, ...]] = set()

    def noting(function):
        def noted(*operands):
            result = function(*operands)
            seen.update(np.shape(_value(one)) for one in (*operands, result))
            return result

        return noted

    plain = running_error_namespace(np.dtype(np.float64))
    run = program.bind({name: noting(function) for name, function in plain.items()})
    full = {
        name: Bounded(np.full([sizes[a] for a in shape], 0.5), np.zeros([sizes[a] for a in shape]))
        for name, shape in declared.variables.items()
    }
    labels = {
        name: np.zeros([sizes[a] for a in label.shape], np.intp)
        for name, label in declared.labels.items()
    }
    given = {**full, **labels}
    with np.errstate(all="ignore"):
        result = run(
            *(given[name] for name in program.arguments), *(sizes[name] for name in program.sizes)
        )
    seen.update(np.shape(_value(one)) for one in (result, *given.values()))
    return {tuple(named[length] for length in shape if length in named) for shape in seen}


def _value(operand):
    return operand.value if isinstance(operand, Bounded) else operand


@st.composite
def problems(draw, programs):
    """Arrays for a statement: mostly small ones, now and then as large as may be."""
    dtype = draw(st.sampled_from(FLOATS))
    declared = programs.declarations
    sizes = {}
    if declared.sizes and draw(st.integers(0, 2**32 - 1)) % ONE_IN == 7:
        sizes = least_sizes(declared)
        name = draw(st.sampled_from(sorted(sizes)))
        most = programs.most(name, sizes)
        exponent = draw(st.sampled_from((1.0, 0.8, 0.6)))
        sizes[name] = max(sizes[name], int(most**exponent))
    return draw(arrays(declared, sizes=sizes, largest=LARGEST, dtype=dtype))


# ---- a problem -----------------------------------------------------------------------------------


@dataclass
class Record:
    """What came of the problems so far.

    counts: by outcome; each side of a statement has one.
    problems: how many inputs there were at which at least one side was held against its true value.
    alarms: where a bar was too short, in words.
    ratios: the largest bar over the largest true error, of everything that was not exact.
    largest: the length of the longest axis.
    """

    problems: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    alarms: list[str] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)
    largest: int = 0

    @property
    def median(self) -> float:
        """The bar over the true error, on the median."""
        return median(self.ratios) if self.ratios else 1.0

    def __str__(self) -> str:
        counts = ", ".join(f"{what} {times}" for what, times in sorted(self.counts.items()))
        return (
            f"{self.problems} problems, {len(self.alarms)} false alarms, the bar is on the median "
            f"{self.median:.1f} times the true error; sizes up to {self.largest}; {counts}"
        )


def try_problem(programs: Programs, inputs, record: Record) -> None:
    """Hold the bars of both programs of a statement against their true errors."""
    compared = record.counts["compared"]
    for side, program in zip(programs.sides, programs.every, strict=True):
        needed = {key: inputs[key] for key in program.arguments}
        sizes = prepare(programs.declarations, inputs, ())[1]
        needed |= {key: sizes[key] for key in program.sizes}
        try:
            value, bar = program(**needed), rounding_bound(program, **needed)
        except InputError:
            record.counts["no value in the dtype"] += 1
            continue
        value, bar = np.asarray(value, np.float64), np.asarray(bar)
        distances = true_errors(program, needed, value, bar)
        if distances is None:
            record.counts["no certain value"] += 1
            continue
        record.counts["compared"] += 1
        record.largest = max(record.largest, *sizes.values(), 1)
        least, most = distances
        if (least > bar).any():
            record.alarms.append(_worded(f"{programs.name}, the {side}", inputs, value, least, bar))
        _note_ratio(record, most, bar)
    record.problems += record.counts["compared"] > compared


def _note_ratio(record: Record, error, bar) -> None:
    """The largest bar of a problem over its largest true error; an exact one has neither."""
    if not bar.any():
        record.counts["exact"] += 1
        return
    record.counts["no finite bar"] += not np.isfinite(bar).all()
    record.ratios.append(float(bar.max()) / max(float(error.max()), SMALLEST))


def _worded(what, inputs, value, least, bar) -> str:
    excess = least - bar
    at = tuple(int(k) for k in np.unravel_index(np.argmax(excess), excess.shape))
    shown = ", ".join(f"{key} = {array.tolist()}"[:2000] for key, array in inputs.items())
    dtype = {str(array.dtype) for array in inputs.values() if array.dtype.kind == "f"}
    return f"{what} at {shown} {dtype}, {at}: {value[at]} is off by {least[at]}, bar {bar[at]}"


def true_errors(program: Compiled, inputs, value, bar):
    """The least and the most that each computed value can be away from the true one.

    None where balls are not sure of a value, or no precision makes them narrow beside the bars.
    """
    needed = (*program.arguments, *program.sizes)
    prepared, sizes = prepare(program.declarations, inputs, needed)
    labels = program.declarations.labels
    for precision in PRECISIONS:
        with ctx.workprec(precision):
            run = program.bind(ball_namespace(kinks=False))
            given = [
                prepared[name] if name in labels else Balls(enclosed(prepared[name]))
                for name in program.arguments
            ]
            try:
                truth = run(*given, *(sizes[name] for name in program.sizes)).value
            except Undefined:
                continue
            apart = [ball - number for ball, number in zip(truth.flat, value.flat, strict=True)]
            least = _floats([ball.abs_lower() for ball in apart], value.shape)
            most = _floats([ball.abs_upper() for ball in apart], value.shape)
        wide = ~(most - least <= 1e-3 * np.where(np.isfinite(bar), bar, np.inf) + 1e-300)
        if np.isfinite(most).all() and not (wide & (bar > 0)).any():
            return least, most
    return None


def _floats(balls: list[arb], shape):
    return np.array([float(ball.mid()) for ball in balls]).reshape(shape)
