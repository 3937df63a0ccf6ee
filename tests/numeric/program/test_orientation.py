"""Transposes move into products that nobody else reads, and nothing else changes."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import Symbol

from derive import theorem
from numeric.callables import functions
from numeric.program.orientation import oriented
from numeric.program.printer import ArrayPrinter
from numeric.program.vocabulary import Operation, numpy_namespace

A, B, C, N = map(Symbol, "ABCN")


def product(left, right):
    return Operation("matmul", left, right)


def turned(matrix):
    return Operation("transpose", matrix, (1, 0))


def plain(left, right):
    return Operation("add", left, right)


SCALED = Operation("divide", product(turned(A), B), Operation("sqrt", Operation("real", N)))
MOVED = {
    "a product": (turned(product(A, B)), "matmul(transpose(B, (1, 0)), transpose(A, (1, 0)))"),
    "of transposes": (turned(product(turned(A), turned(B))), "matmul(B, A)"),
    "over a number": (turned(SCALED), "matmul(transpose(B, (1, 0)), A) / sqrt(real(N))"),
    "within a sum": (
        plain(C, turned(product(turned(A), B))),
        "C + matmul(transpose(B, (1, 0)), A)",
    ),
    "its sign": (
        turned(Operation("negative", product(A, turned(B)))),
        "-matmul(B, transpose(A, (1, 0)))",
    ),
}
STAYS = {
    "an array": turned(A),
    "a product that is read twice": plain(product(A, B), turned(product(A, B))),
    "over an array": turned(Operation("divide", product(A, B), C)),
    "of other axes": Operation("transpose", product(A, B), (0, 1)),
    "no product": turned(Operation("exp", A)),
}


def text(expression):
    return ArrayPrinter().doprint(expression)


def value(expression, **arrays):
    program = f"lambda A, B, C, N: {text(expression)}"
    return eval(program, dict(numpy_namespace(np.dtype(float))))(**arrays)


ARRAYS = {
    name: np.random.default_rng(k).standard_normal((3, 3)) for k, name in enumerate("ABC")
} | {"N": 5}


@pytest.mark.parametrize(("before", "after"), MOVED.values(), ids=MOVED.keys())
def test_transposes_move_into_products(before, after):
    assert text(oriented(before)) == after
    expected = value(before, **ARRAYS)
    assert np.allclose(value(oriented(before), **ARRAYS), expected, rtol=0, atol=1e-14)
    assert not np.allclose(value(oriented(before), **ARRAYS), expected.T)


@pytest.mark.parametrize("before", STAYS.values(), ids=STAYS.keys())
def test_what_is_no_product_or_read_elsewhere_stays(before):
    assert oriented(before) == before


def test_a_linear_layer_reads_as_it_is_written():
    by_input, by_weight, _ = (functions(part).gradient.text for part in theorem("linear").parts)
    assert "return matmul(G, transpose(W, (1, 0)))\n" in by_input
    assert "return matmul(transpose(X, (1, 0)), G)\n" in by_weight


def test_a_quotient_on_the_right_has_brackets():
    """a * (b / c) and (a * b) / c round differently."""
    quotient = Operation("divide", B, C)
    assert text(Operation("multiply", A, quotient)) == "A * (B / C)"
    assert text(Operation("multiply", quotient, A)) == "B / C * A"
