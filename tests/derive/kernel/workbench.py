"""Applying one rule, through ``Proof.step`` and through data, and finding the premises it needs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from derive.kernel import Declarations, Judgement, Proof, Refused, Term
from derive.kernel.proof import Line
from derive.kernel.terms import OF_POSITIVE, Index, natural_number, shift
from derive.proof_files import dump, loads

from .universe import (
    GUARD,
    GUARDED,
    M_POSITIVE,
    P_TOTAL,
    Q_TOTALS,
    R_NONNEGATIVE,
    TOTAL,
    UNIVERSE,
    V_POSITIVE,
    W_POSITIVE,
    Z_NONZERO,
    Context,
    is_total,
)


@dataclass(frozen=True)
class Attempt:
    """One application of a rule, on top of the lines of a proof."""

    proof: Proof
    rule: str
    args: tuple[Any, ...] = ()
    premises: tuple[int, ...] = ()


def outcome(attempt: Attempt) -> Judgement | Refused:
    """What comes of an attempt. ``Proof.step`` and the replay of data have to agree on it."""
    by_step, by_data = _stepped(attempt), _replayed(attempt)
    if isinstance(by_step, Refused):
        assert isinstance(by_data, Refused), f"step refuses, replay accepts: {by_step}"
    else:
        assert by_step == by_data, f"step accepts, replay says: {by_data}"
    return by_step


def _stepped(attempt: Attempt) -> Judgement | Refused:
    try:
        attempt.proof.step(attempt.rule, attempt.args, attempt.premises)
    except Refused as refusal:
        return refusal
    return attempt.proof.conclusion


def _replayed(attempt: Attempt) -> Judgement | Refused:
    unchecked = Proof(attempt.proof.declarations)
    last = Line(attempt.rule, attempt.args, attempt.premises)
    unchecked.lines = [*attempt.proof.lines, last]
    try:
        return loads(json.dumps(dump(unchecked))).conclusion
    except Refused as refusal:
        return refusal


def proved(declarations: Declarations, *steps: tuple[Any, ...]) -> Proof:
    """A proof of the given steps: rule, arguments, premises."""
    proof = Proof(declarations)
    for rule, args, *premises in steps:
        proof.step(rule, args, premises)
    return proof


# ---- premises ------------------------------------------------------------------------------------

_FACTS = {"w": W_POSITIVE, "v": V_POSITIVE, "z": Z_NONZERO, "r": R_NONNEGATIVE, "M": M_POSITIVE}


class Workbench:
    """A proof over UNIVERSE, and the lines in it that show what terms need to have a value."""

    def __init__(self) -> None:
        self.proof = Proof(UNIVERSE)
        self._lines: dict[tuple[Any, ...], int | None] = {}

    def try_step(self, rule: str, *args: Any, premises: Sequence[int] = ()) -> int | None:
        """The line of a step; None where it is refused. What was tried before is remembered."""
        key = (rule, args, tuple(premises))
        if key not in self._lines:
            try:
                self._lines[key] = self.proof.step(rule, args, premises)
            except Refused:
                self._lines[key] = None
        return self._lines[key]

    def hypothesis(self, which: int, context: Context = (), at: tuple[Index, ...] = ()) -> int:
        """The line of a hypothesis."""
        line = self.try_step("hypothesis", which, context, at)
        assert line is not None, "a hypothesis of UNIVERSE at indices in range"
        return line

    def facts(self, context: Context, *terms: Term) -> tuple[int, ...]:
        """Lines that show the bases and arguments in the terms positive or nonzero, as found."""
        found: dict[int, None] = {}
        for term in terms:
            self._add_facts(found, context, term)
        return tuple(found)

    def sign(self, context: Context, term: Term) -> int | None:
        """The line that shows the sign of a term."""
        premises = (*self.facts(context, term), *self.stated(context, term))
        return self.try_step("sign", context, term, premises=tuple(dict.fromkeys(premises)))

    def stated(self, context: Context, term: Term) -> list[int]:
        """Hypotheses about the elements in a term, each under the binders where it stands."""
        if term.kind == "element" and term.args[0] in _FACTS:
            at: tuple[Index, ...] = tuple(reversed(term.args[1]))
            line = self.try_step("hypothesis", _FACTS[term.args[0]], context, at)
            return [] if line is None else [line]
        if term.kind == "sum":
            context = (term.args[0], *context)
        return [line for part in term.parts for line in self.stated(context, part)]

    def _add_facts(self, found: dict[int, None], context: Context, term: Term) -> None:
        if term is GUARDED:
            found[self.hypothesis(GUARD)] = None
        elif is_total(term):
            found[self._total(context, term)] = None
        partial = term.kind == "power" and natural_number(term.args[1]) is None
        if partial or (term.kind == "apply" and term.args[0] in OF_POSITIVE):
            base = term.args[0] if partial else term.args[1]
            line = self.sign(context, base)
            if line is not None:
                found[line] = None
        if term.kind == "sum":
            context = (term.args[0], *context)
        for part in term.parts if term is not GUARDED else ():
            self._add_facts(found, context, part)

    def _total(self, context: Context, term: Term) -> int:
        """The line of the hypothesis that this sum is 1."""
        if term is TOTAL:
            return self.hypothesis(P_TOTAL)
        (row, _) = term.args[1].args[1]
        return self.hypothesis(Q_TOTALS, context, (shift(row, -1),))
