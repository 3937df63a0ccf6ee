"""The Hessian of softmax cross-entropy: H_il = sum y * (s_i delta_il - s_i s_l)."""

from sympy import Symbol

from ...derivation import derive
from ...losses import cross_entropy, softmax
from ...statement import Mistake, Part, Theorem
from ...symbols import Partial, delta, indices, real, size, sum_over

n = size("n")
x, y = real("x", n), real("y", n)
h, i, k = indices("h i k", n)
s = softmax(x)
L = cross_entropy(y, s)
total = sum_over(k, y[k])
gradient = Partial(Symbol("L"), L, x[i], total * s[i] - y[i])


def entry() -> Part:
    """One entry, row i and column h."""
    jacobian = Partial(s[i], s[i], x[h], s[i] * (delta(i, h) - s[h]))
    again = derive(
        "the gradient, differentiated once more",
        name=gradient,
        by=x[h],
        rewriting=[(total * s[i] - y[i], "theorem softmax_cross_entropy, for any labels")],
        slopes=[
            (total * jacobian, "y does not depend on x"),
            (total * (s[i] * (delta(i, h) - s[h])), "theorem softmax_jacobian"),
        ],
    )
    return Part(
        derivations=(again,),
        mistakes=(
            Mistake("Σ_k y_k forgotten", s[i] * (delta(i, h) - s[h])),
            Mistake("only the diagonal", total * delta(i, h) * s[i] * (1 - s[i])),
            Mistake("the sign turned", -total * s[i] * (delta(i, h) - s[h])),
            Mistake("the gradient's outer product", (s[i] - y[i]) * (s[h] - y[h])),
        ),
        note="As a matrix: Σy · (diag(s) − s sᵀ). It does not depend on which label is right.",
    )


THEOREM = Theorem(
    name="cross_entropy_hessian",
    title="The Hessian of softmax cross-entropy is Σy · (diag(s) − s sᵀ)",
    about=(
        "The second derivative of the loss by two logits, found by differentiating the gradient "
        "Σy · s − y once more. The labels are gone from it but for their sum, which is 1 for a "
        "distribution: then the Hessian is the Jacobian of softmax, and also the Fisher "
        "information of the logits (Amari, 1998)."
    ),
    build=lambda: (entry(),),
)
