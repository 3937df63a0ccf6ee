"""How long every theorem of the catalogue takes to prove and to replay, and whether that is enough.

Run ``python -m tests.benchmarks.catalogue``. Figures are medians of warm runs in one process, in
milliseconds. To *prove* is to find a proof from the claim alone, with nothing remembered from the
run before; to *replay* is to rebuild the judgement from the data of that proof. *Written* is the
other way to the same claims: to read the derivations that are written out by hand and check every
line of them.

The exit status is 1 where something takes longer than its limit, or was not proved.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from math import isfinite
from typing import NamedTuple

from derive.claims import Statement
from derive.proof_files import dump, replay
from derive.statement import Theorem
from derive.tactics.ledger import NotProved
from derive.tactics.prove import proof_of
from derive.theorems import catalogue

from .timing import milliseconds

SOFTMAX = "softmax_cross_entropy"


class Limit(NamedTuple):
    """The longest that something may take, in milliseconds."""

    prove: float
    replay: float = float("inf")

    def __str__(self) -> str:
        return f"{self.prove:g} to prove" + f", {self.replay:g} to replay" * isfinite(self.replay)


A_THEOREM = Limit(100, 20)
THE_FIRST_THEOREM = Limit(5)
THE_CATALOGUE = Limit(3_000, 500)


class Cost(NamedTuple):
    """What a statement, or several together, takes; the lines are rule applications."""

    prove: float = 0.0
    replay: float = 0.0
    lines: int = 0

    def __str__(self) -> str:
        return f"{self.prove:9.2f} {self.replay:9.2f} {self.lines:6}"

    def over(self, limit: Limit) -> str:
        """What takes longer than it may, as words for the end of a row."""
        too_long = [what for what in limit._fields if getattr(self, what) > getattr(limit, what)]
        return f"  OVER to {' and to '.join(too_long)}" if too_long else ""


class Row(NamedTuple):
    """A theorem: what each part of it takes, which parts are not proved, the way written by hand.

    A part is not proved where its claim needs the lines that were written out by hand.
    """

    name: str
    parts: dict[str, Cost]
    unproved: list[str]
    written: float

    @property
    def total(self) -> Cost:
        """All parts together."""
        return together(self.parts.values())


def together(costs: Iterable[Cost]) -> Cost:
    """The sum of some costs."""
    columns = [*zip(*costs, strict=True)]
    return Cost(*(sum(column) for column in columns))


def cost(statement: Statement, runs: int) -> Cost:
    """What it takes to prove a statement, and to replay the proof from its data."""
    data = dump(proof_of(statement))
    return Cost(
        prove=milliseconds(lambda: proof_of(statement), runs),
        replay=milliseconds(lambda: replay(data), runs),
        lines=len(data["lines"]),
    )


def measure(theorem: Theorem, runs: int) -> Row:
    """The row of a theorem."""
    row = Row(theorem.name, {}, [], milliseconds(theorem.build, max(1, runs // 5)))
    for part in theorem.parts:
        try:
            row.parts[part.main.title] = cost(part.claim, runs)
        except NotProved:
            row.unproved.append(part.main.title)
    return row


def lines_of(row: Row) -> Iterator[str]:
    """A theorem's line of the table, and one for each of its parts where there are several."""
    total = row.total
    yield f"{row.name:44} {total} {row.written:9.1f}{total.over(A_THEOREM)}"
    parts = sorted(row.parts.items(), key=lambda part: part[1], reverse=True)
    for title, taken in parts if len(parts) > 1 else ():
        yield f"    {title:40} {taken}{taken.over(A_THEOREM)}"
    for title in row.unproved:
        yield f"    {title:40} NOT PROVED from the claim alone"


def verdicts(rows: Iterable[Row]) -> Iterator[str]:
    """The limits, and what is measured against them."""
    totals = {row.name: row.total for row in rows}
    first, whole = totals[SOFTMAX], together(totals.values())
    worst = Cost(*(max(column) for column in zip(*totals.values(), strict=True)))
    for what, taken, limit in (
        ("softmax cross-entropy", first, THE_FIRST_THEOREM),
        ("the worst theorem", worst, A_THEOREM),
        (f"all {len(totals)} theorems", whole, THE_CATALOGUE),
    ):
        yield f"{what:44} {taken}   may take {limit}{taken.over(limit)}"


def main() -> None:
    """Print the table, the slowest theorem first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15, help="runs of each; a fifth for written")
    runs = parser.parse_args().runs
    rows = [measure(theorem, runs) for theorem in catalogue().values()]
    rows.sort(key=lambda row: row.total, reverse=True)
    print(f"{'milliseconds':44} {'prove':>9} {'replay':>9} {'lines':>6} {'written':>9}")
    report = [line for row in rows for line in lines_of(row)] + ["", *verdicts(rows)]
    print(*report, sep="\n")
    sys.exit(any("OVER" in line or "NOT PROVED" in line for line in report))


if __name__ == "__main__":
    main()
