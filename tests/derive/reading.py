"""Reads a line of Unicode as a person would, and says what it comes to at given values.

It shares nothing with the typesetter but the habits of the field: a power binds tightest, then
products and fractions from left to right, then sums; Σ takes the rest of its product.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import exp, log
from typing import Any

_TOKEN = re.compile(
    r"\s*(Σ_\w|δ_\w\w|exp|log|[A-Za-z]_[a-z]+|[A-Za-z]|\d+|[⁰¹²³⁴⁵⁶⁷⁸⁹]+|[−+·/^()])"
)
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


def value_of(text: str, values: Mapping[str, Any], size: int, indices: Mapping[str, int]) -> float:
    """What a line comes to; every index runs below ``size``.

    values: variable -> a number, or nested lists of them.
    """
    tokens = _TOKEN.findall(text)
    assert "".join(tokens) == text.replace(" ", ""), f"cannot read {text}"
    reader = _Reader(tokens, values, size)
    found = reader.sum(dict(indices))
    assert reader.next() == "", f"cannot read {text} to its end"
    return found


class _Reader:
    def __init__(self, tokens: list[str], values: Mapping[str, Any], size: int) -> None:
        self.tokens, self.values, self.size = tokens, values, size
        self.place = 0

    def next(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def take(self) -> str:
        self.place += 1
        return self.tokens[self.place - 1]

    def sum(self, at: dict[str, int]) -> float:
        sign = -1 if self.next() == "−" and self.take() else 1
        total = sign * self.product(at)
        while self.next() in ("+", "−"):
            sign = -1 if self.take() == "−" else 1
            total += sign * self.product(at)
        return total

    def product(self, at: dict[str, int]) -> float:
        found = self.factor(at)
        while self.next() not in ("", ")", "+", "−"):
            operator = self.take() if self.next() in ("·", "/") else "·"
            other = self.factor(at)
            found = found / other if operator == "/" else found * other
        return found

    def factor(self, at: dict[str, int]) -> float:
        if self.next().startswith("Σ"):
            return self.total(self.take()[2:], at)
        base = self.atom(at)
        if self.next().translate(_DIGITS).isdigit() and self.next() not in "0123456789":
            return base ** int(self.take().translate(_DIGITS))
        if self.next() == "^":
            self.take()
            return base ** self.atom(at)
        return base

    def total(self, counter: str, at: dict[str, int]) -> float:
        start, found = self.place, 0.0
        for value in range(self.size):
            self.place = start
            found += self.product({**at, counter: value})
        return found

    def atom(self, at: dict[str, int]) -> float:
        token = self.take()
        if token == "(":
            found = self.sum(at)
            assert self.take() == ")"
            return found
        if token in ("exp", "log"):
            assert self.next() == "("
            return {"exp": exp, "log": log}[token](self.atom(at))
        if token.isdigit():
            return int(token)
        name, _, below = token.partition("_")
        places = [at[letter] for letter in below]
        if name == "δ":
            return float(places[0] == places[1])
        found = at[name] if name in at else self.values[name]
        for place in places:
            found = found[place]
        return found
