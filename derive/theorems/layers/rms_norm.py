"""RMS normalisation: the gradients by the input and by the gain gamma."""

from sympy import Symbol, sqrt

from ...derivation import derive
from ...losses import mean_over, upstream
from ...statement import Mistake, Part, Theorem
from ...symbols import Definition, Partial, delta, indices, positive, real, size, sum_over

m, n = size("m"), size("n")
X, G = real("X", m, n), real("G", m, n)
gamma, epsilon = real("gamma", n), positive("epsilon")
r, a = indices("r a", m)
i, j, k = indices("i j k", n)
rho = Definition("rho", (r,), sqrt(mean_over(j, X[r, j] ** 2) + epsilon))
Z = Definition("Z", (r, k), X[r, k] / rho[r])
Y = Definition("Y", (r, k), gamma[k] * Z[r, k])
D = Definition("D", (r, k), G[r, k] * gamma[k])
L = upstream(G, Y)

LOSS = Symbol("L")
DEFINITION = (L, "a loss whose gradient by Y is G")


def by_input() -> Part:
    """The gradient by an input."""
    slope_of_rho = delta(r, a) * X[r, i] / (n * rho[r])
    slope = delta(r, a) * (delta(k, i) - Z[r, k] * Z[r, i] / n) / rho[r]
    quotient = delta(r, a) * delta(k, i) / rho[r] - X[r, k] / rho[r] ** 2 * Partial(
        rho[r], rho[r], X[a, i], slope_of_rho
    )
    mean_dz = mean_over(j, D[a, j] * Z[a, j])
    through_normalised = derive(
        "by an input",
        name=LOSS,
        by=X[a, i],
        rewriting=[DEFINITION],
        slopes=[
            (
                sum_over(r, sum_over(k, Partial(LOSS, L, Z[r, k], D[r, k]) * quotient)),
                "chain rule through every Z_rk = X_rk/ρ_r, and the quotient rule",
            ),
            (
                sum_over(r, sum_over(k, D[r, k] * slope)),
                "2ρ dρ = dρ² = (2/n) X dX; definition of Z",
            ),
            (
                (D[a, i] - Z[a, i] * mean_dz) / rho[a],
                "δ_ra and δ_ki keep one term each; what is left is a mean over the row",
            ),
        ],
    )
    return Part(
        derivations=(through_normalised,),
        mistakes=(
            Mistake("ρ held fixed", D[a, i] / rho[a]),
            Mistake("γ forgotten", (G[a, i] - Z[a, i] * mean_over(j, G[a, j] * Z[a, j])) / rho[a]),
            Mistake("without 1/n", (D[a, i] - n * Z[a, i] * mean_dz) / rho[a]),
            Mistake(
                "the mean taken off, as in layer normalisation",
                (D[a, i] - mean_over(j, D[a, j]) - Z[a, i] * mean_dz) / rho[a],
            ),
        ),
        note="A row at a time: (d − z mean(d z)) / ρ.",
    )


def by_gain() -> Part:
    """The gradient by one entry of gamma."""
    slope = Partial(Y[r, k], Y[r, k], gamma[i], delta(k, i) * Z[r, k])
    chain_rule = derive(
        "by a gain",
        name=LOSS,
        by=gamma[i],
        rewriting=[DEFINITION],
        slopes=[
            (
                sum_over(r, sum_over(k, Partial(LOSS, L, Y[r, k], G[r, k]) * slope)),
                "chain rule, through every output Y_rk",
            ),
            (sum_over(r, G[r, i] * Z[r, i]), "γ_i multiplies Z_ri in every row, and nothing else"),
        ],
    )
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("the input instead of Z", sum_over(r, G[r, i] * X[r, i])),
            Mistake("γ left in", sum_over(r, D[r, i] * Z[r, i])),
            Mistake("the mean over the batch", sum_over(r, G[r, i] * Z[r, i]) / m),
        ),
    )


THEOREM = Theorem(
    name="rms_norm",
    title="RMS normalisation, by its input and its gain",
    about=(
        "Every row is divided by its root mean square ρ, then scaled by γ; nothing is subtracted "
        "first (Zhang and Sennrich 2019). It is layer normalisation without the mean, so that of "
        "the two corrections in the gradient only one is left. ε > 0 lets a row be 0."
    ),
    build=lambda: (by_input(), by_gain()),
)
