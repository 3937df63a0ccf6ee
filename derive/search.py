"""Derive a gradient without being told the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import sympy
from sympy import Expr, Indexed
from sympy.core.relational import Relational

from .chain import BrokenLink
from .derivation import Derivation, derive
from .folding import Pattern, folded, pattern
from .kernel import Derivative, Fact, Term
from .notation import Reader, Writer, exact
from .notation.definitions import definitions_in
from .stating import declared
from .symbols import Definition
from .tactics.ledger import NotProved
from .tactics.polynomials import term_of
from .tactics.prove import Prover


def gradient(
    loss: Any, by: Any, given: Sequence[Relational] = (), name: str | None = None
) -> Derivation:
    """The partial derivative of an expression, derived, simplified, folded and proved.

    ``loss`` may have free indices: with ``s = softmax(x)``, ``gradient(s[k], x[i])`` is a Jacobian.
    What comes back shows every line with its reason; ``.result`` is the answer in the definitions
    that the loss was written with. Where the loss has a value and is smooth is derived from it and
    stands among the hypotheses, as ``.conditions``.

    >>> from derive import cross_entropy, index, real, simplex, size, softmax
    >>> n = size("n")
    >>> x, y = real("x", n), simplex("y", n)
    >>> i, k = index("i", n), index("k", n)
    >>> s = softmax(x)
    >>> gradient(cross_entropy(y, s), x[i]).result
    s[i] - y[i]
    >>> gradient(s[k], x[i]).result
    (KroneckerDelta(i, k) - s[k])*s[i]

    Raises
    ------
    NotationError
        Where the loss has no exact meaning.
    NotProved
        Where the derivative was not found, or a line of it could not be proved.
    """
    search = _Search(exact(loss), by, tuple(given))
    forms = search.forms()
    for rewriting in (forms, forms[:1]):  # a rewriting may rest on a hypothesis about the variable
        try:
            return derive(
                "derived by gradient()",
                name=search.name if name is None else sympy.Symbol(name),
                by=by,
                rewriting=rewriting,
                slopes=search.slopes(rewriting[-1][0]),
                given=given,
            )
        except BrokenLink as broken:
            reason = str(broken)
    raise NotProved(f"a line that was found could not be proved: {reason}")


class _Search:
    """Finds the lines of a derivation; ``derive`` then checks them like any written by hand."""

    def __init__(self, expression: Expr, by: Any, given: Sequence[Relational]) -> None:
        self.expression = expression
        self.reader = Reader()
        self.term = self.reader.term(expression)
        self.variable, self.at = self.reader.variable(by)
        self.definitions = definitions_in(expression)
        self.writer = Writer(self.reader, self.definitions)
        self.reader.check(self.reader.declarations(given), self.term)
        smooth = (self.term, self.variable)
        declarations = declared(self.reader, given, (self.term,), smooth).declarations
        facts = tuple(h for h in declarations.hypotheses if isinstance(h.conclusion, Fact))
        self.prover = Prover(declarations)
        self.plain = Prover(replace(declarations, hypotheses=facts))

    @property
    def name(self) -> Expr:
        """What to call a function that was given no name: a defined quantity has one."""
        return self.expression if self._is_defined else sympy.Symbol("L")

    @property
    def _is_defined(self) -> bool:
        return isinstance(self.expression, Indexed) and isinstance(self.expression.base, Definition)

    def forms(self) -> list[tuple[Expr, str]]:
        """The function as given, and with the logarithms of products taken apart."""
        named = self._is_defined
        written = self.writer.expression(self.term) if named else self.expression
        forms = [(written, f"definition of {self.expression.base}" if named else "given")]
        if written.has(sympy.log):
            simple = self._simple(self.plain, self.term)
            if simple != self.writer.expression(self.term):
                forms.append((simple, "log(a b) = log a + log b, log(exp a) = a"))
        return forms

    def slopes(self, form: Expr) -> list[tuple[Expr, str]]:
        """The derivative of the form, as it comes, multiplied out, and in the definitions."""
        raw = self._raw_slope(self.reader.term(form))
        general = self._simple(self.plain, raw, self.definitions)
        result = self._simple(self.prover, raw, self.definitions)
        lines = [
            (self.writer.expression(raw), "differentiate each part; ∂x_k/∂x_i = δ_ki"),
            (self._simple(self.plain, raw), "multiply out; Σ_k δ_ki a_k = a_i"),
            (general, "definitions"),
            (result, "hypotheses"),
            (sympy.factor_terms(result), "common factors"),
        ]
        return [lines[0], *[after for before, after in pairwise(lines) if before[0] != after[0]]]

    def _raw_slope(self, term: Term) -> Term:
        line = self.prover.derivative(term, self.variable, self.at)
        found = self.prover.ledger.judgement(line).conclusion
        assert isinstance(found, Derivative)
        return found.value

    def _simple(self, prover: Prover, term: Term, fold: Sequence[Definition] = ()) -> Expr:
        simple = term_of(prover.normal(term))
        patterns = [self._pattern(definition, prover) for definition in fold]
        return self.writer.expression(folded(simple, patterns) if fold else simple)

    def _pattern(self, definition: Definition, prover: Prover) -> Pattern | None:
        body, context = self.reader.body(definition)
        return pattern(str(definition.label), body, context, prover)
