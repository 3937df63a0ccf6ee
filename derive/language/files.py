"""Files of claims: TOML, one ``[[claim]]`` an entry, or the four lines as they stand in a paper.

    [[claim]]
    name = "softmax"                      where   x: real[n]
    where = "x: real[n]"                  loss    L = sum_{k<n} x[k]^2
    loss = "L = sum_{k<n} x[k]^2"         claim   dL/dx[i] = 2*x[i]
    claim = "dL/dx[i] = 2*x[i]"

On the left ``where``, ``given`` and ``name`` may be left out, and other keys are ignored; on the
right every claim ends its entry. One entry that cannot be read does not stop the others.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .errors import ClaimError
from .question import ClaimText

LARGEST_FILE = 1_000_000  # bytes
MOST_CLAIMS = 10_000
_LONGEST_KEY = 30  # parts between dots
_FIELDS = ("where", "given", "loss", "claim")
_WANTED = ("loss", "claim")
_LINE = re.compile(rf"({'|'.join(_FIELDS)})\s+(?![=\s])(.*)")
_PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')"""
_DOTTED = re.compile(rf"(?<![\w-])(?:{_PART}[ \t]*+\.[ \t]*+){{{_LONGEST_KEY}}}")


@dataclass(frozen=True)
class Unread:
    """An entry that says nothing exact: its name, and why."""

    name: str
    error: ClaimError


Entry = ClaimText | Unread


def claims_of(data: bytes) -> list[Entry]:
    r"""The entries of a file, in their order.

    >>> [entry.name for entry in claims_of(b"loss L = x^2\nclaim dL/dx = 2*x")]
    ['claim 1']

    Raises
    ------
    ClaimError
        Where nothing of it can be read: too large, not UTF-8, not TOML, no claims.
    """
    text = _text(data)
    tables = list(_lines_as_tables(text)) if _begins_plainly(text) else _tables(text)
    if not tables:
        raise ClaimError(
            'there is no claim in it: write [[claim]], and below it loss = ".." and claim = ".."'
        )
    if len(tables) > MOST_CLAIMS:
        raise ClaimError(f"{len(tables):,} claims are too many: at most {MOST_CLAIMS:,}")
    names = [_name(table, number) for number, table in enumerate(tables, start=1)]
    doubled = {name for name, times in Counter(names).items() if times > 1}
    return [_entry(name, table, name in doubled) for name, table in zip(names, tables, strict=True)]


# ---- bytes and text ------------------------------------------------------------------------------


def _text(data: bytes) -> str:
    if len(data) > LARGEST_FILE:
        raise ClaimError(f"larger than {LARGEST_FILE:,} bytes, which is the most that is read")
    if b"\0" in data:
        line = data[: data.index(b"\0")].count(b"\n") + 1
        raise ClaimError(f"line {line} has a NUL byte: this is no text")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ClaimError(
            f"line {line} is not UTF-8 text (byte {data[error.start]:#04x}): save it as UTF-8"
        ) from None


def _tables(text: str) -> Sequence[Any]:
    long = _DOTTED.search(text)
    if long is not None:  # reading such a key takes a time that grows with its square
        line = text.count("\n", 0, long.end()) + 1
        raise ClaimError(f"not TOML: line {line} has a key of over {_LONGEST_KEY} parts")
    try:
        found = tomllib.loads(text).get("claim", [])
    except tomllib.TOMLDecodeError as error:
        raise ClaimError(f"not TOML: {error}") from None
    except ValueError:
        raise ClaimError("not TOML that can be read: a number has too many digits") from None
    except RecursionError:
        raise ClaimError("not TOML that can be read: it is nested too deeply") from None
    if not isinstance(found, list):
        raise ClaimError("claim is not a list of tables: write [[claim]], in two brackets")
    return found


# ---- the four lines as they stand ----------------------------------------------------------------


def _begins_plainly(text: str) -> bool:
    lines = (line.strip() for line in text.split("\n"))
    first = next((line for line in lines if line and not line.startswith("#")), "")
    return _LINE.match(first) is not None


def _lines_as_tables(text: str) -> Iterator[Mapping[str, str]]:
    """Each table ends before the line that says again what it has said, or after its claim."""
    table: dict[str, str] = {}
    field = ""
    for line in text.split("\n"):
        starts = _LINE.match(line.strip())
        if starts is None:
            if field:
                table[field] += f"\n{line}"
            continue
        if starts[1] in table or field == "claim":
            yield table
            table = {}
        field = starts[1]
        table[field] = starts[2]
    yield table


# ---- entries -------------------------------------------------------------------------------------


def _name(table: Any, number: int) -> str:
    name = table.get("name") if isinstance(table, Mapping) else None
    return name if isinstance(name, str) and name.strip() else f"claim {number}"


def _entry(name: str, table: Any, is_doubled: bool) -> Entry:
    wrong = _what_is_wrong(table)
    if not wrong and is_doubled:
        wrong = "another claim has this name, too: give each its own"
    if wrong:
        return Unread(name, ClaimError(wrong))
    return ClaimText(**{field: table[field] for field in _FIELDS if field in table}, name=name)


def _what_is_wrong(table: Any) -> str:
    """The first thing that is wrong with a table; nothing where it is right."""
    if not isinstance(table, Mapping):
        return f"{_kind(table)} is no claim: write [[claim]], and keys below it"
    for key in ("name", *_FIELDS):
        if key in table and not isinstance(table[key], str):
            return f"{key} is {_kind(table[key])}: write text in quotation marks"
    missing = [key for key in _WANTED if key not in table]
    return f'{missing[0]} is missing: write {missing[0]} = ".."' if missing else ""


def _kind(value: Any) -> str:
    """What a value is, in words."""
    kinds = {bool: "true or false", int: "a number", float: "a number", list: "a list"}
    kinds[dict] = "a table"
    return next((words for kind, words in kinds.items() if isinstance(value, kind)), "a date")
