"""No false alarm: bars are held against true errors, at random problems over the whole catalogue.

    pytest tests/bars --problems 100000 --search-seed 7

What was drawn is printed at the end of the run. 500 problems in a plain run; a long one takes half
an hour. The largest problems have arrays of 50,257 entries.
"""

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from derive.theorems import theorem
from tests.statements import STATEMENTS

from . import problems as judge
from .problems import Programs, Record, problems, shapes, try_problem

PLAIN = 500
MOST_OVER_ERROR = 100  # the bar over the true error, on the median


def run(programs, examples, random_seed, record):
    """So many problems of one statement."""

    @seed(random_seed)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(problems(programs))
    def each(inputs):
        try_problem(programs, inputs, record)

    each()


def test_no_bar_is_too_short_and_few_are_too_long(pytestconfig):
    wanted = pytestconfig.getoption("--problems") or PLAIN
    record = pytestconfig.stash[judge.RECORD] = Record()
    for name, (_, _, part) in STATEMENTS.items():
        run(
            Programs(name, part.claim),
            -(-wanted // len(STATEMENTS)),
            pytestconfig.getoption("--search-seed") or 0,
            record,
        )
        assert not record.alarms, record.alarms[0]
    assert record.problems >= wanted * 0.95
    assert record.median <= MOST_OVER_ERROR


def test_the_largest_problems_are_those_of_a_vocabulary():
    """In both dtypes, with logits up to 1e4; and the bars of these hold, too."""
    record, programs = (
        Record(),
        Programs("softmax", theorem("softmax_cross_entropy").parts[0].claim),
    )
    n = programs.most("n", {"n": 1})
    assert n == judge.MOST_ENTRIES == 50_257
    random = np.random.default_rng(0)
    for dtype in judge.FLOATS:
        x = random.uniform(-1e4, 1e4, n).astype(dtype)
        try_problem(programs, {"x": x, "y": np.eye(1, n, 7, dtype=dtype)[0]}, record)
    assert (record.problems, record.alarms, record.largest) == (2, [], n)


@pytest.mark.parametrize("share", [1 / 30, 0.0])
def test_bars_that_are_too_short_raise_an_alarm(share, monkeypatch):
    """Or the absence of alarms would say nothing."""
    bound = judge.rounding_bound
    monkeypatch.setattr(judge, "rounding_bound", lambda *a, **given: bound(*a, **given) * share)
    record, part = Record(), theorem("softmax_cross_entropy").parts[0]
    run(Programs("softmax", part.claim), 60, 0, record)
    assert record.alarms
    assert "is off by" in record.alarms[0]


def test_the_arrays_of_a_program_are_known_by_their_axes():
    jacobian = Programs("jacobian", theorem("softmax_jacobian").parts[0].claim)
    assert {len(shape) for shape in shapes(jacobian.every[1])} == {0, 1, 2}
    assert jacobian.most("n", {"n": 1}) == 224  # 224 ** 2 < 50,257 < 225 ** 2
