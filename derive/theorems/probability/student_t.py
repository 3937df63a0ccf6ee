"""The negative log-likelihood of a Student-t sample, by its location."""

from sympy import Symbol, log, loggamma, pi

from ...derivation import derive
from ...statement import Mistake, Part, Theorem
from ...symbols import index, positive, real, size, sum_over

m = size("m")
t, mu, nu, sigma = real("t", m), real("mu"), positive("nu"), positive("sigma")
r = index("r", m)
constant = log(sigma) + log(pi * nu) / 2 + loggamma(nu / 2) - loggamma((nu + 1) / 2)
inside = 1 + (t[r] - mu) ** 2 / (nu * sigma**2)
L = sum_over(r, (nu + 1) * log(inside) / 2 + constant)


def by_location() -> Part:
    """Each error is divided by one plus its own square: outliers count for little."""
    pulls = sum_over(r, (t[r] - mu) / (nu * sigma**2 + (t[r] - mu) ** 2))
    result = -pulls * (nu + 1)
    slope = (t[r] - mu) / (nu * sigma**2)
    proof = derive(
        "by the location",
        name=Symbol("L"),
        by=mu,
        rewriting=[(L, "−log of the density, added up over the sample")],
        slopes=[
            (-sum_over(r, slope / inside) * (nu + 1), "d log u = du/u; the rest is constant"),
            (result, "multiply above and below by ν σ²"),
        ],
    )
    return Part(
        derivations=(proof,),
        mistakes=(
            Mistake("the sign turned", -result),
            Mistake("as for a Gaussian", -sum_over(r, t[r] - mu) / sigma**2),
            Mistake("the factor 2 kept", 2 * result),
            Mistake("ν for ν + 1", -nu * pulls),
        ),
    )


THEOREM = Theorem(
    name="student_t",
    title="Student-t negative log-likelihood by its location",
    about=(
        "A bell with heavy tails: for ν = 1 the Cauchy distribution, for ν → ∞ the normal one. A "
        "Gaussian is pulled by an outlier in proportion to its distance; here the pull "
        "(t − μ)/(νσ² + (t − μ)²) fades again, so an estimate of the location is robust (Lange, "
        "Little and Taylor, 1989). The loss is not convex in μ."
    ),
    build=lambda: (by_location(),),
)
