"""The random search: right gradients pass it, wrong ones and what is not a number never do."""

import math
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis.configuration import storage_directory

from derive.batch import on_rows
from derive.claims import Claim
from derive.kernel import Declarations, Fact, Hypothesis
from derive.kernel.terms import (
    MINUS_ONE,
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
    sum_over,
    where,
)
from derive.theorems import theorem
from numeric import crosscheck
from numeric.crosscheck import EXAMPLES, Compared, Comparison, cross_check
from numeric.differences import Difference
from numeric.errors import InputError
from tests.statements import STATEMENTS, each_mistake

X = element("x", "i")
SOFTMAX_CROSS_ENTROPY = theorem("softmax_cross_entropy").parts[0].claim


def claim_about_x(of, value, *hypotheses):
    """A claim about d of / d x[i], for a vector x."""
    declared = Declarations(frozenset("n"), {"i": "n"}, {"x": ("n",)}, {}, hypotheses)
    return Claim(declared, of, "x", ("i",), value)


def sum_of(function):
    """Σ_k f(x[k])"""
    return sum_over("n", function(element("x", 0)))


def square(term):
    return multiply(term, term)


SQUARES = claim_about_x(sum_of(square), multiply(number(2), X))
TWO_OVER_X_SQUARE = multiply(number(2), power(X, number(-2)))
LOGARITHMS = claim_about_x(sum_of(lambda x: apply("log", x)), power(X, MINUS_ONE))


# ---- what is right passes ------------------------------------------------------------------------


@pytest.mark.parametrize("name", STATEMENTS)
def test_every_statement_passes_in_float64(campaign, name, pytestconfig):
    theorem_name, place, _ = STATEMENTS[name]
    found = campaign.evidence(theorem_name, place).search
    assert found.agrees, str(found.disagreement)
    assert found.inputs == found.examples == pytestconfig.getoption("--search-examples")
    assert found.discarded <= found.inputs
    assert found.coordinates >= found.inputs
    assert 0 <= found.worst <= 1


@pytest.mark.parametrize("name", STATEMENTS)
def test_every_statement_passes_in_float32(name):
    part = STATEMENTS[name][2]
    found = cross_check(part.claim, examples=30, dtype=np.float32)
    assert found.agrees, str(found.disagreement)
    assert found.inputs == 30
    assert found.discarded <= found.inputs


def test_in_float32_the_function_is_computed_in_float32():
    """Else the test above would say nothing about float32."""
    comparison = Comparison(SQUARES)
    inputs = {"x": np.array([1 / 3, 5.0], np.float32)}
    assert comparison.gradient(**inputs).dtype == comparison.loss(**inputs).dtype == np.float32


def test_a_pole_within_the_step_is_seen_by_the_bound_and_not_by_the_estimate():
    """x / sqrt(x**2) jumps at 0, where it has no value: its slope is 0 everywhere else."""
    declared = Declarations(frozenset(), {}, {"x": (), "g": ()})
    x, g = element("x"), element("g")
    sign = multiply(g, x, power(square(x), number(-1, 2)))
    compared = Comparison(Claim(declared, sign, "x", (), ZERO))
    inputs = {"x": np.float32(0.034).reshape(()), "g": np.float32(9.4e-7).reshape(())}
    estimated = compared._found(inputs, ())
    bounded = compared._found(inputs, (), bounded=True)
    assert bounded.step < 0.034
    assert abs(bounded.value) <= bounded.bar
    assert bounded.step <= estimated.step
    (found,) = compared.compare(inputs, [()])
    assert found.bars <= 1


def test_bounds_contain_the_truncation_and_no_fewer():
    """Of sum x**3 / 3 by x = 2 the quotient is off by h**2 / 3, and the bound by twice that."""
    cubes = claim_about_x(sum_of(lambda x: multiply(number(1, 3), power(x, number(3)))), square(X))
    compared = Comparison(cubes)
    point = compared._point({"x": np.array([2.0, 1.0])}, (0,))
    bound = crosscheck._Truncation(cubes.of, point, ("x", (0,)))
    for h in (0.5, 2.0**-10):
        truncation = ((2 + h) ** 3 - (2 - h) ** 3) / (6 * h) - 4
        assert truncation <= bound(2 - h, 2 + h) <= 2 * truncation


# ---- what is wrong does not ----------------------------------------------------------------------


@each_mistake
def test_almost_right_formulas_are_caught(part, mistake):
    for examples in (3, 16, 150):  # wrong at some sizes or labels only: look longer
        found = cross_check(part.mistaken(mistake), examples=examples, largest=4)
        if found.disagreement is not None:
            break
    assert not found.agrees
    assert found.disagreement is not None
    assert found.worst > 1


MUTATIONS = {
    "added to": lambda value: add(value, number(1, 1000)),
    "scaled": lambda value: multiply(value, number(1001, 1000)),
    "the sign turned": negate,
    "squared": square,
    "dropped": lambda value: ZERO,
    "wrong at one place": lambda value: add(
        value, where("=", position("i"), ZERO, number(1, 1000))
    ),
    "the next one's": lambda value: add(value, where("<", ZERO, position("i"), number(1, 10))),
    "with a slope of its own": lambda value: add(value, multiply(number(1, 100), X)),
}


@pytest.mark.parametrize("mutate", MUTATIONS.values(), ids=list(MUTATIONS))
def test_mutations_are_caught(mutate):
    wrong = replace(SOFTMAX_CROSS_ENTROPY, value=mutate(SOFTMAX_CROSS_ENTROPY.value))
    found = cross_check(wrong, examples=40)
    assert found.disagreement is not None
    assert not found.agrees


def test_a_disagreement_shows_the_input_and_both_numbers():
    found = cross_check(replace(SQUARES, value=X), examples=20).disagreement
    at, gradient, difference, bars = found.found
    x = found.arrays["x"][at]
    assert gradient == x
    assert abs(difference.value - 2 * x) <= difference.bar
    assert bars > 1
    shown = str(found)
    for part in (found.arrays["x"].tolist(), list(at), gradient, difference.value, difference.bar):
        assert str(part) in shown


# ---- what is not a number ------------------------------------------------------------------------


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("part_of_it", ["everywhere", "at one coordinate"])
def test_a_gradient_that_is_not_a_number_never_agrees(monkeypatch, value, part_of_it):
    right = Comparison._gradient

    def broken(self, inputs):
        gradient, rounding = (array.copy() for array in right(self, inputs))
        gradient[... if part_of_it == "everywhere" else 0] = value
        return gradient, rounding

    monkeypatch.setattr(Comparison, "_gradient", broken)
    found = cross_check(SQUARES, examples=20)
    assert found.worst == math.inf
    assert not found.agrees
    assert found.discarded == 0


def test_a_gradient_that_cannot_be_computed_where_it_has_a_value_never_agrees(monkeypatch):
    """Such as one that overflows: it must not pass for an input without a value."""

    def overflows(**inputs):
        raise InputError("overflow")

    comparison = Comparison(SQUARES)
    monkeypatch.setattr(comparison, "gradient", overflows)
    (found,) = comparison.compare({"x": np.array([1.0, 2.0])}, [(1,)])
    assert found.bars == math.inf
    assert math.isnan(found.gradient)


def test_a_claim_without_a_value_says_nothing():
    comparison = Comparison(
        replace(SQUARES, value=multiply(power(X, number(3)), TWO_OVER_X_SQUARE))
    )
    with pytest.raises(InputError):
        comparison.compare({"x": np.array([0.0, 1.0])}, [(1,)])
    (found,) = comparison.compare({"x": np.array([0.5, 1.0])}, [(1,)])
    assert found.bars <= 1


@pytest.mark.parametrize("order", list(permutations((0.5, 2.0, math.inf, 0.25))))
def test_the_worst_stays_the_worst_in_every_order(order):
    """In particular one that is not a number, whatever comes after it."""
    record = crosscheck._Record(_Scripted(order))
    for _ in order:
        record.compare({}, most=1, choice=0)
    assert record.worst == math.inf
    assert record.disagreement.found.bars == math.inf
    assert (record.inputs, record.coordinates) == (4, 4)


def test_the_worst_of_what_agrees_is_no_disagreement():
    record = crosscheck._Record(_Scripted((0.5, 1.0, 0.25)))
    for _ in range(3):
        record.compare({}, most=1, choice=0)
    assert record.worst == 1.0
    assert record.disagreement is None


class _Scripted:
    """A comparison whose errors are laid down beforehand."""

    sides = Comparison.sides

    def __init__(self, bars):
        self.bars = iter(bars)

    def coordinates(self, inputs, most, choice):
        return [()]

    def compare(self, inputs, coordinates):
        return [Compared((), math.nan, Difference(0.0, 1.0, 1.0), next(self.bars))]


# ---- counting ------------------------------------------------------------------------------------


def test_every_input_is_counted(monkeypatch):
    seen = []
    compare = Comparison.compare

    def counting(self, inputs, coordinates):
        found = compare(self, inputs, coordinates)
        seen.append((len(inputs["x"]), len(found)))
        return found

    monkeypatch.setattr(Comparison, "compare", counting)
    found = cross_check(SQUARES, examples=25, coordinates=5, largest=7)
    assert found.inputs == len(seen) == 25
    assert found.coordinates == sum(compared for _, compared in seen)
    assert all(compared == min(n, 5) for n, compared in seen)
    assert {n for n, _ in seen} >= {1, 2}


def test_inputs_outside_the_domain_are_discarded_and_counted():
    found = cross_check(LOGARITHMS, examples=20)
    assert found.agrees
    assert found.inputs == 20
    assert found.discarded > 0


def test_a_step_may_leave_the_domain_and_the_input_is_compared():
    """A central difference looks for a step that stays inside."""
    (found,) = Comparison(LOGARITHMS).compare({"x": np.array([1e-8, 3.0])}, [(0,)])
    assert found.bars <= 1
    assert found.difference.step < 1e-8


def test_where_nothing_can_be_compared_nothing_agrees():
    nowhere = claim_about_x(
        sum_of(lambda x: apply("log", negate(add(square(x), number(1))))), multiply(number(2), X)
    )
    found = cross_check(nowhere, examples=5)
    assert (found.inputs, found.worst, found.agrees) == (0, 0, False)
    assert found.discarded > 0


def test_where_nothing_meets_the_hypotheses_nothing_agrees():
    both = [Hypothesis(("n",), Fact("positive", sign(element("x", 0)))) for sign in (add, negate)]
    found = cross_check(
        replace(SQUARES, declarations=claim_about_x(ZERO, ZERO, *both).declarations)
    )
    assert (found.inputs, found.discarded, found.agrees) == (0, 0, False)


def test_progress_is_told_the_number_of_inputs():
    told = []
    cross_check(SQUARES, examples=7, progress=told.append)
    assert told == list(range(1, 8))


# ---- the same again, or others -------------------------------------------------------------------


def test_without_a_seed_the_same_inputs_are_drawn():
    assert cross_check(SQUARES) == cross_check(SQUARES)


def test_a_seed_draws_others_and_the_same_seed_the_same():
    plain, one, two, one_again = (
        cross_check(SQUARES, random_seed=seed, examples=20) for seed in (None, 1, 2, 1)
    )
    assert one == one_again
    assert len({plain.worst, one.worst, two.worst}) == 3
    assert (plain.random_seed, one.random_seed, two.random_seed) == (None, 1, 2)


def test_the_default_number_of_inputs():
    assert cross_check(SQUARES).examples == EXAMPLES


def test_the_random_state_of_numpy_is_neither_read_nor_changed():
    np.random.seed(3)
    before = np.random.get_state()[1].tolist()
    found = cross_check(SQUARES)
    assert np.random.get_state()[1].tolist() == before
    np.random.seed(4)
    assert cross_check(SQUARES) == found


def test_nothing_is_left_in_the_folder_one_works_in(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    before = storage_directory(intent_to_write=False)
    cross_check(SQUARES, examples=5)
    assert list(Path.cwd().iterdir()) == []
    after = storage_directory(intent_to_write=False)
    assert getattr(after, "path", after) == getattr(before, "path", before)


# ---- shapes --------------------------------------------------------------------------------------


def test_a_jacobian_is_compared_row_by_row():
    declared = Declarations(frozenset("n"), {"i": "n", "k": "n"}, {"x": ("n",)})
    slope = multiply(number(2), X, delta("k", "i"))
    right = Claim(declared, square(element("x", "k")), "x", ("i",), slope)
    found = Comparison(right).compare({"x": np.array([1.0, 2.0, 4.0])}, [(2, 2), (2, 1), (0, 0)])
    assert [compared.gradient for compared in found] == [8, 0, 2]
    assert all(compared.bars <= 1 for compared in found)


def test_a_scalar_has_one_coordinate():
    declared = Declarations(frozenset(), {}, {"z": ()})
    right = Claim(declared, square(element("z")), "z", (), multiply(number(2), element("z")))
    found = cross_check(right, examples=10)
    assert found.agrees
    assert found.coordinates == found.inputs


def test_a_loss_for_every_row_is_compared_row_by_row():
    rows = on_rows(SOFTMAX_CROSS_ENTROPY)
    found = cross_check(rows, examples=10, largest=4)
    assert found.agrees
    assert not cross_check(replace(rows, value=negate(rows.value)), examples=10).agrees
