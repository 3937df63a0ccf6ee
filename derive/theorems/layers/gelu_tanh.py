"""The GELU activation in its tanh form, an approximation with a gradient of its own."""

from sympy import Symbol, pi, sqrt, tanh

from ...derivation import derive
from ...losses import upstream
from ...statement import Mistake, Part, Theorem
from ...symbols import Definition, Partial, delta, indices, real, size, sum_over

n = size("n")
x, g, c = real("x", n), real("g", n), real("c")
i, k = indices("i k", n)
SCALE = sqrt(2 / pi)
u = Definition("u", (k,), SCALE * (x[k] + c * x[k] ** 3))
t = Definition("t", (k,), tanh(u[k]))
y = Definition("y", (k,), x[k] * (1 + t[k]) / 2)
L = upstream(g, y)


def by_input() -> Part:
    """The gradient by an input."""
    inner = delta(k, i) * SCALE * (1 + 3 * c * x[k] ** 2)
    slope = Partial(t[k], t[k], u[k], 1 - t[k] ** 2) * Partial(u[k], u[k], x[i], inner)
    stretch = SCALE * (1 + 3 * c * x[i] ** 2)
    product_rule = derive(
        "by the product rule and the chain rule",
        name=Symbol("L"),
        by=x[i],
        rewriting=[
            (L, "a loss whose gradient by y is g"),
            (sum_over(k, g[k] * x[k] * (1 + t[k])) / 2, "definition of y"),
        ],
        slopes=[
            (
                sum_over(k, g[k] * (delta(k, i) * (1 + t[k]) + x[k] * slope)) / 2,
                "product rule; x_i acts on t_k through u_k",
            ),
            (
                g[i] * (1 + t[i] + x[i] * (1 - t[i] ** 2) * stretch) / 2,
                "tanh′ = 1 − tanh²; δ_ki keeps the term k = i",
            ),
        ],
    )
    return Part(
        derivations=(product_rule,),
        mistakes=(
            Mistake("t held fixed", g[i] * (1 + t[i]) / 2),
            Mistake("du/dx forgotten", g[i] * (1 + t[i] + x[i] * (1 - t[i] ** 2)) / 2),
            Mistake(
                "the cubic term not differentiated",
                g[i] * (1 + t[i] + x[i] * (1 - t[i] ** 2) * SCALE) / 2,
            ),
            Mistake(
                "the factor 3 forgotten",
                g[i] * (1 + t[i] + x[i] * (1 - t[i] ** 2) * SCALE * (1 + c * x[i] ** 2)) / 2,
            ),
        ),
    )


THEOREM = Theorem(
    name="gelu_tanh",
    title="GELU in its tanh form",
    about=(
        "The approximation of x Φ(x) by tanh (Hendrycks and Gimpel 2016), with c = 0.044715, a "
        "fitted number; what is proved holds for every c. GPT-2 was trained with it, and "
        "libraries offer both forms (in PyTorch approximate='tanh'). A layer has to be "
        "differentiated in the form that it computes."
    ),
    build=lambda: (by_input(),),
)
