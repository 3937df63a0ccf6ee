"""Sums in normal form: taken apart, sifted, merged and put in order."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from ..kernel import Term
from ..kernel.judgement import Context
from ..kernel.polynomial import Polynomial, atom, plus, times
from ..kernel.prenex import Bag, prenex
from ..kernel.terms import (
    ZERO,
    instantiate,
    multiply,
    number,
    plain_indices,
    product_of,
    shift,
    size,
    sum_over,
)
from ..rebinding import abstract
from .normal import Normal
from .polynomials import constant, factor_of, in_order, monomials_of, polynomial_of
from .sums import canonical_sum, written

if TYPE_CHECKING:
    from .normal_form import Normaliser


class Summing:
    """The part of the normaliser that knows of sums."""

    def __init__(self, normaliser: Normaliser) -> None:
        self._normaliser = normaliser
        self._ledger = normaliser.ledger
        self._exposed: set[tuple[Term, Context]] = set()

    def sum(self, term: Term, context: Context) -> Normal:
        """Distribute over the parts of the body, then bring each sum of one product into form."""
        below, body = term.args
        inner = (below, *context)
        normal = self._normaliser.normal(body, inner)
        if not normal.polynomial:
            empty = multiply(ZERO, size(below))
            rewritten = self._ledger.step("fubini", context, sum_over(below, ZERO), empty, ())
            return Normal({}, [*self._distributed(body, normal, inner), rewritten])
        total = Normal({}, self._distributed(body, normal, inner))
        for _, product in monomials_of(normal.polynomial):
            part = self._sum_of_product(below, product, context)
            total.polynomial = plus(total.polynomial, part.polynomial)
            total.evidence += part.evidence
        return total

    def _distributed(self, body: Term, normal: Normal, inner: Context) -> list[int]:
        """body = u + v + .. gives sum body = sum u + sum v + .."""
        line = self._normaliser.equation(body, inner)
        if line is None:
            if len(normal.polynomial) <= 1:
                return []
            line = self._ledger.field(body, body, inner, [])
        return [self._ledger.step("linear", premises=(line,))]

    def _sum_of_product(self, below: str, product: Term, context: Context) -> Normal:
        sifted = self._sift(below, product, context)
        if sifted is not None:
            return sifted
        total = sum_over(below, product)
        exposed = self._expose(total, context)
        if exposed is not None:
            return exposed
        canonical, matching = canonical_sum(total)
        if canonical is total:
            return self._known(total, context)
        line = self._ledger.rewrite("fubini", total, canonical, context, total, canonical, matching)
        if line is None:
            return Normal(atom(total))
        result = self._atoms_used(polynomial_of(canonical), context)
        return Normal(result.polynomial, [line, *result.evidence])

    def _atoms_used(self, polynomial: Polynomial, context: Context) -> Normal:
        """Replace sums whose value is a hypothesis, such as sum_k y[k] = 1."""
        ((monomial, coefficient),) = polynomial.items()
        result = Normal(constant(coefficient))
        for name, exponent in in_order(monomial):
            part = Normal(atom(name, exponent))
            if exponent == 1 and name.kind == "sum":
                part = self._known(name, context)
            result.polynomial = times(result.polynomial, part.polynomial)
            result.evidence += part.evidence
        result.polynomial = self._normaliser.reduced(result.polynomial)
        return result

    def _known(self, total: Term, context: Context) -> Normal:
        """A sum whose value is stated, or that is 1 or 0 because one place or none is meant."""
        placed = self._normaliser.shifts.sifted(total, context)
        if placed is None:
            return self._normaliser.equations.used(atom(total), context)
        rest = self._normaliser.normal(self._ledger.right_side(placed[-1]), context)
        return Normal(rest.polynomial, [*placed, *rest.evidence])

    # ---- sum_k delta(k, i) f(k) = f(i)

    def _sift(self, below: str, product: Term, context: Context) -> Normal | None:
        factors = product.args if product.kind == "multiply" else (product,)
        total = sum_over(below, product)
        for factor in factors:
            if factor.kind != "delta" or 0 not in factor.args:
                continue
            other = factor.args[1] if factor.args[0] == 0 else factor.args[0]
            if 0 in plain_indices((other,)):
                continue
            at = shift(other, -1)
            line = self._ledger.rewrite("sift", total, instantiate(product, at), context, total, at)
            if line is not None:
                rest = self._normaliser.normal(self._ledger.right_side(line), context)
                return Normal(rest.polynomial, [line, *rest.evidence])
        return None

    # ---- an inner sum that is worth taking by itself

    def _expose(self, total: Term, context: Context) -> Normal | None:
        """Draw a binder inside where the sum over it alone is known, or cancels.

        sum_k sum_b Y[b, k] z[b] holds sum_k Y[b, k] for every b, whose value may be a hypothesis,
        and sum_k sum_b e[b, k] / Z[b] holds Z[b] where that is sum_k e[b, k].
        """
        if total.args[1].kind != "sum" and not any(p.kind == "sum" for p in total.args[1].parts):
            return None
        bag = prenex(total, (f"#{place}" for place in count()))
        for name in list(bag.binders) if len(bag.binders) > 1 else ():
            inner = self._inner_sum(bag, name)
            if inner is None or not self._is_worth_it(bag, name, inner):
                continue
            rewritten, matching = _nested(bag, name, inner)
            if (rewritten, context) in self._exposed:
                continue
            self._exposed.add((rewritten, context))
            line = self._ledger.rewrite(
                "fubini", total, rewritten, context, total, rewritten, matching
            )
            if line is not None:
                rest = self._normaliser.normal(rewritten, context)
                return Normal(rest.polynomial, [line, *rest.evidence])
        return None

    def _inner_sum(self, bag: Bag, name: str) -> Term | None:
        """The sum over one binder of the factors that use it; None where it uses all of them."""
        inside = [(f, e) for f, e in bag.factors.items() if name in f.indices]
        if not inside or len(inside) == len(bag.factors):
            return None
        body = product_of(written([(abstract(f, name), e) for f, e in inside]))
        return sum_over(bag.binders[name], body)

    def _is_worth_it(self, bag: Bag, name: str, inner: Term) -> bool:
        below = (f.args[0] for f in bag.factors if f.kind == "power" and name not in f.indices)
        return inner in set(below) or self._normaliser.equations.speaks_of(inner)


def _nested(bag: Bag, name: str, inner: Term) -> tuple[Term, tuple[int, ...]]:
    """The product with the sum over one binder innermost, and the matching of the binders."""
    outer = [other for other in bag.binders if other != name]
    rest = [factor_of(f, e) for f, e in bag.factors.items() if name not in f.indices]
    scale = [] if bag.coefficient == 1 else [number(bag.coefficient)]
    body = abstract(product_of([*scale, *rest, inner]), *outer)
    for other in reversed(outer):
        body = sum_over(bag.binders[other], body)
    return body, tuple(int(other[1:]) for other in (*outer, name))
