"""The Hessian of softmax cross-entropy is positive semi-definite: v'Hv is a variance of v."""

from ...identities import identity
from ...losses import softmax
from ...statement import Mistake, Part, Theorem
from ...symbols import Definition, delta, indices, real, size, sum_over

n = size("n")
x, y, v = real("x", n), real("y", n), real("v", n)
h, i, k = indices("h i k", n)
s = softmax(x)
total = sum_over(k, y[k])
H = Definition("H", (i, h), total * s[i] * (delta(i, h) - s[h]))
mean = sum_over(k, s[k] * v[k])
second_moment = sum_over(i, s[i] * v[i] ** 2)


def quadratic_form() -> Part:
    """vᵀ H v, for any direction v."""
    as_a_variance = identity(
        "the quadratic form is a variance",
        lines=[
            (sum_over(i, sum_over(h, v[i] * H[i, h] * v[h])), "the curvature in direction v"),
            (
                total * sum_over(i, sum_over(h, v[i] * s[i] * (delta(i, h) - s[h]) * v[h])),
                "theorem cross_entropy_hessian",
            ),
            (total * (second_moment - mean**2), "δ_ih keeps h = i; the other sum falls in two"),
            (
                total * (second_moment - 2 * mean**2 + mean**2 * sum_over(i, s[i])),
                "theorem softmax_sums_to_one",
            ),
            (
                total * sum_over(i, s[i] * (v[i] - mean) ** 2),
                "a square, multiplied out backwards: a variance under s",
            ),
        ],
    )
    return Part(
        derivations=(as_a_variance,),
        mistakes=(
            Mistake("the second moment, no mean taken off", total * second_moment),
            Mistake("Σ_k y_k forgotten", sum_over(i, s[i] * (v[i] - mean) ** 2)),
            Mistake(
                "the plain mean for the mean under s",
                total * sum_over(i, s[i] * (v[i] - sum_over(k, v[k]) / n) ** 2),
            ),
            Mistake("every entry weighted alike", total * sum_over(i, (v[i] - mean) ** 2) / n),
        ),
        note=(
            "Where Σ_k y_k ≥ 0 it is a sum of non-negative terms: the loss is convex in the "
            "logits. It is 0 for equal v_i only, the direction that softmax does not notice."
        ),
    )


THEOREM = Theorem(
    name="cross_entropy_hessian_semidefinite",
    title="The Hessian of softmax cross-entropy is positive semi-definite",
    about=(
        "A matrix H is positive semi-definite where vᵀHv ≥ 0 for every v. Here vᵀHv turns out to "
        "be Σy times the variance of the numbers v_i under the probabilities s_i, and no variance "
        "is negative; nor is Σy, which is 1 for a distribution. So softmax regression is a convex "
        "problem (Boyd and Vandenberghe, Convex Optimization, 2004, section 3.1.5, for "
        "log-sum-exp)."
    ),
    build=lambda: (quadratic_form(),),
)
