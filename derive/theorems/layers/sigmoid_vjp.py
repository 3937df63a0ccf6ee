"""The sigmoid activation: dL/dx_i = g_i y_i (1 - y_i), from the output alone."""

from sympy import Symbol, exp

from ...derivation import derive
from ...losses import upstream
from ...statement import Mistake, Part, Theorem
from ...symbols import Definition, indices, real, sigmoid, size, sum_over

n = size("n")
x, g = real("x", n), real("g", n)
i, k = indices("i k", n)
y = Definition("y", (k,), sigmoid(x[k]))
L = upstream(g, y)


def by_input() -> Part:
    """The gradient by an input."""
    below = 1 + exp(-x[i])
    chain_rule = derive(
        "by the chain rule",
        name=Symbol("L"),
        by=x[i],
        rewriting=[
            (L, "a loss whose gradient by y is g"),
            (sum_over(k, g[k] / (1 + exp(-x[k]))), "definition of the sigmoid"),
        ],
        slopes=[
            (g[i] * exp(-x[i]) / below**2, "d(1/u) = −du/u², in the term k = i alone"),
            (g[i] * (1 / below) * (1 - 1 / below), "e^−x = (1 + e^−x) − 1"),
            (g[i] * y[i] * (1 - y[i]), "definition of the sigmoid"),
        ],
    )
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("as for tanh", g[i] * (1 - y[i] ** 2)),
            Mistake("1 − y alone", g[i] * (1 - y[i])),
            Mistake("y taken for the input once more", g[i] * sigmoid(y[i]) * (1 - sigmoid(y[i]))),
            Mistake("the sign turned", g[i] * y[i] * (y[i] - 1)),
        ),
    )


THEOREM = Theorem(
    name="sigmoid_vjp",
    title="Backward through the sigmoid: g y (1 − y)",
    about=(
        "A layer of sigmoids takes every number into (0, 1). Its slope can be had from its "
        "output alone and is never more than 1/4, so that gradients shrink by at least that "
        "factor from layer to layer."
    ),
    build=lambda: (by_input(),),
)
