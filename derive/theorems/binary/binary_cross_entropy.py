"""Binary cross-entropy from logits: the gradient is (sigma(z) - y)/m."""

from sympy import Symbol, log

from ...derivation import Derivation, derive
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
z, y = real("z", m), real("y", m)
q, r = indices("q r", m)
s = Definition("s", (r,), sigmoid(z[r]))
L = -sum_over(r, y[r] * log(s[r]) + (1 - y[r]) * log(1 - s[r])) / m

LOSS = Symbol("L")
DEFINITION = (L, "definition: cross-entropy of two classes, the mean over the samples")


def direct() -> Derivation:
    """Through the form that never overflows and needs no probability."""
    return derive(
        "from the logits, through softplus",
        name=LOSS,
        by=z[q],
        rewriting=[
            DEFINITION,
            (
                sum_over(r, y[r] * softplus(-z[r]) + (1 - y[r]) * softplus(z[r])) / m,
                "log σ(z) = −softplus(−z), and 1 − σ(z) = σ(−z)",
            ),
            (sum_over(r, softplus(z[r]) - y[r] * z[r]) / m, "softplus(−z) = softplus(z) − z"),
        ],
        slopes=[
            (
                sum_over(r, product(s[r] - y[r], delta(r, q))) / m,
                "softplus′ = σ",
            ),
            ((s[q] - y[q]) / m, "δ_rq keeps the term r = q"),
        ],
    )


def through_probability() -> Derivation:
    """The slope by the probability blows up just where the sigmoid flattens; they cancel."""
    by_probability = (s[q] - y[q]) / (s[q] * (1 - s[q])) / m
    outer = -(y[q] / s[q] - (1 - y[q]) / (1 - s[q])) / m
    return derive(
        "through the probabilities and the chain rule",
        name=LOSS,
        by=z[q],
        rewriting=[DEFINITION],
        slopes=[
            (product(outer, s[q] * (1 - s[q])), "d log u = du/u, and ∂s_q/∂z_q = s_q (1 − s_q)"),
            (product(by_probability, s[q] * (1 - s[q])), "a common denominator"),
            ((s[q] - y[q]) / m, "s (1 − s) cancels"),
        ],
    )


def by_logit() -> Part:
    """Probability minus label."""
    return Part(
        derivations=(direct(), through_probability()),
        mistakes=(
            Mistake("the sigmoid differentiated once more", (s[q] - y[q]) * s[q] * (1 - s[q]) / m),
            Mistake("the sign turned", (y[q] - s[q]) / m),
            Mistake("without 1/m", s[q] - y[q]),
            Mistake("the logit for the probability", (z[q] - y[q]) / m),
            Mistake("the negatives forgotten", -y[q] * (1 - s[q]) / m),
        ),
    )


THEOREM = Theorem(
    name="binary_cross_entropy",
    title="Binary cross-entropy from logits: the gradient is (σ(z) − y)/m",
    about=(
        "The loss of a yes-or-no classifier with logits z and labels y, 0 or 1 or anything "
        "(torch's BCEWithLogitsLoss). Computed from probabilities it meets log 0; as "
        "softplus(z) − y z it does not. The gradient by the probability has s (1 − s) below, which "
        "the sigmoid's derivative cancels: use the fused formula and not its two halves."
    ),
    build=lambda: (by_logit(),),
)
