"""The SiLU activation y = x sigmoid(x), also known as swish."""

from sympy import Symbol

from ...derivation import derive
from ...losses import upstream
from ...statement import Mistake, Part, Theorem
from ...symbols import Definition, Partial, delta, indices, real, sigmoid, size, sum_over

n = size("n")
x, g = real("x", n), real("g", n)
i, k = indices("i k", n)
s = Definition("s", (k,), sigmoid(x[k]))
y = Definition("y", (k,), x[k] * s[k])
L = upstream(g, y)


def by_input() -> Part:
    """The gradient by an input."""
    slope = Partial(s[k], s[k], x[i], delta(k, i) * s[k] * (1 - s[k]))
    product_rule = derive(
        "by the product rule",
        name=Symbol("L"),
        by=x[i],
        rewriting=[
            (L, "a loss whose gradient by y is g"),
            (sum_over(k, g[k] * x[k] * s[k]), "definition of y"),
        ],
        slopes=[
            (sum_over(k, g[k] * (delta(k, i) * s[k] + x[k] * slope)), "product rule"),
            (g[i] * (s[i] + x[i] * s[i] * (1 - s[i])), "σ′ = σ (1 − σ); δ_ki keeps the term k = i"),
            (g[i] * (s[i] + y[i] * (1 - s[i])), "definition of y"),
        ],
    )
    return Part(
        derivations=(product_rule,),
        mistakes=(
            Mistake("s held fixed", g[i] * s[i]),
            Mistake("the slope of the sigmoid alone", g[i] * x[i] * s[i] * (1 - s[i])),
            Mistake("y (1 − y) as for the sigmoid", g[i] * (s[i] + y[i] * (1 - y[i]))),
            Mistake("the sign turned in σ′", g[i] * (s[i] - y[i] * (1 - s[i]))),
        ),
    )


THEOREM = Theorem(
    name="silu",
    title="SiLU (swish): g (s + y (1 − s))",
    about=(
        "The sigmoid linear unit y = x σ(x) (Elfwing, Uchibe and Doya 2017; Hendrycks and Gimpel "
        "2016), a smooth relative of the ReLU. It is not monotone: its slope is negative for x "
        "below about −1.28."
    ),
    build=lambda: (by_input(),),
)
