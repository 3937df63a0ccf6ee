"""How long a search for a proof may take.

The tactics count their steps, so that they end; what a step costs is another matter. Within
``time_limit`` they also look at the clock, and give up in words when the time has run out.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from math import inf
from time import monotonic

_UNTIL: ContextVar[float] = ContextVar("until", default=inf)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Let searches within the block go on for so long; an outer limit stays in force."""
    token = _UNTIL.set(min(_UNTIL.get(), monotonic() + seconds))
    try:
        yield
    finally:
        _UNTIL.reset(token)


def is_over() -> bool:
    """Whether the time has run out."""
    until = _UNTIL.get()
    return until != inf and monotonic() > until
