"""The right answer as a person would write it: short, and in the definitions of the question.

Several equal forms are made, and the smallest is taken. Each is read again, with the definitions
put in, and counts only where the kernel proves it equal.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property

from ..chain_rule import ChainRule
from ..claims import Claim
from ..deriving import derived
from ..factoring import factored, gathered, grouped
from ..kernel import Fact, Refused, Term
from ..kernel.terms import rational
from ..proof_files import dump, replay
from ..shorthand import Meaning, Named, as_written, in_names, meaning
from ..tactics.ledger import NotProved
from ..tactics.polynomials import term_of
from ..tactics.prove import Prover, prove
from .elaboration import expand

_MOST_TRIED = 4  # forms that the kernel is asked about
_LOSS = 6  # what it costs to say the derivative of L in L


class Presentation:
    """Says terms in the definitions of a question.

    claim: what it is about, definitions put in.
    definitions: in the order in which they were written.
    of: what is differentiated, in shorthand.
    """

    def __init__(self, claim: Claim, definitions: Sequence[Named], of: Term) -> None:
        self.claim = claim
        self.definitions = definitions
        self.of = of
        self.differentiated = {d.name for d in definitions if d.name in of.names and not d.shape}
        self.bodies: dict[str, Term] = {}
        for named in definitions:
            self.bodies[named.name] = expand(named.body, self.bodies)

    def expanded(self, term: Term) -> Term:
        """A term in shorthand with its definitions put in."""
        return expand(term, self.bodies)

    # ---- terms ----

    def term(self, term: Term) -> Term:
        """A term in the variables alone, said in the definitions; itself where that is shortest.

        What it is said to be is proved equal, with no equation that was stated: the term may be
        what is right without it.
        """
        if term.loose or term.names & set(self.bodies):  # a part of a sum, or said in them already
            return term
        forms = sorted({**_as_many(self._forms(term)), term: None}, key=self.cost)
        return next((form for form in forms if form is term or self._is_same(form, term)), term)

    def as_written(self, term: Term, without: Collection[str] = ()) -> Term:
        """The term with names wherever just what they stand for was put in."""
        named = [d for d in self.definitions if d.name not in without]
        return as_written(term, [(d.name, len(d.shape), self.bodies[d.name]) for d in named])

    def _forms(self, term: Term) -> Iterator[Term]:
        yield self.as_written(term, without=self.differentiated)
        yield self.as_written(term)
        normal = term_of(self._prover.normal(term))
        for form in self._in_names(normal):
            yield from _written(form)

    def _is_same(self, form: Term, term: Term) -> bool:
        try:
            self._prover.equal(self.expanded(form), term)
        except (NotProved, Refused):
            return False
        return True

    @cached_property
    def _prover(self) -> Prover:
        declared = self.claim.declarations
        facts = tuple(h for h in declared.hypotheses if isinstance(h.conclusion, Fact))
        return Prover(replace(declared, hypotheses=facts))

    @cached_property
    def _meanings(self) -> list[Meaning]:
        found = [meaning(d, self.bodies[d.name], self._prover) for d in self.definitions]
        return [each for each in found if each is not None]

    # ---- the derivative ----

    def derivative(self, value: Term) -> Term:
        """What the derivative is, in shorthand; ``value`` is a form of it that has been proved."""
        found = {**_as_many(self._by_chain_rule()), **_as_many(self._forms(value))}
        forms = sorted(found, key=self.cost)
        for form in forms[:_MOST_TRIED]:
            if self.cost(form) < self.cost(value) and self._is_proved(form):
                return form
        return value

    def cost(self, term: Term) -> int:
        """How much there is to read; a minus sign is little, the loss itself says little."""
        if term.kind == "element":
            return 1 + len(term.args[1]) + (_LOSS if term.args[0] in self.differentiated else 0)
        if term.kind == "multiply":
            return sum(0 if rational(part) == -1 else self.cost(part) for part in term.args)
        if term.kind == "power" and rational(term.args[1]) == -1:
            return self.cost(term.args[0])
        return 1 + sum(map(self.cost, term.parts))

    def _by_chain_rule(self) -> Iterator[Term]:
        rule = ChainRule(self.claim.declarations, self.definitions, self.bodies, self.of)
        slope = self.of
        for entry in self.claim.entries:
            slope = rule.slope(slope, entry)
        for form in self._in_names(slope):
            yield from _written(form)

    def _in_names(self, term: Term) -> Iterable[Term]:
        """A term in all names but that of what is differentiated, in all names, and as it is.

        A loss of many terms is not named in its own derivative: one would take the others off.
        """
        loss = self.differentiated
        others = [each for each in self._meanings if each.name not in loss]
        named = [each for each in self._meanings if each.name not in loss or len(each.body) <= 2]
        return dict.fromkeys((in_names(term, others), in_names(term, named), term))

    def _is_proved(self, form: Term) -> bool:
        try:
            said = self.claim.saying(self.expanded(form))
            rebuilt = replay(dump(prove(said)))
        except (NotProved, Refused):
            return False
        same = rebuilt.declarations == said.declarations
        return same and rebuilt.conclusion == said.judgement


def _as_many(forms: Iterator[Term]) -> dict[Term, None]:
    """The forms up to where they are too large, lack a value, or the time has run out."""
    found: dict[Term, None] = {}
    with suppress(NotProved, Refused):
        for form in forms:
            found[form] = None
    return found


def _written(term: Term) -> Iterator[Term]:
    """A normal form with common factors taken out, with its sums put together, and as it is."""
    for rewrite in (factored, grouped, gathered):
        with suppress(Refused):  # too large
            yield rewrite(term)
    yield term


def right_side(claim: Claim, definitions: Sequence[Named], of: Term) -> Term | None:
    """What the derivative is, in the variables, in a form that is short to say; it is proved.

    None where no proof was found.
    """
    try:
        found = derived(claim)
        rebuilt = replay(dump(found.proof))
    except (NotProved, Refused):
        return None
    said = found.claim
    if rebuilt.declarations != said.declarations or rebuilt.conclusion != said.judgement:
        return None
    presentation = Presentation(claim, definitions, of)
    return presentation.expanded(presentation.derivative(said.value))
