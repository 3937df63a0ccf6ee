"""A residual block Y = X + tanh(X W + b): the gradient goes around the branch as well."""

from sympy import Symbol, tanh

from ...derivation import derive
from ...losses import upstream
from ...statement import Mistake, Part, Theorem
from ...symbols import Definition, Partial, delta, indices, real, size, sum_over

m, n = size("m"), size("n")
X, W, b, G = real("X", m, n), real("W", n, n), real("b", n), real("G", m, n)
r, a = indices("r a", m)
i, j, k, c = indices("i j k c", n)
U = Definition("U", (r, k), sum_over(j, X[r, j] * W[j, k]) + b[k])
F = Definition("F", (r, k), tanh(U[r, k]))
Y = Definition("Y", (r, k), X[r, k] + F[r, k])
D = Definition("D", (r, k), G[r, k] * (1 - F[r, k] ** 2))
L = upstream(G, Y)

LOSS = Symbol("L")
DEFINITION = (L, "a loss whose gradient by Y is G")
BRANCH = Partial(LOSS, L, U[r, k], D[r, k])


def by_input() -> Part:
    """The gradient by an input: around the branch, and through it."""
    slope = Partial(U[r, k], U[r, k], X[a, i], delta(r, a) * W[i, k])
    two_ways = derive(
        "by an input, along both ways",
        name=LOSS,
        by=X[a, i],
        rewriting=[
            DEFINITION,
            (
                sum_over(r, sum_over(k, G[r, k] * X[r, k]))
                + sum_over(r, sum_over(k, G[r, k] * F[r, k])),
                "definition of Y",
            ),
        ],
        slopes=[
            (
                G[a, i] + sum_over(r, sum_over(k, BRANCH * slope)),
                "the first sum has slope G_ai; chain rule in the second",
            ),
            (G[a, i] + sum_over(k, D[a, k] * W[i, k]), "theorem linear: D is the gradient by U"),
        ],
    )
    return Part(
        derivations=(two_ways,),
        mistakes=(
            Mistake("the way through the branch alone", sum_over(k, D[a, k] * W[i, k])),
            Mistake("the way around it alone", G[a, i]),
            Mistake("the ways multiplied", G[a, i] * (1 + sum_over(k, D[a, k] * W[i, k]))),
            Mistake("W not transposed", G[a, i] + sum_over(k, D[a, k] * W[k, i])),
        ),
        note="As a matrix: G + D Wᵀ.",
    )


def by_weight() -> Part:
    """The gradient by a weight of the branch, in which X is not seen to go around."""
    slope = Partial(U[r, k], U[r, k], W[i, c], X[r, i] * delta(k, c))
    chain_rule = derive(
        "by a weight",
        name=LOSS,
        by=W[i, c],
        rewriting=[DEFINITION],
        slopes=[
            (sum_over(r, sum_over(k, BRANCH * slope)), "chain rule, through every U_rk"),
            (sum_over(r, X[r, i] * D[r, c]), "theorem linear: D is the gradient by U"),
        ],
    )
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("G for D", sum_over(r, X[r, i] * G[r, c])),
            Mistake("the output for the input", sum_over(r, Y[r, i] * D[r, c])),
            Mistake("transposed", sum_over(r, D[r, i] * X[r, c])),
        ),
        note="As a matrix: Xᵀ D.",
    )


THEOREM = Theorem(
    name="residual",
    title="Residual connection: G goes around the branch unchanged",
    about=(
        "A residual block adds its input to what a branch makes of it (He, Zhang, Ren and Sun "
        "2016); here the branch is tanh(X W + b). The gradient by the input is G, as if there "
        "were no branch, plus what comes through the branch, so that however small the slopes "
        "of the branch are, G reaches the layers before it."
    ),
    build=lambda: (by_input(), by_weight()),
)
