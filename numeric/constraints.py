"""What the hypotheses say about each variable, in a form that inputs can be made from.

Three shapes of hypothesis are understood, and combine; the others are met by trying again:

* *elementwise*: a statement about one entry v[i, j, ..] alone, for all its indices (v > 0,
  1 - v > 0, v**2 = v);
* *total*: sum_k v[.., k] = c, one or more indices summed, for all the others; the same of squares,
  which puts the entries on a sphere.

That entries are mirrored, A[i, j] = A[j, i], is understood where nothing else ties them together.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from derive.kernel import Declarations, Equation, Fact, Hypothesis, Term
from derive.kernel.judgement import terms_of
from derive.kernel.terms import rational

from .conditions import holds
from .interpret import Irrational, Undefined, evaluate
from .points import Bound, Point


class Total(NamedTuple):
    """For all indices of the other axes, the entries along ``axes`` add up to ``value``.

    Where it is ``squared``, their squares do.
    """

    variable: str
    axes: tuple[int, ...]
    value: Fraction
    squared: bool = False

    def groups(self, cells: list[Bound]) -> list[list[Bound]]:
        """The cells of the variable, those that are added up together in one group."""
        groups: dict[Bound, list[Bound]] = {}
        for cell in cells:
            outer = tuple(k for axis, k in enumerate(cell) if axis not in self.axes)
            groups.setdefault(outer, []).append(cell)
        return list(groups.values())


class Constraints:
    """The hypotheses of some declarations, sorted by shape.

    totals: variable -> its total, if one is stated.
    mirrors: variable -> the order of its axes that it equals itself in.
    others: the hypotheses of other shapes, and second totals of a variable.
    """

    def __init__(self, declarations: Declarations) -> None:
        self.totals: dict[str, Total] = {}
        self.mirrors: dict[str, tuple[int, ...]] = {}
        self.others: tuple[Hypothesis, ...] = ()
        self._elementwise: dict[str, list[Hypothesis]] = {}
        self._ranks = {name: len(shape) for name, shape in declarations.variables.items()}
        self._allowed: dict[tuple[str, Fraction], bool] = {}
        for hypothesis in declarations.hypotheses:
            self._read(hypothesis)

    def _read(self, hypothesis: Hypothesis) -> None:
        total, variable = total_of(hypothesis), _elementwise(hypothesis)
        mirror = _mirror_of(hypothesis)
        if mirror is not None:
            self.mirrors.setdefault(*mirror)
        if total is not None and total.variable not in self.totals:
            self.totals[total.variable] = total
        elif variable is not None:
            self._elementwise.setdefault(variable, []).append(hypothesis)
        else:
            self.others = (*self.others, hypothesis)

    def free(self, variable: str) -> bool:
        """Whether no elementwise hypothesis speaks of the variable."""
        return variable not in self._elementwise

    def allows(self, variable: str, value: Fraction) -> bool:
        """Whether the elementwise hypotheses let an entry of the variable have the value."""
        key = (variable, value)
        if key not in self._allowed:
            point = Point({}, {variable: {(0,) * self._ranks[variable]: value}})
            self._allowed[key] = all(
                holds(hypothesis.conclusion, point, (0,) * len(hypothesis.context))
                for hypothesis in self._elementwise.get(variable, ())
            )
        return self._allowed[key]

    def interior(self, variable: str) -> list[Fraction]:
        """Numbers that entries of a variable may be, by the ends or the value stated for them."""
        stated = [h.conclusion for h in self._elementwise.get(variable, ())]
        fixed = [self._end(variable, each) for each in stated if isinstance(each, Equation)]
        if any(fixed):
            return [at for at, _ in filter(None, fixed)]
        ends = [self._end(variable, each) for each in stated if isinstance(each, Fact)]
        lower = max((at for at, slope in filter(None, ends) if slope > 0), default=None)
        upper = min((at for at, slope in filter(None, ends) if slope < 0), default=None)
        if lower is not None and upper is not None:
            return [lower + (upper - lower) * share for share in _SHARES]
        if lower is not None:
            return [lower + step for step in _STEPS]
        return [] if upper is None else [upper - step for step in _STEPS]

    def _end(self, variable: str, stated: Equation | Fact) -> tuple[Fraction, Fraction] | None:
        """Where a fact's term, or the gap of an equation, is 0; and its slope, if it has one."""
        zero = (0,) * self._ranks[variable]
        try:
            start, once, twice = (
                _gap(stated, Point({}, {variable: {zero: Fraction(k)}}), zero) for k in range(3)
            )
        except (Undefined, Irrational):
            return None
        slope = once - start
        return (-start / slope, slope) if slope and twice - once == slope else None


def _gap(stated: Equation | Fact, point: Point, bound: Bound) -> Fraction:
    if isinstance(stated, Fact):
        return Fraction(evaluate(stated.term, point, bound))
    left, right = (evaluate(side, point, bound) for side in stated)
    return Fraction(left - right)


_SHARES = tuple(Fraction(p, q) for p, q in ((1, 2), (1, 3), (2, 3), (1, 4), (3, 4), (0, 1), (1, 1)))
_STEPS = tuple(map(Fraction, ("1", "2", "1/2", "3", "1/3", "0")))


def least_sizes(declarations: Declarations) -> dict[str, int]:
    """For each size the first value that the hypotheses about it alone allow, up to ten.

    >>> from derive.kernel import Declarations, Fact
    >>> from derive.kernel.terms import add, number, size
    >>> at_least_3 = Hypothesis((), Fact("nonnegative", add(size("n"), number(-3))))
    >>> least_sizes(Declarations(frozenset({"n", "m"}), {}, {}, {}, (at_least_3,)))
    {'m': 1, 'n': 3}
    """
    about: dict[str, list[Hypothesis]] = {name: [] for name in sorted(declarations.sizes)}
    for hypothesis in declarations.hypotheses:
        reads = set[Term]().union(*map(_reads, terms_of(hypothesis.conclusion)))
        names = {term.args[0] for term in reads if term.kind == "size"}
        if len(reads) == len(names) == 1:
            about[names.pop()].append(hypothesis)
    return {name: _least(name, stated) for name, stated in about.items()}


def _least(name: str, stated: list[Hypothesis]) -> int:
    points = (Point({name: value}) for value in range(1, 11))
    fits = (p.sizes[name] for p in points if all(holds(h.conclusion, p) for h in stated))
    return next(fits, 1)


def total_of(hypothesis: Hypothesis) -> Total | None:
    """Reads sum_k v[.., k] = c, or the same the other way round."""
    if not isinstance(hypothesis.conclusion, Equation):
        return None
    left, right = hypothesis.conclusion
    body, total = (right, left) if left.kind == "number" else (left, right)
    value, summed = rational(total), 0
    while body.kind == "sum":
        summed, body = summed + 1, body.args[1]
    entry = _root_of_square(body)
    squared = entry is not None
    body = body if entry is None else entry
    if not summed or value is None or not _is_any_entry(body):
        return None
    variable, indices = body.args
    axes = tuple(axis for axis, index in enumerate(indices) if index < summed)
    return Total(variable, axes, Fraction(value), squared) if len(axes) == summed else None


def _root_of_square(term: Term) -> Term | None:
    """u of u**2 or of u * u."""
    if term.kind == "power" and rational(term.args[1]) == 2:
        return term.parts[0]
    twice = term.kind == "multiply" and len(term.args) == 2 and term.args[0] is term.args[1]
    return term.parts[0] if twice else None


def _mirror_of(hypothesis: Hypothesis) -> tuple[str, tuple[int, ...]] | None:
    """Reads A[.., j, i] = A[.., i, j]: the variable, and which axis takes the place of each."""
    if not isinstance(hypothesis.conclusion, Equation):
        return None
    left, right = hypothesis.conclusion
    if not (_is_any_entry(left) and _is_any_entry(right) and left.args[0] == right.args[0]):
        return None
    one, other = left.args[1], right.args[1]
    if set(one) != set(other) or len(one) != len(hypothesis.context):
        return None
    order = tuple(other.index(index) for index in one)
    return left.args[0], order


def _elementwise(hypothesis: Hypothesis) -> str | None:
    """The variable of a hypothesis that speaks of any one entry alone."""
    reads = set[Term]().union(*map(_reads, terms_of(hypothesis.conclusion)))
    first = next(iter(reads), None)
    if len(reads) == 1 and first is not None and _is_any_entry(first):
        return str(first.args[0])
    return None


def _is_any_entry(term: Term) -> bool:
    """Whether the term is v[i, j, ..] with bound indices that are all different."""
    if term.kind != "element":
        return False
    indices = term.args[1]
    return all(isinstance(index, int) for index in indices) and len(set(indices)) == len(indices)


def _reads(term: Term) -> set[Term]:
    """The parts of a term that read something of the point."""
    if term.kind in ("element", "size", "position", "delta", "sum"):
        return {term}
    return set[Term]().union(*map(_reads, term.parts))
