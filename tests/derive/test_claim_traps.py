"""Claims that read as something false, or as nothing, and were once taken."""

from fractions import Fraction

import pytest

from derive.kernel.terms import number
from derive.language.errors import ClaimError
from derive.language.question import ClaimText
from derive.language.ranges import CONSTANT, is_nonnegative, least_step, linear, plus
from derive.language.reading import read

NO_ENTRY_THERE = {
    "half an index": ("x: real[n]", "", "L = sum_{i<n} x[0.5*i]", "dL/dx[j] = [2*j < n]"),
    "half a number": ("x: real[n]", "n >= 2", "L = x[0.5]", "dL/dx[i] = 0"),
    "half a size": ("x: real[n]", "", "L = sum_{j<0.5*n} x[j]", "dL/dx[i] = [i < 0.5*n]"),
    "a guard by halves": (
        "x: real[n]",  # n = 3, i = 1: 1 < 3/2 holds, and x[3] is no entry
        "",
        "L = sum_{i<n} [i < 0.5*n]*x[2*i+1]",
        "dL/dx[j] = sum_{i<n} [2*i + 1 = j]",
    ),
    "a size by halves": (
        "x: real[n]; y: real[m]",  # n = 1, m = 1: 1 > 1/2 holds, and y[1] is no entry
        "m > 0.5*n",
        "L = sum_{i<n} y[2*m - n]",
        "dL/dy[j] = n*[2*m - n = j]",
    ),
    "labels of another axis": (
        "x: real[n]; t: index(m)[B]",
        "",
        "L = sum_{b<B, j<t[b]} x[j]",
        "dL/dx[i] = sum_{b<B} [i < t[b]]",
    ),
}


@pytest.mark.parametrize("name", NO_ENTRY_THERE)
def test_what_may_read_no_entry_is_refused(name: str) -> None:
    where, given, loss, claim = NO_ENTRY_THERE[name]
    with pytest.raises(ClaimError, match=r"index|runs below|a sum ends|may run beyond"):
        read(ClaimText(where=where, given=given, loss=loss, claim=claim))


@pytest.mark.parametrize(
    "loss",
    [
        "L = sum_{i<n} [2*i + 1 < n]*x[2*i+1]",
        "L = sum_{b<B, j<t[b]} x[j]",
        "L = sum_{i<n} [i < n - 0.5]*x[i]",
    ],
)
def test_what_reads_an_entry_is_not(loss: str) -> None:
    read(ClaimText(where="x: real[n]; t: index(n)[B]", loss=loss, claim="dL/dx[i] = 1"))


@pytest.mark.parametrize("half", [1, 2, 3])
def test_what_is_positive_is_at_least_a_step(half: int) -> None:
    form = linear([("n", Fraction(1, half)), ("i", Fraction(-2, half))])
    step = least_step(form)
    values = [Fraction(n - 2 * i, half) for n in range(1, 9) for i in range(n)]
    assert min(value for value in values if value > 0) >= step[CONSTANT]
    assert is_nonnegative(plus(form, step, -1), [plus(form, step, -1)])


@pytest.mark.parametrize(
    ("exponent", "value"),
    [("k", 2), ("k + 1", 3), ("2*k - 1", 3), ("k*(k - 1)", 2), ("-k - 1", -3)],
)
def test_a_defined_number_in_an_exponent_is_the_number_that_it_comes_to(
    exponent: str, value: int
) -> None:
    # else y^(2 + 1) would be asked for y > 0, and abs(y)^3 would be right
    question = read(
        ClaimText(where="x, y: real", loss=f"k = 2; L = x*y^({exponent})", claim="dL/dx = 1")
    )
    assert [said.text for said in question.conditions] in ([], ["y != 0"])
    assert question.claim.of.args[1].args[1] is number(value)
