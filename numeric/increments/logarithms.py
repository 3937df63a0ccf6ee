"""Logarithms of products as sums of logarithms: log(a b / c) = log a + log b - log c."""

from __future__ import annotations

from derive.kernel.terms import Term, apply, is_applied, rational
from derive.rebinding import rebuild

from .building import plus, times


def split_logarithms(term: Term) -> Term:
    """The term with the logarithms of products, powers and exponentials taken apart.

    Both are equal wherever both have a value.

    >>> from derive.kernel.terms import apply, element, multiply, power, number
    >>> from derive.plain_text import show
    >>> quotient = multiply(apply("exp", element("a")), power(element("b"), number(-1)))
    >>> print(show(split_logarithms(apply("log", quotient))))
    (a + -1*log(b))
    """
    if not term.parts:
        return term
    args = [split_logarithms(arg) if isinstance(arg, Term) else arg for arg in term.args]
    inner = rebuild(term, args)
    return _logarithm(inner.args[1], inner) if is_applied("log", inner) else inner


def _logarithm(argument: Term, whole: Term) -> Term:
    """The logarithm of an argument; ``whole`` is what it was written as."""
    match argument.kind:
        case "multiply":
            return plus(*(_of(factor) for factor in argument.args))
        case "power" if rational(argument.args[1]) is not None:
            return times(argument.args[1], _of(argument.args[0]))
        case "apply" if argument.args[0] == "exp":
            exponent: Term = argument.args[1]
            return exponent
        case _:
            return whole


def _of(factor: Term) -> Term:
    return _logarithm(factor, apply("log", factor))
