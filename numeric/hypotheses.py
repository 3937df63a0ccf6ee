"""Whether arrays meet the declared hypotheses, as far as rounding lets anyone tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from derive.kernel.declarations import Declarations, Hypothesis
from derive.kernel.judgement import Equation, Fact, terms_of
from derive.kernel.terms import Term, add, negate

from .compile import compile_term
from .errors import InputError
from .rounding import Bounded, evaluate
from .wording import fresh_names, spell

_SAID = {"positive": "> 0", "nonnegative": ">= 0", "nonzero": "!= 0", "defined": "is defined"}


def check_hypotheses(
    declarations: Declarations,
    arrays: Mapping[str, NDArray[Any]],
    sizes: Mapping[str, int],
    advice: Callable[[Hypothesis], str] | None = None,
) -> None:
    """Refuse arrays that do not meet the hypotheses about them.

    An equation is refused where its sides differ by more than rounding explains: that of adding up
    here, and that of whoever made it true, by dividing by a sum of n entries in any order, say.
    Each entry then has up to n + 1 roundings, of which all but one case in a thousand million
    amount to no more than 8 sqrt(n) + 1. (N. J. Higham and T. Mary, "A new approach to
    probabilistic rounding error analysis", SIAM J. Sci. Comput. 41, 2019, theorem 2.4.)

    ``a > 0`` and ``a != 0`` have to hold whatever the rounding of a was, and ``a >= 0`` is refused
    only where a is negative whatever it was; an entry by itself is exact.

    Parameters
    ----------
    arrays, sizes: as ``numeric.arrays.prepare`` returns them. A hypothesis about something that is
        not among them is passed over.
    advice: a sentence to add for a hypothesis that is not met, such as the more general formula.

    Raises
    ------
    InputError
        For the first hypothesis that is not met, with the quantity and its value.

    >>> from derive.kernel.terms import ONE, element, sum_over
    >>> total = Hypothesis((), Equation(sum_over("n", element("y", 0)), ONE))
    >>> declared = Declarations(frozenset({"n"}), {}, {"y": ("n",)}, {}, (total,))
    >>> check_hypotheses(declared, {"y": np.array([0.25, 0.75])}, {"n": 2})
    >>> check_hypotheses(declared, {"y": np.array([1.0, 1.0])}, {"n": 2})
    Traceback (most recent call last):
    ...
    numeric.errors.InputError: y does not meet the hypothesis sum_k y[k] = 1: sum_k y[k] is 2
    """
    for hypothesis in declarations.hypotheses:
        names = sorted({name for term in terms_of(hypothesis.conclusion) for name in term.names})
        if not {*names} <= {*arrays}:
            continue
        failure = _Check(declarations, hypothesis, arrays, sizes).failure()
        if failure:
            who = f"{' and '.join(names)} {'does' if len(names) == 1 else 'do'}"
            more = f". {advice(hypothesis)}" if advice else ""
            raise InputError(f"{who} not meet the hypothesis {failure}{more}")


def named(
    declarations: Declarations, hypothesis: Hypothesis
) -> tuple[Declarations, tuple[str, ...], Equation | Fact]:
    """A hypothesis with names in place of its bound indices: declarations, the names, and it."""
    taken = (*declarations.sizes, *declarations.variables, *declarations.labels)
    axes = fresh_names((*taken, *declarations.indices), len(hypothesis.context))
    below = dict(zip(axes, reversed(hypothesis.context), strict=True))
    indices = {**declarations.indices, **below}
    opened = replace(declarations, indices=indices, hypotheses=())
    return opened, axes, hypothesis.instance(axes[::-1])


class _Check:
    """One hypothesis, with names in place of its bound indices, at some arrays."""

    def __init__(
        self,
        declarations: Declarations,
        hypothesis: Hypothesis,
        arrays: Mapping[str, NDArray[Any]],
        sizes: Mapping[str, int],
    ) -> None:
        self.declarations, self.axes, self.conclusion = named(declarations, hypothesis)
        self.arrays, self.sizes = arrays, sizes

    def failure(self) -> str | None:
        """What to say of the first index at which the hypothesis is not met."""
        quantity, fails = self._judged()
        if not np.any(fails):
            return None
        at = tuple(int(place) for place in np.argwhere(fails)[0])
        where = ", ".join(f"{axis} = {place}" for axis, place in zip(self.axes, at, strict=True))
        values = " and ".join(self._worded(term, at) for term in quantity if term.names)
        return f"{self._statement()}{f' at {where}' if where else ''}: {values}"

    def _judged(self) -> tuple[tuple[Term, ...], Any]:
        """The terms whose values decide, and where they do so against the hypothesis."""
        if isinstance(self.conclusion, Equation):
            left, right = self.conclusion
            both = add(left, negate(right))
            difference = self._evaluate(both, _roundings(_added(both, self.sizes)))
            return (left, right), ~(np.abs(difference.value) <= difference.bound)
        found = self._evaluate(self.conclusion.term)
        return (self.conclusion.term,), ~_holds(self.conclusion, found)

    def _evaluate(self, term: Term, roundings: float = 0) -> Bounded:
        """The term at every index; its entries have so many roundings behind them."""
        compiled = compile_term(self.declarations, term, self.axes)
        unit = float(np.finfo(compiled.dtype(self.arrays)).eps) / 2
        return evaluate(compiled, self.arrays, self.sizes, roundings * unit)

    def _worded(self, term: Term, at: tuple[int, ...]) -> str:
        return f"{spell(term)} is {self._evaluate(term).value[at]:.12g}"

    def _statement(self) -> str:
        if isinstance(self.conclusion, Equation):
            return " = ".join(map(spell, self.conclusion))
        return f"{spell(self.conclusion.term)} {_SAID[self.conclusion.kind]}"


def _added(term: Term, sizes: Mapping[str, int]) -> int:
    """How many entries the largest sum in a term adds up."""
    inside = max((_added(part, sizes) for part in term.parts), default=1)
    return inside * sizes[term.args[0]] if term.kind == "sum" else inside


def _roundings(added: int) -> float:
    return 1 + min(added, 8 * sqrt(added))


def _holds(fact: Fact, found: Bounded) -> Any:
    """Where a fact holds, as far as the bound lets anyone tell; "defined" is having a value."""
    value, bound = found.value, found.bound
    match fact.kind:
        case "positive":
            return value > bound
        case "nonnegative":
            return value >= -bound
        case "nonzero":
            return np.abs(value) > bound
        case _:
            return np.isfinite(value)
