"""Causal attention: every position attends to itself and to those before it."""

from sympy import Symbol, exp, sqrt

from ...derivation import derive
from ...losses import upstream
from ...statement import Mistake, Part, Theorem
from ...symbols import Definition, Partial, delta, indices, real, size, sum_over, where

n, p, q = size("n"), size("p"), size("q")
Q, K, V, G = real("Q", n, p), real("K", n, p), real("V", n, q), real("G", n, q)
r, a, j, h, b = indices("r a j h b", n)
c, d = indices("c d", p)
k, e = indices("k e", q)
S = Definition("S", (r, j), sum_over(c, Q[r, c] * K[j, c]) / sqrt(p))
A = Definition("A", (r, j), where(j <= r, exp(S[r, j])) / sum_over(h, where(h <= r, exp(S[r, h]))))
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
            (sum_over(r, A[r, b] * G[r, e]), "position r takes the share A_rb of value b"),
        ],
    )
    before = sum_over(r, where(r <= b, A[b, r] * G[r, e]))
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("A not transposed", before),
            Mistake("own position alone", A[b, b] * G[b, e]),
            Mistake("the weights left out", sum_over(r, where(b <= r, G[r, e]))),
        ),
        note="As a matrix: Aᵀ G; only positions r ≥ b have a share.",
    )


def by_query() -> Part:
    """The gradient by an entry of a query."""
    result = sum_over(j, D[a, j] * K[j, d]) / sqrt(p)
    through_softmax = sum_over(h, B[a, h] * A[a, h] * (delta(h, j) - A[a, j]))
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
                sum_over(j, through_softmax * K[j, d]) / sqrt(p),
                "B is the gradient by A; the Jacobian of softmax, with these weights",
            ),
            (result, "definition of D; δ_hj keeps the term h = j"),
        ],
    )
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("without the scale 1/√p", sqrt(p) * result),
            Mistake(
                "B for D: softmax passed over",
                sum_over(j, where(j <= a, B[a, j] * K[j, d])) / sqrt(p),
            ),
            Mistake(
                "later positions instead", sum_over(j, where(a <= j, D[j, a] * K[j, d])) / sqrt(p)
            ),
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
                "D is the gradient by the scores, 0 where j > r",
            ),
            (sum_over(r, D[r, b] * Q[r, d]) / sqrt(p), "δ_jb keeps the key j = b"),
        ],
    )
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("without the scale 1/√p", sum_over(r, D[r, b] * Q[r, d])),
            Mistake("D not transposed", sum_over(r, D[b, r] * Q[r, d]) / sqrt(p)),
            Mistake(
                "B for D: softmax passed over",
                sum_over(r, where(b <= r, B[r, b] * Q[r, d])) / sqrt(p),
            ),
        ),
        note="As a matrix: Dᵀ Q/√p.",
    )


THEOREM = Theorem(
    name="causal_attention",
    title="Causal attention, by queries, keys and values",
    about=(
        "Self-attention in a language model: position r attends to the positions j ≤ r only, so "
        "that no word sees the words after it. The mask is a condition on the indices here: the "
        "weights of later positions are 0 themselves, and no large negative number stands for "
        "minus infinity. The formulas are those of theorem attention, with these weights; a row "
        "always has its own position in it, so that no denominator is 0."
    ),
    build=lambda: (by_value(), by_query(), by_key()),
)
