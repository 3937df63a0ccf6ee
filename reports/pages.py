"""The pages of a report: which there are, and how they reach the disk whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from derive.claim import Claim
from derive.statement import Theorem
from numeric.curve import error_curve
from numeric.evidence import PartEvidence, gather
from numeric.example import example
from numeric.interpret import Undefined
from numeric.points import Point
from numeric.samples import small_points
from numeric.witnesses import taylor

from .figure import matrix, v_curve
from .markdown import example_page, index_page, theorem_page

Pages = dict[str, str]  # file name -> text
Progress = Callable[[str], None]
Gathered = Sequence[tuple[Theorem, Sequence[PartEvidence]]]


def gather_all(
    chosen: Sequence[Theorem],
    *,
    examples: int = 60,
    random_seed: int | None = None,
    progress: Progress = lambda _: None,
) -> Gathered:
    """The evidence for some theorems; ``progress`` is told what comes next."""
    found = []
    for theorem in chosen:
        evidence = []
        for part in theorem.parts:

            def tell(step: str, name: str = theorem.name) -> None:
                progress(f"{name}: {step}")

            evidence.append(gather(part, examples=examples, random_seed=random_seed, progress=tell))
        found.append((theorem, evidence))
    return found


def theorem_pages(gathered: Gathered) -> Pages:
    """A page for each theorem, with a figure for each of its parts."""
    pages: Pages = {}
    for theorem, evidence in gathered:
        figures = []
        for place, part in enumerate(theorem.parts, start=1):
            name = f"{theorem.name}-{place}.svg"
            figures.append(name)
            pages[name] = v_curve(error_curve(part.claim, _typical_point(part.claim)))
        pages[f"{theorem.name}.md"] = theorem_page(theorem, evidence, figures)
    return pages


def common_pages(gathered: Gathered) -> Pages:
    """The index and the worked example."""
    rows = example()
    jacobian = next(row.values for row in rows if row.values.ndim == 2)
    title = "The Jacobian of softmax: output k by input i"
    return {
        "index.md": index_page(gathered),
        "example.md": example_page(rows, "example-jacobian.svg"),
        "example-jacobian.svg": matrix(jacobian.tolist(), title),
    }


def _typical_point(claim: Claim) -> Point:
    """A small point that shows the V: sizes above 1, a slope and a third derivative near 1.

    Where no point bends, as with a quadratic function, the last one with a slope will do.
    """
    points = list(reversed(list(small_points(claim.declarations))))
    wide = [point for point in points if min(point.sizes.values()) > 1] or points
    sloping = [point for point in wide if _near_one(claim, point, 1)] or wide
    bending = [point for point in sloping if _near_one(claim, point, 3)]
    return (bending or sloping)[0]


def _near_one(claim: Claim, point: Point, order: int) -> bool:
    """Whether a Taylor coefficient of the function is neither tiny nor huge."""
    try:
        return 0.01 < float(abs(taylor(claim, point, order)[order]).mid()) < 10
    except Undefined:
        return False


# ---- to the disk -------------------------------------------------------------------------------


def require_writable(folder: Path) -> None:
    """Make the folder if it is missing; raises ``OSError`` where nothing can be written to it."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".gradproof-", dir=folder):
        pass


def write(pages: Mapping[str, str], folder: Path) -> None:
    """Write all pages, each of them whole: they are put in place only when all are written."""
    with TemporaryDirectory(prefix=".gradproof-", dir=folder) as staging:
        for name, text in pages.items():
            (Path(staging) / name).write_text(text, encoding="utf-8", newline="\n")
        for name in pages:
            os.replace(Path(staging) / name, folder / name)
