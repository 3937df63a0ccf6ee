"""The first repair that the kernel proves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from time import monotonic

from ..claims import Claim
from ..kernel import Refused, Term
from ..plain_text import show
from ..proof_files import dump, replay
from ..tactics.ledger import NotProved
from ..tactics.prove import prove
from . import comparing, deltas, hypotheses, indices, scalars, sizes, sums
from .case import AlreadyTrue, Case
from .diagnosis import Diagnosis, Repair

Family = Callable[[Case], Iterator[Repair]]

# Simplest first: what is looked at side by side, then what is tried.
_FAMILIES: tuple[Family, ...] = (
    comparing.scaled,
    sizes.two,
    comparing.terms_scaled,
    deltas.missing,
    deltas.misplaced,
    indices.swapped,
    comparing.less_one,
    hypotheses.adds_to_one,
    hypotheses.symmetries,
    comparing.terms_missing,
    sums.extra,
    sums.missing,
    sums.collapsed,
    indices.replaced,
    indices.shifted,
    comparing.delta_terms,
    deltas.diagonal,
    comparing.chain_factors,
    scalars.signs,
    scalars.temperatures,
    indices.numbers,
    comparing.factor_missing,
    hypotheses.positives,
    hypotheses.adds_to_zero,
    hypotheses.scalars,
    sizes.one,
)
MOST_CANDIDATES = 400
MOST_OF_A_FAMILY = 60
MOST_SECONDS = 2.0


def always(_: Claim) -> bool:
    """Holds any claim for plausible."""
    return True


def diagnose(
    claim: Claim,
    *,
    spell: Callable[[Term], str] = show,
    plausible: Callable[[Claim], bool] = always,
) -> Diagnosis | None:
    """Which mistake a false claim makes; None where no repair of it was proved.

    Raises ``AlreadyTrue`` where the claim itself is proved. See ``diagnoses``.
    """
    return next(diagnoses(claim, spell=spell, plausible=plausible), None)


def diagnoses(
    claim: Claim,
    *,
    spell: Callable[[Term], str] = show,
    plausible: Callable[[Claim], bool] = always,
    seconds: float = MOST_SECONDS,
) -> Iterator[Diagnosis]:
    """Every repair of a claim that the kernel proves, the simplest first.

    Parameters
    ----------
    claim: a false claim.
    spell: writes a term out for the reader.
    plausible: whether a claim may be true, as far as a few points can tell; what is not plausible
        is not handed to the kernel.
    seconds: when to give up.

    Raises
    ------
    AlreadyTrue
        Where the claim itself is proved.
    """
    until = monotonic() + seconds
    try:
        case = Case(claim)
        if case.is_derivative(claim.value) and _proved(claim):
            raise AlreadyTrue("the claim is true: there is nothing to repair")
        _ = case.claimed
    except (NotProved, Refused):
        return
    for repair in _candidates(case):
        if monotonic() > until:
            return
        if _holds(case, repair, plausible):
            spelled = [spell(term) for term in repair.terms]
            yield Diagnosis(repair.kind, repair.words.format(*spelled), repair.claims)


def _candidates(case: Case) -> Iterator[Repair]:
    """The repairs to try, no claim twice, a bounded number of them."""
    seen: set[object] = {case.claim.value}
    tried = 0
    for repair in chain.from_iterable(_of_family(family, case) for family in _FAMILIES):
        key = _key(case, repair)
        if key not in seen:
            seen.add(key)
            tried += 1
            yield repair
        if tried >= MOST_CANDIDATES:
            return


def _of_family(family: Family, case: Case) -> Iterator[Repair]:
    """What a family suggests, up to where a suggestion has no meaning."""
    found = family(case)
    for _ in range(MOST_OF_A_FAMILY):
        try:
            repair = next(found, None)
        except (Refused, NotProved):
            return
        if repair is None:
            return
        yield repair


def _key(case: Case, repair: Repair) -> object:
    """What tells one repair from another: the value, where nothing else was changed."""
    if len(repair.claims) == 1 and _same_left_side(case.claim, repair.claims[0]):
        return repair.claims[0].value
    return tuple(
        (c.of, c.variable, c.at, c.value, c.declarations.hypotheses) for c in repair.claims
    )


def _same_left_side(claim: Claim, other: Claim) -> bool:
    return other.declarations == claim.declarations and other.saying(claim.value) == claim


def _holds(case: Case, repair: Repair, plausible: Callable[[Claim], bool]) -> bool:
    """Whether every claim of a repair is proved, in a proof that replays."""
    if not all(map(plausible, repair.claims)):
        return False
    first = repair.claims[0]
    if _same_left_side(case.claim, first) and not case.is_derivative(first.value):
        return False
    return all(map(_proved, repair.claims))


def _proved(claim: Claim) -> bool:
    """Whether the kernel, given only the data of a proof, comes to what is claimed."""
    try:
        replayed = replay(dump(prove(claim)))
        return (
            replayed.declarations == claim.declarations and replayed.conclusion == claim.judgement
        )
    except (NotProved, Refused):
        return False
