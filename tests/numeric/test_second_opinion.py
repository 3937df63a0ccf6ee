"""The other engine agrees with what is true, and never with what is false."""

from __future__ import annotations

from itertools import islice

import pytest
from sympy import Eq, Symbol, cos, digamma, erf, exp, log, loggamma, pi, sin, sqrt

from derive.claims import Claim
from derive.derivation import derive
from derive.identities import identity
from derive.kernel.terms import MINUS_ONE, ONE, add, multiply, number, power, size
from derive.notation import read_claim, read_identity
from derive.symbols import indices, positive, product, real, sum_over, where
from derive.symbols import size as named_size
from derive.variants import variants
from numeric import second_opinion as module
from numeric.second_opinion import AGREES, DISAGREES, NOT_ASKED, second_opinion
from numeric.witnesses import refute
from tests.statements import each_mistake, each_part

n = named_size("n")
i, j, k = indices("i j k", n)
x, y, v = real("x", n), real("y", n), real("v")
p, q = positive("p", n), positive("q")


def answers(statement):
    return [opinion.answer for opinion in second_opinion(statement)]


def is_small(part):
    """Whether unrolling takes milliseconds."""
    return len(part.claim.declarations.sizes) < 3


# ---- the catalogue -------------------------------------------------------------------------------


@each_part
def test_what_is_proved_has_a_second_opinion(part):
    found = answers(part.claim)
    assert DISAGREES not in found
    assert AGREES in found


@each_part
def test_it_never_agrees_with_a_variant_that_is_false(part):
    """Not at all sizes: at some a false formula may be right."""
    wanted = 3 if is_small(part) else 1
    for variant in islice(variants(part.main), wanted):
        if refute(variant.statement) is not None and set(answers(variant.statement)) == {AGREES}:
            pytest.fail(f"agrees with {variant.what}: {variant.value}")


@each_mistake
def test_it_never_agrees_with_a_mistake(part, mistake):
    if is_small(part):
        assert set(answers(part.mistaken(mistake))) != {AGREES}


# ---- what it is asked ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("of", "by", "value"),
    [
        (exp(x[i]) * x[i], x[i], exp(x[i]) * (1 + x[i])),
        (sin(v) * cos(v), v, cos(v) ** 2 - sin(v) ** 2),
        (sin(v) * cos(v), v, 1 - 2 * sin(v) ** 2),
        (erf(v), v, None),
        (loggamma(q), q, None),
        (sum_over(k, x[k] ** 2), x[i], 2 * x[i]),
        (where(x[i] > 0, x[i] ** 2), x[i], where(x[i] > 0, 2 * x[i])),
        (p[i] ** q, q, None),
    ],
)
def test_functions_guards_and_powers(of, by, value):
    known = {
        erf(v): 2 * exp(-(v**2)) / sqrt(pi),
        loggamma(q): digamma(q),
        p[i] ** q: p[i] ** q * log(p[i]),
    }
    right = known.get(of) if value is None else value
    claim = read_claim(of, by, right)
    assert set(answers(claim)) == {AGREES}
    assert set(answers(claim.saying(multiply(number(2), claim.value)))) == {DISAGREES}
    assert AGREES not in answers(claim.saying(add(claim.value, ONE)))


def test_sizes_are_distinct_where_they_may_be_and_1_is_among_them():
    m = named_size("m")
    (X,) = (real("X", n, m),)
    r = indices("r", m)[0]
    sides = sum_over(i, sum_over(r, X[i, r])), sum_over(r, sum_over(i, X[i, r]))
    found = [tuple(opinion.sizes.values()) for opinion in second_opinion(read_identity(*sides))]
    assert all(len(set(sizes)) == 2 for sizes in found)
    assert any(1 in sizes for sizes in found)
    assert [opinion.answer for opinion in second_opinion(read_identity(*sides))] == [AGREES] * 3


def test_a_claim_that_holds_at_size_1_only_is_told_apart():
    claim = read_claim(sum_over(k, x[k] ** 2) / n, x[i], 2 * x[i])
    by_size = {opinion.sizes["n"]: opinion.answer for opinion in second_opinion(claim)}
    assert by_size == {1: AGREES, 2: DISAGREES, 3: DISAGREES}


def test_n_minus_1_below_is_not_asked_where_it_is_0():
    claim = read_claim(sum_over(k, x[k]), x[i], ONE_OVER_N := 1 / (n - 1) * (n - 1))
    assert ONE_OVER_N == 1
    written = power(add(size("n"), MINUS_ONE), MINUS_ONE)
    kept = claim.saying(multiply(written, add(size("n"), MINUS_ONE)))
    by_size = {opinion.sizes["n"]: opinion.answer for opinion in second_opinion(kept)}
    assert by_size == {1: NOT_ASKED, 2: AGREES, 3: AGREES}


# ---- hypotheses ----------------------------------------------------------------------------------


def total_is(value):
    return Eq(sum_over(k, y[k]), value)


def test_a_stated_total_is_used_and_only_as_it_is_stated():
    sides = sum_over(k, y[k]) * v, v
    assert set(answers(read_identity(*sides, [total_is(1)]))) == {AGREES}
    assert set(answers(read_identity(*sides, [total_is(2)]))) == {DISAGREES}
    assert set(answers(read_identity(*sides))) == {DISAGREES}


def test_a_total_says_nothing_of_slopes():
    slope = read_claim(sum_over(k, y[k]) ** 2 / 2, y[i], 1, [total_is(1)])
    assert set(answers(slope)) == {AGREES}
    constant = read_claim(sum_over(k, y[k]), y[i], 0, [total_is(1)])
    assert set(answers(constant)) == {DISAGREES}


def test_other_equations_are_met_by_fixed_numbers():
    given = [Eq(y[i] ** 2, y[i])]
    assert set(answers(read_identity(v * y[i] ** 3, v * y[i], given))) == {AGREES}
    assert DISAGREES in answers(read_identity(v * y[i] ** 3, v * y[i]))


def test_signs_come_from_the_hypotheses():
    root = (p[i] ** 2) ** (n / n / 2)
    assert set(answers(read_identity(root, p[i]))) == {AGREES}


# ---- where it has no answer ----------------------------------------------------------------------


def test_what_is_too_large_is_not_asked(monkeypatch):
    monkeypatch.setattr("numeric.towers.MOST_TERMS", 1)
    claim = read_claim(sum_over(k, exp(x[k])) ** 2, x[i], 2 * exp(x[i]) * sum_over(k, exp(x[k])))
    assert NOT_ASKED in answers(claim)
    reasons = [opinion.reason for opinion in second_opinion(claim) if opinion.answer == NOT_ASKED]
    assert all("large" in reason for reason in reasons)


def test_what_has_no_value_is_not_asked():
    nowhere = read_identity(v, v, [v > 1, v < 0])
    (opinion,) = second_opinion(nowhere)[:1]
    assert opinion.answer == NOT_ASKED
    assert "no sample" in opinion.reason


def test_a_difference_that_is_not_certified_is_no_disagreement(monkeypatch):
    monkeypatch.setattr(module.Tower, "sign", lambda tower, number: None)
    (opinion,) = second_opinion(read_identity(v, 2 * v))[:1]
    assert opinion.answer == NOT_ASKED
    assert "relation" in opinion.reason


# ---- independence --------------------------------------------------------------------------------


def test_it_differentiates_by_itself():
    """A claim with the slope of another function is not believed."""
    right = derive(
        "square",
        name=Symbol("L"),
        by=x[i],
        rewriting=[(sum_over(k, x[k] ** 2), "")],
        slopes=[(2 * x[i], "")],
    ).claim
    cubes = read_claim(sum_over(k, x[k] ** 3), x[i], 2 * x[i])
    assert set(answers(right)) == {AGREES}
    assert set(answers(Claim(right.declarations, cubes.of, "x", ("i",), right.value))) == {
        DISAGREES
    }


def test_an_identity_is_asked_at_every_index():
    found = identity("same", lines=[(product(1, x[i] - x[j]), ""), (x[i] - x[j], "")])
    assert set(answers(found.claim)) == {AGREES}
    assert DISAGREES in answers(read_identity(x[i] - x[j], x[j] - x[i]))
