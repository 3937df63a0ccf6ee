"""Samples: what is drawn meets the hypotheses, and is varied enough to be worth drawing."""

from fractions import Fraction
from itertools import islice

import numpy as np
import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

from derive.kernel import Declarations, Equation, Fact, Hypothesis, Label
from derive.kernel.terms import (
    MINUS_ONE,
    ONE,
    ZERO,
    add,
    element,
    multiply,
    number,
    power,
    size,
    sum_over,
)
from numeric.arrays import prepare
from numeric.conditions import check, meets
from numeric.constraints import least_sizes
from numeric.exact_samples import example_point, small_points
from numeric.hypotheses import check_hypotheses
from numeric.points import as_arrays
from numeric.samples import arrays, points


def declared(variables, *hypotheses, indices=None, labels=None):
    names = set("".join("".join(shape) for shape in variables.values())) or set("n")
    return Declarations(frozenset(names), indices or {}, variables, labels or {}, hypotheses)


def total(variable, shape, value=1, indices=(0,), context=()):
    """The sum of the variable over ``shape``, the innermost first, is the value."""
    term = element(variable, *indices)
    for axis in shape:
        term = sum_over(axis, term)
    return Hypothesis(tuple(context), Equation(term, number(value)))


def every(kind, term, *context):
    return Hypothesis(context, Fact(kind, term))


X, Y = element("x", 0), element("y", 0)
SIMPLEX = total("y", "n")
SOFT = declared({"x": ("n",), "y": ("n",)}, SIMPLEX, every("nonnegative", Y, "n"))

# Every hypothesis here is built in: a statement about each entry, or a total.
BUILT_IN = {
    "nothing": declared({"x": ("n",)}, indices={"i": "n"}, labels={"t": Label(("n",), "n")}),
    "scalar": declared({"b": ()}, every("nonzero", element("b"))),
    "sum": declared({"y": ("n",)}, SIMPLEX),
    "soft": SOFT,
    "soft, positive": declared({"y": ("n",)}, SIMPLEX, every("positive", Y, "n")),
    "nonzero sum": declared({"y": ("n",)}, SIMPLEX, every("nonzero", Y, "n")),
    "one-hot": declared(
        {"y": ("n",)}, SIMPLEX, Hypothesis(("n",), Equation(power(Y, number(2)), Y))
    ),
    "rows": declared({"Y": ("m", "n")}, total("Y", "n", indices=(1, 0), context="m")),
    "columns": declared({"Y": ("m", "n")}, total("Y", "m", indices=(0, 1), context="n")),
    "all": declared({"Y": ("m", "n")}, total("Y", "mn", indices=(0, 1), value=Fraction(5, 2))),
    "centred": declared({"x": ("n",)}, total("x", "n", indices=(0,), value=0)),
    "positive": declared({"x": ("n",)}, every("positive", X, "n")),
    "interval": declared(
        {"p": ("n", "m")},
        every("positive", element("p", 1, 0), "m", "n"),
        every("positive", add(ONE, multiply(MINUS_ONE, element("p", 1, 0))), "m", "n"),
    ),
}
BUILT_IN["the other way round"] = declared(
    {"y": ("n",)}, Hypothesis((), Equation(ONE, sum_over("n", Y)))
)

# Hypotheses that are met by trying again.
FILTERED = {
    "not all zero": declared({"x": ("n",)}, every("positive", sum_over("n", power(X, number(2))))),
    "below another": declared(
        {"x": ("n",), "y": ("n",)}, every("positive", add(X, multiply(MINUS_ONE, Y)), "n")
    ),
    "diagonal": declared({"A": ("n", "n")}, every("positive", element("A", 0, 0), "n")),
    "two totals": declared(
        {"Y": ("m", "n")},
        total("Y", "n", indices=(1, 0), context="m"),
        total("Y", "m", indices=(0, 1), context="n"),
    ),
    "a label's entry": declared(
        {"Y": ("m", "n")},
        every("positive", element("Y", 0, ("t", 0)), "m"),
        labels={"t": Label(("m",), "n")},
    ),
}
BOTH = {**BUILT_IN, **FILTERED}


# ---- exact points --------------------------------------------------------------------------------


@settings(max_examples=25, suppress_health_check=[HealthCheck.filter_too_much])
@given(st.data())
@pytest.mark.parametrize("declarations", BOTH.values(), ids=BOTH)
def test_points_meet_the_hypotheses(declarations, data):
    point = data.draw(points(declarations))
    assert meets(declarations, point)
    assert max(point.sizes.values()) <= 3


def test_given_sizes_are_kept():
    point = find(points(BUILT_IN["rows"], sizes={"m": 4}), lambda point: point.sizes["n"] == 2)
    assert len(point.values["Y"]) == 8


def test_points_shrink_to_the_simplest():
    assert (
        str(find(points(BUILT_IN["nothing"]), lambda _: True)) == "n = 1, x = [0], t = [0], i = 0"
    )


def parts(declarations, variable):
    """The entries of a variable at each of the small points with two or more of them."""
    found = [list(point.values[variable].values()) for point in small_points(declarations)]
    return [entries for entries in found if len(entries) > 1]


def one_hot(entries):
    return sorted(entries) == [0] * (len(entries) - 1) + [1]


def test_labels_without_a_sign_are_one_hot_and_soft_and_signed():
    found = parts(BUILT_IN["sum"], "y")
    assert any(map(one_hot, found))
    assert any(min(entries) > 0 for entries in found)
    assert any(min(entries) < 0 for entries in found)


def test_labels_with_a_sign_are_one_hot_and_soft():
    found = parts(SOFT, "y")
    assert any(map(one_hot, found))
    assert any(min(entries) > 0 for entries in found)
    assert all(min(entries) >= 0 for entries in found)


def test_a_fact_about_the_diagonal_leaves_the_rest_free():
    assert any(min(entries) < 0 for entries in parts(FILTERED["diagonal"], "A"))


def test_one_hot_labels_are_one_hot_by_their_hypothesis():
    found = parts(BUILT_IN["one-hot"], "y")
    assert found
    assert all(map(one_hot, found))


@pytest.mark.parametrize("declarations", BOTH.values(), ids=BOTH)
def test_small_points_meet_the_hypotheses_and_are_the_same_each_time(declarations):
    found = list(small_points(declarations))
    assert 4 <= len(found) <= 400
    assert all(meets(declarations, point) for point in found)
    assert len(set(map(str, found))) == len(found)
    assert list(small_points(declarations)) == found


def test_small_points_begin_small_and_vary_sizes_apart():
    found = list(small_points(BUILT_IN["rows"]))
    assert set(found[0].sizes.values()) == {1}
    assert set(map(abs, found[0].values["Y"].values())) <= {0, 1}
    early = {(point.sizes["m"], point.sizes["n"]) for point in islice(found, 60)}
    assert early == {(m, n) for m in (1, 2, 3) for n in (1, 2, 3)}


def test_many_sizes_do_not_explode():
    names = "abcdefgh"
    found = list(small_points(declared({"x": tuple(names)[:3], "y": tuple(names)[3:]})))
    assert len(found) <= 400
    assert {size for point in found for size in point.sizes.values()} >= {1, 2, 3}


def test_without_sizes_there_are_points_too():
    assert len(list(small_points(Declarations(frozenset(), {}, {"b": ()})))) > 5


@pytest.mark.parametrize("declarations", BOTH.values(), ids=BOTH)
def test_an_example_meets_the_hypotheses(declarations):
    assert meets(declarations, example_point(declarations))


@pytest.mark.parametrize(
    "contradiction",
    [
        [every("positive", X, "n"), every("positive", multiply(MINUS_ONE, X), "n")],
        [total("x", "n"), total("x", "n", value=2)],
        [total("x", "n", value=-1), every("nonnegative", X, "n")],
        [Hypothesis((), Equation(ZERO, ONE))],
    ],
)
def test_hypotheses_that_nothing_meets_have_no_example(contradiction):
    assert example_point(declared({"x": ("n",)}, *contradiction)) is None


# ---- floating-point arrays -----------------------------------------------------------------------


@settings(max_examples=25)
@given(st.data())
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("declarations", BUILT_IN.values(), ids=BUILT_IN)
def test_arrays_have_their_shapes_and_are_finite(declarations, dtype, data):
    found = data.draw(arrays(declarations, dtype=dtype))
    sizes = {}
    for name, shape in declarations.variables.items():
        assert found[name].dtype == dtype
        assert np.isfinite(found[name]).all()
        for axis, length in zip(shape, found[name].shape, strict=True):
            assert sizes.setdefault(axis, length) == length
    for name, (_, below) in declarations.labels.items():
        assert found[name].dtype == np.intp
        assert ((found[name] >= 0) & (found[name] < sizes[below])).all()


@given(arrays(BUILT_IN["rows"]), arrays(BUILT_IN["columns"], dtype=np.float32))
def test_totals_are_met_up_to_rounding(rows, columns):
    for found, axis in ((rows["Y"], 1), (columns["Y"], 0)):
        entries = found.astype(np.float64)
        rounding = np.finfo(found.dtype).eps * found.shape[axis] * np.abs(entries).sum(axis)
        assert (np.abs(entries.sum(axis) - 1) <= rounding).all()


@given(arrays(SOFT), arrays(BUILT_IN["interval"]), arrays(BUILT_IN["positive"], dtype=np.float32))
def test_signs_are_met_exactly(soft, interval, positive):
    assert (soft["y"] >= 0).all()
    assert ((interval["p"] > 0) & (interval["p"] < 1)).all()
    assert (positive["x"] > 0).all()


@pytest.mark.parametrize(
    "wanted",
    [
        lambda x: np.ptp(x) > 1e3,
        lambda x: x.min() > 9e3,
        lambda x: 0 < np.abs(x).max() < 1e-6,
        lambda x: x.size > 2 and np.ptp(x) == 0,
        lambda x: np.abs(x).max() > 1e6 * np.abs(x).min() > 0,
        lambda x: x.size == 1,
        lambda x: x.size > 20,
    ],
    ids=["large", "far", "tiny", "equal", "spread", "n = 1", "n > 20"],
)
def test_extremes_are_drawn(wanted):
    found = find(
        arrays(SOFT), lambda found: wanted(found["x"]), settings=settings(max_examples=2000)
    )
    assert abs(found["y"].sum() - 1) < 1e-14


def test_extremes_are_drawn_of_positive_variables_too():
    found = find(
        arrays(BUILT_IN["positive"], sizes={"n": 40}),
        lambda found: found["x"].max() < 1e-6,
        settings=settings(max_examples=500),
    )
    assert found["x"].min() > 0


@settings(max_examples=25, suppress_health_check=[HealthCheck.filter_too_much])
@given(arrays(FILTERED["below another"], dtype=np.float32), arrays(FILTERED["two totals"]))
def test_other_hypotheses_are_met_by_small_exact_points(below, totals):
    assert (below["x"] > below["y"]).all()
    assert np.allclose(totals["Y"].sum(0), 1)
    assert np.allclose(totals["Y"].sum(1), 1)


@given(points(SOFT))
def test_points_become_arrays(point):
    check(SOFT, point)
    assert as_arrays(point)["x"].tolist() == [float(q) for q in point.values["x"].values()]


# ---- hypotheses of other shapes ------------------------------------------------------------------

SQUARES = sum_over("n", power(X, number(2)))
NORM = every("positive", SQUARES)
SCALAR_T, SCALAR_Z = element("t"), element("z")
LEFT_TO_LUCK = {
    "a norm": declared({"x": ("n",)}, NORM),
    "a norm of each row": declared(
        {"X": ("m", "n")},
        every("positive", sum_over("n", power(element("X", 1, 0), number(2))), "m"),
    ),
    "a factor": declared(
        {"t": (), "z": ()},
        every("nonzero", add(ONE, multiply(MINUS_ONE, SCALAR_T, SCALAR_Z))),
    ),
    "a margin": declared(
        {"x": ("n",), "y": ("n",), "t": ()},
        every(
            "nonzero",
            add(
                SQUARES,
                multiply(MINUS_ONE, sum_over("n", power(Y, number(2)))),
                SCALAR_T,
            ),
        ),
    ),
    "a kink between two": declared(
        {"x": ("n",), "y": ("n",)}, every("nonzero", add(X, multiply(MINUS_ONE, Y)), "n")
    ),
    "a label's entry": declared(
        {"X": ("m", "n")},
        every("positive", element("X", 0, ("t", 0)), "m"),
        labels={"t": Label(("m",), "n")},
    ),
    "a mean over rows that count": declared(
        {"w": ("m",)},
        every("nonnegative", element("w", 0), "m"),
        every("positive", sum_over("m", element("w", 0))),
    ),
}


@pytest.mark.parametrize("name", LEFT_TO_LUCK)
def test_points_for_hypotheses_of_other_shapes_are_found(name):
    """Dozens of them, so that a search says something; and every one meets the hypothesis."""
    found = list(small_points(LEFT_TO_LUCK[name]))
    assert len(found) > 50
    assert all(meets(LEFT_TO_LUCK[name], point) for point in found)


@pytest.mark.parametrize("name", LEFT_TO_LUCK)
def test_arrays_for_hypotheses_of_other_shapes_meet_them(name):
    drawn = []

    @settings(max_examples=40, database=None, suppress_health_check=list(HealthCheck))
    @given(arrays(LEFT_TO_LUCK[name]))
    def draw(inputs):
        drawn.append(inputs)
        check_hypotheses(LEFT_TO_LUCK[name], *prepare(LEFT_TO_LUCK[name], inputs, inputs))

    draw()
    assert len(drawn) >= 40


def test_arrays_under_an_inequality_are_as_varied_as_any():
    """Large sizes and large entries, which small exact points have not."""
    find(arrays(LEFT_TO_LUCK["a norm"]), lambda inputs: inputs["x"].size > 10)
    find(arrays(LEFT_TO_LUCK["a norm"]), lambda inputs: np.abs(inputs["x"]).max() > 100)


def test_arrays_under_an_equation_are_those_of_points():
    unit = declared({"x": ("n",)}, Hypothesis((), Equation(SQUARES, ONE)))
    inputs = find(arrays(unit), lambda inputs: True)
    assert (inputs["x"] ** 2).sum() == 1


# ---- hypotheses about sizes ----------------------------------------------------------------------

AT_LEAST_3 = every("nonnegative", add(size("n"), number(-3)))


def test_sizes_begin_where_the_hypotheses_let_them():
    three = declared({"x": ("n",), "z": ("m",)}, AT_LEAST_3)
    assert least_sizes(three) == {"m": 1, "n": 3}
    found = list(small_points(three))
    assert len(found) > 50
    assert {point.sizes["n"] for point in found} >= {3, 4, 5}
    assert {point.sizes["m"] for point in found} >= {1, 2, 3}


def test_a_hypothesis_about_two_sizes_is_met_by_trying_again():
    wide = declared(
        {"X": ("m", "n")}, every("positive", add(size("n"), multiply(MINUS_ONE, size("m"))))
    )
    found = list(small_points(wide))
    assert found
    assert all(point.sizes["n"] > point.sizes["m"] for point in found)


def test_sizes_that_no_hypothesis_allows_give_no_point():
    never = declared({"x": ("n",)}, every("positive", multiply(MINUS_ONE, size("n"))))
    assert example_point(never) is None
