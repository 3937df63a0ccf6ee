"""`in_time` forgives one slow run, and nothing that is slow each time."""

from __future__ import annotations

from time import process_time

from tests import in_time as timing


def _busy_for(seconds: float) -> None:
    stop = process_time() + seconds
    while process_time() < stop:
        pass


def test_what_is_short_once_is_in_time() -> None:
    pauses = iter([1.5 * timing.SECONDS, 0.0])
    assert timing.in_time(lambda: _busy_for(next(pauses)))


def test_what_is_long_each_time_is_not() -> None:
    assert not timing.in_time(lambda: _busy_for(1.1 * timing.SECONDS))
