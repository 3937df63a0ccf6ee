"""Kronecker's delta under a sum: sum_k delta(k, i) f(k) = f(i)."""

from __future__ import annotations

from derive.kernel.terms import (
    Term,
    add,
    instantiate,
    plain_indices,
    product_of,
    shift,
    sum_over,
)
from derive.rebinding import rebuild


def sift(term: Term) -> Term:
    """The term with every delta taken out of the sum over its index, however it is nested.

    Both have the same value wherever the given term has one. A delta that is left either relates
    two indices of the result or stands inside a function, a power or a guard.

    >>> from derive.kernel.terms import delta, element, multiply, sum_over
    >>> from derive.plain_text import show
    >>> print(show(sift(sum_over("n", multiply(element("x", 0), delta(0, "i"), element("y", 0))))))
    x[i]*y[i]
    """
    if not term.parts:
        return term
    if term.kind == "sum":
        return _sum(term.args[0], sift(term.args[1]))
    return rebuild(term, [sift(arg) if isinstance(arg, Term) else arg for arg in term.args])


def _sum(size: str, body: Term) -> Term:
    """The sum of a body that is sifted itself."""
    factors = _factors(body)
    for place, factor in enumerate(factors):
        rest = [*factors[:place], *factors[place + 1 :]]
        if factor.kind == "add" and _has_delta(factor):
            return add(*[_sum(size, product_of([part, *rest])) for part in factor.args])
        if factor.kind == "delta":
            if 0 not in plain_indices(factor.args):
                return product_of([instantiate(factor, 0), _sum(size, product_of(rest))])
            for index, other in (factor.args, factor.args[::-1]):
                if index == 0 and 0 not in plain_indices([other]):
                    return instantiate(product_of(rest), shift(other, -1))
    return sum_over(size, body)


def _factors(term: Term) -> list[Term]:
    """The factors of a term, products in products opened up."""
    if term.kind != "multiply":
        return [term]
    return [factor for part in term.args for factor in _factors(part)]


def _has_delta(term: Term) -> bool:
    """Whether a sum or a product has a delta among its parts."""
    if term.kind in ("add", "multiply"):
        return any(map(_has_delta, term.args))
    return term.kind == "delta"
