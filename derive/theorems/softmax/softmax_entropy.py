"""The entropy of softmax: dH/dx_i = -s_i (log s_i + H)."""

from sympy import Symbol, exp, log

from ...derivation import derive
from ...losses import softmax
from ...statement import Mistake, Part, Theorem
from ...symbols import Partial, delta, indices, product, real, size, sum_over

n = size("n")
x = real("x", n)
i, j, k = indices("i j k", n)
s = softmax(x)
Z = sum_over(j, exp(x[j]))
H = -sum_over(k, s[k] * log(s[k]))
mean = sum_over(k, s[k] * x[k])

NAME = Symbol("H")
DEFINITION = (H, "definition of entropy")
RESULT = -s[i] * (log(s[i]) + H)


def by_logit() -> Part:
    """The gradient by a logit, in terms of the entropy itself."""
    slope = Partial(NAME, H, s[k], -log(s[k]) - 1)
    jacobian = Partial(s[k], s[k], x[i], s[k] * (delta(k, i) - s[i]))
    through_jacobian = derive(
        "through the Jacobian and the chain rule",
        name=NAME,
        by=x[i],
        rewriting=[DEFINITION],
        slopes=[
            (sum_over(k, slope * jacobian), "chain rule: x_i acts through every s_k"),
            (
                sum_over(k, product(-log(s[k]) - 1, s[k] * (delta(k, i) - s[i]))),
                "product rule and d log u = du/u; theorem softmax_jacobian",
            ),
            (
                -s[i] * (log(s[i]) + 1) + s[i] * sum_over(k, s[k] * (log(s[k]) + 1)),
                "δ_ki keeps the term k = i; s_i does not depend on k",
            ),
            (RESULT, "Σ_k s_k = 1, and definition of H"),
        ],
    )
    direct = derive(
        "through log Z",
        name=NAME,
        by=x[i],
        rewriting=[
            DEFINITION,
            (-sum_over(k, s[k] * (x[k] - log(Z))), "log s_k = x_k − log Z"),
            (log(Z) - mean, "Σ_k s_k = 1"),
        ],
        slopes=[
            (
                s[i] - s[i] - s[i] * (x[i] - mean),
                "theorems log_sum_exp and softmax_jacobian",
            ),
            (RESULT, "log s_i + H = x_i − Σ_k s_k x_k: log Z falls out"),
        ],
    )
    return Part(
        derivations=(through_jacobian, direct),
        mistakes=(
            Mistake("−log s − 1, as if every s_k were free", -log(s[i]) - 1),
            Mistake("H forgotten", -s[i] * log(s[i])),
            Mistake("the sign turned", s[i] * (log(s[i]) + H)),
            Mistake("1 for H", -s[i] * (log(s[i]) + 1)),
        ),
        note="In the logits it is −s_i (x_i − Σ_k s_k x_k): those above the mean lower H.",
    )


THEOREM = Theorem(
    name="softmax_entropy",
    title="The entropy of softmax, by the logits",
    about=(
        "The entropy says how undecided softmax is: near 0 where one class has it all, log n when "
        "all are equal. It is added to the objective of a policy to keep it exploring (Williams "
        "and Peng, 1991; Mnih and others, 2016). At equal logits the gradient is 0, for there H "
        "is largest."
    ),
    build=lambda: (by_logit(),),
)
