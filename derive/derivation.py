"""Derivations: chains of equalities that read like the blackboard, every link proved.

A derivation first rewrites the function, then differentiates, then rewrites the derivative:

    L = .. = ..               each link an equation that the kernel has proved
    dL/dx_i = .. = ..         the first by differentiating the last form of L

What is written by hand is the expressions and the reasons; whether a link holds is the kernel's
word. A link that does not hold is a ``BrokenLink``, which shows what is left between its two sides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sympy import Expr
from sympy.core.relational import Relational

from .chain import Chain, Line, has_value
from .claims import Claim
from .conditions import Differentiated
from .kernel import Derivative, Term
from .notation import NotationError, Writer, exact
from .notation.definitions import definitions_in
from .partials import partials_in
from .proved import Proved, Typeset, rows_of
from .stating import state_claim
from .symbols import Definition, Partial
from .tactics.ledger import NotProved


@dataclass(frozen=True)
class Derivation(Proved):
    """A proved derivation of d ``of`` / d ``by``, as data.

    ``rewriting`` are the forms of the function, the first by definition; ``slopes`` are the forms
    of its derivative, the last being the result.
    """

    name: Expr
    by: Expr
    rewriting: tuple[Line, ...]
    slopes: tuple[Line, ...]
    claim: Claim

    @property
    def result(self) -> Expr:
        """The derivative, in the user's own definitions."""
        return self.slopes[-1].expression

    @property
    def left(self) -> Partial:
        """The left side of the statement, d of / d by by its name."""
        return Partial(self.name, self.rewriting[0].expression, self.by, self.result)

    def stating(self, value: Any, given: Iterable[Relational]) -> Claim:
        """The claim that the derivative is another one, under other hypotheses."""
        return state_claim(self._of, self.by, value, given)

    @property
    def _of(self) -> Expr:
        """What is differentiated: a defined quantity itself, else the first form."""
        return self.name if has_value(self.name) else self.rewriting[0].expression

    def rows(self, typeset: Typeset) -> Iterable[tuple[str, str, str]]:
        """Left side, right side and reason of every line, written by a typesetter."""
        yield from rows_of(typeset(self.name), self.rewriting, typeset)
        yield from rows_of(typeset(self.left), self.slopes, typeset)


# ---- building ----------------------------------------------------------------------------------


class _Slopes(Chain):
    """A chain of forms of a function, and a chain of forms of its derivative."""

    def __init__(self, given: Iterable[Relational], expressions: Iterable[Any], by: Any) -> None:
        self._by = by
        super().__init__(given, expressions)

    def _read(self, expressions: Iterable[Any]) -> None:
        super()._read(expressions)
        self.variable, self.at = self.reader.variable(self._by)

    def _differentiated(self, first: Term) -> Differentiated:
        """The function, which is the first line, has to be smooth."""
        return first, self.variable

    def slope(self, form: Line, lines: Sequence[Line]) -> int:
        """The kernel's line for the derivative of a form, brought through all the lines."""
        try:
            first = self.prover.derivative(self.term(form.expression), self.variable, self.at)
        except NotProved as why:
            raise self.broken(form.expression, lines[0], why) from None
        found = first
        for place, line in enumerate(lines):
            try:
                found = self.prover.derivative_equal(found, self.term(line.expression))
            except NotProved as why:
                before = lines[place - 1].expression if place else self._as_found(first)
                raise self.broken(before, line, why) from None
        return found

    def through(self, equation: int, slope: int, form: Line) -> int:
        """The derivative of the form before, from that of the form after and their equation."""
        try:
            return self.prover.derivative_of_equal(equation, slope)
        except NotProved as why:
            raise self.broken(form.expression, form, why) from None

    def _as_found(self, slope: int) -> Expr:
        """The derivative as the formulas of calculus give it; long, and shown in errors only."""
        found = self.prover.ledger.judgement(slope).conclusion
        assert isinstance(found, Derivative)
        return Writer(self.reader, tuple(self._definitions())).expression(found.value)

    def _definitions(self) -> Iterable[Definition]:
        return (d for d in self.reader.names.values() if isinstance(d, Definition))


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
    name: what the function is called, such as L or s[k]; a partial derivative dL/dx[i] for a
        second derivative.
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
    start = (Line(name, "by its name"),) if has_value(name) else ()
    chain = _Slopes(given, [line.expression for line in (*start, *forms, *results)], by)
    functions = partials_in(name, *[line.expression for line in forms], along=(by,))
    slopes_named = partials_in(*[line.expression for line in results])
    called = {} if start else {name: forms[0].expression}
    chain.check_partials((*functions, *slopes_named), called)
    equations = chain.links((*start, *forms))
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
        conditions=chain.conditions,
        hypotheses=chain.hypotheses,
        definitions=definitions_in(*expressions),
        claim=Claim(chain.declarations, of, chain.variable, chain.at, value),
        proof=chain.prover.proof,
        last=found,
    )
