"""How long proving and replaying take, beside plain SymPy in the same process.

Run ``python -m tests.benchmarks.prove``. Each figure is the median of several warm runs; the ratios
are what to quote.
"""

from __future__ import annotations

import argparse

import sympy
from sympy import IndexedBase, Q, Sum, exp, log, refine, simplify, symbols

from derive.notation import read_claim
from derive.proof_files import dump, replay
from derive.tactics.prove import proof_of, prove
from derive.theorems import catalogue
from derive.theorems.softmax import softmax_cross_entropy

from .timing import milliseconds

_n, _i, _j, _k = symbols("n i j k", integer=True)
_x, _y = IndexedBase("x"), IndexedBase("y")
_total = Sum(_y[_k], (_k, 0, _n - 1))
_partition = Sum(exp(_x[_j]), (_j, 0, _n - 1))
_loss = -Sum(_y[_k] * log(exp(_x[_k]) / _partition), (_k, 0, _n - 1))
_rearranged = _total * log(_partition) - Sum(_y[_k] * _x[_k], (_k, 0, _n - 1))
_range = Q.ge(_i, 0) & Q.le(_i, _n - 1)
_simplified_range = Q.ge(_i, 0) & Q.le(_i - _n, -1)  # the form that simplify leaves

# What SymPy can do, from the recipe one finds first to what a person makes easy for it. All end in
# exp(x_i) * sum(y) / sum(exp(x)) - y_i, without steps and without a proof.
SYMPY = {
    "simplify, then refine": lambda: refine(simplify(_loss.diff(_x[_i]).doit()), _simplified_range),
    "refine, then simplify": lambda: simplify(refine(_loss.diff(_x[_i]).doit(), _range)),
    "the loss rearranged by hand": lambda: refine(_rearranged.diff(_x[_i]).doit(), _range),
}


def read_and_prove() -> None:
    """From the SymPy expressions of the claim to a checked proof."""
    module = softmax_cross_entropy
    claim = read_claim(module.L, module.x[module.i], module.GIVEN[0], [module.sums_to_one])
    prove(claim)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=50, help="runs of ours; SymPy gets a fifth")
    runs = parser.parse_args().runs
    claim = softmax_cross_entropy.THEOREM.parts[0].claim
    data = dump(proof_of(claim))
    searching = milliseconds(lambda: proof_of(claim), runs)
    reading = milliseconds(read_and_prove, runs)
    replaying = milliseconds(lambda: replay(data), runs)
    print(f"softmax cross-entropy, s - y for every n ({len(data['lines'])} rule applications)")
    print(f"  find the proof                           {searching:8.2f} ms")
    print(f"  read the SymPy claim and prove it        {reading:8.2f} ms")
    print(f"  replay the proof from its data           {replaying:8.2f} ms")
    print(f"SymPy {sympy.__version__} on the same loss, and the ratio to reading and proving")
    for recipe, run in SYMPY.items():
        took = milliseconds(run, max(3, runs // 5))
        print(f"  {recipe:40} {took:8.2f} ms {took / reading:8.0f}")
    print("checking every line of every derivation that is written out by hand")
    for name, theorem in catalogue().items():
        print(f"  {name:40} {milliseconds(theorem.build, max(3, runs // 5)):8.2f} ms")


if __name__ == "__main__":
    main()
