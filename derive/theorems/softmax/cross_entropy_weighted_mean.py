"""The class-weighted mean of a batch: dL/dX_ri = w_(t_r) (s_ri - delta(t_r, i)) / sum_q w_(t_q)."""

from typing import Any

from sympy import Symbol, exp, log

from ...derivation import derive
from ...losses import softmax
from ...statement import Mistake, Part, Theorem
from ...symbols import delta, indices, labels, positive, real, size, sum_over

m, n = size("m"), size("n")
X, w, t = real("X", m, n), positive("w", n), labels("t", m, below=n)
q, r = indices("q r", m)
i, j, k = indices("i j k", n)
s = softmax(X)
W = sum_over(q, w[t[q]])


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
            (-sum_over(q, w[t[q]] * log(s[q, t[q]])) / W, "t_q is the class of sample q"),
            (
                sum_over(q, w[t[q]] * (log(normaliser(q)) - X[q, t[q]])) / W,
                "log of a quotient, and log e^u = u",
            ),
        ],
        slopes=[
            (
                sum_over(q, delta(q, r) * w[t[q]] * (s[q, i] - delta(t[q], i))) / W,
                "theorem cross_entropy_integer_labels in each row; only row r has X_ri",
            ),
            (w[t[r]] * (s[r, i] - delta(t[r], i)) / W, "δ_qr keeps the row q = r"),
        ],
    )
    residual = s[r, i] - delta(t[r], i)
    return Part(
        derivations=(direct,),
        mistakes=(
            Mistake("divided by the number of rows", w[t[r]] * residual / m),
            Mistake("divided by the sum over the classes", w[t[r]] * residual / sum_over(k, w[k])),
            Mistake("the weight of i for that of t_r", w[i] * residual / W),
            Mistake("the weight forgotten above", residual / W),
        ),
        note="With equal weights it is the plain mean over the m rows.",
    )


THEOREM = Theorem(
    name="cross_entropy_weighted_mean",
    title="The class-weighted mean of softmax cross-entropy over a batch",
    about=(
        "With class weights, torch.nn.CrossEntropyLoss divides not by the number of samples but "
        "by the sum of their weights. So every row's gradient depends on the classes of all rows, "
        "through the divisor, and the mean over a batch is not the mean over its halves. The "
        "weights are positive, so that the divisor is not 0."
    ),
    build=lambda: (by_logit(),),
)
