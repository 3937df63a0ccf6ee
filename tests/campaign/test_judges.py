"""The campaign would notice: what judges is tried on what is wrong, and on what is right."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from sympy import Eq, Max, cos, exp, log, sin, sqrt

from derive.notation import NotationError, Reader
from derive.stating import state_claim
from derive.symbols import delta, index, indices, positive, real, size, where
from derive.symbols import sum_over as total
from derive.tactics.prove import prove
from tests.semantics import worlds

from . import trial
from .grammar import Loss, losses
from .mutations import Mutant, mutants
from .trial import Tally, WrongAcceptance, counterexample, differs, try_loss, try_mutant

n, m = size("n"), size("m")
i, j, k = indices("i j k", n)
x, X, K, b = real("x", n), real("X", m, n), real("K", n, n), real("b")
p, a = positive("p", n), index("a", m)

SQUARES = total(k, x[k] ** 2)
RIGHT = state_claim(SQUARES, x[i], 2 * x[i])
FALSE = {
    "a factor": (SQUARES, x[i], x[i]),
    "a sign": (sin(b), b, -cos(b)),
    "a sum for a term": (b * total(k, x[k]), x[i], total(k, x[k])),
    "a delta forgotten": (x[j], x[i], 1),
    "false at n = 1 alone": (exp(b) * n, b, exp(b) * n + where(Eq(n, 1), 1)),
    "true at n = 1 alone": (total(k, x[k]) ** 2, x[i], 2 * x[i]),
    "transposed": (total(k, total(j, K[k, j] ** 2)), K[i, j], 2 * K[j, i]),
    "the other side of a kink": (Max(b, 0), b, where(b < 0, 1)),
}


@pytest.mark.parametrize("name", FALSE)
def test_a_false_claim_has_a_counterexample_and_no_such_difference(name):
    of, by, value = FALSE[name]
    claim = state_claim(of, by, value * 1)
    assert counterexample(claim) is not None
    assert any(differs(claim, world) for world in worlds(claim.declarations, 6))


@pytest.mark.parametrize(
    ("of", "by", "value"),
    [
        (SQUARES, x[i], 2 * x[i]),
        (log(total(k, p[k])), p[i], 1 / total(k, p[k])),
        (total(k, X[a, k] ** 3), X[a, i], 3 * X[a, i] ** 2),
        (Max(b, 0), b, where(b > 0, 1)),
        (sqrt(SQUARES), x[i], x[i] / sqrt(SQUARES)),
    ],
)
def test_a_true_claim_has_none(of, by, value):
    claim = state_claim(of, by, value)
    assert counterexample(claim) is None
    assert not any(differs(claim, world) for world in worlds(claim.declarations, 6))


def test_a_claim_without_the_condition_that_it_needs_is_false():
    claim = state_claim(log(b), b, 1 / b)
    (positive_b,) = claim.declarations.hypotheses
    bare = replace(claim, declarations=replace(claim.declarations, hypotheses=()))
    assert counterexample(claim) is None
    assert counterexample(bare) is not None
    assert [mutant.claim for mutant in mutants(claim) if "hypothesis" in mutant.what] == [bare]
    assert positive_b.conclusion.kind == "positive"


# ---- a tool that is wrong is found out -----------------------------------------------------------


def proof_of_something(_claim):
    return prove(RIGHT)


def test_a_proof_of_something_else_is_noticed(monkeypatch):
    monkeypatch.setattr(trial, "prove", proof_of_something)
    with pytest.raises(WrongAcceptance, match="something else was proved"):
        try_loss(Loss(sin(b), b, ()), Tally())


def test_a_hypothesis_that_slipped_in_is_noticed(monkeypatch):
    """The proof is right, of a claim with one hypothesis more than was stated."""

    def with_more(claim):
        more = Reader().hypothesis(Eq(x[i], 1))
        declared = claim.declarations
        hypotheses = (*declared.hypotheses, more)
        return prove(replace(claim, declarations=replace(declared, hypotheses=hypotheses)))

    monkeypatch.setattr(trial, "prove", with_more)
    with pytest.raises(WrongAcceptance, match="something else was proved"):
        try_loss(Loss(SQUARES, x[i], ()), Tally())


def test_a_false_claim_that_is_proved_is_noticed(monkeypatch):
    monkeypatch.setattr(trial, "prove", proof_of_something)
    with pytest.raises(WrongAcceptance, match=r"false and proved \(a test\)"):
        try_mutant(Mutant("a test", state_claim(SQUARES, x[i], x[i])), Tally())


def test_a_false_gradient_is_noticed(monkeypatch):
    """Whatever replays: the judges look at the claim alone."""
    monkeypatch.setattr(trial, "derived", lambda _: state_claim(SQUARES, x[i], x[i]))
    monkeypatch.setattr(trial, "prove", lambda _: None)
    monkeypatch.setattr(trial, "require_replays", lambda *_: None)
    with pytest.raises(WrongAcceptance, match="proved and false"):
        try_loss(Loss(SQUARES, x[i], ()), Tally())


def test_what_is_true_of_no_input_is_not_counted_as_true():
    tally = Tally()
    try_loss(Loss(log(-1 - b**2), b, ()), tally)
    assert not any("proved, true" in what for what in tally.counts)


# ---- what is drawn -------------------------------------------------------------------------------


def test_the_grammar_says_everything_that_the_notation_can():
    kinds, functions, names = Counter(), Counter(), Counter()
    refused = []

    @settings(max_examples=400, database=None, suppress_health_check=list(HealthCheck))
    @given(losses())
    def look(loss):
        reader = Reader()
        try:
            todo = [reader.term(loss.of)]
        except NotationError:
            refused.append(loss)
            return
        names.update(reader.names)
        names.update(["a hypothesis"] * len(loss.given))
        while todo:
            term = todo.pop()
            todo += term.parts
            kinds[term.kind] += 1
            if term.kind == "apply":
                functions[term.args[0]] += 1

    look()
    assert len(refused) < 20
    assert min(kinds[kind] for kind in ("sum", "where", "delta", "power", "position", "size")) > 9
    assert set(functions) == {"exp", "log", "sin", "cos", "erf", "lgamma"}
    variables = {"x", "z", "y", "w", "p", "q", "u", "K", "X", "Y", "P", "T", "b", "h", "g"}
    assert {"n", "m", "o", "t", "s", "S", "a hypothesis"} | variables <= set(names)


CHANGED = [
    "negated",
    "doubled",
    "number",
    "dropped",
    "swapped",
    "another",
    "delta",
    "guard",
    "hypothesis",
    "sum",
    "exponent",
]


@pytest.mark.parametrize("what", CHANGED)
def test_everything_is_changed_in_some_way(what):
    loss = total(k, where(k <= i, x[k] ** 2 * delta(k, j) * p[k] * cos(x[k]) * K[i, k]))
    guarded = total(k, where(x[k] > b, p[k] * K[i, k])) * delta(i, j)
    claim = state_claim(loss, x[i], guarded + x[i] ** 2 + total(k, exp(x[k])))
    assert any(what in mutant.what for mutant in mutants(claim))
    assert all(mutant.claim != claim for mutant in mutants(claim))
