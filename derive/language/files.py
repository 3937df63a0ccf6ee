"""Files of claims and of derivations: TOML, or lines as they stand in a paper.

    [[claim]]
    name = "softmax"                      where   x: real[n]
    where = "x: real[n]"                  loss    L = sum_{k<n} x[k]^2
    loss = "L = sum_{k<n} x[k]^2"         claim   dL/dx[i] = 2*x[i]
    claim = "dL/dx[i] = 2*x[i]"

On the left ``where``, ``given`` and ``name`` may be left out, and other keys are ignored; on the
right every claim ends its entry. One entry that cannot be read does not stop the others.
Derivations are written likewise, as ``[[derivation]]``, with ``steps`` for ``claim``.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .errors import ClaimError
from .question import ClaimText
from .steps import StepsText

LARGEST_FILE = 1_000_000  # bytes
MOST_CLAIMS = 10_000
_LONGEST_KEY = 30  # parts between dots
_PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')"""
_DOTTED = re.compile(rf"(?<![\w-])(?:{_PART}[ \t]*+\.[ \t]*+){{{_LONGEST_KEY}}}")


@dataclass(frozen=True)
class _Form:
    """What an entry is called, its keys, those that it wants, and what is made of it.

    The last key ends an entry that is written as plain lines.
    """

    table: str
    fields: tuple[str, ...]
    wanted: tuple[str, ...]
    make: Callable[..., Any]

    @property
    def line(self) -> re.Pattern[str]:
        """A line that begins with a key."""
        return re.compile(rf"({'|'.join(self.fields)})\s+(?![=\s])(.*)")


_CLAIM = _Form("claim", ("where", "given", "loss", "claim"), ("loss", "claim"), ClaimText)
_DERIVATION = _Form("derivation", ("where", "given", "loss", "steps"), ("steps",), StepsText)


@dataclass(frozen=True)
class Unread:
    """An entry that says nothing exact: its name, and why."""

    name: str
    error: ClaimError


Entry = ClaimText | Unread


def claims_of(data: bytes) -> list[Entry]:
    r"""The claims of a file, in their order.

    >>> [entry.name for entry in claims_of(b"loss L = x^2\nclaim dL/dx = 2*x")]
    ['claim 1']

    Raises
    ------
    ClaimError
        Where nothing of it can be read: too large, not UTF-8, not TOML, no claims.
    """
    return _entries(data, _CLAIM)


def derivations_of(data: bytes) -> list[StepsText | Unread]:
    r"""The derivations of a file, in their order. Raises as ``claims_of``.

    >>> derivations_of(b"steps (a + b)^2\n= a^2 + 2*a*b + b^2")[0].steps
    '(a + b)^2\n= a^2 + 2*a*b + b^2'
    """
    return _entries(data, _DERIVATION)


def _entries(data: bytes, form: _Form) -> list[Any]:
    text = _text(data)
    plain = _begins_plainly(text, form)
    tables = list(_lines_as_tables(text, form)) if plain else _tables(text, form)
    if not tables:
        keys = " and ".join(f'{key} = ".."' for key in form.wanted)
        raise ClaimError(f"there is no {form.table} in it: write [[{form.table}]], below it {keys}")
    if len(tables) > MOST_CLAIMS:
        raise ClaimError(f"{len(tables):,} {form.table}s are too many: at most {MOST_CLAIMS:,}")
    names = [_name(table, f"{form.table} {n}") for n, table in enumerate(tables, start=1)]
    doubled = {name for name, times in Counter(names).items() if times > 1}
    pairs = zip(names, tables, strict=True)
    return [_entry(name, table, name in doubled, form) for name, table in pairs]


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


def _tables(text: str, form: _Form) -> Sequence[Any]:
    long = _DOTTED.search(text)
    if long is not None:  # reading such a key takes a time that grows with its square
        line = text.count("\n", 0, long.end()) + 1
        raise ClaimError(f"not TOML: line {line} has a key of over {_LONGEST_KEY} parts")
    try:
        found = tomllib.loads(text).get(form.table, [])
    except tomllib.TOMLDecodeError as error:
        raise ClaimError(f"not TOML: {error}") from None
    except ValueError:
        raise ClaimError("not TOML that can be read: a number has too many digits") from None
    except RecursionError:
        raise ClaimError("not TOML that can be read: it is nested too deeply") from None
    if not isinstance(found, list):
        wanted = f"write [[{form.table}]], in two brackets"
        raise ClaimError(f"{form.table} is no list of tables: {wanted}")
    return found


# ---- the four lines as they stand ----------------------------------------------------------------


def _begins_plainly(text: str, form: _Form) -> bool:
    lines = (line.strip() for line in text.split("\n"))
    first = next((line for line in lines if line and not line.startswith("#")), "")
    return form.line.match(first) is not None


def _lines_as_tables(text: str, form: _Form) -> Iterator[Mapping[str, str]]:
    """Each table ends before the line that says again what it has said, or after its last key."""
    table: dict[str, str] = {}
    field = ""
    for line in text.split("\n"):
        starts = form.line.match(line.strip())
        if starts is None:
            if field:
                table[field] += f"\n{line}"
            continue
        if starts[1] in table or field == form.fields[-1]:
            yield table
            table = {}
        field = starts[1]
        table[field] = starts[2]
    yield table


# ---- entries -------------------------------------------------------------------------------------


def _name(table: Any, otherwise: str) -> str:
    name = table.get("name") if isinstance(table, Mapping) else None
    return name if isinstance(name, str) and name.strip() else otherwise


def _entry(name: str, table: Any, is_doubled: bool, form: _Form) -> Any:
    wrong = _what_is_wrong(table, form)
    if not wrong and is_doubled:
        wrong = f"another {form.table} has this name, too: give each its own"
    if wrong:
        return Unread(name, ClaimError(wrong))
    return form.make(**{key: table[key] for key in form.fields if key in table}, name=name)


def _what_is_wrong(table: Any, form: _Form) -> str:
    """The first thing that is wrong with a table; nothing where it is right."""
    if not isinstance(table, Mapping):
        return f"{_kind(table)} is no {form.table}: write [[{form.table}]], and keys below it"
    for key in ("name", *form.fields):
        if key in table and not isinstance(table[key], str):
            return f"{key} is {_kind(table[key])}: write text in quotation marks"
    missing = [key for key in form.wanted if key not in table]
    return f'{missing[0]} is missing: write {missing[0]} = ".."' if missing else ""


def _kind(value: Any) -> str:
    """What a value is, in words."""
    kinds = {bool: "true or false", int: "a number", float: "a number", list: "a list"}
    kinds[dict] = "a table"
    return next((words for kind, words in kinds.items() if isinstance(value, kind)), "a date")
