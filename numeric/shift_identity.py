"""Is a compiled program the formula that it was made from? Asked of the kernel, for every shift.

Stability rests on exp(a) = exp(m) exp(a - m): a program takes m to be the largest exponent, for
nothing to overflow. Here the program that was really made is read back as a term, with a variable
for every maximum in it, of which nothing is assumed; and the kernel proves that this term equals
the formula. So the program is right whatever those maxima are, the largest or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from typing import Any, NamedTuple

from derive.claims import Identity
from derive.conditions import conditions
from derive.kernel import Declarations, Refused, Term
from derive.kernel import terms as t
from derive.kernel.rules import OPPOSITE
from derive.kernel.terms import MINUS_ONE, ONE, Index
from derive.proof_files import dump, replay
from derive.tactics.clock import time_limit
from derive.tactics.ledger import NotProved
from derive.tactics.prove import proof_of

from .compile import view_of
from .program.views import Array, View
from .wording import fresh_names

_SECONDS = 2.0
_AS_WRITTEN = ("exp", "log", "sin", "cos", "erf", "lgamma", "digamma")
_SHIFTS = ("amax", "maximum", "lowest")  # of which nothing is assumed

At = tuple[Index, ...]


def shift_identity(declarations: Declarations, term: Term) -> Identity:
    """term = the program that it is compiled to, read back with a variable for every maximum.

    Raises
    ------
    NotCompiled
        Where there is no program for the term.

    >>> from derive import theorem
    >>> from derive.plain_text import show
    >>> claim = theorem("softmax_jacobian").parts[0].claim
    >>> show(shift_identity(claim.declarations, claim.of).value)
    'exp((x[k] + -1*m))*(sum_<n>(exp((x[#0] + -1*m))))^(-1)'
    """
    view = view_of(declarations, term)
    reading = _Reading(declarations)
    value = reading.view(view)
    with_shifts = {**declarations.variables, **reading.shifts}
    declared = replace(declarations, variables=with_shifts)
    needed = conditions(declared, [term, value])
    hypotheses = (*declared.hypotheses, *(h for h in needed if h not in declared.hypotheses))
    return Identity(replace(declared, hypotheses=hypotheses), term, value)


class Shifted(NamedTuple):
    """What is known of one program.

    shifts: how many maxima there are in it.
    rule_applications: of the proof, which the kernel replayed; None where none was found.
    """

    shifts: int
    rule_applications: int | None


def shifted(declarations: Declarations, term: Term, seconds: float = _SECONDS) -> Shifted:
    """Whether the kernel proves that a term is what it is compiled to, for every shift.

    Raises
    ------
    NotCompiled
        Where there is no program for the term.

    >>> from derive import theorem
    >>> claim = theorem("softmax_jacobian").parts[0].claim
    >>> found = shifted(claim.declarations, claim.of)
    >>> found.shifts, found.rule_applications is not None
    (1, True)
    """
    identity = shift_identity(declarations, term)
    shifts = len(identity.declarations.variables) - len(declarations.variables)
    try:
        with time_limit(seconds):
            data = dump(proof_of(identity))
            rebuilt = replay(data)
    except (NotProved, Refused):
        return Shifted(shifts, None)
    alike = rebuilt.declarations == identity.declarations
    proved = alike and rebuilt.conclusion == identity.judgement
    return Shifted(shifts, len(data["lines"]) if proved else None)


class _Reading:
    """Reads arrays back as terms. ``shifts`` are the variables that stand for maxima."""

    def __init__(self, declarations: Declarations) -> None:
        self.shifts: dict[str, tuple[str, ...]] = {}
        self._declarations = declarations
        self._name_of: dict[Array, str] = {}

    def view(self, view: View) -> Term:
        """A view at its named indices."""
        return self._array(view.array, view.axes)

    def _array(self, array: Array, at: Sequence[Any]) -> Term:
        """An array at an index for each of its axes."""
        made, parameters = array.made, array.parameters
        if made in _SHIFTS:
            return t.element(self._shift(array), *at)
        inside = made in ("contract", "gather", "compare", "product", "both", "select")
        operands = [] if inside else self._operands(array, at)
        match made:
            case "input":
                return t.element(parameters[0], *at)
            case "number":
                return t.number(parameters[0])
            case "pi":
                return t.constant("pi")
            case "size":
                return t.size(parameters[0])
            case "real":
                return operands[0]
            case "range" | "label":
                return t.position(self._index(array, at))
            case "gather":
                return self._gathered(array, at)
            case "eye":
                return t.delta(*at)
            case "linear":
                parts = zip(parameters, operands, strict=True)
                return t.sum_of([e if c == 1 else t.multiply(t.number(c), e) for c, e in parts])
            case "product":
                return self._multiplied(array, at)
            case "power":
                return t.power(operands[0], t.number(parameters[0]))
            case "reciprocal":
                return t.power(operands[0], MINUS_ONE)
            case "sqrt":
                return t.power(operands[0], t.number(1, 2))
            case "expm1":
                return t.add(t.apply("exp", operands[0]), MINUS_ONE)
            case "log1p":
                return t.apply("log", t.add(ONE, operands[0]))
            case "contract":
                return self._contracted(array, at)
            case "compare" | "both":
                return self._guarded(array, at, ONE, holds=True)
            case "select":
                return self._selected(array, at)
        assert made in _AS_WRITTEN, made
        return t.apply(made, operands[0])

    def _operands(self, array: Array, at: Sequence[Any]) -> list[Term]:
        return [self._array(each, _places(places, at)) for each, places in array.operands]

    def _shift(self, array: Array) -> str:
        if array not in self._name_of:
            taken = {*self._declarations.variables, *self._declarations.labels, *self.shifts}
            taken |= {*self._declarations.sizes, *self._declarations.indices}
            name = "m" if "m" not in taken else fresh_names(taken, 1)[0]
            self._name_of[array] = name
            self.shifts[name] = array.shape
        return self._name_of[array]

    def _contracted(self, array: Array, at: Sequence[Any]) -> Term:
        """A sum of products: a binder for every place beyond the axes of the array."""
        sizes = {
            place: size
            for each, places in array.operands
            for place, size in zip(places, each.shape, strict=True)
            if place >= array.rank
        }
        bound = sorted(sizes, reverse=True)  # the innermost first
        inside = [t.shift(index, len(bound)) for index in at] + [0] * len(bound)
        for depth, place in enumerate(bound):
            inside[place] = depth
        body = self._multiplied(array, inside)
        return reduce(lambda inner, place: t.sum_over(sizes[place], inner), bound, body)

    def _multiplied(self, array: Array, at: Sequence[Any]) -> Term:
        return t.product_of(self._operands(array, at))

    # ---- indices and guards

    def _index(self, array: Array, at: Sequence[Any]) -> Index:
        """An array of integers as an index."""
        if array.made == "range":
            return at[0]
        if array.made == "label":
            return (array.parameters[0], *at)
        assert array.made == "gather", array.made
        return (array.parameters[0], *self._indices(array, at))

    def _indices(self, array: Array, at: Sequence[Any]) -> list[Index]:
        return [self._index(each, _places(places, at)) for each, places in array.operands]

    def _gathered(self, array: Array, at: Sequence[Any]) -> Term:
        name = array.parameters[0]
        if name in self._declarations.labels:
            return t.position(self._index(array, at))
        return t.element(name, *self._indices(array, at))

    def _selected(self, array: Array, at: Sequence[Any]) -> Term:
        (condition, places), *_ = array.operands
        _, then, otherwise = ((each, _places(where, at)) for each, where in array.operands)
        where = _places(places, at)
        parts = [self._guarded(condition, where, self._array(*then), holds=True)]
        if not _is_guard(array):
            parts.append(self._guarded(condition, where, self._array(*otherwise), holds=False))
        return t.sum_of(parts)

    def _guarded(self, condition: Array, at: Sequence[Any], body: Term, *, holds: bool) -> Term:
        """The body where a condition holds, or where it does not, else 0."""
        operands = [(each, _places(places, at)) for each, places in condition.operands]
        if condition.made == "both":
            (one, at_one), (other, at_other) = operands
            if holds:
                inner = self._guarded(other, at_other, body, holds=True)
                return self._guarded(one, at_one, inner, holds=True)
            inner = self._guarded(other, at_other, body, holds=False)
            first = self._guarded(one, at_one, body, holds=False)
            return t.add(first, self._guarded(one, at_one, inner, holds=True))
        relation = condition.parameters[0]
        left, right = (self._array(*operand) for operand in operands)
        if holds:
            return t.where(relation, left, right, body)
        return t.where(OPPOSITE[relation], right, left, body)


def _is_guard(array: Array) -> bool:
    """Whether an array is 0 where its condition does not hold."""
    if array.made != "select":
        return False
    otherwise = array.operands[2][0]
    return otherwise.made == "number" and not otherwise.parameters[0]


def _places(places: Sequence[int], at: Sequence[Any]) -> list[Any]:
    return [at[place] for place in places]
