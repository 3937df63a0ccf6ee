"""Any loss that the notation can say, drawn by hypothesis, with what it is differentiated by.

A draw is written as a user writes it, in SymPy. Bound indices have names of their own, K1, K2, ..,
except that now and then one is called like a free index: it has to be refused or harmless.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import sympy
from hypothesis import reject
from hypothesis import strategies as st
from sympy import (
    Abs,
    Eq,
    Expr,
    Idx,
    Max,
    Min,
    Ne,
    Rational,
    cos,
    cosh,
    erf,
    exp,
    log,
    loggamma,
    sin,
    sqrt,
    tanh,
)
from sympy.core.relational import Relational

from derive.losses import softmax
from derive.symbols import (
    delta,
    index,
    indices,
    labels,
    nonnegative,
    nonzero,
    positive,
    real,
    sigmoid,
    simplex,
    size,
    size_of,
    softplus,
    sum_over,
    where,
)

n, m, o = sizes = tuple(map(size, ("n", "m", "o")))
FREE = {n: indices("i j", n), m: indices("a c", m), o: (index("e", o),)}
x, z = real("x", n), real("z", n)
t = labels("t", m, below=n)
BY_SHAPE: tuple[tuple[Any, tuple[Any, ...]], ...] = (
    (x, (n,)),
    (z, (n,)),
    (simplex("y", n), (n,)),
    (nonzero("w", n), (n,)),
    (positive("p", n), (n,)),
    (nonnegative("q", n), (n,)),
    (real("u", m), (m,)),
    (real("K", n, n), (n, n)),
    (real("X", m, n), (m, n)),
    (simplex("Y", m, n), (m, n)),
    (positive("P", m, o), (m, o)),
    (real("T", n, m, o), (n, m, o)),
)
SCALARS = (real("b"), positive("h"), nonzero("g"))
s = softmax(x)
S = softmax(real("X", m, n), "S")

_SMALL = tuple(map(Rational, ("2", "3", "-1", "1/2", "-2", "3/2")))
_FRACTIONS = tuple(map(Rational, ("1/2", "-1/2", "3/2", "1/3", "-2/3")))


class Loss(NamedTuple):
    """What is differentiated, by what, and under which hypotheses."""

    of: Expr
    by: Expr
    given: tuple[Relational, ...]

    def __str__(self) -> str:
        given = f", given {', '.join(map(str, self.given))}" if self.given else ""
        return f"d({self.of})/d{self.by}{given}"


Context = tuple[Idx, ...]


class Losses:
    """Draws expressions whose indices are those of a context, or free."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw
        self.bound = 0

    def _pick(self, *choices: Any) -> Any:
        return self.draw(st.sampled_from(choices))

    def any(self, context: Context, depth: int) -> Expr:
        """Any expression."""
        if depth <= 0:
            return self._one(_LEAVES)(self, context)
        return self._one(_NODES)(self, context, depth - 1)

    def _one(self, choices: dict[str, int]) -> Any:
        names = [name for name, weight in choices.items() for _ in range(weight)]
        return getattr(type(self), f"_{self._pick(*names)}")

    # ---- indices

    def _index(self, below: Any, context: Context) -> Any:
        """A bound index of this size where there is one, else most often a free one."""
        inner = [k for k in context if size_of(k) == below]
        gathered = [t[self._plain(m, context)]] if below == n else []
        return self._pick(*inner, *inner, *inner, *(() if inner else FREE[below]), *gathered)

    def _plain(self, below: Any, context: Context) -> Idx:
        inner = [k for k in context if size_of(k) == below]
        return self._pick(*(inner or FREE[below]))

    def _bind(self, below: Any, context: Context) -> tuple[Idx, Context]:
        """A new bound index, and what may be read under it."""
        self.bound += 1
        name = "i" if below == n and self._pick(*range(12)) == 0 else f"K{self.bound}"
        counter = index(name, below)
        return counter, (*(k for k in context if str(k) != name), counter)

    # ---- leaves

    def _element(self, context: Context) -> Expr:
        variable, shape = self._pick(*BY_SHAPE)
        return variable[tuple(self._index(axis, context) for axis in shape)]

    def _vector(self, context: Context) -> Expr:
        return self._pick(x, x, z)[self._index(n, context)]

    def _scalar(self, _: Context) -> Expr:
        return self._pick(*SCALARS)

    def _number(self, _: Context) -> Expr:
        return self._pick(*_SMALL, sympy.pi)

    def _size(self, _: Context) -> Expr:
        return self._pick(*sizes)

    def _delta(self, context: Context) -> Expr:
        below = self._pick(n, n, m)
        return delta(self._index(below, context), self._index(below, context))

    def _position(self, context: Context) -> Expr:
        return self._plain(self._pick(*sizes), context)

    def _softmax(self, context: Context) -> Expr:
        if self._pick(True, False):
            return s[self._index(n, context)]
        return S[self._plain(m, context), self._index(n, context)]

    # ---- nodes

    def _add(self, context: Context, depth: int) -> Expr:
        return self.any(context, depth) + self._pick(1, 1, -1, -2) * self.any(context, depth - 1)

    def _multiply(self, context: Context, depth: int) -> Expr:
        return self.any(context, depth) * self.any(context, depth - 1)

    def _quotient(self, context: Context, depth: int) -> Expr:
        below = self._pick(self.above, self.above, self.any)(context, depth - 1)
        return self.any(context, depth) / below if below != 0 else self.any(context, depth)

    def _power(self, context: Context, depth: int) -> Expr:
        return self.any(context, depth) ** self._pick(2, 2, 3)

    def _inverse(self, context: Context, depth: int) -> Expr:
        base = self._pick(self.above, self.any)(context, depth)
        return base ** self._pick(-1, -2) if base != 0 else base

    def _root(self, context: Context, depth: int) -> Expr:
        base = self._pick(self.above, self.above, self.any)(context, depth)
        return self._real(base ** self._pick(*_FRACTIONS) if base != 0 else base)

    def _symbolic_power(self, context: Context, depth: int) -> Expr:
        exponent = self._pick(self._scalar, self._vector, self._size)(context)
        return self.above(context, depth) ** exponent

    def _sqrt(self, context: Context, depth: int) -> Expr:
        return self._real(sqrt(self._pick(self.above, self.any)(context, depth)))

    def _log(self, context: Context, depth: int) -> Expr:
        argument = self._pick(self.above, self.above, self.any)(context, depth)
        return self._real(log(argument) if argument != 0 else argument)

    def _lgamma(self, context: Context, depth: int) -> Expr:
        argument = self.above(context, min(depth, 1))
        made = loggamma(argument)  # of a size it becomes the logarithm of a factorial
        return argument if made.has(sympy.gamma) else made

    def _exp(self, context: Context, depth: int) -> Expr:
        return exp(self.any(context, depth))

    def _smooth(self, context: Context, depth: int) -> Expr:
        function = self._pick(sin, cos, tanh, cosh, erf, sigmoid, softplus)
        return function(self.any(context, depth))

    def _kinked(self, context: Context, depth: int) -> Expr:
        one = self.any(context, depth)
        match self._pick("abs", "max", "min"):
            case "abs":
                return Abs(one)
            case "max":
                return Max(one, self._pick(0, 1, self._vector(context)))
            case _:
                return Min(one, self._pick(0, 1, self._vector(context)))

    def _value_guard(self, context: Context, depth: int) -> Expr:
        left, right = self._vector(context), self._pick(0, 1, self._element(context))
        condition = self._pick(sympy.Gt, sympy.Ge, sympy.Lt)(left, right)
        body = self.any(context, depth)
        return where(condition, body) if isinstance(condition, Relational) else body

    def _index_guard(self, context: Context, depth: int) -> Expr:
        below = self._pick(n, n, m)
        left, right = self._plain(below, context), self._pick(0, 1, self._plain(below, context))
        condition = self._pick(sympy.Le, sympy.Lt, sympy.Gt, Eq, Ne)(left, right)
        body = self.any(context, depth)
        return where(condition, body) if isinstance(condition, Relational) else body

    def _sum(self, context: Context, depth: int) -> Expr:
        counter, inner = self._bind(self._pick(n, n, n, m, o), context)
        return sum_over(counter, self.any(inner, depth))

    def _causal_sum(self, context: Context, depth: int) -> Expr:
        last = self._plain(n, context)
        counter, inner = self._bind(n, context)
        condition = self._pick(sympy.Le, sympy.Lt)(counter, last)
        body = self.any(inner, depth)
        guarded = where(condition, body) if isinstance(condition, Relational) else body
        return sum_over(counter, guarded)

    def _short_sum(self, context: Context, depth: int) -> Expr:
        counter, inner = self._bind(n, context)
        return sympy.Sum(self.any(inner, depth), (counter, 0, n - 2))

    # ---- what is most often positive

    def above(self, context: Context, depth: int) -> Expr:
        """An expression that is positive wherever it has a value."""
        if depth <= 0:
            at = self._index(n, context)
            return self._pick(SCALARS[1], positive("p", n)[at], exp(x[at]), n, s[at])
        match self._pick("exp", "one", "sum", "+", "*", "square", "sigmoid", "causal"):
            case "exp":
                return exp(self.any(context, depth - 1))
            case "one":
                return 1 + self.any(context, depth - 1) ** 2
            case "sum":
                counter, inner = self._bind(self._pick(n, m), context)
                return sum_over(counter, self.above(inner, depth - 1))
            case "+":
                return self.above(context, depth - 1) + self.above(context, depth - 2)
            case "*":
                return self.above(context, depth - 1) * self.above(context, depth - 2)
            case "square":
                counter, inner = self._bind(n, context)
                return sum_over(counter, self.any(inner, depth - 1) ** 2) + SCALARS[1]
            case "sigmoid":
                return self._pick(sigmoid, softplus)(self.any(context, depth - 1))
            case _:
                last = self._plain(n, context)
                counter, inner = self._bind(n, context)
                body = self.above(inner, depth - 1)
                condition = counter <= last
                guarded = where(condition, body) if isinstance(condition, Relational) else body
                return sum_over(counter, guarded)

    def _real(self, made: Expr) -> Expr:
        """SymPy makes I of sqrt(-1), which nobody wrote."""
        return SCALARS[0] if made.has(sympy.I, sympy.zoo, sympy.nan) else made

    # ---- hypotheses, and what it is differentiated by

    def given(self) -> tuple[Relational, ...]:
        """Most often none; else one or two hypotheses that can be met."""
        k, i = index("K0", n), FREE[n][0]
        K = real("K", n, n)
        choices = (
            Eq(sum_over(k, x[k]), 1),
            Eq(sum_over(k, x[k] ** 2), 1),
            Eq(sum_over(k, z[k]), 0),
            Eq(SCALARS[0], 1),
            Eq(x[i], z[i]),
            Eq(K[i, FREE[n][1]], K[FREE[n][1], i]),
            x[i] > 0,
            z[i] < 1,
            Ne(SCALARS[0], 0),
            x[i] >= 0,
        )
        how_many = self._pick(0, 0, 0, 0, 1, 1, 2)
        return tuple(dict.fromkeys(self._pick(*choices) for _ in range(how_many)))

    def by(self, of: Expr) -> Expr:
        """An element of a variable, most often of one that occurs."""
        shapes = dict(BY_SHAPE) | dict.fromkeys(SCALARS, ())
        names = {str(base.base.label) for base in of.atoms(sympy.Indexed)} | {
            str(symbol) for symbol in of.free_symbols
        }
        inside = [v for v in shapes if str(getattr(v, "label", v)) in names]
        inside += [x] * ("s" in names) + [real("X", m, n)] * ("S" in names)
        variable = self._pick(*(inside or [x]))
        shape = shapes[variable]
        at = tuple(self._pick(*FREE[axis]) for axis in shape)
        return variable[at] if at else variable


_LEAVES = {
    "vector": 6,
    "element": 6,
    "scalar": 2,
    "number": 1,
    "size": 1,
    "delta": 2,
    "position": 1,
    "softmax": 2,
}
_NODES = {
    "add": 4,
    "multiply": 5,
    "quotient": 3,
    "power": 3,
    "inverse": 1,
    "root": 1,
    "symbolic_power": 1,
    "sqrt": 1,
    "log": 3,
    "lgamma": 1,
    "exp": 2,
    "smooth": 4,
    "kinked": 2,
    "value_guard": 2,
    "index_guard": 2,
    "sum": 8,
    "causal_sum": 2,
    "short_sum": 1,
}


@st.composite
def losses(draw: Any, deepest: int = 4) -> Loss:
    """A loss, most often a sum, with hypotheses and what it is differentiated by."""
    make = Losses(draw)
    try:
        of = make.any((), draw(st.integers(1, deepest)))
    except (RecursionError, ValueError):  # SymPy's own, in |u| or max: no loss has come of it
        reject()
    return Loss(of, make.by(of), make.given())
