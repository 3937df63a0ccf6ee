"""Settle a claim: proved, refuted or undecided, with the evidence, within a time limit.

A few small inputs are tried first, so that what is plainly false is answered at once. Then a proof
is looked for, and where none is found, a counterexample among many more inputs. "Proved" is said
of what the kernel has replayed, under hypotheses that some exact input meets.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, product

from derive.at_sizes import NotWritten, at_sizes
from derive.contradictions import contradicts
from derive.kernel import Declarations, Proof, Refused, Term
from derive.kernel.judgement import terms_of
from derive.language.explaining import Step, explained
from derive.language.own_words import in_own_definitions
from derive.language.question import Question
from derive.proof_files import dump, replay
from derive.tactics.clock import time_limit
from derive.tactics.ledger import NotProved
from derive.tactics.prove import prove

from .ablation import ablate, derivative, is_proved
from .answers import PROVED, REFUTED, UNDECIDED, Agreement, Answer
from .conditions import holds
from .constraints import least_sizes
from .deadline import Deadline
from .diagnosing import diagnosis
from .exact_samples import example_point, small_points
from .interpret import Undefined
from .left_out import counterexample_left_out
from .points import Point, indices_below
from .shrinking import smallest
from .witnesses import Counterexample, counterexample_at, witness

_FIRST = 6  # inputs that are tried before a proof is looked for
_CONFIRMED = 12  # inputs at which a proved claim is tried
_AGREEING = 60  # inputs at which an undecided claim is tried to 30 digits
_LARGEST = 3  # the largest of the sizes that are fixed
_MOST_FIXED = 9
EMPTY = "no input meets these hypotheses"
NOWHERE = "there is no input at which the formulas have a value and the loss is smooth"
NONE_FOUND = "no input that meets these hypotheses was found"
NOWHERE_FOUND = "no input was found at which the formulas have a value and the loss is smooth"


class InternalContradiction(AssertionError):  # noqa: N818  (what it is)
    """A claim was proved and refuted: one of the two is a defect of this program."""

    def __init__(self, question: Question, found: Counterexample) -> None:
        super().__init__(
            f"{question.text.claim!r} was proved by the kernel and is refuted {found}; "
            "please report this as a defect"
        )


def check(question: Question, *, seconds: float = 8.0, explain: bool = False) -> Answer:
    """What is known of a claim after at most about so many seconds.

    With ``explain`` the answer also has the derivation that was found, line by line.

    Raises
    ------
    InternalContradiction
        Where the claim was both proved and refuted, which is a defect of the kernel or of the
        search.
    """
    deadline = Deadline(seconds)
    answer = _Checking(question, deadline).answer()
    steps = _steps(question, deadline) if explain else ()
    return replace(answer, conditions=question.conditions, steps=steps, seconds=deadline.spent)


def _steps(question: Question, deadline: Deadline) -> tuple[Step, ...]:
    try:
        with time_limit(max(1.0, deadline.left)):
            return explained(question)
    except (NotProved, Refused):
        return ()


class _Checking:
    """One question, being settled."""

    def __init__(self, question: Question, deadline: Deadline) -> None:
        self.question = question
        self.claim = question.claim
        self.deadline = deadline
        self._points = small_points(self.claim.declarations, question.domains)
        self._seen: list[Point] = []
        self._reason = ""
        self._left_over: Term | None = None

    def answer(self) -> Answer:
        found = self._look(self._more(_FIRST))
        if found is not None:
            return self._refuted(found)
        proof = self._proof()
        if not self._seen:
            self._seen += islice(self._points, 1)
        if not self._seen:
            return self._empty()
        if proof is not None:
            return self._proved(proof)
        found = self._look(self._more()) or self._look_further()
        return self._undecided() if found is None else self._refuted(found)

    # ---- looking for a counterexample ----------------------------------------------------------

    def _more(self, count: int | None = None) -> Iterator[Point]:
        """The next points; they are kept."""
        for point in islice(self._points, count):
            self._seen.append(point)
            yield point

    def _look(self, points: Iterator[Point]) -> Counterexample | None:
        for point in points:
            found = counterexample_at(self.claim, point)
            if found is not None or self.deadline.is_over:
                return found
        return None

    def _look_further(self) -> Counterexample | None:
        """Drawn by hypothesis, which is loaded for that alone."""
        if self.deadline.is_over:
            return None
        from .drawing import drawn_counterexample  # noqa: PLC0415

        return drawn_counterexample(self.claim, self.question.domains, self.deadline.part(0.4))

    # ---- proving -------------------------------------------------------------------------------

    def _proof(self) -> Proof | None:
        """A proof of just the claim, as the kernel has rebuilt it."""
        try:
            with time_limit(0.4 * self.deadline.left):  # replaying takes as long at most
                rebuilt = replay(dump(prove(self.claim)))
        except NotProved as reason:
            self._reason, self._left_over = str(reason), reason.left_over
            return None
        except Refused as refusal:
            self._reason = str(refusal)
            return None
        same = rebuilt.declarations == self.claim.declarations
        return rebuilt if same and rebuilt.conclusion == self.claim.judgement else None

    def _proved(self, proof: Proof) -> Answer:
        more = self._more(max(0, _CONFIRMED - len(self._seen)))
        found = self._look(iter(self._seen[:])) or self._look(more)
        if found is not None:
            raise InternalContradiction(self.question, found)
        found = counterexample_left_out(self.question, self.deadline.part(0.3))
        if found is not None:
            return Answer(self.question, REFUTED, counterexample=found)
        used = {self.claim.declarations.hypotheses[k] for k in proof.used[-1]}
        stated = (*self.question.assumed, *self.question.given)
        return Answer(
            self.question,
            PROVED,
            proof=proof,
            used=tuple(each for each in stated if each.hypothesis in used),
            not_needed=tuple(each for each in stated if each.hypothesis not in used),
            example=self._seen[0],
            ablations=tuple(ablate(self.question, self.deadline.part(0.8))),
        )

    # ---- the other answers ---------------------------------------------------------------------

    def _refuted(self, found: Counterexample) -> Answer:
        if self._is_proved_quickly():
            raise InternalContradiction(self.question, found)
        small = smallest(self.claim, found, self.question.domains, self.deadline.part(0.5))
        with time_limit(0.8 * self.deadline.left):
            value = derivative(self.question, self.claim)
        mistake = diagnosis(
            self.claim,
            self.question.domains,
            spell=in_own_definitions(self.question),
            seconds=0.8 * self.deadline.left,
        )
        return Answer(
            self.question, REFUTED, counterexample=small, derivative=value, diagnosis=mistake
        )

    def _is_proved_quickly(self) -> bool:
        with time_limit(0.2 * self.deadline.left):
            return not self._reason and is_proved(self.claim)

    def _empty(self) -> Answer:
        with time_limit(0.5 * self.deadline.left):
            shown = contradicts(self.claim.declarations) is not None
        if self._is_met_without_conditions():
            reason = NOWHERE if shown else NOWHERE_FOUND
        else:
            reason = EMPTY if shown else NONE_FOUND
        return Answer(self.question, UNDECIDED, contradictory=shown, reason=reason)

    def _is_met_without_conditions(self) -> bool:
        """Whether it is what the formulas need, and not what was stated, that nothing meets."""
        stated = (*self.question.assumed, *self.question.given)
        hypotheses = tuple(dict.fromkeys(each.hypothesis for each in stated))
        declarations = replace(self.claim.declarations, hypotheses=hypotheses)
        return example_point(declarations, self.question.domains) is not None

    def _undecided(self) -> Answer:
        return Answer(
            self.question,
            UNDECIDED,
            example=self._seen[0],
            left_over=self._left_over,
            reason=_in_words(self._reason),
            fixed_sizes=tuple(self._fixed_sizes()),
            agreement=self._agreement(),
        )

    def _fixed_sizes(self) -> Iterator[dict[str, int]]:
        """Sizes from 1 to 3 at which the kernel proves the claim, entry by entry."""
        deadline = self.deadline.part(0.6)
        for sizes in _small_sizes(least_sizes(self.claim.declarations)):
            if deadline.is_over:
                return
            if not _are_allowed(self.claim.declarations, sizes):
                continue
            try:
                claims = at_sizes(self.claim, sizes)
            except NotWritten:
                continue
            with time_limit(deadline.left):
                if claims and all(map(is_proved, claims)):
                    yield sizes

    def _agreement(self) -> Agreement:
        deadline, answers = self.deadline.part(0.8), []
        for point in self._seen[:_AGREEING]:
            if deadline.is_over:
                break
            try:
                answers.append(witness(self.claim, point))
            except Undefined:
                continue
        return Agreement(len(answers), sum(answers))


def _are_allowed(declarations: Declarations, sizes: dict[str, int]) -> bool:
    """Whether these sizes meet the hypotheses that are about sizes alone."""
    return all(
        holds(hypothesis.conclusion, Point(sizes), bound)
        for hypothesis in declarations.hypotheses
        if not any(term.names for term in terms_of(hypothesis.conclusion))
        for bound in indices_below(hypothesis.context, sizes)
    )


def _small_sizes(least: dict[str, int]) -> list[dict[str, int]]:
    """Choices of sizes up to 3: all of them where these are few, else equal ones."""
    ranges = [range(low, max(low, _LARGEST) + 1) for low in least.values()]
    equal = [(size,) * len(ranges) for size in range(1, _LARGEST + 1)]
    ways = list(product(*ranges)) if len(ranges) <= 2 else equal
    fits = [way for way in ways if all(map(int.__ge__, way, least.values()))]
    ordered = sorted(fits, key=lambda way: (sum(way), way))[:_MOST_FIXED]
    return [dict(zip(least, way, strict=True)) for way in ordered]


def _in_words(reason: str) -> str:
    """Why no proof was found, as far as a reader of the answer is concerned."""
    if reason.startswith("gave up: out of time"):
        return "out of time"
    if reason.startswith("gave up"):
        return f"out of steps ({reason})"
    return "no proof and no counterexample was found"
