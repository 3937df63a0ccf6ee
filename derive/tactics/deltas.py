"""Kronecker's delta in normal forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..kernel import Term
from ..kernel.judgement import Context
from ..kernel.polynomial import UNIT, Rational, atom
from ..kernel.terms import Index, delta, instantiate, multiply, shift
from ..rebinding import replace_index
from .normal import Normal

if TYPE_CHECKING:
    from .normal_form import Normaliser


class Deltas:
    """The part of the normaliser that knows of delta."""

    def __init__(self, normaliser: Normaliser) -> None:
        self._ledger = normaliser.ledger

    def delta(self, term: Term, context: Context) -> Normal:
        """1 for equal indices; else delta of the two in canonical order."""
        one, other = term.args
        if one == other:
            return Normal({UNIT: 1})
        return Normal(atom(delta(*sorted((one, other), key=_index_order))))

    def concerns(self, name: Term, exponent: Rational) -> bool:
        """Whether a factor is a delta."""
        return name.kind == "delta"

    def rewritten(self, product: Term, context: Context) -> list[int] | None:
        """delta(i, j) f(j) = delta(i, j) f(i), where that changes something"""
        for factor in product.args if product.kind == "multiply" else ():
            if factor.kind != "delta" or not _reads(factor.args[1], product, factor):
                continue
            new, old = factor.args
            body = multiply(*[_opened(f, old, f is factor) for f in product.args])
            moved = instantiate(body, new)
            if moved is not product:
                step = ("delta_move", product, moved, context, body, old, new)
                line = self._ledger.rewrite(*step)
                if line is not None:
                    return [line]
        return None


def _opened(factor: Term, old: Index, stays: bool) -> Term:
    """The factor with bound index 0 of a new binder in place of the index, unless it stays."""
    inner = shift(factor, 1)
    return inner if stays else replace_index(inner, shift(old, 1), 0)


def _reads(index: Index, product: Term, but: Term) -> bool:
    """Whether any other factor of the product uses an index."""
    return isinstance(index, tuple) or any(
        index in factor.indices for factor in product.args if factor is not but
    )


def _index_order(index: Index) -> tuple[bool, str, str]:
    """Free indices first: they are the ones to keep."""
    return (not isinstance(index, str), type(index).__name__, str(index))
