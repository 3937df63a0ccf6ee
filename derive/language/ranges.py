"""Whether an index stays in its range: inequalities between whole numbers, linear in the names.

x[i - 1] is read where i > 0 alone, and x[i + 1] where i < n - 1. What is known of the names (every
index runs from 0 to its size minus 1, sizes are at least 1, guards and bounds around the place) is
kept as linear forms that are >= 0; a form is >= 0 where it is a sum of those and of a number >= 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import lcm

Linear = Mapping[str, Fraction]  # name -> coefficient; the name "" stands for 1
CONSTANT = ""
_DEPTH = 6


def linear(terms: Iterable[tuple[str, Fraction | int]]) -> dict[str, Fraction]:
    """The form with these coefficients, those of one name added up."""
    form: dict[str, Fraction] = {}
    for name, coefficient in terms:
        form[name] = form.get(name, Fraction(0)) + coefficient
    return {name: coefficient for name, coefficient in form.items() if coefficient}


def plus(one: Linear, other: Linear, times: Fraction | int = 1) -> dict[str, Fraction]:
    """one + times * other"""
    return linear([*one.items(), *((name, times * c) for name, c in other.items())])


def is_whole(form: Linear) -> bool:
    """Whether the form is a whole number at all whole values of its names."""
    return all(coefficient.denominator == 1 for coefficient in form.values())


def least_step(form: Linear) -> dict[str, Fraction]:
    """What a form is at least where it is > 0: 1 where it is whole, and 1/2 for n/2 - i.

    >>> least_step({"i": Fraction(1), CONSTANT: Fraction(-3)})
    {'': Fraction(1, 1)}
    >>> least_step({"n": Fraction(1, 2), "i": Fraction(-1)})
    {'': Fraction(1, 2)}
    """
    return {CONSTANT: Fraction(1, lcm(*(c.denominator for c in form.values())))}


def is_nonnegative(form: Linear, known: Iterable[Linear], depth: int = _DEPTH) -> bool:
    """Whether a form is seen to be >= 0 from forms that are.

    >>> i, n, one = {"i": Fraction(1)}, {"n": Fraction(1)}, {CONSTANT: Fraction(1)}
    >>> below = plus(plus(n, one, -1), i, -1)                        # n - 1 - i >= 0
    >>> is_nonnegative(plus(i, one, -1), [i, below])                 # i - 1, with i >= 0
    False
    >>> is_nonnegative(plus(i, one, -1), [i, below, plus(i, one, -1)])
    True
    >>> is_nonnegative(plus(n, i, -1), [i, below])                   # n - i
    True
    """
    known = list(known)
    names = [name for name in form if name != CONSTANT]
    if not names:
        return form.get(CONSTANT, Fraction(0)) >= 0
    if depth == 0:
        return False
    name = names[0]
    for fact in known:
        share = form[name] / fact[name] if fact.get(name) else Fraction(0)
        if share > 0 and is_nonnegative(plus(form, fact, -share), known, depth - 1):
            return True
    return False
