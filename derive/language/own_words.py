"""Results in the words of the question: its own definitions, its own names."""

from __future__ import annotations

from collections.abc import Callable

from ..kernel import Term
from .elaboration import expand
from .presenting import Presentation
from .question import Question
from .syntax import statements

Spelling = Callable[[Term], str]


def left_side(question: Question) -> str:
    """What the claim is about, as it was written: ``dL/dx[i]``."""
    return statement(question).partition("=")[0].strip()


def statement(question: Question) -> str:
    """The claim itself, without the definitions before it, on one line."""
    return " ".join(statements("claim", question.text.claim)[-1].text.split())


def bodies(question: Question) -> dict[str, Term]:
    """What each defined quantity stands for, written out; its indices are loose bound ones."""
    found: dict[str, Term] = {}
    for defined in question.definitions:
        found[defined.name] = expand(defined.body, found)
    return found


def in_own_definitions(question: Question) -> Spelling:
    """Writes terms out in the language of claims, with what the question defines by its name."""
    folding = OwnDefinitions(question)
    return lambda term: question.printer(folding(term))


class OwnDefinitions:
    """Puts defined quantities back into terms, as far as that leaves the terms what they are."""

    def __init__(self, question: Question) -> None:
        self._presentation = Presentation(question.claim, question.definitions, question.loss)

    def __call__(self, term: Term) -> Term:
        """The term in shorthand; itself, where no definition is found in it.

        Nothing that was stated to be equal is used: it may be what the term is to do without.
        """
        return self._presentation.term(term)

    def where_written(self, term: Term) -> Term:
        """The term with the names of defined quantities where these stand written out in it."""
        return self._presentation.as_written(term)
