"""Exact gradients at logarithms of rationals, against formulas in plain fractions."""

import math
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.claims import Claim
from derive.kernel import Declarations, Fact, Hypothesis
from derive.kernel.terms import (
    MINUS_ONE,
    ONE,
    ZERO,
    add,
    apply,
    delta,
    element,
    multiply,
    negate,
    number,
    power,
    sum_over,
    where,
)
from numeric.errors import InputError
from numeric.exact import LogNumber, exact_left, exact_right
from numeric.interpret import Irrational, Undefined
from numeric.points import Point, table

POSITIVE = st.fractions(Fraction(1, 12), 12, max_denominator=12)
SMALL = st.fractions(-3, 3, max_denominator=6)

# ---- the numbers ---------------------------------------------------------------------------------


def log_numbers():
    return st.builds(
        lambda a, b, c: LogNumber(a) + LogNumber(b) * LogNumber.log(c), SMALL, SMALL, POSITIVE
    )


def as_float(number):
    return float(number.rational) + sum(float(c) * math.log(p) for p, c in number.logs.items())


@given(log_numbers(), log_numbers(), SMALL)
def test_arithmetic_of_log_numbers(a, b, scale):
    assert as_float(a + b) == pytest.approx(as_float(a) + as_float(b), abs=1e-12)
    assert as_float(a - b) == pytest.approx(as_float(a) - as_float(b), abs=1e-12)
    assert as_float(LogNumber(scale) * a) == pytest.approx(float(scale) * as_float(a), abs=1e-12)
    assert (a + b) - b == a
    assert a * LogNumber(scale) == LogNumber(scale) * a


@given(POSITIVE, POSITIVE)
def test_log_and_exp_undo_each_other(a, b):
    assert LogNumber.log(a) + LogNumber.log(b) == LogNumber.log(a * b)
    assert LogNumber.log(a).exp() == LogNumber(a)


@given(log_numbers())
def test_signs(a):
    assert a.sign() == (a - LogNumber(Fraction(0))).sign()
    if abs(as_float(a)) > 1e-9:
        assert a.sign() == math.copysign(1, as_float(a))
    assert (a - a).sign() == 0


def test_signs_of_what_is_close_to_zero():
    """51 log 2 is log(2251799813685248), so its distance from log(that + 1) is about 4e-16."""
    near = LogNumber(Fraction(51)) * LogNumber.log(Fraction(2)) - LogNumber.log(Fraction(2**51 + 1))
    assert near.sign() == -1


def test_what_is_not_a_log_number_is_irrational():
    log2 = LogNumber.log(Fraction(2))
    for wrong in (
        lambda: log2 * log2,
        lambda: log2**2,
        LogNumber(Fraction(1)).exp,
        (LogNumber(Fraction(1, 2)) * log2).exp,
        log2.as_fraction,
    ):
        with pytest.raises(Irrational):
            wrong()


# ---- gradients -----------------------------------------------------------------------------------

VECTORS = Declarations(frozenset("n"), {"i": "n", "j": "n"}, {"x": ("n",), "y": ("n",)})


def softmax(i):
    weights = sum_over("n", apply("exp", element("x", 0)))
    return multiply(apply("exp", element("x", i)), power(weights, MINUS_ONE))


def log_softmax(i):
    return apply("log", softmax(i))


S, Y, SUM_Y = softmax("i"), element("y", "i"), sum_over("n", element("y", 0))
LOSS = negate(sum_over("n", multiply(element("y", 0), log_softmax(0))))
CROSS_ENTROPY = Claim(VECTORS, LOSS, "x", ("i",), add(multiply(SUM_Y, S), negate(Y)))
ALMOST = Claim(VECTORS, LOSS, "x", ("i",), add(S, negate(Y)))
JACOBIAN = Claim(
    VECTORS,
    softmax("i"),
    "x",
    ("j",),
    multiply(S, add(delta("i", "j"), negate(softmax("j")))),
)


@st.composite
def vector_points(draw):
    n = draw(st.integers(1, 4))
    a = draw(st.lists(POSITIVE, min_size=n, max_size=n))
    y = draw(st.lists(SMALL, min_size=n, max_size=n))
    indices = {name: draw(st.integers(0, n - 1)) for name in "ij"}
    return Point({"n": n}, {"x": table(a), "y": table(y)}, {}, indices)


def vectors(point):
    return [list(point.values[name].values()) for name in ("x", "y")]


@given(vector_points())
def test_the_gradient_of_cross_entropy_is_exact(point):
    """sum(y) a_i / sum(a) - y_i, in fractions"""
    (a, y), i = vectors(point), point.indices["i"]
    truth = sum(y) * a[i] / sum(a) - y[i]
    assert exact_left(CROSS_ENTROPY, point) == LogNumber(truth)
    assert exact_right(CROSS_ENTROPY, point) == LogNumber(truth)


@given(vector_points())
def test_a_claim_that_needs_sum_y_equal_to_one_is_told_from_the_truth(point):
    _, y = vectors(point)
    assert (exact_right(ALMOST, point) == exact_left(ALMOST, point)) == (sum(y) == 1)


@given(vector_points())
def test_the_jacobian_of_softmax_is_exact(point):
    (a, _), i, j = vectors(point), *point.indices.values()
    s = [value / sum(a) for value in a]
    assert exact_left(JACOBIAN, point) == LogNumber(s[i] * ((i == j) - s[j]))
    assert exact_left(JACOBIAN, point) == exact_right(JACOBIAN, point)


@given(vector_points())
def test_logarithms_may_be_left_over(point):
    """The entropy of softmax: d/dx_i of -sum s log s is -s_i (log s_i + H)."""
    entropy = negate(sum_over("n", multiply(softmax(0), log_softmax(0))))
    right = negate(multiply(S, add(apply("log", S), entropy)))
    claim = Claim(VECTORS, entropy, "x", ("i",), right)
    assert exact_left(claim, point) == exact_right(claim, point)
    almost = Claim(VECTORS, entropy, "x", ("i",), add(right, number(1, 10**30)))
    assert exact_left(almost, point) != exact_right(almost, point)


SCALAR = Declarations(frozenset(), {}, {"x": ()})
X = element("x")


def at(value):
    return Point({}, {"x": table(value)})


@given(st.fractions(Fraction(1, 5), 5, max_denominator=5))
def test_powers_and_logarithms_of_the_variable_itself(value):
    """(x**3 + 1/x + 2 log x + x**(3/2))' at a square of a rational"""
    terms = [
        power(X, number(3)),
        power(X, MINUS_ONE),
        multiply(number(2), apply("log", X)),
        power(X, number(3, 2)),
        power(X, ZERO),
    ]
    claim = Claim(SCALAR, add(*terms), "x", (), ZERO)
    x = value**2
    slope = 3 * x**2 - 1 / x**2 + 2 / x + Fraction(3, 2) * value
    assert exact_left(claim, at(x), logs=()) == LogNumber(slope)


@given(POSITIVE)
def test_a_power_with_the_variable_in_its_exponent(base):
    """(b**x)' = b**x log b, at x = 2"""
    claim = Claim(SCALAR, power(number(base), add(X, ZERO)), "x", (), ZERO)
    expected = LogNumber(base**2) * LogNumber.log(base)
    assert exact_left(claim, at(2), logs=()) == expected


def test_guards_are_followed_and_kinks_refused():
    relu = Claim(SCALAR, where("<", ZERO, X, X), "x", (), ONE)
    assert exact_left(relu, at(2)) == LogNumber(Fraction(1))
    assert exact_left(relu, at(Fraction(1, 2))) == LogNumber(Fraction(0))
    with pytest.raises(Undefined):
        exact_left(relu, at(1))


def test_what_is_not_representable_is_none():
    squared = Claim(SCALAR, power(X, number(3)), "x", (), power(apply("exp", ONE), ONE))
    assert exact_left(squared, at(2)) is None
    assert exact_right(squared, at(2)) is None


@given(vector_points())
def test_variables_can_be_chosen_to_stand_for_logarithms(point):
    """exp(y_i) x_i**2 with y the one that stands for logarithms, and the positive x as it is."""
    point = replace(point, values={"x": point.values["x"], "y": point.values["x"]})
    function = multiply(apply("exp", element("y", "i")), power(element("x", "i"), number(2)))
    claim = Claim(VECTORS, function, "x", ("i",), ZERO)
    (a, y), i = vectors(point), point.indices["i"]
    assert exact_left(claim, point, logs={"y"}) == LogNumber(2 * a[i] * y[i])


@pytest.mark.parametrize(
    ("claim", "point", "logs", "named"),
    [
        (CROSS_ENTROPY, at(1), None, "sizes"),
        (Claim(SCALAR, X, "x", (), ONE), at(-1), None, "logarithm of -1"),
        (Claim(SCALAR, X, "x", (), ONE), at(1), {"z"}, "z is not a variable"),
        (
            Claim(
                Declarations(
                    frozenset(), {}, {"x": ()}, {}, (Hypothesis((), Fact("positive", X)),)
                ),
                X,
                "x",
                (),
                ONE,
            ),
            at(1),
            None,
            "a hypothesis speaks of it",
        ),
    ],
)
def test_bad_input_is_named(claim, point, logs, named):
    for ask in (exact_left, exact_right):
        with pytest.raises(InputError, match=named):
            ask(claim, point, logs)
