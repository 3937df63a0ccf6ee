"""True claims are proved and false ones refuted, each with the mistake that it makes.

A plain run takes a claim out of eight; ``--corpora`` takes all, and holds the shares.
"""

import pytest

from numeric.conditions import meets

from .settled import corpus, settle

EVERY = 8
PROVED, REFUTED, NAMED = 0.92, 0.95, 0.85  # the shares that are held of all


@pytest.fixture(scope="module")
def settled(request):
    """What became of the claims of both corpora."""
    step = 1 if request.config.getoption("--corpora") else EVERY
    return {name: [settle(e) for e in corpus(name)[::step]] for name in ("true", "false")}


def test_no_true_claim_is_refuted_and_no_false_one_proved(settled):
    assert [each.entry["name"] for each in settled["true"] if each.verdict == "refuted"] == []
    assert [each.entry["name"] for each in settled["false"] if each.verdict == "proved"] == []


def test_true_claims_are_proved_and_the_proofs_say_just_that(settled):
    proved = [each.answer for each in settled["true"] if each.verdict == "proved"]
    assert len(proved) >= PROVED * len(settled["true"]) - 2
    for answer in proved:
        assert answer.proof.conclusion == answer.question.claim.judgement
        assert answer.proof.declarations == answer.question.claim.declarations
        assert meets(answer.question.claim.declarations, answer.example)


def test_false_claims_are_refuted_at_inputs_that_meet_their_hypotheses(settled):
    refuted = [each.answer for each in settled["false"] if each.verdict == "refuted"]
    assert len(refuted) >= REFUTED * len(settled["false"])
    for answer in refuted:
        found = answer.counterexample
        assert meets(answer.question.claim.declarations, found.point)
        assert not found.truth.overlaps(found.claimed)


def test_the_mistake_is_named(settled):
    named = [each for each in settled["false"] if each.is_diagnosed]
    assert len(named) >= NAMED * len(settled["false"]) - 2


def test_there_are_enough_claims_and_each_has_its_own_name():
    true, false = corpus("true"), corpus("false")
    assert min(len(true), len(false)) >= 60
    assert all(entry["source"] for entry in true)
    names = [entry["name"] for entry in (*true, *false)]
    assert len(set(names)) == len(names)
