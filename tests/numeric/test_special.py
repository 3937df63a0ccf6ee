"""erf, lgamma and digamma on arrays against mpmath: their values, and the errors they state."""

from __future__ import annotations

import math
from dataclasses import replace

import mpmath
import numpy as np
import pytest

from derive.kernel.terms import ZERO, apply, constant, element, where
from numeric.compile import compile_term
from numeric.errors import InputError
from numeric.program.special import digamma, erf, lgamma
from numeric.rounding import rounding_bound

from .formulas import DECLARED
from .loops import FLOATS, FUNCTIONS, distance

UNIT = 2.0**-53
ROOT = 1.4616321449683623  # of the digamma function


def positive_numbers():
    rng = np.random.default_rng(0)
    near = [centre + 1e-4 * rng.standard_normal(50) for centre in (1, 2, ROOT, 10)]
    return np.concatenate([10 ** rng.uniform(-12, 6, 300), rng.uniform(0, 12, 300), *near])


STATED = {
    "erf": lambda x, value: 8 * UNIT * np.abs(value),
    "lgamma": lambda x, value: 16 * UNIT * ((x + 1) * (np.abs(np.log(x)) + 1) + 8),
    "digamma": lambda x, value: 16 * UNIT * (np.abs(value) + 4),
}
SPECIAL = {"erf": erf, "lgamma": lgamma, "digamma": digamma}


@pytest.mark.parametrize("name", SPECIAL)
def test_the_stated_error(name):
    x = positive_numbers()
    value = SPECIAL[name](x)
    with mpmath.workdps(50):
        error = distance(value, [FUNCTIONS[name](mpmath.mpf(float(entry))) for entry in x])
    stated = STATED[name](x, value)
    assert (error <= stated).all()
    assert (error > stated / 1000).any(), "the bound would be far too wide"


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", ["sin", "cos", *SPECIAL])
def test_the_rounding_bound(name, dtype):
    x = positive_numbers().astype(dtype)
    compiled = compile_term(DECLARED, apply(name, element("x", "i")), ("i",))
    found = compiled(x=x)
    assert found.dtype == dtype
    with mpmath.workdps(50):
        exact = [FUNCTIONS[name](mpmath.mpf(float(entry))) for entry in x]
    assert (distance(found, exact) <= rounding_bound(compiled, x=x)).all()


@pytest.mark.parametrize("name", ["lgamma", "digamma"])
@pytest.mark.parametrize("b", [0.0, -0.5, -1.0, -3.0])
def test_no_value_outside_the_domain(name, b):
    compiled = compile_term(DECLARED, apply(name, element("b")))
    with pytest.raises(InputError, match="no value in the dtype"):
        compiled(b=b)
    with np.errstate(all="ignore"):
        assert not np.isfinite(compiled.raw(b=np.array(b)))


def test_an_overflow_is_no_value():
    compiled = compile_term(DECLARED, apply("lgamma", element("b")))
    with pytest.raises(InputError, match="no value in the dtype"):
        compiled(b=1e307)
    assert compiled(b=1e300) == pytest.approx(math.lgamma(1e300))


@pytest.mark.parametrize("name", ["lgamma", "digamma"])
@pytest.mark.filterwarnings("error")
def test_what_is_guarded_is_not_evaluated(name):
    body = apply(name, element("x", "i"))
    compiled = compile_term(DECLARED, where("<", ZERO, element("x", "i"), body), ("i",))
    expected = float(FUNCTIONS[name](mpmath.mpf(4)))
    assert compiled(x=[-4.0, 0.0, 4.0]).tolist() == pytest.approx([0, 0, expected])
    assert np.isfinite(rounding_bound(compiled, x=[-4.0, 0.0, 4.0])).all()


@pytest.mark.parametrize("function", SPECIAL.values(), ids=SPECIAL)
def test_shape_and_dtype_are_kept(function):
    for dtype in FLOATS:
        found = function(np.full((2, 3), 1.5, dtype))
        assert found.shape == (2, 3)
        assert found.dtype == dtype
    assert np.shape(function(np.float64(1.5))) == ()


def test_pi():
    compiled = compile_term(DECLARED, apply("sin", constant("pi")))
    assert abs(compiled()) <= rounding_bound(compiled)
    assert compile_term(DECLARED, constant("pi"))() == math.pi


def test_names_of_operations_may_be_variables():
    """A variable called erf does not hide the function."""
    declared = replace(DECLARED, variables={"erf": (), "pi": ()})
    compiled = compile_term(declared, apply("erf", element("erf")))
    assert compiled(erf=0.5) == pytest.approx(math.erf(0.5))
