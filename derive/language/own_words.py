"""Results in the words of the question: its own definitions, its own names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..folding import Pattern, folded, pattern
from ..kernel import Fact, Term
from ..kernel.terms import element, make
from ..tactics.ledger import NotProved
from ..tactics.matching import Found, matches
from ..tactics.polynomials import term_of
from ..tactics.prove import Prover
from .elaboration import expand
from .printer import Printer
from .question import Question
from .syntax import statements

Spelling = Callable[[Term], str]


def left_side(question: Question) -> str:
    """What the claim is about, as it was written: ``dL/dx[i]``."""
    return statement(question).partition("=")[0].strip()


def statement(question: Question) -> str:
    """The claim itself, without the definitions before it, on one line."""
    return " ".join(statements("claim", question.text.claim)[-1].text.split())


def bodies(question: Question) -> dict[str, Term]:
    """What each defined quantity stands for, written out; its indices are loose bound ones."""
    found: dict[str, Term] = {}
    for defined in question.definitions:
        found[defined.name] = expand(defined.body, found)
    return found


def in_own_definitions(question: Question) -> Spelling:
    """Writes terms out in the language of claims, with what the question defines by its name."""
    folding = OwnDefinitions(question)
    printer = Printer(tuple(defined.name for defined in question.definitions))
    return lambda term: printer(folding(term))


class OwnDefinitions:
    """Puts defined quantities back into terms, as far as that leaves the terms what they are."""

    def __init__(self, question: Question) -> None:
        self._question = question
        declared = question.claim.declarations
        facts = tuple(h for h in declared.hypotheses if isinstance(h.conclusion, Fact))
        self._prover = Prover(replace(declared, hypotheses=facts))
        self._bodies = bodies(question)
        self._patterns: list[Pattern | None] | None = None

    def __call__(self, term: Term) -> Term:
        """The term in shorthand; itself, where no definition is found in it.

        Nothing that was stated to be equal is used: it may be what the term is to do without.
        """
        if term.loose or not self._bodies:
            return term
        try:
            simple = term_of(self._prover.normal(term))
            short = folded(simple, self._known_patterns())
            same = self._prover.normal(expand(short, self._bodies)) == self._prover.normal(simple)
        except NotProved:
            return self.where_written(term)
        return short if same and short is not simple else self.where_written(term)

    def where_written(self, term: Term) -> Term:
        """The term with the names of defined quantities where these stand written out in it."""
        for defined in reversed(self._question.definitions):
            found: Found = {}
            rank = len(defined.shape)
            if matches(self._bodies[defined.name], term, found) and len(found) == rank:
                return element(defined.name, *(found[place] for place in reversed(range(rank))))
        if not term.parts:
            return term
        inside = (self.where_written(a) if isinstance(a, Term) else a for a in term.args)
        return make(term.kind, *inside)

    def _known_patterns(self) -> list[Pattern | None]:
        if self._patterns is None:
            self._patterns = [
                pattern(each.name, self._bodies[each.name], each.shape[::-1], self._prover)
                for each in reversed(self._question.definitions)
            ]
        return self._patterns
