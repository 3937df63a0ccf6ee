"""Terms that are alike but for their indices: what was shown of one can be shown of the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..kernel import Term
from ..kernel.terms import Index, power
from ..rebinding import abstract
from .matching import Found, matches, substituted


class Likeness(NamedTuple):
    """A base and a power it came out of, every index of theirs turned into a loose one."""

    base: Term
    origin: Term


class Likenesses:
    """Remembers for each base the power of which it was made.

    In sqrt(var[k] + eps) the base is var[k] + eps multiplied out, and that it is positive is not
    seen any more. For the base with another index it is seen in the same way: at its origin.
    """

    def __init__(self) -> None:
        self._noted: dict[Likeness, None] = {}

    def note(self, base: Term, term: Term, exponent: Term) -> None:
        """Remember that a base was made of term**exponent."""
        names = sorted(index for index in base.indices if isinstance(index, str))
        if base.indices and base.indices >= term.indices:
            origin = power(term, exponent)
            self._noted[Likeness(abstract(base, *names), abstract(origin, *names))] = None

    def of(self, term: Term) -> Iterator[Term]:
        """The powers out of which a term would be made, at the indices that it has."""
        for base, origin in list(self._noted):
            found: Found = {}
            if matches(base, term, found):
                at: tuple[Index, ...] = tuple(found.get(k, 0) for k in range(base.loose))
                yield substituted(origin, at)
