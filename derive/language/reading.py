"""From the four texts of a claim to a question."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import NamedTuple

from ..claims import Claim
from ..conditions import Differentiated, conditions
from ..kernel import Declarations, Equation, Fact, Hypothesis, Refused, Term
from ..kernel.judgement import Context, binders, terms_of
from ..kernel.terms import Index, plain_indices
from ..rebinding import abstract
from ..tactics.ledger import NotProved
from ..tactics.prove import Prover
from .domains import hypotheses
from .elaboration import Elaboration, ProductRead, expand
from .errors import ClaimError
from .inference import Inference
from .names import Names, require_name
from .printer import Printer
from .question import ClaimText, Defined, Question, Stated
from .ranges import Linear
from .syntax import (
    LONGEST_TEXT,
    Claimed,
    Comparison,
    Name,
    Node,
    Quotient,
    Source,
    Statement,
    every_node,
    parse,
    statements,
)

Entry = tuple[str, tuple[Index, ...]]


class _Claimed(NamedTuple):
    """What the last statement of a claim says: d(of) / d(entries) = shorthand."""

    source: Source
    name: str
    of: Term
    entries: tuple[Entry, ...]
    shorthand: Term


def read(text: ClaimText) -> Question:
    """What a claim asks.

    >>> question = read(ClaimText(
    ...     where="x: real[n]; y: simplex[n]",
    ...     loss="p[k] = exp(x[k]) / (sum_{j<n} exp(x[j])); L = -sum_{k<n} y[k]*log(p[k])",
    ...     claim="dL/dx[i] = p[i] - y[i]",
    ... ))
    >>> question.claim.variable, question.claim.at, [said.text for said in question.assumed]
    ('x', ('i',), ['y[k] >= 0', 'sum_{k<n} y[k] = 1'])

    Raises
    ------
    ClaimError
        Where a text says nothing exact, with the place and what would be right.
    """
    length = sum(map(len, (text.where, text.given, text.loss, text.claim)))
    if length > LONGEST_TEXT:
        raise ClaimError(f"a claim of {length:,} characters: at most {LONGEST_TEXT:,}")
    with in_words():
        return Reading(text).question()


@contextmanager
def in_words() -> Iterator[None]:
    """What stops the parts of the program that reading rests on, said to whoever wrote the text."""
    try:
        yield
    except Refused as refusal:
        raise ClaimError(f"not a claim that the kernel reads: {refusal}") from None
    except NotProved as reason:
        message = f"where the formulas have a value was not found out ({reason})"
        raise ClaimError(f"{message}: define parts by themselves, or state it in given") from None
    except RecursionError:
        raise ClaimError("nested too deeply: define parts by themselves") from None


class Reading:
    """Reads the texts of one claim, in the order where, given, loss, claim."""

    def __init__(self, text: ClaimText) -> None:
        self.text = text
        self.names = Names()
        self.indices: dict[str, str] = {}  # the free indices of the claim
        self.bodies: dict[str, Term] = {}  # what definitions stand for, expanded
        self._products: list[ProductRead] = []
        self._given: list[tuple[Source, Comparison]] = []
        self.sizes_known: tuple[Linear, ...] = ()
        self._declare()
        self._note_given()
        self.loss_name = self._define_all("loss", text.loss)

    def question(self) -> Question:
        """The question that the texts ask. Raises ``ClaimError``."""
        source, claimed = self._claimed()
        of_name, of, entries = self._left(source, claimed.left)
        shorthand = self._right(source, claimed, of, entries)
        return self._asked(_Claimed(source, of_name, of, entries, shorthand))

    @property
    def printer(self) -> Printer:
        """Prints terms; no bound index has a name that stands for something else."""
        names = self.names
        taken = (*names.sizes, *names.shapes, *names.labels, *names.single, *names.definitions)
        return Printer(taken, self.indices)

    # ---- declarations and hypotheses

    def _declare(self) -> None:
        for source in statements("where", self.text.where):
            self.names.declare(source, parse(source, "declaration"))

    def _note_given(self) -> None:
        """Parse the hypotheses; those about sizes are wanted before any index is read."""
        for source in statements("given", self.text.given):
            for comparison in parse(source, "hypothesis"):
                self._given.append((source, comparison))
                if self._is_about_sizes(comparison):
                    facts = self._elaboration(source).size_fact(comparison)
                    self.sizes_known = (*self.sizes_known, *facts)

    def _is_about_sizes(self, comparison: Comparison) -> bool:
        sides = (comparison.left, comparison.right)
        named = [side for side in sides if isinstance(side, Name)]
        return bool(named) and all(
            side.name in self.names.sizes and not side.indices for side in named
        )

    def stated(self) -> list[tuple[str, Hypothesis]]:
        """The hypotheses, each with the text that it comes from."""
        found = [(source, self._hypothesis(source, each)) for source, each in self._given]
        return [(source.text, hypothesis) for source, hypothesis in found]

    def _hypothesis(self, source: Source, comparison: Comparison) -> Hypothesis:
        reader = self._elaboration(source)
        reader.infer(comparison)
        said = reader.hypothesis(comparison)
        self._keep(reader)
        expanded = [expand(term, self.bodies) for term in terms_of(said.conclusion)]
        if isinstance(said.conclusion, Fact):
            return Hypothesis(said.context, said.conclusion._replace(term=expanded[0]))
        return Hypothesis(said.context, Equation(*expanded))

    # ---- definitions

    def _define_all(self, field: str, text: str) -> str:
        sources = statements(field, text)
        if not sources:
            raise ClaimError("nothing is written here: write L = ..", field=field)
        for place, source in enumerate(sources):
            name = self.define(source, sources[place + 1 :])
        return name

    def define(self, source: Source, later: Sequence[Source] = ()) -> str:
        """Take in ``name[indices] = expression``; the name is given back.

        ``later`` are the definitions that follow: where nothing on the right tells what an index
        of the left runs below, it is read off the places where the name is used.
        """
        statement = parse(source, "definition")
        left: Name = statement.left
        self.names.require_free(left.name, source, left.at)
        parameters = [self._parameter(source, part) for part in left.indices]
        if len(set(parameters)) < len(parameters):
            raise source.error("one index twice on the left: give each a name", left.at)
        reader = self._elaboration(source)
        reader.infer(statement.right)
        for axis, parameter in enumerate(parameters):
            if not reader.takes_size(parameter):
                size = self._size_by_use(left.name, axis, later)
                if size is None:
                    self._require_known(source, statement.right)
                    message = f"nothing says which size {parameter} runs below: use it as an index"
                    raise source.error(message, left.at)
                reader.declare(parameter, size)
        body = reader.term(statement.right)
        self._keep(reader)
        for free in reader.indices:
            if free not in parameters and free not in self.names.single:
                message = f"index {free} is free on the right, and not on the left: write "
                shown = ",".join((*parameters, free))
                raise source.error(f"{message}{left.name}[{shown}], or sum over it", left.at)
        shape = tuple(reader.indices[name] for name in parameters)
        bound = reader.closed(body, parameters)
        self.names.definitions[left.name] = Defined(left.name, shape, bound)
        self.bodies[left.name] = self._expanded(source, bound)
        return left.name

    def _parameter(self, source: Source, part: Node) -> str:
        if not isinstance(part, Name) or part.indices:
            raise source.error("on the left stand new indices, as in p[k]", part.at)
        meaning = "a label" if part.name in self.names.single else self.names.meaning(part.name)
        if meaning is not None:
            message = f"{part.name} is {meaning}; on the left stand new indices, as in p[k]"
            raise source.error(message, part.at)
        require_name(part.name, source, part.at)
        return part.name

    def _require_known(self, source: Source, node: Node) -> None:
        """Refuse a formula with entries of what is neither declared nor defined."""
        for part in every_node(node):
            if isinstance(part, Name) and part.indices and self.names.axes(part.name) is None:
                hint = self.names.nearest(part.name)
                message = f"{part.name} is neither declared nor defined{hint}"
                raise source.error(message, part.at)

    def _size_by_use(self, name: str, axis: int, later: Sequence[Source]) -> str | None:
        """What an index of a definition runs below, from where the name is used later on."""
        inference = Inference(self.names)
        for source in (*later, *statements("claim", self.text.claim)):
            node = _right_side(source)
            if node is not None:
                inference.read(node)
                inference.settle()
        return inference.used(name, axis)

    def _expanded(self, source: Source, term: Term) -> Term:
        try:
            return expand(term, self.bodies)
        except Refused as refusal:
            raise source.error(f"with the definitions put in: {refusal}", 0) from None

    # ---- the claim

    def _claimed(self) -> tuple[Source, Claimed]:
        sources = statements("claim", self.text.claim)
        if not sources:
            raise ClaimError("nothing is claimed: write dL/dx[i] = ..", field="claim")
        *before, last = sources
        for place, source in enumerate(before):
            if _is_claim(source):
                message = "one claim at a time: what stands before the last is a definition"
                raise source.error(message, 0)
            self.define(source, before[place + 1 :])
        return last, parse(last, "claim")

    def _left(self, source: Source, left: Quotient) -> tuple[str, Term, tuple[Entry, ...]]:
        """What is differentiated, and by which entries."""
        reader = self._elaboration(source)
        above, belows = self.taken_apart(source, left)
        for part in (above, *belows):
            reader.infer(part)
        of = reader.term(above)
        entries = [reader.entry(part) for part in belows]
        self._keep(reader)
        self.indices = {**self.names.single, **reader.indices}
        return above.name, of, tuple(entries)

    def taken_apart(self, source: Source, left: Quotient) -> tuple[Name, list[Name]]:
        """The defined quantity and the entries of ``d2p[k]/dx[i]dw[c]``. Raises ``ClaimError``."""
        belows = self._belows(source, left)
        above = self._above(source, left.above, len(belows))
        for below in belows:
            self._require_variable(source, below)
        return above, belows

    def _above(self, source: Source, above: Name, order: int) -> Name:
        mark = "d" if order == 1 else f"d{order}"
        if not above.name.startswith(mark) or above.name == mark:
            wanted = "dL/dx[i]" if order == 1 else f"{mark}L/dx[i]dx[j] or {mark}L/dx[i]^{order}"
            message = f"the left side of a claim is a derivative, such as {wanted}"
            raise source.error(message, above.at)
        name = above.name[len(mark) :]
        if name not in self.names.definitions and name[:1].isdigit():
            mark = f"d{name}/dx[i]dx[j] or d{name}/dx[i]^{name[0]}"
            raise source.error(f"a derivative of higher order is written {mark}", above.at)
        if name not in self.names.definitions:
            meaning = self.names.meaning(name)
            hint = f" (it is {meaning})" if meaning else self.names.nearest(name)
            message = f"{name} is not defined in the loss, so it is not differentiated{hint}"
            raise source.error(message, above.at)
        return replace(above, name=name)

    def _belows(self, source: Source, left: Quotient) -> list[Name]:
        parts = [left.below] if left.further is None else [left.below, left.further]
        found = [part for below in parts for part in self._without_d(source, below)]
        if left.power is not None:
            if not 1 <= left.power <= 3:
                raise source.error("derivatives up to the third order are read", left.at)
            found = found * left.power
        return found

    def _without_d(self, source: Source, below: Name) -> list[Name]:
        """x[i] of dx[i], and b and c of dbdc."""
        name = below.name
        if name.startswith("d") and len(name) > 1:
            rest = name[1:]
            if self.names.meaning(rest) is not None or below.indices:
                return [replace(below, name=rest)]
            apart = (rest[:cut] + " " + rest[cut + 1 :] for cut in _places_of_d(rest))
            known = (both.split(" ") for both in apart)
            both = next((b for b in known if {*b} <= self.names.shapes.keys()), [rest])
            return [replace(below, name=name) for name in both]
        raise source.error(f"write d{name}: what is differentiated by stands after a d", below.at)

    def _require_variable(self, source: Source, below: Name) -> None:
        name = below.name
        if name in self.names.shapes:
            return
        if name in self.names.definitions:
            message = f"{name} is defined, not a variable: declare it, as in {name}: real[..]"
        elif self.names.meaning(name) is None:
            require_name(name, source, below.at)
            message = f"{name} is not declared: write {name}: real{self.names.nearest(name)}"
        else:
            message = f"{name} is {self.names.meaning(name)}: only variables are differentiated by"
        raise source.error(message, below.at)

    def _right(
        self, source: Source, claimed: Claimed, of: Term, entries: tuple[Entry, ...]
    ) -> Term:
        reader = self._elaboration(source, dict(self.indices))
        reader.infer(claimed.right)
        shorthand = reader.term(claimed.right)
        self._keep(reader)
        at_left = of.indices.union(*[plain_indices(at) for _, at in entries])
        for free in sorted(i for i in shorthand.indices if isinstance(i, str)):
            if free not in at_left and free not in self.names.single:
                message = f"index {free} is free on the right, and not on the left"
                raise source.error(message, claimed.right.at)
        return shorthand

    # ---- the whole

    def _asked(self, claimed: _Claimed) -> Question:
        source, entries = claimed.source, claimed.entries
        function = self._expanded(source, claimed.of)
        value = self._expanded(source, claimed.shorthand)
        given = self.stated()
        assumed = self.assumed((function, value), entries, [h for _, h in given])
        stated = [hypothesis for _, hypothesis in (*assumed, *given)]
        declared = self.declarations((function, value), entries, stated)
        try:
            self._require_products_defined(declared)
            (variable, at), *then = entries
            moved: Differentiated = (function, variable, *(name for name, _ in then))
            needed = conditions(declared, (function, value), moved)
            claim = Claim(
                replace(declared, hypotheses=_unique((*declared.hypotheses, *needed))),
                function,
                variable,
                at,
                value,
                tuple(then),
            )
        except Refused as refusal:
            raise source.error(str(refusal), 0) from None
        printer = self.printer
        return Question(
            text=self.text,
            claim=claim,
            domains=dict(self.names.domains),
            assumed=tuple(Stated(printer.hypothesis(h), h) for _, h in assumed),
            given=tuple(Stated(text, h) for text, h in given),
            conditions=tuple(Stated(printer.hypothesis(h), h) for h in needed),
            definitions=tuple(self.names.definitions.values()),
            shorthand=claimed.shorthand,
            loss_name=claimed.name,
            loss=claimed.of,
        )

    def assumed(
        self, terms: Iterable[Term], entries: Iterable[Entry], given: Iterable[Hypothesis]
    ) -> list[tuple[str, Hypothesis]]:
        """What the domains say of the variables that are used."""
        used = {name for name, _ in entries}.union(*[term.names for term in terms])
        for hypothesis in given:
            used = used.union(*[term.names for term in terms_of(hypothesis.conclusion)])
        return [
            (name, said)
            for name, domain in sorted(self.names.domains.items())
            if name in used
            for said in hypotheses(name, domain, self.names.shapes[name])
        ]

    def declarations(
        self, terms: Iterable[Term], entries: Iterable[Entry], stated: Iterable[Hypothesis]
    ) -> Declarations:
        """The names that are used, and the hypotheses."""
        stated = tuple(stated)
        about = [term for h in stated for term in terms_of(h.conclusion)]
        used = {name for name, _ in entries}.union(*[term.names for term in (*terms, *about)])
        shapes, labels = self.names.shapes, self.names.labels
        try:
            return Declarations(
                sizes=frozenset(self.names.sizes),
                indices=dict(self.indices),
                variables={name: shapes[name] for name in sorted(used & shapes.keys())},
                labels={name: labels[name] for name in sorted(used & labels.keys())},
                hypotheses=_unique(stated),
            )
        except Refused as refusal:
            raise ClaimError(str(refusal), field="given") from None

    def _require_products_defined(self, declared: Declarations) -> None:
        """The factors of a product over an index are shown to be positive, or it is refused."""
        for read in self._products:
            term = expand(read.logarithms, self.bodies)
            prover = Prover(replace(declared, indices={**declared.indices, **read.indices}))
            for need in prover.ledger.needs(term):
                try:
                    prover.ledger.fact(*need)
                except NotProved:
                    raise read.source.error(_positive_factors(read, *need), read.at) from None

    def _elaboration(self, source: Source, indices: dict[str, str] | None = None) -> Elaboration:
        return Elaboration(self.names, source, indices or {}, self.sizes_known)

    def _keep(self, reader: Elaboration) -> None:
        self._products += reader.products


def _positive_factors(read: ProductRead, kind: str, term: Term, context: Context) -> str:
    """What to state, where a product over an index has a factor that may be negative or 0."""
    free = sorted(index for index in term.indices if isinstance(index, str))
    outer = tuple(read.indices[index] for index in reversed(free))
    needed = Hypothesis((*outer, *binders(context)), Fact(kind, abstract(term, *free)))
    return (
        "a product over an index is read as exp of a sum of logarithms, so its factors have to be "
        f"positive: state {Printer().hypothesis(needed)} in given, or declare it positive"
    )


def _is_claim(source: Source) -> bool:
    try:
        parse(source, "claim")
    except ClaimError:
        return False
    return True


def _right_side(source: Source) -> Node | None:
    """What stands right of the sign of equality; None where it is not to be read."""
    for rule in ("definition", "claim"):
        try:
            statement: Statement | Claimed = parse(source, rule)
        except ClaimError:
            continue
        return statement.right
    return None


def _places_of_d(text: str) -> list[int]:
    return [place for place in range(1, len(text) - 1) if text[place] == "d"]


def _unique(hypotheses_: Iterable[Hypothesis]) -> tuple[Hypothesis, ...]:
    return tuple(dict.fromkeys(hypotheses_))
