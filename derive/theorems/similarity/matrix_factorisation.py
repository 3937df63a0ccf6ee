"""Matrix factorisation: R is approximated by P Q^T where it is known."""

from sympy import Symbol

from ...derivation import derive
from ...statement import Mistake, Part, Theorem
from ...symbols import Definition, delta, indices, product, real, size, sum_over

m, n, f = size("m"), size("n"), size("f")
R, M = real("R", m, n), real("M", m, n)
P, Q, penalty = real("P", m, f), real("Q", n, f), real("lambda")
u, a = indices("u a", m)
i, j = indices("i j", n)
d, k = indices("d k", f)
E = Definition("E", (u, i), sum_over(d, P[u, d] * Q[i, d]) - R[u, i])
size_of_factors = sum_over(u, sum_over(d, P[u, d] ** 2)) + sum_over(i, sum_over(d, Q[i, d] ** 2))
L = sum_over(u, sum_over(i, M[u, i] * E[u, i] ** 2)) + penalty * size_of_factors

LOSS = Symbol("L")
DEFINITION = (L, "definition: M weighs the entries, E is by how much each is missed")


def by_user() -> Part:
    """A user's factor meets every item that the user rated."""
    inner = sum_over(d, product(delta(u, a), delta(d, k), Q[i, d]))
    fit = sum_over(i, M[a, i] * E[a, i] * Q[i, k])
    square = product(2 * P[u, d], delta(u, a), delta(d, k))
    chain_rule = derive(
        "by a factor of a user",
        name=LOSS,
        by=P[a, k],
        rewriting=[DEFINITION],
        slopes=[
            (
                sum_over(u, sum_over(i, product(M[u, i], 2 * E[u, i], inner)))
                + penalty * sum_over(u, sum_over(d, square)),
                "du² = 2u du, and ∂P_ud/∂P_ak = δ_ua δ_dk",
            ),
            (2 * fit + 2 * penalty * P[a, k], "of all u and d, a and k are left"),
        ],
    )
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("unknown entries counted", 2 * sum_over(i, E[a, i] * Q[i, k])),
            Mistake("without the factor 2", fit + penalty * P[a, k]),
            Mistake("the sign of the error turned", -2 * fit + 2 * penalty * P[a, k]),
            Mistake("without the penalty", 2 * fit),
        ),
        note="As a matrix product: 2 (M ∘ E) Q + 2 λ P.",
    )


def by_item() -> Part:
    """An item's factor meets every user who rated the item."""
    inner = sum_over(d, product(P[u, d], delta(i, j), delta(d, k)))
    fit = sum_over(u, M[u, j] * E[u, j] * P[u, k])
    square = product(2 * Q[i, d], delta(i, j), delta(d, k))
    chain_rule = derive(
        "by a factor of an item",
        name=LOSS,
        by=Q[j, k],
        rewriting=[DEFINITION],
        slopes=[
            (
                sum_over(u, sum_over(i, product(M[u, i], 2 * E[u, i], inner)))
                + penalty * sum_over(i, sum_over(d, square)),
                "du² = 2u du, and ∂Q_id/∂Q_jk = δ_ij δ_dk",
            ),
            (2 * fit + 2 * penalty * Q[j, k], "of all i and d, j and k are left"),
        ],
    )
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("the penalty not differentiated", 2 * fit + penalty * Q[j, k] ** 2),
            Mistake("without the factor 2 of the penalty", 2 * fit + penalty * Q[j, k]),
            Mistake("without the fit's factor 2", fit + 2 * penalty * Q[j, k]),
        ),
        note="As a matrix product: 2 (M ∘ E)ᵀ P + 2 λ Q.",
    )


THEOREM = Theorem(
    name="matrix_factorisation",
    title="Matrix factorisation with weights and an L2 penalty, by both factors",
    about=(
        "A table R of ratings, users by items, is approximated by P Qᵀ with f factors for every "
        "user and every item; M is 1 where a rating is known and 0 elsewhere, or any weight. It "
        "recommends what the table does not hold (Koren, Bell and Volinsky, 2009). The loss is a "
        "sum over the known entries, so each user's factors learn from that user's ratings alone."
    ),
    build=lambda: (by_user(), by_item()),
)
