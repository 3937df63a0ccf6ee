"""The softplus activation: its slope is the sigmoid."""

from sympy import Symbol, exp, log

from ...derivation import derive
from ...losses import upstream
from ...statement import Mistake, Part, Theorem
from ...symbols import Definition, indices, real, sigmoid, size, softplus, sum_over

n = size("n")
x, g = real("x", n), real("g", n)
i, k = indices("i k", n)
y = Definition("y", (k,), softplus(x[k]))
L = upstream(g, y)


def by_input() -> Part:
    """The gradient by an input."""
    chain_rule = derive(
        "by the chain rule",
        name=Symbol("L"),
        by=x[i],
        rewriting=[
            (L, "a loss whose gradient by y is g"),
            (sum_over(k, g[k] * log(1 + exp(x[k]))), "definition of softplus"),
        ],
        slopes=[
            (g[i] * exp(x[i]) / (1 + exp(x[i])), "d log u = du/u, in the term k = i alone"),
            (g[i] / (1 + exp(-x[i])), "above and below divided by e^x_i"),
            (g[i] * sigmoid(x[i]), "definition of the sigmoid"),
        ],
    )
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("the slope left out", g[i]),
            Mistake("the sigmoid of −x", g[i] * sigmoid(-x[i])),
            Mistake("1/u without du", g[i] / (1 + exp(x[i]))),
            Mistake("the output for the slope", g[i] * y[i]),
        ),
    )


THEOREM = Theorem(
    name="softplus",
    title="Softplus: g σ(x)",
    about=(
        "Softplus, log(1 + e^x), is a ReLU without its corner, and a way to make any number "
        "positive, a variance for example. Its slope is the sigmoid. As it is written e^x "
        "overflows for large x; max(x, 0) + log(1 + e^−|x|) is the same number and does not."
    ),
    build=lambda: (by_input(),),
)
