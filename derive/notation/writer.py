"""SymPy out: terms as expressions, with the symbols and the bound names that a reader saw."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, count
from typing import Any

import sympy
from sympy import Expr, Idx, KroneckerDelta, Sum

from ..kernel import Term
from ..kernel.terms import Index
from ..symbols import Definition, Size, Where, index, size_of
from .functions import FUNCTIONS
from .reader import Reader


@dataclass(frozen=True)
class Writer:
    """Turns terms back into expressions, with the symbols and bound names that a reader saw.

    Elements of ``definitions``, which folding puts in, are written by their names.
    """

    reader: Reader
    definitions: tuple[Definition, ...] = ()

    def expression(self, term: Term, bound: tuple[Idx, ...] = ()) -> Expr:
        """The expression of a term; ``bound`` are the names of its loose indices."""

        def write(part: Term) -> Expr:
            return self.expression(part, bound)

        args = term.args
        match term.kind:
            case "number":
                return sympy.Rational(*args)
            case "size":
                return Size(args[0])
            case "constant":
                return sympy.pi
            case "position":
                return self._index(args[0], bound)
            case "delta":
                return KroneckerDelta(*[self._index(end, bound) for end in args])
            case "element":
                symbol = self._symbol(args[0])
                return symbol[tuple(self._index(i, bound) for i in args[1])] if args[1] else symbol
            case "add":
                return sympy.Add(*map(write, args))
            case "multiply":
                return sympy.Mul(*map(write, args))
            case "power":
                return sympy.Pow(*map(write, args))
            case "apply":
                return FUNCTIONS[args[0]](write(args[1]))
            case "sum":
                counter = self.fresh(args[0], term, bound)
                body = self.expression(args[1], (counter, *bound))
                return Sum(body, (counter, 0, Size(args[0]) - 1))
            case _:
                return Where(*_relation(args[0], *map(write, args[1:3])), write(args[3]))

    def _symbol(self, name: str) -> Any:
        named = {str(definition.label): definition for definition in self.definitions}
        return named[name] if name in named else self.reader.names[name]

    def _index(self, at: Index, bound: tuple[Idx, ...]) -> Any:
        if isinstance(at, tuple):
            return self._symbol(at[0])[tuple(self._index(inner, bound) for inner in at[1:])]
        return bound[at] if isinstance(at, int) else index(at, Size(self.reader.indices[at]))

    def fresh(self, below: str, term: Term, bound: tuple[Idx, ...]) -> Idx:
        """A name for a bound index that no index around the sum or in it has, and no free one."""
        taken = {str(i.label) for i in bound} | {i for i in term.indices if isinstance(i, str)}
        taken |= set(self.reader.indices)
        seen = [str(c.label) for c in self.reader.counters if size_of(c) == Size(below)]
        names = chain(seen, "jklabcdefg", (f"k{number}" for number in count()))
        known = self.reader.names
        fresh = (
            name
            for name in names
            if name not in taken and known.get(name) in (None, Idx(name, Size(below)))
        )
        return index(next(fresh), Size(below))


def _relation(sign: str, left: Expr, right: Expr) -> tuple[str, Expr, Expr]:
    """The comparison as people write it, a number on the right: x > 0 for 0 < x."""
    if left.is_number and not right.is_number and sign in ("<", "<="):
        return sign.replace("<", ">"), right, left
    return "==" if sign == "=" else sign, left, right
