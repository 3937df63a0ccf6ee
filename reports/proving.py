"""What ``gradproof list`` and ``gradproof prove`` say of a theorem, as data and as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from derive.proved import Proved
from derive.statement import Part, Theorem
from derive.theorems import group_of, title
from derive.typeset import hypothesis_text, unicode_text
from numeric.evidence import PartEvidence
from numeric.exact_samples import example_point

from .theorem_page import totals

Record = dict[str, Any]  # JSON-ready

_REPLAYED = {True: "replayed by the kernel", False: "not replayed by the kernel"}


def entry(theorem: Theorem) -> Record:
    """A theorem's line in the list."""
    statements = [
        {"statement": statement(part), "hypotheses": _hypotheses(part)} for part in theorem.parts
    ]
    group = group_of(theorem.name)
    return {"name": theorem.name, "group": group, "title": theorem.title, "statements": statements}


def list_text(records: Sequence[Record]) -> str:
    """All the lines for people, each group under its name and what it is about."""
    lines: list[str] = []
    for group in dict.fromkeys(record["group"] for record in records):
        inside = [record for record in records if record["group"] == group]
        lines += ["", f"{group}: {title(group)}", ""] if lines else [f"{group}: {title(group)}", ""]
        lines += map(entry_text, inside)
    return "\n".join(lines)


def entry_text(record: Record) -> str:
    """The same for people."""
    lines = [record["name"], f"    {record['title']}"]
    for said in record["statements"]:
        given = ", ".join(said["hypotheses"])
        lines.append(f"    {said['statement']}" + (f"   given {given}" if given else ""))
    return "\n".join(lines)


def record(theorem: Theorem) -> Record:
    """What was proved: verdict, statement, hypotheses and number of rule applications."""
    parts = [_part_record(part) for part in theorem.parts]
    return {"theorem": theorem.name, "title": theorem.title, "parts": parts}


def record_text(theorem: Theorem, told: Record) -> str:
    """A theorem for people: every line of the derivations, the hypotheses, the verdict."""
    sections = [f"{theorem.name}: {theorem.title}"]
    for part, said in zip(theorem.parts, told["parts"], strict=True):
        sections += [_derivation_text(derivation) for derivation in part.derivations]
        sections.append(_verdict_text(said))
    return "\n\n".join(sections)


def summary(theorem: Theorem, evidence: Sequence[PartEvidence]) -> str:
    """Two lines for each statement: the verdict, and how hard it was tried to break it."""
    return "\n".join(
        f"{found.verdict}: {theorem.name}: {statement(part)}\n    {_tried(found)}"
        for part, found in zip(theorem.parts, evidence, strict=True)
    )


def statement(part: Part) -> str:
    """The statement of a part in one line of Unicode text."""
    return unicode_text(part.main.statement)


def _hypotheses(part: Part) -> list[str]:
    return [hypothesis_text(relation, unicode_text) for relation in part.main.hypotheses]


def _part_record(part: Part) -> Record:
    met = example_point(part.claim.declarations)
    replayed = all(derivation.replays() for derivation in part.derivations)
    return {
        "verdict": "proved" if replayed and met is not None else "undecided",
        "statement": statement(part),
        "sizes": sorted(part.claim.declarations.sizes),
        "hypotheses": _hypotheses(part),
        "replayed": replayed,
        "met_at": None if met is None else str(met),
        "rule_applications": {d.title: d.rule_applications for d in part.derivations},
    }


def _derivation_text(derivation: Proved) -> str:
    where = [f"where {unicode_text(line)}" for line in derivation.definitions_as_equations]
    return "\n".join([derivation.title, *where, "", derivation.text()])


def _verdict_text(said: Record) -> str:
    sizes = ", ".join(f"{name} ≥ 1" for name in said["sizes"])
    given = ", ".join(said["hypotheses"])
    met, rules = said["met_at"], " and ".join(map(str, said["rule_applications"].values()))
    return (
        f"{said['verdict']}: {said['statement']}\n"
        f"    for every {sizes or 'input'}{', given ' + given if given else ''}\n"
        f"    the hypotheses are met {f'at {met}, for example' if met else 'nowhere we looked'}\n"
        f"    {_REPLAYED[said['replayed']]}: {rules} rule applications"
    )


def _tried(found: PartEvidence) -> str:
    search = found.search
    refuted = sum(control.counterexample is not None for control in found.controls)
    return (
        f"{search.inputs} random inputs ({search.discarded} discarded), {search.coordinates} "
        f"coordinates, worst error {search.worst:.2g} of its bar; "
        f"{refuted} of {len(found.controls)} almost-right formulas refuted; "
        f"variants: {totals(found.variants)}"
    )
