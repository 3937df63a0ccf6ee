"""The functions of the notation: those that the kernel has, and those that abbreviate formulas."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

import sympy

from ..kernel.terms import (
    MINUS_ONE,
    ONE,
    ZERO,
    Term,
    add,
    apply,
    constant,
    multiply,
    negate,
    number,
    power,
    where,
)
from ..symbols import sigmoid, softplus

# The kernel's name -> SymPy's function.
FUNCTIONS = {
    "exp": sympy.exp,
    "log": sympy.log,
    "sin": sympy.sin,
    "cos": sympy.cos,
    "erf": sympy.erf,
    "lgamma": sympy.loggamma,
    "digamma": sympy.digamma,
}

CONSTANTS = {
    sympy.pi: constant("pi"),
    sympy.E: apply("exp", ONE),
    sympy.EulerGamma: negate(apply("digamma", ONE)),  # what SymPy makes of digamma(1)
}


def _sigmoid(u: Term) -> Term:
    """1 / (1 + exp(-u))"""
    return power(add(ONE, apply("exp", negate(u))), MINUS_ONE)


def _softplus(u: Term) -> Term:
    """log(1 + exp(u))"""
    return apply("log", add(ONE, apply("exp", u)))


def _tanh(u: Term) -> Term:
    """1 - 2 / (1 + exp(2 u)): u stands in it once, so that layers in layers stay small"""
    twice = apply("exp", multiply(number(2), u))
    return add(ONE, multiply(number(-2), power(add(ONE, twice), MINUS_ONE)))


def _cosh(u: Term) -> Term:
    """(exp(u) + exp(-u)) / 2"""
    return multiply(number(1, 2), add(apply("exp", u), apply("exp", negate(u))))


def _sinh(u: Term) -> Term:
    """(exp(u) - exp(-u)) / 2"""
    return multiply(number(1, 2), add(apply("exp", u), negate(apply("exp", negate(u)))))


def _abs(u: Term) -> Term:
    """2 [0 < u] u - u"""
    return add(multiply(number(2), where("<", ZERO, u, u)), negate(u))


def _sign(u: Term) -> Term:
    """[0 < u] - [u < 0]"""
    return add(where("<", ZERO, u, ONE), negate(where("<", u, ZERO, ONE)))


def _larger(a: Term, b: Term) -> Term:
    """a + [a < b] (b - a)"""
    if a is ZERO:
        return where("<", a, b, b)
    return add(a, where("<", a, b, add(b, negate(a))))


def _smaller(a: Term, b: Term) -> Term:
    """a + [b < a] (b - a)"""
    if a is ZERO:
        return where("<", b, a, b)
    return add(a, where("<", b, a, add(b, negate(a))))


# What the other functions stand for. Arguments of max and min come with numbers first.
ABBREVIATIONS: dict[type[sympy.Basic], Callable[..., Term]] = {
    sigmoid: _sigmoid,
    softplus: _softplus,
    sympy.tanh: _tanh,
    sympy.cosh: _cosh,
    sympy.sinh: _sinh,
    sympy.Abs: _abs,
    sympy.sign: _sign,
    sympy.Max: lambda *parts: reduce(lambda last, part: _larger(part, last), reversed(parts)),
    sympy.Min: lambda *parts: reduce(lambda last, part: _smaller(part, last), reversed(parts)),
    sympy.re: lambda u: u,  # SymPy's |exp(u)| is exp(re(u)); everything here is real
}

KNOWN = ("sqrt", *(f.__name__ for f in (*FUNCTIONS.values(), *ABBREVIATIONS) if f is not sympy.re))
