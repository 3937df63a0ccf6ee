"""Compiled formulas beside NumPy by hand, and softmax - y beside scipy, torch and jax.

Run ``python -m tests.benchmarks.compiled``. Every case computes a gradient of the catalogue at a
size of real models, once as compiled and once as somebody who knows NumPy writes it, stably. All
times are medians of calls that take turns within one process, on one thread; the ratios are what
to quote, and above 1 the compiled code is faster. Memory is the peak of one call, in arrays of the
size of the largest input. ``--texts`` prints both programs of each case. Tools that are not
installed are left out, and said to be.
"""

from __future__ import annotations

import argparse
import inspect
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from derive import theorem
from numeric.callables import functions
from numeric.compile import Compiled
from numeric.workspace import Workspace

from .differences import in_turns

Array = NDArray[Any]
DTYPES = (np.float64, np.float32)
ROWS, VOCABULARY = 32, 50_257
KEY = 4  # the part of attention that is about a key


# ---- by hand -------------------------------------------------------------------------------------


def softmax_minus_y(x: Array, y: Array) -> Array:
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return np.asarray(e / e.sum(axis=1, keepdims=True) - y)


def softmax_minus_y_of_one(x: Array, y: Array) -> Array:
    e = np.exp(x - x.max())
    return np.asarray(e / e.sum() - y)


def batch_mean(X: Array, Y: Array) -> Array:
    e = np.exp(X - X.max(axis=1, keepdims=True))
    return np.asarray((e / e.sum(axis=1, keepdims=True) - Y) / len(X))


def softmax_vjp(G: Array, X: Array) -> Array:
    e = np.exp(X - X.max(axis=1, keepdims=True))
    s = e / e.sum(axis=1, keepdims=True)
    return np.asarray(s * (G - (G * s).sum(axis=1, keepdims=True)))


def log_softmax_vjp(g: Array, x: Array) -> Array:
    e = np.exp(x - x.max())
    return np.asarray(g - e / e.sum() * g.sum())


def attention_by_key(
    G: Array,
    K: Array,
    M: Array,
    Q: Array,
    V: Array,
) -> Array:
    scale = np.sqrt(Q.dtype.type(K.shape[1]))
    a = Q @ K.T / scale + M
    e = np.exp(a - a.max(axis=1, keepdims=True))
    s = e / e.sum(axis=1, keepdims=True)
    d = G @ V.T
    return np.asarray((s * (d - (s * d).sum(axis=1, keepdims=True))).T @ Q / scale)


def rms_norm(G: Array, X: Array, epsilon: Array, gamma: Array) -> Array:
    n = X.dtype.type(X.shape[1])
    r = 1 / np.sqrt((X * X).sum(axis=1, keepdims=True) / n + epsilon)
    g = G * gamma
    return np.asarray(r * g - X * (r**3 * (g * X).sum(axis=1, keepdims=True) / n))


def l2_normalisation(G: Array, X: Array) -> Array:
    norm = np.sqrt((X * X).sum(axis=1, keepdims=True))
    u = X / norm
    return np.asarray((G - u * (u * G).sum(axis=1, keepdims=True)) / norm)


def logistic_weights(
    X: Array,
    b: Array,
    w: Array,
    y: Array,
    **others: Array,
) -> Array:
    z = X @ w + b
    e = np.exp(-np.abs(z))
    s = np.where(z >= 0, 1, e) / (1 + e)
    return np.asarray((s - y) @ X / y.dtype.type(len(y)) + others["lambda"] * w)


def squared_error_weights(X: Array, b: Array, t: Array, w: Array) -> Array:
    return np.asarray(2 * ((X @ w + b - t) @ X) / t.dtype.type(len(t)))


def silu(g: Array, x: Array) -> Array:
    e = np.exp(-np.abs(x))
    s = np.where(x >= 0, 1, e) / (1 + e)
    return np.asarray(g * s * (1 + x * (1 - s)))


# ---- the cases -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A gradient, compiled and by hand, with the values of the sizes."""

    name: str
    compiled: Compiled
    by_hand: Callable[..., Array]
    sizes: Mapping[str, int]

    def inputs(self, dtype: Any) -> dict[str, Array]:
        """Random arrays for everything that the gradient reads; scalars are positive."""
        random = np.random.default_rng(0)
        shapes = self.compiled.declarations.variables
        found = {}
        for name in self.compiled.arguments:
            drawn = random.standard_normal([self.sizes[axis] for axis in shapes[name]])
            found[name] = np.asarray(drawn if shapes[name] else 0.1, dtype)
        return found

    def texts(self) -> str:
        """Both programs."""
        return f"{self.compiled.text}\n{inspect.getsource(self.by_hand)}"


def gradient(name: str, part: int = 1) -> Compiled:
    """The compiled gradient of a part of a theorem."""
    return functions(theorem(name).parts[part - 1]).gradient.compiled


def cases() -> list[Case]:
    """All cases."""
    cross_entropy = functions(theorem("softmax_cross_entropy").parts[0])
    logits = {"m": ROWS, "n": VOCABULARY}
    hidden = {"m": 512, "n": 1024}
    heads = {"m": 512, "n": 512, "p": 64, "q": 64}
    design = {"m": 16_384, "p": 256}
    rows = cross_entropy.on_rows().gradient.compiled
    (own,) = [name for name in rows.declarations.sizes if name != "n"]
    return [
        Case("softmax - y, 32 rows", rows, softmax_minus_y, {own: ROWS, "n": VOCABULARY}),
        Case(
            "softmax - y, one row",
            cross_entropy.gradient.compiled,
            softmax_minus_y_of_one,
            {"n": 128_256},
        ),
        Case("cross-entropy, batch mean", gradient("cross_entropy_batch_mean"), batch_mean, logits),
        Case("softmax vjp", gradient("softmax_vjp"), softmax_vjp, logits),
        Case("log-softmax vjp", gradient("log_softmax_vjp"), log_softmax_vjp, {"n": 128_256}),
        Case("attention by a key", gradient("attention", KEY), attention_by_key, heads),
        Case("RMS norm", gradient("rms_norm"), rms_norm, hidden),
        Case("L2 normalisation", gradient("l2_normalisation"), l2_normalisation, hidden),
        Case("logistic weights", gradient("logistic_regression"), logistic_weights, design),
        Case("squared error weights", gradient("squared_error"), squared_error_weights, design),
        Case("SiLU", gradient("silu"), silu, {"n": 1_000_000}),
    ]


def call_of(case: Case, inputs: Mapping[str, Array]) -> Callable[[], Array]:
    """A call of the compiled code without checks, as the one by hand has none either."""
    return lambda: case.compiled.raw(**inputs)


def peak(call: Callable[[], Any], inputs: Mapping[str, Array]) -> float:
    """The most memory at any time during a call, in arrays of the size of the largest input."""
    call()
    tracemalloc.start()
    result = call()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    del result
    return most / max(array.nbytes for array in inputs.values())


def compare(case: Case, dtype: Any, runs: int) -> str:
    """A line of the table. The two have to agree, or the times would say nothing."""
    inputs = case.inputs(dtype)
    ours, hand = call_of(case, inputs), partial(case.by_hand, **inputs)
    expected = hand()
    apart = float(np.abs(ours() - expected).max() / np.abs(expected).max())
    if not apart <= 1e3 * np.finfo(dtype).eps:
        raise AssertionError(f"{case.name}: the two programs are {apart:.1g} apart")
    times = in_turns({"ours": ours, "hand": hand}, runs)
    ratio = times["hand"] / times["ours"]
    return (
        f"{case.name:28} {np.dtype(dtype).name:8} {ratio:6.2f} {times['ours']:10.3f} "
        f"{times['hand']:10.3f} {peak(ours, inputs):7.2f} {peak(hand, inputs):7.2f}"
    )


# ---- other libraries -----------------------------------------------------------------------------


def by_scipy(x: Array, y: Array) -> Callable[[], Any]:
    from scipy.special import softmax  # noqa: PLC0415  (optional)

    return lambda: softmax(x, axis=1) - y


def by_torch(x: Array, y: Array) -> Callable[[], Any]:
    import torch  # noqa: PLC0415  (optional)

    torch.set_num_threads(1)
    logits, labels = torch.from_numpy(x), torch.from_numpy(y)
    return lambda: torch.softmax(logits, 1) - labels


def by_jax(x: Array, y: Array) -> Callable[[], Any]:
    import jax  # noqa: PLC0415  (optional)

    jax.config.update("jax_enable_x64", True)
    logits, labels = jax.numpy.asarray(x), jax.numpy.asarray(y)
    compiled = jax.jit(lambda a, b: jax.nn.softmax(a, axis=1) - b)
    return lambda: compiled(logits, labels).block_until_ready()


LIBRARIES = {"scipy": by_scipy, "torch": by_torch, "jax, jit": by_jax}


def beside_libraries(case: Case, dtype: Any, runs: int) -> Iterator[str]:
    """softmax - y, with the share of the limit: one pass that subtracts into a given array."""
    x, y = case.inputs(dtype).values()
    out, workspace = np.empty_like(x), Workspace()
    calls: dict[str, Callable[[], Any]] = {
        "limit: np.subtract(x, y, out)": lambda: np.subtract(x, y, out=out),
        "compiled, to out": lambda: case.compiled.raw(out, workspace, x=x, y=y),
        "compiled": lambda: case.compiled.raw(x=x, y=y),
        "compiled, inputs checked": lambda: case.compiled(x=x, y=y),
        "NumPy by hand": lambda: case.by_hand(x, y),
    }
    for name, library in LIBRARIES.items():
        try:
            calls[name] = library(x, y)
        except ImportError:
            yield f"{name} is not installed"
    times = in_turns(calls, runs)
    limit, ours = times["limit: np.subtract(x, y, out)"], times["compiled, to out"]
    for name, took in times.items():
        kind = np.dtype(dtype).name
        yield f"{name:32} {kind:8} {took / ours:6.2f} {took:10.3f} {limit / took:8.2f}"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=25)
    parser.add_argument("--texts", action="store_true", help="print both programs of each case")
    asked = parser.parse_args()
    every = cases()
    if asked.texts:
        print("\n\n".join(f"# {case.name}\n\n{case.texts()}" for case in every))
        return
    print(f"{'gradient':28} {'dtype':8} {'ratio':>6} {'ours, ms':>10} {'by hand':>10}", end=" ")
    print(f"{'arrays':>7} {'by hand':>7}")
    for case in every:
        for dtype in DTYPES:
            print(compare(case, dtype, asked.runs))
    for dtype in DTYPES:
        print(f"\nsoftmax - y, {ROWS} x {VOCABULARY:,}; over compiled, to out; ms; of the limit")
        print(*beside_libraries(every[0], dtype, asked.runs), sep="\n")


if __name__ == "__main__":
    main()
