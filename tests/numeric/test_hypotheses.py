"""Arrays that do not meet the hypotheses are refused; arrays that do but for rounding are not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.kernel import Declarations, Equation, Fact, Hypothesis
from derive.kernel.terms import ONE, add, apply, element, negate, number, power, sum_over
from numeric.arrays import prepare
from numeric.errors import InputError
from numeric.hypotheses import check_hypotheses

ROW_SUMS = Hypothesis(("m",), Equation(sum_over("n", element("Y", 1, 0)), ONE))
NOT_NEGATIVE = Hypothesis(("n", "m"), Fact("nonnegative", element("Y", 1, 0)))
SIMPLEX = (ROW_SUMS, NOT_NEGATIVE)


def declare(*hypotheses):
    return Declarations(
        frozenset({"m", "n"}),
        variables={"Y": ("m", "n"), "x": ("n",), "c": (), "d": ()},
        hypotheses=hypotheses,
    )


def check(hypotheses, advice=None, **values):
    declared = declare(*hypotheses)
    arrays, sizes = prepare(declared, values, needed=values)
    check_hypotheses(declared, arrays, sizes, advice)


# ---- what is refused -----------------------------------------------------------------------------

C, D = element("c"), element("d")
REFUSED = {
    "a sum": (
        SIMPLEX,
        {"Y": [[0.5, 0.5], [1.0, 1.0]]},
        "Y does not meet the hypothesis sum_j Y[k, j] = 1 at k = 1: sum_j Y[k, j] is 2",
    ),
    "a sign": (
        SIMPLEX,
        {"Y": [[0.5, 0.5, 0.0], [1.5, 0.0, -0.5]]},
        "Y does not meet the hypothesis Y[k, j] >= 0 at k = 1, j = 2: Y[k, j] is -0.5",
    ),
    "an equation between two variables": (
        [Hypothesis((), Equation(C, D))],
        {"c": 1.0, "d": 2.0},
        "c and d do not meet the hypothesis c = d: c is 1 and d is 2",
    ),
    "zero is not positive": (
        [Hypothesis((), Fact("positive", C))],
        {"c": 0.0},
        "c does not meet the hypothesis c > 0: c is 0",
    ),
    "zero": (
        [Hypothesis(("n",), Fact("nonzero", element("x", 0)))],
        {"x": [1.0, 0.0]},
        "x does not meet the hypothesis x[k] != 0 at k = 1: x[k] is 0",
    ),
    "too near 0 to tell": (
        [Hypothesis((), Fact("nonzero", add(C, negate(D), number(-1, 10))))],
        {"c": 0.3, "d": 0.2},
        "c and d do not meet the hypothesis c - d - 1/10 != 0: c - d - 1/10 is -2.77555756156e-17",
    ),
    "a logarithm that has no value": (
        [Hypothesis((), Fact("nonnegative", apply("log", C)))],
        {"c": -1.0},
        "c does not meet the hypothesis log(c) >= 0: log(c) is nan",
    ),
    "a value that does not exist": (
        [Hypothesis((), Fact("defined", power(C, number(-1))))],
        {"c": 0.0},
        "c does not meet the hypothesis 1/c is defined: 1/c is inf",
    ),
}


@pytest.mark.parametrize(("hypotheses", "values", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refused_with_one_line(hypotheses, values, message):
    with pytest.raises(InputError) as caught:
        check(hypotheses, **values)
    assert str(caught.value) == message


def test_advice_is_added():
    advice = {ROW_SUMS: "Without it the gradient is sum(Y) * s - Y."}.get
    with pytest.raises(InputError, match=r"is 2\. Without it the gradient is sum\(Y\) \* s - Y\.$"):
        check(SIMPLEX, advice, Y=[[1.0, 1.0]])


def test_a_hypothesis_about_what_is_not_given_is_passed_over():
    check((*SIMPLEX, Hypothesis((), Fact("positive", C))), c=1.0)
    with pytest.raises(InputError, match="c does not meet"):
        check((*SIMPLEX, Hypothesis((), Fact("positive", C))), c=-1.0)


# ---- rounding ------------------------------------------------------------------------------------

SHAPES = st.tuples(st.integers(1, 4), st.sampled_from([1, 2, 3, 10, 100, 3001]))
DTYPES = st.sampled_from([np.float32, np.float64])
SEEDS = st.integers(0, 2**32)


def in_a_row(entries):
    """The sum along the rows, added up from left to right: the worst of the usual ways."""
    return np.cumsum(entries, axis=1)[:, -1:]


@given(SHAPES, DTYPES, SEEDS, st.sampled_from([0.1, 1.0, 20.0]), st.sampled_from([np.sum, None]))
def test_what_was_normalised_in_its_dtype_meets_the_hypothesis(shape, dtype, seed, scale, add_up):
    logits = (scale * np.random.default_rng(seed).standard_normal(shape)).astype(dtype)
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    total = np.sum(e, axis=1, keepdims=True) if add_up else in_a_row(e)
    check(SIMPLEX, Y=e / total)


@given(SHAPES, DTYPES, SEEDS)
def test_one_percent_off_is_refused(shape, dtype, seed):
    weights = np.random.default_rng(seed).random(shape) + 0.1
    Y = (weights / weights.sum(axis=1, keepdims=True)).astype(dtype)
    Y[-1] *= dtype(1.01)
    with pytest.raises(InputError, match="sum_j"):
        check(SIMPLEX, Y=Y)


@pytest.mark.parametrize("off", [1e-4, 1e-6, 1e-9, 1e-12])
def test_the_finest_difference_that_is_seen_is_rounding(off):
    check(SIMPLEX, Y=[[0.3, 0.2, 0.5]])
    with pytest.raises(InputError, match="sum_j"):
        check(SIMPLEX, Y=[[0.3, 0.2, 0.5 + off]])
