"""The campaign: 300 random losses in a plain run, as many as `--campaign` says in a long one.

    pytest tests/campaign --campaign 20000 --search-seed 7

What it drew, proved and left open is printed at the end of the run, with the seed. The first wrong
acceptance stops it, and is shown as small as hypothesis can make it.
"""

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from .grammar import losses
from .mutations import mutants
from .trial import try_front_door, try_loss, try_mutant

PER_LOSS = 2  # almost-right claims
FRONT_DOOR = 8  # one loss in so many goes through gradient(), which takes longer


def run(examples, random_seed, tally):
    """The campaign, as one hypothesis test; raises ``WrongAcceptance``."""

    @seed(random_seed)
    @settings(max_examples=examples, database=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def campaign(data):
        loss = data.draw(losses())
        claim = try_loss(loss, tally)
        changed = [] if claim is None else list(mutants(claim))
        for _ in range(PER_LOSS if changed else 0):
            try_mutant(data.draw(st.sampled_from(changed)), tally)
        if data.draw(st.integers(1, FRONT_DOOR)) == FRONT_DOOR:
            try_front_door(loss, tally)

    campaign()


def test_nothing_false_is_proved(campaign_size, campaign_seed, campaign_tally):
    run(campaign_size, campaign_seed, campaign_tally)
    counts = campaign_tally.counts
    assert counts["losses: drawn"] >= campaign_size
    assert counts["losses: proved, true"] >= counts["losses: drawn"] * 3 // 4
    assert counts["claims changed: false, refuted and not proved"] >= campaign_size
    assert counts["gradient(): asked for"] >= campaign_size // 50
    assert not campaign_tally.mishaps
