"""The derivative of the logistic sigmoid: s' = s (1 - s)."""

from sympy import Symbol, exp

from ...derivation import Derivation, derive
from ...statement import Mistake, Part, Theorem
from ...symbols import product, real, sigmoid

z = real("z")
s = sigmoid(z)
E = exp(-z)
SLOPE = s * (1 - s)

NAME = Symbol("s")
DEFINITION = (s, "the logistic sigmoid")


def by_quotient() -> Derivation:
    """The way of the textbook."""
    return derive(
        "by the quotient rule",
        name=NAME,
        by=z,
        rewriting=[DEFINITION, (1 / (1 + E), "definition of σ")],
        slopes=[
            (E / (1 + E) ** 2, "d(1/u) = −du/u², and the derivative of e^−z is −e^−z"),
            (product(1 / (1 + E), E / (1 + E)), "split the fraction"),
            (product(1 / (1 + E), 1 - 1 / (1 + E)), "e^−z/(1 + e^−z) = 1 − 1/(1 + e^−z)"),
            (SLOPE, "definition of σ, twice"),
        ],
    )


def by_two_classes() -> Derivation:
    """As the softmax of two logits, z and 0."""
    e = exp(z)
    return derive(
        "as a softmax of two logits, z and 0",
        name=NAME,
        by=z,
        rewriting=[DEFINITION, (e / (e + 1), "multiply above and below by e^z")],
        slopes=[
            (
                e / (e + 1) - product(e, e) / (e + 1) ** 2,
                "quotient rule; numerator and denominator both grow by e^z",
            ),
            (s - s**2, "definition of σ, twice"),
            (SLOPE, "σ is common to both: the diagonal of the Jacobian of softmax"),
        ],
    )


def slope() -> Part:
    """The derivative in terms of the value itself."""
    return Part(
        derivations=(by_quotient(), by_two_classes()),
        mistakes=(
            Mistake("1 + σ for 1 − σ", s * (1 + s)),
            Mistake("the sign of −z forgotten", -SLOPE),
            Mistake("z for σ, as if handed the output", z * (1 - z)),
            Mistake("1 − σ², as for tanh", 1 - s**2),
        ),
        note="It is even in z, and largest at z = 0, where it is 1/4.",
    )


def curvature() -> Part:
    """The second derivative."""
    second = derive(
        "once more",
        name=Symbol("q"),
        by=z,
        rewriting=[(s - s**2, "the derivative of σ, multiplied out")],
        slopes=[
            (SLOPE - product(2 * s, SLOPE), "σ′ = σ (1 − σ), and (σ²)′ = 2 σ σ′"),
            (product(s, 1 - s, 1 - 2 * s), "σ (1 − σ) is common to both"),
        ],
    )
    return Part(
        derivations=(second,),
        mistakes=(
            Mistake("1 − σ for 1 − 2σ", s * (1 - s) ** 2),
            Mistake("the inner derivative forgotten", 1 - 2 * s),
            Mistake("the sign turned", -SLOPE * (1 - 2 * s)),
        ),
    )


THEOREM = Theorem(
    name="sigmoid_derivative",
    title="The derivative of the sigmoid is σ (1 − σ)",
    about=(
        "The logistic sigmoid σ(z) = 1/(1 + e^−z) turns a logit into a probability. Its derivative "
        "needs the value alone, which is why a backward pass keeps the output and not the input. "
        "It is at most 1/4 and fades for large |z|: the vanishing gradient of deep networks."
    ),
    build=lambda: (slope(), curvature()),
)
