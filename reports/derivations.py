"""What ``gradproof steps`` says of a derivation, as text and as data."""

from __future__ import annotations

from typing import Any

from numeric.answers import PROVED, REFUTED
from numeric.steps import Link, StepsAnswer
from numeric.witnesses import shown

from .checking import Told, as_typed

_MARKS = {PROVED: "follows", REFUTED: "does not follow"}


def told(answer: StepsAnswer) -> Told:
    """What is said of a derivation."""
    text = answer.derivation.text
    return Told(text.name, answer.verdict, answer_text(answer), answer_json(answer), as_typed(text))


def answer_text(answer: StepsAnswer) -> str:
    """The lines with what became of each, then the first that does not follow, and why."""
    lines = [_headline(answer)]
    width = max(len(_shown(link)) for link in answer.links)
    lines += [f"  {_shown(link):<{width}}   {_mark(link)}" for link in answer.links]
    false = answer.first_false
    if false is not None:
        lines += _why(answer, false)
    return "\n".join(lines)


def _headline(answer: StepsAnswer) -> str:
    name = answer.derivation.text.name or "the derivation"
    false = answer.first_false
    if false is None:
        return f"proved: every line of {name} follows"
    verb = "does not follow" if false.verdict == REFUTED else "is not seen to follow"
    return f"{answer.verdict}: line {false.line.number} of {name} {verb}"


def _shown(link: Link) -> str:
    return f"line {link.line.number}: = {link.line.text}"


def _mark(link: Link) -> str:
    reason = f" ({link.line.reason})" if link.line.reason else ""
    return _MARKS.get(link.verdict, "not seen to follow") + reason


def _why(answer: StepsAnswer, false: Link) -> list[str]:
    lines = []
    if false.counterexample is not None:
        before, here = shown(false.counterexample)
        lines.append(f"at {false.counterexample.point}")
        lines.append(f"the line before is {before}, this line is {here}")
    if false.left_over is not None:
        lines.append(f"left between them: {answer.derivation.printer(false.left_over)}")
    if answer.diagnosis is not None:
        lines.append(f"diagnosis: {answer.diagnosis}")
    return lines


def answer_json(answer: StepsAnswer) -> dict[str, Any]:
    """The same as JSON-ready data."""
    false = answer.first_false
    return {
        "name": answer.derivation.text.name,
        "verdict": answer.verdict,
        "first_false_line": None if false is None else false.line.number,
        "lines": [_link_json(answer, link) for link in answer.links],
        "diagnosis": None if answer.diagnosis is None else str(answer.diagnosis),
    }


def _link_json(answer: StepsAnswer, link: Link) -> dict[str, Any]:
    found = link.counterexample
    truth, claimed = (None, None) if found is None else shown(found)
    return {
        "line": link.line.number,
        "text": link.line.text,
        "reason": link.line.reason,
        "verdict": link.verdict,
        "counterexample": None
        if found is None
        else {"point": found.point.as_json(), "before": truth, "here": claimed},
        "left_over": None if link.left_over is None else answer.derivation.printer(link.left_over),
    }
