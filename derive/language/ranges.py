"""Whether an index stays in its range: inequalities between whole numbers, linear in the names.

x[i - 1] is read where i > 0 alone, and x[i + 1] where i < n - 1. What is known of the names (every
index runs from 0 to its size minus 1, sizes are at least 1, guards and bounds around the place) is
kept as linear forms that are >= 0; a form is >= 0 where it is a sum of those and of a number >= 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

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
