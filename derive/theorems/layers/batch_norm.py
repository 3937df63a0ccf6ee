"""Batch normalisation while training: the gradients by the input, gamma and beta."""

from typing import Any

from sympy import Idx, Symbol, sqrt

from ...derivation import derive
from ...losses import mean_over, upstream
from ...statement import Mistake, Part, Theorem
from ...symbols import Definition, Partial, delta, indices, positive, real, size, sum_over

m, n = size("m"), size("n")
X, G = real("X", m, n), real("G", m, n)
gamma, beta, epsilon = real("gamma", n), real("beta", n), positive("epsilon")
r, a, b = indices("r a b", m)
i, k = indices("i k", n)
mu = Definition("mu", (k,), mean_over(b, X[b, k]))
sigma = Definition("sigma", (k,), sqrt(mean_over(b, (X[b, k] - mu[k]) ** 2) + epsilon))
Z = Definition("Z", (r, k), (X[r, k] - mu[k]) / sigma[k])
Y = Definition("Y", (r, k), gamma[k] * Z[r, k] + beta[k])
L = upstream(G, Y)

LOSS = Symbol("L")
DEFINITION = (L, "a loss whose gradient by Y is G")


def within_column(column: Idx) -> Any:
    """σ dZ_r/dX_a within a column; between two columns it is 0."""
    return delta(r, a) - 1 / m - Z[r, column] * Z[a, column] / m


JACOBIAN = delta(k, i) / sigma[k] * within_column(k)


def normalisation() -> Part:
    """How one normalised value depends on one input."""
    spread = delta(k, i) * Z[a, k] / m
    centred = delta(k, i) * (delta(r, a) - 1 / m) / sigma[k]
    off_centre = (X[r, k] - mu[k]) / sigma[k] ** 2
    quotient = derive(
        "the normalised value by an input",
        name=Z[r, k],
        by=X[a, i],
        rewriting=[((X[r, k] - mu[k]) / sigma[k], "definition of Z")],
        slopes=[
            (
                centred - off_centre * Partial(sigma[k], sigma[k], X[a, i], spread),
                "quotient rule; each of the m rows has a share of 1/m in the mean",
            ),
            (
                centred - off_centre * spread,
                "2σ dσ = dσ², and μ adds nothing, for Σ_b (X_bk − μ_k) = 0",
            ),
            (JACOBIAN, "definition of Z; 1/σ_k is common to all"),
        ],
    )
    return Part(
        derivations=(quotient,),
        mistakes=(
            Mistake("σ held fixed", delta(k, i) / sigma[k] * (delta(r, a) - 1 / m)),
            Mistake("one row's own input alone", delta(k, i) * delta(r, a) / sigma[k]),
            Mistake("the columns not kept apart", within_column(k) / sigma[k]),
        ),
    )


def by_input() -> Part:
    """The gradient by an input."""
    by_normalised = Partial(LOSS, L, Z[r, k], G[r, k] * gamma[k])
    slope = Partial(Z[r, k], Z[r, k], X[a, i], JACOBIAN)
    mean_g, mean_gz = mean_over(b, G[b, i]), mean_over(b, G[b, i] * Z[b, i])
    result = gamma[i] / sigma[i] * (G[a, i] - mean_g - Z[a, i] * mean_gz)
    through_normalised = derive(
        "by an input",
        name=LOSS,
        by=X[a, i],
        rewriting=[DEFINITION],
        slopes=[
            (
                sum_over(r, sum_over(k, by_normalised * slope)),
                "chain rule, through every normalised value Z_rk",
            ),
            (
                sum_over(r, sum_over(k, G[r, k] * gamma[k] * JACOBIAN)),
                "Y = γ Z + β, and the slope of Z above",
            ),
            (
                gamma[i] / sigma[i] * sum_over(r, G[r, i] * within_column(i)),
                "δ_ki keeps the column k = i",
            ),
            (result, "δ_ra keeps the row r = a; the other two sums are m times a mean"),
        ],
    )
    eval_mode = gamma[i] / sigma[i] * G[a, i]
    return Part(
        derivations=(through_normalised,),
        mistakes=(
            Mistake("μ and σ held fixed, as in evaluation", eval_mode),
            Mistake("σ held fixed", gamma[i] / sigma[i] * (G[a, i] - mean_g)),
            Mistake("γ forgotten", result / gamma[i]),
            Mistake(
                "n for m", gamma[i] / sigma[i] * (G[a, i] - (mean_g + Z[a, i] * mean_gz) * m / n)
            ),
        ),
        note="Each column by itself: γ/σ · (g − mean(g) − z mean(g z)).",
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
            (sum_over(r, G[r, i] * Z[r, i]), "γ_i multiplies column i of Z, and nothing else"),
        ],
    )
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("the input instead of Z", sum_over(r, G[r, i] * X[r, i])),
            Mistake("not centred", sum_over(r, G[r, i] * X[r, i] / sigma[i])),
            Mistake("the mean over the batch", sum_over(r, G[r, i] * Z[r, i]) / m),
        ),
    )


def by_shift() -> Part:
    """The gradient by one entry of beta."""
    slope = Partial(Y[r, k], Y[r, k], beta[i], delta(k, i))
    chain_rule = derive(
        "by a shift",
        name=LOSS,
        by=beta[i],
        rewriting=[DEFINITION],
        slopes=[
            (
                sum_over(r, sum_over(k, Partial(LOSS, L, Y[r, k], G[r, k]) * slope)),
                "chain rule, through every output Y_rk",
            ),
            (sum_over(r, G[r, i]), "β_i is added to every entry of column i"),
        ],
    )
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("γ in it", gamma[i] * sum_over(r, G[r, i])),
            Mistake("the mean over the batch", sum_over(r, G[r, i]) / m),
            Mistake("added up over the columns as well", sum_over(r, sum_over(k, G[r, k]))),
        ),
    )


THEOREM = Theorem(
    name="batch_norm",
    title="Batch normalisation while training, by its input, gain and shift",
    about=(
        "Every feature is brought to mean 0 and variance 1 over the batch, then scaled by γ and "
        "shifted by β (Ioffe and Szegedy 2015). While training, μ and σ are made from the batch, "
        "so that every row acts on every other. In evaluation they are fixed numbers and the two "
        "means in the gradient are gone. The variance is divided by m, not by m − 1."
    ),
    build=lambda: (normalisation(), by_input(), by_gain(), by_shift()),
)
