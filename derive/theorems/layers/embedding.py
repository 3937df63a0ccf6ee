"""Embedding lookup: the gradient of a row is the sum over the places that looked it up."""

from sympy import Symbol

from ...derivation import derive
from ...losses import upstream
from ...statement import Mistake, Part, Theorem
from ...symbols import Definition, Partial, delta, index, indices, labels, real, size, sum_over

m, n, p = size("m"), size("n"), size("p")
E, G, t = real("E", n, p), real("G", m, p), labels("t", m, below=n)
r = index("r", m)
v, w = indices("v w", n)
k, c = indices("k c", p)
Y = Definition("Y", (r, k), E[t[r], k])
L = upstream(G, Y)

LOSS = Symbol("L")


def by_table() -> Part:
    """The gradient by an entry of the table: word v, coordinate c."""
    slope = Partial(Y[r, k], Y[r, k], E[v, c], delta(t[r], v) * delta(k, c))
    chain_rule = derive(
        "by the table",
        name=LOSS,
        by=E[v, c],
        rewriting=[
            (L, "a loss whose gradient by Y is G"),
            (sum_over(r, sum_over(k, G[r, k] * E[t[r], k])), "definition of Y"),
        ],
        slopes=[
            (
                sum_over(r, sum_over(k, Partial(LOSS, L, Y[r, k], G[r, k]) * slope)),
                "chain rule, through every output Y_rk",
            ),
            (
                sum_over(r, sum_over(k, G[r, k] * delta(t[r], v) * delta(k, c))),
                "place r reads row t_r of the table and nothing else",
            ),
            (sum_over(r, delta(t[r], v) * G[r, c]), "δ_kc keeps the coordinate k = c"),
        ],
    )
    one_hot = derive(
        "as a product with one-hot rows",
        name=LOSS,
        by=E[v, c],
        rewriting=[
            (L, "a loss whose gradient by Y is G"),
            (
                sum_over(r, sum_over(k, G[r, k] * sum_over(w, delta(t[r], w) * E[w, k]))),
                "looking up is multiplying with the one-hot row of t_r",
            ),
        ],
        slopes=[
            (
                sum_over(r, delta(t[r], v) * G[r, c]),
                "theorem linear: the one-hot rows, transposed, times G",
            ),
        ],
    )
    found = sum_over(r, delta(t[r], v) * G[r, c])
    return Part(
        derivations=(chain_rule, one_hot),
        mistakes=(
            Mistake("every place counted", sum_over(r, G[r, c])),
            Mistake("the entry in it", sum_over(r, delta(t[r], v) * G[r, c] * E[v, c])),
            Mistake("the mean over all places", found / m),
            Mistake("the mean over its places", found / sum_over(r, delta(t[r], v))),
        ),
    )


THEOREM = Theorem(
    name="embedding",
    title="Embedding lookup: gradients added up where a word occurs",
    about=(
        "Place r of a text takes row t_r of a table, the vector of its word. Backwards, each "
        "place adds its gradient to the row that it read: a word that occurs twice gets the sum "
        "(torch.nn.functional.embedding, numpy.add.at), and one that does not occur gets 0."
    ),
    build=lambda: (by_table(),),
)
