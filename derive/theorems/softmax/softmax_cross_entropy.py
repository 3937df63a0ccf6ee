"""Softmax followed by cross-entropy: dL/dx_i = s_i - y_i where sum y = 1."""

from sympy import Eq, Sum, Symbol, exp, log

from ...derivation import Derivation, derive
from ...losses import cross_entropy, softmax
from ...statement import Mistake, Part, Theorem
from ...symbols import Partial, delta, indices, product, real, size, sum_over

n = size("n")
x, y = real("x", n), real("y", n)
i, j, k = indices("i j k", n)
s = softmax(x)
L = cross_entropy(y, s)
Z = sum_over(j, exp(x[j]))
total = sum_over(k, y[k])
sums_to_one = Eq(total, 1)

LOSS = Symbol("L")
DEFINITION = (L, "definition of cross-entropy")
GIVEN = (s[i] - y[i], "given Σ_k y_k = 1")


def direct() -> Derivation:
    """The short way: write log s as x - log Z first, and no Jacobian is needed."""
    return derive(
        "the direct way, through log Σ exp",
        name=LOSS,
        by=x[i],
        given=[sums_to_one],
        rewriting=[DEFINITION, *_without_softmax()],
        slopes=[*_slope_of_log_sum_exp(), GIVEN],
    )


def any_labels() -> Derivation:
    """The direct way again, without anything known of the labels."""
    return derive(
        "for labels that need not add up to 1",
        name=LOSS,
        by=x[i],
        rewriting=[DEFINITION, *_without_softmax()],
        slopes=_slope_of_log_sum_exp(),
    )


def _without_softmax() -> list[tuple[object, str]]:
    return [
        (-sum_over(k, y[k] * (x[k] - log(Z))), "log of a quotient, and log e^u = u"),
        (total * log(Z) - sum_over(k, y[k] * x[k]), "log Z does not depend on k"),
    ]


def _slope_of_log_sum_exp() -> list[tuple[object, str]]:
    return [
        (total * (exp(x[i]) / Z) - y[i], "d log u = du/u; in each sum only one term has x_i"),
        (total * s[i] - y[i], "definition of s"),
    ]


def through_jacobian() -> Derivation:
    """The way of the textbook: gradient by s, times the Jacobian of softmax."""
    slope = Partial(LOSS, L, s[k], -y[k] / s[k])
    jacobian = Partial(s[k], s[k], x[i], s[k] * (delta(k, i) - s[i]))
    return derive(
        "through the Jacobian and the chain rule",
        name=LOSS,
        by=x[i],
        given=[sums_to_one],
        rewriting=[DEFINITION],
        slopes=[
            (sum_over(k, slope * jacobian), "chain rule: x_i acts on L through every s_k"),
            (
                sum_over(k, product(-y[k] / s[k], s[k] * (delta(k, i) - s[i]))),
                "theorems cross_entropy and softmax_jacobian",
            ),
            (-sum_over(k, y[k] * (delta(k, i) - s[i])), "s_k cancels, for s_k > 0"),
            (total * s[i] - y[i], "δ_ki keeps the term k = i; s_i does not depend on k"),
            GIVEN,
        ],
    )


def normalised() -> Part:
    """The formula everybody uses."""
    all_but_last = Sum(exp(x[j]), (j, 0, n - 2))
    return Part(
        derivations=(direct(), through_jacobian()),
        general=total * s[i] - y[i],
        mistakes=(
            Mistake("y forgotten", s[i]),
            Mistake("the sign turned", y[i] - s[i]),
            Mistake("plus for minus", s[i] + y[i]),
            Mistake("divided by n", (s[i] - y[i]) / n),
            Mistake("s(1 − s), the Jacobian's diagonal", s[i] * (1 - s[i]) - y[i]),
            Mistake("y taken at place 0", s[i] - y[0]),
            Mistake("the last term of Σ left out", exp(x[i]) / all_but_last - y[i]),
            Mistake("Σ_k y_k = 1 not assumed", s[i] - y[i], given=()),
        ),
    )


def general() -> Part:
    """The formula without its hypothesis."""
    return Part(
        derivations=(any_labels(),),
        mistakes=(
            Mistake("Σ_k y_k forgotten", s[i] - y[i]),
            Mistake("Σ_k y_k on y instead", s[i] - total * y[i]),
        ),
    )


THEOREM = Theorem(
    name="softmax_cross_entropy",
    title="Softmax with cross-entropy: the gradient is s − y",
    about=(
        "The loss of a classifier: logits x go through softmax, and cross-entropy compares the "
        "outcome with the labels y. One-hot labels and soft labels that add up to 1 are both "
        "meant. That they add up to 1 carries the theorem: without it the gradient has a factor "
        "Σ_k y_k in front of s."
    ),
    build=lambda: (normalised(), general()),
)
