"""A counterexample drawn and shrunk by hypothesis, where the small points show none."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, find, settings
from hypothesis.errors import NoSuchExample, Unsatisfiable

from derive.claims import Statement

from .deadline import Deadline
from .domains import Domains
from .points import Point
from .samples import points
from .witnesses import Counterexample, counterexample_at

_MOST = 150


def drawn_counterexample(
    statement: Statement, domains: Domains, deadline: Deadline
) -> Counterexample | None:
    """A counterexample that hypothesis finds before the deadline; the same in every run."""

    def refutes(point: Point) -> bool:
        return not deadline.is_over and counterexample_at(statement, point) is not None

    quiet = settings(
        max_examples=_MOST,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    try:
        point = find(points(statement.declarations, domains=domains), refutes, settings=quiet)
    except (NoSuchExample, Unsatisfiable):
        return None
    return counterexample_at(statement, point)
