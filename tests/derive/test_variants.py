"""Mechanical variants: each differs in one thing, and none is the statement itself."""

from __future__ import annotations

import pytest
from sympy import Eq, Rational, Symbol, exp, log

from derive.derivation import derive
from derive.identities import identity
from derive.losses import softmax
from derive.symbols import (
    delta,
    index,
    indices,
    labels,
    nonzero,
    product,
    real,
    size,
    sum_over,
    where,
)
from derive.typeset import unicode_text
from derive.variants import LEAST, MOST, variants
from tests.statements import each_part

n, m = size("n"), size("m")
i, j, k = indices("i j k", n)
r = index("r", m)
x, y, z, v = real("x", n), real("y", n), nonzero("z", n), real("v")
A, B = real("A", n, n), real("B", m, n)
t = labels("t", m, below=n)
s = softmax(x)


def equal_to(value, *others):
    """A proved identity whose right side is the value, with the other lines before it."""
    return identity("made", lines=[*((other, "") for other in others), (value, "")])


def of(value):
    """The variants of a right side, in words -> as text."""
    found = variants(equal_to(value, product(1, value)))
    return {variant.what: unicode_text(variant.value) for variant in found}


# ---- all of them ---------------------------------------------------------------------------------


@each_part
def test_there_are_enough_and_not_too_many(part):
    assert LEAST <= len(variants(part.main)) <= MOST


@each_part
def test_all_are_different_and_none_is_the_statement(part):
    found = [variant.statement.value for variant in variants(part.main)]
    assert len(set(found)) == len(found)
    assert part.claim.value not in found


@each_part
def test_a_variant_says_what_it_shows_about_the_same_left_side(part):
    for variant in variants(part.main):
        assert variant.statement == part.main.stating(variant.value, part.main.given)
        assert variant.statement.terms[0] is part.claim.terms[0]


@each_part
def test_they_come_in_the_same_order_each_time(part):
    again = [(variant.what, variant.value) for variant in variants(part.main)]
    assert [(variant.what, variant.value) for variant in variants(part.main)] == again


def test_a_value_that_is_very_short_has_enough_variants():
    for value in (0, 1, n, v, x[i]):
        alone = equal_to(value, v + value - v)
        assert len(variants(alone)) >= LEAST


# ---- each kind -----------------------------------------------------------------------------------

KINDS = [
    (x[i] - y[i], "the sign turned", "y_i − x_i"),
    (x[i] - y[i], "the sign of −y_i turned", "x_i + y_i"),
    (x[i] - y[i], "without the term −y_i", "x_i"),
    (x[i] * y[i], "without the factor x_i", "y_i"),
    (x[i] / z[i] ** 2, "without the factor 1/z_i²", "x_i"),
    (s[k] * (delta(k, i) - s[i]), "1 for δ_ik", "s_k (1 − s_i)"),
    (delta(k, i) * x[k], "0 for δ_ik", "0"),
    (A[i, k] * x[k], "A_ik transposed", "A_ki x_k"),
    (s[i] * x[k], "s at k instead of i", "s_k x_k"),
    (s[i] + v, "s at 0 instead of i", "v + s_0"),
    (B[r, t[r]] + v, "B at 0 instead of t_r", "v + B_r0"),
    (x[i] / n, "n − 1 for n", "x_i/(n − 1)"),
    (x[i] ** 3, "the exponent of x_i changed to 4", "x_i⁴"),
    (x[i] / z[i], "the exponent of z_i changed to −2", "x_i/z_i²"),
    (sum_over(k, x[k]) * y[i], "Σ_k left out", "x_i y_i"),
    (sum_over(k, x[k]) * v, "Σ_k left out", "v x_0"),
    (x[i] * exp(v), "the argument of exp negated", "x_i exp(−v)"),
    (x[i] * exp(v), "without the function exp", "v x_i"),
    (x[i] + v, "twice as large", "2 v + 2 x_i"),
    (x[i] + v, "half as large", "v/2 + x_i/2"),
    (x[i] + v, "n times as large", "n (v + x_i)"),
    (x[i] + v, "divided by n", "(v + x_i)/n"),
    (where(x[i] > 0, y[i]), "without the condition x_i > 0", "y_i"),
]


@pytest.mark.parametrize(("value", "what", "variant"), KINDS)
def test_each_kind_changes_one_thing(value, what, variant):
    assert of(value).get(what) == variant


def test_indices_of_different_sizes_are_not_swapped():
    assert not any("transposed" in what for what in of(B[r, i] * v))


def test_the_argument_of_a_logarithm_keeps_its_sign():
    value = log(sum_over(k, exp(x[k])))
    assert "without the function log" in of(value)
    assert "the argument of log negated" not in of(value)
    assert "the argument of exp negated" in of(value)


def test_a_slope_reads_only_the_indices_of_its_left_side():
    slope = derive(
        "square",
        name=Symbol("L"),
        by=x[i],
        rewriting=[(sum_over(k, x[k] ** 2), "")],
        slopes=[(2 * x[i], "")],
    )
    for variant in variants(slope):
        named = {index for index in variant.statement.value.indices if isinstance(index, str)}
        assert named <= {"i"}


def test_the_hypotheses_stay_those_of_the_statement():
    given = [Eq(sum_over(k, y[k]), 1)]
    found = identity("total", lines=[(sum_over(k, y[k]) * x[i], ""), (x[i], "")], given=given)
    stated = set(found.claim.declarations.hypotheses)
    for variant in variants(found):
        assert stated <= set(variant.statement.declarations.hypotheses)


def test_what_is_the_same_formula_in_other_letters_is_left_out():
    """x_i/2 + x_i/2 is x_i: dropping "half" or doubling a half may come back to the value."""
    values = of(x[i] * Rational(1, 2)).values()
    assert len(set(values)) == len(values)
    assert "x_i/2" not in values
