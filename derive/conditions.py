"""Where a formula has a value and is smooth: conditions read off the whole loss and the claim.

A claim speaks of the points at which the loss and the claim have a value and the loss has no kink.
What that takes and no domain or hypothesis says becomes a condition, and is shown: holds where
x_i != 0. Nothing else is ever added to what somebody stated.

Away from the edges of its guards, and where it has a value, a function of the kernel is smooth to
any order. So what a first derivative takes is enough for the second and higher ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from .kernel import Declarations, Fact, Hypothesis, Refused, Term
from .kernel.judgement import Context, Guard, Shape, binders
from .kernel.polynomial import UNIT, Polynomial
from .kernel.terms import ONE, Index, add, shift, where
from .rebinding import map_indices
from .tactics.cases import condition_read, opposite
from .tactics.ledger import Ledger, NotProved, OutOfSteps
from .tactics.polynomials import monomial_term, term_of
from .tactics.prove import Prover

MOST_CONDITIONS = 50

# A function, and the variables that it is differentiated by.
Differentiated = tuple[Term, str, *tuple[str, ...]]


class Missing(NamedTuple):
    """A fact that is not shown: ``term`` is "positive" or "nonzero" under a context."""

    kind: str
    term: Term
    context: Context


class Condition(NamedTuple):
    """``term`` is "positive" or "nonzero", for every bound index of the context.

    Free indices keep their names in it, so that it can be shown as x_i != 0.
    """

    kind: str
    term: Term
    context: Shape

    def closed(self, declarations: Declarations) -> Hypothesis:
        """The same as a hypothesis, in which a free index means "for every".

        It speaks of no more indices than it has to, or nothing would say which of them are meant.
        """
        below: dict[Index, str] = {**dict(enumerate(self.context)), **declarations.indices}
        bound = sorted(i for i in self.term.indices if isinstance(i, int))
        free = sorted((i for i in self.term.indices if isinstance(i, str)), reverse=True)
        places = {index: place for place, index in enumerate((*bound, *free))}

        def renumbered(index: Index, depth: int) -> Index:
            if isinstance(index, str):
                return places[index] + depth
            beyond = isinstance(index, int) and index >= depth
            return places[index - depth] + depth if beyond else index

        term = map_indices(self.term, renumbered)
        return Hypothesis(tuple(below[index] for index in places), Fact(self.kind, term))


def conditions(
    declarations: Declarations,
    terms: Iterable[Term],
    differentiated: Differentiated | None = None,
) -> tuple[Hypothesis, ...]:
    """What has to hold for all of the terms to have a value, beyond domains and hypotheses.

    ``differentiated`` is a function and the names of its variables, one for a first derivative: it
    has to be away from its kinks. A free index in a condition means "for every".

    >>> from derive.kernel.terms import apply, element, sum_over
    >>> declared = Declarations(frozenset("n"), variables={"x": ("n",)})
    >>> conditions(declared, [sum_over("n", apply("log", element("x", 0)))])
    (Hypothesis(context=('n',), conclusion=Fact(kind='positive', term=element('x', (0,)))),)
    """
    found = open_conditions(declarations, terms, differentiated)
    return tuple(condition.closed(declarations) for condition in found)


def open_conditions(
    declarations: Declarations,
    terms: Iterable[Term],
    differentiated: Differentiated | None = None,
) -> tuple[Condition, ...]:
    """The conditions with the names of free indices in them, to be shown."""
    terms = tuple(terms)
    found: dict[Hypothesis, Condition] = {}
    while len(found) < MOST_CONDITIONS:
        assumed = (*declarations.hypotheses, *found)
        prover = Prover(replace(declarations, hypotheses=assumed))
        missing = next(_all_missing(prover.ledger, terms, differentiated), None)
        if missing is None:
            break
        missing = _in_one_case(prover, missing)
        plain = unguarded(_plainest(prover, missing), prover)
        hypothesis = plain.closed(declarations)
        if hypothesis in found or not _says_something(plain.term):
            break
        found[hypothesis] = plain
    return tuple(found.values())


def _says_something(term: Term) -> bool:
    """Whether a variable or a size occurs; of numbers and indices alone nothing can be asked."""
    return bool(term.names) or term.kind in ("size", "sum") or any(map(_says_something, term.parts))


def _all_missing(
    ledger: Ledger, terms: tuple[Term, ...], differentiated: Differentiated | None
) -> Iterator[Missing]:
    """What is not shown, under few guards and innermost first: that may be all that is lacking."""
    needs = [need for term in terms for need in reversed(ledger.needs(term))]
    if differentiated is not None:
        function, *variables = differentiated
        needs += [need for v in dict.fromkeys(variables) for need in ledger.kinks(function, v)]
    yield from _not_shown(ledger, sorted(needs, key=_guards_of))


def _guards_of(need: tuple[str, Term, Context]) -> int:
    return len(need[2]) - len(binders(need[2]))


def _not_shown(ledger: Ledger, needs: Iterable[tuple[str, Term, Context]]) -> Iterator[Missing]:
    for kind, term, context in needs:
        try:
            ledger.fact(kind, term, context)
        except OutOfSteps:
            raise
        except NotProved:
            yield Missing(kind, term, context)


def _plainest(prover: Prover, missing: Missing) -> Missing:
    """The same multiplied out, where that is shorter: x for 0 - x, and x != 0 for x**2 > 0."""
    try:
        polynomial = prover.normal(missing.term, missing.context)
    except NotProved:
        return missing
    root = _root_of_square(polynomial) if missing.kind == "positive" else None
    if root is not None:
        return missing._replace(kind="nonzero", term=root)
    if missing.kind == "nonzero" and len(set(polynomial.values())) == 1:
        polynomial = dict.fromkeys(polynomial, 1)  # a number in front does not matter
    simple = term_of(polynomial)
    is_better = simple.nodes < missing.term.nodes and _says_something(simple)
    return missing._replace(term=simple) if is_better else missing  # x - x rather than 0


def _in_one_case(prover: Prover, missing: Missing) -> Missing:
    """The same where a condition that it reads holds, or where it does not, if that is missing."""
    kind, term, context = missing
    try:
        polynomial = prover.normal(term, context)
    except NotProved:
        return missing
    condition = condition_read(polynomial)
    for case in (condition, opposite(condition)) if condition is not None else ():
        inner = (case.args[:3], *context)
        try:
            within = term_of(prover.normal(term, inner))
        except NotProved:
            continue
        for found in _not_shown(prover.ledger, [(kind, within, inner)]):
            return _in_one_case(prover, found)
    return missing


def unguarded(missing: Missing, prover: Prover) -> Condition:
    """The condition without guards: where(g, t) + where(not g, 1) for t under the guard g.

    A guard that holds for some index that the rest does not speak of is left out: x[j] > 0 for
    every j <= i is x[j] > 0 for every j, for some i is not below it. So is a guard outside of which
    the same is shown: x != 3 where x > 0 is x != 3. And so is a guard on values before t != 0: that
    leaves out a few points more than it has to, and says so more plainly.
    """
    kind, term, context = missing
    for depth, entry in enumerate(context):
        if not isinstance(entry, str):
            below = binders(context[:depth])
            guard = shift(entry, len(below))
            outer = (*below, *context[depth + 1 :])
            indicator = where(*guard, ONE)
            otherwise = opposite(indicator)
            anyway = not any(
                _not_shown(prover.ledger, [(kind, term, (otherwise.args[:3], *outer))])
            )
            kink = kind == "nonzero" and bool(indicator.names)
            if not kink and not anyway and not _holds_somewhere(guard, term, outer, prover):
                term = add(where(*guard, term), otherwise)
    return Condition(kind, term, binders(context))


def _holds_somewhere(guard: Guard, term: Term, context: Context, prover: Prover) -> bool:
    """Whether a guard holds at some value of an index that the term does not speak of."""
    indices = guard[1].indices | guard[2].indices
    return any(
        _holds(_with(guard, index, other), context, prover)
        for index in indices - term.indices
        for other in indices - {index}
    )


def _with(guard: Guard, index: Index, other: Index) -> Guard:
    """The guard with another index in the place of one."""

    def change(found: Index, depth: int) -> Index:
        return shift(other, depth) if found == shift(index, depth) else found

    relation, *sides = guard
    left, right = (map_indices(side, change) for side in sides)
    return relation, left, right


def _holds(guard: Guard, context: Context, prover: Prover) -> bool:
    try:
        return prover.normal(where(*guard, ONE), context) == {UNIT: 1}
    except (NotProved, Refused):
        return False


def _root_of_square(polynomial: Polynomial) -> Term | None:
    """u * v of c * u**2 * v**4 for c > 0: the product that has to be nonzero for it to be > 0."""
    if len(polynomial) != 1:
        return None
    ((monomial, coefficient),) = polynomial.items()
    square = coefficient > 0 and monomial and all(exponent % 2 == 0 for _, exponent in monomial)
    return monomial_term(frozenset((name, 1) for name, _ in monomial)) if square else None
