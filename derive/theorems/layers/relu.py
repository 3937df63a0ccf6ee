"""The ReLU activation: the gradient passes where the input is positive."""

from sympy import Max, Symbol

from ...derivation import derive
from ...losses import upstream
from ...statement import Mistake, Part, Theorem
from ...symbols import Definition, indices, real, size, sum_over, where

n = size("n")
x, g = real("x", n), real("g", n)
i, k = indices("i k", n)
y = Definition("y", (k,), Max(0, x[k]))
L = upstream(g, y)


def by_input() -> Part:
    """The gradient by an input."""
    piecewise = derive(
        "piece by piece",
        name=Symbol("L"),
        by=x[i],
        rewriting=[
            (L, "a loss whose gradient by y is g"),
            (sum_over(k, g[k] * where(x[k] > 0, x[k])), "definition of the maximum"),
        ],
        slopes=[
            (g[i] * where(x[i] > 0, 1), "slope 1 right of the kink and 0 left of it"),
        ],
    )
    return Part(
        derivations=(piecewise,),
        mistakes=(
            Mistake("passed everywhere", g[i]),
            Mistake("the other side", g[i] * where(x[i] < 0, 1)),
            Mistake("where the gradient is positive", where(g[i] > 0, g[i])),
            Mistake("the output for the slope", g[i] * y[i]),
        ),
    )


THEOREM = Theorem(
    name="relu",
    title="ReLU: g where x > 0",
    about=(
        "The rectified linear unit max(0, x). At 0 it has a kink and no derivative; libraries "
        "return 0 there by convention. A unit whose input is negative for every sample gets no "
        "gradient at all and stays as it is."
    ),
    build=lambda: (by_input(),),
)
