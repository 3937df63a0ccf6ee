"""Softmax cross-entropy with integer labels: dL/dX_ri = (s_ri - delta(t_r, i)) / m."""

from typing import Any

from sympy import Symbol, exp, log

from ...derivation import derive
from ...losses import mean_over, softmax
from ...statement import Mistake, Part, Theorem
from ...symbols import delta, indices, labels, real, size, sum_over

m, n = size("m"), size("n")
X, t = real("X", m, n), labels("t", m, below=n)
q, r = indices("q r", m)
i, j, k = indices("i j k", n)
s = softmax(X)

LOSS = Symbol("L")
DEFINITION = (mean_over(q, -log(s[q, t[q]])), "t_q is the class of sample q")


def normaliser(row: Any) -> Any:
    """The denominator of softmax in one row."""
    return sum_over(j, exp(X[row, j]))


def by_logit() -> Part:
    """The gradient by one logit of one row."""
    direct = derive(
        "the direct way",
        name=LOSS,
        by=X[r, i],
        rewriting=[
            DEFINITION,
            (mean_over(q, log(normaliser(q)) - X[q, t[q]]), "log of a quotient, and log e^u = u"),
        ],
        slopes=[
            (
                mean_over(
                    q, delta(q, r) * (exp(X[q, i]) / normaliser(q)) - delta(q, r) * delta(t[q], i)
                ),
                "only row r has X_ri, and X_q,t_q is it where also t_q = i",
            ),
            (mean_over(q, delta(q, r) * (s[q, i] - delta(t[q], i))), "definition of s"),
            ((s[r, i] - delta(t[r], i)) / m, "δ_qr keeps the row q = r"),
        ],
    )
    return Part(
        derivations=(direct,),
        mistakes=(
            Mistake("without 1/m", s[r, i] - delta(t[r], i)),
            Mistake("δ forgotten", s[r, i] / m),
            Mistake("the sign turned", (delta(t[r], i) - s[r, i]) / m),
            Mistake("1 taken off every logit of the row", (s[r, i] - 1) / m),
            Mistake("the probability of the label", (s[r, t[r]] - delta(t[r], i)) / m),
        ),
        note="In a program: copy the probabilities, take 1 off at (r, t_r), divide by m.",
    )


THEOREM = Theorem(
    name="cross_entropy_integer_labels",
    title="Softmax cross-entropy with integer labels",
    about=(
        "The class of sample r is given as a number t_r, and the loss looks up its probability, "
        "as torch.nn.CrossEntropyLoss and sparse_softmax_cross_entropy_with_logits of TensorFlow "
        "do. It is the case of one-hot labels, Y_rk = 1 where k = t_r and 0 elsewhere. No "
        "hypothesis is left over, for such rows always add up to 1."
    ),
    build=lambda: (by_logit(),),
)
