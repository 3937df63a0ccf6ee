"""The command: what it says, its exit status, and what it leaves behind."""

import inspect
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from dataclasses import replace
from importlib.metadata import version

import pytest
from typer.testing import CliRunner

from derive.chain import BrokenLink
from derive.derivation import Derivation
from derive.kernel import Judgement
from derive.proof_files import loads
from derive.statement import Theorem
from derive.theorems import GROUPS, catalogue, names, theorem, title
from numeric.crosscheck import EXAMPLES
from reports import gathering, pages, proving
from reports.cli import app, report

from .rendering import prose, render

COMMANDS = ("list", "prove", "code", "replay", "report", "check", "steps", "example")
PROGRAM = [sys.executable, "-c", "from reports.cli import main; main()"]


def run(*arguments):
    """The command in this process."""
    return CliRunner().invoke(app, list(map(str, arguments)), prog_name="gradproof")


def run_apart(*arguments, **options):
    """The command in a process of its own, its output piped."""
    options = {"capture_output": True, "timeout": 120, **options}
    return subprocess.run([*PROGRAM, *map(str, arguments)], check=False, **options)


def is_one_line(text):
    return len(text.strip().splitlines()) == 1


# ---- help ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(command):
    result = run(command, "--help")
    assert result.exit_code == 0
    assert result.output == run(command, "-h").output
    assert "Examples:\n" in result.output
    assert re.search(rf"^    gradproof {command}\b", result.output, re.MULTILINE)
    assert "--json" in result.output


def test_the_help_lists_every_command_and_teaches_where_to_start():
    result = run("--help")
    assert result.exit_code == 0
    for command in COMMANDS:
        assert re.search(rf"^  {command} ", result.output, re.MULTILINE)
    assert "gradproof prove softmax_cross_entropy" in result.output
    assert "..." not in result.output.replace("[ARGS]...", "")
    assert "Exit status: 2" in result.output


def test_examples_in_the_help_can_be_run_as_they_stand(tmp_path, monkeypatch):
    """Those that write do so in the folder one is in; ``report`` has a test of its own."""
    monkeypatch.chdir(tmp_path)
    for command in ("list", "prove", "replay", "example"):
        lines = re.findall(r"^    gradproof (.*)$", run(command, "--help").output, re.MULTILINE)
        assert lines
        for line in lines:
            assert run(*line.split()).exit_code == 0, line


def test_the_version():
    result = run("--version")
    assert (result.exit_code, result.output) == (0, f"gradproof {version('gradproof')}\n")


def test_the_default_number_of_inputs_is_that_of_the_library():
    assert inspect.signature(report).parameters["examples"].default == EXAMPLES


# ---- list ----------------------------------------------------------------------------------------


def test_list_names_every_theorem_with_statement_and_hypotheses():
    output = run("list").output
    for name, found in catalogue().items():
        assert f"{name}\n    {found.title}\n" in output
    assert "∂L/∂x_i = s_i − y_i   given Σ_k y_k = 1\n" in output
    assert "∂L/∂s_k = −y_k/s_k   given s_k > 0 for every k\n" in output


def test_list_as_json():
    records = json.loads(run("list", "--json").output)
    assert [record["name"] for record in records] == list(catalogue())
    for record in records:
        assert len(record["statements"]) == len(theorem(record["name"]).parts)
        assert record["group"] == names()[record["name"]]
        assert all({"statement", "hypotheses"} == set(said) for said in record["statements"])


def test_list_goes_group_by_group():
    output = run("list").output
    headings = [f"{group}: {title(group)}" for group in GROUPS if group in names().values()]
    places = [output.index(f"{heading}\n") for heading in headings]
    assert places == sorted(places)
    some = run("list", "regression").output
    assert some.startswith(f"regression: {title('regression')}\n\n")
    assert "softmax_cross_entropy\n" not in some
    assert "squared_error\n" in some


@pytest.mark.usefixtures("gathered")
def test_a_group_stands_for_its_theorems_and_nothing_is_done_twice(tmp_path):
    inside = [name for name, group in names().items() if group == "regression"]
    result = run("report", "regression", "squared_error", "--json", "-o", tmp_path)
    assert list(json.loads(result.output)["verdicts"]) == inside
    records = json.loads(run("prove", "regression", "softmax_jacobian", "--json").output)
    assert [record["theorem"] for record in records] == [*inside, "softmax_jacobian"]


# ---- prove ---------------------------------------------------------------------------------------


def test_prove_shows_every_line_with_its_reason_and_the_verdict():
    result = run("prove", "softmax_cross_entropy")
    assert result.exit_code == 0
    for derivation in theorem("softmax_cross_entropy").derivations:
        assert derivation.title in result.output
        for line in (*derivation.rewriting, *derivation.slopes):
            assert f"[{line.reason}]" in result.output
    assert "proved: ∂L/∂x_i = s_i − y_i\n    for every n ≥ 1, given Σ_k y_k = 1" in result.output
    assert re.search(r"replayed by the kernel: \d+ and \d+ rule applications", result.output)


def test_prove_as_json():
    (record,) = json.loads(run("prove", "cross_entropy", "--json").output)
    (part,) = record["parts"]
    assert record["theorem"] == "cross_entropy"
    assert part["verdict"] == "proved"
    assert part["statement"] == "∂L/∂s_k = −y_k/s_k"
    assert part["hypotheses"] == ["s_k > 0 for every k"]
    assert part["sizes"] == ["n"]
    (applications,) = part["rule_applications"].values()
    assert applications == theorem("cross_entropy").derivations[0].rule_applications > 0


def test_several_theorems_are_proved_in_the_order_asked_for():
    records = json.loads(run("prove", "squared_error", "cross_entropy", "--json").output)
    assert [record["theorem"] for record in records] == ["squared_error", "cross_entropy"]


def test_saved_proofs_are_one_a_line_and_replay(tmp_path):
    file = tmp_path / "proof.json"
    assert run("prove", "softmax_cross_entropy", "--save", file).exit_code == 0
    lines = file.read_text("utf-8").splitlines()
    derivations = theorem("softmax_cross_entropy").derivations
    assert len(lines) == len(derivations)
    for line, derivation in zip(lines, derivations, strict=True):
        assert loads(line).conclusion == Judgement((), derivation.claim.judgement.conclusion)
    result = run("replay", file)
    assert result.exit_code == 0
    assert result.output.count("it proves") == len(lines)


@pytest.mark.parametrize(
    ("asked", "nearest"),
    [("softmax_crossentropy", "softmax_cross_entropy"), ("sqared_error", "squared_error")],
)
@pytest.mark.parametrize("command", ["prove", "report"])
def test_an_unknown_theorem_is_answered_with_the_nearest(command, asked, nearest, tmp_path):
    options = ["--output", tmp_path / "pages"] if command == "report" else []
    result = run(command, asked, *options)
    assert result.exit_code == 2
    assert is_one_line(result.output)
    assert f"did you mean {nearest}?" in result.output
    assert list(tmp_path.iterdir()) == []


# ---- replay --------------------------------------------------------------------------------------


@pytest.fixture
def proof(tmp_path):
    """A file with one saved proof."""
    file = tmp_path / "proof.json"
    assert run("prove", "cross_entropy", "--save", file).exit_code == 0
    return file


def test_replay_says_what_is_proved_for_which_names(proof):
    output = run("replay", proof).output
    assert "it proves\n    d(" in output
    assert "for every size n" in output
    assert "given s[#0] is positive" in output


def test_replay_as_json(proof):
    (record,) = json.loads(run("replay", proof, "--json").output)
    assert record["rule_applications"] == theorem("cross_entropy").derivations[0].rule_applications
    assert record["given"]


TAMPERING = {
    "another result": lambda data: data["terms"].append(data["terms"].pop(0)),
    "a line left out": lambda data: data["lines"].pop(0),
    "a hypothesis left out": lambda data: data["hypotheses"].clear(),
    "an unknown rule": lambda data: data["lines"][0].__setitem__(0, "trust_me"),
    "another format": lambda data: data.update(format="gradproof proof 2"),
    "a key more": lambda data: data.update(proved=True),
    "no lines": lambda data: data["lines"].clear(),
}


@pytest.mark.parametrize("tamper", TAMPERING.values(), ids=list(TAMPERING))
def test_tampered_proofs_are_refused_in_one_line(proof, tamper):
    data = json.loads(proof.read_text("utf-8"))
    tamper(data)
    proof.write_text(json.dumps(data), "utf-8")
    result = run("replay", proof)
    assert result.exit_code == 2
    assert is_one_line(result.output)
    assert result.output.startswith(f"gradproof: {proof}, line 1: refused: ")
    assert len(result.output) < 1000


DEEP = 100_000


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"{", b"[]", b"null", b"\xff\xfe", b"1" * 5000, b"[" * DEEP, b'{"a":' * DEEP],
    ids=["empty", "blank", "cut", "list", "null", "not UTF-8", "number", "deep", "deep object"],
)
def test_what_is_no_proof_is_refused_in_one_line(tmp_path, content):
    (tmp_path / "proof.json").write_bytes(content)
    result = run("replay", tmp_path / "proof.json")
    assert result.exit_code == 2
    assert is_one_line(result.output)
    assert "proof.json" in result.output


def test_a_statement_that_is_too_deep_to_be_shown_is_refused(proof):
    data = json.loads(proof.read_text("utf-8"))
    for _ in range(900):
        data["terms"].append(["apply", "exp", len(data["terms"]) - 1])
    data["lines"] = [["refl", [len(data["terms"]) - 1], []]]
    proof.write_text(json.dumps(data), "utf-8")
    result = run("replay", proof)
    assert result.exit_code in (0, 2)
    assert result.exit_code == 0 or is_one_line(result.output)


@pytest.mark.parametrize("what", ["missing", "a folder"])
def test_a_file_that_cannot_be_read_is_one_line(tmp_path, what):
    result = run("replay", tmp_path / "missing.json" if what == "missing" else tmp_path)
    assert result.exit_code == 2
    assert is_one_line(result.output)
    assert "cannot read" in result.output


def test_replay_loads_neither_sympy_nor_numpy_nor_tactics(proof):
    program = (
        "import sys\n"
        "from reports.cli import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    print('status', end.code)\n"
        "print(*sorted(sys.modules), sep='\\n')"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, "replay", str(proof)],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(result.stdout.splitlines())
    assert "status 0" in loaded
    assert "derive.kernel.rules" in loaded
    top = {name.split(".")[0] for name in loaded}
    assert not top & {"sympy", "numpy", "mpmath", "flint", "hypothesis", "numeric"}
    ours = {name for name in loaded if name.startswith("derive.")}
    trusted = ("derive.kernel", "derive.proof_files", "derive.plain_text")
    assert all(name.startswith(trusted) for name in ours)


# ---- report --------------------------------------------------------------------------------------


@pytest.fixture
def gathered(campaign, monkeypatch):
    """The evidence of this run in place of a new search."""
    found = {theorem.name: (theorem, evidence) for theorem, evidence in campaign.gathered}

    def gather_all(chosen, *, examples, random_seed, progress, jobs):
        progress("nothing to do")
        return [found[theorem.name] for theorem in chosen]

    monkeypatch.setattr(gathering, "gather_all", gather_all)
    return found


@pytest.mark.usefixtures("gathered")
def test_report_writes_the_pages_and_says_where_to_start(campaign, tmp_path):
    result = run("report", "--output", tmp_path / "pages")
    assert result.exit_code == 0
    written = {path.name: path.read_text("utf-8") for path in (tmp_path / "pages").iterdir()}
    assert written == campaign.pages
    assert result.output.endswith(f"start with {tmp_path / 'pages' / 'index.md'}\n")
    assert result.output.count("proved: ") == sum(len(t.parts) for t in catalogue().values())


@pytest.mark.usefixtures("gathered")
def test_report_of_one_theorem_writes_its_page_and_figures_only(tmp_path):
    result = run("report", "cross_entropy", "-o", tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "cross_entropy-1.svg",
        "cross_entropy.md",
    ]
    assert result.output.endswith(f"start with {tmp_path / 'cross_entropy.md'}\n")


@pytest.mark.usefixtures("gathered")
def test_report_as_json(tmp_path):
    result = json.loads(run("report", "cross_entropy", "--json", "-o", tmp_path).output)
    assert result["verdicts"] == {"cross_entropy": ["proved"]}
    assert sorted(result["pages"]) == sorted(str(path) for path in tmp_path.iterdir())


def test_examples_and_seed_reach_the_search(tmp_path):
    result = run("report", "cross_entropy", "--examples", 3, "--seed", 5, "-o", tmp_path)
    assert "3 random inputs" in result.output
    text = prose(render((tmp_path / "cross_entropy.md").read_text("utf-8")))
    assert "inputs compared: 3" in text
    assert "The random seed was 5." in text


@pytest.mark.parametrize("place", ["file/pages", "file", "/dev/null", "/dev/null/pages", "/proc/x"])
def test_where_nothing_can_be_written_report_says_so_in_one_line(tmp_path, place):
    (tmp_path / "file").write_text("mine")
    result = run("report", "cross_entropy", "--output", tmp_path / place)
    assert result.exit_code == 2
    assert is_one_line(result.output)
    assert "cannot write to" in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize(
    "place", ["file/proof.json", "/dev/null/proof.json", "/proc/proof.json", ""]
)
def test_where_nothing_can_be_saved_prove_says_so_in_one_line(tmp_path, place):
    (tmp_path / "file").write_text("mine")
    result = run("prove", "cross_entropy", "--save", tmp_path / place)
    assert result.exit_code == 2
    assert is_one_line(result.output)
    assert "cannot write" in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_proofs_can_be_saved_to_a_device():
    assert run("prove", "cross_entropy", "--save", os.devnull).exit_code == 0
    assert not os.path.isfile(os.devnull)


@pytest.mark.usefixtures("gathered")
def test_a_failure_halfway_leaves_all_old_pages(tmp_path, monkeypatch):
    for name in ("index.md", "cross_entropy.md"):
        (tmp_path / name).write_text("old")
    replace_file, places = os.replace, []

    def fails_at_the_third(source, target):
        places.append(target)
        if len(places) == 3:
            raise OSError(28, "No space left on device")
        replace_file(source, target)

    monkeypatch.setattr("reports.writing.os.replace", fails_at_the_third)
    result = run("report", "--output", tmp_path)
    assert result.exit_code == 2
    assert result.output == f"gradproof: cannot write to {tmp_path}: No space left on device\n"
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "index.md": "old",
        "cross_entropy.md": "old",
    }


# ---- example -------------------------------------------------------------------------------------


def test_example_names_its_lines_as_the_page_does():
    output = run("example").output
    assert "num_gradient_cross_entropy(y, s) = [0.00000000 -2.55627891 0.00000000]\n" in output
    assert "num_error_softmax_input(y, x) = [0.31998185 -0.60918713 0.28953596]\n" in output
    assert output.count("    a forward difference, h = 1e-3\n") == 2
    for name in ("central difference", "its error bar"):
        assert output.count(f"    {name:<18} = [") == 2
    assert output.count("    its error          = [") == 4
    assert "more than 10,000,000 times closer" in output


def test_example_as_json():
    rows = {row["name"]: row for row in json.loads(run("example", "--json").output)}
    assert rows["x"] == {"name": "x", "what": "logits", "values": [0.3, 0.5, 0.2]}
    difference = rows["num_error_softmax_input(y, x)"]
    assert difference["what"] == "forward difference, h = 1e-3"
    assert f"{difference['values'][0]:.8f}" == "0.31998185"
    central = difference["central_difference"]
    assert set(central) == {"values", "error", "error_bar"}
    for error, bar, forward in zip(
        central["error"], central["error_bar"], difference["error"], strict=True
    ):
        assert error <= bar < forward / 1000


# ---- exit status ---------------------------------------------------------------------------------


VERDICTS = {
    "proved": ({}, 0),
    "undecided": ({"replayed": False}, 3),
    "refuted": ({"counterexample": True}, 1),
}


@pytest.mark.parametrize("first", VERDICTS)
@pytest.mark.parametrize("second", VERDICTS)
def test_the_status_of_report_is_that_of_the_worst_verdict(gathered, tmp_path, first, second):
    for name, verdict in {"cross_entropy": first, "softmax_jacobian": second}.items():
        found, evidence = gathered[name]
        changes = dict(VERDICTS[verdict][0])
        if "counterexample" in changes:
            changes["counterexample"] = evidence[0].controls[0].counterexample
        gathered[name] = (found, [replace(evidence[0], **changes)])
    result = run("report", "cross_entropy", "softmax_jacobian", "--output", tmp_path)
    worst = next(v for v in ("refuted", "undecided", "proved") if v in (first, second))
    assert result.exit_code == VERDICTS[worst][1]


def test_prove_is_undecided_where_the_proof_does_not_replay(monkeypatch):
    monkeypatch.setattr(Derivation, "replays", lambda self: False)
    result = run("prove", "cross_entropy")
    assert result.exit_code == 3
    assert "undecided: ∂L/∂s_k" in result.output
    assert "not replayed by the kernel" in result.output


def test_prove_is_undecided_where_nothing_meets_the_hypotheses(monkeypatch):
    monkeypatch.setattr(proving, "example_point", lambda declarations: None)
    result = run("prove", "cross_entropy")
    assert result.exit_code == 3
    assert "the hypotheses are met nowhere we looked" in result.output


def test_a_derivation_that_does_not_hold_is_shown_with_what_is_left(monkeypatch):
    def build():
        raise BrokenLink("a", "b", "a slip", ValueError("no way"), None)

    broken = Theorem("broken", "title", "about", build)
    monkeypatch.setattr("derive.theorems.catalogue", lambda: {"broken": broken})
    result = run("list")
    assert result.exit_code == 2
    assert "gradproof: broken: does not follow (a slip)" in result.output


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["prove"], ["prove", "--nonsense"], ["replay"], ["report", "--examples", "0"],
     ["report", "--seed", "x"], ["report", "--jobs", "0"], ["list", "extra"]],
)  # fmt: skip
def test_wrong_usage_is_status_2(arguments):
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


# ---- being stopped -------------------------------------------------------------------------------


@pytest.mark.parametrize("where", [(gathering, "gather_all"), (pages, "all_pages")])
@pytest.mark.usefixtures("gathered")
def test_ctrl_c_leaves_nothing_half_done(tmp_path, monkeypatch, where):
    def stopped(*_, **__):
        raise KeyboardInterrupt

    (tmp_path / "index.md").write_text("old")
    monkeypatch.setattr(*where, stopped)
    result = run("report", "--output", tmp_path)
    assert result.exit_code == 130
    assert "Traceback" not in result.output
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"index.md": "old"}


@pytest.mark.parametrize(
    ("jobs", "at_work"),
    [("1", b"central differences at random inputs"), ("2", b"0 of 2 statements")],
)
def test_ctrl_c_ends_processes_at_work(tmp_path, jobs, at_work):
    """Stopped once it says, on its terminal, that it is at work."""
    main, terminal = pty.openpty()
    arguments = ["report", "softmax_cross_entropy", "--output", str(tmp_path / "pages")]
    arguments += ["--examples", "1000000", "--jobs", jobs]
    process = subprocess.Popen([*PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=terminal)
    os.close(terminal)
    shown = _read_until(main, at_work)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    shown += _read_until(main, None)
    os.close(main)
    assert process.returncode == 130
    assert at_work in shown
    assert b"Traceback" not in shown
    assert output == b""
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_is_not_lost_where_python_cannot_raise_it(tmp_path):
    """As in a callback of the garbage collector, which hypothesis has."""
    program = """
import gc, time
from reports import cli, gathering

def gather_all(*_, **__):
    def dropped(*_):
        gc.callbacks.remove(dropped)
        raise KeyboardInterrupt

    gc.callbacks.append(dropped)
    gc.collect()
    for _ in range(1000):
        time.sleep(0.01)

gathering.gather_all = gather_all
cli.main()
"""
    command = [sys.executable, "-c", program, "report", "--output", str(tmp_path / "pages")]
    result = subprocess.run(command, capture_output=True, check=False)
    assert (result.returncode, result.stderr) == (130, b"")
    assert list(tmp_path.iterdir()) == []


def _read_until(descriptor, wanted):
    """What comes until something wanted is among it, or nothing more comes."""
    shown, end = b"", time.monotonic() + 60
    while time.monotonic() < end and not (wanted and wanted in shown):
        ready, _, _ = select.select([descriptor], [], [], 1 if wanted is None else 60)
        try:
            more = os.read(descriptor, 4096) if ready else b""
        except OSError:
            more = b""
        if not more:
            break
        shown += more
    return shown


# ---- terminals and pipes -------------------------------------------------------------------------


def test_in_pipes_there_is_no_progress():
    result = run_apart("list", env={**os.environ, "FORCE_COLOR": "1", "TERM": "xterm"})
    assert result.returncode == 0
    assert result.stderr == b""
    assert b"\x1b" not in result.stdout


def test_a_reader_that_goes_away_is_no_error():
    reader, writer = os.pipe()
    os.close(reader)
    result = run_apart("list", stdout=writer, stderr=subprocess.PIPE, capture_output=False)
    os.close(writer)
    assert result.stderr == b""
    assert result.returncode == 141


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full on this system")
def test_a_full_disk_is_one_line_and_no_verdict():
    with open("/dev/full", "wb") as full:
        result = run_apart("list", stdout=full, stderr=subprocess.PIPE, capture_output=False)
    assert result.returncode == 2
    assert result.stderr == b"gradproof: stopped: No space left on device\n"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_terminals_that_lack_a_sign_show_an_escape(encoding):
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    result = run_apart("list", env=environment)
    assert result.returncode == 0
    assert result.stderr == b""
    shown = result.stdout.decode("utf-8" if encoding == "ascii" else encoding)
    assert "∂L" in shown or r"\u2202L" in shown


@pytest.mark.parametrize("command", [["list"], ["prove", "cross_entropy"], ["example"]])
def test_json_is_ascii_and_so_valid_on_every_terminal(command):
    output = run(*command, "--json").output
    assert output.isascii()
    json.loads(output)
