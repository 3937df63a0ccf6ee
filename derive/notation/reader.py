"""SymPy in: expressions and hypotheses as people write them, to the kernel's inert terms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain, count
from typing import Any

import sympy
from sympy import Expr, Idx, Indexed, KroneckerDelta, Sum
from sympy.core.relational import (
    Equality,
    GreaterThan,
    Relational,
    StrictGreaterThan,
    StrictLessThan,
    Unequality,
)

from ..claims import Claim, Identity
from ..kernel import Declarations, Equation, Fact, Hypothesis, Refused, Term, terms
from ..kernel.declarations import Label
from ..kernel.judgement import has_guard
from ..kernel.terms import ONE, Index
from ..plain_text import explain
from ..symbols import (
    Definition,
    Labels,
    Partial,
    Scalar,
    Size,
    Variable,
    Where,
    index,
    size_of,
    sum_over,
)
from .errors import NotationError, why_not
from .functions import ABBREVIATIONS, CONSTANTS, FUNCTIONS
from .scope import check_scopes, free_in

Binding = tuple[Index, int]  # a de Bruijn index, and how many binders were open when it was bound

_NAME_OF = {function: name for name, function in FUNCTIONS.items()}
_SIGNS = {"==": "=", "!=": "!=", "<": "<", "<=": "<=", ">": "<", ">=": "<="}


@dataclass
class Reader:
    """Turns expressions into terms, and collects the names they use.

    One reader is used for everything that a claim is made of, so that a name cannot mean two
    things in it.

    names: what each name stands for: a size, an index, a variable or a definition.
    indices: the free indices, and the sizes they run below.
    counters: the bound indices, in the order in which they were met.
    """

    names: dict[str, Any] = field(default_factory=dict)
    indices: dict[str, str] = field(default_factory=dict)
    counters: list[Idx] = field(default_factory=list)

    def term(self, expression: Any) -> Term:
        """The term of an expression. Raises ``NotationError``."""
        try:
            read = exact(expression)
            check_scopes(read)
            return self._term(read, {}, 0)
        except (Refused, RecursionError) as error:
            why = explain(error) if isinstance(error, Refused) else "nested too deeply"
            raise NotationError(f"not a term that the kernel reads: {why}") from None

    def body(self, definition: Definition) -> tuple[Term, tuple[str, ...]]:
        """The body of a definition, its parameters bound by the context that comes with it."""
        innermost_first = tuple(reversed(definition.parameters))
        rank = len(innermost_first)
        bound: dict[Idx, Binding] = {p: (k, rank) for k, p in enumerate(innermost_first)}
        context = tuple(self._size(size_of(parameter)) for parameter in innermost_first)
        return self._term(definition.body, bound, rank), context

    def declarations(self, given: Iterable[Relational] = ()) -> Declarations:
        """The names read so far, with what their domains say and further hypotheses.

        A free index in a given relation means "for every": ``x[i] > 0`` says it of every i.
        """
        stated = [self.hypothesis(relation) for relation in given]  # they may name variables, too
        assumed = [self.hypothesis(relation) for relation in self.assumed()]
        variables = {n: v for n, v in self.names.items() if isinstance(v, (Variable, Scalar))}
        labels = {n: v for n, v in self.names.items() if isinstance(v, Labels)}
        try:
            return Declarations(
                sizes=frozenset(n for n, v in self.names.items() if isinstance(v, Size)),
                indices=dict(self.indices),
                variables={name: _shape(variables[name]) for name in sorted(variables)},
                labels={n: Label(_shape(labels[n]), str(labels[n].below)) for n in sorted(labels)},
                hypotheses=tuple(dict.fromkeys((*assumed, *stated))),
            )
        except Refused as refusal:
            raise NotationError(explain(refusal)) from refusal

    def assumed(self) -> tuple[Relational, ...]:
        """What the domains of the variables say, as relations: y_k >= 0 and sum_k y_k = 1."""
        return tuple(
            relation
            for _, symbol in sorted(self.names.items())
            if isinstance(symbol, (Variable, Scalar))
            for relation in self._domain(symbol)
        )

    def check(self, declarations: Declarations, *read: Term) -> None:
        """Raise ``NotationError`` where a term reads an array outside its axes."""
        try:
            for term in read:
                declarations.check_term((), term)
        except Refused as refusal:
            raise NotationError(explain(refusal)) from refusal

    def check_indices(self, value: Term, of: Term, at: tuple[Index, ...], shown: Any) -> None:
        """Raise ``NotationError`` where a value has a free index that its left side has not."""
        allowed = {*of.indices, *terms.plain_indices(at)}
        for free in sorted(i for i in value.indices if isinstance(i, str)):
            if free not in allowed:
                raise NotationError(
                    f"index {free} is free in the claim {shown}, but neither in what is "
                    f"differentiated nor in what it is differentiated by"
                )

    def variable(self, by: Any) -> tuple[str, tuple[Index, ...]]:
        """The variable and the indices of what a formula is differentiated by."""
        if isinstance(by, Indexed) and isinstance(by.base, Definition):
            raise NotationError(f"{by} is defined, not a variable: declare {by.base} as a variable")
        if not isinstance(by, Scalar) and not isinstance(by, Indexed):
            raise NotationError(f"cannot differentiate by {by}: it wants a variable such as x[i]")
        element = self.term(by)
        if element.kind != "element":
            raise NotationError(f"cannot differentiate by {by}: write x[i] with an index i")
        name, at = element.args
        return name, at

    # ---- expressions

    def _term(self, expression: Expr, bound: dict[Idx, Binding], depth: int) -> Term:
        def read(part: Any) -> Term:
            return self._term(part, bound, depth)

        match expression:
            case sympy.Rational():
                return terms.number(int(expression.p), int(expression.q))
            case Size():
                return terms.size(self._size(expression))
            case Idx():
                return terms.position(self._index(expression, bound, depth))
            case Scalar():
                return terms.element(self._name(expression.name, expression))
            case Indexed():
                return self._indexed(expression, bound, depth)
            case Partial():
                return read(expression.value)
            case KroneckerDelta():
                ends = [self._index(end, bound, depth) for end in expression.args]
                return terms.delta(*ends)
            case sympy.Add():
                return terms.add(*map(read, expression.args))
            case sympy.Mul():
                return terms.multiply(*map(read, expression.args))
            case sympy.exp():  # SymPy counts every power of e among them
                return terms.apply("exp", read(expression.exp))
            case _ if expression in CONSTANTS:
                return CONSTANTS[expression]
            case sympy.Pow():
                return terms.power(read(expression.base), read(expression.exp))
            case Sum():
                return self._sum(expression, bound, depth)
            case Where():
                return self._guard(expression, bound, depth)
            case sympy.polygamma() if expression.args[0] == 0:
                return terms.apply("digamma", read(expression.args[1]))
            case _ if expression.func in _NAME_OF:
                return terms.apply(_NAME_OF[expression.func], read(expression.args[0]))
            case _ if expression.func in ABBREVIATIONS:
                ordered = sorted(expression.args, key=sympy.default_sort_key)
                return ABBREVIATIONS[expression.func](*map(read, ordered))
            case _:
                raise NotationError(why_not(expression))

    def _indexed(self, expression: Indexed, bound: dict[Idx, Binding], depth: int) -> Term:
        base = expression.base
        if isinstance(base, Labels):
            return terms.position(self._index(expression, bound, depth))
        if 0 in expression.indices:
            return self._first(expression, bound, depth)
        at = [self._index(i, bound, depth) for i in expression.indices]
        if isinstance(base, Definition):
            self._define(base)
            inner: dict[Idx, Binding] = {
                p: (i, depth) for p, i in zip(base.parameters, at, strict=True)
            }
            return self._term(base.body, inner, depth)
        if not isinstance(base, Variable):
            raise NotationError(f"{base} is not declared: write {base} = real({str(base)!r}, ..)")
        if len(at) != len(base.shape):
            raise NotationError(f"{base} has {len(base.shape)} indices, here: {expression}")
        for axis in base.shape:
            self._size(axis)
        return terms.element(self._name(str(base.label), base), *at)

    def _first(self, expression: Indexed, bound: dict[Idx, Binding], depth: int) -> Term:
        """y[0], which every size has, as the sum over k of y[k] guarded by k = 0."""
        at = list(expression.indices)
        place = at.index(0)
        axis = expression.base.shape[place]
        at[place] = counter = Idx(sympy.Dummy("first", integer=True), axis)  # no user has it
        inner = {**bound, counter: (0, depth + 1)}
        body = self._term(expression.base[tuple(at)], inner, depth + 1)
        guarded = terms.where("=", terms.position(0), terms.ZERO, body)
        return terms.sum_over(self._size(axis), guarded)

    def _sum(self, expression: Sum, bound: dict[Idx, Binding], depth: int) -> Term:
        """Limits are listed innermost first, as SymPy does."""
        *outer, (counter, lower, upper) = expression.limits
        self._plain_index(counter)
        if counter not in self.counters:
            self.counters.append(counter)
        inner = {**bound, counter: (0, depth + 1)}
        body_expression = expression.function
        if outer:
            body_expression = Sum(body_expression, *outer)
        if lower != 0:
            raise NotationError(f"a sum starts at 0, here at {lower}: {expression}")
        if isinstance(upper + 1, Size):
            return terms.sum_over(
                self._size(upper + 1), self._term(body_expression, inner, depth + 1)
            )
        return self._short_sum(upper, self._term(body_expression, inner, depth + 1), expression)

    def _short_sum(self, upper: Expr, body: Term, expression: Sum) -> Term:
        """A sum that stops c terms short of n, as a sum over n guarded by k < n - c."""
        sizes = [part for part in upper.free_symbols if isinstance(part, Size)]
        left_out = sizes[0] - 1 - upper if len(sizes) == 1 else None
        if not (isinstance(left_out, sympy.Integer) and left_out > 0):
            raise NotationError(f"a sum ends at a size minus 1, here at {upper}: {expression}")
        end = terms.add(terms.size(self._size(sizes[0])), terms.number(-int(left_out)))
        return terms.sum_over(sizes[0].name, terms.where("<", terms.position(0), end, body))

    def _guard(self, expression: Where, bound: dict[Idx, Binding], depth: int) -> Term:
        """where(condition, body); one for indices that are equal or not, as a delta if it can."""
        left, right = (self._term(side, bound, depth) for side in expression.sides)
        body = self._term(expression.body, bound, depth)
        sign = _SIGNS[expression.sign]
        axes = [_axis(side) for side in expression.sides]
        same = axes[0] is not None and axes[0] == axes[1]
        if sign in ("=", "!=") and same and body.total and not has_guard(body):
            equal = terms.delta(left.args[0], right.args[0])
            there = equal if body is ONE else terms.multiply(equal, body)
            return there if sign == "=" else terms.add(body, terms.negate(there))
        if expression.sign in (">", ">="):
            left, right = right, left
        return terms.where(sign, left, right, body)

    def _index(self, expression: Any, bound: dict[Idx, Binding], depth: int) -> Index:
        if expression in bound:
            at, then = bound[expression]
            return terms.shift(at, depth - then)
        if isinstance(expression, Indexed) and isinstance(expression.base, Labels):
            label = expression.base
            for axis in (*label.shape, label.below):
                self._size(axis)
            at = [self._index(inner, bound, depth) for inner in expression.indices]
            return (self._name(str(label.label), label), *at)
        name = self._plain_index(expression)
        self.indices[name] = self._size(size_of(expression))
        return name

    def _plain_index(self, expression: Any) -> str:
        """The name of an index that runs from 0 to a size."""
        plain = isinstance(expression, Idx) and isinstance(expression.label, sympy.Symbol)
        if not (plain and expression.lower == 0 and isinstance(size_of(expression), Size)):
            raise NotationError(f"not an index from 0 to a size: {expression}; write index('i', n)")
        self._size(size_of(expression))
        return self._name(str(expression.label), expression)

    def _size(self, expression: Any) -> str:
        if not isinstance(expression, Size):
            raise NotationError(f"not a size: {expression}; write size('n')")
        return self._name(str(expression.name), expression)

    def _define(self, definition: Definition) -> None:
        self._name(str(definition.label), definition)
        for parameter in definition.parameters:
            self._plain_index(parameter)
        check_scopes(definition.body, definition.parameters)
        if definition.body.has(Partial):
            raise NotationError(f"{definition} is defined by a derivative: write out its value")

    def _name(self, name: str, symbol: Any) -> str:
        """One name, one meaning: what is shown under a name is one thing throughout."""
        if not (name.isidentifier() and "_" not in name):
            raise NotationError(f"{name!r} is not a name: use letters and digits, a letter first")
        known = self.names.setdefault(name, symbol)
        if known != symbol or type(known) is not type(symbol):
            raise NotationError(
                f"{name} is {_described(known)} and also {_described(symbol)}: rename one of them"
            )
        return name

    # ---- hypotheses

    def hypothesis(self, relation: Any) -> Hypothesis:
        """What a relation states; a free index in it means "for every"."""
        if not isinstance(relation, Relational):
            raise NotationError(f"not a hypothesis: {relation}; write Eq(.., ..) or x[i] > 0")
        if relation.has(Partial) or not relation.atoms(Indexed, Scalar, Size):
            raise NotationError(f"not a hypothesis about variables or sizes: {relation}")
        check_scopes(relation)
        free = free_indices(relation)
        if free and not relation.atoms(Indexed):
            raise NotationError(f"not a hypothesis about variables or sizes: {relation}")
        context = tuple(self._size(size_of(i)) for i in reversed(free))
        bound: dict[Idx, Binding] = {i: (k, len(free)) for k, i in enumerate(reversed(free))}
        for i in free:
            self._plain_index(i)

        def read(side: Expr) -> Term:
            return self._term(side, bound, len(free))

        if isinstance(relation, Equality):
            sides = sorted(relation.args, key=lambda side: bool(side.is_number))  # 1 = a is a = 1
            return Hypothesis(context, Equation(*map(read, sides)))
        kind, difference = _fact(relation)
        return Hypothesis(context, Fact(kind, read(difference)))

    def _domain(self, symbol: Any) -> list[Relational]:
        axes = symbol.shape if isinstance(symbol, Variable) else ()
        at = [self._spare_index(axis, place) for place, axis in enumerate(axes)]
        entry = symbol[tuple(at)] if at else symbol
        match symbol.domain:
            case "positive":
                return [StrictGreaterThan(entry, 0)]
            case "nonnegative":
                return [GreaterThan(entry, 0)]
            case "nonzero":
                return [Unequality(entry, 0)]
            case "simplex":
                return [GreaterThan(entry, 0), Equality(sum_over(at[-1], entry), 1)]
            case _:
                return []

    def _spare_index(self, axis: Size, place: int) -> Idx:
        """An index for an axis that nothing else is called, the same one each time."""
        names = ("krjlabcdefg"[place:], (f"k{number}" for number in count()))
        same = (name for name in chain(*names) if self.names.get(name) in (None, Idx(name, axis)))
        spare = index(next(same), axis)
        self._name(str(spare.label), spare)  # of the next axis, it is taken
        return spare


def free_indices(relation: Any) -> list[Idx]:
    """The indices that a relation speaks of all of, by name: those that no sum binds."""
    return sorted(free_in(relation), key=str)


def _fact(relation: Relational) -> tuple[str, Expr]:
    """a > b says that a - b is positive, and so on."""
    if isinstance(relation, Unequality):
        return "nonzero", relation.lhs - relation.rhs
    strict = isinstance(relation, (StrictGreaterThan, StrictLessThan))
    return "positive" if strict else "nonnegative", relation.gts - relation.lts


def exact(expression: Any) -> Any:
    """A SymPy expression or a Python integer, as a SymPy object; text is never evaluated.

    Raises
    ------
    NotationError
        For anything else.
    """
    try:
        return sympy.sympify(expression, strict=True)
    except sympy.SympifyError:
        raise NotationError(f"not an expression: {expression!r}") from None


def _axis(side: Expr) -> Size | None:
    """What an index runs below; None for what is not an index."""
    if isinstance(side, Indexed) and isinstance(side.base, Labels):
        return side.base.below
    return size_of(side) if isinstance(side, Idx) else None


def _shape(symbol: Variable | Scalar | Labels) -> tuple[str, ...]:
    return () if isinstance(symbol, Scalar) else tuple(str(axis) for axis in symbol.shape)


def _described(symbol: Any) -> str:
    match symbol:
        case Size():
            return "a size"
        case Idx():
            return f"an index below {size_of(symbol)}"
        case Definition():
            return f"defined as {symbol.body}"
        case Labels():
            return f"labels below {symbol.below} with axes ({', '.join(_shape(symbol))})"
        case _:
            return f"a {symbol.domain} variable with axes ({', '.join(_shape(symbol))})"


# ---- claims ----------------------------------------------------------------------------------


def read_claim(of: Any, by: Any, value: Any, given: Iterable[Relational] = ()) -> Claim:
    """The claim that d ``of`` / d ``by`` = ``value``, under the given hypotheses.

    Raises
    ------
    NotationError
        Where an expression has no exact meaning, with the sub-expression.
    """
    return read_claim_with(Reader(), of, by, value, given)


def read_claim_with(
    reader: Reader, of: Any, by: Any, value: Any, given: Iterable[Relational] = ()
) -> Claim:
    """As ``read_claim``, with a reader that then knows how to write terms back."""
    given = tuple(given)
    of_term, value_term = reader.term(of), reader.term(value)
    variable, at = reader.variable(by)
    reader.check_indices(value_term, of_term, at, value)
    try:
        return Claim(reader.declarations(given), of_term, variable, at, value_term)
    except Refused as refusal:
        raise NotationError(explain(refusal)) from refusal


def read_identity(left: Any, right: Any, given: Iterable[Relational] = ()) -> Identity:
    """The identity ``left`` = ``right``, under the given hypotheses. Raises as ``read_claim``."""
    reader = Reader()
    left_term, right_term = reader.term(left), reader.term(right)
    try:
        return Identity(reader.declarations(given), left_term, right_term)
    except Refused as refusal:
        raise NotationError(explain(refusal)) from refusal
