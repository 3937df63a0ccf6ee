"""Differences by the coordinates they concern: a dense part, and jumps where indices coincide.

Moving x[i] by h moves x[k] by h where k = i, and by nothing elsewhere. A difference is kept as a
sum of parts, each a term that counts only where certain pairs of indices are equal:

    x[k]          {k = i}: h
    x[k] - mean   {}: -h/n    {k = i}: h

A function of it moves by its change under the dense part, and then, where k = i, by its change
under the rest. So every part is found by itself, with nothing to subtract.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from derive.kernel.terms import ZERO, Index, Term, delta, position
from derive.kernel.terms import where as guarded

from .building import minus, plus, times

Coincidences = frozenset[tuple[Index, Index]]  # pairs of indices that are equal
Jumps = dict[Coincidences, Term]
Change = Callable[[Sequence[Term], Sequence[Term]], Term]  # of a function, at arguments, by moves

EVERYWHERE: Coincidences = frozenset()


def coinciding(pairs: Sequence[tuple[Index, Index]]) -> Coincidences:
    """The pairs as a condition; an index always equals itself."""
    return frozenset(pair for pair in pairs if pair[0] != pair[1])


def total(*parts: Jumps) -> Jumps:
    """The sum of differences."""
    found: Jumps = {}
    for part in parts:
        for where, move in part.items():
            found[where] = plus(found.get(where, ZERO), move)
    return {where: move for where, move in found.items() if move is not ZERO}


def scaled(factor: Term, jumps: Jumps) -> Jumps:
    """A difference times a term that does not move."""
    return {where: times(factor, move) for where, move in jumps.items()}


def through(change: Change, arguments: Sequence[Term], moves: Sequence[Jumps]) -> Jumps:
    """What a function moves by when its arguments do.

    change: what it moves by from given arguments under given moves.
    """

    def at_place(before: Coincidences | None, now: Coincidences) -> Term:
        done = [moves_where(jumps, before) for jumps in moves]
        base = [plus(argument, *parts) for argument, parts in zip(arguments, done, strict=True)]
        return change(base, [moved_since(jumps, before, now) for jumps in moves])

    return over_places(moves, at_place)


def moved_since(jumps: Jumps, before: Coincidences | None, now: Coincidences) -> Term:
    """What is moved by where ``now`` holds, beyond what was for ``before``."""
    done = () if before is None else [at for at in jumps if at <= before]
    return plus(*(move for at, move in jumps.items() if at <= now and at not in done))


def moves_where(jumps: Jumps, now: Coincidences | None) -> list[Term]:
    """What is moved by where a condition holds; by nothing for None."""
    return [move for at, move in jumps.items() if now is not None and at <= now]


def over_places(
    moves: Sequence[Jumps], change: Callable[[Coincidences | None, Coincidences], Term]
) -> Jumps:
    """The difference of what depends on things that move, from ``change(before, now)``.

    That is what it moves by where ``now`` holds, after it has moved where ``before`` holds (None
    for not at all). Conditions that follow one from the other are passed in turn:

        f(u + a + b) - f(u) = (f(u + a) - f(u)) + (f(u + a + b) - f(u + a))

    Others each start from f(u), and what weaker conditions were given is taken off again.
    """
    places = _closed([where for jumps in moves for where in jumps])
    in_turn = all(a < b for a, b in pairwise(places))
    found: Jumps = {}
    for number, now in enumerate(places):
        before = places[number - 1] if in_turn and number else None
        weaker = [] if in_turn else [minus(found[where]) for where in found if where < now]
        found[now] = plus(change(before, now), *weaker)
    return {where: move for where, move in found.items() if move is not ZERO}


def _closed(given: Sequence[Coincidences]) -> list[Coincidences]:
    """All conditions, and all that hold where two of them do; the weaker ones first."""
    found = set(given)
    while more := {a | b for a in found for b in found} - found:
        found |= more
    return sorted(found, key=lambda where: (len(where), sorted(map(repr, where))))


def assembled(jumps: Jumps) -> Term:
    """A difference as one term: each part where its indices coincide."""
    return plus(*(only_where(at, move) for at, move in jumps.items()))


def only_where(at: Coincidences, move: Term) -> Term:
    """A delta, which a sum can sift; a guard where the part may have no value elsewhere."""
    pairs = sorted(at, key=repr)
    if move.total:
        return times(*(delta(*pair) for pair in pairs), move)
    for left, right in pairs:
        move = guarded("=", position(left), position(right), move)
    return move
