"""Results in the user's own definitions: p[i] - y[i], and not exp(x[i])/sum_j exp(x[j]) - y[i].

A defined quantity p[k] stands in shorthand as an element of its name. What a definition stands for
is looked for in a normal form in three ways: as a factor of a product, as a whole sum, and as the
one part of it that is hard to write, of which exp(z)/(1 + exp(z)) = s makes 1/(1 + exp(z)) = 1 - s.
Of the forms found the smallest is kept. Nothing is decided here: put the definitions in again, and
the kernel has to prove the two equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple, Protocol

from .folding import instance
from .kernel import Refused, Term
from .kernel.polynomial import (
    UNIT,
    Monomial,
    Polynomial,
    Rational,
    expanded,
    join,
    plus,
    raised,
    times,
    whole,
)
from .kernel.terms import Index, apply, element, make, sum_over
from .tactics.ledger import NotProved, check_time
from .tactics.matching import Found, matches, substituted
from .tactics.polynomials import in_order, polynomial_of, term_of
from .tactics.prove import Prover

_MOST_REWRITES = 40  # of one definition in one polynomial


class Named(Protocol):
    """A quantity that was given a name: ``name[k] = body``, the body under the shape's binders."""

    @property
    def name(self) -> str:
        """The name."""

    @property
    def shape(self) -> tuple[str, ...]:
        """The sizes of its indices; the last index is bound index 0 of the body."""

    @property
    def body(self) -> Term:
        """What it stands for, in shorthand."""


class Meaning(NamedTuple):
    """What a name stands for in normal form, its indices loose, the last one bound index 0."""

    name: str
    rank: int
    body: Polynomial

    def at(self, found: Found) -> Polynomial:
        """The name at the indices found, as a polynomial."""
        indices = [found[place] for place in reversed(range(self.rank))]
        return {frozenset(((element(self.name, *indices), 1),)): 1}


def meaning(named: Named, body: Term, prover: Prover) -> Meaning | None:
    """The normal form of a definition; None where it has none, or is a number or another name."""
    context = tuple(reversed(named.shape))
    try:
        polynomial = prover.normal(body, context)
    except (NotProved, Refused):
        return None
    rank = len(context)
    read = {i for monomial in polynomial for name, _ in monomial for i in name.indices}
    if not read.issuperset(range(rank)) or term_of(polynomial).kind in ("number", "element"):
        return None
    return Meaning(named.name, rank, polynomial)


def in_names(term: Term, meanings: Sequence[Meaning]) -> Term:
    """A term in normal form, said in the names; the last names, which say most, are tried first.

    >>> from derive.kernel.terms import ONE, add, number, power
    >>> a, z = element("a"), element("z")
    >>> z_is = Meaning("z", 0, polynomial_of(add(ONE, power(a, number(2)))))
    >>> in_names(add(ONE, power(a, number(2))), [z_is]) is z
    True
    """
    best = term
    for each in reversed(meanings):
        best = _smallest([best, *_ways(best, each)])
    return best


def _smallest(terms: Iterable[Term]) -> Term:
    return min(terms, key=lambda term: term.nodes)


def _ways(term: Term, named: Meaning) -> Iterator[Term]:
    """The term with one name put in, in each of the three ways."""
    for rewrite in _rewrites(named):
        try:
            yield _everywhere(term, rewrite)
        except Refused:  # too large: then it is no simpler form
            continue


class _Rewrite(Protocol):
    def __call__(self, polynomial: Polynomial) -> Polynomial | None:
        """The polynomial with the name put in once; None where it does not occur."""


def _rewrites(named: Meaning) -> Iterator[_Rewrite]:
    if len(named.body) == 1:
        yield _Divided(named)
    else:
        yield _Whole(named)
    for isolated in _isolated(named):
        yield _Eliminated(named, *isolated)


def _everywhere(term: Term, rewrite: _Rewrite) -> Term:
    """The term rewritten in every polynomial that occurs in it, the innermost ones first."""
    total: Polynomial = {}
    for monomial, coefficient in polynomial_of(term).items():
        product: Polynomial = {UNIT: coefficient}
        for name, exponent in monomial:
            product = times(product, {frozenset(((_inside(name, rewrite), exponent),)): 1})
        total = plus(total, product)
    for _ in range(_MOST_REWRITES):
        check_time()
        after = rewrite(total)
        if after is None or after == total:
            break
        total = after
    return term_of(total)


def _inside(name: Term, rewrite: _Rewrite) -> Term:
    if name.kind == "sum":
        return sum_over(name.args[0], _everywhere(name.args[1], rewrite))
    if name.kind == "apply":
        return apply(name.args[0], _everywhere(name.args[1], rewrite))
    if name.kind == "power":
        return make("power", _everywhere(name.args[0], rewrite), _everywhere(name.args[1], rewrite))
    return _everywhere(name, rewrite) if name.kind == "add" else name


# ---- as a factor ---------------------------------------------------------------------------------


class _Divided(NamedTuple):
    """p for exp(x)/Z, 1/p for its inverse, wherever the whole product divides a term."""

    named: Meaning

    def __call__(self, polynomial: Polynomial) -> Polynomial | None:
        """See ``_Rewrite``."""
        ((pattern, coefficient),) = self.named.body.items()
        for monomial in polynomial:
            for sign in (1, -1):
                found = instance(in_order(raised(pattern, sign)), monomial, {})
                if found is None:
                    continue
                at, used = found
                rest = join(monomial, raised(used, -1))
                factor = polynomial[monomial] / Fraction(coefficient) ** sign
                after = plus(polynomial, {monomial: polynomial[monomial]}, -1)
                ((name, _),) = next(iter(self.named.at(at)))
                return plus(after, {join(rest, frozenset(((name, sign),))): whole(factor)})
        return None


# ---- as a whole sum ------------------------------------------------------------------------------


class _Whole(NamedTuple):
    """c*m*e for every c*m*(y - z) that occurs, where e = y - z."""

    named: Meaning

    def __call__(self, polynomial: Polynomial) -> Polynomial | None:
        """See ``_Rewrite``."""
        (leading, scale), *_ = sorted(self.named.body.items(), key=self._weight)
        for monomial, coefficient in polynomial.items():
            found = instance(in_order(leading), monomial, {})
            if found is None or len(found[0]) < self.named.rank:
                continue
            at, used = found
            rest = join(monomial, raised(used, -1))
            factor = {rest: whole(Fraction(coefficient) / Fraction(scale))}
            body = times(factor, _placed(self.named.body, at, self.named.rank))
            if all(polynomial.get(m) == c for m, c in body.items()):
                return plus(plus(polynomial, body, -1), times(factor, self.named.at(at)))
        return None

    def _weight(self, pair: tuple[Monomial, Rational]) -> tuple[bool, int]:
        """The term that reads all indices, and is largest, first."""
        read = {index for name, _ in pair[0] for index in name.indices}
        size = sum(name.nodes for name, _ in pair[0])
        return not read.issuperset(range(self.named.rank)), -size


def _placed(body: Polynomial, at: Found, rank: int) -> Polynomial:
    """A body with indices in the places of its loose ones."""
    indices: tuple[Index, ...] = tuple(at[place] for place in range(rank))
    return polynomial_of(substituted(term_of(body), indices)) if rank else body


# ---- as the one part of it that is hard to write -------------------------------------------------


class _Eliminated(NamedTuple):
    """(name - rest)/(c*others) for the atom, where name = c*others*atom^exponent + rest."""

    named: Meaning
    atom: Term
    exponent: Rational
    others: Polynomial  # 1/(c*others)
    rest: Polynomial

    def __call__(self, polynomial: Polynomial) -> Polynomial | None:
        """See ``_Rewrite``."""
        for monomial, coefficient in polynomial.items():
            for name, exponent in monomial:
                found: Found = {}
                times_ = Fraction(exponent) / Fraction(self.exponent)
                if times_.denominator != 1 or not matches(self.atom, name, found):
                    continue
                value = self._power(int(times_), found)
                if value is None or len(found) < self.named.rank:
                    continue
                factor = {join(monomial, frozenset(((name, -exponent),))): coefficient}
                after = plus(polynomial, {monomial: coefficient}, -1)
                return plus(after, times(factor, value))
        return None

    def _power(self, exponent: int, at: Found) -> Polynomial | None:
        """((name - rest)/(c*others))^exponent; a sum is not divided by."""
        if (exponent < 0 and self.rest) or not set(at) >= set(range(self.named.rank)):
            return None
        rank = self.named.rank
        less = plus(self.named.at(at), _placed(self.rest, at, rank) if self.rest else {}, -1)
        return expanded(times(less, _placed(self.others, at, rank)), exponent)


def _isolated(named: Meaning) -> Iterator[tuple[Term, Rational, Polynomial, Polynomial]]:
    """Each compound atom that stands once in a body, and reads all of its indices."""
    for monomial, coefficient in named.body.items():
        rest = {m: c for m, c in named.body.items() if m is not monomial}
        for name, exponent in in_order(monomial):
            if not name.parts or not name.indices.issuperset(range(named.rank)):
                continue
            if any(name is other for m in rest for other, _ in m):
                continue
            others = raised(join(monomial, frozenset(((name, -exponent),))), -1)
            yield name, exponent, {others: whole(1 / Fraction(coefficient))}, rest


# ---- as it was written ---------------------------------------------------------------------------


def as_written(term: Term, named: Sequence[tuple[str, int, Term]]) -> Term:
    """The term with names wherever just what they stand for was put in, the last names first."""
    for name, rank, body in reversed(named):
        term = _named_where_written(term, name, rank, body)
    return term


def _named_where_written(term: Term, name: str, rank: int, body: Term) -> Term:
    found: Found = {}
    if matches(body, term, found) and set(found) == set(range(rank)):
        return element(name, *(found[place] for place in reversed(range(rank))))
    parts = [
        _named_where_written(arg, name, rank, body) if isinstance(arg, Term) else arg
        for arg in term.args
    ]
    return make(term.kind, *parts) if term.parts else term
