"""Logistic regression with an L2 penalty, by the weights and by the bias."""

from sympy import Symbol, log

from ...derivation import derive
from ...statement import Mistake, Part, Theorem
from ...symbols import (
    Definition,
    delta,
    index,
    indices,
    product,
    real,
    sigmoid,
    size,
    softplus,
    sum_over,
)

m, p = size("m"), size("p")
X, w, b, y = real("X", m, p), real("w", p), real("b"), real("y", m)
penalty = real("lambda")
r = index("r", m)
c, d = indices("c d", p)
z = Definition("z", (r,), sum_over(d, X[r, d] * w[d]) + b)
s = Definition("s", (r,), sigmoid(z[r]))
norm = penalty / 2 * sum_over(d, w[d] ** 2)
L = -sum_over(r, y[r] * log(s[r]) + (1 - y[r]) * log(1 - s[r])) / m + norm

LOSS = Symbol("L")
REWRITING = [
    (L, "definition: cross-entropy of two classes, and a penalty on the weights"),
    (
        sum_over(r, softplus(z[r]) - y[r] * z[r]) / m + norm,
        "log σ(z) = z − softplus(z), and log(1 − σ(z)) = −softplus(z)",
    ),
]


def by_weight() -> Part:
    """Probability minus label, times the input, and weight decay."""
    fit = sum_over(r, (s[r] - y[r]) * X[r, c]) / m
    slope = sum_over(d, X[r, d] * delta(d, c))
    shrinking = penalty * sum_over(d, product(w[d], delta(d, c)))
    chain_rule = derive(
        "by a weight",
        name=LOSS,
        by=w[c],
        rewriting=REWRITING,
        slopes=[
            (
                sum_over(r, product(s[r] - y[r], slope)) / m + shrinking,
                "softplus′ = σ, so the slope by z_r is s_r − y_r; d½w² = w dw",
            ),
            (fit + penalty * w[c], "δ_dc keeps the term d = c"),
        ],
    )
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("the penalty doubled, as for λ Σ w²", fit + 2 * penalty * w[c]),
            Mistake("the penalty divided by m, too", fit + penalty * w[c] / m),
            Mistake("without 1/m", m * fit + penalty * w[c]),
            Mistake(
                "the sigmoid differentiated once more",
                sum_over(r, (s[r] - y[r]) * s[r] * (1 - s[r]) * X[r, c]) / m + penalty * w[c],
            ),
        ),
        note="As a matrix product: 1/m Xᵀ(s − y) + λ w.",
    )


def by_bias() -> Part:
    """The mean error of the probabilities."""
    result = sum_over(r, s[r] - y[r]) / m
    chain_rule = derive(
        "by the bias",
        name=LOSS,
        by=b,
        rewriting=REWRITING,
        slopes=[(result, "the same slope by z_r, and ∂z_r/∂b = 1")],
    )
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("the bias penalised, too", result + penalty * b),
            Mistake("without 1/m", m * result),
            Mistake("the sign turned", -result),
        ),
    )


THEOREM = Theorem(
    name="logistic_regression",
    title="Logistic regression with an L2 penalty: the gradient is (s − y) x",
    about=(
        "A linear classifier for two classes, s = σ(w·x + b), fitted by the mean cross-entropy and "
        "λ/2 Σ w². The logit is the canonical link, so the gradient is prediction minus label "
        "times input, as in linear regression, although the loss is another one (Cox, 1958; "
        "McCullagh and Nelder, chapter 4). At a minimum the mean probability is the mean label."
    ),
    build=lambda: (by_weight(), by_bias()),
)
