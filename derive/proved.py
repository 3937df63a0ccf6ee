"""What a derivation and an identity have in common: a proof, and how its lines are shown."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import sympy
from sympy import Expr
from sympy.core.relational import Relational

from .chain import Line
from .claims import Statement
from .kernel import Proof, Refused
from .proof_files import dump, replay
from .symbols import Definition
from .typeset import hypothesis_text, latex, unicode_text

Typeset = Callable[[Any], str]


@dataclass(frozen=True)
class Proved(ABC):
    """A statement that was proved line by line, as data.

    ``given`` are the stated hypotheses, ``conditions`` say where the formulas have a value, and
    ``hypotheses`` are both and what the domains of the variables say. Line ``last`` of ``proof``
    says what the claim says; ``proof_data`` is what a sceptic replays.
    """

    title: str
    given: tuple[Relational, ...]
    conditions: tuple[Relational, ...]
    hypotheses: tuple[Relational, ...]
    definitions: tuple[Definition, ...]
    proof: Proof
    last: int
    claim: Statement

    @property
    @abstractmethod
    def left(self) -> Expr:
        """The left side of the statement."""

    @property
    @abstractmethod
    def result(self) -> Expr:
        """The right side of the statement, in the user's own definitions."""

    @abstractmethod
    def stating(self, value: Any, given: Iterable[Relational]) -> Statement:
        """The statement with another right side and other hypotheses, read and not proved.

        Raises
        ------
        NotationError
            Where an expression has no exact meaning.
        """

    @abstractmethod
    def rows(self, typeset: Typeset) -> Iterable[tuple[str, str, str]]:
        """Left side, right side and reason of every line, written by a typesetter."""

    @property
    def statement(self) -> Relational:
        """left = result, as an equation."""
        return sympy.Eq(self.left, self.result, evaluate=False)

    @property
    def proof_data(self) -> dict[str, Any]:
        """The proof as JSON-ready data, without lines it does not rest on."""
        return dump(self.proof, self.last)

    @property
    def rule_applications(self) -> int:
        """How many rules of the kernel the proof applies."""
        return len(self.proof_data["lines"])

    @property
    def definitions_as_equations(self) -> tuple[Relational, ...]:
        """What each definition that is used stands for."""
        return tuple(
            sympy.Eq(definition[definition.parameters], definition.body, evaluate=False)
            for definition in self.definitions
        )

    def replays(self) -> bool:
        """Whether the proof, rebuilt from its data, says what is shown.

        The shown statement is read afresh for that: both sides, and the given hypotheses.
        """
        shown = self.stating(self.result, self.given)
        try:
            rebuilt = replay(self.proof_data)
        except Refused:
            return False
        return rebuilt.declarations == shown.declarations and rebuilt.conclusion == shown.judgement

    # ---- shown

    def text(self) -> str:
        """The lines as Unicode text, one line an equality."""
        rows = [*self.rows(unicode_text)]
        width = max(len(left) for left, _, _ in rows)
        formula = max(len(right) for _, right, _ in rows)
        lines = [f"{a:>{width}} = {b:<{formula}}   [{why}]" for a, b, why in rows]
        given = [f"given {hypothesis_text(h, unicode_text)}" for h in self.hypotheses]
        return "\n".join([*given, *(line.rstrip() for line in lines)])

    def latex(self) -> str:
        r"""The lines as a LaTeX ``aligned`` block, without the dollar signs."""
        lines = [
            rf"{left} &= {right} && \text{{{_plain(why)}}}" for left, right, why in self.rows(latex)
        ]
        return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"

    def markdown(self) -> str:
        """The statement for a notebook: its hypotheses, its definitions and its lines."""
        where = [f"$${latex(relation)}$$" for relation in self.definitions_as_equations]
        given = [hypothesis_text(h, lambda part: f"${latex(part)}$") for h in self.hypotheses]
        head = f"**{self.title}**" + (f", given {', '.join(given)}" if given else "")
        return "\n\n".join([head, *where, f"$$\n{self.latex()}\n$$"])

    def __str__(self) -> str:
        return self.text()

    def _repr_markdown_(self) -> str:
        return self.markdown()


def rows_of(
    subject: str, lines: tuple[Line, ...], typeset: Typeset
) -> Iterable[tuple[str, str, str]]:
    """The rows of one chain; its subject stands in front of the first."""
    for place, line in enumerate(lines):
        yield subject if place == 0 else "", typeset(line.expression), line.reason


def _plain(reason: str) -> str:
    """A reason inside LaTeX's text mode: formulas in it are written in Unicode."""
    return "".join(_IN_TEXT.get(character, character) for character in reason)


_IN_TEXT = {sign: f"\\{sign}" for sign in "_&%#$"} | {
    "^": r"\^{}",
    "~": r"\textasciitilde{}",
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
}
