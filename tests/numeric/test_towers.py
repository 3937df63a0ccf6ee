"""Towers: what reduces to 0 is 0, and every number is what its ball at the sample says."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numeric.interpret import Undefined
from numeric.towers import OutOfBudget, Quotient, Tower

A, B, C = Fraction(3, 7), Fraction(13, 11), Fraction(-29, 13)


@pytest.fixture
def tower():
    return Tower(40)


@pytest.fixture
def abc(tower):
    """Two positive unknowns and a negative one."""
    return tower.unknown("a", A), tower.unknown("b", B), tower.unknown("c", C)


def number(tower, value):
    return tower.constant(Fraction(value))


# ---- identities that are known -------------------------------------------------------------------

IDENTITIES = {
    "exp of a sum": lambda t, a, b, c: t.exp(a + b) - t.exp(a) * t.exp(b),
    "exp of a difference": lambda t, a, b, c: t.exp(a - c) * t.exp(c) - t.exp(a),
    "exp of a half": lambda t, a, b, c: t.exp(a * number(t, Fraction(1, 2))) ** 2 - t.exp(a),
    "exp of a quotient": lambda t, a, b, c: (
        t.exp((a + c) * b**-1) - t.exp(a * b**-1) * t.exp(c * b**-1)
    ),
    "exp of 0": lambda t, a, b, c: t.exp(a - a) - number(t, 1),
    "log of exp": lambda t, a, b, c: t.log(t.exp(a * c)) - a * c,
    "exp of log": lambda t, a, b, c: t.exp(t.log(a + b)) - a - b,
    "log of a product": lambda t, a, b, c: t.log(a * b) - t.log(a) - t.log(b),
    "log of a quotient": lambda t, a, b, c: t.log(a * b**-1) - t.log(a) + t.log(b),
    "log of a square": lambda t, a, b, c: t.log(c * c) - number(t, 2) * t.log(-c),
    "log of a number": lambda t, a, b, c: (
        t.log(number(t, 12)) - number(t, 2) * t.log(number(t, 2)) - t.log(number(t, 3))
    ),
    "log of a common factor": lambda t, a, b, c: t.log(a * a + a * b) - t.log(a) - t.log(a + b),
    "log of a root": lambda t, a, b, c: (
        t.log(t.power(a, Fraction(1, 2))) - t.log(a) * number(t, Fraction(1, 2))
    ),
    "the square of a root": lambda t, a, b, c: t.power(a + b, Fraction(1, 2)) ** 2 - a - b,
    "a root below": lambda t, a, b, c: t.power(a, Fraction(-1, 2)) * a - t.power(a, Fraction(1, 2)),
    "the root of a product": lambda t, a, b, c: (
        t.power(a * b, Fraction(1, 2)) - t.power(a, Fraction(1, 2)) * t.power(b, Fraction(1, 2))
    ),
    "the root of a square": lambda t, a, b, c: t.power(c * c, Fraction(1, 2)) + c,
    "the root of 8": lambda t, a, b, c: (
        t.power(number(t, 8), Fraction(1, 2)) - number(t, 2) * t.power(number(t, 2), Fraction(1, 2))
    ),
    "a root of a root": lambda t, a, b, c: (
        t.power(t.power(a, Fraction(1, 2)), Fraction(1, 2)) ** 4 - a
    ),
    "sin and cos": lambda t, a, b, c: t.sin(a) * t.sin(a) + t.cos(a) ** 2 - number(t, 1),
    "sin is odd": lambda t, a, b, c: t.sin(a - b) + t.sin(b - a),
    "cos is even": lambda t, a, b, c: t.cos(a - b) - t.cos(b - a),
    "erf is odd": lambda t, a, b, c: t.erf(-a) + t.erf(a),
    "a quotient": lambda t, a, b, c: (a * a - b * b) * (a - b) ** -1 - a - b,
}


@pytest.mark.parametrize("made", IDENTITIES.values(), ids=IDENTITIES)
def test_what_is_equal_reduces_to_0(tower, abc, made):
    difference = made(tower, *abc)
    assert difference.is_zero
    assert tower.sign(difference) == 0


ALMOST = {
    "exp of a sum": lambda t, a, b, c: t.exp(a + b) - t.exp(a) - t.exp(b),
    "log of a sum": lambda t, a, b, c: t.log(a + b) - t.log(a) - t.log(b),
    "the root of a sum": lambda t, a, b, c: (
        t.power(a + b, Fraction(1, 2)) - t.power(a, Fraction(1, 2)) - t.power(b, Fraction(1, 2))
    ),
    "the root of a square": lambda t, a, b, c: t.power(c * c, Fraction(1, 2)) - c,
    "another root": lambda t, a, b, c: t.power(a, Fraction(1, 2)) - t.power(a, Fraction(1, 3)),
    "sin and cos": lambda t, a, b, c: t.sin(a) + t.cos(a) - number(t, 1),
    "lgamma": lambda t, a, b, c: t.lgamma(a) - t.digamma(a),
    "pi": lambda t, a, b, c: t.pi() - number(t, Fraction(22, 7)),
}


@pytest.mark.parametrize("made", ALMOST.values(), ids=ALMOST)
def test_what_differs_does_not(tower, abc, made):
    difference = made(tower, *abc)
    assert not difference.is_zero
    assert tower.sign(difference) in (-1, 1)


# ---- at random -----------------------------------------------------------------------------------

FUNCTIONS = ("exp", "sin", "cos", "erf", "square", "inverse", "log", "root")


def applied(tower, name, value):
    """A function of a value; where it wants a positive one, of 1 plus the square."""
    positive = value * value + tower.constant(Fraction(1))
    match name:
        case "square":
            return value * value
        case "inverse":
            return positive**-1
        case "log":
            return tower.log(positive)
        case "root":
            return tower.power(positive, Fraction(1, 2))
        case _:
            return getattr(tower, name)(value)


BALL = {
    "exp": lambda u: u.exp(),
    "sin": lambda u: u.sin(),
    "cos": lambda u: u.cos(),
    "erf": lambda u: u.erf(),
    "square": lambda u: u * u,
    "inverse": lambda u: 1 / (u * u + 1),
    "log": lambda u: (u * u + 1).log(),
    "root": lambda u: (u * u + 1).sqrt(),
}


@given(st.lists(st.sampled_from(FUNCTIONS), min_size=1, max_size=3), st.booleans())
def test_a_number_is_what_its_ball_says(names, both):
    tower = Tower(40)
    a, b = tower.unknown("a", A), tower.unknown("b", B)
    value = a + b if both else a * b
    ball = tower.ball(value)
    for name in names:
        value, ball = applied(tower, name, value), BALL[name](ball)
        assert tower.ball(value).overlaps(ball)
        sign = tower.sign(value)
        assert sign is None or sign * ball >= 0 or ball.contains(0)


# ---- refusals ------------------------------------------------------------------------------------


def test_there_is_no_inverse_of_0(tower, abc):
    a, b, _ = abc
    with pytest.raises(Undefined):
        (a + b - b - a) ** -1


def test_a_sign_that_the_sample_does_not_tell_is_not_given(tower):
    a, same = tower.unknown("a", A), tower.unknown("same", A)
    assert tower.sign(a - same) is None
    with pytest.raises(Undefined):
        tower.log(a - same)


def test_what_grows_too_large_is_given_up(tower, abc):
    a, b, c = abc
    with pytest.raises(OutOfBudget):
        (tower.exp(a) + tower.exp(b) + tower.exp(c) + a + b + c) ** 12


def test_generators_run_out():
    tower = Tower(3)
    a = tower.unknown("a", A)
    with pytest.raises(OutOfBudget, match="generators"):
        tower.exp(a + a * a + a * a * a)


def test_the_same_function_of_the_same_number_is_one_generator(tower, abc):
    a, b, _ = abc
    assert isinstance(tower.exp(a), Quotient)
    assert (tower.exp(a * b) - tower.exp(b * a)).is_zero
