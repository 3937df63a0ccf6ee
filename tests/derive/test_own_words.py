"""Results in the user's own definitions: equal to what they stand for, and short."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from derive.deriving import derived
from derive.factoring import factored, gathered, grouped
from derive.kernel import Term
from derive.kernel.terms import ONE, add, apply, element, multiply, number, power, sum_over
from derive.language.own_words import OwnDefinitions, in_own_definitions
from derive.language.presenting import Presentation, right_side
from derive.language.question import ClaimText, Question
from derive.language.reading import read
from derive.shorthand import Meaning, as_written, in_names
from derive.tactics.ledger import NotProved
from derive.tactics.polynomials import polynomial_of, term_of
from derive.tactics.prove import Prover, prove

CLAIMS = Path(__file__).parents[1] / "claims"
FIELDS = ("loss", "claim", "where", "given", "name")
SOFTMAX = "p[k] = exp(x[k])/sum_{j<n} exp(x[j])"
LAYER_NORM = (
    "mu = 1/n*sum_{j<n} x[j]; s = sqrt(1/n*sum_{j<n} (x[j] - mu)^2 + eps); h[k] = (x[k] - mu)/s"
)


def asked(where: str, loss: str, claim: str, given: str = "") -> Question:
    return read(ClaimText(loss=loss, claim=claim, where=where, given=given))


def right(question: Question) -> str:
    """The right answer as it is printed."""
    value = right_side(question.claim, question.definitions, question.loss)
    assert value is not None
    return in_own_definitions(question)(value)


def corpus(name: str, every: int) -> list[Question]:
    """Some of the claims of a file, always the same."""
    tables = tomllib.loads((CLAIMS / f"{name}.toml").read_text())["claim"][::every]
    return [read(ClaimText(**{k: v for k, v in t.items() if k in FIELDS})) for t in tables]


# ---- for every claim -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question", [*corpus("false", 4), *corpus("true", 5)], ids=lambda q: q.text.name
)
def test_what_is_said_in_definitions_expands_back_to_an_equal_term(question):
    try:
        value = derived(question.claim).claim.value
    except NotProved:
        pytest.skip("no right answer is known")
    said = OwnDefinitions(question)
    presentation = Presentation(question.claim, question.definitions, question.loss)
    for term in (value, presentation.expanded(presentation.derivative(value))):
        proof = prove(question.claim.saying(presentation.expanded(said(term))))
        assert proof.conclusion is not None


@pytest.mark.parametrize("question", corpus("false", 9), ids=lambda q: q.text.name)
def test_the_right_answer_read_as_a_claim_is_the_claim_that_is_proved(question):
    """What is printed reads back, and as the same derivative."""
    try:
        printed = right(question)
    except AssertionError:
        pytest.skip("no right answer is known")
    *before, claim = question.text.claim.split(";")
    again = ";".join([*before, f"{claim.partition('=')[0]} = {printed}"])
    read_again = read(
        ClaimText(question.text.loss, again, question.text.where, question.text.given)
    )
    assert right_side(read_again.claim, question.definitions, question.loss) is not None
    prove(read_again.claim)


# ---- as a person would write it ------------------------------------------------------------------

WRITTEN = [
    ("x: real[n]; y: simplex[n]", f"{SOFTMAX}; L = -sum_{{k<n}} y[k]*log(p[k])", "dL/dx[i] = 0",
     "p[i] - y[i]"),
    ("x: real[n]; y: real[n]", f"{SOFTMAX}; L = -sum_{{k<n}} y[k]*log(p[k])", "dL/dx[i] = 0",
     "p[i]*sum_{k<n} y[k] - y[i]"),
    ("x: real[n]", SOFTMAX, "dp[k]/dx[i] = 0", "p[i]*([i = k] - p[k])"),
    ("x: real[n]; g: real[n]", f"{SOFTMAX}; L = sum_{{k<n}} g[k]*p[k]", "dL/dx[i] = 0",
     "p[i]*(g[i] - sum_{k<n} g[k]*p[k])"),
    ("X: real[n, m]; y: real[n]; w: real[m]",
     "e[r] = sum_{c<m} X[r,c]*w[c] - y[r]; L = 1/n*sum_{r<n} e[r]^2", "dL/dw[a] = 0",
     "2/n*sum_{k<n} X[k,a]*e[k]"),
    ("x: real[n]; g: real[n]; eps: positive", f"{LAYER_NORM}; L = sum_{{k<n}} g[k]*h[k]",
     "dL/dx[i] = 0",
     "(g[i] - h[i]/n*sum_{k<n} g[k]*h[k] - 1/n*sum_{k<n} g[k])/s"),
    ("x: real[n]", "mu = 1/n*sum_{j<n} x[j]; L = 1/n*sum_{k<n} (x[k] - mu)^2", "dL/dx[i] = 0",
     "2*(x[i] - mu)/n"),
    ("x: real; b: positive", "s = sigmoid(b*x); L = log(s)", "dL/dx = 0", "b*(1 - s)"),
    ("x: real[n]", "L = log(sum_{j<n} exp(x[j]))",
     f"{SOFTMAX}; d2L/dx[a]dx[b] = 0", "p[a]*([a = b] - p[b])"),
]  # fmt: skip


@pytest.mark.parametrize(("where", "loss", "claim", "expected"), WRITTEN)
def test_the_right_answer_is_written_as_a_person_would(where, loss, claim, expected):
    assert right(asked(where, loss, claim)) == expected


def test_without_definitions_the_normal_form_has_its_common_factors_taken_out():
    question = asked("x: real[n]; y: real[n]", "L = sum_{k<n} (x[k] - y[k])^2", "dL/dx[i] = 0")
    assert right(question) == "2*(x[i] - y[i])"


def test_a_hypothesis_that_was_dropped_does_not_come_back_in_the_answer():
    """sum y = 1 is given, but what is said of the general formula may not use it."""
    where, loss = "x: real[n]; y: simplex[n]", f"{SOFTMAX}; L = -sum_{{k<n}} y[k]*log(p[k])"
    said = in_own_definitions(asked(where, loss, "dL/dx[i] = 0"))
    general = asked("x: real[n]; y: real[n]", loss, "dL/dx[i] = 0")
    value = right_side(general.claim, general.definitions, general.loss)
    assert said(value) == "p[i]*sum_{k<n} y[k] - y[i]"


# ---- names in normal forms -----------------------------------------------------------------------

a, b, s, z = (element(name) for name in "absz")


def _means(name, body, rank=0):
    return Meaning(name, rank, polynomial_of(body))


def normal(term: Term) -> Term:
    return term_of(polynomial_of(term))


def test_a_name_stands_for_a_factor_and_below_the_line_for_its_inverse():
    s_is = _means("s", multiply(apply("exp", a), b))
    assert in_names(multiply(apply("exp", a), b), [s_is]) is s
    below = term_of(
        polynomial_of(multiply(apply("exp", multiply(number(-1), a)), power(b, number(-1))))
    )
    assert in_names(below, [s_is]) == power(s, number(-1))


def test_a_name_stands_for_a_whole_sum_only_where_all_of_it_is_there():
    whole = term_of(
        polynomial_of(add(multiply(number(3), a), multiply(number(6), power(b, number(2)))))
    )
    z_is = _means("z", add(a, multiply(number(2), power(b, number(2)))))
    assert in_names(whole, [z_is]) == multiply(number(3), z)
    almost = term_of(
        polynomial_of(add(multiply(number(3), a), multiply(number(5), power(b, number(2)))))
    )
    assert in_names(almost, [z_is]) is almost


def test_the_part_that_is_hard_to_write_is_said_by_the_name():
    """With s = 1 - 1/(1 + e^a), the inverse is 1 - s."""
    inverse = power(normal(add(ONE, apply("exp", a))), number(-1))
    s_is = _means("s", add(ONE, multiply(number(-1), inverse)))
    assert polynomial_of(in_names(inverse, [s_is])) == polynomial_of(
        add(ONE, multiply(number(-1), s))
    )


def test_a_name_with_an_index_stands_for_the_entry_that_matches():
    body = power(element("x", 0), number(2))
    e_is = _means("e", body, 1)
    assert in_names(power(element("x", "i"), number(2)), [e_is]) == element("e", "i")
    assert in_names(power(element("y", "i"), number(2)), [e_is]) == power(
        element("y", "i"), number(2)
    )


def test_what_was_put_in_is_taken_out_as_it_was_written():
    body = multiply(element("x", 0), sum_over("n", element("x", 0)))
    term = add(multiply(element("x", "i"), sum_over("n", element("x", 0))), ONE)
    assert as_written(term, [("q", 1, body)]) == add(element("q", "i"), ONE)
    other = add(multiply(element("y", "i"), sum_over("n", element("x", 0))), ONE)
    assert as_written(other, [("q", 1, body)]) is other


# ---- common factors ------------------------------------------------------------------------------

FORMS = [
    "2*a*s - 4*a*z",
    "a/s - b/s^3",
    "-a*b - a*s",
    "1/2*a + b",
    "s + a*z - a*z*s",
    "3*sum_{k<n} x[k]*y[k] + 3*sum_{k<n} x[k]",
    "sum_{k<n, j<m} X[k,j]*w[j]*x[k] - sum_{k<n} x[k]*y[k]",
    "sum_{j<m, k<n} X[k,j]*w[j]*x[k] - sum_{k<n} x[k]*y[k]",
]


@pytest.mark.parametrize("rewrite", [factored, grouped, gathered])
@pytest.mark.parametrize("text", FORMS)
def test_taking_out_factors_changes_no_value(rewrite, text):
    where = (
        "a: real; b: real; s: positive; z: real; x: real[n]; y: real[n]; X: real[n, m]; w: real[m]"
    )
    question = asked(where, "L = z", f"dL/dz = {text}")
    prover = Prover(question.claim.declarations)
    found = term_of(prover.normal(question.claim.value))
    prover.equal(rewrite(found), question.claim.value)


def test_sums_over_the_same_size_are_put_together():
    where = "x: real[n]; y: real[n]; X: real[n, m]; w: real[m]; z: real"
    text = "sum_{r<n} x[r]*(sum_{c<m} X[r,c]*w[c] - y[r])"
    question = asked(where, "L = z", f"dL/dz = {text}")
    found = term_of(Prover(question.claim.declarations).normal(question.claim.value))
    assert question.printer(gathered(found)) == ("sum_{k<n} (sum_{j<m} X[k,j]*w[j] - y[k])*x[k]")
