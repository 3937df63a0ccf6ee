"""The Huber loss of a linear model, by its weights and its bias."""

from typing import Any

from sympy import Symbol

from ...derivation import derive
from ...statement import Mistake, Part, Theorem
from ...symbols import (
    Definition,
    index,
    indices,
    positive,
    real,
    size,
    sum_over,
    where,
)

m, p = size("m"), size("p")
X, w, b, t = real("X", m, p), real("w", p), real("b"), real("t", m)
limit = positive("k")
r = index("r", m)
c, d = indices("c d", p)
e = Definition("e", (r,), sum_over(d, X[r, d] * w[d]) + b - t[r])
within = (e[r] >= -limit) & (e[r] <= limit)
above, below = e[r] > limit, e[r] < -limit
L = (
    sum_over(
        r,
        where(within, e[r] ** 2 / 2)
        + where(above, limit * (e[r] - limit / 2))
        + where(below, limit * (-e[r] - limit / 2)),
    )
    / m
)


def clipped(factor: Any) -> Any:
    """The error clipped to -k..k, times a factor."""
    return (
        where(within, e[r] * factor) + where(above, limit * factor) - where(below, limit * factor)
    )


LOSS = Symbol("L")
DEFINITION = (L, "definition: ½e² within k of 0, and k |e| − ½k² beyond")


def by_weight() -> Part:
    """The error clipped to -k..k, times the input."""
    result = sum_over(r, clipped(X[r, c])) / m
    chain_rule = derive(
        "by a weight",
        name=LOSS,
        by=w[c],
        rewriting=[DEFINITION],
        slopes=[(result, "d½e² = e de within; d|e| = ±de beyond")],
    )
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("not clipped", sum_over(r, e[r] * X[r, c]) / m),
            Mistake("large errors dropped", sum_over(r, where(within, e[r] * X[r, c])) / m),
            Mistake("without the input", sum_over(r, clipped(1)) / m),
        ),
    )


def by_bias() -> Part:
    """The mean of the clipped errors."""
    result = sum_over(r, clipped(1)) / m
    chain_rule = derive(
        "by the bias",
        name=LOSS,
        by=b,
        rewriting=[DEFINITION],
        slopes=[(result, "the same, and ∂e_r/∂b = 1")],
    )
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("not clipped", sum_over(r, e[r]) / m),
            Mistake(
                "the sign of large errors lost",
                sum_over(r, where(within, e[r]) + where(above, limit) + where(below, limit)) / m,
            ),
        ),
    )


THEOREM = Theorem(
    name="huber",
    title="Huber loss of a linear model, by its weights and its bias",
    about=(
        "Squared error for small errors, absolute error for large ones, joined at |e| = k so that "
        "the slope has no jump (Huber, 1964; torch.nn.HuberLoss with delta = k). The gradient is "
        "the error clipped to −k..k times the input: gradient clipping, sample by sample. At "
        "|e| = k the second derivative jumps from 1 to 0."
    ),
    build=lambda: (by_weight(), by_bias()),
)
