"""Which mistake a false claim makes, with points to tell at once what cannot be meant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice

from derive.claims import Claim
from derive.kernel import Refused, Term
from derive.language.question import Domain
from derive.repairs import AlreadyTrue, Diagnosis, diagnose
from derive.tactics.clock import time_limit
from derive.tactics.ledger import NotProved

from .exact_samples import small_points
from .points import Point
from .witnesses import counterexample_at

_POINTS = 8


def diagnosis(
    claim: Claim,
    domains: Mapping[str, Domain],
    *,
    spell: Callable[[Term], str],
    seconds: float,
) -> Diagnosis | None:
    """The first repair of a false claim that the kernel proves; None where none is found.

    A repair counts only where some input meets what it assumes.
    """
    points = list(islice(small_points(claim.declarations, domains), _POINTS))

    def plausible(candidate: Claim) -> bool:
        some = _points_of(candidate, claim, points, domains)
        return bool(some) and all(counterexample_at(candidate, point) is None for point in some)

    try:
        with time_limit(seconds):
            return diagnose(claim, spell=spell, plausible=plausible)
    except (AlreadyTrue, NotProved, Refused):
        return None


def _points_of(
    candidate: Claim, claim: Claim, points: list[Point], domains: Mapping[str, Domain]
) -> list[Point]:
    """Inputs of a repaired claim, which may have other hypotheses, or other names."""
    if candidate.declarations == claim.declarations:
        return points
    known = {n: d for n, d in domains.items() if n in candidate.declarations.variables}
    return list(islice(small_points(candidate.declarations, known), _POINTS))
