"""Hypotheses dropped one at a time: which of them does a proved claim need?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from derive.claims import Claim
from derive.conditions import conditions
from derive.kernel import Derivative, Refused, Term
from derive.language.presenting import right_side
from derive.language.question import Question, Stated
from derive.proof_files import dump, replay
from derive.tactics.clock import time_limit
from derive.tactics.ledger import NotProved
from derive.tactics.prove import prove

from .answers import FALSE_WITHOUT, NO_VALUE_WITHOUT, NOT_NEEDED, OPEN, Ablation
from .deadline import Deadline
from .domains import MATRICES, Domains
from .exact_samples import small_points
from .shrinking import smallest
from .witnesses import counterexample_at


def ablate(question: Question, deadline: Deadline) -> Iterator[Ablation]:
    """What happens without each hypothesis that was stated or that a domain brings along.

    What a domain says and what is stated, too, is dropped together.
    """
    every = (*question.assumed, *question.given)
    stated = tuple({each.hypothesis: each for each in every}.values())
    for place, hypothesis in enumerate(stated):
        if deadline.is_over:
            yield Ablation(hypothesis, OPEN)
        else:
            yield _without(question, hypothesis, deadline.part(1 / (len(stated) - place)))


def _without(question: Question, stated: Stated, deadline: Deadline) -> Ablation:
    with time_limit(deadline.left / 2):
        try:
            claim, domains = reduced(question, stated)
        except (NotProved, Refused):
            return Ablation(stated, OPEN)
        if stated.hypothesis in claim.declarations.hypotheses:
            return Ablation(stated, NO_VALUE_WITHOUT)
        if is_proved(claim):
            return Ablation(stated, NOT_NEEDED)
        general = derivative(question, claim)
    for point in small_points(claim.declarations, domains):
        found = counterexample_at(claim, point)
        if found is not None:
            found = smallest(claim, found, domains, deadline.part(0.5))
            return Ablation(stated, FALSE_WITHOUT, found, general)
        if deadline.is_over:
            break
    return Ablation(stated, OPEN, None, general)


def reduced(question: Question, dropped: Stated) -> tuple[Claim, Domains]:
    """The claim without a hypothesis, and the domains that are left of those it belongs to.

    What the formulas need in order to have a value is found again: it may be what was dropped.
    """
    claim = question.claim
    every = (*question.assumed, *question.given)
    others = (each.hypothesis for each in every if each.hypothesis != dropped.hypothesis)
    kept = tuple(dict.fromkeys(others))
    declarations = replace(claim.declarations, hypotheses=kept)
    of, value = claim.terms
    moved = claim.judgement.conclusion
    assert isinstance(moved, Derivative)
    further = (name for name, _ in moved.then)
    needed = conditions(declarations, (of, value), (of, moved.variable, *further))
    hypotheses = tuple(dict.fromkeys((*kept, *needed)))
    domains = dict(question.domains)
    if any(each.hypothesis == dropped.hypothesis for each in question.assumed):
        about = frozenset[str]().union(*_names(dropped))
        for name in about & set(domains):
            if domains[name].kind in MATRICES:  # nothing is left of being positive definite
                del domains[name]
    return replace(claim, declarations=replace(declarations, hypotheses=hypotheses)), domains


def _names(stated: Stated) -> Iterator[frozenset[str]]:
    for part in stated.hypothesis.conclusion:
        if isinstance(part, Term):
            yield part.names


def is_proved(claim: Claim) -> bool:
    """Whether a proof is found that the kernel replays to just this claim."""
    try:
        rebuilt = replay(dump(prove(claim)))
    except (NotProved, Refused):
        return False
    return rebuilt.declarations == claim.declarations and rebuilt.conclusion == claim.judgement


def derivative(question: Question, claim: Claim) -> Term | None:
    """The right side that the claim should have, proved and short; None where none was found.

    ``claim`` is that of the question, or the same with fewer hypotheses.
    """
    return right_side(claim, question.definitions, question.loss)
