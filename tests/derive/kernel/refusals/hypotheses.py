"""Hypotheses: applications that are refused, and why."""

from __future__ import annotations

from ..universe import M_POSITIVE, UNIVERSE, V_POSITIVE, W_POSITIVE
from .vocabulary import Case, Step

CASES = {
    "hypothesis": [
        Case(
            "no such hypothesis",
            Step(W_POSITIVE, (), ("i",)),
            Step(len(UNIVERSE.hypotheses), (), ("i",)),
            "no such hypothesis",
            str(len(UNIVERSE.hypotheses)),
        ),
        Case(
            "a free index below another size",
            Step(W_POSITIVE, (), ("i",)),
            Step(W_POSITIVE, (), ("a",)),
            "a runs below m",
            "n",
        ),
        Case(
            "a bound index below another size",
            Step(W_POSITIVE, ("n",), (0,)),
            Step(W_POSITIVE, ("m",), (0,)),
            "0 runs below m",
            "n",
        ),
        Case(
            "a label below another size",
            Step(W_POSITIVE, (), (("t", "a"),)),
            Step(W_POSITIVE, (), (("s", "i"),)),
            "('s', 'i') runs below m",
            "n",
        ),
        Case(
            "a label read at an index below another size",
            Step(W_POSITIVE, (), (("t", "a"),)),
            Step(W_POSITIVE, (), (("t", "i"),)),
            "i runs below n",
            "m",
        ),
        Case(
            "an index too few",
            Step(W_POSITIVE, (), ("i",)),
            Step(W_POSITIVE, (), ()),
            "takes 1 indices",
        ),
        Case(
            "an index too many",
            Step(V_POSITIVE, (), ()),
            Step(V_POSITIVE, (), ("i",)),
            "takes 0 indices",
        ),
        Case(
            "the innermost index comes first",
            Step(M_POSITIVE, (), ("a", "i")),
            Step(M_POSITIVE, (), ("i", "a")),
            "i runs below n",
            "m",
        ),
        Case(
            "an index without a binder",
            Step(W_POSITIVE, ("n",), (0,)),
            Step(W_POSITIVE, ("n",), (1,)),
            "without a binder",
        ),
        Case(
            "an index nobody declared",
            Step(W_POSITIVE, (), ("i",)),
            Step(W_POSITIVE, (), ("k",)),
            "nobody declared",
            "k",
        ),
    ],
}
