"""The tanh activation: dL/dx_i = g_i (1 - y_i^2), from the output alone."""

from sympy import Symbol, exp, tanh

from ...derivation import derive
from ...losses import upstream
from ...statement import Mistake, Part, Theorem
from ...symbols import Definition, indices, real, size, sum_over

n = size("n")
x, g = real("x", n), real("g", n)
i, k = indices("i k", n)
y = Definition("y", (k,), tanh(x[k]))
L = upstream(g, y)
up, down = exp(x[k]), exp(-x[k])


def by_input() -> Part:
    """The gradient by an input."""
    above, below = exp(x[i]) - exp(-x[i]), exp(x[i]) + exp(-x[i])
    quotient = derive(
        "by the quotient rule",
        name=Symbol("L"),
        by=x[i],
        rewriting=[
            (L, "a loss whose gradient by y is g"),
            (sum_over(k, g[k] * (up - down) / (up + down)), "definition of tanh"),
        ],
        slopes=[
            (
                g[i] * (below * below - above * above) / below**2,
                "quotient rule, in the term k = i alone: (e^x − e^−x)′ = e^x + e^−x and back",
            ),
            (g[i] * (1 - (above / below) ** 2), "split the fraction"),
            (g[i] * (1 - y[i] ** 2), "definition of tanh"),
        ],
    )
    return Part(
        derivations=(quotient,),
        mistakes=(
            Mistake("as for the sigmoid", g[i] * y[i] * (1 - y[i])),
            Mistake("y not squared", g[i] * (1 - y[i])),
            Mistake("the input for the output", g[i] * (1 - x[i] ** 2)),
            Mistake("the sign turned", g[i] * (y[i] ** 2 - 1)),
        ),
    )


THEOREM = Theorem(
    name="tanh",
    title="Tanh: g (1 − y²)",
    about=(
        "The hyperbolic tangent takes every number into (−1, 1). Its slope can be had from its "
        "output alone, so that a layer need not keep its input; far from 0 it is close to 0, "
        "which is why deep stacks of tanh learn slowly."
    ),
    build=lambda: (by_input(),),
)
