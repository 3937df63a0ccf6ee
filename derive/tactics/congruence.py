"""What follows for whole formulas from an equation between parts of them, or under a guard.

``field`` replaces equals in sums, products, powers and functions. Under binders and guards an
equation is carried by the rule ``linear``, from the inside out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..kernel import Term
from ..kernel.judgement import Context, Guard
from ..kernel.terms import ONE, multiply, where
from .ledger import Ledger, apart, inside


def carried(ledger: Ledger, one: Term, other: Term, context: Context, equations: list[int]) -> int:
    """The line one = other: two terms of the same build, parts of which the equations make equal.

    Raises ``Refused`` where they are not, and ``NotProved`` where a part may have no value.
    """
    lines = [*equations]
    for a, b in _opaque(one, other):
        if a.kind == "where":
            lines += _guarded(ledger, a, b, context, equations)
        else:
            lines += _summed(ledger, a, b, context, equations)
    return ledger.field(one, other, context, lines)


def _opaque(one: Term, other: Term) -> Iterator[tuple[Term, Term]]:
    """The sums and guards in which two terms differ, pair by pair."""
    if one is other:
        return
    if one.kind != other.kind or len(one.parts) != len(other.parts):
        return
    if one.kind in ("sum", "where"):
        yield one, other
        return
    for a, b in zip(one.parts, other.parts, strict=True):
        yield from _opaque(a, b)


def _summed(
    ledger: Ledger, one: Term, other: Term, context: Context, equations: list[int]
) -> list[int]:
    """sum a = sum u + sum v + .. = sum b, where a = b and b is u + v + .."""
    inner = (*inside(other), *context)
    equal = carried(ledger, one.parts[-1], other.parts[-1], inner, equations)
    return [ledger.step("linear", premises=(equal,)), *apart_at_sums(ledger, other, context)]


def _guarded(
    ledger: Ledger, one: Term, other: Term, context: Context, equations: list[int]
) -> list[int]:
    """where(a < b, c) = where(a' < b', c) = where(a' < b', c')"""
    lines: list[int] = []
    if one.args[:3] != other.args[:3]:
        moved = where(*other.args[:3], one.args[3])
        equal = carried(ledger, apart(one), apart(moved), context, equations)
        facts = [fact for side in (one, moved) for fact in ledger.facts_for(side, context)]
        lines.append(ledger.step("guard_equal", context, one, moved, premises=(equal, *facts)))
    if one.args[3] is not other.args[3]:
        inner = (*inside(other), *context)
        equal = carried(ledger, one.args[3], other.args[3], inner, equations)
        lines += [linear(ledger, equal, context), *apart_at_sums(ledger, other, context)]
    return lines


def apart_at_sums(ledger: Ledger, term: Term, context: Context) -> list[int]:
    """sum (u + v + ..) = sum u + sum v + .., where the body is written so"""
    body = term.parts[-1]
    if body.kind != "add":
        return []
    equal = ledger.field(body, body, (*inside(term), *context), [])
    return [linear(ledger, equal, context)]


def linear(ledger: Ledger, equal: int, context: Context) -> int:
    """The rule ``linear``, with the facts that the sides of a guard need."""
    entry = ledger.judgement(equal).context[0]
    sides = () if isinstance(entry, str) else entry[1:]
    facts = [fact for side in sides for fact in ledger.facts_for(side, context)]
    return ledger.step("linear", premises=(equal, *facts))


def under_guard(
    ledger: Ledger, product: Term, guard: Guard, other: Sequence[Term], equal: int
) -> int:
    """The line [g] a = where(g, a) = where(g, b) = [g] b, where a = b under the guard

    ``product`` is [g] a, ``other`` are the factors of b, and ``equal`` is the line a = b under the
    guard and the context around it.
    """
    context = ledger.judgement(equal).context[1:]
    before, after = ledger.left_side(equal), ledger.right_side(equal)
    closed = linear(ledger, equal, context)
    nested = ledger.field(
        product, where(*guard, before), context, [_factored(ledger, guard, before, context)]
    )
    parts = after.args if after.kind == "add" else (after,)
    lines = [nested, closed]
    lines += [_factored(ledger, guard, part, context) for part in parts if part is not ONE]
    return ledger.field(product, multiply(where(*guard, ONE), *other), context, lines)


def _factored(ledger: Ledger, guard: Guard, body: Term, context: Context) -> int:
    """where(g, a) = [g] a"""
    indicator = where(*guard, ONE)
    facts = [*ledger.facts_for(indicator, context), *ledger.facts_for(body, context)]
    return ledger.step("guard_factor", context, indicator, body, premises=facts)
