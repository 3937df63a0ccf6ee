"""gradient(): derived without the answer, folded into the definitions, right at fixed sizes."""

from __future__ import annotations

from itertools import islice
from random import Random

import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import E, Eq, Expr, Integer, Ne, Rational, Symbol, exp, log, sqrt

from derive import NotationError, gradient, unroll
from derive.losses import cross_entropy, softmax, squared_error
from derive.notation.definitions import definitions_in
from derive.symbols import (
    Definition,
    delta,
    index,
    indices,
    nonnegative,
    nonzero,
    positive,
    real,
    simplex,
    size,
    sum_over,
)
from numeric.exact_samples import small_points
from numeric.witnesses import witness

m, n = size("M"), size("N")
i, j, k, d = indices("i j k d", n)
r, q = indices("r q", m)
x, z, K = real("x", n), real("z", n), real("K", n, n)
y, p = simplex("y", n), positive("p", n)
labels = real("y", n)
X, Y = real("X", m, n), simplex("Y", m, n)
w, b, t = real("w", n), real("b"), real("t", m)
c = positive("c")
s, S = softmax(x), softmax(X, "S")

SIZES = [{"M": 1, "N": 1}, {"M": 2, "N": 3}, {"M": 3, "N": 2}]


def at_sizes(derivation, sizes):
    """The statement written out."""
    return unroll(derivation, **{name: sizes[name] for name in derivation.claim.declarations.sizes})


def assignments(unrolled, simplexes=(), seed=0):
    """A value for each symbol: a log for x, else a rational; rows of simplexes add up to 1."""
    random = Random(seed)
    symbols = sorted(
        set(sympy.Matrix([unrolled.of]).free_symbols | unrolled.gradient.free_symbols), key=str
    )
    values = {}
    for symbol in symbols:
        ratio = Rational(random.randint(2, 30), random.randint(31, 60))
        values[symbol] = log(ratio) if str(symbol).lower().startswith("x") else ratio
    for prefix in simplexes:
        rows = {}
        for symbol in symbols:
            if str(symbol).startswith(prefix):
                rows.setdefault(str(symbol).rsplit("_", 1)[0], []).append(symbol)
        for row in rows.values():
            values[row[-1]] = 1 - sum(values[symbol] for symbol in row[:-1])
    return values


def check(derivation, simplexes=()):
    """SymPy's derivative of the loss, written out, against the result: exactly, then to 30 digits.

    Nothing of ours differentiates here; logs of rationals make softmax rational.
    """
    assert derivation.replays()
    for seed, sizes in enumerate(SIZES):
        unrolled = at_sizes(derivation, sizes)
        at = assignments(unrolled, simplexes, seed)
        of = sympy.Matrix([unrolled.of]) if isinstance(unrolled.of, Expr) else unrolled.of
        slopes = of.jacobian(sympy.Matrix(list(unrolled.variables)))
        found = unrolled.gradient.reshape(*slopes.shape)
        for one, other in zip(slopes, found, strict=True):
            gap = (one - other).subs(at)
            assert sympy.Abs(gap.evalf(40)) < Rational(1, 10**30), (sizes, one, other)


# ---- the losses of the field ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("loss", "by", "result"),
    [
        (cross_entropy(y, s), x[i], s[i] - y[i]),
        (cross_entropy(labels, s), x[i], s[i] * sum_over(k, labels[k]) - labels[i]),
        (cross_entropy(y, s), x[k], s[k] - y[k]),
        (cross_entropy(y, s), x[j], s[j] - y[j]),
        (cross_entropy(Y, S), X[r, i], (S[r, i] - Y[r, i]) / m),
        (cross_entropy(y, p), p[i], -y[i] / p[i]),
        (s[k], x[i], s[i] * (delta(i, k) - s[k])),
        (S[q, k], X[r, i], S[q, i] * (delta(i, k) - S[q, k]) * delta(q, r)),
        (log(sum_over(k, exp(x[k]))), x[i], None),
        (log(1 + exp(b)), b, exp(b) / (1 + exp(b))),
    ],
)
def test_results_come_in_the_words_of_the_loss(loss, by, result):
    derivation = gradient(loss, by)
    check(derivation, simplexes=("y", "Y") if loss.has(y) or loss.has(Y) else ())
    if result is not None:
        assert sympy.simplify(derivation.result - result) == 0


@pytest.mark.parametrize(
    ("loss", "by", "result"),
    [
        (s[i], x[i], s[i] * (1 - s[i])),
        (S[r, k], X[r, i], S[r, i] * (delta(i, k) - S[r, k])),
        (sum_over(k, K[k, k] ** 2), K[i, i], 2 * K[i, i]),
        (1 / (1 + exp(-x[i])), x[i], None),
    ],
)
def test_an_index_of_the_loss_may_be_that_of_the_variable(loss, by, result):
    """The diagonal of a Jacobian; checked by power series of balls."""
    derivation = gradient(loss, by)
    points = islice(small_points(derivation.claim.declarations), 12)
    tried = [witness(derivation.claim, point) for point in points]
    assert len(tried) == 12
    assert all(tried)
    if result is not None:
        assert sympy.simplify(derivation.result - result) == 0


def bce(logits):
    probability = 1 / (1 + exp(-logits))
    return -(t[r] * log(probability) + (1 - t[r]) * log(1 - probability))


LOSSES = {
    "squared error by w": (squared_error(X, w, b, t), w[i]),
    "squared error by b": (squared_error(X, w, b, t), b),
    "squared error by X": (squared_error(X, w, b, t), X[r, i]),
    "squared error by t": (squared_error(X, w, b, t), t[r]),
    "log-sum-exp": (log(sum_over(k, exp(x[k]))), x[i]),
    "temperature": (log(sum_over(k, exp(c * x[k]))) / c, c),
    "quadratic form": (sum_over(k, sum_over(j, K[k, j] * x[k] * x[j])), x[i]),
    "quadratic form by K": (sum_over(k, sum_over(j, K[k, j] * x[k] * x[j])), K[i, d]),
    "norm": (sqrt(1 + sum_over(k, x[k] ** 2)), x[i]),
    "variance": (sum_over(k, (x[k] - sum_over(j, x[j]) / n) ** 2) / n, x[i]),
    "cosine": (sum_over(k, p[k] * z[k]) / sqrt(sum_over(k, p[k] ** 2)), p[i]),
    "Kullback-Leibler": (sum_over(k, labels[k] * (log(p[k]) - log(s[k]))), x[i]),
    "entropy": (-sum_over(k, s[k] * log(s[k])), x[i]),
    "focal": (-sum_over(k, labels[k] * (1 - s[k]) ** 2 * log(s[k])), x[i]),
    "expected score": (sum_over(k, s[k] * z[k]), x[i]),
    "sigmoid": (sum_over(k, z[k] / (1 + exp(-x[k]))), x[i]),
    "softplus": (sum_over(k, log(1 + exp(x[k]))), x[i]),
    "power": (sum_over(k, p[k] ** c), p[i]),
    "geometric mean": (exp(sum_over(k, log(p[k])) / n), p[i]),
    "product of sums": (sum_over(k, x[k]) * sum_over(k, x[k] * z[k]), x[i]),
    "position": (sum_over(k, k * x[k] ** 2), x[i]),
    "rank 2 by row": (log(sum_over(k, exp(X[r, k]))), X[q, i]),
    "trace of a square": (sum_over(k, sum_over(j, K[k, j] * K[j, k])), K[i, d]),
    "trace of a cube": (
        sum_over(k, sum_over(j, sum_over(d, K[k, j] * K[j, d] * K[d, k]))),
        K[i, index("e", n)],
    ),
    "no such variable": (sum_over(k, z[k] ** 2) + 0 * x[i], x[i]),
}


@pytest.mark.parametrize("name", LOSSES)
def test_losses_of_the_field(name):
    check(gradient(*LOSSES[name]))


def test_binary_cross_entropy_with_its_logarithm_of_a_difference():
    """log(1 − 1/(1 + e^−u)): the argument is positive, which only a common denominator shows."""
    u = real("u", m)
    given = [1 - 1 / (1 + exp(-u[r])) > 0]
    derivation = gradient(sum_over(r, bce(u[r])), u[q], given=given)
    check(derivation)


# ---- random losses -------------------------------------------------------------------------------

_LEAVES = [
    *(lambda at: x[at], lambda at: p[at], lambda at: z[at], lambda at: x[at] * p[at]),
    *(lambda _: Integer(2), lambda _: b, lambda _: n, lambda at: delta(at, i)),
]


@st.composite
def losses(draw, at=i, depth=3, counters=(k, j, d)):
    leaf = draw(st.sampled_from(_LEAVES))(at)
    if depth == 0:
        return leaf
    inner = losses(at, depth - 1, counters)
    match draw(st.sampled_from("+*-el/2" + "ssss" * bool(counters))):
        case "+":
            return leaf + draw(inner)
        case "*":
            return leaf * draw(inner)
        case "-":
            return draw(inner) - leaf
        case "e":
            return exp(draw(inner) / 8)
        case "l":
            return log(1 + draw(inner) ** 2) * leaf
        case "/":
            return draw(inner) / (1 + leaf**2)
        case "2":
            return draw(inner) ** 2
        case _:
            bound, *rest = counters
            return sum_over(bound, draw(losses(bound, depth - 1, tuple(rest))))


def central_difference(of, variable, at):
    """(L(v + h) - L(v - h)) / 2h in 60 digits: right to 1e-16 at h = 1e-10."""
    h = Rational(1, 10**10)
    here = at[variable]
    up, down = (of.subs({**at, variable: here + step}).evalf(60) for step in (h, -h))
    return (up - down) / (2 * h)


@given(losses(), st.sampled_from([x[i], p[i], x[j], b]))
@settings(max_examples=40)
def test_random_losses_against_central_differences(loss, by):
    assume(loss.free_symbols)
    derivation = gradient(loss, by)
    sizes = {"N": 2}
    claim = derivation.claim
    try:
        unrolled = unroll(claim, **{name: sizes[name] for name in claim.declarations.sizes})
    except ValueError:  # an index of the loss that is one of the variable, too
        return
    random = Random(1)
    symbols = sympy.Matrix([unrolled.of, *unrolled.gradient]).free_symbols
    symbols |= set(unrolled.variables)
    at = {v: Rational(random.randint(2, 9), 7) for v in sorted(symbols, key=str)}
    of = [unrolled.of] if isinstance(unrolled.of, Expr) else list(unrolled.of)
    found = iter(unrolled.gradient)
    for function in of:
        for variable in unrolled.variables:
            wanted = central_difference(function, variable, at)
            got = next(found).subs(at).evalf(60)
            assert abs(wanted - got) <= (1 + abs(got)) * Rational(1, 10**12)


# ---- what it shows -------------------------------------------------------------------------------


def test_every_line_has_its_reason():
    derivation = gradient(cross_entropy(y, s), x[i])
    assert [line.reason for line in derivation.rewriting] == [
        "given",
        "log(a b) = log a + log b, log(exp a) = a",
    ]
    assert [line.reason for line in derivation.slopes] == [
        "differentiate each part; ∂x_k/∂x_i = δ_ki",
        "multiply out; Σ_k δ_ki a_k = a_i",
        "definitions",
        "hypotheses",
    ]


def test_a_defined_quantity_is_called_by_its_name():
    derivation = gradient(s[k], x[i])
    assert derivation.name == s[k]
    assert derivation.rewriting[0].reason == "definition of s"
    assert derivation.text().splitlines()[-1].endswith("[common factors]")


@pytest.mark.parametrize(
    ("variable", "by", "slope"), [(x[i], x[j], delta(i, j)), (b, b, 1), (K[i, j], K[i, j], 1)]
)
def test_a_variable_by_itself(variable, by, slope):
    """∂x_i/∂x_j = δ_ij, the first thing that a class writes down."""
    assert gradient(variable, by).result == slope


def test_the_name_of_the_loss_may_be_chosen():
    assert gradient(b**2, b).name == Symbol("L")
    assert gradient(b**2, b, name="J").name == Symbol("J")
    assert "∂J/∂b" in gradient(b**2, b, name="J").text()


def test_definitions_are_found_in_definitions():
    twice = Definition("u", (k,), s[k] * 2)
    assert set(definitions_in(twice[i])) == {twice, s}
    assert definitions_in(x[i]) == ()


@pytest.mark.parametrize(
    ("definition", "factor"),
    [
        (Definition("u", (k,), Integer(1)), 1),
        (Definition("u", (k,), n), 1),
        (Definition("u", (k, j), x[k] * exp(x[k])), 2),
        (Definition("u", (k,), x[k] + 1), 1),
        (Definition("u", (k,), 2 * x[k]), 1),
        (Definition("u", (k, j), K[k, j] * K[j, k]), 2),
    ],
    ids=["one", "a size", "an idle parameter", "a sum", "a number times", "both ways"],
)
def test_any_definition_may_be_used(definition, factor):
    """What does not fold is written out; it never stops the derivation."""
    at = (i, d)[:factor]
    check(gradient(definition[at] * sum_over(k, x[k] ** 2), x[j]))


def test_two_definitions_fold_side_by_side():
    u = softmax(z, "u")
    derivation = gradient(sum_over(k, s[k] * u[k]), x[i])
    check(derivation)
    assert {str(f.base.label) for f in derivation.result.atoms(sympy.Indexed)} >= {"s", "u"}


def test_hypotheses_are_used_from_the_right_side_too():
    """Σ y = 1 and 1 = Σ y say the same."""
    total = sum_over(k, labels[k])
    for hypothesis in (Eq(total, 1), Eq(1, total, evaluate=False)):
        result = gradient(cross_entropy(labels, s), x[i], given=[hypothesis]).result
        assert result == s[i] - labels[i]


def test_a_constant_has_slope_zero():
    assert gradient(Integer(3), b).result == 0
    assert gradient(3, b).result == 0
    assert gradient(E, b).result == 0


# ---- where it has a value ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("loss", "needed"),
    [
        (log(x[i]), [x[i] > 0]),
        (sum_over(k, log(x[k])), [x[k] > 0]),
        (log(x[i] ** 2), [Ne(x[i], 0)]),
        (1 / x[i], [Ne(x[i], 0)]),
        (sqrt(nonnegative("x", n)[i]), [nonnegative("x", n)[i] > 0]),
        (log(nonzero("x", n)[i]), [nonzero("x", n)[i] > 0]),
        (1 / (nonzero("x", n)[i] + 1), [Ne(nonzero("x", n)[i] + 1, 0)]),
        (x[i] ** b, [x[i] > 0]),
    ],
)
def test_where_it_has_a_value_is_shown_as_a_condition(loss, needed):
    variable = next(iter(loss.atoms(sympy.Indexed))).base
    derivation = gradient(loss, variable[i])
    assert list(derivation.conditions) == needed
    assert set(needed) <= set(derivation.hypotheses)
    assert derivation.replays()


@pytest.mark.parametrize(
    ("loss", "hypothesis"),
    [
        (log(x[i]), x[i] > 0),
        (log(x[i]), x[k] > 0),
        (1 / x[i], Ne(x[k], 0)),
        (log(1 - x[i]), x[k] < 1),
        (log(1 + x[i]), x[k] >= 0),
    ],
)
def test_a_hypothesis_about_the_variable_takes_the_place_of_a_condition(loss, hypothesis):
    assert gradient(loss, x[i]).conditions
    derivation = gradient(loss, x[i], given=[hypothesis])
    assert not derivation.conditions
    assert sympy.simplify(derivation.result - sympy.diff(loss.subs(x[i], b), b).subs(b, x[i])) == 0


def test_a_hypothesis_that_limits_the_variable_does_not_get_in_the_way():
    """log of a product of terms positive for x ≥ 0 is split: not an equation near x = 0."""
    u = nonnegative("x", n)
    check(gradient(sum_over(k, log((1 + u[k]) * (2 + u[k]))), u[i]))


@pytest.mark.parametrize(
    ("loss", "by"),
    [
        (0.5 * x[i], x[i]),
        (x[i] * Symbol("q"), x[i]),
        (x[i], s[i]),
        (x[i], Symbol("q")),
        (x[i], 2),
    ],
)
def test_what_has_no_exact_meaning_is_refused(loss, by):
    with pytest.raises(NotationError):
        gradient(loss, by)


# ---- losses --------------------------------------------------------------------------------------


def test_softmax_runs_along_the_last_axis():
    assert S.parameters == (r, index("k", n))
    assert S.body == exp(X[r, k]) / sum_over(j, exp(X[r, j]))
    cube = softmax(real("T", m, m, n))
    assert len(cube.parameters) == 3
    assert len({str(parameter) for parameter in cube.parameters}) == 3


def test_cross_entropy_is_the_mean_over_the_rows():
    assert cross_entropy(Y, S) == sum_over(r, -sum_over(k, Y[r, k] * log(S[r, k]))) / m


def test_a_softmax_of_any_rank_has_as_many_indices():
    high = real("T", m, m, m, m, m, n)
    assert len(softmax(high).parameters) == 6


def test_squared_error_is_a_mean_of_squares():
    at = {"M": 2, "N": 1}
    unrolled = at_sizes(gradient(squared_error(X, w, b, t), b), at)
    X0, X1, w0, t0, t1, bias = sympy.symbols("X_0_0 X_1_0 w_0 t_0 t_1 b")
    by_hand = ((X0 * w0 + bias - t0) ** 2 + (X1 * w0 + bias - t1) ** 2) / 2
    assert sympy.expand(unrolled.of - by_hand) == 0
