"""The functions of the kernel in each arithmetic, against mpmath."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
from flint import arb, arb_series, ctx
from hypothesis import given
from hypothesis import strategies as st

from derive.kernel.terms import FUNCTIONS, OF_POSITIVE, apply, constant, element, multiply, number
from numeric.exact import LOGARITHMS
from numeric.interpret import BALLS, EXACT, Irrational, Undefined, evaluate, floats
from numeric.points import Point, table

REFERENCE = {
    "exp": mpmath.exp,
    "log": mpmath.log,
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "erf": mpmath.erf,
    "lgamma": mpmath.loggamma,
    "digamma": mpmath.digamma,
}
Z = element("z")
each_function = pytest.mark.parametrize("name", FUNCTIONS)


def scalar(value):
    return Point({}, {"z": table(Fraction(value))})


def arguments(name):
    least = Fraction(1, 50) if name in OF_POSITIVE else Fraction(-8)
    return st.fractions(least, 8, max_denominator=50)


def reference(function, argument):
    with mpmath.workdps(60):
        return arb(mpmath.nstr(function(mpmath.mpf(argument.numerator) / argument.denominator), 55))


@each_function
@given(st.data())
def test_a_ball_holds_the_value(name, data):
    argument = data.draw(arguments(name))
    with ctx.workprec(128):
        ball = arb(evaluate(apply(name, Z), scalar(argument), (), BALLS))
        error = ball - reference(REFERENCE[name], argument)
        assert ball.is_finite()
        assert abs(error) < arb("1e-30")


@each_function
@given(st.data())
def test_floats_are_rounded(name, data):
    argument = data.draw(arguments(name))
    found = evaluate(apply(name, Z), scalar(argument), (), floats(53))
    expected = float(reference(REFERENCE[name], argument))
    inexact_argument = 2**-52 * 8 * max(1, abs(expected), 1 / float(abs(argument) or 1))
    assert abs(float(found) - expected) <= inexact_argument * 4


@each_function
@given(st.data())
def test_a_series_holds_the_derivatives(name, data):
    """f(z²) to third order against mpmath's Taylor coefficients."""
    argument = data.draw(st.fractions(Fraction(1, 5), 2, max_denominator=20))
    with ctx.workprec(128):
        here = BALLS.from_fraction(argument)
        moved = {("z", ()): arb_series([here, 1], 4)}
        found = evaluate(apply(name, multiply(Z, Z)), scalar(argument), (), BALLS, moved)
        with mpmath.workdps(60):
            centre = mpmath.mpf(argument.numerator) / argument.denominator
            expected = mpmath.taylor(lambda z: REFERENCE[name](z * z), centre, 3)
        for order, coefficient in enumerate(expected):
            with mpmath.workdps(40):
                exact = arb(mpmath.nstr(coefficient, 35))
            assert abs(found[order] - exact) < arb("1e-12") * (1 + abs(exact))


def test_the_digamma_function_of_a_series_that_does_not_move():
    """ψ(1 + 0 t) is a number, and ψ(3 + t²) has no first derivative at t = 0."""
    at_rest = evaluate(apply("digamma", Z), scalar(1), (), BALLS, {("z", ()): arb_series([1], 3)})
    assert abs(float(at_rest[0]) + 0.5772156649015329) < 1e-14
    square = evaluate(
        apply("digamma", Z), scalar(3), (), BALLS, {("z", ()): arb_series([3, 0, 1], 3)}
    )
    assert square[1].contains(0)
    assert abs(float(square[2]) - 0.3949340668482264) < 1e-14  # π²/6 − 1 − 1/4


@pytest.mark.parametrize(
    ("name", "argument", "value"),
    [("sin", 0, 0), ("cos", 0, 1), ("erf", 0, 0), ("lgamma", 1, 0), ("lgamma", 2, 0)],
)
def test_exact_values(name, argument, value):
    assert evaluate(apply(name, Z), scalar(argument), (), EXACT) == value


@pytest.mark.parametrize("arithmetic", [EXACT, LOGARITHMS])
@pytest.mark.parametrize(
    "term", [apply(name, number(3)) for name in FUNCTIONS if name != "log"] + [constant("pi")]
)
def test_what_is_not_rational_is_said_to_be_so(arithmetic, term):
    with pytest.raises(Irrational):
        evaluate(term, Point({}), (), arithmetic)


@pytest.mark.parametrize("name", OF_POSITIVE)
@pytest.mark.parametrize("argument", [0, -1, Fraction(-1, 2)])
@pytest.mark.parametrize("arithmetic", [EXACT, BALLS, floats(53)])
def test_functions_of_positive_arguments_have_no_value_elsewhere(name, argument, arithmetic):
    with pytest.raises(Undefined):
        evaluate(apply(name, Z), scalar(argument), (), arithmetic)


def test_pi():
    with ctx.workprec(200):
        found = evaluate(constant("pi"), Point({}), (), BALLS)
        with mpmath.workdps(70):
            assert abs(found - arb(mpmath.nstr(mpmath.pi, 65))) < arb("1e-55")
    assert float(evaluate(constant("pi"), Point({}), (), floats(53))) == 3.141592653589793
