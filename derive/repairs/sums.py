"""Repairs of sums: one is missing around a part, or there is one too many."""

from __future__ import annotations

from collections.abc import Iterator

from ..kernel.terms import instantiate, shift, sum_over
from ..rebinding import abstract
from .case import Case
from .diagnosis import Kind, Repair
from .places import places


def missing(case: Case) -> Iterator[Repair]:
    """A sum over an axis is missing: a free index stands where a bound one belongs."""
    declared = case.claim.declarations
    for place in places(case.claim.value):
        for free in sorted(i for i in place.part.indices if isinstance(i, str)):
            below = declared.indices[free]
            total = sum_over(below, abstract(place.part, free))
            repaired = case.saying(place.put(total))
            if place.context:
                words = f"a sum over the axis of {free} is missing, below {below}"
                yield Repair(Kind.SUM_MISSING, words, (repaired,))
            else:
                words = "the sum over an axis is missing: {} should be {}"
                yield Repair(Kind.SUM_MISSING, words, (repaired,), (place.part, total))


def extra(case: Case) -> Iterator[Repair]:
    """There is a sum where one of its terms belongs."""
    for place in places(case.claim.value):
        if place.part.kind != "sum":
            continue
        below, body = place.part.args
        for at in case.indices_below(below, place.context):
            part = instantiate(body, at)
            repaired = case.saying(place.put(part))
            if place.context:
                words = f"there is a sum too many, over an index below {below}"
                yield Repair(Kind.SUM_EXTRA, words, (repaired,))
            else:
                words = "there is a sum too many: {} should be {}"
                yield Repair(Kind.SUM_EXTRA, words, (repaired,), (place.part, part))
        if 0 not in body.indices:
            repaired = case.saying(place.put(shift(body, -1)))
            words = f"there is a sum over {below} too many"
            yield Repair(Kind.SUM_EXTRA, words, (repaired,))
