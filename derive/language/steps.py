"""Derivations as a student writes them: a chain of lines, each equal to the one before.

    dL/dx[i] = -sum_{k<n} y[k]/p[k]*dp[k]/dx[i]     # chain rule
             = p[i] - y[i]                          # the targets sum to one

A derivative in a line, ``dp[k]/dx[i]`` or ``d(x[i]^2)/dx[i]``, is read as what calculus makes of
it. In ``dL/dp[k]``, with p defined, the p[k] are meant as variables of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from ..claims import Claim
from ..conditions import conditions
from ..kernel import Declarations, Derivative, Equation, Fact, Hypothesis, Refused, Term
from ..kernel.judgement import terms_of
from ..kernel.terms import element
from ..tactics.ledger import NotProved
from ..tactics.prove import Prover
from .elaboration import Elaboration, expand
from .errors import ClaimError
from .printer import Printer
from .question import ClaimText, Defined, Domain, Stated
from .reading import Entry, Reading, in_words
from .syntax import Call, Claimed, Name, Node, Quotient, Source, parse, require_readable

_GOES_ON = ("+", "-", "*", "/", "^")


@dataclass(frozen=True)
class StepsText:
    """A derivation as it was typed; ``steps`` are its lines, each with a reason after a #."""

    steps: str
    loss: str = ""
    where: str = ""
    given: str = ""
    name: str = ""


@dataclass(frozen=True)
class WrittenLine:
    """One expression of the chain.

    number: the line of the text that it stands in, counted from 1.
    text, reason: what was written. term: what it means, with definitions put in.
    """

    number: int
    text: str
    reason: str
    term: Term


@dataclass(frozen=True)
class WrittenDerivation:
    """A chain of lines, and all that was said around it.

    declarations: the names, with what the domains say, what is given, and where the derivatives
        in the lines exist.
    lines: the first is what the others are equal to.
    claim: what the first line is the derivative of, as a claim about its value; None where the
        chain does not begin with a derivative.
    printer: prints terms in the names of the derivation.
    """

    text: StepsText
    declarations: Declarations
    domains: Mapping[str, Domain]
    assumed: tuple[Stated, ...]
    given: tuple[Stated, ...]
    definitions: tuple[Defined, ...]
    lines: tuple[WrittenLine, ...]
    claim: Claim | None
    printer: Printer


def read_steps(text: StepsText) -> WrittenDerivation:
    r"""What a derivation says, line by line. Raises ``ClaimError``.

    >>> written = read_steps(StepsText(
    ...     where="x: real[n]", loss="L = sum_{k<n} x[k]^2",
    ...     steps="dL/dx[i] = sum_{k<n} 2*x[k]*[k = i]  # power rule\n = 2*x[i]",
    ... ))
    >>> [(line.number, line.text, line.reason) for line in written.lines]
    [(1, 'dL/dx[i]', ''), (1, 'sum_{k<n} 2*x[k]*[k = i]', 'power rule'), (2, '2*x[i]', '')]
    """
    with in_words():
        return _StepsReading(text).derivation()


class _StepsReading(Reading):
    """Reads a derivation; the conditions of the derivatives in its lines are collected."""

    def __init__(self, text: StepsText) -> None:
        self.steps = text
        self._slopes_need: dict[Hypothesis, None] = {}
        self._claim: tuple[Term, tuple[Entry, ...]] | None = None
        super().__init__(ClaimText(text.loss, "", text.where, text.given, text.name))

    def _define_all(self, field: str, text: str) -> str:
        return super()._define_all(field, text) if text.strip() else ""

    def derivation(self) -> WrittenDerivation:
        """The derivation, with every expression as a term."""
        found: list[WrittenLine] = []
        for number, source, reason in _lines(self.steps.steps):
            found += self._read_line(number, source, reason, first=not found)
        if len(found) < 2:
            raise ClaimError("a derivation wants two lines or more, which are equal", field="steps")
        terms = [line.term for line in found]
        given = self.stated()
        entries = self._claim[1] if self._claim else ()
        assumed = self.assumed(terms, entries, [h for _, h in given])
        functions = [] if self._claim is None else [self._claim[0]]
        declared = self._declared([*terms, *functions], self.indices)
        claim = None
        if self._claim is not None:
            claim = _claim(declared, *self._claim, terms[0])
        return WrittenDerivation(
            text=self.steps,
            declarations=declared,
            domains=dict(self.names.domains),
            assumed=tuple(Stated(self.printer.hypothesis(h), h) for _, h in assumed),
            given=tuple(Stated(text, h) for text, h in given),
            definitions=tuple(self.names.definitions.values()),
            lines=tuple(found),
            claim=claim,
            printer=self.printer,
        )

    # ---- lines

    def _read_line(
        self, number: int, source: Source, reason: str, *, first: bool
    ) -> Iterator[WrittenLine]:
        """The expressions of a line; the reason belongs to the last of them."""
        if first:
            claimed = self._as_claim(source)
            if claimed is not None:
                left = self._left_side(source, claimed.left)
                text, _, right = source.text.partition("=")
                yield WrittenLine(number, text.strip(), "", left)
                yield WrittenLine(number, right.strip(), reason, self._line(source, claimed.right))
                return
        nodes = parse(source, "steps")
        texts = [part.strip() for part in _apart(source.text)]
        for place, (node, text) in enumerate(zip(nodes, texts, strict=True), start=1):
            why = reason if place == len(nodes) else ""
            yield WrittenLine(number, text, why, self._line(source, node, first=first))

    def _as_claim(self, source: Source) -> Claimed | None:
        try:
            claimed: Claimed = parse(source, "claim")
        except ClaimError:
            return None
        return claimed

    def _left_side(self, source: Source, left: Quotient) -> Term:
        """The derivative on the left, as calculus makes it; its indices are free in every line."""
        _, of, entries = self._left(source, left)
        function = expand(of, self.bodies)
        self._claim = function, entries
        value = function
        with _located(source, left.at):
            for entry in entries:
                value = self._slope(value, entry, self.indices, self.bodies)
        return value

    def _line(self, source: Source, node: Node, *, first: bool = False) -> Term:
        reader = self._elaboration(source, dict(self.indices))
        reader.derivative = self._derivative
        reader.infer(node)
        term = expand(reader.term(node), self.bodies)
        self._keep(reader)
        if first:
            self.indices = {**self.names.single, **reader.indices}
        for free in sorted(i for i in term.indices if isinstance(i, str)):
            if free not in self.indices:
                message = f"index {free} is free here, and not in the first line"
                raise source.error(message, node.at)
        return term

    # ---- derivatives in lines

    def _derivative(self, reader: Elaboration, above: Node, below: Node) -> Term | None:
        """The value of ``dp[k]/dx[i]`` or ``d(expression)/dx[i]``; None for any other quotient."""
        variable = self._after_d(below)
        of = _inside_d(above) or self._after_d(above)
        if variable is None or of is None or not isinstance(below, Name):
            return None
        if isinstance(of, Name) and of.name not in self.names.definitions:
            return None
        entry = reader.entry(variable)
        with _located(reader.source, above.at):
            return self._slope(reader.term(of), entry, reader.below, self._bodies(entry[0]))

    def _after_d(self, node: Node) -> Name | None:
        """p[k] of dp[k], where dp is no name of its own and p is one."""
        if not isinstance(node, Name) or self.names.meaning(node.name) is not None:
            return None
        name = node.name[1:]
        known = name in self.names.shapes or name in self.names.definitions
        return replace(node, name=name) if node.name.startswith("d") and known else None

    def _bodies(self, kept: str) -> dict[str, Term]:
        """What definitions stand for where one of them is kept as a variable of its own."""
        bodies: dict[str, Term] = {}
        for name, defined in self.names.definitions.items():
            if name != kept:
                bodies[name] = expand(defined.body, bodies)
        return bodies

    def _slope(
        self, of: Term, entry: Entry, indices: Mapping[str, str], bodies: Mapping[str, Term]
    ) -> Term:
        """The derivative as the kernel makes it, with definitions put in."""
        name, at = entry
        function = expand(of, bodies)
        at_variable = self._declared([function], indices, entry)
        needed = conditions(at_variable, (function,), (function, name))
        self._slopes_need |= dict.fromkeys(self._in_variables(h) for h in needed)
        held = tuple(dict.fromkeys((*at_variable.hypotheses, *needed)))
        prover = Prover(replace(at_variable, hypotheses=held))
        line = prover.derivative(function, name, at)
        found = prover.ledger.judgement(line).conclusion
        assert isinstance(found, Derivative)
        return expand(found.value, self.bodies)

    def _in_variables(self, hypothesis: Hypothesis) -> Hypothesis:
        """A condition about a defined quantity, said of what it stands for."""
        said = [expand(term, self.bodies) for term in terms_of(hypothesis.conclusion)]
        if isinstance(hypothesis.conclusion, Fact):
            return hypothesis._replace(conclusion=hypothesis.conclusion._replace(term=said[0]))
        return hypothesis._replace(conclusion=Equation(*said))

    def _declared(
        self, terms: list[Term], indices: Mapping[str, str], entry: Entry | None = None
    ) -> Declarations:
        """All names that are used, and what is known of them; a defined quantity as a variable."""
        given = [h for _, h in self.stated()]
        entries = () if entry is None else (entry,)
        assumed = [h for _, h in self.assumed(terms, entries, given)]
        known = (*assumed, *given, *self._slopes_need)
        declared = self.declarations(terms, entries, known)
        variables = dict(declared.variables)
        hypotheses = declared.hypotheses
        if entry is not None and entry[0] in self.names.definitions:
            defined = self.names.definitions[entry[0]]
            variables[defined.name] = defined.shape
            hypotheses = (*hypotheses, *self._positive(declared, defined))
        return replace(declared, variables=variables, indices=dict(indices), hypotheses=hypotheses)

    def _positive(self, declared: Declarations, defined: Defined) -> tuple[Hypothesis, ...]:
        """That a defined quantity is positive, where what it stands for is."""
        context = defined.shape[::-1]
        body = expand(defined.body, self.bodies)
        try:
            Prover(declared).ledger.fact("positive", body, context)
        except NotProved:
            return ()
        entry = element(defined.name, *reversed(range(len(context))))
        return (Hypothesis(context, Fact("positive", entry)),)


@contextmanager
def _located(source: Source, at: int) -> Iterator[None]:
    """What calculus cannot differentiate is said at the place where it stands."""
    try:
        yield
    except (NotProved, Refused) as why:
        raise source.error(f"this derivative has no value that is known: {why}", at) from None


def _inside_d(node: Node) -> Node | None:
    """The expression of ``d(expression)``."""
    if isinstance(node, Call) and node.function == "d" and len(node.arguments) == 1:
        return node.arguments[0]
    return None


def _claim(
    declared: Declarations, function: Term, entries: tuple[Entry, ...], value: Term
) -> Claim:
    (variable, at), *then = entries
    needed = conditions(declared, (function,), (function, variable))
    held = tuple(dict.fromkeys((*declared.hypotheses, *needed)))
    return Claim(
        replace(declared, hypotheses=held), function, variable, at, value, then=tuple(then)
    )


# ---- lines apart ---------------------------------------------------------------------------------


def _lines(text: str) -> Iterator[tuple[int, Source, str]]:
    """Number, text and reason of every line that says something; some go on over line ends."""
    require_readable("steps", text)
    found: list[tuple[int, Source, str]] = []
    offset = 0
    for number, line in enumerate(text.split("\n"), start=1):
        code, _, reason = line.partition("#")
        start = offset + len(code) - len(code.lstrip())
        offset += len(line) + 1
        code = code.strip()
        if found and code and (code.startswith(_GOES_ON) or _is_open(found[-1][1].text)):
            first, source, why = found.pop()
            joined = source._replace(text=f"{source.text} {code}")
            found.append((first, joined, reason.strip() or why))
        elif code:
            found.append((number, Source("steps", text, start, code), reason.strip()))
    return iter(found)


def _is_open(text: str) -> bool:
    return sum((sign in "([{") - (sign in ")]}") for sign in text) > 0


def _apart(text: str) -> list[str]:
    """The expressions of ``= a = b``; signs inside brackets and bounds keep them together."""
    depth, start, found = 0, 0, []
    for place, sign in enumerate(text):
        depth += (sign in "([{") - (sign in ")]}")
        if sign == "=" and depth == 0:
            found.append(text[start:place])
            start = place + 1
    return [part for part in (*found, text[start:]) if part.strip()]
