"""Processes that work side by side, and end together."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_context


@contextmanager
def processes(jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Fresh processes, for a forked one may wait for a thread that it does not have."""
    others = set(active_children())
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), _end_without_a_word)
    try:
        yield pool
    except BaseException:
        for child in set(active_children()) - others:
            child.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _end_without_a_word() -> None:
    """Ctrl-C reaches every process; one traceback would be too many."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
