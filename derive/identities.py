"""Identities: equations that are proved line by line, such as sum_k s_k = 1.

    a = .. = .. = z           each link an equation that the kernel has proved

They are written, checked and shown like derivations; only nothing is differentiated, but for the
partial derivatives that a line calls by their names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sympy import Expr
from sympy.core.relational import Relational

from .chain import Chain, Line
from .claims import Identity
from .kernel import Refused
from .notation import NotationError, exact
from .notation.definitions import definitions_in
from .partials import partials_in
from .proved import Proved, Typeset, rows_of
from .stating import state_identity


@dataclass(frozen=True)
class Equalities(Proved):
    """A proved chain of equalities, as data: the first line is equal to the last, the result."""

    lines: tuple[Line, ...]
    claim: Identity

    @property
    def left(self) -> Expr:
        """The first line."""
        return self.lines[0].expression

    @property
    def result(self) -> Expr:
        """The last line."""
        return self.lines[-1].expression

    def stating(self, value: Any, given: Iterable[Relational]) -> Identity:
        """The identity with another right side, under other hypotheses."""
        return state_identity(self.left, value, given)

    def rows(self, typeset: Typeset) -> Iterable[tuple[str, str, str]]:
        """Left side, right side and reason of every line, written by a typesetter."""
        return rows_of(typeset(self.left), self.lines[1:], typeset)


def identity(
    title: str, *, lines: Sequence[tuple[Any, str]], given: Sequence[Relational] = ()
) -> Equalities:
    """Check an identity that is written out by hand.

    The reason of the first line is for whoever reads the source: nothing comes before it.

    >>> from derive import index, real, size, softmax, sum_over
    >>> from sympy import exp
    >>> n = size("n")
    >>> x, j, k = real("x", n), index("j", n), index("k", n)
    >>> s = softmax(x)
    >>> Z = sum_over(j, exp(x[j]))
    >>> print(identity("probabilities", lines=[
    ...     (sum_over(k, s[k]), "all probabilities"),
    ...     (sum_over(k, exp(x[k])) / Z, "definition of s; Z does not depend on k"),
    ...     (1, "numerator and denominator are the same sum"),
    ... ]))
    Σ_k s_k = 1/(Σ_j exp(x_j)) Σ_k exp(x_k)   [definition of s; Z does not depend on k]
            = 1                               [numerator and denominator are the same sum]

    Parameters
    ----------
    title: what the identity is called.
    lines: equal expressions with the reason for each, both sides of the identity at the ends.
    given: hypotheses; a free index in one means "for every".

    Raises
    ------
    BrokenLink
        Where a line does not follow from the one before it; shows what is left between them.
    NotationError
        Where an expression has no exact meaning.
    """
    shown = tuple(Line(exact(e), reason) for e, reason in lines)
    if len(shown) < 2:
        raise NotationError("an identity wants at least two lines, which are equal")
    expressions = [line.expression for line in shown]
    chain = Chain(given, expressions)
    chain.check_partials(partials_in(*expressions), {})
    last = _from_first_to_last(chain, shown)
    left, right = (chain.term(expression) for expression in (expressions[0], expressions[-1]))
    return Equalities(
        title=title,
        given=chain.given,
        conditions=chain.conditions,
        hypotheses=chain.hypotheses,
        definitions=definitions_in(*expressions),
        proof=chain.prover.proof,
        last=last,
        lines=shown,
        claim=Identity(chain.declarations, left, right),
    )


def _from_first_to_last(chain: Chain, lines: Sequence[Line]) -> int:
    """The kernel's line that the first is equal to the last, by way of those between."""
    links = chain.links(lines)
    if len(links) == 1:
        return links[0]
    first, last = (chain.term(line.expression) for line in (lines[0], lines[-1]))
    try:
        return chain.prover.ledger.field(first, last, (), links)
    except Refused:  # one line is part of another, so that the links go round in a circle
        return chain.equal(lines[0], lines[-1])
