"""What is said of an input that makes no sense."""

from __future__ import annotations


class InputError(ValueError):
    """An input that cannot mean what the declarations say; the message names it."""
