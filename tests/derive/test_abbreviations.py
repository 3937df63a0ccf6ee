"""Abbreviations: each term means what its name says, kinks included; no SymPy is needed."""

import math
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import derive
from derive.abbreviations import ABBREVIATIONS
from derive.kernel.terms import ONE, ZERO, element, number
from tests.semantics import BALLS, Point, evaluate

U, V, W = element("u"), element("v"), element("w")
SMALL = st.fractions(-4, 4, max_denominator=6)
OF_ONE = {
    "sigmoid": lambda u: 1 / (1 + math.exp(-u)),
    "softplus": lambda u: math.log(1 + math.exp(u)),
    "tanh": math.tanh,
    "cosh": math.cosh,
    "sinh": math.sinh,
    "abs": abs,
    "sign": lambda u: (u > 0) - (u < 0),
}


def value(term, **at):
    world = Point({}, {name: {(): Fraction(entry)} for name, entry in at.items()})
    return float(evaluate(term, world, (), BALLS))


@pytest.mark.parametrize("name", OF_ONE)
@given(u=SMALL)
def test_a_function_of_one_argument(name, u):
    assert value(ABBREVIATIONS[name](U), u=u) == pytest.approx(OF_ONE[name](float(u)), rel=1e-14)


@given(u=SMALL.filter(lambda u: u > 0))
def test_the_square_root(u):
    assert value(ABBREVIATIONS["sqrt"](U), u=u) == pytest.approx(math.sqrt(u), rel=1e-14)


@pytest.mark.parametrize(("name", "function"), [("max", max), ("min", min)])
@pytest.mark.parametrize("first", [U, ZERO, ONE, number(-1, 3)])
@given(values=st.tuples(SMALL, SMALL, SMALL))
def test_the_largest_and_the_smallest_of_several(name, function, first, values):
    u, v, w = values
    start = u if first is U else Fraction(*first.args)
    found = value(ABBREVIATIONS[name](first, V, W), u=u, v=v, w=w)
    assert found == pytest.approx(float(function(start, v, w)), rel=1e-14, abs=1e-14)
    assert ABBREVIATIONS[name](first) is first


def test_every_name_is_tried_here():
    assert set(ABBREVIATIONS) == {*OF_ONE, "sqrt", "max", "min"}


def test_sympy_is_not_needed():
    root = str(Path(derive.__file__).resolve().parents[1])
    script = "import sys; sys.path.insert(0, sys.argv[1]); import derive.abbreviations\n"
    script += "assert 'sympy' not in sys.modules"
    subprocess.run([sys.executable, "-I", "-c", script, root], check=True)
