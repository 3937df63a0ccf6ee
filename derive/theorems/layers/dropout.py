"""Dropout with a given mask: the gradient goes through the same mask and the same scale."""

from sympy import Symbol

from ...derivation import derive
from ...losses import upstream
from ...statement import Mistake, Part, Theorem
from ...symbols import Definition, Partial, delta, indices, positive, real, size, sum_over

m, n = size("m"), size("n")
X, G, B, p = real("X", m, n), real("G", m, n), real("B", m, n), positive("p")
r, a = indices("r a", m)
i, k = indices("i k", n)
Y = Definition("Y", (r, k), B[r, k] * X[r, k] / p)
L = upstream(G, Y)

LOSS = Symbol("L")


def by_input() -> Part:
    """The gradient by an input."""
    by_output = Partial(LOSS, L, Y[r, k], G[r, k])
    slope = delta(r, a) * delta(k, i) * B[r, k] / p
    chain_rule = derive(
        "by an input",
        name=LOSS,
        by=X[a, i],
        rewriting=[(L, "a loss whose gradient by Y is G")],
        slopes=[
            (
                sum_over(r, sum_over(k, by_output * Partial(Y[r, k], Y[r, k], X[a, i], slope))),
                "chain rule, through every output Y_rk",
            ),
            (
                sum_over(r, sum_over(k, G[r, k] * slope)),
                "each output sees its own input alone, times B_rk/p",
            ),
            (G[a, i] * B[a, i] / p, "δ_ra and δ_ki keep one term"),
        ],
    )
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("without the scale 1/p", G[a, i] * B[a, i]),
            Mistake("without the mask", G[a, i] / p),
            Mistake("the scale of the entries dropped", G[a, i] * B[a, i] / (1 - p)),
            Mistake("the input in it", G[a, i] * B[a, i] * X[a, i] / p),
        ),
        note="Entry by entry: G B / p, with the mask B of the forward pass.",
    )


THEOREM = Theorem(
    name="dropout",
    title="Dropout with a given mask",
    about=(
        "While training, dropout keeps each entry with probability p and sets the others to 0 "
        "(Srivastava and others 2014); what is kept is divided by p, so that the mean stays what "
        "it was. The mask B, 1 where an entry is kept and 0 elsewhere, is drawn once and "
        "has to be the same on the way back. What is proved holds for any numbers B."
    ),
    build=lambda: (by_input(),),
)
