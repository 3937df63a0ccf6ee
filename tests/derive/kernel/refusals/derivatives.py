"""Derivatives: applications that are refused, and why."""

from __future__ import annotations

from derive.kernel.terms import ONE, add, multiply, number, power

from ..universe import GUARD, GUARDED, P_TOTAL, TOTAL
from .vocabulary import (
    SLOPE,
    Case,
    R,
    Step,
    V,
    Z,
    doubled,
    equation,
    exp,
    given,
    half,
    inverse,
    log,
    r,
    slope,
    three,
    two,
    u,
    v,
    x,
    z,
)

FIRST = ("differentiate", ((), power(u, three), "u", ()))
FIRST_SLOPE = multiply(three, power(u, two), ONE)
SECOND = ("differentiate", ((), FIRST_SLOPE, "u", ()))
BY_P = ("differentiate", ((), multiply(u, TOTAL), "u", ()))
TOTAL_AGAIN = ("differentiate", ((), multiply(ONE, TOTAL), "p", ("i",)))
ONE_FOR_TOTAL = ("field", ((), multiply(ONE, TOTAL), multiply(ONE, ONE)), 0)
NOW_ONE = ("derivative_equal", (), 1, 2)

LOG_V = ("field", ((), log(v), log(v)), 0)

CASES = {
    "differentiate": [
        Case(
            "the logarithm of what is only nonzero",
            Step((), log(v), "v", (), given=(V,)),
            Step((), log(z), "z", (), given=(Z,)),
            "log(z)",
        ),
        Case(
            "exp asks for nothing, log does",
            Step((), exp(u), "u", ()),
            Step((), log(u), "u", ()),
            "log(u)",
        ),
        Case(
            "a logarithm that has a value, its argument not shown positive",
            Step((), log(v), "v", (), given=(V, LOG_V), premises=(0, 1)),
            Step((), log(v), "v", (), given=(V, LOG_V), premises=(1,)),
            "not shown positive",
            "v",
        ),
        Case(
            "an inverse that has a value, its base not shown nonzero",
            Step((), inverse(z), "z", (), given=(Z, ("field", ((), inverse(z), inverse(z)), 0))),
            Step(
                (),
                inverse(z),
                "z",
                (),
                given=(Z, ("field", ((), inverse(z), inverse(z)), 0)),
                premises=(1,),
            ),
            "not shown nonzero",
            "z",
        ),
        Case(
            "a root of what is only nonnegative",
            Step((), power(v, half), "v", (), given=(V,)),
            Step((), power(r, half), "r", (), given=(R,)),
            "(r)^(1/2)",
        ),
        Case(
            "a root that is differentiable at 0, but for its domain",
            Step((), power(v, number(3, 2)), "v", (), given=(V,)),
            Step((), power(r, number(3, 2)), "r", (), given=(R,)),
            "(r)^(3/2)",
        ),
        Case(
            "an inverse of what may be 0",
            Step((), inverse(z), "z", (), given=(Z,)),
            Step((), inverse(u), "u", (), given=(Z,)),
            "(u)^(-1)",
        ),
        Case(
            "a constant factor that may have no value",
            Step((), multiply(log(v), u), "u", (), given=(V,)),
            Step((), multiply(log(z), u), "u", (), given=(Z,)),
            "log(z)",
        ),
        Case(
            "a constant that may have no value",
            Step((), log(v), "u", (), given=(V,)),
            Step((), log(z), "u", (), given=(Z,)),
            "log(z)",
        ),
        Case(
            "the variable in the exponent of what may not be positive",
            Step((), power(v, u), "u", (), given=(V,)),
            Step((), power(z, u), "u", (), given=(Z,)),
            "not shown positive",
            "z",
        ),
        Case(
            "the variable in a guard",
            Step((), GUARDED, "v", (), given=(given(GUARD),)),
            Step((), GUARDED, "u", (), given=(given(GUARD),)),
            "not shown to be away from the kink",
        ),
        Case(
            "an index too few",
            Step((), x("i"), "x", ("j",)),
            Step((), x("i"), "x", ()),
            "takes 1 indices",
            "0",
        ),
        Case(
            "by an entry that is out of range",
            Step((), x("i"), "x", ("j",)),
            Step((), x("i"), "x", ("a",)),
            "a runs below m",
            "below n",
        ),
        Case(
            "by a label",
            Step((), x(("t", "a")), "x", ("j",)),
            Step((), x(("t", "a")), "t", ("a",)),
            "not a declared variable",
            "t",
        ),
        Case(
            "by what is not declared",
            Step((), u, "v", ()),
            Step((), u, "q", ()),
            "not a declared variable",
            "q",
        ),
        Case(
            "by a bound index that is not open",
            Step(("n",), x(0), "x", (0,)),
            Step(("n",), x(0), "x", (1,)),
            "without a binder",
        ),
    ],
    "derivative_equal": [
        Case(
            "an equation about another term",
            Step(given=(slope, equation((), SLOPE, two))),
            Step(given=(slope, doubled)),
            "do not meet",
            "2*1",
            "(u + u)",
        ),
        Case(
            "the equation the other way round",
            Step(given=(slope, equation((), SLOPE, two))),
            Step(given=(slope, equation((), two, SLOPE))),
            "do not meet",
            "2*1",
            "2",
        ),
        Case(
            "the equation first",
            Step(given=(slope, equation((), SLOPE, two)), premises=(0, 1)),
            Step(given=(slope, equation((), SLOPE, two)), premises=(1, 0)),
            "Derivative, Equation",
        ),
        Case(
            "three premises",
            Step(given=(slope, equation((), SLOPE, two)), premises=(0, 1)),
            Step(given=(slope, equation((), SLOPE, two)), premises=(0, 1, 1)),
            "Derivative, Equation",
        ),
    ],
    "derivative_of_equal": [
        Case(
            "an equation about another term",
            Step(given=(doubled, slope)),
            Step(given=(equation((), SLOPE, two), slope)),
            "do not meet",
            "2",
            "2*u",
        ),
        Case(
            "the derivative of the left side",
            Step(given=(doubled, slope)),
            Step(given=(doubled, ("differentiate", ((), add(u, u), "u", ())))),
            "do not meet",
            "2*u",
            "(u + u)",
        ),
        Case(
            "the derivative first",
            Step(given=(doubled, slope), premises=(0, 1)),
            Step(given=(doubled, slope), premises=(1, 0)),
            "Equation, Derivative",
        ),
        Case(
            "the equation rests on an equation about the variable",
            Step(given=(given(P_TOTAL), ("differentiate", ((), ONE, "x", ("i",))))),
            Step(given=(given(P_TOTAL), ("differentiate", ((), ONE, "p", ("i",))))),
            "rests on a hypothesis about p",
            "sum_<n>(p[#0])",
        ),
        Case(
            "the equation rests on r >= 0, and r is the variable",
            Step(
                given=(
                    R,
                    ("field", ((), add(r, r), multiply(two, r)), 0),
                    ("differentiate", ((), multiply(two, r), "u", ())),
                ),
                premises=(1, 2),
            ),
            Step(
                given=(
                    R,
                    ("field", ((), add(r, r), multiply(two, r)), 0),
                    ("differentiate", ((), multiply(two, r), "r", ())),
                ),
                premises=(1, 2),
            ),
            "rests on a hypothesis about r",
        ),
        Case(
            "the equation rests on a guard with the variable",
            Step(
                given=(
                    given(GUARD),
                    ("field", ((), add(z, u), add(u, z)), 0),
                    ("differentiate", ((), add(u, z), "z", ())),
                ),
                premises=(1, 2),
            ),
            Step(
                given=(
                    given(GUARD),
                    ("field", ((), add(z, u), add(u, z)), 0),
                    ("differentiate", ((), add(u, z), "u", ())),
                ),
                premises=(1, 2),
            ),
            "rests on a hypothesis about u",
        ),
    ],
    "differentiate_again": [
        Case(
            "the slope of another term",
            Step(given=(FIRST, SECOND)),
            Step(given=(FIRST, slope)),
            "do not meet",
        ),
        Case(
            "the second derivative first",
            Step(given=(FIRST, SECOND), premises=(0, 1)),
            Step(given=(FIRST, SECOND), premises=(1, 0)),
            "do not meet",
        ),
        Case(
            "an equation is no derivative",
            Step(given=(FIRST, SECOND)),
            Step(given=(FIRST, equation((), FIRST_SLOPE, multiply(three, power(u, two))))),
            "Derivative, Derivative",
        ),
        Case(
            "one premise",
            Step(given=(FIRST, SECOND)),
            Step(given=(FIRST,)),
            "Derivative, Derivative",
        ),
        Case(
            "the first rests on a hypothesis about the second variable",
            Step(
                given=(given(P_TOTAL), BY_P, ONE_FOR_TOTAL, NOW_ONE, TOTAL_AGAIN), premises=(1, 4)
            ),
            Step(
                given=(
                    given(P_TOTAL),
                    BY_P,
                    ONE_FOR_TOTAL,
                    NOW_ONE,
                    ("differentiate", ((), multiply(ONE, ONE), "p", ("i",))),
                ),
                premises=(3, 4),
            ),
            "rests on a hypothesis about p",
        ),
    ],
}
