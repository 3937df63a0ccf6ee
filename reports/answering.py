"""Claims and derivations read and settled, in several processes; answers come in their order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from derive.language.errors import ClaimError
from derive.language.files import Unread
from derive.language.question import ClaimText
from derive.language.reading import read
from derive.language.steps import StepsText, read_steps
from numeric.checking import check
from numeric.steps import check_steps

from . import derivations
from .checking import Told, as_typed, told, told_unreadable
from .processes import processes

Entry = ClaimText | StepsText | Unread


@dataclass(frozen=True)
class Settings:
    """How each claim is settled: the seconds it may take, and whether it is explained."""

    seconds: float = 8.0
    explain: bool = False


def entries_of(
    name: str, data: bytes, parse: Callable[[bytes], Sequence[Entry]]
) -> Sequence[Entry]:
    """The entries of a file; the file itself as one, where nothing of it can be read."""
    try:
        return parse(data)
    except ClaimError as error:
        return [Unread(name, error)]


def answers(entries: Sequence[Entry], settings: Settings, jobs: int) -> Iterator[Told]:
    """What is said of each entry, as soon as all before it are out.

    Raises
    ------
    InternalContradiction
        Where a claim was proved and refuted.
    """
    jobs = min(jobs, sum(not isinstance(entry, Unread) for entry in entries))
    if jobs <= 1:
        yield from (answer(entry, settings) for entry in entries)
        return
    with processes(jobs, loaded=__name__) as pool:
        asked = [pool.submit(answer, entry, settings) for entry in entries]
        for future in asked:
            yield future.result()


def answer(entry: Entry, settings: Settings) -> Told:
    """What is said of one entry."""
    if isinstance(entry, Unread):
        return told_unreadable(entry.name, entry.error)
    try:
        if isinstance(entry, StepsText):
            return derivations.told(check_steps(read_steps(entry), seconds=settings.seconds))
        question = read(entry)
    except ClaimError as error:
        return told_unreadable(entry.name, error, as_typed(entry))
    return told(check(question, seconds=settings.seconds, explain=settings.explain))
