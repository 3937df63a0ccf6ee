"""Proving beside tensorgrad, which differentiates and simplifies with symbolic sizes as we do.

Run ``python -m tests.benchmarks.tensorgrad_peer``; without tensorgrad installed (``pip install
tensorgrad``, the extra ``bench``) it says so and ends. Both sides begin with variables and end with
the same statement, in one process, one after the other: tensorgrad with the derivative simplified
in full, we with the claim stated and proved. What we take to *derive* it, without being told the
answer and with every line shown and proved, stands behind. Milliseconds; the ratio is what counts.

The exit status is 1 where proving is not at least ten times faster on a case that the project
promises it for.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

import sympy
from sympy import Expr, sqrt

from derive import cross_entropy, gradient, indices, positive, real, simplex, size, softmax
from derive.losses import mean_over, upstream
from derive.stating import state_claim
from derive.symbols import Definition, delta, sum_over
from derive.tactics.prove import prove

from .timing import milliseconds

AT_LEAST = 10.0


class Statement(NamedTuple):
    """What is to be proved: one derivative after the other, each with its value."""

    loss: Any
    steps: tuple[tuple[Any, Any], ...]

    def prove(self) -> None:
        """Prove the value of each derivative."""
        of = self.loss
        for by, value in self.steps:
            prove(state_claim(of, by, value))
            of = value

    def derive(self) -> None:
        """Find each derivative."""
        of = self.loss
        for by, _ in self.steps:
            of = gradient(of, by).result


class Case(NamedTuple):
    """One statement, for us and for tensorgrad."""

    name: str
    promised: bool
    ours: Callable[[], Statement]
    theirs: Callable[[Any, Any], Any]


# ---- ours ----------------------------------------------------------------------------------------


def our_loss() -> tuple[Any, Definition, Expr, Statement]:
    """Softmax with cross-entropy, and its gradient s - y."""
    n = size("n")
    x, y = real("x", n), simplex("y", n)
    (i,) = indices("i", n)
    s = softmax(x)
    return x, s, s[i], Statement(cross_entropy(y, s), ((x[i], s[i] - y[i]),))


def our_cross_entropy() -> Statement:
    """dL/dx_i = s_i - y_i"""
    return our_loss()[-1]


def our_hessian() -> Statement:
    """d2L/dx_i dx_j = s_i (delta_ij - s_j)"""
    x, s, s_i, first = our_loss()
    i, j = indices("i j", x.shape[0])
    return Statement(first.loss, (*first.steps, (x[j], s_i * (delta(i, j) - s[j]))))


def our_jacobian() -> Statement:
    """ds_k/dx_i = s_k (delta_ki - s_i)"""
    n = size("n")
    x = real("x", n)
    i, k = indices("i k", n)
    s = softmax(x)
    return Statement(s[k], ((x[i], s[k] * (delta(k, i) - s[i])),))


class Linear(NamedTuple):
    """A linear layer Y = X W + b for a batch, and an entry of W."""

    output: Definition
    by: Expr
    rows: Any
    inputs: Expr
    at: tuple[Any, Any]
    outputs: tuple[Any, Any]


def our_linear() -> Linear:
    """Y_rk = sum_d X_rd W_dk + b_k"""
    m, p, q = size("m"), size("p"), size("q")
    X, W, b = real("X", m, p), real("W", p, q), real("b", q)
    (r,), (d, a), (k, c) = indices("r", m), indices("d a", p), indices("k c", q)
    Y = Definition("Y", (r, k), sum_over(d, X[r, d] * W[d, k]) + b[k])
    return Linear(Y, W[a, c], r, X[r, a], (r, c), (m, q))


def our_linear_upstream() -> Statement:
    """dL/dW_ac = sum_r X_ra G_rc for L = sum G Y"""
    layer = our_linear()
    G = real("G", *layer.outputs)
    value = sum_over(layer.rows, layer.inputs * G[layer.at])
    return Statement(upstream(G, layer.output), ((layer.by, value),))


def our_linear_squares() -> Statement:
    """dL/dW_ac = 2/(m q) sum_r X_ra (Y_rc - T_rc) for the mean of the squares of Y - T"""
    layer = our_linear()
    T, Y, at = real("T", *layer.outputs), layer.output, layer.at
    m, q = layer.outputs
    (k,) = indices("k", q)
    r = layer.rows
    loss = mean_over(r, mean_over(k, (Y[r, k] - T[r, k]) ** 2))
    value = 2 * sum_over(r, layer.inputs * (Y[at] - T[at])) / (m * q)
    return Statement(loss, ((layer.by, value),))


def our_layer_norm() -> Statement:
    """dz_k/dx_i = (delta_ki - 1/n - z_k z_i / n) / sigma"""
    n = size("n")
    x, epsilon = real("x", n), positive("epsilon")
    i, j, k, h = indices("i j k h", n)
    mu = mean_over(j, x[j])
    sigma = sqrt(mean_over(h, (x[h] - mu) ** 2) + epsilon)
    z = Definition("z", (k,), (x[k] - mu) / sigma)
    return Statement(z[k], ((x[i], (delta(k, i) - 1 / n - z[k] * z[i] / n) / sigma),))


# ---- theirs, by the public names that its documentation uses -------------------------------------


def their_loss(tg: Any, F: Any) -> tuple[Any, Any]:
    """Softmax with cross-entropy as in its read-me."""
    (n,) = sympy.symbols("n,")
    x, y = tg.Variable("x", n), tg.Variable("y", n)
    y = y.with_eq_constraint(F.sum(y), 1)
    e = F.exp(x)
    return x, -(y @ F.log(e / F.sum(e)))


def their_fused_loss(tg: Any, F: Any) -> tuple[Any, Any]:
    """Softmax with cross-entropy by its own function, which cancels log and exp beforehand."""
    (n,) = sympy.symbols("n,")
    x, y = tg.Variable("x", n), tg.Variable("y", n)
    return x, F.cross_entropy(x, y.with_eq_constraint(F.sum(y), 1), "n")


def their_gradient(loss: Callable[[Any, Any], tuple[Any, Any]], times: int) -> Any:
    """A derivative of a loss, simplified in full."""

    def run(tg: Any, F: Any) -> Any:
        x, derivative = loss(tg, F)
        for _ in range(times):
            derivative = derivative.grad(x)
        return derivative.full_simplify()

    return run


def their_jacobian(tg: Any, F: Any) -> Any:
    """The Jacobian of softmax."""
    (n,) = sympy.symbols("n,")
    x = tg.Variable("x", n)
    return F.softmax(x, "n").grad(x).full_simplify()


def their_linear(tg: Any, F: Any) -> tuple[Any, Any, Any, Any]:
    """A linear layer."""
    m, p, q = sympy.symbols("m p q")
    X, W, b = tg.Variable("X", m, p), tg.Variable("W", p, q), tg.Variable("b", q)
    return W, X @ W + b, tg.Variable("G", m, q), tg.Variable("T", m, q)


def their_linear_upstream(tg: Any, F: Any) -> Any:
    """By the weights, given the gradient by the output."""
    W, Y, G, _ = their_linear(tg, F)
    return F.sum(G * Y).grad(W).full_simplify()


def their_linear_squares(tg: Any, F: Any) -> Any:
    """By the weights, of the mean of squares."""
    W, Y, _, T = their_linear(tg, F)
    return F.mean((Y - T) ** 2).grad(W).full_simplify()


def their_layer_norm(tg: Any, F: Any) -> Any:
    """The Jacobian of the normalised values."""
    (n,) = sympy.symbols("n,")
    x, epsilon = tg.Variable("x", n), tg.Variable("epsilon")
    centred = x - F.mean(x, "n", keepdims=True)
    spread = F.sqrt(F.mean(centred * centred, "n", keepdims=True) + epsilon)
    return (centred / spread).grad(x).full_simplify()


CASES = (
    Case("cross-entropy", True, our_cross_entropy, their_gradient(their_loss, 1)),
    Case("cross-entropy, fused", False, our_cross_entropy, their_gradient(their_fused_loss, 1)),
    Case("softmax Jacobian", True, our_jacobian, their_jacobian),
    Case("Hessian", True, our_hessian, their_gradient(their_loss, 2)),
    Case("Hessian, fused", False, our_hessian, their_gradient(their_fused_loss, 2)),
    Case("linear dW, mean of squares", True, our_linear_squares, their_linear_squares),
    Case("linear dW, dL/dY given", False, our_linear_upstream, their_linear_upstream),
    Case("layer norm Jacobian", True, our_layer_norm, their_layer_norm),
)


def measured(case: Case, runs: int, tg: Any, F: Any) -> bool:
    """Print the row of a case; whether it keeps the promise."""
    theirs = milliseconds(lambda: case.theirs(tg, F), runs)
    proving = milliseconds(lambda: case.ours().prove(), runs)
    deriving = milliseconds(lambda: case.ours().derive(), runs)
    kept = theirs >= AT_LEAST * proving or not case.promised
    row = f"{case.name:28} {theirs / proving:8.1f} {theirs:10.1f} {proving:10.2f} {deriving:10.1f}"
    print(row if kept else f"{row}  UNDER {AT_LEAST:g}", flush=True)
    return kept


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7, help="runs of each")
    runs = parser.parse_args().runs
    if find_spec("tensorgrad") is None:
        print("tensorgrad is not installed: nothing to compare with (pip install tensorgrad)")
        return
    modules = import_module("tensorgrad"), import_module("tensorgrad.functions")
    print(f"{'milliseconds':28} {'ratio':>8} {'tensorgrad':>10} {'prove':>10} {'derive':>10}")
    kept = [measured(case, runs, *modules) for case in CASES]
    sys.exit(not all(kept))


if __name__ == "__main__":
    main()
