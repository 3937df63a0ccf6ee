"""InfoNCE: each query shall find its own key among all keys of the batch."""

from sympy import Symbol, exp, log

from ...derivation import derive
from ...statement import Mistake, Part, Theorem
from ...symbols import Definition, delta, indices, positive, product, real, size, sum_over

m, p = size("m"), size("p")
Q, K, tau = real("Q", m, p), real("K", m, p), positive("tau")
i, j, k, a = indices("i j k a", m)
c, d = indices("c d", p)
S = Definition("S", (i, j), sum_over(d, Q[i, d] * K[j, d]))
Z = Definition("Z", (i,), sum_over(j, exp(S[i, j] / tau)))
P = Definition("P", (i, j), exp(S[i, j] / tau) / Z[i])
L = -sum_over(i, log(P[i, i])) / m

LOSS = Symbol("L")
REWRITING = [
    (L, "definition: cross-entropy of row i, the label being i"),
    (sum_over(i, log(Z[i]) - S[i, i] / tau) / m, "log of a quotient, and log e^u = u"),
]


def by_query() -> Part:
    """A query is pulled to its own key and pushed from the others, by their probabilities."""
    result = (sum_over(j, P[a, j] * K[j, c]) - K[a, c]) / (m * tau)
    inner = delta(i, a) * (sum_over(j, P[i, j] * K[j, c]) - K[i, c])
    proof = derive(
        "by an entry of a query",
        name=LOSS,
        by=Q[a, c],
        rewriting=REWRITING,
        slopes=[
            (
                sum_over(i, inner) / (m * tau),
                "d log Z = dZ/Z, definition of P; ∂S_ij/∂Q_ac = δ_ia K_jc",
            ),
            (result, "δ_ia keeps the term i = a"),
        ],
    )
    return Part(
        derivations=(proof,),
        mistakes=(
            Mistake("without 1/m", m * result),
            Mistake("without 1/τ", tau * result),
            Mistake("only the positive pair", -K[a, c] / (m * tau)),
            Mistake("its probability left out", (sum_over(j, K[j, c]) - K[a, c]) / (m * tau)),
        ),
        note="As a matrix product: 1/(m τ) (P − I) K.",
    )


def by_key() -> Part:
    """A key is pulled to its own query and pushed from every other that takes it for its own."""
    result = (sum_over(i, P[i, a] * Q[i, c]) - Q[a, c]) / (m * tau)
    own = sum_over(i, product(delta(i, a), Q[i, c]))
    proof = derive(
        "by an entry of a key",
        name=LOSS,
        by=K[a, c],
        rewriting=REWRITING,
        slopes=[
            (
                (sum_over(i, sum_over(j, P[i, j] * delta(j, a) * Q[i, c])) - own) / (m * tau),
                "d log Z = dZ/Z, definition of P; ∂S_ij/∂K_ac = δ_ja Q_ic",
            ),
            (result, "δ_ja keeps the term j = a; every row i has the key a in its denominator"),
        ],
    )
    return Part(
        derivations=(proof,),
        mistakes=(
            Mistake("P transposed", (sum_over(i, P[a, i] * Q[i, c]) - Q[a, c]) / (m * tau)),
            Mistake("only its own row", (P[a, a] - 1) * Q[a, c] / (m * tau)),
            Mistake("without 1/m", m * result),
        ),
        note="As a matrix product: 1/(m τ) (P − I)ᵀ Q.",
    )


def by_temperature() -> Part:
    """The temperature, where it is learned."""
    expected = sum_over(j, P[i, j] * S[i, j])
    result = sum_over(i, S[i, i] - expected) / (m * tau**2)
    proof = derive(
        "by the temperature",
        name=LOSS,
        by=tau,
        rewriting=REWRITING,
        slopes=[
            (
                sum_over(i, product(-1 / tau**2, expected) + S[i, i] / tau**2) / m,
                "∂(S/τ)/∂τ = −S/τ²; d log Z = dZ/Z, definition of P",
            ),
            (result, "1/τ² is common to all"),
        ],
    )
    return Part(
        derivations=(proof,),
        mistakes=(
            Mistake("by log τ instead", tau * result),
            Mistake("the sign turned", -result),
            Mistake("the normaliser held constant", sum_over(i, S[i, i]) / (m * tau**2)),
        ),
    )


THEOREM = Theorem(
    name="info_nce",
    title="InfoNCE by queries, keys and temperature",
    about=(
        "Contrastive learning: of m keys, query i shall find key i by its dot product; the other "
        "keys of the batch are the negatives (van den Oord, Li and Vinyals, 2018; one half of "
        "CLIP's loss). It is softmax cross-entropy with the identity as labels, so the gradient by "
        "the scores is P − I. A key stands in the denominator of every row: its gradient has "
        "a sum over all queries."
    ),
    build=lambda: (by_query(), by_key(), by_temperature()),
)
