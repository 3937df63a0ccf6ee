"""The leaky ReLU activation: the gradient passes whole on the right, by a share on the left."""

from sympy import Symbol

from ...derivation import derive
from ...losses import upstream
from ...statement import Mistake, Part, Theorem
from ...symbols import Definition, indices, real, size, where

n = size("n")
x, g, alpha = real("x", n), real("g", n), real("alpha")
i, k = indices("i k", n)
y = Definition("y", (k,), where(x[k] > 0, x[k]) + alpha * where(x[k] < 0, x[k]))
L = upstream(g, y)


def by_input() -> Part:
    """The gradient by an input."""
    piecewise = derive(
        "by an input, piece by piece",
        name=Symbol("L"),
        by=x[i],
        rewriting=[(L, "a loss whose gradient by y is g")],
        slopes=[
            (
                g[i] * (where(x[i] > 0, 1) + alpha * where(x[i] < 0, 1)),
                "slope 1 right of the kink and α left of it",
            ),
        ],
    )
    return Part(
        derivations=(piecewise,),
        mistakes=(
            Mistake("as for ReLU", g[i] * where(x[i] > 0, 1)),
            Mistake("α on the right", g[i] * (alpha * where(x[i] > 0, 1) + where(x[i] < 0, 1))),
            Mistake("α on both sides", g[i] * (where(x[i] > 0, 1) + alpha)),
            Mistake("the output for the slope", g[i] * y[i]),
        ),
    )


THEOREM = Theorem(
    name="leaky_relu",
    title="Leaky ReLU: g, or α g where x < 0",
    about=(
        "A ReLU that lets a share α through on the left, so that no unit is ever without a "
        "gradient (Maas, Hannun and Ng 2013); often α = 0.01. At 0 it has a kink unless α = 1."
    ),
    build=lambda: (by_input(),),
)
