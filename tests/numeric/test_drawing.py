"""Counterexamples that hypothesis draws, and how the search for them ends."""

import pytest

from derive.language.question import ClaimText
from derive.language.reading import read
from numeric import drawing
from numeric.drawing import drawn_counterexample
from numeric.samples import Builder

TRUE = "dL/dx[i] = 2*x[i]"
FALSE = "dL/dx[i] = 2*x[i] + [x[i] > 1]"


class Checks:
    """A deadline that is over when it has been asked so often."""

    def __init__(self, count):
        self.count = count

    @property
    def is_over(self):
        """Whether it has."""
        self.count -= 1
        return self.count < 0


@pytest.fixture
def built(monkeypatch):
    """Every point that is built."""
    every = []
    build = Builder.build

    def counted(self, *arguments):
        every.append(build(self, *arguments))
        return every[-1]

    monkeypatch.setattr(Builder, "build", counted)
    return every


def search(claim, checks):
    question = read(ClaimText("L = sum_{k<n} x[k]^2", claim, "x: real[n]"))
    return drawn_counterexample(question.claim, question.domains, Checks(checks))


def test_a_counterexample_is_found_and_small():
    found = search(FALSE, 10_000)
    assert list(found.point.sizes.values()) == [1]


@pytest.mark.parametrize("count", [0, 1, 7])
def test_one_more_point_is_built_when_the_time_is_over(built, count):
    assert search(TRUE, count) is None
    assert len(built) == count + 1


def test_what_was_found_stays_found_when_the_time_runs_out_while_it_is_made_smaller(built):
    enough = next(n for n in range(1, drawing._MOST) if search(FALSE, n) is not None)
    found = search(FALSE, enough)
    assert not found.truth.overlaps(found.claimed)
    assert found.point == built[-1]
