"""GitHub-safe markdown: text, formulas and tables that come out as what they are.

Mathematics stands in fences marked ``math`` and, inline, in backticks between dollar signs: GitHub
renders both, and other readers show them as code. Text from elsewhere is escaped.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import Any

from derive.typeset import latex

_SIGNS = re.compile(r"[\\`*_$|<>\[\]&~]|:(?=//)|(?<=[wW]{3})\.")  # the last two begin links
_MARKER = re.compile(r"^(\d*)([-+=#.)])")  # begins a list or a heading, where it begins a line


def escape(text: str) -> str:
    r"""Plain text on one line, which markdown and mathematics leave alone.

    >>> print(escape("s_k is [0, 1]"))
    s\_k is \[0, 1\]
    """
    return _MARKER.sub(r"\1\\\2", _SIGNS.sub(r"\\\g<0>", " ".join(text.split())))


def inline(formula: Any) -> str:
    r"""A formula within a line.

    >>> from sympy import Rational
    >>> print(inline(Rational(1, 2)))
    $`\frac{1}{2}`$
    """
    return inline_latex(latex(formula))


def inline_latex(text: str) -> str:
    """LaTeX within a line; a vertical bar would end a cell of a table."""
    without_bars = text.replace("|", r"\vert ")
    return f"$`{without_bars}`$"


def display(text: str) -> str:
    """LaTeX on a line of its own."""
    return f"```math\n{text}\n```"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; a cell may not hold a line break."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def folded(summary: str, body: str) -> str:
    """A part that opens on a click."""
    return f"<details>\n<summary>{summary}</summary>\n\n{body}\n\n</details>"


def console(commands: Sequence[str]) -> str:
    """Commands to copy."""
    return "\n".join(["```console", *commands, "```"])


def order_of_magnitude(value: float) -> str:
    """A small number as a power of ten, rounded up: digits differ from machine to machine."""
    if value == 0:
        return "0"
    return f"$`10^{{{math.ceil(math.log10(value))}}}`$"


def page(sections: Iterable[str]) -> str:
    """The text of a page: its sections with a blank line between them."""
    return "\n\n".join(sections) + "\n"
