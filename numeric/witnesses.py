"""Certificates by ball arithmetic: what a gradient is, and where a claim about it is false.

A ball holds the true value for certain. The derivative is computed from the function alone, by
carrying a truncated power series in one element through it, so it shares nothing with the claim
or with our own rules of differentiation. Two disjoint balls are two different numbers: that
refutes. Two that overlap prove nothing, however small; they are witnesses.

Ball arithmetic: F. Johansson, "Arb: efficient arbitrary-precision midpoint-radius interval
arithmetic", IEEE Transactions on Computers 66 (2017).
"""

from __future__ import annotations

import copyreg
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from typing import Any

from flint import arb, arb_series, ctx

from derive.claims import Claim, Statement
from derive.kernel import Declarations, Derivative, Term

from .conditions import check, meets
from .exact_samples import small_points
from .interpret import BALLS, Undefined, evaluate, index_value
from .points import Point

PRECISION = 128  # bits
PRECISIONS = (128, 256, 512, 1024, 2048, 4096)
NARROW = arb("1e-30")


# ---- enclosures ----------------------------------------------------------------------------------


def enclosure(term: Term, point: Point, precision: int = PRECISION) -> arb:
    """A ball that holds the value of a term at a point.

    Raises
    ------
    Undefined
        Where the term has no value, or none that this precision can be sure of.
    """
    with ctx.workprec(precision):
        return _certain(arb(evaluate(term, point, (), BALLS)))


def claimed(statement: Statement, point: Point, precision: int = PRECISION) -> arb:
    """A ball that holds the right side of a statement. Raises as ``enclosure``."""
    return enclosure(statement.value, point, precision)


def true_value(statement: Statement, point: Point, precision: int = PRECISION) -> arb:
    """A ball that holds the left side: a claim's true derivative, an identity's left term.

    Raises as ``true_derivative`` or ``enclosure``.
    """
    if isinstance(statement, Claim):
        return true_derivative(statement, point, precision)
    return enclosure(statement.left, point, precision)


def true_derivative(claim: Claim, point: Point, precision: int = PRECISION) -> arb:
    """A ball that holds the true derivative of ``claim.of`` by ``claim.variable[claim.at]``.

    Where it is differentiated further, that is the mixed derivative by all of the entries. With
    f(v) for the coefficient of t^m along the direction v, it is the sum of (-1)^(m - |S|) f(sum of
    S) over the sets S of the m directions (polarisation): f(a + b) - f(a) - f(b) for two.

    Raises
    ------
    Undefined
        Where the function has no value, or stands at a kink or a jump of a guard.
    """
    entries = _entries(claim, point)
    if len(entries) == 1:
        return taylor(claim, point, 1, precision)[1]
    order, total = len(entries), arb(0)
    with ctx.workprec(precision):
        for size in range(1, order + 1):
            for chosen in combinations(entries, size):
                slope = _along(claim, point, Counter(chosen), order)
                total += slope if (order - size) % 2 == 0 else -slope
        return _certain(total)


def _entries(claim: Claim, point: Point) -> list[tuple[str, tuple[int, ...]]]:
    """Every entry that the claim differentiates by, at a point."""
    conclusion = claim.judgement.conclusion
    assert isinstance(conclusion, Derivative)
    return [
        (name, tuple(index_value(index, point) for index in at)) for name, at in conclusion.entries
    ]


def _along(claim: Claim, point: Point, steps: Mapping[Any, int], order: int) -> arb:
    """The coefficient of t**order of the function, as each entry moves by so many times t."""
    moved = {
        (name, at): arb_series([BALLS.from_fraction(point.values[name][at]), step], order + 1)
        for (name, at), step in steps.items()
    }
    series = arb_series(evaluate(claim.of, point, (), BALLS, moved), order + 1)
    return _certain(series[order])


def taylor(claim: Claim, point: Point, order: int, precision: int = PRECISION) -> list[arb]:
    """Balls that hold f, f', f''/2!, .. of ``claim.of`` as a function of the one element.

    Raises as ``true_derivative``, and ``OnlyFirst`` for what is differentiated again.
    """
    claim.require_order(1, "taylor")
    at = tuple(index_value(index, point) for index in claim.at)
    with ctx.workprec(precision):
        here = BALLS.from_fraction(point.values[claim.variable][at])
        moved = {(claim.variable, at): arb_series([here, 1], order + 1)}
        series = arb_series(evaluate(claim.of, point, (), BALLS, moved), order + 1)
        return [_certain(series[k]) for k in range(order + 1)]


def _certain(ball: arb) -> arb:
    if not ball.is_finite():
        raise Undefined(f"no certain value at {ctx.prec} bits")
    return ball


# ---- witnesses -----------------------------------------------------------------------------------


def witness(statement: Statement, point: Point) -> bool:
    """Whether both sides of a statement agree at a point to 30 decimal places.

    The precision is raised until both balls have a radius below 1e-30; then they either overlap
    or are different numbers.

    Raises
    ------
    InputError
        Where the point does not fit the declarations.
    Undefined
        Where one of the two has no value there: nothing is said of such a point.
    """
    check(statement.declarations, point)
    truth = _narrow(lambda precision: true_value(statement, point, precision))
    said = _narrow(lambda precision: claimed(statement, point, precision))
    return bool(truth.overlaps(said))


def _narrow(enclose: Callable[[int], arb]) -> arb:
    """The enclosure at the first precision that makes it narrow."""
    reason = Undefined(f"no narrow enclosure at {PRECISIONS[-1]} bits")
    for precision in PRECISIONS:
        try:
            ball = enclose(precision)
        except Undefined as undefined:
            reason = undefined
        else:
            if ball.rad() < NARROW:
                return ball
    raise reason


# ---- counterexamples -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Counterexample:
    """A point that meets the hypotheses, where the two sides are certainly different.

    truth: the left side, which is the true derivative where the statement is about one.
    claimed: the right side.
    """

    point: Point
    truth: arb
    claimed: arb
    about_derivative: bool = True

    def __str__(self) -> str:
        truth, claimed = _digits(self.truth, self.claimed)
        apart = _apart(self.truth, self.claimed)
        if self.about_derivative:
            return f"at {self.point} the derivative is {truth}, the claim gives {claimed}: {apart}"
        return f"at {self.point} the left side is {truth}, the right side {claimed}: {apart}"


def _ball_from(middle: tuple[int, int], radius: tuple[int, int]) -> arb:
    with ctx.workprec(PRECISIONS[-1]):
        centre, reach = (arb(man) * arb(2) ** exp for man, exp in (middle, radius))
        return arb(centre, reach)


def _reduced_ball(ball: arb) -> tuple[Any, ...]:
    """A ball as whole numbers, so that counterexamples travel between processes.

    The midpoint comes back unchanged, the radius rounded up by a hair.
    """
    parts = (ball.mid().man_exp(), ball.rad().man_exp())
    return _ball_from, tuple((int(man), int(exp)) for man, exp in parts)


copyreg.pickle(arb, _reduced_ball)


def shown(found: Counterexample) -> tuple[str, str]:
    """Both values in digits, as many as it takes to see the difference."""
    return _digits(found.truth, found.claimed)


def _digits(one: arb, other: arb) -> tuple[str, str]:
    """Two different numbers to eight digits, or as many as it takes to see the difference."""
    shown = "", ""
    for digits in (8, 16, 32):
        shown = _decimal(one, digits), _decimal(other, digits)
        if shown[0] != shown[1]:
            break
    return shown


def _decimal(ball: arb, digits: int) -> str:
    """The midpoint, without idle zeros."""
    mantissa, mark, exponent = ball.str(digits, radius=False).partition("e")
    return (mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa) + mark + exponent


def _apart(one: arb, other: arb) -> str:
    """What is certain about the distance of two disjoint balls: its lower end, rounded down."""
    with ctx.workprec(PRECISION):
        least = (one - other).abs_lower() * arb("0.99")
    return f"more than {_decimal(least, 3)} apart"


def counterexample_at(statement: Statement, point: Point) -> Counterexample | None:
    """The point as a counterexample, if it is one; it is for the caller to know that it is allowed.

    >>> from derive import theorem
    >>> from derive.kernel.terms import ZERO
    >>> print(counterexample_at(theorem("softmax_sums_to_one").parts[0].claim.saying(ZERO),
    ...     Point({"n": 1}, {"x": {(0,): Fraction(0)}})))
    at n = 1, x = [0] the left side is 1, the right side 0: more than 0.99 apart
    """
    try:
        truth, said = true_value(statement, point), claimed(statement, point)
    except Undefined:
        return None
    if truth.overlaps(said):
        return None
    return Counterexample(point, truth, said, isinstance(statement, Claim))


def refute(statement: Statement, points: Iterable[Point] | None = None) -> Counterexample | None:
    """A counterexample to a statement, a simple one; None where the search finds none.

    ``points`` are where to look, in this order, instead of at ``small_points``. Those that do not
    meet the hypotheses, and those at which one side has no value, say nothing and are passed over.
    """

    def sides(point: Point) -> tuple[arb, arb]:
        return true_value(statement, point), claimed(statement, point)

    found = _search(statement.declarations, points, sides)
    if found is None:
        return None
    return Counterexample(found, *sides(found), isinstance(statement, Claim))


_Sides = Callable[[Point], tuple[arb, arb]]


def _search(
    declarations: Declarations, points: Iterable[Point] | None, sides: _Sides
) -> Point | None:
    """The first point at which the sides differ, made simpler entry by entry."""
    if points is None:
        candidates: Iterable[Point] = small_points(declarations)
    else:
        candidates = (point for point in points if meets(declarations, point))
    found = next((point for point in candidates if _differ(sides, point)), None)
    return None if found is None else _simplified(declarations, found, sides)


def _differ(sides: _Sides, point: Point) -> bool:
    try:
        one, other = sides(point)
    except Undefined:
        return False
    return not one.overlaps(other)


def _simplified(declarations: Declarations, point: Point, sides: _Sides) -> Point:
    """The point with as many entries as possible set to 0, or else to 1."""
    for name, entries in point.values.items():
        for at in entries:
            for simpler in _with_simpler_entry(point, name, at):
                if meets(declarations, simpler) and _differ(sides, simpler):
                    point = simpler
                    break
    return point


def _with_simpler_entry(point: Point, name: str, at: tuple[int, ...]) -> Iterator[Point]:
    entries = point.values[name]
    for value in (Fraction(0), Fraction(1)):
        if entries[at] == value:
            return
        yield replace(point, values={**point.values, name: {**entries, at: value}})
