"""What is known of positions: an index that runs below n is at n - 1 at most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..kernel import Refused, Term
from ..kernel.judgement import Context
from ..kernel.polynomial import UNIT, Polynomial, Rational, atom, plus
from ..kernel.terms import Index, add, multiply, number, position, rational, size
from .polynomials import polynomial_of, term_of

if TYPE_CHECKING:
    from .ledger import Ledger


def within_bounds(ledger: Ledger, kind: str, term: Term, context: Context) -> int | None:
    """The line that shows a fact about n - i or the like from n - i - 1 >= 0; None for none.

    The term is written through n - i - 1 for all indices i before which the sign is minus, and,
    for what is negative, for all those before which it is plus.
    """
    if term.kind != "add" or not any(name.kind == "size" for name in _names(term)):
        return None
    polynomial = polynomial_of(term)
    if not is_linear(polynomial):
        return None
    for sign in (-1, 1):
        line = _by_spare(ledger, polynomial, sign, term, context)
        if line is not None and ledger.shows(line, kind):
            return line
    return None


def is_linear(polynomial: Polynomial) -> bool:
    """Whether it adds up whole multiples of positions, sizes and 1, with some position."""
    alone = all(len(m) <= 1 and all(e == 1 for _, e in m) for m in polynomial)
    whole = all(isinstance(coefficient, int) for coefficient in polynomial.values())
    kinds = {name.kind for monomial in polynomial for name, _ in monomial}
    return alone and whole and kinds <= {"position", "size"} and "position" in kinds


def positions(polynomial: Polynomial) -> list[tuple[Index, Rational]]:
    """The indices of which the position occurs, and its coefficients."""
    return [
        (name.args[0], coefficient)
        for monomial, coefficient in polynomial.items()
        for name, _ in monomial
        if name.kind == "position"
    ]


def _by_spare(
    ledger: Ledger, polynomial: Polynomial, sign: int, term: Term, context: Context
) -> int | None:
    """The sign of the term, written as c (n - i - 1) + .. + rest"""
    rest, parts, facts = polynomial, [], []
    for index, coefficient in positions(polynomial):
        if coefficient * sign > 0:
            fact = ledger.step("index_below", context, index)
            spare = ledger.judgement(fact).conclusion.term  # type: ignore[union-attr]
            parts.append(multiply(number(-coefficient), spare))
            rest = plus(rest, _spare(ledger, index, context), coefficient)
            facts.append(fact)
    if not parts:
        return None
    try:
        equal = ledger.step("field", context, term, add(*parts, term_of(rest)))
        return ledger.step("sign", context, term, premises=(equal, *facts))
    except Refused:
        return None


def _spare(ledger: Ledger, index: Index, context: Context) -> Polynomial:
    """n - i - 1 as a polynomial"""
    below = size(ledger.declarations.index_size(index, context))
    return plus(plus(atom(below), atom(position(index)), -1), {UNIT: 1}, -1)


def _names(term: Term) -> list[Term]:
    """The atoms of a sum of multiples."""
    parts = [p for part in term.args for p in (part.args if part.kind == "multiply" else (part,))]
    return [part for part in parts if rational(part) is None]
