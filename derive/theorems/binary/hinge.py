"""The hinge loss of a linear classifier, away from its kink."""

from sympy import Integer, Max, Symbol

from ...derivation import derive
from ...statement import Mistake, Part, Theorem
from ...symbols import Definition, delta, index, indices, real, size, sum_over, where

m, p = size("m"), size("p")
X, w, b, y = real("X", m, p), real("w", p), real("b"), real("y", m)
r = index("r", m)
c, d = indices("c d", p)
u = Definition("u", (r,), y[r] * (sum_over(d, X[r, d] * w[d]) + b))
L = sum_over(r, Max(0, 1 - u[r])) / m

LOSS = Symbol("L")
REWRITING = [
    (L, "definition: u_r is the margin of sample r"),
    (sum_over(r, where(u[r] < 1, 1 - u[r])) / m, "a sample beyond its margin costs nothing"),
]


def by_weight() -> Part:
    """Only samples within their margin pull."""
    result = -sum_over(r, where(u[r] < 1, y[r] * X[r, c])) / m
    slope = y[r] * sum_over(d, X[r, d] * delta(d, c))
    chain_rule = derive(
        "by a weight",
        name=LOSS,
        by=w[c],
        rewriting=REWRITING,
        slopes=[
            (sum_over(r, where(u[r] < 1, -slope)) / m, "differentiate inside each piece"),
            (result, "δ_dc keeps the term d = c"),
        ],
    )
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("every sample counted", -sum_over(r, y[r] * X[r, c]) / m),
            Mistake("the sign turned", -result),
            Mistake("without the label", -sum_over(r, where(u[r] < 1, X[r, c])) / m),
            Mistake(
                "a margin of 0, as for the perceptron",
                -sum_over(r, where(u[r] < 0, y[r] * X[r, c])) / m,
            ),
        ),
    )


def by_bias() -> Part:
    """The labels of the samples within their margin."""
    result = -sum_over(r, where(u[r] < 1, y[r])) / m
    chain_rule = derive(
        "by the bias",
        name=LOSS,
        by=b,
        rewriting=REWRITING,
        slopes=[(result, "differentiate inside each piece; ∂u_r/∂b = y_r")],
    )
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("every sample counted", -sum_over(r, y[r]) / m),
            Mistake("without the label", -sum_over(r, where(u[r] < 1, Integer(1))) / m),
            Mistake("the sign turned", -result),
        ),
    )


THEOREM = Theorem(
    name="hinge",
    title="Hinge loss of a linear classifier, by the weights and the bias",
    about=(
        "The loss of the support vector machine (Cortes and Vapnik, 1995): with labels y = ±1 a "
        "sample costs 1 − u where its margin u = y (w·x + b) is below 1 and nothing beyond. At "
        "u = 1 exactly there is a kink and no derivative; libraries take 0 or the other side "
        "there, any subgradient. A penalty on w is added as in ridge."
    ),
    build=lambda: (by_weight(), by_bias()),
)
