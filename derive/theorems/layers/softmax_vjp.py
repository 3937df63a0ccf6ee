"""Backward through softmax: dL/dX_ai = S_ai (G_ai - sum_k G_ak S_ak), row by row."""

from sympy import Symbol, exp

from ...derivation import Derivation, derive
from ...losses import softmax, upstream
from ...statement import Mistake, Part, Theorem
from ...symbols import Partial, delta, indices, real, size, sum_over

m, n = size("m"), size("n")
X, G = real("X", m, n), real("G", m, n)
r, a = indices("r a", m)
i, j, k = indices("i j k", n)
S = softmax(X, "S")
L = upstream(G, S)

LOSS = Symbol("L")
DEFINITION = (L, "a loss whose gradient by S is G")
RESULT = S[a, i] * (G[a, i] - sum_over(k, G[a, k] * S[a, k]))


def through_jacobian() -> Derivation:
    """The row of G times the Jacobian of softmax."""
    jacobian = delta(r, a) * S[r, k] * (delta(k, i) - S[r, i])
    slope = Partial(S[r, k], S[r, k], X[a, i], jacobian)
    return derive(
        "through the Jacobian",
        name=LOSS,
        by=X[a, i],
        rewriting=[DEFINITION],
        slopes=[
            (
                sum_over(r, sum_over(k, Partial(LOSS, L, S[r, k], G[r, k]) * slope)),
                "chain rule, through every output S_rk",
            ),
            (
                sum_over(r, sum_over(k, G[r, k] * jacobian)),
                "theorem softmax_jacobian; row r of S sees row r of X alone",
            ),
            (
                sum_over(k, G[a, k] * S[a, k] * (delta(k, i) - S[a, i])),
                "δ_ra keeps the row r = a",
            ),
            (RESULT, "δ_ki keeps the term k = i; S_ai is common to both"),
        ],
    )


def by_quotient_rule() -> Derivation:
    """Each row of the loss as one fraction, so that no Jacobian is needed."""
    above = sum_over(k, G[a, k] * exp(X[a, k]))
    below = sum_over(j, exp(X[a, j]))
    fraction = sum_over(k, G[r, k] * exp(X[r, k])) / sum_over(j, exp(X[r, j]))
    return derive(
        "by the quotient rule",
        name=LOSS,
        by=X[a, i],
        rewriting=[
            DEFINITION,
            (sum_over(r, fraction), "definition of S; its denominator does not depend on k"),
        ],
        slopes=[
            (
                (G[a, i] * exp(X[a, i]) * below - above * exp(X[a, i])) / below**2,
                "quotient rule, in the row a alone",
            ),
            (
                exp(X[a, i]) / below * (G[a, i] - above / below),
                "one denominator cancels; e^X_ai is common to both",
            ),
            (RESULT, "definition of S"),
        ],
    )


def by_input() -> Part:
    """The gradient by a logit."""
    return Part(
        derivations=(through_jacobian(), by_quotient_rule()),
        mistakes=(
            Mistake("the diagonal of the Jacobian alone", G[a, i] * S[a, i] * (1 - S[a, i])),
            Mistake("the sum of G without S", S[a, i] * (G[a, i] - sum_over(k, G[a, k]))),
            Mistake("as for log-softmax", G[a, i] - S[a, i] * sum_over(k, G[a, k])),
            Mistake("S_ai missing in front", G[a, i] - sum_over(k, G[a, k] * S[a, k])),
        ),
        note="A row at a time: s (g − g·s). It takes n multiplications more, not a matrix.",
    )


THEOREM = Theorem(
    name="softmax_vjp",
    title="Backward through softmax: s (g − g·s)",
    about=(
        "What a softmax layer hands back when G is the gradient of the loss by its output: the "
        "row of G times the Jacobian diag(s) − s sᵀ, written so that no matrix is built. The sum "
        "is the mean of g weighted by s, so that the gradient of a row adds up to 0: a constant "
        "added to a row of logits changes nothing."
    ),
    build=lambda: (by_input(),),
)
