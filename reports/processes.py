"""Processes that work side by side, and end together."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, forkserver, get_all_start_methods, get_context
from multiprocessing.context import BaseContext


@contextmanager
def processes(jobs: int, *, loaded: str) -> Iterator[ProcessPoolExecutor]:
    """Processes in which a module of this name is loaded: once for all, where the system can."""
    others = set(active_children())
    pool = ProcessPoolExecutor(jobs, _context(loaded), _end_without_a_word)
    try:
        yield pool
    except BaseException:
        for child in set(active_children()) - others:
            child.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _context(loaded: str) -> BaseContext:
    """Copies of a server that has loaded the module, else fresh processes.

    This process is not copied itself: its copy may wait for a thread that it does not have.
    """
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload([loaded])
    with _without_ctrl_c():
        forkserver.ensure_running()
    return context


@contextmanager
def _without_ctrl_c() -> Iterator[None]:
    """Ctrl-C waits till the end; a process that is started within never hears it."""
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])


def _end_without_a_word() -> None:
    """Ctrl-C reaches every process; one traceback would be too many."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
