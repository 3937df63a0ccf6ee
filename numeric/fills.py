"""Ways to fill an array with floating-point numbers: ordinary ones and extremes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Shape = tuple[int, ...]
Generator = np.random.Generator

# ---- entries that are free -----------------------------------------------------------------------


def ordinary(rng: Generator, shape: Shape) -> Array:
    """Standard normal numbers."""
    return np.asarray(rng.standard_normal(shape))


def large(rng: Generator, shape: Shape) -> Array:
    """Numbers up to 1e4 in size, where exp overflows and underflows."""
    return np.asarray(rng.uniform(-1e4, 1e4, shape))


def far(rng: Generator, shape: Shape) -> Array:
    """Ordinary numbers around 1e4, where the spacing of floats is coarse."""
    return 1e4 + ordinary(rng, shape)


def tiny(rng: Generator, shape: Shape) -> Array:
    """Numbers around 1e-8, which vanish beside 1."""
    return 1e-8 * ordinary(rng, shape)


def equal(rng: Generator, shape: Shape) -> Array:
    """One number everywhere: ties."""
    return np.full(shape, rng.standard_normal())


def spread(rng: Generator, shape: Shape) -> Array:
    """Numbers of either sign from 1e-8 to 1e4 in size."""
    return np.asarray(rng.choice((-1, 1), shape) * 10.0 ** rng.uniform(-8, 4, shape))


FILLS = (ordinary, large, far, tiny, equal, spread)

# ---- entries that add up to a total along some axes ----------------------------------------------


def one_hot(rng: Generator, shape: Shape, axes: Shape, total: float) -> Array:
    """All of the total in one place."""
    scores = rng.random(shape)
    return np.asarray(total * (scores == scores.max(axes, keepdims=True)))


def soft(rng: Generator, shape: Shape, axes: Shape, total: float) -> Array:
    """Shares of the total, of widely different size."""
    weights = np.exp(3 * rng.standard_normal(shape))
    return np.asarray(total * weights / weights.sum(axes, keepdims=True))


def uniform(rng: Generator, shape: Shape, axes: Shape, total: float) -> Array:
    """Equal shares of the total."""
    ones = np.ones(shape)
    return np.asarray(total * ones / ones.sum(axes, keepdims=True))


def signed(rng: Generator, shape: Shape, axes: Shape, total: float) -> Array:
    """Parts of either sign."""
    parts = rng.standard_normal(shape)
    share = uniform(rng, shape, axes, 1.0)
    for _ in range(2):  # the second time mends the rounding of the first
        parts = parts + (total - parts.sum(axes, keepdims=True)) * share
    return np.asarray(parts)


SHARES = (one_hot, soft, uniform, signed)
