"""The reference interpreter against hand-written loops, and its arithmetics against each other."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from flint import arb, arb_series, ctx, fmpq
from hypothesis import given
from hypothesis import strategies as st

from derive.kernel.terms import (
    MINUS_ONE,
    ONE,
    ZERO,
    add,
    apply,
    delta,
    element,
    multiply,
    number,
    position,
    power,
    size,
    sum_over,
    where,
)
from numeric import interpret
from numeric.errors import InputError
from numeric.interpret import (
    BALLS,
    EXACT,
    Irrational,
    Undefined,
    evaluate,
    exact_power,
    floats,
    index_value,
)
from numeric.points import Point, table

SMALL = st.fractions(-3, 3, max_denominator=4)
ARITHMETICS = [EXACT, BALLS, floats(53)]
NOTHING = Point({})
HALF = number(1, 2)


def scalar(value):
    return Point({}, {"z": table(Fraction(value))})


Z = element("z")

# ---- terms against loops -------------------------------------------------------------------------


@given(st.lists(st.lists(SMALL, min_size=3, max_size=3), min_size=2, max_size=2))
def test_nested_sums_keep_their_indices_apart(rows):
    """sum_k sum_d K[k, d] (k + 1) d, with K of shape (2, 3), against loops."""
    point = Point({"m": 2, "n": 3}, {"K": table(rows)})
    inner = multiply(element("K", 1, 0), add(position(1), ONE), position(0))
    term = sum_over("m", sum_over("n", inner))
    assert evaluate(term, point) == sum(
        rows[k][d] * (k + 1) * d for k in range(2) for d in range(3)
    )


def test_an_index_and_the_same_index_transposed_differ():
    point = Point({"n": 2}, {"K": table([[0, 1], [5, 0]])})

    def weighted(*at):
        return sum_over("n", sum_over("n", multiply(element("K", *at), position(0))))

    assert evaluate(weighted(1, 0), point) == 1
    assert evaluate(weighted(0, 1), point) == 5


def test_the_context_lists_the_innermost_index_first():
    point = Point({"m": 2, "n": 3}, {"K": table([[0, 1, 2], [3, 4, 5]])})
    assert evaluate(element("K", 1, 0), point, (2, 1)) == 5
    assert evaluate(sum_over("m", element("K", 0, 1)), point, (2,)) == 7


@given(st.lists(SMALL, min_size=3, max_size=3), st.integers(0, 2))
def test_delta_sifts_and_free_indices_are_read(x, i):
    point = Point({"n": 3}, {"x": table(x)}, {}, {"i": i})
    sifted = sum_over("n", multiply(delta(0, "i"), element("x", 0)))
    assert evaluate(sifted, point) == evaluate(element("x", "i"), point) == x[i]


def test_gathered_indices_are_looked_up():
    labels = {"t": {(0,): 2, (1,): 0}}
    point = Point({"m": 2, "n": 3}, {"x": table([[1, 2, 3], [4, 5, 6]])}, labels)
    assert evaluate(sum_over("m", element("x", 0, ("t", 0))), point) == 3 + 4
    assert index_value(("t", 0), point, (1,)) == 0


def test_sizes_empty_sums_and_empty_products():
    point = Point({"n": 3})
    assert evaluate(size("n"), point) == 3
    assert evaluate(add(), point) == 0
    assert evaluate(multiply(), point) == 1
    assert evaluate(sum_over("n", ONE), point) == 3


@pytest.mark.parametrize(
    ("relation", "left", "right", "holds"),
    [
        ("=", 1, 1, True),
        ("=", 1, 2, False),
        ("!=", 1, 2, True),
        ("!=", 1, 1, False),
        ("<", 1, 2, True),
        ("<", 1, 1, False),
        ("<=", 1, 1, True),
        ("<=", 2, 1, False),
    ],
)
@pytest.mark.parametrize("arithmetic", ARITHMETICS)
def test_guards(relation, left, right, holds, arithmetic):
    term = where(relation, number(left), number(right), number(7))
    assert evaluate(term, NOTHING, (), arithmetic) == (7 if holds else 0)


@pytest.mark.parametrize("arithmetic", ARITHMETICS)
def test_the_body_of_a_guard_is_read_only_where_it_holds(arithmetic):
    """sum_k [k > 0] / k = 1 + 1/2 for n = 3; without the guard it has no value."""
    point = Point({"n": 3})
    inverse = power(position(0), MINUS_ONE)
    guarded = sum_over("n", where("<", ZERO, position(0), inverse))
    assert evaluate(guarded, point, (), arithmetic) == arithmetic.from_fraction(Fraction(3, 2))
    with pytest.raises(Undefined):
        evaluate(sum_over("n", inverse), point, (), arithmetic)


# ---- what has a value ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "exponent", "value"),
    [
        (0, ZERO, 1),
        (-2, number(3), -8),
        (-2, number(-1), Fraction(-1, 2)),
        (4, HALF, 2),
        (Fraction(4, 9), number(-3, 2), Fraction(27, 8)),
        (3, add(ONE, ONE), 9),
    ],
)
def test_powers(base, exponent, value):
    term, point = power(Z, exponent), scalar(base)
    assert evaluate(term, point) == value
    assert arb(evaluate(term, point, (), BALLS)).contains(arb(BALLS.from_fraction(Fraction(value))))
    assert float(evaluate(term, point, (), floats(53))) == pytest.approx(float(value))


@pytest.mark.parametrize("arithmetic", ARITHMETICS)
@pytest.mark.parametrize(
    ("term", "value"),
    [
        (power(Z, MINUS_ONE), 0),
        (power(Z, HALF), 0),
        (power(Z, HALF), -1),
        (power(Z, add(ONE, ONE)), -1),  # not written as a whole number, so it asks for z > 0
        (apply("log", Z), 0),
        (apply("log", Z), -1),
        (multiply(ZERO, apply("log", Z)), -1),  # z log(-1) is not 0
        (power(power(Z, MINUS_ONE), ZERO), 0),
    ],
)
def test_what_has_no_value_is_undefined(arithmetic, term, value):
    with pytest.raises(Undefined):
        evaluate(term, scalar(value), (), arithmetic)


def test_a_ball_that_cannot_tell_is_undefined():
    """exp(1/3)**3 - exp(1) is 0, which no precision can tell from a small number."""
    cube = power(apply("exp", number(1, 3)), number(3))
    zero = add(cube, multiply(MINUS_ONE, apply("exp", ONE)))
    assert evaluate(zero, NOTHING, (), BALLS).contains(0)
    undecided = (power(zero, MINUS_ONE), apply("log", zero), where("<", zero, ZERO, ONE))
    for term in undecided:
        with pytest.raises(Undefined):
            evaluate(term, NOTHING, (), BALLS)


def test_exact_values_of_exp_log_and_roots():
    assert evaluate(add(apply("exp", ZERO), apply("log", ONE)), NOTHING) == 1
    for term in (apply("exp", ONE), apply("log", number(2)), power(number(2), HALF)):
        with pytest.raises(Irrational):
            evaluate(term, NOTHING)


@given(st.fractions(Fraction(1, 9), 9, max_denominator=9), st.fractions(-3, 3, max_denominator=4))
def test_exact_powers_undo_each_other(base, exponent):
    raised = base**exponent.denominator
    assert exact_power(raised, exponent) == base**exponent.numerator


# ---- the arithmetics agree -----------------------------------------------------------------------


def rational_terms():
    """Terms over x[0..2] with every operation that keeps rationals rational."""
    leaves = st.builds(number, SMALL) | st.builds(element, st.just("x"), st.just("i"))
    leaves |= st.just(sum_over("n", multiply(element("x", 0), position(0))))

    def larger(inner):
        return st.one_of(
            st.builds(add, inner, inner),
            st.builds(multiply, inner, inner),
            st.builds(power, inner, st.integers(-2, 3).map(number)),
            st.builds(where, st.sampled_from(["=", "!=", "<", "<="]), inner, inner, inner),
        )

    return st.recursive(leaves, larger, max_leaves=6)


@st.composite
def points_of_three(draw):
    x = table(draw(st.lists(SMALL, min_size=3, max_size=3)))
    return Point({"n": 3}, {"x": x}, {}, {"i": draw(st.integers(0, 2))})


@given(rational_terms(), points_of_three())
def test_balls_stay_exact_on_rational_terms(term, point):
    try:
        exact = evaluate(term, point)
    except Undefined:
        with pytest.raises(Undefined):
            evaluate(term, point, (), BALLS)
    else:
        assert evaluate(term, point, (), BALLS) == fmpq(exact.numerator, exact.denominator)


@given(points_of_three(), st.sampled_from([24, 53, 113]))
def test_floats_lie_close_to_the_ball(point, precision):
    """log sum exp(x) has a condition number of about 1, and some ten operations."""
    term = apply("log", sum_over("n", apply("exp", element("x", 0))))
    rounded = evaluate(term, point, (), floats(precision))
    with ctx.workprec(300):
        ball = evaluate(term, point, (), BALLS)
        error = abs(arb(mpmath.nstr(rounded, 60)) - ball)
        assert error < arb(2) ** (5 - precision)
        assert precision > 100 or error > arb(2) ** (-precision - 30), "it should have rounded"


@given(st.lists(SMALL.map(lambda q: q + Fraction(1, 7)), min_size=3, max_size=3))
@pytest.mark.parametrize(("precision", "dtype"), [(24, np.float32), (53, np.float64)])
def test_floats_round_as_the_hardware_does(precision, dtype, x):
    """x_0 x_1 + 1/x_2, operation for operation."""
    assert all(x), "a seventh is never a quarter"
    parts = [element("x", k) for k in (0, 1, 2)]
    term = add(multiply(parts[0], parts[1]), power(parts[2], MINUS_ONE))
    point = Point({"n": 3}, {"x": table(x)})
    software = evaluate(term, point, (0, 1, 2), floats(precision))
    a, b, c = (dtype(q.numerator) / dtype(q.denominator) for q in x)
    assert float(software) == float(a * b + dtype(1) / c)


def test_floats_do_not_overflow():
    assert evaluate(apply("log", apply("exp", number(10**5))), NOTHING, (), floats(24)) == 10**5


# ---- series: derivatives and kinks ---------------------------------------------------------------


def slope(term, at):
    series = arb_series([arb(at), 1], 2)
    return evaluate(term, scalar(at), (), BALLS, {("z", ()): series})


def test_the_second_coefficient_of_a_series_is_the_derivative():
    """(z exp(2z) + 1/z)' = (1 + 2z) exp(2z) - 1/z**2"""
    twice = apply("exp", multiply(number(2), Z))
    found = slope(add(multiply(Z, twice), power(Z, MINUS_ONE)), 0.5)[1]
    assert abs(float(found) - (2 * math.e - 4)) < 1e-14


def test_a_guard_on_what_moves_is_undefined_at_its_edge_only():
    relu = where("<", ZERO, Z, Z)
    assert slope(relu, 1)[1] == 1
    assert arb_series(slope(relu, -1))[1] == 0
    for relation in ("<", "<=", "=", "!="):
        with pytest.raises(Undefined):
            slope(where(relation, ZERO, power(Z, number(5)), Z), 0)


def test_a_guard_on_what_does_not_move_is_decided_exactly():
    assert slope(where("<=", number(1, 3), number(1, 3), Z), 0)[1] == 1


# ---- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("term", "named"),
    [
        (element("y"), "y"),
        (element("x", "i"), "index i"),
        (element("x", ("t", "i")), "t"),
        (size("m"), "size m"),
        (sum_over("n", element("x", 0)), r"x\[1\]"),
        (apply("cosh", ONE), "cosh"),
    ],
)
def test_what_the_point_does_not_hold_is_named(term, named):
    point = Point({"n": 2}, {"x": {(0,): Fraction(1)}})
    with pytest.raises(InputError, match=named):
        evaluate(term, point)


def test_huge_powers_are_balls_and_never_digits():
    """2**(10**9) would fill the memory if it were written out."""
    huge = power(element("a"), number(10**9))
    point = Point({}, {"a": {(): Fraction(3, 2)}})
    found = evaluate(huge, point, (), BALLS)
    assert found.log().overlaps((arb(3) / 2).log() * 10**9)
    assert found.rel_accuracy_bits() > 10
    with pytest.raises(Undefined, match="digits"):
        evaluate(huge, point)


def test_too_many_values_are_given_up(monkeypatch):
    monkeypatch.setattr(interpret, "MOST_VALUES", 100)
    wide = sum_over("n", power(element("x", 0), number(2)))
    point = Point({"n": 200}, {"x": {(k,): Fraction(k) for k in range(200)}})
    with pytest.raises(Undefined, match="gave up"):
        evaluate(wide, point)
