"""Declarations: the names a proof may use, their shapes, and the hypotheses it may lean on.

Every index in a judgement is checked against the size of the axis where it stands. What has passed
here cannot read x[7] of five elements, so no rule needs to ask "is i < n?" again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from . import judgement as j
from . import terms as t
from .errors import Refused, require
from .judgement import Conclusion, Context, Derivative, Equation, Fact, Shape
from .terms import Index, Indices, Term


class Hypothesis(NamedTuple):
    """A closed statement that is assumed: for every index of the context, the conclusion holds."""

    context: Shape
    conclusion: Equation | Fact

    def instance(self, at: Indices) -> Equation | Fact:
        """The conclusion at the given indices, the innermost bound one first."""
        parts: Any = t.instantiate(tuple(self.conclusion), *at)
        return type(self.conclusion)(*parts)


class Label(NamedTuple):
    """An array of indices: t[b] runs below ``below`` for each b of ``shape``."""

    shape: Shape
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
    variables: Mapping[str, Shape] = field(default_factory=dict)
    labels: Mapping[str, Label] = field(default_factory=dict)
    hypotheses: tuple[Hypothesis, ...] = ()
    _passed: set[Any] = field(default_factory=set, init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        names = Counter([*self.sizes, *self.indices, *self.variables, *self.labels])
        for name, times in names.items():
            require(name.isidentifier(), "not a name", repr(name))
            require(times == 1, "declared twice", name)
        used = [*self.indices.values(), *(label.below for label in self.labels.values())]
        shapes = [*self.variables.values(), *(label.shape for label in self.labels.values())]
        shapes += [hypothesis.context for hypothesis in self.hypotheses]
        for name in used + [axis for shape in shapes for axis in shape]:
            require(name in self.sizes, "not a declared size", name)
        for hypothesis in self.hypotheses:
            require(not isinstance(hypothesis.conclusion, Derivative), "not a hypothesis")
            self.check(hypothesis.context, hypothesis.conclusion)

    def check(self, context: Context, conclusion: Conclusion) -> None:
        """Refuse a judgement with an undeclared name, a wrong rank, or an index out of range."""
        sizes = j.binders(context)
        require(self.sizes.issuperset(sizes), "not a declared size", *sizes)
        for depth, entry in enumerate(context):
            if not isinstance(entry, str):
                for side in entry[1:]:
                    self.check_term(j.binders(context[depth:]), side)
        for term in j.terms_of(conclusion):
            self.check_term(sizes, term)
        if isinstance(conclusion, Fact):
            require(conclusion.kind in j.SIGNS, "no such kind of fact", conclusion.kind)
        if isinstance(conclusion, Derivative):
            for variable, indices in conclusion.entries:
                self.check_term(sizes, t.element(variable, *indices))

    def check_term(self, sizes: Shape, term: Term) -> None:
        """Refuse a term that is not well-formed under binders (and remember one that is)."""
        require(term.loose <= len(sizes), "an index without a binder", term)
        key = (term, sizes[: term.loose])
        if key not in self._passed:
            self._check_names(sizes, term.kind, term.args)
            inner = (term.args[0], *sizes) if term.kind == "sum" else sizes
            for part in term.parts:
                self.check_term(inner, part)
            self._passed.add(key)

    def _check_names(self, sizes: Shape, kind: str, args: tuple[Any, ...]) -> None:
        """Refuse an undeclared name, or an index out of range, in a term but for its parts."""
        match kind:
            case "element":
                require(args[0] in self.variables, "not a declared variable", args[0])
                self.require_below(sizes, args[1], self.variables[args[0]])
            case "delta" | "position":
                for index in args:
                    self.index_size(index, sizes)
            case "size" | "sum":
                require(args[0] in self.sizes, "not a declared size", args[0])
            case "constant":
                require(args[0] in t.CONSTANTS, "not a constant of the kernel", args[0])
            case "apply":
                require(args[0] in t.FUNCTIONS, "not a function of the kernel", args[0])

    def require_below(self, context: Context, at: Indices, shape: Shape) -> None:
        """Refuse too few or too many indices for these sizes, or one that runs below another."""
        if len(at) != len(shape):
            raise Refused(f"takes {len(shape)} indices, here it has {len(at)}", *shape)
        for index, below in zip(at, shape, strict=True):
            found = self.index_size(index, context)
            if found != below:
                raise Refused(f"{index} runs below {found}, here it has to run below {below}")

    def index_size(self, index: Index, context: Context) -> str:
        """The size that an index runs below. Refuses one that is not declared or not bound."""
        if isinstance(index, int):
            sizes = j.binders(context)
            require(0 <= index < len(sizes), "an index without a binder", index)
            return sizes[index]
        if isinstance(index, tuple):
            require(index[0] in self.labels, "not a declared label", index[0])
            label = self.labels[index[0]]
            self.require_below(context, index[1:], label.shape)
            return label.below
        require(index in self.indices, "an index nobody declared", index)
        return self.indices[index]
