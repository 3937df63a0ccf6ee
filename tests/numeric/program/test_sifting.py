"""Sifting keeps the value and leaves no delta under a plain sum."""

import mpmath
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from derive.kernel.terms import ONE, add, delta, element, multiply, negate, number, power, sum_over
from numeric.program.sifting import sift

from ..formulas import JACOBIAN, SIZES, THROUGH_JACOBIAN, softmax
from ..loops import Loops, NoValue, arrays_of
from ..random_terms import terms


def same(left, right):
    """Whether two arrays of 60-digit numbers are equal to 40 digits."""
    with mpmath.workdps(60):
        pairs = zip(left.ravel(), right.ravel(), strict=True)
        return all(mpmath.almosteq(a, b, 1e-40, 1e-40) for a, b in pairs)


X0, Y0 = element("x", 0), element("y", 0)
SIFTED = {
    "one delta": (sum_over("n", multiply(delta(0, "i"), X0)), element("x", "i")),
    "turned round": (sum_over("n", multiply(X0, delta("i", 0))), element("x", "i")),
    "alone": (sum_over("n", delta(0, "i")), ONE),
    "two deltas": (
        sum_over("n", multiply(delta(0, "i"), delta(0, "k"), X0)),
        multiply(delta("i", "k"), element("x", "i")),
    ),
    "at a label": (sum_over("n", multiply(delta(0, ("t", "r")), X0)), element("x", ("t", "r"))),
    "two sums": (
        sum_over("n", sum_over("n", multiply(delta(1, 0), element("C", 1, 0)))),
        sum_over("n", element("C", 0, 0)),
    ),
    "from an inner sum": (
        sum_over("n", multiply(X0, sum_over("m", multiply(delta(1, "i"), element("X", 0, 1))))),
        multiply(element("x", "i"), sum_over("m", element("X", 0, "i"))),
    ),
    "in a sum of terms": (
        sum_over("n", multiply(add(delta(0, "i"), negate(Y0)), X0)),
        add(element("x", "i"), sum_over("n", multiply(number(-1), Y0, X0))),
    ),
}


@pytest.mark.parametrize(("term", "sifted"), SIFTED.values(), ids=SIFTED.keys())
def test_sifted(term, sifted):
    """Up to the order and the grouping of factors, which the values do not show."""
    values = arrays_of(SIZES, 0)
    free = tuple(sorted(term.indices))
    loops = Loops(SIZES, values)
    assert "[#0 = i]" not in str(sift(term))
    assert "[#1 = #0]" not in str(sift(term))
    assert same(loops.array(sift(term), free), loops.array(sifted, free))


def test_a_delta_between_indices_of_the_result_stays():
    assert sift(JACOBIAN) is JACOBIAN


def test_a_delta_inside_a_power_stays():
    term = sum_over("n", power(add(delta(0, "i"), X0), number(2)))
    assert sift(term) is term


def test_a_product_with_the_jacobian_has_no_delta_left():
    assert "delta" in str(THROUGH_JACOBIAN)
    assert "delta" not in str(sift(THROUGH_JACOBIAN))


@settings(max_examples=100, deadline=None)
@given(terms(), st.fixed_dictionaries({axis: st.integers(1, 3) for axis in SIZES}))
def test_the_value_stays(term, sizes):
    loops = Loops(sizes, arrays_of(sizes, 1))
    free = tuple(sorted(term.indices))
    try:
        before = loops.array(term, free)
    except NoValue:
        assume(False)
    assert same(loops.array(sift(term), free), before)


def test_the_comparison_tells_a_wrong_index():
    loops = Loops(SIZES, arrays_of(SIZES, 1))
    right, wrong = (
        loops.array(multiply(softmax("x", "k"), delta("k", index)), ("i", "k")) for index in "ik"
    )
    assert same(right, right)
    assert not same(right, wrong)
