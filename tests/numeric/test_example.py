"""The worked example: every line of the page it came from, and how far differences are off."""

import math
import re

import numpy as np
import pytest

from numeric.example import FORWARD, example

# The lines as the page prints them.
PAGE = """
x = [0.3 0.5 0.2]
y = [0. 1. 0.]
s = softmax(x) = [0.31987306 0.39069383 0.28943311]
jacobian_softmax(s) = [[ 0.21755428 -0.12497243 -0.09258185]
 [-0.12497243  0.23805216 -0.11307973]
 [-0.09258185 -0.11307973  0.20566159]]
cross_entropy(y, s)= [0.93983106]
gradient_cross_entropy(y, s)= [-0. -2.55954897 -0.]
num_gradient_cross_entropy(y, s)= [ 0. -2.55627891  0.]
error_softmax_input(y, s)= [ 0.31987306 -0.60930617  0.28943311]
num_error_softmax_input(y, x)= [ 0.31998185 -0.60918713  0.28953596]
"""


def page_lines():
    """name -> the numbers that the page prints after it, row after row."""
    lines = PAGE.strip().replace("]\n [", "] [").splitlines()
    named = (line.rsplit("=", 1) for line in lines)
    return {
        name.strip(): [float(number) for number in re.findall(r"-?\d+\.\d*", numbers)]
        for name, numbers in named
    }


@pytest.fixture(scope="module")
def rows():
    return {row.name: row for row in example()}


def test_the_lines_are_those_of_the_page_in_its_order(rows):
    assert list(rows) == list(page_lines())


@pytest.mark.parametrize("name", page_lines())
def test_every_number_is_that_of_the_page(rows, name):
    ours = [f"{value:.8f}" for value in rows[name].values.ravel() + 0.0]
    assert ours == [f"{value + 0.0:.8f}" for value in page_lines()[name]]


# ---- differences ---------------------------------------------------------------------------------


FORMULAS = {
    "num_gradient_cross_entropy(y, s)": "gradient_cross_entropy(y, s)",
    "num_error_softmax_input(y, x)": "error_softmax_input(y, s)",
}
each_difference = pytest.mark.parametrize("name", FORMULAS)


def test_exactly_the_lines_called_num_are_forward_differences(rows):
    assert {name for name, row in rows.items() if row.what == FORWARD} == set(FORMULAS)
    assert {name for name, row in rows.items() if row.beside is not None} == set(FORMULAS)


@each_difference
def test_the_formula_beside_a_difference_is_the_line_of_that_name(rows, name):
    assert rows[name].beside.formula.tolist() == rows[FORMULAS[name]].values.tolist()


@each_difference
def test_errors_are_distances_from_the_derivative(rows, name):
    """Here from the formula in floats, which is within 1e-15 of it."""
    row, beside = rows[name], rows[name].beside
    np.testing.assert_allclose(beside.error, abs(row.values - beside.formula), atol=1e-15)
    np.testing.assert_allclose(
        beside.central_error, abs(beside.central - beside.formula), atol=1e-15
    )


@each_difference
def test_every_central_difference_is_within_its_bar(rows, name):
    beside = rows[name].beside
    assert (beside.central_error <= beside.bar).all()
    assert (beside.bar < 1e-9).all()


@each_difference
def test_the_central_differences_are_at_least_a_thousand_times_closer(rows, name):
    beside = rows[name].beside
    assert beside.error.max() >= 1000 * beside.central_error.max() > 0
    assert beside.times_closer == beside.error.max() / beside.central_error.max()


@each_difference
def test_the_forward_difference_is_off_by_half_the_second_derivative_times_h(rows, name):
    """s(1 - s) h/2 for the logits and y/s² h/2 for the probabilities, up to O(h²)."""
    s, y = rows["s = softmax(x)"].values, rows["y"].values
    second = y / s**2 if "gradient" in name else s * (1 - s)
    np.testing.assert_allclose(rows[name].beside.error, second * 1e-3 / 2, rtol=2e-2)


# ---- the same from the textbook ------------------------------------------------------------------


def test_the_formulas_against_the_standard_library(rows):
    e = [math.exp(value) for value in (0.3, 0.5, 0.2)]
    s = [value / sum(e) for value in e]
    jacobian = [[s[k] * ((k == i) - s[i]) for i in range(3)] for k in range(3)]
    np.testing.assert_allclose(rows["s = softmax(x)"].values, s, rtol=1e-15)
    np.testing.assert_allclose(rows["jacobian_softmax(s)"].values, jacobian, rtol=1e-14)
    np.testing.assert_allclose(rows["cross_entropy(y, s)"].values, [-math.log(s[1])], rtol=1e-15)
    np.testing.assert_allclose(rows["gradient_cross_entropy(y, s)"].values, [0, -1 / s[1], 0])
    np.testing.assert_allclose(rows["error_softmax_input(y, s)"].values, [s[0], s[1] - 1, s[2]])
