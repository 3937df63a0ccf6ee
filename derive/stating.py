"""Statements written in SymPy, with the conditions under which they have a meaning."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from sympy import Expr, Idx
from sympy.core.relational import Relational, StrictGreaterThan, Unequality

from .claims import Claim, Identity
from .conditions import Condition, Differentiated, open_conditions
from .kernel import Declarations, Refused, Term
from .notation import NotationError, Reader, Writer
from .plain_text import explain

_SIGNS = {"positive": StrictGreaterThan, "nonzero": Unequality}


class Declared(NamedTuple):
    """Declarations that hold the conditions of some formulas, and the conditions to be shown."""

    declarations: Declarations
    conditions: tuple[Relational, ...]


def declared(
    reader: Reader,
    given: Iterable[Relational],
    terms: Iterable[Term],
    differentiated: Differentiated | None = None,
) -> Declared:
    """What a reader has read, with the given hypotheses and the conditions of the terms.

    A condition is written in SymPy and read back, so that what is shown is what is assumed.

    ``differentiated`` is a function and the names of its variables, as for ``conditions``.
    """
    given = tuple(given)
    found = open_conditions(reader.declarations(given), terms, differentiated)
    relations = (_relation(reader, condition) for condition in found)
    shown = tuple(relation for relation in relations if relation is not None)
    return Declared(reader.declarations((*given, *shown)), shown)


def _relation(reader: Reader, condition: Condition) -> Relational | None:
    """The condition in SymPy; None where SymPy finds that it says nothing of any variable."""
    writer = Writer(reader)
    bound: tuple[Idx, ...] = ()
    for below in reversed(condition.context):
        bound = (writer.fresh(below, condition.term, bound), *bound)
    expression = writer.expression(condition.term, bound)
    if not isinstance(expression, Expr) or expression.is_number:
        return None
    return _SIGNS[condition.kind](expression, 0, evaluate=False)


def state_claim(of: Any, by: Any, value: Any, given: Iterable[Relational] = ()) -> Claim:
    """The claim that d ``of`` / d ``by`` = ``value``, with its conditions among the hypotheses.

    >>> from sympy import sqrt
    >>> from derive import index, real, size, sum_over
    >>> from derive.proof_files import judgement_text
    >>> n = size("n")
    >>> x, i, j = real("x", n), index("i", n), index("j", n)
    >>> norm = sqrt(sum_over(j, x[j] ** 2))
    >>> for hypothesis in state_claim(norm, x[i], x[i] / norm).declarations.hypotheses:
    ...     print(judgement_text(hypothesis))
    sum_<n>((x[#0])^(2)) is positive

    Raises
    ------
    NotationError
        Where an expression has no exact meaning, with the sub-expression.
    """
    reader = Reader()
    of_term, value_term = reader.term(of), reader.term(value)
    variable, at = reader.variable(by)
    reader.check_indices(value_term, of_term, at, value)
    stated = declared(reader, given, (of_term, value_term), (of_term, variable))
    try:
        return Claim(stated.declarations, of_term, variable, at, value_term)
    except Refused as refusal:
        raise NotationError(explain(refusal)) from refusal


def state_identity(left: Any, right: Any, given: Iterable[Relational] = ()) -> Identity:
    """The identity ``left`` = ``right`` with its conditions. Raises as ``state_claim``."""
    reader = Reader()
    terms = reader.term(left), reader.term(right)
    stated = declared(reader, given, terms)
    try:
        return Identity(stated.declarations, *terms)
    except Refused as refusal:
        raise NotationError(explain(refusal)) from refusal
