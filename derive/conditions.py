"""Where a formula has a value and is smooth: conditions read off the whole loss and the claim.

A claim speaks of the points at which the loss and the claim have a value and the loss has no kink.
What that takes and no domain or hypothesis says becomes a condition, and is shown: holds where
x_i != 0. Nothing else is ever added to what somebody stated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sympy import Expr, Idx
from sympy.core.relational import Relational, StrictGreaterThan, Unequality

from .claim import Claim, Identity
from .kernel import Refused, Term
from .kernel.polynomial import Polynomial
from .notation import NotationError, Reader, Writer
from .tactics.ledger import Context, Ledger, NotProved, OutOfSteps
from .tactics.polynomials import monomial_term, term_of
from .tactics.prove import Prover

MOST_CONDITIONS = 50


class _Missing(NamedTuple):
    kind: str
    term: Term
    context: Context


def conditions(
    reader: Reader,
    given: Iterable[Relational],
    terms: Iterable[Term],
    differentiated: tuple[Term, str] | None = None,
) -> tuple[Relational, ...]:
    """What has to hold for all of the terms to have a value, beyond domains and hypotheses.

    ``differentiated`` is a function and the name of its variable: it has to be away from its kinks.
    A free index in a condition means "for every", as in any hypothesis.
    """
    given, terms = tuple(given), tuple(terms)
    found: list[Relational] = []
    while len(found) < MOST_CONDITIONS:
        prover = Prover(reader.declarations((*given, *found)))
        missing = next(_all_missing(prover.ledger, terms, differentiated), None)
        relation = None if missing is None else _relation(reader, _plainest(prover, missing))
        if relation is None or relation in found:
            break
        found.append(relation)
    return tuple(found)


def _all_missing(
    ledger: Ledger, terms: tuple[Term, ...], differentiated: tuple[Term, str] | None
) -> Iterator[_Missing]:
    """What is not shown, innermost parts first: what they lack may be all that is lacking."""
    for term in terms:
        yield from _not_shown(ledger, reversed(ledger.needs(term)))
    if differentiated is not None:
        yield from _not_shown(ledger, ledger.kinks(*differentiated))


def _not_shown(ledger: Ledger, needs: Iterable[tuple[str, Term, Context]]) -> Iterator[_Missing]:
    for kind, term, context in needs:
        try:
            ledger.fact(kind, term, context)
        except OutOfSteps:
            raise
        except NotProved:
            yield _Missing(kind, term, context)


def _relation(reader: Reader, missing: _Missing) -> Relational | None:
    """The condition in SymPy; None where it says nothing of any variable."""
    writer = Writer(reader)
    bound: tuple[Idx, ...] = ()
    for below in reversed(missing.context):
        bound = (writer.fresh(below, missing.term, bound), *bound)
    expression = writer.expression(missing.term, bound)
    if not isinstance(expression, Expr) or expression.is_number:
        return None
    sign = StrictGreaterThan if missing.kind == "positive" else Unequality
    return sign(expression, 0, evaluate=False)


def _plainest(prover: Prover, missing: _Missing) -> _Missing:
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


# ---- statements with their conditions ------------------------------------------------------------


def state_claim(of: Any, by: Any, value: Any, given: Iterable[Relational] = ()) -> Claim:
    """The claim that d ``of`` / d ``by`` = ``value``, with its conditions among the hypotheses.

    >>> from sympy import sqrt
    >>> from derive import index, real, size, sum_over
    >>> n = size("n")
    >>> x, i, j = real("x", n), index("i", n), index("j", n)
    >>> norm = sqrt(sum_over(j, x[j] ** 2))
    >>> for hypothesis in state_claim(norm, x[i], x[i] / norm).declarations.hypotheses:
    ...     print(hypothesis.conclusion)
    Fact(kind='positive', term=sum_<n>((x[#0])^(2)))

    Raises
    ------
    NotationError
        Where an expression has no exact meaning, with the sub-expression.
    """
    reader, given = Reader(), tuple(given)
    of_term, value_term = reader.term(of), reader.term(value)
    variable, at = reader.variable(by)
    reader.check_indices(value_term, of_term, at, value)
    needed = conditions(reader, given, (of_term, value_term), (of_term, variable))
    try:
        declared = reader.declarations((*given, *needed))
        return Claim(declared, of_term, variable, at, value_term)
    except Refused as refusal:
        raise NotationError(str(refusal)) from refusal


def state_identity(left: Any, right: Any, given: Iterable[Relational] = ()) -> Identity:
    """The identity ``left`` = ``right`` with its conditions. Raises as ``state_claim``."""
    reader, given = Reader(), tuple(given)
    terms = reader.term(left), reader.term(right)
    needed = conditions(reader, given, terms)
    try:
        return Identity(reader.declarations((*given, *needed)), *terms)
    except Refused as refusal:
        raise NotationError(str(refusal)) from refusal
