"""Traps that tools for gradients have fallen into, each tried on the whole tool from outside.

A false claim is one that ball arithmetic refutes at a concrete input (or that has no value there);
it must not be proved. Beside each stands the true claim that it is mistaken for, which is.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
import sympy
from sympy import Abs, Eq, Integer, Max, Min, Mul, Ne, Rational, Symbol, exp, log, sqrt

from derive import BrokenLink, NotationError, NotProved, derive, gradient
from derive.losses import cross_entropy, softmax
from derive.statement import Part, Theorem
from derive.stating import state_claim, state_identity
from derive.symbols import (
    Definition,
    Partial,
    delta,
    indices,
    labels,
    positive,
    product,
    real,
    size,
    sum_over,
    where,
)
from derive.tactics.prove import Prover, prove
from numeric.exact_samples import example_point
from numeric.points import Point
from numeric.witnesses import refute
from reports.proving import record
from tests.campaign.trial import counterexample

n, m = size("n"), size("m")
i, j, k, d = indices("i j k d", n)
r, a, e = indices("r a e", m)
x, y, z, p = real("x", n), real("y", n), real("z", n), positive("p", n)
X, K = real("X", m, n), real("K", n, n)
b, c, top = real("b"), real("c"), real("top")
t = labels("t", m, below=n)
s, S = softmax(x), softmax(X, "S")
Z = sum_over(j, exp(x[j]))
TOTAL = sum_over(k, x[k])
shifted = log(exp(b - Max(b, c)) + exp(c - Max(b, c)))
first_of_two = exp(b) / (exp(b) + exp(c))
over_all = exp(X[a, i]) / sum_over(e, sum_over(j, exp(X[e, j])))
swapping = Definition("f", (i,), sum_over(k, x[k] * z[i]))
before = sum_over(j, where(Eq(j + 1, i), x[j]))  # x_(i-1), and 0 at i = 0
short = sympy.Sum(exp(x[k]), (k, 0, n - 2))

# name: what is differentiated, by what, the false value, the true one, the hypotheses
TRAPS = {
    "a maximum held constant": (
        shifted,
        b,
        first_of_two,
        first_of_two + where(b < c, 1) - 1,
        (),
    ),
    "a maximum held constant, as a hypothesis": (
        log(sum_over(k, exp(x[k] - x[0]))),
        x[i],
        s[i],
        s[i] - where(Eq(i, 0), 1),
        (Eq(top, x[0]),),
    ),
    "the slope of a total that is given": (TOTAL, x[i], 0, 1, (Eq(TOTAL, 1),)),
    "a power of a total that is given": (TOTAL**3, x[i], 0, 3, (Eq(TOTAL, 1),)),
    "shares taken for a hypothesis": (
        p[k] / sum_over(j, p[j]),
        p[i],
        0,
        delta(k, i) / sum_over(j, p[j]) - p[k] / sum_over(j, p[j]) ** 2,
        (Eq(y[k], p[k] / sum_over(j, p[j])),),
    ),
    "a variable that equals another one": (
        x[i] ** 2,
        z[j],
        2 * z[i] * delta(i, j),
        0,
        (Eq(x[i], z[i]),),
    ),
    "a symmetric matrix": (
        K[i, j] ** 2,
        K[j, i],
        2 * K[i, j],
        2 * K[i, j] * delta(i, j),
        (Eq(K[i, j], K[j, i]),),
    ),
    "differentiated under the binder": (
        sum_over(k, x[k] ** 2),
        x[k],
        sum_over(k, 2 * x[k]),
        2 * x[k],
        (),
    ),
    "the log-sum-exp with its own bound index": (log(sum_over(k, exp(x[k]))), x[k], 1, s[k], ()),
    "softmax by what its sum is bound with": (
        exp(x[j]) / sum_over(k, exp(x[k])),
        x[k],
        0,
        s[j] * (delta(j, k) - s[k]),
        (),
    ),
    "captured by a definition": (swapping[k], z[k], sum_over(k, x[k] * z[k]), TOTAL, ()),
    "transposed under two sums": (
        sum_over(k, sum_over(d, K[k, d] ** 2)),
        K[i, j],
        2 * K[j, i],
        2 * K[i, j],
        (),
    ),
    "not transposed under two sums": (
        sum_over(k, sum_over(d, K[k, d] * K[d, k])),
        K[i, j],
        2 * K[i, j],
        2 * K[j, i],
        (),
    ),
    "a delta outside its range": (b * sum_over(k, delta(k, r)), b, 1, sum_over(k, delta(k, r)), ()),
    "a label for its class": (sum_over(r, X[r, t[r]]), X[a, i], 1, delta(i, t[a]), ()),
    "the last has no successor": (
        sum_over(i, before),
        x[k],
        1,
        sum_over(i, where(Eq(k + 1, i), 1)),
        (),
    ),
    "true for n = 1": (TOTAL**2, x[i], 2 * x[i], 2 * TOTAL, ()),
    "false for n = 1": (b * n, b, n + where(Eq(n, 1), 1), n, ()),
    "a sum over n − 1 terms": (
        log(short),
        x[i],
        exp(x[i]) / short,
        where(i < n - 1, exp(x[i])) / short,
        (),
    ),
    "labels that do not add up to 1": (
        cross_entropy(y, s),
        x[i],
        s[i] - y[i],
        sum_over(k, y[k]) * s[i] - y[i],
        (),
    ),
    "softmax over the whole batch": (
        sum_over(r, sum_over(k, X[r, k] * log(S[r, k]))) + 0 * b,
        X[a, i],
        log(S[a, i]) + X[a, i] - sum_over(k, X[a, k]) * over_all,
        log(S[a, i]) + X[a, i] - sum_over(k, X[a, k]) * S[a, i],
        (),
    ),
    "the diagonal of the Jacobian alone": (
        s[k],
        x[i],
        s[k] * (1 - s[k]) * delta(i, k),
        s[k] * (delta(i, k) - s[i]),
        (),
    ),
    "a square root of a square": (sqrt(1 + b**2) ** 2, b, 2, 2 * b, ()),
}
FALSE = {name: (of, by, wrong, given) for name, (of, by, wrong, _, given) in TRAPS.items()}
TRUE = {name: (of, by, right, given) for name, (of, by, _, right, given) in TRAPS.items()}


@pytest.mark.parametrize("name", FALSE)
def test_what_is_false_is_not_proved(name):
    of, by, value, given = FALSE[name]
    claim = state_claim(of, by, value, given)
    assert counterexample(claim) is not None
    with pytest.raises(NotProved):
        prove(claim)


@pytest.mark.parametrize("name", TRUE)
def test_what_is_true_is_proved(name):
    of, by, value, given = TRUE[name]
    claim = state_claim(of, by, value, given)
    assert counterexample(claim) is None
    assert prove(claim).conclusion == claim.judgement


def test_softmax_taken_for_a_hypothesis():
    """From "s is softmax(x)" it does not follow that the slope of softmax is that of s, 0."""
    claim = state_claim(exp(x[k]) / Z, x[i], 0, [Eq(y[k], exp(x[k]) / Z)])
    zero, half = Fraction(0), Fraction(1, 2)
    values = {"x": {(0,): zero, (1,): zero}, "y": {(0,): half, (1,): half}}
    assert refute(claim, [Point({"n": 2}, values, {}, {"i": 0, "k": 0})]) is not None
    with pytest.raises(NotProved):
        prove(claim)


# ---- differentiated once more --------------------------------------------------------------------


def half_square(again):
    """A second derivative, by a first one that is said to be 1."""
    first = Partial(Symbol("L"), TOTAL**2 / 2, x[i], Integer(1))
    return derive(
        "a second derivative",
        name=first,
        by=x[j],
        rewriting=[(Integer(1), "given Σx = 1")],
        slopes=[(Integer(again), "of a constant")],
        given=[Eq(TOTAL, 1)],
    )


def test_what_holds_on_a_hypothesis_alone_is_not_differentiated_once_more():
    """∂½(Σx)²/∂x_i is 1 where Σx = 1, and its slope is 1 there, not 0."""
    assert gradient(TOTAL**2 / 2, x[i], given=[Eq(TOTAL, 1)]).result == 1
    assert gradient(TOTAL, x[j], given=[Eq(TOTAL, 1)]).result == 1
    with pytest.raises(BrokenLink, match="left between them: Σ_k x_k − 1"):
        half_square(0)
    with pytest.raises(BrokenLink):
        half_square(1)


# ---- what has no value ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "nothing",
    [
        log(Integer(-1), evaluate=False),
        log(Integer(0), evaluate=False),
        sympy.Pow(Integer(0), -1, evaluate=False),
        sympy.Pow(Integer(-1), Rational(1, 2), evaluate=False),
        sympy.loggamma(Integer(-1), evaluate=False),
    ],
    ids=str,
)
@pytest.mark.parametrize("factor", [b, Integer(0)], ids=str)
def test_nothing_times_what_has_no_value(nothing, factor):
    """z·log(−1) is not 0 times anything, and 0·log(−1) is not 0."""
    loss = Mul(factor, nothing, evaluate=False)
    with pytest.raises((NotProved, NotationError)):
        gradient(loss, b)
    with pytest.raises((NotProved, NotationError)):
        prove(state_claim(loss, b, 0))
    with pytest.raises((NotProved, NotationError)):
        prove(state_claim(b, b, 1 + loss))


@pytest.mark.parametrize(
    ("loss", "needed"),
    [
        (product(b, c, 1 / b), Ne(b, 0)),
        (log(b) - log(b), None),
        (b / (n - 1), Ne(n - 1, 0)),
        (sqrt(sum_over(k, x[k] ** 2)) * b, sum_over(k, x[k] ** 2) > 0),
        (log(short) * b, short > 0),
    ],
)
def test_what_cancels_or_may_be_empty_needs_its_condition(loss, needed):
    shown = gradient(loss, b).conditions
    assert len(shown) == (needed is not None)
    for condition in shown:
        assert type(condition) is type(needed)


def test_a_causal_sum_is_empty_at_the_first_place_unless_it_counts_it():
    """Σ_{j<i} exp(x_j) is 0 at i = 0, so that what it divides has no value there."""
    through = gradient(1 / sum_over(j, where(j <= i, exp(x[j]))), x[k])
    assert through.conditions == ()
    assert counterexample(through.claim) is None
    strict = 1 / sum_over(j, where(j < i, exp(x[j])))
    claim = gradient(strict, x[k]).claim
    assert claim.declarations.hypotheses
    bare = replace(claim, declarations=replace(claim.declarations, hypotheses=()))
    assert counterexample(bare) is not None
    with pytest.raises(NotProved):
        prove(bare)


def test_an_entry_in_front_of_the_first_is_not_read():
    """[i > 0] x_(i−1) is 0 at i = 0; x_(i−1) without the guard cannot be said."""
    assert counterexample(gradient(before, x[k]).claim) is None
    with pytest.raises(NotationError, match="not an index from 0 to a size: i - 1"):
        gradient(where(i > 0, x[i - 1]), x[k])


def test_an_index_is_not_free_and_bound_in_one_formula():
    """Which i is meant in x_i Σ_i x_i is not for us to guess."""
    with pytest.raises(NotationError, match=r"i is bound by .* and free beside it: rename"):
        gradient(x[i] * sum_over(i, x[i]), x[j])
    renamed = gradient(x[i] * sum_over(k, x[k]), x[i])
    assert renamed.result.equals(TOTAL + x[i])


def test_a_label_below_another_size_is_no_index():
    u = labels("u", m, below=m)
    with pytest.raises(NotationError, match="runs below m, here it has to run below n"):
        gradient(sum_over(r, X[r, u[r]]), X[a, i])


def test_a_hypothesis_that_nothing_meets_proves_nothing():
    """log(−1 − b²) has no value anywhere: the claim is true of no input, and not called proved."""
    derivation = gradient(log(-1 - b**2), b)
    assert len(derivation.conditions) == 1
    assert example_point(derivation.claim.declarations) is None
    nowhere = Theorem("nowhere", "Nowhere", "Of no input.", lambda: (Part((derivation,)),))
    assert [part["verdict"] for part in record(nowhere)["parts"]] == ["undecided"]
    somewhere = Theorem("here", "Here", "", lambda: (Part((gradient(log(1 + b**2), b),)),))
    assert [part["verdict"] for part in record(somewhere)["parts"]] == ["proved"]


# ---- kinks ---------------------------------------------------------------------------------------

KINKS = {
    "ReLU": Max(b, 0),
    "minimum": Min(b, 0),
    "the larger of two": Max(b, c),
    "absolute value": Abs(b),
    "a jump": where(b > 0, 1),
    "a point": where(Eq(b, 0), 1),
    "hinge": Max(0, 1 - b),
    "clipped": Min(1, Max(-1, b)),
    "a kink inside": exp(Abs(b - c) * b),
}


@pytest.mark.parametrize("name", KINKS)
def test_nothing_is_claimed_at_a_kink(name):
    derivation = gradient(KINKS[name], b)
    claim = derivation.claim
    assert derivation.conditions
    assert counterexample(claim) is None
    bare = replace(claim, declarations=replace(claim.declarations, hypotheses=()))
    with pytest.raises(NotProved):
        prove(bare)


@pytest.mark.parametrize("at_the_kink", [0, 1, Rational(1, 2)])
def test_the_slope_of_relu_at_its_kink_is_no_number(at_the_kink):
    value = where(b > 0, 1) + where(Eq(b, 0), at_the_kink)
    claim = state_claim(Max(b, 0), b, value)
    bare = replace(claim, declarations=replace(claim.declarations, hypotheses=()))
    with pytest.raises(NotProved, match="not shown nonzero"):
        prove(bare)


# ---- sums that are equal -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (sum_over(k, sum_over(j, x[j])), n * TOTAL),
        (sum_over(k, sum_over(j, x[j] * x[k])), TOTAL**2),
        (sum_over(k, sum_over(d, K[k, d])), sum_over(d, sum_over(k, K[k, d]))),
        (sum_over(k, x[k]), sum_over(j, x[j])),
        (log(exp(b), evaluate=False), b),
        (where(b > c, 1) + where(c >= b, 1), 1),
    ],
)
def test_sums_that_sympy_keeps_apart_are_equal(left, right):
    claim = state_identity(left, right)
    Prover(claim.declarations).equal(*claim.terms)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (sum_over(k, sum_over(d, K[k, d])), sum_over(k, n * K[k, k])),
        (sum_over(k, sum_over(j, x[j] * x[k])), sum_over(k, x[k] ** 2)),
        (sum_over(r, b), n * b),
        (where(b > c, 1) + where(c > b, 1), 1),
    ],
)
def test_sums_that_differ_are_not_equal(left, right):
    claim = state_identity(left, right)
    assert refute(claim) is not None
    with pytest.raises(NotProved):
        Prover(claim.declarations).equal(*claim.terms)
