"""Whether a point fits its declarations, and meets the stated hypotheses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flint import ctx

from derive.kernel import Declarations, Equation, Fact

from .errors import InputError
from .interpret import BALLS, Undefined, evaluate
from .points import Bound, Point, indices_below

# Signs that are not rational are decided with this many bits, or count as not decided.
_PRECISION = 128


def holds(conclusion: Equation | Fact, point: Point, bound: Bound = ()) -> bool:
    """Whether a conclusion holds at a point, beyond doubt.

    Where both sides are rational it is decided exactly; else by balls, which confirm signs but
    never an equation. What has no value does not hold.
    """
    try:
        with ctx.workprec(_PRECISION):
            if isinstance(conclusion, Fact):
                return _is(conclusion.kind, evaluate(conclusion.term, point, bound, BALLS))
            left, right = (evaluate(side, point, bound, BALLS) for side in conclusion)
            return _is("zero", left - right)
    except Undefined:
        return False


def _is(kind: str, value: Any) -> bool:
    sign = BALLS.sign(value)
    return (
        kind == "defined"
        or sign
        in {
            "positive": (1,),
            "nonnegative": (0, 1),
            "nonzero": (-1, 1),
            "zero": (0,),
        }[kind]
    )


def meets(declarations: Declarations, point: Point) -> bool:
    """Whether the point meets every hypothesis, for all indices that each one speaks of.

    Raises
    ------
    InputError
        Where the point does not fit the declarations.
    """
    check(declarations, point)
    return all(
        holds(hypothesis.conclusion, point, bound)
        for hypothesis in declarations.hypotheses
        for bound in indices_below(hypothesis.context, point.sizes)
    )


def check(declarations: Declarations, point: Point) -> None:
    """Raise InputError unless the point gives a fitting value to exactly the declared names."""
    _same_names("sizes", declarations.sizes, point.sizes)
    for name, value in point.sizes.items():
        _require(value >= 1, f"the size {name} has to be at least 1, it is {value}")
    _same_names("variables", declarations.variables, point.values)
    for name, shape in declarations.variables.items():
        _same_shape(name, indices_below(shape, point.sizes), point.values[name])
    _same_names("labels", declarations.labels, point.labels)
    for name, label in declarations.labels.items():
        _same_shape(name, indices_below(label.shape, point.sizes), point.labels[name])
        for at, value in point.labels[name].items():
            _in_range(f"{name}{list(at)}", value, point.sizes[label.below])
    _same_names("indices", declarations.indices, point.indices)
    for name, below in declarations.indices.items():
        _in_range(f"the index {name}", point.indices[name], point.sizes[below])


def _same_names(what: str, declared: Iterable[str], given: Iterable[str]) -> None:
    declared, given = set(declared), set(given)
    _require(declared == given, f"the {what} are {sorted(declared)}, the point has {sorted(given)}")


def _same_shape(name: str, needed: list[Bound], entries: Iterable[Bound]) -> None:
    odd = sorted(set(needed).symmetric_difference(entries))
    _require(not odd, f"{name} does not have its declared shape, see the indices {odd[:3]}")


def _in_range(name: str, value: int, below: int) -> None:
    _require(0 <= value < below, f"{name} has to be from 0 to {below - 1}, it is {value}")


def _require(condition: bool, reason: str) -> None:
    if not condition:
        raise InputError(reason)
