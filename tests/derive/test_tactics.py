"""The prover: what is equal it proves, what is not it never does, and its normal form is one."""

from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from derive.claim import Claim
from derive.kernel import Declarations, Equation, Fact, Hypothesis, Judgement, dump, replay
from derive.kernel.terms import (
    MINUS_ONE,
    ONE,
    ZERO,
    Term,
    _make,
    add,
    apply,
    delta,
    element,
    instantiate,
    map_indices,
    multiply,
    negate,
    number,
    plain_indices,
    position,
    power,
    replace_index,
    shift,
    shift_index,
    size,
    sum_over,
)
from derive.tactics import ledger
from derive.tactics.ledger import NotProved
from derive.tactics.normal_form import term_of
from derive.tactics.prove import Prover, prove
from numeric.interpret import Undefined
from numeric.samples import points, small_points
from numeric.witnesses import enclosure, refute, refute_equation

# ---- what terms are made of ----------------------------------------------------------------------

SHAPES = {"x": ("n",), "y": ("n",), "K": ("n", "n"), "X": ("m", "n"), "p": ("n",), "b": ()}
POSITIVE = Hypothesis(("n",), Fact("positive", element("p", 0)))
LABELS = Hypothesis((), Equation(sum_over("n", element("y", 0)), ONE))
NAMES = Declarations(
    frozenset({"m", "n"}), {"i": "n", "j": "n", "r": "m"}, SHAPES, hypotheses=(POSITIVE, LABELS)
)

INNER = number(2), number(3), MINUS_ONE, number(1, 2)
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
        st.sampled_from(INNER),
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
            return add(draw(inner), draw(inner))
        case _:
            return sum_over("n", draw(positive_formulas(("n", *context), depth - 1)))


# ---- rewriting one formula into an equal one -----------------------------------------------------


@dataclass
class Rewriter:
    """Equalities of the schoolbook, each applied to one term; None where it does not fit."""

    draw: st.DrawFn
    context: Context

    def commute(self, term: Term) -> Term | None:
        if term.kind in ("add", "multiply"):
            return _make(term.kind, *self.draw(st.permutations(term.args)))
        return None

    def group(self, term: Term) -> Term | None:
        if term.kind in ("add", "multiply") and len(term.args) > 1:
            return _make(term.kind, term.args[0], _make(term.kind, *term.args[1:]))
        return None

    def distribute(self, term: Term) -> Term | None:
        if term.kind != "multiply" or len(term.args) != 2 or term.args[1].kind != "add":
            return None
        return add(*[multiply(term.args[0], part) for part in term.args[1].args])

    def add_and_subtract(self, term: Term) -> Term | None:
        other = self.draw(formulas(self.context, 1))
        return add(term, other, negate(other))

    def multiply_and_divide(self, term: Term) -> Term | None:
        other = self.draw(positive_formulas(self.context, 1))
        return multiply(term, other, power(other, MINUS_ONE))

    def write_out_power(self, term: Term) -> Term | None:
        return multiply(*[term.args[0]] * 2) if term.args[1:] == (number(2),) else None

    def split_sum(self, term: Term) -> Term | None:
        if term.kind == "sum" and term.args[1].kind == "add":
            return add(*[sum_over(term.args[0], part) for part in term.args[1].args])
        return None

    def pull_out(self, term: Term) -> Term | None:
        if term.kind != "sum" or term.args[1].kind != "multiply":
            return None
        factors = term.args[1].args
        fixed = [shift(f, -1) for f in factors if 0 not in f.indices]
        return multiply(*fixed, sum_over(term.args[0], multiply(*_using(0, factors))))

    def exchange_sums(self, term: Term) -> Term | None:
        if term.kind != "sum" or term.args[1].kind != "sum":
            return None
        outer, (inner, body) = term.args[0], term.args[1].args
        return sum_over(inner, sum_over(outer, _exchanged(body)))

    def count(self, term: Term) -> Term | None:
        """sum of a constant = size times the constant"""
        if term.kind == "sum" and 0 not in term.args[1].indices:
            return multiply(size(term.args[0]), shift(term.args[1], -1))
        return None

    def sift(self, term: Term) -> Term | None:
        """f(i) = sum_k delta(k, i) f(k)"""
        at = [i for i in indices_below("n", self.context) if i in term.indices]
        if not at:
            return None
        index = self.draw(st.sampled_from(at))
        inner = replace_index(shift(term, 1), shift_index(index, 1), 0)
        return sum_over("n", multiply(delta(0, shift_index(index, 1)), inner))

    def move_delta(self, term: Term) -> Term | None:
        """delta(i, j) f(j) = delta(i, j) f(i)"""
        if term.kind != "multiply" or term.args[0].kind != "delta":
            return None
        kept, other = term.args[0].args
        return multiply(term.args[0], *[replace_index(f, other, kept) for f in term.args[1:]])

    def square_delta(self, term: Term) -> Term | None:
        return power(term, number(3)) if term.kind == "delta" else None

    def exp_of_sum(self, term: Term) -> Term | None:
        if term.kind == "apply" and term.args[0] == "exp" and term.args[1].kind == "add":
            return multiply(*[apply("exp", part) for part in term.args[1].args])
        return None

    def log_of_product(self, term: Term) -> Term | None:
        if term.kind == "apply" and term.args[0] == "log" and term.args[1].kind == "multiply":
            return add(*[apply("log", factor) for factor in term.args[1].args])
        return None

    def log_of_exp(self, term: Term) -> Term | None:
        simple = term.kind in ("element", "number", "size")
        return apply("log", apply("exp", term)) if simple else None

    def log_of_inverse(self, term: Term) -> Term | None:
        if term.kind == "apply" and term.args[0] == "log":
            return negate(apply("log", power(term.args[1], MINUS_ONE)))
        return None

    def square_of_sum(self, term: Term) -> Term | None:
        """(sum_k a_k)**2 = sum_k sum_l a_k a_l"""
        if term.kind != "power" or term.args[0].kind != "sum" or term.args[1] != number(2):
            return None
        below, body = term.args[0].args
        under_both = shift(term.args[0], 1).args[1]
        return sum_over(below, multiply(body, sum_over(below, under_both)))


REWRITES = [name for name, member in vars(Rewriter).items() if isinstance(member, FunctionType)]
REWRITES = [name for name in REWRITES if not name.startswith("_")]
# What may stand under a logarithm or in a denominator: what shows the same sign as before.
KEEPING_SIGN = ["commute", "group", "split_sum", "pull_out", "exchange_sums", "count", "exp_of_sum"]


def _using(index: int, factors: tuple[Term, ...]) -> list[Term]:
    return [f for f in factors if index in f.indices]


def _exchanged(body: Term) -> Term:
    """The body with the two innermost binders around it exchanged."""

    def change(index: Any, depth: int) -> Any:
        if isinstance(index, tuple):
            return (index[0], *[change(inner, depth) for inner in index[1:]])
        swapped = {depth: depth + 1, depth + 1: depth}
        return swapped.get(index, index)

    return map_indices(body, change)


Way = tuple[int, ...]


def places(
    term: Term, context: Context = (), partial: bool = False
) -> list[tuple[Way, Context, Term, bool]]:
    """Every part of a term: the way to it, the binders around it, itself, and where it stands.

    The last says whether it is under a logarithm or in a denominator.
    """
    found: list[tuple[Way, Context, Term, bool]] = [((), context, term, partial)]
    inner = (term.args[0], *context) if term.kind == "sum" else context
    partial |= term.args[:1] == ("log",) or term.args[1:] == (MINUS_ONE,)
    for place, part in enumerate(term.args):
        if isinstance(part, Term) and not (term.kind == "power" and place == 1):
            found += [((place, *way), *rest) for way, *rest in places(part, inner, partial)]
    return found


def replaced(term: Term, way: Way, new: Term) -> Term:
    if not way:
        return new
    args = list(term.args)
    args[way[0]] = replaced(args[way[0]], way[1:], new)
    return _make(term.kind, *args)


@st.composite
def rewritten(draw: st.DrawFn, term: Term, rewrites: list[str], times: int = 3) -> Term:
    """The term after a few of the rewrites, each at some place where it fits."""
    for _ in range(draw(st.integers(1, times))):
        way, context, part, partial = draw(st.sampled_from(places(term)))
        allowed = [r for r in rewrites if r in KEEPING_SIGN or not partial]
        for name in draw(st.permutations(allowed)):
            new = getattr(Rewriter(draw, context), name)(part)
            if new is not None:
                term = replaced(term, way, new)
                break
    return term


def proved(left: Term, right: Term, declarations: Declarations = NAMES) -> bool:
    """Whether the equation is proved; where it is, replay has to say just the same."""
    prover = Prover(declarations)
    try:
        line = prover.equal(left, right)
    except NotProved:
        return False
    assert replay(dump(prover.proof, line)).conclusion == Judgement((), Equation(left, right))
    return True


# ---- what is equal is proved ---------------------------------------------------------------------


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_formula_equals_what_it_is_rewritten_to(data):
    left = data.draw(formulas())
    right = data.draw(rewritten(left, REWRITES))
    assert proved(left, right)
    assert proved(right, left)
