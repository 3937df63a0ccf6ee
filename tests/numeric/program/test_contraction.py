"""Sums of products never make an array larger than they have to."""

import tracemalloc

import pytest

from derive.kernel.terms import element, multiply, sum_over
from numeric.compile import compile_term

from ..formulas import BY_WEIGHT, DECLARED, THROUGH_JACOBIAN
from ..loops import arrays_of


def peak(compiled, values):
    """The most memory that a call had at once, in bytes."""
    compiled(**values)
    tracemalloc.start()
    compiled(**values)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


ONE_SUM_INSIDE = sum_over(
    "m",
    multiply(sum_over("p", multiply(element("F", 1, 0), element("w", 0))), element("F", 0, "a")),
)
THE_OTHER_INSIDE = sum_over(
    "p",
    multiply(element("w", 0), sum_over("m", multiply(element("F", 0, 1), element("F", 0, "a")))),
)


@pytest.mark.parametrize("term", [BY_WEIGHT, ONE_SUM_INSIDE, THE_OTHER_INSIDE])
def test_no_array_is_larger_than_the_inputs(term):
    """X of shape (m, p) never makes p x p or m x p x p, whichever sum was written outside."""
    values = arrays_of({"m": 20, "n": 1, "p": 1000}, 0)
    compiled = compile_term(DECLARED, term, ("a",))
    needed = {name: values[name] for name in compiled.arguments}
    assert peak(compiled, needed) < values["F"].nbytes


def test_a_delta_that_is_summed_makes_no_matrix():
    values = arrays_of({"m": 1, "n": 2000, "p": 1}, 0)
    compiled = compile_term(DECLARED, THROUGH_JACOBIAN, ("i",))
    needed = {name: values[name] for name in compiled.arguments}
    assert peak(compiled, needed) < 10 * values["x"].nbytes
