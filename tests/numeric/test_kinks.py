"""Kinks: differences never reach over one, and a point on one is no point of the claim."""

from __future__ import annotations

import numpy as np
import pytest

from derive.claims import Claim
from derive.kernel import Declarations, Fact, Hypothesis
from derive.kernel.terms import (
    ONE,
    ZERO,
    add,
    element,
    multiply,
    negate,
    number,
    position,
    power,
    sum_over,
    where,
)
from numeric.compile import compile_term
from numeric.crosscheck import Comparison, cross_check
from numeric.errors import InputError
from numeric.kinks import has_guards, sides

DECLARED = Declarations(frozenset("n"), {"i": "n"}, {"x": ("n",)})
X0, X_I = element("x", 0), element("x", "i")
RELU = sum_over("n", where("<", ZERO, X0, multiply(X0, number(3))))
ABSOLUTE = sum_over("n", add(where("<", ZERO, X0, X0), negate(where("<", X0, ZERO, X0))))


def claim(of, value):
    return Claim(DECLARED, of, "x", ("i",), value)


RIGHT = {
    "relu": claim(RELU, where("<", ZERO, X_I, number(3))),
    "absolute value": claim(
        ABSOLUTE, add(where("<", ZERO, X_I, ONE), negate(where("<", X_I, ZERO, ONE)))
    ),
    "hinge": claim(
        sum_over("n", where("<", X0, ONE, add(ONE, negate(X0)))),
        negate(where("<", X_I, ONE, ONE)),
    ),
}
WRONG = {
    "relu, the other side": claim(RELU, where("<", X_I, ZERO, number(3))),
    "relu, everywhere": claim(RELU, number(3)),
    "absolute value, without its sign": claim(ABSOLUTE, ONE),
    "hinge, at another place": claim(RIGHT["hinge"].of, negate(where("<", X_I, number(2), ONE))),
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_slopes_beside_kinks_pass(name):
    found = cross_check(RIGHT[name], examples=60)
    assert found.agrees, str(found.disagreement)
    assert found.inputs == 60


@pytest.mark.parametrize("name", WRONG)
def test_wrong_slopes_are_caught(name):
    assert cross_check(WRONG[name], examples=60).disagreement is not None


@pytest.mark.parametrize("x", [1e-3, -1e-3, 1e-9, 0.7, -1e4])
def test_no_step_reaches_over_the_kink(x):
    """|x| is a line on either side, so the difference is right however near the kink is."""
    inputs = {"x": np.array([x])}
    (compared,) = Comparison(RIGHT["absolute value"]).compare(inputs, [(0,)])
    assert compared.difference.value == pytest.approx(np.sign(x), abs=1e-6)
    assert compared.difference.step < max(abs(x), 1e-300)
    assert compared.bars <= 1


@pytest.mark.parametrize("name", RIGHT)
def test_a_point_on_the_kink_is_discarded(name):
    kink = 1.0 if name == "hinge" else 0.0
    comparison = Comparison(RIGHT[name])
    with pytest.raises(InputError, match="no finite difference"):
        comparison.compare({"x": np.array([kink, 5.0])}, [(0,)])
    (other,) = comparison.compare({"x": np.array([kink, 5.0])}, [(1,)])
    assert other.bars <= 1


def test_the_sides_of_each_entry_are_told_apart():
    relu = compile_term(DECLARED, RELU)
    assert has_guards(relu)
    patterns = [sides(relu, x=[a, b]) for a in (-1.0, 1.0) for b in (-1.0, 1.0)]
    assert len(set(patterns)) == 4
    assert sides(relu, x=[-1.0, 1.0]) == sides(relu, x=[-7.0, 0.5])


def test_guards_on_indices_have_one_side():
    causal = compile_term(
        DECLARED, sum_over("n", where("<=", position(0), position("i"), X0)), ("i",)
    )
    assert sides(causal, x=[1.0, 2.0]) == sides(causal, x=[-3.0, 0.0])


def test_what_compares_nothing_has_no_guards():
    assert not has_guards(compile_term(DECLARED, sum_over("n", multiply(X0, X0))))


def test_a_step_does_not_leave_what_the_hypotheses_allow():
    """1/b for b > 0 near 0: on the other side of the pole the function has a value, too."""
    b = element("b")
    declared = Declarations(frozenset(), {}, {"b": ()}, {}, (Hypothesis((), Fact("positive", b)),))
    inverse = Claim(declared, power(b, number(-1)), "b", (), negate(power(b, number(-2))))
    for entry in (1e-9, 1e-3, 2.0):
        (compared,) = Comparison(inverse).compare({"b": np.array(entry)}, [()])
        assert compared.bars <= 1
        assert compared.difference.step < entry / 4
    wrong = Claim(declared, inverse.of, "b", (), multiply(number(3, 2), inverse.value))
    (compared,) = Comparison(wrong).compare({"b": np.array(1e-9)}, [()])
    assert compared.bars > 1
