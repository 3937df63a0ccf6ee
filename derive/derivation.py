"""Derivations: chains of equalities that read like the blackboard, every link proved.

A derivation first rewrites the function, then differentiates, then rewrites the derivative:

    L = .. = ..               each link an equation that the kernel has proved
    dL/dx_i = .. = ..         the first by differentiating the last form of L

What is written by hand is the expressions and the reasons; whether a link holds is the kernel's
word. A link that does not hold is a ``BrokenLink``, which shows what is left between its two sides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import sympy
from sympy import Expr, Indexed
from sympy.core.relational import Relational

from .claim import Claim
from .folding import definitions_in
from .kernel import Derivative, Proof, Refused, Term, dump, replay
from .notation import NotationError, Reader, Writer, exact, read_claim
from .partials import partials_in, prove_partial
from .symbols import Definition, Partial
from .tactics.ledger import NotProved, NotShown
from .tactics.prove import Prover
from .typeset import hypothesis_text, latex, unicode_text

Typeset = Callable[[Any], str]


class BrokenLink(ValueError):  # noqa: N818  (what it is, not that it is an error)
    """Two neighbouring lines of a derivation that could not be shown equal."""

    def __init__(self, before: Expr, after: Expr, reason: str, why: NotProved, left: Any) -> None:
        lines = [f"does not follow ({reason}):", f"    {unicode_text(before)}"]
        lines.append(f"  = {unicode_text(after)}")
        lines.append(f"  {why}" if left is None else f"  left between them: {unicode_text(left)}")
        super().__init__("\n".join(lines))
        self.before, self.after, self.left_over = before, after, left


@dataclass(frozen=True)
class Line:
    """One line of a derivation: the expression, and why it follows from the line before."""

    expression: Expr
    reason: str


@dataclass(frozen=True)
class Derivation:
    """A proved derivation of d ``of`` / d ``by``, as data.

    ``rewriting`` are the forms of the function, the first by definition; ``slopes`` are the forms
    of its derivative, the last being the result. ``given`` are the stated hypotheses,
    ``hypotheses`` these and what the domains of the variables say. Line ``last`` of ``proof`` says
    what the claim says; ``proof_data`` is what a sceptic replays.
    """

    title: str
    name: Expr
    by: Expr
    rewriting: tuple[Line, ...]
    slopes: tuple[Line, ...]
    given: tuple[Relational, ...]
    hypotheses: tuple[Relational, ...]
    definitions: tuple[Definition, ...]
    claim: Claim
    proof: Proof
    last: int

    @property
    def result(self) -> Expr:
        """The derivative, in the user's own definitions."""
        return self.slopes[-1].expression

    @property
    def statement(self) -> Relational:
        """d of / d by = result, as an equation."""
        return sympy.Eq(self.left, self.result, evaluate=False)

    @property
    def left(self) -> Partial:
        """The left side of the statement, d of / d by by its name."""
        return Partial(self.name, self.rewriting[0].expression, self.by, self.result)

    @property
    def proof_data(self) -> dict[str, Any]:
        """The proof as JSON-ready data, without lines it does not rest on."""
        return dump(self.proof, self.last)

    @property
    def rule_applications(self) -> int:
        """How many rules of the kernel the proof applies."""
        return len(self.proof_data["lines"])

    @property
    def definitions_as_equations(self) -> tuple[Relational, ...]:
        """What each definition that is used stands for."""
        return tuple(
            sympy.Eq(definition[definition.parameters], definition.body, evaluate=False)
            for definition in self.definitions
        )

    def replays(self) -> bool:
        """Whether the proof, rebuilt from its data, says what the derivation shows.

        The shown statement is read afresh for that: the first form of the function, what it is
        differentiated by, the result, and the given hypotheses.
        """
        shown = read_claim(self._of, self.by, self.result, self.given)
        try:
            rebuilt = replay(self.proof_data)
        except Refused:
            return False
        return rebuilt.declarations == shown.declarations and rebuilt.conclusion == shown.judgement

    @property
    def _of(self) -> Expr:
        """What is differentiated: a defined quantity itself, else the first form."""
        return self.name if _is_defined(self.name) else self.rewriting[0].expression

    # ---- shown

    def text(self) -> str:
        """The derivation as Unicode text, one line an equality."""
        rows = [*self.rows(unicode_text)]
        width = max(len(left) for left, _, _ in rows)
        formula = max(len(right) for _, right, _ in rows)
        lines = [f"{a:>{width}} = {b:<{formula}}   [{why}]" for a, b, why in rows]
        given = [f"given {hypothesis_text(h, unicode_text)}" for h in self.hypotheses]
        return "\n".join([*given, *(line.rstrip() for line in lines)])

    def latex(self) -> str:
        r"""The derivation as a LaTeX ``aligned`` block, without the dollar signs."""
        lines = [
            rf"{left} &= {right} && \text{{{_plain(why)}}}" for left, right, why in self.rows(latex)
        ]
        return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"

    def markdown(self) -> str:
        """The derivation for a notebook."""
        where = [f"$${latex(relation)}$$" for relation in self.definitions_as_equations]
        given = [hypothesis_text(h, lambda part: f"${latex(part)}$") for h in self.hypotheses]
        head = f"**{self.title}**" + (f", given {', '.join(given)}" if given else "")
        return "\n\n".join([head, *where, f"$$\n{self.latex()}\n$$"])

    def __str__(self) -> str:
        return self.text()

    def _repr_markdown_(self) -> str:
        return self.markdown()

    def rows(self, typeset: Typeset) -> Iterable[tuple[str, str, str]]:
        """Left side, right side and reason of every line, written by a typesetter."""
        yield from _rows(typeset(self.name), self.rewriting, typeset)
        yield from _rows(typeset(self.left), self.slopes, typeset)


def _rows(
    subject: str, lines: tuple[Line, ...], typeset: Typeset
) -> Iterable[tuple[str, str, str]]:
    for place, line in enumerate(lines):
        yield subject if place == 0 else "", typeset(line.expression), line.reason


def _plain(reason: str) -> str:
    """A reason inside LaTeX's text mode: formulas in it are written in Unicode."""
    return "".join(_IN_TEXT.get(character, character) for character in reason)


_IN_TEXT = {sign: f"\\{sign}" for sign in "_&%#$"} | {
    "^": r"\^{}",
    "~": r"\textasciitilde{}",
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
}


# ---- building ----------------------------------------------------------------------------------


class Chain:
    """Checks a derivation link by link; one ledger serves all links.

    Raises
    ------
    NotationError
        Where an expression has no exact meaning.
    """

    def __init__(self, given: Iterable[Relational], expressions: Iterable[Any], by: Any) -> None:
        self.reader = Reader()
        self._terms: dict[Any, Term] = {}
        for expression in expressions:
            self.term(expression)
        self.variable, self.at = self.reader.variable(by)
        self.declarations = self.reader.declarations(given)
        self.reader.check(self.declarations, *self._terms.values())
        self.prover = Prover(self.declarations)

    def term(self, expression: Any) -> Term:
        """The term of an expression."""
        if expression not in self._terms:
            self._terms[expression] = self.reader.term(expression)
        return self._terms[expression]

    def equal(self, before: Line, after: Line) -> int:
        """The kernel's line for one link. Raises ``BrokenLink``."""
        try:
            return self.prover.equal(self.term(before.expression), self.term(after.expression))
        except NotProved as why:
            raise self._broken(before.expression, after, why) from None

    def slope(self, form: Line, lines: Sequence[Line]) -> int:
        """The kernel's line for the derivative of a form, brought through all the lines."""
        try:
            found = self.prover.derivative(self.term(form.expression), self.variable, self.at)
        except NotProved as why:
            raise self._broken(form.expression, lines[0], why) from None
        before = self._as_found(found)
        for line in lines:
            try:
                found = self.prover.derivative_equal(found, self.term(line.expression))
            except NotProved as why:
                raise self._broken(before.expression, line, why) from None
            before = line
        return found

    def through(self, equation: int, slope: int, form: Line) -> int:
        """The derivative of the form before, from that of the form after and their equation."""
        try:
            return self.prover.derivative_of_equal(equation, slope)
        except NotProved as why:
            raise self._broken(form.expression, form, why) from None

    def _as_found(self, slope: int) -> Line:
        """The derivative as the formulas of calculus give it."""
        found = self.prover.ledger.judgement(slope).conclusion
        assert isinstance(found, Derivative)
        expression = Writer(self.reader, tuple(self._definitions())).expression(found.value)
        return Line(expression, "differentiate each part")

    def _definitions(self) -> Iterable[Definition]:
        return (d for d in self.reader.names.values() if isinstance(d, Definition))

    def check_names(self, name: Expr, form: Line, partials: Sequence[Partial]) -> None:
        """See that what is called by a name is one function throughout, and slopes what they say.

        A function is called by a defined quantity, whose definition it has to be, or by a symbol
        that stands for nothing else.
        """
        called = {} if _is_defined(name) else {name: form.expression}
        for partial in partials:
            if not _is_defined(partial.name):
                called.setdefault(partial.name, partial.of)
        for symbol in called:
            if not isinstance(symbol, sympy.Symbol) or symbol.name in self.reader.names:
                raise NotationError(f"{symbol} cannot be the name of a function: it is a variable")
        for partial in partials:
            self._check_partial(partial, called.get(partial.name, partial.name))

    def _check_partial(self, partial: Partial, meant: Expr) -> None:
        self.reader.term(partial.by)
        if self.term(partial.of) is not self.term(meant):
            shown, other = unicode_text(meant), unicode_text(partial.of)
            raise NotationError(f"in {partial}, {partial.name} is {other}; elsewhere it is {shown}")
        try:
            prove_partial(partial)
        except NotProved as why:
            value = Line(partial.value, "its value in this derivation")
            raise self._broken(partial, value, why) from None

    def _broken(self, before: Expr, after: Line, why: NotProved) -> BrokenLink:
        left = None
        if why.left_over is not None and not isinstance(why, NotShown):
            try:
                left = Writer(self.reader).expression(why.left_over)
            except NotationError:
                left = None
        return BrokenLink(before, after.expression, after.reason, why, left)


def derive(
    title: str,
    *,
    name: Expr,
    by: Any,
    rewriting: Sequence[tuple[Any, str]],
    slopes: Sequence[tuple[Any, str]],
    given: Sequence[Relational] = (),
) -> Derivation:
    """Check a derivation that is written out by hand.

    Parameters
    ----------
    title: what the derivation is called.
    name: what the function is called, such as L or s[k].
    by: the variable that it is differentiated by, such as x[i].
    rewriting: forms of the function with the reason for each, the definition first.
    slopes: forms of its derivative with the reason for each, the result last.
    given: hypotheses; a free index in one means "for every".

    Raises
    ------
    BrokenLink
        Where a line does not follow from the one before it; shows what is left between them.
    NotationError
        Where an expression has no exact meaning.
    """
    name, by, given = exact(name), exact(by), tuple(given)
    forms = tuple(Line(exact(e), reason) for e, reason in rewriting)
    results = tuple(Line(exact(e), reason) for e, reason in slopes)
    if not (forms and results):
        raise NotationError("a derivation wants a form of the function and one of its derivative")
    expressions = [line.expression for line in (*forms, *results)]
    chain = Chain(given, [name, *expressions] if _is_defined(name) else expressions, by)
    chain.check_names(name, forms[0], partials_in(*expressions))
    start = (Line(name, "by its name"),) if _is_defined(name) else ()
    equations = [chain.equal(a, b) for a, b in pairwise((*start, *forms))]
    found = chain.slope(forms[-1], results)
    for form, equation in zip(reversed(forms), reversed(equations), strict=False):
        found = chain.through(equation, found, form)
    of, value = chain.term((*start, *forms)[0].expression), chain.term(results[-1].expression)
    for line in results:
        chain.reader.check_indices(chain.term(line.expression), of, chain.at, line.expression)
    return Derivation(
        title=title,
        name=name,
        by=by,
        rewriting=forms,
        slopes=results,
        given=given,
        hypotheses=(*chain.reader.assumed(), *given),
        definitions=definitions_in(*expressions),
        claim=Claim(chain.declarations, of, chain.variable, chain.at, value),
        proof=chain.prover.proof,
        last=found,
    )


def _is_defined(name: Expr) -> bool:
    return isinstance(name, Indexed) and isinstance(name.base, Definition)
