"""The Jacobian of softmax: ds_k/dx_i = s_k (delta_ki - s_i), as a matrix diag(s) - s s^T."""

from sympy import exp

from ...derivation import derive
from ...losses import softmax
from ...statement import Mistake, Part, Theorem
from ...symbols import delta, indices, real, size, sum_over

n = size("n")
x = real("x", n)
i, j, k = indices("i j k", n)
s = softmax(x)
Z = sum_over(j, exp(x[j]))


def entry() -> Part:
    """One entry, row k and column i, by the quotient rule."""
    quotient = derive(
        "by the quotient rule",
        name=s[k],
        by=x[i],
        rewriting=[(exp(x[k]) / Z, "definition of softmax")],
        slopes=[
            (
                (delta(k, i) * exp(x[k]) * Z - exp(x[k]) * exp(x[i])) / Z**2,
                "quotient rule; ∂e^x_k/∂x_i = δ_ki e^x_k and ∂Z/∂x_i = e^x_i, Z the sum below",
            ),
            (delta(k, i) * exp(x[k]) / Z - exp(x[k]) / Z * (exp(x[i]) / Z), "split the fraction"),
            (delta(k, i) * s[k] - s[k] * s[i], "definition of s"),
            (s[k] * (delta(k, i) - s[i]), "s_k is common to both"),
        ],
    )
    return Part(
        derivations=(quotient,),
        mistakes=(
            Mistake("without its δ", s[k] * (1 - s[i])),
            Mistake("only the diagonal", delta(k, i) * s[k] * (1 - s[k])),
            Mistake("the sign turned", -s[k] * (delta(k, i) - s[i])),
            Mistake("δ outside the product", delta(k, i) - s[k] * s[i]),
        ),
        note="As a matrix, row k and column i: diag(s) − s sᵀ.",
    )


THEOREM = Theorem(
    name="softmax_jacobian",
    title="The Jacobian of softmax is diag(s) − s sᵀ",
    about=(
        "Every output of softmax depends on every input, through the common denominator. So its "
        "derivative is not a vector but a matrix: one number for each output k and each input i. "
        "δ_ki is 1 where k = i and 0 elsewhere."
    ),
    build=lambda: (entry(),),
)
