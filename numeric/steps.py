"""Which line of a derivation does not follow: each is proved, refuted at an input, or left open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from derive.claims import Identity
from derive.conditions import conditions
from derive.kernel import Declarations, Refused, Term
from derive.language.steps import WrittenDerivation, WrittenLine
from derive.proof_files import dump, replay
from derive.repairs import Diagnosis
from derive.tactics.clock import time_limit
from derive.tactics.ledger import NotProved
from derive.tactics.prove import proof_of

from .answers import PROVED, REFUTED, UNDECIDED, Spelling
from .deadline import Deadline
from .diagnosing import diagnosis
from .exact_samples import small_points
from .witnesses import Counterexample, counterexample_at

_POINTS = 200


@dataclass(frozen=True)
class Link:
    """What became of one line: whether it follows from the line before.

    verdict: "proved", "refuted" or "undecided".
    counterexample: an input at which the two lines are certainly different.
    left_over: what is left between them.
    """

    line: WrittenLine
    verdict: str
    counterexample: Counterexample | None = None
    left_over: Term | None = None


@dataclass(frozen=True)
class StepsAnswer:
    """What is known of a derivation.

    links: one for each line after the first, up to the first that does not follow.
    diagnosis: which mistake that line makes, where it is known.
    """

    derivation: WrittenDerivation
    links: tuple[Link, ...]
    diagnosis: Diagnosis | None = None

    @property
    def verdict(self) -> str:
        """Proved where every line follows; refuted where one certainly does not."""
        verdicts = [link.verdict for link in self.links]
        return next((v for v in (REFUTED, UNDECIDED) if v in verdicts), PROVED)

    @property
    def first_false(self) -> Link | None:
        """The first line that does not follow, or is not seen to; None where all do."""
        return next((link for link in self.links if link.verdict != PROVED), None)


def check_steps(
    derivation: WrittenDerivation, *, seconds: float = 8.0, spell: Spelling | None = None
) -> StepsAnswer:
    """Whether each line of a derivation follows from the line before.

    Where the line before has a value at fewer inputs than the first line and this one, it also has
    to be equal to the first: else a line could lead astray by having no value.

    A line that is neither proved nor refuted is passed over; the first that is refuted ends it.
    """
    deadline = Deadline(seconds)
    links: list[Link] = []
    for before, after in pairwise(derivation.lines):
        link = _link(derivation, before, after, deadline)
        first = derivation.lines[0]
        if link.verdict == PROVED and _asks_for_more(derivation, first, before, after):
            link = _link(derivation, first, after, deadline)
        links.append(link)
        if links[-1].verdict == REFUTED:
            break
    last = links[-1]
    mistake = None
    if last.verdict == REFUTED and derivation.claim is not None:
        mistake = _diagnosis(derivation, last.line.term, deadline, spell or derivation.printer)
    return StepsAnswer(derivation, tuple(links), mistake)


def _link(
    derivation: WrittenDerivation, before: WrittenLine, after: WrittenLine, deadline: Deadline
) -> Link:
    try:
        declared = _where_defined(derivation.declarations, before.term, after.term)
    except NotProved:  # where the lines have a value was not found out
        return Link(after, UNDECIDED)
    equation = Identity(declared, before.term, after.term)
    try:
        with time_limit(0.5 * deadline.left):
            rebuilt = replay(dump(proof_of(equation)))
    except (NotProved, Refused) as why:
        found = _counterexample(derivation, equation, deadline)
        left_over = getattr(why, "left_over", None)
        return Link(after, UNDECIDED if found is None else REFUTED, found, left_over)
    proved = rebuilt.declarations == declared and rebuilt.conclusion == equation.judgement
    some_input = next(small_points(declared, derivation.domains), None)
    return Link(after, PROVED if proved and some_input is not None else UNDECIDED)


def _asks_for_more(
    derivation: WrittenDerivation, first: WrittenLine, before: WrittenLine, after: WrittenLine
) -> bool:
    """Whether a line follows only where the line before has a value, which the chain does not ask.

    sqrt(x^2) = sqrt(x)^2 and sqrt(x)^2 = x hold wherever both sides have a value, and yet
    sqrt(x^2) = x is false: such a line is compared with the first as well.
    """
    try:
        between = _where_defined(derivation.declarations, before.term, after.term)
        overall = _where_defined(derivation.declarations, first.term, after.term)
    except NotProved:
        return True
    return not set(between.hypotheses) <= set(overall.hypotheses)


def _where_defined(declared: Declarations, *terms: Term) -> Declarations:
    """The declarations with what the two lines need to have a value among the hypotheses."""
    needed = conditions(declared, terms)
    return replace(declared, hypotheses=tuple(dict.fromkeys((*declared.hypotheses, *needed))))


def _counterexample(
    derivation: WrittenDerivation, equation: Identity, deadline: Deadline
) -> Counterexample | None:
    for point in islice(small_points(equation.declarations, derivation.domains), _POINTS):
        found = counterexample_at(equation, point)
        if found is not None or deadline.is_over:
            return found
    return None


def _diagnosis(
    derivation: WrittenDerivation, value: Term, deadline: Deadline, spell: Spelling
) -> Diagnosis | None:
    """What is wrong with the line, taken as a claim about the derivative on the left."""
    assert derivation.claim is not None
    claim = derivation.claim.saying(value)
    return diagnosis(claim, derivation.domains, spell=spell, seconds=0.5 * deadline.left)


def lines_that_follow(answer: StepsAnswer) -> Iterator[WrittenLine]:
    """The lines that were proved equal to the one before."""
    return (link.line for link in answer.links if link.verdict == PROVED)
