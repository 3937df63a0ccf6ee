"""L2 normalisation y = x/|x|: the gradient is what of g is at right angles to y, over |x|."""

from sympy import Symbol, sqrt

from ...derivation import derive
from ...losses import upstream
from ...statement import Mistake, Part, Theorem
from ...symbols import Definition, Partial, delta, indices, real, size, sum_over

m, n = size("m"), size("n")
X, G = real("X", m, n), real("G", m, n)
r, a = indices("r a", m)
i, j, k = indices("i j k", n)
rho = Definition("rho", (r,), sqrt(sum_over(j, X[r, j] ** 2)))
Y = Definition("Y", (r, k), X[r, k] / rho[r])
L = upstream(G, Y)

LOSS = Symbol("L")


def by_input() -> Part:
    """The gradient by an input."""
    slope_of_length = Partial(rho[r], rho[r], X[a, i], delta(r, a) * X[r, i] / rho[r])
    slope = delta(r, a) * delta(k, i) / rho[r] - X[r, k] / rho[r] ** 2 * slope_of_length
    along = sum_over(k, G[a, k] * Y[a, k])
    quotient = derive(
        "by an input",
        name=LOSS,
        by=X[a, i],
        rewriting=[(L, "a loss whose gradient by Y is G")],
        slopes=[
            (
                sum_over(r, sum_over(k, Partial(LOSS, L, Y[r, k], G[r, k]) * slope)),
                "chain rule through every Y_rk, and the quotient rule",
            ),
            (
                sum_over(
                    r,
                    sum_over(k, G[r, k] * delta(r, a) * (delta(k, i) - Y[r, k] * Y[r, i]) / rho[r]),
                ),
                "2ρ dρ = dρ² = 2 X dX; definition of Y",
            ),
            ((G[a, i] - Y[a, i] * along) / rho[a], "δ_ra and δ_ki keep one term each"),
        ],
    )
    return Part(
        derivations=(quotient,),
        mistakes=(
            Mistake("ρ held fixed", G[a, i] / rho[a]),
            Mistake("without the length", G[a, i] - Y[a, i] * along),
            Mistake("as in RMS normalisation", (G[a, i] - Y[a, i] * along / n) / rho[a]),
            Mistake("X for Y", (G[a, i] - X[a, i] * sum_over(k, G[a, k] * X[a, k])) / rho[a]),
        ),
        note="A row at a time: (g − y (g·y)) / |x|.",
    )


THEOREM = Theorem(
    name="l2_normalisation",
    title="L2 normalisation: (g − y (g·y)) / |x|",
    about=(
        "Every row is divided by its length, as embeddings are before they are compared by "
        "angle. The part of g along y is taken off: making x longer changes nothing, so that the "
        "gradient stands at right angles to x. A row of zeros has no direction and no gradient."
    ),
    build=lambda: (by_input(),),
)
