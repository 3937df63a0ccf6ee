"""Terms and refusals as plain text: exact and unlovely, for error messages and for sceptics."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .kernel import Refused, Term

_TEXTS = {
    "delta": "[{} = {}]",
    "power": "({})^({})",
    "apply": "{}({})",
    "sum": "sum_<{}>({})",
    "where": "where({1} {0} {2}, {3})",
}


def show(value: Any) -> str:
    """A plain text for a term or an index; a bound index is #0, #1, ...

    >>> from derive.kernel.terms import element, multiply, number, sum_over
    >>> show(sum_over("n", multiply(number(1, 2), element("K", 0, "i"))))
    'sum_<n>(1/2*K[#0, i])'
    """
    if isinstance(value, tuple):
        return f"{value[0]}[{', '.join(map(show, value[1:]))}]" if value[1:] else str(value[0])
    if not isinstance(value, Term):
        return f"#{value}" if isinstance(value, int) else str(value)
    kind, args = value.kind, value.args
    if kind == "number":
        return str(Fraction(*args))
    if kind == "element":
        return show((args[0], *args[1]))
    if kind == "add":
        return f"({' + '.join(map(show, args))})" if args else "0"
    if kind == "multiply":
        return "*".join(map(show, args)) or "1"
    return _TEXTS.get(kind, "{}").format(*map(show, args))


def explain(error: Exception) -> str:
    """What an error says; the terms in a refusal are written as ``show`` writes them."""
    if not isinstance(error, Refused):
        return str(error)
    reason, *about = error.args
    told = Refused(reason, *map(show, about))
    told.rule = error.rule
    return str(told)
