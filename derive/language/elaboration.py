"""From what was written to what it means: formulas to kernel terms.

The terms are in **shorthand**: a defined quantity p[k] is an element of that name, and ``expand``
puts in what it stands for. Bound indices are names that nobody can type until their sum is closed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches
from fractions import Fraction
from functools import reduce
from math import prod
from typing import NamedTuple

from ..abbreviations import ABBREVIATIONS
from ..kernel import Equation, Fact, Hypothesis, Refused, Term, terms
from ..kernel.judgement import has_guard
from ..kernel.terms import MINUS_ONE, ONE, ZERO, Index
from ..rebinding import abstract
from .inference import Inference
from .names import CALLED, Names, require_name
from .ranges import CONSTANT, Linear, is_nonnegative, is_whole, least_step, linear, plus
from .syntax import (
    Big,
    Binder,
    Call,
    Comparison,
    Guard,
    Name,
    Node,
    Number,
    Power,
    Product,
    Signed,
    Source,
)

MOST_WRITTEN_OUT = 64  # sums with a number for a bound are written out
MOST_WRITINGS = 5_000  # terms written out in one statement
LARGEST_EXPONENT = 1_000
_LARGEST_POWER = 20_000  # bits of a power of numbers
_ARITY = {"max": (2, 20), "min": (2, 20)}
_WRITTEN = {  # what people write that is no function of the notation, and what stands for it
    "softmax": "out, or defined: p[k] = exp(x[k])/sum_{j<n} exp(x[j])",
    "logsumexp": "log(sum_{j<n} exp(x[j]))",
    "relu": "max(0, x)",
    "ln": "log(x)",
    "norm": "sqrt(sum_{k<n} x[k]^2)",
    "mean": "1/n*sum_{k<n} x[k]",
    "dot": "sum_{k<n} x[k]*y[k]",
    "sum": "sum_{k<n} x[k]",
    "prod": "prod_{k<n} x[k]",
    "tan": "sin(x)/cos(x)",
}
_RELATIONS = {">": "<", ">=": "<="}


class ProductRead(NamedTuple):
    """A product over an index: where it stands, the sum of logarithms that it is the exp of.

    indices: what the indices in it run below.
    """

    source: Source
    at: int
    logarithms: Term
    indices: dict[str, str]


@dataclass
class Elaboration:
    """Reads the formulas of one statement.

    names: what names stand for.
    source: the statement, for errors.
    indices: free index -> the size it runs below.
    known: linear forms that are >= 0, from hypotheses about sizes.
    derivative: reads ``dp[k]/dx[i]`` where derivatives may stand; None where they may not.
    """

    names: Names
    source: Source
    indices: dict[str, str] = field(default_factory=dict)
    known: tuple[Linear, ...] = ()
    derivative: Callable[[Elaboration, Node, Node], Term | None] | None = None
    products: list[ProductRead] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._scope: dict[str, str | int] = {}  # what a bound name is: an index, or a number
        self._below: dict[str, str] = {}  # every index in scope -> the size it runs below
        self._facts: list[Linear] = list(self.known)
        self._inference = Inference(self.names, self.indices)
        self._count = 0
        self._written = 0
        self._was_bound: set[str] = set()
        self._guards = 0  # how many are around: what they shut out need have no value

    def infer(self, *nodes: Node) -> None:
        """Find out what indices run below, from all of these formulas; free ones stay declared."""
        for node in nodes:
            self._inference.read(node)
        self._inference.settle()

    def term(self, node: Node) -> Term:
        """The term of a formula, in shorthand. Raises ``ClaimError``."""
        try:
            return self._term(node)
        except Refused as refusal:
            message = f"not a term that the kernel reads: {refusal}"
            raise self.source.error(message, node.at) from None

    def entry(self, node: Name) -> tuple[str, tuple[Index, ...]]:
        """A variable and the indices it is differentiated at. Raises ``ClaimError``."""
        term = self.term(node)
        if term.kind != "element":
            message = f"write {node.name}[i]: it is differentiated by any entry, not by one of them"
            raise self.source.error(message, node.at)
        name, at = term.args
        return name, at

    def declare(self, index: str, size: str) -> None:
        """Take a free index that runs below this size."""
        self.indices[index] = self._below[index] = size

    def takes_size(self, name: str) -> bool:
        """Whether the formulas read so far tell what a free index runs below; it is noted."""
        size = self._inference.size(name)
        if size is not None:
            self.declare(name, size)
        return size is not None

    @property
    def below(self) -> dict[str, str]:
        """What every index in scope runs below, free ones included."""
        return {**self.indices, **self._below}

    def closed(self, term: Term, names: Sequence[str]) -> Term:
        """The term under binders for these free indices, the last one innermost."""
        return abstract(term, *names)

    # ---- formulas

    def _term(self, node: Node) -> Term:
        match node:
            case Number():
                return terms.number(node.value)
            case Name():
                return self._name(node)
            case Call():
                return self._call(node)
            case Signed():
                return self._signed(node)
            case Product():
                return self._product(node)
            case Power():
                return self._power(node)
            case Big():
                return self._big(node)
            case Guard():
                return self._guard(node)
        raise self.source.error("no formula", node.at)

    def _name(self, node: Name) -> Term:
        name = node.name
        axes = self.names.axes(name)
        if axes is not None:
            return self._entry(node, axes)
        if name == "pi":
            return terms.constant("pi")
        if node.indices:
            if name in CALLED:
                raise self.source.error(f"{name} is a function: {name}(..)", node.at)
            if name in self.names.sizes:
                raise self.source.error(f"{name} is a size, and has no entries", node.at)
            hint = self.names.nearest(name)
            raise self.source.error(f"{name} is neither declared nor defined{hint}", node.at)
        if name in self.names.sizes:
            return terms.size(name)
        index = self._index_name(node)
        return terms.number(index) if isinstance(index, int) else terms.position(index)

    def _index_name(self, node: Name) -> str | int:
        """The index of this name: one that a sum binds, or a free one."""
        name = node.name
        if name in self._scope:
            return self._scope[name]
        meaning = self.names.meaning(name)
        if meaning is not None:
            raise self.source.error(f"{name} is {meaning}, no index", node.at)
        if name in CALLED:
            raise self.source.error(f"{name} is a function: {name}(..)", node.at)
        if name in self._was_bound:
            message = f"index {name} is bound by a sum and also used outside it: rename one"
            raise self.source.error(message, node.at)
        below = self.names.single.get(name) or self.indices.get(name)
        below = below or self._inference.size(name)
        if below is None:
            require_name(name, self.source, node.at)
            hint = "; or is exp(..) meant?" if name == "e" else self.names.nearest(name)
            message = f"{name} is not declared: write {name}: real, or define it{hint}"
            raise self.source.error(message, node.at)
        self.indices[name] = self._below[name] = below
        return name

    def _entry(self, node: Name, axes: tuple[str, ...]) -> Term:
        name = node.name
        if len(node.indices) != len(axes):
            message = f"{name} has {_counted(len(axes))}, here it has {_counted(len(node.indices))}"
            raise self.source.error(message, node.at)
        found = [self._index(part, axis) for part, axis in zip(node.indices, axes, strict=True)]
        return self._gathered(
            lambda at: (
                terms.position((name, *at))
                if name in self.names.labels
                else terms.element(name, *at)
            ),
            found,
            axes,
        )

    def _gathered(
        self, make: Callable[..., Term], found: list[Index | Term], axes: tuple[str, ...]
    ) -> Term:
        """What an array holds at places some of which are numbers to be computed: i - 1, or 0.

        x[e] is sum_j [j = e] x[j], with one term where e is in its range.
        """
        at, computed = [], []
        for place, axis in zip(found, axes, strict=True):
            if isinstance(place, Term):
                fresh = self._fresh("at")
                at.append(fresh)
                computed.append((fresh, axis, place))
            else:
                at.append(place)
        body = make(at)
        for fresh, axis, place in reversed(computed):
            guarded = terms.where("=", terms.position(fresh), place, body)
            body = terms.sum_over(axis, abstract(guarded, fresh))
        return body

    def _index(self, node: Node, axis: str) -> Index | Term:
        """An index of an axis; a term where it is computed. Refuses one that may leave the axis."""
        if isinstance(node, Name):
            if node.name in self.names.labels:
                return self._label(node, axis)
            if not node.indices and node.name not in self.names.sizes:
                index = self._index_name(node)
                if isinstance(index, str):
                    return self._plain(node, index, axis)
        form = self._linear(node)
        self._require_in_range(node, form, axis)
        return self._term(node)

    def _plain(self, node: Name, index: str, axis: str) -> Index | Term:
        below = self._below[index]
        if below == axis:
            return index
        raise self.source.error(
            f"index {node.name} runs below {below}, here it has to run below {axis}", node.at
        )

    def _label(self, node: Name, axis: str) -> Index:
        shape, below = self.names.labels[node.name]
        if len(node.indices) != len(shape):
            message = f"{node.name} has {_counted(len(shape))}, here {len(node.indices)}"
            raise self.source.error(message, node.at)
        if below != axis:
            message = f"{node.name}[..] runs below {below}, here it has to run below {axis}"
            raise self.source.error(message, node.at)
        at = [self._index(part, size) for part, size in zip(node.indices, shape, strict=True)]
        for place, part in zip(at, node.indices, strict=True):
            if isinstance(place, Term):
                message = f"{node.name} is looked up by an index, not by a number: sum over a "
                message += f"bracket, as in sum_{{b<m}} [b = 0]*x[{node.name}[b]]"
                raise self.source.error(message, part.at)
        return (node.name, *at)

    def _require_in_range(self, node: Node, form: Linear | None, axis: str) -> None:
        if form is None:
            message = "an index is a name, a number, or a sum or difference of these; what looks "
            raise self.source.error(f"{message}indices up is declared as t: index(n)[m]", node.at)
        if any(coefficient.denominator != 1 for coefficient in form.values()):
            raise self.source.error("an index is a whole number", node.at)
        self._require_whole(form, "an index", node.at)
        last = plus({axis: Fraction(1), CONSTANT: Fraction(-1)}, form, -1)
        for slack, where in ((form, "below 0"), (last, f"{axis} or more")):
            if not self._is_nonnegative(slack):
                raise self.source.error(
                    f"this index may be {where}: guard what reads it, as in [i > 0]*x[i-1]; "
                    f"or ask for large sizes, as in given n >= 2",
                    node.at,
                )

    def _require_whole(self, form: Linear, what: str, at: int) -> None:
        """Refuse x[0.5*i]: no entry stands there, and a sum over entries would silently be 0."""
        if not is_whole(form):
            raise self.source.error(f"{what} is made of whole numbers of indices and sizes", at)

    def _is_nonnegative(self, form: Linear) -> bool:
        known: list[Linear] = list(reversed(self._facts))
        for index, size in self._below.items():
            known += [linear([(index, 1)]), linear([(size, 1), (CONSTANT, -1), (index, -1)])]
        known += [linear([(size, 1), (CONSTANT, -1)]) for size in self.names.sizes]
        return is_nonnegative(form, known)

    def _linear(self, node: Node) -> Linear | None:
        """A formula as a linear form in indices and sizes; None where it is none."""
        match node:
            case Number():
                return linear([(CONSTANT, node.value)])
            case Name() if not node.indices:
                if node.name in self.names.sizes:
                    return linear([(node.name, 1)])
                if self.names.meaning(node.name) is None and node.name != "pi":
                    index = self._index_name(node)
                    return linear([(CONSTANT, index) if isinstance(index, int) else (index, 1)])
            case Signed():
                return self._linear_sum(node)
            case Product() if len(node.factors) == 2 and node.factors[1][0] == "*":
                forms = [self._linear(part) for _, part in node.factors]
                for one, other in (forms, forms[::-1]):
                    if one is not None and other is not None and set(one) <= {CONSTANT}:
                        return plus({}, other, one.get(CONSTANT, 0))
        return None

    def _linear_sum(self, node: Signed) -> Linear | None:
        total: Linear = {}
        for sign, part in node.parts:
            form = self._linear(part)
            if form is None:
                return None
            total = plus(total, form, sign)
        return total

    def _call(self, node: Call) -> Term:
        name = node.function
        if name not in CALLED:
            raise self.source.error(self._unknown(name), node.at)
        least, most = _ARITY.get(name, (1, 1))
        if not least <= len(node.arguments) <= most:
            wants = "two or more values" if least == 2 else "one value"
            hint = f" (it is no reduction; write {name} of entries)" if least == 2 else ""
            message = f"{name} takes {wants}{hint}, here {len(node.arguments)}"
            raise self.source.error(message, node.at)
        arguments = [self._term(part) for part in node.arguments]
        if name in ("max", "min"):  # which of them comes first makes no difference to the value
            arguments.sort(key=lambda term: term.kind != "number")
        self._require_domain(node, arguments[0])
        if name in ABBREVIATIONS:
            return ABBREVIATIONS[name](*arguments)
        return terms.apply(name, *arguments)

    def _require_domain(self, node: Call, argument: Term) -> None:
        """Refuse a function of a number that it has no value at."""
        value, name = terms.rational(argument), node.function
        if value is None or value > 0:
            return
        if name in terms.OF_POSITIVE:
            message = f"{name}({value}) has no value: {name} is for what is positive"
            self._refuse_value(message, node.at)
        if name == "sqrt" and value < 0:
            self._refuse_value(f"sqrt({value}) has no value that is real", node.at)

    def _unknown(self, name: str) -> str:
        if self.names.meaning(name) is not None:
            return f"{name} is {self.names.meaning(name)}, no function: an index stands in [ ]"
        near = get_close_matches(name, (*_WRITTEN, *CALLED), n=1)
        meant = name if name in _WRITTEN else near[0] if near else ""
        if meant in _WRITTEN:
            return f"unknown function {name}; {meant} is written {_WRITTEN[meant]}"
        known = f"did you mean {meant}?" if meant else f"known: {', '.join(CALLED)}"
        return f"unknown function {name}; {known}"

    def _signed(self, node: Signed) -> Term:
        parts = [self._times(sign, self._term(part)) for sign, part in node.parts]
        if all(part.kind == "number" for part in parts):
            return terms.number(sum((Fraction(*part.args) for part in parts), Fraction(0)))
        return terms.sum_of(parts)

    def _times(self, sign: int, term: Term) -> Term:
        if sign == 1:
            return term
        return terms.number(-Fraction(*term.args)) if term.kind == "number" else terms.negate(term)

    def _product(self, node: Product) -> Term:
        parts: list[Term] = []
        factors = list(node.factors)
        while factors:
            stroke, factor = factors.pop(0)
            found = self._derivative(stroke, factor, factors)
            if found is not None:
                factors.pop(0)
                parts.append(found)
                continue
            term = self._term(factor)
            if stroke == "/" and term is ZERO:
                self._refuse_value("division by 0 has no value", factor.at)
            parts.append(term if stroke == "*" else _inverse(term))
        return _folded_product(parts)

    def _derivative(self, stroke: str, factor: Node, rest: list[tuple[str, Node]]) -> Term | None:
        if self.derivative is None or stroke != "*" or not rest or rest[0][0] != "/":
            return None
        return self.derivative(self, factor, rest[0][1])

    def _power(self, node: Power) -> Term:
        base, exponent = self._term(node.base), self._term(node.exponent)
        value = terms.rational(exponent)
        if value is not None and not -LARGEST_EXPONENT <= value <= LARGEST_EXPONENT:
            message = f"an exponent is too large: at most {LARGEST_EXPONENT:,}"
            raise self.source.error(message, node.exponent.at)
        if base.kind == "number" and isinstance(value, int) and (base is not ZERO or value >= 0):
            bits = max(int(part).bit_length() for part in base.args)
            if bits * abs(value) > _LARGEST_POWER:
                raise self.source.error("a number of too many digits", node.base.at)
            return terms.number(Fraction(*base.args) ** value)
        if base.kind == "number" and base.args[0] < 0 and isinstance(value, Fraction):
            self._refuse_value("a negative number has no such power", node.at)
        if base is ZERO and isinstance(value, int):
            self._refuse_value("0 to a negative power has no value", node.at)
        return terms.power(base, exponent)

    def _refuse_value(self, message: str, at: int) -> None:
        """Refuse what has a value nowhere, unless a bracket or an empty sum may shut it out."""
        if not self._guards:
            raise self.source.error(message, at)

    # ---- sums, products and guards

    def _big(self, node: Big) -> Term:
        return self._over(node, list(node.binders))

    def _over(self, node: Big, binders: list[Binder]) -> Term:
        if not binders:
            return self._term(node.body)
        binder, *inner = binders
        self._require_bindable(binder)
        count = self._literal(binder.bound)
        if count is not None:
            return self._written_out(node, binder, inner, count)
        if node.kind == "prod":
            return self._product_over(node, binder, inner)
        return self._sum_over(node, binder, inner)

    def _require_bindable(self, binder: Binder) -> None:
        name = binder.name
        if name in self._scope:
            message = f"index {name} is bound by a sum around this one: use another name"
            raise self.source.error(message, binder.at)
        self.names.require_free(name, self.source, binder.at)
        if name in self.indices:
            message = f"index {name} is bound by this sum and also used outside it: rename one"
            raise self.source.error(message, binder.at)

    def _literal(self, bound: Node) -> int | None:
        form = self._linear(bound) if not isinstance(bound, Name) else None
        if isinstance(bound, Name) and isinstance(self._scope.get(bound.name), int):
            form = self._linear(bound)
        if form is None or not set(form) <= {CONSTANT}:
            return None
        count = form.get(CONSTANT, Fraction(0))
        if count.denominator != 1 or not 0 <= count <= MOST_WRITTEN_OUT:
            message = f"a sum over {count} terms: write a whole number up to {MOST_WRITTEN_OUT}"
            raise self.source.error(message, bound.at)
        return int(count)

    def _written_out(self, node: Big, binder: Binder, inner: list[Binder], count: int) -> Term:
        parts = []
        for value in range(count):
            self._written += 1
            if self._written > MOST_WRITINGS:
                message = f"more than {MOST_WRITINGS:,} terms to write out: sum to a size"
                raise self.source.error(message, binder.at)
            with self._binding(binder.name, value):
                parts.append(self._over(node, inner))
        return terms.sum_of(parts) if node.kind == "sum" else terms.product_of(parts)

    def _sum_over(self, node: Big, binder: Binder, inner: list[Binder]) -> Term:
        """The body added up over the size of the index, guarded where the sum ends before it."""
        size = self._size_of(binder)
        index = self._fresh(binder.name)
        guards, facts = self._bounds(binder, index, size)
        with self._guarding(len(guards)), self._binding(binder.name, index, size, facts):
            body = self._over(node, inner)
        body = terms.apply("log", body) if node.kind == "prod" else body
        for guard in guards:
            body = guard(body)
        return terms.sum_over(size, abstract(body, index))

    def _product_over(self, node: Big, binder: Binder, inner: list[Binder]) -> Term:
        """prod_k a_k = exp(sum_k log a_k), which asks for a_k > 0: that is to be a hypothesis."""
        total = self._sum_over(node, binder, inner)
        self.products.append(ProductRead(self.source, node.at, total, dict(self._below)))
        return terms.apply("exp", total)

    def _size_of(self, binder: Binder) -> str:
        bound = binder.bound
        if isinstance(bound, Name) and not bound.indices:
            if bound.name in self.names.sizes:
                return bound.name
            if self.names.meaning(bound.name) is None and bound.name not in self._scope:
                if bound.name not in self.indices and self._inference.size(bound.name) is None:
                    return self.names.size(bound.name, self.source, bound.at)
            elif self.names.meaning(bound.name) in ("a variable", "a defined quantity"):
                message = f"{bound.name} is a variable; a sum runs to a size: sum_{{k<n}}"
                raise self.source.error(message, bound.at)
        size = self._inference.size(binder.name, binder.at)
        if size is None:
            message = f"nothing says which size {binder.name} runs below: use it as an index"
            raise self.source.error(message, binder.at)
        return size

    def _bounds(
        self, binder: Binder, index: str, size: str
    ) -> tuple[list[Callable[[Term], Term]], list[Linear]]:
        """The guard that stops a sum before its size ends, and what is known inside."""
        bound = binder.bound
        if isinstance(bound, Name) and bound.name == size:
            return [], []
        form = self._linear(bound)
        end = self._term(bound)
        if form is not None:
            self._require_whole(form, "where a sum ends", bound.at)
            room = plus({size: Fraction(1)}, form, -1)
            if not self._is_nonnegative(room):
                message = f"{binder.name} may run beyond {size} here, which it is an index below"
                raise self.source.error(message, bound.at)
        elif not (isinstance(bound, Name) and bound.name in self.names.labels):
            message = "a sum runs to a size, or to something made of indices"
            raise self.source.error(message, bound.at)
        elif (below := self.names.labels[bound.name].below) != size:
            message = f"{bound.name}[..] runs below {below}, and {binder.name} below {size}"
            raise self.source.error(message, bound.at)
        last = {CONSTANT: Fraction(1), index: Fraction(1)}
        facts: list[Linear] = [] if form is None else [plus(form, last, -1)]
        relation = "<"
        outer = _index_before(form)
        if outer in self._below:  # j < i + 1 is j <= i, of whole numbers
            relation, end = "<=", terms.position(outer)
        return [lambda body: terms.where(relation, terms.position(index), end, body)], facts

    def _guard(self, node: Guard) -> Term:
        made = [self._condition(condition) for condition in node.conditions]
        with self._guarding(), self._knowing([fact for _, facts in made for fact in facts]):
            body = ONE if node.body is None else self._term(node.body)
        for guard, _ in reversed(made):
            body = guard(body)
        return body

    def _condition(self, node: Comparison) -> tuple[Callable[[Term], Term], list[Linear]]:
        """What guards a body, and the linear forms that are >= 0 where it holds."""
        relation, left, right = node.relation, node.left, node.right
        if relation in _RELATIONS:
            relation, left, right = _RELATIONS[relation], right, left
        ends = [self._plain_index(side) for side in (left, right)]
        same = ends[0] is not None and ends[1] is not None and ends[0][1] == ends[1][1]
        one, other = self._term(left), self._term(right)

        def guard(body: Term) -> Term:
            if same and relation in ("=", "!=") and body.total and not has_guard(body):
                equal = terms.delta(ends[0][0], ends[1][0])  # type: ignore[index]
                there = equal if body is ONE else terms.multiply(equal, body)
                return there if relation == "=" else terms.add(body, terms.negate(there))
            return terms.where(relation, one, other, body)

        return guard, self._facts_of(relation, left, right)

    def _plain_index(self, node: Node) -> tuple[Index, str] | None:
        """An index or a label that stands by itself, and the size it runs below."""
        if not isinstance(node, Name):
            return None
        if node.name in self.names.labels:
            below = self.names.labels[node.name].below
            return self._label(node, below), below
        if node.indices or self.names.meaning(node.name) is not None or node.name == "pi":
            return None
        index = self._index_name(node)
        return (index, self._below[index]) if isinstance(index, str) else None

    def _facts_of(self, relation: str, left: Node, right: Node) -> list[Linear]:
        forms = [self._linear(side) for side in (left, right)]
        if forms[0] is None or forms[1] is None:
            return []
        room = plus(forms[1], forms[0], -1)
        match relation:
            case "<":
                return [plus(room, least_step(room), -1)]
            case "<=":
                return [room]
            case "=":
                return [room, plus({}, room, -1)]
        return self._apart(room)

    def _apart(self, room: Linear) -> list[Linear]:
        """i != 0 says i >= 1, where i >= 0 is known; so with n - 1 - i."""
        either = (room, plus({}, room, -1))
        return [plus(form, least_step(form), -1) for form in either if self._is_nonnegative(form)]

    @contextmanager
    def _binding(
        self, name: str, index: str | int, size: str = "", facts: list[Linear] | None = None
    ) -> Iterator[None]:
        self._scope[name] = index
        if isinstance(index, str):
            self._below[index] = size
        with self._knowing(facts or []):
            yield
        del self._scope[name]
        self._was_bound.add(name)
        if isinstance(index, str):
            del self._below[index]

    @contextmanager
    def _guarding(self, count: int = 1) -> Iterator[None]:
        self._guards += count
        yield
        self._guards -= count

    @contextmanager
    def _knowing(self, facts: list[Linear]) -> Iterator[None]:
        self._facts += facts
        yield
        del self._facts[len(self._facts) - len(facts) :]

    def _fresh(self, name: str) -> str:
        self._count += 1
        return f"{name}·{self._count}"

    # ---- hypotheses

    def hypothesis(self, node: Comparison) -> Hypothesis:
        """What a comparison states; a free index in it means "for every". Raises ``ClaimError``."""
        try:
            left, right = self._term(node.left), self._term(node.right)
            self._require_no_single(node, left, right)
            if not any(_speaks(term) for term in (left, right)):
                message = "a hypothesis speaks of variables or sizes"
                raise self.source.error(message, node.at)
            free = sorted(i for i in left.indices | right.indices if isinstance(i, str))
            context = tuple(self.indices[name] for name in reversed(free))
            one, other = (abstract(term, *free) for term in (left, right))
            return Hypothesis(context, _conclusion(node.relation, one, other))
        except Refused as refusal:
            raise self.source.error(str(refusal), node.at) from None

    def _require_no_single(self, node: Comparison, *sides: Term) -> None:
        """Refuse a hypothesis about one label: a free index in a hypothesis means "for every"."""
        free = {index for side in sides for index in side.indices}
        for name in sorted(self.names.single.keys() & free):
            message = (
                f"{name} is one label, and no hypothesis may speak of one alone; write it into "
                f"loss and claim, as a factor in front: [{self.source.text}]*(..)"
            )
            raise self.source.error(message, node.at)

    def size_fact(self, node: Comparison) -> list[Linear]:
        """What a hypothesis such as n >= 3 says, as linear forms that are >= 0."""
        relation, left, right = node.relation, node.left, node.right
        if relation in _RELATIONS:
            relation, left, right = _RELATIONS[relation], right, left
        return [] if relation == "!=" else self._facts_of(relation, left, right)


def _index_before(form: Linear | None) -> str | None:
    """i of the form i + 1, where i is an index."""
    others = [name for name in form or () if name != CONSTANT]
    if form is None or len(others) != 1 or form != {CONSTANT: 1, others[0]: 1}:
        return None
    return others[0]


def _speaks(term: Term) -> bool:
    return bool(term.names) or term.kind == "size" or any(map(_speaks, term.parts))


def _conclusion(relation: str, left: Term, right: Term) -> Equation | Fact:
    if relation == "=":
        return Equation(right, left) if left.kind == "number" else Equation(left, right)
    if relation in ("<", "<="):
        left, right = right, left
    kind = {"!=": "nonzero", "<": "positive", ">": "positive"}.get(relation, "nonnegative")
    return Fact(kind, _difference(left, right))


def _difference(left: Term, right: Term) -> Term:
    if right is ZERO:
        return left
    if right.kind == "number":
        return terms.add(left, terms.number(-Fraction(*right.args)))
    return terms.add(left, terms.negate(right))


def _inverse(term: Term) -> Term:
    if term.kind == "number" and term is not ZERO:
        return terms.number(1 / Fraction(*term.args))
    return terms.power(term, MINUS_ONE)


def _folded_product(parts: list[Term]) -> Term:
    """The product, with numbers multiplied where there are several."""
    numbers = [part for part in parts if part.kind == "number"]
    if len(numbers) > 1:
        value = reduce(lambda total, part: total * Fraction(*part.args), numbers, Fraction(1))
        rest = [part for part in parts if part.kind != "number"]
        parts = rest if value == 1 and rest else [terms.number(value), *rest]
    return terms.product_of(parts)


def _counted(count: int) -> str:
    return "no indices" if count == 0 else "1 index" if count == 1 else f"{count} indices"


# ---- definitions put in --------------------------------------------------------------------------


def expand(term: Term, bodies: Mapping[str, Term]) -> Term:
    """The term with what defined quantities stand for in their places; bodies are expanded ones."""
    if term.kind == "element" and term.args[0] in bodies:
        return terms.instantiate(bodies[term.args[0]], *reversed(term.args[1]))
    if not term.parts:
        return term
    inside = [expand(arg, bodies) if isinstance(arg, Term) else arg for arg in term.args]
    if term.kind == "power":
        inside[1] = _as_number(inside[1])
    return terms.make(term.kind, *inside)


def _as_number(term: Term) -> Term:
    """The number that a sum or a product of numbers is: with k = 2, y^(k+1) is y^3 for any y."""
    if term.kind not in ("add", "multiply"):
        return term
    parts = [_as_number(part) for part in term.parts]
    if any(part.kind != "number" for part in parts):
        return term
    values = [Fraction(*part.args) for part in parts]
    return terms.number(sum(values, Fraction(0)) if term.kind == "add" else prod(values))
