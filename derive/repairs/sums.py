"""Repairs of sums: one is missing around a part, or there is one too many."""

from __future__ import annotations

from collections.abc import Iterator

from ..kernel import Refused, Term
from ..kernel.polynomial import Polynomial
from ..kernel.terms import (
    ZERO,
    Index,
    instantiate,
    number,
    position,
    power,
    product_of,
    shift,
    sum_of,
    sum_over,
    where,
)
from ..rebinding import abstract
from ..tactics.ledger import NotProved
from ..tactics.polynomials import factor_of, in_order, monomials_of, term_of
from .case import Case
from .comparing import rests_of
from .diagnosis import Kind, Repair
from .places import places


def missing(case: Case) -> Iterator[Repair]:
    """A sum over an axis is missing: a free index stands where a bound one belongs."""
    declared = case.claim.declarations
    for place in places(case.claim.value):
        for free in sorted(i for i in place.part.indices if isinstance(i, str)):
            below = declared.indices[free]
            total = sum_over(below, abstract(place.part, free))
            repaired = case.saying(place.put(total))
            if place.context:
                words = f"a sum over the axis of {free} is missing, below {below}"
                yield Repair(Kind.SUM_MISSING, words, (repaired,))
            else:
                words = "the sum over an axis is missing: {} should be {}"
                yield Repair(Kind.SUM_MISSING, words, (repaired,), (place.part, total))


def extra(case: Case) -> Iterator[Repair]:
    """There is a sum where one of its terms belongs."""
    for place in places(case.claim.value):
        if place.part.kind != "sum":
            continue
        below, body = place.part.args
        for at in case.indices_below(below, place.context):
            part = instantiate(body, at)
            repaired = case.saying(place.put(part))
            if place.context:
                words = f"there is a sum too many, over an index below {below}"
                yield Repair(Kind.SUM_EXTRA, words, (repaired,))
            else:
                words = "there is a sum too many: {} should be {}"
                yield Repair(Kind.SUM_EXTRA, words, (repaired,), (place.part, part))
        kept = [f for f in _factors(body) if 0 not in f.indices]
        if kept:
            repaired = case.saying(place.put(shift(product_of(kept), -1)))
            words = f"there is a sum over {below} too many"
            yield Repair(Kind.SUM_EXTRA, words, (repaired,))


def _factors(body: Term) -> tuple[Term, ...]:
    return body.args if body.kind == "multiply" else (body,)


# ---- from the truth to the claim -----------------------------------------------------------------


def collapsed(case: Case) -> Iterator[Repair]:
    """The truth has sums of which the claim has one term: where the index is a free one, or 0.

    With other terms that are right, that is the diagonal of a Jacobian for the whole.
    """
    kind, words = Kind.SUM_MISSING, "the sum over an axis is missing: right is {}"
    if rests_of(case.truth, case.claimed).common:
        kind, words = (
            Kind.DIAGONAL_ONLY,
            "this takes the diagonal for the whole Jacobian: right is {}",
        )
    right = term_of(case.truth)
    for below in sorted(case.claim.declarations.sizes):
        for at in [*case.indices_below(below), None]:
            if _collapses_to_claim(case, below, at):
                yield Repair(kind, words, (case.saying(right),), (right,))


def _collapses_to_claim(case: Case, below: str, at: Index | None) -> bool:
    try:
        collapsed_ = _collapsed(case.truth, below, at)
        return collapsed_ is not None and case.prover.normal(collapsed_) == case.claimed
    except (NotProved, Refused):
        return False


def _collapsed(truth: Polynomial, below: str, at: Index | None) -> Term | None:
    """One term for each sum over a size, but for those that are divided by; None where none is."""
    parts, changed = [], False
    for monomial, _ in monomials_of(truth):
        factors = [number(truth[monomial])]
        for name, exponent in in_order(monomial):
            if name.kind == "sum" and name.args[0] == below and exponent in (1, 2):
                changed = True
                factors.append(power(_one_term(name, at), number(exponent)))
            else:
                factors.append(factor_of(name, exponent))
        parts.append(product_of(factors))
    return sum_of(parts) if changed else None


def _one_term(total: Term, at: Index | None) -> Term:
    below, body = total.args
    if at is not None:
        there: Term = instantiate(body, at)
        return there
    return sum_over(below, where("=", position(0), ZERO, body))
