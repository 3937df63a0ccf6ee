"""The proof under construction, and the lookups that every tactic needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import takewhile
from typing import Any

from ..kernel import Declarations, Equation, Fact, Judgement, Proof, Refused, Term
from ..kernel.judgement import Conclusion, Context, Guard, assumed, binders, gap, lift
from ..kernel.terms import OF_POSITIVE, ZERO, natural_number, negate, rational, shift
from ..plain_text import show
from .bounds import within_bounds
from .clock import is_over
from .matching import hypotheses_matching

MOST_LINES = 20_000

Search = Callable[[str, Term, Context], int | None]

# What is enough for each kind of fact.
_ENOUGH = {
    "positive": ("positive",),
    "nonnegative": ("nonnegative", "positive"),
    "nonzero": ("nonzero", "positive"),
}


class NotProved(Exception):  # noqa: N818  (an answer, not a mishap)
    """No proof was found. ``left_over`` is what remains of the difference of the two sides."""

    def __init__(self, reason: str, left_over: Term | None = None) -> None:
        super().__init__(reason)
        self.left_over = left_over


class NotShown(NotProved):
    """Some part (``left_over``) could not be shown positive or nonzero, so it may have no value."""


class OutOfSteps(NotProved):
    """The search was given up, which says nothing of what was searched for."""


class OutOfTime(OutOfSteps):
    """The search was given up when its time had run out."""


def check_time() -> None:
    """Give up where the time has run out."""
    if is_over():
        raise OutOfTime("gave up: out of time")


def apart(guarded: Term) -> Term:
    """The difference of the two sides of a guard, 0 at its kink."""
    _, left, right, _ = guarded.args
    return gap(left, right)


def inside(term: Term) -> Context:
    """What the last part of a term stands under: the binder of a sum, or a guard."""
    if term.kind == "where":
        return (term.args[:3],)
    return (term.args[0],) if term.kind == "sum" else ()


def lowered(term: Term, context: Context) -> tuple[Term, Context]:
    """The term under no more binders than it uses, and no guards but those that may concern it."""
    while context:
        entry = context[0]
        if isinstance(entry, str):
            if 0 in term.indices:
                break
            term = shift(term, -1)
        elif concerns(entry, term) and entry not in held(context[1:]):
            break
        context = context[1:]
    return term, context


def held(context: Context) -> Iterable[Any]:
    """The guards that hold, as they are seen from here."""
    return takewhile(lambda entry: not isinstance(entry, str), context)


def concerns(guard: Guard, term: Term) -> bool:
    """Whether a guard speaks of something that a term reads (sizes are read everywhere)."""
    _, left, right = guard
    about = [*left.names, *right.names, *left.indices, *right.indices]
    return not about or any(name in term.names or name in term.indices for name in about)


def _contexts(term: Term) -> list[Context]:
    """What each part of a term stands under."""
    return [()] * (len(term.parts) - 1) + [inside(term)] if term.parts else []


class Ledger:
    """A proof that grows line by line; a step that was made before costs a lookup."""

    def __init__(self, declarations: Declarations) -> None:
        self.declarations = declarations
        self.proof = Proof(declarations)
        self._lines: dict[tuple[Any, ...], int] = {}
        self._facts: dict[tuple[str, Term, Context], int | None] = {}
        self._searched: set[tuple[str, Term, Context]] = set()
        self._needs: dict[Term, tuple[tuple[str, Term, Context], ...]] = {}
        self._further: Search | None = None

    def step(self, rule: str, *args: Any, premises: Sequence[int] = ()) -> int:
        """Apply a rule, or find the line where it was applied to the same before."""
        key = (rule, args, *premises)
        line = self._lines.get(key)
        if line is None:
            if len(self._lines) >= MOST_LINES:
                raise OutOfSteps(f"gave up after {MOST_LINES} steps")
            check_time()
            line = self._lines[key] = self.proof.step(rule, args, premises)
        return line

    def rewrite(
        self, rule: str, left: Term, right: Term, context: Context, *args: object
    ) -> int | None:
        """The line that rewrites left to right by a rule with these arguments; None for none."""
        try:
            facts = [fact for side in (left, right) for fact in self.facts_for(side, context)]
            return self.step(rule, context, *args, premises=facts)
        except OutOfSteps:
            raise
        except (NotProved, Refused):
            return None

    def judgement(self, line: int) -> Judgement:
        """What a line proves."""
        return self.proof.judgements[line]

    def seen(self, line: int, context: Context) -> Conclusion:
        """What a line proves, seen from a context further inside."""
        place, conclusion = self.judgement(line)
        return lift(conclusion, len(binders(context)) - len(binders(place)))

    def assumptions(self, kind: type[Equation] | type[Fact], context: Context) -> Iterator[int]:
        """The lines that say what the guards of a context say, the innermost first."""
        for depth, entry in enumerate(context):
            if not isinstance(entry, str) and isinstance(assumed(entry), kind):
                yield self.step("assumed", context[depth:])

    def left_side(self, line: int) -> Term:
        """The left side of the equation that a line proves."""
        conclusion = self.judgement(line).conclusion
        assert isinstance(conclusion, Equation)
        return conclusion.left

    def right_side(self, line: int) -> Term:
        """The right side of the equation that a line proves."""
        conclusion = self.judgement(line).conclusion
        assert isinstance(conclusion, Equation)
        return conclusion.right

    # ---- facts: what is positive, or not 0 -----------------------------------------------------

    def ask_further(self, search: Search) -> None:
        """Name who is asked for facts that the structure of a term does not show."""
        self._further = search

    def fact(self, kind: str, term: Term, context: Context, *, further: bool = True) -> int:
        """The line that shows a term "positive", "nonnegative" or "nonzero".

        It is proved under as few binders as possible, so that it serves in many contexts.
        ``further`` says whether to search beyond the structure of the term.

        Raises
        ------
        NotShown
            Where no line was found.
        """
        term, context = lowered(term, context)
        key = (kind, term, context)
        known = (self._facts.get((enough, term, context)) for enough in _ENOUGH[kind])
        line = next((line for line in known if line is not None), None)
        if line is None and key not in self._facts:
            line = self._by_structure(kind, term, context)
            if line is None:
                line = within_bounds(self, kind, term, context)
            self._facts[key] = line
        if line is None and further and self._further is not None and key not in self._searched:
            self._searched.add(key)
            found = self._further(kind, term, context)
            line = self._facts[key] = found if found is not None else self._facts[key]
        if line is None:
            raise NotShown(f"not shown {kind}: {show(term)}", term)
        return line

    def is_fact(self, kind: str, term: Term, context: Context) -> bool:
        """Whether the structure of a term shows a fact, or it was shown before."""
        try:
            self.fact(kind, term, context, further=False)
        except OutOfSteps:
            raise
        except NotProved:
            return False
        return True

    def note_fact(self, kind: str, term: Term, context: Context, line: int) -> None:
        """Remember a line that shows a fact by other means than its structure."""
        term, context = lowered(term, context)
        if self.judgement(line).context == context:
            self._facts[kind, term, context] = line

    def _by_structure(self, kind: str, term: Term, context: Context) -> int | None:
        try:
            facts = self.facts_with_structure(term, context)
            line = self.step("sign", context, term, premises=facts)
        except OutOfSteps:
            raise
        except (Refused, NotProved):
            return None
        return line if self.shows(line, kind) else None

    def shows(self, line: int, kind: str) -> bool:
        """Whether the fact that a line states is enough for another kind of fact."""
        shown = self.judgement(line).conclusion
        return isinstance(shown, Fact) and shown.kind in _ENOUGH[kind]

    def _stated_facts(self, term: Term, context: Context) -> list[int]:
        """Facts about the parts of a term, stated or shown before, under their binders."""
        lines = []
        for which, at in hypotheses_matching(self.declarations, term, context, Fact):
            lines.append(self.step("hypothesis", which, context, at))
        if term.kind == "element":
            lines += self._said_by_guards(term, context)
        for part, within in zip(term.parts, _contexts(term), strict=True):
            lines += self._noted(part, (*within, *context))
            lines += self._stated_facts(part, (*within, *context))
        return lines

    def _said_by_guards(self, term: Term, context: Context) -> Iterator[int]:
        """t > 0 and the like under the guard 0 < t; what shows t < 0 and the like under t < 0"""
        for line in self.assumptions(Fact, context):
            said = self.seen(line, context)
            assert isinstance(said, Fact)
            if said.term is gap(ZERO, term):
                same = self.step("field", context, term, said.term)
                yield self.step("sign", context, term, premises=(same, line))
            elif said.term is gap(term, ZERO):
                yield self.step("field", context, term, negate(said.term))
                yield line

    def _noted(self, term: Term, context: Context) -> list[int]:
        found = (self._facts.get((kind, term, context)) for kind in ("positive", "nonzero"))
        return [line for line in found if line is not None]

    def facts_with_structure(self, term: Term, context: Context) -> list[int]:
        """What the rule ``sign`` may need of a term: what gives it a value, and stated facts."""
        return [*self.facts_for(term, context), *self._stated_facts(term, context)]

    def facts_for(self, term: Term, context: Context) -> list[int]:
        """The facts that a term needs in order to have a value (see ``needs``)."""
        if term.total:
            return []
        return [self.fact(kind, base, (*inner, *context)) for kind, base, inner in self.needs(term)]

    def facts_at_hand(self, term: Term, context: Context) -> list[int]:
        """Those of the facts that a term needs that are seen without a search."""
        needs = ((kind, base, (*inner, *context)) for kind, base, inner in self.needs(term))
        return [self.fact(*need, further=False) for need in needs if self.is_fact(*need)]

    def needs(self, term: Term) -> tuple[tuple[str, Term, Context], ...]:
        """What has to be positive or nonzero for a term to have a value.

        Each entry is a kind of fact, the term it is about, and what it stands under.
        """
        if term.total:
            return ()
        found = self._needs.get(term)
        if found is None:
            found = self._needs[term] = tuple(dict.fromkeys(self._find_needs(term)))
        return found

    def _find_needs(self, term: Term) -> Iterable[tuple[str, Term, Context]]:
        if term.kind == "power" and natural_number(term.args[1]) is None:
            whole = isinstance(rational(term.args[1]), int)
            yield ("nonzero" if whole else "positive", term.args[0], ())
        elif term.kind == "apply" and term.args[0] in OF_POSITIVE:
            yield ("positive", term.args[1], ())
        for part, within in zip(term.parts, _contexts(term), strict=True):
            for kind, base, inner in self.needs(part):
                yield (kind, base, (*inner, *within))

    def kinks(
        self, term: Term, variable: str, context: Context = ()
    ) -> Iterator[tuple[str, Term, Context]]:
        """What has to be nonzero for a point to be away from the kinks of a function of a variable.

        Entries are as in ``needs``.
        """
        for part, within in zip(term.parts, _contexts(term), strict=True):
            if variable in part.names:
                yield from self.kinks(part, variable, (*within, *context))
        if term.kind == "where" and variable in term.args[1].names | term.args[2].names:
            yield ("nonzero", apart(term), context)

    def field(self, left: Term, right: Term, context: Context, equations: Sequence[int]) -> int:
        """The rule ``field``, with the facts that the terms on the way need."""
        premises = dict.fromkeys(equations)
        premises.update(dict.fromkeys(self.facts_for(left, context)))
        premises.update(dict.fromkeys(self.facts_for(right, context)))
        for line in equations:
            where, conclusion = self.judgement(line)
            for term in conclusion if isinstance(conclusion, Equation) else ():
                premises.update(dict.fromkeys(self.facts_for(term, where)))
        return self.step("field", context, left, right, premises=tuple(premises))
