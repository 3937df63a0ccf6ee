"""Inputs that the derived conditions leave out though the formulas have a value there.

A claim speaks of every input at which the loss and the claim have a value and the loss is smooth.
The conditions that a proof rests on may ask for more: of the body of a guard they ask at every
index, and of x[t] for one label t they ask of every entry. What is proved under them is looked for
a counterexample among the inputs between the two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, product

from flint import arb_series, ctx

from derive.kernel.terms import plain_indices
from derive.language.question import Question

from .conditions import meets
from .deadline import Deadline
from .exact_samples import small_points
from .interpret import BALLS, Undefined, evaluate
from .points import Point
from .witnesses import PRECISION, Counterexample, claimed, counterexample_at

_MOST = 60  # inputs that are looked at


def counterexample_left_out(question: Question, deadline: Deadline) -> Counterexample | None:
    """A counterexample that meets what was stated, but not all of the conditions; or None."""
    if not question.conditions:
        return None
    stated = (each.hypothesis for each in (*question.assumed, *question.given))
    declarations = replace(question.claim.declarations, hypotheses=tuple(dict.fromkeys(stated)))
    for point in islice(small_points(declarations, question.domains), _MOST):
        if deadline.is_over:
            return None
        if not meets(question.claim.declarations, point) and _is_spoken_of(question, point):
            found = counterexample_at(question.claim, point)
            if found is not None:
                return found
    return None


def _is_spoken_of(question: Question, point: Point) -> bool:
    """Whether the loss is smooth in every entry there, and it and the claim have a value.

    They have one where all of their entries do, for all values of the indices on the left.
    """
    try:
        for place in _places(question, point):
            claimed(question.claim, place)
            _require_smooth(question, place)
    except Undefined:
        return False
    return True


def _places(question: Question, point: Point) -> Iterator[Point]:
    """The point with every value of the indices on the left of the claim."""
    at = [index for _, indices in question.claim.entries for index in plain_indices(indices)]
    names = sorted({i for i in (*question.loss.indices, *at) if isinstance(i, str)})
    below = [range(point.sizes[question.claim.declarations.indices[name]]) for name in names]
    for values in product(*below):
        yield replace(point, indices={**point.indices, **dict(zip(names, values, strict=True))})


def _require_smooth(question: Question, point: Point) -> None:
    """Raise Undefined unless the loss has a derivative by every entry that could move."""
    claim = question.claim
    order = len(claim.entries)
    with ctx.workprec(PRECISION):
        for name in {name for name, _ in claim.entries}:
            for at, value in point.values[name].items():
                moved = {(name, at): arb_series([BALLS.from_fraction(value), 1], order + 1)}
                series = arb_series(evaluate(claim.of, point, (), BALLS, moved), order + 1)
                if not all(series[k].is_finite() for k in range(order + 1)):
                    raise Undefined("no certain derivative")
