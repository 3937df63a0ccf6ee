"""Run gradients as NumPy, and try to break them.

>>> from derive import theorem
>>> from numeric import functions
>>> functions(theorem("softmax_jacobian")).gradient(x=[0.0, 0.0])
array([[ 0.25, -0.25],
       [-0.25,  0.25]])
"""

from .arrays import InputError
from .compile import Compiled, NotCompiled, compile_term
from .crosscheck import CrossCheck, cross_check
from .differences import central_difference, central_differences, forward_difference
from .functions import Function, Functions, functions
from .witnesses import Counterexample, refute

__all__ = [
    "Compiled",
    "Counterexample",
    "CrossCheck",
    "Function",
    "Functions",
    "InputError",
    "NotCompiled",
    "central_difference",
    "central_differences",
    "compile_term",
    "cross_check",
    "forward_difference",
    "functions",
    "refute",
]
