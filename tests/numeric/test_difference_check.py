"""Exact differences tell a right gradient from one that is almost right, at all coordinates."""

import inspect
from dataclasses import replace

import numpy as np
import pytest

from derive import theorem
from derive.kernel.terms import element, multiply, number, sum_over
from numeric import difference_check as module
from numeric.difference_check import Compared, DifferenceCheck, WrongDifference, difference_check
from numeric.errors import InputError
from numeric.exact_samples import small_points
from numeric.increments import formulas, rules
from numeric.increments.building import times
from numeric.points import as_arrays
from tests.benchmarks.differences import CLAIM, MUTANTS, right, softmax

SOFTMAX = theorem("softmax_cross_entropy")
CHECK = DifferenceCheck(CLAIM)
SMOOTH = [
    "squared_error",
    "logistic_regression",
    "softmax_entropy",
    "log_sum_exp",
    "l2_normalisation",
    "gaussian_nll",
    "attention",
    "student_t",
    "label_smoothing",
    "info_nce",
]


def problem(n, dtype, scale=2.0):
    rng = np.random.default_rng(n)
    x = (scale * rng.standard_normal(n)).astype(dtype)
    y = np.zeros(n, dtype)
    y[0] += dtype(1.25)
    y[n // 2] += dtype(0.75)
    return x, y


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("n", [1, 2, 1000, 50_257])
def test_the_claimed_gradient_agrees(n, dtype):
    x, y = problem(n, dtype)
    found = CHECK(x=x, y=y)
    assert found.agrees
    assert found.error.shape == found.bar.shape == (n,)
    assert found.quotient.dtype == dtype
    assert found.subtracted == frozenset()


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", MUTANTS)
def test_every_mutant_is_seen_at_vocabulary_scale(name, dtype):
    x, y = problem(50_257, dtype)
    s = softmax(x)
    assert CHECK(right(s, y), x=x, y=y).agrees
    assert not CHECK(MUTANTS[name](s, y), x=x, y=y).agrees


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_smallest_error_that_is_seen_is_near_a_rounding(dtype):
    x, y = problem(1000, dtype)
    s = softmax(x)
    wrong = right(s, y)
    wrong[3] += 300 * np.finfo(dtype).eps
    assert not CHECK(wrong, x=x, y=y).agrees


@pytest.mark.parametrize("offset", [0.0, 1e4, -1e4])
def test_large_logits_make_no_alarm(offset):
    x, y = problem(100, np.float64)
    found = CHECK(x=x + offset, y=y)
    assert found.agrees
    assert np.isfinite(found.bar).all()


@pytest.mark.parametrize("name", SMOOTH)
def test_claims_of_the_catalogue_agree(name):
    claim = next(part.claim for part in theorem(name).parts if hasattr(part.claim, "of"))
    check = DifferenceCheck(claim)
    assert check.identity.agrees
    agreed = 0
    for point, _ in zip(small_points(claim.declarations), range(8), strict=False):
        try:
            found = check(**as_arrays(point), **point.sizes)
        except InputError:
            continue
        assert found.agrees
        agreed += 1
    assert agreed


@pytest.mark.parametrize("name", SMOOTH)
def test_a_gradient_that_is_off_by_a_millionth_disagrees(name):
    claim = next(part.claim for part in theorem(name).parts if hasattr(part.claim, "of"))
    factor = number(1_000_001, 1_000_000)
    check = DifferenceCheck(claim.saying(multiply(factor, claim.value)))
    seen = 0
    for point, _ in zip(small_points(claim.declarations), range(30), strict=False):
        try:
            seen += not check(**as_arrays(point), **point.sizes).agrees
        except InputError:
            continue
    assert seen


def test_what_is_subtracted_is_said_and_the_bar_knows():
    """lgamma has no exact form here: the difference cancels, and no finite bar is given."""
    claim = theorem("dirichlet").parts[0].claim
    check = DifferenceCheck(claim)
    assert "lgamma" in check.difference.subtracted
    sizes = dict.fromkeys(claim.declarations.sizes, 3)
    arrays = {
        name: np.full([sizes[axis] for axis in shape], 1.5)
        for name, shape in claim.declarations.variables.items()
    }
    with pytest.raises(InputError, match="no finite error bar"):
        check(**arrays)


def test_nan_never_agrees():
    x, y = problem(10, np.float64)
    wrong = right(softmax(x), y)
    wrong[4] = np.nan
    found = CHECK(wrong, x=x, y=y)
    assert not found.agrees
    assert found.worst == (4,)
    assert "disagrees" in str(found)


def test_a_gradient_of_another_shape_is_refused():
    x, y = problem(10, np.float64)
    with pytest.raises(InputError, match="shape"):
        CHECK(np.zeros(9), x=x, y=y)


def test_an_engine_that_is_wrong_is_refused(monkeypatch):
    wrong = {**formulas.FORMULAS, "log": lambda u, d: times(d, formulas.inverse(u))}
    monkeypatch.setattr(rules, "FORMULAS", wrong)
    with pytest.raises(WrongDifference):
        DifferenceCheck(CLAIM)


def test_inputs_are_not_written_to_and_results_are_not_shared():
    x, y = problem(1000, np.float64)
    before = x.copy(), y.copy()
    first = CHECK(x=x, y=y)
    kept = first.excess.copy()
    CHECK(x=x + 1, y=y)
    assert (x == before[0]).all()
    assert (y == before[1]).all()
    assert (first.excess == kept).all()


def test_a_theorem_is_checked_in_one_call():
    x, y = np.linspace(-2, 2, 50), np.eye(50)[3]
    assert difference_check(SOFTMAX, x=x, y=y).agrees
    assert isinstance(difference_check(SOFTMAX, x=x, y=y), Compared)
    with pytest.raises(ValueError, match="identity"):
        difference_check(theorem("softmax_sums_to_one"), x=x)


def test_no_verdict_speaks_of_what_somebody_picked():
    text = inspect.getsource(module)
    assert not any(word in text for word in ("tolerance", "rtol", "atol"))


def test_a_forgotten_factor_of_two_is_seen():
    """Sum of x_k**2 with the gradient x_i: half of it."""
    squares = sum_over("n", multiply(element("x", 0), element("x", 0)))
    claim = replace(CLAIM, of=squares, value=element("x", "i"))
    found = DifferenceCheck(claim)(x=np.arange(1.0, 5.0))
    assert found.disagrees.all()
