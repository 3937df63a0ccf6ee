"""The theorems, a file each. Adding one is adding a file and a line here."""

from __future__ import annotations

from difflib import get_close_matches

from ..statement import Theorem
from . import cross_entropy, softmax_cross_entropy, softmax_jacobian, squared_error

_MODULES = (softmax_jacobian, cross_entropy, softmax_cross_entropy, squared_error)


class UnknownTheorem(KeyError):  # noqa: N818  (says what it is)
    """A name that no theorem has; the message suggests the nearest."""

    def __str__(self) -> str:
        return str(self.args[0])


def catalogue() -> dict[str, Theorem]:
    """Every theorem by its name, in the order in which they are best read."""
    return {module.THEOREM.name: module.THEOREM for module in _MODULES}


def theorem(name: str) -> Theorem:
    """The theorem of a name.

    >>> theorem("softmax_cross_entropy").title
    'Softmax with cross-entropy: the gradient is s − y'
    >>> theorem("softmax_crossentropy")
    Traceback (most recent call last):
        ...
    derive.theorems.UnknownTheorem: no theorem 'softmax_crossentropy'; did you mean \
softmax_cross_entropy?

    Raises
    ------
    UnknownTheorem
        Where there is none; the message names the nearest.
    """
    known = catalogue()
    if name not in known:
        near = get_close_matches(name, known, n=1, cutoff=0.4)
        hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"
        raise UnknownTheorem(f"no theorem {name!r}; {hint}")
    return known[name]
