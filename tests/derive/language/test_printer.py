"""What is printed reads back as the same, and looks like what people write."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from pathlib import Path

import pytest
from flint import arb
from hypothesis import HealthCheck, assume, given, settings

from derive.kernel import Equation, Fact, Hypothesis, terms
from derive.kernel.terms import ONE, ZERO, element, negate, number, position, power, sum_over, where
from derive.language.errors import ClaimError
from derive.language.printer import Printer
from derive.language.question import ClaimText
from derive.language.reading import read
from derive.language.syntax import statements
from numeric.exact_samples import small_points
from numeric.interpret import BALLS, EXACT, Undefined, evaluate

from .formulas import FREE, SHAPES, formulas, points, term

PRINTER = Printer((*SHAPES, "t", "n", "m"), FREE)
CLAIMS = Path(__file__).parents[2] / "claims"


def value(of, point):
    """The value of a term; None where it has none."""
    try:
        return Fraction(evaluate(of, point, (), EXACT))
    except Undefined:
        return None


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(formulas(), points())
def test_what_is_printed_has_the_same_value(text, point):
    try:
        first = term(text)
    except ClaimError:
        assume(False)
    worth = value(first, point)
    try:
        again = term(PRINTER(first))
    except ClaimError as error:
        if "no value" not in error.message:
            raise
        assert worth is None
        return
    assert worth is None or value(again, point) == worth


CORPUS = [
    claim
    for name in ("true", "false")
    for claim in tomllib.loads((CLAIMS / f"{name}.toml").read_text())["claim"]
]
FIELDS = ("where", "given", "loss", "claim")


@pytest.mark.parametrize("claim", CORPUS, ids=lambda claim: claim["name"])
def test_a_claim_printed_reads_back(claim):
    text = ClaimText(**{name: claim.get(name, "") for name in FIELDS})
    try:
        asked = read(text)
    except ClaimError:
        pytest.skip("not read")
    last = statements("claim", text.claim)[-1]
    left = last.text.partition("=")[0]
    printed = f"{text.claim[: last.offset]}{left}= {asked.printer(asked.shorthand)}"
    again = read(replace(text, claim=printed)).claim
    tried = 0
    for point in islice(small_points(asked.claim.declarations, asked.domains), 4):
        try:
            worth = evaluate(asked.claim.value, point, (), BALLS)
        except Undefined:
            continue
        assert arb(worth).overlaps(arb(evaluate(again.value, point, (), BALLS)))
        tried += 1
    if not tried:
        pytest.skip("no input was found")


HERE, K = position("i"), position("k")
S, X = element("s"), element("x", 0)
DIFFERENCE = terms.add(K, negate(HERE))

PRINTED = {
    "[k = i]": where("=", ZERO, DIFFERENCE, ONE),
    "[k >= i]": where("<=", ZERO, DIFFERENCE, ONE),
    "[k < i]": where("<", DIFFERENCE, ZERO, ONE),
    "-[k > i]*s": where("<", ZERO, DIFFERENCE, negate(S)),
    "[i < k and s > 2]*s": where("<", HERE, K, where("<", number(2), S, S)),
    "s/(2*n)": terms.multiply(number(1, 2), S, power(terms.size("n"), number(-1))),
    "1/n*sum_{k<n} x[k]": terms.multiply(sum_over("n", X), power(terms.size("n"), number(-1))),
    "(sum_{k<n} x[k])/s^2": terms.multiply(sum_over("n", X), power(S, number(-2))),
    "[i = k]/s": terms.multiply(terms.delta("i", "k"), power(S, number(-1))),
    "(-s)^2": power(negate(S), number(2)),
    "-s^2": negate(power(S, number(2))),
    "2^(3^2)": power(number(2), power(number(3), number(2))),
    "(2^3)^2": power(power(number(2), number(3)), number(2)),
    "(s^2)^3": power(power(S, number(2)), number(3)),
    "(s*n)^2": power(terms.multiply(S, terms.size("n")), number(2)),
    "s - (n - 1)": terms.add(S, negate(terms.add(terms.size("n"), number(-1)))),
    "sum_{k<i+1} x[k]": sum_over("n", where("<=", position(0), HERE, X)),
    "sum_{k<i} x[k]": sum_over("n", where("<", position(0), HERE, X)),
    "sum_{j<n} (x[j] + s)*k": sum_over("n", terms.multiply(terms.add(X, S), K)),
    "abs(s)": terms.add(terms.multiply(number(2), where("<", ZERO, S, S)), negate(S)),
    "[i > 0]*x[i-1]": where(
        "<",
        ZERO,
        HERE,
        sum_over("n", where("=", position(0), terms.add(HERE, number(-1)), X)),
    ),
    "sum_{k<n} [k = i - 1]*x[k]": sum_over(
        "n", where("=", position(0), terms.add(HERE, number(-1)), X)
    ),
    "sum_{k<n} [k = i]*s": sum_over("n", where("=", position(0), HERE, S)),
}


@pytest.mark.parametrize("text", PRINTED)
def test_it_is_what_people_write(text):
    assert Printer()(PRINTED[text]) == text


CALLS = ("abs(s)", "sign(s)", "tanh(s)", "cosh(s)", "sinh(s)", "sigmoid(s)", "sqrt(s)")
CALLS += ("max(0, s)", "min(s, x[i])", "max(s, x[i], n)", "2*cosh(s)", "1/tanh(s)^2")


@pytest.mark.parametrize("call", [*CALLS, "-sigmoid(-s)"])
def test_functions_keep_their_names(call):
    assert PRINTER(term(call)) == call
    assert term(PRINTER(term(call))) is term(call)


def test_a_bound_index_has_no_name_that_stands_for_something_else():
    inner = sum_over("n", X)
    assert Printer()(terms.multiply(element("x", "k"), inner)) == "x[k]*sum_{j<n} x[j]"
    assert Printer(("k", "j"))(inner) == "sum_{l<n} x[l]"
    assert Printer()(sum_over("k", element("x", 0))) == "sum_{j<k} x[j]"


def test_hypotheses_compare_two_sides():
    def said(kind, *parts):
        return Printer().hypothesis(Hypothesis(("n",), Fact(kind, terms.add(*parts))))

    assert said("positive", ONE, negate(X)) == "x[k] < 1"
    assert said("nonzero", X, negate(S)) == "x[k] != s"
    assert said("nonnegative", X, number(-3)) == "x[k] >= 3"
    assert said("positive", X, negate(number(-1))) == "x[k] > -1"
    total = Hypothesis((), Equation(sum_over("n", X), ONE))
    assert Printer().hypothesis(total) == "sum_{k<n} x[k] = 1"
