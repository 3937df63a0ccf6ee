"""What judgements mean at concrete sizes, decided by rigorous ball arithmetic.

Nothing of the kernel's own algebra is used: terms are evaluated by plain recursion, derivatives by
carrying a power series in one element through them. So a rule that proves something false is found
out, whatever it had to say for itself.

A *world* is a point that meets the hypotheses exactly: a value for every size, variable, label and
free index.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import product
from random import Random
from typing import Any

from flint import arb, arb_series, ctx, fmpq

from derive.kernel import Declarations, Derivative, Equation, Fact, Hypothesis, Judgement, Term
from derive.kernel.judgement import Context, Guard, binders, terms_of
from derive.kernel.terms import RELATIONS, rational
from numeric.conditions import holds as is_met
from numeric.conditions import meets
from numeric.interpret import BALLS, Undefined, evaluate, index_value
from numeric.points import Point, indices_below

PRECISION = 256  # bits
LARGEST_EXPONENT = 1_000
_NARROW = arb("1e-30")

Bound = tuple[int, ...]
Verdict = bool | None


class Undecided(ArithmeticError):  # noqa: N818  (an answer, not a mishap)
    """The balls are too wide to tell."""


# ---- does a judgement hold? ----------------------------------------------------------------------


def holds(judgement: Judgement, world: Point) -> Verdict:
    """Whether a judgement holds at every value of its context where every guard holds.

    True: every side has a value, and the values agree to 30 decimal places.
    False: somewhere a side has no value, or the two sides certainly differ.
    None: it cannot be decided.
    """
    context, conclusion = judgement
    if any(_has_large_exponent(term) for term in terms_of(conclusion)):
        return None
    return all_of(
        None if within is None else _at(conclusion, world, bound)
        for bound in indices_below(binders(context), world.sizes)
        if (within := _within(context, world, bound)) is not False
    )


def _within(context: Context, world: Point, bound: Bound) -> Verdict:
    """Whether every guard of a context holds, which takes that its sides have values."""
    passed, verdicts = 0, []
    for entry in context:
        if isinstance(entry, str):
            passed += 1
        else:
            verdicts.append(_guard_holds(entry, world, bound[passed:]))
    return all_of(verdicts)


def _guard_holds(guard: Guard, world: Point, bound: Bound) -> Verdict:
    relation, left, right = guard
    try:
        with ctx.workprec(PRECISION):
            gap = _value(right, world, bound) - _value(left, world, bound)
            return _certain_sign(gap) in RELATIONS[relation]
    except Undefined:
        return False
    except Undecided:
        return None


def all_of(verdicts: Iterable[Verdict]) -> Verdict:
    """False where one is False, else None where one is None, else True."""
    found = set(verdicts)
    return False if False in found else None if None in found else True


def _at(conclusion: Equation | Derivative | Fact, world: Point, bound: Bound) -> Verdict:
    try:
        with ctx.workprec(PRECISION):
            if isinstance(conclusion, Fact):
                return _fact(conclusion.kind, _value(conclusion.term, world, bound))
            if isinstance(conclusion, Equation):
                left, right = (_value(side, world, bound) for side in conclusion)
                return _same(left, right)
            return _same(_slope(conclusion, world, bound), _value(conclusion.value, world, bound))
    except Undefined:
        return False
    except Undecided:
        return None


def _certain_sign(number: Any) -> int:
    """-1, 0 or 1, of a series at its centre; raises ``Undecided`` where a ball straddles 0."""
    here = number[0] if isinstance(number, arb_series) else number
    if here > 0 or here < 0:
        return 1 if here > 0 else -1
    exactly_zero = here == 0
    if not exactly_zero or isinstance(number, arb_series):  # a series at 0 is at a kink or a pole
        raise Undecided(f"the sign of {number}")
    return 0


_ARITHMETIC = replace(BALLS, sign=_certain_sign)


def _value(term: Term, world: Point, bound: Bound) -> Any:
    return evaluate(term, world, bound, _ARITHMETIC)


def _slope(derivative: Derivative, world: Point, bound: Bound) -> Any:
    """The true derivative of order k: polarised from coefficients of e**k.

    Where all the elements of a set S are moved by e at once, let c(S) be the coefficient of e**k.
    The derivative by all k elements is the sum of c(S) (-1)**(k - |S|) over the sets S of them.
    """
    _value(derivative.of, world, bound)  # it needs a value in the first place
    entries = [
        (variable, tuple(index_value(index, world, bound) for index in indices))
        for variable, indices in derivative.entries
    ]
    total = fmpq(0)
    for chosen in product((False, True), repeat=len(entries)):
        moving = Counter(entry for entry, moves in zip(entries, chosen, strict=True) if moves)
        sign = (-1) ** (len(entries) - sum(chosen))
        total = total + sign * _coefficient(derivative.of, world, bound, moving, len(entries))
    return total


def _coefficient(
    term: Term, world: Point, bound: Bound, moving: Mapping[Any, int], order: int
) -> Any:
    """The coefficient of e**order where each element is moved by so many times e."""
    moved = {
        (variable, at): arb_series(
            [BALLS.from_fraction(world.values[variable][at]), times], order + 1
        )
        for (variable, at), times in moving.items()
    }
    found = evaluate(term, world, bound, _ARITHMETIC, moved) if moved else None
    return found[order] if isinstance(found, arb_series) else fmpq(0)


def _same(left: Any, right: Any) -> Verdict:
    difference = left - right
    if isinstance(difference, fmpq):
        return bool(difference == 0)
    if not difference.is_finite():
        return None
    if not difference.contains(0):
        return False
    return True if difference.rad() < _NARROW else None


def _fact(kind: str, value: Any) -> Verdict:
    if isinstance(value, arb) and not value.is_finite():
        return None
    signs = {"positive": (1,), "nonnegative": (0, 1), "nonzero": (-1, 1)}
    return kind == "defined" or _certain_sign(value) in signs[kind]


@cache
def _has_large_exponent(term: Term) -> bool:
    """Whether a power occurs that would take too long to compute."""
    exponent = rational(term.args[1]) if term.kind == "power" else None
    too_large = exponent is not None and abs(exponent) > LARGEST_EXPONENT
    return too_large or any(map(_has_large_exponent, term.parts))


# ---- worlds --------------------------------------------------------------------------------------


def resting_on(declarations: Declarations, used: Iterable[int]) -> Declarations:
    """The declarations with no more than the hypotheses of these numbers."""
    kept = tuple(declarations.hypotheses[which] for which in sorted(used))
    return replace(declarations, hypotheses=kept)


def worlds(declarations: Declarations, count: int = 3, seed: int = 0) -> list[Point]:
    """Worlds at sizes 1, 2 and 3, distinct sizes being given distinct values where possible.

    Fewer than asked for, or none, where a few hundred tries do not meet the hypotheses.
    """
    random = Random(seed)
    found = (_world(declarations, sizes, random) for sizes in _sizes(declarations, count, random))
    return [world for world in found if world is not None]


def _sizes(declarations: Declarations, count: int, random: Random) -> Iterator[dict[str, int]]:
    names = sorted(declarations.sizes)
    for turn in range(count):
        values = [(place + turn + 1) % 3 + 1 for place in range(len(names))]
        if turn >= 3:
            values = [random.randint(1, 3) for _ in names]
        yield dict(zip(names, values, strict=True))


def _world(
    declarations: Declarations, sizes: Mapping[str, int], random: Random, tries: int = 20
) -> Point | None:
    drawn = (_drawn(declarations, sizes, random) for _ in range(tries))
    return next((world for world in drawn if world and meets(declarations, world)), None)


def _drawn(declarations: Declarations, sizes: Mapping[str, int], random: Random) -> Point | None:
    """One variable after the other is drawn until the hypotheses about those drawn are met."""
    labels = {
        name: {at: random.randrange(sizes[below]) for at in indices_below(shape, sizes)}
        for name, (shape, below) in declarations.labels.items()
    }
    indices = {i: random.randrange(sizes[n]) for i, n in declarations.indices.items()}
    world: Point | None = Point(sizes, {}, labels, indices)
    for name in declarations.variables:
        world = world and _with_variable(name, declarations, world, random)
    return world


def _with_variable(
    name: str, declarations: Declarations, world: Point, random: Random, tries: int = 200
) -> Point | None:
    """The world with values for one more variable."""
    known = {name, *world.values, *world.labels}
    about = [h for h in declarations.hypotheses if name in _names(h)]
    decided = [
        (hypothesis, bound)
        for hypothesis in about
        if known.issuperset(_names(hypothesis))
        for bound in indices_below(hypothesis.context, world.sizes)
    ]
    totals = sorted({Fraction(1)} | _numbers(declarations))
    cells = indices_below(declarations.variables[name], world.sizes)
    for _ in range(tries):
        fill = random.choice(_FILLS if about else _FREE_FILLS)
        entries = _table(cells, fill, random, random.choice(totals))
        drawn = replace(world, values={**world.values, name: entries})
        if all(is_met(hypothesis.conclusion, drawn, bound) for hypothesis, bound in decided):
            return drawn
    return None


def _names(hypothesis: Hypothesis) -> set[str]:
    return set().union(*[term.names for term in terms_of(hypothesis.conclusion)])


def _numbers(declarations: Declarations) -> set[Fraction]:
    """The numbers in the hypotheses: what a sum may have to come to."""
    found = set()
    todo = [term for h in declarations.hypotheses for term in terms_of(h.conclusion)]
    while todo:
        term = todo.pop()
        todo += term.parts
        if term.kind == "number":
            found.add(Fraction(*term.args))
    return found


Fill = Callable[[int, Random, Fraction], list[Fraction]]


def _table(
    cells: list[Bound], fill: Fill, random: Random, total: Fraction
) -> dict[Bound, Fraction]:
    """Entries for the cells, made row by row along the last axis."""
    rows: dict[Bound, list[Bound]] = {}
    for cell in cells:
        rows.setdefault(cell[:-1], []).append(cell)
    filled = [zip(row, fill(len(row), random, total), strict=True) for row in rows.values()]
    return {cell: value for row in filled for cell, value in row}


def _generic(count: int, random: Random, _total: Fraction) -> list[Fraction]:
    """Numbers that no accident makes equal, so that a false equation shows."""
    numerators = [random.choice((-1, 1)) * random.randint(1, 29) for _ in range(count)]
    return [Fraction(numerator, random.choice((11, 13, 17))) for numerator in numerators]


def _with_zeros(count: int, random: Random, total: Fraction) -> list[Fraction]:
    """Numbers with zeros among them: what has no value at 0 shows."""
    return [random.choice((0, 1)) * value for value in _generic(count, random, total)]


def _positive(count: int, random: Random, total: Fraction) -> list[Fraction]:
    return [abs(value) for value in _generic(count, random, total)]


def _adding_up(count: int, random: Random, total: Fraction) -> list[Fraction]:
    parts = _generic(count - 1, random, total)
    return [*parts, total - sum(parts)]


def _shares(count: int, random: Random, total: Fraction) -> list[Fraction]:
    weights = _positive(count, random, total)
    return [total * weight / sum(weights) for weight in weights]


def _one_hot(count: int, random: Random, total: Fraction) -> list[Fraction]:
    hot = random.randrange(count)
    return [total if place == hot else Fraction(0) for place in range(count)]


def _constant(count: int, _random: Random, total: Fraction) -> list[Fraction]:
    return [total] * count


# How variables are filled that no hypothesis speaks of, and those that one does.
_FREE_FILLS: tuple[Fill, ...] = (_generic, _generic, _generic, _with_zeros)
_FILLS: tuple[Fill, ...] = (
    _generic,
    _positive,
    _positive,
    _adding_up,
    _shares,
    _shares,
    _one_hot,
    _constant,
)
