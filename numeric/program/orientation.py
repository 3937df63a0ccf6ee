"""Products of matrices the way round in which they are read: (a b)ᵀ as bᵀ aᵀ.

To transpose an operand costs nothing, for BLAS reads it either way. A product that lies across the
arrays that it is added to costs time in every operation after it.
"""

from __future__ import annotations

from collections import Counter

from sympy import Expr, Symbol, Tuple

from .vocabulary import OPERATORS, Operation

_SWAPPED = Tuple(1, 0)
_ENTRYWISE = (*OPERATORS, "negative")


def oriented(result: Expr) -> Expr:
    """The expression with transposes moved into products that nobody else reads.

    >>> from numeric.program.printer import ArrayPrinter
    >>> a, b, n = map(Symbol, "abn")
    >>> product = Operation("matmul", Operation("transpose", a, (1, 0)), b)
    >>> whole = Operation("transpose", Operation("divide", product, Operation("real", n)), (1, 0))
    >>> print(ArrayPrinter().doprint(oriented(whole)))
    matmul(transpose(b, (1, 0)), a) / real(n)
    """
    return _Orienting(result).rewritten(result)


class _Orienting:
    def __init__(self, result: Expr) -> None:
        self._reads = _reads(result)
        self._known: dict[Expr, Expr] = {}

    def rewritten(self, part: Expr) -> Expr:
        """The part, and everything in it, with transposes moved inside."""
        if not isinstance(part, Operation):
            return part
        if part not in self._known:
            moved = self._transposed(part.operands[0]) if _is_transpose(part) else None
            operands = [self.rewritten(operand) for operand in part.operands]
            self._known[part] = Operation(part.name, *operands) if moved is None else moved
        return self._known[part]

    def _transposed(self, part: Expr) -> Expr | None:
        """The transpose of a part that is a product that nobody else reads; else None."""
        if not isinstance(part, Operation) or self._reads[part] > 1:
            return None
        if part.name == "matmul":  # of matrices both, for what is transposed has two axes
            left, right = (self.rewritten(operand) for operand in part.operands)
            return Operation("matmul", _turned(right), _turned(left))
        if part.name not in _ENTRYWISE:
            return None
        wide = [operand for operand in part.operands if not _is_number(operand)]
        moved = self._transposed(wide[0]) if len(wide) == 1 else None
        if moved is None:
            return None
        operands = [moved if each is wide[0] else self.rewritten(each) for each in part.operands]
        return Operation(part.name, *operands)


def _is_transpose(part: Operation) -> bool:
    return part.name == "transpose" and part.operands[1] == _SWAPPED


def _turned(matrix: Expr) -> Expr:
    """A matrix transposed; not twice."""
    if isinstance(matrix, Operation) and _is_transpose(matrix):
        return matrix.operands[0]
    return Operation("transpose", matrix, _SWAPPED)


def _is_number(part: Expr) -> bool:
    """Whether a part is made of numbers and sizes alone, and so has no axes."""
    if not isinstance(part, Operation):
        return not isinstance(part, Symbol)
    if part.name == "real":
        return isinstance(part.operands[0], Symbol)
    return part.name in ("number", "pi", "sqrt", *_ENTRYWISE) and all(
        map(_is_number, part.operands)
    )


def _reads(result: Expr) -> Counter[Expr]:
    """How often each operation is read."""
    reads: Counter[Expr] = Counter()
    waiting = [result]
    while waiting:
        part = waiting.pop()
        reads[part] += 1
        if isinstance(part, Operation) and reads[part] == 1:
            waiting += part.operands
    return reads
