"""The answer to a question about a claim: one of three verdicts, and the evidence for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from derive.kernel import Proof, Term
from derive.language.explaining import Step
from derive.language.own_words import in_own_definitions, left_side, statement
from derive.language.question import Question, Stated
from derive.repairs import Diagnosis

from .points import Point
from .witnesses import Counterexample, shown

PROVED, REFUTED, UNDECIDED = "proved", "refuted", "undecided"

# What became of a claim without one of its hypotheses.
NOT_NEEDED, FALSE_WITHOUT, NO_VALUE_WITHOUT, OPEN = (
    "not needed",
    "false without",
    "no value without",
    "open",
)
Spelling = Callable[[Term], str]
_Said = TypeVar("_Said", "Stated", "Ablation")


@dataclass(frozen=True)
class Ablation:
    """What happens without one hypothesis.

    outcome: "not needed" (proved without it), "false without" (a counterexample shows it),
        "no value without" (it is what the formulas need in order to have a value), or "open".
    counterexample: where it is false without, an input that meets all other hypotheses.
    general: the derivative without the hypothesis, where it was found and proved.
    """

    hypothesis: Stated
    outcome: str
    counterexample: Counterexample | None = None
    general: Term | None = None


@dataclass(frozen=True)
class Agreement:
    """How many inputs both sides were computed at, and at how many they agreed to 30 digits."""

    asked: int = 0
    agreed: int = 0


@dataclass(frozen=True)
class Answer:
    """What is known of a claim.

    verdict: "proved", "refuted" or "undecided".
    proof: a proof of just the claim, rebuilt by the kernel from its data.
    used: the hypotheses, stated or from the domains, that the proof rests on.
    not_needed: those that were given and that it does not rest on.
    conditions: where the formulas have a value and the loss is smooth.
    example: an exact input that meets all hypotheses and conditions.
    ablations: what happens without each hypothesis.
    counterexample: the smallest input found at which the claim is certainly false.
    derivative: the right answer, where it was found and proved.
    diagnosis: the mistake that a refuted claim makes, where a repair of it was proved.
    left_over: what is left between both sides.
    fixed_sizes: choices of sizes at which the claim is proved.
    agreement: how many inputs agreed; it proves nothing.
    contradictory: whether it was shown that no input meets the hypotheses and the conditions, so
        that the question is about nothing and has to be mended before it can be answered.
    reason: why it is undecided, in words.
    steps: where it was asked for, the derivation that was found, each line proved.
    """

    question: Question
    verdict: str
    proof: Proof | None = None
    used: tuple[Stated, ...] = ()
    not_needed: tuple[Stated, ...] = ()
    conditions: tuple[Stated, ...] = ()
    example: Point | None = None
    ablations: tuple[Ablation, ...] = ()
    counterexample: Counterexample | None = None
    derivative: Term | None = None
    diagnosis: Diagnosis | None = None
    left_over: Term | None = None
    fixed_sizes: tuple[Mapping[str, int], ...] = ()
    agreement: Agreement = Agreement()
    contradictory: bool = False
    reason: str = ""
    steps: tuple[Step, ...] = ()
    seconds: float = 0.0

    @property
    def spelled(self) -> Spelling:
        """Writes terms out in the definitions of the question."""
        return in_own_definitions(self.question)

    @property
    def headline(self) -> str:
        """The verdict, the claim, and why it is undecided."""
        why = f" ({self.reason})" if self.reason else ""
        return f"{self.verdict}: {statement(self.question)}{why}"

    def lines(self, spelled: Spelling | None = None) -> list[str]:
        """What there is to say below the headline, a line each."""
        spelled = spelled or self.spelled
        lines = [f"holds where {stated.text}" for stated in _once(self.conditions)]
        lines += self._proved_lines(spelled) if self.verdict == PROVED else []
        if self.counterexample is not None:
            lines.append(f"counterexample: {self.counterexample}")
        right = self._right(spelled)
        if right is not None:
            lines.append(f"right: {left_side(self.question)} = {right}")
        if self.diagnosis is not None:
            lines.append(f"diagnosis: {self.diagnosis}")
        lines += self._undecided_lines(spelled) if self.verdict == UNDECIDED else []
        return lines

    def _right(self, spelled: Spelling) -> str | None:
        """The right answer in words: that of the repaired claim, where it is shorter."""
        found = [self.derivative] if self.derivative is not None else []
        if self.diagnosis is not None:
            claim, repaired = self.question.claim, self.diagnosis.claim
            if repaired == claim.saying(repaired.value) and repaired.value != claim.value:
                found.append(repaired.value)
        return min(map(spelled, found), key=len, default=None)

    def _proved_lines(self, spelled: Spelling) -> list[str]:
        lines = [f"uses {stated.text}" for stated in _once(self.used)]
        lines += [f"does not need {stated.text}" for stated in _once(self.not_needed)]
        lines.append(f"for example at {self.example}")
        for ablation in _once(self.ablations):
            without = f"without {ablation.hypothesis.text}"
            if ablation.outcome == NO_VALUE_WITHOUT:
                lines.append(
                    f"{without} it would be a condition: the formulas have no value elsewhere"
                )
            if ablation.counterexample is not None:
                lines.append(f"{without} it is false: {ablation.counterexample}")
            if ablation.general is not None and ablation.outcome != NOT_NEEDED:
                general = spelled(ablation.general)
                lines.append(f"{without}, in general: {left_side(self.question)} = {general}")
        return lines

    def _undecided_lines(self, spelled: Spelling) -> list[str]:
        lines = []
        if self.left_over is not None:
            lines.append(f"left between both sides: {spelled(self.left_over)}")
        if self.fixed_sizes:
            every = "; ".join(_sizes_text(sizes) for sizes in self.fixed_sizes)
            lines.append(f"proved at fixed sizes: {every}")
        if self.agreement.asked:
            lines.append(f"{self.agreement.agreed} of {self.agreement.asked} inputs agree")
        return lines

    def __str__(self) -> str:
        return "\n".join([self.headline, *(f"  {line}" for line in self.lines())])

    def _repr_markdown_(self) -> str:
        verdict, rest = self.headline.split(": ", 1)
        below = (f"- `{line}`" for line in self.lines())
        return "\n".join([f"**{verdict}**: `{rest}`", "", *below])

    def as_json(self, spelled: Spelling | None = None) -> dict[str, Any]:
        """The answer as JSON-ready data; formulas are text, numbers exact."""
        spell = spelled or self.spelled

        def text(term: Term | None) -> str | None:
            return None if term is None else spell(term)

        return {
            "name": self.question.text.name,
            "verdict": self.verdict,
            "claim": statement(self.question),
            "reason": self.reason,
            "used": [stated.text for stated in _once(self.used)],
            "not_needed": [stated.text for stated in _once(self.not_needed)],
            "conditions": [stated.text for stated in _once(self.conditions)],
            "example": _point_json(self.example),
            "ablations": [
                {
                    "hypothesis": ablation.hypothesis.text,
                    "outcome": ablation.outcome,
                    "counterexample": _counterexample_json(ablation.counterexample),
                    "general": text(ablation.general),
                }
                for ablation in _once(self.ablations)
            ],
            "counterexample": _counterexample_json(self.counterexample),
            "derivative": self._right(spell),
            "diagnosis": _diagnosis_json(self.diagnosis),
            "left_over": text(self.left_over),
            "fixed_sizes": [dict(sizes) for sizes in self.fixed_sizes],
            "agreement": {"asked": self.agreement.asked, "agreed": self.agreement.agreed},
            "steps": [vars(step) for step in self.steps],
            "contradictory": self.contradictory,
            "seconds": round(self.seconds, 3),
        }


def _once(found: Iterable[_Said]) -> list[_Said]:
    """Each hypothesis once: what a domain says may also be stated."""
    first: dict[object, _Said] = {}
    for each in found:
        stated = each.hypothesis if isinstance(each, Ablation) else each
        first.setdefault(stated.hypothesis, each)
    return list(first.values())


def _sizes_text(sizes: Mapping[str, int]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in sizes.items())


def _diagnosis_json(found: Diagnosis | None) -> dict[str, str] | None:
    return None if found is None else {"kind": str(found.kind), "words": found.words}


def _point_json(point: Point | None) -> dict[str, Any] | None:
    return None if point is None else point.as_json()


def _counterexample_json(found: Counterexample | None) -> dict[str, Any] | None:
    if found is None:
        return None
    truth, claimed = shown(found)
    return {"point": found.point.as_json(), "truth": truth, "claimed": claimed}
