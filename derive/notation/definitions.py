"""The quantities that the user of a formula has named."""

from __future__ import annotations

from typing import Any

from sympy import Indexed, preorder_traversal

from ..symbols import Definition


def definitions_in(*expressions: Any) -> tuple[Definition, ...]:
    """The definitions that expressions use, those they are made of included."""
    found: dict[Definition, None] = {}
    for expression in expressions:
        _note_definitions(expression, found)
    return tuple(found)


def _note_definitions(expression: Any, found: dict[Definition, None]) -> None:
    """Note each definition once, before those that it is made of."""
    used = (part.base for part in preorder_traversal(expression) if isinstance(part, Indexed))
    for base in used:
        if isinstance(base, Definition) and base not in found:
            found[base] = None
            _note_definitions(base.body, found)
