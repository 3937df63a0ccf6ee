"""Polynomials whose atoms are terms, and how they are written as terms."""

from __future__ import annotations

from ..kernel import Term
from ..kernel.polynomial import (
    UNIT,
    Monomial,
    Polynomial,
    Rational,
    atom,
    plus,
    times,
    whole,
)
from ..kernel.terms import (
    apply,
    multiply,
    number,
    power,
    product_of,
    rational,
    sum_of,
)
from .order import order


def constant(value: Rational) -> Polynomial:
    """A constant as a polynomial."""
    return {UNIT: whole(value)} if value else {}


def factor_of(name: Term, exponent: int | object) -> Term:
    """One atom to its exponent, as a term; exp(m)**c is written exp(c*m)."""
    if exponent == 1:
        return name
    if name.kind == "apply" and name.args[0] == "exp":
        inner = name.args[1]
        parts = inner.args if inner.kind == "multiply" else (inner,)
        return apply("exp", multiply(number(exponent), *parts))  # type: ignore[arg-type]
    return power(name, number(exponent))  # type: ignore[arg-type]


def in_order(monomial: Monomial) -> list[tuple[Term, Rational]]:
    """The atoms and exponents of a monomial in canonical order, the same in every run."""
    return sorted(monomial, key=lambda pair: (order(pair[0]), pair[1]))


def monomial_term(monomial: Monomial, coefficient: object = 1) -> Term:
    """One monomial as a term, its factors in canonical order."""
    factors = [factor_of(name, exponent) for name, exponent in in_order(monomial)]
    if coefficient != 1 or not factors:
        factors.insert(0, number(coefficient))  # type: ignore[arg-type]
    return product_of(factors)


def monomials_of(polynomial: Polynomial) -> list[tuple[Monomial, Term]]:
    """The monomials of a polynomial with their terms, in canonical order."""
    found = [(m, monomial_term(m, polynomial[m])) for m in polynomial]
    return sorted(found, key=lambda pair: order(pair[1])) if len(found) > 1 else found


def term_of(polynomial: Polynomial) -> Term:
    """A polynomial as a term."""
    return sum_of([term for _, term in monomials_of(polynomial)])


def polynomial_of(term: Term) -> Polynomial:
    """The polynomial that a term in normal form was written from."""
    total: Polynomial = {}
    for part in term.args if term.kind == "add" else (term,):
        product: Polynomial = {UNIT: 1}
        for factor in part.args if part.kind == "multiply" else (part,):
            product = times(product, _factor_polynomial(factor))
        total = plus(total, product)
    return total


def _factor_polynomial(factor: Term) -> Polynomial:
    """The inverse of ``factor_of``, for numbers too."""
    value = rational(factor)
    if value is not None:
        return constant(value)
    if factor.kind == "power":
        exponent = rational(factor.args[1])
        return atom(factor) if exponent is None else atom(factor.args[0], exponent)
    if is_exp(factor) and factor.args[1].kind == "multiply":
        first, *rest = factor.args[1].args
        scale = rational(first)
        if scale is not None:
            return atom(apply("exp", product_of(rest)), scale)
    return atom(factor)


def is_exp(term: Term) -> bool:
    """Whether a term is an exponential."""
    return term.kind == "apply" and bool(term.args[0] == "exp")
