"""What a formula in the notation is worth, worked out from its text alone.

A second reading of the notation, written from its description and sharing nothing with the first:
no tree and no term, only closures. Numbers are exact as long as no function is in play.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction

_TOKEN = re.compile(r"\s*(?:(\d+\.?\d*(?:e-?\d+)?|\.\d+)|([A-Za-z]\w*)|(!=|<=|>=|.))")


class NoValue(ArithmeticError):  # noqa: N818  (a state of affairs)
    """The formula has no value here."""


def value(text, names):
    """The value of a formula, where ``names`` gives numbers, and tables for what has indices."""
    return _Reader(text).whole()(names)


class _Reader:
    """Recursive descent, one method a rule. Each gives a function from names to a number."""

    def __init__(self, text):
        self.tokens = ["".join(found) for found in _TOKEN.findall(text)]
        self.tokens.append("")

    def whole(self):
        formula = self.sum()
        assert self.tokens == [""], self.tokens
        return formula

    def take(self, *wanted):
        if self.tokens[0] in wanted:
            return self.tokens.pop(0)
        return None

    def expect(self, token):
        assert self.tokens.pop(0) == token, (token, self.tokens)

    # a + b - c
    def sum(self):
        parts = [(1, self.term())]
        while sign := self.take("+", "-"):
            parts.append((1 if sign == "+" else -1, self.term()))
        return lambda names: sum((sign * part(names) for sign, part in parts), Fraction(0))

    # -a * b: the sign is of the whole product
    def term(self):
        if self.take("-"):
            inside = self.term()
            return lambda names: -inside(names)
        return self.product()

    def product(self):
        """Factors from the left; a sum or a bracket takes all the rest of the product."""
        return self.open() if self.is_open() else self.rest(self.power())

    def rest(self, left, stroke=None):
        """What follows a first factor."""
        while stroke := stroke or self.take("*", "/"):
            if stroke == "/" and self.tokens[0] == "[":  # a bracket that divides stands alone
                left = _divided(left, self.bracket())
            elif self.is_open():
                right = self.open()
                return _times(left, right) if stroke == "*" else _divided(left, right)
            else:
                right = self.factor()
                left = _times(left, right) if stroke == "*" else _divided(left, right)
            stroke = None
        return left

    def factor(self):
        if self.take("-"):
            inside = self.factor()
            return lambda names: -inside(names)
        return self.power()

    def is_open(self):
        return self.tokens[0] in ("sum_", "prod_", "[")

    def open(self):
        if self.tokens[0] != "[":
            return self.big()
        condition = self.bracket()
        rest = None
        if self.take("*"):
            rest = self.term()
        elif self.take("/"):
            rest = self.rest(lambda names: Fraction(1), "/")
        if rest is None:
            return condition
        return lambda names: rest(names) if condition(names) else Fraction(0)

    def bracket(self):
        self.expect("[")
        comparisons = [*self.comparisons()]
        while self.take("and"):
            comparisons += self.comparisons()
        self.expect("]")
        return lambda names: Fraction(all(holds(names) for holds in comparisons))

    def comparisons(self):
        left = self.sum()
        while relation := self.take("=", "!=", "<", "<=", ">", ">="):
            right = self.sum()
            yield _comparison(relation, left, right)
            left = right

    def big(self):
        combine = sum if self.tokens.pop(0) == "sum_" else math.prod
        self.expect("{")
        binders = [self.binder()]
        while self.take(","):
            binders.append(self.binder())
        self.expect("}")
        body = self.term()

        def worth(names, place=0):
            if place == len(binders):
                return body(names)
            name, bound = binders[place]
            inner = range(int(bound(names)))
            parts = [worth({**names, name: Fraction(at)}, place + 1) for at in inner]
            return Fraction(combine(parts)) if not parts else combine(parts)

        return worth

    def binder(self):
        name = self.tokens.pop(0)
        self.expect("<")
        return name, self.sum()

    # a ^ b ^ c is a ^ (b ^ c)
    def power(self):
        base = self.atom()
        if not self.take("^"):
            return base
        exponent = self.exponent()
        return lambda names: _power(base(names), exponent(names))

    def exponent(self):
        if self.take("-"):
            inside = self.exponent()
            return lambda names: -inside(names)
        return self.power()

    def atom(self):
        token = self.tokens.pop(0)
        if token == "(":
            inside = self.sum()
            self.expect(")")
            return inside
        if token[0].isdigit() or token[0] == ".":
            return lambda names: Fraction(token)
        if self.take("("):
            arguments = self.listed(")")
            return lambda names: _FUNCTIONS[token](*[each(names) for each in arguments])
        if self.take("["):
            at = self.listed("]")
            return lambda names: names[token][tuple(int(each(names)) for each in at)]
        return lambda names: names[token]

    def listed(self, end):
        found = [self.sum()]
        while self.take(","):
            found.append(self.sum())
        self.expect(end)
        return found


def _times(left, right):
    return lambda names: left(names) * right(names)


def _divided(left, right):
    def quotient(names):
        above, below = left(names), right(names)
        if below == 0:
            raise NoValue
        return above / below

    return quotient


def _comparison(relation, left, right):
    test = {
        "=": lambda a, b: a == b,
        "!=": lambda a, b: a != b,
        "<": lambda a, b: a < b,
        "<=": lambda a, b: a <= b,
        ">": lambda a, b: a > b,
        ">=": lambda a, b: a >= b,
    }[relation]
    return lambda names: test(left(names), right(names))


def _power(base, exponent):
    if exponent == int(exponent):
        if exponent < 0 and base == 0:
            raise NoValue
        return base ** int(exponent)
    if base <= 0:
        raise NoValue
    return float(base) ** float(exponent)


def _positive(function):
    def checked(argument):
        if argument <= 0:
            raise NoValue
        return function(float(argument))

    return checked


_FUNCTIONS = {
    "abs": abs,
    "max": max,
    "min": min,
    "sign": lambda u: Fraction((u > 0) - (u < 0)),
    "exp": math.exp,
    "log": _positive(math.log),
    "sqrt": lambda u: _power(u, Fraction(1, 2)) if u else 0.0,
    "sin": math.sin,
    "cos": math.cos,
    "erf": math.erf,
    "tanh": math.tanh,
    "cosh": math.cosh,
    "sinh": math.sinh,
    "sigmoid": lambda u: 1 / (1 + math.exp(-u)),
    "softplus": lambda u: math.log1p(math.exp(u)),
    "lgamma": _positive(math.lgamma),
}
