"""Sums of differences, put so that no array over the summed index and the moved one is needed.

Moving x[i] moves every softmax s[k] by s[k] times what depends on i alone. Under a sum over k that
factor goes in front, and a sum of such products is taken one by one.
"""

from __future__ import annotations

from collections.abc import Collection

from derive.kernel.terms import Index, Term, instantiate, plain_indices, shift, size, sum_over

from ..program.scaling import exponent_less_one
from .building import factors_of, plus, times
from .jumps import Coincidences, Jumps, coinciding, only_where, total


def summed_jumps(size_name: str, body: Jumps, moved: Collection[str]) -> Jumps:
    """The difference of a sum, from that of its body, in which bound index 0 is the summed one.

    Where the body moves only at k = i, the sum has that one term, at i.

    moved: the free indices of the element that is moved.
    """
    return total(*(_summed_jump(size_name, where, move, moved) for where, move in body.items()))


def _summed_jump(size_name: str, where: Coincidences, move: Term, moved: Collection[str]) -> Jumps:
    at = next((b for a, b in sorted(where, key=repr) if a == 0), None)
    if at is not None:
        return {_seen_from_outside(where, at): instantiate(move, at)}
    inner = frozenset(pair for pair in where if 0 in plain_indices(pair))
    body = only_where(inner, move)
    return {frozenset(shift(pair, -1) for pair in where - inner): summed(size_name, body, moved)}


def _seen_from_outside(where: Coincidences, at: Index) -> Coincidences:
    """The pairs with bound index 0 replaced."""
    return coinciding([instantiate(pair, at) for pair in where])


def summed(size_name: str, body: Term, moved: Collection[str]) -> Term:
    """The sum of a term, with factors that do not depend on the summed index in front of it.

    A sum among the factors is multiplied out where it mixes the summed index and the moved ones.
    """
    factors = factors_of(body)
    for place, factor in enumerate(factors):
        if factor.kind == "add" and _mixes(factor, moved):
            rest = [*factors[:place], *factors[place + 1 :]]
            return plus(*(summed(size_name, times(part, *rest), moved) for part in factor.args))
    inside = [factor for factor in factors if 0 in factor.indices]
    outside = [shift(factor, -1) for factor in factors if 0 not in factor.indices]
    if not inside:
        return times(*outside, size(size_name))
    return times(*outside, sum_over(size_name, times(*inside)))


def _mixes(factor: Term, moved: Collection[str]) -> bool:
    """Whether a sum has the summed index and a moved one in it; exp(u) - 1 stays together."""
    if exponent_less_one(factor) is not None:
        return False
    return 0 in factor.indices and not factor.indices.isdisjoint(moved)
