"""Ridge regression: squared error with an L2 penalty, by the weights and by the bias."""

from sympy import Symbol

from ...derivation import derive
from ...statement import Mistake, Part, Theorem
from ...symbols import Definition, delta, index, indices, product, real, size, sum_over

m, p = size("m"), size("p")
X, w, b, t = real("X", m, p), real("w", p), real("b"), real("t", m)
penalty = real("lambda")
r = index("r", m)
c, d = indices("c d", p)
e = Definition("e", (r,), sum_over(d, X[r, d] * w[d]) + b - t[r])
L = sum_over(r, e[r] ** 2) + penalty * sum_over(d, w[d] ** 2)

LOSS = Symbol("L")
DEFINITION = (L, "definition: e_r is the error of sample r; the bias is not penalised")


def by_weight() -> Part:
    """The penalty adds 2 lambda w_c."""
    fit, fit_slope = sum_over(r, e[r] * X[r, c]), sum_over(d, X[r, d] * delta(d, c))
    shrinking = sum_over(d, product(2 * w[d], delta(d, c)))
    chain_rule = derive(
        "by a weight",
        name=LOSS,
        by=w[c],
        rewriting=[DEFINITION],
        slopes=[
            (
                sum_over(r, product(2 * e[r], fit_slope)) + penalty * shrinking,
                "du² = 2u du, in the fit and in the penalty",
            ),
            (2 * fit + 2 * penalty * w[c], "δ_dc keeps the term d = c"),
        ],
    )
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("without the penalty", 2 * fit),
            Mistake("the penalty halved, as for λ/2 Σ w²", 2 * fit + penalty * w[c]),
            Mistake("every weight penalised in each", 2 * fit + 2 * penalty * sum_over(d, w[d])),
            Mistake("the penalty's sign turned", 2 * fit - 2 * penalty * w[c]),
        ),
        note="As a matrix product: 2 Xᵀ e + 2 λ w.",
    )


def by_bias() -> Part:
    """The bias has no penalty."""
    chain_rule = derive(
        "by the bias",
        name=LOSS,
        by=b,
        rewriting=[DEFINITION],
        slopes=[(2 * sum_over(r, e[r]), "du² = 2u du, and ∂e_r/∂b = 1")],
    )
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("the bias penalised, too", 2 * sum_over(r, e[r]) + 2 * penalty * b),
            Mistake("without the factor 2", sum_over(r, e[r])),
            Mistake("the mean of the errors instead of the sum", 2 * sum_over(r, e[r]) / m),
        ),
    )


THEOREM = Theorem(
    name="ridge",
    title="Ridge regression: squared error with an L2 penalty",
    about=(
        "Least squares that also pays λ Σ w² for large weights, so that the weights stay small "
        "and the solution is unique (Hoerl and Kennard, 1970; scikit-learn's Ridge has this "
        "scale: a sum over the samples, no 1/m and no ½). The penalty pulls every weight "
        "towards 0 by 2λ times itself: weight decay. The bias is left alone."
    ),
    build=lambda: (by_weight(), by_bias()),
)
