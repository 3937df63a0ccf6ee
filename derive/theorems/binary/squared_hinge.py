"""The squared hinge loss of a linear classifier."""

from sympy import Max, Symbol

from ...derivation import derive
from ...statement import Mistake, Part, Theorem
from ...symbols import Definition, delta, index, indices, product, real, size, sum_over, where

m, p = size("m"), size("p")
X, w, b, y = real("X", m, p), real("w", p), real("b"), real("y", m)
r = index("r", m)
c, d = indices("c d", p)
u = Definition("u", (r,), y[r] * (sum_over(d, X[r, d] * w[d]) + b))
L = sum_over(r, Max(0, 1 - u[r]) ** 2) / m

LOSS = Symbol("L")
REWRITING = [
    (L, "definition: u_r is the margin of sample r"),
    (sum_over(r, where(u[r] < 1, (1 - u[r]) ** 2)) / m, "a sample beyond its margin costs nothing"),
]


def by_weight() -> Part:
    """A sample pulls by as much as it is short of its margin."""
    result = -2 * sum_over(r, where(u[r] < 1, (1 - u[r]) * y[r] * X[r, c])) / m
    slope = y[r] * sum_over(d, X[r, d] * delta(d, c))
    chain_rule = derive(
        "by a weight",
        name=LOSS,
        by=w[c],
        rewriting=REWRITING,
        slopes=[
            (
                sum_over(r, where(u[r] < 1, product(2, 1 - u[r], -slope))) / m,
                "dv² = 2v dv inside each piece",
            ),
            (result, "δ_dc keeps the term d = c"),
        ],
    )
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("without the factor 2", result / 2),
            Mistake("the sign turned", -result),
            Mistake("every sample counted", -2 * sum_over(r, (1 - u[r]) * y[r] * X[r, c]) / m),
            Mistake("as for the hinge", -sum_over(r, where(u[r] < 1, y[r] * X[r, c])) / m),
        ),
    )


def by_bias() -> Part:
    """The bias is shared by all samples."""
    result = -2 * sum_over(r, where(u[r] < 1, (1 - u[r]) * y[r])) / m
    chain_rule = derive(
        "by the bias",
        name=LOSS,
        by=b,
        rewriting=REWRITING,
        slopes=[(result, "dv² = 2v dv inside each piece, and ∂u_r/∂b = y_r")],
    )
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("without the factor 2", result / 2),
            Mistake("without the label", -2 * sum_over(r, where(u[r] < 1, 1 - u[r])) / m),
            Mistake("every sample counted", -2 * sum_over(r, (1 - u[r]) * y[r]) / m),
        ),
    )


THEOREM = Theorem(
    name="squared_hinge",
    title="Squared hinge loss of a linear classifier, by the weights and the bias",
    about=(
        "The loss of the L2 support vector machine (scikit-learn's LinearSVC by default): the "
        "shortfall 1 − u below the margin, squared. Unlike the hinge it has a derivative at the "
        "margin, too, 0 from both sides; its slope has a kink there. A sample far on the wrong "
        "side pulls hard, so outliers weigh more than with the hinge."
    ),
    build=lambda: (by_weight(), by_bias()),
)
