"""1 - 1/(1 + a) is computed as a/(1 + a), and nothing else is changed."""

from __future__ import annotations

import math

import numpy as np
import pytest

from derive.kernel.terms import (
    MINUS_ONE,
    ONE,
    ZERO,
    add,
    apply,
    element,
    multiply,
    negate,
    number,
    power,
    sum_over,
)
from numeric.compile import compile_term
from numeric.program.complements import complement
from tests.numeric.formulas import DECLARED

B = element("b")
A = apply("exp", negate(B))
SIGMOID = power(add(ONE, A), MINUS_ONE)
QUOTIENT = multiply(A, SIGMOID)


@pytest.mark.parametrize(
    "term",
    [
        add(ONE, negate(SIGMOID)),
        add(negate(SIGMOID), ONE),
        add(ONE, multiply(SIGMOID, MINUS_ONE)),
    ],
)
def test_the_complement_of_a_sigmoid(term):
    assert complement(term) is QUOTIENT
    assert complement(apply("log", term)) is apply("log", QUOTIENT)
    assert complement(sum_over("n", multiply(element("x", 0), term))).args[1].args[1] is QUOTIENT


def test_more_than_one_other_part():
    whole = add(A, ONE, B)
    found = complement(add(ONE, negate(power(whole, MINUS_ONE))))
    assert found is multiply(add(A, B), power(whole, MINUS_ONE))


@pytest.mark.parametrize(
    "term",
    [
        add(ONE, SIGMOID),
        add(number(2), negate(SIGMOID)),
        add(ONE, multiply(MINUS_ONE, B, SIGMOID)),
        add(ONE, multiply(MINUS_ONE, MINUS_ONE, MINUS_ONE, SIGMOID, B)),
        add(ONE, negate(power(add(ONE, A), number(-2)))),
        add(ONE, negate(power(add(number(2), A), MINUS_ONE))),
        add(ONE, B, negate(SIGMOID)),
        add(ONE, ONE),
        multiply(ONE, negate(SIGMOID)),
        ZERO,
    ],
)
def test_what_is_something_else_stays(term):
    assert complement(term) is term


@pytest.mark.parametrize("b", [-1e4, -40.0, 0.0, 40.0, 700.0])
def test_the_logarithm_has_a_value_where_the_sigmoid_is_1(b):
    compiled = compile_term(DECLARED, apply("log", add(ONE, negate(SIGMOID))))
    expected = -b - math.log1p(math.exp(-b)) if b > -30 else 0.0
    assert compiled(b=b) == pytest.approx(expected, rel=1e-13, abs=1e-300)
    assert np.isfinite(compiled(b=np.float32(b)))
