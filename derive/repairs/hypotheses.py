"""Repairs by a hypothesis: the claim is right as it stands, if only something more were given.

Only sums that occur in the truth or in the claim are looked at: one that does not occur in either
cannot make a difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..claims import Claim
from ..kernel import Equation, Fact, Hypothesis, Term
from ..kernel.polynomial import Polynomial
from ..kernel.terms import ONE, ZERO, Index, add, element, negate
from ..rebinding import map_indices
from ..tactics.ledger import NotProved
from .case import Case
from .diagnosis import Kind, Repair

Context = tuple[str, ...]
_LETTERS = ("b", "r", "a", "c", "i", "j", "k", "l", "u", "v")


def adds_to_one(case: Case) -> Iterator[Repair]:
    """True if some sum is 1."""
    found = [sum_ for sum_ in _sums(case) if not _is_absurd(case, *sum_, ONE)]
    for context, total in found:
        yield _given(case, context, total, ONE)
    if len(found) == 2:
        first, second = (_given(case, context, total, ONE) for context, total in found)
        extra = second.claims[0].declarations.hypotheses[-1]
        words = f"{first.words} and {second.words.removeprefix('true if ')}"
        terms = (*first.terms, *second.terms)
        yield Repair(Kind.HYPOTHESIS, words, (_with(first.claims[0], extra),), terms)


def adds_to_zero(case: Case) -> Iterator[Repair]:
    """True if some sum is 0."""
    for context, total in _sums(case):
        if not _is_absurd(case, context, total, ZERO):
            yield _given(case, context, total, ZERO)


def scalars(case: Case) -> Iterator[Repair]:
    """True if a scalar is 1, or 0."""
    for name, shape in case.claim.declarations.variables.items():
        for value in (ONE, ZERO) if not shape else ():
            scalar = element(name)
            if name != case.claim.variable and not _is_absurd(case, (), scalar, value):
                yield _given(case, (), scalar, value)


def positives(case: Case) -> Iterator[Repair]:
    """True if the entries of an array are > 0."""
    for name, shape in case.claim.declarations.variables.items():
        entry = element(name, *reversed(range(len(shape))))
        context = tuple(reversed(shape))
        if _is_shown(case, "positive", negate(entry), context):
            continue
        repaired = _with(case.claim, Hypothesis(context, Fact("positive", entry)))
        words = "true if {} > 0" + (", for every index" if shape else "")
        yield Repair(Kind.HYPOTHESIS, words, (repaired,), (_spelled(case, context, entry),))


def symmetries(case: Case) -> Iterator[Repair]:
    """True if a matrix is symmetric."""
    for name, shape in case.claim.declarations.variables.items():
        if len(shape) == 2 and shape[0] == shape[1] and name != case.claim.variable:
            entry, mirrored = element(name, 1, 0), element(name, 0, 1)
            repaired = _with(case.claim, Hypothesis(shape, Equation(entry, mirrored)))
            spelled = tuple(_spelled(case, shape, term) for term in (entry, mirrored))
            words = f"true if {name} is symmetric: {{}} = {{}}, for every index"
            yield Repair(Kind.HYPOTHESIS, words, (repaired,), spelled)


def _given(case: Case, context: Context, left: Term, right: Term) -> Repair:
    repaired = _with(case.claim, Hypothesis(context, Equation(left, right)))
    words = "true if {} = {}" + (", for every index" if context else "")
    return Repair(Kind.HYPOTHESIS, words, (repaired,), (_spelled(case, context, left), right))


def _is_absurd(case: Case, context: Context, left: Term, right: Term) -> bool:
    """Whether the two sides are known to differ: what follows from that is proved of nothing."""
    return _is_shown(case, "nonzero", add(left, negate(right)), context) or (
        right is ZERO and _is_shown(case, "nonzero", left, context)
    )


def _is_shown(case: Case, kind: str, term: Term, context: Context) -> bool:
    try:
        case.prover.ledger.fact(kind, term, context)
    except NotProved:
        return False
    return True


def _with(claim: Claim, hypothesis: Hypothesis) -> Claim:
    declarations = claim.declarations
    every = (*declarations.hypotheses, hypothesis)
    return replace(claim, declarations=replace(declarations, hypotheses=every))


def _spelled(case: Case, context: Context, term: Term) -> Term:
    """The term with letters for its loose indices."""
    taken = {*case.claim.declarations.indices, *case.claim.declarations.variables}
    taken |= {*case.claim.declarations.sizes, *case.claim.declarations.labels}
    letters = [letter for letter in _LETTERS if letter not in taken][: len(context)]
    if len(letters) < len(context):
        letters = [f"index{k}" for k in range(len(context))]

    def change(index: Index, depth: int) -> Index:
        return letters[index - depth] if isinstance(index, int) and index >= depth else index

    return map_indices(term, change)


# ---- sums that occur -----------------------------------------------------------------------------


def _sums(case: Case) -> list[tuple[Context, Term]]:
    """Sums of entries of variables that occur, closed: for every value of their outer indices."""
    found: dict[tuple[Context, Term], None] = {}
    for polynomial in (case.truth, case.claimed):
        _note_sums(case, polynomial, found)
    return list(found)


def _note_sums(case: Case, polynomial: Polynomial, found: dict[tuple[Context, Term], None]) -> None:
    for monomial in polynomial:
        for name, _ in monomial:
            _note(case, name, (), found)


def _note(
    case: Case, term: Term, context: Context, found: dict[tuple[Context, Term], None]
) -> None:
    if term.kind == "sum" and _is_plain(term.args[1]):
        closed = _closed(case, term, context)
        if closed is not None:
            found.setdefault(closed)
    inner = (term.args[0], *context) if term.kind == "sum" else context
    for part in term.parts:
        _note(case, part, inner, found)


def _is_plain(body: Term) -> bool:
    """Whether a body is an entry of a variable, or a power of one."""
    entry = body.args[0] if body.kind == "power" else body
    return entry.kind == "element" and 0 in entry.args[1]


def _closed(case: Case, term: Term, context: Context) -> tuple[Context, Term] | None:
    """The term with its outer indices bound, and their sizes; None where one is looked up."""
    outer: list[Index] = []
    if any(isinstance(index, tuple) for index in _entry(term).args[1]):
        return None

    def change(index: Index, depth: int) -> Index:
        if isinstance(index, int) and index < depth:
            return index
        seen = index - depth if isinstance(index, int) else index
        if seen not in outer:
            outer.append(seen)
        return outer.index(seen) + depth

    closed = map_indices(term, change)
    declared = case.claim.declarations
    return tuple(declared.index_size(index, context) for index in outer), closed


def _entry(total: Term) -> Term:
    body: Term = total.args[1]
    return body.args[0] if body.kind == "power" else body
