"""Claims as text, asked and answered from Python: ``from derive import claim, check``."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from .language.question import ClaimText, Question
from .language.reading import read


def claim(*, loss: str, claim: str, where: str = "", given: str = "", name: str = "") -> Question:
    """What a claim in the text notation asks; ``check`` answers it.

    where: declarations. given: hypotheses. loss: definitions, the last being what is
    differentiated. claim: the derivative as it is believed to be.

    >>> from derive import check, claim
    >>> question = claim(where="x: real[n]", loss="L = sum_{k<n} x[k]^2", claim="dL/dx[i] = x[i]")
    >>> answer = check(question)
    >>> print(answer)
    refuted: dL/dx[i] = x[i]
      counterexample: at n = 1, x = [1], i = 0 the derivative is 2, the claim gives 1: more than ...
      right: dL/dx[i] = 2*x[i]
      diagnosis: your claim is right up to the factor 2
    >>> str(answer.diagnosis.kind), answer.counterexample.point.sizes
    ('factor', {'n': 1})

    Raises
    ------
    ClaimError
        Where a text says nothing exact, with the place and what would be right.
    """
    return read(ClaimText(loss=loss, claim=claim, where=where, given=given, name=name))


def check(question: Question, *, seconds: float = 8.0, explain: bool = False) -> Any:
    """The answer to a question, a ``numeric.answers.Answer``: proved, refuted or undecided.

    It shows itself in a terminal and in a notebook; all it knows stands in its attributes, such as
    ``verdict``, ``counterexample``, ``derivative`` and ``diagnosis``. Parameters and errors are
    those of ``numeric.checking.check``.
    """
    # A verdict needs numbers, and data flows from derive to numeric: nothing here may import what
    # comes after it. The name is looked up when it is called, as a convenience for notebooks.
    return import_module("numeric.checking").check(question, seconds=seconds, explain=explain)
