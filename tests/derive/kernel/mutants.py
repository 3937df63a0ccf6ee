"""Every way to change one place of a proof that is JSON: an entry, a row, a key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

from derive.kernel.judgement import SIGNS
from derive.kernel.rules import RULES

Path = tuple[str | int, ...]

KINDS = ("number", "size", "position", "element", "delta", "add", "multiply", "power", "apply")
KINDS += ("sum", "where")
HUGE = 10**30
# What is not an entry of any kind.
CONFUSIONS = (None, True, False, 1.0, float("nan"), float("inf"), -1, HUGE, "", "#0", [], {}, [[0]])


class Mutant(NamedTuple):
    """A proof that was changed in one place."""

    path: Path
    what: str
    data: Any


def places(data: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every entry and every container in the data, with the way to it."""
    yield path, data
    inner = data.items() if isinstance(data, dict) else enumerate(data) if is_list(data) else ()
    for key, value in inner:
        yield from places(value, (*path, key))


def is_list(value: Any) -> bool:
    return isinstance(value, list)


def mutants(data: dict[str, Any], random: Random) -> Iterator[Mutant]:
    """Several changes at every place of the data, one at a time."""
    text = json.dumps(data)
    names = _names(data)
    for path, value in places(data):
        if not path:
            continue
        for what, changed in _changes(value, data, path, names, random):
            if json.dumps(changed) != json.dumps(value):
                mutant = json.loads(text)
                _container(mutant, path)[path[-1]] = changed
                yield Mutant(path, what, mutant)
        mutant = json.loads(text)
        del _container(mutant, path)[path[-1]]
        yield Mutant(path, "deleted", mutant)
    yield from _renamed_keys(data)


def _container(data: Any, path: Path) -> Any:
    for key in path[:-1]:
        data = data[key]
    return data


def _names(data: dict[str, Any]) -> list[str]:
    """Every name that the data declares or mentions."""
    found = {value for _, value in places(data) if isinstance(value, str)}
    found |= {key for path, _ in places(data) for key in path if isinstance(key, str)}
    return sorted(found - set(RULES) - set(KINDS) - set(data) - {data["format"]})


def _changes(
    value: Any, data: dict[str, Any], path: Path, names: list[str], random: Random
) -> Iterator[tuple[str, Any]]:
    yield from (("confused", other) for other in CONFUSIONS)
    yield "wrapped", [value]
    if isinstance(value, str):
        yield "as a number", 0
        yield from (("another name", name) for name in (*names, value + "'"))
        if value in RULES:
            yield from (("another rule", rule) for rule in (*RULES, "axiom", "__init__"))
        if value in KINDS:
            yield from (("another kind", kind) for kind in KINDS)
        if value in ("equal", *SIGNS):
            yield from (("another conclusion", kind) for kind in ("equal", *SIGNS))
    elif isinstance(value, int):
        yield "as text", str(value)
        yield from (("a neighbour", value + by) for by in (-2, -1, 1, 2))
        limit = len(data[path[0]]) if path[0] in ("terms", "lines") else 3
        yield from (("another row", random.randrange(limit)) for _ in range(3))
        yield from (("a name", name) for name in names[:3])
    elif isinstance(value, list):
        yield from _list_changes(value, data, random)


def _list_changes(
    value: list[Any], data: dict[str, Any], random: Random
) -> Iterator[tuple[str, Any]]:
    yield "reversed", value[::-1]
    yield "doubled", [*value, *value]
    for place, entry in enumerate(value):
        yield "one twice", [*value[: place + 1], *value[place:]]
        yield "two exchanged", _exchanged(value, place, (place + 1) % len(value))
        yield "one to the front", [entry, *value[:place], *value[place + 1 :]]
    for extra in (random.randrange(len(data["lines"])), random.choice(list(RULES)), [0], []):
        yield "one more", [*value, extra]


def _exchanged(value: list[Any], one: int, other: int) -> list[Any]:
    changed = list(value)
    changed[one], changed[other] = changed[other], changed[one]
    return changed


def _renamed_keys(data: dict[str, Any]) -> Iterator[Mutant]:
    """Keys of objects changed: declared names, and the parts of the proof."""
    for path, value in places(data):
        if isinstance(value, dict):
            for key in value:
                for new in ("n", "x", "i", "fresh", "", "#0", "terms"):
                    if new not in value:
                        renamed = {new if k == key else k: v for k, v in value.items()}
                        yield Mutant((*path, key), f"called {new}", _with(data, path, renamed))
            yield Mutant(path, "one more key", _with(data, path, {**value, "more": "n"}))


def _with(data: dict[str, Any], path: Path, value: Any) -> Any:
    if not path:
        return value
    mutant = json.loads(json.dumps(data))
    _container(mutant, path)[path[-1]] = value
    return mutant


# ---- the same change everywhere ------------------------------------------------------------------


def consistent_mutants(data: dict[str, Any]) -> Iterator[Mutant]:
    """Two names exchanged, one put for another, or one number for another, throughout the proof."""
    names = [*_names(data), *RULES]
    for one in names:
        for other in names:
            if one < other:
                exchanged = {one: other, other: one}
                yield Mutant((), f"{one} and {other} exchanged", _translated(data, exchanged))
            if one != other:
                yield Mutant((), f"{one} made {other}", _translated(data, {one: other}))
    for old in (-1, 1, 2):
        for new in (-2, -1, 0, 1, 2, 3):
            if old != new:
                terms = [_other_number(row, old, new) for row in data["terms"]]
                yield Mutant((), f"the number {old} made {new}", {**data, "terms": terms})


def _translated(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {names.get(key, key): _translated(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [_translated(inner, names) for inner in value]
    return names.get(value, value) if isinstance(value, str) else value


def _other_number(row: list[Any], old: int, new: int) -> list[Any]:
    return ["number", new, 1] if row == ["number", old, 1] else row
