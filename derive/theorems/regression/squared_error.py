"""Linear regression: the gradient of the mean squared error by the weights and by the bias."""

from typing import Any

from sympy import Symbol

from ...derivation import derive
from ...losses import squared_error
from ...statement import Mistake, Part, Theorem
from ...symbols import delta, index, indices, product, real, size, sum_over

m, p = size("m"), size("p")
X, w, b, t = real("X", m, p), real("w", p), real("b"), real("t", m)
r = index("r", m)
c, d = indices("c d", p)
L = squared_error(X, w, b, t)

LOSS = Symbol("L")
DEFINITION = (L, "definition: the mean over the samples r")


def error(row: Any) -> Any:
    """By how much the prediction for one sample misses its target."""
    return sum_over(d, X[row, d] * w[d]) + b - t[row]


def by_weight() -> Part:
    """The gradient by one weight."""
    chain_rule = derive(
        "by a weight",
        name=LOSS,
        by=w[c],
        rewriting=[DEFINITION],
        slopes=[
            (
                sum_over(r, product(2 * error(r), sum_over(d, X[r, d] * delta(d, c)))) / m,
                "du² = 2u du; b and t_r do not depend on w_c",
            ),
            (2 * sum_over(r, error(r) * X[r, c]) / m, "δ_dc keeps the term d = c"),
        ],
    )
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("without 1/m", 2 * sum_over(r, error(r) * X[r, c])),
            Mistake("without the factor 2", sum_over(r, error(r) * X[r, c]) / m),
            Mistake("without the input", 2 * sum_over(r, error(r)) / m),
            Mistake("the sign turned", -2 * sum_over(r, error(r) * X[r, c]) / m),
            Mistake("divided by p instead of m", 2 * sum_over(r, error(r) * X[r, c]) / p),
        ),
        note="As a matrix product: 2/m Xᵀ(X w + b − t).",
    )


def by_bias() -> Part:
    """The gradient by the bias, which every sample shares."""
    chain_rule = derive(
        "by the bias",
        name=LOSS,
        by=b,
        rewriting=[DEFINITION],
        slopes=[(2 * sum_over(r, error(r)) / m, "du² = 2u du, and ∂u/∂b = 1")],
    )
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("without 1/m", 2 * sum_over(r, error(r))),
            Mistake("without the factor 2", sum_over(r, error(r)) / m),
            Mistake("b counted once for each sample", 2 * (sum_over(r, error(r)) + b) / m),
        ),
    )


THEOREM = Theorem(
    name="squared_error",
    title="Squared error of a linear model, by its weights and its bias",
    about=(
        "Regression: m samples with p inputs each, a weight for every input, one bias, and the "
        "mean of the squared errors as the loss."
    ),
    build=lambda: (by_weight(), by_bias()),
)
