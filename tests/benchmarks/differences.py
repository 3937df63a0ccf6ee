"""Checking a gradient at vocabulary scale: exact differences beside torch and jax.

Run ``python -m tests.benchmarks.differences``. The loss is softmax cross-entropy, the gradient that
is checked is a NumPy array that any program could have made. All times are medians of calls that
take turns within one process, on one thread; the ratios are what to quote. Tools that are not
installed are left out, and said to be.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from derive import theorem
from numeric.compile import compile_term
from numeric.difference_check import DifferenceCheck

Array = NDArray[Any]
Mutant = Callable[[Array, Array], Array]  # of the softmax and the labels
Check = Callable[[Mutant], bool]  # whether a gradient passes

SIZES = (50_257, 128_256)
FORMULA, ARRAY = "check of the claimed formula", "check of an array"
CLAIM = theorem("softmax_cross_entropy").parts[1].claim  # sum(y) s - y, for any labels


def softmax(x: Array) -> Array:
    e = np.exp(x - x.max())
    return np.asarray(e / e.sum())


def right(s: Array, y: Array) -> Array:
    return np.asarray(y.sum() * s - y)


def _added(amount: float) -> Mutant:
    def mutant(s: Array, y: Array) -> Array:
        g = right(s, y)
        g[len(g) // 3] += amount
        return g

    return mutant


def _swapped(s: Array, y: Array) -> Array:
    g = right(s, y)
    g[[1, 2]] = g[[2, 1]]
    return g


def _warmer(s: Array, y: Array) -> Array:
    warm = s ** (1 / 1.001)
    return np.asarray(y.sum() * (warm / warm.sum()).astype(s.dtype) - y)


MUTANTS: Mapping[str, Mutant] = {
    "s": lambda s, y: s,
    "y - s": lambda s, y: y - s,
    "1e-4 added at one coordinate": _added(1e-4),
    "divided by n": lambda s, y: right(s, y) / s.dtype.type(len(s)),
    "s (1 - s)": lambda s, y: s * (1 - s),
    "without sum y": lambda s, y: s - y,
    "temperature 1.001": _warmer,
    "1e-3 added at one coordinate": _added(1e-3),
    "two coordinates swapped": _swapped,
    "s dropped where it is below 1e-5": lambda s, y: y.sum() * np.where(s < 1e-5, 0, s) - y,
}


def problem(n: int, dtype: Any) -> tuple[Array, Array]:
    """Logits, and labels that add up to 2, for one of the mutants to be wrong."""
    rng = np.random.default_rng(0)
    x = (2 * rng.standard_normal(n)).astype(dtype)
    y = np.zeros(n, dtype)
    y[[n // 2, n // 5]] = 1.25, 0.75
    return x, y


# ---- the tools -----------------------------------------------------------------------------------


def ours(x: Array, y: Array) -> Check:
    check = DifferenceCheck(CLAIM)
    s = softmax(x)
    return lambda gradient: check(gradient(s, y), x=x, y=y).agrees


def torch_gradcheck(x: Array, y: Array) -> Check:
    import torch  # noqa: PLC0415  (optional)

    torch.set_num_threads(1)
    labels = torch.from_numpy(y)

    def passes(gradient: Mutant) -> bool:
        class Loss(torch.autograd.Function):
            @staticmethod
            def forward(ctx: Any, logits: Any) -> Any:
                ctx.save_for_backward(logits)
                return -(labels * torch.log_softmax(logits, 0)).sum()

            @staticmethod
            def backward(ctx: Any, upstream: Any) -> Any:
                (logits,) = ctx.saved_tensors
                s = torch.softmax(logits, 0).numpy()
                return upstream * torch.from_numpy(np.ascontiguousarray(gradient(s, y)))

        logits = torch.from_numpy(x.copy()).requires_grad_()
        return bool(
            torch.autograd.gradcheck(Loss.apply, (logits,), fast_mode=True, raise_exception=False)
        )

    return passes


def jax_check_grads(x: Array, y: Array) -> Check:
    import jax  # noqa: PLC0415  (optional)

    jax.config.update("jax_enable_x64", True)
    from jax.test_util import check_grads  # noqa: PLC0415

    labels = jax.numpy.asarray(y)
    logits = jax.numpy.asarray(x)
    s = jax.jit(jax.nn.softmax)

    def passes(gradient: Mutant) -> bool:
        @jax.custom_vjp
        def loss(a: Any) -> Any:
            return -(labels * jax.nn.log_softmax(a)).sum()

        def forward(a: Any) -> Any:
            return loss(a), a

        def backward(a: Any, upstream: Any) -> Any:
            return (upstream * jax.numpy.asarray(gradient(np.asarray(s(a)), y)),)

        loss.defvjp(forward, backward)
        try:
            check_grads(loss, (logits,), order=1, modes=["rev"])
        except AssertionError:
            return False
        return True

    return passes


PEERS = {"torch gradcheck, fast": torch_gradcheck, "jax check_grads": jax_check_grads}


# ---- the figures ---------------------------------------------------------------------------------


def in_turns(calls: Mapping[str, Callable[[], Any]], runs: int) -> dict[str, float]:
    """The median time of each call in milliseconds; one round goes before."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for turn in range(runs + 1):
        for name, call in calls.items():
            start = perf_counter()
            call()
            if turn:
                times[name].append(1e3 * (perf_counter() - start))
    return {name: median(found) for name, found in times.items()}


def missed(check: Check) -> list[str]:
    """The mutants that pass."""
    return [name for name, mutant in MUTANTS.items() if check(mutant)]


def loss_and_check(x: Array, y: Array) -> dict[str, Callable[[], Any]]:
    """The compiled loss, and the check of the claim's own formula at all coordinates."""
    loss = compile_term(CLAIM.declarations, CLAIM.of)
    check = DifferenceCheck(CLAIM)
    return {
        "the compiled loss, once": lambda: loss(x=x, y=y),
        FORMULA: lambda: check(x=x, y=y).agrees,
    }


def report(n: int, dtype: Any, runs: int) -> None:
    """The table of one size and dtype."""
    x, y = problem(n, dtype)
    calls = loss_and_check(x, y)
    first = in_turns(calls, 10 * runs)
    base = first["the compiled loss, once"]
    print(f"softmax cross-entropy, n = {n:,}, {np.dtype(dtype).name}, all coordinates")
    for name, took in first.items():
        print(f"  {name:38} {took:9.3f} ms {took / base:8.2f} losses")
    checks: dict[str, Check] = {ARRAY: ours(x, y)}
    for name, peer in PEERS.items() if dtype is np.float64 else ():
        try:
            checks[name] = peer(x, y)
        except ImportError:
            print(f"  {name:38} not installed")
    turns = {name: _of_right(check) for name, check in checks.items()}
    second = in_turns({FORMULA: calls[FORMULA], **turns}, runs)
    for name, check in checks.items():
        wrong = missed(check)
        by_formula, by_array = (second[name] / second[of] for of in (FORMULA, ARRAY))
        print(
            f"  {name:38} {second[name]:9.3f} ms {by_formula:8.2f} checks of the formula,", end=" "
        )
        print(
            f"{by_array:.2f} of an array;",
            "passes" if check(right) else "REFUSES",
            "what is right,",
        )
        print(f"{'':40} misses {len(wrong)} of {len(MUTANTS)}", ", ".join(wrong))


def _of_right(check: Check) -> Callable[[], bool]:
    return lambda: check(right)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    for n in SIZES:
        for dtype in (np.float64, np.float32):
            report(n, dtype, runs)


if __name__ == "__main__":
    main()
