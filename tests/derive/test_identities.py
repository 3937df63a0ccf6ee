"""Identities: every link is proved, a wrong line is named, and what is shown was proved."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sympy import Eq, Symbol, exp

from derive.chain import BrokenLink, Line
from derive.claims import Identity
from derive.identities import identity
from derive.kernel import Equation, Refused
from derive.kernel.terms import ONE, add, element
from derive.losses import cross_entropy, softmax
from derive.notation import NotationError
from derive.proof_files import loads
from derive.statement import Mistake, Part, Theorem
from derive.symbols import Partial, delta, indices, real, simplex, size, sum_over

n = size("n")
i, j, k = indices("i j k", n)
x, y, c = real("x", n), real("y", n), real("c")
s = softmax(x)
Z = sum_over(j, exp(x[j]))
L = Symbol("L")
SUMS_TO_ONE = Eq(sum_over(k, y[k]), 1)
SLOPE = Partial(L, cross_entropy(y, s), x[i], s[i] - y[i])


def probabilities(*between, last=(1, "a sum over itself")):
    """Σ_k s_k = 1, by way of some lines."""
    return identity("probabilities", lines=[(sum_over(k, s[k]), ""), *between, last])


def slopes_cancel(slope=SLOPE, given=(SUMS_TO_ONE,)):
    """Σ_i ∂L/∂x_i = 0, through a partial derivative by its name."""
    lines = [
        (sum_over(i, slope), "every slope"),
        (sum_over(i, slope.value), "theorem softmax_cross_entropy"),
        (0, "both sums are 1"),
    ]
    return identity("the slopes cancel", lines=lines, given=given)


BY_Z = (sum_over(k, exp(x[k])) / Z, "definition of s")
TRUE = {
    "one link": probabilities,
    "two links": lambda: probabilities(BY_Z),
    "a partial derivative": slopes_cancel,
    "a free index": lambda: identity(
        "δ", lines=[(sum_over(j, delta(i, j) * x[j]), ""), (x[i], "δ keeps j = i")]
    ),
    "shift": lambda: identity(
        "shift",
        lines=[
            (exp(x[i] + c) / sum_over(j, exp(x[j] + c)), ""),
            (exp(x[i]) * exp(c) / (exp(c) * Z), "exp of a sum"),
            (s[i], "exp(c) cancels"),
        ],
    ),
}
each_identity = pytest.mark.parametrize("build", TRUE.values(), ids=TRUE)


# ---- what is proved ------------------------------------------------------------------------------


@each_identity
def test_identities_replay_and_say_what_is_shown(build):
    found = build()
    assert found.replays()
    rebuilt = loads(json.dumps(found.proof_data))
    assert rebuilt.conclusion == found.claim.judgement
    assert rebuilt.declarations == found.claim.declarations
    assert isinstance(found.claim.judgement.conclusion, Equation)
    assert found.stating(found.result, found.given) == found.claim


@each_identity
def test_every_line_but_the_ends_may_be_left_out(build):
    found = build()
    lines = [(line.expression, line.reason) for line in found.lines]
    ends = identity("ends", lines=[lines[0], lines[-1]], given=found.given)
    assert ends.claim == found.claim
    assert ends.replays()


def test_lines_that_contain_each_other_are_no_circle():
    again = identity(
        "there and back",
        lines=[(x[i], ""), (x[i] + c - c, "0"), (2 * x[i] - x[i], ""), (x[i] * Z / Z, "")],
    )
    assert again.replays()
    grown = identity(
        "grown", lines=[(exp(x[i]), ""), (exp(x[i]) * Z / Z, ""), (s[i] * Z, "definition of s")]
    )
    assert grown.replays()


def test_what_is_not_needed_is_left_out_of_the_data():
    found = TRUE["two links"]()
    assert 0 < found.rule_applications <= len(found.proof.lines)


def test_what_is_shown_is_compared_when_it_replays():
    one, other = TRUE["two links"](), TRUE["a free index"]()
    assert one.replays()
    assert not replace(one, proof=other.proof, last=other.last).replays()
    assert not replace(one, lines=(*one.lines[:-1], Line(2 * one.result, ""))).replays()
    assert not replace(one, lines=(Line(s[i], ""), *one.lines[1:])).replays()
    assert not replace(one, given=(SUMS_TO_ONE,)).replays()


# ---- what is not proved --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "between",
    [
        [(sum_over(k, exp(x[k])), "without Z")],
        [(2 * BY_Z[0], "twice")],
        [BY_Z, (n, "counts them")],
    ],
)
def test_a_line_that_does_not_follow_is_named(between):
    with pytest.raises(BrokenLink, match=between[-1][1]):
        probabilities(*between)


def test_the_result_has_to_follow():
    with pytest.raises(BrokenLink, match="wrong"):
        probabilities(BY_Z, last=(n, "wrong"))


def test_a_hypothesis_that_is_needed_cannot_be_dropped():
    with pytest.raises(BrokenLink):
        slopes_cancel(given=())
    shown = slopes_cancel()
    assert shown.hypotheses == (SUMS_TO_ONE,)
    data = json.loads(json.dumps(shown.proof_data))
    with pytest.raises(Refused):
        loads(json.dumps({**data, "hypotheses": []}))


@pytest.mark.parametrize("wrong", [s[i] + y[i], 2 * (s[i] - y[i]), y[i] - s[i]])
def test_a_partial_derivative_has_to_be_what_it_says(wrong):
    with pytest.raises(BrokenLink, match="its value in this derivation"):
        slopes_cancel(Partial(L, cross_entropy(y, s), x[i], wrong))


def test_a_partial_derivative_may_need_the_hypotheses_and_a_domain_is_one():
    labels = simplex("y", n)
    slope = Partial(L, cross_entropy(labels, s), x[i], s[i] - labels[i])
    assert slopes_cancel(slope, given=()).replays()
    with pytest.raises(BrokenLink):
        slopes_cancel(given=[Eq(sum_over(k, y[k]), 2)])


def test_one_line_is_no_identity():
    with pytest.raises(NotationError, match="at least two lines"):
        identity("alone", lines=[(x[i], "")])


def test_a_name_of_a_function_is_no_variable():
    slope = Partial(Symbol("x"), cross_entropy(y, s), x[i], s[i] - y[i])
    with pytest.raises(NotationError, match="it is a variable"):
        slopes_cancel(slope)


def test_an_index_of_another_size_is_refused():
    m = size("m")
    a = indices("a", m)[0]
    with pytest.raises(NotationError, match="runs below"):
        identity("sizes", lines=[(x[a], ""), (x[a] + c - c, "")])


# ---- how it is shown -----------------------------------------------------------------------------


def test_text_has_a_line_for_each_link():
    assert str(TRUE["two links"]()).splitlines() == [
        "Σ_k s_k = 1/(Σ_j exp(x_j)) Σ_k exp(x_k)   [definition of s]",
        "        = 1                               [a sum over itself]",
    ]
    assert str(slopes_cancel()).startswith("given Σ_k y_k = 1\nΣ_i ∂L/∂x_i = Σ_i (s_i − y_i)")


def test_latex_and_markdown():
    found = TRUE["two links"]()
    assert found.latex().splitlines()[1].startswith(r"\sum_{k} s_{k} &= \frac{1}{")
    shown = found._repr_markdown_()
    assert shown.startswith("**probabilities**")
    assert r"$$s_{k} = \frac{e^{x_{k}}}{\sum_{j} e^{x_{j}}}$$" in shown


def test_the_statement_is_the_first_line_and_the_last():
    found = TRUE["two links"]()
    assert found.statement == Eq(sum_over(k, s[k]), 1, evaluate=False)
    assert (found.left, found.result) == found.statement.args
    assert found.definitions == (s,)


# ---- in a theorem --------------------------------------------------------------------------------


def test_an_identity_is_a_part_of_a_theorem():
    part = Part((slopes_cancel(),), mistakes=(Mistake("one", 1), Mistake("free", 0, given=())))
    one, free = (part.mistaken(mistake) for mistake in part.mistakes)
    assert one == part.claim.saying(ONE)
    assert free.declarations.hypotheses == ()
    shown = Theorem("zero", "The slopes cancel", "About.", build=lambda: (part,))
    assert shown.replays()
    assert "Σ_i ∂L/∂x_i" in str(shown)


def test_an_identity_and_a_gradient_are_two_parts():
    with pytest.raises(ValueError, match="proves another claim"):
        Part((slopes_cancel(), TRUE["one link"]()))


def test_an_identity_over_undeclared_names_is_refused():
    declared = TRUE["a free index"]().claim.declarations
    with pytest.raises(Refused, match="z"):
        Identity(declared, element("z"), ONE)
    with pytest.raises(Refused, match="q"):
        Identity(declared, add(element("x", "q")), ONE)
