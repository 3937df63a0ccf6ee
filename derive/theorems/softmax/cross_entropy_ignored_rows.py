"""Softmax cross-entropy over the rows that count: dL/dX_ri = a_r (s_ri - delta(t_r, i)) / sum a."""

from typing import Any

from sympy import Symbol, exp, log

from ...derivation import derive
from ...losses import softmax
from ...statement import Mistake, Part, Theorem
from ...symbols import delta, indices, labels, real, size, sum_over

m, n = size("m"), size("n")
X, a, t = real("X", m, n), real("a", m), labels("t", m, below=n)
q, r = indices("q r", m)
i, j = indices("i j", n)
s = softmax(X)
count = sum_over(q, a[q])


def normaliser(row: Any) -> Any:
    """The denominator of softmax in one row."""
    return sum_over(j, exp(X[row, j]))


def by_logit() -> Part:
    """The gradient by one logit of one row."""
    direct = derive(
        "the direct way",
        name=Symbol("L"),
        by=X[r, i],
        rewriting=[
            (-sum_over(q, a[q] * log(s[q, t[q]])) / count, "the mean over the rows that count"),
            (
                sum_over(q, a[q] * (log(normaliser(q)) - X[q, t[q]])) / count,
                "log of a quotient, and log e^u = u",
            ),
        ],
        slopes=[
            (
                sum_over(q, delta(q, r) * a[q] * (s[q, i] - delta(t[q], i))) / count,
                "theorem cross_entropy_integer_labels in each row; only row r has X_ri",
            ),
            (a[r] * (s[r, i] - delta(t[r], i)) / count, "δ_qr keeps the row q = r"),
        ],
    )
    residual = s[r, i] - delta(t[r], i)
    return Part(
        derivations=(direct,),
        mistakes=(
            Mistake("divided by all rows", a[r] * residual / m),
            Mistake("the mask forgotten", residual / count),
            Mistake("not divided", a[r] * residual),
            Mistake("only s masked", (a[r] * s[r, i] - delta(t[r], i)) / count),
        ),
        note="An ignored row has a_r = 0, and its gradient is 0.",
    )


THEOREM = Theorem(
    name="cross_entropy_ignored_rows",
    title="Softmax cross-entropy with ignored rows",
    about=(
        "Padding and unlabelled samples are left out by a mask a, with a_r = 1 for a row that "
        "counts and 0 for one that does not (ignore_index of torch.nn.CrossEntropyLoss). The mean "
        "is over the rows that count, so the divisor is their number and not that of all rows; "
        "some row has to count. The formula holds for any row weights a whose sum is not 0."
    ),
    build=lambda: (by_logit(),),
)
