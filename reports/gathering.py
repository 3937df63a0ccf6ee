"""The evidence for many theorems, gathered in several processes; their number changes nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, as_completed

from derive.statement import Theorem
from derive.theorems import catalogue, theorem
from numeric.crosscheck import EXAMPLES
from numeric.evidence import PartEvidence, gather

from .processes import processes

Progress = Callable[[str], None]
Gathered = Sequence[tuple[Theorem, Sequence[PartEvidence]]]
Options = tuple[int, int | None]  # how many inputs are drawn, and the random seed


def gather_all(
    chosen: Sequence[Theorem],
    *,
    examples: int = EXAMPLES,
    random_seed: int | None = None,
    progress: Progress = lambda _: None,
    jobs: int | None = None,
) -> Gathered:
    """The evidence for some theorems; ``progress`` is told what comes next.

    jobs: how many processes work at it, at most one for each statement; without it, as many as the
        machine has processors. Theorems that are not in the catalogue are dealt with in this one,
        for a process of its own would not find them.
    """
    statements = sum(len(found.parts) for found in chosen)
    jobs = min(jobs or os.cpu_count() or 1, statements)
    options = examples, random_seed
    if jobs <= 1 or any(catalogue().get(found.name) is not found for found in chosen):
        return [(found, _gather_here(found, options, progress)) for found in chosen]
    with processes(jobs, loaded=__name__) as pool:
        asked = [
            [pool.submit(_gather_there, found.name, place, options) for place in _places(found)]
            for found in chosen
        ]
        _tell([(one, every) for one, every in zip(chosen, asked, strict=True)], progress)
        return [
            (found, [future.result() for future in every])
            for found, every in zip(chosen, asked, strict=True)
        ]


def _places(found: Theorem) -> range:
    return range(len(found.parts))


def _gather_here(found: Theorem, options: Options, progress: Progress) -> list[PartEvidence]:
    """All parts, in this process."""
    examples, random_seed = options

    def tell(step: str) -> None:
        progress(f"{found.name}: {step}")

    return [
        gather(part, examples=examples, random_seed=random_seed, progress=tell)
        for part in found.parts
    ]


def _gather_there(name: str, place: int, options: Options) -> PartEvidence:
    """One part, in a process of its own: a theorem travels by its name."""
    examples, random_seed = options
    return gather(theorem(name).parts[place], examples=examples, random_seed=random_seed)


def _tell(
    asked: Sequence[tuple[Theorem, Sequence[Future[PartEvidence]]]], progress: Progress
) -> None:
    """Say how far it is, whenever a statement is done."""
    names = {future: found.name for found, every in asked for future in every}
    progress(f"0 of {len(names)} statements")
    for done, future in enumerate(as_completed(names), start=1):
        progress(f"{done} of {len(names)} statements, {names[future]} among them")
