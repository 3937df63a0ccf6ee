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


ABOVE_0 = ("<", ZERO, u)

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
    "guard_factor": [
        Case("not a guard", Step((), CAUSAL, u), Step((), x("i"), u), "takes a guarded term"),
        Case(
            "a factor that has a value only where it is read",
            Step((), where("<", ZERO, u, ONE), log(v), given=(V,)),
            Step((), where("<", ZERO, u, ONE), log(u), given=(V,)),
            "not shown positive",
            "log(u)",
        ),
        Case(
            "a body without a value, though the guard holds",
            Step((), where("<", ZERO, u, log(v)), x("i"), given=(V,)),
            Step((), where("<", ZERO, u, log(z)), x("i"), given=(V,)),
            "log(z)",
        ),
        Case(
            "a side that has no value",
            Step((), where("<", log(v), u, ONE), x("i"), given=(V,)),
            Step((), where("<", log(z), u, ONE), x("i"), given=(Z,)),
            "log(z)",
        ),
    ],
    "assumed": [
        Case("no guard", Step((ABOVE_0, "n")), Step(("n",)), "not under a guard"),
        Case("nothing", Step((ABOVE_0,)), Step(()), "not under a guard"),
        Case(
            "a guard further out",
            Step((ABOVE_0, "n")),
            Step(("n", ABOVE_0)),
            "not under a guard",
        ),
        Case(
            "an index that is bound further in",
            Step((("<", ZERO, x(0)), "n")),
            Step((("<", ZERO, x(0)), "m")),
            "0 runs below m",
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
