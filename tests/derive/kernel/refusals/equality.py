"""Equality and logarithms: applications that are refused, and why."""

from __future__ import annotations

from derive.kernel.terms import ONE, ZERO, apply, multiply, number, power, sum_over

from ..universe import GUARD, GUARDED
from .vocabulary import (
    Case,
    R,
    Step,
    V,
    W_all,
    W_i,
    Z,
    exp,
    given,
    half,
    inverse,
    log,
    r,
    same,
    sin,
    three,
    two,
    u,
    v,
    w,
    x,
    z,
)

CASES = {
    "field": [
        Case(
            "1/w without w > 0",
            same(("n",), inverse(w(0)), given=(W_all,)),
            same(("n",), inverse(w(0))),
            "not shown nonzero",
            "(w[#0])^(-1)",
        ),
        Case(
            "w > 0 known for another index",
            same(("m", "n"), inverse(w(1)), given=(W_all,)),
            same(("n", "m"), inverse(w(0)), given=(W_all,)),
            "(w[#0])^(-1)",
        ),
        Case(
            "under the sum: known at one index only",
            same((), sum_over("n", log(w(0))), given=(W_all,)),
            same((), sum_over("n", log(w(0))), given=(W_i,)),
            "log(w[#0])",
            "not shown positive",
        ),
        Case(
            "the logarithm of what is only nonzero",
            same((), log(v), given=(V,)),
            same((), log(z), given=(Z,)),
            "log(z)",
        ),
        Case(
            "a root of what is only nonnegative",
            same((), power(v, half), given=(V,)),
            same((), power(r, half), given=(R,)),
            "(r)^(1/2)",
        ),
        Case(
            "an inverse of what is only nonnegative",
            same((), inverse(z), given=(Z,)),
            same((), inverse(r), given=(R,)),
            "(r)^(-1)",
        ),
        Case(
            "a symbolic power of what is only nonzero",
            same((), power(v, u), given=(V,)),
            same((), power(z, u), given=(Z,)),
            "(z)^(u)",
        ),
        Case(
            "a guard that nobody says has a value",
            same((), GUARDED, given=(given(GUARD),)),
            same((), GUARDED),
            "log(u)",
            "not shown positive",
        ),
        Case("a function nobody knows", same((), exp(u)), same((), apply("floor", u)), "floor"),
        Case(
            "an index below another size",
            same((), x("i")),
            same((), x("a")),
            "a runs below m",
            "below n",
        ),
        Case(
            "a bound index below another size",
            same(("n", "m"), x(0)),
            same(("n", "m"), x(1)),
            "1 runs below m",
            "below n",
        ),
        Case(
            "an index without a binder",
            same(("n",), x(0)),
            same((), x(0)),
            "without a binder",
            "x[#0]",
        ),
        Case(
            "a size that is not declared",
            same(("n",), u),
            same(("q",), u),
            "not a declared size",
            "q",
        ),
    ],
    "power_product": [
        Case(
            "not a power", Step((), power(multiply(v, v), half), given=(V,)), Step((), v), "power"
        ),
        Case(
            "a base that is only nonzero",
            Step((), power(multiply(v, v), half), given=(V,)),
            Step((), power(multiply(z, z), half), given=(Z,)),
            "not shown positive",
            "z",
        ),
        Case(
            "a square that is not 0: its root is not z",
            Step((), power(power(v, two), half), given=(V,)),
            Step((), power(power(z, two), half), given=(Z,)),
            "not shown positive",
            "z",
        ),
        Case(
            "an even power of a product that may be negative",
            Step((), power(multiply(v, v), two), given=(V,)),
            Step((), power(multiply(u, v), two), given=(V,)),
            "not shown positive",
            "u",
        ),
        Case(
            "an exponent without a value",
            Step((), power(multiply(v, v), log(v)), given=(V,)),
            Step((), power(multiply(v, v), log(u)), given=(V,)),
            "log(u)",
        ),
    ],
    "parity": [
        Case("no function", Step((), sin(u)), Step((), u), "neither odd nor even"),
        Case(
            "a function that is neither odd nor even",
            Step((), sin(u)),
            Step((), exp(u)),
            "neither odd nor even",
        ),
        Case(
            "an argument that has no value",
            Step((), sin(log(v)), given=(V,)),
            Step((), sin(log(u)), given=(V,)),
            "not shown positive",
        ),
    ],
    "exp_log": [
        Case("not an exponential", Step((), exp(log(v)), given=(V,)), Step((), v), "exponential"),
        Case(
            "no logarithm",
            Step((), exp(log(v)), given=(V,)),
            Step((), exp(v), given=(V,)),
            "no log last",
        ),
        Case(
            "a product without factors",
            Step((), exp(log(v)), given=(V,)),
            Step((), exp(multiply()), given=(V,)),
            "no log last",
        ),
        Case(
            "the logarithm is not the last factor",
            Step((), exp(multiply(u, log(v))), given=(V,)),
            Step((), exp(multiply(log(v), u)), given=(V,)),
            "no log last",
        ),
        Case(
            "another function",
            Step((), exp(log(v)), given=(V,)),
            Step((), exp(apply("lgamma", v)), given=(V,)),
            "no log last",
        ),
        Case(
            "the logarithm of what is only nonzero",
            Step((), exp(log(v)), given=(V,)),
            Step((), exp(log(z)), given=(Z,)),
            "not shown positive",
            "z",
        ),
    ],
    "log_product": [
        Case(
            "one base is only nonzero",
            Step((), log(multiply(v, w("i"))), given=(V, W_i)),
            Step((), log(multiply(v, z)), given=(V, Z)),
            "not shown positive",
            "z",
        ),
        Case(
            "log u**2 = 2 log u needs u > 0",
            Step((), log(power(v, two)), given=(V,)),
            Step((), log(power(u, two)), given=(V,)),
            "not shown positive",
            "u",
        ),
        Case(
            "two negative numbers",
            Step((), log(multiply(two, three))),
            Step((), log(multiply(number(-2), number(-3)))),
            "not shown positive",
            "-2",
        ),
        Case(
            "the logarithm of 0",
            Step((), log(multiply(two, ONE))),
            Step((), log(multiply(ZERO, ONE))),
            "not shown positive",
            "0",
        ),
        Case(
            "the product as a whole is positive, its factors may not be",
            Step((), log(power(v, two)), given=(V, ("sign", ((), power(v, two)), 0))),
            Step((), log(power(z, two)), given=(Z, ("sign", ((), power(z, two)), 0))),
            "not shown positive",
            "z",
        ),
        Case(
            "not a logarithm",
            Step((), log(v), given=(V,)),
            Step((), exp(v), given=(V,)),
            "takes a log",
            "exp(v)",
        ),
        Case(
            "log exp(a) = a needs a to have a value",
            Step((), log(exp(inverse(z))), given=(Z,)),
            Step((), log(exp(inverse(u))), given=(Z,)),
            "(u)^(-1)",
        ),
    ],
}
