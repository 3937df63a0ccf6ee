"""KL(y || s), the forward divergence of softmax: dKL/dx_i = s_i - y_i."""

from sympy import Eq, Symbol, exp, log

from ...derivation import derive
from ...losses import softmax
from ...statement import Mistake, Part, Theorem
from ...symbols import Partial, delta, indices, positive, product, real, size, sum_over

n = size("n")
x, y = real("x", n), positive("y", n)
i, j, k = indices("i j k", n)
s = softmax(x)
Z = sum_over(j, exp(x[j]))
total = sum_over(k, y[k])
KL = sum_over(k, y[k] * log(y[k] / s[k]))

NAME = Symbol("KL")
DEFINITION = (KL, "definition of KL(y‖s)")
GIVEN = (s[i] - y[i], "given Σ_k y_k = 1")


def by_logit() -> Part:
    """The gradient by a logit."""
    direct = derive(
        "only the cross-entropy in it depends on x",
        name=NAME,
        by=x[i],
        given=[Eq(total, 1)],
        rewriting=[
            DEFINITION,
            (
                sum_over(k, y[k] * log(y[k])) - sum_over(k, y[k] * log(s[k])),
                "log of a quotient: cross-entropy less the entropy of y",
            ),
            (
                sum_over(k, y[k] * log(y[k])) - sum_over(k, y[k] * x[k]) + total * log(Z),
                "log s_k = x_k − log Z",
            ),
        ],
        slopes=[
            (total * (exp(x[i]) / Z) - y[i], "the entropy of y does not depend on x"),
            (total * s[i] - y[i], "definition of s"),
            GIVEN,
        ],
    )
    slope = Partial(NAME, KL, s[k], -y[k] / s[k])
    jacobian = Partial(s[k], s[k], x[i], s[k] * (delta(k, i) - s[i]))
    through_jacobian = derive(
        "through the Jacobian and the chain rule",
        name=NAME,
        by=x[i],
        given=[Eq(total, 1)],
        rewriting=[DEFINITION],
        slopes=[
            (sum_over(k, slope * jacobian), "chain rule: x_i acts through every s_k"),
            (
                sum_over(k, product(-y[k] / s[k], s[k] * (delta(k, i) - s[i]))),
                "theorem softmax_jacobian; ∂KL/∂s_k = −y_k/s_k, as of cross-entropy",
            ),
            (total * s[i] - y[i], "s_k cancels; δ_ki keeps the term k = i"),
            GIVEN,
        ],
    )
    return Part(
        derivations=(direct, through_jacobian),
        general=total * s[i] - y[i],
        mistakes=(
            Mistake("the sign turned", y[i] - s[i]),
            Mistake("the derivative by s instead of x", -y[i] / s[i]),
            Mistake("the logarithm kept", s[i] * log(s[i] / y[i])),
            Mistake("Σ_k y_k = 1 not assumed", s[i] - y[i], given=()),
        ),
        note="KL(y‖s) and cross-entropy differ by the entropy of y, which x cannot change.",
    )


THEOREM = Theorem(
    name="kl_to_softmax",
    title="KL(y‖s) by the logits: s − y",
    about=(
        "The Kullback–Leibler divergence from softmax s to a fixed distribution y: what "
        "torch.nn.KLDivLoss computes from log-probabilities, and what maximum likelihood "
        "minimises. Its gradient is that of cross-entropy. Here the y_k are positive, so that "
        "log y_k has a value."
    ),
    build=lambda: (by_logit(),),
)
