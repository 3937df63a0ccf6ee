"""How long it takes to refute the false: every variant and every mistake of the catalogue.

Run ``python -m tests.benchmarks.refutations``. Each formula is refuted at an exact input that meets
the hypotheses, by balls that are disjoint. The input of the slowest of them is printed.

Of the variants the search for the first such input is timed, proofs that a variant is equal are
not; of the mistakes the whole of ``refute``, which makes the input as simple as it can. Times are
those of this process, after one that is not counted.

The exit status is 1 where a false formula is not refuted, or the median is over 5 ms.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from statistics import median
from time import process_time
from typing import NamedTuple

from derive.statement import Part
from derive.variants import variants
from numeric.settling import EQUAL, REFUTED, settle_variants
from numeric.witnesses import Counterexample, refute
from tests.statements import STATEMENTS

MOST_MILLISECONDS = 5.0


class Refuted(NamedTuple):
    """A false formula, the time in milliseconds, and the input that refutes it."""

    name: str
    time: float
    found: Counterexample | None


def main() -> int:
    """Refute all, print the table, and say what was missed."""
    parts = {name: part for name, (_, _, part) in STATEMENTS.items()}
    refute(next(iter(parts.values())).claim)
    every = {
        "variants": [each for name, part in parts.items() for each in _variants(name, part)],
        "mistakes": [each for name, part in parts.items() for each in _mistakes(name, part)],
    }
    for what, refuted in every.items():
        slowest = max(refuted, key=lambda each: each.time)
        middle = median(each.time for each in refuted)
        print(f"{what}: {len(refuted)}, median {middle:.2f} ms, slowest {slowest.time:.1f} ms:")
        print(f"    {slowest.name}, {slowest.found}")
    together = [each for refuted in every.values() for each in refuted]
    missed = [each.name for each in together if each.found is None]
    middle = median(each.time for each in together)
    print(f"all: {len(together)}, median {middle:.2f} ms, at most {MOST_MILLISECONDS:.0f} ms")
    print("\n".join(f"NOT REFUTED: {name}" for name in missed))
    return 1 if missed or middle > MOST_MILLISECONDS else 0


def _variants(name: str, part: Part) -> Iterator[Refuted]:
    """Those that are false; of the few that are equal there is a proof."""
    outcomes = settle_variants(part.main)
    for variant, settled in zip(variants(part.main), outcomes, strict=True):
        if settled.outcome != EQUAL:
            time, found = _timed(lambda statement=variant.statement: refute(statement))
            yield Refuted(f"{name}, {variant.what}", time, found)
            assert (found is None) == (settled.outcome != REFUTED)


def _mistakes(name: str, part: Part) -> Iterator[Refuted]:
    for mistake in part.mistakes:
        statement = part.mistaken(mistake)
        time, found = _timed(lambda statement=statement: refute(statement))
        yield Refuted(f"{name}, {mistake.what}", time, found)


def _timed(run: Callable[[], Counterexample | None]) -> tuple[float, Counterexample | None]:
    start = process_time()
    found = run()
    return 1e3 * (process_time() - start), found


if __name__ == "__main__":
    sys.exit(main())
