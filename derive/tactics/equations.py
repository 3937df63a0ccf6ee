"""Stated equations, put to use: the value of sum_k y[k], of b, or of 2 sum_k z[k]."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from ..kernel import Equation, Refused, Term
from ..kernel.judgement import Context, Shape
from ..kernel.polynomial import Polynomial, atom, plus, whole
from ..kernel.terms import Index, add, multiply, number
from .ledger import NotProved, OutOfSteps
from .matching import Found, in_range, matches
from .normal import Normal
from .order import order
from .polynomials import term_of

if TYPE_CHECKING:
    from .normal_form import Normaliser


class Pattern(NamedTuple):
    """A hypothesis that gives the value of an atom: left side = coefficient * atom + rest."""

    which: int
    name: Term
    coefficient: Fraction
    sizes: Shape


class Equations:
    """The part of the normaliser that knows of stated equations."""

    def __init__(self, normaliser: Normaliser) -> None:
        self._normaliser = normaliser
        self._ledger = normaliser.ledger
        self._patterns: list[Pattern] | None = None
        self.in_use: frozenset[tuple[object, ...]] = frozenset()

    def used(self, polynomial: Polynomial, context: Context) -> Normal:
        """A polynomial that is one atom, replaced by its value where that is stated."""
        ((monomial, _),) = polynomial.items()
        ((name, _),) = monomial
        for pattern, at in self._matching(name, context):
            instance = (pattern.which, context, at)
            if instance in self.in_use:  # a hypothesis that leads back to itself says nothing
                continue
            if self._leads_back(pattern, at, name):
                continue
            before, self.in_use = self.in_use, self.in_use | {instance}
            try:
                return self._value(pattern, at, name, context)
            except OutOfSteps:
                raise
            except (NotProved, Refused):
                continue
            finally:
                self.in_use = before
        return Normal(polynomial)

    def _leads_back(self, pattern: Pattern, at: tuple[Index, ...], name: Term) -> bool:
        """Whether A[i,j] = A[j,i] is met with the entry that is the first of the two in order."""
        stated = self._ledger.declarations.hypotheses[pattern.which].instance(at)
        right = stated.right if isinstance(stated, Equation) else name
        same = right.kind == name.kind == "element" and right.args[0] == name.args[0]
        return same and order(right) >= order(name)

    def speaks_of(self, name: Term) -> bool:
        """Whether some hypothesis may give the value of an atom, whatever its indices."""
        return any(matches(pattern.name, name, {}) for pattern in self._stated())

    def _matching(
        self, name: Term, context: Context
    ) -> Iterator[tuple[Pattern, tuple[Index, ...]]]:
        for pattern in self._stated():
            found: Found = {}
            if not matches(pattern.name, name, found) or len(found) != len(pattern.sizes):
                continue
            at = tuple(found[place] for place in range(len(pattern.sizes)))
            declared = self._ledger.declarations
            if all(
                in_range(declared, i, n, context) for i, n in zip(at, pattern.sizes, strict=True)
            ):
                yield pattern, at

    def _value(
        self, pattern: Pattern, at: tuple[Index, ...], name: Term, context: Context
    ) -> Normal:
        """name = (right side - rest) / coefficient, where left side = coefficient * name + rest"""
        line = self._ledger.step("hypothesis", pattern.which, context, at)
        stated = self._ledger.judgement(line).conclusion
        assert isinstance(stated, Equation)
        right = self._normaliser.normal(stated.right, context)
        if stated.left is name:
            return Normal(right.polynomial, [line, *right.evidence])
        left = self._normaliser.normal(stated.left, context)
        rest = plus(left.polynomial, atom(name), -pattern.coefficient)
        rest_term = term_of(rest)
        inverse = number(1 / pattern.coefficient)
        isolated = multiply(inverse, add(stated.left, multiply(number(-1), rest_term)))
        equal = self._ledger.field(name, isolated, context, left.evidence)
        value = plus(right.polynomial, rest, -1)
        value = {m: whole(c / pattern.coefficient) for m, c in value.items()}
        return Normal(value, [equal, line, *right.evidence])

    def _stated(self) -> list[Pattern]:
        if self._patterns is None:
            self._patterns = []  # while they are being found none is used
            found = [
                pattern
                for which, (sizes, conclusion) in enumerate(self._ledger.declarations.hypotheses)
                if isinstance(conclusion, Equation)
                for pattern in self._pattern(which, sizes, conclusion)
            ]
            self._patterns = found
            self._normaliser.start_again()
        return self._patterns

    def _pattern(self, which: int, sizes: Shape, stated: Equation) -> Iterator[Pattern]:
        """The atom of the left side that the hypothesis is best used for."""
        try:
            left = self._normaliser.normal(stated.left, sizes).polynomial
        except OutOfSteps:
            raise
        except (NotProved, Refused):
            return
        alone = [
            (name, Fraction(coefficient))
            for monomial, coefficient in left.items()
            if len(monomial) == 1
            for name, exponent in monomial
            if exponent == 1 and name.kind in ("sum", "element") and _occurs_once(name, left)
        ]
        if alone:
            name, coefficient = max(alone, key=lambda pair: (pair[0].kind, order(pair[0])))
            yield Pattern(which, name, coefficient, sizes)


def _occurs_once(name: Term, polynomial: Polynomial) -> bool:
    """Whether an atom stands in one monomial only, and inside no other atom."""
    return sum(any(_has(part, name) for part, _ in m) for m in polynomial) == 1


def _has(term: Term, name: Term) -> bool:
    return term is name or any(_has(part, name) for part in term.parts)
