"""Products of nested sums with all binders drawn to the front: the idea behind ``fubini``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from .errors import require
from .polynomial import LARGEST_POWER, MOST_MONOMIALS, Rational
from .terms import Term, instantiate, natural_number, rational, size, small


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
    todo = [term]
    seen = 0
    while todo:
        part = todo.pop()
        seen += 1
        require(seen <= MOST_MONOMIALS, "too many factors", term)
        value = rational(part)
        exponent = natural_number(part.args[1]) if part.kind == "power" else None
        if part.kind == "multiply":
            todo += reversed(part.args)
        elif value is not None:
            coefficient = coefficient * value
            require(small(coefficient), "number too large")
        elif part.kind == "sum":
            name = next(names, "")
            require(name, "a binder was not matched", term)
            binders[name] = part.args[0]
            todo.append(instantiate(part.args[1], name))
        elif exponent:
            require(exponent <= LARGEST_POWER, "power too large to expand", part)
            todo += [part.args[0]] * exponent
        else:
            factors[part] += 1
    used = {index for factor in factors for index in factor.indices}
    for name in [name for name in binders if name not in used]:
        factors[size(binders.pop(name))] += 1
    return Bag(coefficient, factors, binders)
