"""Declarations: the names a proof may use, their shapes, and the hypotheses it may lean on.

Every index in a judgement is checked against the size of the axis where it stands. What has passed
here cannot read x[7] of five elements, so no rule needs to ask "is i < n?" again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from .errors import Refused, require
from .judgement import FACTS, Conclusion, Context, Derivative, Equation, Fact, terms_of
from .terms import CONSTANTS, FUNCTIONS, Index, Term, element, map_indices, shift_index, show_index


class Hypothesis(NamedTuple):
    """A closed statement that is assumed: for every index of the context, the conclusion holds."""

    context: Context
    conclusion: Equation | Fact

    def instance(self, at: tuple[Index, ...]) -> Equation | Fact:
        """The conclusion at the given indices, the innermost bound one first."""

        def change(index: Index, depth: int) -> Index:
            if isinstance(index, int):
                return shift_index(at[index - depth], depth) if index >= depth else index
            if isinstance(index, tuple):
                return (index[0], *[change(inner, depth) for inner in index[1:]])
            return index

        if isinstance(self.conclusion, Fact):
            return Fact(self.conclusion.kind, map_indices(self.conclusion.term, change))
        left, right = (map_indices(side, change) for side in self.conclusion)
        return Equation(left, right)

    def limits(self, variable: str) -> bool:
        """Whether the hypothesis may fail however little the variable moves.

        ``a > 0`` and ``a != 0`` survive a small move, for a is continuous where it has a value
        (unless a guard cuts it up). An equation or ``a >= 0`` about the variable does not, so what
        rests on it says nothing of slopes.
        """
        terms = [term for term in terms_of(self.conclusion) if variable in term.names]
        if not terms:
            return False
        survives = isinstance(self.conclusion, Fact) and self.conclusion.kind in (
            "positive",
            "nonzero",
        )
        return not survives or any(map(_has_guard, terms))


def _has_guard(term: Term) -> bool:
    return term.kind == "where" or any(map(_has_guard, term.parts))


class Label(NamedTuple):
    """An array of indices: t[b] runs below ``below`` for each b of ``shape``."""

    shape: tuple[str, ...]
    below: str


@dataclass(frozen=True)
class Declarations:
    """The names a proof may use, with their shapes, and the hypotheses it may lean on.

    sizes: names of sizes. Distinct sizes may take equal values; each is at least 1.
    indices: free index -> the size it runs below.
    variables: variable -> the sizes of its axes (none for a scalar).
    labels: label -> shape and the size its entries run below.
    """

    sizes: frozenset[str]
    indices: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    labels: Mapping[str, Label] = field(default_factory=dict)
    hypotheses: tuple[Hypothesis, ...] = ()
    _known_ranges: dict[Term, dict[int, str]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def __post_init__(self) -> None:
        names = Counter([*self.sizes, *self.indices, *self.variables, *self.labels])
        for name, times in names.items():
            require(name.isidentifier(), "not a name", repr(name))
            require(times == 1, "declared twice", name)
        used = [*self.indices.values(), *(n for shape in self.variables.values() for n in shape)]
        used += [n for label in self.labels.values() for n in (*label.shape, label.below)]
        for size_name in used:
            require(size_name in self.sizes, "not a declared size", size_name)
        for hypothesis in self.hypotheses:
            require(not isinstance(hypothesis.conclusion, Derivative), "not a hypothesis")
            self.check(hypothesis.context, hypothesis.conclusion)

    def check(self, context: Context, conclusion: Conclusion) -> None:
        """Refuse a judgement with an undeclared name, a wrong rank, or an index out of range."""
        require(self.sizes.issuperset(context), "not a declared size", *context)
        if isinstance(conclusion, Fact):
            require(conclusion.kind in FACTS, "no such kind of fact", conclusion.kind)
        for term in terms_of(conclusion):
            self.check_term(context, term)
        if isinstance(conclusion, Derivative):
            self.check_term(context, element(conclusion.variable, *conclusion.indices))

    def check_term(self, context: Context, term: Term) -> None:
        """Refuse a term that is not well-formed under the context."""
        require(term.loose <= len(context), "an index without a binder", term)
        for index, below in self._ranges(term).items():
            _agree(index, context[index], below, term)

    def index_size(self, index: Index, context: Context) -> str:
        """The size that an index of a checked term runs below."""
        if isinstance(index, int):
            return context[index]
        return self.labels[index[0]].below if isinstance(index, tuple) else self.indices[index]

    def _ranges(self, term: Term) -> dict[int, str]:
        """The size that each loose bound index of the term has to run below (memoised)."""
        known = self._known_ranges.get(term)
        if known is None:
            known = self._known_ranges[term] = self._find_ranges(term)
        return known

    def _find_ranges(self, term: Term) -> dict[int, str]:
        kind, args = term.kind, term.args
        found: dict[int, str] = {}
        if kind == "element":
            require(args[0] in self.variables, "not a declared variable", args[0])
            self._read(found, args[0], args[1], self.variables[args[0]], term)
        elif kind in ("delta", "position"):
            for index in args:
                self._below(found, index, term)
        elif kind in ("size", "sum"):
            require(args[0] in self.sizes, "not a declared size", args[0])
        elif kind == "constant":
            require(args[0] in CONSTANTS, "not a constant of the kernel", args[0])
        elif kind == "apply":
            require(args[0] in FUNCTIONS, "not a function of the kernel", args[0])
        for part in term.parts:
            for index, below in self._ranges(part).items():
                if kind == "sum" and index == 0:
                    _agree(0, args[0], below, term)
                else:
                    outer = index - (kind == "sum")
                    _agree(outer, found.setdefault(outer, below), below, term)
        return found

    def _read(
        self, found: dict[int, str], name: str, at: tuple[Index, ...], shape: Context, term: Term
    ) -> None:
        """Check the indices of one array, and note what its bound indices have to run below."""
        require(
            len(at) == len(shape), f"{name} has {len(shape)} indices, here it has {len(at)}", term
        )
        for index, axis in zip(at, shape, strict=True):
            below = self._below(found, index, term) or found.setdefault(index, axis)
            _agree(index, below, axis, term)

    def _below(self, found: dict[int, str], index: Index, term: Term) -> str | None:
        """The size a free or gathered index runs below; None for a bound index."""
        if isinstance(index, int):
            return None
        if isinstance(index, tuple):
            require(index[0] in self.labels, "not a declared label", index[0])
            label = self.labels[index[0]]
            self._read(found, index[0], index[1:], label.shape, term)
            return label.below
        require(index in self.indices, "an index nobody declared", index)
        return self.indices[index]


def _agree(index: Index, below: str, needed: str, term: Term) -> None:
    if below != needed:
        raise Refused(
            f"{show_index(index)} runs below {below}, here it has to run below {needed}", term
        )
