"""Points: how they read, whether they meet hypotheses, and what is refused."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.kernel import Declarations, Equation, Fact, Hypothesis, Label
from derive.kernel.terms import MINUS_ONE, ONE, add, apply, element, number, power, sum_over
from numeric.conditions import check, holds, meets
from numeric.errors import InputError
from numeric.points import Point, as_arrays, table

THIRD = Fraction(1, 3)


def row_sums_are_one(axis):
    """sum over one axis of Y[b, k] is 1, for all indices of the other."""
    if axis == 1:
        return Hypothesis(("m",), Equation(sum_over("n", element("Y", 1, 0)), ONE))
    return Hypothesis(("n",), Equation(sum_over("m", element("Y", 0, 1)), ONE))


def matrix(*hypotheses):
    return Declarations(frozenset("mn"), {}, {"Y": ("m", "n")}, {}, hypotheses)


def scalar(value):
    return Point({}, {"z": table(value)})


def test_a_point_reads_on_one_line():
    point = Point(
        {"m": 2, "n": 1},
        {"X": table([[1], [Fraction(-1, 2)]]), "b": table(3)},
        {"t": {(0,): 0, (1,): 0}},
        {"i": 0},
    )
    assert str(point) == "m = 2, n = 1, X = [[1], [-1/2]], b = 3, t = [0, 0], i = 0"


def test_arrays_of_a_point():
    point = Point({"n": 2}, {"x": table([[1, THIRD]]), "b": table(2)}, {"t": {(0,): 1}})
    arrays = as_arrays(point, np.float32)
    assert arrays["x"].dtype == np.float32
    assert arrays["x"].tolist() == [[1, float(np.float32(1 / 3))]]
    assert arrays["b"].shape == ()
    assert arrays["t"].dtype == np.intp


# ---- hypotheses ----------------------------------------------------------------------------------


@given(st.lists(st.integers(1, 9), min_size=3, max_size=3))
def test_a_sum_is_checked_exactly(weights):
    declared = Declarations(
        frozenset("n"), {}, {"y": ("n",)}, {},
        (Hypothesis((), Equation(sum_over("n", element("y", 0)), ONE)),),
    )  # fmt: skip
    y = [Fraction(w, sum(weights)) for w in weights]
    assert meets(declared, Point({"n": 3}, {"y": table(y)}))
    y[1] += Fraction(1, 10**40)
    assert not meets(declared, Point({"n": 3}, {"y": table(y)}))


def test_a_hypothesis_is_checked_for_every_index_of_its_context():
    point = Point({"m": 2, "n": 3}, {"Y": table([[1, 0, 0], [0, THIRD, 2 * THIRD]])})
    assert meets(matrix(row_sums_are_one(axis=1)), point)
    assert not meets(matrix(row_sums_are_one(axis=0)), point)
    second_row_off = replace(point, values={"Y": table([[1, 0, 0], [0, THIRD, THIRD]])})
    assert not meets(matrix(row_sums_are_one(axis=1)), second_row_off)


Z = element("z")


@pytest.mark.parametrize(
    ("kind", "accepted", "rejected"),
    [
        ("positive", [1, Fraction(1, 10**50)], [0, -1]),
        ("nonnegative", [0, 1], [-1, Fraction(-1, 10**50)]),
        ("nonzero", [1, -1], [0]),
    ],
)
def test_facts(kind, accepted, rejected):
    assert all(holds(Fact(kind, Z), scalar(value)) for value in accepted)
    assert not any(holds(Fact(kind, Z), scalar(value)) for value in rejected)


def test_what_has_no_value_does_not_hold():
    for kind in ("defined", "nonzero"):
        assert holds(Fact(kind, apply("log", Z)), scalar(2))
        assert not holds(Fact(kind, apply("log", Z)), scalar(-1))
    inverse = power(Z, MINUS_ONE)
    assert not holds(Equation(inverse, inverse), scalar(0))


def test_irrational_signs_are_decided_and_irrational_equations_never_confirmed():
    exp = apply("exp", Z)
    assert holds(Fact("positive", add(exp, number(-2))), scalar(1))
    assert not holds(Fact("positive", add(exp, number(-3))), scalar(1))
    assert not holds(Equation(exp, exp), scalar(1))
    assert holds(Equation(exp, ONE), scalar(0))


# ---- points that do not fit ----------------------------------------------------------------------

DECLARED = Declarations(frozenset("n"), {"i": "n"}, {"x": ("n",)}, {"t": Label(("n",), "n")})
FITTING = Point({"n": 2}, {"x": table([0, 1])}, {"t": {(0,): 0, (1,): 1}}, {"i": 1})


def test_a_fitting_point_passes():
    check(DECLARED, FITTING)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"sizes": {}}, "sizes"),
        ({"sizes": {"n": 0}}, "size n"),
        ({"sizes": {"n": 3}}, "x does not have its declared shape"),
        ({"values": {}}, "variables"),
        ({"values": {"x": table([0, 1]), "y": table(0)}}, "variables"),
        ({"values": {"x": table([[0, 1]])}}, "shape"),
        ({"labels": {}}, "labels"),
        ({"labels": {"t": {(0,): 0, (1,): 2}}}, r"t\[1\] has to be from 0 to 1, it is 2"),
        ({"indices": {}}, "indices"),
        ({"indices": {"i": -1}}, "index i"),
        ({"indices": {"i": 2}}, "index i"),
    ],
)
def test_a_point_that_does_not_fit_is_refused(change, named):
    with pytest.raises(InputError, match=named):
        meets(DECLARED, replace(FITTING, **change))
