"""Domains: what is built for them is in them, by a test that shares nothing with the building."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.kernel import Declarations, Equation, Fact, Hypothesis
from derive.kernel.terms import (
    ONE,
    ZERO,
    add,
    element,
    multiply,
    negate,
    number,
    power,
    size,
    sum_over,
)
from derive.language.domains import domain_of, hypotheses
from numeric.balancing import balanced, solution
from numeric.conditions import meets
from numeric.domains import determinant, is_positive_definite, within
from numeric.exact_samples import example_point, points_of, small_points
from numeric.points import Point
from numeric.samples import points

X, Y, MEAN = element("x", 0), element("y", 0), element("mu")


def minus(left, right):
    return add(left, negate(right))


def is_in(kind, entries):
    """Membership by the definition of the domain, entry by entry."""
    values = list(entries.values())
    match kind:
        case "positive":
            return all(value > 0 for value in values)
        case "unit":
            return all(0 < value < 1 for value in values)
        case "interval":
            return all(Fraction(101, 10) < value < Fraction(103, 10) for value in values)
        case "simplex":
            return all(value >= 0 for value in values) and rows_sum_to_one(entries)
        case "one_hot":
            return set(values) <= {0, 1} and rows_sum_to_one(entries)
        case "binary":
            return set(values) <= {0, 1}
        case "sign":
            return set(values) <= {-1, 1}
        case "count":
            return all(value >= 0 and value == int(value) for value in values)
        case "symmetric":
            return all(entries[i, j] == entries[j, i] for i, j in entries)
        case "spd":
            n = max(i for i, _ in entries) + 1
            matrix = np.array([[float(entries[i, j]) for j in range(n)] for i in range(n)])
            return bool((matrix == matrix.T).all() and (np.linalg.eigvalsh(matrix) > 0).all())
        case "invertible":
            n = max(i for i, _ in entries) + 1
            matrix = np.array([[float(entries[i, j]) for j in range(n)] for i in range(n)])
            return bool(abs(np.linalg.det(matrix)) > 1e-9)
    return True


def rows_sum_to_one(entries):
    rows = {}
    for (*outer, _), value in entries.items():
        rows[tuple(outer)] = rows.get(tuple(outer), 0) + value
    return set(rows.values()) == {1}


ENDS = {"interval": (Fraction(101, 10), Fraction(103, 10))}
SHAPES = {
    "symmetric": ("n", "n"),
    "spd": ("n", "n"),
    "invertible": ("n", "n"),
    "simplex": ("m", "n"),
    "one_hot": ("m", "n"),
}
KINDS = ("real", "positive", "unit", "simplex", "one_hot", "binary", "sign", "count", "interval")
KINDS += ("symmetric", "spd", "invertible")


def declared(kind):
    shape = SHAPES.get(kind, ("n",))
    domain = domain_of(kind, ENDS.get(kind, ()), shape)
    stated = hypotheses("v", domain, shape)
    return Declarations(frozenset(shape), {}, {"v": shape}, {}, stated), {"v": domain}


@pytest.mark.parametrize("kind", KINDS)
def test_small_points_are_in_their_domain(kind):
    found = list(small_points(*declared(kind)))
    assert len(found) > 5
    assert all(is_in(kind, point.values["v"]) for point in found)
    assert len({tuple(point.values["v"].values()) for point in found}) > 4
    assert max(point.sizes["n"] for point in found) > 1


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=15, deadline=None, database=None)
@given(data=st.data())
def test_drawn_points_are_in_their_domain(kind, data):
    declarations, domains = declared(kind)
    point = data.draw(points(declarations, domains=domains))
    assert is_in(kind, point.values["v"])
    assert within(domains, point)


@pytest.mark.parametrize(
    ("kind", "entries"),
    [
        ("count", {(0,): Fraction(1, 2)}),
        ("count", {(0,): Fraction(-1)}),
        ("spd", {(0, 0): Fraction(-1)}),
        ("invertible", {(0, 0): Fraction(0)}),
    ],
)
def test_what_is_out_of_a_domain_is_noticed(kind, entries):
    _, domains = declared(kind)
    assert not within(domains, Point({"n": 1}, {"v": entries}))


entries = st.integers(-3, 3).map(Fraction)
square = st.integers(1, 3).flatmap(
    lambda n: st.lists(st.lists(entries, min_size=n, max_size=n), min_size=n, max_size=n)
)


@given(square)
def test_determinants_and_definiteness_are_those_of_numpy(rows):
    matrix = np.array(rows, float)
    assert abs(float(determinant(rows)) - np.linalg.det(matrix)) < 1e-6
    symmetric = bool((matrix == matrix.T).all())
    least = np.linalg.eigvalsh(matrix).min() if symmetric else -1
    if abs(least) > 1e-6:
        assert is_positive_definite(rows) == (symmetric and least > 0)


# ---- equations -----------------------------------------------------------------------------------


def equation(left, right, *context):
    return Hypothesis(context, Equation(left, right))


def over_n(term):
    return multiply(power(size("n"), number(-1)), sum_over("n", term))


SQUARES = sum_over("n", power(X, number(2)))
SQUARE_OF_DISTANCE = power(minus(X, MEAN), number(2))
EQUATIONS = {
    "a mean": ({"x": ("n",), "mu": ()}, [equation(MEAN, over_n(X))]),
    "a mean and a variance": (
        {"x": ("n",), "mu": (), "v": ()},
        [equation(MEAN, over_n(X)), equation(element("v"), over_n(SQUARE_OF_DISTANCE))],
    ),
    "a number": ({"mu": (), "x": ("n",)}, [equation(MEAN, number(37, 5))]),
    "orthogonal": ({"x": ("n",), "y": ("n",)}, [equation(sum_over("n", multiply(X, Y)), ZERO)]),
    "unit": ({"x": ("n",)}, [equation(SQUARES, ONE)]),
    "unit and orthogonal": (
        {"x": ("n",), "y": ("n",)},
        [equation(SQUARES, ONE), equation(sum_over("n", multiply(X, Y)), ZERO)],
    ),
    "of length 5/2": ({"x": ("n",)}, [equation(SQUARES, number(25, 4))]),
    "each the double": (
        {"x": ("n",), "y": ("n",)},
        [equation(Y, multiply(number(2), X), "n"), Hypothesis(("n",), Fact("positive", X))],
    ),
    "both margins": (
        {"A": ("m", "n")},
        [
            equation(sum_over("n", element("A", 1, 0)), ONE, "m"),
            equation(sum_over("m", element("A", 0, 1)), over_n(ONE), "n"),
        ],
    ),
}
SYSTEMS = {
    name: Declarations(frozenset("mn"), {}, variables, {}, tuple(stated))
    for name, (variables, stated) in EQUATIONS.items()
}


@pytest.mark.parametrize("declarations", SYSTEMS.values(), ids=SYSTEMS)
def test_points_are_found_on_equations(declarations):
    found = list(small_points(declarations))
    assert len(found) >= 20
    assert all(meets(declarations, point) for point in found)
    assert any(point.sizes["n"] == 3 for point in found)


def test_points_on_a_sphere_are_not_only_axes():
    found = [point.values["x"].values() for point in small_points(SYSTEMS["unit"])]
    assert any(0 < abs(value) < 1 for entries in found for value in entries)


def test_an_equation_without_a_rational_solution_has_no_points():
    declarations = Declarations(
        frozenset("n"), {}, {"x": ("n",)}, {}, (equation(SQUARES, number(-1)),)
    )
    assert example_point(declarations) is None


def test_what_is_met_is_left_as_it_is():
    point = Point({"n": 1, "m": 1}, {"x": {(0,): Fraction(3)}, "mu": {(): Fraction(3)}})
    assert balanced(SYSTEMS["a mean"], point) == point


systems = st.integers(1, 4).flatmap(
    lambda n: st.tuples(
        st.lists(st.lists(entries, min_size=n, max_size=n), min_size=1, max_size=4),
        st.lists(entries, min_size=n, max_size=n),
    )
)


@given(systems)
def test_linear_systems_that_have_a_solution_are_solved(system):
    rows, solved = system
    sides = [sum(a * b for a, b in zip(row, solved, strict=True)) for row in rows]
    found = solution([[*row, side] for row, side in zip(rows, sides, strict=True)])
    assert found is not None
    for row, side in zip(rows, sides, strict=True):
        assert sum(a * b for a, b in zip(row, found, strict=True)) == side


def test_a_system_without_a_solution_is_told_apart():
    assert solution([[Fraction(1), Fraction(1)], [Fraction(1), Fraction(2)]]) is None


def test_points_of_given_sizes_have_them():
    found = list(points_of(SYSTEMS["unit"], {"n": 2, "m": 3}))
    assert found
    assert {(point.sizes["n"], point.sizes["m"]) for point in found} == {(2, 3)}
