"""Records to GitHub-safe markdown. Nothing is computed here: the same records give the same bytes.

Mathematics stands in fences marked ``math`` and, inline, in backticks between dollar signs: GitHub
renders both, and other readers show them as code. Text from elsewhere is escaped.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import sympy

from derive.derivation import Derivation
from derive.statement import Part, Theorem
from derive.typeset import latex
from numeric.evidence import Ablation, Agreement, Control, PartEvidence
from numeric.example import Row

VERDICTS = {"proved": "✅ **Proved**", "refuted": "❌ **Refuted**", "undecided": "❔ **Undecided**"}

CONVENTIONS = (
    "Indices start at 0, a sum without limits runs over the whole axis, log is the natural "
    "logarithm. Entries of a variable are differentiated as independent variables, also where the "
    "point has to meet a hypothesis. δ is 1 where its indices are equal, else 0."
)

NOT_THE_PROOF = "They are not part of the proof; it would stand without them."
SEARCH = (
    "The formula, compiled to NumPy, against central differences of the compiled loss, on inputs "
    "drawn from the hypotheses: large, tiny, equal and widely spread, sizes from 1."
)
CONTROLS = "Formulas that look like the right one. The checks above have to fail on them, and do."


# ---- pieces ------------------------------------------------------------------------------------


def escape(text: str) -> str:
    """Plain text that markdown and mathematics leave alone."""
    for sign in "\\`*_$|<>[]":
        text = text.replace(sign, f"\\{sign}")
    return text


def inline(formula: Any) -> str:
    """A formula within a line; a vertical bar would end a cell of a table."""
    written = latex(formula).replace("|", r"\vert ")
    return f"$`{written}`$"


def display(formula: str) -> str:
    """LaTeX on a line of its own."""
    return f"```math\n{formula}\n```"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; a cell may not hold a line break."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def folded(summary: str, body: str) -> str:
    """A part that opens on a click."""
    return f"<details>\n<summary>{summary}</summary>\n\n{body}\n\n</details>"


def order_of_magnitude(value: float) -> str:
    """A small number as a power of ten, rounded up: digits differ from machine to machine."""
    if value == 0:
        return "0"
    return f"$`10^{{{math.ceil(math.log10(value))}}}`$"


# ---- one theorem -------------------------------------------------------------------------------


def theorem_page(theorem: Theorem, evidence: Sequence[PartEvidence], figures: Sequence[str]) -> str:
    """The page of a theorem: verdict, hypotheses, derivation, evidence, how to reproduce."""
    sections = [f"# {escape(theorem.title)}", escape(theorem.about), CONVENTIONS]
    numbered = len(theorem.parts) > 1
    parts = zip(theorem.parts, evidence, figures, strict=True)
    for place, (part, found, figure) in enumerate(parts, start=1):
        if numbered:
            sections.append(f"## Part {place}: {inline(part.main.left)}{_under(part)}")
        level = "###" if numbered else "##"
        for title, paragraphs in _part_sections(part, found, figure):
            sections += [f"{level} {title}", *paragraphs]
    sections.append(_reproduce(theorem))
    return "\n\n".join(sections) + "\n"


def _part_sections(part: Part, found: PartEvidence, figure: str) -> list[tuple[str, list[str]]]:
    """Titles and paragraphs, in the order in which a sceptic asks."""
    derivations = [
        (f"Derivation: {escape(derivation.title)}", _derivation(derivation))
        for derivation in part.derivations
    ]
    picture = f"![Error of the central difference against its step]({figure})"
    return [
        ("Verdict", _verdict(part, found)),
        ("Hypotheses", [_hypotheses(part, found)]),
        *derivations,
        ("What fails without each hypothesis", [_ablations(part, found.ablations)]),
        ("Independent witnesses", [_witnesses(found), NOT_THE_PROOF]),
        ("The search for a counterexample", [SEARCH, _search(found), picture]),
        ("Almost right, and refuted", [CONTROLS, _controls(found.controls)]),
    ]


def _verdict(part: Part, found: PartEvidence) -> list[str]:
    names = [inline(sympy.Symbol(name)) for name in sorted(part.claim.declarations.sizes)]
    sizes = " and ".join(f"every {name} ≥ 1" for name in names)
    return [
        f"{VERDICTS[found.verdict]}, for {sizes}:",
        display(f"{latex(part.main.left)} = {latex(part.main.result)}"),
        *([escape(part.note)] if part.note else []),
        _replayed(part),
    ]


def _under(part: Part) -> str:
    return "".join(f", given {inline(relation)}" for relation in part.main.given)


def _replayed(part: Part) -> str:
    counts = [f"“{escape(d.title)}” {d.rule_applications}" for d in part.derivations]
    rules = Counter(line[0] for d in part.derivations for line in d.proof_data["lines"])
    named = ", ".join(f"`{rule}` {times}×" for rule, times in sorted(rules.items()))
    return (
        "Every line below was proved, and the proofs replayed by the kernel from their data alone. "
        f"Rule applications: {'; '.join(counts)}.\n\n"
        + folded("The rules of the kernel that were used", named)
    )


def _hypotheses(part: Part, found: PartEvidence) -> str:
    lines = [f"- {inline(relation)}" for relation in part.main.given]
    lines += [f"- {line}" for line in _domains(part)]
    if not lines:
        lines = ["- none: every variable is any real number"]
    if found.example is None:
        lines.append("- no input was found that meets them, so the verdict stays open")
    else:
        lines.append(f"- met, for example, at {escape(str(found.example))}")
    return "\n".join(lines)


def _domains(part: Part) -> list[str]:
    """What the domains of the variables add, such as "every entry of s is positive"."""
    found = []
    for hypothesis in part.claim.declarations.hypotheses:
        conclusion = hypothesis.conclusion
        kind, term = getattr(conclusion, "kind", ""), getattr(conclusion, "term", None)
        if term is not None and term.kind == "element":
            found.append(f"every entry of {inline(sympy.Symbol(term.args[0]))} is {kind}")
    return found


def _derivation(derivation: Derivation) -> list[str]:
    where = [display(latex(relation)) for relation in derivation.definitions_as_equations]
    rows = [
        (f"$`{left}`$" if left else "", rf"$`\displaystyle = {right}`$", escape(why))
        for left, right, why in derivation.rows(latex)
    ]
    return [*(["where", *where] if where else []), table(("", "", "because"), rows)]


def _ablations(part: Part, ablations: Sequence[Ablation]) -> str:
    if not ablations:
        return "There is none to drop."
    lines = []
    for ablation in ablations:
        fails = "no counterexample was found: it may not be needed"
        if ablation.counterexample is not None:
            fails = f"false, for {escape(str(ablation.counterexample))}"
        lines.append(f"- Without {inline(ablation.hypothesis)}: {fails}.")
    if part.general is not None:
        lines.append(f"- What holds without it: {inline(part.main.left)} = {inline(part.general)}.")
    return "\n".join(lines)


def _witnesses(found: PartEvidence) -> str:
    rows = [
        (
            "Exact rational arithmetic at x = log(a), by dual numbers",
            "the two formulas",
            _agreement(found.exact),
        ),
        (
            "Ball arithmetic: the derivative as a power series, radius below $`10^{-30}`$",
            "the two formulas",
            _agreement(found.balls),
        ),
        (
            "SymPy's derivative of the function written out at small sizes",
            "the two formulas, SymPy",
            _agreement(found.written_out),
        ),
    ]
    head = ("witness", "what it shares with the claim", "agrees")
    return table(head, rows)


def _agreement(agreement: Agreement) -> str:
    if not agreement.asked:
        return "was not asked"
    return f"at {agreement.agreed} of {agreement.asked}"


def _search(found: PartEvidence) -> str:
    """Counts that depend on the random draws are left to the command line: pages are the same."""
    search = found.search
    discarded = "some: a step would have left the domain" if search.discarded else "none"
    worst = "within its error bar" if search.agrees else escape(str(search.disagreement))
    return "\n".join(
        [
            f"- inputs compared: {search.inputs}",
            f"- inputs discarded: {discarded}",
            f"- worst error: {worst}",
        ]
    )


def _controls(controls: Sequence[Control]) -> str:
    rows = []
    for control in controls:
        found = control.counterexample
        shown = "**not refuted**" if found is None else escape(str(found))
        rows.append((escape(control.what), inline(control.formula), shown))
    return table(("mistake", "formula", "refuted"), rows)


def _reproduce(theorem: Theorem) -> str:
    commands = (
        f"gradproof prove {theorem.name}\n"
        f"gradproof prove {theorem.name} --save proof.json\n"
        "gradproof replay proof.json\n"
        f"gradproof report {theorem.name}"
    )
    body = (
        f"```console\n{commands}\n```\n\nThe second and third write the proof to a file and replay "
        "it with the kernel alone. Inputs are drawn without a random seed, so that they are the "
        "same each time; `gradproof report --seed 1` draws others."
    )
    return folded("How to reproduce this page", body)


# ---- the index and the example -----------------------------------------------------------------


def index_page(entries: Sequence[tuple[Theorem, Sequence[PartEvidence]]]) -> str:
    """The table of contents: every theorem with its verdict, statement and hypotheses."""
    rows = []
    for theorem, evidence in entries:
        link = f"[{escape(theorem.title)}]({theorem.name}.md)"
        for part, found in zip(theorem.parts, evidence, strict=True):
            statement = sympy.Eq(part.main.left, part.main.result, evaluate=False)
            given = [inline(relation) for relation in part.main.given]
            sizes = ", ".join(sorted(part.claim.declarations.sizes))
            refuted = sum(control.counterexample is not None for control in found.controls)
            rows.append(
                (
                    link,
                    VERDICTS[found.verdict],
                    inline(statement),
                    ", ".join([*given, *_domains(part)]) or "none",
                    f"every {sizes} ≥ 1",
                    f"{refuted} of {len(found.controls)}",
                )
            )
    head = ("theorem", "verdict", "statement", "hypotheses", "sizes", "almost right, refuted")
    about = (
        "Each page derives a gradient step by step, says what was proved under which hypotheses, "
        "and shows what else was tried to break it. The worked example is on "
        "[a page of its own](example.md)."
    )
    return "\n\n".join(["# What has been proved", about, table(head, rows)]) + "\n"


def example_page(rows: Sequence[Row], figure: str) -> str:
    """The worked example: every number of the page it came from, beside better differences."""
    lines = [(f"`{row.name}`", _numbers(row.values)) for row in rows]
    sections = [
        "# The worked example",
        "The example of the page that this project started from (the page “softmax” of the wiki of "
        "cccbook/py2gpt): three classes, the second is the right one.",
        table(("quantity", "value"), lines),
        "## Derivatives, and what differences make of them",
        "The page checks with forward differences, $`h = 10^{-3}`$. Beside them are central "
        "differences, with the error bar that comes with each, and how far both are from the "
        "derivative (largest entry, rounded up to a power of ten).",
        *[_differences(row) for row in rows if row.differences is not None],
        "## The Jacobian of softmax at this input",
        f"![The Jacobian of softmax at x = 0.3, 0.5, 0.2]({figure})",
        folded("How to reproduce this page", "```console\ngradproof example\n```"),
    ]
    return "\n\n".join(sections) + "\n"


def _differences(row: Row) -> str:
    differences = row.differences
    assert differences is not None, "rows without differences have no table"
    flat = (
        row.values,
        differences.forward,
        differences.central,
        differences.error,
        differences.bar,
    )
    cells = [
        (_number(value), _number(forward), _number(central), *map(order_of_magnitude, (error, bar)))
        for value, forward, central, error, bar in zip(*(f.ravel() for f in flat), strict=True)
    ]
    head = ("formula", "forward difference", "central difference", "its error", "its error bar")
    off = order_of_magnitude(float(differences.forward_error.max()))
    closer = math.floor(math.log10(differences.times_closer))
    note = (
        f"The forward difference is off by up to {off}; the central one is more than "
        f"$`10^{{{closer}}}`$ times closer."
    )
    return f"### `{row.name}`\n\n{table(head, cells)}\n\n{note}"


def _number(value: float) -> str:
    return f"{value + 0.0:.8f}"


def _numbers(values: Any) -> str:
    if values.ndim == 1:
        return "[" + ", ".join(map(_number, values)) + "]"
    return "<br>".join(map(_numbers, values))
