"""Scaled dot-product attention with an additive mask: the gradients by Q, K, V and the mask."""

from sympy import Symbol, exp, sqrt

from ...derivation import derive
from ...losses import upstream
from ...statement import Mistake, Part, Theorem
from ...symbols import Definition, Partial, delta, indices, real, size, sum_over

m, n, p, q = size("m"), size("n"), size("p"), size("q")
Q, K, V = real("Q", m, p), real("K", n, p), real("V", n, q)
M, G = real("M", m, n), real("G", m, q)
r, a = indices("r a", m)
j, h, b = indices("j h b", n)
c, d = indices("c d", p)
k, e = indices("k e", q)
S = Definition("S", (r, j), sum_over(c, Q[r, c] * K[j, c]) / sqrt(p) + M[r, j])
A = Definition("A", (r, j), exp(S[r, j]) / sum_over(h, exp(S[r, h])))
Y = Definition("Y", (r, k), sum_over(j, A[r, j] * V[j, k]))
B = Definition("B", (r, j), sum_over(k, G[r, k] * V[j, k]))
D = Definition("D", (r, j), A[r, j] * (B[r, j] - sum_over(h, A[r, h] * B[r, h])))
L = upstream(G, Y)

LOSS = Symbol("L")
DEFINITION = (L, "a loss whose gradient by Y is G")
BY_SCORE = Partial(LOSS, L, S[r, j], D[r, j])


def by_value() -> Part:
    """The gradient by an entry of a value."""
    slope = Partial(Y[r, k], Y[r, k], V[b, e], A[r, b] * delta(k, e))
    chain_rule = derive(
        "by a value",
        name=LOSS,
        by=V[b, e],
        rewriting=[DEFINITION],
        slopes=[
            (
                sum_over(r, sum_over(k, Partial(LOSS, L, Y[r, k], G[r, k]) * slope)),
                "chain rule, through every output Y_rk",
            ),
            (
                sum_over(r, sum_over(k, G[r, k] * A[r, b] * delta(k, e))),
                "query r takes the share A_rb of value b",
            ),
            (sum_over(r, A[r, b] * G[r, e]), "δ_ke keeps the term k = e"),
        ],
    )
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("without the weights", sum_over(r, G[r, e])),
            Mistake("the score for the weight", sum_over(r, S[r, b] * G[r, e])),
            Mistake("the mean over the queries", sum_over(r, A[r, b] * G[r, e]) / m),
        ),
        note="As a matrix: Aᵀ G.",
    )


def by_mask() -> Part:
    """The gradient by an entry of the mask, which is the gradient by that score."""
    through_weights = delta(r, a) * A[r, j] * (delta(j, b) - A[r, b])
    slope = Partial(A[r, j], A[r, j], M[a, b], through_weights)
    rowwise = A[a, b] * (B[a, b] - sum_over(k, G[a, k] * Y[a, k]))
    chain_rule = derive(
        "by the mask",
        name=LOSS,
        by=M[a, b],
        rewriting=[DEFINITION],
        slopes=[
            (
                sum_over(r, sum_over(j, Partial(LOSS, L, A[r, j], B[r, j]) * slope)),
                "chain rule, through every weight A_rj",
            ),
            (
                sum_over(j, B[a, j] * A[a, j] * (delta(j, b) - A[a, b])),
                "theorem softmax_jacobian, in the row a alone",
            ),
            (
                A[a, b] * (B[a, b] - sum_over(j, A[a, j] * B[a, j])),
                "δ_jb keeps the term j = b",
            ),
            (D[a, b], "definition of D"),
        ],
    )
    kept_sum = derive(
        "by the mask, without a sum over the keys",
        name=LOSS,
        by=M[a, b],
        rewriting=[DEFINITION],
        slopes=[
            (rowwise, "Σ_j A_aj Σ_k G_ak V_jk = Σ_k G_ak Y_ak, which the forward pass has at hand"),
            (D[a, b], "and back: definition of D"),
        ],
    )
    return Part(
        derivations=(chain_rule, kept_sum),
        mistakes=(
            Mistake("the diagonal of the Jacobian alone", A[a, b] * (1 - A[a, b]) * B[a, b]),
            Mistake("the gradient by the weight", B[a, b]),
            Mistake("the mean over the keys not taken off", A[a, b] * B[a, b]),
        ),
        note="As matrices: D = A ∘ (B − the row sums of A ∘ B), with B = G Vᵀ.",
    )


def by_query() -> Part:
    """The gradient by an entry of a query."""
    result = sum_over(j, D[a, j] * K[j, d]) / sqrt(p)
    slope = delta(r, a) * K[j, d] / sqrt(p)
    chain_rule = derive(
        "by a query",
        name=LOSS,
        by=Q[a, d],
        rewriting=[DEFINITION],
        slopes=[
            (
                sum_over(r, sum_over(j, BY_SCORE * Partial(S[r, j], S[r, j], Q[a, d], slope))),
                "chain rule, through every score S_rj",
            ),
            (
                sum_over(r, sum_over(j, D[r, j] * slope)),
                "D is the gradient by the scores; Q_ad meets K_jd in row a",
            ),
            (result, "δ_ra keeps the row r = a"),
        ],
    )
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("without the scale 1/√p", sum_over(j, D[a, j] * K[j, d])),
            Mistake("the scale 1/p", sum_over(j, D[a, j] * K[j, d]) / p),
            Mistake("B for D: softmax passed over", sum_over(j, B[a, j] * K[j, d]) / sqrt(p)),
            Mistake("A for D", sum_over(j, A[a, j] * K[j, d]) / sqrt(p)),
        ),
        note="As a matrix: D K/√p.",
    )


def by_key() -> Part:
    """The gradient by an entry of a key."""
    slope = delta(j, b) * Q[r, d] / sqrt(p)
    chain_rule = derive(
        "by a key",
        name=LOSS,
        by=K[b, d],
        rewriting=[DEFINITION],
        slopes=[
            (
                sum_over(r, sum_over(j, BY_SCORE * Partial(S[r, j], S[r, j], K[b, d], slope))),
                "chain rule, through every score S_rj",
            ),
            (
                sum_over(r, sum_over(j, D[r, j] * slope)),
                "D is the gradient by the scores; K_bd meets Q_rd in every row",
            ),
            (sum_over(r, D[r, b] * Q[r, d]) / sqrt(p), "δ_jb keeps the key j = b"),
        ],
    )
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("without the scale 1/√p", sum_over(r, D[r, b] * Q[r, d])),
            Mistake("the scale 1/n", sum_over(r, D[r, b] * Q[r, d]) / n),
            Mistake("B for D: softmax passed over", sum_over(r, B[r, b] * Q[r, d]) / sqrt(p)),
        ),
        note="As a matrix: Dᵀ Q/√p.",
    )


THEOREM = Theorem(
    name="attention",
    title="Attention with an additive mask, by queries, keys, values and the mask",
    about=(
        "Every query takes a weighted mean of the values; the weights A are a softmax of scaled "
        "products with the keys (Vaswani and others 2017). M is added to the scores: a mask of "
        "large negative numbers, or a learned bias, whose gradient D is the gradient by the "
        "scores too. That the row sums in D need no weights, Σ_j A_aj B_aj = Σ_k G_ak Y_ak, is "
        "what FlashAttention computes them from (Dao and others 2022)."
    ),
    build=lambda: (by_value(), by_mask(), by_query(), by_key()),
)
