"""The pages of a report: which there are, and what each of them shows."""

from __future__ import annotations

from collections.abc import Sequence

from derive.statement import Theorem
from numeric.evidence import PartEvidence
from numeric.example import example

from .common_pages import example_page, index_page
from .figure import matrix, v_curve
from .gathering import Gathered
from .theorem_page import Figure, theorem_page

V_CURVE = "The error of the central difference against its step, and the bar that bounds it"

Pages = dict[str, str]  # file name -> text


def theorem_pages(gathered: Gathered) -> Pages:
    """A page for each theorem, with a figure for each of its gradients."""
    pages: Pages = {}
    for theorem, evidence in gathered:
        figures = _figures(theorem, evidence)
        for figure, found in zip(figures, evidence, strict=True):
            if figure is not None and found.curve is not None:
                pages[figure.file] = v_curve(found.curve.errors, figure.caption)
        pages[f"{theorem.name}.md"] = theorem_page(theorem, evidence, figures)
    return pages


def _figures(theorem: Theorem, evidence: Sequence[PartEvidence]) -> list[Figure | None]:
    """The figure of each part; none where there is no curve."""
    return [
        None
        if found.curve is None
        else Figure(f"{theorem.name}-{place}.svg", f"{V_CURVE}, at {found.curve.point}")
        for place, found in enumerate(evidence, start=1)
    ]


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
