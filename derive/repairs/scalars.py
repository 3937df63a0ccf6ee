"""Repairs inside functions: a sign, a temperature or a number in the argument of an exponential."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..kernel import Term
from ..kernel.terms import MINUS_ONE, apply, element, multiply, negate, power
from .case import Case
from .diagnosis import Kind, Repair
from .places import everywhere, places


def signs(case: Case) -> Iterator[Repair]:
    """The sign of one part is turned."""
    for place in places(case.claim.value):
        if place.part.kind not in ("number", "size", "delta"):
            repaired = case.saying(place.put(negate(place.part)))
            if place.part.loose:
                yield Repair(Kind.SIGN, "the sign of a part is turned", (repaired,))
            else:
                words = "the sign of {} is turned"
                yield Repair(Kind.SIGN, words, (repaired,), (place.part,))


def temperatures(case: Case) -> Iterator[Repair]:
    """A scalar is missing, or one too many, in every exponential or at every entry of an array."""
    variables = case.claim.declarations.variables
    scalars = [element(name) for name, shape in variables.items() if not shape]
    for scalar in scalars:
        for factor in (power(scalar, MINUS_ONE), scalar):
            for change in _changes(factor, [name for name, shape in variables.items() if shape]):
                repaired = case.saying(everywhere(case.claim.value, change))
                words = "{} is missing or wrong inside"
                yield Repair(Kind.TEMPERATURE, words, (repaired,), (scalar,))
        yield from _everywhere_scaled(case, scalar)


def _everywhere_scaled(case: Case, scalar: Term) -> Iterator[Repair]:
    """One part times or over the scalar."""
    for place in places(case.claim.value):
        for factor in (power(scalar, MINUS_ONE), scalar):
            repaired = case.saying(place.put(multiply(factor, place.part)))
            words = "the factor {} is missing in one place"
            yield Repair(Kind.TEMPERATURE, words, (repaired,), (factor,))


def _changes(factor: Term, arrays: list[str]) -> Iterator[Callable[[Term], Term | None]]:
    """What may be scaled everywhere: the arguments of exp, and each array."""

    def in_exponentials(term: Term) -> Term | None:
        if term.kind != "apply" or term.args[0] != "exp":
            return None
        return apply("exp", multiply(factor, term.args[1]))

    yield in_exponentials
    for name in arrays:
        yield lambda t, n=name: multiply(factor, t) if _reads(t, n) else None  # type: ignore[misc]


def _reads(term: Term, name: str) -> bool:
    return term.kind == "element" and bool(term.args[0] == name)
