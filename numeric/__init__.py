"""Run gradients as NumPy, and try to break them.

>>> from derive import theorem
>>> from numeric import functions
>>> functions(theorem("softmax_jacobian")).gradient(x=[0.0, 0.0])
array([[ 0.25, -0.25],
       [-0.25,  0.25]])

Names are loaded when they are first used: whoever checks a claim needs neither NumPy nor SymPy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .callables import Function, Functions, functions
    from .compile import Compiled, NotCompiled, compile_term
    from .crosscheck import CrossCheck, cross_check
    from .difference_check import DifferenceCheck, difference_check
    from .differences import central_difference, central_differences, forward_difference
    from .errors import InputError
    from .witnesses import Counterexample, refute

_MODULE_OF = {
    "Compiled": "compile",
    "Counterexample": "witnesses",
    "CrossCheck": "crosscheck",
    "DifferenceCheck": "difference_check",
    "Function": "callables",
    "Functions": "callables",
    "InputError": "errors",
    "NotCompiled": "compile",
    "central_difference": "differences",
    "central_differences": "differences",
    "compile_term": "compile",
    "cross_check": "crosscheck",
    "difference_check": "difference_check",
    "forward_difference": "differences",
    "functions": "callables",
    "refute": "witnesses",
}

__all__ = [
    "Compiled",
    "Counterexample",
    "CrossCheck",
    "DifferenceCheck",
    "Function",
    "Functions",
    "InputError",
    "NotCompiled",
    "central_difference",
    "central_differences",
    "compile_term",
    "cross_check",
    "difference_check",
    "forward_difference",
    "functions",
    "refute",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'numeric' has no attribute {name!r}")
    value = getattr(import_module(f".{_MODULE_OF[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
