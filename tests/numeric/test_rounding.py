"""The rounding bound is never exceeded, and is of the order of the error."""

from math import fsum

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.kernel.terms import add, element, multiply, negate, number, power, sum_over, where
from numeric.arrays import prepare
from numeric.compile import compile_term
from numeric.errors import InputError
from numeric.rounding import Bounded, evaluate, rounding_bound, running_error_namespace

from .formulas import DECLARED, NAMED, SIZES, exp, inverse, log
from .loops import FLOATS, FUNCTIONS, Loops, arrays_of, distance

COMPILED = {name: compile_term(DECLARED, *NAMED[name]) for name in NAMED}
INEXACT = [name for name in NAMED if COMPILED[name].arguments and "exp" in COMPILED[name].text]


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(INEXACT),
    st.sampled_from(FLOATS),
    st.sampled_from([0.01, 1.0, 8.0]),
    st.integers(0, 2**32),
)
def test_never_exceeded(name, dtype, scale, seed):
    values = arrays_of(SIZES, seed, dtype, scale)
    exact = Loops(SIZES, values, largest=1e9).array(*NAMED[name])
    try:
        found = COMPILED[name](**values)
    except InputError:  # s**b overflows where b is negative and s tiny
        assert name == "likelihood"
        return
    bound = np.ravel(rounding_bound(COMPILED[name], **values))
    of_reference = 1e-50 * max(map(abs, exact.flat))  # it has 60 digits
    assert not (distance(found, exact) > bound + float(of_reference)).any()


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", INEXACT)
def test_of_the_order_of_the_error(name, dtype):
    """The largest error of many entries is within a factor 1000 of its bound."""
    ratios = []
    for seed in range(10):
        values = arrays_of(SIZES, seed, dtype)
        exact = Loops(SIZES, values).array(*NAMED[name])
        error = distance(COMPILED[name](**values), exact)
        bound = np.ravel(rounding_bound(COMPILED[name], **values))
        ratios.append(error.max() / bound[error.argmax()])
    assert 1e-3 < max(ratios) <= 1


def test_the_comparison_would_see_a_bound_that_is_too_small():
    """Without the rounding of the sum, the bound is exceeded."""
    x = np.full(1000, 0.1)
    total = compile_term(DECLARED, sum_over("n", element("x", 0)))
    error = abs(total(x=x) - fsum(x))
    assert 0 < error <= rounding_bound(total, x=x)
    assert error > np.finfo(float).eps / 2 * 0.1


# ---- what is assumed of NumPy --------------------------------------------------------------------

TOTALS = {
    "of a vector": (sum_over("n", element("x", 0)), (), "x", 1),
    "of rows": (sum_over("n", element("X", "r", 0)), ("r",), "X", 1),
    "of columns": (sum_over("m", element("X", 0, "i")), ("i",), "X", 0),
}


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("length", [1, 7, 8, 9, 127, 128, 129, 1000, 4099, 50257])
@pytest.mark.parametrize("total", TOTALS)
def test_sums(total, length, dtype):
    """Where all entries are near 1, so that no rounding cancels and none is small."""
    term, free, name, axis = TOTALS[total]
    shape = {"x": (length,), "X": (3, length) if axis else (length, 3)}[name]
    random = np.random.default_rng(length)
    entries = (1 + random.random(shape) * 1e-3).astype(dtype)
    compiled = compile_term(DECLARED, term, free)
    exact = [fsum(row) for row in np.moveaxis(np.atleast_2d(entries), axis, -1).astype(float)]
    error = np.abs(np.ravel(compiled(**{name: entries})).astype(float) - exact)
    bound = np.ravel(rounding_bound(compiled, **{name: entries}))
    assert (error <= bound).all()
    if name != "X" or axis:
        assert (bound <= 45 * np.finfo(dtype).eps / 2 * np.array(exact) * (1 + 1e-3)).all()


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(
    ("function", "reference", "lowest", "highest"),
    [(exp, mpmath.exp, -800.0, 80.0), (log, mpmath.log, 1e-300, 1e30), (log, mpmath.log, 0.9, 1.1)],
)
def test_exponentials_and_logarithms(function, reference, lowest, highest, dtype):
    """Also where exp is subnormal or 0, and near log(1) = 0."""
    lowest = max(lowest, float(np.finfo(dtype).tiny)) if reference is mpmath.log else lowest
    x = np.random.default_rng(0).uniform(lowest, highest, 2000).astype(dtype)
    compiled = compile_term(DECLARED, function(element("x", "i")), ("i",))
    with mpmath.workdps(50):
        exact = [reference(mpmath.mpf(float(entry))) for entry in x]
        error = distance(compiled(x=x), exact)
    assert (error <= rounding_bound(compiled, x=x)).all()


@pytest.mark.parametrize("dtype", FLOATS)
def test_products_of_matrices(dtype):
    """The squared error of many samples, against exact sums of exact products."""
    random = np.random.default_rng(0)
    F, w = random.standard_normal((50, 301)).astype(dtype), random.random(301).astype(dtype)
    product = sum_over("p", multiply(element("F", "r", 0), element("w", 0)))
    compiled = compile_term(DECLARED, product, ("r",))
    assert "matmul" in compiled.text
    with mpmath.workdps(50):
        exact = [mpmath.fdot(map(float, row), map(float, w)) for row in F]
        error = distance(compiled(F=F, w=w), exact)
    assert (error <= rounding_bound(compiled, F=F, w=w)).all()


# ---- the ways in which errors grow ---------------------------------------------------------------

NAMESPACE = running_error_namespace(np.dtype(np.float64))
BINARY = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "max": lambda a, b: NAMESPACE["maximum"](a, b) if isinstance(a, Bounded) else max(a, b),
}
UNARY = {**FUNCTIONS, "sqrt": mpmath.sqrt}
VALUES = st.floats(0.01, 100)
SHARES = st.floats(-1, 1)


def bounded(value, error):
    return Bounded(np.float64(value), np.float64(error))


def covers(found, exact):
    """Whether the exact value is within the bound; the slack is the one ``evaluate`` adds."""
    return abs(mpmath.mpf(float(found.value)) - exact) <= float(found.bound) * (1 + 1e-6)


@given(
    st.sampled_from(sorted(BINARY)),
    st.tuples(VALUES, VALUES),
    st.tuples(SHARES, SHARES),
    st.floats(0, 0.9),
)
def test_errors_of_operands_are_passed_on(name, values, shares, relative):
    """Operands anywhere within their bounds give a result within its bound."""
    (a, b), (share_a, share_b) = values, shares
    with mpmath.workdps(50):
        exact = BINARY[name](
            mpmath.mpf(a) * (1 + share_a * relative), mpmath.mpf(b) * (1 + share_b * relative)
        )
        error_a, error_b = (relative * side * (1 + 1e-15) for side in (a, b))
        assert covers(BINARY[name](bounded(a, error_a), bounded(b, error_b)), exact)


@given(st.sampled_from(sorted(UNARY)), VALUES, SHARES, st.floats(0, 0.9))
def test_errors_of_an_argument_are_passed_on(name, a, share, relative):
    with mpmath.workdps(50):
        exact = UNARY[name](mpmath.mpf(a) * (1 + share * relative))
        error = relative * a * (1 + 1e-15)
        assert covers(NAMESPACE[name](bounded(a, error)), exact)


def test_a_divisor_that_may_be_0_has_no_bound():
    with np.errstate(divide="ignore"):
        assert (bounded(1, 0) / bounded(0.1, 0.2)).bound == np.inf


def test_a_logarithm_of_what_may_be_0_has_no_bound():
    with np.errstate(divide="ignore"):
        assert NAMESPACE["log"](bounded(0.1, 0.1)).bound == np.inf


@given(st.floats(-1, 1), st.floats(0, 1), SHARES)
def test_a_condition_in_doubt_covers_both_branches(a, error, share):
    """[0 < A] * 5 for an A within the bound of a."""
    condition = NAMESPACE["less"](bounded(0, 0), bounded(a, error))
    found = NAMESPACE["select"](condition, bounded(5, 0), bounded(0, 0))
    assert covers(found, 5 if a + share * error > 0 else 0)


def test_a_condition_on_entries_is_never_in_doubt():
    step = where("<", number(0), element("x", "i"), number(1))
    compiled = compile_term(DECLARED, step, ("i",))
    assert rounding_bound(compiled, x=[-1e-300, 0.0, 1e-300]).tolist() == [0, 0, 0]


# ---- the interface -------------------------------------------------------------------------------


def test_cancellation_is_seen():
    """(2 + b) - 2 for a tiny b: the error is as large as b, and so is the bound."""
    two_more = exp(log(add(element("b"), number(2))))
    compiled = compile_term(DECLARED, add(two_more, number(-2)))
    assert 1e-16 < rounding_bound(compiled, b=1e-16) < 1e-14


def test_what_stays_near_one_is_computed_beside_it():
    """exp(log(1 + b)) - 1 is expm1(log1p(b)): nothing of b is lost."""
    compiled = compile_term(DECLARED, add(exp(log(add(element("b"), number(1)))), number(-1)))
    assert "expm1(log1p(b))" in compiled.text
    assert compiled(b=1e-16) == 1e-16
    assert rounding_bound(compiled, b=1e-16) < 1e-30


def test_what_is_exact_has_no_error():
    compiled = compile_term(DECLARED, element("x", "i"), ("i",))
    assert rounding_bound(compiled, x=[0.1, 0.2]).tolist() == [0, 0]


def test_no_value_has_no_bound():
    compiled = compile_term(DECLARED, inverse(element("x", "i")), ("i",))
    assert np.isinf(rounding_bound(compiled, x=[0.0, 1.0])).tolist() == [True, False]


def test_the_error_of_the_entries_is_counted_where_it_is_told():
    compiled = compile_term(DECLARED, add(element("b"), negate(power(element("b"), number(2)))))
    arrays, sizes = prepare(DECLARED, {"b": 3.0}, compiled.arguments)
    assert evaluate(compiled, arrays, sizes, 1e-3).bound == pytest.approx(3e-3 + 18e-3, rel=1e-2)


def test_bad_input_is_refused():
    with pytest.raises(InputError, match=r"x\[0\] = nan"):
        rounding_bound(COMPILED["s - y"], x=[float("nan")], y=[1.0])


def test_the_bound_has_the_shape_of_the_result():
    values = arrays_of(SIZES, 0)
    for compiled in COMPILED.values():
        assert np.shape(rounding_bound(compiled, **values)) == np.shape(compiled(**values))
