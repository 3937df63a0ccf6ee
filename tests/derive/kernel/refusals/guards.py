"""Guards: applications that are refused, and why."""

from __future__ import annotations

from derive.kernel import Term
from derive.kernel.terms import (
    MINUS_ONE,
    ONE,
    ZERO,
    Index,
    add,
    multiply,
    negate,
    number,
    position,
    power,
    size,
    sum_over,
    where,
)

from .vocabulary import Case, R, Step, V, Z, equation, log, r, two, u, v, x, z

CAUSAL = where("<=", position("i"), position("j"), x("i"))
STRICT = where("<", position("i"), position("j"), x("i"))
POSITIVE = where("<", ZERO, v, u)
ABOVE, BELOW = add(v, negate(ZERO)), add(ZERO, negate(v))
FACTS = (V, ("sign", ((), ABOVE), 0))
ABOVE_R = ("sign", ((), add(r, negate(ZERO))), 0)

SHIFTED = where("<", add(ZERO, x("i")), add(v, x("i")), u)
MOVED = add(add(v, x("i")), negate(add(ZERO, x("i"))))
EQUAL = equation((), ABOVE, MOVED)

I_NEXT, J = add(position("i"), ONE), position("j")


def same_as_first(index: Index, body: Term) -> Term:
    """The body where an index is 0."""
    return where("=", position(index), ZERO, body)


FIRST = same_as_first(0, sum_over("n", multiply(x(0), ZERO)))
J_AFTER_I = add(position("j"), negate(position("i")), MINUS_ONE)


def next_to(body: Term) -> Term:
    """The body where i + 1 = j."""
    return where("=", add(position("i"), ONE), position("j"), body)


def later(j: Term) -> Term:
    return where("<", ZERO, j, u)


CASES = {
    "guard_turned": [
        Case("not a guard", Step((), next_to(u)), Step((), u), "takes a guarded term"),
        Case("a guard by <", Step((), next_to(u)), Step((), POSITIVE), "takes a guard by = or !="),
        Case(
            "a body that has a value only where it is read",
            Step((), where("=", u, z, log(v)), given=(V,)),
            Step((), where("=", u, z, log(u)), given=(V,)),
            "log(u)",
        ),
    ],
    "guard_within": [
        Case(
            "not a guard",
            Step((), next_to(later(J)), next_to(later(I_NEXT))),
            Step((), later(J), u),
            "takes a guarded term",
        ),
        Case(
            "a guard by <=",
            Step((), next_to(later(J)), next_to(later(I_NEXT))),
            Step((), *[where("<=", I_NEXT, J, later(side)) for side in (J, I_NEXT)]),
            "not under one equation",
        ),
        Case(
            "another equation",
            Step((), next_to(later(J)), next_to(later(I_NEXT))),
            Step((), next_to(later(J)), where("=", J, I_NEXT, later(I_NEXT))),
            "not under one equation",
        ),
        Case(
            "a part that differs by something else",
            Step((), next_to(later(J)), next_to(later(I_NEXT))),
            Step((), next_to(later(J)), next_to(later(position("i")))),
            "more than the equation",
        ),
        Case(
            "a part that differs by twice of it",
            Step((), next_to(later(J)), next_to(later(add(J, J_AFTER_I)))),
            Step((), next_to(later(J)), next_to(later(add(J, J_AFTER_I, J_AFTER_I)))),
            "more than the equation",
        ),
        Case(
            "an index of an entry, which is no part",
            Step((), next_to(multiply(x("i"), J)), next_to(multiply(x("i"), I_NEXT))),
            Step((), next_to(multiply(x("i"), J)), next_to(multiply(x("j"), I_NEXT))),
            "more than the equation",
        ),
        Case(
            "another relation inside",
            Step((), next_to(later(J)), next_to(later(I_NEXT))),
            Step((), next_to(later(J)), next_to(where("<=", ZERO, I_NEXT, u))),
            "more than the equation",
        ),
        Case(
            "under a sum, where the bound index is another one",
            Step(("n",), *[same_as_first(0, sum_over("n", multiply(x(0), position(1)))), FIRST]),
            Step(("n",), *[same_as_first(0, sum_over("n", multiply(x(0), position(0)))), FIRST]),
            "more than the equation",
        ),
        Case(
            "a body that has a value only where it is read",
            Step((), next_to(log(add(v, J))), next_to(log(add(v, I_NEXT))), given=(V,)),
            Step((), next_to(log(add(u, J))), next_to(log(add(u, I_NEXT))), given=(V,)),
            "not shown positive",
        ),
    ],
    "guard_factor": [
        Case("not a guard", Step((), CAUSAL), Step((), x("i")), "takes a guarded term"),
        Case(
            "a body that has a value only where it is read",
            Step((), where("<", ZERO, u, log(v)), given=(V,)),
            Step((), where("<", ZERO, u, log(u)), given=(V,)),
            "not shown positive",
            "log(u)",
        ),
        Case(
            "a side that has no value",
            Step((), where("<", log(v), u, ONE), given=(V,)),
            Step((), where("<", log(z), u, ONE), given=(Z,)),
            "log(z)",
        ),
    ],
    "guard_complement": [
        Case("not a guard", Step((), CAUSAL), Step((), x("i")), "takes a guarded term"),
        Case(
            "a body that has a value only where it is read",
            Step((), where("<", ZERO, u, log(v)), given=(V,)),
            Step((), where("<", ZERO, u, log(u)), given=(V,)),
            "not shown positive",
            "log(u)",
        ),
        Case(
            "an index out of range",
            Step((), CAUSAL),
            Step((), where("<=", position("i"), position("j"), x("a"))),
            "a runs below m",
        ),
    ],
    "guard_strict": [
        Case("not a guard", Step((), STRICT), Step((), x("i")), "takes a guarded term"),
        Case("at most", Step((), STRICT), Step((), CAUSAL), "takes a guard by <"),
        Case(
            "a body that has a value only where it is read",
            Step((), where("<", ZERO, u, log(v)), given=(V,)),
            Step((), where("<", ZERO, u, log(u)), given=(V,)),
            "log(u)",
        ),
        Case(
            "a side that has no value",
            Step((), where("<", log(v), u, ONE), given=(V,)),
            Step((), where("<", log(z), u, ONE), given=(Z,)),
            "log(z)",
        ),
    ],
    "guard_delta": [
        Case("no such index", Step((), "i", "j"), Step((), "i", "nobody"), "nobody declared"),
        Case("no binder", Step(("n",), "i", 0), Step((), "i", 0), "without a binder"),
        Case(
            "a label that is looked up out of range",
            Step((), ("t", "a"), "i"),
            Step((), ("t", "i"), "i"),
            "i runs below n",
        ),
        Case("a variable", Step((), ("t", "a"), "i"), Step((), ("y", "a"), "i"), "declared label"),
    ],
    "guard_whole": [
        Case("not a guard", Step((), STRICT), Step((), x("i")), "takes a guarded term"),
        Case("at most", Step((), STRICT), Step((), CAUSAL), "takes a guard by <"),
        Case(
            "a variable on the left",
            Step((), where("<", ZERO, size("n"), u)),
            Step((), where("<", u, size("n"), u)),
            "not shown to be whole",
        ),
        Case(
            "a variable on the right",
            Step((), where("<", ZERO, size("n"), u)),
            Step((), where("<", ZERO, add(size("n"), u), u)),
            "not shown to be whole",
        ),
        Case(
            "a half",
            Step((), where("<", ZERO, add(position("i"), number(1)), u)),
            Step((), where("<", ZERO, add(position("i"), number(1, 2)), u)),
            "not shown to be whole",
        ),
        Case(
            "an inverse",
            Step((), where("<", ZERO, size("n"), u)),
            Step((), where("<", ZERO, power(size("n"), number(-1)), u)),
            "not shown to be whole",
        ),
        Case(
            "a body that has a value only where it is read",
            Step((), where("<", ZERO, size("n"), log(v)), given=(V,)),
            Step((), where("<", ZERO, size("n"), log(u)), given=(V,)),
            "log(u)",
        ),
    ],
    "guard_equal": [
        Case(
            "no equation",
            Step((), POSITIVE, SHIFTED, given=(EQUAL,)),
            Step((), POSITIVE, SHIFTED, given=(EQUAL,), premises=()),
            "not shown equal",
        ),
        Case(
            "the equation the other way round",
            Step((), POSITIVE, SHIFTED, given=(EQUAL,)),
            Step((), SHIFTED, POSITIVE, given=(EQUAL,)),
            "not shown equal",
        ),
        Case(
            "sides exchanged",
            Step((), POSITIVE, SHIFTED, given=(EQUAL,)),
            Step((), POSITIVE, where("<", *SHIFTED.args[2:0:-1], u), given=(EQUAL,)),
            "not shown equal",
        ),
        Case(
            "another relation",
            Step((), POSITIVE, SHIFTED, given=(EQUAL,)),
            Step((), POSITIVE, where("<=", *SHIFTED.args[1:]), given=(EQUAL,)),
            "more than the sides",
        ),
        Case(
            "at most for less, where the sides may be equal",
            Step((), POSITIVE, where("<=", *SHIFTED.args[1:]), given=(*FACTS, EQUAL)),
            Step((), POSITIVE, where("<=", *SHIFTED.args[1:]), given=(EQUAL,)),
            "more than the sides",
        ),
        Case(
            "another body",
            Step((), POSITIVE, SHIFTED, given=(EQUAL,)),
            Step((), POSITIVE, where("<", *SHIFTED.args[1:3], z), given=(EQUAL,)),
            "more than the sides",
        ),
    ],
    "guard_decided": [
        Case(
            "0 < z where z is only nonzero",
            Step((), POSITIVE, given=FACTS),
            Step((), where("<", ZERO, z, u), given=(Z,)),
            "neither shown nor refuted",
        ),
        Case(
            "0 < r where r may be 0",
            Step((), where("<=", ZERO, r, u), given=(R, ABOVE_R)),
            Step((), where("<", ZERO, r, u), given=(R, ABOVE_R)),
            "neither shown nor refuted",
        ),
        Case(
            "r = 0 where r may be 0",
            Step((), where("=", ZERO, v, u), given=FACTS),
            Step((), where("=", ZERO, r, u), given=(R, ABOVE_R)),
            "neither shown nor refuted",
        ),
        Case(
            "two sides that are not written alike",
            Step((), where("=", multiply(two, u), multiply(two, u), x("i"))),
            Step((), where("=", multiply(two, u), add(u, u), x("i"))),
            "neither shown nor refuted",
        ),
        Case(
            "a body without a value, that is read",
            Step((), where("<", ZERO, v, log(v)), given=FACTS),
            Step((), where("<", ZERO, v, log(u)), given=FACTS),
            "log(u)",
        ),
        Case(
            "sides without a value",
            Step((), where("=", log(v), log(v), u), given=(V,)),
            Step((), where("=", log(u), log(u), u), given=(V,)),
            "log(u)",
        ),
    ],
}
