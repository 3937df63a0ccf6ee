"""Stability: no logits are too large, and nothing is lost where softmax underflows."""

import numpy as np
import pytest

from derive.kernel import Declarations, Fact, Hypothesis
from derive.kernel.terms import apply, element, multiply, number, power, sum_over
from numeric.compile import compile_term
from numeric.program.scaling import NotCompiled, Place, Scaling

from ..formulas import DECLARED, NAMED, ROWS_SLOPE, SIZES, attention
from ..loops import FLOATS, Loops, arrays_of, distance

EXTREME = {
    "one far above": [1e4, -1e4, 0.0, 1.0],
    "two close on top": [1e4, 1e4 - 1, -1e4, 0.0],
    "all at the top": [1e4, 1e4, 1e4, 1e4],
    "all at the bottom": [-1e4, -1e4, -1e4 - 1, -1e4],
}
# What overflows by itself, squares included, or has a pole at 0: x holds no logits there.
NO_LOGITS = {
    *("likelihood", "Dirichlet", "its slope by a parameter", "off the diagonal", "its slope"),
}
STABLE = [name for name in NAMED if "x" in NAMED[name][0].names and name not in NO_LOGITS]


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", STABLE)
@pytest.mark.parametrize("logits", EXTREME.values(), ids=EXTREME.keys())
def test_no_logits_are_too_large(name, logits, dtype):
    """Full accuracy: errors of a few units in the last place of the value or of 1."""
    term, free = NAMED[name]
    values = {**arrays_of(SIZES, 3, dtype), "x": np.array(logits, dtype)}
    exact = Loops(SIZES, values, largest=1e5).array(term, free)
    found = compile_term(DECLARED, term, free)(**values)
    size_of = np.maximum(1, np.abs(np.ravel(exact).astype(float)))
    assert not (distance(found, exact) > 8 * np.finfo(dtype).eps * size_of).any()


@pytest.mark.parametrize("name", STABLE)
def test_logits_as_large_as_the_dtype_give_finite_results(name):
    term, free = NAMED[name]
    values = {**arrays_of(SIZES, 3, np.float32), "x": np.array([1e37, -1e37, 0, 5], np.float32)}
    assert np.isfinite(compile_term(DECLARED, term, free)(**values)).all()


def test_every_logit_may_be_large_in_attention():
    """The exponent of attention is bilinear: scores of 1e8 and more."""
    values = arrays_of(SIZES, 5, scale=1e4)
    compiled = compile_term(DECLARED, attention("i", "k"), ("i", "k"))
    rows = compiled(**values).sum(axis=1)
    assert (np.abs(rows - 1) < 1e-15).all()


@pytest.mark.parametrize("dtype", FLOATS)
def test_a_whole_vocabulary(dtype):
    """n = 50,257 on rows, against long doubles."""
    random = np.random.default_rng(0)
    X = (3 * random.standard_normal((2, 50257))).astype(dtype)
    Y = np.zeros_like(X)
    Y[:, 5] = 1
    found = compile_term(DECLARED, ROWS_SLOPE, ("r", "i"))(X=X, Y=Y)
    long = X.astype(np.longdouble)
    e = np.exp(long - long.max(axis=1, keepdims=True))
    exact = e / e.sum(axis=1, keepdims=True)
    assert found.dtype == dtype
    off = np.abs(found - (exact - Y)) / exact
    assert (off[Y == 0] < 32 * np.finfo(dtype).eps).all()


@pytest.mark.parametrize("dtype", FLOATS)
def test_the_loss_of_a_sure_and_right_prediction_is_not_lost(dtype):
    """-log s at the largest logit, which is 1e4: the loss is about exp(-9), not a rounding of 1e4.

    Once with a label as a vector, once with a label as an index.
    """
    X = np.array([[1e4, 1e4 - 9, -1e4]], dtype)
    exact = np.log1p(np.exp(-9.0))
    by_index = compile_term(DECLARED, NAMED["hard labels"][0])(X=X, t=[0])
    by_vector = compile_term(DECLARED, NAMED["cross-entropy"][0])(x=X[0], y=[1, 0, 0])
    for loss in (by_index, by_vector):
        assert abs(loss - exact) < 4 * np.finfo(dtype).eps


def test_a_function_without_numpy_is_refused_by_name():
    with pytest.raises(NotCompiled, match=r"there is no NumPy for tanh\(b\)"):
        Scaling(DECLARED).plain(apply("tanh", element("b")), Place())


# ---- a factor of the exponent --------------------------------------------------------------------


def softmax_of(exponent):
    powers = apply("exp", exponent("i"))
    return multiply(powers, power(sum_over("n", apply("exp", exponent(0))), number(-1)))


def declared_with(*hypotheses):
    facts = tuple(Hypothesis((), Fact(kind, element("T"))) for kind in hypotheses)
    return Declarations(frozenset({"n"}), {"i": "n"}, {"T": (), "x": ("n",)}, {}, facts)


COOLED = softmax_of(lambda k: multiply(element("x", k), power(element("T"), number(-1))))


def test_logits_are_subtracted_before_they_are_divided_by_a_positive_temperature():
    compiled = compile_term(declared_with("positive"), COOLED, ("i",))
    assert "exp((x - amax(x, 0)) / T)" in compiled.text
    s = compiled(x=[1e4, 9999.5, 1.0], T=1.1)
    e = np.exp(-0.5 / 1.1)
    assert np.allclose(s, [1 / (1 + e), e / (1 + e), 0], rtol=0, atol=2.0**-53)


@pytest.mark.parametrize("kinds", [(), ("nonzero",), ("nonnegative",)])
@pytest.mark.parametrize("temperature", [1.1, -1.1])
def test_where_its_sign_is_not_known_the_largest_quotient_is_subtracted(kinds, temperature):
    """max(x / T) is not max(x) / T for T < 0."""
    compiled = compile_term(declared_with(*kinds), COOLED, ("i",))
    assert "amax(x, 0)" not in compiled.text
    s = compiled(x=[1e4, 9999.5, 1.0], T=temperature)
    e = np.exp(-0.5 / 1.1)
    expected = [1 / (1 + e), e / (1 + e), 0] if temperature > 0 else [0, 0, 1]
    assert np.allclose(s, expected, rtol=0, atol=1e-11)
