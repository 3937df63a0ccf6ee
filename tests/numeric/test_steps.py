"""Derivations line by line: the originals are confirmed, and a planted mistake is found."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from derive.language.errors import ClaimError
from derive.language.steps import StepsText, read_steps
from derive.tactics.ledger import OutOfSteps
from numeric import steps as steps_module
from numeric.conditions import meets
from numeric.steps import check_steps

_FOLDER = Path(__file__).parent.parent / "claims" / "steps"


def _all(name):
    with (_FOLDER / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)["derivation"]


def _text(table):
    fields = {field: table.get(field, "") for field in ("steps", "loss", "where", "given", "name")}
    return StepsText(**fields)


def _named(tables):
    return [pytest.param(table, id=table["name"]) for table in tables]


@pytest.mark.parametrize("table", _named(_all("right")))
def test_a_right_derivation_is_confirmed_line_by_line(table):
    answer = check_steps(read_steps(_text(table)))
    assert answer.verdict == "proved", answer.first_false
    assert len(answer.links) == len(answer.derivation.lines) - 1


@pytest.mark.parametrize("table", _named(_all("planted")))
def test_the_first_false_line_is_found(table):
    answer = check_steps(read_steps(_text(table)))
    false = answer.first_false
    assert answer.verdict == "refuted"
    assert false is not None
    assert false.line.number == table["false_line"]
    assert meets(answer.derivation.declarations, false.counterexample.point)


def test_every_planted_derivation_differs_from_its_original():
    originals = {table["name"]: table for table in _all("right")}
    planted = _all("planted")
    assert min(len(planted), len(originals)) >= 30
    for table in planted:
        assert table["steps"] != originals[table["original"]]["steps"]


_SQUARES = {"where": "x: real[n]", "loss": "L = sum_{k<n} x[k]^2"}


def test_expressions_may_stand_in_one_line_or_in_several():
    one = read_steps(
        StepsText("dL/dx[i] = sum_{k<n} 2*x[k]*[k = i]\n= 2*x[i] = x[i] + x[i]", **_SQUARES)
    )
    assert [line.number for line in one.lines] == [1, 1, 2, 2]
    assert check_steps(one).verdict == "proved"


def test_a_line_goes_on_where_the_next_begins_with_an_operator():
    read = read_steps(StepsText("dL/dx[i] = x[i]\n  + x[i]  # twice\n= 2*x[i]", **_SQUARES))
    assert [line.reason for line in read.lines] == ["", "twice", ""]
    assert check_steps(read).verdict == "proved"


def test_a_chain_need_not_begin_with_a_derivative():
    read = read_steps(StepsText("sum_{k<n} (x[k] + 1)\n= sum_{k<n} x[k] + n", where="x: real[n]"))
    answer = check_steps(read)
    assert answer.derivation.claim is None
    assert answer.verdict == "proved"


def test_what_is_named_is_differentiated_by_as_if_it_were_free():
    loss = "p[k] = exp(x[k]); L = sum_{k<n} y[k]*log(p[k])"
    right = "dL/dx[i] = sum_{k<n} dL/dp[k]*dp[k]/dx[i]\n= sum_{k<n} y[k]/p[k]*p[k]*[k = i]\n= y[i]"
    assert check_steps(read_steps(StepsText(right, loss, "x, y: real[n]"))).verdict == "proved"
    wrong = right.replace("y[k]/p[k]*p[k]", "y[k]*p[k]")
    answer = check_steps(read_steps(StepsText(wrong, loss, "x, y: real[n]")))
    assert answer.first_false.line.number == 2


def test_a_hypothesis_about_the_variable_says_nothing_of_slopes():
    text = StepsText(
        "dL/dx[i] = 0", "s = sum_{k<n} x[k]; L = s", "x: real[n]", "sum_{k<n} x[k] = 1"
    )
    assert check_steps(read_steps(text)).verdict == "refuted"


def test_lines_after_the_first_false_one_are_not_judged():
    read = read_steps(StepsText("dL/dx[i] = x[i]\n= 2*x[i]\n= 3*x[i]", **_SQUARES))
    assert [link.verdict for link in check_steps(read).links] == ["refuted"]


def test_no_input_means_nothing_is_proved():
    text = StepsText("dL/dx[i] = 2*x[i]", given="sum_{k<n} x[k]^2 < 0", **_SQUARES)
    assert check_steps(read_steps(text)).verdict != "proved"


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ("", "two lines"),
        ("x[i]", "two lines"),
        ("dL/dx[i] = 2*x[j]", "index j is free here"),
        ("dL/dq[i] = 2*x[i]", "q is not declared"),
        ("dL/dx[i] = 2*x[i] +", "ends too soon"),
        ("dL/dx[i] = f(x[i])", "unknown function f"),
        ("dL/dx[i] = 2*x[i]\x00", "is no text"),
        ("dL/dx[i] = 2*x[i] # " + "a" * 60_000, "too many"),
    ],
)
def test_what_is_no_derivation_is_refused_with_words(steps, message):
    with pytest.raises(ClaimError, match=message):
        read_steps(StepsText(steps, **_SQUARES))


@pytest.mark.parametrize(
    "steps",
    [
        "dL/dx = exp(log(x)) = abs(x)",
        "x = sqrt(x)^2 = sqrt(x^2)",
        "sqrt(x^2) = sqrt(x)^2 = x",
        "sqrt(x^2) = sqrt(x)^2 = x + 0*log(x) = x",
    ],
)
def test_a_line_without_a_value_leads_nowhere(steps):
    text = StepsText(where="x: real", loss="L = x^2/2", steps=steps)
    answer = check_steps(read_steps(text))
    assert answer.verdict == "refuted"
    assert answer.first_false is answer.links[-1]
    assert min(answer.links[-1].counterexample.point.values["x"].values()) < 0
    positive = replace(text, where="x: positive")
    assert check_steps(read_steps(positive)).verdict != "refuted"


@pytest.mark.parametrize(
    ("where", "steps"),
    [
        ("x: real; y: real", "log(x*y) = log(x) + log(y) = log(x*y)"),
        ("x: real; y: real", "1 = x/x = 1"),
        ("x: real; y: real", "x = exp(log(x)) = x + y - y"),
        ("x: positive; y: real", "x = exp(log(x)) = sqrt(x)^2 = sqrt(x^2)"),
    ],
)
def test_a_line_with_a_value_at_fewer_inputs_may_lead_right(where, steps):
    answer = check_steps(read_steps(StepsText(where=where, steps=steps)))
    assert answer.verdict == "proved", answer.first_false


def test_a_line_whose_domain_is_not_found_out_is_undecided(monkeypatch):
    def gives_up(*_):
        raise OutOfSteps("gave up: nested too deeply")

    written = read_steps(StepsText("exp(2*s)\n = exp(s)^2", where="s: real"))
    assert check_steps(written).verdict == "proved"
    monkeypatch.setattr(steps_module, "conditions", gives_up)
    assert check_steps(written).verdict == "undecided"
