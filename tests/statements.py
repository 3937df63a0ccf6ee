"""Every statement of every theorem, for tests that go through them all."""

import pytest

from derive.theorems import catalogue

STATEMENTS = {
    f"{theorem.name}-{place + 1}": (theorem.name, place, part)
    for theorem in catalogue().values()
    for place, part in enumerate(theorem.parts)
}

each_part = pytest.mark.parametrize(
    "part", [part for _, _, part in STATEMENTS.values()], ids=list(STATEMENTS)
)
each_mistake = pytest.mark.parametrize(
    ("part", "mistake"),
    [
        pytest.param(part, mistake, id=f"{name}: {mistake.what}")
        for name, (_, _, part) in STATEMENTS.items()
        for mistake in part.mistakes
    ],
)
