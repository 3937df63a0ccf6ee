"""A stretch of time that several searches share."""

from __future__ import annotations

from time import monotonic


class Deadline:
    """So many seconds from now on."""

    def __init__(self, seconds: float) -> None:
        self._start = monotonic()
        self._seconds = seconds

    @property
    def spent(self) -> float:
        """The seconds that have gone by."""
        return monotonic() - self._start

    @property
    def left(self) -> float:
        """The seconds that are left, at least 0."""
        return max(0.0, self._seconds - self.spent)

    @property
    def is_over(self) -> bool:
        """Whether none is left."""
        return self.left == 0

    def part(self, share: float) -> Deadline:
        """A deadline that ends when this share of the time left has gone by."""
        return Deadline(share * self.left)
