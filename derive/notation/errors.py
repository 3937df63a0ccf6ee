"""Why an expression has no meaning here, and what would have one."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

import sympy

from .functions import KNOWN


class NotationError(ValueError):
    """An expression that has no exact meaning as a statement about gradients."""


def why_not(expression: Any) -> str:
    """What is wrong with an expression that is not a term."""
    match expression:
        case sympy.Float():
            return f"{expression} is not exact: write Rational('{expression}')"
        case sympy.Symbol():
            return f"{expression} is not declared: write {expression} = real('{expression}')"
        case sympy.Function():
            return _unknown_function(expression)
        case _ if isinstance(expression, sympy.Expr) and expression.is_Atom:
            return f"{expression} is not a real number that is known here"
        case _:
            return f"no meaning as a term: {expression} ({type(expression).__name__})"


def _unknown_function(expression: sympy.Function) -> str:
    """The nearest function that is known; one of the same name is the wrong object."""
    name = expression.func.__name__
    if name in KNOWN:
        home = "derive" if name in ("sigmoid", "softplus") else "sympy"
        return f"{name} in {expression} is not the known function: from {home} import {name}"
    near = get_close_matches(name, KNOWN, n=1)
    known = f"did you mean {near[0]}?" if near else f"known: {', '.join(KNOWN)}"
    return f"unknown function {name} in {expression}; {known}"
