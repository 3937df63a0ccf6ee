"""Facts that the structure of a term does not show: through its normal form, or from hypotheses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import chain, islice, product
from typing import TYPE_CHECKING

from ..kernel import Declarations, Fact, Refused, Term
from ..kernel.judgement import Context, Shape
from ..kernel.polynomial import Polynomial, join, plus, raised, whole
from ..kernel.terms import Index, add, instantiate, multiply, number, product_of
from .cases import condition_read, opposite
from .ledger import Ledger, NotProved, OutOfSteps
from .matching import Found, in_range, matches
from .normal import Normal
from .order import order
from .polynomials import factor_of, monomial_term, polynomial_of, term_of
from .rational import factored

if TYPE_CHECKING:
    from .normal_form import Normaliser

MOST_PLACES = 50


class Positivity:
    """Finds facts for a ledger, with the help of normal forms."""

    def __init__(self, normaliser: Normaliser) -> None:
        self._normaliser = normaliser
        self._ledger = normaliser.ledger

    def find(self, kind: str, term: Term, context: Context) -> int | None:
        """The line that shows a term "positive", "nonnegative" or "nonzero"; None if none is found.

        Raises
        ------
        OutOfSteps
            Where the search was given up.
        """
        ways = (self._by_likeness, self._by_member, self._by_factors, self._by_hypotheses)
        for way in (*ways, self._by_parts, self._by_cases):
            try:
                line = way(kind, term, context)
            except OutOfSteps:
                raise
            except (NotProved, Refused):
                continue
            if line is not None and self._ledger.shows(line, kind):
                return line
        return None

    # ---- what was shown at other indices

    def _by_likeness(self, kind: str, term: Term, context: Context) -> int | None:
        """A base, taken out of a term that shows what it is, at these indices, too."""
        for origin in self._normaliser.likenesses.of(term):
            self._normaliser.normal(origin, context)
            if self._ledger.is_fact(kind, term, context):
                return self._ledger.fact(kind, term, context, further=False)
        return None

    # ---- a sum of terms >= 0, one of them > 0

    def _by_member(self, kind: str, term: Term, context: Context) -> int | None:
        if term.kind != "sum":
            return None
        below, body = term.args
        inner = (below, *context)
        if not _has_guard(body):
            return None
        fact = self._ledger.fact("nonnegative", body, inner)
        for at in self._members(body, below, context):
            try:
                member = self._ledger.fact("positive", instantiate(body, at), context)
            except OutOfSteps:
                raise
            except NotProved:
                continue
            return self._ledger.step("sum_positive", context, term, at, premises=(fact, member))
        return None

    def _members(self, body: Term, below: str, context: Context) -> Iterator[Index]:
        """Indices that the body speaks of, seen from outside the sum."""
        for index in sorted(body.indices, key=str):
            if index == 0:
                continue
            at = index - 1 if isinstance(index, int) else index
            if self._ledger.declarations.index_size(at, context) == below:
                yield at

    # ---- the normal form, factored

    def _by_factors(self, kind: str, term: Term, context: Context) -> int | None:
        normal = self._normaliser.normal(term, context)
        if not normal.polynomial:
            return self._carried(number(0), term, normal, context)
        coefficient, content, primitive = factored(normal.polynomial)
        factors = [number(coefficient)] if coefficient != 1 else []
        factors += [factor_of(*pair) for pair in sorted(content, key=lambda pair: order(pair[0]))]
        if len(primitive) > 1 or primitive != {frozenset(): 1}:
            factors.append(term_of(primitive))
        product = product_of(factors)
        return None if product is term else self._carried(product, term, normal, context)

    def _carried(self, known: Term, term: Term, normal: Normal, context: Context) -> int | None:
        """The fact that the structure of an equal term shows."""
        facts = self._ledger.facts_with_structure(known, context)
        equal = self._ledger.field(term, known, context, normal.evidence)
        return self._ledger.step("sign", context, term, premises=(equal, *facts))

    # ---- hypotheses: a stated fact about a part of it

    def _by_hypotheses(self, kind: str, term: Term, context: Context) -> int | None:
        """term = stated + rest, or a multiple of what is stated"""
        facts = (
            (line, self._normaliser.normal(stated.term, context))
            for line in _instances(self._ledger, term, context)
            if isinstance(stated := self._ledger.seen(line, context), Fact)
        )
        return self._by_facts(kind, term, self._normaliser.normal(term, context), facts, context)

    def by_guards(self, kind: str, polynomial: Polynomial, context: Context) -> int | None:
        """The line that shows a fact about a polynomial by one of the guards of the context.

        Guards are taken as they stand. To bring them to normal form might take what they say.
        """
        facts = (
            (line, Normal(_polynomial(stated.term)))
            for line in self._ledger.assumptions(Fact, context)
            if isinstance(stated := self._ledger.seen(line, context), Fact)
        )
        return self._by_facts(kind, term_of(polynomial), Normal(polynomial), facts, context)

    def _by_facts(
        self,
        kind: str,
        term: Term,
        normal: Normal,
        facts: Iterable[tuple[int, Normal]],
        context: Context,
    ) -> int | None:
        """The line that shows a term positive by one of the facts, adding or multiplying."""
        for line, other in facts:
            stated = self._ledger.seen(line, context)
            assert isinstance(stated, Fact)
            for known, rest in self._related(normal, other, stated.term):
                needed = [line, *self._ledger.facts_with_structure(rest, context)]
                try:
                    self._ledger.step("sign", context, known, premises=needed)
                    evidence = [*normal.evidence, *other.evidence]
                    equal = self._ledger.field(term, known, context, evidence)
                except Refused:
                    continue
                found = self._ledger.step("sign", context, term, premises=(equal, *needed))
                if self._ledger.shows(found, kind):
                    return found
        return None

    def _related(self, normal: Normal, other: Normal, stated: Term) -> Iterator[tuple[Term, Term]]:
        rest = term_of(plus(normal.polynomial, other.polynomial, -1))
        yield add(stated, rest), rest
        scale = _quotient(normal.polynomial, other.polynomial)
        if scale is not None:
            yield multiply(scale, stated), scale

    # ---- by the cases of a condition that it reads

    def _by_cases(self, kind: str, term: Term, context: Context) -> int | None:
        """Shown where a condition holds and where it does not"""
        normal = self._normaliser.normal(term, context)
        condition = condition_read(normal.polynomial)
        if condition is None:
            return None
        lines: list[int] = []
        for case in (condition, opposite(condition)):
            inner = (case.args[:3], *context)
            within = self._normaliser.normal(term, inner)
            lines.append(self._ledger.fact(kind, within.term, inner))
            lines.append(self._ledger.field(term, within.term, inner, within.evidence))
        guard = condition.args[:3]
        return self._ledger.step("sign_by_cases", context, guard, term, premises=lines)

    # ---- a product or a power, by facts about its parts

    def _by_parts(self, kind: str, term: Term, context: Context) -> int | None:
        if term.kind not in ("multiply", "power") or kind == "nonnegative":
            return None
        parts = term.args if term.kind == "multiply" else term.args[:1]
        facts = [self._ledger.fact(kind, part, context) for part in dict.fromkeys(parts)]
        facts += self._ledger.facts_for(term, context)
        return self._ledger.step("sign", context, term, premises=facts)


def _polynomial(gap: Term) -> Polynomial:
    """b - a as it stands"""
    total: Polynomial = {}
    for part in gap.args:
        sign, side = (-1, part.args[1]) if part.kind == "multiply" else (1, part)
        total = plus(total, polynomial_of(side), sign)
    return total


def _quotient(one: Polynomial, other: Polynomial) -> Term | None:
    """The monomial c for which one = c * other, if there is one."""
    if not (one and other):
        return None
    above, below = factored(one), factored(other)
    sign = 1 if above.primitive == below.primitive else -1
    if sign < 0 and above.primitive != {m: -c for m, c in below.primitive.items()}:
        return None
    ratio = whole(sign * Fraction(above.coefficient) / below.coefficient)
    return monomial_term(join(above.content, raised(below.content, -1)), ratio)


def _has_guard(term: Term) -> bool:
    return term.kind == "where" or any(map(_has_guard, term.parts))


def _instances(ledger: Ledger, term: Term, context: Context) -> Iterator[int]:
    """What guards say, and stated facts at the indices at which the term reads the same."""
    declared = ledger.declarations
    yield from ledger.assumptions(Fact, context)
    for which, (sizes, conclusion) in enumerate(declared.hypotheses):
        if isinstance(conclusion, Fact):
            for at in _places(declared, conclusion.term, sizes, term, context):
                yield ledger.step("hypothesis", which, context, at)


def _places(
    declared: Declarations, stated: Term, sizes: Shape, term: Term, context: Context
) -> Iterator[tuple[Index, ...]]:
    """Where to read a stated fact: as the term reads its variables, then wherever it may be read.

    Variables that both read inside sums alone tell nothing of the outer indices.
    """
    tried: set[tuple[Index, ...]] = set()
    for at in chain(
        _places_read(declared, stated, sizes, term, context),
        _within(declared, sizes, term, context),
    ):
        if at not in tried:
            tried.add(at)
            yield at


def _within(
    declared: Declarations, sizes: Shape, term: Term, context: Context
) -> Iterator[tuple[Index, ...]]:
    """Every way to give a fact the indices that the term speaks of."""
    spoken = sorted(term.indices, key=str)
    ways = [[i for i in spoken if in_range(declared, i, below, context)] for below in sizes]
    yield from islice(product(*ways), MOST_PLACES)


def _places_read(
    declared: Declarations, stated: Term, sizes: Shape, term: Term, context: Context
) -> Iterator[tuple[Index, ...]]:
    for pattern in _elements(stated):
        for name in _elements(term):
            found: Found = {}
            if matches(pattern, name, found) and len(found) == len(sizes):
                at = tuple(found[place] for place in range(len(sizes)))
                ranged = zip(at, sizes, strict=True)
                if all(in_range(declared, i, n, context) for i, n in ranged):
                    yield at


def _elements(term: Term) -> Iterator[Term]:
    """The elements that a term reads outside its sums."""
    if term.kind == "element":
        yield term
    elif term.kind != "sum":
        for part in term.parts:
            yield from _elements(part)
