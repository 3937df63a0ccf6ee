"""How the cost of a proof grows with nesting, and where that stops being practical.

    products of k sums      L = (sum_i x_i) (sum_i x_i**2) .. (sum_i x_i**k), by x_r
    chains of k layers      h_l = tanh(W_l h_{l-1}), L = sum_i g_i h_k,i, by W_1, as backpropagation
                            has it: D_k = g (1 - h_k**2), D_l = (W_{l+1}^T D_{l+1}) (1 - h_l**2)

Run ``python -m tests.benchmarks.nesting``. *Prove* is to find a proof of that claim, *derive* is
``gradient``, which is not told the answer, shows every line and proves it. Each is tried in a
process of its own and given up after the time limit. Nothing depends on n: sizes are names, in the
claim and in the proof, and a proof is one and the same for all of them.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from math import log, prod
from typing import Any, NamedTuple

from sympy import tanh

from derive import NotationError, NotProved, gradient, index, indices, real, size, sum_over
from derive.kernel import Proof
from derive.proof_files import dump, replay
from derive.stating import state_claim
from derive.symbols import Definition
from derive.tactics.prove import prove

from .timing import timed

DEEPEST = 6


class Case(NamedTuple):
    """A claim about a derivative."""

    loss: Any
    by: Any
    value: Any


def product_of_sums(k: int) -> Case:
    """The product of the first k power sums, and the product rule for it."""
    n = size("n")
    x, i, r = real("x", n), index("i", n), index("r", n)
    sums = [sum_over(i, x[i] ** p) for p in range(1, k + 1)]
    slopes = [p * x[r] ** (p - 1) for p in range(1, k + 1)]
    one_at_a_time = (slope * prod(sums[:p] + sums[p + 1 :]) for p, slope in enumerate(slopes))
    return Case(prod(sums), x[r], sum(one_at_a_time))


def chain_of_layers(k: int) -> Case:
    """k linear layers with tanh, no two of the same width, and backpropagation to the first."""
    sizes = [size(f"n{layer}") for layer in range(k + 1)]
    at = [index(f"i{layer}", below) for layer, below in enumerate(sizes)]
    weights = [real(f"W{layer + 1}", sizes[layer + 1], sizes[layer]) for layer in range(k)]
    x, g = real("x", sizes[0]), real("g", sizes[k])
    hidden = [x]
    for layer, weight in enumerate(weights):
        here, before = at[layer + 1], at[layer]
        logits = sum_over(before, weight[here, before] * hidden[layer][before])
        hidden.append(Definition(f"h{layer + 1}", (here,), tanh(logits)))
    arriving = g[at[k]]
    for layer in range(k, 0, -1):
        here = at[layer]
        body = arriving * (1 - hidden[layer][here] ** 2)
        error = Definition(f"D{layer}", (here,), body)
        arriving = sum_over(here, weights[layer - 1][here, at[layer - 1]] * error[here])
    (a,), (b,) = indices("a", sizes[1]), indices("b", sizes[0])
    return Case(sum_over(at[k], g[at[k]] * hidden[k][at[k]]), weights[0][a, b], error[a] * x[b])


FAMILIES: dict[str, Callable[[int], Case]] = {
    "products of k sums": product_of_sums,
    "chains of k layers with tanh": chain_of_layers,
}


def proved(case: Case) -> Proof:
    """A proof of the claim of a case."""
    return prove(state_claim(*case))


def derived(case: Case) -> Proof:
    """The proof that comes with a gradient that was derived."""
    return gradient(case.loss, case.by).proof


WAYS: dict[str, Callable[[Case], Proof]] = {"prove": proved, "derive": derived}


def measured(family: str, k: int, way: str) -> dict[str, Any]:
    """What one case costs, or why it was not proved."""
    case = FAMILIES[family](k)
    found: list[Proof] = []
    try:
        took = timed(lambda: found.append(WAYS[way](case)))
    except (NotProved, NotationError) as why:
        return {"failed": f"{type(why).__name__}: {why}"}
    data = dump(found[0])
    return {
        "took": took,
        "replay": timed(lambda: replay(data)),
        "lines": len(data["lines"]),
        "bytes": len(json.dumps(data, separators=(",", ":"))),
        "sizes": data["sizes"],
    }


def tried(family: str, k: int, way: str, limit: float) -> dict[str, Any]:
    """What is measured in a process of its own, within a time limit in seconds."""
    call = [sys.executable, "-m", __spec__.name, "--case", family, str(k), way]
    try:
        done = subprocess.run(call, capture_output=True, check=True, text=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return {"failed": f"given up after {limit:g} s"}
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def row(k: int, way: str, found: dict[str, Any]) -> str:
    """One line of a table."""
    if "failed" in found:
        return f"  {k:2}  {way:6}  {found['failed'][:80]}"
    numbers = f"{found['took']:9.1f} {found['replay']:9.1f} {found['lines']:6} {found['bytes']:8}"
    return f"  {k:2}  {way:6} {numbers}   for every {', '.join(found['sizes'])}"


def table(family: str, limit: float) -> Iterator[str]:
    """A family: a line for each k and way, and how far each way goes within the limit."""
    yield f"{family:11} {'ms':>8} {'replay':>9} {'lines':>6} {'bytes':>8}"
    for way in WAYS:
        times: list[float] = []
        for k in range(1, DEEPEST + 1):
            found = tried(family, k, way, limit)
            yield row(k, way, found)
            if "failed" in found:
                break
            times.append(found["took"])
        yield f"  to {way}: practical to {reach(times, limit)}"


def reach(times: list[float], limit: float) -> str:
    """To which k the times go, and to which k they would go within the limit at the last rate."""
    k = len(times)
    if k < DEEPEST:
        return f"k = {k}"
    rate = times[-1] / times[-2]
    further = int(log(1e3 * limit / times[-1]) / log(rate)) if rate > 1 else 0
    return f"k = {k + further}, at {rate:.1f} times the time with each k"


def main() -> None:
    """Print a table for each family."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=float, default=20, help="seconds for one case")
    parser.add_argument("--case", nargs=3, metavar=("FAMILY", "K", "WAY"), help="one case alone")
    asked = parser.parse_args()
    if asked.case:
        family, k, way = asked.case
        print(json.dumps(measured(family, int(k), way)))
        return
    for family in FAMILIES:
        for line in table(family, asked.limit):
            print(line, flush=True)


if __name__ == "__main__":
    main()
