"""Layer normalisation: the gradients by the input, the gain gamma and the shift beta."""

from typing import Any

from sympy import Idx, Symbol, sqrt

from ...derivation import derive
from ...losses import mean_over, upstream
from ...statement import Mistake, Part, Theorem
from ...symbols import Definition, Partial, delta, indices, positive, real, size, sum_over

m, n = size("m"), size("n")
X, G = real("X", m, n), real("G", m, n)
gamma, beta, epsilon = real("gamma", n), real("beta", n), positive("epsilon")
r, a = indices("r a", m)
i, j, k = indices("i j k", n)
mu = Definition("mu", (r,), mean_over(j, X[r, j]))
sigma = Definition("sigma", (r,), sqrt(mean_over(j, (X[r, j] - mu[r]) ** 2) + epsilon))
Z = Definition("Z", (r, k), (X[r, k] - mu[r]) / sigma[r])
Y = Definition("Y", (r, k), gamma[k] * Z[r, k] + beta[k])
D = Definition("D", (r, k), G[r, k] * gamma[k])
L = upstream(G, Y)

LOSS = Symbol("L")
DEFINITION = (L, "a loss whose gradient by Y is G")


def within_row(row: Idx) -> Any:
    """σ dZ_k/dX_i within a row; between two rows it is 0."""
    return delta(k, i) - 1 / n - Z[row, k] * Z[row, i] / n


JACOBIAN = delta(r, a) / sigma[r] * within_row(r)


def normalisation() -> Part:
    """How one normalised value depends on one input."""
    spread = delta(r, a) * Z[r, i] / n
    centred = delta(r, a) * (delta(k, i) - 1 / n) / sigma[r]
    off_centre = (X[r, k] - mu[r]) / sigma[r] ** 2
    quotient = derive(
        "the normalised value by an input",
        name=Z[r, k],
        by=X[a, i],
        rewriting=[((X[r, k] - mu[r]) / sigma[r], "definition of Z")],
        slopes=[
            (
                centred - off_centre * Partial(sigma[r], sigma[r], X[a, i], spread),
                "quotient rule; each of the n inputs has a share of 1/n in the mean",
            ),
            (
                centred - off_centre * spread,
                "2σ dσ = dσ², and μ adds nothing, for Σ_j (X_rj − μ_r) = 0",
            ),
            (JACOBIAN, "definition of Z; 1/σ_r is common to all"),
        ],
    )
    return Part(
        derivations=(quotient,),
        mistakes=(
            Mistake("σ held fixed", delta(r, a) / sigma[r] * (delta(k, i) - 1 / n)),
            Mistake("μ and σ held fixed", delta(r, a) / sigma[r] * delta(k, i)),
            Mistake("the rows not kept apart", within_row(r) / sigma[r]),
        ),
    )


def by_input() -> Part:
    """The gradient by an input."""
    by_normalised = Partial(LOSS, L, Z[r, k], D[r, k])
    mean_d, mean_dz = mean_over(j, D[a, j]), mean_over(j, D[a, j] * Z[a, j])
    through_normalised = derive(
        "by an input",
        name=LOSS,
        by=X[a, i],
        rewriting=[DEFINITION],
        slopes=[
            (
                sum_over(
                    r, sum_over(k, by_normalised * Partial(Z[r, k], Z[r, k], X[a, i], JACOBIAN))
                ),
                "chain rule, through every normalised value Z_rk",
            ),
            (sum_over(r, sum_over(k, D[r, k] * JACOBIAN)), "Y = γ Z + β, and the slope of Z above"),
            (sum_over(k, D[a, k] * within_row(a)) / sigma[a], "δ_ra keeps the row r = a"),
            (
                (D[a, i] - mean_d - Z[a, i] * mean_dz) / sigma[a],
                "δ_ki keeps the term k = i; the other two sums are n times a mean",
            ),
        ],
    )
    total = sum_over(j, D[a, j]) - Z[a, i] * sum_over(j, D[a, j] * Z[a, j])
    return Part(
        derivations=(through_normalised,),
        mistakes=(
            Mistake("μ held fixed", (D[a, i] - Z[a, i] * mean_dz) / sigma[a]),
            Mistake("σ held fixed", (D[a, i] - mean_d) / sigma[a]),
            Mistake("sums in place of means", (D[a, i] - total) / sigma[a]),
            Mistake("divided by σ²", (D[a, i] - mean_d - Z[a, i] * mean_dz) / sigma[a] ** 2),
        ),
        note="A row at a time: (d − mean(d) − z mean(d z)) / σ.",
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
            (sum_over(r, G[r, i]), "β_i is added to entry i in every row"),
        ],
    )
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("γ in it", sum_over(r, D[r, i])),
            Mistake("the mean over the batch", sum_over(r, G[r, i]) / m),
            Mistake("added up over the entries as well", sum_over(r, sum_over(k, G[r, k]))),
        ),
    )


THEOREM = Theorem(
    name="layer_norm",
    title="Layer normalisation, by its input, gain and shift",
    about=(
        "Every row is brought to mean 0 and variance 1, then scaled by γ and shifted by β; ε > 0 "
        "keeps a constant row from a division by 0 (Ba, Kiros and Hinton 2016). All entries of a "
        "row share μ and σ, so that each input acts on every output of its row: that is where "
        "the two means come from. The variance is divided by n, not by n − 1."
    ),
    build=lambda: (normalisation(), by_input(), by_gain(), by_shift()),
)
