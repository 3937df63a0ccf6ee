"""What ``gradproof check`` says of a claim: as text, as data and as the parts of a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from derive.language.errors import ClaimError
from derive.language.explaining import text_of
from derive.language.question import ClaimText
from derive.language.steps import StepsText
from numeric.answers import Answer

UNREADABLE = "unreadable"
FIELDS = ("where", "given", "loss", "claim", "steps")


@dataclass(frozen=True)
class Told:
    """All that is said of one claim; nothing is computed from it but pages.

    name: what the claim is called.
    verdict: "proved", "refuted", "undecided", or "unreadable".
    text: for people, the verdict first. data: the same for machines, JSON-ready.
    asked: the claim as it was typed, a line a field.
    is_bad_input: whether it has to be mended before it can be answered: it could not be read, or
        it is about no input at all.
    """

    name: str
    verdict: str
    text: str
    data: dict[str, Any]
    asked: str = ""
    is_bad_input: bool = False


def told(answer: Answer) -> Told:
    """What is said of an answer."""
    name = answer.question.text.name
    text = "\n".join([str(answer), *_derivation(answer)])
    asked = as_typed(answer.question.text)
    return Told(name, answer.verdict, text, answer.as_json(), asked, answer.contradictory)


def told_unreadable(name: str, error: ClaimError, asked: str = "") -> Told:
    """What is said of a claim, or a file of them, that cannot be read."""
    place = {"field": error.field or None, "line": error.line, "column": error.column}
    data = {"name": name, "verdict": UNREADABLE, "message": error.message, **place}
    return Told(name, UNREADABLE, str(error), data, asked, is_bad_input=True)


def as_typed(text: ClaimText | StepsText) -> str:
    """The texts of a claim or a derivation, each under its keyword."""
    lines = []
    for field in FIELDS:
        typed = (line.strip() for line in getattr(text, field, "").split("\n"))
        every = [line for line in typed if line]
        starts = [f"{field:<7}", *[" " * 7] * len(every)]
        lines += [f"{start} {line}" for start, line in zip(starts, every, strict=False)]
    return "\n".join(lines)


def _derivation(answer: Answer) -> list[str]:
    if not answer.steps:
        return []
    return ["", *(f"  {line}" for line in text_of(answer.steps).split("\n"))]
