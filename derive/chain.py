"""Chains of equalities: lines that are written by hand, every link between them proved.

Whether a link holds is the kernel's word. One that does not hold is a ``BrokenLink``, which shows
what is left between its two sides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import sympy
from sympy import Expr, Indexed
from sympy.core.relational import Relational

from .conditions import Differentiated
from .kernel import Term
from .notation import NotationError, Reader, Writer
from .partials import Named, prove_partial
from .stating import declared
from .symbols import Definition, Partial
from .tactics.ledger import NotProved, NotShown
from .tactics.prove import Prover
from .typeset import unicode_text


class BrokenLink(ValueError):  # noqa: N818  (what it is, not that it is an error)
    """Two neighbouring lines that could not be shown equal."""

    def __init__(self, before: Expr, after: Expr, reason: str, why: NotProved, left: Any) -> None:
        lines = [f"does not follow ({reason}):", f"    {unicode_text(before)}"]
        lines.append(f"  = {unicode_text(after)}")
        lines.append(f"  {why}" if left is None else f"  left between them: {unicode_text(left)}")
        super().__init__("\n".join(lines))
        self.before, self.after, self.left_over = before, after, left


@dataclass(frozen=True)
class Line:
    """One line of a chain: the expression, and why it follows from the line before."""

    expression: Expr
    reason: str


class Chain:
    """Checks a chain link by link; one ledger serves all links.

    Raises
    ------
    NotationError
        Where an expression has no exact meaning.
    """

    def __init__(self, given: Iterable[Relational], expressions: Iterable[Any]) -> None:
        self.reader = Reader()
        self.given = tuple(given)
        self._terms: dict[Any, Term] = {}
        expressions = tuple(expressions)
        self._read(expressions)
        terms = self.term(expressions[0]), self.term(expressions[-1])
        differentiated = self._differentiated(terms[0])
        stated = declared(self.reader, self.given, terms, differentiated)
        self.declarations, self.conditions = stated
        self.reader.check(self.declarations, *self._terms.values())
        self.prover = Prover(self.declarations)

    def _read(self, expressions: Iterable[Any]) -> None:
        """Read all that names are declared by; what is read later is not declared."""
        for expression in expressions:
            self.term(expression)

    def _differentiated(self, first: Term) -> Differentiated | None:
        """What has to be smooth, beyond both ends of the chain having a value: nothing."""
        return None

    @property
    def hypotheses(self) -> tuple[Relational, ...]:
        """What the domains of the variables say, what is given, and the conditions."""
        return (*self.reader.assumed(), *self.given, *self.conditions)

    def term(self, expression: Any) -> Term:
        """The term of an expression."""
        if expression not in self._terms:
            self._terms[expression] = self.reader.term(expression)
        return self._terms[expression]

    def links(self, lines: Sequence[Line]) -> list[int]:
        """The kernel's line for each link of a chain. Raises ``BrokenLink``."""
        return [self.equal(before, after) for before, after in pairwise(lines)]

    def equal(self, before: Line, after: Line) -> int:
        """The kernel's line for one link. Raises ``BrokenLink``."""
        try:
            return self.prover.equal(self.term(before.expression), self.term(after.expression))
        except NotProved as why:
            raise self.broken(before.expression, after, why) from None

    def check_partials(self, found: Sequence[Named], called: Mapping[Expr, Expr]) -> None:
        """See that the slopes that are named in lines are what they say, and prove them.

        What is called by a name is one function throughout, and stands for nothing else: a defined
        quantity by its definition, a derivative by its value, a symbol by ``called`` or else where
        it is first met.

        Raises
        ------
        BrokenLink
            Where one has another value than it says.
        NotationError
            Where a name stands for two things.
        """
        meant = dict(called)
        for partial, _ in found:
            if not has_value(partial.name):
                meant.setdefault(partial.name, partial.of)
        for symbol in meant:
            if not isinstance(symbol, sympy.Symbol) or symbol.name in self.reader.names:
                raise NotationError(f"{symbol} cannot be the name of a function: it is a variable")
        for named in found:
            name = named.partial.name
            self._check_partial(named, meant.get(name, name))

    def _check_partial(self, named: Named, meant: Expr) -> None:
        partial = named.partial
        self.reader.term(partial.by)
        if self.term(partial.of) is not self.term(meant):
            shown, other = unicode_text(meant), unicode_text(partial.of)
            raise NotationError(f"in {partial}, {partial.name} is {other}; elsewhere it is {shown}")
        try:
            prove_partial(named, (*self.given, *self.conditions))
        except NotProved as why:
            value = Line(partial.value, "its value in this derivation")
            raise self.broken(partial, value, why) from None

    def broken(self, before: Expr, after: Line, why: NotProved) -> BrokenLink:
        """The error that shows a link which was not proved."""
        left = None
        if why.left_over is not None and not isinstance(why, NotShown):
            try:
                left = Writer(self.reader).expression(why.left_over)
            except NotationError:
                left = None
        return BrokenLink(before, after.expression, after.reason, why, left)


def has_value(name: Any) -> bool:
    """Whether a name is an expression itself: a defined quantity s[k], or a derivative dL/dx[i]."""
    return isinstance(name, Partial) or (
        isinstance(name, Indexed) and isinstance(name.base, Definition)
    )
