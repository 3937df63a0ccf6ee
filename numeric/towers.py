"""Exact arithmetic with functions: rational functions over independent generators, in FLINT.

A **tower** starts from the elements of the variables as unknowns. Every function that is met adds
a generator: exp of a monomial, log of an irreducible polynomial, a root of one, sin, cos, erf,
lgamma, digamma of a rational function. What is known of them is put in when they are made:

    exp(a + b) = exp(a) exp(b)        log(p q) = log p + log q, for p, q > 0
    exp(c log p) = p**c               r**q = p for the q-th root r of p
    sin(u)**2 = 1 - cos(u)**2         f(-u) = -f(u) for f = sin, erf

Two numbers of a tower whose difference reduces to 0 are equal wherever both have a value and the
irreducible polynomials keep their signs. The converse does not hold: a relation between generators
may have been missed. The signs are those at a sample, a point with a ball for every generator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from flint import Ordering, arb, ctx, fmpz, fmpz_mpoly_ctx

from .interpret import Undefined

PRECISION = 128  # bits of the sample
MOST_TERMS = 3000  # in a polynomial
MOST_PRODUCTS = 300_000  # in one multiplication

Polynomial = Any  # fmpz_mpoly


class OutOfBudget(ArithmeticError):  # noqa: N818  (a state of affairs, not a mishap)
    """A polynomial became too large, or there are too many generators."""


class Quotient:
    """A number of a tower: num / den, in lowest terms, the leading coefficient of den positive."""

    __slots__ = ("den", "num", "tower")

    def __init__(self, tower: Tower, num: Polynomial, den: Polynomial) -> None:
        self.tower = tower
        num, den = tower.reduced(num), tower.reduced(den)
        if den == 0:
            raise Undefined("division by what is 0")
        common = num.gcd(den)
        if den.leading_coefficient() < 0:
            common = -common
        self.num, self.den = (num, den) if common == 1 else (num / common, den / common)

    def __repr__(self) -> str:
        return f"({self.num})/({self.den})"

    def __add__(self, other: Quotient) -> Quotient:
        if not isinstance(other, Quotient):
            return NotImplemented
        if self.den == other.den:
            return Quotient(self.tower, self.num + other.num, self.den)
        common = self.den.gcd(other.den)
        left, right = self.den / common, other.den / common
        num = _times(self.num, right) + _times(other.num, left)
        return Quotient(self.tower, num, _times(self.den, right))

    def __mul__(self, other: Quotient) -> Quotient:
        if not isinstance(other, Quotient):
            return NotImplemented
        num, den = _times(self.num, other.num), _times(self.den, other.den)
        return Quotient(self.tower, num, den)

    def __neg__(self) -> Quotient:
        return Quotient(self.tower, -self.num, self.den)

    def __sub__(self, other: Quotient) -> Quotient:
        if not isinstance(other, Quotient):
            return NotImplemented
        return self + -other

    def __pow__(self, exponent: int) -> Quotient:
        num, den = (self.num, self.den) if exponent >= 0 else (self.den, self.num)
        result = Quotient(self.tower, num**0, num**0)
        for _ in range(abs(exponent)):
            result = result * Quotient(self.tower, num, den)
        return result

    @property
    def is_zero(self) -> bool:
        """Whether the number reduces to 0."""
        return bool(self.num == 0)


def _times(left: Polynomial, right: Polynomial) -> Polynomial:
    if len(left) * len(right) > MOST_PRODUCTS:
        raise OutOfBudget("a product of large polynomials")
    return left * right


class Tower:
    """The generators so far, what is known of them, and a ball for each at the sample."""

    def __init__(self, room: int) -> None:
        self._context = fmpz_mpoly_ctx.get([f"g{k}" for k in range(room)], Ordering.lex)
        self._room = self._context.gens()
        self._numbers: dict[Any, int] = {}
        self._balls: list[arb] = []
        self._relations: list[tuple[int, int, Polynomial]] = []
        self._exponents: dict[int, Quotient] = {}  # generator exp(a) -> a
        self._bases: dict[int, Polynomial] = {}  # generator log(p) -> p
        self._roots: dict[int, tuple[int, Polynomial]] = {}  # generator r -> (q, p), r**q = p

    # ---- numbers

    def constant(self, value: Fraction) -> Quotient:
        """A rational number."""
        num, den = (self._context.constant(int(n)) for n in value.as_integer_ratio())
        return Quotient(self, num, den)

    def unknown(self, name: Any, sample: Fraction) -> Quotient:
        """A generator that nothing is known of, such as an element of a variable."""
        return self._number(self._generator(("unknown", name), lambda: _ball(sample)))

    def pi(self) -> Quotient:
        """The circle's constant."""
        return self._number(self._generator("pi", arb.pi))

    def sign(self, number: Quotient) -> int | None:
        """-1, 0 or 1 at the sample and around it; None where the sample does not tell."""
        if number.is_zero:
            return 0
        ball = self.ball(number)
        return 1 if ball > 0 else -1 if ball < 0 else None

    def ball(self, number: Quotient) -> arb:
        """A ball that holds the number at the sample."""
        with ctx.workprec(PRECISION):
            return self._at_sample(number.num) / self._at_sample(number.den)

    # ---- functions

    def exp(self, number: Quotient) -> Quotient:
        """exp, a monomial at a time."""
        result = self.constant(Fraction(1))
        for part, coefficient in self._parts(number):
            place = _generator_of(part.num) if part.den == 1 else None
            if place in self._bases:
                base = self._number(self._bases[place])
            else:
                base = self._exponential(part)
            result = result * self.power(base, coefficient)
        return result

    def log(self, number: Quotient) -> Quotient:
        """log of a number > 0, an irreducible factor at a time."""
        result = self.constant(Fraction(0))
        for factor, times in self._factors(number):
            result = result + self._logarithm(factor) * self.constant(Fraction(times))
        return result

    def power(self, base: Quotient, exponent: Fraction) -> Quotient:
        """base ** exponent, for a base > 0 or a whole exponent."""
        if exponent.denominator == 1:
            return base ** int(exponent)
        result = self.constant(Fraction(1))
        for factor, times in self._factors(base):
            result = result * self._rational_power(factor, exponent * times)
        return result

    def sin(self, number: Quotient) -> Quotient:
        """sin, an odd function."""
        if number.is_zero:
            return number
        turned, argument = _positive_side(number)
        self.cos(argument)
        sine = self._applied("sin", argument, arb.sin)
        return -sine if turned else sine

    def cos(self, number: Quotient) -> Quotient:
        """cos, an even function; it brings sin along, sin**2 = 1 - cos**2."""
        if number.is_zero:
            return self.constant(Fraction(1))
        _, argument = _positive_side(number)
        cosine = self._applied("cos", argument, arb.cos)
        place = _generator_of(self._applied("sin", argument, arb.sin).num)
        if place is not None and all(place != known for known, _, _ in self._relations):
            self._relations.append((place, 2, 1 - cosine.num**2))
        return cosine

    def erf(self, number: Quotient) -> Quotient:
        """erf, an odd function."""
        if number.is_zero:
            return number
        turned, argument = _positive_side(number)
        value = self._applied("erf", argument, arb.erf)
        return -value if turned else value

    def lgamma(self, number: Quotient) -> Quotient:
        """The logarithm of the gamma function."""
        return self._applied("lgamma", number, arb.lgamma)

    def digamma(self, number: Quotient) -> Quotient:
        """The derivative of lgamma."""
        return self._applied("digamma", number, arb.digamma)

    def trigamma(self, number: Quotient) -> Quotient:
        """The derivative of digamma; of its sign nothing is said."""
        return self._applied("trigamma", number, lambda _: arb("nan"))

    # ---- generators

    def _generator(self, key: Any, ball: Callable[[], arb]) -> Polynomial:
        place = self._numbers.get(key)
        if place is None:
            place = self._numbers[key] = len(self._numbers)
            if place >= len(self._room):
                raise OutOfBudget("more generators than there is room for")
            with ctx.workprec(PRECISION):
                self._balls.append(ball())
        return self._room[place]

    def _applied(self, name: str, argument: Quotient, function: Callable[[arb], arb]) -> Quotient:
        key = (name, str(argument.num), str(argument.den))
        return self._number(self._generator(key, lambda: function(self.ball(argument))))

    def _exponential(self, part: Quotient) -> Quotient:
        value = self._applied("exp", part, arb.exp)
        place = _generator_of(value.num)
        assert place is not None
        self._exponents[place] = part
        return value

    def _logarithm(self, factor: Polynomial) -> Quotient:
        place = _generator_of(factor)
        if place in self._exponents:
            return self._exponents[place]
        if place in self._roots:
            order, base = self._roots[place]
            return self.log(self._number(base)) * self.constant(Fraction(1, order))
        value = self._applied("log", self._number(factor), arb.log)
        place = _generator_of(value.num)
        assert place is not None
        self._bases[place] = factor
        return value

    def _rational_power(self, factor: Polynomial, exponent: Fraction) -> Quotient:
        """The power of a positive irreducible polynomial; its root becomes a generator."""
        whole, order = exponent.numerator // exponent.denominator, exponent.denominator
        result = self._number(factor) ** whole
        left = exponent - whole
        place = _generator_of(factor)
        if left and place in self._roots:
            inner, base = self._roots[place]
            return result * self.power(self._number(base), left / inner)
        return result * self._root(factor, order) ** left.numerator if left else result

    def _root(self, factor: Polynomial, order: int) -> Quotient:
        key = ("root", order, str(factor))
        root = self._generator(key, lambda: self._at_sample(factor).root(order))
        place = _generator_of(root)
        assert place is not None
        if place not in self._roots:
            self._roots[place] = order, factor
            self._relations.append((place, order, factor))
        return self._number(root)

    # ---- polynomials

    def reduced(self, polynomial: Polynomial) -> Polynomial:
        """The polynomial with r**q replaced by p, for every relation, the latest first."""
        if len(polynomial) > MOST_TERMS:
            raise OutOfBudget("a large polynomial")
        while self._relations:
            degrees = polynomial.degrees()
            high = (known for known in reversed(self._relations) if degrees[known[0]] >= known[1])
            relation = next(high, None)
            if relation is None:
                break
            polynomial = self._lowered(polynomial, *relation)
        return polynomial

    def _lowered(
        self, polynomial: Polynomial, place: int, order: int, value: Polynomial
    ) -> Polynomial:
        kept, lowered = {}, {}
        for exponents, coefficient in polynomial.to_dict().items():
            if exponents[place] < order:
                kept[exponents] = coefficient
            else:
                less = (*exponents[:place], exponents[place] - order, *exponents[place + 1 :])
                lowered[less] = coefficient
        make = self._context.from_dict
        return make(kept) + _times(make(lowered), value)

    def _number(self, polynomial: Polynomial) -> Quotient:
        return Quotient(self, polynomial, self._context.constant(1))

    def _at_sample(self, polynomial: Polynomial) -> arb:
        total = arb(0)
        for exponents, coefficient in polynomial.to_dict().items():
            term = arb(coefficient)
            for place, exponent in enumerate(exponents):
                if exponent:
                    term = term * self._balls[place] ** int(exponent)
            total = total + term
        return total

    def _parts(self, number: Quotient) -> Iterator[tuple[Quotient, Fraction]]:
        """The monomials of the numerator over the denominator, coefficients apart."""
        content = number.den.content()
        den = number.den / content
        for exponents, coefficient in number.num.to_dict().items():
            monomial = self._context.from_dict({exponents: 1})
            yield Quotient(self, monomial, den), Fraction(int(coefficient), int(content))

    def _factors(self, number: Quotient) -> Iterator[tuple[Polynomial, int]]:
        """Irreducible factors that are positive at the sample, and how often they occur."""
        for polynomial, side in ((number.num, 1), (number.den, -1)):
            content, factors = polynomial.factor()
            for prime, times in fmpz(abs(int(content))).factor():
                yield self._context.constant(int(prime)), side * int(times)
            for factor, times in factors:
                yield self._positive(factor), side * int(times)

    def _positive(self, factor: Polynomial) -> Polynomial:
        with ctx.workprec(PRECISION):
            ball = self._at_sample(factor)
        if ball > 0:
            return factor
        if ball < 0:
            return -factor
        raise Undefined("the sign of a factor is not certain at the sample")


def _ball(value: Fraction) -> arb:
    return arb(fmpz(value.numerator)) / arb(fmpz(value.denominator))


def _generator_of(polynomial: Polynomial) -> int | None:
    """The place of the one generator that a polynomial is; None where it is something else."""
    terms = polynomial.to_dict()
    if len(terms) != 1:
        return None
    ((exponents, coefficient),) = terms.items()
    if coefficient != 1 or sum(exponents) != 1:
        return None
    return int(exponents.index(1))


def _positive_side(number: Quotient) -> tuple[bool, Quotient]:
    """Of u and -u the one whose leading coefficient is positive, and whether it is -u."""
    turned = bool(number.num.leading_coefficient() < 0)
    return turned, -number if turned else number
