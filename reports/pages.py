"""The pages of a report: which there are, and what each of them shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derive.claim import Claim
from derive.statement import Theorem
from numeric.crosscheck import EXAMPLES
from numeric.curve import error_curve
from numeric.evidence import PartEvidence, gather
from numeric.example import example
from numeric.interpret import Undefined
from numeric.points import Point
from numeric.samples import small_points
from numeric.witnesses import taylor

from .common_pages import example_page, index_page
from .figure import matrix, v_curve
from .theorem_page import Figure, theorem_page

V_CURVE = "The error of the central difference against its step, and the bar that bounds it"

Pages = dict[str, str]  # file name -> text
Progress = Callable[[str], None]
Gathered = Sequence[tuple[Theorem, Sequence[PartEvidence]]]


def gather_all(
    chosen: Sequence[Theorem],
    *,
    examples: int = EXAMPLES,
    random_seed: int | None = None,
    progress: Progress = lambda _: None,
) -> Gathered:
    """The evidence for some theorems; ``progress`` is told what comes next."""

    def evidence(theorem: Theorem) -> list[PartEvidence]:
        def tell(step: str) -> None:
            progress(f"{theorem.name}: {step}")

        return [
            gather(part, examples=examples, random_seed=random_seed, progress=tell)
            for part in theorem.parts
        ]

    return [(theorem, evidence(theorem)) for theorem in chosen]


def theorem_pages(gathered: Gathered) -> Pages:
    """A page for each theorem, with a figure for each of its gradients."""
    pages: Pages = {}
    for theorem, evidence in gathered:
        figures: list[Figure | None] = []
        for place, part in enumerate(theorem.parts, start=1):
            figures.append(None)
            if isinstance(part.claim, Claim):
                point = _typical_point(part.claim)
                figure = Figure(f"{theorem.name}-{place}.svg", f"{V_CURVE}, at {point}")
                pages[figure.file] = v_curve(error_curve(part.claim, point), figure.caption)
                figures[-1] = figure
        pages[f"{theorem.name}.md"] = theorem_page(theorem, evidence, figures)
    return pages


def all_pages(gathered: Gathered) -> Pages:
    """The pages of all theorems, the index and the worked example."""
    return theorem_pages(gathered) | _common_pages(gathered)


def _common_pages(gathered: Gathered) -> Pages:
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
