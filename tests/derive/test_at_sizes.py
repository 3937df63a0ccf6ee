"""Claims at fixed sizes: what comes out is what the claim says there, and provable where it is."""

from __future__ import annotations

import pytest

from derive.at_sizes import NotWritten, at_sizes
from derive.language.question import ClaimText
from derive.language.reading import read
from derive.losses import cross_entropy, softmax
from derive.stating import state_claim
from derive.symbols import delta, indices, labels, real, simplex, size, sum_over, where
from derive.tactics.ledger import NotProved
from derive.tactics.prove import prove

n, m = size("n"), size("m")
i, j, k = indices("i j k", n)
(r,) = indices("r", m)
x, z, X = real("x", n), simplex("z", n), real("X", m, n)
t = labels("t", m, below=n)
s = softmax(x)

TRUE = [
    state_claim(sum_over(k, x[k] ** 2), x[i], 2 * x[i]),
    state_claim(cross_entropy(z, s), x[i], s[i] - z[i]),
    state_claim(s[k], x[i], s[k] * (delta(i, k) - s[i])),
    state_claim(sum_over(r, sum_over(k, X[r, k] ** 2)) / n, X[r, i], 2 * X[r, i] / n),
    state_claim(sum_over(k, where(k > 0, x[k] ** 2)), x[i], where(i > 0, 2 * x[i])),
]


@pytest.mark.parametrize("claim", TRUE)
@pytest.mark.parametrize("value", [1, 2, 3])
def test_a_true_claim_is_proved_at_each_size(claim, value):
    written = at_sizes(claim, {"n": value})
    assert len(written) == value ** sum(
        below == "n" for below in claim.declarations.indices.values()
    )
    for one in written:
        assert "n" not in one.declarations.sizes
        prove(one)


def test_what_is_right_at_one_size_is_proved_there_only():
    claim = state_claim(s[k], x[i], (2 * delta(i, k) - 1) * s[k] * (1 - s[k]))
    for one in at_sizes(claim, {"n": 2}):
        prove(one)
    off_the_diagonal = at_sizes(claim, {"n": 3})[1]
    with pytest.raises(NotProved):
        prove(off_the_diagonal)


def test_a_label_below_one_is_0_and_below_two_it_may_be_any():
    claim = state_claim(sum_over(r, X[r, t[r]]), X[r, i], delta(i, t[r]))
    (one,) = at_sizes(claim, {"n": 1})
    prove(one)
    with pytest.raises(NotWritten, match="t holds any index below n"):
        at_sizes(claim, {"n": 2})


def test_a_label_array_that_loses_its_axis_is_an_index():
    claim = state_claim(sum_over(r, X[r, t[r]]), X[r, i], delta(i, t[r]))
    for one in at_sizes(claim, {"m": 2}):
        assert {"t_0", "t_1"} <= set(one.declarations.indices)
        prove(one)


def test_too_many_claims_are_refused():
    with pytest.raises(NotWritten, match="more than"):
        at_sizes(TRUE[2], {"n": 6})


@pytest.mark.parametrize(
    ("where", "loss", "claim"),
    [
        ("x: real[n]; x_0: real", "L = x[0]^2 + x_0", "dL/dx_0 = 1"),
        ("x: real[n,n]; x_0: real[n]", "L = sum_{j<n} (x[0,j]^2 + x_0[j])", "dL/dx_0[j] = 1"),
        ("x: real[n]; x_0: index(m); y: real[m]", "L = x[0]^2 + y[x_0]", "dL/dx[i] = 2*[i=0]*x[0]"),
    ],
)
def test_one_name_never_stands_for_two_variables(where, loss, claim):
    question = read(ClaimText(where=where, loss=loss, claim=claim))
    with pytest.raises(NotWritten, match="x_0"):
        at_sizes(question.claim, {"n": 1})
