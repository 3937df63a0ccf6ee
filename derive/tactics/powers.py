"""Powers, exponentials, logarithms and other functions, in normal form.

A base or an argument is factored first: primes, atoms, and one primitive polynomial. Where every
factor is positive the power or the logarithm is taken factor by factor; else it stays one atom.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ..kernel import Term
from ..kernel.judgement import Context
from ..kernel.polynomial import (
    UNIT,
    Monomial,
    Polynomial,
    Rational,
    atom,
    coefficient_power,
    expanded,
    raised,
    times,
    whole,
)
from ..kernel.terms import (
    MINUS_ONE,
    OF_POSITIVE,
    ONE,
    apply,
    multiply,
    natural_number,
    number,
    power,
    product_of,
    rational,
)
from ..plain_text import show
from .ledger import NotProved, OutOfSteps
from .normal import Normal
from .order import order
from .polynomials import factor_of, in_order, is_exp, monomial_term, monomials_of, term_of
from .rational import factored, prime_powers

if TYPE_CHECKING:
    from .normal_form import Normaliser

Factors = list[tuple[Term, Rational]]

HALF = number(1, 2)
PARITY = ("sin", "cos", "erf")  # the functions that are odd or even


def _product(factors: Factors) -> Term:
    """The factors multiplied, also where there are none."""
    parts = [factor_of(name, exponent) for name, exponent in factors]
    return parts[0] if len(parts) == 1 else multiply(*parts)


def _is_plain(factors: Factors) -> bool:
    """Whether there is one factor and nothing to take apart in it."""
    if len(factors) != 1:
        return False
    ((name, exponent),) = factors
    return exponent == 1 and not is_exp(name) and not _is_symbolic(name)


def _is_symbolic(name: Term) -> bool:
    return name.kind == "power" and rational(name.args[1]) is None


def _is_power_of_sum(term: Term) -> bool:
    """Whether a term is a whole power of a sum, the second or a higher one."""
    return (
        term.kind == "power" and term.args[0].kind == "add" and bool(natural_number(term.args[1]))
    )


def _is_product_of_powers(base: Term) -> bool:
    return any(map(_is_power_of_sum, base.args if base.kind == "multiply" else (base,)))


def _symbolic_power(name: Term, exponent: Polynomial) -> Monomial:
    """b**(c + sum of c'*m) as b**c times the powers of the atoms b**m."""
    return frozenset(
        (name if m == UNIT else power(name, monomial_term(m)), c) for m, c in exponent.items()
    )


def _is_turned(polynomial: Polynomial) -> bool:
    """Whether of a and -a the other one is kept: that in which a first monomial has a sign +.

    It does not depend on the names of bound indices beyond their order.
    """
    first = min(polynomial, key=lambda m: order(monomial_term(m)), default=None)
    return first is not None and polynomial[first] < 0


class Powers:
    """The parts of the normaliser that know of powers and functions."""

    def __init__(self, normaliser: Normaliser) -> None:
        self._normaliser = normaliser
        self._ledger = normaliser.ledger

    def power(self, term: Term, context: Context) -> Normal:
        """b**e: multiplied out for a natural e, an inverse for a whole one, else by its factors."""
        base, exponent = term.args
        value = rational(exponent)
        if isinstance(value, int) and value < 0 and _is_product_of_powers(base):
            factors = self._inverses(base, value, context)
            if factors is not None:
                return self._normaliser.product(factors)
        if isinstance(value, int) and value >= 0:
            inner = self._normaliser.unsettled(base, context)
            return Normal(
                self._normaliser.reduced(expanded(inner.polynomial, value)), inner.evidence
            )
        if isinstance(value, int):
            return self._inverse(base, value, context)
        return self._root(term, context)

    # ---- whole exponents

    def _inverse(self, base: Term, exponent: int, context: Context) -> Normal:
        """b**-k for b != 0"""
        inner = self._normaliser.normal(base, context)
        if not inner.polynomial:
            raise NotProved(f"0 has no inverse: {show(base)}")
        self._ledger.fact("nonzero", base, context)
        self._carry("nonzero", inner.term, base, inner, context)
        try:
            scale, factors = self._nonzero_factors(base, inner, context)
        except OutOfSteps:
            raise
        except NotProved:
            return Normal(atom(inner.term, exponent), inner.evidence)
        inverse = raised(frozenset(factors), exponent)
        return Normal(
            self._normaliser.reduced({inverse: coefficient_power(scale, exponent)}), inner.evidence
        )

    def _inverses(self, base: Term, exponent: int, context: Context) -> list[Normal] | None:
        """(b1**k1 b2**k2 ..)**-k factor by factor; None where one of them may be 0.

        A power of a sum is not multiplied out: that is not undone.
        """
        inverses = []
        for factor in base.args if base.kind == "multiply" else (base,):
            inner, times_ = factor.args if _is_power_of_sum(factor) else (factor, ONE)
            if not self._is_nonzero(inner, context):
                return None
            inverse = power(inner, number(exponent * times_.args[0]))
            inverses.append(self._normaliser.unsettled(inverse, context))
        return inverses

    def _is_nonzero(self, term: Term, context: Context) -> bool:
        try:
            self._ledger.fact("nonzero", term, context)
        except OutOfSteps:
            raise
        except NotProved:
            return False
        return True

    def _nonzero_factors(
        self, term: Term, inner: Normal, context: Context
    ) -> tuple[Rational, Factors]:
        """A term that is not 0 as a rational times factors that are not 0."""
        written = inner.term
        coefficient, content, primitive = factored(inner.polynomial)
        for name, _ in in_order(content):
            if name is not written:
                self._ledger.fact("nonzero", name, context)
        if len(primitive) == 1:
            return whole(coefficient * next(iter(primitive.values()))), in_order(content)
        base, sign = self._base(primitive, context)
        scale = coefficient * sign
        self._divide("nonzero", base, written, monomial_term(content, scale), context)
        self._normaliser.likenesses.note(base, term, MINUS_ONE)
        return scale, [*in_order(content), (base, 1)]

    def _base(self, primitive: Polynomial, context: Context) -> tuple[Term, int]:
        """The primitive polynomial as a term, its sign turned (-1) or not (1).

        That is for a - b and b - a to have one form. What is positive stays so.
        """
        base, turned = (term_of({m: s * c for m, c in primitive.items()}) for s in (1, -1))
        if order(turned) < order(base) and not self._ledger.is_fact("positive", base, context):
            return turned, -1
        return base, 1

    # ---- other exponents

    def _root(self, term: Term, context: Context) -> Normal:
        """b**e = product of f**(k e) over the factors f**k of b, all of them positive"""
        base, exponent = term.args
        self._ledger.fact("positive", base, context)
        inner = self._normaliser.normal(base, context)
        factors = self._positive_factors(base, inner, context)
        if factors is None:
            self._carry("positive", inner.term, base, inner, context)
            factors = [(inner.term, 1)]
        elif not _is_plain(factors):
            rewritten = power(_product(factors), exponent)
            return self._factorwise(
                "power_product", term, rewritten, factors, inner=inner, context=context
            )
        ((name, _),) = factors
        outer = self._normaliser.normal(exponent, context)
        evidence = list(outer.evidence)
        if name is not base:
            evidence.append(self._inside(term, power(name, exponent), inner, context))
        return Normal(
            self._normaliser.reduced({_symbolic_power(name, outer.polynomial): 1}), evidence
        )

    def _factorwise(
        self,
        rule: str,
        term: Term,
        rewritten: Term,
        factors: Factors,
        *,
        inner: Normal,
        context: Context,
    ) -> Normal:
        """A power or a logarithm of a product, taken apart by a rule."""
        evidence = []
        if rewritten is not term:
            evidence.append(self._inside(term, rewritten, inner, context))
        facts = [*self._facts(factors, context), *self._ledger.facts_for(rewritten, context)]
        line = self._ledger.step(rule, context, rewritten, premises=facts)
        rest = self._normaliser.unsettled(self._ledger.right_side(line), context)
        return Normal(rest.polynomial, [*evidence, line, *rest.evidence])

    def _positive_factors(self, base: Term, inner: Normal, context: Context) -> Factors | None:
        """The factors of a positive term; None where not all of them are shown positive."""
        coefficient, content, primitive = factored(inner.polynomial)
        if len(primitive) == 1:
            if next(iter(primitive.values())) < 0:
                return None
            coefficient *= next(iter(primitive.values()))
        factors: Factors = [(number(p), e) for p, e in prime_powers(Fraction(coefficient))]
        factors += sorted(content, key=lambda pair: order(pair[0]))
        try:
            for name, _ in in_order(content):
                if name is not base:
                    self._ledger.fact("positive", name, context)
            if len(primitive) > 1:
                written = term_of(primitive)
                self._carry("positive", inner.term, base, inner, context)
                known = monomial_term(content, coefficient)
                self._divide("positive", written, inner.term, known, context)
                self._normaliser.likenesses.note(written, base, HALF)
                factors.append((written, 1))
        except OutOfSteps:
            raise
        except NotProved:
            return None
        return factors

    def _facts(self, factors: Factors, context: Context) -> list[int]:
        bases = [name for name, _ in factors]
        bases += [name.args[0] for name in bases if _is_symbolic(name)]
        return [
            self._ledger.fact("positive", name, context)
            for name in bases
            if rational(name) is None and not is_exp(name)
        ]

    # ---- exp, log, and the rest

    def exp(self, term: Term, context: Context) -> Normal:
        """Of a sum of c*m: the product of e**m to the c, or of b to the c where m is log b."""
        argument = term.args[1]
        inner = self._normaliser.normal(argument, context)
        evidence = list(inner.evidence)
        if not argument.total and inner.term is not argument:
            evidence.append(self._inside(term, apply("exp", inner.term), inner, context))
        factors: Polynomial = {UNIT: 1}
        monomials = monomials_of(inner.polynomial)
        if len(monomials) > 1 and not inner.term.total:
            apart = multiply(*[apply("exp", part) for _, part in monomials])
            evidence.append(self._ledger.field(apply("exp", inner.term), apart, context, []))
        for monomial, _ in monomials:
            coefficient = inner.polynomial[monomial]
            part = self._exp_of_log(monomial, coefficient, context)
            if part is None:
                name = apply("exp", monomial_term(monomial))
                part = Normal({frozenset(((name, coefficient),)): 1})
            factors = times(factors, part.polynomial)
            evidence += part.evidence
        return Normal(self._normaliser.reduced(factors), evidence)

    def _exp_of_log(
        self, monomial: Monomial, coefficient: Rational, context: Context
    ) -> Normal | None:
        logarithms = [n for n, e in monomial if n.kind == "apply" and n.args[0] == "log" and e == 1]
        if not logarithms:
            return None
        logarithm = min(logarithms, key=order)
        rest = frozenset(pair for pair in monomial if pair[0] is not logarithm)
        scale = [] if (rest, coefficient) == (UNIT, 1) else [monomial_term(rest, coefficient)]
        written = apply("exp", product_of([*scale, logarithm]))
        facts = self._ledger.facts_for(written, context)
        line = self._ledger.step("exp_log", context, written, premises=facts)
        found = self._normaliser.unsettled(self._ledger.right_side(line), context)
        usual = apply("exp", monomial_term(monomial, coefficient))
        lines = [line]
        if usual is not written:
            lines.insert(0, self._ledger.field(usual, written, context, []))
        return Normal(found.polynomial, [*lines, *found.evidence])

    def log(self, term: Term, context: Context) -> Normal:
        """The sum of e*log(b) over the factors b**e, where every b is positive; else one atom."""
        argument = term.args[1]
        self._ledger.fact("positive", argument, context)
        inner = self._normaliser.normal(argument, context)
        factors = self._positive_factors(argument, inner, context)
        if factors is None or _is_plain(factors):
            return self.function(term, context)
        product = _product(factors)
        self._carry("positive", product, argument, inner, context)
        rewritten = apply("log", product)
        return self._factorwise(
            "log_product", term, rewritten, factors, inner=inner, context=context
        )

    def function(self, term: Term, context: Context) -> Normal:
        """f(u) with u in normal form, as one atom"""
        name, argument = term.args
        inner = self._normaliser.normal(argument, context)
        if name in PARITY and _is_turned(inner.polynomial):
            return self._turned(term, context)
        if inner.term is argument:
            return Normal(atom(term))
        rewritten = apply(name, inner.term)
        if name in OF_POSITIVE:
            self._carry("positive", inner.term, argument, inner, context)
        return Normal(atom(rewritten), [self._inside(term, rewritten, inner, context)])

    def _turned(self, term: Term, context: Context) -> Normal:
        """sin(b - a) = -sin(a - b), and so on: of the two one is kept"""
        facts = self._ledger.facts_for(term, context)
        line = self._ledger.step("parity", context, term, premises=facts)
        rest = self._normaliser.unsettled(self._ledger.right_side(line), context)
        return Normal(rest.polynomial, [line, *rest.evidence])

    def _inside(self, term: Term, rewritten: Term, inner: Normal, context: Context) -> int:
        """The line b**e = b'**e or f(u) = f(u'), where b = b' or u = u' by their normal form."""
        place = 1 if term.kind == "apply" else 0
        old, new = term.args[place], rewritten.args[place]
        equal = self._ledger.field(old, new, context, inner.evidence)
        return self._ledger.field(term, rewritten, context, [equal])

    # ---- facts about what was rewritten

    def _carry(self, kind: str, term: Term, known: Term, inner: Normal, context: Context) -> None:
        """Note a fact about a term, from the same fact about a term that it equals."""
        if term is known or self._ledger.is_fact(kind, term, context):
            return
        equal = self._ledger.field(term, known, context, inner.evidence)
        fact = self._ledger.fact(kind, known, context)
        carried = self._ledger.step("sign", context, term, premises=(equal, fact))
        self._ledger.note_fact(kind, term, context, carried)

    def _divide(self, kind: str, base: Term, product: Term, rest: Term, context: Context) -> None:
        """Note a fact about a base, from the same fact about base * rest."""
        if self._ledger.is_fact(kind, base, context):
            return
        quotient = multiply(product, power(rest, MINUS_ONE))
        facts = [self._ledger.fact(kind, product, context)]
        if not rest.total or rational(rest) is None:
            facts.append(self._ledger.fact(kind, rest, context))
        facts += self._ledger.facts_for(quotient, context)
        equal = self._ledger.field(base, quotient, context, [])
        carried = self._ledger.step("sign", context, base, premises=(equal, *facts))
        self._ledger.note_fact(kind, base, context, carried)
