"""Proofs as files: written down as JSON-ready data, replayed, and told as plain text.

``dump`` turns a proof into data, ``replay`` rebuilds it by having the kernel apply every rule
again. None of it can make a false proof: whatever a file says, and however it is read, a line
stands only where the kernel accepts it, and the conclusion is what the kernel says of the last.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from .kernel import (
    Declarations,
    Derivative,
    Equation,
    Fact,
    Hypothesis,
    Judgement,
    Label,
    Proof,
    Refused,
    Term,
)
from .kernel.errors import require
from .kernel.judgement import terms_of
from .kernel.rules import RULES
from .kernel.terms import GUARD, KINDS, check_shapes, make, number
from .plain_text import show

FORMAT = "gradproof proof 1"


class _Table:
    """The table of terms of a proof that is being written."""

    def __init__(self) -> None:
        self.rows: list[list[Any]] = []
        self._row_of: dict[Term, int] = {}

    def row(self, term: Term) -> int:
        if term not in self._row_of:
            args = [self.plain(arg) for arg in term.args]
            self._row_of[term] = len(self.rows)
            self.rows.append([term.kind, *args])
        return self._row_of[term]

    def plain(self, value: Any) -> Any:
        """An argument as data: rows for terms, lists for tuples."""
        if isinstance(value, Term):
            return self.row(value)
        return [self.plain(inner) for inner in value] if isinstance(value, tuple) else value


def dump(proof: Proof, line: int | None = None) -> dict[str, Any]:
    """The proof of one line (the last one, unless said otherwise) as JSON-ready data.

    Lines that it does not rest on are left out. Raises ``Refused`` where there is no such line.
    """
    if not proof.lines:
        raise Refused("an empty proof proves nothing")
    goal = len(proof.lines) - 1 if line is None else line
    if not 0 <= goal < len(proof.lines):
        raise Refused("no such line to write", goal)
    needed = sorted(_rested_on(proof, goal))
    number_of = {old: new for new, old in enumerate(needed)}
    table = _Table()
    lines = []
    for old in needed:
        rule, args, premises = proof.lines[old]
        lines.append([rule, table.plain(args), [number_of[k] for k in premises]])
    return {
        "format": FORMAT,
        **_dump_declarations(proof.declarations, table),
        "terms": table.rows,
        "lines": lines,
    }


def _rested_on(proof: Proof, goal: int) -> set[int]:
    """The line and every line that it rests on."""
    needed: set[int] = set()
    todo = [goal]
    while todo:
        current = todo.pop()
        if current not in needed:
            needed.add(current)
            todo += proof.lines[current].premises
    return needed


def _dump_declarations(declarations: Declarations, table: _Table) -> dict[str, Any]:
    hypotheses = []
    for context, conclusion in declarations.hypotheses:
        kind = conclusion.kind if isinstance(conclusion, Fact) else "equal"
        rows = [table.row(term) for term in terms_of(conclusion)]
        hypotheses.append([list(context), kind, rows])
    labels = {name: [list(shape), below] for name, (shape, below) in declarations.labels.items()}
    return {
        "sizes": sorted(declarations.sizes),
        "indices": dict(declarations.indices),
        "variables": {name: list(shape) for name, shape in declarations.variables.items()},
        "labels": labels,
        "hypotheses": hypotheses,
    }


# ---- data to proofs ----------------------------------------------------------------------------


def loads(text: str) -> Proof:
    """Replay a proof from its JSON text."""
    try:
        data = json.loads(text, object_pairs_hook=_each_key_once)
    except (ValueError, RecursionError) as error:
        raise Refused(f"not JSON: {error}") from error
    return replay(data)


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """JSON leaves open which of two equal keys counts, so a reader could be deceived."""
    require(len(dict(pairs)) == len(pairs), "a key twice in one object", *dict(pairs))
    return dict(pairs)


def replay(data: Any) -> Proof:
    """Rebuild a proof from its data, applying every rule again. Raises ``Refused``.

    Nothing in the data is believed: not the shape of an argument, not the order of lines, and
    least of all that the conclusion is the one you expect. Compare ``replay(data).conclusion`` and
    the declarations with the statement that you want proved.
    """
    try:
        return _replay(data)
    except (TypeError, ValueError, LookupError, AttributeError, RecursionError) as error:
        raise Refused(f"malformed proof: {type(error).__name__}: {error}") from error


def _replay(data: Any) -> Proof:
    require(type(data) is dict and data.get("format") == FORMAT, f"not a {FORMAT!r}")
    keys = ("format", "sizes", "indices", "variables", "labels", "hypotheses", "terms", "lines")
    require(set(data) == set(keys), f"has to hold exactly {', '.join(keys)}")
    terms: list[Term] = []
    for kind, *args in _rows(data, "terms"):
        terms.append(_load_term(terms, kind, args))
    proof = Proof(_load_declarations(terms, data))
    for rule, args, premises in _rows(data, "lines"):
        require(type(rule) is str and rule in RULES, "no such rule", rule)
        require(type(premises) is list, "premises are a list", rule)
        proof.step(rule, _load(terms, RULES[rule], args), premises)
    require(proof.lines, "an empty proof proves nothing")
    return proof


def _rows(data: dict[str, Any], part: str) -> list[list[Any]]:
    """A part of the data that is a list of lists."""
    rows: list[list[Any]] = data[part]
    require(type(rows) is list and all(type(row) is list for row in rows), f"{part} are lists")
    return rows


def _named(data: dict[str, Any], part: str) -> Iterable[tuple[str, Any]]:
    """A part of the data that says something of every name."""
    named: dict[str, Any] = data[part]
    require(
        type(named) is dict and all(type(name) is str for name in named),
        f"{part} are a JSON object",
    )
    return named.items()


def _load(terms: list[Term], shapes: Sequence[str], values: Any) -> tuple[Any, ...]:
    """Arguments from data: lists become tuples, and rows the terms that they stand for.

    Whether they are of their shapes, the kernel asks where a term is made or a line is added.
    """
    require(
        type(values) is list and len(values) == len(shapes), "wrong number of arguments", values
    )
    return tuple([_load_one(terms, shape, v) for shape, v in zip(shapes, values, strict=True)])


def _load_one(terms: list[Term], shape: str, value: Any) -> Any:
    if shape == "Term":
        if type(value) is not int or not 0 <= value < len(terms):
            raise Refused("no such earlier term", value)
        return terms[value]
    if shape == "Guard":
        return _load(terms, GUARD, value)
    if shape == "Context" and type(value) is list:
        return tuple([_load_entry(terms, entry) for entry in value])
    return _tuples(value)


def _load_entry(terms: list[Term], entry: Any) -> Any:
    """A binder or a guard of a context."""
    return _load(terms, GUARD, entry) if type(entry) is list else entry


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if type(value) is list else value


def _load_term(terms: list[Term], kind: Any, args: list[Any]) -> Term:
    require(type(kind) is str and kind in KINDS, "no such kind of term", kind)
    if kind == "number":
        return number(*_checked(terms, KINDS[kind], args))  # in lowest terms
    return make(kind, *_load(terms, KINDS[kind] or ("Term",) * len(args), args))


def _load_declarations(terms: list[Term], data: dict[str, Any]) -> Declarations:
    def load(shape: str, value: Any) -> Any:
        return _checked(terms, (shape,), [value])[0]

    return Declarations(
        sizes=frozenset(load("Shape", data["sizes"])),
        indices={name: load("Name", below) for name, below in _named(data, "indices")},
        variables={name: load("Shape", axes) for name, axes in _named(data, "variables")},
        labels={
            name: Label(*_checked(terms, ("Shape", "Name"), row))
            for name, row in _named(data, "labels")
        },
        hypotheses=tuple(_load_hypothesis(terms, *row) for row in _rows(data, "hypotheses")),
    )


def _load_hypothesis(terms: list[Term], context: Any, kind: Any, rows: Any) -> Hypothesis:
    sides = _checked(terms, ("Term", "Term") if kind == "equal" else ("Term",), rows)
    conclusion = Equation(*sides) if kind == "equal" else Fact(kind, *sides)
    (bound,) = _checked(terms, ("Shape",), [context])
    return Hypothesis(bound, conclusion)


def _checked(terms: list[Term], shapes: Sequence[str], values: Any) -> tuple[Any, ...]:
    """Arguments from data that are of their shapes."""
    args = _load(terms, shapes, values)
    check_shapes(shapes, args)
    return args


# ---- what a proof proves -------------------------------------------------------------------------


def describe(proof: Proof) -> tuple[str, list[str], list[str]]:
    """What a proof proves, as plain text: the statement, the names it is for, what is given."""
    declarations = proof.declarations
    everything = [f"size {name}" for name in sorted(declarations.sizes)]
    everything += [f"{name} < {below}" for name, below in declarations.indices.items()]
    everything += [
        f"{name}: real[{', '.join(shape)}]" for name, shape in declarations.variables.items()
    ]
    everything += [
        f"{name}: index({label.below})[{', '.join(label.shape)}]"
        for name, label in declarations.labels.items()
    ]
    given = [judgement_text(Judgement(*stated)) for stated in declarations.hypotheses]
    return judgement_text(proof.conclusion), everything, given


def judgement_text(judgement: Judgement) -> str:
    """A judgement as plain text."""
    context, conclusion = judgement
    if isinstance(conclusion, Derivative):
        text = f"{_derivative_text(conclusion)} = {show(conclusion.value)}"
    elif isinstance(conclusion, Equation):
        text = f"{show(conclusion.left)} = {show(conclusion.right)}"
    else:
        text = f"{show(conclusion.term)} is {conclusion.kind}"
    bound = [f"#{place} < {below}" for place, below in enumerate(context)]
    return text + (f", for every {', '.join(bound)}" if bound else "")


def _derivative_text(derivative: Derivative) -> str:
    """d(f) / dx[i], and d(d(f) / dx[i]) / dx[j] where it is differentiated again."""
    text = show(derivative.of)
    for variable, indices in derivative.entries:
        text = f"d({text}) / d{show((variable, *indices))}"
    return text
