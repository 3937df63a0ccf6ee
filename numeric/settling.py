"""Every mechanical variant of a statement is settled: proved equal to it, or refuted at an input.

A proof says that the variant is the same formula in other words. A refutation is an exact input
that meets the hypotheses, where balls around the left side and around the variant are disjoint.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flint import arb
from sympy import Expr

from derive.claims import Claim, Statement
from derive.proved import Proved
from derive.tactics.ledger import NotProved
from derive.tactics.prove import Prover, proof_of
from derive.variants import Variant, variants

from .exact_samples import small_points
from .interpret import Undefined
from .points import Point
from .witnesses import Counterexample, claimed, true_value

REFUTED, EQUAL, UNDECIDED = "refuted", "proved equal", "undecided"
_FIRST = 24  # points that are tried before a proof is looked for


@dataclass(frozen=True)
class Settled:
    """What became of a variant.

    what, formula: what was changed, and the right side that came of it.
    outcome: "refuted", "proved equal" or "undecided".
    counterexample: where it was refuted, the input.
    """

    what: str
    formula: Expr
    outcome: str
    counterexample: Counterexample | None = None


def settle_variants(proved: Proved, points: Iterable[Point] | None = None) -> tuple[Settled, ...]:
    """What becomes of each variant of a statement.

    ``points`` are where to look; they meet the hypotheses. Without them, ``small_points``.

    >>> from derive import theorem
    >>> found = settle_variants(theorem("softmax_sums_to_one").parts[0].main)
    >>> print(found[0].what, found[0].outcome, found[0].counterexample)
    the sign turned refuted at n = 3, x = [1/2, 3, 7] the left side is 1, the right side -1: \
more than 1.98 apart
    """
    settling = _Settling(proved.claim, points)
    return tuple(settling.settled(variant) for variant in variants(proved))


def is_provable(statement: Statement) -> bool:
    """Whether a proof of a statement is found."""
    try:
        proof_of(statement)
    except NotProved:
        return False
    return True


class _Settling:
    """Settles variants of one statement; its true values are found once for all of them."""

    def __init__(self, statement: Statement, points: Iterable[Point] | None = None) -> None:
        self._statement = statement
        self._prover = Prover(statement.declarations)
        self._points = _spread(small_points(statement.declarations) if points is None else points)
        self._truth: dict[int, arb | None] = {}

    def settled(self, variant: Variant) -> Settled:
        """Looked for at some inputs first, then proved, then looked for at all inputs."""
        first, others = self._points[:_FIRST], self._points[_FIRST:]
        found = self._refuted(variant.statement, first)
        if found is None and self._is_equal(variant.statement):
            return Settled(variant.what, variant.value, EQUAL)
        found = found or self._refuted(variant.statement, others, _FIRST)
        outcome = UNDECIDED if found is None else REFUTED
        return Settled(variant.what, variant.value, outcome, found)

    def _refuted(
        self, variant: Statement, points: Iterable[Point], start: int = 0
    ) -> Counterexample | None:
        for place, point in enumerate(points, start=start):
            truth = self._true_value(place, point)
            if truth is None:
                continue
            try:
                said = claimed(variant, point)
            except Undefined:
                continue
            if not truth.overlaps(said):
                return Counterexample(point, truth, said, isinstance(variant, Claim))
        return None

    def _true_value(self, place: int, point: Point) -> arb | None:
        if place not in self._truth:
            try:
                self._truth[place] = true_value(self._statement, point)
            except Undefined:
                self._truth[place] = None
        return self._truth[place]

    def _is_equal(self, variant: Statement) -> bool:
        try:
            self._prover.equal(variant.value, self._statement.value)
        except NotProved:
            return False
        return True


def _spread(points: Iterable[Point]) -> list[Point]:
    """Points with distinct sizes above 1 first: there formulas that differ do so most easily."""
    every = list(points)
    every.reverse()
    return sorted(every, key=_meagreness)


def _meagreness(point: Point) -> int:
    """How many sizes are 1 or equal to others, or too large for quick arithmetic."""
    sizes = list(point.sizes.values())
    return sizes.count(1) + len(sizes) - len(set(sizes)) + sum(size > 3 for size in sizes)
