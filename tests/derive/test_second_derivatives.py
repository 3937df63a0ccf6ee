"""Second derivatives: proved by differentiating again, with balls for the truth at a point."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.claims import Claim, OnlyFirst
from derive.kernel import Declarations, Equation, Hypothesis
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
    power,
    sum_over,
)
from derive.tactics.ledger import NotProved
from derive.tactics.prove import prove
from numeric.points import Point
from numeric.witnesses import claimed, taylor, true_value

N = frozenset({"n"})
DECLARED = Declarations(N, indices={"i": "n", "j": "n"}, variables={"x": ("n",), "w": ("n",)})
EXPS = sum_over("n", apply("exp", element("x", 0)))


def softmax(index):
    return multiply(apply("exp", element("x", index)), power(EXPS, MINUS_ONE))


def hessian(of, value, declared=DECLARED, by=("x", "x")):
    return Claim(declared, of, by[0], ("i",), value, ((by[1], ("j",)),))


LOG_SUM_EXP = hessian(
    apply("log", EXPS),
    add(
        multiply(delta("i", "j"), softmax("i")),
        negate(multiply(softmax("i"), softmax("j"))),
    ),
)
WRONG = [ZERO, softmax("i"), negate(LOG_SUM_EXP.value), multiply(delta("i", "j"), softmax("i"))]


def points(n, values, **indices):
    return Point(
        {"n": n},
        {name: {(k,): Fraction(v) for k, v in enumerate(values)} for name in ("x", "w")},
        indices=indices,
    )


def test_a_hessian_is_proved():
    assert prove(LOG_SUM_EXP).conclusion == LOG_SUM_EXP.judgement


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_hessian_is_not_proved_and_differs_from_the_truth(wrong):
    claim = LOG_SUM_EXP.saying(wrong)
    assert claim.then == LOG_SUM_EXP.then
    with pytest.raises(NotProved):
        prove(claim)


def test_what_holds_on_a_constraint_is_not_differentiated_again():
    """Given sum x = 1 the slope of (sum x)**2 / 2 is 1, and yet its slope is 1 and not 0."""
    total = sum_over("n", element("x", 0))
    declared = replace(DECLARED, hypotheses=(Hypothesis((), Equation(total, ONE)),))
    loss = multiply(number(1, 2), power(total, number(2)))
    right = hessian(loss, ONE, declared)
    assert prove(right).conclusion == right.judgement
    with pytest.raises(NotProved):
        prove(hessian(loss, ZERO, declared))


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 3), st.data())
def test_balls_hold_what_is_proved(n, data):
    """Diagonal and mixed entries, n = 1 included; and the Hessian is symmetric."""
    values = data.draw(st.lists(st.fractions(-2, 2, max_denominator=4), min_size=n, max_size=n))
    i, j = (data.draw(st.integers(0, n - 1)) for _ in "ij")
    here, there = points(n, values, i=i, j=j), points(n, values, i=j, j=i)
    truth = true_value(LOG_SUM_EXP, here)

    assert truth.overlaps(claimed(LOG_SUM_EXP, here))
    assert truth.overlaps(true_value(LOG_SUM_EXP, there))
    assert truth.rad() < 1e-20


@pytest.mark.parametrize("wrong", WRONG)
def test_balls_refute_wrong_hessians(wrong):

    claim, apart = LOG_SUM_EXP.saying(wrong), []
    for i, j in [(0, 0), (0, 1)]:
        point = points(2, [0, 1], i=i, j=j)
        apart.append(not true_value(claim, point).overlaps(claimed(claim, point)))
    assert any(apart)


def test_mixed_variables():
    product = sum_over("n", multiply(power(element("x", 0), number(2)), element("w", 0)))
    value = multiply(number(2), element("x", "i"), delta("i", "j"))
    claim = hessian(product, value, by=("x", "w"))
    assert prove(claim).conclusion == claim.judgement
    assert true_value(claim, points(2, [3, 5], i=1, j=1)).contains(10)
    assert true_value(claim, points(2, [3, 5], i=1, j=0)).contains(0)


def test_a_third_derivative_and_what_knows_only_the_first():
    cube = sum_over("n", power(element("x", 0), number(3)))
    third = ("x", ("i",))
    claim = Claim(DECLARED, cube, "x", ("i",), number(6), (third, third))
    assert prove(claim).conclusion == claim.judgement
    assert true_value(claim, points(1, [2], i=0, j=0)).contains(6)
    with pytest.raises(OnlyFirst, match="up to order 1, here it is 2"):
        taylor(LOG_SUM_EXP, points(1, [2], i=0, j=0), 1)
