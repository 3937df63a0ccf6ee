"""What cannot be said exactly is refused by name at the front door, and no input loops for ever."""

import pytest
import sympy
from sympy import Eq, Float, I, Integer, Rational, Sum, Symbol, exp, log, sin

from derive import NotationError, NotProved, derive, gradient
from derive.plain_text import show
from derive.stating import state_claim
from derive.symbols import index, indices, real, size, sum_over
from derive.tactics import ledger
from derive.tactics.ledger import OutOfSteps
from derive.tactics.prove import prove

n, m = size("n"), size("m")
i, j, k = indices("i j k", n)
r = index("r", m)
x, X, b = real("x", n), real("X", m, n), real("b")

ROUGH = {
    "a size that is not one": (lambda: Sum(x[k], (k, 0, b - 1)), "a sum ends at a size minus 1"),
    "a half size": (lambda: Sum(x[k], (k, 0, n / 2 - 1)), "a sum ends at a size minus 1"),
    "no finite range": (
        lambda: Sum(x[sympy.Idx("q")], (sympy.Idx("q"), 0, sympy.oo)),
        "not an index from 0 to a size",
    ),
    "an index nobody declared": (lambda: x[Symbol("q")], "not an index from 0 to a size: q"),
    "an index of another size": (lambda: sum_over(r, x[r]), "runs below m, here it has to"),
    "bound and free": (lambda: x[k] + sum_over(k, x[k]), "k is bound by .* and free beside it"),
    "an unknown function": (lambda: sympy.Function("sinn")(b), "unknown function sinn .*mean sin"),
    "a number that is not exact": (lambda: Float(0.1) * b, r"write Rational\('0\.1"),
    "a number that is not real": (lambda: I * b, "I is not a real number that is known here"),
    "an undeclared letter": (lambda: b * Symbol("q"), r"q is not declared: write q = real\('q'\)"),
    "a Python list": (lambda: [b], "not an expression"),
    "nothing": (lambda: None, "not an expression: None"),
    "text": (lambda: "b**2", r"not an expression: 'b\*\*2'"),
    "a power of digits": (lambda: Integer(2) ** 20_000 * b, "a number larger than"),
}


@pytest.mark.parametrize("name", ROUGH)
def test_gradient_and_claim_name_what_has_no_meaning(name):
    make, message = ROUGH[name]
    with pytest.raises(NotationError, match=message):
        gradient(make(), b)
    with pytest.raises(NotationError, match=message):
        state_claim(b, b, make())
    with pytest.raises(NotationError, match=message):
        derive("t", name=Symbol("L"), by=b, rewriting=[(make(), "")], slopes=[(Integer(0), "")])


@pytest.mark.parametrize("bound", [3, n, b, Symbol("k"), x[i], None])
def test_a_sum_runs_over_an_index(bound):
    with pytest.raises(TypeError, match="sum_over: wants an index such as"):
        sum_over(bound, x[k])


@pytest.mark.parametrize("axis", [3, 2.5, "n", None, m + 1, b])
def test_an_axis_is_a_size(axis):
    with pytest.raises(TypeError, match="wants sizes such as size"):
        real("q", axis)
    with pytest.raises(TypeError, match="wants a size such as size"):
        index("q", axis)


@pytest.mark.parametrize("given", [True, False, x[i], 3, Eq(Integer(1), 2), "x > 0"])
def test_a_hypothesis_is_a_relation_about_variables(given):
    with pytest.raises(NotationError, match="not a hypothesis"):
        gradient(x[i], x[j], given=[given])


# ---- nothing loops for ever ----------------------------------------------------------------------


def test_a_budget_of_steps_ends_as_undecided_and_says_so(monkeypatch):
    loss = log(sum_over(k, exp(x[k]) * sin(x[k]) ** 2 + 1))
    claim = gradient(loss, x[i]).claim
    prove(claim)
    monkeypatch.setattr(ledger, "MOST_LINES", 10)
    with pytest.raises(OutOfSteps, match="gave up after 10 steps"):
        prove(claim)
    with pytest.raises(NotProved, match="gave up after 10 steps"):
        gradient(loss, x[i])


@pytest.mark.parametrize(
    "loss",
    [(1 + b) ** 1000, b ** (10**9), ((b + x[i]) * (b - x[j])) ** 70],
    ids=["a high power", "a higher power", "a product of powers"],
)
def test_what_is_too_large_is_undecided_and_says_so(loss):
    with pytest.raises(NotProved, match=r"too large|too many"):
        gradient(loss, b)


def test_what_is_nested_too_deeply_is_refused():
    loss = b
    for _ in range(200):
        loss = sin(loss) + b
    with pytest.raises(NotationError, match="nested deeper"):
        gradient(loss, b)


# ---- what is left --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "left"),
    [
        (x[i], "x[i]"),
        (2 * x[i] + Rational(1, 2), "-1/2"),
        (2 * x[i] + sum_over(k, x[k]), "-1*sum_<n>(x[#0])"),
    ],
)
def test_undecided_shows_the_normal_form_of_the_difference(value, left):
    with pytest.raises(NotProved) as caught:
        prove(state_claim(sum_over(k, x[k] ** 2), x[i], value))
    assert show(caught.value.left_over) == left
