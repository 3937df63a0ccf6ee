"""Central differences: the bar holds the truth, and does not hold what is almost right."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numeric.differences import (
    Difference,
    agrees,
    central_difference,
    central_differences,
    error_in_bars,
    forward_difference,
)
from numeric.errors import InputError

# ---- a loss, the bound for its rounding, and its true gradient -----------------------------------


def cross_entropy(y):
    """Cross-entropy of softmax, sum(y) log sum exp(x) - sum(y x), in the dtype of x."""

    def loss(x):
        top = x.max()
        return (np.log(np.exp(x - top).sum()) + top) * y.sum() - (y * x).sum()

    return loss


def rounding_of_cross_entropy(y):
    """u times the number of roundings in a row times the size of what is rounded."""

    def bound(x):
        unit, wide = np.finfo(x.dtype).eps / 2, x.astype(np.float64)
        size = 2 * np.abs(wide).max() + np.log(x.size) + 1
        return (x.size + 8) * unit * np.abs(y).sum() * size

    return bound


def true_gradient(x, y):
    """sum(y) s - y, to 50 digits."""
    with mpmath.workdps(50):
        weights = [mpmath.exp(mpmath.mpf(float(a))) for a in x]
        labels = [mpmath.mpf(float(b)) for b in y]
        total = mpmath.fsum(labels) / mpmath.fsum(weights)
        return np.array([float(total * w - b) for w, b in zip(weights, labels, strict=True)])


@st.composite
def logits_and_labels(draw, dtype):
    n = draw(st.sampled_from([1, 2, 3, 7]))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    scale, offset = draw(st.sampled_from([(1, 0), (1e-8, 0), (10, 0), (1, 1e4), (0, 0)]))
    x = (scale * rng.standard_normal(n) + offset).astype(dtype)
    return x, rng.dirichlet(np.ones(n)).astype(dtype)


def differences(x, y):
    return central_differences(cross_entropy(y), x, rounding=rounding_of_cross_entropy(y))


# ---- the bar -------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(st.data())
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_true_gradient_is_within_the_bar(dtype, data):
    x, y = data.draw(logits_and_labels(dtype))
    assert agrees(true_gradient(x, y), differences(x, y))


@settings(max_examples=40)
@given(st.data())
@pytest.mark.parametrize(
    ("dtype", "off", "offset"),
    [(np.float64, 1e-8, 0), (np.float64, 1e-6, 1e4), (np.float32, 1e-2, 0)],
)
def test_a_gradient_off_at_one_coordinate_is_not(dtype, off, offset, data):
    rng = np.random.default_rng(data.draw(st.integers(0, 10**6)))
    x = (rng.standard_normal(5) + offset).astype(dtype)
    y = rng.dirichlet(np.ones(5)).astype(dtype)
    wrong = true_gradient(x, y)
    wrong[data.draw(st.integers(0, 4))] += off
    assert not agrees(wrong, differences(x, y))


def almost_right(x, y):
    s = np.exp(x) / np.exp(x).sum()
    return {
        "s": s,
        "y - s": y - s,
        "s + y": s + y,
        "(s - y) / n": (s - y) / x.size,
        "s (1 - s)": s * (1 - s),
        "temperature 1.001": np.exp(x / 1.001) / np.exp(x / 1.001).sum() - y,
        "two swapped": (s - y)[[1, 0, 2, 3]],
    }


def test_almost_right_gradients_are_told_from_the_right_one():
    x, y = np.array([0.3, -1.2, 2.0, 0.7]), np.array([0.1, 0.2, 0.3, 0.4])
    found = differences(x, y)
    assert agrees(np.exp(x) / np.exp(x).sum() - y, found, value_rounding=1e-15)
    for wrong in almost_right(x, y).values():
        assert not agrees(wrong, found)
        assert error_in_bars(wrong, found).max() > 1000


def test_labels_that_do_not_sum_to_one_are_told():
    """The claim s - y needs sum y = 1: at y = [1, 1, 0] the gradient is 2 s - y."""
    x, y = np.array([0.0, 1.0, 2.0]), np.array([1.0, 1.0, 0.0])
    s = np.exp(x) / np.exp(x).sum()
    assert agrees(2 * s - y, differences(x, y))
    assert not agrees(s - y, differences(x, y))


FUNCTIONS = {
    "log, close to 0": (np.log, 1e-8, 1e8),
    "exp": (np.exp, 1.0, math.e),
    "exp, large": (np.exp, 30.0, math.exp(30)),
    "1/x, a pole nearby": (lambda x: 1 / x, 1e-3, -1e6),
    "sin(1000 x)": (lambda x: np.sin(1000 * x), 0.0, 1000.0),
    "linear": (lambda x: 3 * x + 1, 0.3, 3.0),
    "square": (lambda x: x * x, 0.3, 0.6),
    "f''' is 0 here": (lambda x: x**5 + x, 0.0, 1.0),
    "f''' is 0 nearby": (lambda x: x**5 - 1e-8 * x**3, 0.0, 0.0),
    "tanh, flat": (np.tanh, 6.0, 1 / math.cosh(6) ** 2),
    "a tiny slope beside a large value": (lambda x: x + 1e10, 1e-8, 1.0),
}


@pytest.mark.parametrize(("function", "x", "slope"), FUNCTIONS.values(), ids=FUNCTIONS)
def test_steps_adapt_to_the_function(function, x, slope):
    def value(array):
        return function(array[0])

    def rounding(array):
        return 8 * 2.0**-53 * (abs(value(array)) + abs(array[0] * slope) + 1e-3)

    found = central_difference(value, np.array([x]), (0,), rounding=rounding)
    assert agrees(slope, found)
    assert math.log2(found.step).is_integer()
    assert not agrees(slope + 3 * found.bar, found)


def test_the_step_for_cross_entropy_is_about_2_to_the_minus_14():
    x, y = np.array([0.3, -1.2, 2.0]), np.array([0.2, 0.5, 0.3])
    found = differences(x, y)
    assert set(found.step) <= {2.0**-k for k in (12, 13, 14, 15)}
    assert np.abs(found.value - true_gradient(x, y)).max() < 1e-9
    narrow = differences(x.astype(np.float32), y.astype(np.float32))
    assert set(narrow.step) <= {2.0**-k for k in (3, 4, 5, 6)}


def test_the_error_falls_with_the_square_of_the_step():
    x, y = np.array([0.3, -1.2, 2.0]), np.array([0.2, 0.5, 0.3])
    truth = true_gradient(x, y)[0]
    errors = [
        abs(central_difference(cross_entropy(y), x, (0,), rounding=1e-15, step=h).value - truth)
        for h in (2.0**-5, 2.0**-6)
    ]
    assert math.log2(errors[0] / errors[1]) == pytest.approx(2, abs=0.01)


def test_the_step_that_was_really_taken_counts():
    """Around 1e4 a float32 moves by 2**-10: a step of 0.0015 moves it by 0.00195."""
    x = np.array([1e4], np.float32)
    found = central_difference(lambda x: float(x[0]), x, (0,), rounding=0.0, step=0.0015)
    assert found.value == 1


def test_the_bar_covers_a_step_that_is_not_centred():
    """Just below 1 the spacing of floats doubles on the way up: x + h is rounded, x - h is not."""
    x = np.array([1 - 2.0**-24], np.float32)
    found = central_difference(lambda x: float(x[0]) ** 2, x, (0,), rounding=0.0, step=2.0**-10)
    assert found.value != 2 * float(x[0])
    assert agrees(2 * float(x[0]), found)


def test_the_bar_covers_an_accident():
    """x**5 - 5 h**2 x**3 has the same quotient over h and over 2h, and it is wrong."""
    h = 2.0**-3
    found = central_difference(
        lambda x: x[0] ** 5 - 5 * h**2 * x[0] ** 3, np.zeros(1), (0,), rounding=1e-18, step=h
    )
    assert abs(found.value) == 4 * h**4
    assert agrees(0.0, found)


def test_any_rank_and_chosen_coordinates():
    x = np.arange(6.0).reshape(2, 3) / 7
    weights = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])

    def loss(x):
        return (weights * x**2).sum()

    every = central_differences(loss, x, rounding=1e-14)
    assert every.value.shape == every.bar.shape == every.step.shape == (2, 3)
    assert agrees(2 * weights * x, every)
    assert not agrees(2 * weights, every)
    some = central_differences(loss, x, [(1, 2), (0, 0)], rounding=1e-14)
    assert agrees([12 * x[1, 2], 0.0], some)
    scalar = central_differences(lambda x: x**2, np.array(3.0), rounding=1e-14)
    assert agrees(6.0, scalar)


def test_nothing_the_caller_holds_is_written_to():
    x = np.array([1.0, 2.0])

    def rude(array):
        value = float((array**2).sum())
        array[:] = np.nan
        return value

    found = central_differences(rude, x, rounding=1e-14)
    assert x.tolist() == [1.0, 2.0]
    assert agrees([2.0, 4.0], found)


def test_the_forward_difference_is_off_by_half_of_h_times_the_second_derivative():
    x, y, h = np.array([1.0, 2.0, 3.0]), np.array([0.0, 0.0, 1.0]), 1e-3
    s = np.exp(x) / np.exp(x).sum()
    for k in range(3):
        error = forward_difference(cross_entropy(y), x, (k,), h) - true_gradient(x, y)[k]
        assert error == pytest.approx(h / 2 * s[k] * (1 - s[k]), rel=1e-3)


# ---- agreement -----------------------------------------------------------------------------------

TWO = Difference(np.array([1.0, 2.0]), np.array([0.1, 0.2]), np.array([0.5, 0.5]))


def test_agreement_is_measured_in_bars():
    assert agrees([1.09, 1.81], TWO)
    assert not agrees([1.11, 2.0], TWO)
    assert agrees([1.11, 2.0], TWO, value_rounding=0.02)
    assert error_in_bars([1.2, 2.0], TWO) == pytest.approx([2, 0])


def test_nan_and_infinity_never_agree():
    for bad in (np.nan, np.inf):
        assert not agrees([bad, 2.0], TWO)


def test_a_bar_of_zero_holds_only_the_very_number():
    exact = Difference(np.array(1.0), np.array(0.0), np.array(0.5))
    assert agrees(1.0, exact)
    assert not agrees(1.0 + 2**-52, exact)


@pytest.mark.parametrize(
    ("value", "difference"),
    [
        (1.0, TWO),
        ([[1.0], [2.0]], TWO),
        ([], Difference(np.array([]), np.array([]), np.array([]))),
        ([1.0, 2.0], TWO._replace(bar=np.array([0.1, np.inf]))),
        ([1.0, 2.0], TWO._replace(bar=np.array([0.1, np.nan]))),
        ([1.0, 2.0], TWO._replace(bar=np.array([0.1, -1.0]))),
        ([1.0, 2.0], TWO._replace(bar=np.array(0.1))),
    ],
)
def test_what_cannot_be_compared_is_refused(value, difference):
    with pytest.raises(InputError):
        agrees(value, difference)


# ---- bad input -----------------------------------------------------------------------------------

ONE = np.array([1.0])


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"x": np.array([1])}, "int64"),
        ({"x": [1.0]}, "list"),
        ({"x": np.array([1.0], np.longdouble)}, "float32 or float64"),
        ({"x": np.array([np.nan])}, r"x\[0\] = nan is not finite"),
        ({"x": np.array([-np.inf])}, r"x\[0\] = -inf is not finite"),
        ({"at": (1,)}, r"\[1\] is not an index"),
        ({"at": (-1,)}, r"\[-1\] is not an index"),
        ({"at": ()}, "not an index"),
        ({"function": lambda x: x}, r"one real number, not float64 of shape \(1,\)"),
        ({"function": lambda x: x[0] + 1j}, "complex"),
        ({"function": lambda x: np.log(-x[0])}, "the function is nan at x"),
        ({"function": lambda x: x[0] if x[0] == 1 else np.nan}, "no finite difference"),
        ({"step": 0.0}, "positive and finite"),
        ({"step": np.nan}, "positive and finite"),
        ({"step": 1e-17}, "does not move"),
        ({"rounding": np.nan}, "no finite difference"),
    ],
)
def test_bad_input_is_named(changed, named):
    arguments = {"function": lambda x: x[0] ** 2, "x": ONE, "at": (0,), "rounding": 1e-15}
    with pytest.raises(InputError, match=named):
        central_difference(**{**arguments, **changed})


def test_no_coordinates_are_refused():
    with pytest.raises(InputError, match="no coordinates"):
        central_differences(lambda x: 0.0, ONE, [], rounding=0.0)


# ---- functions that bend within a short way ------------------------------------------------------

BENT = {
    "a steep tanh": (lambda x: np.tanh(1e8 * x[0]), 3e-9, 1e8 / math.cosh(0.3) ** 2),
    "a high frequency": (lambda x: np.sin(1e7 * x[0]), 3e-8, 1e7 * math.cos(0.3)),
    "a pole nearby": (lambda x: 1 / x[0], 1e-9, -1e18),
    "a step that has settled": (lambda x: 1 / (1 + np.exp(-1e6 * x[0])), 1e-7, None),
}


@pytest.mark.parametrize(("function", "at", "slope"), BENT.values(), ids=BENT.keys())
def test_a_slope_that_changes_within_a_short_way_is_found(function, at, slope):
    """Over 1e-5 these are flat, or wave more than once; a bar that says so would be wrong."""
    if slope is None:
        s = 1 / (1 + math.exp(-0.1))
        slope = 1e6 * s * (1 - s)

    def quiet(x):
        with np.errstate(all="ignore"):
            return function(x)

    noise = 1e-15 * max(1, abs(quiet(np.array([at]))))
    found = central_difference(quiet, np.array([at]), (0,), rounding=noise)
    assert abs(found.value - slope) <= found.bar < 0.1 * abs(slope)
