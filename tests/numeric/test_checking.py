"""Answers about claims: true ones proved, false ones refuted where they are false."""

import json
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction

import pytest
from sympy import Eq, erf, exp, log, pi, sin, sqrt

from derive import cross_entropy, index, positive, real, simplex, size, softmax, sum_over, where
from derive.contradictions import contradicts
from derive.deriving import derived
from derive.kernel import Equation, Fact, Hypothesis, Proof
from derive.kernel.terms import ONE, add, element, negate, number, power
from derive.language.question import Domain
from derive.tactics.clock import time_limit
from derive.tactics.ledger import OutOfTime
from derive.tactics.prove import prove
from numeric import checking
from numeric.answers import FALSE_WITHOUT, NO_VALUE_WITHOUT, NOT_NEEDED
from numeric.checking import EMPTY, NONE_FOUND, NOWHERE, InternalContradiction, check
from numeric.conditions import meets
from numeric.deadline import Deadline
from numeric.drawing import drawn_counterexample
from numeric.interpret import evaluate, floats, index_value
from numeric.points import Point
from numeric.shrinking import burden, smallest
from numeric.witnesses import counterexample_at
from tests.questions import assuming, question

n, m = size("n"), size("m")
x, z, y = real("x", n), real("z", n), simplex("y", n)
X, W, A = real("X", m, n), real("W", n, m), real("A", n, n)
p, a, b = positive("p", n), real("a"), real("b")
i, j, k = (index(name, n) for name in "ijk")
r, c = index("r", m), index("c", m)
s = softmax(x)
NORM = sqrt(sum_over(k, x[k] ** 2))
PAIR = sum_over(k, sum_over(j, x[j] * A[j, k] * x[k]))

TRUE = {
    "softmax": question(cross_entropy(y, s), x[i], s[i] - y[i]),
    "stated": question(cross_entropy(z, s), x[i], s[i] - z[i], [Eq(sum_over(k, z[k]), 1)]),
    "mean": question(sum_over(k, (x[k] - z[k]) ** 2) / n, x[i], 2 * (x[i] - z[i]) / n),
    "norm": question(NORM, x[i], x[i] / NORM),
    "jacobian": question(s[i], x[j], s[i] * (where(Eq(i, j), 1) - s[j])),
    "matrix": question(sum_over(r, sum_over(k, X[r, k] * W[k, r])), W[i, r], X[r, i]),
    "entropy": question(sum_over(k, p[k] * log(p[k])), p[i], log(p[i]) + 1),
    "scalar": question(a * b**2, b, 2 * a * b),
    "quadratic": question(PAIR, x[i], sum_over(k, (A[i, k] + A[k, i]) * x[k])),
}
FALSE = {
    "no total": question(cross_entropy(z, s), x[i], s[i] - z[i]),
    "sign": question(cross_entropy(y, s), x[i], y[i] - s[i]),
    "no mean": question(sum_over(k, (x[k] - z[k]) ** 2) / n, x[i], 2 * (x[i] - z[i])),
    "factor": question(sum_over(k, x[k] ** 2), x[i], x[i]),
    "diagonal only": question(s[i], x[j], s[i] * (1 - s[i]) * where(Eq(i, j), 1)),
    "not symmetric": question(PAIR, x[i], 2 * sum_over(k, A[i, k] * x[k])),
    "late": question(sum_over(k, x[k] ** 2), x[i], 2 * x[i] + where(n > 3, x[i])),
    "norm": question(NORM, x[i], x[i] / NORM**2),
    "on a line": question(a * b, b, a + 1, [Eq(a, 3 * b)]),
}


def slope(claim, point):
    """The derivative by central differences, in 200 bits and by plain recursion."""
    arithmetic = floats(200)
    at = tuple(index_value(place, point) for place in claim.at)
    here, step = point.values[claim.variable][at], Fraction(1, 2**40)

    def at_distance(by):
        moved = {**point.values[claim.variable], at: here + by}
        there = replace(point, values={**point.values, claim.variable: moved})
        return evaluate(claim.of, there, (), arithmetic)

    rise = at_distance(step) - at_distance(-step)
    return rise / (2 * arithmetic.from_fraction(step))


# ---- verdicts ------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", TRUE.values(), ids=TRUE)
def test_true_claims_are_proved(asked):
    answer = check(asked)
    assert answer.verdict == "proved", str(answer)
    assert isinstance(answer.proof, Proof)
    assert answer.proof.conclusion == asked.claim.judgement
    assert answer.proof.declarations == asked.claim.declarations
    assert meets(asked.claim.declarations, answer.example)
    assert str(answer).startswith("proved")
    assert {*answer.used} | {*answer.not_needed} == {*asked.assumed, *asked.given}


@pytest.mark.parametrize("asked", FALSE.values(), ids=FALSE)
def test_false_claims_are_refuted_where_they_are_false(asked):
    answer = check(asked)
    assert answer.verdict == "refuted", str(answer)
    assert answer.proof is None
    point = answer.counterexample.point
    assert meets(asked.claim.declarations, point)
    truth, said = slope(asked.claim, point), evaluate(asked.claim.value, point, (), floats(200))
    assert abs(truth - said) > 1e-4
    assert abs(truth - float(answer.counterexample.truth.mid())) < 1e-6


@pytest.mark.parametrize("asked", [*TRUE.values(), *FALSE.values()], ids=[*TRUE, *FALSE])
def test_the_right_answer_is_the_slope(asked):
    found = derived(asked.claim)
    assert found.proof.conclusion == found.claim.judgement
    point = check(asked).example or check(asked).counterexample.point
    said = evaluate(found.claim.value, point, (), floats(200))
    assert abs(slope(asked.claim, point) - said) < 1e-6


def test_a_counterexample_is_as_small_as_it_can_be():
    found = check(FALSE["no mean"]).counterexample
    assert found.point.sizes == {"n": 2}
    assert sorted([*found.point.values["x"].values(), *found.point.values["z"].values()])[:3] == [
        0,
        0,
        0,
    ]
    assert check(FALSE["late"]).counterexample.point.sizes == {"n": 4}


def test_nothing_smaller_is_taken_that_breaks_a_hypothesis():
    point = check(FALSE["on a line"]).counterexample.point
    assert point.values["a"][()] == 3 * point.values["b"][()]


def test_special_functions_have_slopes():
    answer = check(question(a * erf(a * b), a, erf(a * b) + a * b * _gauss(a * b)))
    assert answer.verdict == "proved"


def test_without_a_proof_a_true_claim_is_undecided(monkeypatch):
    monkeypatch.setattr(checking, "prove", _not_proved)
    monkeypatch.setattr(
        checking, "is_proved", lambda claim: claim.declarations.sizes == frozenset()
    )
    answer = check(TRUE["mean"])
    assert answer.verdict == "undecided"
    assert answer.proof is None
    assert answer.agreement.asked == answer.agreement.agreed > 20
    assert answer.fixed_sizes == ({"n": 1}, {"n": 2}, {"n": 3})
    assert "inputs agree" in str(answer)
    assert "proved at fixed sizes: n = 1; n = 2; n = 3" in str(answer)


def _gauss(u):
    return 2 * exp(-(u**2)) / sqrt(pi)


def _not_proved(claim):
    raise checking.NotProved("not an identity", ONE)


def test_no_points_make_a_proof(monkeypatch):
    monkeypatch.setattr(checking, "prove", _not_proved)
    monkeypatch.setattr(checking, "is_proved", lambda claim: False)
    answers = [check(asked) for asked in TRUE.values()]
    assert {answer.verdict for answer in answers} == {"undecided"}
    assert all(answer.left_over is ONE for answer in answers)


def test_a_proof_of_something_else_is_no_proof(monkeypatch):
    monkeypatch.setattr(checking, "prove", lambda claim: prove(TRUE["scalar"].claim))
    monkeypatch.setattr(checking, "is_proved", lambda claim: False)
    assert check(TRUE["mean"]).verdict == "undecided"


def test_proved_and_refuted_at_once_is_a_defect(monkeypatch):
    monkeypatch.setattr(checking, "is_proved", lambda claim: True)
    with pytest.raises(InternalContradiction, match="derivative is"):
        check(FALSE["factor"])


# ---- hypotheses ----------------------------------------------------------------------------------

EMPTY_CLAIMS = {
    "signs": [x[k] > 0, -x[k] > 0],
    "totals": [Eq(sum_over(k, x[k]), 1), Eq(sum_over(k, x[k]), 2)],
    "squares": [Eq(sum_over(k, x[k] ** 2), -1)],
    "a number": [Eq(a, 1), Eq(a, 2)],
}


@pytest.mark.parametrize("given", EMPTY_CLAIMS.values(), ids=EMPTY_CLAIMS)
def test_under_contradictory_hypotheses_nothing_is_proved(given):
    answer = check(question(a * sum_over(k, x[k] ** 2), x[i], 2 * a * x[i], given))
    assert answer.verdict == "undecided"
    assert answer.contradictory
    assert answer.reason == EMPTY
    assert answer.example is None


def test_formulas_that_have_no_value_anywhere_prove_nothing():
    answer = check(question(log(-1 - a**2), a, 2 * a / (1 + a**2)))
    assert answer.verdict == "undecided"
    assert answer.reason == NOWHERE
    assert answer.contradictory


def test_where_no_input_was_found_none_need_be_missing():
    answer = check(question(a**3, a, 3 * a**2, [Eq(a**2, 2)]))
    assert answer.verdict == "undecided"
    assert answer.reason == NONE_FOUND
    assert not answer.contradictory


def test_a_contradiction_is_shown_where_signs_tell():
    for name in ("signs", "squares"):
        asked = question(a * sum_over(k, x[k] ** 2), x[i], 0 * a, EMPTY_CLAIMS[name])
        assert contradicts(asked.claim.declarations) is not None


@pytest.mark.parametrize("asked", TRUE.values(), ids=TRUE)
def test_no_contradiction_is_seen_where_an_input_meets_all(asked):
    assert contradicts(asked.claim.declarations) is None


def test_the_total_is_needed_and_the_sign_is_not():
    answer = check(TRUE["softmax"])
    outcomes = {each.hypothesis.text: each for each in answer.ablations}
    total, sign = outcomes["sum_k y[k] = 1"], outcomes["y[k] >= 0"]
    assert sign.outcome == NOT_NEEDED
    assert total.outcome == FALSE_WITHOUT
    assert [stated.text for stated in answer.used] == ["sum_k y[k] = 1"]
    assert [stated.text for stated in answer.not_needed] == ["y[k] >= 0"]
    point = total.counterexample.point
    assert sum(point.values["y"].values()) != 1
    assert all(value >= 0 for value in point.values["y"].values())
    general = evaluate(total.general, point, (), floats(200))
    assert abs(slope(TRUE["softmax"].claim, point) - general) < 1e-6


def test_what_only_gives_a_value_is_told_apart():
    (only,) = check(TRUE["entropy"]).ablations
    assert only.outcome == NO_VALUE_WITHOUT
    assert only.counterexample is None


def test_a_hypothesis_that_is_put_in_for_nothing_is_not_needed():
    answer = check(question(a * b**2, b, 2 * a * b, [a > 0]))
    assert [stated.text for stated in answer.not_needed] == ["a > 0"]
    assert [each.outcome for each in answer.ablations] == [NOT_NEEDED]


# ---- domains -------------------------------------------------------------------------------------

V = element("x", 0)
IN_BINARY = Hypothesis(("n",), Equation(power(V, number(2)), V))
IN_SIGNS = Hypothesis(("n",), Equation(power(V, number(2)), ONE))
NOT_NEGATIVE = Hypothesis(("n",), Fact("nonnegative", V))
INSIDE = [
    Hypothesis(("n",), Fact("positive", add(V, number(-101, 10)))),
    Hypothesis(("n",), Fact("positive", add(number(103, 10), negate(V)))),
]
MIRRORED = Hypothesis(("n", "n"), Equation(element("A", 1, 0), element("A", 0, 1)))
CUBES = sum_over(k, z[k] * x[k])

# The first is true in the domain and false outside of it; the second is false in it.
BY_DOMAIN = {
    "binary": (CUBES, z[i], x[i] ** 2, 2 * x[i], [IN_BINARY], "x"),
    "sign": (CUBES, z[i], x[i] ** 3, x[i] ** 2, [IN_SIGNS], "x"),
    "interval": (CUBES, z[i], x[i], 10 * x[i] / x[i], INSIDE, "x"),
    "count": (CUBES, z[i], x[i], x[i] ** 2, [NOT_NEGATIVE], "x"),
    "symmetric": (
        PAIR,
        x[i],
        2 * sum_over(k, A[i, k] * x[k]),
        sum_over(k, A[i, k] * x[k]),
        [MIRRORED],
        "A",
    ),
    "spd": (PAIR, x[i], 2 * sum_over(k, A[k, i] * x[k]), 2 * A[i, i] * x[i], [MIRRORED], "A"),
}


@pytest.mark.parametrize("kind", BY_DOMAIN)
def test_claims_over_domains(kind):
    of, by, right, wrong, stated, name = BY_DOMAIN[kind]
    domains = {name: Domain(kind)}
    good = check(assuming(question(of, by, right), *stated, domains=domains))
    assert good.verdict in ("proved", "undecided"), str(good)  # never refuted
    bad = check(assuming(question(of, by, wrong), *stated, domains=domains))
    assert bad.verdict == "refuted", str(bad)


def test_what_is_false_only_between_whole_numbers_is_not_refuted():
    """sin(pi x) = 0 at every whole x; the kernel is not told that x is whole."""
    asked = question(a * sin(pi * b), a, 0 * a)
    sign = Hypothesis((), Fact("nonnegative", element("b")))
    assert check(asked).verdict == "refuted"
    whole = assuming(asked, sign, domains={"b": Domain("count")})
    assert check(whole).verdict == "undecided"
    never = replace(whole, claim=whole.claim.saying(ONE))
    found = check(never).counterexample
    assert found.point.values["b"][()].denominator == 1


def test_what_is_false_only_of_matrices_that_are_not_definite_is_not_refuted():
    """A claim that is false only where an entry of the diagonal is negative."""
    wrong_below = where(A[i, i] < 0, A[i, i])
    asked = question(sum_over(k, A[k, k] * x[k]), x[i], A[i, i] + wrong_below)
    assert check(asked).verdict == "refuted"
    definite = assuming(asked, MIRRORED, domains={"A": Domain("spd")})
    assert check(definite).verdict == "undecided"


def test_a_counterexample_is_not_shrunk_out_of_its_domain():
    asked = question(sum_over(k, A[k, k] * x[k]), x[i], 2 * A[i, i])
    definite = assuming(asked, MIRRORED, domains={"A": Domain("spd")})
    found = check(definite).counterexample.point
    assert found.sizes == {"n": 1}
    assert found.values["A"][0, 0] > 0


# ---- time ----------------------------------------------------------------------------------------


def test_without_time_no_proof_is_found():
    with time_limit(0), pytest.raises(OutOfTime):
        prove(TRUE["softmax"].claim)
    with time_limit(0), pytest.raises(OutOfTime), time_limit(100):
        prove(TRUE["mean"].claim)
    assert prove(TRUE["mean"].claim)


def test_the_answer_says_that_it_ran_out_of_time():
    answer = check(TRUE["softmax"], seconds=0)
    assert answer.verdict == "undecided"
    assert answer.reason == "out of time"
    assert answer.seconds < 1


def test_deadlines_end():
    deadline = Deadline(0)
    assert deadline.is_over
    assert deadline.part(0.5).is_over
    assert 0 < Deadline(100).part(0.5).left <= 50


# ---- shrinking and drawing -----------------------------------------------------------------------


def test_a_wide_counterexample_is_made_small():
    claim = FALSE["factor"].claim
    wide = {(k,): Fraction(7 * k + 3, 5) for k in range(4)}
    found = counterexample_at(claim, Point({"n": 4}, {"x": wide}, {}, {"i": 3}))
    small = smallest(claim, found, {}, Deadline(5))
    assert str(small.point) == "n = 1, x = [1], i = 0"
    assert burden(small.point) < burden(found.point)


def test_hypothesis_draws_counterexamples_and_none_of_what_is_true():
    found = drawn_counterexample(FALSE["no total"].claim, {}, Deadline(5))
    assert meets(FALSE["no total"].claim.declarations, found.point)
    assert drawn_counterexample(TRUE["mean"].claim, {}, Deadline(5)) is None


# ---- shown ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", [TRUE["softmax"], FALSE["sign"]])
def test_answers_are_data(asked):
    answer = check(asked)
    data = json.loads(json.dumps(answer.as_json()))
    assert data["verdict"] == answer.verdict
    assert (data["counterexample"] is None) == (answer.counterexample is None)
    assert answer._repr_markdown_().startswith(f"**{answer.verdict}**")


def test_an_explained_answer_has_the_steps():
    assert check(TRUE["mean"]).steps == ()
    steps = check(TRUE["mean"], explain=True).steps
    assert steps[0].reason == "given"
    assert len({step.right for step in steps}) >= 3


def test_checking_loads_neither_sympy_nor_hypothesis_nor_numpy():
    code = "import numeric.checking, sys; print({'sympy', 'hypothesis', 'numpy'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
