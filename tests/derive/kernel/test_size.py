"""The trusted part is small: its lines of code are counted, and what it imports is named."""

from __future__ import annotations

import ast
import io
import tokenize
from pathlib import Path

import pytest

import derive.kernel

KERNEL = Path(derive.kernel.__file__).parent
MOST_LINES = 928
_SILENT = {
    *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE),
    *(tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER),
}


def lines_of_code(source: str) -> int:
    """How many lines hold code: not blank, no comment, no docstring."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    lines: set[int] = set()
    for token in tokens:
        if token.type not in _SILENT:
            lines |= set(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
            node
        ):
            lines -= set(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    return len(lines)


def test_the_kernel_is_small():
    counted = {path.name: lines_of_code(path.read_text("utf-8")) for path in KERNEL.glob("*.py")}
    assert len(counted) > 5
    assert sum(counted.values()) <= MOST_LINES, counted


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("", 0),
        ('"""About."""\n\n# a comment\n', 0),
        ("x = 1  # one\n\ny = [\n    2,\n]\n", 4),
        ('def f():\n    """What.\n\n    Why."""\n    return """a\nb"""\n', 3),
    ],
)
def test_how_lines_are_counted(source, lines):
    assert lines_of_code(source) == lines
