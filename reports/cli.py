"""The command ``gradproof``.

Each command imports what it needs and no more: ``gradproof replay`` loads the kernel alone, and
``--help`` loads nothing.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console

if TYPE_CHECKING:
    from derive.statement import Theorem

PROVED, REFUTED, USAGE, UNDECIDED, INTERRUPTED = 0, 1, 2, 3, 130

EXIT_STATUS = (
    "Exit status: 2 if the command or its input was wrong, else 1 if anything was refuted, "
    "else 3 if anything stayed undecided, else 0 (all proved)."
)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    help=(
        "Derive gradient formulas for every size, prove each step, and try to break them.\n\n"
        "Start with [bold]gradproof list[/bold], then "
        "[bold]gradproof prove softmax_cross_entropy[/bold]."
    ),
    epilog=EXIT_STATUS,
)

Names = Annotated[
    list[str] | None, typer.Argument(help="Names of theorems, as 'gradproof list' shows them.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines instead of text.")]


@app.command("list")
def list_theorems(as_json: Json = False) -> None:
    """List the theorems, with what each one says."""
    from derive.theorems import catalogue

    from . import proving

    found = list(catalogue().values())
    with _working() as tell:
        tell("reading the theorems")
        records = [proving.entry(theorem) for theorem in found]
    if as_json:
        _print_json(records)
    else:
        typer.echo("\n".join(map(proving.entry_text, records)))


@app.command(epilog=EXIT_STATUS)
def prove(
    names: Annotated[list[str], typer.Argument(help="Names of theorems; see 'gradproof list'.")],
    as_json: Json = False,
    save: Annotated[
        Path | None,
        typer.Option(help="Write the proofs to this file, one a line; see 'gradproof replay'."),
    ] = None,
) -> None:
    """Prove theorems, and show every line of every derivation with its reason.

    "Proved" is said only after the kernel has replayed the proof from its data alone, and only
    where some exact input meets the hypotheses.
    """
    from . import proving

    chosen = _theorems(names)
    with _working() as tell:
        tell("proving")
        records = [proving.record(theorem) for theorem in chosen]
    if save is not None:
        lines = [json.dumps(d.proof_data) for theorem in chosen for d in theorem.derivations]
        _write_file(save, "\n".join(lines) + "\n")
    if as_json:
        _print_json(records)
    else:
        typer.echo("\n\n".join(map(proving.record_text, chosen, records)))
    _exit([part["verdict"] for record in records for part in record["parts"]])


@app.command(epilog=EXIT_STATUS)
def replay(
    file: Annotated[Path, typer.Argument(help="A file that 'gradproof prove --save' wrote.")],
    as_json: Json = False,
) -> None:
    """Replay saved proofs with the kernel alone, and show what they prove.

    Nothing that found the proofs is loaded: no tactics, no SymPy. Read the statements: that a file
    proves something does not mean that it proves what its name says.
    """
    from derive.kernel import Refused

    from . import replaying

    records = []
    for number, line in enumerate(_read_lines(file), start=1):
        try:
            records.append(replaying.record(line))
        except Refused as refusal:
            _fail(f"{file}, line {number}: refused: {refusal}")
    if as_json:
        _print_json(records)
    else:
        typer.echo("\n\n".join(map(replaying.record_text, records)))


@app.command(epilog=EXIT_STATUS)
def report(
    names: Names = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The folder that the pages go to.")
    ] = Path("reports/proofs"),
    examples: Annotated[
        int, typer.Option(min=1, help="How many inputs to draw in the search, for each statement.")
    ] = 60,
    seed: Annotated[
        int | None, typer.Option(help="Draw other inputs: a number that starts the random choice.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Prove, cross-check and write markdown pages: one for each theorem, and an index.

    Without names, all theorems and the worked example. The pages are the same bytes on every
    machine, as long as no seed is given.
    """
    from . import pages, proving

    chosen = _theorems(names or [])
    with _input_errors():
        pages.require_writable(output)
    with _working() as tell:
        found = pages.gather_all(chosen, examples=examples, random_seed=seed, progress=tell)
        tell("writing the pages")
        written = pages.theorem_pages(found)
        if not names:
            written |= pages.common_pages(found)
    with _input_errors():
        pages.write(written, output)
    verdicts = {theorem.name: [e.verdict for e in evidence] for theorem, evidence in found}
    if as_json:
        _print_json({"verdicts": verdicts, "pages": [str(output / name) for name in written]})
    else:
        for theorem, evidence in found:
            typer.echo(proving.summary(theorem, evidence))
        entry = output / ("index.md" if not names else f"{chosen[0].name}.md")
        typer.echo(f"{len(written)} files written; start with {entry}")
    _exit([verdict for some in verdicts.values() for verdict in some])


@app.command()
def example(as_json: Json = False) -> None:
    """Print the worked example: softmax and cross-entropy at x = [0.3, 0.5, 0.2], y = [0, 1, 0].

    Every number of the page that this project started from, with its forward differences
    (h = 1e-3), and beside them central differences with their errors and error bars.
    """
    from numeric.example import example as worked_example

    from .terminal import example_as_json, example_as_text

    rows = worked_example()
    if as_json:
        _print_json([example_as_json(row) for row in rows])
    else:
        typer.echo("\n".join(map(example_as_text, rows)))


# ---- what commands share -----------------------------------------------------------------------


def _theorems(names: list[str]) -> list[Theorem]:
    from derive.theorems import UnknownTheorem, catalogue, theorem

    try:
        return [theorem(name) for name in names] if names else list(catalogue().values())
    except UnknownTheorem as unknown:
        _fail(str(unknown))


def _read_lines(file: Path) -> list[str]:
    with _input_errors():
        lines = file.read_text(encoding="utf-8").splitlines()
    if not lines:
        _fail(f"{file} is empty: it wants a proof on each line")
    return lines


def _write_file(file: Path, text: str) -> None:
    with _input_errors():
        beside = file.with_name(f".{file.name}.part")
        beside.write_text(text, encoding="utf-8")
        beside.replace(file)


def _print_json(data: Any) -> None:
    typer.echo(json.dumps(data, indent=2, ensure_ascii=False))


@contextmanager
def _working() -> Iterator[Callable[[str], None]]:
    """Progress on the error stream while something takes its time, for people only."""
    console = Console(stderr=True)
    with console.status("starting") as status:
        yield status.update


@contextmanager
def _input_errors() -> Iterator[None]:
    """What cannot be read or written is the user's to mend: one line, exit status 2."""
    try:
        yield
    except (OSError, UnicodeError) as error:
        _fail(str(error))


def _fail(message: str) -> NoReturn:
    typer.echo(f"gradproof: {message}", err=True)
    raise typer.Exit(USAGE)


def _exit(verdicts: list[str]) -> NoReturn:
    """Leave with the status that stands for the worst of the verdicts."""
    if "refuted" in verdicts:
        raise typer.Exit(REFUTED)
    raise typer.Exit(UNDECIDED if "undecided" in verdicts else PROVED)


def main() -> None:
    """Run the command; Ctrl-C ends it without a traceback and without half-written files."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
