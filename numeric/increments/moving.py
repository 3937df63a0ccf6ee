"""A term after one element of a variable has moved, written out: x[k] + h where k = i, else x[k].

This is what a difference is compared with, so it knows none of its formulas. Inside of functions it
is written by cases, [k = i] f(x[k] + h) + [k != i] f(x[k]), for that is what can be reasoned about.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from derive.kernel.terms import Index, Term, add, delta, natural_number, position, shift, where
from derive.rebinding import rebuild

from .building import times

Pair = tuple[Index, Index]
Known = Mapping[Pair, bool]  # the pairs of indices that are known to be equal, or not to be


def moved(
    term: Term, variable: str, at: tuple[Index, ...], step: Term, known: Known | None = None
) -> Term:
    """The term with x[k] + step in place of x[k] where k = at.

    known: the coincidences that are settled where the term stands.
    """
    known = known or {}
    if variable not in term.names:
        return term
    if term.kind == "element":
        return _element(term, variable, at, step, known)
    pair = _open_pair(term, variable, at, known) if _in_cases(term) else None
    if pair is not None:
        cases = [moved(term, variable, at, step, {**known, pair: equal}) for equal in (True, False)]
        sides = position(pair[0]), position(pair[1])
        return add(where("=", *sides, cases[0]), where("!=", *sides, cases[1]))
    if term.kind == "sum":
        known = {shift(pair, 1): equal for pair, equal in known.items()}
    args = [moved(a, variable, at, step, known) if isinstance(a, Term) else a for a in term.args]
    return rebuild(term, args)


def _element(term: Term, variable: str, at: tuple[Index, ...], step: Term, known: Known) -> Term:
    if term.args[0] != variable:
        return term
    pairs = [pair for pair in zip(term.args[1], at, strict=True) if pair[0] != pair[1]]
    if any(known.get(pair) is False for pair in pairs):
        return term
    return add(term, times(step, *(delta(*pair) for pair in pairs if pair not in known)))


def _in_cases(term: Term) -> bool:
    """Whether a term is a function, of which nothing is known where it is moved by a delta."""
    natural = term.kind == "power" and natural_number(term.args[1]) is not None
    return term.kind in ("apply", "power", "where") and not natural


def _open_pair(term: Term, variable: str, at: tuple[Index, ...], known: Known) -> Pair | None:
    """A pair of indices in a term on which it depends whether an element in it moves."""
    pairs = _pairs(term, variable, at, 0)
    return next((pair for pair in pairs if pair[0] != pair[1] and pair not in known), None)


def _pairs(term: Any, variable: str, at: tuple[Index, ...], depth: int) -> list[Pair]:
    """The pairs of indices of all elements whose indices are not bound inside of the term."""
    if not isinstance(term, Term) or variable not in term.names:
        return []
    if term.kind == "element" and term.args[0] == variable:
        pairs = list(zip(term.args[1], at, strict=True))
        return [_lowered(pair, depth) for pair in pairs if _is_outer(pair[0], depth)]
    inner = depth + (term.kind == "sum")
    return [pair for arg in term.args for pair in _pairs(arg, variable, at, inner)]


def _is_outer(index: Index, depth: int) -> bool:
    if isinstance(index, tuple):
        return all(_is_outer(inner, depth) for inner in index[1:])
    return isinstance(index, str) or index >= depth


def _lowered(pair: Pair, depth: int) -> Pair:
    return shift(pair, -depth)
