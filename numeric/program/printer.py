"""From operations on arrays to the text of a NumPy program, through ``sympy.lambdify``."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Sequence
from itertools import count
from types import FunctionType
from typing import Any

import numpy as np
from sympy import Expr, Symbol, lambdify
from sympy.printing.numpy import NumPyPrinter

from .vocabulary import OPERATORS, Operation, numpy_namespace

_TIGHTNESS = {"add": 1, "subtract": 1, "multiply": 2, "divide": 2, "negative": 3}
_ATOM = 4
_RIGHT_TIGHTER = ("subtract", "divide")  # a - (b - c) needs its brackets
_LARGEST_INLINE = 4  # operations on one line, so that it reads well
_FREE = ("expand", "transpose", "number")  # cost nothing, so they never get a name


class ArrayPrinter(NumPyPrinter):  # type: ignore[misc]
    """Prints operations of the vocabulary as Python; everything else as SymPy's own printer."""

    def _print_Operation(self, operation: Operation) -> str:  # noqa: N802  (SymPy's convention)
        name, operands = operation.name, operation.operands
        if name in OPERATORS:
            tightness = _TIGHTNESS[name]
            left = self._bracketed(operands[0], tightness)
            right = self._bracketed(operands[1], tightness + _is_tighter(name, operands[1]))
            return f"{left} {OPERATORS[name]} {right}"
        if name == "negative":
            return f"-{self._bracketed(operands[0], _TIGHTNESS[name])}"
        if name == "expand":
            return f"{self._bracketed(operands[0], _ATOM)}[{operands[1].name}]"
        return f"{name}({', '.join(map(self._print, operands))})"

    def _print_Str(self, text: Any) -> str:  # noqa: N802
        return repr(text.name)

    def _print_Tuple(self, items: Any) -> str:  # noqa: N802
        return f"({', '.join(map(self._print, items))}{',' if len(items) == 1 else ''})"

    def _bracketed(self, operand: Expr, wanted: int) -> str:
        tightness = _TIGHTNESS.get(operand.name, _ATOM) if isinstance(operand, Operation) else _ATOM
        text: str = self._print(operand)
        return text if tightness >= wanted else f"({text})"


def _is_tighter(name: str, right: Expr) -> bool:
    """Whether the right operand has to bind tighter than the operator; a * (b / c) rounds so."""
    is_quotient = isinstance(right, Operation) and right.name == "divide"
    return name in _RIGHT_TIGHTER or (name == "multiply" and is_quotient)


def function_of(arguments: Sequence[Symbol], result: Expr) -> tuple[FunctionType, str]:
    """The NumPy function of an expression, and its text: one statement for each shared part."""
    statements, value = shared(result, {argument.name for argument in arguments})
    function = lambdify(
        arguments,
        value,
        modules=[dict(numpy_namespace(np.dtype(np.float64)))],
        printer=ArrayPrinter(),
        cse=lambda _: (statements, value),
        docstring_limit=0,
    )
    return function, inspect.getsource(function).replace(function.__name__, "compiled", 1)


def shared(result: Expr, taken: set[str]) -> tuple[list[tuple[Symbol, Expr]], Expr]:
    """Names for the parts that occur more than once or are long, and the result by those names.

    In the form of ``sympy.cse``: pairs of a symbol and its expression in the order of computing,
    and the expression that is left. SymPy's own would also give names to axes and shapes.
    """
    uses = _uses(result)
    names = (Symbol(f"t{n}") for n in count() if f"t{n}" not in taken)
    statements: list[tuple[Symbol, Expr]] = []
    written: dict[Expr, tuple[Expr, int]] = {}  # by names, and the operations that it has then

    def write(part: Expr) -> tuple[Expr, int]:
        if part not in written:
            written[part] = named(part, *rewritten(part))
        return written[part]

    def rewritten(part: Expr) -> tuple[Expr, int]:
        if not isinstance(part, Operation):
            return part, 0
        operands = [write(operand) for operand in part.operands]
        length = sum(length for _, length in operands) + (part.name not in _FREE)
        return Operation(part.name, *(text for text, _ in operands)), length

    def named(part: Expr, text: Expr, length: int) -> tuple[Expr, int]:
        if not length or part.name in _FREE or (uses[part] == 1 and length <= _LARGEST_INLINE):
            return text, length
        statements.append((next(names), text))
        return statements[-1][0], 0

    return statements, rewritten(result)[0]


def _uses(result: Expr) -> Counter[Expr]:
    """How often each operation is read; one that never gets a name passes its uses on."""
    uses: Counter[Expr] = Counter()
    waiting = [result]
    while waiting:
        part = waiting.pop()
        uses[part] += 1
        if isinstance(part, Operation) and (uses[part] == 1 or part.name in _FREE):
            waiting += part.operands
    return uses
