"""The corpora of claims, settled one by one."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from derive.language.errors import ClaimError
from derive.language.question import ClaimText
from derive.language.reading import read
from numeric.answers import Answer
from numeric.checking import check
from reports.checking import UNREADABLE

FOLDER = Path(__file__).parent
FIELDS = ("name", "where", "given", "loss", "claim")


@dataclass(frozen=True)
class Settled:
    """An entry of a corpus, its answer or why it was not read, and the seconds that it took."""

    entry: Mapping[str, str]
    answer: Answer | ClaimError
    seconds: float

    @property
    def verdict(self) -> str:
        """The verdict, or "unreadable"."""
        return self.answer.verdict if isinstance(self.answer, Answer) else UNREADABLE

    @property
    def diagnosis(self) -> str:
        """The kind of mistake that was named; "nothing" where none was."""
        found = self.answer.diagnosis if isinstance(self.answer, Answer) else None
        return "nothing" if found is None else str(found.kind)

    @property
    def is_diagnosed(self) -> bool:
        """Whether the diagnosis names the mistake that the entry was written for."""
        return self.diagnosis in (self.entry["mistake"], *self.entry.get("also", ()))


def corpus(name: str) -> list[dict[str, str]]:
    """The entries of a corpus, "true" or "false"."""
    with (FOLDER / f"{name}.toml").open("rb") as file:
        entries: list[dict[str, str]] = tomllib.load(file)["claim"]
    return entries


def text_of(entry: Mapping[str, str]) -> ClaimText:
    """The claim of an entry as it was typed."""
    return ClaimText(**{field: entry[field] for field in FIELDS if field in entry})


def settle(entry: Mapping[str, str]) -> Settled:
    """One entry, read and settled."""
    start = perf_counter()
    answer: Answer | ClaimError
    try:
        answer = check(read(text_of(entry)))
    except ClaimError as error:
        answer = error
    return Settled(entry, answer, perf_counter() - start)


def share(found: Iterable[bool]) -> float:
    """The share of what is so."""
    every = list(found)
    return sum(every) / len(every)
