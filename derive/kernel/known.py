"""What is known to a rule: its premises, and what follows from the structure of terms."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import takewhile
from typing import Any

from . import judgement as j
from . import terms as t
from .declarations import Declarations
from .errors import Refused, require
from .terms import Term

ANY = j.SIGNS["defined"]
Premise = tuple[j.Judgement, frozenset[int]]  # and the hypotheses that it rests on


class Known:
    """The premises of one rule application that hold under one context.

    A premise proved under fewer binders also holds under more: it is seen from under those. Under
    any other context it is left out. ``equal`` maps the left side of every equation to its right
    side, ``stated`` every term of a premise (it has a value) to the signs that premises leave it.
    """

    def __init__(
        self, declarations: Declarations, premises: Sequence[Premise], context: j.Context
    ) -> None:
        self.declarations, self.premises, self.context = declarations, premises, context
        self._given: list[j.Conclusion] = []
        self.equal: dict[Term, Term] = {}
        self.stated: dict[Term, set[int]] = {}
        self._signs: dict[Term, set[int]] = {}
        self._under: dict[str | j.Guard, Known] = {}
        for (place, conclusion), _ in premises:
            depth = len(context) - len(place)
            if depth >= 0 and context[depth:] == place:
                self._note(j.lift(conclusion, len(j.binders(context[:depth]))))

    def _note(self, conclusion: j.Conclusion) -> None:
        self._given.append(conclusion)
        for term in j.terms_of(conclusion):
            self.stated.setdefault(term, ANY)
        if isinstance(conclusion, j.Equation):
            self.equal[conclusion.left] = conclusion.right
        elif isinstance(conclusion, j.Fact):
            before = self.stated[conclusion.term]
            self.stated[conclusion.term] = before & j.SIGNS[conclusion.kind]

    def under(self, entry: str | j.Guard) -> Known:
        """What is known under one more binder or guard."""
        if entry not in self._under:
            self._under[entry] = Known(self.declarations, self.premises, (entry, *self.context))
        return self._under[entry]

    def inside(self, term: Term) -> Known:
        """What is known where the body of a sum or of a guarded term stands."""
        if term.kind == "where":
            held = takewhile(lambda entry: not isinstance(entry, str), self.context)
            return self if term.args[:3] in held else self.under(term.args[:3])
        return self.under(term.args[0]) if term.kind == "sum" else self

    def take(self, *kinds: type[j.Conclusion]) -> tuple[Any, ...]:
        """The conclusions of the premises. Refuses where they are not of these kinds in turn."""
        require(len(self._given) == len(self.premises), "premises under different contexts")
        if tuple(map(type, self._given)) != kinds:
            raise Refused(f"takes as premises: {', '.join(kind.__name__ for kind in kinds)}")
        return tuple(self._given)

    def require_free(self, which: int, derivative: j.Derivative) -> None:
        """Refuse a premise that holds only where a variable of the derivative is held."""
        stated = [self.declarations.hypotheses[k].conclusion for k in self.premises[which][1]]
        guards = [j.assumed(entry) for entry in self.context if not isinstance(entry, str)]
        for conclusion in [*stated, *guards]:
            for variable, _ in derivative.entries:
                free = not j.limits(conclusion, variable)
                require(free, f"rests on a hypothesis about {variable}", *j.terms_of(conclusion))

    # ---- what has a value ------------------------------------------------------------------------

    def require_defined(self, *terms: Term) -> None:
        """Refuse unless every term has a value, by its structure and the premises."""
        for term in terms:
            if not (term.total or term in self.stated):
                self.require_safe(term)
                *sides, body = term.parts
                self.require_defined(*sides)
                self.inside(term).require_defined(body)
                self.stated[term] = ANY  # shown once is enough

    def require_safe(self, term: Term) -> None:
        """Refuse unless the term is shown to have a value wherever its parts have one.

        base ** whole needs base != 0, any power but one by a whole number, as it is written, needs
        base > 0, and log needs a positive argument; natural powers and all else need nothing.
        """
        if term.kind == "power" and t.natural_number(term.args[1]) is None:
            need = "nonzero" if isinstance(t.rational(term.args[1]), int) else "positive"
            part = term.args[0]
        elif term.kind == "apply" and term.args[0] in t.OF_POSITIVE:
            need, part = "positive", term.args[1]
        else:
            return
        if not self.shows(need, part):
            raise Refused(f"not shown {need}", part, term)

    # ---- what is positive, or not 0 --------------------------------------------------------------

    def shows(self, kind: str, term: Term) -> bool:
        """Whether a term is "positive", "nonnegative" or "nonzero" wherever it has a value."""
        return self.signs(term) <= j.SIGNS[kind]

    def signs(self, term: Term) -> set[int]:
        """The signs that a term may have wherever it has a value: some of -1, 0 and 1.

        What equals a term has its signs.
        """
        if term not in self._signs:
            found = self.stated.get(term) or ANY
            if len(found) > 1:
                found = found & self._signs_by_structure(term)
            self._signs[term] = found  # this much is known, should equations go round
            if term in self.equal:
                self._signs[term] = found & self.signs(self.equal[term])
        return self._signs[term]

    def _signs_by_structure(self, term: Term) -> set[int]:
        args = term.args
        match term.kind:
            case "number":
                return {(args[0] > 0) - (args[0] < 0)}
            case "where":
                return {0} | self.inside(term).signs(args[3])
            case "apply" if args[0] == "exp":
                return {1}
            case "power":
                return _signs_of_power(self.signs(args[0]), args[1])
            case "sum":
                each = self.inside(term).signs(args[1])
                return each | _signs_of_sum(each, each)  # of at least one part
            case "add":
                return reduce(_signs_of_sum, map(self.signs, args), {0})
            case "multiply":
                return reduce(_signs_of_product, map(self.signs, args), {1})
        return _SIGNS.get(term.kind, ANY)


_SIGNS = {"size": {1}, "constant": {1}, "delta": {0, 1}, "position": {0, 1}}


def _signs_of_sum(left: set[int], right: set[int]) -> set[int]:
    """0 changes nothing, numbers of one sign add up to that sign, and others to anything."""
    pairs = [(a, b) for a in left for b in right]
    return {s for a, b in pairs for s in ((a or b,) if a * b >= 0 else (-1, 0, 1))}


def _signs_of_product(left: set[int], right: set[int]) -> set[int]:
    return {a * b for a in left for b in right}


def _signs_of_power(base: set[int], exponent: Term) -> set[int]:
    """b**e > 0 for b > 0; else an even power is >= 0, an odd one is as b is, and b**0 = 1"""
    value = t.rational(exponent)
    if base <= {1} or value == 0:
        return {1}
    if not isinstance(value, int):
        return ANY
    return {s ** (2 - value % 2) for s in base if s or value > 0}
