"""Theorems: statements with the derivations that prove them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sympy.core.relational import Relational

from .claims import Statement
from .proved import Proved


@dataclass(frozen=True)
class Mistake:
    """An almost-right formula: the right side somebody might write, and what is wrong with it.

    ``given`` are the hypotheses under which it is tried, where they differ from the theorem's.
    """

    what: str
    value: Any
    given: tuple[Relational, ...] | None = None


@dataclass(frozen=True)
class Part:
    """One statement of a theorem, proved by one derivation or several, or by identities.

    ``mistakes`` are formulas that look like it and are false; ``general`` is
    the right side where the part's hypotheses are dropped.
    """

    derivations: tuple[Proved, ...]
    mistakes: tuple[Mistake, ...] = ()
    general: Any = None
    note: str = ""

    def __post_init__(self) -> None:
        for derivation in self.derivations:
            if derivation.claim != self.claim:
                raise ValueError(f"{derivation.title!r} proves another claim than the first does")

    @property
    def main(self) -> Proved:
        """The derivation that is shown first."""
        return self.derivations[0]

    @property
    def claim(self) -> Statement:
        """What the part says."""
        return self.main.claim

    def mistaken(self, mistake: Mistake) -> Statement:
        """The statement that a mistake makes."""
        given = self.main.given if mistake.given is None else mistake.given
        return self.main.stating(mistake.value, given)


@dataclass(frozen=True)
class Theorem:
    """A named theorem. Its derivations are written out, checked and proved when first asked for.

    name: what the command line calls it.
    title: one line for a table of contents.
    about: a paragraph for the reader of its page.
    build: returns the parts; raises ``BrokenLink`` where a derivation does not hold.
    """

    name: str
    title: str
    about: str
    build: Callable[[], tuple[Part, ...]]

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The statements, with their proofs."""
        return self.build()

    @property
    def derivations(self) -> tuple[Proved, ...]:
        """Every derivation of every part."""
        return tuple(derivation for part in self.parts for derivation in part.derivations)

    def replays(self) -> bool:
        """Whether the kernel, given only the data of each proof, comes to what is claimed."""
        return all(derivation.replays() for derivation in self.derivations)

    def __str__(self) -> str:
        return "\n\n".join(f"{d.title}\n{d}" for d in self.derivations)

    def _repr_markdown_(self) -> str:
        shown = [derivation.markdown() for derivation in self.derivations]
        return "\n\n".join([f"### {self.title}", self.about, *shown])
