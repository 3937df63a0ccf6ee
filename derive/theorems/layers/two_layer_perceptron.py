"""A two-layer perceptron with softmax cross-entropy: backpropagation to all four parameters."""

from typing import Any

from sympy import Symbol, tanh

from ...derivation import Derivation, derive
from ...losses import cross_entropy, softmax
from ...statement import Mistake, Part, Theorem
from ...symbols import (
    Definition,
    Partial,
    delta,
    index,
    indices,
    product,
    real,
    simplex,
    size,
    sum_over,
)

m, n, p, q = size("m"), size("n"), size("p"), size("q")
X, T = real("X", m, p), simplex("T", m, n)
W, b, V, c = real("W", p, q), real("b", q), real("V", q, n), real("c", n)
r = index("r", m)
d, i = indices("d i", p)
h, g = indices("h g", q)
k, e = indices("k e", n)
U = Definition("U", (r, h), sum_over(d, X[r, d] * W[d, h]) + b[h])
H = Definition("H", (r, h), tanh(U[r, h]))
Z = Definition("Z", (r, k), sum_over(h, H[r, h] * V[h, k]) + c[k])
S = softmax(Z, "S")
L = cross_entropy(T, S)
D = Definition("D", (r, k), (S[r, k] - T[r, k]) / m)
C = Definition("C", (r, h), sum_over(k, D[r, k] * V[h, k]))
B = Definition("B", (r, h), C[r, h] * (1 - H[r, h] ** 2))

LOSS = Symbol("L")
DEFINITION = (L, "definition: the mean cross-entropy over the rows")
BY_LOGIT = Partial(LOSS, L, Z[r, k], D[r, k])
BY_HIDDEN = Partial(LOSS, L, H[r, h], C[r, h])
OF_TANH = Partial(H[r, h], H[r, h], U[r, h], 1 - H[r, h] ** 2)


def output_parameter(title: str, by: Any, slope: Any, result: Any, why: str) -> Derivation:
    """A gradient of the second layer: D, times the slope of the logits."""
    return derive(
        title,
        name=LOSS,
        by=by,
        rewriting=[DEFINITION],
        slopes=[
            (
                sum_over(r, sum_over(k, BY_LOGIT * Partial(Z[r, k], Z[r, k], by, slope))),
                "chain rule, through every logit Z_rk",
            ),
            (
                sum_over(r, sum_over(k, D[r, k] * slope)),
                "theorem softmax_cross_entropy: dL/dZ is (S − T)/m = D",
            ),
            (result, why),
        ],
    )


def hidden_parameter(title: str, by: Any, slope: Any, result: Any, why: str) -> Derivation:
    """A gradient of the first layer: B, times the slope of the hidden sums."""
    by_parameter = Partial(U[r, h], U[r, h], by, slope)
    return derive(
        title,
        name=LOSS,
        by=by,
        rewriting=[DEFINITION],
        slopes=[
            (
                sum_over(r, sum_over(h, product(BY_HIDDEN, OF_TANH, by_parameter))),
                "chain rule, through every hidden unit H_rh = tanh U_rh",
            ),
            (
                sum_over(r, sum_over(h, B[r, h] * slope)),
                "C is D taken back through V; times tanh′ = 1 − H² it is B",
            ),
            (result, why),
        ],
    )


def by_output_weight() -> Part:
    """The gradient by a weight of the second layer."""
    result = sum_over(r, H[r, g] * D[r, e])
    return Part(
        derivations=(
            output_parameter(
                "by a weight of the second layer",
                V[g, e],
                H[r, g] * delta(k, e),
                result,
                "δ_ke keeps the output k = e",
            ),
        ),
        mistakes=(
            Mistake("the sum over the batch for the mean", m * result),
            Mistake("the hidden sum before tanh", sum_over(r, U[r, g] * D[r, e])),
            Mistake("without the labels", sum_over(r, H[r, g] * S[r, e]) / m),
        ),
        note="As a matrix: Hᵀ D.",
    )


def by_output_bias() -> Part:
    """The gradient by a bias of the second layer."""
    result = sum_over(r, D[r, e])
    return Part(
        derivations=(
            output_parameter(
                "by a bias of the second layer",
                c[e],
                delta(k, e),
                result,
                "δ_ke keeps the output k = e",
            ),
        ),
        mistakes=(
            Mistake("the sum over the batch for the mean", m * result),
            Mistake("divided by the number of classes", result * m / n),
            Mistake("the sign turned", -result),
        ),
    )


def by_hidden_weight() -> Part:
    """The gradient by a weight of the first layer."""
    result = sum_over(r, X[r, i] * B[r, g])
    return Part(
        derivations=(
            hidden_parameter(
                "by a weight of the first layer",
                W[i, g],
                X[r, i] * delta(h, g),
                result,
                "δ_hg keeps the hidden unit h = g",
            ),
        ),
        mistakes=(
            Mistake("tanh′ forgotten", sum_over(r, X[r, i] * C[r, g])),
            Mistake(
                "tanh′ as for the sigmoid", sum_over(r, X[r, i] * C[r, g] * H[r, g] * (1 - H[r, g]))
            ),
            Mistake("tanh′ at U", sum_over(r, X[r, i] * C[r, g] * (1 - U[r, g] ** 2))),
        ),
        note="As a matrix: Xᵀ B, with B = D Vᵀ ∘ (1 − H²).",
    )


def by_hidden_bias() -> Part:
    """The gradient by a bias of the first layer."""
    return Part(
        derivations=(
            hidden_parameter(
                "by a bias of the first layer",
                b[g],
                delta(h, g),
                sum_over(r, B[r, g]),
                "δ_hg keeps the hidden unit h = g",
            ),
        ),
        mistakes=(
            Mistake("tanh′ forgotten", sum_over(r, C[r, g])),
            Mistake("the bias of the second layer", sum_over(r, sum_over(k, D[r, k]))),
            Mistake("the sum over the batch for the mean", m * sum_over(r, B[r, g])),
        ),
    )


THEOREM = Theorem(
    name="two_layer_perceptron",
    title="Two-layer perceptron with softmax cross-entropy, by all four parameters",
    about=(
        "The smallest network that is one: a hidden layer of tanh units, a linear layer on top, "
        "softmax and the mean cross-entropy (backpropagation: Rumelhart, Hinton and Williams "
        "1986). Errors run backwards: D at the logits, B at the hidden sums; each gradient of a "
        "weight is the error above it times the value below it, added up over the batch."
    ),
    build=lambda: (by_output_weight(), by_output_bias(), by_hidden_weight(), by_hidden_bias()),
)
