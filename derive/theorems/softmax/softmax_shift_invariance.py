"""Softmax does not change when a number c is added to every input: s(x + c) = s(x)."""

from sympy import exp

from ...identities import identity
from ...losses import softmax
from ...statement import Mistake, Part, Theorem
from ...symbols import Definition, indices, product, real, size, sum_over

n = size("n")
x, c = real("x", n), real("c")
j, k = indices("j k", n)
s = softmax(x)
Z = sum_over(j, exp(x[j]))
u = Definition("u", (k,), exp(x[k] + c) / sum_over(j, exp(x[j] + c)))


def shifted() -> Part:
    """One entry of softmax of x + c."""
    factor_cancels = identity(
        "the common factor cancels",
        lines=[
            (u[k], "softmax of x + c"),
            (exp(x[k] + c) / sum_over(j, exp(x[j] + c)), "definition of u, softmax of x + c"),
            (
                product(exp(c), exp(x[k]), 1 / sum_over(j, product(exp(c), exp(x[j])))),
                "e^(a + c) = e^c e^a",
            ),
            (
                product(exp(c), exp(x[k]), exp(-c), 1 / Z),
                "e^c does not depend on j, and 1/e^c = e^(−c)",
            ),
            (exp(x[k]) / Z, "e^c e^(−c) = 1"),
            (s[k], "definition of s"),
        ],
    )
    return Part(
        derivations=(factor_cancels,),
        mistakes=(
            Mistake("e^c taken out above only", exp(c) * s[k]),
            Mistake("e^c taken out below only", exp(-c) * s[k]),
            Mistake("shifted, as log-sum-exp is", s[k] + c),
            Mistake("scaled as well", exp(2 * x[k]) / sum_over(j, exp(2 * x[j]))),
        ),
        note="Only differences of logits count. So the Jacobian times the vector of ones is 0.",
    )


THEOREM = Theorem(
    name="softmax_shift_invariance",
    title="Softmax is the same for x and x + c",
    about=(
        "Every program computes softmax with c = −max x, so that no exponential overflows "
        "(Blanchard, Higham and Higham, Accurately computing the log-sum-exp and softmax "
        "functions, 2021). That is allowed because a number added to all inputs changes nothing. "
        "A factor on all inputs does change it: that is what a temperature is."
    ),
    build=lambda: (shifted(),),
)
