"""Softmax cross-entropy averaged over a batch: dL/dX_ri = (s_ri - Y_ri) / m."""

from typing import Any

from sympy import Eq, Symbol, log

from ...derivation import derive
from ...losses import softmax
from ...statement import Mistake, Part, Theorem
from ...symbols import delta, indices, real, size, sum_over

m, n = size("m"), size("n")
X, Y = real("X", m, n), real("Y", m, n)
q, r = indices("q r", m)
i, k = indices("i k", n)
s = softmax(X)


def loss_of(row: Any) -> Any:
    """Cross-entropy of one row."""
    return -sum_over(k, Y[row, k] * log(s[row, k]))


def total(row: Any) -> Any:
    """What the labels of one row add up to."""
    return sum_over(k, Y[row, k])


def by_logit() -> Part:
    """The gradient by one logit of one row."""
    row_by_row = derive(
        "row by row",
        name=Symbol("L"),
        by=X[r, i],
        given=[Eq(total(r), 1)],
        rewriting=[(sum_over(q, loss_of(q)) / m, "the mean of the cross-entropies of the rows")],
        slopes=[
            (
                sum_over(q, delta(q, r) * (total(q) * s[q, i] - Y[q, i])) / m,
                "theorem softmax_cross_entropy in each row q; only row r has X_ri",
            ),
            ((total(r) * s[r, i] - Y[r, i]) / m, "δ_qr keeps the row q = r"),
            ((s[r, i] - Y[r, i]) / m, "given Σ_k Y_rk = 1 for every row"),
        ],
    )
    others = sum_over(q, s[q, i] - Y[q, i])
    return Part(
        derivations=(row_by_row,),
        general=(total(r) * s[r, i] - Y[r, i]) / m,
        mistakes=(
            Mistake("without 1/m", s[r, i] - Y[r, i]),
            Mistake("divided by the number of classes", (s[r, i] - Y[r, i]) / n),
            Mistake("divided by both", (s[r, i] - Y[r, i]) / (m * n)),
            Mistake("averaged over the rows", others / m),
        ),
        note="As matrices: (S − Y)/m. A sum in place of the mean leaves out the 1/m.",
    )


THEOREM = Theorem(
    name="cross_entropy_batch_mean",
    title="Softmax cross-entropy of a batch: (S − Y)/m",
    about=(
        "The m rows of X are samples, and the loss is the mean over them, as with "
        'reduction="mean" of torch.nn.CrossEntropyLoss. A logit acts only on the loss of its own '
        "row, so the gradient is that of the row, divided by m: a factor that is easily forgotten "
        "or taken twice when gradients are accumulated over parts of a batch."
    ),
    build=lambda: (by_logit(),),
)
