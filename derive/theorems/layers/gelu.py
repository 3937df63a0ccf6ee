"""The GELU activation y = x Phi(x), with the normal distribution function Phi as it is."""

from sympy import Symbol, erf, exp, pi, sqrt

from ...derivation import derive
from ...losses import upstream
from ...statement import Mistake, Part, Theorem
from ...symbols import Definition, Partial, delta, indices, real, size, sum_over

n = size("n")
x, g = real("x", n), real("g", n)
i, k = indices("i k", n)
Phi = Definition("Phi", (k,), (1 + erf(x[k] / sqrt(2))) / 2)
phi = Definition("phi", (k,), exp(-(x[k] ** 2) / 2) / sqrt(2 * pi))
y = Definition("y", (k,), x[k] * Phi[k])
L = upstream(g, y)


def by_input() -> Part:
    """The gradient by an input."""
    slope = Partial(Phi[k], Phi[k], x[i], delta(k, i) * phi[k])
    product_rule = derive(
        "by the product rule",
        name=Symbol("L"),
        by=x[i],
        rewriting=[
            (L, "a loss whose gradient by y is g"),
            (sum_over(k, g[k] * x[k] * Phi[k]), "definition of y"),
        ],
        slopes=[
            (sum_over(k, g[k] * (delta(k, i) * Phi[k] + x[k] * slope)), "product rule"),
            (
                g[i] * (Phi[i] + x[i] * phi[i]),
                "the density φ is the slope of Φ; δ_ki keeps the term k = i",
            ),
        ],
    )
    return Part(
        derivations=(product_rule,),
        mistakes=(
            Mistake("Φ held fixed", g[i] * Phi[i]),
            Mistake("the factor x forgotten", g[i] * (Phi[i] + phi[i])),
            Mistake("1/√π in the density", g[i] * (Phi[i] + x[i] * phi[i] * sqrt(2))),
            Mistake(
                "the exponent not halved", g[i] * (Phi[i] + x[i] * exp(-(x[i] ** 2)) / sqrt(2 * pi))
            ),
        ),
    )


THEOREM = Theorem(
    name="gelu",
    title="GELU: g (Φ(x) + x φ(x))",
    about=(
        "The Gaussian error linear unit y = x Φ(x) (Hendrycks and Gimpel 2016): each input is "
        "kept by as much as a normal random number is likely to lie below it. This is the exact "
        "form, over erf; theorem gelu_tanh is about the approximation."
    ),
    build=lambda: (by_input(),),
)
