"""Sums and products of terms without their zeros and ones.

Sums keep their grouping, for exp(u) - 1 has to stay together to be computed as expm1(u).
"""

from __future__ import annotations

from fractions import Fraction

from derive.kernel.terms import (
    MINUS_ONE,
    ONE,
    ZERO,
    Term,
    apply,
    number,
    power,
    product_of,
    rational,
    sum_of,
)

from ..program.scaling import exponent_less_one


def plus(*parts: Term) -> Term:
    """The sum of the parts; zeros are left out."""
    return sum_of([part for part in parts if part is not ZERO])


def times(*parts: Term) -> Term:
    """The product of the parts, products in it opened up and the numbers put together.

    >>> from derive.kernel.terms import element, multiply
    >>> from derive.plain_text import show
    >>> print(show(times(number(2), multiply(element("a"), number(3)), ONE)))
    6*a
    """
    scale = Fraction(1)
    factors: list[Term] = []
    for factor in (f for part in parts for f in factors_of(part)):
        value = rational(factor)
        if value is None:
            factors.append(factor)
        else:
            scale *= value
    if scale == 0:
        return ZERO
    return product_of([*([] if scale == 1 else [number(scale)]), *factors])


def factors_of(term: Term) -> list[Term]:
    """The factors of a term, products in products opened up."""
    if term.kind != "multiply":
        return [term]
    return [factor for part in term.args for factor in factors_of(part)]


def minus(term: Term) -> Term:
    """-1 times the term."""
    return times(MINUS_ONE, term)


def raised(base: Term, exponent: Fraction | int) -> Term:
    """base ** exponent, with the powers of powers by natural numbers put together."""
    if exponent == 1 or base is ONE:
        return base
    if exponent == 0:
        return ONE
    return power(base, number(exponent))


def over(above: Term, below: Term) -> Term:
    """above / below; a factor that both have is left out.

    Nothing is lost where below has no value, or is 0: the caller has divided by it before.
    """
    left, divided = factors_of(above), factors_of(below)
    for factor in list(divided):
        if factor in left:
            left.remove(factor)
            divided.remove(factor)
    return times(*left, *(inverse(factor) for factor in divided))


def inverse(term: Term) -> Term:
    """1 / term, where the inverse of a ** -e is a ** e."""
    if term.kind == "power" and rational(term.args[1]) is not None:
        base, exponent = term.args
        value = rational(exponent)
        assert value is not None
        return raised(base, -value)
    if term.kind == "apply" and term.args[0] == "exp":
        return apply("exp", minus(term.args[1]))
    return raised(term, -1)


def parts_of(term: Term) -> list[Term]:
    """The parts of a sum, sums in sums and -1 times a sum opened up; exp(u) - 1 stays together."""
    if term.kind == "add" and exponent_less_one(term) is None:
        return [inner for part in term.args for inner in parts_of(part)]
    factors = factors_of(term)
    if len(factors) == 2 and MINUS_ONE in factors:
        (other,) = [factor for factor in factors if factor is not MINUS_ONE] or (MINUS_ONE,)
        inner = parts_of(other)
        return [minus(part) for part in inner] if len(inner) > 1 else [term]
    return [term]
