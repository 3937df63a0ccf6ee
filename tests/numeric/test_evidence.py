"""The evidence for a statement: what it says of the right ones, and of wrong and empty ones."""

from dataclasses import replace

import pytest
from sympy import Eq, Symbol

from derive import derive, indices, nonnegative, positive, real, simplex, size, sum_over
from derive.kernel.terms import ZERO, element, multiply, negate, number, power
from derive.statement import Mistake, Part
from derive.typeset import hypothesis_text, unicode_text
from numeric.conditions import meets
from numeric.evidence import PartEvidence, gather
from numeric.second_opinion import AGREES, DISAGREES
from numeric.settling import EQUAL, REFUTED, UNDECIDED
from numeric.witnesses import true_value
from tests.statements import STATEMENTS

n, m = size("n"), size("m")
x = real("x", n)
i, k = indices("i k", n)

each_name = pytest.mark.parametrize("name", STATEMENTS)


@pytest.fixture
def found(campaign, name) -> PartEvidence:
    """The evidence of this run for one statement."""
    return campaign.evidence(*STATEMENTS[name][:2])


def squares(weight=None, given=()):
    """Σ_k w_k x_k², by x_i, with the weights w."""
    w = real("w", n) if weight is None else weight
    return Part(
        (
            derive(
                "a parabola",
                name=Symbol("L"),
                by=x[i],
                rewriting=[(sum_over(k, w[k] * x[k] ** 2), "definition")],
                slopes=[(2 * w[i] * x[i], "du² = 2u du")],
                given=given,
            ),
        ),
        mistakes=(Mistake("without the factor 2", w[i] * x[i]),),
    )


# ---- the theorems --------------------------------------------------------------------------------


@each_name
def test_every_statement_is_proved(found):
    assert found.verdict == "proved"
    assert found.replayed
    assert found.counterexample is None


@each_name
def test_the_example_meets_the_hypotheses(found, name):
    part = STATEMENTS[name][2]
    assert meets(part.claim.declarations, found.example)


@each_name
def test_independent_witnesses_agree_wherever_they_were_asked(found):
    """Exact numbers are not asked of what has roots or other functions in it."""
    assert found.balls.agreed == found.balls.asked > 0
    assert found.exact.agreed == found.exact.asked
    assert found.written_out.agreed == found.written_out.asked
    answers = [opinion.answer for opinion in found.second]
    assert AGREES in answers
    assert DISAGREES not in answers


@each_name
def test_every_variant_is_settled(found):
    assert len(found.variants) >= 8
    assert not [variant for variant in found.variants if variant.outcome == UNDECIDED]


def test_a_hypothesis_that_is_dropped_is_a_variant():
    part = STATEMENTS["softmax_cross_entropy-1"][2]
    *_, last = gather(part, examples=1).variants
    assert last.what == "without Σ_k y_k = 1"
    assert last.outcome == REFUTED
    *_, unneeded = gather(squares(positive("w", n)), examples=1).variants
    assert unneeded.what == "without w_k > 0 for every k"
    assert unneeded.outcome == EQUAL


def test_a_hypothesis_that_only_gives_a_value_is_no_variant():
    part = STATEMENTS["cross_entropy-1"][2]
    assert not [v for v in gather(part, examples=1).variants if v.what.startswith("without s_k")]


@each_name
def test_all_that_is_almost_right_is_refuted(found, name):
    part = STATEMENTS[name][2]
    assert [control.what for control in found.controls] == [m.what for m in part.mistakes]
    assert len(found.controls) >= 2
    for control, mistake in zip(found.controls, part.mistakes, strict=True):
        claim = part.mistaken(mistake)
        counterexample = control.counterexample
        assert meets(claim.declarations, counterexample.point)
        assert not counterexample.truth.overlaps(counterexample.claimed)
        truth = true_value(claim, counterexample.point)
        assert truth.overlaps(counterexample.truth)


@each_name
def test_every_hypothesis_is_needed(found, name):
    """Without it the formula is false, or the function has no value.

    What the domain of a variable says beside equations may be more than a statement needs: labels
    are >= 0, whatever is said of them.
    """
    part = STATEMENTS[name][2]
    stated = {*part.main.given, *part.main.conditions}
    assert len(found.ablations) == len(part.claim.declarations.hypotheses)
    for ablation in found.ablations:
        failing = ablation.counterexample
        if not (ablation.hypothesis in stated or isinstance(ablation.hypothesis, Eq)):
            continue
        point = ablation.without_value if failing is None else failing.point
        assert point is not None
        assert not meets(part.claim.declarations, point)


# ---- verdicts ------------------------------------------------------------------------------------


def test_what_is_not_replayed_is_not_proved():
    """A proof of something else, however right the statement is."""
    part = squares()
    other = replace(part.main, last=part.main.last - 1)
    evidence = gather(replace(part, derivations=(other,)), examples=5)
    assert not evidence.replayed
    assert evidence.verdict == "undecided"


def test_what_is_false_is_refuted_and_every_witness_says_so():
    part = squares()
    wrong = replace(part.main, claim=replace(part.claim, value=ZERO))
    evidence = gather(replace(part, derivations=(wrong,)), examples=20)
    assert evidence.verdict == "refuted"
    assert str(evidence.counterexample)
    for agreement in (evidence.exact, evidence.balls):
        assert agreement.agreed < agreement.asked
    assert DISAGREES in [opinion.answer for opinion in evidence.second]
    assert not evidence.search.agrees


@pytest.mark.parametrize("witness", ["exact", "balls"])
def test_witnesses_look_beyond_zeros_and_ones(witness):
    """Where y² is y."""
    part = STATEMENTS["cross_entropy-1"][2]
    y, s = element("y", "k"), element("s", "k")
    squared = negate(multiply(power(y, number(2)), power(s, number(-1))))
    wrong = replace(part.main, claim=replace(part.claim, value=squared))
    agreement = getattr(gather(replace(part, derivations=(wrong,)), examples=1), witness)
    assert agreement.agreed < agreement.asked


def test_what_is_said_of_no_input_at_all_is_not_proved():
    """From contradictory hypotheses anything follows."""
    y = real("y", n)
    empty = squares(given=[Eq(sum_over(k, y[k]), 1), Eq(sum_over(k, y[k]), 2)])
    evidence = gather(empty, examples=5)
    assert evidence.replayed
    assert evidence.example is None
    assert evidence.verdict == "undecided"


@pytest.mark.parametrize(
    ("replayed", "example", "counterexample", "verdict"),
    [
        (True, True, False, "proved"),
        (True, False, False, "undecided"),
        (False, True, False, "undecided"),
        (True, True, True, "refuted"),
        (False, False, True, "refuted"),
    ],
)
def test_verdicts(campaign, replayed, example, counterexample, verdict):
    found = campaign.evidence("cross_entropy", 0)
    evidence = replace(
        found,
        replayed=replayed,
        example=found.example if example else None,
        counterexample=found.controls[0].counterexample if counterexample else None,
    )
    assert evidence.verdict == verdict


# ---- hypotheses ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("domain", "dropped"),
    [
        (positive, ["w_k > 0 for every k"]),
        (nonnegative, ["w_k ≥ 0 for every k"]),
        (simplex, ["w_k ≥ 0 for every k", "Σ_k w_k = 1"]),
        (real, []),
    ],
)
def test_what_domains_say_is_dropped_too(domain, dropped):
    ablations = gather(squares(domain("w", n)), examples=1).ablations
    assert [hypothesis_text(one.hypothesis, unicode_text) for one in ablations] == dropped


def test_what_is_given_and_in_the_domain_is_dropped_from_both():
    """Or nothing would be seen to depend on it."""
    w = simplex("w", n)
    total = sum_over(k, w[k])
    part = Part(
        (
            derive(
                "a parabola, weighted",
                name=Symbol("L"),
                by=x[i],
                rewriting=[(total * sum_over(k, x[k] ** 2), "definition")],
                slopes=[(2 * total * x[i], "du² = 2u du"), (2 * x[i], "given Σ_k w_k = 1")],
                given=[Eq(total, 1), Eq(sum_over(i, w[i]), 1)],
            ),
        )
    )
    nonnegative_entries, *adds_up = gather(part, examples=1).ablations
    assert nonnegative_entries.counterexample is None
    assert len(adds_up) == 3
    assert all(ablation.counterexample is not None for ablation in adds_up)


def test_a_hypothesis_that_is_not_needed_is_not_said_to_be():
    (ablation,) = gather(squares(positive("w", n)), examples=5).ablations
    assert ablation.counterexample is None
    assert ablation.without_value is None


# ---- the way there -------------------------------------------------------------------------------


def test_progress_and_options_are_passed_on():
    told = []
    evidence = gather(squares(), examples=3, random_seed=7, progress=told.append)
    assert (evidence.search.inputs, evidence.search.random_seed) == (3, 7)
    assert told[0] == "replaying the proofs"
    assert "central differences at random inputs: 3" in told
