"""Almost the same statement: one thing changed in the claimed value or among the hypotheses.

What comes out is most often false, sometimes true by accident. Whether it is false is not for this
module to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any, NamedTuple

from derive.claims import Claim
from derive.kernel import Declarations, Refused, Term
from derive.kernel.terms import (
    FUNCTIONS,
    ONE,
    RELATIONS,
    ZERO,
    Index,
    add,
    apply,
    delta,
    element,
    instantiate,
    make,
    multiply,
    negate,
    number,
    rational,
    sum_over,
    where,
)

Context = tuple[str, ...]  # the sizes of the open binders, the innermost first


class Mutant(NamedTuple):
    """A changed claim, and what was changed."""

    what: str
    claim: Claim


class Place(NamedTuple):
    """A part of a term, the binders around it, and the whole with another part in its place."""

    part: Term
    context: Context
    put: Callable[[Term], Term]


def mutants(claim: Claim) -> Iterator[Mutant]:
    """Every claim with one thing changed. Those that are not well-formed are left out."""
    for which in range(len(claim.declarations.hypotheses)):
        kept = list(claim.declarations.hypotheses)
        dropped = kept.pop(which)
        declarations = replace(claim.declarations, hypotheses=tuple(kept))
        yield Mutant(f"hypothesis dropped: {dropped}", replace(claim, declarations=declarations))
    for place in places(claim.value):
        for what, part in changes(place, claim.declarations):
            try:
                changed = claim.saying(place.put(part))
            except Refused:
                continue
            if changed.value is not claim.value:
                yield Mutant(what, changed)


def places(term: Term) -> Iterator[Place]:
    """Every part of a term, the whole first."""
    return _places(term, (), lambda part: part)


def _places(part: Term, context: Context, put: Callable[[Term], Term]) -> Iterator[Place]:
    yield Place(part, context, put)
    inner = (part.args[0], *context) if part.kind == "sum" else context
    for number_, arg in enumerate(part.args):
        if isinstance(arg, Term):
            yield from _places(arg, inner, _put_inside(part, number_, put))


def _put_inside(part: Term, which: int, put: Callable[[Term], Term]) -> Callable[[Term], Term]:
    def inside(new: Term) -> Term:
        args = list(part.args)
        args[which] = new
        return put(make(part.kind, *args))

    return inside


Changes = Iterator[tuple[str, Term]]


def changes(place: Place, declarations: Declarations) -> Changes:
    """What might stand in a place by mistake."""
    part = place.part
    yield "negated", negate(part)
    yield "doubled", multiply(number(2), part)
    yield "1 added", add(part, ONE)
    if part.kind in _CHANGES:
        yield from _CHANGES[part.kind](place, declarations)


def _indices(below: str, context: Context, declarations: Declarations) -> list[Index]:
    """The indices that may be read in a place, of a size."""
    bound: list[Index] = [k for k, axis in enumerate(context) if axis == below]
    free: list[Index] = [i for i, axis in declarations.indices.items() if axis == below]
    return bound + free


def _number(place: Place, _: Declarations) -> Changes:
    value = Fraction(rational(place.part) or 0)
    yield "a number one more", number(value + 1)
    yield "a number one less", number(value - 1)
    if value:
        yield "a number inverted", number(1 / value)


def _parts(place: Place, _: Declarations) -> Changes:
    for which in range(len(place.part.args)):
        kept = place.part.args[:which] + place.part.args[which + 1 :]
        yield f"a part of the {place.part.kind} dropped", make(place.part.kind, *kept)


def _power(place: Place, _: Declarations) -> Changes:
    base, exponent = place.part.args
    yield "an exponent dropped", base
    yield "an exponent raised", make("power", base, add(exponent, ONE))


def _apply(place: Place, _: Declarations) -> Changes:
    function, argument = place.part.args
    yield "a function dropped", argument
    for other in FUNCTIONS:
        if other != function:
            yield f"{other} for {function}", apply(other, argument)


def _sum(place: Place, declarations: Declarations) -> Changes:
    below, body = place.part.args
    for at in _indices(below, place.context, declarations):
        yield "a sum dropped", instantiate(body, at)
    for other in declarations.sizes - {below}:
        yield "a sum over another size", sum_over(other, body)


def _element(place: Place, declarations: Declarations) -> Changes:
    variable, at = place.part.args
    shape = declarations.variables[variable]
    yield "indices swapped", element(variable, *reversed(at))
    for axis, below in enumerate(shape):
        for other in _indices(below, place.context, declarations):
            yield "another index", element(variable, *at[:axis], other, *at[axis + 1 :])
    for other, other_shape in declarations.variables.items():
        if other != variable and other_shape == shape:
            yield "another variable", element(other, *at)


def _delta(place: Place, declarations: Declarations) -> Changes:
    yield "1 for a delta", ONE
    yield "0 for a delta", ZERO
    left, right = place.part.args
    if not isinstance(left, int) or left < len(place.context):
        below = declarations.index_size(left, place.context)
        for other in _indices(below, place.context, declarations):
            yield "another index in a delta", delta(other, right)


def _where(place: Place, _: Declarations) -> Changes:
    relation, left, right, body = place.part.args
    yield "a guard dropped", body
    yield "the sides of a guard swapped", where(relation, right, left, body)
    for other in RELATIONS:
        if other != relation:
            yield "another relation in a guard", where(other, left, right, body)


_CHANGES: dict[str, Callable[[Place, Declarations], Any]] = {
    "number": _number,
    "add": _parts,
    "multiply": _parts,
    "power": _power,
    "apply": _apply,
    "sum": _sum,
    "element": _element,
    "delta": _delta,
    "where": _where,
}
