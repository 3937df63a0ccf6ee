"""How much sooner two workers settle a file of 100 claims than one.

Run ``python -m tests.benchmarks.workers``. Each run is a process of its own, started cold, and the
two kinds take turns; the shortest of each counts. Time is that of the clock on the wall, from the
claims as text to the last answer, with the time that it takes to start workers. Beside it stands
the processor time of the busiest worker, where the system tells it: a machine that does other work
makes the first ratio small, and the second hardly.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from multiprocessing import active_children
from pathlib import Path
from time import perf_counter, process_time
from typing import NamedTuple

from reports.answering import Settings, answers
from tests.claims.settled import corpus, text_of

LARGE = 100
ROUNDS = 3


class Run(NamedTuple):
    """One run: seconds on the wall, and of the processor for the busiest worker."""

    wall: float
    busiest: float


class Ratios(NamedTuple):
    """One worker's seconds over those of two."""

    wall: float
    busiest: float


def main() -> None:
    """Print the table; with a number of workers, one run."""
    if len(sys.argv) > 1:
        print(*_settled_by(int(sys.argv[1])))
    else:
        measured(print)


def measured(tell: Callable[[str], None]) -> Ratios:
    """Both kinds of run, a few times in turn, and what is said of them."""
    runs: dict[int, list[Run]] = {1: [], 2: []}
    for _ in range(ROUNDS):
        for workers, some in runs.items():
            some.append(_run(workers))
    for workers, some in runs.items():
        tell(f"{LARGE} claims, workers: {workers}   wall {_shown([run.wall for run in some])}")
        tell(f"{'':27}busiest {_shown([run.busiest for run in some])}")
    one, two = (Run(*map(min, zip(*some, strict=True))) for some in runs.values())
    ratios = Ratios(one.wall / two.wall, one.busiest / two.busiest)
    tell(f"two workers are {ratios.wall:.2f} times one on the wall")
    tell(f"the busiest worker of two has 1/{ratios.busiest:.2f} of the work")
    return ratios


def _run(workers: int) -> Run:
    command = [sys.executable, "-m", "tests.benchmarks.workers", str(workers)]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return Run(*map(float, text.split()))


def _settled_by(workers: int) -> Run:
    entries = [text_of(entry) for entry in corpus("true")[:LARGE]]
    start, before, busiest = perf_counter(), process_time(), 0.0
    for done, _ in enumerate(answers(entries, Settings(), workers), start=1):
        if done == LARGE:
            busiest = max(map(_processor_time, _pids()), default=process_time() - before)
    return Run(perf_counter() - start, busiest)


def _pids() -> list[int]:
    return [child.pid for child in active_children() if child.pid is not None]


def _processor_time(pid: int) -> float:
    """The seconds that a process has computed; nan where the system does not tell."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return float("nan")
    numbers = stat.read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")


def _shown(seconds: Sequence[float]) -> str:
    return "  ".join(f"{each:6.2f} s" for each in seconds)


if __name__ == "__main__":
    main()
