"""Poisson regression with a log link, by the weights and by the bias."""

from sympy import Symbol, exp, log, loggamma

from ...derivation import derive
from ...statement import Mistake, Part, Theorem
from ...symbols import Definition, delta, index, indices, nonnegative, product, real, size, sum_over

m, p = size("m"), size("p")
X, w, b, t = real("X", m, p), real("w", p), real("b"), nonnegative("t", m)
r = index("r", m)
c, d = indices("c d", p)
z = Definition("z", (r,), sum_over(d, X[r, d] * w[d]) + b)
mu = Definition("mu", (r,), exp(z[r]))
L = sum_over(r, mu[r] - t[r] * log(mu[r]) + loggamma(t[r] + 1)) / m

LOSS = Symbol("L")
REWRITING = [
    (L, "−log of μ^t e^−μ / t!, the mean over the samples"),
    (sum_over(r, mu[r] - t[r] * z[r] + loggamma(t[r] + 1)) / m, "log μ_r = z_r: the log link"),
]


def by_weight() -> Part:
    """The error in the mean, times the input."""
    result = sum_over(r, (mu[r] - t[r]) * X[r, c]) / m
    slope = sum_over(d, X[r, d] * delta(d, c))
    chain_rule = derive(
        "by a weight",
        name=LOSS,
        by=w[c],
        rewriting=REWRITING,
        slopes=[
            (
                sum_over(r, product(mu[r] - t[r], slope)) / m,
                "∂μ_r/∂z_r = μ_r, so the slope by z_r is μ_r − t_r; the t! is constant",
            ),
            (result, "δ_dc keeps the term d = c"),
        ],
    )
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("the error in z instead of μ", sum_over(r, (z[r] - t[r]) * X[r, c]) / m),
            Mistake(
                "1 − t/μ, the slope by the mean", sum_over(r, (1 - t[r] / mu[r]) * X[r, c]) / m
            ),
            Mistake("the sign turned", -result),
            Mistake("without 1/m", m * result),
        ),
        note="As a matrix product: 1/m Xᵀ(μ − t).",
    )


def by_bias() -> Part:
    """The mean error in the mean."""
    result = sum_over(r, mu[r] - t[r]) / m
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
            Mistake("without 1/m", m * result),
            Mistake("the error in z instead of μ", sum_over(r, z[r] - t[r]) / m),
        ),
    )


THEOREM = Theorem(
    name="poisson_regression",
    title="Poisson regression with a log link: the gradient is (μ − t) x",
    about=(
        "Counts t are modelled as Poisson with mean μ = exp(w·x + b), a generalised linear model "
        "(Nelder and Wedderburn, 1972). The log link is the canonical one, and so the gradient has "
        "the same form as for logistic and linear regression: prediction minus target, times the "
        "input. torch.nn.PoissonNLLLoss leaves out the constant log t!, which no gradient sees."
    ),
    build=lambda: (by_weight(), by_bias()),
)
