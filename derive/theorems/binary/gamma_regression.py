"""Gamma regression with a log link, by the weights and by the bias."""

from sympy import Symbol, exp, log, loggamma

from ...derivation import derive
from ...statement import Mistake, Part, Theorem
from ...symbols import Definition, delta, index, indices, positive, product, real, size, sum_over

m, p = size("m"), size("p")
X, w, b = real("X", m, p), real("w", p), real("b")
t, alpha = positive("t", m), positive("alpha")
r = index("r", m)
c, d = indices("c d", p)
z = Definition("z", (r,), sum_over(d, X[r, d] * w[d]) + b)
mu = Definition("mu", (r,), exp(z[r]))
shape = loggamma(alpha) - alpha * log(alpha)
L = sum_over(r, alpha * (log(mu[r]) + t[r] / mu[r]) - (alpha - 1) * log(t[r]) + shape) / m
in_z = sum_over(r, alpha * (z[r] + t[r] * exp(-z[r])) - (alpha - 1) * log(t[r]) + shape) / m

LOSS = Symbol("L")
REWRITING = [
    (L, "−log of the Gamma density with mean μ and shape α, the mean over the samples"),
    (in_z, "log μ_r = z_r and 1/μ_r = exp(−z_r): the log link"),
]


def by_weight() -> Part:
    """The relative error, times the input."""
    result = alpha * sum_over(r, (1 - t[r] / mu[r]) * X[r, c]) / m
    slope = sum_over(d, X[r, d] * delta(d, c))
    chain_rule = derive(
        "by a weight",
        name=LOSS,
        by=w[c],
        rewriting=REWRITING,
        slopes=[
            (
                alpha * sum_over(r, product(1 - t[r] * exp(-z[r]), slope)) / m,
                "the slope by z_r is α (1 − t_r exp(−z_r))",
            ),
            (result, "δ_dc keeps the term d = c; definition of μ"),
        ],
    )
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("μ − t, as for Poisson", alpha * sum_over(r, (mu[r] - t[r]) * X[r, c]) / m),
            Mistake("without the shape", result / alpha),
            Mistake("the sign turned", -result),
            Mistake(
                "divided by μ again", alpha * sum_over(r, (1 - t[r] / mu[r]) / mu[r] * X[r, c]) / m
            ),
        ),
    )


def by_bias() -> Part:
    """The mean relative error."""
    result = alpha * sum_over(r, 1 - t[r] / mu[r]) / m
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
            Mistake("μ − t, as for Poisson", alpha * sum_over(r, mu[r] - t[r]) / m),
            Mistake("without the 1", -alpha * sum_over(r, t[r] / mu[r]) / m),
        ),
    )


THEOREM = Theorem(
    name="gamma_regression",
    title="Gamma regression with a log link: the gradient is α (1 − t/μ) x",
    about=(
        "Positive amounts t (claims, waiting times) whose spread grows with their mean: Gamma with "
        "mean μ = exp(w·x + b) and shape α (McCullagh and Nelder, Generalized Linear Models, "
        "chapter 8). The errors that count are relative, 1 − t/μ. The log link is not the "
        "canonical one, which is 1/μ; it keeps μ positive."
    ),
    build=lambda: (by_weight(), by_bias()),
)
