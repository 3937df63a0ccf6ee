"""A small file cannot hang or crash the replay.

Terms share their parts, so that 60 rows can stand for a formula with 2**60 parts: whatever walks
over a term has to look at each shared part once, or give up. Each attack runs in a process of its
own, which is given ten seconds and a gigabyte; a replay that is fine takes milliseconds.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import derive.kernel

ROOT = Path(derive.kernel.__file__).parents[2]
SECONDS = 10

# Reads a proof, replays it, and tells what it proves or why it is refused.
CHILD = """
import sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
except ImportError:
    pass
from derive.kernel import Refused
from derive.proof_files import describe, loads
try:
    proof = loads(sys.stdin.read())
except Refused as refusal:
    print("refused", len(str(refusal)))
else:
    print("accepted", len(describe(proof)[0]))
"""


def survives(text: str) -> str:
    """What the replay says of a file, "refused" or "accepted"; fails where it says neither."""
    try:
        done = subprocess.run(
            [sys.executable, "-S", "-c", CHILD],
            input=text,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
    except subprocess.TimeoutExpired:
        pytest.fail(f"no answer within {SECONDS} seconds")
    assert done.returncode == 0, done.stderr[-500:]
    verdict, _length = done.stdout.split()
    return verdict


# ---- proofs as rows ------------------------------------------------------------------------------

# The first rows of every table: u, x[#0], x[i], 2, -1, 1/u, log(u), exp(u), and a δ.
BASE = [
    ["element", "u", []],
    ["element", "x", [0]],
    ["element", "x", ["i"]],
    ["number", 2, 1],
    ["number", -1, 1],
    ["power", 0, 4],
    ["apply", "log", 0],
    ["apply", "exp", 0],
    ["delta", 0, "i"],
    ["delta", "i", "j"],
]
U, X_BOUND, X_FREE, TWO, MINUS_ONE, INVERSE, LOG, EXP, DELTA_BOUND, DELTA = range(len(BASE))


def proof(rows: list[Any], *lines: list[Any], hypotheses: list[Any] | None = None) -> str:
    """A proof as JSON text, with these rows after the first ones."""
    data = {
        "format": "gradproof proof 1",
        "sizes": ["n"],
        "indices": {"i": "n", "j": "n"},
        "variables": {"x": ["n"], "u": []},
        "labels": {},
        "hypotheses": hypotheses or [],
        "terms": [*BASE, *rows],
        "lines": list(lines),
    }
    return json.dumps(data)


def doubling(kind: str, row: int, times: int = 64) -> list[Any]:
    """Rows t + t, (t + t) + (t + t), .. : as many parts as 2 to the number of rows."""
    rows = [[kind, row, row]]
    rows += [[kind, len(BASE) + k, len(BASE) + k] for k in range(times - 1)]
    return rows


def nested(kind: str, *args: Any, times: int = 50_000) -> list[Any]:
    """Rows f(u), f(f(u)), .. : each the last argument of the next."""
    return [[kind, *args, U], *[[kind, *args, len(BASE) + k] for k in range(times - 1)]]


def tower(row: int, exponent: int, times: int) -> list[Any]:
    """Rows t**e, (t**e)**e, .. after a row for the exponent."""
    powers = [["power", row, len(BASE)]]
    powers += [["power", len(BASE) + 1 + k, len(BASE)] for k in range(times - 1)]
    return [["number", exponent, 1], *powers]


LAST = len(BASE) + 63  # the last of 64 doublings
NONZERO_U = [[[], "nonzero", [U]]]
GIVEN = ["hypothesis", [0, [], []], []]

SHARED = {
    "what a rule accepts": proof(doubling("add", U), ["field", [[], LAST, LAST], []]),
    "what a rule refuses": proof(doubling("add", U), ["sign", [[], LAST], []]),
    "sign": proof(doubling("add", EXP), ["sign", [[], LAST], []]),
    "differentiate": proof(doubling("add", U), ["differentiate", [[], LAST, "u", []], []]),
    "differentiate a product": proof(
        doubling("multiply", U), ["differentiate", [[], LAST, "u", []], []]
    ),
    "having a value": proof(
        doubling("add", INVERSE), GIVEN, ["field", [[], LAST, LAST], [0]], hypotheses=NONZERO_U
    ),
    "field": proof(doubling("add", X_FREE), ["field", [[], LAST, X_FREE], []]),
    "field, a product": proof(doubling("multiply", X_FREE), ["field", [[], LAST, X_FREE], []]),
    "field, numbers": proof(doubling("multiply", TWO), ["field", [[], LAST, TWO], []]),
    "fubini": proof(doubling("multiply", X_FREE), ["fubini", [[], LAST, X_FREE, []], []]),
    "fubini, numbers": proof(doubling("multiply", TWO), ["fubini", [[], LAST, TWO, []], []]),
    "fubini, under a sum": proof(
        [*doubling("add", X_BOUND), ["sum", "n", LAST]], ["fubini", [[], LAST + 1, U, [0]], []]
    ),
    "sift": proof(
        [*doubling("add", X_BOUND), ["multiply", DELTA_BOUND, LAST], ["sum", "n", LAST + 1]],
        ["sift", [[], LAST + 2, "i"], []],
    ),
    "delta_move": proof(
        [*doubling("add", X_BOUND), ["multiply", DELTA, LAST]],
        ["delta_move", [[], LAST + 1, "i", "j"], []],
    ),
    "log_product": proof(
        [*doubling("multiply", EXP), ["apply", "log", LAST]], ["log_product", [[], LAST + 1], []]
    ),
    "an instance of a hypothesis": proof(
        doubling("add", X_BOUND),
        ["hypothesis", [0, [], ["i"]], []],
        hypotheses=[[["n"], "positive", [LAST]]],
    ),
    "a premise seen from under a binder": proof(
        doubling("add", X_BOUND),
        ["field", [["n"], LAST, LAST], []],
        ["field", [["n", "n"], LAST, LAST], [0]],
        ["field", [["n", "n"], LAST, X_BOUND], [0]],
    ),
    "a hypothesis that may limit the variable": proof(
        doubling("add", U),
        ["hypothesis", [0, [], []], []],
        ["field", [[], LAST, LAST], [0]],
        ["differentiate", [[], LAST, "x", ["i"]], []],
        ["derivative_of_equal", [], [1, 2]],
        hypotheses=[[[], "positive", [LAST]]],
    ),
}

END = len(BASE) + 49_999  # the last of 50,000 rows inside each other
DEEP = {
    "field, a = a": proof(nested("apply", "exp"), ["field", [[], END, END], []]),
    "field": proof(nested("add", U), ["field", [[], END, U], []]),
    "fubini": proof(nested("multiply", U), ["fubini", [[], END, U, []], []]),
    "sign": proof(nested("apply", "exp"), ["sign", [[], END], []]),
    "differentiate": proof(nested("apply", "exp"), ["differentiate", [[], END, "u", []], []]),
    "sums": proof(nested("sum", "n"), ["field", [[], END, END], []]),
    "a hypothesis": proof(nested("apply", "exp"), GIVEN, hypotheses=[[[], "positive", [END]]]),
    "step by step": proof(
        nested("apply", "exp", times=2_000),
        *[["field", [[], len(BASE) + k, len(BASE) + k], []] for k in range(0, 2_000, 100)],
    ),
    "an index": proof([], ["field", [[], 0, 0], []]).replace(
        '["element", "u", []]', '["element", "u", ' + "[" * 50_000 + "]" * 50_000 + "]"
    ),
    "an argument": proof([], ["sift", [[], 0, 0], []]).replace(
        "[[], 0, 0]", "[[], 0, " + "[" * 50_000 + "]" * 50_000 + "]"
    ),
}

DIGITS = 10**4_000
LARGE = {
    "an exponent": proof([["number", 10**12, 1], ["power", U, 10]], ["field", [[], 11, U], []]),
    "an exponent of a number": proof(
        [["number", 10**12, 1], ["power", TWO, 10]], ["field", [[], 11, U], []]
    ),
    "an exponent of a sum": proof(
        [["number", 10**12, 1], ["add", U, TWO], ["power", 11, 10]], ["field", [[], 12, U], []]
    ),
    "a negative exponent": proof(
        [["number", -(10**12), 1], ["power", U, 10]],
        GIVEN,
        ["field", [[], 11, U], [0]],
        hypotheses=NONZERO_U,
    ),
    "an exponent that is differentiated": proof(
        [["number", DIGITS, 1], ["power", U, 10]], ["differentiate", [[], 11, "u", []], []]
    ),
    "an exponent in fubini": proof(
        [["number", 10**12, 1], ["power", U, 10]], ["fubini", [[], 11, U, []], []]
    ),
    "a tower over u": proof(tower(U, 1_000, 60), ["field", [[], 70, U], []]),
    "a tower over 2": proof(tower(TWO, 1_000, 60), ["field", [[], 70, U], []]),
    "a tower over u in fubini": proof(tower(U, 60, 60), ["fubini", [[], 70, U, []], []]),
    "a tower over u + 2": proof(
        [["number", 64, 1], ["add", U, TWO], ["power", 11, 10], ["power", 12, 10]],
        ["field", [[], 13, U], []],
    ),
    "a message with a number of many digits": proof(
        [["number", DIGITS, 1], ["multiply", 10, 10], ["number", 100, 1], ["power", 11, 12]],
        ["field", [[], 13, U], []],
    ),
    "a statement with a number of many digits": proof(
        [["number", -(10**4_299), 1], ["power", U, 10], ["number", 10**4_299, 1]],
        GIVEN,
        ["differentiate", [[], 11, "u", []], [0]],
        hypotheses=NONZERO_U,
    ),
    "a product of numbers of many digits": proof(
        [["number", DIGITS, 1], ["multiply", *[10] * 15_000]], ["field", [[], 11, U], []]
    ),
    "a product of such numbers in fubini": proof(
        [["number", DIGITS, 1], ["multiply", *[10] * 15_000]], ["fubini", [[], 11, U, []], []]
    ),
}

WIDE = {
    "a product that is differentiated": proof(
        [["multiply", *[U] * 50_000]], ["differentiate", [[], len(BASE), "u", []], []]
    ),
    "a product in field": proof([["multiply", *[U] * 50_000]], ["field", [[], len(BASE), U], []]),
    "a sum in field": proof([["add", *[U] * 50_000]], ["field", [[], len(BASE), U], []]),
    "many names": proof([], ["field", [[], U, U], []]).replace(
        '"variables": {', '"variables": {' + "".join(f'"v{k}": [], ' for k in range(40_000))
    ),
}


@pytest.mark.parametrize("attack", SHARED)
def test_shared_parts_are_looked_at_once(attack):
    assert survives(SHARED[attack])


@pytest.mark.parametrize("attack", DEEP)
def test_deep_nesting_is_refused_and_crashes_nothing(attack):
    assert survives(DEEP[attack])


@pytest.mark.parametrize("attack", WIDE)
def test_wide_terms_are_refused_or_take_no_more_time_than_they_are_wide(attack):
    assert survives(WIDE[attack])


@pytest.mark.parametrize("attack", LARGE)
def test_large_numbers_are_refused(attack):
    assert survives(LARGE[attack])


def test_the_attacks_are_proofs_but_for_their_size():
    """The same rows and lines in a harmless size are replayed, so it is the size that counts."""
    small = proof(doubling("add", X_FREE, 4), ["differentiate", [[], 13, "x", ["j"]], []])
    assert survives(small) == "accepted"
    assert survives(proof(tower(U, 2, 3), ["differentiate", [[], 13, "u", []], []])) == "accepted"
