"""Terms as plain text."""

import pytest

from derive.kernel.terms import (
    ONE,
    ZERO,
    add,
    apply,
    constant,
    delta,
    element,
    multiply,
    negate,
    number,
    position,
    power,
    size,
    sum_over,
    where,
)
from numeric.wording import fresh_names, spell

from .formulas import CROSS_ENTROPY, MEAN, SOFTMAX_SLOPE, SQUARED_ERROR

X = element("x", "i")
TEXTS = {
    "x[i]": X,
    "b": element("b"),
    "X[r, t[r]]": element("X", "r", ("t", "r")),
    "2/3 + n": add(number(2, 3), size("n")),
    "-x[i] - 2": add(negate(X), number(-2)),
    "x[i] - (x[i] + 1)": add(X, negate(add(X, ONE))),
    "(x[i] + 1) x[i]": multiply(add(X, ONE), X),
    "sin(pi x[i])": apply("sin", multiply(constant("pi"), X)),
    "x[i]^2": power(X, number(2)),
    "(x[i] + 1)^(1/2)": power(add(X, ONE), number(1, 2)),
    "[i = k] i": multiply(delta("i", "k"), position("i")),
    "[0 < x[i]] log(x[i])": where("<", ZERO, X, apply("log", X)),
    "sum_k sum_j C[k, j]": sum_over("n", sum_over("n", element("C", 1, 0))),
    "sum_j x[j] x[k]": sum_over("n", multiply(element("x", 0), element("x", "k"))),
    "(sum_k x[k])/n": MEAN,
    "-sum_k y[k] log(exp(x[k])/(sum_j exp(x[j])))": CROSS_ENTROPY,
    "exp(x[i])/(sum_k exp(x[k])) - y[i]": SOFTMAX_SLOPE,
    "(sum_k ((sum_j F[k, j] w[j]) + b - z[k])^2)/m": SQUARED_ERROR,
}


@pytest.mark.parametrize("text", TEXTS)
def test_spelled(text):
    assert spell(TEXTS[text]) == text


def test_names_that_are_taken_are_not_used():
    assert fresh_names(["k", "l"], 3) == ("j", "i", "r")
    assert len({*fresh_names("kjlirabcdefg", 5)}) == 5
