"""Backward through log-softmax: dL/dx_i = g_i - s_i sum_k g_k for the upstream gradient g."""

from sympy import Symbol, exp, log

from ...derivation import derive
from ...losses import softmax
from ...statement import Mistake, Part, Theorem
from ...symbols import Partial, delta, indices, real, size, sum_over

n = size("n")
x, g = real("x", n), real("g", n)
i, j, k = indices("i j k", n)
s = softmax(x)
Z = sum_over(j, exp(x[j]))
total = sum_over(k, g[k])

LOSS, ENTRY = Symbol("L"), Symbol("l")
UPSTREAM = (sum_over(k, g[k] * log(s[k])), "g_k is the gradient by the k-th output")


def backward() -> Part:
    """The vector-Jacobian product."""
    direct = derive(
        "the direct way, through log Σ exp",
        name=LOSS,
        by=x[i],
        rewriting=[
            UPSTREAM,
            (sum_over(k, g[k] * (x[k] - log(Z))), "log of a quotient, and log e^u = u"),
            (sum_over(k, g[k] * x[k]) - total * log(Z), "log Z does not depend on k"),
        ],
        slopes=[
            (g[i] - total * (exp(x[i]) / Z), "d log u = du/u; in each sum only one term has x_i"),
            (g[i] - s[i] * total, "definition of s"),
        ],
    )
    jacobian = Partial(ENTRY, log(s[k]), x[i], delta(k, i) - s[i])
    through_jacobian = derive(
        "through the Jacobian",
        name=LOSS,
        by=x[i],
        rewriting=[UPSTREAM],
        slopes=[
            (sum_over(k, g[k] * jacobian), "chain rule, with l for the k-th output log s_k"),
            (sum_over(k, g[k] * (delta(k, i) - s[i])), "theorem log_softmax_jacobian"),
            (g[i] - s[i] * total, "δ_ki keeps the term k = i; s_i does not depend on k"),
        ],
    )
    return Part(
        derivations=(direct, through_jacobian),
        mistakes=(
            Mistake("the sum of g forgotten", g[i] - s[i]),
            Mistake("the sum on the wrong side", g[i] - sum_over(k, s[k] * g[k])),
            Mistake("the backward of softmax itself", s[i] * (g[i] - sum_over(k, g[k] * s[k]))),
            Mistake("the sign turned", s[i] * total - g[i]),
        ),
        note="As vectors: g − s·Σg, at the cost of one sum instead of a matrix product.",
    )


THEOREM = Theorem(
    name="log_softmax_vjp",
    title="Backward through log-softmax: g − s·Σg",
    about=(
        "What a framework computes when a gradient g arrives at the output of log-softmax: "
        "the Jacobian is never built. With g = −y, and y adding up to 1, it is s − y. "
        "Note that the output log s suffices for the backward pass, for s is its exponential."
    ),
    build=lambda: (backward(),),
)
