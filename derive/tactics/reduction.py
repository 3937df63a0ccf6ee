"""Rational functions over atoms, reduced until equal ones come out the same.

Sums of products are a normal form of polynomials. Where inverses and roots of polynomials occur,
their bases are related to the other atoms, and these relations are used up:

* a whole power of a base is multiplied out: (1 + E) * (1 + E)^(1/2) has no whole part left;
* the leading monomial of a base does not stand over that base: E/(1 + E) = 1 - 1/(1 + E);
* what a base has in common with a denominator is split off: 1/(E (1 + E)) = 1/E - 1/(1 + E);
  where all of its atoms are known not to be 0 these two keep one exponent within bounds;
* a delta or a guard is 0 or 1, and so its powers are itself.

Every step is an identity of rational functions, which the rule ``field`` accepts by itself.
"""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from typing import NamedTuple

from ..kernel import Declarations, Fact, Term
from ..kernel.polynomial import (
    UNIT,
    Monomial,
    Polynomial,
    Rational,
    atom,
    join,
    plus,
    raised,
    times,
    whole,
)
from .ledger import OutOfSteps, check_time
from .order import order
from .polynomials import in_order, is_exp
from .rational import is_base, is_indicator, multiplied_out, polynomial_of_base

MOST_REDUCTIONS = 20_000


class Lead(NamedTuple):
    """The leading monomial of a base, and what of it has to divide another for a step.

    Where the monomial is the only one with its atoms, but for units (atoms that are not 0, such as
    sizes), these need not divide: their inverses are at hand. Then no other step may take them away
    again, or the two would go round in a circle.
    """

    monomial: Monomial
    needed: Monomial


class Pivot(NamedTuple):
    """In a base of units: an atom, and the monomials with its largest and its least exponent.

    Over the base, the exponent of the pivot can be brought from 0 to below ``width``, the
    difference of the two: E**2/(1 + E) = E - 1 + 1/(1 + E).
    """

    name: Term
    most: Monomial
    least: Monomial
    width: Rational


class Reduction:
    """Reduces polynomials; ``units`` are the variables of which no entry is 0."""

    def __init__(self, units: Collection[str]) -> None:
        self._units = units
        self._leads: dict[Term, Lead] = {}
        self._pivots: dict[Term, Pivot | None] = {}

    def reduced(self, polynomial: Polynomial) -> Polynomial:
        """The polynomial with the relations between bases and other atoms used up."""
        if all(map(_is_reduced, polynomial)):
            return polynomial
        done: Polynomial = {}
        todo = dict(polynomial)
        for _ in range(MOST_REDUCTIONS):
            if not todo:
                return done
            check_time()
            monomial, coefficient = todo.popitem()
            rewritten = self._rewritten(monomial)
            if rewritten is None:
                _add(done, monomial, coefficient)
            else:
                for part, scale in rewritten.items():
                    _add(todo, part, whole(coefficient * scale))
        raise OutOfSteps(f"gave up a rational function after {MOST_REDUCTIONS} steps")

    def _rewritten(self, monomial: Monomial) -> Polynomial | None:
        """The monomial after one step; None where there is none to take."""
        for name, exponent in in_order(monomial):
            if exponent > 1 and is_indicator(name):
                return {join(monomial, frozenset(((name, 1 - exponent),))): 1}
            if is_base(name) and exponent >= 1:
                return multiplied_out(monomial, name, exponent // 1)
            if is_base(name) and exponent < 0:
                part = self._part_to_cancel(name, monomial)
                if part is not None:
                    return _cancelled(monomial, name, part)
        return None

    def _part_to_cancel(self, name: Term, monomial: Monomial) -> Monomial | None:
        """The monomial of a base that a step writes as the base less the others; None for none."""
        pivot = self._pivot(name)
        if pivot is not None:
            exponent = dict(monomial).get(pivot.name, 0)
            if 0 <= exponent < pivot.width:
                return None
            return pivot.most if exponent > 0 else pivot.least
        lead = self._lead(name)
        if _divides(lead.needed, monomial):
            return lead.monomial
        over_units = lead.needed != lead.monomial
        return UNIT if not over_units and _splits(polynomial_of_base(name), monomial) else None

    def _pivot(self, name: Term) -> Pivot | None:
        if name not in self._pivots:
            self._pivots[name] = self._find_pivot(polynomial_of_base(name))
        return self._pivots[name]

    def _find_pivot(self, polynomial: Polynomial) -> Pivot | None:
        if len(polynomial) < 2 or any(map(self._without_units, polynomial)):
            return None
        names = {name for monomial in polynomial for name, _ in monomial}
        for name in sorted(names, key=_atom_rank, reverse=True):
            ordered = sorted((dict(m).get(name, 0), _rank(m), m) for m in polynomial)
            exponents = [exponent for exponent, _, _ in ordered]
            if exponents[0] < exponents[1] and exponents[-2] < exponents[-1]:
                width = exponents[-1] - exponents[0]
                return Pivot(name, ordered[-1][2], ordered[0][2], width)
        return None

    def _lead(self, name: Term) -> Lead:
        lead = self._leads.get(name)
        if lead is None:
            lead = self._leads[name] = self._find_lead(polynomial_of_base(name))
        return lead

    def _find_lead(self, polynomial: Polynomial) -> Lead:
        """The first monomial in the lexicographic order in which units come last."""
        plain = {m: self._without_units(m) for m in polynomial}
        lead = max(polynomial, key=lambda m: (_rank(plain[m]), _rank(m)))
        alone = sum(part == plain[lead] for part in plain.values()) == 1
        return Lead(lead, plain[lead] if plain[lead] and alone else lead)

    def _without_units(self, monomial: Monomial) -> Monomial:
        return frozenset(pair for pair in monomial if not self._is_unit(pair[0]))

    def _is_unit(self, name: Term) -> bool:
        if name.kind == "element":
            return name.args[0] in self._units
        return name.kind in ("size", "constant") or is_exp(name)


def nonzero_variables(declarations: Declarations) -> frozenset[str]:
    """The variables that are stated not to be 0, all entries of them."""
    return frozenset(
        conclusion.term.args[0]
        for context, conclusion in declarations.hypotheses
        if isinstance(conclusion, Fact)
        and conclusion.kind in ("positive", "nonzero")
        and conclusion.term.kind == "element"
        and len(context) == len(declarations.variables[conclusion.term.args[0]])
    )


def _add(polynomial: Polynomial, monomial: Monomial, coefficient: Rational) -> None:
    total = polynomial.pop(monomial, 0) + coefficient
    if total:
        polynomial[monomial] = total


def _is_reduced(monomial: Monomial) -> bool:
    return not any(is_base(name) or (e > 1 and is_indicator(name)) for name, e in monomial)


def _rank(monomial: Monomial) -> list[tuple[object, ...]]:
    """The lexicographic order of monomials, exponentials first."""
    return sorted(((*_atom_rank(name), e) for name, e in monomial), reverse=True)


def _atom_rank(name: Term) -> tuple[object, ...]:
    return (name.kind == "apply", name.kind, order(name))


def _cancelled(monomial: Monomial, name: Term, part: Monomial) -> Polynomial:
    """With base = c * part + rest: monomial = (monomial / part) * (base - rest) / c"""
    polynomial = polynomial_of_base(name)
    others = {m: -c for m, c in polynomial.items() if m != part}
    quotient = {join(monomial, raised(part, -1)): whole(Fraction(1) / polynomial[part])}
    return times(quotient, plus(atom(name), others))


def _divides(lead: Monomial, monomial: Monomial) -> bool:
    exponents = dict(monomial)
    return all(exponents.get(name, 0) >= exponent for name, exponent in lead)


def _splits(polynomial: Polynomial, monomial: Monomial) -> bool:
    """Whether all of the base but its constant shares an atom with the rest of the denominator."""
    if UNIT not in polynomial or len(polynomial) < 2:
        return False
    below = {name for name, exponent in monomial if exponent < 0 and not is_base(name)}
    return any(all(name in dict(m) for m in polynomial if m) for name in below)
