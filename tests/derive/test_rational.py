"""Rational functions over atoms: factors multiply back, and reduction changes the form only."""

from __future__ import annotations

from fractions import Fraction
from math import prod

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from derive.kernel import Declarations, Fact, Hypothesis
from derive.kernel.polynomial import (
    UNIT,
    Polynomial,
    atom,
    expanded,
    join,
    plus,
    raised,
    times,
)
from derive.kernel.terms import ONE, apply, delta, element, number, power, where
from derive.kernel.terms import size as size_term
from derive.tactics.ledger import OutOfSteps
from derive.tactics.polynomials import constant, term_of
from derive.tactics.rational import factored, is_base, polynomial_of_base, prime_powers
from derive.tactics.reduction import Reduction, nonzero_variables

A, B, E, N = element("a"), element("b"), apply("exp", element("u")), size_term("n")
ATOMS = (A, B, E, N)
UNITS = frozenset({"b"})


@st.composite
def polynomials(draw, most: int = 3) -> Polynomial:
    """Polynomials over the atoms, with small exponents and coefficients."""
    total: Polynomial = {}
    for _ in range(draw(st.integers(1, most))):
        powers = draw(st.dictionaries(st.sampled_from(ATOMS), st.integers(1, 2), max_size=2))
        coefficient = draw(st.sampled_from((1, -1, 2, Fraction(1, 2), -3)))
        total = plus(total, {frozenset(powers.items()): coefficient})
    return total


@st.composite
def bases(draw) -> Polynomial:
    """Polynomials without an obvious factor, of more than one term."""
    primitive = factored(draw(polynomials().filter(bool))).primitive
    assume(len(primitive) > 1)
    return primitive


VALUES = {A: Fraction(3), B: Fraction(5, 2), E: Fraction(7), N: Fraction(2)}


def value(polynomial: Polynomial) -> Fraction:
    """The value of a polynomial whose bases have whole exponents."""
    return sum(
        (c * prod(value_of(name) ** e for name, e in m) for m, c in polynomial.items()),
        Fraction(0),
    )


def value_of(name) -> Fraction:
    return value(polynomial_of_base(name)) if is_base(name) else VALUES[name]


@given(polynomials().filter(bool))
@settings(max_examples=60)
def test_factors_multiply_back(polynomial):
    coefficient, content, primitive = factored(polynomial)
    assert coefficient > 0
    assert times({content: coefficient}, primitive) == polynomial


@given(bases(), polynomials(), st.integers(1, 2))
@settings(max_examples=60)
def test_denominators_are_a_factor(base, polynomial, exponent):
    """p/b + 1 as (p + b)/b, where the sum is over a common denominator."""
    name = term_of(base)
    fraction = plus(times(polynomial, atom(name, -exponent)), {UNIT: 1})
    assume(fraction)
    coefficient, content, primitive = factored(fraction)
    assert all(e >= 0 for m in primitive for n, e in m if is_base(n))
    assert value(times({content: coefficient}, primitive)) == value(fraction)


@given(bases(), polynomials(), st.integers(1, 3))
@settings(max_examples=60, deadline=None)
def test_reduction_keeps_the_value(base, polynomial, exponent):
    assume(value(base) != 0)
    fraction = times(polynomial, atom(term_of(base), -exponent))
    assert value(Reduction(UNITS).reduced(fraction)) == value(fraction)


@given(bases(), polynomials(), polynomials(), st.integers(1, 2))
@settings(max_examples=60, deadline=None)
def test_what_stands_above_and_below_cancels(base, one, other, exponent):
    """one/b**k + other = (one + other*b**k)/b**k, in one form."""
    reduced = Reduction(UNITS).reduced
    inverse = atom(term_of(base), -exponent)
    apart = plus(times(one, inverse), other)
    together = times(plus(one, times(other, expanded(base, exponent))), inverse)
    assert reduced(apart) == reduced(together)


@given(bases(), polynomials(), polynomials())
@settings(max_examples=60, deadline=None)
def test_different_fractions_stay_different(base, one, other):
    assume(value(base) and value(one) != value(other))
    reduced, inverse = Reduction(UNITS).reduced, atom(term_of(base), -1)
    assert reduced(times(one, inverse)) != reduced(times(other, inverse))


def test_denominators_in_common_are_split_off():
    """1/(E (1 + E)) = 1/E - 1/(1 + E)"""
    below = atom(term_of(plus(atom(E), {UNIT: 1})), -1)
    assert Reduction(UNITS).reduced(times(atom(E, -1), below)) == plus(atom(E, -1), below, -1)


def test_roots_keep_a_part_below_one():
    base = term_of(plus(atom(A), {UNIT: 1}))
    reduced = Reduction(()).reduced(atom(base, Fraction(5, 2)))
    assert {dict(m)[base] for m in reduced} == {Fraction(1, 2)}


@pytest.mark.parametrize("indicator", [delta("i", "j"), where("<", number(0), A, ONE)])
def test_powers_of_what_is_0_or_1_are_itself(indicator):
    assert Reduction(()).reduced(atom(indicator, 3)) == atom(indicator)
    assert Reduction(()).reduced(atom(where("<", number(0), A, B), 3)) != atom(indicator)


def test_a_reduction_is_given_up_in_words(monkeypatch):
    monkeypatch.setattr("derive.tactics.reduction.MOST_REDUCTIONS", 2)
    base = term_of(plus(atom(A), {UNIT: 1}))
    with pytest.raises(OutOfSteps, match="gave up a rational function after 2 steps"):
        Reduction(()).reduced(times(atom(A, 9), atom(base, -9)))


@given(st.fractions(min_value=Fraction(1, 10_000), max_value=10_000, max_denominator=10_000))
def test_primes_multiply_back(number_):
    found = prime_powers(number_)
    assert prod((Fraction(p) ** e for p, e in found), start=Fraction(1)) == number_
    assert all(all(p % d for d in range(2, int(p**0.5) + 1)) for p, _ in found)


def test_units_are_what_is_stated_for_every_entry():
    declared = Declarations(
        sizes=frozenset("n"),
        variables={"p": ("n",), "q": ("n",), "z": (), "y": ()},
        indices={"i": "n"},
        hypotheses=(
            Hypothesis(("n",), Fact("positive", element("p", 0))),
            Hypothesis((), Fact("positive", element("q", "i"))),
            Hypothesis((), Fact("nonzero", element("z"))),
            Hypothesis((), Fact("nonnegative", element("y"))),
        ),
    )
    assert nonzero_variables(declared) == {"p", "z"}


def test_bases_are_what_stands_for_a_polynomial():
    assert is_base(term_of(plus(atom(A), {UNIT: 1})))
    assert is_base(power(A, number(2)))
    assert is_base(number(2))
    assert not is_base(power(A, B))
    assert not any(map(is_base, ATOMS))
    assert join(raised(frozenset(((A, 1),)), 2), UNIT) == frozenset(((A, 2),))
    assert constant(0) == {}
