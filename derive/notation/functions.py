"""The functions of the notation: those that the kernel has, and those that abbreviate formulas."""

from __future__ import annotations

from collections.abc import Callable

import sympy

from ..abbreviations import ABBREVIATIONS as BY_NAME
from ..kernel.terms import ONE, Term, apply, constant, negate
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

# SymPy's function -> what it abbreviates. Arguments of max and min come with numbers first.
ABBREVIATIONS: dict[type[sympy.Basic], Callable[..., Term]] = {
    sigmoid: BY_NAME["sigmoid"],
    softplus: BY_NAME["softplus"],
    sympy.tanh: BY_NAME["tanh"],
    sympy.cosh: BY_NAME["cosh"],
    sympy.sinh: BY_NAME["sinh"],
    sympy.Abs: BY_NAME["abs"],
    sympy.sign: BY_NAME["sign"],
    sympy.Max: BY_NAME["max"],
    sympy.Min: BY_NAME["min"],
    sympy.re: lambda u: u,  # SymPy's |exp(u)| is exp(re(u)); everything here is real
}

KNOWN = ("sqrt", *(f.__name__ for f in (*FUNCTIONS.values(), *ABBREVIATIONS) if f is not sympy.re))
