"""The derivation that was found for a question, line by line, in the question's own definitions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ..kernel import Derivative, Equation, Fact, Term
from ..kernel.terms import FUNCTIONS, element, instantiate
from ..tactics.ledger import NotProved
from ..tactics.polynomials import term_of
from ..tactics.prove import Prover
from .elaboration import expand
from .own_words import OwnDefinitions, bodies, left_side
from .printer import Printer
from .question import Question, Stated

GIVEN, LOGARITHMS = "given", "log(a*b) = log(a) + log(b), log(exp(a)) = a"
MULTIPLIED, DEFINITIONS = "multiply out; sum_k [k = i]*a[k] = a[i]", "definitions"
# How each function is differentiated, by its name.
_RULES = {
    "exp": "d exp(u) = exp(u)*du",
    "log": "d log(u) = du/u",
    "sin": "d sin(u) = cos(u)*du",
    "cos": "d cos(u) = -sin(u)*du",
    "erf": "d erf(u) = 2/sqrt(pi)*exp(-u^2)*du",
    "lgamma": "d lgamma(u) = digamma(u)*du",
    "digamma": "d digamma(u) = trigamma(u)*du",
}


@dataclass(frozen=True)
class Step:
    """One line of a derivation, ``left = right``, and why; it has no left side where it goes on."""

    left: str
    right: str
    reason: str


def explained(question: Question) -> tuple[Step, ...]:
    """The lines from the loss to its derivative; every line has been proved from the one before.

    Raises
    ------
    NotProved
        Where a part cannot be shown to have a value, or the search was given up.
    """
    return tuple(_Explaining(question).steps())


def text_of(steps: Sequence[Step]) -> str:
    """The lines, with equality signs and reasons below each other.

    >>> print(text_of([Step("L", "x^2", "given"), Step("dL/dx", "2*x", "power rule")]))
        L = x^2    [given]
    dL/dx = 2*x    [power rule]
    """
    left = max(len(step.left) for step in steps)
    right = max(len(step.right) for step in steps if len(step.right) <= _WIDE)
    return "\n".join(f"{s.left:>{left}} = {s.right:<{right}}    [{s.reason}]" for s in steps)


_WIDE = 70


class _Explaining:
    """One question, being explained."""

    def __init__(self, question: Question) -> None:
        self.question, self.claim = question, question.claim
        declared = self.claim.declarations
        facts = tuple(h for h in declared.hypotheses if isinstance(h.conclusion, Fact))
        self.plain = Prover(replace(declared, hypotheses=facts))
        self.prover = Prover(declared)
        self._own = OwnDefinitions(question)
        self._bodies = bodies(question)
        self._printer = Printer(tuple(defined.name for defined in question.definitions))

    def steps(self) -> Iterator[Step]:
        """All lines, without those that only repeat the one before."""
        before = None
        for left, term, reason in (*self._loss(), *self._slopes()):
            text = self._printer(term)
            if text != before or left:
                yield Step(left, text, reason)
            before = text

    # ---- the loss

    def _loss(self) -> Iterator[tuple[str, Term, str]]:
        loss, written = self.question.loss, self.question.loss
        whole = {defined.name: defined.body for defined in self.question.definitions}
        if loss.kind == "element" and loss.args[0] in whole:
            written = instantiate(whole[loss.args[0]], *reversed(loss.args[1]))
        yield self._printer(loss), written, GIVEN
        if self.form is not self.claim.of:
            yield "", self._own(self.form), LOGARITHMS

    @cached_property
    def form(self) -> Term:
        """The loss with the logarithms of products taken apart, where it gets no longer by that."""
        of = self.claim.of
        if "log" not in _functions(of):
            return of
        simple = term_of(self.plain.normal(of))
        self.plain.equal(of, simple)
        return simple if simple.nodes <= of.nodes else of

    # ---- its derivative

    def _slopes(self) -> Iterator[tuple[str, Term, str]]:
        line = self.plain.derivative(self.form, self.claim.variable, self.claim.at)
        value = self._value(line)
        yield self._first_left, self._own.where_written(value), self._differentiated(self.form)
        for variable, at in self.claim.then:
            value = term_of(self.plain.normal(value))
            yield "", value, MULTIPLIED
            reason = f"differentiate again; {self._differentiated(value)}"
            value = self._value(self.plain.derivative(value, variable, at))
            left = left_side(self.question) if (variable, at) == self.claim.then[-1] else ""
            yield left, self._own.where_written(value), reason
        yield from self._simplified(value)

    @property
    def _first_left(self) -> str:
        if not self.claim.then:
            return left_side(self.question)
        by = self._printer(element(self.claim.variable, *self.claim.at))
        return f"d{self._printer(self.question.loss)}/d{by}"

    def _value(self, line: int) -> Term:
        found = self.plain.ledger.judgement(line).conclusion
        assert isinstance(found, Derivative)
        return found.value

    def _simplified(self, raw: Term) -> Iterator[tuple[str, Term, str]]:
        """The derivative multiplied out, in the definitions, under the hypotheses, as claimed."""
        simple = term_of(self.plain.normal(raw))
        self.plain.equal(raw, simple)
        yield "", simple, MULTIPLIED
        yield "", self._own(simple), DEFINITIONS
        result = term_of(self.prover.normal(raw))
        self.prover.equal(raw, result)
        yield "", self._own(result), "; ".join(self._equations()) or DEFINITIONS
        if self._is_claimed(raw):
            yield "", self.question.shorthand, "the claim"

    def _equations(self) -> list[str]:
        every: tuple[Stated, ...] = (*self.question.assumed, *self.question.given)
        used = (each.text for each in every if isinstance(each.hypothesis.conclusion, Equation))
        return list(dict.fromkeys(f"given {text}" for text in used))

    def _is_claimed(self, raw: Term) -> bool:
        try:
            self.prover.equal(raw, expand(self.question.shorthand, self._bodies))
        except NotProved:
            return False
        return True

    def _differentiated(self, term: Term) -> str:
        rules = [_RULES[name] for name in sorted(_functions(term)) if name in _RULES]
        variable = self._printer(element(self.claim.variable, *self.claim.at))
        return "; ".join([f"differentiate each part by {variable}", *rules])


def _functions(term: Term) -> set[str]:
    own = {term.args[0]} & set(FUNCTIONS) if term.kind == "apply" else set()
    return own.union(*[_functions(part) for part in term.parts])
