"""The command ``gradproof``.

Each command imports what it needs and no more: ``gradproof replay`` loads the kernel alone, and
``--help`` loads nothing.
"""

from __future__ import annotations

import io
import json
import os
import sys
import threading
from _thread import interrupt_main
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from derive.statement import Theorem

    from .answering import Entry, Settings
    from .checking import Told

PROVED, REFUTED, USAGE, UNDECIDED, INTERRUPTED, BROKEN_PIPE = 0, 1, 2, 3, 130, 141
LONGEST_REFUSAL = 500
UNREADABLE = "unreadable"  # as reports.checking.UNREADABLE, which is not loaded for --help
VERDICT_COLOURS = {"proved": "green", "refuted": "red", "undecided": "yellow"}
EXAMPLES = 20  # as numeric.crosscheck.EXAMPLES, which is not loaded for --help

EXIT_STATUS = (
    "Exit status: 2 if the command or its input was wrong, else 1 if anything was refuted, "
    "else 3 if anything stayed undecided, else 0 (all proved)."
)


def _examples(*lines: str, status: str = "") -> str:
    """What stands below the options; the sign at the start keeps lines from being joined."""
    return "\n".join(["\b", "Examples:", *(f"  gradproof {line}" for line in lines), "", status])


class Commands(TyperGroup):
    """The commands together. Ctrl-C, a reader that went away and a full disk are no tracebacks."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None
        except BrokenPipeError:
            _abandon_output()
            raise typer.Exit(BROKEN_PIPE) from None
        except OSError as error:
            _abandon_output()
            _fail(f"stopped: {error.strerror or error}")


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=_examples(
        "check claims.toml             formulas of your own",
        "list                          what there is",
        "prove softmax_cross_entropy   every line, with its reason",
        "report                        the pages, with all the evidence",
        status=EXIT_STATUS,
    ),
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines instead of text.")]


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"gradproof {version('gradproof')}")
        raise typer.Exit


@app.callback()
def gradproof(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_print_version, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Derive gradient formulas for every size, prove each step, and try to break them."""


@app.command("list", epilog=_examples("list", "list softmax layers", "list --json"))
def list_theorems(
    names: Annotated[
        list[str] | None, typer.Argument(help="Names of groups or theorems; without any, all.")
    ] = None,
    as_json: Json = False,
) -> None:
    """List the theorems group by group, with what each one says."""
    from . import proving

    with _working("reading the theorems"):
        records = [proving.entry(theorem) for theorem in _theorems(names or [])]
    if as_json:
        _print_json(records)
    else:
        typer.echo(proving.list_text(records))


@app.command(
    epilog=_examples(
        "prove softmax_cross_entropy",
        "prove softmax_jacobian cross_entropy --json",
        "prove layers",
        "prove softmax_cross_entropy --save proof.json",
        status=EXIT_STATUS,
    )
)
def prove(
    names: Annotated[
        list[str], typer.Argument(help="Names of theorems or groups; see 'gradproof list'.")
    ],
    as_json: Json = False,
    save: Annotated[
        Path | None,
        typer.Option(help="Write the proofs to this file, one a line; see 'gradproof replay'."),
    ] = None,
) -> None:
    """Prove theorems; every line comes with its reason.

    "Proved" is said only after the kernel has replayed the proof from its data alone, and only
    where some exact input meets the hypotheses.
    """
    from . import proving
    from .writing import write_file

    with _working("proving"):
        chosen = _theorems(names)
        records = [proving.record(theorem) for theorem in chosen]
    if save is not None:
        lines = [json.dumps(d.proof_data) for theorem in chosen for d in theorem.derivations]
        with _input_errors(f"cannot write {save}"):
            write_file(save, "\n".join(lines) + "\n")
    if as_json:
        _print_json(records)
    else:
        typer.echo("\n\n".join(map(proving.record_text, chosen, records)))
    _exit([part["verdict"] for record in records for part in record["parts"]])


@app.command(
    epilog=_examples(
        "code softmax_cross_entropy > softmax_cross_entropy.py",
        "code layer_norm --part 1",
        status="Exit status: 2 if there is no such theorem or part, else 0.",
    )
)
def code(
    name: Annotated[str, typer.Argument(help="The name of a theorem; see 'gradproof list'.")],
    part: Annotated[
        int | None, typer.Option(min=1, help="This statement of the theorem alone.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Print formulas as Python that needs NumPy alone.

    It is what the tests of this project run, made stable and fast, with docstrings; paste it.
    """
    from . import coding

    chosen = _theorems([name])
    if len(chosen) != 1:
        _fail(f"{name} is a group: name one of {', '.join(theorem.name for theorem in chosen)}")
    (theorem,) = chosen
    if part is not None and part > len(theorem.parts):
        _fail(f"{name}: there is no part {part}, the last one is {len(theorem.parts)}")
    parts = theorem.parts if part is None else theorem.parts[part - 1 : part]
    text = coding.code_of(theorem, parts)
    if as_json:
        _print_json({"theorem": theorem.name, "code": text})
    else:
        typer.echo(text, nl=False)


@app.command(
    epilog=_examples(
        "prove softmax_cross_entropy --save proof.json",
        "replay proof.json",
        status="Exit status: 2 if the file was wrong or a proof was refused, else 0.",
    )
)
def replay(
    file: Annotated[Path, typer.Argument(help="A file that 'gradproof prove --save' wrote.")],
    as_json: Json = False,
) -> None:
    """Replay saved proofs with the kernel alone.

    It shows what they prove. Nothing that found them is loaded: no tactics, no SymPy. Read the
    statements: that a file proves something does not mean that it proves what its name says.
    """
    from derive.kernel import Refused
    from derive.plain_text import explain

    from . import replaying

    records = []
    for number, line in enumerate(_read_lines(file), start=1):
        try:
            records.append(replaying.record(line))
        except (Refused, RecursionError) as refusal:
            _fail(f"{file}, line {number}: refused: {_one_line(explain(refusal))}")
    if as_json:
        _print_json(records)
    else:
        typer.echo("\n\n".join(map(replaying.record_text, records)))


@app.command(
    epilog=_examples(
        "report",
        "report softmax_cross_entropy --output pages",
        "report --examples 5000 --seed 1 --output campaign",
        status=EXIT_STATUS,
    )
)
def report(  # noqa: PLR0917  (typer reads options off the parameters)
    names: Annotated[
        list[str] | None, typer.Argument(help="Names of theorems or groups; see 'gradproof list'.")
    ] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The folder that the pages go to.")
    ] = Path("reports/proofs"),
    examples: Annotated[
        int, typer.Option(min=1, help="How many inputs to draw in the search, for each statement.")
    ] = EXAMPLES,
    seed: Annotated[
        int | None, typer.Option(help="Draw other inputs: a number that starts the random choice.")
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="How many processes to use; without it, one for each processor."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Prove, cross-check, and write markdown pages.

    There is one for each theorem; without names, all theorems, an index and the worked example.
    The pages are the same bytes on every machine, as long as no seed is given.
    """
    from . import gathering, pages, proving
    from .writing import require_writable, write_files

    with _input_errors(f"cannot write to {output}"):
        require_writable(output)
    with _working("reading the theorems") as tell:
        chosen = _theorems(names or [])
        found = gathering.gather_all(
            chosen, examples=examples, random_seed=seed, progress=tell, jobs=jobs
        )
        tell("writing the pages")
        written = pages.theorem_pages(found) if names else pages.all_pages(found)
        with _input_errors(f"cannot write to {output}"):
            write_files(written, output)
    verdicts = {theorem.name: [e.verdict for e in evidence] for theorem, evidence in found}
    if as_json:
        _print_json({"verdicts": verdicts, "pages": [str(output / name) for name in written]})
    else:
        for theorem, evidence in found:
            typer.echo(proving.summary(theorem, evidence))
        entry = output / (f"{chosen[0].name}.md" if names else "index.md")
        typer.echo(f"{len(written)} files written; start with {entry}")
    _exit([verdict for some in verdicts.values() for verdict in some])


@app.command(
    epilog=_examples(
        "check claims.toml                  every [[claim]] of a file",
        "check - < claims.toml              the same from standard input",
        "check claims.toml --report pages   an index, and a page for each claim",
        'check --where "x: real[n]" --loss "L = sum_{k<n} x[k]^2" --claim "dL/dx[i] = 2*x[i]"',
        status="A file is TOML, an entry for each claim:\n\n\b\n"
        "  [[claim]]\n"
        '  where = "x: real[n]; y: simplex[n]"\n'
        '  loss = "p[k] = exp(x[k])/sum_{j<n} exp(x[j]); L = -sum_{k<n} y[k]*log(p[k])"\n'
        '  claim = "dL/dx[i] = p[i] - y[i]"\n\n'
        "Or four lines that begin with the words where, given, loss, claim.\n\n"
        "Exit status: 2 if a claim could not be read or no input can meet it, "
        "else 1 if any was refuted, "
        "else 3 if any stayed undecided, else 0 (all proved).",
    )
)
def check(  # noqa: PLR0917  (typer reads options off the parameters)
    files: Annotated[
        list[str] | None, typer.Argument(help="Files of claims; - is standard input.")
    ] = None,
    where: Annotated[str, typer.Option(help="Declarations, such as 'x: real[n]'.")] = "",
    given: Annotated[str, typer.Option(help="Hypotheses, such as 'x[i] > 0'.")] = "",
    loss: Annotated[str, typer.Option(help="Definitions; the last is differentiated.")] = "",
    claim: Annotated[str, typer.Option(help="The derivative that you believe in.")] = "",
    explain: Annotated[
        bool, typer.Option("--explain", help="Print the derivation that was found, too.")
    ] = False,
    report: Annotated[
        Path | None, typer.Option(help="Write markdown pages to this folder: an index, the claims.")
    ] = None,
    seconds: Annotated[
        float, typer.Option(min=0.1, help="The time that one claim may take, about.")
    ] = 8.0,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="How many processes to use; without it, one for each processor."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Settle formulas of your own.

    Each is proved, refuted at an exact input, or undecided. A refuted one comes with a
    counterexample, the right derivative, and which mistake it is.
    """
    from derive.language.files import claims_of

    from .answering import Settings

    typed = {"where": where, "given": given, "loss": loss, "claim": claim}
    entries = _typed_claim(files or [], typed) or _entries(files or [], claims_of)
    _settle(entries, Settings(seconds, explain), jobs, report, as_json=as_json)


@app.command(
    epilog=_examples(
        "steps homework.toml    every [[derivation]] of a file",
        "steps -                the same from standard input",
        status="A file is TOML, an entry for each derivation; or lines that begin with the words\n"
        "where, given, loss, steps:\n\n\b\n"
        "  where  x: real[n]\n"
        "  loss   L = sum_{k<n} x[k]^2\n"
        "  steps  dL/dx[i] = sum_{k<n} 2*x[k]*[k = i]   # power rule\n"
        "                  = 2*x[i]                     # one term is left\n\n"
        "dp[k]/dx[i] and d(x[i]^2)/dx[i] are derivatives. "
        "Exit status: 2 if a derivation could not be read, else 1 if a line does not follow, "
        "else 3 if one is not seen to, else 0.",
    )
)
def steps(
    files: Annotated[
        list[str] | None, typer.Argument(help="Files of derivations; - is standard input.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Write markdown pages to this folder.")
    ] = None,
    seconds: Annotated[
        float, typer.Option(min=0.1, help="The time that one derivation may take, about.")
    ] = 8.0,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="How many processes to use; without it, one for each processor."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Find the first line of a derivation that does not follow.

    It comes with an input at which the two lines differ, what is left between them, and which
    mistake it is. A right derivation is confirmed line by line.
    """
    from derive.language.files import derivations_of

    from .answering import Settings

    entries = _entries(files or [], derivations_of)
    _settle(entries, Settings(seconds), jobs, report, as_json=as_json)


def _settle(
    entries: Sequence[Entry],
    settings: Settings,
    jobs: int | None,
    report: Path | None,
    *,
    as_json: bool,
) -> NoReturn:
    """Settle all entries, show each as soon as it can be, and leave with their status."""
    from .answering import answers
    from .writing import require_writable

    if report is not None:
        with _input_errors(f"cannot write to {report}"):
            require_writable(report)
    found = []
    with _counting(len(entries)) as count:
        for told in answers(entries, settings, jobs or os.cpu_count() or 1):
            found.append(told)
            with count(len(found)):
                _show_answer(told, named=len(entries) > 1, as_json=as_json)
    if as_json:
        _print_json([told.data for told in found])
    if report is not None:
        _write_claim_pages(found, report, as_json=as_json)
    if any(told.is_bad_input for told in found):
        raise typer.Exit(USAGE)
    _exit([told.verdict for told in found])


def _typed_claim(files: list[str], typed: dict[str, str]) -> list[Entry]:
    """The claim that stands in the options; none where they are empty."""
    from derive.language.question import ClaimText

    if not any(typed.values()):
        return []
    if files:
        _fail("either files of claims, or one claim in the options, not both")
    missing = [name for name in ("loss", "claim") if not typed[name]]
    if missing:
        _fail(f"--{missing[0]} is missing: a claim has --where, --given, --loss and --claim")
    return [ClaimText(**typed, name="claim")]


def _entries(files: list[str], parse: Callable[[bytes], Sequence[Entry]]) -> Sequence[Entry]:
    """The entries of all files."""
    from .answering import entries_of

    if not files:
        _fail("nothing to settle: name a file, or - for standard input; see --help")
    return [entry for file in files for entry in entries_of(file, _read_bytes(file), parse)]


def _read_bytes(file: str) -> bytes:
    """What a file holds, as far as it is worth reading."""
    from derive.language.files import LARGEST_FILE

    with _input_errors(f"cannot read {file}"):
        if file == "-":
            return sys.stdin.buffer.read(LARGEST_FILE + 1)
        with Path(file).open("rb") as source:
            return source.read(LARGEST_FILE + 1)


def _show_answer(told: Told, *, named: bool, as_json: bool) -> None:
    """An answer on the output, and what cannot be read on the error stream."""
    if told.verdict == UNREADABLE:
        typer.echo(f"gradproof: {told.name}: {told.text}", err=True)
    elif not as_json:
        verdict, rest = told.text[: len(told.verdict)], told.text[len(told.verdict) :]
        name = f"{told.name}\n" if named else ""
        if "NO_COLOR" not in os.environ:
            verdict = typer.style(verdict, fg=VERDICT_COLOURS[told.verdict], bold=True)
        typer.echo(name + verdict + rest)
        if named:
            typer.echo("")


def _write_claim_pages(found: list[Told], folder: Path, *, as_json: bool) -> None:
    from .claim_pages import claim_pages
    from .writing import write_files

    pages = claim_pages(found)
    with _input_errors(f"cannot write to {folder}"):
        write_files(pages, folder)
    if not as_json:
        typer.echo(f"{len(pages)} files written; start with {folder / 'index.md'}")


@app.command(epilog=_examples("example", "example --json"))
def example(as_json: Json = False) -> None:
    """Print the worked example, number by number.

    Softmax and cross-entropy at x = [0.3, 0.5, 0.2], y = [0, 1, 0]: every line of the page that
    this project started from, under its own names. The lines num_.. are its forward differences
    (h = 1e-3); beside them are central differences with their errors and error bars.
    """
    from numeric.example import example as worked_example

    from .terminal import example_as_json, example_as_text

    with _working("computing"):
        rows = worked_example()
    if as_json:
        _print_json([example_as_json(row) for row in rows])
    else:
        typer.echo("\n".join(map(example_as_text, rows)))


# ---- what commands share -----------------------------------------------------------------------


def _theorems(names: list[str]) -> list[Theorem]:
    """The theorems of these names and groups, or all, with their derivations checked."""
    from derive.chain import BrokenLink
    from derive.notation import NotationError
    from derive.theorems import UnknownTheorem, catalogue, theorem, theorems_of

    try:
        single = dict.fromkeys(each for name in names for each in theorems_of(name))
        chosen = [theorem(name) for name in single] if names else list(catalogue().values())
    except UnknownTheorem as unknown:
        _fail(str(unknown))
    for found in chosen:
        try:
            found.parts  # noqa: B018  (they are built and proved when first asked for)
        except (BrokenLink, NotationError) as broken:
            _fail(f"{found.name}: {broken}")
    return chosen


def _read_lines(file: Path) -> list[str]:
    with _input_errors(f"cannot read {file}"):
        lines = file.read_text(encoding="utf-8").splitlines()
    if not lines:
        _fail(f"{file} is empty: it wants a proof on each line")
    return lines


def _print_json(data: Any) -> None:
    typer.echo(json.dumps(data, indent=2, allow_nan=False))


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_REFUSAL else f"{line[:LONGEST_REFUSAL]} .."


@contextmanager
def _working(first: str) -> Iterator[Callable[[str], None]]:
    """Progress on the error stream while something takes its time, for people only."""
    if not (sys.stderr and sys.stderr.isatty()):
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status(first) as status:
        yield status.update


@contextmanager
def _counting(total: int) -> Iterator[Callable[[int], AbstractContextManager[None]]]:
    """Progress where there are several claims; it makes room while an answer is shown."""
    if total == 1 or not (sys.stderr and sys.stderr.isatty()):
        yield lambda _: nullcontext()
        return
    from rich.console import Console

    status = Console(stderr=True).status(f"0 of {total} claims")

    @contextmanager
    def count(done: int) -> Iterator[None]:
        status.stop()
        yield
        status.update(f"{done} of {total} claims")
        status.start()

    with status:
        yield count


@contextmanager
def _input_errors(what: str) -> Iterator[None]:
    """What cannot be read or written is the user's to mend: one line, exit status 2."""
    try:
        yield
    except OSError as error:
        _fail(f"{what}: {error.strerror or error}")
    except UnicodeError as error:
        _fail(f"{what}: it is not UTF-8 text ({error})")


def _abandon_output() -> None:
    """Nothing more can be printed; without this, Python would try once more when it ends."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(message: str) -> NoReturn:
    typer.echo(f"gradproof: {message}", err=True)
    raise typer.Exit(USAGE)


def _exit(verdicts: list[str]) -> NoReturn:
    """Leave with the status that stands for the worst of the verdicts."""
    if "refuted" in verdicts:
        raise typer.Exit(REFUTED)
    raise typer.Exit(UNDECIDED if "undecided" in verdicts else PROVED)


def _interrupt_again(unraisable: sys.UnraisableHookArgs) -> None:
    """A Ctrl-C that Python had to drop, inside a callback of its collector, comes once more."""
    if unraisable.exc_type is KeyboardInterrupt:
        threading.Timer(0.01, interrupt_main).start()
    else:
        sys.__unraisablehook__(unraisable)


def main() -> None:
    """Run the command; signs that the terminal cannot show are written as escapes."""
    sys.unraisablehook = _interrupt_again
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    app()
