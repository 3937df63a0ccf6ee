"""The functions that losses are made of, as definitions and expressions."""

from __future__ import annotations

from itertools import chain, count
from typing import Any

from sympy import Expr, Idx, exp, log

from .symbols import Definition, Size, Variable, index, size_of, sum_over


def softmax(logits: Variable | Definition, name: str = "s") -> Definition:
    """s_k = exp(x_k) / sum_j exp(x_j), along the last axis of the logits.

    Logits of rank 2 and more give a softmax for each row: s_rk = exp(X_rk) / sum_j exp(X_rj).

    >>> from derive import real, size
    >>> n = size("n")
    >>> s = softmax(real("x", n))
    >>> s
    s
    >>> s.body
    exp(x[k])/Sum(exp(x[j]), (j, 0, n - 1))
    """
    *outer, axis = logits.shape
    rows = _indices(outer)
    j, k = index("j", axis), index("k", axis)
    body = exp(logits[(*rows, k)]) / sum_over(j, exp(logits[(*rows, j)]))
    return Definition(name, (*rows, k), body)


def cross_entropy(labels: Any, probabilities: Any) -> Expr:
    """L = -sum_k y_k log(s_k), over the last axis; of rank 2 and more, the mean over the rows.

    >>> from derive import real, size
    >>> n = size("n")
    >>> cross_entropy(real("y", n), softmax(real("x", n)))
    -Sum(log(s[k])*y[k], (k, 0, n - 1))
    """
    *outer, axis = labels.shape
    rows = _indices(outer)
    k = index("k", axis)
    loss = -sum_over(k, labels[(*rows, k)] * log(probabilities[(*rows, k)]))
    for row, size in zip(reversed(rows), reversed(outer), strict=True):
        loss = sum_over(row, loss) / size
    return loss


def squared_error(inputs: Variable, weights: Variable, bias: Any, targets: Variable) -> Expr:
    """L = 1/m sum_r (sum_d X_rd w_d + b - t_r)**2, the mean over the samples r.

    >>> from derive import real, size
    >>> m, p = size("m"), size("p")
    >>> squared_error(real("X", m, p), real("w", p), real("b"), real("t", m))
    Sum((b - t[r] + Sum(X[r, d]*w[d], (d, 0, p - 1)))**2, (r, 0, m - 1))/m
    """
    samples, features = inputs.shape
    r, d = index("r", samples), index("d", features)
    error = sum_over(d, inputs[r, d] * weights[d]) + bias - targets[r]
    return sum_over(r, error**2) / samples


def upstream(gradient: Variable, output: Any) -> Expr:
    """L = sum G Y over all entries: a loss whose gradient by the output Y of a layer is G.

    What comes after a layer reaches its inputs only through G = dL/dY, so that the derivative of
    this L, with G held fixed, is the vector-Jacobian product that backpropagation computes
    (Griewank and Walther, Evaluating Derivatives, 2nd ed. 2008, section 3.2).

    >>> from derive import real, size
    >>> m, n = size("m"), size("n")
    >>> upstream(real("G", m, n), softmax(real("X", m, n)))
    Sum(G[r, k]*s[r, k], (k, 0, n - 1), (r, 0, m - 1))
    """
    *rows, last = gradient.shape
    at = (*_indices(rows), index("k", last))
    total = gradient[at] * output[at]
    for place in reversed(at):
        total = sum_over(place, total)
    return total


def mean_over(bound: Idx, body: Any) -> Expr:
    """The mean of the body over an index: its sum divided by the size.

    >>> from derive import real, size
    >>> n = size("n")
    >>> x, j = real("x", n), index("j", n)
    >>> mean_over(j, x[j])
    Sum(x[j], (j, 0, n - 1))/n
    """
    return sum_over(bound, body) / size_of(bound)


def _indices(sizes: list[Size]) -> tuple[Idx, ...]:
    names = chain("rqp", (f"r{number}" for number in count()))
    return tuple(index(name, axis) for name, axis in zip(names, sizes, strict=False))
