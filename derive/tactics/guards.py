"""Guards in normal forms: products of a body and an indicator, which is 1 or 0.

Conditions come in one form: b - a as a polynomial on the right of 0, with "<", or "<=" where only
indices are compared, or "=". Others are written through these: where(b < a, c) = c - where(a <= b,
c), for example.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..kernel import Refused, Term
from ..kernel.judgement import Context
from ..kernel.polynomial import atom, times
from ..kernel.terms import ONE, ZERO, Index, add, negate, where
from .binary import Binary
from .cases import condition_read
from .kept import Kept
from .ledger import NotProved, OutOfSteps, apart
from .normal import Normal
from .order import order
from .orders import Orders, Restate, same_apart
from .polynomials import term_of
from .scaled import Scaled

if TYPE_CHECKING:
    from .normal_form import Normaliser

_FACTS = {  # what decides each relation of a to b: facts about b - a, and about a - b
    "<": (("positive", None), (None, "nonnegative")),
    "<=": (("nonnegative", None), (None, "positive")),
    "=": ((None, None), ("nonzero", None)),
    "!=": (("nonzero", None), (None, None)),
}


class Guards:
    """The part of the normaliser that knows of guards."""

    def __init__(self, normaliser: Normaliser) -> None:
        self._normaliser = normaliser
        self._ledger = normaliser.ledger
        self.orders = Orders(normaliser)
        self._kept = Kept(normaliser)
        self._binary = Binary(normaliser)
        self._scaled = Scaled(normaliser)

    def guard(self, term: Term, context: Context) -> Normal:
        """where(a < b, c) = where(0 < b - a, 1) * c"""
        relation, left, right, body = term.args
        if body is not ONE and self._kept.has_value(body, context):
            return self._factored(term, context)
        above = self._normaliser.normal(add(right, negate(left)), context)
        decided = self._decided(term, above, context)
        if decided is not None:
            return self._after(decided, context)
        if body is not ONE:
            return self._kept.normal(term, above, context)
        restate = self.orders.way(relation, above)
        if restate is not None:
            return self._restated(restate, term, above, context)
        different = self._apart(term, above, context)
        if self._is_turned(relation, above, different is not None):
            facts = self._ledger.facts_for(term, context)
            line = self._ledger.step("guard_complement", context, term, premises=facts)
            return self._after(line, context)
        kept = "<" if relation == "<=" and different is not None else relation
        if kept == "=" and (ends := _two_indices(above)) is not None:
            return self._delta(term, ends, above, context)
        canonical = where(kept, ZERO, above.term, ONE)
        condition = condition_read(above.polynomial) or self._scaled.condition(term, above, context)
        if condition is not None:
            return self._normaliser.cases.split(term, condition, context)
        if kept == "<=":
            self.orders.meet(above)
        if (binary := self._binary.indicator(canonical, context)) is not None:
            found = self._after(binary, context)
            if canonical is not term:
                found.evidence.insert(0, self._equal(term, canonical, above, context, None))
            return found
        if canonical is term:
            return Normal(atom(term))
        equal = self._equal(term, canonical, above, context, different)
        if kept == relation:
            return Normal(atom(canonical), [equal])
        rest = self._normaliser.unsettled(canonical, context)  # "<" may be decided, "<=" not
        return Normal(rest.polynomial, [equal, *rest.evidence])

    def _restated(self, restate: Restate, term: Term, above: Normal, context: Context) -> Normal:
        """A condition on whole numbers in other words."""
        canonical = where(term.args[0], ZERO, above.term, ONE)
        lines, found = restate(canonical, above, context)
        rest = self._normaliser.unsettled(found, context)
        if canonical is not term:
            lines = [self._equal(term, canonical, above, context, None), *lines]
        return Normal(rest.polynomial, [*lines, *rest.evidence])

    def _delta(
        self, term: Term, ends: tuple[Index, Index], above: Normal, context: Context
    ) -> Normal:
        """where(a = b, 1) = where(i = j, 1) = delta(i, j), where b - a = j - i"""
        alike = self._ledger.step("guard_delta", context, *ends)
        found = self._after(alike, context)
        written = self._ledger.left_side(alike)
        if written is not term:
            found.evidence.insert(0, self._equal(term, written, above, context, None))
        return found

    def _factored(self, term: Term, context: Context) -> Normal:
        *guard, body = term.args
        indicator = where(*guard, ONE)
        facts = [*self._ledger.facts_for(term, context), *self._ledger.facts_for(body, context)]
        line = self._ledger.step("guard_factor", context, indicator, body, premises=facts)
        parts = [self._normaliser.unsettled(part, context) for part in (indicator, body)]
        product = self._normaliser.reduced(times(parts[0].polynomial, parts[1].polynomial))
        return Normal(product, [line, *parts[0].evidence, *parts[1].evidence])

    def _after(self, line: int, context: Context) -> Normal:
        rest = self._normaliser.unsettled(self._ledger.right_side(line), context)
        return Normal(rest.polynomial, [line, *rest.evidence])

    def _apart(self, term: Term, above: Normal, context: Context) -> int | None:
        """The line that the sides of a guard are different, if that is known."""
        if _is_of_indices(above):
            return None
        try:
            return self._ledger.fact("nonzero", apart(term), context)
        except OutOfSteps:
            raise
        except NotProved:
            return None

    def _is_turned(self, relation: str, above: Normal, different: bool) -> bool:
        """Whether the opposite condition is the one that is kept.

        Where both sides are known to be different, < and <= are the same, and of a < b and b < a
        one is kept.
        """
        if relation in ("=", "!="):
            return relation == "!="
        if _is_of_indices(above):
            return relation == "<"
        if different:
            below = term_of({m: -c for m, c in above.polynomial.items()})
            return order(below) < order(above.term)
        return relation == "<="

    def _equal(
        self, term: Term, canonical: Term, above: Normal, context: Context, different: int | None
    ) -> int:
        """where(a < b, 1) = where(0 < b - a, 1), and where(a <= b, 1), too, for a != b"""
        lines = [*above.evidence, *([] if different is None else [different])]
        return same_apart(self._ledger, term, canonical, context, lines)

    # ---- conditions that are known to hold, or not to

    def _decided(self, term: Term, above: Normal, context: Context) -> int | None:
        """The line that decides a guard; None where nothing is known of its sides."""
        relation, left, right, _ = term.args
        sides = add(right, negate(left)), add(left, negate(right))
        for facts in _FACTS[relation]:
            lines = list(self._known(facts, sides, above, context))
            if not lines and left is not right:
                continue
            lines += self._ledger.facts_for(term, context)
            lines += self._ledger.facts_at_hand(term.args[3], context)
            try:
                return self._ledger.step("guard_decided", context, term, premises=lines)
            except Refused:
                continue
        return None

    def _known(
        self,
        facts: tuple[str | None, str | None],
        sides: tuple[Term, Term],
        above: Normal,
        context: Context,
    ) -> Iterable[int]:
        for kind, side, sign in zip(facts, sides, (1, -1), strict=True):
            if kind is not None:
                line = self._fact(kind, side, sign, above, context)
                if line is not None:
                    yield line

    def _fact(
        self, kind: str, side: Term, sign: int, above: Normal, context: Context
    ) -> int | None:
        """A fact about a side, off its normal form, or from guards: that has to be quick."""
        polynomial = {m: sign * c for m, c in above.polynomial.items()}
        written = term_of(polynomial)
        try:
            fact = self._normaliser.positivity.by_guards(kind, polynomial, context)
            if fact is None:
                fact = self._ledger.fact(kind, written, context, further=False)
            if written is side:
                return fact
            equal = self._ledger.field(side, written, context, above.evidence)
            return self._ledger.step("sign", context, side, premises=(equal, fact))
        except OutOfSteps:
            raise
        except NotProved:
            return None


def _two_indices(above: Normal) -> tuple[Index, Index] | None:
    """The indices i and j of j - i; None for any other polynomial."""
    if not _is_of_indices(above) or sorted(above.polynomial.values()) != [-1, 1]:
        return None
    ends: dict[int, Index] = {}
    for monomial, coefficient in above.polynomial.items():
        for name, exponent in monomial:
            ends[int(coefficient)] = name.args[0] if exponent == 1 else None
    found = ends.get(-1), ends.get(1)
    return None if None in found else found


def _is_of_indices(above: Normal) -> bool:
    """Whether a condition compares indices and numbers only."""
    return all(name.kind == "position" for m in above.polynomial for name, _ in m)
