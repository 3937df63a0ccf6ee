"""Facts: applications that are refused, and why."""

from __future__ import annotations

from derive.kernel import Term
from derive.kernel.terms import (
    MINUS_ONE,
    ONE,
    ZERO,
    add,
    multiply,
    negate,
    number,
    power,
    size,
    sum_over,
)

from .vocabulary import (
    Case,
    R,
    Step,
    V,
    W_all,
    W_i,
    Z,
    equation,
    exp,
    inverse,
    log,
    r,
    three,
    two,
    u,
    v,
    w,
    x,
    y,
    z,
)

SQUARES = sum_over("n", power(w(0), two))


def padded(term: Term) -> Term:
    """The term, written so that its structure does not show its sign."""
    return add(term, x("i"), negate(x("i")))


ABOVE_0 = ("<", ZERO, u)

CASES = {
    "sign_by_cases": [
        Case(
            "a sign in one case only",
            Step((), ABOVE_0, v, given=(V,)),
            Step((), ABOVE_0, u, given=(("assumed", ((ABOVE_0,),)),)),
            "no sign shown",
        ),
        Case(
            "a term without a value in one case",
            Step((), ABOVE_0, exp(log(v)), given=(V,)),
            Step((), ABOVE_0, exp(log(u)), given=(("assumed", ((ABOVE_0,),)),)),
            "log(u)",
        ),
        Case(
            "an index that reads nothing",
            Step((), ("<", ZERO, x("i")), v, given=(V,)),
            Step((), ("<", ZERO, x("a")), v, given=(V,)),
            "a runs below m",
        ),
        Case(
            "a side without a value",
            Step((), ("<", ZERO, log(v)), v, given=(V,)),
            Step((), ("<", ZERO, log(u)), v, given=(V,)),
            "log(u)",
        ),
    ],
    "sign": [
        Case("anything", Step((), v, given=(V,)), Step((), u, given=(V,)), "no sign shown", "u"),
        Case(
            "an odd power",
            Step((), power(u, two)),
            Step((), power(u, three)),
            "no sign shown",
            "(u)^(3)",
        ),
        Case(
            "n - 1 may be 0, but the rule cannot know",
            Step((), add(size("n"), ONE)),
            Step((), add(size("n"), MINUS_ONE)),
            "no sign shown",
        ),
        Case(
            "a sum of what is only nonzero",
            Step((), sum_over("n", v), given=(V,)),
            Step((), sum_over("n", z), given=(Z,)),
            "no sign shown",
        ),
        Case(
            "a product of what is nonnegative with what is negative",
            Step((), multiply(r, two), given=(R,)),
            Step((), multiply(r, number(-2)), given=(R,)),
            "no sign shown",
        ),
        Case(
            "a logarithm",
            Step((), exp(log(v)), given=(V,)),
            Step((), log(v), given=(V,)),
            "no sign shown",
        ),
        Case(
            "under the sum: known at one index only",
            Step((), sum_over("n", w(0)), given=(W_all,)),
            Step((), sum_over("n", w(0)), given=(W_i,)),
            "no sign shown",
            "sum_<n>(w[#0])",
        ),
        Case(
            "known for another index",
            Step(("m", "n"), w(1), given=(W_all,)),
            Step(("n", "m"), w(0), given=(W_all,)),
            "no sign shown",
        ),
        Case(
            "a part that may have no value",
            Step((), exp(inverse(z)), given=(Z,)),
            Step((), exp(inverse(u)), given=(Z,)),
            "(u)^(-1)",
        ),
        Case(
            "it equals what nothing is known of",
            Step((), padded(v), given=(V, equation((), padded(v), v))),
            Step((), padded(u), given=(V, equation((), padded(u), u))),
            "no sign shown",
        ),
        Case(
            "from left to right",
            Step((), padded(v), given=(V, equation((), padded(v), v))),
            Step((), padded(v), given=(V, equation((), v, padded(v)))),
            "no sign shown",
        ),
        Case(
            "a fact without the equation",
            Step((), padded(v), given=(V, equation((), padded(v), v))),
            Step((), padded(v), given=(V, equation((), padded(v), v)), premises=(0,)),
            "no sign shown",
        ),
        Case(
            "a fact under another binder",
            Step(("n",), padded(w(0)), given=(W_all, equation(("n",), padded(w(0)), w(0)))),
            Step(("m",), padded(y(0)), given=(W_all, equation(("m",), padded(y(0)), y(0)))),
            "no sign shown",
        ),
    ],
    "index_below": [
        Case("a bound index", Step(("n",), 0), Step((), 0), "without a binder"),
        Case("a free index", Step((), "i"), Step((), "l"), "an index nobody declared"),
        Case("a label", Step((), ("t", "a")), Step((), ("t", "i")), "i runs below n"),
    ],
    "sum_positive": [
        Case("not a sum", Step((), SQUARES, "i", given=(W_i,)), Step((), v, "i"), "takes a sum"),
        Case(
            "no term is shown positive",
            Step((), SQUARES, "i", given=(W_i,)),
            Step((), SQUARES, "i"),
            "not shown > 0",
        ),
        Case(
            "another term is shown positive",
            Step((), SQUARES, "i", given=(W_i,)),
            Step((), SQUARES, "j", given=(W_i,)),
            "not shown > 0",
        ),
        Case(
            "a term that may be negative",
            Step((), SQUARES, "i", given=(W_i,)),
            Step((), sum_over("n", w(0)), "i", given=(W_i,)),
            "not shown >= 0",
        ),
        Case(
            "a term outside the sum",
            Step((), SQUARES, "i", given=(W_i,)),
            Step((), SQUARES, "a", given=(W_i,)),
            "a runs below m",
        ),
        Case(
            "a term under a binder that is not open",
            Step(("n",), SQUARES, 0, given=(W_all,)),
            Step((), SQUARES, 0, given=(W_all,)),
            "without a binder",
        ),
        Case(
            "terms without a value",
            Step((), SQUARES, "i", given=(W_i,)),
            Step((), sum_over("n", power(log(w(0)), two)), "i", given=(W_i,)),
            "log(w[#0])",
        ),
    ],
}
