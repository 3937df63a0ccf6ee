"""Folding: put the user's definitions back into a result, so that exp(x_i)/Z is shown as s_i.

This decides nothing. What comes out is read again as a formula and proved equal like any other.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sympy import Indexed, preorder_traversal

from .kernel import Term
from .kernel.polynomial import UNIT, Monomial, Polynomial, join, plus, raised
from .kernel.terms import apply, element, sum_over
from .notation import Reader
from .symbols import Definition
from .tactics.matching import Found, matches
from .tactics.polynomials import polynomial_of, term_of
from .tactics.prove import Prover

Pattern = tuple[str, int, Monomial]  # the definition's name, its rank, and its body


def definitions_in(*expressions: Any) -> tuple[Definition, ...]:
    """The definitions that expressions use, those they are made of included."""
    found: dict[Definition, None] = {}
    for expression in expressions:
        _note_definitions(expression, found)
    return tuple(found)


def _note_definitions(expression: Any, found: dict[Definition, None]) -> None:
    """Note each definition once, before those that it is made of."""
    used = (part.base for part in preorder_traversal(expression) if isinstance(part, Indexed))
    for base in used:
        if isinstance(base, Definition) and base not in found:
            found[base] = None
            _note_definitions(base.body, found)


def folded(term: Term, definitions: Iterable[Definition], reader: Reader, prover: Prover) -> Term:
    """A term in normal form, with s[i] wherever a product holds what s[i] stands for."""
    patterns = [_pattern(definition, reader, prover) for definition in definitions]
    return _fold(term, [pattern for pattern in patterns if pattern is not None])


def _pattern(definition: Definition, reader: Reader, prover: Prover) -> Pattern | None:
    """The body as one monomial; its parameters are loose bound indices, the last innermost."""
    body, context = reader.body(definition)
    polynomial = prover.normal(body, context)
    if len(polynomial) != 1 or next(iter(polynomial.values())) != 1:
        return None
    monomial = next(iter(polynomial))
    rank = len(definition.parameters)
    read = {index for name, _ in monomial for index in name.indices}
    if not monomial or not read.issuperset(range(rank)):  # nothing to tell which entry it is
        return None
    return str(definition.label), rank, monomial


def _fold(term: Term, patterns: list[Pattern]) -> Term:
    result: Polynomial = {}
    for monomial, coefficient in polynomial_of(term).items():
        named, rest = _take_out(monomial, patterns)
        for name, exponent in rest:
            named = join(named, frozenset(((_fold_inside(name, patterns), exponent),)))
        result = plus(result, {named: coefficient})
    return term_of(result)


def _fold_inside(name: Term, patterns: list[Pattern]) -> Term:
    if name.kind == "sum":
        return sum_over(name.args[0], _fold(name.args[1], patterns))
    if name.kind == "apply":
        return apply(name.args[0], _fold(name.args[1], patterns))
    return _fold(name, patterns) if name.kind == "add" else name


def _take_out(monomial: Monomial, patterns: list[Pattern]) -> tuple[Monomial, Monomial]:
    """What the definitions cover of a product, by their names, and what they leave."""
    named: Monomial = UNIT
    for name, rank, pattern in patterns:
        while (found := _instance(list(pattern), monomial, {})) is not None:
            at, used = found
            here = element(name, *(at[place] for place in reversed(range(rank))))
            named = join(named, frozenset(((here, 1),)))
            monomial = join(monomial, raised(used, -1))
    return named, monomial


def _instance(
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
            rest = _instance(others, monomial, attempt)
            if rest is not None:
                return rest[0], join(rest[1], frozenset(((name, power),)))
    return None
