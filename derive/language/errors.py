"""Why a text is no claim: the line, the place in it, and what would be right there."""

from __future__ import annotations

LONGEST_SHOWN = 100


class ClaimError(ValueError):
    """A text that says nothing exact. Shows the line, with a mark under the place.

    message: what is wrong and what would be right.
    field: which text it is in: "where", "given", "loss" or "claim".
    line, column: the place in that text, both counted from 1; None where it is the whole.
    """

    def __init__(
        self,
        message: str,
        *,
        field: str = "",
        source: str = "",
        offset: int | None = None,
    ) -> None:
        self.message, self.field = message, field
        self.line: int | None = None
        self.column: int | None = None
        shown = ""
        if offset is not None:
            before = source[:offset]
            self.line = before.count("\n") + 1
            self.column = offset - (before.rfind("\n") + 1) + 1
            shown = _marked(source.split("\n")[self.line - 1], self.column)
        super().__init__("\n".join(part for part in (self._where() + message, shown) if part))

    def _where(self) -> str:
        if self.line is None:
            return f"{self.field}: " if self.field else ""
        place = f"line {self.line}, column {self.column}"
        return f"{self.field}, {place}: " if self.field else f"{place}: "


def _marked(line: str, column: int) -> str:
    """The part of a line around a column, and a mark under it; what is no text, as an escape."""
    first = max(0, column - 1 - LONGEST_SHOWN // 2)
    around = line[first : first + LONGEST_SHOWN]
    before = _plain(around[: column - 1 - first])
    return f"    {_plain(around)}\n    {' ' * len(before)}^"


def _plain(text: str) -> str:
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
