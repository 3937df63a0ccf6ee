"""The Poisson deviance, by the predicted means."""

from sympy import Symbol, log

from ...derivation import derive
from ...statement import Mistake, Part, Theorem
from ...symbols import delta, indices, positive, product, size, sum_over

m = size("m")
t, mu = positive("t", m), positive("mu", m)
r, q = indices("r q", m)
D = 2 * sum_over(r, t[r] * log(t[r] / mu[r]) - t[r] + mu[r]) / m


def by_mean() -> Part:
    """The relative error, for each sample by itself."""
    result = 2 * (1 - t[q] / mu[q]) / m
    proof = derive(
        "by a predicted mean",
        name=Symbol("D"),
        by=mu[q],
        rewriting=[
            (D, "definition: twice the log-likelihood that is missing to a perfect fit"),
            (
                2 * sum_over(r, t[r] * log(t[r]) - t[r] * log(mu[r]) - t[r] + mu[r]) / m,
                "log of a quotient",
            ),
        ],
        slopes=[
            (
                2 * sum_over(r, product(1 - t[r] / mu[r], delta(r, q))) / m,
                "d log μ = dμ/μ; what holds t alone is constant",
            ),
            (result, "δ_rq keeps the term r = q"),
        ],
    )
    return Part(
        derivations=(proof,),
        mistakes=(
            Mistake("the slope by log μ", 2 * (mu[q] - t[q]) / m),
            Mistake("without the factor 2", result / 2),
            Mistake("without 1/m", m * result),
            Mistake("without the 1", -2 * t[q] / mu[q] / m),
        ),
    )


THEOREM = Theorem(
    name="poisson_deviance",
    title="Poisson deviance by the predicted means",
    about=(
        "For counts and rates the squared error treats a miss of 3 at a mean of 1 like one at a "
        "mean of 100; the deviance does not. It is 0 where every prediction is right, and positive "
        "elsewhere (sklearn.metrics.mean_poisson_deviance). Where μ = exp(z), the gradient by z is "
        "μ times this one: 2 (μ − t)/m."
    ),
    build=lambda: (by_mean(),),
)
