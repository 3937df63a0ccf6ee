"""The sum-product normal form, every rewrite a recorded step of the kernel.

A term becomes a polynomial whose atoms are terms: elements, sizes, sums in canonical form (see
``sums.py``), exponentials of one monomial, logarithms, inverses. Equal sums of products come out as
equal polynomials, so that comparing two formulas is comparing two dictionaries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ..kernel import Equation, Refused, Term
from ..kernel.polynomial import (
    UNIT,
    Polynomial,
    atom,
    coefficient_power,
    constant,
    expanded,
    plus,
    raised,
    times,
)
from ..kernel.terms import (
    ZERO,
    Index,
    apply,
    delta,
    instantiate,
    multiply,
    plain_indices,
    product_of,
    rational,
    replace_index,
    shift,
    shift_index,
    size,
    sum_over,
)
from .ledger import Context, Ledger, NotProved, OutOfSteps
from .matching import hypotheses_matching
from .polynomials import is_exp, monomial_term, monomials_of, polynomial_of, term_of
from .sums import canonical_sum


@dataclass
class Normal:
    """A polynomial over terms, and the lines from which ``field`` derives that a term equals it."""

    polynomial: Polynomial
    evidence: list[int] = field(default_factory=list)

    @property
    def term(self) -> Term:
        """The polynomial written out as a term."""
        return term_of(self.polynomial)

    def lifted(self, by: int) -> Normal:
        """The same, seen from under further binders; the evidence lifts by itself."""
        if by == 0 or all(name.loose == 0 for m in self.polynomial for name, _ in m):
            return self
        lifted = {
            frozenset((shift(name, by), e) for name, e in monomial): coefficient
            for monomial, coefficient in self.polynomial.items()
        }
        return Normal(lifted, self.evidence)


class Normaliser:
    """Brings terms to normal form within one ledger; results are remembered."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._known: dict[tuple[Term, Context], Normal] = {}
        self._walked: dict[tuple[Term, Context], Normal] = {}
        self._in_use: set[tuple[Any, ...]] = set()

    def normal(self, term: Term, context: Context) -> Normal:
        """The normal form of a term under a context.

        It is found under as few binders as possible, and then seen from under all of them.
        Raises ``NotProved`` where a part of the term cannot be shown to have a value.
        """
        outer, inner, depth = _lowered(term, context)
        key = (outer, inner)
        known = self._known.get(key)
        if known is None:
            unsettled = self._unsettled(outer, inner)
            known = self._known[key] = self._settle_deltas(unsettled, outer, inner)
        return known.lifted(depth)

    def _unsettled(self, term: Term, context: Context) -> Normal:
        """The normal form but for delta(i, j) f(j), which is settled in whole products only."""
        outer, inner, depth = _lowered(term, context)
        key = (outer, inner)
        known = self._walked.get(key)
        if known is None:
            known = self._walk(outer, inner)
            if known.polynomial == atom(outer):  # already normal, whatever it took to see that
                known = Normal(atom(outer))
            self._walked[key] = known
        return known.lifted(depth)

    def equation(self, term: Term, context: Context) -> int | None:
        """The line ``term = its normal form``; None where they are the same term."""
        normal = self.normal(term, context)
        written = normal.term
        if written is term:
            return None
        return self.ledger.field(term, written, context, normal.evidence)

    def _walk(self, term: Term, context: Context) -> Normal:
        args = term.args
        match term.kind:
            case "number":
                return Normal(constant(rational(term) or 0))
            case "add":
                parts = [self._unsettled(part, context) for part in args]
                total: Polynomial = {}
                for part in parts:
                    total = plus(total, part.polynomial)
                return Normal(total, _evidence(parts))
            case "multiply":
                parts = [self._unsettled(part, context) for part in args]
                product: Polynomial = {UNIT: 1}
                for part in parts:
                    product = times(product, part.polynomial)
                return Normal(_idempotent(product), _evidence(parts))
            case "power":
                return self._power(term, context)
            case "apply" if args[0] == "exp":
                return self._exp(args[1], context)
            case "apply" if args[0] == "log":
                return self._log(term, context)
            case "sum":
                return self._sum(term, context)
            case "delta":
                return self._delta(term, context)
            case _:
                return Normal(atom(term))

    # ---- powers, exp, log ----------------------------------------------------------------------

    def _power(self, term: Term, context: Context) -> Normal:
        """A whole power of a monomial is taken apart; an inverse of a sum stays, as one atom."""
        base, exponent = term.args
        value = rational(exponent)
        inner = self._unsettled(base, context)
        if not isinstance(value, int):
            return Normal(atom(term))
        if value >= 0:
            return Normal(_idempotent(expanded(inner.polynomial, value)), inner.evidence)
        inner = self.normal(base, context)
        self.ledger.fact("nonzero", base, context)
        if len(inner.polynomial) == 1:
            ((monomial, coefficient),) = inner.polynomial.items()
            inverse = {raised(monomial, value): coefficient_power(coefficient, value)}
            self._inverses_exist(inverse, base, inner, context)
            return Normal(inverse, inner.evidence)
        written = inner.term
        self._carry("nonzero", written, base, inner.evidence, context)
        return Normal(atom(written, value), inner.evidence)

    def _inverses_exist(
        self, inverse: Polynomial, base: Term, inner: Normal, context: Context
    ) -> None:
        """Of a product that is not 0 no factor is: see that the ledger knows it of each."""
        for name, exponent in next(iter(inverse)):
            if exponent < 0 and name is not base:
                self.ledger.fact("nonzero", name, context)

    def _carry(
        self, kind: str, term: Term, known: Term, evidence: Sequence[int], context: Context
    ) -> None:
        """Note a fact about a term, from the same fact about a term that it equals."""
        if term is known:
            return
        try:
            self.ledger.fact(kind, term, context)
        except OutOfSteps:
            raise
        except NotProved:
            equal = self.ledger.field(term, known, context, evidence)
            fact = self.ledger.fact(kind, known, context)
            line = self.ledger.step("carry", premises=(equal, fact))
            self.ledger.note_fact(kind, term, context, line)

    def _exp(self, argument: Term, context: Context) -> Normal:
        """exp(sum of c*m) = product of exp(m)**c"""
        inner = self.normal(argument, context)
        factors = {(apply("exp", monomial_term(m)), c) for m, c in inner.polynomial.items()}
        return Normal({frozenset(factors): 1}, inner.evidence)

    def _log(self, term: Term, context: Context) -> Normal:
        """log(product of b**e) = sum of e*log(b), where every b is positive; else one atom"""
        argument = term.args[1]
        self.ledger.fact("positive", argument, context)
        inner = self.normal(argument, context)
        written = inner.term
        evidence = []
        if written is not argument:
            equal = self.ledger.field(argument, written, context, inner.evidence)
            self._carry("positive", written, argument, inner.evidence, context)
            facts = [self.ledger.fact("positive", side, context) for side in (argument, written)]
            step = ("congruence", context, "log", argument, written)
            evidence.append(self.ledger.step(*step, premises=(equal, *facts)))
        split = self._log_of_product(written, inner.polynomial, context)
        if split is None:
            return Normal(atom(apply("log", written)), evidence)
        rest = self.normal(self.ledger.right_side(split), context)
        return Normal(rest.polynomial, [*evidence, split, *rest.evidence])

    def _log_of_product(
        self, product: Term, polynomial: Polynomial, context: Context
    ) -> int | None:
        """The line that takes a logarithm apart, or None where there is nothing to take apart."""
        if len(polynomial) != 1:
            return None
        if product.kind not in ("multiply", "power") and not is_exp(product):
            return None
        ((monomial, _),) = polynomial.items()
        try:
            facts = [
                self.ledger.fact("positive", name, context)
                for name, _ in monomial
                if not is_exp(name)
            ]
            return self.ledger.step("log_product", context, apply("log", product), premises=facts)
        except OutOfSteps:
            raise
        except (NotProved, Refused):
            return None

    # ---- sums ----------------------------------------------------------------------------------

    def _sum(self, term: Term, context: Context) -> Normal:
        """Distribute over the parts of the body, then bring each sum of one product into form."""
        below, body = term.args
        inner = (below, *context)
        normal = self.normal(body, inner)
        if not normal.polynomial:
            empty = multiply(ZERO, size(below))
            rewritten = self.ledger.step("fubini", context, sum_over(below, ZERO), empty, ())
            return Normal({}, [*self._distributed(body, normal, inner), rewritten])
        total = Normal({}, self._distributed(body, normal, inner))
        for _, product in monomials_of(normal.polynomial):
            part = self._sum_of_product(below, product, context)
            total.polynomial = plus(total.polynomial, part.polynomial)
            total.evidence += part.evidence
        return total

    def _distributed(self, body: Term, normal: Normal, inner: Context) -> list[int]:
        """body = u + v + .. gives sum body = sum u + sum v + .."""
        line = self.equation(body, inner)
        if line is None:
            if len(normal.polynomial) <= 1:
                return []
            line = self.ledger.step(
                "reflexive", inner, body, premises=self.ledger.facts_for(body, inner)
            )
        return [self.ledger.step("sum_linear", premises=(line,))]

    def _sum_of_product(self, below: str, product: Term, context: Context) -> Normal:
        sifted = self._sift(below, product, context)
        if sifted is not None:
            return sifted
        total = sum_over(below, product)
        canonical, matching = canonical_sum(total)
        if canonical is total:
            return self._use_hypotheses(atom(total), context)
        line = self._try("fubini", total, canonical, context, canonical, matching)
        if line is None:
            return Normal(atom(total))
        result = self._use_hypotheses(polynomial_of(canonical), context)
        return Normal(result.polynomial, [line, *result.evidence])

    def _sift(self, below: str, product: Term, context: Context) -> Normal | None:
        """sum_k delta(k, i) f(k) = f(i)"""
        factors = product.args if product.kind == "multiply" else (product,)
        total = sum_over(below, product)
        for place, factor in enumerate(factors):
            if factor.kind != "delta" or 0 not in factor.args:
                continue
            other = factor.args[1] if factor.args[0] == 0 else factor.args[0]
            if 0 in plain_indices((other,)):
                continue
            at = shift_index(other, -1)
            kept = [instantiate(f, at) for k, f in enumerate(factors) if k != place]
            line = self._try("sift", total, product_of(kept), context, place)
            if line is not None:
                rest = self.normal(self.ledger.right_side(line), context)
                return Normal(rest.polynomial, [line, *rest.evidence])
        return None

    def _try(
        self, rule: str, left: Term, right: Term, context: Context, *args: object
    ) -> int | None:
        """The line that rewrites left to right by a rule; None where it cannot."""
        try:
            facts = [
                fact for side in (left, right) for fact in self.ledger.facts_for(side, context)
            ]
            return self.ledger.step(rule, context, left, *args, premises=facts)
        except OutOfSteps:
            raise
        except (NotProved, Refused):
            return None

    def _use_hypotheses(self, polynomial: Polynomial, context: Context) -> Normal:
        """Replace sums whose value is a hypothesis, such as sum_k y[k] = 1."""
        ((monomial, coefficient),) = polynomial.items()
        result = Normal(constant(coefficient))
        for name, exponent in monomial:
            value = self._hypothesis(name, context) if exponent == 1 else None
            factor = atom(name, exponent) if value is None else value.polynomial
            result.polynomial = times(result.polynomial, factor)
            result.evidence += value.evidence if value else []
        return result

    def _hypothesis(self, term: Term, context: Context) -> Normal | None:
        for which, at in hypotheses_matching(self.ledger.declarations, term, context, Equation):
            instance = (which, context, at)
            if instance in self._in_use:  # a hypothesis that leads back to itself says nothing
                continue
            self._in_use.add(instance)
            try:
                line = self.ledger.step("hypothesis", *instance)
                rest = self.normal(self.ledger.right_side(line), context)
            finally:
                self._in_use.remove(instance)
            return Normal(rest.polynomial, [line, *rest.evidence])
        return None

    # ---- Kronecker's delta ---------------------------------------------------------------------

    def _delta(self, term: Term, context: Context) -> Normal:
        """delta(i, i) = 1; else the two indices in canonical order"""
        one, other = term.args
        if one == other:
            return Normal({UNIT: 1}, [self.ledger.step("delta_same", context, term)])
        return Normal(atom(delta(*sorted((one, other), key=_index_order))))

    def _settle_deltas(self, normal: Normal, term: Term, context: Context) -> Normal:
        """delta(i, j) f(j) = delta(i, j) f(i), in every monomial where it changes something"""
        if not any(name.kind == "delta" for m in normal.polynomial for name, _ in m):
            return normal
        settled = Normal({})
        for monomial, product in monomials_of(normal.polynomial):
            line = self._delta_step(product, context)
            if line is None:
                part = Normal({monomial: normal.polynomial[monomial]})
            else:
                rest = self.normal(self.ledger.right_side(line), context)
                part = Normal(rest.polynomial, [line, *rest.evidence])
            settled.polynomial = plus(settled.polynomial, part.polynomial)
            settled.evidence += part.evidence
        if not settled.evidence:
            return normal
        written = normal.term
        if written is not term:
            line = self.ledger.field(term, written, context, normal.evidence)
            settled.evidence.insert(0, line)
        return settled

    def _delta_step(self, product: Term, context: Context) -> int | None:
        for place, factor in enumerate(product.args if product.kind == "multiply" else ()):
            if factor.kind != "delta" or not _reads(factor.args[1], product, factor):
                continue
            new, old = factor.args
            moved = [f if f is factor else replace_index(f, old, new) for f in product.args]
            line = self._try("delta_move", product, multiply(*moved), context, place, 0)
            if line is not None and self.ledger.right_side(line) is not product:
                return line
        return None


def _lowered(term: Term, context: Context) -> tuple[Term, Context, int]:
    """The term under as few binders as it needs, and how many it left."""
    depth = 0
    while depth < len(context) and 0 not in term.indices:
        term, depth = shift(term, -1), depth + 1
    return term, context[depth:], depth


def _reads(index: Index, product: Term, but: Term) -> bool:
    """Whether any other factor of the product uses an index."""
    return isinstance(index, tuple) or any(
        index in factor.indices for factor in product.args if factor is not but
    )


def _index_order(index: Index) -> tuple[bool, str, str]:
    """Free indices first: they are the ones to keep."""
    return (not isinstance(index, str), type(index).__name__, str(index))


def _evidence(parts: list[Normal]) -> list[int]:
    return [line for part in parts for line in part.evidence]


def _idempotent(polynomial: Polynomial) -> Polynomial:
    """delta * delta = delta"""
    total: Polynomial = {}
    for monomial, coefficient in polynomial.items():
        once = frozenset((a, 1 if a.kind == "delta" and e > 1 else e) for a, e in monomial)
        total = plus(total, {once: coefficient})
    return total
