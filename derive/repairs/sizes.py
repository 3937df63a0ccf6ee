"""Repairs by a size: the claim is right where a size is 1, or 2, and not for every size."""

from __future__ import annotations

from collections.abc import Iterator

from ..at_sizes import NotWritten, at_sizes
from .case import Case
from .diagnosis import Kind, Repair


def one(case: Case) -> Iterator[Repair]:
    """Right where some size is 1."""
    return _at(case, 1)


def two(case: Case) -> Iterator[Repair]:
    """Right where some size is 2: two classes, two points."""
    return _at(case, 2)


def _at(case: Case, value: int) -> Iterator[Repair]:
    """Right for one value of one size; each index of that size gets each of its values."""
    for name in sorted(case.claim.declarations.sizes):
        try:
            claims = at_sizes(case.claim, {name: value})
        except NotWritten:
            continue
        yield Repair(Kind.ONE_SIZE, f"right for {name} = {value} only", claims)
