"""A formula means what the notation says: against a second reading, written by itself."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings

from derive.kernel import terms
from derive.language.errors import ClaimError
from numeric.interpret import BALLS, EXACT, Undefined, evaluate
from numeric.points import Point, table

from .evaluator import NoValue, value
from .formulas import as_names, formulas, points, term

FUNCTIONS = ("exp", "sin", "cos", "erf", "tanh", "cosh", "sinh", "sigmoid", "softplus", "abs")
RANDOM = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def exact(text, point):
    """The value of the term that a formula is read as; None where it has none."""
    try:
        return Fraction(evaluate(term(text), point, (), EXACT))
    except Undefined:
        return None
    except ClaimError as error:
        if "no value" not in error.message and "no such power" not in error.message:
            raise
        return None


def expected(text, point):
    try:
        return value(text, as_names(point))
    except NoValue:
        return None


@RANDOM
@given(formulas(), points())
def test_a_formula_means_what_it_says(text, point):
    assert exact(text, point) == expected(text, point)


@RANDOM
@given(formulas(FUNCTIONS, depth=2), points())
def test_functions_mean_what_they_say(text, point):
    try:
        wanted = value(text, as_names(point))
        found = evaluate(term(text), point, (), BALLS)
    except (NoValue, Undefined, OverflowError, ZeroDivisionError, ClaimError):
        return
    assert float(found) == pytest.approx(float(wanted), rel=1e-6, abs=1e-6)


POINT = Point(
    {"n": 3, "m": 2},
    {
        "x": table([2, -3, 5]),
        "A": table([[1, 2], [3, 5], [7, 11]]),
        "s": table(Fraction(1, 2)),
    },
    {"t": {(0,): 2, (1,): 0}},
    {"i": 1, "b": 1},
)

MEANT = {
    "-s^2": Fraction(-1, 4),
    "(-s)^2": Fraction(1, 4),
    "2^3^2": 512,
    "2^-1": Fraction(1, 2),
    "6/3*2": 4,
    "6/3/2": 1,
    "1/sum_{k<n} x[k]*A[k,0]": Fraction(1, 28),
    "sum_{k<n} x[k]*A[k,0] + s": Fraction(57, 2),
    "sum_{k<n} x[k] - s": Fraction(7, 2),
    "sum_{k<n} -x[k]": -4,
    "[i > 0]*x[i-1]": 2,
    "[i < n - 1]*x[i+1]": 5,
    "2*[i = 1]*3": 6,
    "2*[i = 0]*3": 0,
    "2*sum_{k<n} x[k]*s": 4,
    "s*sum_{k<n} x[k]*3": 6,
    "[i = 1]/s*3": 6,
    "1/[i = 1]*3": 3,
    "[i = 0]*1/(i - 1)": 0,
    "[i < 2 < n]": 1,
    "[0 < i and i < 1]": 0,
    "x[t[b]] + x[0]": 4,
    "sum_{b0<m} [b0 = 0]*x[t[b0]]": 5,
    "A[n-1,0]": 7,
    "sum_{k<3} k^2": 5,
    "sum_{k<0} x[k]": 0,
    "prod_{k<3} (k + 1)": 6,
    "prod_{k<3} k + 1": 1,
    "sum_{k<n, j<k} x[j]": 1,
    "sum_{k<n, j<k+1} 1": 6,
    "sum_{k<n-1} x[k+1]": 2,
    "n/m": Fraction(3, 2),
    "0.1 + .5 + 2e-1": Fraction(4, 5),
    "max(s, 0, x[i])": Fraction(1, 2),
    "min(s, x[i])": -3,
    "abs(x[i])*sign(x[i])": -3,
    "i*b + 1": 2,
    "2*-s": -1,
    "s - -s": 1,
}


@pytest.mark.parametrize("text", MEANT)
def test_how_far_a_sign_reaches(text):
    assert exact(text, POINT) == MEANT[text]
    assert expected(text, POINT) == MEANT[text]


def test_a_formula_that_reads_almost_alike_is_told_apart():
    for one, other in (
        ("-s^2", "(-s)^2"),
        ("2^3^2", "(2^3)^2"),
        ("6/3*2", "6/(3*2)"),
        ("sum_{k<n} x[k]*A[k,0] + s", "sum_{k<n} (x[k]*A[k,0] + s)"),
        ("x[t[b]]", "x[i]"),
        ("sum_{k<i+1} x[k]", "sum_{k<i} x[k]"),
    ):
        assert exact(one, POINT) != exact(other, POINT)


def test_up_to_and_with_an_index_is_at_most_the_index():
    body = terms.where("<=", terms.position(0), terms.position("i"), terms.element("x", 0))
    assert term("sum_{k<i+1} x[k]") is terms.sum_over("n", body)


def test_numbers_stand_first_in_max_and_min():
    assert term("max(s, 0)") is term("max(0, s)")
    assert term("min(s, 0)") is term("min(0, s)")
    assert term("max(0, s)") is terms.where("<", terms.ZERO, term("s"), term("s"))


def test_decimal_numbers_are_exact():
    assert term("0.1") is terms.number(1, 10)
    assert term("1e-3") is terms.number(1, 1000)


@pytest.mark.parametrize("text", ["x[i-1]", "x[i+1]", "x[n]", "x[1]", "[i >= 0]*x[i-1]", "x[-1]"])
def test_an_index_that_may_leave_its_axis_is_refused(text):
    with pytest.raises(ClaimError, match="this index may be"):
        term(text)


@pytest.mark.parametrize(
    "text", ["log(0)", "1/0", "0^-1", "sqrt(-1)", "(-2)^0.5", "lgamma(-1)", "digamma(0)"]
)
def test_what_has_a_value_nowhere_is_refused_but_behind_a_bracket(text):
    with pytest.raises(ClaimError, match=r"no value|no such power"):
        term(text)
    assert exact(f"[i < 0]*{text}", POINT) == 0
