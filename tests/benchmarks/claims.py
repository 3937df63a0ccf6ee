"""How the corpora of true and false claims are settled: verdicts, diagnoses and time.

Run ``python -m tests.benchmarks.claims``. Each claim is read and settled in this process, after
one that is not counted; then ``workers`` settles a file of 100 claims by one worker and by two.
Times are those of the clock on the wall.

The exit status is 1 where a limit is missed: a true claim is refuted or a false one proved, fewer
than 95 % are proved and refuted, fewer than two thirds of the mistakes are named, a claim takes
more than 10 s, the median is over 100 ms, or two workers are less than 1.6 times one.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median

from tests.benchmarks import workers
from tests.claims.settled import Settled, corpus, settle, share

VERDICTS = ("proved", "refuted", "undecided", "unreadable")


def main() -> int:
    """Settle all, print the table, and say what was missed."""
    settle(corpus("true")[0])
    true, false = ([settle(entry) for entry in corpus(name)] for name in ("true", "false"))
    print(f"{'claims':8}{'':6}" + "".join(f"{verdict:>12}" for verdict in VERDICTS), end="")
    print(f"{'named':>9}{'median':>11}{'longest':>11}")
    print(_row("true", true))
    print(_row("false", false))
    for line in _not_as_expected(true, false):
        print(line)
    print()
    ratio = workers.measured(print).wall
    missed = list(_missed(true, false, ratio))
    print("\n".join(f"MISSED: {line}" for line in missed))
    return 1 if missed else 0


def _row(name: str, every: Sequence[Settled]) -> str:
    counts = Counter(each.verdict for each in every)
    times = [each.seconds for each in every]
    named = f"{share(e.is_diagnosed for e in every):.0%}" if name == "false" else ""
    cells = "".join(f"{counts[verdict]:12}" for verdict in VERDICTS)
    return (
        f"{name:8}{len(every):6}{cells}{named:>9}{1e3 * median(times):8.0f} ms{max(times):9.2f} s"
    )


def _not_as_expected(true: Sequence[Settled], false: Sequence[Settled]) -> Iterator[str]:
    for every, wanted in ((true, "proved"), (false, "refuted")):
        for each in every:
            if each.verdict != wanted:
                yield f"    {each.entry['name']}: {each.verdict}"
    for each in false:
        if not each.is_diagnosed:
            yield f"    {each.entry['name']}: {each.diagnosis}, expected {each.entry['mistake']}"


def _missed(true: Sequence[Settled], false: Sequence[Settled], ratio: float) -> Iterator[str]:
    verdicts = {
        "true": [t.verdict for t in true],
        "false": [f.verdict for f in false],
    }
    if "refuted" in verdicts["true"] or "proved" in verdicts["false"]:
        yield "a wrong verdict"
    for name, wanted in (("true", "proved"), ("false", "refuted")):
        if share(verdict == wanted for verdict in verdicts[name]) < 0.95:
            yield f"95 % of the {name} claims {wanted}"
    if share(each.is_diagnosed for each in false) < 2 / 3:
        yield "two thirds of the mistakes named"
    times = [each.seconds for each in (*true, *false)]
    if max(times) > 10:
        yield "10 s for each claim"
    if median(times) > 0.1:
        yield "a median of 100 ms"
    if ratio < 1.6:
        yield "two workers 1.6 times one"


if __name__ == "__main__":
    sys.exit(main())
