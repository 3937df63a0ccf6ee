"""Softmax cross-entropy at a temperature T: dL/dx_i = (s_i - y_i) / T, and the gradient by T."""

from sympy import Eq, Symbol, exp, log

from ...derivation import derive
from ...losses import cross_entropy
from ...statement import Mistake, Part, Theorem
from ...symbols import Definition, indices, positive, real, size, sum_over

n = size("n")
x, y, T = real("x", n), real("y", n), positive("T")
i, j, k = indices("i j k", n)
Z = sum_over(j, exp(x[j] / T))
s = Definition("s", (k,), exp(x[k] / T) / Z)
total = sum_over(k, y[k])
sums_to_one = Eq(total, 1)

LOSS = Symbol("L")
FORMS = [
    (cross_entropy(y, s), "definition of cross-entropy"),
    (-sum_over(k, y[k] * (x[k] / T - log(Z))), "log of a quotient, and log e^u = u"),
    (total * log(Z) - sum_over(k, y[k] * x[k]) / T, "log Z does not depend on k"),
]
SHARED = total * sum_over(k, s[k] * x[k]) - sum_over(k, y[k] * x[k])


def by_logit() -> Part:
    """The gradient by the logits."""
    direct = derive(
        "by a logit",
        name=LOSS,
        by=x[i],
        given=[sums_to_one],
        rewriting=FORMS,
        slopes=[
            (total * (exp(x[i] / T) / T / Z) - y[i] / T, "∂(x_i/T)/∂x_i = 1/T"),
            ((total * s[i] - y[i]) / T, "definition of s"),
            ((s[i] - y[i]) / T, "given Σ_k y_k = 1"),
        ],
    )
    return Part(
        derivations=(direct,),
        general=(total * s[i] - y[i]) / T,
        mistakes=(
            Mistake("without 1/T", s[i] - y[i]),
            Mistake("times T", T * (s[i] - y[i])),
            Mistake("divided by T²", (s[i] - y[i]) / T**2),
            Mistake("s at temperature 1", (exp(x[i]) / sum_over(j, exp(x[j])) - y[i]) / T),
        ),
    )


def by_temperature() -> Part:
    """The gradient by the temperature, as it is calibrated."""
    direct = derive(
        "by the temperature",
        name=LOSS,
        by=T,
        given=[sums_to_one],
        rewriting=FORMS,
        slopes=[
            (
                total * (-sum_over(j, exp(x[j] / T) * x[j]) / T**2 / Z)
                + sum_over(k, y[k] * x[k]) / T**2,
                "∂(x_j/T)/∂T = −x_j/T²",
            ),
            (-SHARED / T**2, "definition of s"),
            (sum_over(k, (y[k] - s[k]) * x[k]) / T**2, "given Σ_k y_k = 1"),
        ],
    )
    return Part(
        derivations=(direct,),
        general=-SHARED / T**2,
        mistakes=(
            Mistake("the sign turned", sum_over(k, (s[k] - y[k]) * x[k]) / T**2),
            Mistake("divided by T only", sum_over(k, (y[k] - s[k]) * x[k]) / T),
            Mistake("s held fixed", sum_over(k, y[k] * x[k]) / T**2),
        ),
        note="It is the mean logit under y less the mean logit under s, over T².",
    )


THEOREM = Theorem(
    name="softmax_temperature",
    title="Softmax cross-entropy at a temperature",
    about=(
        "Logits are divided by a temperature T before softmax: a high one flattens the "
        "probabilities, a low one sharpens them. The gradient by the logits gets a factor 1/T. "
        "The gradient by T is what temperature scaling follows when it calibrates a trained "
        "classifier (Guo, Pleiss, Sun and Weinberger, 2017)."
    ),
    build=lambda: (by_logit(), by_temperature()),
)
