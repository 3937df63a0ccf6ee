"""Short names for terms and lines, and the cases that are written with them."""

from __future__ import annotations

from typing import Any

from derive.kernel import Term
from derive.kernel.terms import MINUS_ONE, ONE, Index, add, apply, element, multiply, number, power

from ..universe import R_NONNEGATIVE, V_POSITIVE, W_POSITIVE, Z_NONZERO, Context

Given = tuple[Any, ...]  # rule, arguments, premises


class Step:
    """A rule applied to arguments, on top of given lines; these, or some of them, are premises."""

    def __init__(
        self, *args: Any, given: tuple[Given, ...] = (), premises: tuple[int, ...] | None = None
    ) -> None:
        self.args, self.given = args, given
        self.premises = tuple(range(len(given))) if premises is None else premises


def same(context: Context, term: Term, given: tuple[Given, ...] = ()) -> Step:
    """A term is what it is, where it has a value."""
    return Step(context, term, term, given=given)


class Case:
    """Two applications of a rule that differ in one place: one right, one wrong.

    ``says`` is what the refusal of the wrong one has to show.
    """

    def __init__(self, what: str, right: Step, wrong: Step, *says: str) -> None:
        self.what, self.right, self.wrong, self.says = what, right, wrong, says


# ---- terms ---------------------------------------------------------------------------------------

u, v, z, r = (element(name) for name in "uvzr")
half, two, three = number(1, 2), number(2), number(3)


def x(i: Index) -> Term:
    return element("x", i)


def y(a: Index) -> Term:
    return element("y", a)


def w(i: Index) -> Term:
    return element("w", i)


def K(i: Index, j: Index) -> Term:
    return element("K", i, j)


def log(term: Term) -> Term:
    return apply("log", term)


def exp(term: Term) -> Term:
    return apply("exp", term)


def sin(term: Term) -> Term:
    return apply("sin", term)


def inverse(term: Term) -> Term:
    return power(term, MINUS_ONE)


# ---- lines ---------------------------------------------------------------------------------------


def given(which: int, context: Context = (), *at: Index) -> Given:
    """The line of a hypothesis."""
    return ("hypothesis", (which, context, at))


def equation(context: Context, left: Term, right: Term) -> Given:
    """The line of an identity that ``field`` shows without premises."""
    return ("field", (context, left, right))


V, Z, R = given(V_POSITIVE), given(Z_NONZERO), given(R_NONNEGATIVE)
W_i, W_all = given(W_POSITIVE, (), "i"), given(W_POSITIVE, ("n",), 0)

doubled = equation((), add(u, u), multiply(two, u))
doubled_x = equation(("n",), add(x(0), x(0)), multiply(two, x(0)))
slope = ("differentiate", ((), multiply(two, u), "u", ()))
SLOPE = multiply(two, ONE)
