"""Random formulas, as kernel terms that have a value, and points to evaluate them at."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

from hypothesis import strategies as st

from derive.kernel import Declarations, Equation, Fact, Hypothesis
from derive.kernel.terms import (
    MINUS_ONE,
    ONE,
    Term,
    add,
    apply,
    delta,
    element,
    multiply,
    number,
    power,
    size,
    sum_over,
)
from numeric.interpret import Undefined
from numeric.points import Point
from numeric.points import indices_below as every_index
from numeric.witnesses import enclosure

SHAPES = {"x": ("n",), "y": ("n",), "K": ("n", "n"), "X": ("m", "n"), "p": ("n",), "b": ()}
POSITIVE = Hypothesis(("n",), Fact("positive", element("p", 0)))
LABELS = Hypothesis((), Equation(sum_over("n", element("y", 0)), ONE))
NAMES = Declarations(
    frozenset({"m", "n"}), {"i": "n", "j": "n", "r": "m"}, SHAPES, hypotheses=(POSITIVE, LABELS)
)

CONSTANTS = number(2), number(3), MINUS_ONE, number(1, 2)
Context = tuple[str, ...]


def indices_below(below: str, context: Context) -> list[Any]:
    """The indices that may stand where one below this size is wanted."""
    bound = [place for place, size_name in enumerate(context) if size_name == below]
    return bound + [name for name, size_name in NAMES.indices.items() if size_name == below]


@st.composite
def atoms(draw: st.DrawFn, context: Context, names: tuple[str, ...]) -> Term:
    name = draw(st.sampled_from(names))
    at = [draw(st.sampled_from(indices_below(n, context))) for n in SHAPES[name]]
    return element(name, *at)


@st.composite
def deltas(draw: st.DrawFn, context: Context) -> Term:
    ends = st.sampled_from(indices_below("n", context))
    return delta(draw(ends), draw(ends))


@st.composite
def formulas(draw: st.DrawFn, context: Context = (), depth: int = 3, total: bool = False) -> Term:
    """Terms that have a value: arguments of log and bases of inverses are positive."""
    leaves = st.one_of(
        atoms(context, ("x", "y", "K", "X", "p", "b")),
        st.sampled_from(CONSTANTS),
        deltas(context),
        st.sampled_from([size("n"), size("m")]),
    )
    if depth == 0 or len(context) > 3:
        return draw(leaves)
    inner = formulas(context, depth - 1, total)
    kind = draw(st.sampled_from(KINDS[:5] if total else KINDS))
    match kind:
        case "leaf":
            return draw(leaves)
        case "add":
            return add(draw(inner), draw(inner))
        case "multiply":
            return multiply(draw(inner), draw(inner))
        case "sum":
            below = draw(st.sampled_from("nm"))
            return sum_over(below, draw(formulas((below, *context), depth - 1, total)))
        case "square":
            return power(draw(inner), number(2))
        case "exp":
            return apply("exp", draw(formulas(context, min(depth - 1, 1), True)))
        case "log":
            return apply("log", draw(positive_formulas(context, min(depth - 1, 1))))
        case _:
            return power(draw(positive_formulas(context, min(depth - 1, 1))), MINUS_ONE)


KINDS = ("leaf", "add", "multiply", "sum", "square", "exp", "log", "inverse")


@st.composite
def positive_formulas(draw: st.DrawFn, context: Context, depth: int) -> Term:
    kind = draw(st.sampled_from(["p", "size", "exp", "product", "add", "sum"]))
    if depth == 0 or kind in ("p", "size"):
        return size("n") if kind == "size" else draw(atoms(context, ("p",)))
    inner = positive_formulas(context, depth - 1)
    match kind:
        case "exp":
            return apply("exp", draw(formulas(context, depth - 1, True)))
        case "product":
            return multiply(draw(inner), draw(inner))
        case "add":
            return add(draw(inner), ONE)
        case _:
            return sum_over("n", draw(positive_formulas(("n", *context), depth - 1)))


# ---- points --------------------------------------------------------------------------------------


def generic_points() -> list[Point]:
    """Points without any symmetry, at sizes that tell m from n."""
    random = Random(0)

    def entry() -> Fraction:
        return Fraction(random.randint(1, 40), random.randint(3, 9)) * random.choice((1, 1, -1))

    found = []
    for m, n in [(2, 3), (3, 2), (1, 1), (3, 3)]:
        sizes = {"m": m, "n": n}
        values = {
            name: {at: entry() for at in every_index(shape, sizes)}
            for name, shape in SHAPES.items()
        }
        values["p"] = {at: abs(value) for at, value in values["p"].items()}
        values["y"][(0,)] += 1 - sum(values["y"].values())
        found.append(Point(sizes, values, {}, {"i": n - 1, "j": 0, "r": m - 1}))
    return found


POINTS = generic_points()


def differ(left: Term, right: Term) -> bool:
    """Whether balls around the two values come apart at one of the points."""
    return any(_apart(left, right, point) for point in POINTS)


def _apart(left: Term, right: Term, point: Point) -> bool:
    try:
        return not enclosure(left, point).overlaps(enclosure(right, point))
    except Undefined:  # a ball may be too wide to tell
        return False
