"""Proofs: lines that follow from earlier lines by a rule, and nothing else.

A proof is its declarations and a list of lines; a line names a rule, its arguments and the earlier
lines that are its premises. What the last line proves is what the proof proves. Whoever makes a
line (a tactic, or the reader of a file), it stands only where its rule accepts it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from . import terms as t
from .declarations import Declarations
from .errors import Refused, require
from .judgement import Judgement
from .rules import RULES, Rules


class Line(NamedTuple):
    """One rule application; ``premises`` are the numbers of earlier lines."""

    rule: str
    args: tuple[Any, ...]
    premises: tuple[int, ...]


class Proof:
    """A growing list of checked lines.

    ``lines[k]`` proves ``judgements[k]``, resting on the hypotheses numbered in ``used[k]``.
    """

    def __init__(self, declarations: Declarations) -> None:
        self.declarations = declarations
        self.lines: list[Line] = []
        self.judgements: list[Judgement] = []
        self.used: list[frozenset[int]] = []

    @property
    def conclusion(self) -> Judgement:
        """What the last line proves."""
        require(self.lines, "an empty proof proves nothing")
        return self.judgements[-1]

    def step(self, rule: str, args: tuple[Any, ...], premises: Sequence[int] = ()) -> int:
        """Apply a rule to earlier lines; the number of the new line. Raises ``Refused``."""
        premises = tuple(premises)
        try:
            judgement = self._infer(rule, args, premises)
        except Refused as refusal:
            refusal.rule = refusal.rule or str(rule)
            raise
        except RecursionError:
            raise Refused(f"{rule}: nested too deeply, or equations that go round") from None
        own = {args[0]} if rule == "hypothesis" else ()
        self.used.append(frozenset(own).union(*[self.used[k] for k in premises]))
        self.lines.append(Line(rule, args, premises))
        self.judgements.append(judgement)
        return len(self.lines) - 1

    def _infer(self, rule: str, args: tuple[Any, ...], premises: Sequence[int]) -> Judgement:
        require(type(rule) is str and rule in RULES, "no such rule", rule)
        t.check_shapes(RULES[rule], args)
        for k in premises:
            require(type(k) is int and 0 <= k < len(self.lines), "no such earlier line", k)
        given = [(self.judgements[k], self.used[k]) for k in premises]
        stated = [arg for shape, arg in zip(RULES[rule], args, strict=True) if shape == "Context"]
        contexts = stated or [judgement.context for judgement, _ in given]
        known = Rules(self.declarations, given, max(contexts, key=len, default=()))
        judgement: Judgement = getattr(known, rule)(*args)
        self.declarations.check(*judgement)
        return judgement
