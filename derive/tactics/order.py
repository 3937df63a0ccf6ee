"""The order in which the parts of a formula are written: one that has nothing to do with chance."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ..kernel import Term


@lru_cache(maxsize=50_000)
def order(term: Term) -> tuple[Any, ...]:
    """A structural sort key that neither shifting nor the order of creation changes."""
    return (term.kind, *map(_order_of, term.args))


def _order_of(arg: Any) -> tuple[Any, ...]:
    if isinstance(arg, Term):
        return order(arg)
    return (2, *map(_order_of, arg)) if isinstance(arg, tuple) else (isinstance(arg, int), arg)
