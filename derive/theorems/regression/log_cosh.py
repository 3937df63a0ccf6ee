"""The log-cosh loss of a linear model, by its weights and its bias."""

from sympy import Symbol, cosh, log, tanh

from ...derivation import derive
from ...statement import Mistake, Part, Theorem
from ...symbols import Definition, delta, index, indices, product, real, size, sum_over

m, p = size("m"), size("p")
X, w, b, t = real("X", m, p), real("w", p), real("b"), real("t", m)
r = index("r", m)
c, d = indices("c d", p)
e = Definition("e", (r,), sum_over(d, X[r, d] * w[d]) + b - t[r])
L = sum_over(r, log(cosh(e[r]))) / m

LOSS = Symbol("L")
DEFINITION = (L, "definition: e_r is the error of sample r")


def by_weight() -> Part:
    """Errors count by their tanh: as they are where small, by their sign where large."""
    result = sum_over(r, tanh(e[r]) * X[r, c]) / m
    slope = sum_over(d, X[r, d] * delta(d, c))
    chain_rule = derive(
        "by a weight",
        name=LOSS,
        by=w[c],
        rewriting=[DEFINITION],
        slopes=[
            (
                sum_over(r, product(tanh(e[r]), slope)) / m,
                "d log cosh u = sinh u/cosh u du = tanh u du",
            ),
            (result, "δ_dc keeps the term d = c"),
        ],
    )
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("the error itself, as for its square", sum_over(r, e[r] * X[r, c]) / m),
            Mistake("without the input", sum_over(r, tanh(e[r])) / m),
            Mistake(
                "1/cosh u, the inner derivative forgotten", sum_over(r, X[r, c] / cosh(e[r])) / m
            ),
            Mistake("without 1/m", m * result),
        ),
    )


def by_bias() -> Part:
    """The mean of the squashed errors."""
    result = sum_over(r, tanh(e[r])) / m
    chain_rule = derive(
        "by the bias",
        name=LOSS,
        by=b,
        rewriting=[DEFINITION],
        slopes=[(result, "d log cosh u = tanh u du, and ∂e_r/∂b = 1")],
    )
    return Part(
        derivations=(chain_rule,),
        mistakes=(
            Mistake("the sign turned", -result),
            Mistake("tanh outside the sum", tanh(sum_over(r, e[r])) / m),
        ),
    )


THEOREM = Theorem(
    name="log_cosh",
    title="Log-cosh loss of a linear model, by its weights and its bias",
    about=(
        "A smooth loss between squared and absolute error: log cosh e is about e²/2 for small "
        "errors and |e| − log 2 for large ones (keras.losses.LogCosh). Its slope is tanh e, "
        "bounded by 1, so an outlier pulls no harder than a sample that is a little off. Computed "
        "as it is written, cosh overflows; |e| + softplus(−2|e|) − log 2 does not."
    ),
    build=lambda: (by_weight(), by_bias()),
)
