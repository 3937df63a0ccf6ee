"""Batches are claims like any other: proved for every row and for the mean over the rows."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import pytest

from derive import NotProved
from derive.batch import mean_over_rows, on_rows
from derive.claims import Claim
from derive.kernel import Equation, Hypothesis, Refused
from derive.kernel.terms import element, multiply, number, size, sum_over
from derive.tactics.prove import prove
from derive.theorems import catalogue
from numeric.exact_samples import small_points
from numeric.witnesses import refute, witness

PARTS = {
    f"{name}-{place}": part
    for name, found in catalogue().items()
    for place, part in enumerate(found.parts)
    if isinstance(part.claim, Claim)
}
CROSS_ENTROPY = PARTS["softmax_cross_entropy-0"].claim
BY_WEIGHT = PARTS["squared_error-0"].claim


@pytest.mark.parametrize("batch", [on_rows, mean_over_rows])
@pytest.mark.parametrize("which", ["none", "the variable", "all others"])
@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_what_holds_holds_in_batches(part, which, batch):
    claim = part.claim
    others = set(claim.declarations.variables) - {claim.variable}
    shared = {"none": set(), "the variable": {claim.variable}, "all others": others}[which]
    batched = batch(claim, shared=shared)
    assert prove(batched).conclusion == batched.judgement
    for point in islice(small_points(batched.declarations), 3):
        assert witness(batched, point)


@pytest.mark.parametrize("batch", [on_rows, mean_over_rows])
@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_what_is_false_is_false_in_batches(part, batch):
    for mistake in part.mistakes:
        batched = batch(part.mistaken(mistake))
        with pytest.raises(NotProved):
            prove(batched)
        assert refute(batched) is not None, mistake.what


def test_a_row_is_one_more_axis():
    batched = on_rows(CROSS_ENTROPY, rows="B", row="b")
    assert batched.declarations.variables == {"x": ("B", "n"), "y": ("B", "n")}
    assert batched.declarations.indices == {"i": "n", "b": "B"}
    assert batched.at == ("b", "i")
    total = sum_over("n", element("y", 1, 0))
    assert batched.declarations.hypotheses == (Hypothesis(("B",), Equation(total, number(1))),)


def test_what_is_shared_has_no_rows():
    batched = on_rows(BY_WEIGHT, shared=["w", "b"])
    assert batched.declarations.variables["w"] == ("p",)
    assert batched.declarations.variables["b"] == ()
    assert batched.declarations.variables["X"] == ("N", "m", "p")
    assert batched.at == BY_WEIGHT.at


def test_a_mean_without_its_share_is_false():
    """The 1/N of the mean, forgotten in the gradient."""
    batched = mean_over_rows(CROSS_ENTROPY)
    forgotten = replace(batched, value=multiply(size("N"), batched.value))
    with pytest.raises(NotProved):
        prove(forgotten)
    assert refute(forgotten) is not None


def test_a_hypothesis_about_one_row_only_does_not_do():
    """Labels that sum to 1 in total, and not in every row."""
    batched = mean_over_rows(CROSS_ENTROPY)
    in_total = sum_over("N", sum_over("n", element("y", 1, 0)))
    weaker = Hypothesis((), Equation(in_total, size("N")))
    claim = replace(batched, declarations=replace(batched.declarations, hypotheses=(weaker,)))
    with pytest.raises(NotProved):
        prove(claim)


@pytest.mark.parametrize("batch", [on_rows, mean_over_rows])
@pytest.mark.parametrize("names", [{"rows": "n"}, {"rows": "x"}, {"row": "i"}, {"row": "y"}])
def test_a_name_that_is_taken_is_refused(names, batch):
    with pytest.raises(Refused, match=next(iter(names.values()))):
        batch(CROSS_ENTROPY, **names)


def test_rows_and_row_cannot_have_one_name():
    with pytest.raises(Refused):
        on_rows(CROSS_ENTROPY, rows="B", row="B")


def test_what_is_shared_has_to_be_a_variable():
    """A slip of the pen would give every variable rows."""
    with pytest.raises((Refused, ValueError), match="weights"):
        on_rows(BY_WEIGHT, shared=["weights"])
