"""The Jacobian of log-softmax: d log s_k / dx_i = delta_ki - s_i."""

from sympy import Symbol, exp, log

from ...derivation import derive
from ...losses import softmax
from ...statement import Mistake, Part, Theorem
from ...symbols import Partial, delta, indices, product, real, size, sum_over

n = size("n")
x = real("x", n)
i, j, k = indices("i j k", n)
s = softmax(x)
Z = sum_over(j, exp(x[j]))

NAME = Symbol("l")


def entry() -> Part:
    """One entry, row k and column i."""
    difference = derive(
        "as x minus log Σ exp",
        name=NAME,
        by=x[i],
        rewriting=[
            (log(s[k]), "the k-th entry of log-softmax"),
            (x[k] - log(Z), "log of a quotient, and log e^u = u"),
        ],
        slopes=[
            (delta(k, i) - exp(x[i]) / Z, "∂x_k/∂x_i = δ_ki, and d log u = du/u"),
            (delta(k, i) - s[i], "definition of s"),
        ],
    )
    jacobian = Partial(s[k], s[k], x[i], s[k] * (delta(k, i) - s[i]))
    through_softmax = derive(
        "through the Jacobian of softmax",
        name=NAME,
        by=x[i],
        rewriting=[(log(s[k]), "the k-th entry of log-softmax")],
        slopes=[
            (product(1 / s[k], jacobian), "d log u = du/u"),
            (product(1 / s[k], s[k] * (delta(k, i) - s[i])), "theorem softmax_jacobian"),
            (delta(k, i) - s[i], "s_k cancels, for s_k > 0"),
        ],
    )
    return Part(
        derivations=(difference, through_softmax),
        mistakes=(
            Mistake("the wrong row of s", delta(k, i) - s[k]),
            Mistake("the Jacobian of softmax itself", s[k] * (delta(k, i) - s[i])),
            Mistake("1 for δ", 1 - s[i]),
            Mistake("only the diagonal", delta(k, i) * (1 - s[i])),
        ),
        note="As a matrix, row k and column i: I − 1 sᵀ. Every row has the same s.",
    )


THEOREM = Theorem(
    name="log_softmax_jacobian",
    title="The Jacobian of log-softmax is I − 1 sᵀ",
    about=(
        "Log-softmax is x minus one number, log Σ exp(x). So its Jacobian is simpler than that of "
        "softmax: the identity, with the same row sᵀ taken from every row. It is what "
        "torch.nn.functional.log_softmax differentiates. Unlike diag(s) − s sᵀ it is not symmetric."
    ),
    build=lambda: (entry(),),
)
