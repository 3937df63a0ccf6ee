"""The focal loss -(1 - p)^c log p of the right class t, with p = s_t: by the logits x_i."""

from sympy import Symbol, exp, log

from ...derivation import derive
from ...losses import softmax
from ...statement import Mistake, Part, Theorem
from ...symbols import Partial, delta, indices, product, real, size, sum_over

n = size("n")
x, gamma = real("x", n), real("gamma")
i, k, t = indices("i k t", n)
s = softmax(x)
p = s[t]

LOSS = Symbol("L")
RESIDUAL = s[i] - delta(t, i)
SLOPE_OF_P = p * (delta(t, i) - s[i])
BY_LOGIT = Partial(p, p, x[i], SLOPE_OF_P)


def squared() -> Part:
    """The exponent 2, the usual choice."""
    loss = -((1 - p) ** 2) * log(p)
    slope = 2 * (1 - p) * log(p) - (1 - p) ** 2 / p
    bracket = (1 - p) ** 2 - 2 * p * (1 - p) * log(p)
    chain_rule = derive(
        "for γ = 2",
        name=LOSS,
        by=x[i],
        rewriting=[(loss, "t is the right class, and s_t its probability")],
        slopes=[
            (product(Partial(LOSS, loss, p, slope), BY_LOGIT), "x acts on L through s_t only"),
            (product(slope, SLOPE_OF_P), "product rule; theorem softmax_jacobian"),
            (bracket * RESIDUAL, "s_t times the bracket, and −1 times both"),
        ],
    )
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("the factor in front held fixed", (1 - p) ** 2 * RESIDUAL),
            Mistake("the second term without 2", (bracket + p * (1 - p) * log(p)) * RESIDUAL),
            Mistake(
                "the sign of the second term",
                ((1 - p) ** 2 + 2 * p * (1 - p) * log(p)) * RESIDUAL,
            ),
            Mistake(
                "the second term without s_t",
                ((1 - p) ** 2 - 2 * (1 - p) * log(p)) * RESIDUAL,
            ),
        ),
    )


def any_exponent() -> Part:
    """Any real exponent γ."""
    loss = -((1 - p) ** gamma) * log(p)
    slope = gamma * (1 - p) ** (gamma - 1) * log(p) - (1 - p) ** gamma / p
    bracket = (1 - p) ** gamma - gamma * p * (1 - p) ** (gamma - 1) * log(p)
    chain_rule = derive(
        "for any γ",
        name=LOSS,
        by=x[i],
        given=[sum_over(k, exp(x[k])) > exp(x[t])],
        rewriting=[(loss, "t is the right class, and s_t its probability")],
        slopes=[
            (
                product(slope, SLOPE_OF_P),
                "product rule; theorem softmax_jacobian",
            ),
            (bracket * RESIDUAL, "s_t times the bracket, and −1 times both"),
        ],
    )
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("the factor in front held fixed", (1 - p) ** gamma * RESIDUAL),
            Mistake(
                "γ in the exponent where γ − 1 belongs",
                (1 - p) ** gamma * (1 - gamma * p * log(p)) * RESIDUAL,
            ),
            Mistake(
                "the sign of the second term",
                ((1 - p) ** gamma + gamma * p * (1 - p) ** (gamma - 1) * log(p)) * RESIDUAL,
            ),
        ),
        note="The hypothesis says s_t < 1, so that real powers of 1 − s_t exist: n ≥ 2.",
    )


THEOREM = Theorem(
    name="focal_loss",
    title="The focal loss through softmax",
    about=(
        "Cross-entropy with a factor (1 − s_t)^γ that turns down samples which are classified "
        "well already, so that the hard ones count (Lin, Goyal, Girshick, He and Dollár, Focal "
        "loss for dense object detection, 2017). At γ = 0 it is cross-entropy. The factor depends "
        "on the logits as well: its derivative is the second term in the bracket."
    ),
    build=lambda: (squared(), any_exponent()),
)
