"""``gradproof steps``: what it prints, and its exit status."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

import derive
from reports.cli import app

README = Path(derive.__file__).resolve().parents[1] / "README.md"
RIGHT = """\
where  x: real[n]; y: simplex[n]
loss   p[k] = exp(x[k])/sum_{j<n} exp(x[j]); L = -sum_{k<n} y[k]*log(p[k])
steps  dL/dx[i] = -sum_{k<n} y[k]/p[k]*dp[k]/dx[i]     # chain rule
                = -sum_{k<n} y[k]*([k = i] - p[i])     # Jacobian of softmax
                = p[i] - y[i]                          # the targets sum to one
"""
WRONG = RIGHT.replace("([k = i] - p[i])", "([k = i] - p[k])")


@pytest.fixture
def run(tmp_path):
    def run_on(text, *options):
        file = tmp_path / "derivation.txt"
        file.write_text(text, encoding="utf-8")
        return CliRunner().invoke(app, ["steps", str(file), *options])

    return run_on


def test_a_right_derivation_is_confirmed(run):
    result = run(RIGHT)
    assert result.exit_code == 0
    assert result.stdout.startswith("proved: every line of derivation 1 follows\n")
    assert "line 2: = -sum_{k<n} y[k]*([k = i] - p[i])   follows (Jacobian of softmax)" in (
        result.stdout
    )


def test_the_first_false_line_is_named_with_an_input(run):
    result = run(WRONG)
    assert result.exit_code == 1
    assert result.stdout.startswith("refuted: line 2 of derivation 1 does not follow\n")
    assert "at n = 2" in result.stdout
    assert "line 3" not in result.stdout


def test_json_says_the_same(run):
    (told,) = json.loads(run(WRONG, "--json").stdout)
    assert told["verdict"] == "refuted"
    assert told["first_false_line"] == 2
    assert [line["verdict"] for line in told["lines"]] == ["proved", "refuted"]
    assert told["lines"][1]["counterexample"]["point"]["sizes"] == {"n": 2}


def test_what_cannot_be_read_is_said_in_one_line_and_does_not_stop_the_others(run):
    table = '[[derivation]]\nname = "{}"\nwhere = "x: real"\nsteps = "{}"\n'
    result = run(table.format("bad", "x = y") + table.format("good", "x + x = 2*x"))
    assert result.exit_code == 2
    assert "y is not declared" in result.stderr
    assert "Traceback" not in result.output
    assert "proved: every line of good follows" in result.stdout


def test_a_line_that_is_not_seen_to_follow_ends_in_3(run):
    table = "where x: real\nsteps sin(x)^2 + cos(x)^2\n= 1"
    result = run(table)
    assert result.exit_code == 3
    assert "is not seen to follow" in result.stdout


def test_pages_are_written(run, tmp_path):
    result = run(WRONG, "--report", str(tmp_path / "pages"))
    assert result.exit_code == 1
    assert "line 2 of derivation 1" in "".join(
        page.read_text(encoding="utf-8") for page in (tmp_path / "pages").iterdir()
    )


def test_what_the_readme_shows_is_what_is_printed(run):
    text = README.read_text(encoding="utf-8")
    (typed,) = re.findall(r"^```text\n(where .*?)^```$", text, re.MULTILINE | re.DOTALL)
    (said,) = re.findall(r"gradproof steps steps.txt\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert run(typed).output == said
