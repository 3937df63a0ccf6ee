"""The gradient of softmax cross-entropy adds up to 0 over the logits."""

from sympy import Symbol

from ...identities import identity
from ...losses import cross_entropy, softmax
from ...statement import Mistake, Part, Theorem
from ...symbols import Partial, indices, real, size, sum_over

n = size("n")
x, y = real("x", n), real("y", n)
i, k = indices("i k", n)
s = softmax(x)
total = sum_over(k, y[k])
slope = Partial(Symbol("L"), cross_entropy(y, s), x[i], total * s[i] - y[i])


def sums_to_zero() -> Part:
    """Σ_i ∂L/∂x_i = 0, for any labels."""
    summed = identity(
        "add up the entries",
        lines=[
            (sum_over(i, slope), "all entries of the gradient"),
            (sum_over(i, total * s[i] - y[i]), "theorem softmax_cross_entropy, for any labels"),
            (total * sum_over(i, s[i]) - sum_over(i, y[i]), "Σ_k y_k does not depend on i"),
            (total - sum_over(i, y[i]), "theorem softmax_sums_to_one"),
            (0, "the same sum twice"),
        ],
    )
    return Part(
        derivations=(summed,),
        mistakes=(
            Mistake("1, the sum of s alone", 1),
            Mistake("the labels forgotten", total),
            Mistake("Σ_k y_k counted for every i", n * total - total),
        ),
        note="It holds for any labels, whether or not they add up to 1.",
    )


THEOREM = Theorem(
    name="cross_entropy_gradient_sums_to_zero",
    title="The gradient of softmax cross-entropy adds up to 0",
    about=(
        "The loss does not change when a number is added to all logits, so its slope in the "
        "direction of the vector of ones is 0. It is a check that is quickly made on any "
        "implementation, and it says that gradient descent keeps the sum of the logits."
    ),
    build=lambda: (sums_to_zero(),),
)
