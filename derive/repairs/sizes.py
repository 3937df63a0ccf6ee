"""Repairs by a size: the claim is right where a size is 1, or 2, and not for every size."""

from __future__ import annotations

from collections.abc import Iterator

from ..at_sizes import NotWritten, at_sizes
from .case import Case
from .diagnosis import Kind, Repair

_SIZES = (1, 2)


def one_size(case: Case) -> Iterator[Repair]:
    """Right for one value of one size only; each index of that size gets each of its values."""
    for value in _SIZES:
        for name in sorted(case.claim.declarations.sizes):
            try:
                claims = at_sizes(case.claim, {name: value})
            except NotWritten:
                continue
            yield Repair(Kind.ONE_SIZE, f"right for {name} = {value} only", claims)
