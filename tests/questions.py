"""Questions made of SymPy claims, for tests of what answers them."""

from __future__ import annotations

from dataclasses import replace

from derive.kernel import Equation
from derive.language.question import ClaimText, Question, Stated
from derive.notation import Reader
from derive.stating import state_claim
from numeric.wording import spell

_SAID = {"positive": "> 0", "nonnegative": ">= 0", "nonzero": "!= 0"}


def stated(hypothesis):
    """A hypothesis with a text."""
    names = tuple("kjlm"[: len(hypothesis.context)])
    said = hypothesis.conclusion
    if isinstance(said, Equation):
        return Stated(" = ".join(spell(side, names) for side in said), hypothesis)
    return Stated(f"{spell(said.term, names)} {_SAID[said.kind]}", hypothesis)


def question(of, by, value, given=(), domains=None):
    """The question whether d of / d by = value; ``domains`` are of variables that have one."""
    claim = state_claim(of, by, value, given)
    reader = Reader()
    reader.term(of), reader.term(value), reader.variable(by)
    assumed = len(reader.declarations(()).hypotheses)
    every = tuple(map(stated, claim.declarations.hypotheses))
    conditions = assumed + len(reader.declarations(given).hypotheses[assumed:])
    return Question(
        text=ClaimText(str(of), f"d/d{by} = {value}"),
        claim=claim,
        domains=domains or {},
        assumed=every[:assumed],
        given=every[assumed:conditions],
        conditions=every[conditions:],
        definitions=(),
        shorthand=claim.value,
        loss_name="L",
        loss=claim.of,
    )


def assuming(asked, *hypotheses, domains=None):
    """The question with further hypotheses that its domains bring along, in front of the others."""
    claim = asked.claim
    more = (*hypotheses, *claim.declarations.hypotheses)
    declared = replace(claim.declarations, hypotheses=more)
    return replace(
        asked,
        claim=replace(claim, declarations=declared),
        assumed=(*map(stated, hypotheses), *asked.assumed),
        domains={**asked.domains, **(domains or {})},
    )
