"""An index is said to be in its range only where it is, wherever the names may stand."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.language.ranges import CONSTANT, is_nonnegative, linear, plus

NAMES = ("i", "j", "n", "m")
WHOLE = st.integers(-2, 2)


def form(i=0, j=0, n=0, m=0, constant=0):
    """A linear form in the names."""
    return linear([("i", i), ("j", j), ("n", n), ("m", m), (CONSTANT, constant)])


FORMS = st.builds(form, WHOLE, WHOLE, WHOLE, WHOLE, WHOLE)
# i and j run from 0, below n and m, which are at least 1
EVERYWHERE = [
    form(i=1),
    form(j=1),
    form(n=1, i=-1, constant=-1),
    form(m=1, j=-1, constant=-1),
    form(n=1, constant=-1),
    form(m=1, constant=-1),
]


def worth(of, at):
    """The value of a form."""
    return sum(c * at.get(name, 1) for name, c in of.items())


def admissible(known, largest=4):
    """All points with sizes up to a largest one at which the known forms are >= 0."""
    for n, m in product(range(1, largest), repeat=2):
        for i, j in product(range(n), range(m)):
            at = {"i": i, "j": j, "n": n, "m": m}
            if all(worth(fact, at) >= 0 for fact in known):
                yield at


@settings(max_examples=200, deadline=None)
@given(FORMS, st.lists(FORMS, max_size=2))
def test_never_yes_to_what_may_be_negative(asked, guards):
    if is_nonnegative(asked, [*guards, *EVERYWHERE]):
        for at in admissible(guards):
            assert worth(asked, at) >= 0, at


def test_no_without_the_guard_and_yes_with_it():
    before, after = form(i=1, constant=-1), form(n=1, i=-1, constant=-2)
    for slack, guard in (
        (before, form(i=1, constant=-1)),  # x[i-1] where i > 0
        (after, form(n=1, i=-1, constant=-2)),  # x[i+1] where i < n - 1
    ):
        assert not is_nonnegative(slack, EVERYWHERE)
        assert is_nonnegative(slack, [guard, *EVERYWHERE])


EVERYDAY = {
    "x[0]": (form(n=1, constant=-1), []),
    "x[n-1]": (form(n=1, constant=-1), []),
    "x[n-1-i]": (form(n=1, i=-1, constant=-1), []),
    "x[i-j] where j <= i": (form(i=1, j=-1), [form(i=1, j=-1)]),
    "below n where j <= i": (form(n=1, i=-1, j=1, constant=-1), [form(i=1, j=-1)]),
    "x[i+j] where i < n - m + 1": (
        form(n=1, i=-1, j=-1, constant=-1),
        [form(n=1, m=-1, i=-1)],
    ),
    "x[2] where n >= 3": (form(n=1, constant=-3), [form(n=1, constant=-3)]),
    "twice i - 1 where i > 0": (form(i=2, constant=-2), [form(i=1, constant=-1)]),
}


@pytest.mark.parametrize("case", EVERYDAY)
def test_yes_to_what_people_write(case):
    asked, guards = EVERYDAY[case]
    assert is_nonnegative(asked, [*guards, *EVERYWHERE])


def test_forms_add_up():
    total = plus(form(i=1, n=2), form(i=1, m=1), -1)
    assert total == {"n": Fraction(2), "m": Fraction(-1)}
