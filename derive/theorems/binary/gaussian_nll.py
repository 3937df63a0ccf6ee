"""The negative log-likelihood of a Gaussian sample, by mu, by sigma and by log sigma."""

from sympy import Symbol, exp, log, pi

from ...derivation import derive
from ...statement import Mistake, Part, Theorem
from ...symbols import index, positive, real, size, sum_over

m = size("m")
t, mu, sigma, rho = real("t", m), real("mu"), positive("sigma"), real("rho")
r = index("r", m)
half_log = log(2 * pi) / 2
L = sum_over(r, (t[r] - mu) ** 2 / (2 * sigma**2) + log(sigma) + half_log)
in_rho = sum_over(
    r,
    (t[r] - mu) ** 2 / (2 * exp(rho) ** 2)
    + log(exp(rho, evaluate=False), evaluate=False)
    + half_log,
)
squares = sum_over(r, (t[r] - mu) ** 2)

LOSS = Symbol("L")
DEFINITION = (L, "−log of the normal density, added up over the sample")


def by_mean() -> Part:
    """Zero at the sample's mean."""
    result = -sum_over(r, t[r] - mu) / sigma**2
    proof = derive(
        "by the mean μ",
        name=LOSS,
        by=mu,
        rewriting=[DEFINITION],
        slopes=[(result, "∂(t − μ)²/∂μ = −2 (t − μ); the logarithms do not depend on μ")],
    )
    return Part(
        derivations=(proof,),
        mistakes=(
            Mistake("the sign of the inner derivative forgotten", -result),
            Mistake("the factor 2 kept", 2 * result),
            Mistake("divided by σ instead of σ²", result * sigma),
        ),
    )


def by_deviation() -> Part:
    """Zero where sigma squared is the mean of the squares."""
    result = m / sigma - squares / sigma**3
    proof = derive(
        "by the standard deviation σ",
        name=LOSS,
        by=sigma,
        rewriting=[DEFINITION],
        slopes=[
            (
                sum_over(r, 1 / sigma - (t[r] - mu) ** 2 / sigma**3),
                "1/2σ² gives −1/σ³, log σ gives 1/σ",
            ),
            (result, "m equal terms 1/σ; σ is the same for the whole sample"),
        ],
    )
    return Part(
        derivations=(proof,),
        mistakes=(
            Mistake("log σ forgotten", -squares / sigma**3),
            Mistake("1/σ counted once", 1 / sigma - squares / sigma**3),
            Mistake("by σ² instead of σ", m / (2 * sigma**2) - squares / (2 * sigma**4)),
        ),
    )


def by_log_deviation() -> Part:
    """The same with sigma = exp(rho), which is positive by itself."""
    result = m - squares * exp(-2 * rho)
    proof = derive(
        "by ρ = log σ",
        name=LOSS,
        by=rho,
        rewriting=[
            (in_rho, "σ = exp(ρ)"),
            (
                sum_over(r, (t[r] - mu) ** 2 * exp(-2 * rho) / 2 + rho + half_log),
                "1/exp(ρ)² = exp(−2ρ), and log exp(ρ) = ρ",
            ),
        ],
        slopes=[
            (
                sum_over(r, 1 - (t[r] - mu) ** 2 * exp(-2 * rho)),
                "∂exp(−2ρ)/∂ρ = −2 exp(−2ρ)",
            ),
            (result, "m equal terms 1"),
        ],
    )
    return Part(
        derivations=(proof,),
        mistakes=(
            Mistake("the gradient by σ", m * exp(-rho) - squares * exp(-3 * rho)),
            Mistake("by log σ² instead", m / 2 - squares * exp(-2 * rho) / 2),
            Mistake("exp(−ρ) for exp(−2ρ)", m - squares * exp(-rho)),
        ),
    )


THEOREM = Theorem(
    name="gaussian_nll",
    title="Gaussian negative log-likelihood, by μ, σ and log σ",
    about=(
        "How unlikely a sample t is under N(μ, σ²); setting the gradients to 0 gives the maximum "
        "likelihood estimates, the sample's mean and its mean square deviation (with 1/m, not "
        "1/(m − 1)). By log σ there is no constraint σ > 0 to keep, and no division: networks "
        "that predict a spread predict log σ (or log σ², with half the gradient)."
    ),
    build=lambda: (by_mean(), by_deviation(), by_log_deviation()),
)
