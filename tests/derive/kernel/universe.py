"""The names that the kernel's tests speak of, and strategies for random formulas over them."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any

import hypothesis.strategies as st

from derive.kernel import Declarations, Equation, Fact, Hypothesis, Label, Term
from derive.kernel.judgement import Context, Guard, binders
from derive.kernel.terms import (
    MINUS_ONE,
    ONE,
    ZERO,
    Index,
    add,
    apply,
    constant,
    delta,
    element,
    multiply,
    number,
    plain_indices,
    position,
    power,
    shift,
    size,
    sum_over,
    where,
)
from numeric.points import Point
from tests.semantics import resting_on, worlds

# One hypothesis of each sort; the places are those of the hypotheses in UNIVERSE.
(
    W_POSITIVE,
    V_POSITIVE,
    Z_NONZERO,
    R_NONNEGATIVE,
    P_TOTAL,
    Q_TOTALS,
    M_POSITIVE,
    GUARD,
    TWO_IS_C,
    ONE_IS_HALF_C,
) = range(10)

TOTAL = sum_over("n", element("p", 0))
GUARDED = where("<", ZERO, element("u"), apply("log", element("u")))

UNIVERSE = Declarations(
    sizes=frozenset({"n", "m"}),
    indices={"i": "n", "j": "n", "a": "m"},
    variables={
        "x": ("n",),
        "y": ("m",),
        "K": ("n", "n"),
        "u": (),
        "w": ("n",),
        "v": (),
        "z": (),
        "r": (),
        "p": ("n",),
        "Q": ("m", "n"),
        "M": ("n", "m"),
        "c": (),
    },
    labels={"t": Label(("m",), "n"), "s": Label(("n",), "m")},
    hypotheses=(
        Hypothesis(("n",), Fact("positive", element("w", 0))),
        Hypothesis((), Fact("positive", element("v"))),
        Hypothesis((), Fact("nonzero", element("z"))),
        Hypothesis((), Fact("nonnegative", element("r"))),
        Hypothesis((), Equation(TOTAL, ONE)),
        Hypothesis(("m",), Equation(sum_over("n", element("Q", 1, 0)), ONE)),
        Hypothesis(("m", "n"), Fact("positive", element("M", 1, 0))),
        Hypothesis((), Fact("defined", GUARDED)),
        Hypothesis((), Equation(number(2), element("c"))),
        Hypothesis((), Equation(ONE, multiply(number(1, 2), element("c")))),
    ),
)


@cache
def worlds_of(used: frozenset[int]) -> list[Point]:
    """Worlds that meet these hypotheses of UNIVERSE, and need not meet the others."""
    return worlds(resting_on(UNIVERSE, used), count=5, seed=len(used))


def row_total(row: Index) -> Term:
    """sum_k Q[row, k], which a hypothesis says is 1"""
    return sum_over("n", element("Q", shift(row, 1), 0))


def is_total(term: Term) -> bool:
    """Whether a hypothesis says that the term, a sum, is 1."""
    if term.kind != "sum" or term.args[1].kind != "element":
        return False
    variable, indices = term.args[1].args
    return term is TOTAL or (
        variable == "Q" and 0 not in plain_indices(indices[:1]) and indices[1] == 0
    )


# ---- strategies ----------------------------------------------------------------------------------

Draw = Callable[[st.SearchStrategy[Any]], Any]

plain_contexts = st.sampled_from([(), (), ("n",), ("m",), ("n", "m"), ("n", "n")])
naturals = st.sampled_from([0, 1, 2, 2, 3])
rationals = st.sampled_from([Fraction(k, 2) for k in (-4, -3, -2, -1, 1, 2, 3, 4)])
small = st.sampled_from([Fraction(-1), Fraction(1, 2), Fraction(2), Fraction(0), Fraction(1)])


def choose(draw: Draw, *options: Any) -> Any:
    """One of the options."""
    return draw(st.sampled_from(options))


def an_index(draw: Draw, below: str, context: Context, gathered: bool = True) -> Index:
    """A bound, free or gathered index that runs below a size."""
    plain = [k for k, bound in enumerate(binders(context)) if bound == below]
    plain += [name for name, bound in UNIVERSE.indices.items() if bound == below]
    labels = [name for name, label in UNIVERSE.labels.items() if label.below == below]
    picked = choose(draw, *plain, *plain, *(labels if gathered else ()))
    if picked in labels:
        (axis,) = UNIVERSE.labels[picked].shape
        return (picked, an_index(draw, axis, context, gathered=False))
    return picked


def indices_of(draw: Draw, variable: str, context: Context) -> tuple[Index, ...]:
    """Indices at which a variable can be read."""
    return tuple(an_index(draw, axis, context) for axis in UNIVERSE.variables[variable])


def an_element(draw: Draw, context: Context, *variables: str) -> Term:
    """An element of one of the variables."""
    variable = choose(draw, *variables)
    return element(variable, *indices_of(draw, variable, context))


def a_delta(draw: Draw, context: Context) -> Term:
    """A delta, seldom between indices of different sizes."""
    below, other = choose(draw, ("n", "n"), ("n", "n"), ("m", "m"), ("n", "m"))
    return delta(an_index(draw, below, context), an_index(draw, other, context))


def a_leaf(draw: Draw, context: Context) -> Term:
    """A term without parts."""
    kind = choose(draw, "element", "element", "element", "number", "size", "position", "delta")
    match kind:
        case "number":
            return number(draw(small))
        case "size":
            return size(choose(draw, "n", "m"))
        case "position":
            return position(an_index(draw, choose(draw, "n", "m"), context))
        case "delta":
            return a_delta(draw, context)
        case _:
            return an_element(draw, context, "x", "y", "K", "u", "w", "v", "p", "Q", "z")


def a_positive(draw: Draw, context: Context, depth: int) -> Term:
    """A term that the stated hypotheses make positive."""
    kinds = ("element", "exp", "sum", "multiply", "power", "add")
    kind = choose(draw, *kinds) if depth > 0 else choose(draw, "element", "size", "exp of leaf")
    match kind:
        case "element":
            return an_element(draw, context, "w", "v", "M")
        case "size":
            return choose(draw, size("n"), size("m"), number(2), constant("pi"))
        case "exp of leaf":
            return apply("exp", a_leaf(draw, context))
        case "exp":
            return apply("exp", a_term(draw, context, depth - 1))
        case "sum":
            below = choose(draw, "n", "m")
            return sum_over(below, a_positive(draw, (below, *context), depth - 1))
        case "power":
            return power(a_positive(draw, context, depth - 1), number(draw(rationals)))
        case _:
            parts = [a_positive(draw, context, depth - 1) for _ in range(2)]
            return add(*parts) if kind == "add" else multiply(*parts)


def a_term(draw: Draw, context: Context, depth: int) -> Term:
    """A term of any kind; most partial parts of it can be shown to have a value."""
    if depth <= 0:
        return a_leaf(draw, context)
    kind = choose(
        draw, "leaf", "add", "add", "multiply", "multiply", "natural", "total", "sum", "partial"
    )
    match kind:
        case "leaf":
            return a_leaf(draw, context)
        case "add" | "multiply":
            parts = [a_term(draw, context, depth - 1) for _ in range(draw(naturals))]
            return add(*parts) if kind == "add" else multiply(*parts)
        case "natural":
            return power(a_term(draw, context, depth - 1), number(draw(naturals)))
        case "total":
            function = choose(draw, "exp", "exp", "exp", "sin", "cos", "erf")
            return apply(function, a_term(draw, context, depth - 1))
        case "sum":
            below = choose(draw, "n", "m")
            return sum_over(below, a_term(draw, (below, *context), depth - 1))
        case _:
            return a_partial(draw, context, depth)


def a_partial(draw: Draw, context: Context, depth: int) -> Term:
    """A logarithm or the like, an inverse, a root, a symbolic power or a guard."""
    base = a_positive(draw, context, depth - 1)
    kinds = ("log", "inverse", "root", "symbolic", "z", "guarded", "guard", "total", "wild")
    match choose(draw, *kinds):
        case "log":
            return apply(choose(draw, "log", "log", "log", "lgamma", "digamma"), base)
        case "guard":
            return a_guard(draw, context, a_term(draw, context, depth - 1))
        case "inverse":
            return power(base, number(-draw(naturals) - 1))
        case "root":
            return power(base, number(draw(rationals)))
        case "symbolic":
            return power(base, a_term(draw, context, depth - 1))
        case "z":
            return power(element("z"), MINUS_ONE)
        case "guarded":
            return GUARDED
        case "total":
            return choose(draw, TOTAL, row_total(an_index(draw, "m", context)))
        case _:
            return power(a_term(draw, context, depth - 1), number(draw(rationals)))


def a_guard(draw: Draw, context: Context, body: Term) -> Term:
    """A term where some relation holds between indices or values, and 0 elsewhere."""
    relation = choose(draw, "=", "!=", "<", "<=")
    if draw(st.booleans()):
        sides = [position(an_index(draw, choose(draw, "n", "n", "m"), context)) for _ in "ab"]
    else:
        sides = [a_leaf(draw, context) for _ in "ab"]
    return where(relation, *sides, body)


@st.composite
def _contexts(draw: st.DrawFn) -> Context:
    """Binders, and one time in three a guard among them."""
    context: Context = draw(plain_contexts)
    if draw(st.integers(0, 2)):
        return context
    inside = draw(st.integers(0, len(context)))
    return (*context[:inside], a_condition(draw, context[inside:]), *context[inside:])


contexts = _contexts()


def a_condition(draw: Draw, context: Context) -> Guard:
    """A guard, seldom one with a side that may have no value."""
    relation, left, right, _ = a_guard(draw, context, ONE).args
    if not draw(st.integers(0, 3)):
        right = a_partial(draw, context, 1)
    return relation, left, right


@st.composite
def formulas(
    draw: st.DrawFn, under: st.SearchStrategy[Context] = contexts, depth: int = 3
) -> tuple[Context, Term]:
    """A context and a term that is well-formed under it."""
    context = draw(under)
    return context, a_term(draw, context, draw(st.integers(0, depth)))
