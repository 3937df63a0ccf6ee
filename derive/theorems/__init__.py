"""The theorems, a file each, in folders that read as a table of contents.

A file is found by its name, which is the theorem's, and holds a ``THEOREM``. Adding a theorem is
adding a file to a folder; a new folder is named in ``GROUPS``.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from ..statement import Theorem

GROUPS = ("softmax", "binary", "regression", "layers", "similarity", "probability")


class UnknownTheorem(KeyError):  # noqa: N818  (says what it is)
    """A name that no theorem has; the message suggests the nearest."""

    def __str__(self) -> str:
        return str(self.args[0])


@cache
def names() -> dict[str, str]:
    """The name of every theorem, and the folder it is in; nothing is loaded for that."""
    return {name: group for group in GROUPS for name in _files(group)}


def group_of(name: str) -> str:
    """The folder that a theorem is in; theorems from elsewhere are in none, which is "".

    >>> group_of("cross_entropy")
    'softmax'
    """
    return names().get(name, "")


def theorems_of(name: str) -> list[str]:
    """The names of the theorems in a folder; any other name stands for itself.

    >>> theorems_of("cross_entropy")
    ['cross_entropy']
    >>> "cross_entropy" in theorems_of("softmax")
    True
    """
    return [found for found, group in names().items() if group == name] or [name]


def _files(group: str) -> Iterator[str]:
    package = import_module(f".{group}", __name__)
    return (module.name for module in iter_modules(package.__path__))


def title(group: str) -> str:
    """What a folder is about.

    >>> title("softmax")
    'Softmax and cross-entropy'
    """
    return (import_module(f".{group}", __name__).__doc__ or "").rstrip(".")


def catalogue() -> dict[str, Theorem]:
    """Every theorem by its name, group by group."""
    return {name: theorem(name) for name in names()}


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
    known = names()
    if name not in known:
        near = get_close_matches(name, known, n=1, cutoff=0.4)
        hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"
        raise UnknownTheorem(f"no theorem {name!r}; {hint}")
    found: Theorem = import_module(f".{known[name]}.{name}", __name__).THEOREM
    return found
