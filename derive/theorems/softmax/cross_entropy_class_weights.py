"""Class-weighted softmax cross-entropy: dL/dx_i = s_i sum_k w_k y_k - w_i y_i."""

from sympy import Symbol, exp, log

from ...derivation import derive
from ...losses import softmax
from ...statement import Mistake, Part, Theorem
from ...symbols import delta, indices, real, size, sum_over

n = size("n")
x, y, w = real("x", n), real("y", n), real("w", n)
c, i, j, k = indices("c i j k", n)
s = softmax(x)
Z = sum_over(j, exp(x[j]))
weight = sum_over(k, w[k] * y[k])


def soft_labels() -> Part:
    """The formula for any labels."""
    direct = derive(
        "the direct way",
        name=Symbol("L"),
        by=x[i],
        rewriting=[
            (-sum_over(k, w[k] * y[k] * log(s[k])), "class k counts w_k times"),
            (-sum_over(k, w[k] * y[k] * (x[k] - log(Z))), "log s_k = x_k − log Z"),
            (weight * log(Z) - sum_over(k, w[k] * y[k] * x[k]), "log Z does not depend on k"),
        ],
        slopes=[
            (weight * (exp(x[i]) / Z) - w[i] * y[i], "d log u = du/u"),
            (s[i] * weight - w[i] * y[i], "definition of s"),
        ],
    )
    return Part(
        derivations=(direct,),
        mistakes=(
            Mistake("the weight outside", w[i] * (s[i] - y[i])),
            Mistake("s left without weight", s[i] - w[i] * y[i]),
            Mistake("the sum of all weights", s[i] * sum_over(k, w[k]) - w[i] * y[i]),
            Mistake("no weights", s[i] - y[i]),
        ),
        note="It is softmax cross-entropy with labels w_k y_k, which do not add up to 1.",
    )


def one_class() -> Part:
    """The formula for a sample of class c."""
    direct = derive(
        "for a sample of class c",
        name=Symbol("L"),
        by=x[i],
        rewriting=[
            (-w[c] * log(s[c]), "one-hot labels: y_k = δ_kc"),
            (w[c] * log(Z) - w[c] * x[c], "log s_c = x_c − log Z"),
        ],
        slopes=[
            (w[c] * (exp(x[i]) / Z) - w[c] * delta(c, i), "d log u = du/u, ∂x_c/∂x_i = δ_ci"),
            (w[c] * (s[i] - delta(c, i)), "definition of s"),
        ],
    )
    return Part(
        derivations=(direct,),
        mistakes=(
            Mistake("the weight of i for that of c", w[i] * (s[i] - delta(c, i))),
            Mistake("the weight on δ only", s[i] - w[c] * delta(c, i)),
            Mistake("δ forgotten", w[c] * s[i]),
        ),
        note="The weight is that of the true class c, at every logit.",
    )


THEOREM = Theorem(
    name="cross_entropy_class_weights",
    title="Class-weighted softmax cross-entropy",
    about=(
        "Rare classes are given a larger weight w_k, as with weight= of "
        "torch.nn.CrossEntropyLoss. For a sample of class c the whole gradient is multiplied by "
        "w_c, also at the logits of other classes. With soft labels every class takes part, and "
        "the factor of s is the weight Σ_k w_k y_k of the sample."
    ),
    build=lambda: (soft_labels(), one_class()),
)
