"""The index and the worked example as pages. Nothing is computed here."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

from derive.statement import Part, Theorem
from derive.theorems import GROUPS, group_of, title
from derive.typeset import hypothesis_text
from numeric.evidence import PartEvidence
from numeric.example import Beside, Row

from .markdown import console, escape, folded, inline, order_of_magnitude, page, table
from .theorem_page import VERDICTS, totals

INDEX = (
    "Each page derives a gradient step by step, says what was proved under which hypotheses, and "
    "shows what else was tried to break it. The worked example has [its own page](example.md)."
)
SOURCE = (
    "The example of the page that this project started from (“softmax” in the wiki of "
    "cccbook/py2gpt), line by line: three classes, the second is the right one."
)
DIFFERENCES = (
    "The lines of that page whose names begin with `num_` are forward differences, "
    "$`h = 10^{-3}`$. Beside them are central differences, with the error bar that comes with "
    "each. Errors and bars are rounded up to powers of ten."
)


Entries = Sequence[tuple[Theorem, Sequence[PartEvidence]]]

HEAD = ("theorem", "verdict", "statement", "hypotheses", "sizes", "mistakes refuted", "variants")


def index_page(entries: Entries) -> str:
    """The table of contents: every theorem with its verdict, statement and hypotheses."""
    sections = []
    for group in GROUPS:
        inside = [entry for entry in entries if group_of(entry[0].name) == group]
        if inside:
            sections += [f"## {escape(title(group))}", _group(inside)]
    return page(["# What has been proved", INDEX, _in_all(entries), *sections])


def _group(entries: Entries) -> str:
    rows = [
        (f"[{escape(theorem.title)}]({theorem.name}.md)", *_statement(part, found))
        for theorem, evidence in entries
        for part, found in zip(theorem.parts, evidence, strict=True)
    ]
    return table(HEAD, rows)


def _in_all(entries: Entries) -> str:
    """How many there are of each verdict, and what became of all that is almost right."""
    evidence = [found for _, every in entries for found in every]
    verdicts = Counter(found.verdict for found in evidence)
    controls = [control for found in evidence for control in found.controls]
    refuted = sum(control.counterexample is not None for control in controls)
    variants = [variant for found in evidence for variant in found.variants]
    lines = [
        f"{len(entries)} theorems with {len(evidence)} statements: "
        + ", ".join(f"{verdicts[verdict]} {verdict}" for verdict in VERDICTS),
        f"mistakes that people make: {refuted} of {len(controls)} refuted",
        f"variants made mechanically: {totals(variants)}",
    ]
    return "\n".join(f"- {line}" for line in lines)


def _statement(part: Part, found: PartEvidence) -> tuple[str, ...]:
    sizes = ", ".join(sorted(part.claim.declarations.sizes))
    refuted = sum(control.counterexample is not None for control in found.controls)
    return (
        VERDICTS[found.verdict],
        inline(part.main.statement),
        ", ".join(hypothesis_text(given, inline) for given in part.main.hypotheses) or "none",
        f"every {sizes} ≥ 1" if sizes else "no sizes",
        f"{refuted} of {len(found.controls)}",
        totals(found.variants),
    )


def example_page(rows: Sequence[Row], figure: str) -> str:
    """The worked example: every line of the page it came from, beside better differences."""
    lines = [(f"`{row.name}`", row.what, _numbers(row.values)) for row in rows]
    beside = [text for row in rows if row.beside is not None for text in _beside(row, row.beside)]
    return page(
        [
            "# The worked example",
            SOURCE,
            table(("line", "what it is", "value"), lines),
            "## Forward differences, and better ones",
            DIFFERENCES,
            *beside,
            "## The Jacobian of softmax at this input",
            f"![The Jacobian of softmax at x = 0.3, 0.5, 0.2]({figure})",
            folded(
                "How to reproduce this page", console(["gradproof example", "gradproof report"])
            ),
        ]
    )


def _beside(row: Row, beside: Beside) -> list[str]:
    columns = [
        ("formula", map(_number, beside.formula)),
        (row.what, map(_number, row.values)),
        ("its error", map(order_of_magnitude, beside.error)),
        ("central difference", map(_number, beside.central)),
        ("its error", map(order_of_magnitude, beside.central_error)),
        ("its error bar", map(order_of_magnitude, beside.bar)),
    ]
    head, cells = zip(*columns, strict=True)
    closer = math.floor(math.log10(beside.times_closer))
    return [
        f"### `{row.name}`",
        table(head, zip(*cells, strict=True)),
        f"The central difference is more than $`10^{{{closer}}}`$ times closer to the derivative.",
    ]


def _number(value: float) -> str:
    return f"{value + 0.0:.8f}"


def _numbers(values: Any) -> str:
    if values.ndim == 1:
        return escape("[" + ", ".join(map(_number, values)) + "]")
    return "<br>".join(map(_numbers, values))
