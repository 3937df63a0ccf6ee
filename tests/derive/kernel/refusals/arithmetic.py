"""The rule field: applications that are refused, and why."""

from __future__ import annotations

from derive.kernel.terms import ONE, ZERO, add, delta, multiply, negate, number, position, power

from ..universe import P_TOTAL, Q_TOTALS, TOTAL, row_total
from .vocabulary import (
    Case,
    K,
    Step,
    V,
    W_i,
    Z,
    exp,
    given,
    half,
    inverse,
    log,
    three,
    two,
    u,
    v,
    w,
    x,
    z,
)

ABOUT_LOG = ("field", ((), multiply(ONE, log(v)), log(v)), 0)
V_TWICE = ("sign", ((), add(v, v)), 0)
V_PLUS_W = ("sign", ((), add(v, w("i"))), 0, 1)
SUM = add(v, w("i"))
ROOT = (V, W_i, V_PLUS_W)
TWICE_V_PLUS_W = ("sign", ((), add(multiply(two, v), multiply(two, w("i")))), 0, 1)

CASES = {
    "field": [
        Case(
            "z/z = 1 without z != 0",
            Step((), multiply(z, inverse(z)), ONE, given=(Z,)),
            Step((), multiply(z, inverse(z)), ONE),
            "nonzero",
            "z",
        ),
        Case(
            "0/u = 0 without u != 0",
            Step((), multiply(ZERO, inverse(z)), ZERO, given=(Z,)),
            Step((), multiply(ZERO, inverse(u)), ZERO, given=(Z,)),
            "nonzero",
            "u",
        ),
        Case(
            "what cancels is asked about all the same",
            Step((), add(log(v), negate(log(v))), ZERO, given=(V,)),
            Step((), add(log(z), negate(log(z))), ZERO, given=(Z,)),
            "log",
            "z",
        ),
        Case(
            "a logarithm has a value where an equation speaks of it, and not by itself",
            Step((), add(log(v), ZERO), log(v), given=(V, ABOUT_LOG), premises=(1,)),
            Step((), add(log(v), ZERO), log(v), given=(V, ABOUT_LOG), premises=()),
            "log",
            "v",
        ),
        Case(
            "another symbolic exponent",
            Step((), power(v, add(u, z)), power(v, add(z, u)), given=(V,)),
            Step((), power(v, add(u, z)), power(v, add(z, z)), given=(V,)),
            "not an identity",
        ),
        Case(
            "a symbolic power is not 1",
            Step((), multiply(power(v, u), ONE), power(v, u), given=(V,)),
            Step((), multiply(power(v, u), ONE), ONE, given=(V,)),
            "not an identity",
        ),
        Case(
            "another base of a symbolic power",
            Step((), multiply(power(v, u), ONE), power(v, u), given=(V, W_i)),
            Step((), multiply(power(v, u), ONE), power(w("i"), u), given=(V, W_i)),
            "not an identity",
        ),
        Case(
            "another root",
            Step((), multiply(power(v, half), ONE), power(v, half), given=(V, W_i)),
            Step((), multiply(power(v, half), ONE), power(w("i"), half), given=(V, W_i)),
            "not an identity",
        ),
        Case(
            "another exponent",
            Step((), multiply(power(v, half), power(v, half)), v, given=(V,)),
            Step((), multiply(power(v, half), power(v, number(1, 3))), v, given=(V,)),
            "not an identity",
        ),
        Case(
            "another inverse",
            Step((), inverse(add(v, v)), multiply(half, inverse(v)), given=(V, V_TWICE)),
            Step((), inverse(add(v, v)), multiply(two, inverse(v)), given=(V, V_TWICE)),
            "not an identity",
        ),
        Case(
            "an inverse of a sum is not the sum of inverses",
            Step(
                (),
                inverse(add(v, w("i"))),
                multiply(two, inverse(add(multiply(two, v), multiply(two, w("i"))))),
                given=(V, W_i, V_PLUS_W, TWICE_V_PLUS_W),
            ),
            Step(
                (),
                inverse(add(v, w("i"))),
                add(inverse(v), inverse(w("i"))),
                given=(V, W_i, V_PLUS_W, TWICE_V_PLUS_W),
            ),
            "not an identity",
        ),
        Case(
            "an inverse root is not an inverse",
            Step(
                (), power(SUM, number(-1, 2)), multiply(power(SUM, half), inverse(SUM)), given=ROOT
            ),
            Step((), power(SUM, number(-1, 2)), inverse(SUM), given=ROOT),
            "not an identity",
        ),
        Case(
            "another argument of exp",
            Step((), multiply(exp(u), ONE), exp(u)),
            Step((), multiply(exp(u), ONE), exp(z)),
            "not an identity",
        ),
        Case(
            "the root of what is only nonzero",
            Step((), multiply(power(v, half), power(v, half)), v, given=(V,)),
            Step((), multiply(power(z, half), power(z, half)), z, given=(Z,)),
            "positive",
            "z",
        ),
        Case(
            "symbolic powers of what is only nonzero",
            Step((), power(v, add(u, ONE)), multiply(v, power(v, u)), given=(V,)),
            Step((), power(z, add(u, ONE)), multiply(z, power(z, u)), given=(Z,)),
            "positive",
            "z",
        ),
        Case(
            "a root of a product is not split",
            Step(
                (),
                power(exp(add(u, z)), half),
                multiply(power(exp(u), half), power(exp(z), half)),
                given=(
                    ("sign", ((), exp(add(u, z)))),
                    ("sign", ((), exp(u))),
                    ("sign", ((), exp(z))),
                ),
            ),
            Step(
                (),
                power(multiply(u, z), half),
                multiply(power(u, half), power(z, half)),
                given=(
                    ("sign", ((), exp(add(u, z)))),
                    ("sign", ((), exp(u))),
                    ("sign", ((), exp(z))),
                ),
            ),
            "positive",
        ),
        Case(
            "not an identity",
            Step((), add(u, u), multiply(two, u)),
            Step((), add(u, u), multiply(three, u)),
            "not an identity",
            "(u + u)",
            "3*u",
        ),
        Case(
            "another free index",
            Step((), add(x("i"), ZERO), x("i")),
            Step((), add(x("i"), ZERO), x("j")),
            "(x[i] + 0)",
            "x[j]",
        ),
        Case(
            "indices exchanged",
            Step((), multiply(K("i", "j"), ONE), K("i", "j")),
            Step((), multiply(K("i", "j"), ONE), K("j", "i")),
            "K[i, j]*1",
            "K[j, i]",
        ),
        Case(
            "δ is symmetric, but between the same indices",
            Step((), delta("i", "j"), delta("j", "i")),
            Step((), delta("i", "j"), delta("j", "a")),
            "[i = j]",
            "[j = a]",
        ),
        Case(
            "δ is its square, and nothing else is",
            Step((), power(delta("i", "j"), two), delta("i", "j")),
            Step((), power(position("i"), two), position("i")),
            "not an identity",
        ),
        Case(
            "exp takes sums to products, not products",
            Step((), exp(add(u, z)), multiply(exp(u), exp(z))),
            Step((), exp(multiply(u, z)), multiply(exp(u), exp(z))),
            "not an identity",
            "exp(u*z)",
        ),
        Case(
            "logarithms of different arguments",
            Step(
                (),
                log(add(v, v)),
                log(multiply(two, v)),
                given=(V, ("sign", ((), add(v, v)), 0), ("sign", ((), multiply(two, v)), 0)),
            ),
            Step(
                (),
                log(add(v, v)),
                log(multiply(three, v)),
                given=(V, ("sign", ((), add(v, v)), 0), ("sign", ((), multiply(three, v)), 0)),
            ),
            "not an identity",
        ),
        Case(
            "a stated equation that is not among the premises",
            Step((), multiply(TOTAL, u), u, given=(given(P_TOTAL),)),
            Step((), multiply(TOTAL, u), u, given=(given(P_TOTAL),), premises=()),
            "not an identity",
            "sum_<n>(p[#0])",
        ),
        Case(
            "a stated equation, but for another row",
            Step((), multiply(row_total("a"), u), u, given=(given(Q_TOTALS, (), "a"),)),
            Step((), multiply(row_total("a"), u), u, given=(given(Q_TOTALS, (), ("s", "i")),)),
            "not an identity",
        ),
        Case(
            "an equation known under a binder does not hold outside of it",
            Step(("m",), multiply(row_total(0), u), u, given=(given(Q_TOTALS, ("m",), 0),)),
            Step((), multiply(row_total("a"), u), u, given=(given(Q_TOTALS, ("m",), "a"),)),
            "not an identity",
        ),
        Case(
            "an exponent that is only worked out to be natural",
            Step((), power(v, add(ONE, ONE)), power(v, two), given=(V,)),
            Step((), power(u, add(ONE, ONE)), power(u, two), given=(V,)),
            "u",
        ),
        Case(
            "an exponent that is only worked out to be 0",
            Step((), power(v, add(u, negate(u))), ONE, given=(V,)),
            Step((), power(z, add(u, negate(u))), ONE, given=(Z,)),
            "z",
        ),
        Case(
            "an exponent that is only worked out to be whole",
            Step((), power(v, add(ONE, number(-2))), inverse(v), given=(V,)),
            Step((), power(z, add(ONE, number(-2))), inverse(z), given=(Z,)),
            "z",
        ),
    ],
}
