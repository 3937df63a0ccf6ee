"""Pages about claims: an index, and one page for each. Nothing is computed here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from .checking import UNREADABLE, Told
from .markdown import escape, page, table

_SIGNS = {"proved": "✅", "refuted": "❌", "undecided": "❔", UNREADABLE: "⚠️"}


def claim_pages(every: Sequence[Told]) -> dict[str, str]:
    """The text of every page, by the name of its file.

    >>> sorted(claim_pages([Told("my loss", "proved", "proved: dL/dx = 1", {})]))
    ['001-my-loss.md', 'index.md']
    """
    files = [_file(place, told) for place, told in enumerate(every, start=1)]
    pages = {file: _page(told) for file, told in zip(files, every, strict=True)}
    return {"index.md": _index(files, every), **pages}


def _file(place: int, told: Told) -> str:
    """A name that every file system takes, and no two claims share."""
    words = re.findall(r"[a-z0-9_]+", told.name.lower())
    return f"{place:03}-{'-'.join(words)[:60] or 'claim'}.md"


def _index(files: Sequence[str], every: Sequence[Told]) -> str:
    counts = Counter(told.verdict for told in every)
    summary = ", ".join(f"{counts[verdict]} {verdict}" for verdict in _SIGNS if counts[verdict])
    rows = [
        (f"[{escape(told.name)}]({file})", _verdict(told), escape(_first_line(told)))
        for file, told in zip(files, every, strict=True)
    ]
    return page(["# Claims", f"{summary}.", table(("claim", "verdict", "what it says"), rows)])


def _page(told: Told) -> str:
    sections = [f"# {escape(told.name)}", f"{_verdict(told)}:", _fenced(told.text)]
    if told.asked:
        sections += ["## The claim as it was typed", _fenced(told.asked)]
    return page([*sections, "[All claims](index.md)"])


def _verdict(told: Told) -> str:
    return f"{_SIGNS[told.verdict]} **{told.verdict.capitalize()}**"


def _first_line(told: Told) -> str:
    first, _, _ = told.text.partition("\n")
    return first.removeprefix(f"{told.verdict}: ")


def _fenced(text: str) -> str:
    """Text as it stands; the fence is longer than any row of backticks in it."""
    longest = max((len(row) for row in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"
