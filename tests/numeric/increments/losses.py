"""Losses whose differences are looked at, with arrays to look at them at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sympy import Rational, cos, exp, log, sin, sqrt

from derive.claims import Claim
from derive.losses import softmax
from derive.notation import read_claim
from derive.symbols import index, indices, real, size, sum_over, where

Arrays = Mapping[str, NDArray[Any]]
Draw = Callable[[np.random.Generator, int], Arrays]

n, m, p, q = size("n"), size("m"), size("p"), size("q")
x, y, g, b = real("x", n), real("y", n), real("g", n), real("b", n)
i, j, k, t = indices("i j k t", n)
s = softmax(x)


class Loss(NamedTuple):
    """A loss, the element it is moved by, and how its arrays are drawn at a size."""

    claim: Claim
    draw: Draw


def _loss(of: Any, by: Any, draw: Draw) -> Loss:
    """Of the claim, which is false, only the loss is looked at."""
    return Loss(read_claim(of, by, 0), draw)


def _vectors(*names: str) -> Draw:
    return lambda rng, length: {name: rng.standard_normal(length) for name in names}


def _labelled(rng: np.random.Generator, length: int) -> Arrays:
    return {"x": 2 * rng.standard_normal(length), "y": np.eye(length)[length // 2]}


def _layer_norm() -> Any:
    mean = sum_over(j, x[j]) / n
    variance = sum_over(t, (x[t] - mean) ** 2) / n
    return sum_over(k, y[k] * (g[k] * (x[k] - mean) / sqrt(variance + real("epsilon")) + b[k]))


def _normalised(rng: np.random.Generator, length: int) -> Arrays:
    return {**_vectors("x", "y", "g", "b")(rng, length), "epsilon": np.array(1e-5)}


def _logistic() -> Loss:
    X, w, z = real("X", m, p), real("w", p), real("z", m)
    r, (c, a) = index("r", m), indices("c a", p)
    sigmoid = 1 / (1 + exp(-sum_over(a, X[r, a] * w[a])))
    mean = -sum_over(r, z[r] * log(sigmoid) + (1 - z[r]) * log(1 - sigmoid)) / m

    def draw(rng: np.random.Generator, length: int) -> Arrays:
        labels = (rng.random(length) < 1 / 2) * 1.0
        return {"X": rng.standard_normal((length, 5)), "w": rng.standard_normal(5), "z": labels}

    return _loss(mean, w[c], draw)


def _attention(by_key: bool) -> Loss:
    Q, K, V, G = real("Q", m, p), real("K", n, p), real("V", n, q), real("G", m, q)
    r, a = indices("r a", m)
    h, e = indices("h e", n)
    c, d = indices("c d", p)
    v = index("v", q)
    weight = exp(sum_over(c, Q[r, c] * K[h, c]) / sqrt(p))
    row = sum_over(h, weight * V[h, v]) / sum_over(h, weight)
    of = sum_over(r, sum_over(v, G[r, v] * row))

    def draw(rng: np.random.Generator, length: int) -> Arrays:
        shapes = {"Q": (length, 4), "K": (length + 1, 4), "V": (length + 1, 3), "G": (length, 3)}
        return {name: rng.standard_normal(shape) for name, shape in shapes.items()}

    return _loss(of, K[e, d] if by_key else Q[a, d], draw)


@cache
def further_losses() -> Mapping[str, Loss]:
    """Losses with what those of ``losses`` have not: sines, guards, powers that are no half."""
    bent = sum_over(k, where(x[k] > 0, x[k] ** 2 + 1))
    root = sum_over(k, (x[k] ** 2 + 1) ** Rational(4, 3))
    return {
        "every label 1": _loss(-sum_over(k, log(s[k])), x[i], _vectors("x")),
        "sine": _loss(sum_over(k, sin(x[k]) * y[k]), x[i], _vectors("x", "y")),
        "cosine": _loss(sum_over(k, cos(x[k] ** 2)), x[i], _vectors("x")),
        "guard": _loss(bent, x[i], _vectors("x")),
        "power": _loss(root, x[i], _vectors("x")),
        "cube": _loss(sum_over(k, x[k] ** 3) ** 3, x[i], _vectors("x")),
    }


@cache
def losses() -> Mapping[str, Loss]:
    """The losses, by name."""
    return {
        "softmax cross-entropy": _loss(-sum_over(k, y[k] * log(s[k])), x[i], _labelled),
        "entropy": _loss(-sum_over(k, s[k] * log(s[k])), x[i], _vectors("x")),
        "squared error": _loss(sum_over(k, (x[k] - y[k]) ** 2) / n, x[i], _vectors("x", "y")),
        "layer norm": _loss(_layer_norm(), x[i], _normalised),
        "focal loss": _loss(-sum_over(k, y[k] * (1 - s[k]) ** 2 * log(s[k])), x[i], _labelled),
        "logistic regression by w": _logistic(),
        "attention by Q": _attention(by_key=False),
        "attention by K": _attention(by_key=True),
    }
