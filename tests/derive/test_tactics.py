"""The prover: what is equal it proves, what is not it never does, and its normal form is one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from derive.claims import Claim
from derive.kernel import Declarations, Equation, Hypothesis, Judgement
from derive.kernel.terms import (
    MINUS_ONE,
    ONE,
    ZERO,
    Term,
    add,
    apply,
    delta,
    element,
    multiply,
    negate,
    number,
    power,
    size,
    sum_over,
)
from derive.proof_files import dump, replay
from derive.rebinding import replace_index
from derive.tactics import ledger
from derive.tactics.ledger import NotProved
from derive.tactics.polynomials import term_of
from derive.tactics.prove import Prover, prove
from numeric.witnesses import refute

from .formulas import NAMES, SHAPES, differ, formulas
from .rewriting import (
    REWRITES,
    commute,
    distribute,
    exchange_sums,
    group,
    pull_out,
    rewritten,
    split_sum,
    spoiled,
    square_of_sum,
)


def proved(left: Term, right: Term, declarations: Declarations = NAMES) -> bool:
    """Whether the equation is proved; where it is, replay has to say just the same."""
    prover = Prover(declarations)
    try:
        line = prover.equal(left, right)
    except NotProved:
        return False
    assert replay(dump(prover.proof, line)).conclusion == Judgement((), Equation(left, right))
    return True


# ---- what is equal is proved ---------------------------------------------------------------------


@given(st.data())
@settings(max_examples=150)
def test_a_formula_equals_what_it_is_rewritten_to(data):
    left = data.draw(formulas())
    right = data.draw(rewritten(left, REWRITES))
    assert proved(left, right)
    assert proved(right, left)


@given(st.data())
@settings(max_examples=100)
def test_equal_sums_of_products_have_one_normal_form(data):
    """Whatever their bound names were, and however they were nested and ordered."""
    reordering = [commute, group, distribute, split_sum, pull_out, exchange_sums, square_of_sum]
    left = data.draw(formulas(total=True))
    right = data.draw(rewritten(left, reordering, times=6))
    prover = Prover(NAMES)
    assert prover.normal(left) == prover.normal(right)


@given(formulas())
@settings(max_examples=100)
def test_a_normal_form_is_its_own_normal_form(term):
    prover = Prover(NAMES)
    normal = prover.normal(term)
    assert prover.normal(term_of(normal)) == normal
    assert proved(term, term_of(normal))


DELTA, X_J = delta("i", "j"), element("x", "j")


@pytest.mark.parametrize(
    "term",
    [
        multiply(X_J, multiply(DELTA, add(X_J, ONE))),
        multiply(X_J, add(multiply(DELTA, X_J), DELTA)),
        multiply(multiply(X_J, DELTA), add(X_J, ONE)),
        multiply(DELTA, power(add(X_J, ONE), number(2))),
    ],
)
def test_a_delta_moves_its_index_wherever_it_stands(term):
    x_i = element("x", "i")
    assert proved(term, multiply(DELTA, replace_index(term, "j", "i")))
    assert not proved(term, multiply(DELTA, x_i))


# ---- what is not equal is never proved -----------------------------------------------------------


@given(st.data())
@settings(max_examples=150, suppress_health_check=[HealthCheck.filter_too_much])
def test_a_formula_is_never_proved_equal_to_one_with_a_mistake(data):
    left = data.draw(formulas())
    wrong = data.draw(spoiled(left))
    assume(differ(left, wrong))
    assert not proved(left, wrong)
    assert not proved(wrong, left)


@given(formulas(depth=2), formulas(depth=2))
@settings(max_examples=100)
def test_two_formulas_are_proved_equal_only_if_they_are(left, right):
    assert not (proved(left, right) and differ(left, right))


def sum2(body: Term) -> Term:
    """Two sums over n; the outer index is 1, the inner 0."""
    return sum_over("n", sum_over("n", body))


def cycle(*at: int) -> Term:
    """K[a, b] K[b, c] .. K[z, a]"""
    return multiply(*[element("K", *pair) for pair in zip(at, (*at[1:], at[0]), strict=True)])


OUTER, INNER_ONE, KEY, TURNED = (
    element("x", 1),
    element("x", 0),
    element("K", 1, 0),
    element("K", 0, 1),
)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (sum2(KEY), sum2(TURNED)),
        (sum2(multiply(KEY, OUTER)), sum2(multiply(TURNED, INNER_ONE))),
        (sum2(multiply(KEY, OUTER, INNER_ONE)), sum2(multiply(TURNED, OUTER, INNER_ONE))),
        (sum2(multiply(KEY, OUTER)), sum_over("n", multiply(INNER_ONE, sum_over("n", KEY)))),
        (sum2(multiply(OUTER, INNER_ONE)), power(sum_over("n", INNER_ONE), number(2))),
        (sum2(OUTER), multiply(size("n"), sum_over("n", INNER_ONE))),
        (
            sum_over("n", sum2(multiply(KEY, element("K", 0, 2), element("K", 2, 1)))),
            sum_over("n", sum2(multiply(TURNED, element("K", 2, 0), element("K", 1, 2)))),
        ),
        (
            sum_over("n", sum2(multiply(KEY, TURNED, element("K", 2, 1)))),
            sum_over(
                "n", sum2(multiply(element("K", 2, 0), element("K", 0, 2), element("K", 1, 2)))
            ),
        ),
        (
            sum2(sum2(cycle(3, 2, 1, 0))),
            sum2(sum2(cycle(3, 1, 2, 0))),
        ),
    ],
)
def test_sums_may_be_exchanged(left, right):
    assert not differ(left, right)
    assert proved(left, right)
    assert proved(right, left)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (sum2(multiply(KEY, OUTER)), sum2(multiply(TURNED, OUTER))),
        (sum2(multiply(KEY, KEY)), sum2(multiply(KEY, TURNED))),
        (sum2(multiply(KEY, OUTER, OUTER)), sum2(multiply(KEY, OUTER, INNER_ONE))),
        (sum2(multiply(OUTER, OUTER)), sum2(multiply(OUTER, INNER_ONE))),
        (sum2(multiply(KEY, delta(0, 1))), sum2(KEY)),
        (
            sum_over("n", multiply(element("K", 0, "i"), INNER_ONE)),
            sum_over("n", multiply(element("K", "i", 0), INNER_ONE)),
        ),
        (apply("exp", sum2(multiply(KEY, OUTER))), apply("exp", sum2(multiply(TURNED, OUTER)))),
        (sum2(apply("exp", multiply(KEY, OUTER))), sum2(apply("exp", multiply(TURNED, OUTER)))),
        (apply("log", element("p", "i")), apply("log", element("p", "j"))),
        (
            sum_over("n", apply("log", add(element("p", 0), element("p", "i")))),
            sum_over("n", apply("log", add(element("p", 0), element("p", "j")))),
        ),
        (power(element("p", "i"), element("b")), power(element("p", "j"), element("b"))),
    ],
)
def test_indices_under_two_sums_of_one_size_are_kept_apart(left, right):
    assert differ(left, right)
    assert not proved(left, right)


# ---- what cannot be told -------------------------------------------------------------------------


X_I, B, P_I = element("x", "i"), element("b"), element("p", "i")


def test_what_is_left_between_two_sides_is_their_difference():
    with pytest.raises(NotProved) as caught:
        Prover(NAMES).equal(add(X_I, B), add(X_I, number(3)))
    assert proved(caught.value.left_over, add(B, number(-3)))


def test_a_term_that_may_have_no_value_is_what_is_left():
    with pytest.raises(NotProved, match=r"not shown nonzero: b") as caught:
        Prover(NAMES).equal(multiply(B, power(B, MINUS_ONE)), ONE)
    assert caught.value.left_over is B


@pytest.mark.parametrize(
    "term",
    [
        multiply(ZERO, apply("log", X_I)),
        multiply(ZERO, power(X_I, MINUS_ONE)),
        sum_over("n", multiply(ZERO, apply("log", element("x", 0)))),
        power(B, number(1, 2)),
        multiply(ZERO, power(add(P_I, multiply(MINUS_ONE, P_I)), MINUS_ONE)),
    ],
)
def test_nothing_is_said_of_a_term_without_a_value(term):
    assert not proved(term, term)
    assert not proved(term, ZERO)


def test_a_positive_variable_may_stand_under_a_logarithm():
    assert proved(multiply(ZERO, apply("log", P_I)), ZERO)


def test_a_hypothesis_is_used_and_without_it_nothing_is_proved():
    total = sum_over("n", element("y", 0))
    assert proved(multiply(X_I, total), X_I)
    without = Declarations(NAMES.sizes, NAMES.indices, SHAPES)
    assert not proved(multiply(X_I, total), X_I, without)


def test_the_search_has_a_budget(monkeypatch):
    left = power(add(X_I, element("x", "j"), sum_over("n", element("y", 0))), number(3))
    right = multiply(left, sum_over("n", element("y", 0)))
    assert proved(left, right)
    monkeypatch.setattr(ledger, "MOST_LINES", 1)
    with pytest.raises(NotProved, match="gave up after 1 steps"):
        Prover(NAMES).equal(left, right)


def test_running_out_of_steps_is_not_taken_for_a_missing_hypothesis(monkeypatch):
    """p is declared positive: to say that it may be 0 would send the reader the wrong way."""
    monkeypatch.setattr(ledger, "MOST_LINES", 1)
    with pytest.raises(NotProved, match="gave up after 1 steps"):
        Prover(NAMES).equal(multiply(X_I, P_I, power(P_I, MINUS_ONE)), X_I)


def test_an_expansion_that_explodes_is_not_proved():
    huge = power(add(X_I, B), number(60))
    for _ in range(3):
        huge = multiply(huge, add(huge, ONE))
    assert not proved(huge, add(huge, multiply(ZERO, B)))


@pytest.mark.parametrize(
    "right", [power(sum_over("n", element("x", 0)), number(2)), sum_over("n", element("b"))]
)
def test_hypotheses_that_go_round_in_a_circle_are_not_proved(right):
    """Σ x = (Σ x)**2, and Σ x = n b together with n b = Σ x: an answer, not a crash."""
    total = sum_over("n", element("x", 0))
    circle = (Hypothesis((), Equation(total, right)), Hypothesis((), Equation(right, total)))
    declared = Declarations(NAMES.sizes, NAMES.indices, SHAPES, hypotheses=circle)
    assert not proved(multiply(B, total), B, declared)


EXP = apply("exp", element("x", 0))
ONE_PLUS_EXP = add(ONE, EXP)
LOG_TWO = apply("log", number(2))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (
            sum_over("n", multiply(EXP, ONE_PLUS_EXP, power(ONE_PLUS_EXP, MINUS_ONE))),
            sum_over("n", EXP),
        ),
        (
            apply("exp", multiply(X_I, add(P_I, ONE), power(add(P_I, ONE), MINUS_ONE))),
            apply("exp", X_I),
        ),
        (apply("log", number(1, 2)), negate(LOG_TWO)),
        (apply("log", number(4)), multiply(number(2), LOG_TWO)),
        (apply("log", apply("log", apply("exp", P_I))), apply("log", P_I)),
        (apply("exp", apply("log", P_I)), P_I),
        (power(multiply(P_I, P_I), number(1, 2)), P_I),
        (apply("log", power(P_I, B)), multiply(B, apply("log", P_I))),
    ],
)
def test_rational_functions_roots_and_logarithms(left, right):
    """What is known not to be found: an answer that it is found now is good news."""
    assert not differ(left, right)
    assert proved(left, right)


# ---- the two questions ---------------------------------------------------------------------------


SQUARE = power(X_I, number(2))


def claim(value: Term, of: Term = SQUARE, variable: str = "x", at: Any = ("i",)) -> Claim:
    return Claim(NAMES, of, variable, at, value)


def test_a_proof_of_a_claim_says_what_the_claim_says():
    stated = claim(multiply(number(2), X_I))
    proof = prove(stated)
    assert proof.conclusion == stated.judgement
    assert replay(dump(proof)).conclusion == stated.judgement


@pytest.mark.parametrize(
    "value", [X_I, multiply(number(2), element("x", "j")), multiply(number(2), X_I, X_I), ZERO]
)
def test_a_false_claim_is_not_proved_and_shows_the_difference(value):
    with pytest.raises(NotProved) as caught:
        prove(claim(value))
    assert refute(claim(value)) is not None
    left = caught.value.left_over
    assert left is not None
    assert proved(left, add(multiply(number(2), X_I), negate(value)))


def test_the_derivative_of_a_form_carries_over_to_what_it_equals():
    prover = Prover(NAMES)
    form = multiply(X_I, X_I)
    equation = prover.equal(form, SQUARE)
    slope = prover.derivative_equal(
        prover.derivative(SQUARE, "x", ("i",)), multiply(number(2), X_I)
    )
    line = prover.derivative_of_equal(equation, slope)
    assert prover.proof.judgements[line] == claim(multiply(number(2), X_I), form).judgement


def test_an_equation_that_rests_on_a_hypothesis_about_the_variable_says_nothing_of_slopes():
    """From Σ y = 1 it does not follow that ∂Σy/∂y_i = 0."""
    prover = Prover(NAMES)
    total = sum_over("n", element("y", 0))
    equation = prover.equal(total, ONE)
    slope = prover.derivative(ONE, "y", ("i",))
    with pytest.raises(NotProved, match="rests on a hypothesis about y"):
        prover.derivative_of_equal(equation, slope)
    assert prover.derivative_of_equal(equation, prover.derivative(ONE, "x", ("i",)))
