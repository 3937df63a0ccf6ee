"""The policy gradient of softmax: the expected reward J has dJ/dx_i = s_i (R_i - J)."""

from typing import Any

from sympy import Symbol, log

from ...derivation import derive
from ...losses import softmax
from ...statement import Mistake, Part, Theorem
from ...symbols import Partial, delta, indices, product, real, size, sum_over

n = size("n")
x, R, b = real("x", n), real("R", n), real("b")
a, i, k = indices("a i k", n)
s = softmax(x)
J = sum_over(k, s[k] * R[k])
ADVANTAGE = s[i] * (R[i] - J)


def score(action: Any) -> Partial:
    """The slope of the log-probability of an action."""
    return Partial(Symbol("l"), log(s[action]), x[i], delta(action, i) - s[i])


def expected_reward() -> Part:
    """The gradient of the expected reward."""
    jacobian = Partial(s[k], s[k], x[i], s[k] * (delta(k, i) - s[i]))
    through_jacobian = derive(
        "through the Jacobian",
        name=Symbol("J"),
        by=x[i],
        rewriting=[(J, "action k is taken with probability s_k and earns R_k")],
        slopes=[
            (sum_over(k, R[k] * jacobian), "the rewards do not depend on x"),
            (sum_over(k, R[k] * (s[k] * (delta(k, i) - s[i]))), "theorem softmax_jacobian"),
            (s[i] * R[i] - s[i] * J, "δ_ki keeps the term k = i; s_i does not depend on k"),
            (ADVANTAGE, "s_i is common to both"),
        ],
    )
    return Part(
        derivations=(through_jacobian,),
        mistakes=(
            Mistake("the mean reward not taken off", s[i] * R[i]),
            Mistake("only the diagonal of the Jacobian", s[i] * (1 - s[i]) * R[i]),
            Mistake("without s_i in front", R[i] - J),
            Mistake("the plain mean of the rewards", s[i] * (R[i] - sum_over(k, R[k]) / n)),
        ),
        note="R_i − J is the advantage of action i over what the policy earns on average.",
    )


def with_baseline() -> Part:
    """Any baseline b leaves the gradient what it was."""
    as_an_expectation = derive(
        "as an expectation of scores",
        name=Symbol("L"),
        by=x[i],
        rewriting=[(sum_over(k, s[k] * (R[k] - b)), "a baseline b is taken off every reward")],
        slopes=[
            (
                sum_over(k, product(s[k], R[k] - b, score(k))),
                "∂s_k = s_k ∂ log s_k; l is the log-probability log s_k",
            ),
            (
                sum_over(k, product(s[k], R[k] - b, delta(k, i) - s[i])),
                "theorem log_softmax_jacobian",
            ),
            (s[i] * (R[i] - b) - s[i] * (J - b), "δ_ki keeps the term k = i; Σ_k s_k = 1"),
            (ADVANTAGE, "b falls out"),
        ],
    )
    return Part(
        derivations=(as_an_expectation,),
        mistakes=(
            Mistake("the baseline for the mean reward", s[i] * (R[i] - b)),
            Mistake("the baseline taken off once more", s[i] * (R[i] - J - b)),
            Mistake("the score without s_i in front", R[i] - J),
        ),
        note="The mean over many samples does not depend on b; how much they scatter does.",
    )


def one_sample() -> Part:
    """What REINFORCE computes: the loss of one action a that was taken."""
    direct = derive(
        "for one action that was taken",
        name=Symbol("L"),
        by=x[i],
        rewriting=[(-(R[a] - b) * log(s[a]), "the loss of action a, with its reward held fixed")],
        slopes=[
            (product(-(R[a] - b), score(a)), "l is the log-probability log s_a"),
            ((R[a] - b) * (s[i] - delta(a, i)), "theorem log_softmax_jacobian"),
        ],
    )
    return Part(
        derivations=(direct,),
        mistakes=(
            Mistake(
                "the gradient of the objective, not of the loss", -(R[a] - b) * (s[i] - delta(a, i))
            ),
            Mistake("δ forgotten", (R[a] - b) * s[i]),
            Mistake("the reward of i for that of a", (R[i] - b) * (s[i] - delta(a, i))),
            Mistake("the baseline added", (R[a] + b) * (s[i] - delta(a, i))),
        ),
    )


THEOREM = Theorem(
    name="policy_gradient",
    title="The policy gradient of softmax, with a baseline",
    about=(
        "An action k is drawn with probability s_k and earns R_k. The gradient of the expected "
        "reward J raises the logits of the actions that earn more than the average. REINFORCE "
        "(Williams, 1992) writes it as an expectation of log-probability gradients, so that it can "
        "be estimated from samples, and takes a baseline b off, which changes their variance but "
        "not their mean."
    ),
    build=lambda: (expected_reward(), with_baseline(), one_sample()),
)
