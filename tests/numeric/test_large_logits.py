"""Logits of ±1e4, mixed: no nan, and errors of a few roundings, for the whole softmax group.

The truth is ball arithmetic, from the floating-point inputs as the exact numbers that they are.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import derive.theorems.softmax
from derive.claims import Claim
from derive.kernel.judgement import Fact
from numeric.errors import InputError
from numeric.rounding import rounding_bound

from ..bars.problems import Programs, true_errors
from ..statements import STATEMENTS

GROUP = {path.stem for path in Path(derive.theorems.softmax.__file__).parent.glob("[!_]*.py")}
LOGITS = ("x", "X", "v")  # v is a teacher's logits in distillation, and a direction elsewhere
MOST = {np.float64: 1e-15, np.float32: 1e-6}
BALLS = 1e-45  # how wide balls may be where the value is 0
PATTERNS = {
    "one far above": [1e4, -1e4, 0, 1],
    "two close on top": [1e4, 1e4 - 1, -1e4, 0],
    "all equal": [1e4],
    "all low, one lower": [-1e4, -1e4, -1e4 - 1],
    "a slope": [1e4, 1e4 - 0.5, 1e4 - 10, 3],
    "one far below": [-1e4, 1e4, 1e4, 1e4],
}
CHOSEN = {
    name: part
    for name, (theorem, _, part) in STATEMENTS.items()
    if theorem in GROUP and {"x", "X"} & {*part.claim.declarations.variables}
}
# What is not within a few roundings of its own size, and why:
BY_ITS_BAR = {
    # sum_k x_k (y_k - s_k): terms of 1e4 that cancel, and labels add up to 1 but for a rounding
    "softmax_temperature-2": "gradient",
}


def inputs_of(name, part, logits, dtype, *, seed=0, n=4):
    """Logits of a pattern, labels that add up to 1, numbers between 1/2 and 1, others around 0."""
    random = np.random.default_rng(seed)
    declared = part.claim.declarations
    lengths = (3, n) if len(declared.sizes) > 1 else (n,)
    sizes = dict(zip(sorted(declared.sizes), lengths, strict=True))
    found = {}
    for variable, axes in declared.variables.items():
        shape = [sizes[axis] for axis in axes]
        if variable in ("x", "X") or (variable == "v" and name.startswith("distillation")):
            pattern = np.resize(np.array(PATTERNS[logits]), np.prod(shape))
            found[variable] = random.permutation(pattern).reshape(shape)
        elif variable in ("y", "Y"):
            found[variable] = random.dirichlet(np.ones(shape[-1]), shape[:-1])
        elif not shape or _is_positive(declared, variable):
            found[variable] = random.uniform(0.5, 1, shape)
        else:
            found[variable] = random.standard_normal(shape)
    arrays = {key: np.asarray(array, dtype) for key, array in found.items()}
    for label, (axes, below) in declared.labels.items():
        arrays[label] = random.integers(sizes[below], size=[sizes[axis] for axis in axes])
    return arrays, sizes


def _is_positive(declared, variable):
    facts = [stated for _, stated in declared.hypotheses if isinstance(stated, Fact)]
    return any(fact.term.kind == "element" and fact.term.args[0] == variable for fact in facts)


def errors(program, inputs, sizes):
    """The value, the most that each entry can be off, and its bar."""
    needed = {name: inputs[name] for name in program.arguments}
    needed |= {name: sizes[name] for name in program.sizes}
    value = np.asarray(program(**needed), np.float64)
    bar = np.asarray(rounding_bound(program, **needed))
    _, most = true_errors(program, needed, value, bar)
    return value, most, bar


def is_sure(program, inputs, sizes):
    """Whether a program asks for log(1 - s_t) where 1 - s_t is below every number of the dtype."""
    try:
        errors(program, inputs, sizes)
    except InputError as refusal:
        return "divide by zero encountered in log1p" in str(refusal)
    return False


@pytest.mark.parametrize("dtype", MOST)
@pytest.mark.parametrize("n", [4, 1])
@pytest.mark.parametrize("logits", PATTERNS)
@pytest.mark.parametrize("name", CHOSEN)
def test_errors_are_a_few_roundings(name, logits, n, dtype):
    part = CHOSEN[name]
    programs = Programs(name, part.claim)
    answered = 0
    for seed in range(3):
        inputs, sizes = inputs_of(name, part, logits, dtype, seed=seed, n=n)
        for side, program in zip(programs.sides, programs.every, strict=True):
            if name == "focal_loss-2" and is_sure(program, inputs, sizes):
                continue
            value, error, bar = errors(program, inputs, sizes)
            answered += 1
            assert np.isfinite(value).all()
            if n == 1 or BY_ITS_BAR.get(name) == side:  # of one class, gradients are 0
                assert (error <= bar + BALLS).all()
            elif side == "gradient":
                assert error.max() <= MOST[dtype] * np.abs(value).max() + BALLS
            else:
                assert error.max() <= 2 * MOST[dtype] * max(1, np.abs(value).max())
    assert answered or name == "focal_loss-2"


def test_the_whole_group_is_there():
    without_logits = {"cross_entropy"}  # it speaks of probabilities
    assert {STATEMENTS[name][0] for name in CHOSEN} == GROUP - without_logits
    assert any(isinstance(part.claim, Claim) for part in CHOSEN.values())


def test_an_error_of_ten_roundings_is_seen():
    """Or the bounds above would say nothing."""
    part = CHOSEN["softmax_cross_entropy-1"]
    program = Programs("", part.claim).every[1]
    inputs, sizes = inputs_of("", part, "two close on top", np.float64)
    value, error, bar = errors(program, inputs, sizes)
    off = value * (1 + 10 * 2.0**-53)
    _, most = true_errors(program, inputs, off, bar)
    assert error.max() <= 1e-15 * np.abs(value).max() < most.max()
