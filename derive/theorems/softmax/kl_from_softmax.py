"""KL(s || y), the reverse divergence of softmax: dKL/dx_i = s_i (log(s_i/y_i) - KL)."""

from sympy import Symbol, log

from ...derivation import derive
from ...losses import softmax
from ...statement import Mistake, Part, Theorem
from ...symbols import Partial, delta, indices, positive, product, real, size, sum_over

n = size("n")
x, y = real("x", n), positive("y", n)
i, k = indices("i k", n)
s = softmax(x)
KL = sum_over(k, s[k] * log(s[k] / y[k]))

NAME = Symbol("KL")
DEFINITION = (KL, "definition of KL(s‖y)")
RESULT = s[i] * (log(s[i] / y[i]) - KL)


def by_logit() -> Part:
    """The gradient by a logit."""
    slope = Partial(NAME, KL, s[k], log(s[k] / y[k]) + 1)
    jacobian = Partial(s[k], s[k], x[i], s[k] * (delta(k, i) - s[i]))
    through_jacobian = derive(
        "through the Jacobian and the chain rule",
        name=NAME,
        by=x[i],
        rewriting=[DEFINITION],
        slopes=[
            (sum_over(k, slope * jacobian), "chain rule: x_i acts through every s_k"),
            (
                sum_over(k, product(log(s[k] / y[k]) + 1, s[k] * (delta(k, i) - s[i]))),
                "product rule and d log u = du/u; theorem softmax_jacobian",
            ),
            (
                s[i] * (log(s[i] / y[i]) + 1) - s[i] * sum_over(k, s[k] * (log(s[k] / y[k]) + 1)),
                "δ_ki keeps the term k = i; s_i does not depend on k",
            ),
            (
                s[i] * (log(s[i] / y[i]) + 1) - s[i] * (KL + 1),
                "Σ_k s_k = 1",
            ),
            (RESULT, "the two s_i cancel"),
        ],
    )
    return Part(
        derivations=(through_jacobian,),
        mistakes=(
            Mistake("the mean KL not taken off", s[i] * log(s[i] / y[i])),
            Mistake("1 + log, as if every s_k were free", log(s[i] / y[i]) + 1),
            Mistake("the gradient of KL(y‖s)", s[i] - y[i]),
            Mistake("without s_i in front", log(s[i] / y[i]) - KL),
        ),
        note="Each log-ratio is compared with its mean under s, and that mean is KL itself.",
    )


THEOREM = Theorem(
    name="kl_from_softmax",
    title="KL(s‖y) by the logits",
    about=(
        "The reverse divergence, with softmax in the first place, as in variational inference and "
        "in the penalty that keeps a policy near a reference. Here s stands inside and outside "
        "the logarithm, and the gradient is not s − y. Nothing has to be known of y but that it "
        "is positive: that it adds up to 1 plays no part."
    ),
    build=lambda: (by_logit(),),
)
