"""Partial derivatives that a line of a derivation calls by their names, such as dL/ds_k.

In dL/ds_k with s defined from x, the s_k are meant as variables of their own. So that is how it is
proved: with a free variable in the place of the definition, declared positive where what it stands
for is positive.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sympy import Indexed, preorder_traversal
from sympy.core.relational import Relational

from .kernel import Proof
from .notation import Reader, read_claim
from .symbols import Definition, Partial, Variable
from .tactics.ledger import NotProved
from .tactics.prove import Prover, prove


def partials_in(*expressions: Any) -> tuple[Partial, ...]:
    """The partial derivatives that expressions name."""
    found = (
        part
        for expression in expressions
        for part in preorder_traversal(expression)
        if isinstance(part, Partial)
    )
    return tuple(dict.fromkeys(found))


def prove_partial(partial: Partial, given: Sequence[Relational] = ()) -> Proof:
    """A proof that the derivative is the value, under the given hypotheses where it needs them.

    Raises
    ------
    NotProved
        Where none was found.
    NotationError
        Where the parts have no exact meaning.
    """
    of, by, value = partial.of, partial.by, partial.value
    if isinstance(by, Indexed) and isinstance(by.base, Definition):
        variable = _free_variable(by.base)
        given = [_replaced(relation, by.base, variable) for relation in given]
        of, by, value = (_replaced(part, by.base, variable) for part in (of, by, value))
    try:
        return prove(read_claim(of, by, value))
    except NotProved:
        if not given:
            raise
    return prove(read_claim(of, by, value, given))


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
