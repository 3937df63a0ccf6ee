"""Formulas of the notation as text, drawn by hypothesis, and points to read them at."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import product

from hypothesis import strategies as st

from derive.language.elaboration import Elaboration
from derive.language.names import Names
from derive.language.syntax import Source, parse
from numeric.points import Point

DECLARED = ("x: real[n]", "A: real[n,m]", "s: real", "t: index(n)[m]")
FREE = {"i": "n", "b": "m"}
SHAPES = {"x": ("n",), "A": ("n", "m"), "s": ()}


def names():
    """What the declarations say."""
    found = Names()
    for text in DECLARED:
        source = Source("where", text, 0, text)
        found.declare(source, parse(source, "declaration"))
    return found


def term(text):
    """The term that a formula is read as. Raises ``ClaimError``."""
    source = Source("claim", text, 0, text)
    node = parse(source, "value")
    reader = Elaboration(names(), source, dict(FREE))
    reader.infer(node)
    return reader.term(node)


NUMBERS = st.sampled_from([Fraction(v) for v in ("0", "1", "-1", "2", "-3", "1/2", "-3/2")])


@st.composite
def points(draw):
    """A point: sizes from 1 to 3, small numbers, every label and free index."""
    sizes = {name: draw(st.integers(1, 3)) for name in ("n", "m")}

    def cells(shape):
        return product(*(range(sizes[axis]) for axis in shape))

    def below(axis):
        return draw(st.integers(0, sizes[axis] - 1))

    values = {name: {at: draw(NUMBERS) for at in cells(shape)} for name, shape in SHAPES.items()}
    labels = {"t": {at: below("n") for at in cells(("m",))}}
    return Point(sizes, values, labels, {name: below(axis) for name, axis in FREE.items()})


def as_names(point):
    """A point as the evaluator wants it."""
    found = {name: Fraction(v) for name, v in (*point.sizes.items(), *point.indices.items())}
    for name, table in (*point.values.items(), *point.labels.items()):
        found[name] = table.get((), table)
    return found


class Formulas:
    """Draws formulas without parentheses where they may be left out: precedence is the matter."""

    def __init__(self, draw, functions=("abs", "sign", "max", "min")):
        self.draw = draw
        self.functions = functions
        self.bound = 0

    def _one(self, *choices):
        return self.draw(st.sampled_from(choices))

    def fresh(self):
        """A name for an index. A sum takes in all the rest of its product, so none comes twice."""
        self.bound += 1
        return f"k{self.bound}"

    def whole(self, depth, scope):
        """A sum of products; ``scope`` are the indices around it, each with its size."""
        parts = [self._term(depth, scope) for _ in range(self._one(1, 1, 2, 3))]
        text = parts[0]
        for part in parts[1:]:
            text += self._one(" + ", " - ") + part
        return text

    def _term(self, depth, scope):
        sign = self._one("", "", "", "-")
        factors = [self._factor(depth, scope, first=True)]
        factors += [self._factor(depth, scope) for _ in range(self._one(0, 0, 1, 2))]
        text = factors[0]
        for factor in factors[1:]:
            text += self._joined(self._one("*", "*", "/"), factor)
        return sign + text

    def _joined(self, stroke, factor):
        """A bracket that divides takes in nothing, so it guards nothing either."""
        guards = stroke == "/" and factor[0] == "[" and re.search(r"x\[(n|\w+ ?[-+]|1)", factor)
        return f"{stroke}({factor})" if guards else stroke + factor

    def _factor(self, depth, scope, *, first=False):
        kinds = ["entry", "entry", "number", "power", "minus"]
        if depth > 0:
            kinds += ["sum", "sum", "bracket", "bracket", "parens", "call", "neighbour", "prefix"]
        kind = self._one(*kinds)
        if kind == "minus":
            return self._entry(scope) if first else "-" + self._entry(scope)
        return getattr(self, f"_{kind}")(*(() if kind == "number" else (depth, scope)))

    def _number(self):
        return self._one("0", "1", "2", "0.5", "3", "1e-1")

    def _entry(self, *where):
        scope = where[-1]
        row, column = (self._index(axis, scope) for axis in "nm")
        some = self._one(*scope)[0]
        return self._one("s", f"x[{row}]", f"A[{row},{column}]", some, "n", f"t[{column}]")

    def _index(self, axis, scope):
        choices = [name for name, below in scope if below == axis]
        plain = [name for name, below in scope if below == "m"]
        if axis == "n":
            choices += [f"t[{name}]" for name in plain]
        return self._one(*choices)

    def _power(self, _, scope):
        return f"{self._entry(scope)}^{self._one('2', '3', '0', '2^2', '-1', '1^2')}"

    def _parens(self, depth, scope):
        return f"({self.whole(depth - 1, scope)})"

    def _call(self, depth, scope):
        name = self._one(*self.functions)
        count = 2 if name in ("max", "min") else 1
        return f"{name}({', '.join(self.whole(depth - 1, scope) for _ in range(count))})"

    def _sum_over(self, depth, scope, bound, axis):
        name = self.fresh()
        return f"sum_{{{name}<{bound}}} {self._term(depth - 1, [*scope, (name, axis)])}"

    def _sum(self, depth, scope):
        axis = self._one("n", "m")
        bounds = [
            axis,
            *(f"{name}{plus}" for name, below in scope if below == axis for plus in ("", " + 1")),
        ]
        return self._sum_over(depth, scope, self._one(*bounds), axis)

    def _bracket(self, depth, scope):
        left, right = self._compared(scope), self._compared(scope)
        relation = self._one("=", "!=", "<", "<=", ">", ">=")
        more = self._one("", "", f" and {self._compared(scope)} < {self._compared(scope)}")
        rest = self._one("", "*", "*", "/")
        after = self._joined(rest, self._factor(depth - 1, scope)) if rest else ""
        return f"[{left} {relation} {right}{more}]{after}"

    def _compared(self, scope):
        return self._one(*(name for name, _ in scope), "s", "0", "1", "n - 1", self._entry(scope))

    def _neighbour(self, depth, scope):
        """A computed index, behind a bracket that keeps it in its range."""
        row = self._one(*(name for name, below in scope if below == "n"))
        return self._one(
            f"[{row} > 0]*x[{row}-1]",
            f"[{row} != 0]*x[{row} - 1]",
            f"[{row} < n - 1]*x[{row}+1]",
            "[1 < n]*x[1]",
            "x[0]",
            "x[n-1]",
            f"x[n-1-{row}]",
        )

    def _prefix(self, depth, scope):
        """A sum up to an outer index, which the body reads as well."""
        row = self._one(*(name for name, below in scope if below == "n"))
        name = self.fresh()
        return f"sum_{{{name}<{row}+1}} x[{row}-{name}]*x[{name}]"


@st.composite
def formulas(draw, functions=("abs", "sign", "max", "min"), depth=3):
    """The text of a formula in the declared names and the free indices."""
    return Formulas(draw, functions).whole(depth, list(FREE.items()))
