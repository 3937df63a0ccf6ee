"""Factoring: what all terms of a sum have in common is written once, in front.

Normal forms are multiplied out, and people write 2*(x - mu)/n. Nothing is decided here: what comes
out is an equal form, and is proved to be one wherever it is used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from fractions import Fraction
from functools import reduce
from math import gcd

from .kernel import Term
from .kernel.polynomial import (
    UNIT,
    Monomial,
    Polynomial,
    Rational,
    join,
    plus,
    raised,
    times,
    whole,
)
from .kernel.terms import (
    ONE,
    Index,
    add,
    apply,
    make,
    multiply,
    product_of,
    rational,
    shift,
    sum_of,
    sum_over,
)
from .rebinding import map_indices
from .tactics.order import order
from .tactics.polynomials import monomial_term, monomials_of, polynomial_of, term_of


def factored(term: Term) -> Term:
    """A term in normal form with common factors taken out, of every sum that occurs in it.

    >>> from derive.kernel.terms import add, element, multiply, number
    >>> from derive.language.printer import Printer
    >>> a, x, y = element("a"), element("x"), element("y")
    >>> Printer()(factored(add(multiply(number(2), a, x), multiply(number(4), a, y))))
    '2*a*(x + 2*y)'
    """
    return _factored(polynomial_of(_inside(term)), _plain)


def grouped(term: Term) -> Term:
    """The same, and of what is left over those terms are put together that share a factor.

    >>> from derive.kernel.terms import MINUS_ONE, add, element, multiply
    >>> from derive.language.printer import Printer
    >>> a, s, x = element("a"), element("s"), element("x")
    >>> Printer()(grouped(add(s, multiply(a, x), multiply(MINUS_ONE, a, s, x))))
    's + a*x*(1 - s)'
    """
    return _factored(polynomial_of(_inside(term)), _grouped)


def _inside(term: Term) -> Term:
    """The term with the sums inside its parts factored."""
    if term.kind == "sum":
        return sum_over(term.args[0], factored(term.args[1]))
    if term.kind == "apply":
        return apply(term.args[0], factored(term.args[1]))
    if term.kind == "power":
        return make("power", factored(term.args[0]), term.args[1])
    if term.kind in ("add", "multiply"):
        return make(term.kind, *map(_inside, term.args))
    return term


def _factored(polynomial: Polynomial, write: Callable[[Polynomial], Term]) -> Term:
    """What all terms share in front of what is left of them, which ``write`` writes."""
    if len(polynomial) < 2:
        return term_of(polynomial)
    content, shared = content_of(polynomial), common(polynomial)
    inner = write(_divided(polynomial, shared, content))
    outer = monomial_term(shared, content)
    if outer is ONE:
        return inner
    return multiply(*(outer.args if outer.kind == "multiply" else (outer,)), inner)


def _divided(polynomial: Polynomial, shared: Monomial, content: Rational) -> Polynomial:
    return {
        join(monomial, raised(shared, -1)): whole(Fraction(coefficient) / Fraction(content))
        for monomial, coefficient in polynomial.items()
    }


def _plain(polynomial: Polynomial) -> Term:
    return sum_of([term for _, term in monomials_of(polynomial)])


def _grouped(polynomial: Polynomial) -> Term:
    """Those terms together that have the most common factor, where that is shorter."""
    plain, shared = _plain(polynomial), _most_common(polynomial)
    if shared is None:
        return plain
    with_it = {m: c for m, c in polynomial.items() if any(n is shared for n, _ in m)}
    rest = _grouped({m: c for m, c in polynomial.items() if m not in with_it})
    parts = rest.args if rest.kind == "add" else (rest,)
    together = add(*parts, _factored(with_it, _grouped))
    return together if together.nodes <= plain.nodes else plain


def _most_common(polynomial: Polynomial) -> Term | None:
    """What stands in the most terms, but not in all, nor in one only."""
    count = Counter(name for monomial in polynomial for name, _ in monomial)
    some = [name for name, times_ in count.items() if 1 < times_ < len(polynomial)]
    return min(some, key=lambda name: (-count[name], -name.nodes, order(name)), default=None)


def common(polynomial: Polynomial) -> Monomial:
    """The largest product of powers that divides every term; 1/s divides 1/s and 1/s^3."""
    first, *others = polynomial
    found: dict[Term, Rational] = dict(first)
    for other in others:
        exponents: dict[Term, Rational] = dict(other)
        found = {
            name: exponent
            if abs(Fraction(exponent)) < abs(Fraction(exponents[name]))
            else exponents[name]
            for name, exponent in found.items()
            if name in exponents and exponents[name] * exponent > 0
        }
    return frozenset(found.items())


def content_of(polynomial: Polynomial) -> Rational:
    """The number that all coefficients have in common; negative where most of them are.

    A fraction is taken out only where all have the same denominator: 1/2 a + b stays.
    """
    coefficients = [Fraction(c) for c in polynomial.values()]
    above = reduce(gcd, (c.numerator for c in coefficients), 0)
    same = len({c.denominator for c in coefficients}) == 1
    content = Fraction(above or 1, coefficients[0].denominator if same and coefficients else 1)
    return whole(-content if all(c < 0 for c in coefficients) else content)


# ---- sums over the same size ---------------------------------------------------------------------


def gathered(term: Term) -> Term:
    """A term in normal form with c*sum a + c*sum b as c*sum (a + b), nested sums taken apart.

    Normal forms merge nested sums, and a person writes sum_r X[r,a]*(sum_c X[r,c]*w[c] - y[r]).
    """
    polynomial = polynomial_of(term)
    outermost = {
        total.args[0] for m in polynomial if (total := _one_sum(m)) and not _is_double(total)
    }
    groups: dict[tuple[Monomial, str], Polynomial] = {}
    rest: Polynomial = {}
    for monomial, coefficient in polynomial.items():
        total = _one_sum(monomial)
        if total is None:
            rest[monomial] = coefficient
            continue
        others = frozenset(pair for pair in monomial if pair[0] is not total)
        below, body = _opened(total, outermost)
        inside = times({UNIT: coefficient}, polynomial_of(body))
        groups[others, below] = plus(groups.get((others, below), {}), inside)
    for (others, below), inside in groups.items():
        content, body = _taken_out(grouped(term_of(inside)))
        rest = plus(rest, {join(others, frozenset(((sum_over(below, body), 1),))): content})
    return grouped(term_of(rest))


def _one_sum(monomial: Monomial) -> Term | None:
    """The only sum of a product, where it stands to the power 1."""
    sums = [name for name, exponent in monomial if name.kind == "sum" and exponent == 1]
    return sums[0] if len(sums) == 1 else None


def _taken_out(term: Term) -> tuple[Rational, Term]:
    """The number in front of a product, and the rest."""
    value = rational(term.args[0]) if term.kind == "multiply" else None
    return (1, term) if value is None else (value, product_of(list(term.args[1:])))


def _is_double(total: Term) -> bool:
    return bool(total.args[1].kind == "sum")


def _opened(total: Term, outermost: Collection[str]) -> tuple[str, Term]:
    """The size and the body of a sum; of two nested ones the better one to have outside."""
    below, body = total.args
    if not _is_double(total):
        return below, body
    if below not in outermost and body.args[0] in outermost:
        below, body = body.args[0], sum_over(below, map_indices(body.args[1], _exchanged))
    return below, _nested(body)


def _exchanged(index: Index, depth: int) -> Index:
    """The two innermost bound indices, each for the other."""
    return {depth: depth + 1, depth + 1: depth}.get(index, index)


def _nested(body: Term) -> Term:
    """sum_c a*b[c] as a*sum_c b[c], where the body of a sum is another sum."""
    below, inner = body.args
    if inner.kind == "add":
        return body
    ((monomial, coefficient),) = polynomial_of(inner).items()
    outside = [(shift(n, -1), e) for n, e in monomial if 0 not in n.indices]
    within = monomial_term(frozenset(pair for pair in monomial if 0 in pair[0].indices))
    total = sum_over(below, within)
    return monomial_term(join(frozenset(outside), frozenset(((total, 1),))), coefficient)
