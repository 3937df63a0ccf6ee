"""Distillation: T² times cross-entropy at temperature T has the gradient T (s_i - q_i)."""

from sympy import Symbol, exp, log

from ...derivation import derive
from ...statement import Mistake, Part, Theorem
from ...symbols import Definition, indices, positive, real, size, sum_over

n = size("n")
x, v, T = real("x", n), real("v", n), positive("T")
i, j, k = indices("i j k", n)
Z = sum_over(j, exp(x[j] / T))
s = Definition("s", (k,), exp(x[k] / T) / Z)
q = Definition("q", (k,), exp(v[k] / T) / sum_over(j, exp(v[j] / T)))


def by_student() -> Part:
    """The gradient by a logit of the student."""
    direct = derive(
        "the direct way",
        name=Symbol("L"),
        by=x[i],
        rewriting=[
            (-(T**2) * sum_over(k, q[k] * log(s[k])), "q from the teacher, s from the student"),
            (-(T**2) * sum_over(k, q[k] * (x[k] / T - log(Z))), "log s_k = x_k/T − log Z"),
            (T**2 * (log(Z) - sum_over(k, q[k] * x[k]) / T), "Σ_k q_k = 1"),
        ],
        slopes=[
            (T**2 * (exp(x[i] / T) / T / Z - q[i] / T), "∂(x_i/T)/∂x_i = 1/T"),
            (T * (s[i] - q[i]), "definition of s; one T of the T² cancels"),
        ],
    )
    return Part(
        derivations=(direct,),
        mistakes=(
            Mistake("1/T, the factor T² forgotten", (s[i] - q[i]) / T),
            Mistake("T² kept whole", T**2 * (s[i] - q[i])),
            Mistake("no T at all", s[i] - q[i]),
            Mistake("the sign turned", T * (q[i] - s[i])),
        ),
        note=(
            "For a high temperature s − q is about (x − v)/(nT), with logits of mean 0. So the "
            "gradient is about (x − v)/n, whatever T is: that is what the T² is for."
        ),
    )


THEOREM = Theorem(
    name="distillation",
    title="Knowledge distillation with its factor T²",
    about=(
        "A student with logits x learns from the softened probabilities q of a teacher with "
        "logits v (Hinton, Vinyals and Dean, Distilling the knowledge in a neural network, 2015). "
        "Both are softened by the same temperature T, and the loss is multiplied by T², as the "
        "gradient would otherwise shrink like 1/T². The teacher is held fixed."
    ),
    build=lambda: (by_student(),),
)
