"""Gathering in several processes: the same records, in the same order, and told on the way."""

import pickle

import pytest
from flint import arb

from derive.statement import Theorem
from derive.theorems import theorem
from numeric.crosscheck import CrossCheck
from numeric.witnesses import Counterexample, refute
from reports.gathering import gather_all
from reports.pages import theorem_pages

CHOSEN = [theorem("cross_entropy"), theorem("softmax_sums_to_one")]


def gathered(jobs, chosen=CHOSEN, told=None):
    return gather_all(
        chosen, examples=3, jobs=jobs, progress=(lambda _: None) if told is None else told.append
    )


def test_the_number_of_processes_changes_nothing():
    told = []
    alone, together = gathered(1), gathered(2, told=told)
    assert [found.name for found, _ in together] == [found.name for found in CHOSEN]
    assert theorem_pages(alone) == theorem_pages(together)
    assert [e.search for _, every in alone for e in every] == [
        e.search for _, every in together for e in every
    ]
    assert told[0] == "0 of 2 statements"
    assert told[-1].startswith("2 of 2 statements")


def test_a_theorem_from_elsewhere_is_dealt_with_here():
    known = theorem("cross_entropy")
    mine = Theorem("mine", "Mine", "About.", build=known.build)
    told = []
    ((found, evidence),) = gathered(2, [mine], told)
    assert found is mine
    assert isinstance(evidence[0].search, CrossCheck)
    assert told[0] == "mine: replaying the proofs"


def test_what_goes_wrong_in_a_process_comes_out():
    with pytest.raises(Exception, match="examples"):
        gather_all(CHOSEN, examples=-1, jobs=2)


@pytest.mark.parametrize("ball", [arb(1) / 3, arb(0), arb(-7), arb(2) ** 200, arb("1e-30") / 7])
def test_balls_travel_and_grow_by_a_hair_at_most(ball):
    again = pickle.loads(pickle.dumps(ball))
    assert again.str(60) == ball.str(60)
    assert again.mid() == ball.mid()
    assert again.contains(ball)
    assert again.rad() <= ball.rad() * arb("1.000001")


def test_counterexamples_say_the_same_after_a_journey():
    part = theorem("cross_entropy").parts[0]
    for mistake in part.mistakes:
        found = refute(part.mistaken(mistake))
        assert isinstance(found, Counterexample)
        assert str(pickle.loads(pickle.dumps(found))) == str(found)
