"""The log-likelihood of counts under a multinomial whose probabilities come from softmax."""

from sympy import Symbol, exp, log, loggamma

from ...derivation import derive
from ...losses import softmax
from ...statement import Mistake, Part, Theorem
from ...symbols import indices, nonnegative, real, size, sum_over

n = size("n")
x, c = real("x", n), nonnegative("c", n)
i, j, k = indices("i j k", n)
s = softmax(x)
total = sum_over(k, c[k])
ways = loggamma(total + 1) - sum_over(k, loggamma(c[k] + 1))
Z = sum_over(j, exp(x[j]))


def by_logit() -> Part:
    """Observed counts minus expected counts."""
    result = c[i] - total * s[i]
    proof = derive(
        "by a logit",
        name=Symbol("L"),
        by=x[i],
        rewriting=[
            (ways + sum_over(k, c[k] * log(s[k])), "log of the multinomial probability"),
            (ways + sum_over(k, c[k] * x[k]) - total * log(Z), "log s_k = x_k − log Σ exp(x)"),
        ],
        slopes=[
            (c[i] - total * (exp(x[i]) / Z), "d log u = du/u; the counts do not depend on x"),
            (result, "definition of s"),
        ],
    )
    return Part(
        derivations=(proof,),
        mistakes=(
            Mistake("the number of trials forgotten", c[i] - s[i]),
            Mistake("the gradient of −log", -result),
            Mistake("n for the number of trials", c[i] - n * s[i]),
            Mistake("the diagonal alone", c[i] * (1 - s[i])),
        ),
        note="Expected counts are N s_i, where N = Σ_k c_k is the number of trials.",
    )


THEOREM = Theorem(
    name="multinomial",
    title="Multinomial log-likelihood through softmax: observed minus expected counts",
    about=(
        "In N = Σ c trials category k came c_k times; softmax of x says how likely each is. The "
        "gradient is what was observed minus what is expected, c − N s, so at the maximum "
        "of the likelihood s is the vector of observed frequencies. With N = 1 this is −(s − y) "
        "of softmax cross-entropy. The number of orders, N!/Πc!, does not depend on x."
    ),
    build=lambda: (by_logit(),),
)
