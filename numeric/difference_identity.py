"""Is an exact difference what it says? Asked of the kernel, and of the function itself at h = 1/2.

An engine that linearises somewhere is right at tiny steps and wrong at large ones, so that is where
its differences are compared with those of the function: at steps of 1/2 and -1/2, each within the
bounds for its rounding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice, product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from derive.claims import Identity
from derive.conditions import conditions
from derive.kernel import Hypothesis, Proof, Refused, Term
from derive.kernel.terms import Index, add, element
from derive.tactics.clock import time_limit
from derive.tactics.ledger import NotProved
from derive.tactics.prove import proof_of

from .arrays import prepare
from .compile import Compiled, compile_term
from .exact_differences import ExactDifference
from .exact_samples import small_points
from .increments.building import minus
from .increments.logarithms import split_logarithms
from .increments.moving import moved
from .points import as_arrays
from .rounding import Bounded, evaluate

STEPS = (1 / 2, -1 / 2)
POINTS = 12  # that are looked at, the smallest first
_SECONDS = 2.0

Arrays = Mapping[str, NDArray[Any]]


# ---- asked of the kernel -------------------------------------------------------------------------


def equations(difference: ExactDifference) -> tuple[Identity, ...]:
    """What has to hold for D(h) = e(x + h) - e(x), wherever all of it has a value.

    That itself, where e is the term with its logarithms taken apart; and before it, where that is
    another term, that both are equal for every x, x + h among them.
    """
    term, step = difference.term, element(difference.step)
    apart = split_logarithms(term)
    after = moved(apart, difference.variable, difference.at, step)
    first = [] if apart is term else [_wherever_defined(difference, term, apart)]
    left = add(after, minus(apart))
    return *first, _wherever_defined(difference, left, difference.value)


def _wherever_defined(difference: ExactDifference, left: Term, right: Term) -> Identity:
    """An equation under the hypotheses that do not speak of what moves."""
    declared = difference.declarations
    kept = tuple(h for h in declared.hypotheses if not _names(h) & {difference.variable})
    declared = replace(declared, hypotheses=kept)
    needed = conditions(declared, [left, right])
    return Identity(replace(declared, hypotheses=(*kept, *needed)), left, right)


def _names(hypothesis: Hypothesis) -> frozenset[str]:
    parts = [part for part in hypothesis.conclusion if isinstance(part, Term)]
    return frozenset().union(*(part.names for part in parts))


def proofs(difference: ExactDifference, seconds: float = _SECONDS) -> tuple[Proof, ...] | None:
    """Proofs of the equations of a difference; None where one was not found.

    >>> from derive import theorem
    >>> from numeric.exact_differences import of_claim
    >>> found = proofs(of_claim(theorem("softmax_cross_entropy").parts[0].claim))
    >>> len(found)
    2
    """
    try:
        with time_limit(seconds):
            return tuple(proof_of(equation) for equation in equations(difference))
    except (NotProved, Refused):
        return None


# ---- asked of the function itself ----------------------------------------------------------------


class Contradiction(NamedTuple):
    """An input at which a difference is not the function's.

    at: the indices, in the order of the difference's axes.
    error, bar: how far the two are apart, and how far rounding can have moved them.
    """

    arrays: Arrays
    step: float
    at: tuple[int, ...]
    error: float
    bar: float


class BlackBox(NamedTuple):
    """What came of comparing a difference with the function itself.

    compared: at how many coordinates, all points and steps together. Steps that leave the domain
        are left out.
    """

    compared: int
    contradiction: Contradiction | None

    @property
    def agrees(self) -> bool:
        """Whether something was compared, and all of it agreed."""
        return self.compared > 0 and self.contradiction is None


def black_box(difference: ExactDifference, points: int = POINTS) -> BlackBox:
    """Compare a compiled difference with the compiled function, moved by 1/2 and by -1/2.

    The points are small ones that meet the hypotheses, the same on every machine.
    """
    own = [index for index in difference.axes if index in difference.term.indices]
    function = compile_term(difference.declarations, difference.term, own)
    compared = 0
    for arrays in islice(_points(difference), points):
        for step in STEPS:
            for found in _compared(difference, function, arrays, step):
                if not found.error <= found.bar:
                    return BlackBox(compared, found)
                compared += 1
    return BlackBox(compared, None)


def _points(difference: ExactDifference) -> Iterator[Arrays]:
    """Small inputs, those with sizes above 1 before the others."""
    points = list(islice(small_points(difference.declarations), 10 * POINTS))
    points.sort(key=lambda point: min(point.sizes.values(), default=2) < 2)
    for point in points:
        yield as_arrays(point) | {name: np.array(length) for name, length in point.sizes.items()}


def _compared(
    difference: ExactDifference, function: Compiled, arrays: Arrays, step: float
) -> Iterator[Contradiction]:
    """Both differences at every coordinate that has a value before and after the step."""
    given = dict(arrays) | {difference.step: np.array(step)}
    ours = _bounded(difference.compiled, given)
    before = _bounded(function, given)
    own = [place for place, index in enumerate(difference.axes) if index in function.free]
    _, sizes = prepare(difference.declarations, given, ())
    below = difference.declarations.indices
    for at in product(*(range(sizes[below[index]]) for index in difference.axes)):
        entry = _entry(difference.at, dict(zip(difference.axes, at, strict=True)), arrays)
        after = _bounded(
            function, given | {difference.variable: _moved(arrays, difference, entry, step)}
        )
        here = tuple(at[place] for place in own)
        black = (after[here] - before[here]) if here else after - before
        bar = float(ours.bound[at] + black.bound) if at else float(ours.bound + black.bound)
        error = abs(float(ours.value[at] if at else ours.value) - float(black.value))
        if np.isfinite(bar):
            yield Contradiction(given, step, at, error, bar)


def _bounded(compiled: Compiled, given: Arrays) -> Bounded:
    arrays, sizes = prepare(compiled.declarations, given, (*compiled.arguments, *compiled.sizes))
    return evaluate(compiled, arrays, sizes)


def _entry(at: tuple[Index, ...], bound: Mapping[str, int], arrays: Arrays) -> tuple[int, ...]:
    """The indices as numbers; a label is looked up."""
    return tuple(_number(index, bound, arrays) for index in at)


def _number(index: Index, bound: Mapping[str, int], arrays: Arrays) -> int:
    if isinstance(index, tuple):
        return int(arrays[index[0]][tuple(_number(inner, bound, arrays) for inner in index[1:])])
    return bound[index]


def _moved(
    arrays: Arrays, difference: ExactDifference, entry: tuple[int, ...], step: float
) -> NDArray[Any]:
    changed = np.array(arrays[difference.variable], np.float64)
    changed[entry] += step
    return changed
