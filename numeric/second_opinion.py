"""A second opinion: a statement unrolled at small sizes, settled exactly by another algebra engine.

The function is written out, entry by entry, in the arithmetic of a tower (``numeric.towers``):
FLINT's multivariate polynomials, with exponentials, logarithms and roots as generators. It is
differentiated there by dual numbers, which know nothing of our rules. What is left of derivative
minus claim has to reduce to 0: that holds for all inputs around a sample at once, not at some.

It agrees only where the difference is 0, and disagrees only where balls at the sample certify that
it is not. In all other cases it was not asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice, permutations, product
from math import prod
from typing import Any

from derive.claims import Claim, Statement
from derive.kernel import Declarations, Equation, Term
from derive.kernel.judgement import terms_of

from .constraints import Constraints, total_of
from .exact_samples import points_at
from .interpret import Arithmetic, Undefined, evaluate, index_value
from .points import Point, indices_below
from .towers import OutOfBudget, Quotient, Tower

AGREES, DISAGREES, NOT_ASKED = "agrees", "disagrees", "was not asked"
MOST_ELEMENTS = 30
_CHOICES = 3  # of sizes
_GUARDED_SAMPLES = 12
_SAMPLES = 4  # to try before giving up
_ENTRIES = 6  # of the values that the free indices take


@dataclass(frozen=True)
class Opinion:
    """What the other engine says at some sizes.

    answer: "agrees", "disagrees" or "was not asked"; ``reason`` says why it was not.
    """

    sizes: Mapping[str, int]
    answer: str
    reason: str = ""


def second_opinion(statement: Statement) -> tuple[Opinion, ...]:
    """What another algebra engine says of a statement, at some small sizes, distinct if possible.

    >>> from derive import theorem
    >>> for opinion in second_opinion(theorem("squared_error").parts[0].claim):
    ...     print(dict(opinion.sizes), opinion.answer)
    {'m': 1, 'p': 2} agrees
    {'m': 1, 'p': 3} agrees
    {'m': 3, 'p': 2} agrees
    """
    return tuple(_opinion(statement, sizes) for sizes in _sizes(statement.declarations))


def _sizes(declarations: Declarations) -> list[dict[str, int]]:
    """Few choices of sizes: distinct where that stays small, and from small to large."""
    names = sorted(declarations.sizes)
    ways = permutations(range(1, max(3, len(names)) + 1), len(names))
    every = sorted((dict(zip(names, way, strict=True)) for way in ways), key=_by(declarations))
    small = [sizes for sizes in every if _elements(declarations, sizes) <= MOST_ELEMENTS]
    small = small or [dict(zip(names, (1, 2) * len(names), strict=False))]
    last = len(small) - 1
    chosen = sorted({round(k * last / (_CHOICES - 1)) for k in range(_CHOICES)})
    return [small[place] for place in chosen]


def _by(declarations: Declarations) -> Any:
    return lambda sizes: (_elements(declarations, sizes), *sizes.values())


def _elements(declarations: Declarations, sizes: Mapping[str, int]) -> int:
    shapes = declarations.variables.values()
    return sum(prod(sizes[axis] for axis in shape) for shape in shapes)


def _opinion(statement: Statement, sizes: Mapping[str, int]) -> Opinion:
    """At the first sample where everything has a value; at several where guards decide.

    Around one sample each guard is open or shut: others may be the other way round.
    """
    reason, agreed = "no sample meets the hypotheses", 0
    wanted = _GUARDED_SAMPLES if any(map(_has_guard, statement.terms)) else 1
    for sample in islice(points_at(statement.declarations, sizes), _SAMPLES + wanted):
        try:
            answer, reason = _asked(statement, sample)
        except Undefined as undefined:
            reason = str(undefined)
            continue
        except OutOfBudget as larger:
            return Opinion(sizes, NOT_ASKED, str(larger))
        agreed += answer == AGREES
        if answer != AGREES or agreed == wanted:
            return Opinion(sizes, answer, reason)
    return Opinion(sizes, AGREES, "") if agreed else Opinion(sizes, NOT_ASKED, reason)


def _has_guard(term: Term) -> bool:
    return term.kind == "where" or any(map(_has_guard, term.parts))


def _asked(statement: Statement, sample: Point) -> tuple[str, str]:
    """The answer for every value of the free indices, in one tower."""
    tower = Tower(2 * _elements(statement.declarations, sample.sizes) + 60)
    elements = _unknowns(statement.declarations, sample, tower)
    for indices in _entries(statement.declarations, sample):
        left, right = _sides(statement, replace(sample, indices=indices), elements, tower)
        difference = left - right
        if not difference.is_zero:
            if tower.sign(difference):
                return DISAGREES, ""
            return NOT_ASKED, "a relation between the generators may be missing"
    return AGREES, ""


def _entries(declarations: Declarations, sample: Point) -> Iterator[dict[str, int]]:
    """Values of the free indices, spread over all there are."""
    names = list(declarations.indices)
    ranges = [range(sample.sizes[below]) for below in declarations.indices.values()]
    every = list(product(*ranges))
    step = -(-len(every) // _ENTRIES)
    return (dict(zip(names, at, strict=True)) for at in every[::step])


Elements = dict[tuple[str, tuple[int, ...]], Any]


def _unknowns(declarations: Declarations, sample: Point, tower: Tower) -> Elements:
    """A generator for every element, so that the stated equations hold.

    Where entries have a stated total, the last is what the others leave. Variables of any other
    equation keep the values of the sample.
    """
    fixed = _fixed(declarations)
    totals = Constraints(declarations).totals
    found: Elements = {}
    for name, shape in declarations.variables.items():
        for at in indices_below(shape, sample.sizes):
            value = sample.values[name][at]
            known = name in fixed
            found[name, at] = tower.constant(value) if known else tower.unknown((name, at), value)
        if name in totals and name not in fixed:
            for group in totals[name].groups(indices_below(shape, sample.sizes)):
                others = (found[name, at] for at in group[:-1])
                total = tower.constant(totals[name].value)
                found[name, group[-1]] = total - sum(others, start=tower.constant(Fraction(0)))
    return found


def _fixed(declarations: Declarations) -> set[str]:
    """The variables of equations that are not totals, or not the only total of the variable."""
    found: set[str] = set()
    totals = set[str]()
    for hypothesis in declarations.hypotheses:
        if isinstance(hypothesis.conclusion, Equation):
            total = total_of(hypothesis)
            if total is None or total.variable in totals:
                found.update(*(term.names for term in terms_of(hypothesis.conclusion)))
            else:
                totals.add(total.variable)
    return found


def _sides(
    statement: Statement, point: Point, elements: Elements, tower: Tower
) -> tuple[Quotient, Quotient]:
    """Both sides at the values of the free indices; a derivative by dual numbers."""
    arithmetic = _arithmetic(tower)
    right = evaluate(statement.value, point, (), arithmetic, elements)
    if not isinstance(statement, Claim):
        return evaluate(statement.left, point, (), arithmetic, elements), right
    statement.require_order(1, "second_opinion")
    at = tuple(index_value(index, point) for index in statement.at)
    moving = Dual(elements[statement.variable, at], tower.constant(Fraction(1)))
    moved = {**elements, (statement.variable, at): moving}
    return _dual(evaluate(statement.of, point, (), arithmetic, moved)).slope, right


# ---- dual numbers --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Dual:
    """value + slope ε, with ε² = 0: a function and its derivative, carried along together."""

    value: Quotient
    slope: Quotient

    def __add__(self, other: Dual | Quotient) -> Dual:
        other = _dual(other)
        return Dual(self.value + other.value, self.slope + other.slope)

    def __neg__(self) -> Dual:
        return Dual(-self.value, -self.slope)

    def __sub__(self, other: Dual | Quotient) -> Dual:
        return self + -_dual(other)

    def __rsub__(self, other: Quotient) -> Dual:
        return _dual(other) - self

    def __mul__(self, other: Dual | Quotient) -> Dual:
        other = _dual(other)
        return Dual(self.value * other.value, self.value * other.slope + self.slope * other.value)

    def __pow__(self, exponent: int) -> Dual:
        factor = self.value.tower.constant(Fraction(exponent))
        return Dual(self.value**exponent, factor * self.value ** (exponent - 1) * self.slope)

    __radd__ = __add__
    __rmul__ = __mul__


def _dual(number: Dual | Quotient) -> Dual:
    if isinstance(number, Dual):
        return number
    return Dual(number, number.tower.constant(Fraction(0)))


def _arithmetic(tower: Tower) -> Arithmetic:
    """The tower's numbers, and dual numbers over them."""

    def lifted(name: str) -> Any:
        function, slope = getattr(tower, name), _SLOPES[name]

        def apply(number: Dual | Quotient) -> Dual | Quotient:
            if isinstance(number, Quotient):
                value: Quotient = function(number)
                return value
            return Dual(function(number.value), slope(tower, number.value) * number.slope)

        return apply

    def power(base: Dual | Quotient, exponent: Dual | Quotient) -> Dual | Quotient:
        return _power(tower, base, exponent)

    def sign(number: Dual | Quotient) -> int | None:
        if isinstance(number, Quotient):
            return tower.sign(number)
        found = tower.sign(number.value)
        return None if found == 0 and not number.slope.is_zero else found

    functions = {name: lifted(name) for name in _SLOPES}
    return Arithmetic(tower.constant, functions, power, sign, tower.pi)


def _erf_slope(tower: Tower, u: Quotient) -> Quotient:
    """2 exp(-u²) / sqrt(pi)"""
    two = tower.constant(Fraction(2))
    return two * tower.exp(-(u * u)) * tower.power(tower.pi(), Fraction(-1, 2))


_SLOPES = {
    "exp": Tower.exp,
    "log": lambda tower, u: u**-1,
    "sin": Tower.cos,
    "cos": lambda tower, u: -tower.sin(u),
    "erf": _erf_slope,
    "lgamma": Tower.digamma,
    "digamma": Tower.trigamma,
}


def _power(tower: Tower, base: Dual | Quotient, exponent: Dual | Quotient) -> Dual | Quotient:
    """b**e, with the slope b**e (e b'/b + e' log b)."""
    if isinstance(base, Quotient) and isinstance(exponent, Quotient):
        return _plain_power(tower, base, exponent)
    base, exponent = _dual(base), _dual(exponent)
    value = _plain_power(tower, base.value, exponent.value)
    rate = exponent.value * base.slope * base.value**-1
    if not exponent.slope.is_zero:
        rate = rate + exponent.slope * tower.log(base.value)
    return Dual(value, value * rate)


def _plain_power(tower: Tower, base: Quotient, exponent: Quotient) -> Quotient:
    """A rational power by roots, any other by exp and log."""
    if exponent.num.is_constant() and exponent.den.is_constant():
        above, below = (int(part.leading_coefficient()) for part in (exponent.num, exponent.den))
        return tower.power(base, Fraction(above, below))
    return tower.exp(exponent * tower.log(base))
