"""The gradient of cross-entropy by the probabilities: dL/ds_k = -y_k / s_k."""

from sympy import Symbol, log

from ...derivation import derive
from ...losses import cross_entropy
from ...statement import Mistake, Part, Theorem
from ...symbols import delta, indices, positive, real, size, sum_over

n = size("n")
y, s = real("y", n), positive("s", n)
j, k = indices("j k", n)
L = cross_entropy(y, s)


def by_probability() -> Part:
    """One entry of the gradient, s being free positive numbers."""
    term_by_term = derive(
        "term by term",
        name=Symbol("L"),
        by=s[k],
        rewriting=[(-sum_over(j, y[j] * log(s[j])), "definition of cross-entropy")],
        slopes=[
            (-sum_over(j, y[j] * (delta(j, k) / s[j])), "d log u = du/u, and ∂s_j/∂s_k = δ_jk"),
            (-y[k] / s[k], "δ_jk keeps the term j = k"),
        ],
    )
    return Part(
        derivations=(term_by_term,),
        mistakes=(
            Mistake("the sign turned", y[k] / s[k]),
            Mistake("without y", -1 / s[k]),
            Mistake("s² in the denominator", -y[k] / s[k] ** 2),
            Mistake("the derivative of the whole sum", -sum_over(j, y[j] / s[j])),
        ),
    )


THEOREM = Theorem(
    name="cross_entropy",
    title="Cross-entropy by the probabilities: −y/s",
    about=(
        "Cross-entropy compares labels y with probabilities s. Here the s_k are free positive "
        "numbers: that they add up to 1 plays no part in a partial derivative, and neither do "
        "the labels have to."
    ),
    build=lambda: (by_probability(),),
)
