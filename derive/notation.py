"""SymPy in, SymPy out: formulas as people write them, to and from the kernel's inert terms.

Nothing is guessed. What cannot be said exactly as a term is refused with the sub-expression shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import chain, count
from typing import Any

import sympy
from sympy import Expr, Idx, Indexed, KroneckerDelta, Sum
from sympy.core.relational import (
    Equality,
    Relational,
    StrictGreaterThan,
    StrictLessThan,
    Unequality,
)

from .claim import Claim
from .kernel import Declarations, Equation, Fact, Hypothesis, Refused, Term, terms
from .kernel.terms import ONE, Index
from .symbols import Definition, Partial, Scalar, Size, Variable, index, size_of

Binding = tuple[Index, int]  # a de Bruijn index, and how many binders were open when it was bound

FUNCTIONS = {"exp": sympy.exp, "log": sympy.log}


class NotationError(ValueError):
    """An expression that has no exact meaning as a statement about gradients."""


# ---- SymPy to terms ----------------------------------------------------------------------------


@dataclass
class Reader:
    """Turns expressions into terms, and collects the names they use.

    One reader is used for everything that a claim is made of, so that a name cannot mean two
    things in it. ``symbols`` and ``counters`` remember what variables and bound indices looked
    like, for the way back.
    """

    sizes: set[str] = field(default_factory=set)
    indices: dict[str, str] = field(default_factory=dict)
    variables: dict[str, tuple[str, ...]] = field(default_factory=dict)
    domains: dict[str, str] = field(default_factory=dict)
    definitions: dict[str, Definition] = field(default_factory=dict)
    symbols: dict[str, Any] = field(default_factory=dict)
    counters: list[Idx] = field(default_factory=list)

    def term(self, expression: Any) -> Term:
        """The term of an expression. Raises ``NotationError``."""
        return self._term(sympy.sympify(expression), {}, 0)

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
        stated = [hypothesis for relation in given for hypothesis in self._hypotheses(relation)]
        assumed = [h for name, domain in self.domains.items() for h in self._assumed(name, domain)]
        for name in self.definitions:
            if name in {*self.sizes, *self.indices, *self.variables}:
                raise NotationError(f"{name} is both defined and declared: rename one of them")
        try:
            return Declarations(
                sizes=frozenset(self.sizes),
                indices=dict(self.indices),
                variables=dict(sorted(self.variables.items())),
                hypotheses=tuple(dict.fromkeys(chain(assumed, stated))),
            )
        except Refused as refusal:
            raise NotationError(str(refusal)) from refusal

    def variable(self, by: Any) -> tuple[str, tuple[Index, ...]]:
        """The variable and the indices of what a formula is differentiated by."""
        if isinstance(by, Indexed) and isinstance(by.base, Definition):
            raise NotationError(f"{by} is defined, not a variable: declare {by.base} as a variable")
        if not isinstance(by, Scalar) and not isinstance(by, Indexed):
            raise NotationError(f"cannot differentiate by {by}: it wants a variable such as x[i]")
        element = self.term(by)
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
                self._declare(expression, expression.name, ())
                return terms.element(expression.name)
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
            case sympy.exp() | sympy.log() if len(expression.args) == 1:
                return terms.apply(expression.func.__name__, read(expression.args[0]))
            case _ if expression is sympy.E:
                return terms.apply("exp", ONE)
            case sympy.Pow():
                return terms.power(read(expression.base), read(expression.exp))
            case Sum():
                return self._sum(expression, bound, depth)
            case _:
                raise NotationError(self._why_not(expression))

    def _indexed(self, expression: Indexed, bound: dict[Idx, Binding], depth: int) -> Term:
        base = expression.base
        if 0 in expression.indices:
            return self._first(expression, bound, depth)
        at = [self._index(i, bound, depth) for i in expression.indices]
        if isinstance(base, Definition):
            self._define(base)
            inner = {p: (i, depth) for p, i in zip(base.parameters, at, strict=True)}
            return self._term(base.body, inner, depth)
        if not isinstance(base, Variable):
            raise NotationError(f"{base} is not declared: write {base} = real({str(base)!r}, ..)")
        if len(at) != len(base.shape):
            raise NotationError(f"{base} has {len(base.shape)} indices, here: {expression}")
        name = str(base.label)
        self._declare(base, name, tuple(self._size(axis) for axis in base.shape))
        return terms.element(name, *at)

    def _first(self, expression: Indexed, bound: dict[Idx, Binding], depth: int) -> Term:
        """y[0], which every size has, as the sum over k of y[k] guarded by k = 0."""
        at = list(expression.indices)
        place = at.index(0)
        axis = expression.base.shape[place]
        at[place] = counter = Idx(f"#{depth}", axis)
        inner = {**bound, counter: (0, depth + 1)}
        body = self._term(expression.base[tuple(at)], inner, depth + 1)
        guarded = terms.where("=", terms.position(0), terms.ZERO, body)
        return terms.sum_over(self._size(axis), guarded)

    def _sum(self, expression: Sum, bound: dict[Idx, Binding], depth: int) -> Term:
        """Limits are listed innermost first, as SymPy does."""
        *outer, (counter, lower, upper) = expression.limits
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

    def _index(self, expression: Any, bound: dict[Idx, Binding], depth: int) -> Index:
        if expression in bound:
            at, then = bound[expression]
            return terms.shift_index(at, depth - then)
        if not isinstance(expression, Idx) or not isinstance(size_of(expression), Size):
            raise NotationError(f"not an index: {expression}; write index('i', n)")
        name, below = str(expression.label), self._size(size_of(expression))
        if self.indices.setdefault(name, below) != below:
            raise NotationError(f"index {name} runs below both {self.indices[name]} and {below}")
        return name

    def _size(self, expression: Any) -> str:
        if not isinstance(expression, Size):
            raise NotationError(f"not a size: {expression}; write size('n')")
        self.sizes.add(expression.name)
        return str(expression.name)

    def _declare(self, symbol: Any, name: str, shape: tuple[str, ...]) -> None:
        self.symbols[name], domain = symbol, symbol.domain
        if self.variables.setdefault(name, shape) != shape:
            raise NotationError(f"{name} has shape {self.variables[name]} and also {shape}")
        if self.domains.setdefault(name, domain) != domain:
            raise NotationError(f"{name} is both {self.domains[name]} and {domain}")

    def _define(self, definition: Definition) -> None:
        """One name, one meaning: what is shown as s_k has to be one thing throughout."""
        name = str(definition.label)
        if self.definitions.setdefault(name, definition) != definition:
            raise NotationError(f"{name} is defined in two ways: give one of them another name")

    def _why_not(self, expression: Any) -> str:
        if isinstance(expression, sympy.Float):
            return f"{expression} is not exact: write Rational('{expression}')"
        if isinstance(expression, sympy.Symbol):
            return f"{expression} is not declared: write {expression} = real('{expression}')"
        if isinstance(expression, sympy.Function):
            name = expression.func.__name__
            near = get_close_matches(name, FUNCTIONS, n=1)
            known = f"did you mean {near[0]}?" if near else f"known: {', '.join(FUNCTIONS)}"
            return f"unknown function {name} in {expression}; {known}"
        return f"no meaning as a term: {expression} ({type(expression).__name__})"

    # ---- hypotheses

    def _hypotheses(self, relation: Any) -> Iterator[Hypothesis]:
        if not isinstance(relation, Relational):
            raise NotationError(f"not a hypothesis: {relation}; write Eq(.., ..) or x[i] > 0")
        free = _free_indices(relation)
        context = tuple(self._size(size_of(i)) for i in reversed(free))
        bound: dict[Idx, Binding] = {i: (k, len(free)) for k, i in enumerate(reversed(free))}

        def read(side: Expr) -> Term:
            return self._term(side, bound, len(free))

        if isinstance(relation, Equality):
            yield Hypothesis(context, Equation(*map(read, relation.args)))
        else:
            kind, difference = _fact(relation)
            yield Hypothesis(context, Fact(kind, read(difference)))

    def _assumed(self, name: str, domain: str) -> Iterator[Hypothesis]:
        shape = self.variables[name]
        everywhere = tuple(reversed(shape))
        entry = terms.element(name, *reversed(range(len(shape))))
        if domain in ("positive", "nonzero", "nonnegative"):
            yield Hypothesis(everywhere, Fact(domain, entry))
        elif domain == "simplex":
            yield Hypothesis(everywhere, Fact("nonnegative", entry))
            yield Hypothesis(everywhere[1:], Equation(terms.sum_over(shape[-1], entry), ONE))


def _free_indices(relation: Relational) -> list[Idx]:
    bound = {limit[0] for total in relation.atoms(Sum) for limit in total.limits}
    return sorted(relation.atoms(Idx) - bound, key=str)


def _fact(relation: Relational) -> tuple[str, Expr]:
    """a > b says that a - b is positive, and so on."""
    if isinstance(relation, Unequality):
        return "nonzero", relation.lhs - relation.rhs
    strict = isinstance(relation, (StrictGreaterThan, StrictLessThan))
    return "positive" if strict else "nonnegative", relation.gts - relation.lts


# ---- terms to SymPy ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Writer:
    """Turns terms back into expressions, with the symbols and bound names that a reader saw.

    An element of a name that is not among the reader's symbols is looked up in ``definitions``.
    """

    reader: Reader
    definitions: tuple[Definition, ...] = ()

    def expression(self, term: Term, bound: tuple[Idx, ...] = ()) -> Expr:
        """The expression of a term; ``bound`` are the names of its loose indices."""

        def write(part: Term) -> Expr:
            return self.expression(part, bound)

        args = term.args
        match term.kind:
            case "number":
                return sympy.Rational(*args)
            case "size":
                return Size(args[0])
            case "position":
                return self._index(args[0], bound)
            case "delta":
                return KroneckerDelta(*[self._index(end, bound) for end in args])
            case "element":
                symbol = self._symbol(args[0])
                return symbol[tuple(self._index(i, bound) for i in args[1])] if args[1] else symbol
            case "add":
                return sympy.Add(*map(write, args))
            case "multiply":
                return sympy.Mul(*map(write, args))
            case "power":
                return sympy.Pow(*map(write, args))
            case "apply":
                return FUNCTIONS[args[0]](write(args[1]))
            case "sum":
                counter = self._fresh(args[0], term, bound)
                body = self.expression(args[1], (counter, *bound))
                return Sum(body, (counter, 0, Size(args[0]) - 1))
            case _:
                raise NotationError(f"no expression for a guarded term: {term}")

    def _symbol(self, name: str) -> Any:
        named = {str(definition.label): definition for definition in self.definitions}
        return self.reader.symbols[name] if name in self.reader.symbols else named[name]

    def _index(self, at: Index, bound: tuple[Idx, ...]) -> Idx:
        return bound[at] if isinstance(at, int) else index(at, Size(self.reader.indices[at]))

    def _fresh(self, below: str, term: Term, bound: tuple[Idx, ...]) -> Idx:
        """A name for a bound index that no index around the sum or in it has."""
        taken = {str(i.label) for i in bound} | {i for i in term.indices if isinstance(i, str)}
        seen = [str(c.label) for c in self.reader.counters if size_of(c) == Size(below)]
        names = chain(seen, "jklabcdefg", (f"k{number}" for number in count()))
        return index(next(name for name in names if name not in taken), Size(below))


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
    allowed = {i for i in of_term.indices if isinstance(i, str)} | set(terms.plain_indices(at))
    for free in sorted(i for i in value_term.indices if isinstance(i, str)):
        if free not in allowed:
            raise NotationError(
                f"index {free} is free in the claim {value}, but neither in what is "
                f"differentiated nor in {by}"
            )
    try:
        return Claim(reader.declarations(given), of_term, variable, at, value_term)
    except Refused as refusal:
        raise NotationError(str(refusal)) from refusal
