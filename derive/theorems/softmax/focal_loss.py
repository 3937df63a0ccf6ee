"""The focal loss -u^c log s of the right class t, with u = 1 - s: by the logits x_i."""

from sympy import Symbol, log

from ...derivation import derive
from ...losses import softmax
from ...statement import Mistake, Part, Theorem
from ...symbols import Definition, Partial, delta, indices, product, real, size

n = size("n")
x, gamma = real("x", n), real("gamma")
i, k, t = indices("i k t", n)
s = softmax(x)
u = Definition("u", (k,), 1 - s[k])

LOSS = Symbol("L")
SLOPE_OF_S = s[t] * (delta(t, i) - s[i])
BY_LOGIT = Partial(s[t], s[t], x[i], SLOPE_OF_S)
RESIDUAL = s[i] - delta(t, i)


def squared() -> Part:
    """The exponent 2, the usual choice."""
    loss = -(u[t] ** 2) * log(s[t])
    slope = 2 * u[t] * log(s[t]) - u[t] ** 2 / s[t]
    second = 2 * s[t] * u[t] * log(s[t])
    chain_rule = derive(
        "for γ = 2",
        name=LOSS,
        by=x[i],
        rewriting=[(loss, "t is the right class, and u_t is what its probability lacks to 1")],
        slopes=[
            (product(Partial(LOSS, loss, s[t], slope), BY_LOGIT), "x acts on L through s_t only"),
            (product(slope, SLOPE_OF_S), "product rule; theorem softmax_jacobian"),
            ((u[t] ** 2 - second) * RESIDUAL, "s_t times the bracket, and −1 times both"),
        ],
    )
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("the factor in front held fixed", u[t] ** 2 * RESIDUAL),
            Mistake("the second term without 2", (u[t] ** 2 - second / 2) * RESIDUAL),
            Mistake("the sign of the second term", (u[t] ** 2 + second) * RESIDUAL),
            Mistake("the second term without s_t", (u[t] ** 2 - second / s[t]) * RESIDUAL),
        ),
    )


def any_exponent() -> Part:
    """Any real exponent γ."""
    loss = -(u[t] ** gamma) * log(s[t])
    slope = gamma * u[t] ** (gamma - 1) * log(s[t]) - u[t] ** gamma / s[t]
    second = gamma * s[t] * u[t] ** (gamma - 1) * log(s[t])
    chain_rule = derive(
        "for any γ",
        name=LOSS,
        by=x[i],
        rewriting=[(loss, "t is the right class, and u_t is what its probability lacks to 1")],
        slopes=[
            (product(slope, SLOPE_OF_S), "x acts on L through s_t only: chain and product rule"),
            ((u[t] ** gamma - second) * RESIDUAL, "s_t times the bracket, and −1 times both"),
        ],
    )
    without_inner_power = u[t] ** gamma * (1 - gamma * s[t] * log(s[t]))
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("the factor in front held fixed", u[t] ** gamma * RESIDUAL),
            Mistake("γ in the exponent for γ − 1", without_inner_power * RESIDUAL),
            Mistake("the sign of the second term", (u[t] ** gamma + second) * RESIDUAL),
        ),
        note="The hypothesis says s_t < 1, so that real powers of u_t exist: n ≥ 2.",
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
