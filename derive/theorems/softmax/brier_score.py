"""The Brier score through softmax: dL/dx_i = 2 s_i (e_i - sum_k s_k e_k) with e = s - y."""

from sympy import Symbol

from ...derivation import derive
from ...losses import softmax
from ...statement import Mistake, Part, Theorem
from ...symbols import Definition, Partial, delta, indices, real, size, sum_over

n = size("n")
x, y = real("x", n), real("y", n)
i, k = indices("i k", n)
s = softmax(x)
e = Definition("e", (k,), s[k] - y[k])
L = sum_over(k, (s[k] - y[k]) ** 2)

LOSS = Symbol("L")


def by_logit() -> Part:
    """The gradient by a logit."""
    slope = Partial(LOSS, L, s[k], 2 * (s[k] - y[k]))
    jacobian = Partial(s[k], s[k], x[i], s[k] * (delta(k, i) - s[i]))
    through_jacobian = derive(
        "through the Jacobian and the chain rule",
        name=LOSS,
        by=x[i],
        rewriting=[(L, "definition of the Brier score")],
        slopes=[
            (sum_over(k, slope * jacobian), "chain rule: x_i acts on L through every s_k"),
            (
                sum_over(k, 2 * e[k] * (s[k] * (delta(k, i) - s[i]))),
                "du² = 2u du, with e = s − y; theorem softmax_jacobian",
            ),
            (
                2 * s[i] * e[i] - 2 * s[i] * sum_over(k, s[k] * e[k]),
                "δ_ki keeps the term k = i; s_i does not depend on k",
            ),
            (2 * s[i] * (e[i] - sum_over(k, s[k] * e[k])), "2 s_i is common to both"),
        ],
    )
    centred = e[i] - sum_over(k, s[k] * e[k])
    return Part(
        derivations=(through_jacobian,),
        mistakes=(
            Mistake("without the factor 2", s[i] * centred),
            Mistake("only the diagonal of the Jacobian", 2 * s[i] * (1 - s[i]) * e[i]),
            Mistake("the Jacobian forgotten", 2 * e[i]),
            Mistake("the gradient of cross-entropy", e[i]),
            Mistake("the plain sum for the mean under s", 2 * s[i] * (e[i] - sum_over(k, e[k]))),
        ),
        note="Where s_i is nearly 0 so is the gradient, however wrong s is: it saturates.",
    )


THEOREM = Theorem(
    name="brier_score",
    title="The Brier score through softmax",
    about=(
        "The squared distance between probabilities and labels, summed over the classes "
        "(Brier, 1950). As a loss behind softmax it is bounded and forgiving to outliers, but "
        "its gradient vanishes where softmax is certain, even if it is certain of the wrong class. "
        "That is what cross-entropy avoids. The labels may be any numbers."
    ),
    build=lambda: (by_logit(),),
)
