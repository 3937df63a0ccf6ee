"""Proofs as data, and the replay that believes nothing but the rules.

A proof is its declarations and a list of lines; a line names a rule, its arguments and the earlier
lines that are its premises. What the last line proves is what the proof proves. ``dump`` turns a
proof into JSON, ``load`` rebuilds it by applying every rule again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from .declarations import Declarations, Hypothesis, Label
from .errors import Refused, require
from .judgement import FACTS, Context, Derivative, Equation, Fact, Judgement, terms_of
from .known import Premises
from .rules import RULES
from .terms import RELATIONS, Index, Term, _make, element, number, show

FORMAT = "gradproof proof 1"


class Line(NamedTuple):
    """One rule application; ``premises`` are the numbers of earlier lines."""

    rule: str
    args: tuple[Any, ...]
    premises: tuple[int, ...]


class Proof:
    """A growing list of checked lines.

    ``lines[k]`` proves ``judgements[k]``, resting on the hypotheses numbered in ``used[k]``.
    """

    def __init__(self, declarations: Declarations) -> None:
        self.declarations = declarations
        self.lines: list[Line] = []
        self.judgements: list[Judgement] = []
        self.used: list[frozenset[int]] = []

    @property
    def conclusion(self) -> Judgement:
        """What the last line proves."""
        require(self.lines, "an empty proof proves nothing")
        return self.judgements[-1]

    def step(self, rule: str, args: tuple[Any, ...], premises: Sequence[int] = ()) -> int:
        """Apply a rule to earlier lines; the number of the new line. Raises ``Refused``."""
        require(type(rule) is str and type(args) is tuple, "not a rule with its arguments", rule)
        premises = tuple(premises)
        try:
            judgement = self._infer(rule, args, premises)
            used = frozenset().union(*[self.used[k] for k in premises])
            if rule == "hypothesis":
                used |= {args[0]}
            elif rule == "derivative_of_equal":
                self._require_nearby(premises[0], judgement)
        except Refused as refusal:
            refusal.rule = refusal.rule or str(rule)
            raise
        except RecursionError:
            raise Refused(f"{rule}: nested too deeply") from None
        self.lines.append(Line(rule, args, premises))
        self.judgements.append(judgement)
        self.used.append(used)
        return len(self.lines) - 1

    def _infer(self, rule: str, args: tuple[Any, ...], premises: Sequence[int]) -> Judgement:
        require(rule in RULES, "no such rule")
        shapes, infer = RULES[rule]
        require(len(args) == len(shapes), f"takes {len(shapes)} arguments, not {len(args)}")
        for shape, arg in zip(shapes, args, strict=True):
            require(_SHAPES[shape](arg), f"not a {shape}", arg)
        for k in premises:
            require(type(k) is int and 0 <= k < len(self.lines), "no such earlier line", k)
        given = Premises(self.declarations, [self.judgements[k] for k in premises])
        judgement = infer(given, *args)
        self.declarations.check(*judgement)
        return judgement

    def _require_nearby(self, equation: int, judgement: Judgement) -> None:
        """An equation that holds only where the variable is held says nothing of its slopes."""
        conclusion = judgement.conclusion
        assert isinstance(conclusion, Derivative)
        for which in self.used[equation]:
            hypothesis = self.declarations.hypotheses[which]
            require(
                not hypothesis.limits(conclusion.variable),
                f"the equation rests on a hypothesis about {conclusion.variable}",
                *terms_of(hypothesis.conclusion),
            )


# ---- shapes of arguments -----------------------------------------------------------------------


def _is_natural(value: object) -> bool:
    return type(value) is int and value >= 0


def _is_name(value: object) -> bool:
    return type(value) is str and value.isidentifier()


def _is_index(value: object) -> bool:
    if type(value) is tuple:
        return len(value) > 1 and _is_name(value[0]) and all(map(_is_index, value[1:]))
    return _is_natural(value) or _is_name(value)


def _tuple_of(check: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: type(value) is tuple and all(map(check, value))


_SHAPES: dict[str, Callable[[object], bool]] = {
    "term": lambda value: type(value) is Term,
    "natural": _is_natural,
    "naturals": _tuple_of(_is_natural),
    "name": _is_name,
    "index": _is_index,
    "indices": _tuple_of(_is_index),
    "context": _tuple_of(_is_name),
    "relation": lambda value: type(value) is str and value in RELATIONS,
    "whole": lambda value: type(value) is int,
    "denominator": lambda value: type(value) is int and value > 0,
}

# kind of term -> the shapes of its arguments; add and multiply take any number of terms.
_KINDS: dict[str, tuple[str, ...]] = {
    "number": ("whole", "denominator"),
    "constant": ("name",),
    "size": ("name",),
    "position": ("index",),
    "element": ("name", "indices"),
    "delta": ("index", "index"),
    "power": ("term", "term"),
    "apply": ("name", "term"),
    "sum": ("name", "term"),
    "where": ("relation", "term", "term", "term"),
}


# ---- proofs to data ----------------------------------------------------------------------------


class _Table:
    """The table of terms of a proof that is being written."""

    def __init__(self) -> None:
        self.rows: list[list[Any]] = []
        self._row_of: dict[Term, int] = {}

    def row(self, term: Term) -> int:
        if term not in self._row_of:
            args = [self.row(a) if isinstance(a, Term) else _plain(a) for a in term.args]
            self._row_of[term] = len(self.rows)
            self.rows.append([term.kind, *args])
        return self._row_of[term]


def _plain(value: Any) -> Any:
    return [_plain(inner) for inner in value] if isinstance(value, tuple) else value


def dump(proof: Proof, line: int | None = None) -> dict[str, Any]:
    """The proof of one line (the last one, unless said otherwise) as JSON-ready data.

    Lines that it does not rest on are left out.
    """
    require(proof.lines, "an empty proof proves nothing")
    goal = len(proof.lines) - 1 if line is None else line
    require(0 <= goal < len(proof.lines), "no such line to write", goal)
    needed: set[int] = set()
    todo = [goal]
    while todo:
        current = todo.pop()
        if current not in needed:
            needed.add(current)
            todo += proof.lines[current].premises
    number_of = {old: new for new, old in enumerate(sorted(needed))}
    table = _Table()
    lines = []
    for old in sorted(needed):
        rule, args, premises = proof.lines[old]
        plain = [table.row(a) if isinstance(a, Term) else _plain(a) for a in args]
        lines.append([rule, plain, [number_of[k] for k in premises]])
    return {
        "format": FORMAT,
        **_dump_declarations(proof.declarations, table),
        "terms": table.rows,
        "lines": lines,
    }


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
    given = [_judgement_text(Judgement(*stated)) for stated in declarations.hypotheses]
    return _judgement_text(proof.conclusion), everything, given


def _judgement_text(judgement: Judgement) -> str:
    context, conclusion = judgement
    if isinstance(conclusion, Derivative):
        by = show(element(conclusion.variable, *conclusion.indices))
        text = f"d({show(conclusion.of)}) / d{by} = {show(conclusion.value)}"
    elif isinstance(conclusion, Equation):
        text = f"{show(conclusion.left)} = {show(conclusion.right)}"
    else:
        text = f"{show(conclusion.term)} is {conclusion.kind}"
    bound = [f"#{place} < {below}" for place, below in enumerate(context)]
    return text + (f", for every {', '.join(bound)}" if bound else "")


# ---- data to proofs ----------------------------------------------------------------------------


def replay(data: Any) -> Proof:
    """Rebuild a proof from its data, applying every rule again. Raises ``Refused``.

    Nothing in the data is believed: not the shape of an argument, not the order of lines, and
    least of all that the conclusion is the one you expect. Compare ``replay(data).conclusion`` and
    the declarations with the statement that you want proved.
    """
    try:
        return _replay(data)
    except Refused:
        raise
    except (TypeError, ValueError, KeyError, AttributeError, RecursionError) as error:
        raise Refused(f"malformed proof: {type(error).__name__}: {error}") from error


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


def _replay(data: Any) -> Proof:
    require(type(data) is dict and data.get("format") == FORMAT, f"not a {FORMAT!r}")
    keys = ("format", "sizes", "indices", "variables", "labels", "hypotheses", "terms", "lines")
    require(set(data) == set(keys), f"has to hold exactly {', '.join(keys)}")
    terms: list[Term] = []
    for kind, *args in _rows(data, "terms"):
        terms.append(_load_term(terms, kind, args))
    proof = Proof(_load_declarations(data, terms))
    for rule, args, premises in _rows(data, "lines"):
        require(type(rule) is str and rule in RULES, "no such rule", rule)
        shapes = RULES[rule].shapes
        require(type(args) is list and len(args) == len(shapes), "wrong number of arguments", rule)
        require(type(premises) is list, "premises are a list", rule)
        loaded = [_load(terms, shape, arg) for shape, arg in zip(shapes, args, strict=True)]
        proof.step(rule, tuple(loaded), premises)
    require(proof.lines, "an empty proof proves nothing")
    return proof


def _rows(data: dict[str, Any], part: str) -> list[list[Any]]:
    """A part of the data that is a list of lists."""
    rows: list[list[Any]] = data[part]
    require(type(rows) is list and all(type(row) is list for row in rows), f"{part} are lists")
    return rows


def _load(terms: list[Term], shape: str, value: Any) -> Any:
    """One argument of a line or of a term, from data, checked for its shape."""
    if shape == "term":
        require(type(value) is int and 0 <= value < len(terms), "no such earlier term", value)
        return terms[value]
    loaded = _tuples(value)
    require(_SHAPES[shape](loaded), f"not a {shape}", value)
    return loaded


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if type(value) is list else value


def _load_term(terms: list[Term], kind: Any, args: list[Any]) -> Term:
    require(type(kind) is str, "no such kind of term", kind)
    if kind in ("add", "multiply"):
        return _make(kind, *[_load(terms, "term", arg) for arg in args])
    require(kind in _KINDS, "no such kind of term", kind)
    shapes = _KINDS[kind]
    require(len(args) == len(shapes), "wrong number of arguments", kind)
    loaded = [_load(terms, shape, arg) for shape, arg in zip(shapes, args, strict=True)]
    return number(*loaded) if kind == "number" else _make(kind, *loaded)


def _load_declarations(data: dict[str, Any], terms: list[Term]) -> Declarations:
    def named(part: str) -> dict[str, Any]:
        require(type(data[part]) is dict, f"{part} are a JSON object")
        return {_load(terms, "name", name): value for name, value in data[part].items()}

    def shape(value: Any) -> Context:
        loaded: Context = _load(terms, "context", value)
        return loaded

    hypotheses = []
    for context, kind, rows in _rows(data, "hypotheses"):
        sides = [_load(terms, "term", row) for row in rows]
        require(type(kind) is str, "no such kind of hypothesis", kind)
        require(kind == "equal" or kind in FACTS, "no such kind of hypothesis", kind)
        conclusion = Equation(*sides) if kind == "equal" else Fact(kind, *sides)
        hypotheses.append(Hypothesis(shape(context), conclusion))
    return Declarations(
        sizes=frozenset(shape(data["sizes"])),
        indices={name: _load(terms, "name", n) for name, n in named("indices").items()},
        variables={name: shape(axes) for name, axes in named("variables").items()},
        labels={
            name: Label(shape(axes), _load(terms, "name", n))
            for name, (axes, n) in named("labels").items()
        },
        hypotheses=tuple(hypotheses),
    )


__all__ = ["Context", "Index", "Line", "Proof", "dump", "loads", "replay"]
