"""The order of indices: conditions that say the same, brought to one form.

j < k + 1 and j <= k say the same of whole numbers. And one of j < k, j = k and k < j holds, so that
[j <= k] + [k <= j] = 1 + [j = k]. Which of two opposite conditions is kept is said only where both
occur and a proof is not found without it: to turn one around makes a formula longer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..kernel import Term
from ..kernel.judgement import Context
from ..kernel.polynomial import UNIT, Polynomial, Rational, plus
from ..kernel.terms import ONE, ZERO, where
from .ledger import Ledger, apart
from .normal import Normal
from .order import order
from .polynomials import term_of

if TYPE_CHECKING:
    from .normal_form import Normaliser


class Restated(NamedTuple):
    """The lines from which ``field`` derives that a guard equals another term, and that term."""

    lines: list[int]
    term: Term


Restate = Callable[[Term, Normal, Context], Restated]


class Orders:
    """The part of the normaliser that knows of the order of whole numbers."""

    def __init__(self, normaliser: Normaliser) -> None:
        self._ledger = normaliser.ledger
        self._met: dict[Term, Term] = {}
        self._kept: frozenset[Term] = frozenset()

    def way(self, relation: str, above: Normal) -> Restate | None:
        """How 0 < above or 0 <= above is to be restated; None where it is kept."""
        if relation not in ("<", "<=") or not is_whole(above.polynomial):
            return None
        number = above.polynomial.get(UNIT, 0)
        if relation == "<" and number > 0:
            return self._at_most
        if relation == "<=" and number < 0:
            return self._less
        if relation == "<" and above.term in self._kept:
            return self._split
        if relation == "<=" and _negative(above) in self._kept:
            return self._turned
        return None

    def meet(self, above: Normal) -> None:
        """Note that 0 <= above occurs."""
        self._met[above.term] = _negative(above)

    def choose(self) -> bool:
        """Keep one of every two opposite conditions that were met; False where that is done."""
        pairs = [pair for pair in self._met.items() if pair[1] in self._met]
        before = self._kept
        self._kept |= {min(pair, key=order) for pair in pairs}
        return self._kept != before

    def forget(self) -> None:
        """Keep every condition as it comes."""
        self._kept = frozenset()

    # ---- ways to restate 0 < b or 0 <= b

    def _at_most(self, guard: Term, above: Normal, context: Context) -> Restated:
        """[0 < b] = [1 <= b]"""
        line = self._ledger.step("guard_whole", context, guard)
        return Restated([line], self._ledger.right_side(line))

    def _less(self, guard: Term, above: Normal, context: Context) -> Restated:
        """[0 <= b] = [1 <= b + 1] = [0 < b + 1]"""
        less = where("<", ZERO, term_of(plus(above.polynomial, {UNIT: 1})), ONE)
        line = self._ledger.step("guard_whole", context, less)
        again = self._ledger.right_side(line)
        moved = same_apart(self._ledger, guard, again, context, [])
        return Restated([moved, self._ledger.field(again, less, context, [line])], less)

    def _split(self, guard: Term, above: Normal, context: Context) -> Restated:
        """[0 < b] = [0 <= b] - [0 = b]"""
        line = self._ledger.step("guard_strict", context, guard)
        return Restated([line], self._ledger.right_side(line))

    def _turned(self, guard: Term, above: Normal, context: Context) -> Restated:
        """[0 <= b] = 1 - [b < 0]"""
        line = self._ledger.step("guard_complement", context, guard)
        return Restated([line], self._ledger.right_side(line))


def same_apart(
    ledger: Ledger, term: Term, other: Term, context: Context, lines: Sequence[int]
) -> int:
    """The line that two guards are equal, their sides being as far apart.

    ``lines`` are what ``field`` needs for that, and what shows <= and < to be the same here.
    """
    equal = ledger.field(apart(term), apart(other), context, lines)
    facts = [*ledger.facts_for(term, context), *lines, *ledger.facts_for(other, context)]
    return ledger.step("guard_equal", context, term, other, premises=(equal, *facts))


def is_whole(polynomial: Polynomial) -> bool:
    """Whether a polynomial is a whole number, for all that its atoms and coefficients tell."""
    return all(
        isinstance(coefficient, int)
        and all(
            name.kind in ("position", "size") and isinstance(e, int) and e > 0
            for name, e in monomial
        )
        for monomial, coefficient in polynomial.items()
    )


def _is_natural_power(name: Term, exponent: Rational) -> bool:
    whole = isinstance(exponent, int) and exponent > 0
    return whole and name.kind in ("position", "size")


def _negative(above: Normal) -> Term:
    return term_of({m: -c for m, c in above.polynomial.items()})
