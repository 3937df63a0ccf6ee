"""Products of nested sums with all binders drawn to the front: the idea behind ``fubini``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from . import terms as t
from .errors import require
from .polynomial import LARGEST_POWER, MOST_MONOMIALS, Rational
from .terms import Term


class Bag(NamedTuple):
    """A product of sums of products: coefficient * sum over the binders * product of the factors.

    Binders that no factor uses have become factors themselves: their sizes.
    """

    coefficient: Rational
    factors: Counter[Term]
    binders: dict[str, str]


def prenex(term: Term, names: Iterator[str]) -> Bag:
    """Draw the binders to the front, giving them the names in the order they are met."""
    coefficient: Rational = 1
    factors: Counter[Term] = Counter()
    binders: dict[str, str] = {}
    todo: list[tuple[Term, tuple[str, ...]]] = [(term, ())]  # and the names of binders passed
    for _ in range(MOST_MONOMIALS):
        if not todo:
            break
        part, passed = todo.pop()
        exponent = t.natural_number(part.args[1]) if part.kind == "power" else None
        if part.kind == "multiply":
            todo += [(factor, passed) for factor in reversed(part.args)]
        elif part.kind == "number":
            coefficient = coefficient * (t.rational(part) or 0)
            require(t.small(coefficient), "number too large")
        elif part.kind == "sum":
            name = next(names, "")
            require(name, "a binder was not matched", term)
            binders[name] = part.args[0]
            todo.append((part.args[1], (name, *passed)))
        elif exponent:
            require(exponent <= LARGEST_POWER, "power too large to expand", part)
            todo += [(part.args[0], passed)] * exponent
        else:
            factors[t.instantiate(part, *passed)] += 1
    require(not todo, "too many factors", term)
    for name in [name for name in binders if not any(name in f.indices for f in factors)]:
        factors[t.size(binders.pop(name))] += 1
    return Bag(coefficient, factors, binders)
