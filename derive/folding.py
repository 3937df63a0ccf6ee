"""Folding: put the user's definitions back into a result, so that exp(x_i)/Z is shown as s_i.

This decides nothing. What comes out is read again as a formula and proved equal like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from .kernel import Term
from .kernel.judgement import Context
from .kernel.polynomial import UNIT, Monomial, Polynomial, join, plus, raised
from .kernel.terms import apply, element, sum_over
from .tactics.ledger import NotProved
from .tactics.matching import Found, matches
from .tactics.polynomials import polynomial_of, term_of
from .tactics.prove import Prover


class Pattern(NamedTuple):
    """What to look for in products: the definition's name, its rank, and its body."""

    name: str
    rank: int
    body: Monomial


def pattern(name: str, body: Term, context: Context, prover: Prover) -> Pattern | None:
    """What a definition looks like in normal form; None where it is no single product.

    Its parameters are the loose bound indices of the body, under the context, the last innermost.
    """
    try:
        polynomial = prover.normal(body, context)
    except NotProved:
        return None
    if len(polynomial) != 1 or next(iter(polynomial.values())) != 1:
        return None
    monomial = next(iter(polynomial))
    rank = len(context)
    read = {index for factor, _ in monomial for index in factor.indices}
    if not monomial or not read.issuperset(range(rank)):  # nothing to tell which entry it is
        return None
    return Pattern(name, rank, monomial)


def folded(term: Term, patterns: Iterable[Pattern | None]) -> Term:
    """A term in normal form, with s[i] wherever a product holds what s[i] stands for."""
    return _fold(term, [found for found in patterns if found is not None])


def _fold(term: Term, patterns: Sequence[Pattern]) -> Term:
    result: Polynomial = {}
    for monomial, coefficient in polynomial_of(term).items():
        named, rest = _take_out(monomial, patterns)
        for name, exponent in rest:
            named = join(named, frozenset(((_fold_inside(name, patterns), exponent),)))
        result = plus(result, {named: coefficient})
    return term_of(result)


def _fold_inside(name: Term, patterns: Sequence[Pattern]) -> Term:
    if name.kind == "sum":
        return sum_over(name.args[0], _fold(name.args[1], patterns))
    if name.kind == "apply":
        return apply(name.args[0], _fold(name.args[1], patterns))
    return _fold(name, patterns) if name.kind == "add" else name


def _take_out(monomial: Monomial, patterns: Sequence[Pattern]) -> tuple[Monomial, Monomial]:
    """What the definitions cover of a product, by their names, and what they leave."""
    named: Monomial = UNIT
    for name, rank, pattern in patterns:
        while (found := instance(list(pattern), monomial, {})) is not None:
            at, used = found
            here = element(name, *(at[place] for place in reversed(range(rank))))
            named = join(named, frozenset(((here, 1),)))
            monomial = join(monomial, raised(used, -1))
    return named, monomial


def instance(
    pattern: list[tuple[Any, Any]], monomial: Monomial, found: Found
) -> tuple[Found, Monomial] | None:
    """Indices at which the pattern divides the monomial, and the divisor."""
    if not pattern:
        return found, UNIT
    (wanted, power), *others = pattern
    for name, exponent in monomial:
        if exponent * power <= 0 or abs(exponent) < abs(power):
            continue
        attempt = dict(found)
        if matches(wanted, name, attempt):
            rest = instance(others, monomial, attempt)
            if rest is not None:
                return rest[0], join(rest[1], frozenset(((name, power),)))
    return None
