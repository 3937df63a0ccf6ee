"""Partial derivatives that a line of a derivation calls by their names, such as dL/ds_k.

In dL/ds_k with s defined from x, the s_k are meant as variables of their own. So that is how it is
proved: with a free variable in the place of the definition, declared positive where what it stands
for is positive.

What is differentiated once more has to be equal to its value not just where the hypotheses hold but
all around: from Σx = 1 follows ∂½(Σx)²/∂x_i = 1, and yet ∂²½(Σx)²/∂x_h∂x_i is not 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from sympy import Expr, Indexed
from sympy.core.relational import Relational

from .claims import Claim
from .kernel import Proof
from .kernel.judgement import limits
from .notation import Reader, read_claim
from .symbols import Definition, Partial, Variable
from .tactics.ledger import NotProved
from .tactics.prove import Prover, prove


class Named(NamedTuple):
    """A partial derivative that is called by its name, and what it is differentiated by again."""

    partial: Partial
    along: tuple[Expr, ...] = ()


def partials_in(*expressions: Any, along: tuple[Expr, ...] = ()) -> tuple[Named, ...]:
    """The partial derivatives that expressions name; all of them are differentiated ``along``."""
    found: list[Named] = []
    for expression in expressions:
        if isinstance(expression, Partial):
            found.append(Named(expression, along))
            found += partials_in(expression.value, along=along)
            again = (*along, expression.by)
            found += partials_in(expression.name, expression.of, along=again)
        else:
            found += partials_in(*expression.args, along=along)
    return tuple(dict.fromkeys(found))


def prove_partial(named: Named, given: Sequence[Relational] = ()) -> Proof:
    """A proof that the derivative is the value, under the given hypotheses where it needs them.

    Hypotheses about what it is differentiated by again are left out.

    Raises
    ------
    NotProved
        Where none was found.
    NotationError
        Where the parts have no exact meaning.
    """
    of, by, value = named.partial.of, named.partial.by, named.partial.value
    if isinstance(by, Indexed) and isinstance(by.base, Definition):
        variable = _free_variable(by.base)
        given = [_replaced(relation, by.base, variable) for relation in given]
        of, by, value = (_replaced(part, by.base, variable) for part in (of, by, value))
    try:
        return prove(_all_around(read_claim(of, by, value), named.along))
    except NotProved:
        if not given:
            raise
    return prove(_all_around(read_claim(of, by, value, given), named.along))


def _all_around(claim: Claim, along: Sequence[Expr]) -> Claim:
    """The claim without what may fail however little the variables in ``along`` move."""
    moving = {name for by in along for name in _names(by)}
    kept = tuple(
        hypothesis
        for hypothesis in claim.declarations.hypotheses
        if not any(limits(hypothesis.conclusion, variable) for variable in moving)
    )
    return replace(claim, declarations=replace(claim.declarations, hypotheses=kept))


def _names(by: Any) -> set[str]:
    """A variable's name; that of a defined quantity, and the variables that it is made of."""
    label = {str(by.base.label)} if isinstance(by, Indexed) else set()
    return label | Reader().term(by).names


def _free_variable(definition: Definition) -> Variable:
    """A variable in place of a definition, positive where the definition is."""
    reader = Reader()
    body, context = reader.body(definition)
    try:
        Prover(reader.declarations()).ledger.fact("positive", body, context)
    except NotProved:
        return Variable(definition.label, definition.shape)
    return Variable(definition.label, definition.shape, "positive")


def _replaced(expression: Any, definition: Definition, variable: Variable) -> Any:
    """The expression with the variable for the definition, also where others are made of it."""

    def put(part: Indexed) -> Any:
        if part.base == definition:
            return variable[part.indices]
        body = _replaced(part.base.body, definition, variable)
        return Definition(part.base.label, part.base.parameters, body)[part.indices]

    return expression.replace(_is_defined, put)


def _is_defined(part: Any) -> bool:
    return isinstance(part, Indexed) and isinstance(part.base, Definition)
