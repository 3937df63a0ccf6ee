"""Programs that write over their own intermediate arrays, instead of asking for new memory.

Fresh memory costs more than an addition of what is in it, and every array that is not there need
not fit into the cache. So where an operation entry by entry is the last to read an array that the
program has made itself, its result goes into that array::

    t0 = exp(x - y)              t0 = over(exp, (0,), over(subtract, (), x, y))
    return t0 / sum(t0, 0)       return over(divide, (0,), t0, sum(t0, 0))

The values are the same to the last bit. What may be written over is found in the text; whether it
fits (``over``) when the program runs.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Sequence
from types import CodeType, FunctionType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..workspace import Workspace
from .vocabulary import OPERATORS, Namespace

_UFUNCS = ("exp", "log", "expm1", "log1p", "sqrt", "sin", "cos", "maximum")
_FRESH = (*_UFUNCS, "amax", "sum", "matmul", "select", "spread")  # never a view of an operand
_NAMES = {"Add": "add", "Sub": "subtract", "Mult": "multiply", "Div": "divide"}
assert {*_NAMES.values()} == {*OPERATORS}

LARGE = 2**15  # bytes; for smaller arrays the text as it stands is as fast
Make = Callable[[tuple[int, ...], np.dtype[Any]], NDArray[Any]]


def reusing(text: str) -> CodeType:
    """The code of a program that writes over its intermediate arrays.

    It runs in the namespace of the program with ``over`` and the operators' ufuncs besides.
    """
    tree = ast.parse(text)
    (function,) = tree.body
    assert isinstance(function, ast.FunctionDef)
    last = {
        node.id: place
        for place, statement in enumerate(function.body)
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    fresh: set[str] = set()
    for place, statement in enumerate(function.body):
        dying = {name for name in fresh if last.get(name) == place}
        value = getattr(statement, "value")  # noqa: B009  (both kinds of statement have one)
        if isinstance(statement, ast.Assign) and _is_fresh(value):
            fresh |= {target.id for target in statement.targets if isinstance(target, ast.Name)}
        _Rewriting(dying, value).visit(statement)
    code = compile(ast.fix_missing_locations(tree), "<compiled>", "exec")
    found: list[CodeType] = [const for const in code.co_consts if isinstance(const, CodeType)]
    return found[0]


def _is_fresh(node: ast.expr) -> bool:
    """Whether the value is in an array of its own, that nothing else sees."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in _FRESH
    return isinstance(node, ast.BinOp | ast.UnaryOp)


class _Rewriting(ast.NodeTransformer):
    """Rewrites one statement; ``dying`` are the arrays that no later statement reads."""

    def __init__(self, dying: set[str], value: ast.expr) -> None:
        self._dying, self._uses = dying, _uses(value)

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """An operator between two values."""
        return self._over(node, _NAMES[type(node.op).__name__], [node.left, node.right])

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        """A sign; one before a number is part of that."""
        if isinstance(node.operand, ast.Constant):
            return node
        return self._over(node, "negative", [node.operand])

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """A function."""
        assert isinstance(node.func, ast.Name)
        if node.func.id in _UFUNCS:
            return self._over(node, node.func.id, node.args)
        node.args = [self.visit(operand) for operand in node.args]
        return node

    def _over(self, node: ast.expr, name: str, operands: list[ast.expr]) -> ast.expr:
        inside = _uses(node)
        free = [k for k, operand in enumerate(operands) if self._is_free(operand, inside)]
        visited = [self.visit(operand) for operand in operands]
        places = ast.Tuple([ast.Constant(k) for k in free], ast.Load())
        arguments = [ast.Name(name, ast.Load()), places, *visited]
        return ast.Call(ast.Name("over", ast.Load()), arguments, [])

    def _is_free(self, operand: ast.expr, inside: Counter[str]) -> bool:
        """Whether nothing reads the operand afterwards: neither a later statement nor this one."""
        if isinstance(operand, ast.Name):
            name = operand.id
            return name in self._dying and self._uses[name] == inside[name]
        return _is_fresh(operand)


def _uses(node: ast.AST) -> Counter[str]:
    return Counter(part.id for part in ast.walk(node) if isinstance(part, ast.Name))


def bound(code: CodeType, namespace: Namespace, make: Make | None = None) -> Callable[..., Any]:
    """The code as a function; results that fit nowhere go into arrays that ``make`` returns.

    A result without axes is a number and needs no array.
    """

    def over(operation: np.ufunc, free: tuple[int, ...], *operands: Any) -> Any:
        shapes = [getattr(operand, "shape", ()) for operand in operands]
        shape = shapes[0] if len(shapes) == 1 else _broadcast(*shapes)
        if not shape:
            return operation(*operands)
        dtypes = {operand.dtype for operand in operands if hasattr(operand, "dtype")}
        if len(dtypes) == 1:
            for k in free:
                if shapes[k] == shape:
                    return operation(*operands, out=operands[k])
            if make is not None:
                return operation(*operands, out=make(shape, *dtypes))
        return operation(*operands)

    ufuncs = {name: getattr(np, name) for name in (*_NAMES.values(), "negative")}
    return FunctionType(code, {**namespace, **ufuncs, "over": over})


def _broadcast(left: tuple[int, ...], right: tuple[int, ...]) -> tuple[int, ...]:
    if left == right or not right:
        return left
    return right if not left else np.broadcast_shapes(left, right)


class Target:
    """Gives out arrays to write to: once the one that the result is to be in, where that fits.

    It is not given out where it shares memory with an array that the program reads.
    """

    def __init__(
        self, workspace: Workspace, out: NDArray[Any], read: Sequence[NDArray[Any]]
    ) -> None:
        self._workspace = workspace
        self._out = None if any(np.may_share_memory(out, array) for array in read) else out

    def make(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
        """An array whose entries are anything."""
        out = self._out
        if out is not None and out.shape == shape and out.dtype == dtype:
            self._out = None
            return out
        return self._workspace.take(shape, dtype)
