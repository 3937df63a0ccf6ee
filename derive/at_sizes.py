"""A claim at fixed sizes, as claims that the kernel can prove: x_0 and x_1 instead of x[i].

An axis of a fixed size is written out. A variable x[b, i] becomes variables x_0[b], x_1[b], ..;
a sum over the axis a sum of its terms; a free index takes each of its values in a claim of its own.
Nothing here is trusted to a proof: what the kernel proves are the claims that come out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from .claims import Claim
from .kernel import Declarations, Derivative, Equation, Fact, Hypothesis, Refused, Term
from .kernel.declarations import Label
from .kernel.terms import (
    ONE,
    ZERO,
    Index,
    add,
    delta,
    element,
    number,
    position,
    rational,
    sum_over,
    where,
)
from .plain_text import explain
from .rebinding import rebuild

MOST_CLAIMS = 32
Entry = tuple[str, tuple[Index, ...]]


class NotWritten(ValueError):  # noqa: N818  (an answer, not a mishap)
    """The claim cannot be written out at these sizes: a label could be any index, or it is long."""


def at_sizes(claim: Claim, sizes: Mapping[str, int]) -> tuple[Claim, ...]:
    """What a claim says where some sizes are fixed; other sizes stay symbolic.

    Raises
    ------
    NotWritten
        Where a label array holds indices below a size that is fixed above 1, where names would
        clash, or where there would be too many claims.

    >>> from derive.plain_text import show
    >>> from derive.stating import state_claim
    >>> from derive.symbols import index, real, size, sum_over
    >>> n = size("n")
    >>> x, i, j = real("x", n), index("i", n), index("j", n)
    >>> for claim in at_sizes(state_claim(sum_over(j, x[j] ** 2), x[i], 2 * x[i]), {"n": 2}):
    ...     print(show(claim.of), claim.variable, show(claim.value))
    ((x_0)^(2) + (x_1)^(2)) x_0 2*x_0
    ((x_0)^(2) + (x_1)^(2)) x_1 2*x_1
    """
    fixed = [i for i, below in claim.declarations.indices.items() if below in sizes]
    values = list(product(*[range(sizes[claim.declarations.indices[i]]) for i in fixed]))
    if len(values) > MOST_CLAIMS:
        raise NotWritten(f"{len(values)} claims, which is more than {MOST_CLAIMS}")
    try:
        declarations = _declarations(claim.declarations, sizes)
        return tuple(
            _claim(
                claim,
                declarations,
                _Written(claim.declarations, sizes, dict(zip(fixed, at, strict=True))),
            )
            for at in values
        )
    except Refused as refusal:
        raise NotWritten(explain(refusal)) from refusal


def _claim(claim: Claim, declarations: Declarations, write: _Written) -> Claim:
    written = (write.element(variable, at, ()) for variable, at in entries_of(claim))
    of, value = (write.term(term, ()) for term in claim.terms)
    entries = [(entry.args[0], entry.args[1]) for entry in written]
    return restated(claim, entries, declarations=declarations, of=of, value=value)


def entries_of(claim: Claim) -> tuple[Entry, ...]:
    """Every entry that a claim differentiates by, in this order."""
    stated = claim.judgement.conclusion
    assert isinstance(stated, Derivative)
    return stated.entries


def restated(claim: Claim, entries: Sequence[Entry], **changes: Any) -> Claim:
    """The claim about other entries, and with other changes."""
    (variable, at), *then = entries
    if then:
        changes["then"] = tuple(then)
    return replace(claim, variable=variable, at=at, **changes)


# ---- declarations --------------------------------------------------------------------------------


def _declarations(declared: Declarations, sizes: Mapping[str, int]) -> Declarations:
    _require_apart(declared, sizes)
    indices = {i: below for i, below in declared.indices.items() if below not in sizes}
    variables = {
        _named(name, at): _left(shape, sizes)
        for name, shape in declared.variables.items()
        for at in _entries(shape, sizes)
    }
    labels: dict[str, Label] = {}
    for name, label in declared.labels.items():
        if label.below in sizes:
            continue
        for at in _entries(label.shape, sizes):
            rest = _left(label.shape, sizes)
            if rest:
                labels[_named(name, at)] = Label(rest, label.below)
            else:
                indices[_named(name, at)] = label.below
    return Declarations(
        declared.sizes - set(sizes),
        indices,
        variables,
        labels,
        tuple(_hypotheses(declared, sizes)),
    )


def _require_apart(declared: Declarations, sizes: Mapping[str, int]) -> None:
    """Refuse x[n] beside another x_0: at n = 1 they would be one variable."""
    shapes = {
        **declared.variables,
        **{name: label.shape for name, label in declared.labels.items()},
    }
    made = Counter(_named(name, at) for name in shapes for at in _entries(shapes[name], sizes))
    kept = (i for i, below in declared.indices.items() if below not in sizes)
    made.update((*kept, *declared.sizes))
    for name, times in made.items():
        if times > 1:
            raise NotWritten(f"{name} would stand for two things")


def _hypotheses(declared: Declarations, sizes: Mapping[str, int]) -> Iterator[Hypothesis]:
    for hypothesis in declared.hypotheses:
        for bound in _contexts(hypothesis.context, sizes):
            write = _Written(declared, sizes, {})
            conclusion = hypothesis.conclusion
            if isinstance(conclusion, Fact):
                said: Equation | Fact = conclusion._replace(term=write.term(conclusion.term, bound))
            else:
                said = Equation(*[write.term(side, bound) for side in conclusion])
            yield Hypothesis(_left(hypothesis.context, sizes), said)


def _contexts(
    context: tuple[str, ...], sizes: Mapping[str, int]
) -> Iterator[tuple[int | None, ...]]:
    """Values for the binders of fixed sizes; None for those that stay."""
    ranges = [range(sizes[name]) if name in sizes else [None] for name in context]
    return product(*ranges)


def _left(shape: tuple[str, ...], sizes: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(axis for axis in shape if axis not in sizes)


def _entries(shape: tuple[str, ...], sizes: Mapping[str, int]) -> Iterator[tuple[int, ...]]:
    return product(*[range(sizes[axis]) for axis in shape if axis in sizes])


def _named(name: str, at: tuple[int, ...]) -> str:
    return "_".join([name, *map(str, at)])


# ---- terms ---------------------------------------------------------------------------------------

Bound = tuple[
    int | None, ...
]  # the open binders, innermost first: a value, or None where one stays


@dataclass(frozen=True)
class _Written:
    """Writes terms out at fixed sizes; ``free`` gives the free indices of those their values."""

    declared: Declarations
    sizes: Mapping[str, int]
    free: Mapping[str, int]

    def term(self, term: Term, bound: Bound) -> Term:
        """The term, its sums over fixed sizes as sums of their terms."""
        kind, args = term.kind, term.args
        match kind:
            case "size" if args[0] in self.sizes:
                return number(self.sizes[args[0]])
            case "element":
                return self.element(args[0], args[1], bound)
            case "position":
                at, is_value = self._index(args[0], bound)
                return number(at) if is_value else position(at)
            case "delta":
                return self._delta(args, bound)
            case "sum":
                return self._sum(args[0], args[1], bound)
            case "where":
                return _decided(args[0], *[self.term(arg, bound) for arg in args[1:]])
        return rebuild(
            term, [self.term(arg, bound) if isinstance(arg, Term) else arg for arg in args]
        )

    def element(self, name: str, at: tuple[Index, ...], bound: Bound) -> Term:
        """The element, the values of its fixed axes in its name."""
        values, rest = self._split([self._index(index, bound) for index in at])
        return element(_named(name, values), *rest)

    def _delta(self, indices: tuple[Index, ...], bound: Bound) -> Term:
        (one, fixed), (other, _) = (self._index(index, bound) for index in indices)
        if fixed:
            return ONE if one == other else ZERO
        return delta(one, other)

    def _sum(self, below: str, body: Term, bound: Bound) -> Term:
        if below not in self.sizes:
            return sum_over(below, self.term(body, (None, *bound)))
        return add(*[self.term(body, (k, *bound)) for k in range(self.sizes[below])])

    def _index(self, index: Index, bound: Bound) -> tuple[Index, bool]:
        """Its value and True, or the index that it becomes and False."""
        if isinstance(index, tuple):
            return self._label(index, bound)
        if isinstance(index, str):
            return (self.free[index], True) if index in self.free else (index, False)
        value = bound[index]
        if value is not None:
            return value, True
        return sum(outer is None for outer in bound[:index]), False

    def _label(self, index: tuple[str, Index], bound: Bound) -> tuple[Index, bool]:
        below = self.declared.labels[index[0]].below
        if below in self.sizes:
            if self.sizes[below] == 1:
                return 0, True
            raise NotWritten(f"{index[0]} holds any index below {below}")
        values, rest = self._split([self._index(inner, bound) for inner in index[1:]])
        name = _named(index[0], values)
        return ((name, *rest) if rest else name), False

    def _split(self, places: list[tuple[Index, bool]]) -> tuple[tuple[int, ...], list[Index]]:
        values = tuple(at for at, is_value in places if is_value)
        return values, [at for at, is_value in places if not is_value]


def _decided(relation: str, left: Term, right: Term, body: Term) -> Term:
    """The guard, or what it comes to where both sides are numbers."""
    one, other = _value(left), _value(right)
    if one is None or other is None:
        return where(relation, left, right, body)
    holds = {"=": one == other, "!=": one != other, "<": one < other, "<=": one <= other}
    return body if holds[relation] else ZERO


def _value(term: Term) -> Fraction | None:
    """The number that a sum or a product of numbers is; None for any other term."""
    if term.kind in ("add", "multiply"):
        parts = [_value(part) for part in term.args]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        return sum(known, Fraction(0)) if term.kind == "add" else prod(known, start=Fraction(1))
    value = rational(term)
    return None if value is None else Fraction(value)
