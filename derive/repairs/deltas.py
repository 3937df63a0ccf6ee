"""Repairs of deltas: missing, misplaced, or a Jacobian of which only the diagonal is right."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

from ..at_sizes import entries_of, restated
from ..claims import Claim
from ..kernel import Term
from ..kernel.terms import ONE, Index, add, delta, multiply
from ..rebinding import replace_index
from ..tactics.ledger import NotProved
from ..tactics.polynomials import monomials_of
from .case import Case
from .diagnosis import Kind, Repair
from .places import everywhere, places

_MOST_TERMS = 4  # of a claim of which every choice of terms is tried


def pairs(case: Case) -> list[tuple[Index, Index]]:
    """The pairs of indices that a delta may compare."""
    found = []
    for below in sorted(case.claim.declarations.sizes):
        found += list(combinations(case.indices_below(below), 2))
    return found


def missing(case: Case) -> Iterator[Repair]:
    """A delta is missing: around the whole, or at one of its terms."""
    if any(place.part.kind == "delta" for place in places(case.claim.value)):
        return
    for one, other in pairs(case):
        kronecker = delta(one, other)
        repaired = case.saying(multiply(kronecker, case.claim.value))
        words = "the factor {} is missing"
        yield Repair(Kind.DELTA_MISSING, words, (repaired,), (kronecker,))
        yield from _chosen(case, case.claim.value, kronecker, Kind.DELTA_MISSING)


def misplaced(case: Case) -> Iterator[Repair]:
    """There is a delta, but at other terms or with other indices than where it belongs."""
    found = [place for place in places(case.claim.value) if place.part.kind == "delta"]
    words = "{} is in the wrong place: without it the claim is right"
    for place in found:
        repaired = case.saying(place.put(ONE))
        if not place.context:
            yield Repair(Kind.DELTA_MISPLACED, words, (repaired,), (place.part,))
    if found:
        bare = everywhere(case.claim.value, lambda t: ONE if t.kind == "delta" else None)
        for one, other in pairs(case):
            kronecker = delta(one, other)
            yield from _chosen(case, bare, kronecker, Kind.DELTA_MISPLACED)


def _chosen(case: Case, value: Term, kronecker: Term, kind: Kind) -> Iterator[Repair]:
    """The value with the delta at some of its terms."""
    try:
        terms = [term for _, term in monomials_of(case.prover.normal(value))]
    except NotProved:
        return
    if len(terms) > _MOST_TERMS:
        return
    choices = sorted(product((False, True), repeat=len(terms)), key=sum)
    for choice in choices[1:]:
        marked = [term for term, yes in zip(terms, choice, strict=True) if yes]
        others = [term for term, yes in zip(terms, choice, strict=True) if not yes]
        repaired = add(*others, *(multiply(kronecker, term) for term in marked))
        words = "{} belongs at the term {}" if others else "{} belongs at the whole claim {}"
        yield Repair(kind, words, (case.saying(repaired),), (kronecker, add(*marked)))


def diagonal(case: Case) -> Iterator[Repair]:
    """The claim is right where two of its indices are the same."""
    declared = case.claim.declarations.indices
    for one, other in combinations(case.free, 2):
        if declared[one] == declared[other]:
            repaired = _at_same(case.claim, one, other)
            words = f"right for {one} = {other} only, which is the diagonal"
            yield Repair(Kind.DIAGONAL_ONLY, words, (repaired,))


def _at_same(claim: Claim, new: str, old: str) -> Claim:
    """The claim with one index for another."""
    entries = [
        (variable, tuple(new if index == old else index for index in at))
        for variable, at in entries_of(claim)
    ]
    of, value = (replace_index(term, old, new) for term in claim.terms)
    return restated(claim, entries, of=of, value=value)
