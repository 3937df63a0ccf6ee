"""The referee itself: it tells true from false, and says so where it cannot tell."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derive.kernel import Declarations, Derivative, Equation, Fact, Hypothesis, Judgement
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
    position,
    power,
    size,
    sum_over,
    where,
)
from numeric.conditions import meets
from numeric.points import Point, table
from tests.semantics import all_of, holds, resting_on, worlds

from .universe import P_TOTAL, UNIVERSE, V_POSITIVE

WORLD = Point(
    {"n": 3, "m": 2},
    {
        "x": table([1, -2, Fraction(1, 3)]),
        "K": table([[1, 2, 3], [4, 5, 6], [7, 8, 9]]),
        "u": table(2),
        "v": table(0),
    },
    {"t": {(0,): 2, (1,): 0}},
    {"i": 1, "j": 2, "a": 1},
)
x, u, v = element("x", 0), element("u"), element("v")
x_i = element("x", "i")


def exp(term):
    return apply("exp", term)


def log(term):
    return apply("log", term)


def equal(left, right, *context):
    return Judgement(context, Equation(left, right))


def fact(kind, term, *context):
    return Judgement(context, Fact(kind, term))


def slope(of, value, variable="x", at=(0,), context=("n",)):
    return Judgement(context, Derivative(variable, at, of, value))


def again(of, value, *then):
    return Judgement((), Derivative("u", (), of, value, then))


TOTAL = sum_over("n", x)
TINY = power(number(10), number(-40))  # closer than the referee can see, if it is not exact

TRUE = [
    equal(TOTAL, number(-2, 3)),
    equal(exp(add(x, u)), multiply(exp(x), exp(u)), "n"),
    equal(log(exp(x)), x, "n"),
    equal(sum_over("n", multiply(delta(0, "i"), x)), x_i),
    equal(sum_over("n", u), multiply(size("n"), u)),
    equal(element("x", ("t", "a")), ONE),
    equal(sum_over("n", element("K", 1, 0)), add(number(6), multiply(number(9), position(0))), "n"),
    equal(power(v, ZERO), ONE),
    equal(add(), ZERO),
    equal(multiply(), ONE),
    equal(where("<", v, ZERO, log(v)), ZERO),
    fact("positive", power(x, number(2)), "n"),
    fact("nonnegative", v),
    fact("nonnegative", position(0), "n"),
    fact("nonzero", x, "n"),
    fact("defined", log(u)),
    slope(exp(x), exp(x)),
    slope(TOTAL, ONE),
    slope(TOTAL, ZERO, "u", (), ()),
    slope(power(TOTAL, number(3)), multiply(number(3), power(TOTAL, number(2)))),
    slope(element("x", 0), delta(0, 1), "x", (1,), ("n", "n")),
    slope(log(u), power(u, MINUS_ONE), "u", (), ()),
    slope(power(u, number(1, 2)), multiply(number(1, 2), power(u, number(-1, 2))), "u", (), ()),
    slope(where("<", ZERO, u, multiply(u, u)), multiply(number(2), u), "u", (), ()),
    slope(element("x", ("t", "a")), ONE, "x", (("t", "a"),), ()),
    slope(apply("sin", u), apply("cos", u), "u", (), ()),
    slope(apply("lgamma", u), apply("digamma", u), "u", (), ()),
    again(power(u, number(3)), multiply(number(6), u), ("u", ())),
    again(power(u, number(3)), number(6), ("u", ()), ("u", ())),
    again(multiply(u, u, v), multiply(number(2), u), ("v", ())),
    again(multiply(u, u, v), number(2), ("u", ()), ("v", ())),
    again(exp(multiply(u, v)), multiply(add(ONE, multiply(u, v)), exp(multiply(u, v))), ("v", ())),
    again(u, ZERO, ("v", ())),
]

FALSE = [
    equal(TOTAL, number(2, 3)),
    equal(exp(u), number(Fraction(271828182845904523536, 10**20))),
    equal(add(u, TINY), u),
    equal(x, x_i, "n"),
    equal(sum_over("n", element("K", 1, 0)), sum_over("n", element("K", 0, 1)), "n"),
    equal(power(v, MINUS_ONE), power(v, MINUS_ONE)),
    equal(log(v), log(v)),
    equal(power(x, number(1, 2)), power(x, number(1, 2)), "n"),
    equal(power(v, u), ZERO),
    equal(multiply(ZERO, log(MINUS_ONE)), ZERO),
    equal(ZERO, multiply(ZERO, power(v, MINUS_ONE))),
    fact("positive", v),
    fact("positive", x, "n"),
    fact("nonnegative", number(-1)),
    fact("nonzero", position(0), "n"),
    fact("defined", log(v)),
    fact("nonnegative", log(v)),
    slope(exp(x), x),
    slope(TOTAL, ZERO),
    slope(element("x", 0), ONE, "x", (1,), ("n", "n")),
    slope(log(x), power(x, MINUS_ONE)),
    slope(multiply(u, u), u, "u", (), ()),
    slope(multiply(u, u), add(multiply(number(2), u), TINY), "u", (), ()),
    slope(power(v, number(1, 2)), ZERO, "u", (), ()),
    slope(ZERO, log(v), "u", (), ()),
    slope(apply("cos", u), apply("sin", u), "u", (), ()),
    again(power(u, number(3)), power(u, number(3)), ("u", ())),
    again(power(u, number(3)), multiply(number(3), u), ("u", ())),
    again(multiply(u, u, v), multiply(number(2), u), ("u", ())),
    again(multiply(u, u, v), u, ("v", ())),
    again(multiply(u, u, v), ZERO, ("u", ()), ("v", ())),
]

UNDECIDED = [
    equal(power(add(exp(u), negate(exp(u))), MINUS_ONE), ONE),  # 1/0, but no ball can be sure of it
    equal(add(exp(u), multiply(TINY, exp(exp(exp(exp(exp(exp(u)))))))), exp(u)),
    fact("nonnegative", add(exp(u), negate(exp(u)))),
    slope(where("<", ZERO, v, v), ZERO, "v", (), ()),  # a kink
    equal(power(number(2), number(10**9)), ONE),  # too large to look at
]


@pytest.mark.parametrize("judgement", TRUE, ids=str)
def test_true(judgement):
    assert holds(judgement, WORLD) is True


@pytest.mark.parametrize("judgement", FALSE, ids=str)
def test_false(judgement):
    assert holds(judgement, WORLD) is False


@pytest.mark.parametrize("judgement", UNDECIDED, ids=str)
def test_undecided(judgement):
    assert holds(judgement, WORLD) is None


def test_one_false_index_is_enough():
    assert holds(equal(x, ONE, "n"), WORLD) is False
    assert all_of([True, None, False]) is False
    assert all_of([True, None]) is None
    assert all_of([]) is True


# ---- worlds --------------------------------------------------------------------------------------


def test_worlds_meet_the_hypotheses_and_differ():
    found = worlds(UNIVERSE, count=8)
    assert len(found) == 8
    assert all(meets(UNIVERSE, world) for world in found)
    assert len(set(map(str, found))) == 8
    assert {world.sizes["n"] for world in found} == {1, 2, 3}
    assert any(world.sizes["n"] != world.sizes["m"] for world in found)


def test_worlds_break_the_hypotheses_that_are_left_out():
    rest = resting_on(UNIVERSE, set(range(len(UNIVERSE.hypotheses))) - {P_TOTAL, V_POSITIVE})
    found = worlds(rest, count=20)
    totals = {sum(world.values["p"].values()) for world in found}
    assert totals != {1}
    assert min(world.values["v"][()] for world in found) < 0


def test_worlds_of_what_nothing_meets():
    impossible = Hypothesis((), Fact("positive", negate(multiply(u, u))))
    assert worlds(Declarations(frozenset(), {}, {"u": ()}, {}, (impossible,))) == []


def test_worlds_of_a_total_that_is_not_1():
    total = Hypothesis(("m",), Equation(sum_over("n", element("X", 1, 0)), number(-5, 2)))
    stated = Declarations(frozenset({"n", "m"}), {}, {"X": ("m", "n")}, {}, (total,))
    assert len(worlds(stated, count=5)) == 5
