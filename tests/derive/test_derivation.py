"""Derivations: every link is proved, a wrong line is named, and what is shown was proved."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
import sympy
from sympy import Eq, Integer, Max, Min, Symbol, exp, log

from derive.chain import BrokenLink, Line
from derive.derivation import Derivation, derive
from derive.kernel import Refused
from derive.losses import cross_entropy, softmax
from derive.notation import NotationError, read_claim
from derive.proof_files import loads, replay
from derive.stating import state_claim
from derive.symbols import (
    Definition,
    Partial,
    delta,
    indices,
    positive,
    product,
    real,
    simplex,
    size,
    sum_over,
    where,
)
from derive.tactics.ledger import NotProved
from derive.theorems import catalogue
from derive.typeset import latex, unicode_text

n = size("n")
i, j, k = indices("i j k", n)
x, y, z, b = real("x", n), real("y", n), real("z", n), real("b")
s = softmax(x)
L = Symbol("L")
Z = sum_over(j, exp(x[j]))
Y = sum_over(k, y[k])
SUMS_TO_ONE = Eq(Y, 1)
LOSS = cross_entropy(y, s)

DERIVATIONS = [
    pytest.param(d, id=f"{theorem.name}-{place}")
    for theorem in catalogue().values()
    for place, d in enumerate(theorem.derivations)
    if isinstance(d, Derivation)
]


def again(derivation, **changes):
    """The same derivation, checked anew, with some parts changed."""
    parts = {
        "name": derivation.name,
        "by": derivation.by,
        "given": derivation.given,
        "rewriting": [(line.expression, line.reason) for line in derivation.rewriting],
        "slopes": [(line.expression, line.reason) for line in derivation.slopes],
    }
    return derive(derivation.title, **(parts | changes))


def square(**changes):
    """d x_i**2 / d x_i = 2 x_i, with some parts changed."""
    parts = {
        "name": L,
        "by": x[i],
        "rewriting": [(x[i] ** 2, "definition")],
        "slopes": [(2 * x[i], "power rule")],
    }
    return derive("square", **(parts | changes))


# ---- what is proved ------------------------------------------------------------------------------


@pytest.mark.parametrize("derivation", DERIVATIONS)
def test_derivations_replay_and_say_what_is_shown(derivation):
    assert derivation.replays()
    shown = state_claim(
        derivation.rewriting[0].expression, derivation.by, derivation.result, derivation.given
    )
    rebuilt = loads(json.dumps(derivation.proof_data))
    assert rebuilt.conclusion == shown.judgement
    assert rebuilt.declarations == shown.declarations
    assert derivation.claim == shown


@pytest.mark.parametrize("derivation", DERIVATIONS)
def test_every_line_carries_weight(derivation):
    """No line says what the line before it says already."""
    for lines in (derivation.rewriting, derivation.slopes):
        expressions = [line.expression for line in lines]
        assert len(set(expressions)) == len(expressions)
        assert all(line.reason for line in lines)


@pytest.mark.parametrize("derivation", DERIVATIONS)
def test_a_derivation_without_some_line_still_follows(derivation):
    """The kernel bridges the gap, except that the statement needs its first and its last line."""
    for place in range(1, len(derivation.rewriting)):
        kept = [line for p, line in enumerate(derivation.rewriting) if p != place]
        shorter = again(derivation, rewriting=[(line.expression, line.reason) for line in kept])
        assert shorter.claim == derivation.claim
    for place in range(len(derivation.slopes) - 1):
        kept = [line for p, line in enumerate(derivation.slopes) if p != place]
        shorter = again(derivation, slopes=[(line.expression, line.reason) for line in kept])
        assert shorter.replays()
        assert shorter.result == derivation.result


def test_a_hypothesis_that_is_needed_cannot_be_dropped():
    derivation = catalogue()["softmax_cross_entropy"].derivations[0]
    assert derivation.given == (SUMS_TO_ONE,)
    with pytest.raises(BrokenLink, match="given Σ_k y_k = 1") as caught:
        again(derivation, given=())
    assert caught.value.left_over is not None


def test_a_proof_under_a_hypothesis_is_not_one_without_it():
    derivation = catalogue()["softmax_cross_entropy"].derivations[0]
    data = json.loads(json.dumps(derivation.proof_data))
    assert replay(data).declarations == derivation.claim.declarations
    assert data["hypotheses"]
    with pytest.raises(Refused):
        replay({**data, "hypotheses": []})
    without = read_claim(LOSS, x[i], s[i] - y[i])
    assert replay(data).conclusion == without.judgement
    assert replay(data).declarations != without.declarations


def test_the_claim_of_a_derivation_is_compared_when_it_replays():
    """Data that prove something else, or from other hypotheses, do not do for this derivation."""
    one, other = square(), square(rewriting=[(x[i] ** 3, "")], slopes=[(3 * x[i] ** 2, "")])
    assert one.replays()
    assert not replace(one, proof=other.proof, last=other.last).replays()
    assert not replace(one, slopes=(Line(3 * x[i], ""),)).replays()
    assert not replace(one, by=x[j]).replays()
    assert not replace(one, given=(SUMS_TO_ONE,)).replays()
    assert not replace(one, rewriting=(Line(x[i] ** 3, ""),)).replays()


def test_what_is_not_needed_is_left_out_of_the_data():
    derivation = square(rewriting=[(x[i] ** 2, "a"), (x[i] * (x[i] + 1) - x[i], "b")])
    assert derivation.rule_applications == len(derivation.proof_data["lines"])
    assert derivation.rule_applications <= len(derivation.proof.lines)


# ---- what is not proved --------------------------------------------------------------------------

# What an expression is changed to; ``by`` is what is differentiated by.
ALMOST = {
    "sign": lambda e, by: -e,
    "factor": lambda e, by: 2 * e,
    "mean": lambda e, by: e / size("count"),
    "another term": lambda e, by: e + by,
    "another index": lambda e, by: e.xreplace({i: indices("h", n)[0]}) + 2 * by,
}


def altered(derivation, part, place, change):
    lines = [(line.expression, line.reason) for line in getattr(derivation, part)]
    lines[place] = (change(lines[place][0], derivation.by), "an altered line")
    return again(derivation, **{part: lines})


@pytest.mark.parametrize("change", ALMOST.values(), ids=ALMOST)
@pytest.mark.parametrize("derivation", DERIVATIONS)
def test_a_line_that_is_altered_breaks_a_link(derivation, change):
    for part in ("rewriting", "slopes"):
        lines = getattr(derivation, part)
        for place in range(part == "rewriting", len(lines)):
            with pytest.raises(BrokenLink) as caught:
                altered(derivation, part, place, change)
            assert "does not follow (an altered line)" in str(caught.value)
            assert unicode_text(caught.value.after) in str(caught.value)


@pytest.mark.parametrize("change", ALMOST.values(), ids=ALMOST)
@pytest.mark.parametrize("derivation", DERIVATIONS)
def test_a_function_that_is_altered_breaks_what_follows(derivation, change):
    """The first line is the definition: what is wrong with it shows in the line after it."""
    with pytest.raises((BrokenLink, NotationError)):
        altered(derivation, "rewriting", 0, change)


def test_a_broken_link_shows_both_lines_the_reason_and_what_is_left():
    with pytest.raises(BrokenLink) as caught:
        square(rewriting=[(x[i] ** 2, "definition"), (x[i] ** 2 + z[i], "wishful thinking")])
    broken = caught.value
    assert str(broken).splitlines() == [
        "does not follow (wishful thinking):",
        "    x_i²",
        "  = x_i² + z_i",
        "  left between them: −z_i",
    ]
    assert (broken.before, broken.after) == (x[i] ** 2, x[i] ** 2 + z[i])
    assert broken.left_over == -z[i]


def test_a_wrong_derivative_is_compared_with_the_right_one():
    """Not with the function: 'x_i² = x_i' is not what the line said."""
    with pytest.raises(BrokenLink) as caught:
        square(slopes=[(x[i], "half of it")])
    assert "    x_i²\n" not in str(caught.value)
    assert "half of it" in str(caught.value)
    assert caught.value.left_over == x[i]


def test_a_line_that_may_have_no_value_names_what_is_missing():
    """Between the ends, for what the ends need becomes a condition."""
    detour = (product(2 * x[i], z[i], 1 / z[i]), "times one")
    with pytest.raises(BrokenLink, match="not shown nonzero") as caught:
        square(slopes=[(2 * x[i], "power rule"), detour, (2 * x[i], "and back")])
    assert "times one" in str(caught.value)
    assert square(rewriting=[(log(x[i]), "definition")], slopes=[(1 / x[i], "d log u")]).conditions


@pytest.mark.parametrize(
    ("variable", "given"), [(simplex("x", n), ()), (x, (Eq(sum_over(k, x[k]), 1),))]
)
def test_a_hypothesis_about_the_variable_does_not_reach_its_slopes(variable, given):
    """Σ x = 1 on the simplex, and yet ∂Σx/∂x_i is 1 and not 0."""
    total = sum_over(k, variable[k])
    with pytest.raises((BrokenLink, NotProved), match="rests on a hypothesis about x"):
        derive(
            "wrong",
            name=L,
            by=variable[i],
            given=given,
            rewriting=[(total, "definition"), (Integer(1), "given")],
            slopes=[(Integer(0), "a constant")],
        )
    right = derive(
        "right",
        name=L,
        by=variable[i],
        given=given,
        rewriting=[(total, "definition")],
        slopes=[(Integer(1), "δ"), (total, "given")],
    )
    assert right.replays()


def test_a_rewriting_that_rests_on_the_variable_is_a_broken_link():
    """derive() promises a BrokenLink for a line that does not do."""
    with pytest.raises(BrokenLink):
        derive(
            "wrong",
            name=L,
            by=x[i],
            given=[Eq(sum_over(k, x[k]), 1)],
            rewriting=[(sum_over(k, x[k]), "definition"), (Integer(1), "given")],
            slopes=[(Integer(0), "a constant")],
        )


def test_an_index_that_is_nowhere_on_the_left_is_refused():
    """As in a claim: ∂L/∂x_i = .. z_j has no j to be for."""
    labels = simplex("y", n)
    extra = sum_over(k, labels[k]) * z[j] - z[j]
    with pytest.raises(NotationError, match="j"):
        square(slopes=[(2 * x[i] + extra, "adds zero")])


@pytest.mark.parametrize("part", ["rewriting", "slopes"])
def test_a_derivation_without_lines_is_refused(part):
    with pytest.raises(ValueError, match=r"line|form|empty"):
        square(**{part: []})


@pytest.mark.parametrize(
    "changes",
    [
        {"rewriting": [(1.0 * x[i] ** 2, "inexact")]},
        {"slopes": [(2 * Symbol("q"), "undeclared")]},
        {"by": s[i]},
        {"by": b + 1},
        {"given": [x[i]]},
    ],
)
def test_what_has_no_exact_meaning_is_refused(changes):
    with pytest.raises(NotationError):
        square(**changes)


# ---- partial derivatives by their names ----------------------------------------------------------


def by_chain_rule(slope, jacobian):
    return derive(
        "by the chain rule",
        name=L,
        by=x[i],
        rewriting=[(LOSS, "definition")],
        slopes=[(sum_over(k, slope * jacobian), "chain rule"), (Y * s[i] - y[i], "sums")],
    )


SLOPE = Partial(L, LOSS, s[k], -y[k] / s[k])
JACOBIAN = Partial(s[k], s[k], x[i], s[k] * (delta(k, i) - s[i]))


def test_partials_are_shown_by_name_and_proved():
    derivation = by_chain_rule(SLOPE, JACOBIAN)
    assert "Σ_k ∂L/∂s_k ∂s_k/∂x_i" in derivation.text()
    assert derivation.replays()


@pytest.mark.parametrize("factor", [2, -1, 1 / n])
def test_a_partial_that_is_not_its_value_breaks_a_link(factor):
    """Even where what is wrong with one is made good by the other."""
    slope = Partial(L, LOSS, s[k], -factor * y[k] / s[k])
    jacobian = Partial(s[k], s[k], x[i], s[k] * (delta(k, i) - s[i]) / factor)
    for pair in ((slope, jacobian), (slope, JACOBIAN), (SLOPE, jacobian)):
        with pytest.raises(BrokenLink):
            by_chain_rule(*pair)


def test_a_partial_may_not_lie_about_what_is_differentiated():
    """What is shown as ∂s_k/∂x_i has to be about s_k, what is shown as ∂L/∂s_k about L."""
    other = Partial(s[k], 2 * s[k], x[i], 2 * s[k] * (delta(k, i) - s[i]))
    half = Partial(L, LOSS / 2, s[k], -y[k] / s[k] / 2)
    with pytest.raises((BrokenLink, NotationError)):
        by_chain_rule(half, other)


def through_another_definition(slope):
    """L = Σ y t with t made of s, by the chain rule through s."""
    t = Definition("t", (j,), 3 * s[j] + b)
    loss = sum_over(j, y[j] * t[j])
    chain_rule = sum_over(k, Partial(L, loss, s[k], slope) * JACOBIAN)
    result = sum_over(k, 3 * y[k] * s[k] * (delta(k, i) - s[i]))
    return derive(
        "through s",
        name=L,
        by=x[i],
        rewriting=[(loss, "definition")],
        slopes=[(chain_rule, "chain rule"), (result, "t = 3 s + b")],
    )


def test_a_partial_sees_what_it_is_taken_by_inside_other_definitions():
    assert "∂L/∂s_k ∂s_k/∂x_i" in through_another_definition(3 * y[k]).text()


@pytest.mark.parametrize("slope", [y[k], 3 * sum_over(j, y[j]), 3 * y[k] * s[k]])
def test_a_wrong_partial_through_another_definition_breaks_a_link(slope):
    with pytest.raises(BrokenLink):
        through_another_definition(slope)


# ---- second derivatives --------------------------------------------------------------------------


def test_a_second_derivative_is_shown_and_proved():
    """Hypotheses about the labels hold wherever the logits are."""
    derivation = derive(
        "again",
        name=Partial(L, LOSS, x[i], s[i] - y[i]),
        by=x[j],
        given=[SUMS_TO_ONE],
        rewriting=[(s[i] - y[i], "given Σ_k y_k = 1")],
        slopes=[(s[i] * (delta(i, j) - s[j]), "theorem softmax_jacobian")],
    )
    assert "∂²L/∂x_j∂x_i = s_i (δ_ij − s_j)" in derivation.text()
    assert derivation.replays()


def test_a_second_derivative_by_its_name_within_a_line():
    value = delta(i, j)
    second = Partial(Partial(L, sum_over(k, x[k] ** 2) / 2, x[i], x[i]), x[i], x[j], value)
    derivation = derive(
        "a line",
        name=Symbol("f"),
        by=z[i],
        rewriting=[(z[i] * second, "definition")],
        slopes=[(second, "x is not z"), (value, "the second derivative of a half of the square")],
    )
    assert "∂²L/∂x_j∂x_i" in derivation.text()


@pytest.mark.parametrize("wrong", [s[i], y[i] - s[i]])
def test_what_is_differentiated_again_is_proved_first(wrong):
    with pytest.raises(BrokenLink, match="its value in this derivation"):
        derive(
            "again",
            name=Partial(L, LOSS, x[i], wrong),
            by=x[j],
            given=[SUMS_TO_ONE],
            rewriting=[(wrong, "wrong")],
            slopes=[(0, "never asked")],
        )


def half_square(variable, given, shown):
    """∂½(Σx)²/∂x_i = 1 where Σx = 1, differentiated by x_j once more: as if that were 0."""
    X = sum_over(k, variable[k])
    slope = Partial(L, X**2 / 2, variable[i], 1)
    second = Partial(slope, 1, variable[j], 0)
    ways = {
        "as the name": {"name": slope, "by": variable[j], "rewriting": [(1, "given")]},
        "as a form": {"name": Symbol("f"), "by": variable[j], "rewriting": [(slope, "a name")]},
        "in a line": {"name": Symbol("f"), "by": z[i], "rewriting": [(second * z[j], "a name")]},
    }
    return derive(shown, **ways[shown], given=given, slopes=[(0, "a constant")])


@pytest.mark.parametrize("shown", ["as the name", "as a form", "in a line"])
@pytest.mark.parametrize(
    ("variable", "given"), [(simplex("x", n), ()), (x, (Eq(sum_over(k, x[k]), 1),))]
)
def test_a_slope_on_a_hypothesis_about_the_variable_is_not_differentiated(variable, given, shown):
    with pytest.raises(BrokenLink, match="its value in this derivation"):
        half_square(variable, given, shown)


@pytest.mark.parametrize(
    ("kinked", "slope"),
    [
        (Max(0, x[i]), where(x[i] > 0, 1)),
        (Max(0, -x[i]), -where(x[i] < 0, 1)),
        (Min(0, 2 * x[i]), where(2 * x[i] < 0, 2)),
    ],
)
def test_a_condition_has_no_idle_factor(kinked, slope):
    rewriting, slopes = [(kinked, "definition")], [(slope, "on each side of the kink")]
    derivation = derive("a kink", name=L, by=x[i], rewriting=rewriting, slopes=slopes)
    assert [unicode_text(condition) for condition in derivation.conditions] == ["x_i ≠ 0"]


# ---- what is shown -------------------------------------------------------------------------------


def example():
    return derive(
        "an example",
        name=L,
        by=x[i],
        given=[SUMS_TO_ONE],
        rewriting=[(LOSS, "definition of cross-entropy")],
        slopes=[(Y * s[i] - y[i], "by hand"), (s[i] - y[i], "given Σ_k y_k = 1")],
    )


def test_text_is_aligned_and_holds_every_line_and_reason():
    lines = example().text().splitlines()
    rows = [line for line in lines if " = " in line and "[" in line]
    assert [row.split(" = ")[0].strip() for row in rows] == ["L", "∂L/∂x_i", ""]
    assert len({row.index(" = ") for row in rows}) == 1
    assert len({row.index("[") for row in rows}) == 1
    assert re.fullmatch(r" += s_i − y_i +\[given Σ_k y_k = 1\]", rows[-1])
    assert not [line for line in lines if line != line.rstrip()]
    assert str(example()) == example().text()


def test_text_shows_the_hypotheses():
    """A statement without its hypotheses would be another statement."""
    assert "Σ_k y_k = 1" in example().text().split("∂L/∂x_i")[0]


@pytest.mark.parametrize("derivation", DERIVATIONS)
def test_latex_is_one_aligned_block_with_two_ampersands_a_line(derivation):
    text = derivation.latex()
    assert text.startswith("\\begin{aligned}\n")
    assert text.endswith("\n\\end{aligned}")
    rows = text.splitlines()[1:-1]
    assert len(rows) == len(derivation.rewriting) + len(derivation.slopes)
    for row in rows[:-1]:
        assert row.endswith(r" \\")
    for row in rows:
        assert row.count("&") == 3
        assert row.count("{") == row.count("}")


@pytest.mark.parametrize("derivation", DERIVATIONS)
def test_markdown_says_the_title_the_hypotheses_and_the_definitions(derivation):
    text = derivation.markdown()
    assert derivation.title in text
    assert derivation.latex() in text
    assert text.count("$$") % 2 == 0
    for _ in derivation.given:
        assert "given" in text
    for definition in derivation.definitions:
        assert f"$${latex(definition[definition.parameters])} = " in text
    assert derivation._repr_markdown_() == text


def test_a_notebook_sees_markdown_with_dollars():
    text = example()._repr_markdown_()
    assert "**an example**" in text
    assert r"$\sum_{k} y_{k} = 1$" in text
    assert r"$$s_{k} = \frac{e^{x_{k}}}{\sum_{j} e^{x_{j}}}$$" in text


@pytest.mark.parametrize("character", ["%", "#", "$", "&", "_", "^", "{", "}", "~", "\\"])
def test_a_reason_may_hold_any_character(character):
    r"""Inside \text{..} each of them means something else to TeX: bare, it would break the page."""
    latex = square(slopes=[(2 * x[i], f"one {character} two")]).latex()
    (reason,) = re.findall(r"\\text\{(one .* two)\}", latex)
    bare = re.sub(r"\\text\w*(\{\})?|\\[%#$&_{}^~\\](\{\})?|\\char`?\\?.", "", reason)
    assert character not in bare


def test_the_statement_is_the_derivative_by_its_name():
    statement = example().statement
    assert sympy.sstr(statement.rhs) == "s[i] - y[i]"
    assert sympy.sstr(statement.lhs) == "dL/dx[i]"


def test_definitions_as_equations():
    (equation,) = example().definitions_as_equations
    assert equation.lhs == s[k]
    assert equation.rhs == s.body


def test_a_derivation_by_a_scalar_and_of_a_scalar():
    c = positive("c")
    derivation = derive(
        "scalar", name=L, by=c, rewriting=[(log(c), "definition")], slopes=[(1 / c, "d log u")]
    )
    assert derivation.replays()
    assert "∂L/∂c = 1/c" in derivation.text()
