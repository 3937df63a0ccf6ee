"""The outputs of softmax add up to 1."""

from sympy import exp

from ...identities import identity
from ...losses import softmax
from ...statement import Mistake, Part, Theorem
from ...symbols import indices, real, size, sum_over

n = size("n")
x = real("x", n)
j, k = indices("j k", n)
s = softmax(x)
Z = sum_over(j, exp(x[j]))


def sums_to_one() -> Part:
    """Σ_k s_k = 1."""
    by_definition = identity(
        "by definition",
        lines=[
            (sum_over(k, s[k]), "all outputs"),
            (sum_over(k, exp(x[k])) / Z, "definition of s; the denominator does not depend on k"),
            (1, "a positive sum over itself: j and k are two names for one index"),
        ],
    )
    return Part(
        derivations=(by_definition,),
        mistakes=(
            Mistake("n, as if every output were 1", n),
            Mistake("1/n, the mean of the outputs", 1 / n),
            Mistake("the denominator forgotten", Z),
        ),
        note="Each s_k is positive as well, so softmax gives a probability distribution.",
    )


THEOREM = Theorem(
    name="softmax_sums_to_one",
    title="The outputs of softmax add up to 1",
    about=(
        "Softmax makes any n numbers into n positive numbers that add up to 1, which is why its "
        "outputs are read as probabilities. The denominator is never 0, as it is a sum of "
        "exponentials. Much follows: the columns of its Jacobian add up to 0, and a constant "
        "added to every reward changes no policy gradient."
    ),
    build=lambda: (sums_to_one(),),
)
