"""The linear layer Y = X W + b: dL/dX = G W^T, dL/dW = X^T G, dL/db = the sum of G's rows."""

from sympy import Symbol

from ...derivation import derive
from ...losses import upstream
from ...statement import Mistake, Part, Theorem
from ...symbols import Definition, Partial, delta, indices, real, size, sum_over

m, p, q = size("m"), size("p"), size("q")
X, W, b, G = real("X", m, p), real("W", p, q), real("b", q), real("G", m, q)
r, a = indices("r a", m)
d, c = indices("d c", p)
k, e = indices("k e", q)
Y = Definition("Y", (r, k), sum_over(d, X[r, d] * W[d, k]) + b[k])
L = upstream(G, Y)

LOSS = Symbol("L")
DEFINITION = (L, "a loss whose gradient by Y is G")
UPSTREAM = Partial(LOSS, L, Y[r, k], G[r, k])
CHAIN_RULE = "chain rule, through every output Y_rk"


def by_input() -> Part:
    """The gradient by an input: what the layer hands back to the layer before it."""
    slope = Partial(Y[r, k], Y[r, k], X[a, c], delta(r, a) * W[c, k])
    chain_rule = derive(
        "by an input",
        name=LOSS,
        by=X[a, c],
        rewriting=[DEFINITION],
        slopes=[
            (sum_over(r, sum_over(k, UPSTREAM * slope)), CHAIN_RULE),
            (
                sum_over(r, sum_over(k, G[r, k] * delta(r, a) * W[c, k])),
                "row r of Y sees row r of X alone, and X_ac meets W_ck there",
            ),
            (sum_over(k, G[a, k] * W[c, k]), "δ_ra keeps the row r = a"),
        ],
    )
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("added up over the rows", sum_over(r, sum_over(k, G[r, k] * W[c, k]))),
            Mistake("the sum over the outputs torn apart", sum_over(k, G[a, k]) * W[c, 0]),
            Mistake("the mean over the batch", sum_over(k, G[a, k] * W[c, k]) / m),
        ),
        note="As a matrix: G Wᵀ.",
    )


def by_weight() -> Part:
    """The gradient by a weight, which every row of the batch shares."""
    slope = Partial(Y[r, k], Y[r, k], W[c, e], X[r, c] * delta(k, e))
    chain_rule = derive(
        "by a weight",
        name=LOSS,
        by=W[c, e],
        rewriting=[DEFINITION],
        slopes=[
            (sum_over(r, sum_over(k, UPSTREAM * slope)), CHAIN_RULE),
            (
                sum_over(r, sum_over(k, G[r, k] * X[r, c] * delta(k, e))),
                "W_ce serves output e alone, in every row, where it meets X_rc",
            ),
            (sum_over(r, X[r, c] * G[r, e]), "δ_ke keeps the output k = e"),
        ],
    )
    apart = sum_over(r, X[r, c]) * sum_over(r, G[r, e])
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("a product of sums, not a sum of products", apart),
            Mistake("the mean over the batch", sum_over(r, X[r, c] * G[r, e]) / m),
            Mistake("without the input", sum_over(r, G[r, e])),
        ),
        note="As a matrix: Xᵀ G.",
    )


def by_bias() -> Part:
    """The gradient by a bias, which is added in every row."""
    slope = Partial(Y[r, k], Y[r, k], b[e], delta(k, e))
    chain_rule = derive(
        "by a bias",
        name=LOSS,
        by=b[e],
        rewriting=[DEFINITION],
        slopes=[
            (sum_over(r, sum_over(k, UPSTREAM * slope)), CHAIN_RULE),
            (sum_over(r, G[r, e]), "b_e is added to output e in every row"),
        ],
    )
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("the mean over the batch", sum_over(r, G[r, e]) / m),
            Mistake("the first row alone", G[0, e]),
            Mistake("added up over the outputs as well", sum_over(r, sum_over(k, G[r, k]))),
        ),
        note="As a row: the sum of the rows of G.",
    )


THEOREM = Theorem(
    name="linear",
    title="Linear layer: G Wᵀ, Xᵀ G and the sum of G's rows",
    about=(
        "A fully connected layer Y = X W + b, for a batch of m rows. G is the gradient of the "
        "loss by the output Y. Every row uses the same W and b, so that their gradients are sums "
        "over the batch; a mean comes only from a loss that is one, and is then inside G already. "
        "Some libraries keep the transpose of W (torch.nn.Linear does)."
    ),
    build=lambda: (by_input(), by_weight(), by_bias()),
)
