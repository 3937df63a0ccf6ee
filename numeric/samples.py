"""Inputs drawn by hypothesis from the declared hypotheses: exact points, and arrays of floats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import hypothesis.strategies as st
import numpy as np
from hypothesis import reject
from numpy.typing import DTypeLike, NDArray

from derive.kernel import Declarations, Fact, Hypothesis

from .constraints import Constraints, least_sizes
from .domains import Domains
from .errors import InputError
from .exact_samples import WIDE, Builder, in_turn
from .fills import FILLS, SHARES
from .hypotheses import check_hypotheses
from .points import Bound, Point, as_arrays

Array = NDArray[Any]


@st.composite
def points(
    draw: st.DrawFn,
    declarations: Declarations,
    *,
    sizes: Mapping[str, int] | None = None,
    largest: int = 3,
    domains: Domains | None = None,
) -> Point:
    """Points that meet the declared hypotheses exactly, and are in the domains.

    Sizes that are not given are drawn, up to ``largest``; they are often 1.
    """
    builder = Builder(declarations, domains)
    every = _sizes(draw, declarations, sizes, largest)
    point = builder.build(every, WIDE, lambda options: draw(st.sampled_from(options)))
    return reject() if point is None else point


def _sizes(
    draw: st.DrawFn, declarations: Declarations, given: Mapping[str, int] | None, largest: int
) -> dict[str, int]:
    least = least_sizes(declarations)
    sizes = {
        n: draw(st.just(low) | st.integers(low, low - 1 + largest)) for n, low in least.items()
    }
    return sizes | dict(given or {})


# ---- floating-point arrays -----------------------------------------------------------------------


@st.composite
def arrays(
    draw: st.DrawFn,
    declarations: Declarations,
    *,
    sizes: Mapping[str, int] | None = None,
    largest: int = 24,
    dtype: DTypeLike = np.float64,
) -> dict[str, Array]:
    """Variables and labels as arrays by name, meeting the hypotheses up to rounding.

    Sizes that are not given are drawn, up to ``largest``; they are often 1. Variables without a
    stated total are ordinary, large, far from 0, tiny, all equal or widely spread. Hypotheses of
    other shapes are left to luck, where they are inequalities; where that fails, and for equations,
    the arrays are those of small exact points.
    """
    constraints = Constraints(declarations)
    every = _sizes(draw, declarations, sizes, largest)
    squared = any(total.squared for total in constraints.totals.values())
    if not squared and all(isinstance(other.conclusion, Fact) for other in constraints.others):
        drawn = _free_arrays(draw, declarations, constraints, every, dtype)
        if not constraints.others or _met(declarations, constraints.others, drawn, every):
            return drawn
    small = {name: size for name, size in every.items() if name in (sizes or {})}
    return as_arrays(draw(points(declarations, sizes=small, largest=min(largest, 3))), dtype)


def _free_arrays(
    draw: st.DrawFn,
    declarations: Declarations,
    constraints: Constraints,
    every: Mapping[str, int],
    dtype: DTypeLike,
) -> dict[str, Array]:
    """Arrays that meet what the hypotheses say of single entries and of totals."""
    values = {
        name: _array(draw, constraints, name, tuple(every[axis] for axis in shape), dtype)
        for name, shape in declarations.variables.items()
    }
    labels = {
        name: _label(draw, every[below], tuple(every[axis] for axis in shape))
        for name, (shape, below) in declarations.labels.items()
    }
    return values | labels


def _met(
    declarations: Declarations,
    stated: tuple[Hypothesis, ...],
    arrays: Mapping[str, Array],
    sizes: Mapping[str, int],
) -> bool:
    """Whether arrays meet some of the hypotheses, beyond rounding."""
    try:
        check_hypotheses(replace(declarations, hypotheses=stated), arrays, sizes)
    except InputError:
        return False
    return True


def _rng(draw: st.DrawFn) -> np.random.Generator:
    return np.random.default_rng(draw(st.integers(0, 2**32 - 1)))


def _label(draw: st.DrawFn, below: int, shape: Bound) -> Array:
    return np.asarray(_rng(draw).integers(below, size=shape), np.intp)


def _array(
    draw: st.DrawFn,
    constraints: Constraints,
    name: str,
    shape: Bound,
    dtype: DTypeLike,
) -> Array:
    rng = _rng(draw)
    total = constraints.totals.get(name)
    if total is None:
        fill = draw(st.sampled_from(FILLS))
        return _repaired(constraints, name, np.asarray(fill(rng, shape), dtype))
    for share in in_turn(SHARES, draw(st.integers(0, len(SHARES) - 1))):
        array: Array = np.asarray(share(rng, shape, total.axes, float(total.value)), dtype)
        if all(constraints.allows(name, Fraction(float(entry))) for entry in np.unique(array)):
            return array
    return reject()


def _repaired(constraints: Constraints, name: str, array: Array) -> Array:
    """The array with each entry that is not allowed negated, or else replaced by one that is."""
    if constraints.free(name):
        return array
    others = [float(number) for number in WIDE]
    for place, entry in np.ndenumerate(array):
        options = (float(entry), -float(entry), *others)
        allowed = (option for option in options if constraints.allows(name, Fraction(option)))
        array[place] = next(allowed, np.nan)
    return reject() if np.isnan(array).any() else array
