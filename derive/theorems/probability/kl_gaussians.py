"""KL divergence of two diagonal Gaussians, by the means and standard deviations of both."""

from sympy import Expr, Rational, Symbol, log

from ...derivation import Derivation, derive
from ...statement import Mistake, Part, Theorem
from ...symbols import delta, indices, positive, product, real, size, sum_over

n = size("n")
mu, sigma = real("mu", n), positive("sigma", n)
nu, tau = real("nu", n), positive("tau", n)
i, k = indices("i k", n)
spread = (sigma[k] ** 2 + (mu[k] - nu[k]) ** 2) / (2 * tau[k] ** 2)
L = sum_over(k, log(tau[k] / sigma[k]) + spread - Rational(1, 2))

DEFINITION = (L, "the divergence of N(μ, σ²) from N(ν, τ²), coordinate by coordinate")
PICK = "δ_ki keeps the term k = i"
gap = mu[i] - nu[i]


def chain(by: Expr, title: str, slope: Expr, why: str, result: Expr) -> Derivation:
    """Differentiate inside the sum, then keep the one term that has the variable."""
    return derive(
        title,
        name=Symbol("L"),
        by=by,
        rewriting=[DEFINITION],
        slopes=[(sum_over(k, product(slope, delta(k, i))), why), (result, PICK)],
    )


def by_mean() -> Part:
    """The mean of the first."""
    slope = (mu[k] - nu[k]) / tau[k] ** 2
    proof = chain(mu[i], "by the mean μ", slope, "∂(μ − ν)²/∂μ = 2 (μ − ν)", gap / tau[i] ** 2)
    return Part(
        derivations=(proof,),
        mistakes=(
            Mistake("the variance of the wrong Gaussian", gap / sigma[i] ** 2),
            Mistake("the factor 2 kept", 2 * gap / tau[i] ** 2),
            Mistake("divided by τ instead of τ²", gap / tau[i]),
        ),
    )


def by_deviation() -> Part:
    """The standard deviation of the first."""
    slope = sigma[k] / tau[k] ** 2 - 1 / sigma[k]
    result = sigma[i] / tau[i] ** 2 - 1 / sigma[i]
    why = "−log σ gives −1/σ, σ²/2τ² gives σ/τ²"
    return Part(
        derivations=(chain(sigma[i], "by the standard deviation σ", slope, why, result),),
        mistakes=(
            Mistake("without the term of −log σ", sigma[i] / tau[i] ** 2),
            Mistake("by the variance instead", 1 / (2 * tau[i] ** 2) - 1 / (2 * sigma[i] ** 2)),
            Mistake("by log σ instead", sigma[i] ** 2 / tau[i] ** 2 - 1),
        ),
    )


def by_other_mean() -> Part:
    """The mean of the second."""
    slope = -(mu[k] - nu[k]) / tau[k] ** 2
    proof = chain(nu[i], "by the mean ν", slope, "∂(μ − ν)²/∂ν = −2 (μ − ν)", -gap / tau[i] ** 2)
    return Part(
        derivations=(proof,),
        mistakes=(
            Mistake("the same sign as by μ", gap / tau[i] ** 2),
            Mistake("the variance of the wrong Gaussian", -gap / sigma[i] ** 2),
        ),
    )


def by_other_deviation() -> Part:
    """The standard deviation of the second."""
    slope = 1 / tau[k] - (sigma[k] ** 2 + (mu[k] - nu[k]) ** 2) / tau[k] ** 3
    result = 1 / tau[i] - (sigma[i] ** 2 + gap**2) / tau[i] ** 3
    why = "log τ gives 1/τ, and 1/2τ² gives −1/τ³"
    return Part(
        derivations=(chain(tau[i], "by the standard deviation τ", slope, why, result),),
        mistakes=(
            Mistake("without the means", 1 / tau[i] - sigma[i] ** 2 / tau[i] ** 3),
            Mistake("the sign turned", -result),
            Mistake("as 1/τ², not 1/τ³", 1 / tau[i] - (sigma[i] ** 2 + gap**2) / tau[i] ** 2),
        ),
    )


THEOREM = Theorem(
    name="kl_gaussians",
    title="KL divergence of two diagonal Gaussians, by all four parameters",
    about=(
        "How far N(μ, σ²) is from N(ν, τ²), both with independent coordinates: the regulariser of "
        "variational autoencoders (Kingma and Welling, 2014), where ν = 0 and τ = 1. It is not "
        "symmetric: the errors are measured in units of the second Gaussian, τ. A gradient by "
        "log σ is σ times the one by σ."
    ),
    build=lambda: (by_mean(), by_deviation(), by_other_mean(), by_other_deviation()),
)
