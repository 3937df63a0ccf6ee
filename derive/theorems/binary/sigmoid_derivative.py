"""The derivative of the logistic sigmoid: s' = s (1 - s)."""

from sympy import Symbol, exp

from ...derivation import Derivation, derive
from ...statement import Mistake, Part, Theorem
from ...symbols import Definition, index, product, real, sigmoid, size

n = size("n")
z = real("z", n)
i = index("i", n)
s = Definition("s", (i,), sigmoid(z[i]))
E = exp(-z[i])
SLOPE = s[i] * (1 - s[i])

DEFINITION = (sigmoid(z[i]), "the logistic sigmoid, entry by entry")


def by_quotient() -> Derivation:
    """The way of the textbook."""
    return derive(
        "by the quotient rule",
        name=s[i],
        by=z[i],
        rewriting=[DEFINITION, (1 / (1 + E), "definition of σ")],
        slopes=[
            (E / (1 + E) ** 2, "d(1/u) = −du/u², and the derivative of e^−z is −e^−z"),
            (product(1 / (1 + E), E / (1 + E)), "split the fraction"),
            (product(1 / (1 + E), 1 - 1 / (1 + E)), "e^−z/(1 + e^−z) = 1 − 1/(1 + e^−z)"),
            (SLOPE, "definition of s, twice"),
        ],
    )


def by_two_classes() -> Derivation:
    """As the softmax of two logits, z and 0."""
    e = exp(z[i])
    return derive(
        "as a softmax of two logits, z and 0",
        name=s[i],
        by=z[i],
        rewriting=[DEFINITION, (e / (e + 1), "multiply above and below by e^z")],
        slopes=[
            (
                e / (e + 1) - product(e, e) / (e + 1) ** 2,
                "quotient rule; numerator and denominator both grow by e^z",
            ),
            (s[i] - s[i] ** 2, "definition of s"),
            (SLOPE, "s is common to both: the diagonal s_k (1 − s_k) of the Jacobian of softmax"),
        ],
    )


def slope() -> Part:
    """The derivative in terms of the value itself."""
    return Part(
        derivations=(by_quotient(), by_two_classes()),
        mistakes=(
            Mistake("1 + s for 1 − s", s[i] * (1 + s[i])),
            Mistake("the sign of −z forgotten", -SLOPE),
            Mistake("z for s, as if handed the output", z[i] * (1 - z[i])),
            Mistake("1 − s², as for tanh", 1 - s[i] ** 2),
        ),
        note="It is even in z, and largest at z = 0, where it is 1/4.",
    )


def curvature() -> Part:
    """The second derivative."""
    second = derive(
        "once more",
        name=Symbol("q"),
        by=z[i],
        rewriting=[(s[i] - s[i] ** 2, "the derivative of s, multiplied out")],
        slopes=[
            (SLOPE - product(2 * s[i], SLOPE), "s′ = s (1 − s), and (s²)′ = 2 s s′"),
            (product(s[i], 1 - s[i], 1 - 2 * s[i]), "s (1 − s) is common to both"),
        ],
    )
    return Part(
        derivations=(second,),
        mistakes=(
            Mistake("1 − s for 1 − 2s", s[i] * (1 - s[i]) ** 2),
            Mistake("the inner derivative forgotten", 1 - 2 * s[i]),
            Mistake("the sign turned", -SLOPE * (1 - 2 * s[i])),
        ),
    )


THEOREM = Theorem(
    name="sigmoid_derivative",
    title="The derivative of the sigmoid is s (1 − s)",
    about=(
        "The logistic sigmoid s = 1/(1 + e^−z) turns a logit into a probability. Its derivative "
        "needs the value alone, which is why a backward pass keeps the output and not the input. "
        "It is at most 1/4 and fades for large |z|: the vanishing gradient of deep networks."
    ),
    build=lambda: (slope(), curvature()),
)
