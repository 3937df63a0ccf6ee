"""Conditions that ask for more than the formulas need prove nothing false."""

import pytest

from derive.language.question import ClaimText
from derive.language.reading import read
from numeric.checking import check
from numeric.conditions import meets
from numeric.deadline import Deadline
from numeric.left_out import counterexample_left_out

TOTAL = "L = sum_{k<n} abs(x[k])"
FALSE = {
    "the log is read at one label": ("x: real[n]; t: index(n)", f"{TOTAL} + 0*log(x[t])"),
    "the log is read where a guard holds": (
        "x: real[n]; y: real[n]",
        f"{TOTAL} + 0*sum_{{i<n}} [y[i] > 0]*log(x[i])",
    ),
    "the log is not read at 0": ("x: real[n]", f"{TOTAL} + 0*sum_{{i<n}} [i > 0]*log(x[i])"),
}
# their conditions speak of no more inputs than the formulas do, so the input meets them
KEEP_THEIR_GUARD = ("the log is read where a guard holds", "the log is not read at 0")
TRUE = {
    "one label": ("x: real[n]; t: index(n)", "L = log(x[t]^2)", "dL/dx[t] = 2/x[t]"),
    "guarded": (
        "x: real[n]",
        "L = sum_{i<n} [i > 0]*log(x[i])",
        "dL/dx[j] = [j > 0]*(1/x[j])",
    ),
    "at the kink": ("x: real[n]", TOTAL, "dL/dx[i] = sign(x[i])"),
    "no value at 0": ("x: real[n]", "L = sum_{k<n} x[k]^3/3", "dL/dx[i] = x[i]^3/x[i]"),
    # the loss has no value where one of its logarithms has none
    "all are read": ("x: real[n]", f"{TOTAL} + 0*sum_{{i<n}} log(x[i])", "dL/dx[i] = 1"),
    # an array has a value where all of its entries have one
    "an array": ("x: real[n]", f"p[i] = {TOTAL[4:]} + 0*log(x[i])", "dp[i]/dx[j] = 1"),
    # at a kink of another entry the loss is not smooth
    "a kink elsewhere": ("x: real[n]", TOTAL, "dL/dx[i] = sign(x[i]) + [x[0] = 0]"),
}


@pytest.mark.parametrize("name", FALSE)
def test_a_claim_is_refuted_where_only_the_conditions_hold_it(name):
    where, loss = FALSE[name]
    question = read(ClaimText(where=where, loss=loss, claim="dL/dx[i] = 1"))
    answer = check(question)
    assert answer.verdict == "refuted"
    point = answer.counterexample.point
    assert min(point.values["x"].values()) < 0
    assert meets(question.claim.declarations, point) is (name in KEEP_THEIR_GUARD)


@pytest.mark.parametrize("name", TRUE)
def test_a_true_one_is_not(name):
    where, loss, claim = TRUE[name]
    question = read(ClaimText(where=where, loss=loss, claim=claim))
    assert question.conditions
    assert counterexample_left_out(question, Deadline(5)) is None
    assert check(question).verdict != "refuted"


def test_sizes_that_no_input_has_are_not_said_to_be_proved():
    question = read(
        ClaimText(
            where="x: real[n]; y: real[m]",
            given="m > 2*n - 2",
            loss="L = sum_{i<n} y[2*i]*erf(x[i]^2)",
            claim="dL/dy[j] = sum_{i<n} [2*i = j]*erf(x[i]^2)",
        )
    )
    answer = check(question)
    assert answer.verdict == "proved" or answer.fixed_sizes
    assert all(sizes["m"] > 2 * sizes["n"] - 2 for sizes in answer.fixed_sizes)
