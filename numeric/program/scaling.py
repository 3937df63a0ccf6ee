"""From kernel terms to views, kept from overflow by one rule: a value is exp(L) * v.

``exp`` gives L, products add the Ls, powers scale L, ``log`` gives L + log v, and a sum takes out
the maximum m of the L under it. Each is an instance of exp(a) = exp(m) * exp(a - m), which is true
for every m, so what is computed equals what was written, however large the logits are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from fractions import Fraction
from typing import NamedTuple

from derive.kernel.declarations import Declarations
from derive.kernel.judgement import Context, Fact, Shape
from derive.kernel.terms import (
    FUNCTIONS,
    MINUS_ONE,
    OF_POSITIVE,
    Index,
    Term,
    is_applied,
    natural_number,
    rational,
)
from derive.kernel.terms import ONE as UNIT
from derive.plain_text import show

from .algebra import (
    ONE,
    ZERO,
    Linear,
    exponential,
    factored,
    linear,
    merge,
    never_positive,
    number,
    power,
    product,
    split,
    times,
)
from .contraction import add_up
from .views import View, build, leaf


class NotCompiled(NotImplementedError):  # noqa: N818  (a refusal is an answer, not a mishap)
    """A term that there is no NumPy for; the message shows it."""


class Scaled(NamedTuple):
    """exp(exponent) * value."""

    exponent: Linear
    value: View


class Place(NamedTuple):
    """Where a term stands: the sizes of the open binders, the innermost first, and its guard.

    guard: the condition under which the term is read at all; None for none.
    """

    context: Context = ()
    guard: View | None = None

    def under(self, size: str) -> Place:
        """Inside a sum over a size."""
        return Place((size, *self.context), self.guard and self.guard.shifted(1))

    def given(self, condition: View) -> Place:
        """Inside a guard."""
        guard = build("both", [self.guard, condition]) if self.guard else condition
        return Place(self.context, guard)

    def safe(self, view: View, harmless: View) -> View:
        """The view where the term is read, and a harmless number elsewhere."""
        if self.guard and view != harmless:
            return build("select", [self.guard, view, harmless])
        return view


class Scaling:
    """Translates the terms of some declarations into views at their indices.

    Bound indices stand for themselves among the axes of a view, so under a binder 0 is its axis.
    """

    def __init__(self, declarations: Declarations, small: Collection[str] = ()) -> None:
        """``small`` names the variables that stay near 0, so that no exponential of them is far."""
        self._declarations = declarations
        self._small = frozenset(small)
        self._positive = frozenset(_positive_numbers(declarations))
        self._plain: dict[tuple[Term, Place], View] = {}
        self._scaled: dict[tuple[Term, Place], Scaled] = {}

    def plain(self, term: Term, place: Place) -> View:
        """The value of a term.

        Raises
        ------
        NotCompiled
            For a function that has no NumPy here.
        """
        key = (term, place)
        if key not in self._plain:
            self._plain[key] = self._find_plain(term, place)
        return self._plain[key]

    def scaled(self, term: Term, place: Place) -> Scaled:
        """The value of a term as exp(L) * v. Raises as ``plain``."""
        key = (term, place)
        if key not in self._scaled:
            self._scaled[key] = self._find_scaled(term, place)
        return self._scaled[key]

    # ---- values as they are

    def _find_plain(self, term: Term, place: Place) -> View:
        """A value as it is. Only where two exponents meet does any of them have to be scaled."""
        args = term.args
        match term.kind:
            case "add" if (exponent := exponent_less_one(term)) is not None:
                return build("expm1", [self.plain(exponent, place)])
            case "add":
                return linear(self._sum_of(term, place))
            case "apply" if args[0] == "log":
                return linear(self._log(args[1], place))
            case "sum" if self._stays(self.scaled(args[1], place.under(args[0])).exponent):
                inner = self.plain(args[1], place.under(args[0]))
                return add_up(inner, 0, args[0]).shifted(-1)
            case "where":
                condition = self._condition(term, place)
                body = self.plain(args[3], place.given(condition))
                return build("select", [condition, body, ZERO])
            case "multiply" if sum(bool(self.scaled(f, place).exponent) for f in args) <= 1:
                return product(self.plain(factor, place) for factor in args)
            case _:
                return self._unscaled(self.scaled(term, place), place)

    @staticmethod
    def _stays(exponent: Linear) -> bool:
        """Whether nothing of an exponent under a sum has to be taken out of the sum."""
        return never_positive(exponent) or all(0 in view.axes for view in exponent)

    def _unscaled(self, scaled: Scaled, place: Place) -> View:
        return product([scaled.value, self._exponential(scaled.exponent, place)])

    def _exponential(self, exponent: Linear, place: Place) -> View:
        if not exponent or not place.guard:
            return exponential(exponent)
        return exponential({place.safe(linear(exponent), ZERO): Fraction(1)})

    def _sum_of(self, term: Term, place: Place) -> Linear:
        """A term as a sum, down to the parts that were written: (a + b) + c stays grouped."""
        whole = term.kind != "add" or exponent_less_one(term) is not None
        parts = (term,) if whole else term.args
        return merge(*(self._part(part, place) for part in parts))

    def _part(self, term: Term, place: Place) -> Linear:
        """One part of a sum. A logarithm is a sum by itself, for x - log(sum exp x) to be exact."""
        scale, factors = Fraction(1), [term]
        if term.kind == "multiply":
            numbers = [rational(factor) for factor in term.args]
            factors = [f for f, value in zip(term.args, numbers, strict=True) if value is None]
            for value in numbers:
                scale *= 1 if value is None else value
        if len(factors) == 1 and factors[0].kind == "apply" and factors[0].args[0] == "log":
            return times(scale, self._log(factors[0].args[1], place))
        coefficient, view = split(self.plain(term, place))
        return {view: coefficient}

    def _log(self, argument: Term, place: Place) -> Linear:
        """log(exp(L) v) = L + log v, log(1/v) = -log v, and log(1 + u) where u is not large."""
        added = added_to_one(argument)
        if added is not None and never_positive(self.scaled(added, place).exponent):
            inner = place.safe(self.plain(added, place), ONE)
            return {build("log1p", [inner]): Fraction(1)}
        exponent, value = self.scaled(argument, place)
        if value == ONE:
            return exponent
        sign = Fraction(1)
        if value.array.made == "reciprocal":
            sign, (value,) = -sign, value.operands
        return merge(exponent, {build("log", [place.safe(value, ONE)]): sign})

    # ---- values as exp(L) * v

    def _find_scaled(self, term: Term, place: Place) -> Scaled:
        args = term.args
        match term.kind:
            case "number":
                return Scaled({}, number(Fraction(*args)))
            case "size":
                return Scaled({}, leaf("size", args[0]))
            case "constant":
                return Scaled({}, leaf(args[0]))
            case "position":
                return Scaled({}, build("real", [self._index(args[0], place)]))
            case "element":
                shape = self._declarations.variables[args[0]]
                return Scaled({}, self._element("input", args[0], args[1], shape, place))
            case "delta":
                return Scaled({}, self._delta(args[0], args[1], place))
            case "add":
                return self._add(term, place)
            case "multiply":
                parts = [self.scaled(factor, place) for factor in args]
                exponent = merge(*(part.exponent for part in parts))
                return Scaled(exponent, product(part.value for part in parts))
            case "power":
                return self._power(args[0], args[1], place)
            case "apply" if args[0] == "exp":
                return Scaled(self._sum_of(args[1], place), ONE)
            case "apply" if args[0] == "log":
                return Scaled({}, self.plain(term, place))
            case "apply" if args[0] in FUNCTIONS:
                argument = self.plain(args[1], place)
                safe = place.safe(argument, ONE) if args[0] in OF_POSITIVE else argument
                return Scaled({}, build(args[0], [safe]))
            case "sum":
                return self._sum(args[0], args[1], place)
            case "where":
                return self._guarded(term, place)
            case _:
                raise NotCompiled(f"there is no NumPy for {show(term)}")

    def _add(self, term: Term, place: Place) -> Scaled:
        """sum_j exp(L_j) v_j = exp(m) sum_j exp(L_j - m) v_j with m = max_j L_j"""
        exponent = exponent_less_one(term)
        if exponent is not None and exponent.names & self._small:
            return Scaled({}, self.plain(term, place))
        parts = [self.scaled(part, place) for part in term.args]
        one_is_0 = not parts or not all(part.exponent for part in parts)
        if one_is_0 and all(never_positive(part.exponent) for part in parts):
            return Scaled({}, self.plain(term, place))
        if all(part.exponent == parts[0].exponent for part in parts):
            return Scaled(parts[0].exponent, _total(part.value for part in parts))
        exponents = [linear(part.exponent) for part in parts]
        largest = build("maximum", list(dict.fromkeys(exponents)))
        values = [
            self._unscaled(Scaled({exponent: Fraction(1), largest: Fraction(-1)}, value), place)
            for exponent, (_, value) in zip(exponents, parts, strict=True)
        ]
        return Scaled({largest: Fraction(1)}, _total(values))

    def _power(self, base: Term, exponent: Term, place: Place) -> Scaled:
        """(exp(L) v)**e = exp(e L) v**e, and v**e = exp(e log v) unless e is whole or a half."""
        scaled, value = self.scaled(base, place), rational(exponent)
        if value is None:
            logarithm = linear(self._log(base, place))
            return Scaled({product([self.plain(exponent, place), logarithm]): Fraction(1)}, ONE)
        if (2 * value).denominator != 1:
            return Scaled(times(value, self._log(base, place)), ONE)
        root = scaled.value
        if natural_number(exponent) is None:
            root = place.safe(root, ONE)
        if isinstance(value, Fraction):
            root = build("sqrt", [root])
        return Scaled(times(value, scaled.exponent), power(root, value.numerator))

    def _sum(self, size: str, body: Term, place: Place) -> Scaled:
        """sum_k exp(L_k) v_k = exp(m) sum_k exp(L_k - m) v_k with m = max_k L_k"""
        inside = place.under(size)
        exponent, value = self.scaled(body, inside)
        moving = {view: c for view, c in exponent.items() if 0 in view.axes}
        fixed = {view: c for view, c in exponent.items() if 0 not in view.axes}
        if moving:
            scale, moves = self._scale(linear(moving))
            largest = product([*scale, build("amax", [moves], over=[0])])
            fixed = merge(fixed, {largest: Fraction(1)})
            down = merge(moving, {largest: Fraction(-1)})
            value = product([value, self._exponential(down, inside)])
        outside = {view.shifted(-1): c for view, c in fixed.items()}
        return Scaled(outside, add_up(value, 0, size).shifted(-1))

    def _scale(self, exponent: View) -> tuple[list[View], View]:
        """An exponent x / T as 1 / T, where that is positive, and x, which alone moves with k.

        max(x / T) = max(x) / T, and (x - max x) / T is exact where x / T - max(x / T) is not.
        """
        number_in_front, factors = factored([exponent])
        fixed = [f for f in factors if 0 not in f.axes and self._is_positive(f)]
        moves = [f for f in factors if f not in fixed]
        if number_in_front != 1 or len(moves) != 1 or moves[0].array.made == "select":
            return [], exponent
        return fixed, moves[0]

    def _is_positive(self, view: View) -> bool:
        """Whether a hypothesis says so of a number, or it is a size or made of such."""
        match view.array.made:
            case "input":
                return view.array.parameters[0] in self._positive
            case "reciprocal" | "sqrt" | "product" | "power":
                return all(map(self._is_positive, view.operands))
        return view.array.made == "size"

    def _guarded(self, term: Term, place: Place) -> Scaled:
        """[c] exp(L) v = exp(L where c, else -infinity) * (v where c, else 0)"""
        condition = self._condition(term, place)
        exponent, value = self.scaled(term.args[3], place.given(condition))
        if exponent:
            masked = build("select", [condition, linear(exponent), leaf("lowest")])
            exponent = {masked: Fraction(1)}
        return Scaled(exponent, build("select", [condition, value, ZERO]))

    def _condition(self, term: Term, place: Place) -> View:
        relation, left, right, _ = term.args
        return build("compare", [self.plain(left, place), self.plain(right, place)], relation)

    # ---- elements and indices

    def _element(
        self, made: str, name: str, indices: tuple[Index, ...], shape: Shape, place: Place
    ) -> View:
        """An array at its indices; as a view, where they are plain and no two are the same."""
        plain = all(not isinstance(index, tuple) for index in indices)
        if plain and len(set(indices)) == len(indices):
            return leaf(made, name, shape=shape, axes=indices)
        return build("gather", [self._index(index, place) for index in indices], name)

    def _index(self, index: Index, place: Place) -> View:
        """An index as an array of integers."""
        if isinstance(index, tuple):
            label = self._declarations.labels[index[0]]
            return self._element("label", index[0], index[1:], label.shape, place)
        size = self._declarations.index_size(index, place.context)
        return leaf("range", size, shape=(size,), axes=(index,))

    def _delta(self, left: Index, right: Index, place: Place) -> View:
        if left == right:
            return ONE
        if not isinstance(left, tuple) and not isinstance(right, tuple):
            size = self._declarations.index_size(left, place.context)
            return leaf("eye", size, shape=(size, size), axes=(left, right))
        equal = build("compare", [self._index(left, place), self._index(right, place)], "=")
        return build("select", [equal, ONE, ZERO])


def exponent_less_one(term: Term) -> Term | None:
    """u for the term exp(u) - 1; None for any other."""
    if term.kind != "add" or len(term.args) != 2 or MINUS_ONE not in term.args:
        return None
    (other,) = [part for part in term.args if part is not MINUS_ONE] or (MINUS_ONE,)
    return other.args[1] if is_applied("exp", other) else None


def added_to_one(term: Term) -> Term | None:
    """u for the term 1 + u; None for any other, and for a number."""
    if term.kind != "add" or len(term.args) != 2 or UNIT not in term.args:
        return None
    (other,) = [part for part in term.args if part is not UNIT] or (UNIT,)
    return None if rational(other) is not None else other


def _positive_numbers(declarations: Declarations) -> Iterator[str]:
    """The variables without indices that a hypothesis says to be positive."""
    facts = [stated for _, stated in declarations.hypotheses if isinstance(stated, Fact)]
    for kind, term in facts:
        if kind == "positive" and term.kind == "element" and not term.args[1]:
            yield term.args[0]


def _total(views: Iterable[View]) -> View:
    return linear(merge(*({view: Fraction(1)} for view in views)))
