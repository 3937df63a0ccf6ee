"""Which mistake a false claim makes: each kind over several losses, and never a false diagnosis."""

from __future__ import annotations

import subprocess
import sys
from time import monotonic

import pytest
from sympy import Abs, exp, log, pi, sqrt

from derive.losses import cross_entropy, softmax
from derive.proof_files import dump, replay
from derive.repairs import AlreadyTrue, Kind, diagnose, diagnoses
from derive.stating import state_claim
from derive.symbols import (
    delta,
    indices,
    labels,
    positive,
    real,
    simplex,
    size,
    sum_over,
    where,
)
from derive.tactics.prove import prove
from derive.theorems import theorem
from derive.variants import variants
from numeric.exact_samples import small_points
from numeric.interpret import Undefined
from numeric.witnesses import claimed, refute, true_value

n, m, p = size("n"), size("m"), size("p")
i, j, k, l = indices("i j k l", n)  # noqa: E741
r, q = indices("r q", m)
c, d = indices("c d", p)
x, y, z, g = real("x", n), real("y", n), simplex("z", n), real("g", n)
u, w, t = real("u", m), real("w", p), real("t", m)
A, X, Y, H = real("A", n, n), real("X", m, n), real("Y", m, n), real("H", m, p)
K = real("K", p, n, n)
G = real("G", m, n)
a, b, T, lam = real("a"), real("b"), positive("T"), positive("lam")
sigma, prob = positive("sigma"), positive("prob")
label = labels("label", m, below=n)

s, warm = softmax(x), exp(x[i] / T) / sum_over(k, exp(x[k] / T))
squares = sum_over(k, x[k] ** 2)
residual = sum_over(d, H[r, d] * w[d]) - t[r]
regression = sum_over(r, residual**2)
slope = 2 * sum_over(r, residual * H[r, c])
quadratic = sum_over(j, sum_over(k, x[j] * A[j, k] * x[k]))
bilinear = sum_over(j, sum_over(k, x[j] * A[j, k] * y[k]))
trilinear = sum_over(c, sum_over(j, sum_over(k, w[c] * K[c, j, k] * y[k] * x[j])))
batch = sum_over(r, log(sum_over(k, exp(X[r, k]))) - X[r, label[r]])
P = exp(X[r, i]) / sum_over(k, exp(X[r, k]))
at_temperature = -sum_over(k, z[k] * (x[k] / T - log(sum_over(j, exp(x[j] / T)))))
gaussian = sum_over(k, x[k] ** 2 / (2 * sigma**2) + log(sigma))
smooth = sum_over(k, where(k > 0, x[k] * y[k]))

# expected kind, what is differentiated, by what, and the claimed value
CLAIMS = [
    (Kind.SIGN, cross_entropy(z, s), x[i], z[i] - s[i]),
    (Kind.SIGN, cross_entropy(z, s), x[i], z[i] + s[i]),
    (Kind.SIGN, regression, w[c], -slope),
    (Kind.SIGN, sum_over(j, exp(-x[j])), x[i], -exp(x[i])),
    (Kind.FACTOR, regression, w[c], slope / 2),
    (Kind.FACTOR, squares + bilinear, x[i], x[i] + sum_over(k, A[i, k] * y[k])),
    (Kind.FACTOR, log(a**2 + 1), a, a / (a**2 + 1)),
    (Kind.FACTOR, exp(3 * a) * b, a, exp(3 * a) * b),
    (Kind.SIZE_FACTOR, bilinear / n**2, x[i], sum_over(k, A[i, k] * y[k]) / n),
    (Kind.SIZE_FACTOR, squares / n, x[i], 2 * x[i] / n**2),
    (Kind.SIZE_FACTOR, exp(x[k]) / n, x[i], delta(i, k) * exp(x[i])),
    (Kind.FACTOR, exp(-(a**2)) / sqrt(2 * pi), a, -a * exp(-(a**2)) / sqrt(pi)),
    (Kind.SUM_FOR_MEAN, regression, w[c], slope / m),
    (Kind.SUM_FOR_MEAN, sum_over(r, sum_over(k, X[r, k] ** 2)) / (m * n), X[r, i], 2 * X[r, i] / m),
    (Kind.SUM_FOR_MEAN, batch / m, X[r, i], P - delta(i, label[r])),
    (Kind.SUM_FOR_MEAN, regression / m, w[c], slope),
    (Kind.SUM_FOR_MEAN, sum_over(r, sum_over(k, X[r, k] * x[k])) / m, x[i], sum_over(r, X[r, i])),
    (
        Kind.SUM_FOR_MEAN,
        sum_over(r, exp(a * u[r])) / m,
        a,
        sum_over(r, u[r] * exp(a * u[r])),
    ),
    (Kind.TEMPERATURE, at_temperature, x[i], warm - z[i]),
    (Kind.TEMPERATURE, T * log(sum_over(k, exp(x[k] / T))), x[i], s[i]),
    (Kind.TEMPERATURE, lam * squares + bilinear, x[i], 2 * x[i] + sum_over(k, A[i, k] * y[k])),
    (Kind.SWAPPED, bilinear, x[i], sum_over(k, A[k, i] * y[k])),
    (Kind.SWAPPED, bilinear, A[i, j], x[j] * y[i]),
    (Kind.SWAPPED, trilinear, x[i], sum_over(c, sum_over(k, w[c] * K[c, k, i] * y[k]))),
    (Kind.DELTA_MISSING, s[k], x[i], s[k] * (1 - s[i])),
    (Kind.DELTA_MISSING, s[k], x[i], -s[k] * s[i]),
    (Kind.DELTA_MISSING, x[k] ** 3, x[i], 3 * x[i] ** 2),
    (Kind.DELTA_MISSING, batch, X[r, i], P - 1),
    (Kind.DELTA_MISPLACED, s[k], x[i], delta(i, k) * (s[k] - s[i] * s[k])),
    (Kind.DELTA_MISPLACED, s[k], x[i], s[k] - delta(i, k) * s[i] * s[k]),
    (Kind.DELTA_MISPLACED, s[k], x[i], s[k] * s[i] * (delta(i, k) - 1)),
    (Kind.DELTA_MISPLACED, batch, X[r, i], delta(i, label[r]) * (P - 1)),
    (Kind.DIAGONAL_ONLY, s[k], x[i], s[i] * (1 - s[i])),
    (Kind.DIAGONAL_ONLY, sum_over(k, g[k] * s[k]), x[i], g[i] * s[i] * (1 - s[i])),
    (Kind.DIAGONAL_ONLY, squares * x[l], x[i], squares + 2 * x[i] ** 2),
    (Kind.TERM_MISSING, quadratic, x[i], sum_over(k, A[k, i] * x[k])),
    (Kind.TERM_MISSING, sum_over(j, x[j]) * exp(squares), x[i], exp(squares)),
    (Kind.TERM_MISSING, a * exp(a * b), a, exp(a * b)),
    (Kind.TERM_MISSING, sum_over(k, g[k] * s[k]), x[i], g[i] * s[i]),
    (Kind.TERM_EXTRA, squares, x[i], 2 * x[i] + 1),
    (Kind.TERM_EXTRA, bilinear, x[i], sum_over(k, (A[i, k] + A[k, i]) * y[k])),
    (Kind.TERM_EXTRA, cross_entropy(z, s), x[i], s[i] - z[i] + lam * x[i]),
    (Kind.SUM_MISSING, sum_over(k, x[k]) ** 2, x[i], 2 * x[i]),
    (Kind.SUM_MISSING, sum_over(k, exp(x[k])) ** 3, x[i], 3 * exp(3 * x[i])),
    (Kind.SUM_MISSING, bilinear, y[i], A[i, i] * x[i]),
    (Kind.SUM_EXTRA, squares, x[i], 2 * sum_over(k, x[k])),
    (Kind.SUM_EXTRA, cross_entropy(z, s), x[i], sum_over(k, s[k] - z[k])),
    (
        Kind.SUM_EXTRA,
        sum_over(r, sum_over(k, G[r, k] * X[r, k])),
        X[r, i],
        sum_over(q, G[q, i]),
    ),
    (Kind.HYPOTHESIS, cross_entropy(y, s), x[i], s[i] - y[i]),
    (Kind.HYPOTHESIS, quadratic, x[i], 2 * sum_over(k, A[i, k] * x[k])),
    (
        Kind.HYPOTHESIS,
        sum_over(r, sum_over(k, Y[r, k] * (log(sum_over(j, exp(X[r, j]))) - X[r, k]))),
        X[r, i],
        P - Y[r, i],
    ),
    (Kind.HYPOTHESIS, sum_over(k, lam * Abs(x[k])), x[i], lam),
    (Kind.ONE_SIZE, s[k], x[i], (2 * delta(i, k) - 1) * s[k] * (1 - s[k])),
    (Kind.ONE_SIZE, squares - sum_over(k, x[k]) ** 2 / n, x[i], 2 * x[i] - sum_over(k, x[k])),
    (
        Kind.ONE_SIZE,
        sum_over(j, sum_over(k, (x[j] - x[k]) ** 2)),
        x[i],
        4 * (2 * x[i] - sum_over(k, x[k])),
    ),
    (Kind.LOG_PARAMETER, gaussian, sigma, sum_over(k, 1 - x[k] ** 2 / sigma**2)),
    (Kind.LOG_PARAMETER, gaussian, sigma, sum_over(k, 1 - x[k] ** 2 / sigma**2) / (2 * sigma**2)),
    (Kind.LOG_PARAMETER, squares, x[i], 2 * x[i] ** 2),
    (
        Kind.LOG_PARAMETER,
        exp(-2 * a) * squares + a * n,
        a,
        -2 * exp(-3 * a) * squares + n * exp(-a),
    ),
    (Kind.SHIFTED, smooth, x[i], where(i > 1, y[i])),
    (
        Kind.SHIFTED,
        sum_over(k, y[k] * sum_over(j, where(j <= k, x[j]))),
        x[i],
        sum_over(k, where(i < k, y[k])),
    ),
    (Kind.SHIFTED, sum_over(k, where(k > 1, x[k] ** 3)), x[i], 3 * where(i > 0, x[i] ** 2)),
]


def stated(of, by, value):
    return state_claim(of, by, value)


def first(of, by, value):
    return diagnose(stated(of, by, value))


def agrees(claim):
    """Whether a claim agrees with its true derivative at small points, in ball arithmetic."""
    seen = 0
    for point, _ in zip(small_points(claim.declarations), range(40), strict=False):
        try:
            truth, said = true_value(claim, point), claimed(claim, point)
        except Undefined:
            continue
        seen += 1
        if not truth.overlaps(said):
            return False
    return seen > 0


def check_right(diagnosis):
    """What a diagnosis says is proved afresh, replayed from its data, and agrees with numbers."""
    for claim in diagnosis.claims:
        replayed = replay(dump(prove(claim)))
        assert replayed.conclusion == claim.judgement
        assert replayed.declarations == claim.declarations
        assert agrees(claim)


# ---- each kind -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "of", "by", "value"), CLAIMS)
def test_the_mistake_is_named_and_what_is_said_is_right(kind, of, by, value):
    found = first(of, by, value)
    assert found is not None
    assert found.kind is kind, found.words
    check_right(found)


def test_every_kind_is_tried_on_three_claims():
    for kind in Kind:
        assert sum(claim[0] is kind for claim in CLAIMS) >= 3, kind


@pytest.mark.parametrize(("kind", "of", "by", "value"), CLAIMS)
def test_the_claims_are_false(kind, of, by, value):
    """Or there would be nothing to diagnose."""
    assert refute(stated(of, by, value)) is not None


WORDS = [
    (exp(x[k]) / n, x[k], exp(x[k]), "your claim is right up to the factor (n)^(-1)"),
    (
        squares / n,
        x[i],
        2 * x[i],
        "this is the derivative of the sum where the loss takes the mean: "
        "your claim is right up to the factor (n)^(-1)",
    ),
    (
        squares,
        x[i],
        2 * x[i] / n,
        "this is the derivative of the mean where the loss takes the sum: "
        "your claim is right up to the factor n",
    ),
    (cross_entropy(y, s), x[i], s[i] - y[i], "true if sum_<n>(y[#0]) = 1"),
    (quadratic, x[i], sum_over(k, A[k, i] * x[k]), "a term is missing: + sum_<n>(A[i, #0]*x[#0])"),
    (bilinear, A[i, j], x[j] * y[i], "the indices i and j are swapped"),
    (
        gaussian,
        sigma,
        sum_over(k, 1 - x[k] ** 2 / sigma**2),
        "this is the derivative by log sigma, not by sigma",
    ),
    (s[k], x[i], s[i] * (1 - s[i]), "right for i = k only, which is the diagonal"),
]


@pytest.mark.parametrize(("of", "by", "value", "words"), WORDS)
def test_it_is_said_in_words(of, by, value, words):
    assert str(first(of, by, value)) == words


def test_terms_are_spelled_by_whoever_asks():
    found = diagnose(stated(exp(x[k]) / n, x[k], exp(x[k])), spell=lambda term: f"<{term.kind}>")
    assert found.words == "your claim is right up to the factor <power>"


def test_no_hypothesis_contradicts_what_is_given():
    """lam = 0 would make it true, and nothing is both 0 and positive."""
    claim = stated(lam * squares, x[i], 0 * lam)
    said = [diagnosis.words for diagnosis in diagnoses(claim)]
    assert not any("lam = 0" in words for words in said)
    assert "true if b = 0" in [d.words for d in diagnoses(stated(b * squares, x[i], 0 * b))]


# ---- what is no such mistake ---------------------------------------------------------------------

HOPELESS = [
    (cross_entropy(z, s), x[i], exp(z[i]) * x[i] ** 3 + 5),
    (quadratic, x[i], log(1 + squares) + exp(x[i])),
    (exp(a) * b, a, b**5 + a),
]


@pytest.mark.parametrize(("of", "by", "value"), HOPELESS)
def test_of_a_hopeless_claim_nothing_is_said(of, by, value):
    assert first(of, by, value) is None


@pytest.mark.parametrize(
    ("of", "by", "value"),
    [
        (squares, x[i], 2 * x[i]),
        (cross_entropy(z, s), x[i], s[i] - z[i]),
        (s[k], x[i], s[k] * (delta(i, k) - s[i])),
    ],
)
def test_a_true_claim_has_nothing_to_repair(of, by, value):
    with pytest.raises(AlreadyTrue, match="the claim is true"):
        first(of, by, value)


def test_what_is_not_plausible_is_not_said():
    claim = stated(squares / n, x[i], 2 * x[i])
    assert diagnose(claim, plausible=lambda _: False) is None


def test_what_is_plausible_is_only_asked_of_other_claims():
    claim = stated(squares / n, x[i], 2 * x[i])
    asked = []
    assert diagnose(claim, plausible=lambda other: bool(asked.append(other)) or True)
    assert asked
    assert claim not in asked


def test_the_search_ends_when_its_time_is_up():
    claim = stated(*HOPELESS[1])
    assert list(diagnoses(claim, seconds=0)) == []


@pytest.mark.parametrize(("of", "by", "value"), HOPELESS)
def test_a_hopeless_claim_does_not_take_long(of, by, value):
    claim = stated(of, by, value)
    start = monotonic()
    diagnose(claim)
    assert monotonic() - start < 3


# ---- no diagnosis is false -----------------------------------------------------------------------

TRIED = [
    "softmax_cross_entropy",
    "softmax_vjp",
    "squared_error",
    "linear",
    "log_softmax_jacobian",
    "cross_entropy_integer_labels",
]


@pytest.mark.parametrize("name", TRIED)
def test_no_diagnosis_of_a_mechanical_variant_is_false(name):
    found = 0
    for part in theorem(name).parts:
        for variant in variants(part.main):
            if not hasattr(variant.statement, "of"):
                continue
            try:
                diagnosis = diagnose(variant.statement)
            except AlreadyTrue:
                assert agrees(variant.statement)
                continue
            if diagnosis is not None:
                found += 1
                check_right(diagnosis)
    assert found >= 4


def test_diagnosing_loads_no_sympy():
    script = "import sys, derive.repairs; assert 'sympy' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True)
