"""The gradient of log-sum-exp is softmax: d log sum_j exp(x_j) / dx_i = s_i."""

from sympy import Symbol, exp, log

from ...derivation import derive
from ...losses import softmax
from ...statement import Mistake, Part, Theorem
from ...symbols import delta, indices, product, real, size, sum_over

n = size("n")
x, m = real("x", n), real("m")
i, j = indices("i j", n)
s = softmax(x)
Z = sum_over(j, exp(x[j]))
shifted = sum_over(j, exp(x[j] - m))

VALUE = Symbol("L")
CHAIN_RULE = (sum_over(j, exp(x[j]) * delta(j, i)) / Z, "d log u = du/u, and ∂x_j/∂x_i = δ_ji")
SIFTED = (exp(x[i]) / Z, "δ_ji keeps the term j = i")
SOFTMAX = (s[i], "definition of s")


def plain() -> Part:
    """The formula as it is written."""
    chain_rule = derive(
        "by the chain rule",
        name=VALUE,
        by=x[i],
        rewriting=[(log(Z), "definition of log-sum-exp")],
        slopes=[CHAIN_RULE, SIFTED, SOFTMAX],
    )
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("without the inner derivative", 1 / Z),
            Mistake("the denominator forgotten", exp(x[i])),
            Mistake("the derivative of the whole sum", sum_over(j, exp(x[j])) / Z),
            Mistake("s(1 − s), the slope of softmax itself", s[i] * (1 - s[i])),
        ),
    )


def stable() -> Part:
    """The formula as it is computed: any m leaves value and gradient what they were."""
    shift = derive(
        "take the shift out first",
        name=VALUE,
        by=x[i],
        rewriting=[
            (m + log(shifted), "as it is computed, with any number m"),
            (m + log(product(exp(-m), Z)), "exp(x_j − m) = exp(−m) exp(x_j)"),
            (log(Z), "log of a product, and log exp(−m) = −m"),
        ],
        slopes=[CHAIN_RULE, SIFTED, SOFTMAX],
    )
    return Part(
        derivations=(shift,),
        mistakes=(
            Mistake("the shift on one side of the fraction only", exp(x[i] - m) / Z),
            Mistake("the derivative of m added", s[i] + 1),
            Mistake("the shift left in front", s[i] + m),
        ),
        note=(
            "In programs m is the largest x_j, so that no exponential overflows. The value does "
            "not depend on m, so neither does the gradient: nothing is to be differentiated "
            "through the maximum."
        ),
    )


THEOREM = Theorem(
    name="log_sum_exp",
    title="The gradient of log-sum-exp is softmax",
    about=(
        "Log-sum-exp is a smooth stand-in for the maximum, and the normaliser of every softmax: "
        "log s_k = x_k − log Σ_j exp(x_j). Its gradient is softmax, which is why softmax turns up "
        "wherever log-sum-exp is differentiated (Boyd and Vandenberghe, Convex Optimization, "
        "2004, section 3.1). In floating point it is computed with a shift, which changes nothing."
    ),
    build=lambda: (plain(), stable()),
)
