"""A counterexample drawn and shrunk by hypothesis, where the small points show none."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky, NoSuchExample, Unsatisfiable

from derive.claims import Statement

from .deadline import Deadline
from .domains import Domains
from .points import Point
from .samples import points
from .witnesses import Counterexample, counterexample_at

_MOST = 150


class _OutOfTime(BaseException):
    """No ``Exception``, for hypothesis would take that for what it is looking for."""


def drawn_counterexample(
    statement: Statement, domains: Domains, deadline: Deadline
) -> Counterexample | None:
    """A counterexample that hypothesis finds before the deadline; the same in every run."""
    last: list[Counterexample] = []

    def refutes(point: Point) -> bool:
        found = counterexample_at(statement, point)
        last[:] = last if found is None else [found]
        return found is not None

    quiet = settings(
        max_examples=_MOST,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    try:
        point = find(_points(statement, domains, deadline), refutes, settings=quiet)
    except (NoSuchExample, Unsatisfiable):
        return None
    except (_OutOfTime, Flaky):
        return last[0] if last else None
    return counterexample_at(statement, point)


def _points(statement: Statement, domains: Domains, deadline: Deadline) -> st.SearchStrategy[Point]:
    """Points, as long as there is time: to build one that meets equations takes a while."""

    @st.composite
    def timed(draw: st.DrawFn) -> Point:  # no arguments: hypothesis would write them all out
        try:
            return draw(points(statement.declarations, domains=domains))
        finally:  # afterwards, for hypothesis wants equal choices to lead to equal draws
            if deadline.is_over:
                raise _OutOfTime

    return timed()
