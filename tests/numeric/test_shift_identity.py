"""Compiled programs are their formulas for every shift: proved; a wrong shift is not."""

from __future__ import annotations

import pytest

from derive import theorem
from derive.kernel.terms import element
from numeric.compile import compile_term
from numeric.program.algebra import merge
from numeric.program.scaling import Scaled, Scaling
from numeric.shift_identity import shift_identity, shifted

from ..statements import STATEMENTS, each_part

# Not proved: [c] exp([c] a + [not c] m) = [c] exp(a), where the tactics draw the power out of [c].
NOT_PROVED = [part.claim for name, (of, _, part) in STATEMENTS.items() if of == "causal_attention"]
SOFTMAX = theorem("softmax_cross_entropy").parts[0].claim


@each_part
def test_programs_of_the_catalogue_are_their_formulas(part):
    for term in part.claim.terms:
        found = shifted(part.claim.declarations, term)
        assert (found.rule_applications is None) == (part.claim in NOT_PROVED)


@pytest.mark.parametrize(
    ("name", "shifts"),
    [("softmax_cross_entropy", 1), ("distillation", 2), ("attention", 1), ("squared_error", 0)],
)
def test_every_maximum_is_a_variable(name, shifts):
    claim = theorem(name).parts[0].claim
    identity = shift_identity(claim.declarations, claim.value)
    new = {*identity.declarations.variables} - {*claim.declarations.variables}
    program = compile_term(
        claim.declarations, claim.value, sorted(i for i in claim.value.indices if type(i) is str)
    )
    assert len(new) == shifts == program.text.count("amax(")
    assert new <= identity.value.names
    assert not new & identity.left.names
    stated = {name for h in identity.declarations.hypotheses for name in names_in(h)}
    assert not new & stated


def names_in(hypothesis):
    return {name for part in hypothesis.conclusion if hasattr(part, "names") for name in part.names}


def test_the_shift_of_rows_has_an_index():
    claim = theorem("cross_entropy_batch_mean").parts[0].claim
    identity = shift_identity(claim.declarations, claim.value)
    (new,) = {*identity.declarations.variables} - {*claim.declarations.variables}
    assert identity.declarations.variables[new] == ("m",)


@pytest.mark.parametrize("sign", [0, -1, 2])
@pytest.mark.parametrize("name", ["softmax_cross_entropy", "log_sum_exp", "softmax_entropy"])
def test_a_shift_in_one_of_its_two_places_is_not_proved(name, sign, monkeypatch):
    """What a sum takes out is forgotten, turned round or taken out twice."""
    claim = theorem(name).parts[0].claim
    right = Scaling._sum

    def wrong(self, size, body, place):
        exponent, value = right(self, size, body, place)
        return Scaled({view: sign * c for view, c in merge(exponent).items() if sign}, value)

    assert shifted(claim.declarations, claim.of).rule_applications
    monkeypatch.setattr(Scaling, "_sum", wrong)
    assert shifted(claim.declarations, claim.of).rule_applications is None


def test_a_formula_that_is_compiled_as_another_is_not_proved(monkeypatch):
    right = Scaling.plain

    def wrong(self, term, place):
        return right(self, element("x", "i") if term is element("y", "i") else term, place)

    assert shifted(SOFTMAX.declarations, SOFTMAX.value).rule_applications
    monkeypatch.setattr(Scaling, "plain", wrong)
    assert shifted(SOFTMAX.declarations, SOFTMAX.value).rule_applications is None
