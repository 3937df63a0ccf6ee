"""Proofs as data: replayed by the kernel alone, and changed in every place."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

import derive.kernel
from derive.derivation import Derivation
from derive.kernel import Declarations, Equation, Fact, Hypothesis, Judgement, Label, Proof, Refused
from derive.kernel.terms import ONE, add, apply, element, multiply, number
from derive.proof_files import describe, dump, loads, replay
from derive.theorems import catalogue
from tests.semantics import Verdict, all_of, holds, resting_on, worlds

from .mutants import Mutant, consistent_mutants, mutants, places

KERNEL = Path(derive.kernel.__file__).parent

DERIVATIONS = [
    pytest.param(derivation, id=f"{theorem.name}: {derivation.title}")
    for theorem in catalogue().values()
    for derivation in theorem.derivations
]

# The catalogue uses the same rules over and over: for what takes long, theorems that between them
# use all of them.
FEW = (
    *("softmax_jacobian", "cross_entropy", "softmax_cross_entropy", "squared_error"),
    *("relu", "squared_hinge", "embedding", "dirichlet", "gelu", "focal_loss"),
)
FEW_DERIVATIONS = [
    pytest.param(derivation, id=f"{name}: {derivation.title}")
    for name in FEW
    for derivation in catalogue()[name].derivations
]


def statement(declarations: Declarations, conclusion: Judgement) -> str:
    """What is proved, as text: two proofs say the same where the texts are the same."""
    parts = (declarations.indices, declarations.variables, declarations.labels)
    named = [sorted(part.items()) for part in parts]
    return repr((sorted(declarations.sizes), *named, declarations.hypotheses, conclusion))


# ---- by the kernel alone -------------------------------------------------------------------------

# What the other process runs: it reads one proof a line and prints what each proves.
CHILD = """
import sys
import derive.proof_files

unwanted = [name for name in sys.modules if name.split(".")[0] not in sys.stdlib_module_names]
expected = ("__main__", "derive", "derive.kernel", "derive.plain_text", "derive.proof_files")
assert all(name.startswith("derive.kernel.") or name in expected for name in unwanted), unwanted
for text in sys.stdin:
    proof = derive.proof_files.loads(text)
    declared = proof.declarations
    parts = (declared.indices, declared.variables, declared.labels)
    named = [sorted(part.items()) for part in parts]
    print(repr((sorted(declared.sizes), *named, declared.hypotheses, proof.conclusion)))
assert "sympy" not in sys.modules and "derive.tactics" not in sys.modules
"""


def replayed_elsewhere(texts: list[str]) -> list[str]:
    """What the proofs prove, as told by a Python that has imported nothing but the kernel."""
    done = subprocess.run(
        [sys.executable, "-S", "-c", CHILD],
        input="\n".join(texts),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(KERNEL.parents[1]), "PYTHONIOENCODING": "utf-8"},
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_every_derivation_replays_in_a_process_that_has_the_kernel_alone():
    derivations = [parameters.values[0] for parameters in DERIVATIONS]
    assert derivations
    told = replayed_elsewhere([json.dumps(d.proof_data) for d in derivations])
    assert told == [statement(d.claim.declarations, d.claim.judgement) for d in derivations]


def test_a_forged_proof_does_not_replay_there_either():
    data = DERIVATIONS[0].values[0].proof_data
    data["lines"].pop(0)
    with pytest.raises(AssertionError, match="Refused"):
        replayed_elsewhere([json.dumps(data)])


def test_the_kernel_imports_the_standard_library_and_itself():
    for module in sorted(KERNEL.glob("*.py")):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                imported = [node.module or ""]
            else:
                assert not isinstance(node, ast.ImportFrom) or node.level == 1, module
                continue
            assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names, module


# ---- there and back ------------------------------------------------------------------------------


@pytest.mark.parametrize("derivation", DERIVATIONS)
def test_a_proof_survives_being_written_and_read(derivation):
    data = derivation.proof_data
    again = loads(json.dumps(data))
    assert again.declarations == derivation.claim.declarations
    assert again.conclusion == derivation.claim.judgement
    assert dump(again) == data


@pytest.mark.parametrize("derivation", FEW_DERIVATIONS)
def test_every_line_of_a_proof_is_true(derivation):
    proof = replay(derivation.proof_data)
    referee = Referee()
    assert {referee.verdict(proof, line) for line in range(len(proof.lines))} == {True}


def test_writing_leaves_out_what_the_line_does_not_rest_on():
    proof = Proof(Declarations(frozenset(), {}, {"u": ()}))
    u = element("u")
    first = proof.step("field", ((), add(u, u), multiply(number(2), u)))
    proof.step("field", ((), add(u, u, u), multiply(number(3), u)))
    doubled = (apply("exp", add(u, u)), apply("exp", multiply(number(2), u)))
    proof.step("field", ((), *doubled), [first])
    data = dump(proof)
    assert [line[0] for line in data["lines"]] == ["field", "field"]
    assert replay(data).conclusion == proof.conclusion
    assert replay(dump(proof, line=1)).conclusion == proof.judgements[1]


@pytest.mark.parametrize("line", [-1, 3, 99])
def test_a_line_that_is_not_there_cannot_be_written(line):
    proof = Proof(Declarations(frozenset(), {}, {"u": ()}))
    for factor in range(3):
        proof.step("sign", ((), number(factor)))
    with pytest.raises(Refused, match="line"):
        dump(proof, line)


def test_an_empty_proof_proves_nothing():
    empty = Proof(Declarations(frozenset()))
    with pytest.raises(Refused, match="empty proof"):
        empty.conclusion  # noqa: B018  (asking is the point)
    with pytest.raises(Refused, match="empty proof"):
        dump(empty)
    parts = {"sizes": [], "indices": {}, "variables": {}, "labels": {}, "hypotheses": []}
    data = {"format": "gradproof proof 1", **parts, "terms": [], "lines": []}
    with pytest.raises(Refused, match="empty proof"):
        replay(data)


def test_every_part_of_the_declarations_survives():
    u, x = element("u"), element("x", 0)
    declared = Declarations(
        frozenset({"n", "m"}),
        {"i": "n"},
        {"x": ("n",), "u": (), "K": ("m", "n")},
        {"t": Label(("m",), "n"), "s": Label(("m", "n"), "m")},
        (
            Hypothesis((), Equation(u, ONE)),
            Hypothesis(("n",), Fact("positive", x)),
            Hypothesis((), Fact("nonzero", add(u, u))),
            Hypothesis(("m", "n"), Fact("nonnegative", element("K", 0, 1))),
            Hypothesis((), Fact("defined", apply("log", u))),
        ),
    )
    proof = Proof(declared)
    proof.step("field", ((), u, u))
    assert loads(json.dumps(dump(proof))).declarations == declared


@pytest.mark.parametrize("kind", ["terms", "lines", "hypotheses"])
def test_rows_are_lists(kind):
    """An object or a text in place of a list is not read as if it were one."""
    proof = Proof(
        Declarations(frozenset(), {}, {"u": ()}, {}, (Hypothesis((), Fact("nonzero", ONE)),))
    )
    proof.step("sign", ((), add()))
    data = dump(proof)
    objects = {"terms": {"add": 0}, "lines": {"sign": 0, "args": 0, "premises": 0}}
    for row in (objects.get(kind, {"a": 0, "b": 0, "c": 0}), "abc", "add"):
        changed = [*data[kind], row] if kind == "terms" else [row]
        with pytest.raises(Refused):
            replay({**data, kind: changed})


@pytest.mark.parametrize(
    "text", ["", "{", "null", "[]", "1", '"proof"', "NaN", "{}", '{"format": "gradproof proof 1"}']
)
def test_what_is_no_proof_is_refused(text):
    with pytest.raises(Refused):
        loads(text)


@pytest.mark.parametrize("part", ["sizes", "variables", "x"])
def test_a_key_twice_is_refused(part):
    """Readers of JSON differ in which one counts, so one could be shown and another be meant."""
    proof = Proof(Declarations(frozenset({"n"}), {}, {"x": ("n",)}))
    proof.step("sign", ((), number(2)))
    text = json.dumps(dump(proof))
    assert loads(text).conclusion == proof.conclusion
    with pytest.raises(Refused, match="twice"):
        loads(text.replace(f'"{part}":', f'"{part}": [], "{part}":'))


@pytest.mark.parametrize(
    ("rule", "args", "says"),
    [
        ("field", ((), element("u"), element("u")), "u = u"),
        ("sign", ((), number(2)), "2 is positive"),
        ("differentiate", ((), element("u"), "u", ()), "d(u) / du = 1"),
        (
            "differentiate",
            (("n", "n"), element("x", 0), "x", (1,)),
            "d(x[#0]) / dx[#1] = [#0 = #1], for every #0 < n, #1 < n",
        ),
    ],
)
def test_what_a_proof_proves_is_told(rule, args, says):
    stated = (Hypothesis(("n",), Fact("positive", element("x", 0))),)
    names = ({"i": "n"}, {"x": ("n",), "u": ()}, {"t": Label(("n",), "m")})
    proof = Proof(Declarations(frozenset({"n", "m"}), *names, stated))
    proof.step(rule, args)
    assert describe(loads(json.dumps(dump(proof)))) == (
        says,
        ["size m", "size n", "i < n", "x: real[n]", "u: real[]", "t: index(m)[n]"],
        ["x[#0] is positive, for every #0 < n"],
    )


# ---- changed in every place ----------------------------------------------------------------------


class Referee:
    """Says of lines of proofs whether they are true; what was asked before is remembered."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, frozenset[int], Judgement], Verdict] = {}
        self._worlds = cache(self._find_worlds)
        self._declarations: dict[str, Declarations] = {}

    def verdict(self, proof: Proof, line: int) -> Verdict:
        """Whether a line is true in worlds that meet the hypotheses that it rests on."""
        used, judgement = proof.used[line], proof.judgements[line]
        name = statement(proof.declarations, Judgement((), Fact("defined", ONE)))
        self._declarations[name] = proof.declarations
        key = (name, used, judgement)
        if key not in self._known:
            found = [holds(judgement, world) for world in self._worlds(name, used)]
            self._known[key] = all_of(found) if found else None
        return self._known[key]

    def _find_worlds(self, name: str, used: frozenset[int]) -> list[Any]:
        return worlds(resting_on(self._declarations[name], used), count=3)


class Trial:
    """Tries mutants of one proof, and counts what comes of them."""

    def __init__(self, derivation: Derivation) -> None:
        self.data = json.loads(json.dumps(derivation.proof_data))
        self.tally: Counter[str] = Counter()
        self._claim = derivation.claim
        self._statement = statement(self._claim.declarations, self._claim.judgement)
        self._referee = Referee()

    def of(self, mutant: Mutant) -> None:
        """Refused, or else true in every line; and the original statement only where it says so."""
        self.tally["tried"] += 1
        try:
            proof = loads(json.dumps(mutant.data))
        except Refused as refusal:
            self.tally["refused" if str(refusal) else "refused without a reason"] += 1
            return
        verdicts = {self._referee.verdict(proof, line) for line in range(len(proof.lines))}
        assert False not in verdicts, (mutant.path, mutant.what, proof.judgements)
        self.tally["undecided"] += None in verdicts
        same = statement(proof.declarations, proof.conclusion) == self._statement
        claimed = proof.declarations == self._claim.declarations
        assert same == (claimed and proof.conclusion == self._claim.judgement)
        self.tally["the same statement" if same else "another true statement"] += 1


@pytest.mark.parametrize(
    ("name", "which", "every"),
    [
        ("softmax_cross_entropy", 0, 1),
        ("softmax_cross_entropy", 1, 8),
        ("cross_entropy", 0, 4),
        ("squared_error", 0, 8),
    ],
)
def test_a_proof_changed_in_one_place_is_refused_or_proves_something_true(name, which, every):
    """Every place is changed, in several ways; of those, each ``every``-th is tried."""
    trial = Trial(catalogue()[name].derivations[which])
    visited = set()
    for place, mutant in enumerate(mutants(trial.data, Random(0))):
        if place % every == 0 or mutant.path not in visited:
            visited.add(mutant.path)
            trial.of(mutant)
    print(dict(trial.tally))
    assert visited >= {path for path, _ in places(trial.data) if path}
    assert trial.tally["tried"] > 8_000 / every, trial.tally
    assert trial.tally["refused"] > 0.9 * trial.tally["tried"], trial.tally
    assert trial.tally["undecided"] < 0.01 * trial.tally["tried"], trial.tally


@pytest.mark.parametrize("derivation", FEW_DERIVATIONS)
def test_a_proof_changed_throughout_is_refused_or_proves_something_true(derivation):
    trial = Trial(derivation)
    for mutant in consistent_mutants(trial.data):
        trial.of(mutant)
    print(dict(trial.tally))
    assert trial.tally["another true statement"] > 10, trial.tally
    assert trial.tally["refused"] > 10, trial.tally
    assert trial.tally["undecided"] < 0.1 * trial.tally["tried"], trial.tally
