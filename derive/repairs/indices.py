"""Repairs of indices: swapped, transposed, taken for another, shifted by one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from ..kernel import Term
from ..kernel.terms import (
    MINUS_ONE,
    ONE,
    Index,
    add,
    element,
    number,
    position,
    rational,
    shift,
    sum_over,
    where,
)
from ..rebinding import map_index, map_indices
from .case import Case
from .diagnosis import Kind, Repair
from .places import Place, everywhere, places


def swapped(case: Case) -> Iterator[Repair]:
    """Two free indices are swapped, everywhere or in one part; or an array is transposed."""
    declared = case.claim.declarations.indices
    pairs = [(a, b) for a, b in combinations(case.free, 2) if declared[a] == declared[b]]
    for place in places(case.claim.value):
        for a, b in pairs:
            if a in place.part.indices or b in place.part.indices:
                yield _exchanged(case, place, a, b)
    yield from _transposed(case)


def _exchanged(case: Case, place: Place, a: str, b: str) -> Repair:
    other = {a: b, b: a}
    part = map_indices(place.part, lambda i, _: _renamed(i, other))
    repaired = case.saying(place.put(part))
    if part is place.part or place.context or place.part is case.claim.value:
        return Repair(Kind.SWAPPED, f"the indices {a} and {b} are swapped", (repaired,))
    return Repair(Kind.SWAPPED, "{} should be {}", (repaired,), (place.part, part))


def _renamed(index: Index, other: dict[str, str]) -> Index:
    return map_index(index, lambda i: other.get(i, i) if isinstance(i, str) else i)


def _transposed(case: Case) -> Iterator[Repair]:
    """W[b,a] for W[a,b]: at every place, then at each single one."""
    value = case.claim.value
    found = [place for place in places(value) if place.part.kind == "element"]
    for name in dict.fromkeys(place.part.args[0] for place in found):
        for one, other in _like_axes(case, name):
            turned = everywhere(value, lambda t, o=one, p=other, n=name: _turned(t, n, o, p))  # type: ignore[misc]
            words = f"{name} is transposed: two of its indices are swapped"
            yield Repair(Kind.SWAPPED, words, (case.saying(turned),))
            for place in found:
                part = _turned(place.part, name, one, other)
                if part is not None and part is not place.part:
                    yield _read_as(case, place, part, Kind.SWAPPED)


def _like_axes(case: Case, name: str) -> list[tuple[int, int]]:
    shape = case.claim.declarations.variables[name]
    return [(a, b) for a, b in combinations(range(len(shape)), 2) if shape[a] == shape[b]]


def _turned(term: Term, name: str, one: int, other: int) -> Term | None:
    if term.kind != "element" or term.args[0] != name:
        return None
    at = list(term.args[1])
    at[one], at[other] = at[other], at[one]
    return element(name, *at)


def _read_as(case: Case, place: Place, part: Term, kind: Kind) -> Repair:
    """One part for another; under a binder the two cannot be shown by themselves."""
    repaired = (case.saying(place.put(part)),)
    if place.part.loose or part.loose:
        return Repair(kind, f"the indices of one {place.part.args[0]} are swapped", repaired)
    return Repair(kind, "{} should be {}", repaired, (place.part, part))


def replaced(case: Case) -> Iterator[Repair]:
    """One index stands in a part where another of the same size belongs."""
    declared = case.claim.declarations
    for place in places(case.claim.value):
        for old in sorted(i for i in place.part.indices if isinstance(i, str)):
            for new in case.indices_below(declared.indices[old], place.context):
                if new != old:
                    yield _replacing(case, place, old, new)


def _replacing(case: Case, place: Place, old: str, new: Index) -> Repair:
    def change(index: Index, depth: int) -> Index:
        return shift(new, depth) if index == old else index

    part = map_indices(place.part, change)
    repaired = (case.saying(place.put(part)),)
    if part.loose or place.part.loose:
        return Repair(Kind.SWAPPED, f"one index {old} should be another", repaired)
    return Repair(Kind.SWAPPED, "{} should be {}", repaired, (place.part, part))


def shifted(case: Case) -> Iterator[Repair]:
    """A condition on positions is off by one, or < stands for <=, or the condition is missing."""
    for place in places(case.claim.value):
        if place.part.kind == "element":
            yield from _neighbours(case, place)
        if place.part.kind != "where":
            continue
        relation, left, right, body = place.part.args
        changes = [where(relation, left, add(right, step), body) for step in (ONE, MINUS_ONE)]
        if relation in _STRICT:
            changes.insert(0, where(_STRICT[relation], left, right, body))
        changes.append(where(relation, right, left, body))
        for changed in changes:
            words = "a condition is off by one"
            yield Repair(Kind.SHIFTED, words, (case.saying(place.put(changed)),))


def _neighbours(case: Case, place: Place) -> Iterator[Repair]:
    """x[i-1] or x[i+1] for x[i], written sum_j [j = i - 1] x[j]."""
    name, at = place.part.args
    shape = case.claim.declarations.variables[name]
    for axis in range(len(at)):
        for step in (MINUS_ONE, ONE):
            inner = [shift(i, 1) for i in at]
            there = add(position(inner[axis]), step)
            inner[axis] = 0
            body = where("=", position(0), there, element(name, *inner))
            words = f"the index of {name} is off by one"
            repaired = case.saying(place.put(sum_over(shape[axis], body)))
            yield Repair(Kind.SHIFTED, words, (repaired,))


_STRICT = {"<": "<=", "<=": "<"}


def numbers(case: Case) -> Iterator[Repair]:
    """A number, or a size, is one too large or too small."""
    for place in places(case.claim.value):
        for step in (1, -1):
            if place.part.kind == "size":
                part = add(place.part, number(step))
                words, kind = "{} should be {}", Kind.SIZE_FACTOR
            elif place.part.kind == "number" and (rational(place.part) or 0) + min(step, 0) > 0:
                part = number((rational(place.part) or 0) + step)
                words, kind = "the number {} should be {}", Kind.FACTOR
            else:
                continue
            repaired = (case.saying(place.put(part)),)
            yield Repair(kind, words, repaired, (place.part, part))
