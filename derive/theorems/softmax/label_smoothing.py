"""Cross-entropy with smoothed labels: dL/dx_i = s_i - (1 - e) y_i - e/n."""

from sympy import Eq, Symbol, exp, log

from ...derivation import derive
from ...losses import softmax
from ...statement import Mistake, Part, Theorem
from ...symbols import Definition, indices, real, size, sum_over

n = size("n")
x, y, epsilon = real("x", n), real("y", n), real("epsilon")
i, j, k = indices("i j k", n)
s = softmax(x)
Z = sum_over(j, exp(x[j]))
z = Definition("z", (k,), (1 - epsilon) * y[k] + epsilon / n)
total = sum_over(k, y[k])
mass = (1 - epsilon) * total + epsilon


def smoothed() -> Part:
    """The gradient by a logit."""
    direct = derive(
        "the direct way",
        name=Symbol("L"),
        by=x[i],
        given=[Eq(total, 1)],
        rewriting=[
            (-sum_over(k, z[k] * log(s[k])), "cross-entropy with the labels z"),
            (-sum_over(k, z[k] * (x[k] - log(Z))), "log of a quotient, and log e^u = u"),
            (
                sum_over(k, z[k]) * log(Z) - sum_over(k, z[k] * x[k]),
                "log Z does not depend on k",
            ),
        ],
        slopes=[
            (sum_over(k, z[k]) * s[i] - z[i], "d log u = du/u, and the definition of s"),
            (mass * s[i] - z[i], "definition of z: ε/n is added n times"),
            (s[i] - z[i], "given Σ_k y_k = 1, Σ_k z_k = (1 − ε) + ε"),
            (s[i] - (1 - epsilon) * y[i] - epsilon / n, "definition of z"),
        ],
    )
    return Part(
        derivations=(direct,),
        general=mass * s[i] - (1 - epsilon) * y[i] - epsilon / n,
        mistakes=(
            Mistake("no smoothing", s[i] - y[i]),
            Mistake("ε for ε/n", s[i] - (1 - epsilon) * y[i] - epsilon),
            Mistake("y not scaled down", s[i] - y[i] - epsilon / n),
            Mistake("everything scaled down", (1 - epsilon) * (s[i] - y[i])),
            Mistake(
                "spread over the other classes only",
                s[i] - (1 - epsilon) * y[i] - epsilon / (n - 1) * (1 - y[i]),
            ),
        ),
        note="At s = z it vanishes: the logits no longer want to grow without bound.",
    )


THEOREM = Theorem(
    name="label_smoothing",
    title="Cross-entropy with smoothed labels",
    about=(
        "Label smoothing mixes the labels with the uniform distribution: z = (1 − ε) y + ε/n "
        "(Szegedy and others, Rethinking the Inception architecture, 2016; label_smoothing of "
        "torch.nn.CrossEntropyLoss). As z adds up to 1 whenever y does, the gradient is s − z. "
        "Some libraries spread ε over the n − 1 wrong classes only, which is another formula."
    ),
    build=lambda: (smoothed(),),
)
