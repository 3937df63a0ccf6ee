"""A mistake anywhere in the engine is seen by the engine's own checks."""

import pytest

from numeric.difference_identity import black_box, proofs
from numeric.exact_differences import of_claim
from tests.numeric.increments.engine_mutants import MUTANTS
from tests.numeric.increments.losses import further_losses, losses

CLAIMS = {name: loss.claim for name, loss in {**losses(), **further_losses()}.items()}


def caught():
    """The losses whose difference is seen to be wrong."""
    found = {name: black_box(of_claim(claim)) for name, claim in CLAIMS.items()}
    return [name for name, result in found.items() if result.contradiction is not None]


def test_the_engine_is_not_caught():
    assert caught() == []


def test_every_loss_is_compared_at_many_coordinates():
    assert all(black_box(of_claim(claim)).compared >= 8 for claim in CLAIMS.values())


def test_there_are_mutants_enough():
    assert len(MUTANTS) >= 14


@pytest.mark.parametrize("mutant", MUTANTS)
def test_every_mutant_is_caught(mutant, monkeypatch):
    for patch in MUTANTS[mutant]:
        monkeypatch.setattr(patch.owner, patch.name, patch.value)
    wrong = caught()
    assert wrong
    assert all(proofs(of_claim(CLAIMS[name])) is None for name in wrong)
