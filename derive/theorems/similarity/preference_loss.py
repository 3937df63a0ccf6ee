"""The Bradley-Terry preference loss, and DPO, by the scores of the better and the worse answer."""

from sympy import Symbol, log

from ...derivation import derive
from ...statement import Mistake, Part, Theorem
from ...symbols import (
    Definition,
    delta,
    indices,
    product,
    real,
    sigmoid,
    size,
    softplus,
    sum_over,
)

m = size("m")
a, b, f, g = (real(name, m) for name in "abfg")
beta = real("beta")
q, r = indices("q r", m)
u = Definition("u", (r,), beta * (a[r] - f[r]))
v = Definition("v", (r,), beta * (b[r] - g[r]))
L = -sum_over(r, log(sigmoid(u[r] - v[r]))) / m

LOSS = Symbol("L")
REWRITING = [
    (L, "definition: σ(u_r − v_r) is how likely the better answer is preferred"),
    (sum_over(r, softplus(v[r] - u[r])) / m, "−log σ(x) = softplus(−x)"),
]
wrong = sigmoid(v[q] - u[q])


def by_better() -> Part:
    """Raised, by as much as the ranking is wrong."""
    result = -beta * wrong / m
    proof = derive(
        "by the score of the better answer",
        name=LOSS,
        by=a[q],
        rewriting=REWRITING,
        slopes=[
            (
                sum_over(r, product(sigmoid(v[r] - u[r]), -beta, delta(r, q))) / m,
                "softplus′ = σ, and ∂u_r/∂a_q = β δ_rq",
            ),
            (result, "δ_rq keeps the term r = q"),
        ],
    )
    return Part(
        derivations=(proof,),
        mistakes=(
            Mistake("the probability that it is right", -beta * sigmoid(u[q] - v[q]) / m),
            Mistake("without β", -wrong / m),
            Mistake("the sign turned", -result),
            Mistake("without the reference", -beta * sigmoid(beta * (b[q] - a[q])) / m),
        ),
    )


def by_worse() -> Part:
    """Lowered by the same amount."""
    result = beta * wrong / m
    proof = derive(
        "by the score of the worse answer",
        name=LOSS,
        by=b[q],
        rewriting=REWRITING,
        slopes=[
            (
                sum_over(r, product(sigmoid(v[r] - u[r]), beta, delta(r, q))) / m,
                "softplus′ = σ, and ∂v_r/∂b_q = β δ_rq",
            ),
            (result, "δ_rq keeps the term r = q"),
        ],
    )
    return Part(
        derivations=(proof,),
        mistakes=(
            Mistake("the probability that it is right", beta * sigmoid(u[q] - v[q]) / m),
            Mistake("the same sign as the better one", -result),
            Mistake("without 1/m", m * result),
        ),
    )


THEOREM = Theorem(
    name="preference_loss",
    title="Bradley–Terry and DPO: the preference loss by both scores",
    about=(
        "Of two answers one was preferred; u rates the better, v the worse. Bradley and Terry "
        "(1952) say it is preferred with probability σ(u − v): the loss of a reward model, with "
        "β = 1 and f = g = 0. In DPO (Rafailov and others, 2023) a and b are log-probabilities of "
        "the answers under the policy, f and g those under the reference. The two gradients are "
        "opposite, and large where the ranking is wrong: σ(v − u)."
    ),
    build=lambda: (by_better(), by_worse()),
)
