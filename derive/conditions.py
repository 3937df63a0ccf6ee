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

from .kernel import Declarations, Fact, Hypothesis, Term
from .kernel.polynomial import Polynomial
from .kernel.terms import Index
from .rebinding import map_indices
from .tactics.ledger import Context, Ledger, NotProved, OutOfSteps
from .tactics.polynomials import monomial_term, term_of
from .tactics.prove import Prover

MOST_CONDITIONS = 50

# A function, and the variables that it is differentiated by.
Differentiated = tuple[Term, str, *tuple[str, ...]]


class Condition(NamedTuple):
    """``term`` is "positive" or "nonzero", for every bound index of the context.

    Free indices keep their names in it, so that it can be shown as x_i != 0.
    """

    kind: str
    term: Term
    context: Context

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
        plain = _plainest(prover, missing)
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
) -> Iterator[Condition]:
    """What is not shown, innermost parts first: what they lack may be all that is lacking."""
    for term in terms:
        yield from _not_shown(ledger, reversed(ledger.needs(term)))
    if differentiated is not None:
        function, *variables = differentiated
        for variable in dict.fromkeys(variables):
            yield from _not_shown(ledger, ledger.kinks(function, variable))


def _not_shown(ledger: Ledger, needs: Iterable[tuple[str, Term, Context]]) -> Iterator[Condition]:
    for kind, term, context in needs:
        try:
            ledger.fact(kind, term, context)
        except OutOfSteps:
            raise
        except NotProved:
            yield Condition(kind, term, context)


def _plainest(prover: Prover, missing: Condition) -> Condition:
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
    return missing._replace(term=simple) if simple.nodes < missing.term.nodes else missing


def _root_of_square(polynomial: Polynomial) -> Term | None:
    """u * v of c * u**2 * v**4 for c > 0: the product that has to be nonzero for it to be > 0."""
    if len(polynomial) != 1:
        return None
    ((monomial, coefficient),) = polynomial.items()
    square = coefficient > 0 and monomial and all(exponent % 2 == 0 for _, exponent in monomial)
    return monomial_term(frozenset((name, 1) for name, _ in monomial)) if square else None
