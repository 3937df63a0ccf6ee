"""Variants are settled honestly: what is refuted is false, what is proved equal is equal."""

from __future__ import annotations

from itertools import islice

import pytest
from sympy import Pow, Rational

from derive.identities import identity
from derive.proof_files import dump, replay
from derive.symbols import indices, positive, product, real, size, sum_over
from derive.tactics.ledger import NotProved
from derive.tactics.prove import proof_of
from derive.variants import Variant, variants
from numeric.conditions import meets
from numeric.settling import EQUAL, REFUTED, UNDECIDED, _Settling, settle_variants
from numeric.witnesses import witness
from tests.statements import STATEMENTS, each_part

n = size("n")
i, j, k = indices("i j k", n)
x, v, p = real("x", n), real("v"), positive("p", n)
SETTLED: dict[str, tuple] = {}


def settled_of(part):
    """What became of the variants of a part, found once."""
    return SETTLED.setdefault(str(part.claim), settle_variants(part.main))


def settled(claim_value, variant):
    """What becomes of one variant of v * value = value * v."""
    proved = identity("made", lines=[(product(1, claim_value), ""), (claim_value, "")])
    made = Variant("changed", variant, proved.stating(variant, ()))
    return _Settling(proved.claim).settled(made)


def root(entry):
    """The square root of a square, kept as it is written."""
    return Pow(entry**2, Rational(1, 2), evaluate=False)


# ---- the catalogue -------------------------------------------------------------------------------


@each_part
def test_every_variant_is_settled(part):
    found = settled_of(part)
    assert [one.what for one in found] == [variant.what for variant in variants(part.main)]
    assert not [one for one in found if one.outcome == UNDECIDED]


@each_part
def test_what_is_refuted_is_false_at_its_input_and_never_proved(part):
    for one, variant in zip(settled_of(part), variants(part.main), strict=True):
        if one.outcome == REFUTED:
            point = one.counterexample.point
            assert meets(part.claim.declarations, point)
            assert not witness(variant.statement, point)
            assert witness(part.claim, point)


@each_part
def test_no_variant_that_is_refuted_has_a_proof(part):
    """A third of them, one of each kind first: a search that fails takes its time."""
    pairs = zip(settled_of(part), variants(part.main), strict=True)
    for one, variant in islice(pairs, 6):
        if one.outcome == REFUTED:
            with pytest.raises(NotProved):
                proof_of(variant.statement)


@each_part
def test_what_is_proved_equal_has_a_proof_of_its_own(part):
    for one, variant in zip(settled_of(part), variants(part.main), strict=True):
        if one.outcome == EQUAL:
            proof = proof_of(variant.statement)
            assert replay(dump(proof)).conclusion == variant.statement.judgement


def test_most_variants_of_the_catalogue_are_refuted():
    outcomes = [one.outcome for _, _, part in STATEMENTS.values() for one in settled_of(part)]
    assert outcomes.count(REFUTED) > 0.9 * len(outcomes)


# ---- each outcome --------------------------------------------------------------------------------


def test_the_same_in_other_words_is_proved_equal():
    assert settled(x[i] * v, (x[i] + v) * v - v**2).outcome == EQUAL


def test_what_differs_is_refuted_at_a_point():
    found = settled(x[i] * v, x[i] + v)
    assert found.outcome == REFUTED
    assert "left side" in str(found.counterexample)


def test_what_differs_at_few_inputs_only_is_found():
    """(x_i - x_j) is 0 wherever the indices meet."""
    assert settled(x[i] - x[j], x[j] - x[i]).outcome == REFUTED
    assert settled(x[i] * sum_over(k, x[k]), n * x[i] ** 2).outcome == REFUTED


def test_a_variant_with_a_value_on_a_smaller_domain_is_refuted_where_it_has_one():
    found = settled(v / n, v / (n - 1))
    assert found.outcome == REFUTED
    assert found.counterexample.point.sizes["n"] > 1


def test_what_can_neither_be_proved_nor_refuted_stays_undecided():
    """A square root that is only seen by factoring."""
    assert settled(p[i] + 1, Pow(p[i] ** 2 + 2 * p[i] + 1, Rational(1, 2))).outcome == UNDECIDED


def test_the_hypotheses_are_kept_to():
    """The root of p² is p where p > 0; an input with p < 0 would refute it."""
    assert settled(p[i], root(p[i])).outcome == EQUAL
    assert settled(x[i], root(x[i])).outcome == REFUTED
