"""Bounds that are two numbers for a whole array: they hold, and they are not far too large."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.kernel.declarations import Declarations
from derive.kernel.terms import add, apply, element, multiply, number, power, sum_over, where
from numeric.arrays import prepare
from numeric.compile import compile_term
from numeric.rounding import evaluate as evaluate_entries
from numeric.uniform_bounds import evaluate

DECLARED = Declarations(
    frozenset({"n", "m"}), {"i": "n"}, {"x": ("n",), "y": ("n",), "A": ("m", "n"), "c": ()}
)
X, Y, C = element("x", "i"), element("y", "i"), element("c")
ALL_X = sum_over("n", apply("exp", element("x", 0)))
LESS = number(-1)
TERMS = {
    "sum": add(X, multiply(LESS, Y)),
    "product": multiply(X, Y, C),
    "quotient": multiply(X, power(add(number(3), multiply(Y, Y)), LESS)),
    "softmax": multiply(apply("exp", X), power(ALL_X, LESS)),
    "log of a sum": apply("log", ALL_X),
    "expm1": add(apply("exp", X), LESS),
    "log1p": apply("log", add(number(1), multiply(X, X))),
    "log1p of less": apply("log", add(number(1), multiply(number(-1, 2), power(C, number(0))))),
    "root": power(add(number(1), multiply(X, X)), number(1, 2)),
    "sine": apply("sin", multiply(X, Y)),
    "cosine": apply("cos", add(X, Y)),
    "matrix by vector": sum_over("m", multiply(element("A", 0, "i"), element("A", 0, "i"))),
    "dot product": sum_over("n", multiply(element("x", 0), element("y", 0))),
    "guard": where("<", number(0), X, multiply(X, Y)),
    "third": multiply(number(1, 3), X),
}


def arrays_of(rng, n, dtype):
    m = n + 1
    made = {"x": 2 * rng.standard_normal(n), "y": rng.standard_normal(n), "c": rng.normal()}
    made["A"] = rng.standard_normal((m, n))
    return {name: np.asarray(value, dtype) for name, value in made.items()}


def bounded(term, given):
    free = ("i",) if "i" in term.indices else ()
    compiled = compile_term(DECLARED, term, free)
    arrays, sizes = prepare(DECLARED, given, (*compiled.arguments, *compiled.sizes))
    (found,) = evaluate(compiled, arrays, sizes)
    return compiled, arrays, sizes, found


@pytest.mark.parametrize("name", TERMS)
@given(seed=st.integers(0, 10**6), n=st.sampled_from([1, 2, 5, 300]))
def test_float32_is_within_its_bound(name, seed, n):
    """With float64 for the truth, which is 2**29 times closer to it."""
    given_arrays = arrays_of(np.random.default_rng(seed), n, np.float32)
    compiled, _, _, found = bounded(TERMS[name], given_arrays)
    wide = {key: np.asarray(value, np.float64) for key, value in given_arrays.items()}
    off = np.abs(found.value.astype(np.float64) - compiled(**wide))
    bar = found.bars[0]
    assert (off <= bar.absolute + bar.relative * np.abs(found.value).astype(np.float64)).all()
    assert bar.relative >= 0
    assert found.lowest <= found.value.min()
    assert found.highest >= found.value.max()


@pytest.mark.parametrize("name", TERMS)
def test_the_bound_is_no_hundred_thousand_times_that_of_single_entries(name):
    """The largest of them; the bounds for entries are those of ``numeric.rounding``."""
    compiled, arrays, sizes, found = bounded(
        TERMS[name], arrays_of(np.random.default_rng(1), 50, np.float64)
    )
    entries = np.max(evaluate_entries(compiled, arrays, sizes).bound)
    assert found.bars[0].at(found.size) <= 1e5 * entries + 1e-300


@pytest.mark.parametrize("radius", [1e-3, 1e-1])
@given(seed=st.integers(0, 10**6), angle=st.floats(0, 6.3))
def test_the_reach_covers_complex_steps(radius, seed, angle):
    """D(h) = log(1 + p expm1(h)), at every complex h that is as near as was said."""
    rng = np.random.default_rng(seed)
    p = element("x", "i")
    term = apply("log", add(number(1), multiply(p, add(apply("exp", C), LESS))))
    compiled = compile_term(DECLARED, term, ("i",), small=["c"])
    given_arrays = {"x": rng.dirichlet(np.ones(4)), "c": np.array(2.0**-20)}
    arrays, sizes = prepare(DECLARED, given_arrays, ("x", "c"))
    (found,) = evaluate(compiled, arrays, sizes, {"c": radius})
    step = 2.0**-20 + radius * np.exp(1j * angle)
    there = np.log1p(given_arrays["x"] * np.expm1(step))
    assert (np.abs(there - found.value) <= found.bars[1].at(found.size)).all()


def test_nothing_is_known_past_a_division_by_what_may_be_zero():
    declared = Declarations(frozenset({"n"}), {"i": "n"}, {"x": ("n",), "y": ("n",)})
    doubtful = add(X, multiply(LESS, Y))
    compiled = compile_term(declared, power(add(multiply(X, X), doubtful), LESS), ("i",))
    given_arrays = {"x": np.array([0.1, 0.3]), "y": np.array([0.1 + 0.1**2, 0.3])}
    arrays, sizes = prepare(declared, given_arrays)
    (found,) = evaluate(compiled, arrays, sizes)
    assert not found.bars[0].at(found.size) < 1


def test_functions_without_a_rule_have_no_bound():
    _, _, _, found = bounded(apply("erf", X), arrays_of(np.random.default_rng(0), 3, np.float64))
    assert found.bars[0].absolute == np.inf
