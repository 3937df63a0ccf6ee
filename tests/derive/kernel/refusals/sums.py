"""Sums and Kronecker's delta: applications that are refused, and why."""

from __future__ import annotations

from derive.kernel.terms import add, delta, multiply, position, power, size, sum_over

from ..universe import W_POSITIVE
from .vocabulary import (
    Case,
    K,
    Step,
    V,
    W_all,
    W_i,
    Z,
    doubled,
    doubled_x,
    equation,
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

LOG_V, LOG_U = ("<", u, log(v)), ("<", u, log(u))

CASES = {
    "sift_place": [
        Case(
            "half of a position",
            Step((), "n", multiply(two, position("i"))),
            Step((), "n", multiply(half, position("i"))),
            "not shown to be whole",
        ),
        Case(
            "a number, which may be anything",
            Step((), "n", add(position("i"), size("m"))),
            Step((), "n", add(position("i"), u)),
            "not shown to be whole",
        ),
        Case(
            "a position below a line",
            Step((), "n", position("i")),
            Step((), "n", inverse(position("i"))),
            "not shown to be whole",
        ),
        Case("a size", Step((), "n", position("i")), Step((), "l", position("i")), "declared size"),
        Case(
            "an index without a binder",
            Step(("m",), "n", position(0)),
            Step(("m",), "n", position(1)),
            "without a binder",
        ),
    ],
    "linear": [
        Case(
            "no binder is open", Step(given=(doubled_x,)), Step(given=(doubled,)), "under a binder"
        ),
        Case(
            "a fact is not an equation",
            Step(given=(doubled_x,)),
            Step(given=(W_all,)),
            "takes as premises: Equation",
        ),
        Case(
            "two equations",
            Step(given=(doubled_x,)),
            Step(given=(doubled_x, doubled_x)),
            "takes as premises: Equation",
        ),
        Case(
            "no premise",
            Step(given=(doubled_x,)),
            Step(given=(doubled_x,), premises=()),
            "takes as premises: Equation",
        ),
        Case(
            "a side of the guard without a value",
            Step(given=(equation((LOG_V,), add(u, u), multiply(two, u)), V)),
            Step(given=(equation((LOG_U,), add(u, u), multiply(two, u)), V)),
            "not shown positive",
            "log(u)",
        ),
    ],
    "fubini": [
        Case(
            "the square of a sum is not the sum of squares",
            Step(
                (),
                power(sum_over("n", x(0)), two),
                sum_over("n", sum_over("n", multiply(x(0), x(1)))),
                (0, 1),
            ),
            Step((), power(sum_over("n", x(0)), two), sum_over("n", power(x(0), two)), (0,)),
            "bag",
            "(sum_<n>(x[#0]))^(2)",
            "sum_<n>((x[#0])^(2))",
        ),
        Case(
            "one binder standing for two",
            Step(
                (),
                power(sum_over("n", x(0)), two),
                sum_over("n", sum_over("n", multiply(x(0), x(1)))),
                (0, 1),
            ),
            Step(
                (),
                power(sum_over("n", x(0)), two),
                sum_over("n", sum_over("n", multiply(x(0), x(1)))),
                (0, 0),
            ),
            "matched twice",
        ),
        Case(
            "a binder standing for none",
            Step((), multiply(u, sum_over("n", x(0))), sum_over("n", multiply(u, x(0))), (0,)),
            Step((), multiply(u, sum_over("n", x(0))), sum_over("n", multiply(u, x(0))), ()),
            "not matched",
            "sum_<n>",
        ),
        Case(
            "sums exchanged, but not their indices",
            Step(
                (),
                sum_over("n", sum_over("n", multiply(K(1, 0), w(0)))),
                sum_over("n", sum_over("n", multiply(K(0, 1), w(1)))),
                (1, 0),
            ),
            Step(
                (),
                sum_over("n", sum_over("n", multiply(K(1, 0), w(0)))),
                sum_over("n", sum_over("n", multiply(K(0, 1), w(0)))),
                (1, 0),
            ),
            "bag",
            "K[#1, #0]",
            "K[#0, #1]",
        ),
        Case(
            "a matching of binders that does not fit",
            Step(
                (),
                sum_over("n", sum_over("n", multiply(K(1, 0), w(0)))),
                sum_over("n", sum_over("n", multiply(K(0, 1), w(1)))),
                (1, 0),
            ),
            Step(
                (),
                sum_over("n", sum_over("n", multiply(K(1, 0), w(0)))),
                sum_over("n", sum_over("n", multiply(K(0, 1), w(1)))),
                (0, 1),
            ),
            "bag",
        ),
        Case(
            "a binder that runs below another size",
            Step(
                (),
                sum_over("n", multiply(u, position(0))),
                multiply(u, sum_over("n", position(0))),
                (0,),
            ),
            Step(
                (),
                sum_over("n", multiply(u, position(0))),
                multiply(u, sum_over("m", position(0))),
                (0,),
            ),
            "bag",
            "sum_<m>",
        ),
        Case(
            "a constant added up n times, not m times",
            Step((), sum_over("n", u), multiply(u, size("n")), ()),
            Step((), sum_over("n", u), multiply(u, size("m")), ()),
            "bag",
            "u*m",
        ),
        Case(
            "a vacuous binder is not dropped",
            Step((), sum_over("n", u), multiply(u, size("n")), ()),
            Step((), sum_over("n", u), u, ()),
            "bag",
            "sum_<n>(u)",
        ),
        Case(
            "a sum in a denominator does not come out",
            Step(
                (),
                sum_over("n", multiply(inverse(z), x(0))),
                multiply(inverse(z), sum_over("n", x(0))),
                (0,),
                given=(Z,),
            ),
            Step(
                (),
                sum_over("n", multiply(inverse(z), x(0))),
                multiply(inverse(z), inverse(sum_over("n", x(0)))),
                (0,),
                given=(Z,),
            ),
            "bag",
        ),
        Case(
            "an outer index is not the bound one",
            Step(
                ("n",),
                sum_over("n", multiply(x(0), w(1))),
                multiply(w(0), sum_over("n", x(0))),
                (0,),
            ),
            Step(
                ("n",),
                sum_over("n", multiply(x(0), w(1))),
                sum_over("n", multiply(x(0), w(0))),
                (0,),
            ),
            "bag",
            "w[#1]",
            "w[#0]",
        ),
        Case(
            "another coefficient",
            Step((), multiply(two, sum_over("n", x(0))), sum_over("n", multiply(two, x(0))), (0,)),
            Step(
                (), multiply(two, sum_over("n", x(0))), sum_over("n", multiply(three, x(0))), (0,)
            ),
            "bag",
            "2*sum",
            "3*x",
        ),
        Case(
            "a factor too many",
            Step((), multiply(u, sum_over("n", x(0))), sum_over("n", multiply(u, x(0))), (0,)),
            Step((), multiply(u, sum_over("n", x(0))), sum_over("n", multiply(u, u, x(0))), (0,)),
            "bag",
        ),
        Case(
            "a factor that may have no value",
            Step(
                (),
                multiply(log(v), sum_over("n", x(0))),
                sum_over("n", multiply(log(v), x(0))),
                (0,),
                given=(V,),
            ),
            Step(
                (),
                multiply(log(z), sum_over("n", x(0))),
                sum_over("n", multiply(log(z), x(0))),
                (0,),
                given=(Z,),
            ),
            "log(z)",
        ),
        Case(
            "nothing changes",
            Step((), multiply(u, z), multiply(z, u), ()),
            Step((), multiply(u, z), multiply(u, z), ()),
            "changes nothing",
            "u*z",
        ),
    ],
    "sift": [
        Case(
            "the other index runs below another size",
            Step((), sum_over("n", multiply(delta(0, "i"), x(0))), "i"),
            Step((), sum_over("n", multiply(delta(0, "a"), x(0))), "a"),
            "runs below m",
            "below n",
        ),
        Case(
            "a label that runs below another size",
            Step((), sum_over("n", multiply(delta(0, ("t", "a")), x(0))), ("t", "a")),
            Step((), sum_over("n", multiply(delta(0, ("s", "i")), x(0))), ("s", "i")),
            "runs below m",
            "below n",
        ),
        Case(
            "δ of the bound index with itself",
            Step(("n",), sum_over("n", multiply(delta(0, 1), x(0))), 0),
            Step(("n",), sum_over("n", multiply(delta(0, 0), x(0))), 0),
            "no such delta",
        ),
        Case(
            "a label read at the bound index",
            Step(("n",), sum_over("n", multiply(delta(0, ("t", ("s", 1))), x(0))), ("t", ("s", 0))),
            Step(("n",), sum_over("n", multiply(delta(0, ("t", ("s", 0))), x(0))), ("t", ("s", 0))),
            "no such delta",
        ),
        Case(
            "δ of two other indices",
            Step((), sum_over("n", multiply(delta(0, "i"), x(0))), "i"),
            Step((), sum_over("n", multiply(delta("j", "i"), x(0))), "i"),
            "no such delta",
        ),
        Case(
            "another index than that of the δ",
            Step((), sum_over("n", multiply(delta(0, "i"), x(0))), "i"),
            Step((), sum_over("n", multiply(delta(0, "i"), x(0))), "j"),
            "no such delta",
        ),
        Case(
            "a δ that is a term of the body, not a factor",
            Step((), sum_over("n", multiply(delta(0, "i"), x(0))), "i"),
            Step((), sum_over("n", add(delta(0, "i"), x(0))), "i"),
            "no such delta",
        ),
        Case(
            "no sum",
            Step(("n",), sum_over("n", multiply(delta(0, "i"), x(0))), "i"),
            Step(("n",), multiply(delta(0, "i"), x(0)), "i"),
            "takes a sum",
        ),
        Case(
            "terms that δ makes 0 need a value all the same",
            Step((), sum_over("n", multiply(delta(0, "i"), log(w(0)))), "i", given=(W_all, W_i)),
            Step((), sum_over("n", multiply(delta(0, "i"), log(w(0)))), "i", given=(W_i,)),
            "log(w[#0])",
        ),
    ],
    "delta_move": [
        Case(
            "δ of another index",
            Step((), multiply(delta("i", "j"), x(0)), "i", "j"),
            Step((), multiply(delta("i", "j"), x(0)), "i", ("t", "a")),
            "no such delta",
        ),
        Case(
            "no δ",
            Step((), multiply(delta("i", "j"), x(0)), "i", "j"),
            Step((), multiply(x("i"), x(0)), "i", "j"),
            "no such delta",
        ),
        Case(
            "a δ that moves with the index",
            Step((), multiply(delta("i", "j"), x(0)), "i", "j"),
            Step((), multiply(delta(0, "j"), x(0)), "i", "j"),
            "no such delta",
        ),
        Case(
            "a δ that is a term, not a factor",
            Step((), multiply(delta("i", "j"), x(0)), "i", "j"),
            Step((), add(delta("i", "j"), x(0)), "i", "j"),
            "no such delta",
        ),
        Case(
            "an index that runs below another size",
            Step((), multiply(delta("i", "j"), x(0)), "i", "j"),
            Step((), multiply(delta("a", "j"), x(0)), "a", "j"),
            "a runs below m",
        ),
        Case(
            "what δ makes 0 needs a value all the same",
            Step(
                (),
                multiply(delta("i", "j"), log(w(0))),
                "i",
                "j",
                given=(W_i, given(W_POSITIVE, (), "j")),
            ),
            Step((), multiply(delta("i", "j"), log(w(0))), "i", "j", given=(W_i,)),
            "log(w[j])",
        ),
    ],
}
