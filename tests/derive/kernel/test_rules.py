"""Each rule against the meaning of what it accepts, on random applications at sizes 1, 2 and 3."""

from __future__ import annotations

from collections import Counter

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from derive.kernel import Refused
from derive.kernel.rules import RULES
from tests.semantics import Verdict, all_of, holds

from .instances import INSTANCES
from .perturbations import perturbed
from .universe import worlds_of
from .workbench import Attempt, outcome


def reproducibly(rule: str) -> settings:
    """Settings for one rule; ``field`` does more than the others, and is tried more often."""
    return settings(
        max_examples=400 if rule == "field" else 120,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )


def verdict(attempt: Attempt) -> Verdict:
    """Whether the last line holds in the worlds where its premises do.

    The worlds meet the hypotheses that the line rests on, and break others at will.
    """
    proof = attempt.proof
    true_premises = [
        world
        for world in worlds_of(proof.used[-1])
        if all(holds(proof.judgements[k], world) is not False for k in attempt.premises)
    ]
    return all_of(holds(proof.conclusion, world) for world in true_premises)


def test_every_rule_has_random_instances():
    assert set(INSTANCES) == set(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_what_a_rule_accepts_is_true(rule):
    tally: Counter[str] = Counter()

    @reproducibly(rule)
    @given(INSTANCES[rule])
    def accepted_is_true(attempt: Attempt) -> None:
        found = outcome(attempt)
        if isinstance(found, Refused):
            tally["refused"] += 1
            return
        truth = verdict(attempt)
        assert truth is not False, found
        tally["accepted" if truth else "undecided"] += 1

    accepted_is_true()
    assert tally["accepted"] > 0.25 * tally.total(), tally
    assert tally["undecided"] < 0.05 * tally.total(), tally


@pytest.mark.parametrize("rule", [name for name in RULES if RULES[name]])
def test_what_a_rule_accepts_is_true_when_an_argument_is_changed(rule):
    tally: Counter[str] = Counter()

    @reproducibly(rule)
    @given(INSTANCES[rule], st.data())
    def accepted_is_true(attempt: Attempt, data: st.DataObject) -> None:
        changed = perturbed(data.draw, attempt)
        found = outcome(changed)
        if not isinstance(found, Refused):
            assert verdict(changed) is not False, found
        tally["refused" if isinstance(found, Refused) else "accepted"] += 1

    accepted_is_true()
    assert min(tally["refused"], tally["accepted"]) > 0, tally
