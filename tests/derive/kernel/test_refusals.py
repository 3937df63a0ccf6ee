"""Every rule refuses where one side condition is not met, and says so.

Each case stands beside an application that differs from it in one place and is accepted, so that it
is refused for that and nothing else.
"""

from __future__ import annotations

import pytest

from derive.kernel import Proof, Refused
from derive.kernel.rules import RULES
from derive.kernel.terms import ONE, ZERO
from derive.plain_text import explain

from .refusals import arithmetic, derivatives, equality, facts, guards, hypotheses, sums
from .refusals.vocabulary import Step, u
from .universe import UNIVERSE
from .workbench import Attempt, outcome

_MODULES = (equality, arithmetic, hypotheses, sums, guards, facts, derivatives)
CASES = {
    rule: [case for module in _MODULES for case in module.CASES.get(rule, ())]
    for rule in dict.fromkeys(name for module in _MODULES for name in module.CASES)
}
NAMED = [
    pytest.param(rule, case, id=f"{rule}: {case.what}") for rule in CASES for case in CASES[rule]
]


def attempt(rule: str, step: Step) -> Attempt:
    """The step, with the lines that it is given proved."""
    proof = Proof(UNIVERSE)
    for name, args, *premises in step.given:
        proof.step(name, args, premises)
    return Attempt(proof, rule, step.args, step.premises)


@pytest.mark.parametrize(("rule", "case"), NAMED)
def test_refuses_where_one_condition_is_not_met(rule, case):
    accepted = outcome(attempt(rule, case.right))
    assert not isinstance(accepted, Refused), accepted
    refused = outcome(attempt(rule, case.wrong))
    assert isinstance(refused, Refused), f"accepted: {refused}"
    said = explain(refused)
    assert said.startswith(rule + ": ")
    assert not [part for part in case.says if part not in said], said


def test_every_rule_has_cases():
    assert set(CASES) == set(RULES)


# ---- arguments of the wrong shape ----------------------------------------------------------------

JUNK = {
    "Term": [None, True, 0, "x", 1.5, (), ["add"], "zero"],
    "Natural": [None, True, -1, 1.0, "0", (), [0], float("nan"), ZERO],
    "Naturals": [None, 0, (-1,), (True,), (0.0,), ("0",), [0], ((0,),), ZERO],
    "Name": [None, True, 0, (), ("x",), ["x"], ZERO],
    "Index": [None, True, -1, 1.0, ("t",), (), ((0,), 0), ("t", True), ["t", 0], ZERO],
    "Indices": [None, 0, "i", (True,), (-1,), (1.0,), (("t",),), ((),), ((0, 0),), [0], ZERO],
    "Context": [None, 0, "n", (0,), (None,), (("n",),), ["n"], ZERO, (("<", ZERO),)],
    "Guard": [None, "<", (), ("<", ZERO), (">", ZERO, ONE), ("<", 0, 1), ["<", ZERO, ONE], ZERO],
}
ACCEPTED = {rule: cases[0].right for rule, cases in CASES.items()}
WRONG_SHAPES = [
    pytest.param(rule, place, junk, id=f"{rule}: argument {place} is {junk!r}")
    for rule in RULES
    for place, shape in enumerate(RULES[rule])
    for junk in JUNK[shape]
]


@pytest.mark.parametrize(("rule", "place", "junk"), WRONG_SHAPES)
def test_refuses_arguments_of_the_wrong_shape(rule, place, junk):
    right = attempt(rule, ACCEPTED[rule])
    args = list(right.args)
    args[place] = junk
    with pytest.raises(Refused, match=f"^{rule}: not a {RULES[rule][place]}"):
        right.proof.step(rule, tuple(args), right.premises)


@pytest.mark.parametrize("rule", RULES)
def test_refuses_a_wrong_number_of_arguments(rule):
    right = attempt(rule, ACCEPTED[rule])
    with pytest.raises(Refused, match=rf"^{rule}: takes {len(right.args)} arguments"):
        right.proof.step(rule, (*right.args, ZERO), right.premises)
    if right.args:
        with pytest.raises(Refused, match=rf"^{rule}: takes {len(right.args)} arguments"):
            right.proof.step(rule, right.args[1:], right.premises)


@pytest.mark.parametrize("premise", [-1, True, 0.0, "0", None, (0,), 99])
@pytest.mark.parametrize("rule", RULES)
def test_refuses_a_premise_that_is_no_earlier_line(rule, premise):
    right = attempt(rule, ACCEPTED[rule])
    with pytest.raises(Refused, match=f"^{rule}: no such earlier line"):
        right.proof.step(rule, right.args, (*right.premises, premise))


def test_refuses_a_rule_that_is_not_there():
    with pytest.raises(Refused, match=r"^axiom: no such rule"):
        Proof(UNIVERSE).step("axiom", ((), ONE))


def test_a_refused_step_leaves_no_line():
    proof = Proof(UNIVERSE)
    with pytest.raises(Refused):
        proof.step("sign", ((), u))
    assert proof.lines == []
    assert proof.judgements == []
    assert proof.used == []
