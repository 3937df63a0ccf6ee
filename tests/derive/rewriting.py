"""One formula turned into an equal one, or, by a mistake that people make, into another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

from derive.kernel.terms import (
    MINUS_ONE,
    ONE,
    Term,
    add,
    apply,
    delta,
    element,
    instantiate,
    multiply,
    negate,
    number,
    power,
    shift,
    size,
    sum_over,
)
from derive.rebinding import map_indices, rebuild, replace_index

from .formulas import Context, atoms, formulas, indices_below, positive_formulas

# Takes a term and the binders around it; None where it does not fit.
Change = Callable[[Term, st.DrawFn, Context], Term | None]


def _registered(changes: list[Change]) -> Callable[[Change], Change]:
    def register(change: Change) -> Change:
        changes.append(change)
        return change

    return register


def _is_square(term: Term) -> bool:
    return term.kind == "power" and term.args[1] is number(2)


def _is_inverse(term: Term) -> bool:
    return term.kind == "power" and term.args[1] is MINUS_ONE


# ---- equalities of the schoolbook ----------------------------------------------------------------

REWRITES: list[Change] = []
rewrite = _registered(REWRITES)


@rewrite
def commute(term: Term, draw: st.DrawFn, context: Context) -> Term | None:
    if term.kind in ("add", "multiply"):
        return rebuild(term, draw(st.permutations(term.args)))
    return None


@rewrite
def group(term: Term, draw: st.DrawFn, context: Context) -> Term | None:
    if term.kind in ("add", "multiply") and len(term.args) > 1:
        return rebuild(term, [term.args[0], rebuild(term, [*term.args[1:]])])
    return None


@rewrite
def distribute(term: Term, draw: st.DrawFn, context: Context) -> Term | None:
    if term.kind != "multiply" or len(term.args) != 2 or term.args[1].kind != "add":
        return None
    return add(*[multiply(term.args[0], part) for part in term.args[1].args])


@rewrite
def add_and_subtract(term: Term, draw: st.DrawFn, context: Context) -> Term | None:
    other = draw(formulas(context, 1))
    return add(term, other, negate(other))


@rewrite
def multiply_and_divide(term: Term, draw: st.DrawFn, context: Context) -> Term | None:
    """By one factor; for a sum of several see ``test_true_and_out_of_reach``."""
    other = draw(positive_formulas(context, 0))
    return multiply(term, other, power(other, MINUS_ONE))


@rewrite
def write_out_power(term: Term, draw: st.DrawFn, context: Context) -> Term | None:
    return multiply(*[term.args[0]] * 2) if _is_square(term) else None


@rewrite
def split_sum(term: Term, draw: st.DrawFn, context: Context) -> Term | None:
    if term.kind == "sum" and term.args[1].kind == "add":
        return add(*[sum_over(term.args[0], part) for part in term.args[1].args])
    return None


@rewrite
def pull_out(term: Term, draw: st.DrawFn, context: Context) -> Term | None:
    if term.kind != "sum" or term.args[1].kind != "multiply":
        return None
    factors = term.args[1].args
    fixed = [shift(f, -1) for f in factors if 0 not in f.indices]
    return multiply(*fixed, sum_over(term.args[0], multiply(*_using(0, factors))))


@rewrite
def exchange_sums(term: Term, draw: st.DrawFn, context: Context) -> Term | None:
    if term.kind != "sum" or term.args[1].kind != "sum":
        return None
    outer, (inner, body) = term.args[0], term.args[1].args
    return sum_over(inner, sum_over(outer, _exchanged(body)))


@rewrite
def count(term: Term, draw: st.DrawFn, context: Context) -> Term | None:
    """sum of a constant = size times the constant"""
    if term.kind == "sum" and 0 not in term.args[1].indices:
        return multiply(size(term.args[0]), shift(term.args[1], -1))
    return None


@rewrite
def sift(term: Term, draw: st.DrawFn, context: Context) -> Term | None:
    """f(i) = sum_k delta(k, i) f(k)"""
    at = [i for i in indices_below("n", context) if i in term.indices]
    if not at:
        return None
    index = draw(st.sampled_from(at))
    inner = replace_index(shift(term, 1), shift(index, 1), 0)
    return sum_over("n", multiply(delta(0, shift(index, 1)), inner))


@rewrite
def move_delta(term: Term, draw: st.DrawFn, context: Context) -> Term | None:
    """delta(i, j) f(j) = delta(i, j) f(i)"""
    if term.kind != "multiply" or term.args[0].kind != "delta":
        return None
    kept, other = term.args[0].args
    return multiply(term.args[0], *[replace_index(f, other, kept) for f in term.args[1:]])


@rewrite
def square_delta(term: Term, draw: st.DrawFn, context: Context) -> Term | None:
    return power(term, number(3)) if term.kind == "delta" else None


@rewrite
def exp_of_sum(term: Term, draw: st.DrawFn, context: Context) -> Term | None:
    if term.kind == "apply" and term.args[0] == "exp" and term.args[1].kind == "add":
        return multiply(*[apply("exp", part) for part in term.args[1].args])
    return None


@rewrite
def log_of_product(term: Term, draw: st.DrawFn, context: Context) -> Term | None:
    if term.kind == "apply" and term.args[0] == "log" and term.args[1].kind == "multiply":
        return add(*[apply("log", factor) for factor in term.args[1].args])
    return None


@rewrite
def log_of_exp(term: Term, draw: st.DrawFn, context: Context) -> Term | None:
    simple = term.kind in ("element", "number", "size")
    return apply("log", apply("exp", term)) if simple else None


@rewrite
def log_of_inverse(term: Term, draw: st.DrawFn, context: Context) -> Term | None:
    if term.kind == "apply" and term.args[0] == "log":
        return negate(apply("log", power(term.args[1], MINUS_ONE)))
    return None


@rewrite
def square_of_sum(term: Term, draw: st.DrawFn, context: Context) -> Term | None:
    """(sum_k a_k)**2 = sum_k sum_l a_k a_l"""
    if not _is_square(term) or term.args[0].kind != "sum":
        return None
    below, body = term.args[0].args
    under_both = shift(term.args[0], 1).args[1]
    return sum_over(below, multiply(body, sum_over(below, under_both)))


# What may stand under a logarithm or in a denominator: what shows the same sign as before.
KEEPING_SIGN = (commute, group, split_sum, pull_out, exchange_sums, count, exp_of_sum)


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


# ---- mistakes ------------------------------------------------------------------------------------

MISTAKES: list[Change] = []
mistake = _registered(MISTAKES)


@mistake
def transpose(term: Term, draw: st.DrawFn, context: Context) -> Term | None:
    return element("K", *reversed(term.args[1])) if term.args[0] == "K" else None


@mistake
def mix_up_indices(term: Term, draw: st.DrawFn, context: Context) -> Term | None:
    if term.kind != "element" or not term.args[1]:
        return None
    return draw(atoms(context, (term.args[0],)))


@mistake
def mix_up_variables(term: Term, draw: st.DrawFn, context: Context) -> Term | None:
    return element("x", *term.args[1]) if term.args[0] in ("y", "p") else None


@mistake
def change_number(term: Term, draw: st.DrawFn, context: Context) -> Term | None:
    return number(5) if term.kind == "number" else None


@mistake
def drop_part(term: Term, draw: st.DrawFn, context: Context) -> Term | None:
    if term.kind in ("add", "multiply") and len(term.args) > 1:
        return rebuild(term, [*term.args[1:]])
    return None


@mistake
def turn_sign(term: Term, draw: st.DrawFn, context: Context) -> Term | None:
    return negate(term)


@mistake
def forget_sum(term: Term, draw: st.DrawFn, context: Context) -> Term | None:
    if term.kind == "sum" and term.args[0] == "n":
        return instantiate(term.args[1], "i")
    return None


@mistake
def merge_indices(term: Term, draw: st.DrawFn, context: Context) -> Term | None:
    """K[k, k] taken for K[k, d] under two sums"""
    if term.kind != "sum" or term.args[1].kind != "sum" or term.args[0] != term.args[1].args[0]:
        return None
    below, body = term.args[1].args
    return sum_over(below, sum_over(below, replace_index(body, 1, 0)))


@mistake
def wrong_size(term: Term, draw: st.DrawFn, context: Context) -> Term | None:
    return size("m" if term.args == ("n",) else "n") if term.kind == "size" else None


@mistake
def forget_delta(term: Term, draw: st.DrawFn, context: Context) -> Term | None:
    return ONE if term.kind == "delta" else None


@mistake
def product_of_sums(term: Term, draw: st.DrawFn, context: Context) -> Term | None:
    """sum_k a_k b_k taken for sum_k a_k times sum_k b_k"""
    if term.kind == "sum" and term.args[1].kind == "multiply":
        return multiply(*[sum_over(term.args[0], part) for part in term.args[1].args])
    return None


@mistake
def product_of_inverses(term: Term, draw: st.DrawFn, context: Context) -> Term | None:
    """1/(a + b) taken for 1/a + 1/b"""
    if _is_inverse(term) and term.args[0].kind == "add":
        return add(*[power(part, MINUS_ONE) for part in term.args[0].args])
    return None


@mistake
def log_of_sum(term: Term, draw: st.DrawFn, context: Context) -> Term | None:
    """log(a + b) taken for log a + log b"""
    if term.kind == "apply" and term.args[0] == "log" and term.args[1].kind == "add":
        return add(*[apply("log", part) for part in term.args[1].args])
    return None


@mistake
def square_inside(term: Term, draw: st.DrawFn, context: Context) -> Term | None:
    """(sum_k a_k)**2 taken for sum_k a_k**2"""
    if _is_square(term) and term.args[0].kind == "sum":
        return sum_over(term.args[0].args[0], power(term.args[0].args[1], number(2)))
    return None


# ---- applied somewhere in a formula --------------------------------------------------------------


Way = tuple[int, ...]


def places(
    term: Term, context: Context = (), partial: bool = False
) -> list[tuple[Way, Context, Term, bool]]:
    """Every part of a term: the way to it, the binders around it, itself, and where it stands.

    The last says whether it is under a logarithm or in a denominator.
    """
    found: list[tuple[Way, Context, Term, bool]] = [((), context, term, partial)]
    inner = (term.args[0], *context) if term.kind == "sum" else context
    partial |= term.args[0] == "log" if term.kind == "apply" else _is_inverse(term)
    for place, part in enumerate(term.args):
        if isinstance(part, Term) and not (term.kind == "power" and place == 1):
            found += [((place, *way), *rest) for way, *rest in places(part, inner, partial)]
    return found


def replaced(term: Term, way: Way, new: Term) -> Term:
    if not way:
        return new
    args = list(term.args)
    args[way[0]] = replaced(args[way[0]], way[1:], new)
    return rebuild(term, args)


@st.composite
def rewritten(draw: st.DrawFn, term: Term, rewrites: Sequence[Change], times: int = 3) -> Term:
    """The term after a few of the rewrites, each at some place where it fits."""
    for _ in range(draw(st.integers(1, times))):
        way, context, part, partial = draw(st.sampled_from(places(term)))
        allowed = [r for r in rewrites if r in KEEPING_SIGN or not partial]
        for change in draw(st.permutations(allowed)):
            new = change(part, draw, context)
            if new is not None:
                term = replaced(term, way, new)
                break
    return term


@st.composite
def spoiled(draw: st.DrawFn, term: Term) -> Term:
    """The term with one mistake in it, then rewritten, so that it does not show."""
    for way, context, part, _ in draw(st.permutations(places(term))):
        for spoil_it in draw(st.permutations(MISTAKES)):
            new = spoil_it(part, draw, context)
            if new is not None:
                return draw(rewritten(replaced(term, way, new), REWRITES))
    return term
