"""Two seconds are enough to read a text or to refuse it: nobody waits long on one that is wrong."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

SECONDS = 2
ATTEMPTS = 3


def in_time(action: Callable[[], object]) -> bool:
    """Whether one of a few runs of `action` keeps within the limit of this process's own time.

    What else the machine does can only lengthen a run, so a single short one shows what the work
    itself takes; what loops or grows too fast is long each time.
    """
    return any(_seconds(action) < SECONDS for _ in range(ATTEMPTS))


def _seconds(action: Callable[[], object]) -> float:
    start = process_time()
    action()
    return process_time() - start
