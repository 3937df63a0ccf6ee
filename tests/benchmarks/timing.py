"""How long a call takes.

The time is that of the process alone, which a busy machine disturbs less than the clock on the
wall; nothing that is measured here waits, or works in parallel.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from statistics import median
from time import process_time
from typing import Any

REMEMBERING = ("derive.kernel", "derive.tactics")


def forget() -> None:
    """Empty what the kernel and the tactics keep from one proof to the next."""
    for name, module in list(sys.modules.items()):
        for kept in vars(module).values() if name.startswith(REMEMBERING) else ():
            if hasattr(kept, "cache_clear"):
                kept.cache_clear()


def timed(run: Callable[[], Any]) -> float:
    """The time of one run, in milliseconds."""
    forget()
    start = process_time()
    run()
    return 1e3 * (process_time() - start)


def milliseconds(run: Callable[[], Any], runs: int) -> float:
    """The median time of a warm run: one goes before and is not counted."""
    run()
    return median(timed(run) for _ in range(runs))
