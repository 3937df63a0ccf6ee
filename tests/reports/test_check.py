"""``gradproof check``: verdicts, exit status, order, JSON, pages, and what it costs to start."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import derive
from derive.language.errors import ClaimError
from derive.language.question import ClaimText
from reports.answering import Settings, answers
from reports.checking import Told, as_typed, told_unreadable
from reports.claim_pages import claim_pages
from reports.cli import app
from tests.in_time import in_time

from .rendering import Page, prose, render

PROGRAM = [sys.executable, "-c", "from reports.cli import main; main()"]
FOUR = """\
where   x: real[n]; y: simplex[n]
given   sum_{k<n} y[k] = 1                      # implied by simplex; written here as an example
loss    p[k] = exp(x[k]) / (sum_{j<n} exp(x[j]));  L = -sum_{k<n} y[k]*log(p[k])
claim   dL/dx[i] = p[i] - y[i]
"""
WITHOUT = FOUR.replace(FOUR.splitlines()[1] + "\n", "").replace("simplex", "real")
PROVED = ("--where", "x: real[n]", "--loss", "L = sum_{k<n} x[k]^2", "--claim", "dL/dx[i] = 2*x[i]")
REFUTED = (*PROVED[:-1], "dL/dx[i] = x[i]")
UNREADABLE = (*PROVED[:-1], "dL/dx[i] = 2*z[i]")


def run(*arguments, **options):
    """The command in this process."""
    return CliRunner().invoke(app, ["check", *map(str, arguments)], **options)


def run_apart(*arguments, **options):
    """The command in a process of its own."""
    options = {"capture_output": True, "text": True, "timeout": 120, **options}
    return subprocess.run([*PROGRAM, "check", *map(str, arguments)], check=False, **options)


def toml(**claims):
    """A file of claims, by name, each as the options of one."""
    return "".join(
        f'[[claim]]\nname = "{name}"\n'
        + "".join(
            f'{key.removeprefix("--")} = "{value}"\n'
            for key, value in zip(options[::2], options[1::2], strict=True)
        )
        for name, options in claims.items()
    )


def many(tmp_path, **claims):
    file = tmp_path / "claims.toml"
    file.write_text(toml(**claims), encoding="utf-8")
    return file


# ---- verdict and exit status ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "verdict", "status"),
    [(PROVED, "proved", 0), (REFUTED, "refuted", 1)],
)
def test_the_verdict_comes_first_and_is_the_exit_status(options, verdict, status):
    result = run(*options)
    assert result.exit_code == status
    assert result.output.startswith(f"{verdict}: dL/dx[i] = ")


def test_what_cannot_be_read_is_said_with_its_place_and_nothing_else():
    result = run(*UNREADABLE)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "claim, line 1, column 14" in result.stderr
    assert "z" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_worst_verdict_is_the_exit_status(tmp_path):
    cases = [
        ({"a": PROVED, "b": REFUTED}, 1),
        ({"a": PROVED, "b": UNREADABLE, "c": REFUTED}, 2),
        ({"a": PROVED, "b": PROVED}, 0),
    ]
    for claims, status in cases:
        assert run(many(tmp_path, **claims), "--jobs", 1).exit_code == status


def test_undecided_is_a_status_of_its_own(tmp_path, monkeypatch):
    """Below every verdict but proved."""
    said = {
        "a": Told("a", "undecided", "undecided: ?", {}),
        "b": Told("b", "proved", "proved: !", {}),
        "c": Told("c", "refuted", "refuted: -", {}),
    }
    monkeypatch.setattr("reports.answering.answer", lambda entry, _: said[entry.name])
    for names, status in (("a", 3), ("ab", 3), ("ac", 1), ("b", 0)):
        file = many(tmp_path, **dict.fromkeys(names, PROVED))
        assert run(file, "--jobs", 1).exit_code == status


def test_the_claim_at_the_head_of_the_notation_is_proved():
    result = run("-", input=FOUR)
    assert result.exit_code == 0
    assert result.output.startswith("proved: dL/dx[i] = p[i] - y[i]\n  uses sum_{k<n} y[k] = 1\n")
    assert "does not need y[k] >= 0" in result.output
    assert "  for example at n = 1" in result.output
    assert "in general: dL/dx[i] = p[i]*sum_{k<n} y[k] - y[i]" in result.output


def test_without_its_hypotheses_it_is_refuted_and_what_is_missing_is_named():
    result = run("-", input=WITHOUT)
    assert result.exit_code == 1
    assert re.search(r"counterexample: at n = [12], ", result.output)
    assert re.search(r"more than \S+ apart", result.output)
    assert "right: dL/dx[i] = p[i]*sum_{k<n} y[k] - y[i]" in result.output
    assert "diagnosis: true if sum_{k<n} y[k] = 1" in result.output


def test_conditions_are_shown():
    where = ("--where", "x: real[n]", "--loss", "L = sum_{k<n} abs(x[k])")
    result = run(*where, "--claim", "dL/dx[i] = sign(x[i])")
    assert result.exit_code == 0
    assert "holds where x[k] != 0" in result.output


def test_hypotheses_that_nothing_meets_are_never_proved():
    options = ("--where", "x: real", "--given", "x > 1; x < 0", "--loss", "L = x")
    result = run(*options, "--claim", "dL/dx = 2")
    assert result.exit_code == 2
    assert "no input meets these hypotheses" in result.output


@pytest.mark.parametrize("loss", ["L = log(-1 - x^2)", "L = sqrt(-1 - x^2)", "L = 1/(x - x)"])
def test_formulas_that_have_a_value_nowhere_have_to_be_mended(loss):
    result = run("--where", "x: real", "--loss", loss, "--claim", "dL/dx = x")
    assert result.exit_code == 2
    assert "there is no input at which" in result.output


def test_hypotheses_that_no_input_was_found_for_may_yet_be_met():
    """The square root of 2 meets it, and is not among the exact inputs."""
    options = ("--where", "x: real", "--given", "x^2 = 2", "--loss", "L = x")
    result = run(*options, "--claim", "dL/dx = 2")
    assert result.exit_code == 3
    assert "no input that meets these hypotheses was found" in result.output


def test_an_explanation_gives_every_line_with_its_reason():
    result = run("-", "--explain", input=FOUR)
    lines = result.output.split("\n\n")[1].splitlines()
    assert " ".join(lines[0].split()) == "L = -sum_{k<n} y[k]*log(p[k]) [given]"
    assert all(" = " in line and line.endswith("]") for line in lines)
    assert lines[-1].split("  ")[-1].strip() == "[given sum_{k<n} y[k] = 1]"
    assert "p[i]*sum_{k<n} y[k] - y[i]" in result.output


# ---- files, and what is asked of them ------------------------------------------------------------


def test_answers_come_in_the_order_of_the_claims(tmp_path):
    names = [f"claim_{number}" for number in range(8)]
    claims = {name: REFUTED if place % 3 else PROVED for place, name in enumerate(names)}
    result = run(many(tmp_path, **claims), "--jobs", 2)
    assert re.findall(r"^claim_\d", result.output, re.MULTILINE) == names
    assert result.output == run(many(tmp_path, **claims), "--jobs", 1).output


def test_an_answer_is_out_before_the_next_claim_is_settled(monkeypatch):
    asked = []
    said = Told("a", "proved", "proved", {})
    monkeypatch.setattr("reports.answering.answer", lambda e, _: asked.append(e) or said)
    entries = [ClaimText(loss="", claim="")] * 3
    coming = answers(entries, Settings(), 1)
    assert next(coming) is said
    assert len(asked) == 1


def test_one_claim_that_is_wrong_does_not_stop_the_others(tmp_path):
    result = run(many(tmp_path, a=UNREADABLE, b=PROVED), "--jobs", 1)
    assert result.exit_code == 2
    assert "b\nproved: " in result.stdout
    assert result.stderr.startswith("gradproof: a: claim, line 1")


def test_several_files_are_one_list_and_a_bad_one_does_not_stop_the_others(tmp_path):
    good = many(tmp_path, a=PROVED)
    bad = tmp_path / "bad.toml"
    bad.write_bytes(b"x" * 10_000_000)
    result = run(bad, good)
    assert result.exit_code == 2
    assert in_time(lambda: run(bad, good))
    assert f"gradproof: {bad}: larger than" in result.stderr
    assert "a\nproved" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "nothing to settle"),
        (("missing.toml",), "cannot read missing.toml: No such file"),
        ((".",), "cannot read .: Is a directory"),
        (("--loss", "L = 1"), "--claim is missing"),
        (("--claim", "dL/dx = 1"), "--loss is missing"),
        (("a.toml", *PROVED), "not both"),
        ((*PROVED[:-1], "x" * 10_000_000), "10,000,030 characters"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_call_is_one_line_and_status_2(arguments, said):
    result = run(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""
    assert len(result.stderr) < 500


# ---- for machines --------------------------------------------------------------------------------


def test_json_has_an_object_for_every_claim(tmp_path):
    result = run(many(tmp_path, a=PROVED, b=REFUTED, c=UNREADABLE), "--json", "--jobs", 1)
    assert result.exit_code == 2
    proved, refuted, unread = json.loads(result.stdout)
    assert [each["name"] for each in (proved, refuted, unread)] == ["a", "b", "c"]
    assert [each["verdict"] for each in (proved, refuted)] == ["proved", "refuted"]
    assert proved["example"]["sizes"] == {"n": 1}
    assert proved["counterexample"] is None
    assert refuted["counterexample"]["point"]["values"] == {"x": ["1"]}
    assert (refuted["counterexample"]["truth"], refuted["counterexample"]["claimed"]) == ("2", "1")
    assert refuted["derivative"] == "2*x[i]"
    assert refuted["diagnosis"]["kind"] == "factor"
    assert unread["verdict"] == "unreadable"
    assert (unread["field"], unread["line"], unread["column"]) == ("claim", 1, 14)
    assert proved.keys() == refuted.keys()


def test_json_is_a_list_also_of_one_and_the_steps_are_in_it():
    (only,) = json.loads(run(*PROVED, "--json", "--explain").stdout)
    assert only["steps"][0] == {"left": "L", "right": "sum_{k<n} x[k]^2", "reason": "given"}


# ---- pages ---------------------------------------------------------------------------------------


def test_pages_are_written_and_the_index_leads_to_each(tmp_path):
    folder = tmp_path / "pages"
    result = run(many(tmp_path, a=PROVED, b=REFUTED, c=UNREADABLE), "--report", folder)
    assert result.exit_code == 2
    files = sorted(path.name for path in folder.iterdir())
    assert files == ["001-a.md", "002-b.md", "003-c.md", "index.md"]
    index = render((folder / "index.md").read_text(encoding="utf-8"))
    assert Page(index).targets == files[:3]
    assert "1 proved, 1 refuted, 1 unreadable" in prose(index)
    shown = render((folder / "002-b.md").read_text(encoding="utf-8"))
    assert prose(shown).split()[:3] == ["b", "❌", "Refuted"]
    assert "right: dL/dx[i] = 2*x[i]" in shown
    assert "loss    L = sum_{k&lt;n} x[k]^2" in shown


def test_pages_show_any_text_as_it_stands():
    name, text = "<b>*x* | [y](z)", "refuted: ```\n<script>"
    pages = claim_pages([Told(name, "refuted", text, {}, "loss ````")] * 2)
    assert len(pages) == 3
    for rendered in map(render, pages.values()):
        Page(rendered)
        assert "<b>" not in rendered
        assert "<script>" not in rendered
        assert name in prose(rendered)


def test_pages_are_the_same_for_the_same_records():
    every = [told_unreadable("a", ClaimError("wrong", field="loss"))]
    assert claim_pages(every) == claim_pages(every)


def test_a_claim_is_shown_as_it_was_typed():
    text = ClaimText(where="x: real", loss="p = x^2\nL = p", claim="dL/dx = 2*x", name="a")
    assert as_typed(text).splitlines() == [
        "where   x: real",
        "loss    p = x^2",
        "        L = p",
        "claim   dL/dx = 2*x",
    ]


# ---- the command ---------------------------------------------------------------------------------


def test_the_help_shows_a_file_and_examples_that_run(tmp_path, monkeypatch):
    text = run("--help").output
    assert "Exit status: 2 if a claim could not be read" in text
    block = re.search(r"^ *\[\[claim\]\]$.*?(?=\n\n)", text, re.DOTALL | re.MULTILINE)[0]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "claims.toml").write_text(block, encoding="utf-8")
    result = run("claims.toml")
    assert result.exit_code == 0, result.output
    for option in ("--where", "--given", "--loss", "--claim", "--explain", "--report", "--jobs"):
        assert option in text


def test_it_starts_without_what_it_does_not_need():
    script = (
        "import sys; from reports.cli import main\n"
        "try: main()\n"
        "finally: print(sorted({'sympy', 'hypothesis', 'numpy', 'rich.console'} & {*sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "check", "-"],
        input=FOUR,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("proved")
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_terminal_that_wants_no_colour_gets_none():
    plain = run(*PROVED, color=True, env={"NO_COLOR": "1"}).output
    assert "\x1b" not in plain
    assert "\x1b[32m" in run(*PROVED, color=True, env={"NO_COLOR": None}).output


def test_what_is_piped_has_no_colour(tmp_path):
    done = run_apart(many(tmp_path, a=PROVED, b=REFUTED), "--jobs", 2)
    assert done.returncode == 1
    assert "\x1b" not in done.stdout
    assert done.stderr == ""


def test_hostile_names_stay_names(tmp_path):
    file = tmp_path / "claims.toml"
    file.write_text(toml(**{"../../x/{0.__class__}%s": PROVED}), encoding="utf-8")
    run(file, "--report", tmp_path / "pages")
    assert sorted(path.name for path in (tmp_path / "pages").iterdir()) == [
        "001-x-0-__class__-s.md",
        "index.md",
    ]


# ---- the README ----------------------------------------------------------------------------------

README = Path(derive.__file__).resolve().parents[1] / "README.md"


def settled_in_the_readme():
    """The commands of the README that check a claim, and what they are said to print."""
    text = README.read_text(encoding="utf-8")
    for block in re.findall(r"^```console\n(\$ \S*gradproof check .*?)^```$", text, re.M | re.S):
        command, said = re.fullmatch(r"\$ (.*?[^\\])\n(.*)", block, re.DOTALL).groups()
        yield shlex.split(command.replace("\\\n", " "))[2:], said


def test_what_the_readme_shows_is_what_is_printed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (file,) = re.findall(r"^```toml\n(.*?)^```$", README.read_text("utf-8"), re.M | re.S)
    (tmp_path / "claims.toml").write_text(file, encoding="utf-8")
    shown = list(settled_in_the_readme())
    assert len(shown) == 2
    assert [run(*arguments).exit_code for arguments, _ in shown] == [1, 0]
    for arguments, said in shown:
        assert run(*arguments).output == said
