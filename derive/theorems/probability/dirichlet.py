"""The log-likelihood of a sample under a Dirichlet distribution, by its parameters."""

from sympy import Symbol, digamma, log, loggamma

from ...derivation import derive
from ...statement import Mistake, Part, Theorem
from ...symbols import delta, index, indices, positive, product, size, sum_over

m, n = size("m"), size("n")
X, alpha = positive("X", m, n), positive("alpha", n)
r = index("r", m)
i, k = indices("i k", n)
total = sum_over(k, alpha[k])
L = sum_over(
    r,
    loggamma(total) - sum_over(k, loggamma(alpha[k])) + sum_over(k, (alpha[k] - 1) * log(X[r, k])),
)


def by_parameter() -> Part:
    """Expected minus observed log-probabilities, with the other sign."""
    result = m * (digamma(total) - digamma(alpha[i])) + sum_over(r, log(X[r, i]))
    proof = derive(
        "by a parameter",
        name=Symbol("L"),
        by=alpha[i],
        rewriting=[(L, "log of Γ(Σα)/ΠΓ(α_k) Π x_k^(α_k − 1), added up over the sample")],
        slopes=[
            (
                sum_over(
                    r,
                    digamma(total)
                    - sum_over(k, product(digamma(alpha[k]), delta(k, i)))
                    + sum_over(k, product(delta(k, i), log(X[r, k]))),
                ),
                "d log Γ(u) = ψ(u) du; every α_k occurs in Σα once",
            ),
            (result, "δ_ki keeps the term k = i; m equal terms"),
        ],
    )
    return Part(
        derivations=(proof,),
        mistakes=(
            Mistake("ψ(Σα) forgotten", result - m * digamma(total)),
            Mistake(
                "counted for one observation",
                result - (m - 1) * (digamma(total) - digamma(alpha[i])),
            ),
            Mistake("the sign turned", -result),
            Mistake("log α for ψ(α)", m * (log(total) - log(alpha[i])) + sum_over(r, log(X[r, i]))),
        ),
    )


THEOREM = Theorem(
    name="dirichlet",
    title="Dirichlet log-likelihood by its parameters",
    about=(
        "A Dirichlet distribution is over probability vectors; α says where they lie and how close "
        "together. The gradient compares the mean of log x_i in the sample with what the "
        "distribution expects, ψ(α_i) − ψ(Σα), where ψ = (log Γ)′ is digamma (Minka, Estimating a "
        "Dirichlet distribution, 2000). That each observation adds up to 1 plays no part in it."
    ),
    build=lambda: (by_parameter(),),
)
