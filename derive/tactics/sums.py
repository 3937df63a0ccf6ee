"""The canonical form of a sum of one product: nested sums merged, split and put in order."""

from __future__ import annotations

from itertools import count, groupby, permutations, product
from math import factorial, prod
from typing import Any

from ..kernel.prenex import prenex
from ..kernel.terms import Term, number, power, product_of, sum_over
from ..rebinding import abstract, map_indices
from .order import order

Factors = list[tuple[Term, int]]

MOST_ORDERS = 720


def canonical_sum(total: Term) -> tuple[Term, tuple[int, ...]]:
    """A sum of one product as a product of sums that do not fall apart any further.

    Factors without a bound index leave the sum, nested sums merge, sums that share no factor part,
    and the binders of each are put in an order that does not depend on how they were nested.

    Returns
    -------
    The canonical product, and the matching of binders that the rule ``fubini`` asks for.
    """
    bag = prenex(total, (f"#{place}" for place in count()))
    inside = {name: frozenset(f for f in bag.factors if name in f.indices) for name in bag.binders}
    parts = [number(bag.coefficient)] if bag.coefficient != 1 else []
    free = [(f, e) for f, e in bag.factors.items() if not any(n in f.indices for n in bag.binders)]
    parts += written(free)
    matching: list[str] = []
    sums = []
    for names in _connected(inside):
        factors = [(f, e) for f, e in bag.factors.items() if any(n in f.indices for n in names)]
        sums.append(_nested(names, factors, bag.binders))
    for nested, names_in_order in sorted(sums, key=lambda pair: order(pair[0])):
        parts.append(nested)
        matching += names_in_order
    return product_of(parts), tuple(int(name[1:]) for name in matching)


def _connected(inside: dict[str, frozenset[Term]]) -> list[list[str]]:
    """Groups of binders that are linked by common factors."""
    groups: list[tuple[list[str], set[Term]]] = []
    for name, factors in inside.items():
        linked = [group for group in groups if group[1] & factors]
        names = [other for group in linked for other in group[0]]
        union = set(factors).union(*[group[1] for group in linked])
        groups = [group for group in groups if group not in linked]
        groups.append(([*names, name], union))
    return [names for names, _ in groups]


def _nested(names: list[str], factors: Factors, sizes: dict[str, str]) -> tuple[Term, list[str]]:
    """The least nesting of the binders around the factors, and the order of the binders.

    Binders are sorted by what does not depend on their names; only ties are tried in every order,
    and not even they where there are too many: then equal sums may be told apart.
    """
    if len(names) == 1:
        return _closed(names, factors, sizes), names
    marks = {name: (sizes[name], _signature(name, names, factors)) for name in names}
    ordered = sorted(names, key=lambda name: marks[name])
    ties = [list(tie) for _, tie in groupby(ordered, key=lambda name: marks[name])]
    if prod(factorial(len(tie)) for tie in ties) > MOST_ORDERS:
        return _closed(ordered, factors, sizes), ordered
    tried = (
        [name for tie in choice for name in tie]
        for choice in product(*[permutations(tie) for tie in ties])
    )
    found = [(_closed(order, factors, sizes), order) for order in tried]
    return min(found, key=lambda pair: order(pair[0]))


def _signature(name: str, names: list[str], factors: Factors) -> list[Any]:
    """How a binder is used, whatever the binders are called."""

    def rename(index: Any, _depth: int) -> Any:
        if isinstance(index, tuple):
            return (index[0], *[rename(inner, 0) for inner in index[1:]])
        return "#here" if index == name else "#other" if index in names else index

    return sorted((order(map_indices(f, rename)), e) for f, e in factors if name in f.indices)


def _closed(order: list[str], factors: Factors, sizes: dict[str, str]) -> Term:
    """The factors under the binders in this order, the first outermost."""
    body = product_of(written([(abstract(f, *order), e) for f, e in factors]))
    for name in reversed(order):
        body = sum_over(sizes[name], body)
    return body


def written(factors: Factors) -> list[Term]:
    """Factors with multiplicities, in canonical order."""
    ordered = sorted(factors, key=lambda pair: (order(pair[0]), pair[1]))
    return [f if e == 1 else power(f, number(e)) for f, e in ordered]
