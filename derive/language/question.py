"""What somebody asks: a claim as text, and what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..claims import Claim
from ..kernel import Hypothesis, Term
from .printer import Printer


@dataclass(frozen=True)
class ClaimText:
    """A claim as it was typed: four texts and a name.

    where: declarations, ``x: real[n]; y: simplex[n]``.
    given: hypotheses, ``sum_{k<n} y[k] = 1``.
    loss: definitions, the last being what is differentiated.
    claim: ``dL/dx[i] = p[i] - y[i]``, after further definitions.
    """

    loss: str
    claim: str
    where: str = ""
    given: str = ""
    name: str = ""


@dataclass(frozen=True)
class Defined:
    """A quantity that was given a name: ``p[k] = body``.

    ``body`` is under the binders of ``shape``, a size an index: the last index is the innermost
    bound one, 0. It is in shorthand: other defined quantities stand in it as elements of their
    name.
    """

    name: str
    shape: tuple[str, ...]
    body: Term


@dataclass(frozen=True)
class Stated:
    """A hypothesis, and the text that says it."""

    text: str
    hypothesis: Hypothesis


@dataclass(frozen=True)
class Domain:
    """What a declaration says of a variable: its kind, and the numbers or sizes that belong to it.

    kind: one of real, positive, unit, simplex, one_hot, binary, sign, count, interval, symmetric,
        spd, invertible. ``interval`` has its two ends (as fractions) in ``ends``.
    """

    kind: str
    ends: tuple[object, ...] = ()


@dataclass(frozen=True)
class Question:
    """A claim with everything that was said around it.

    claim: the claim; its declarations hold what the domains say, what was given, and the
        conditions, in this order.
    domains: variable -> its domain.
    assumed: what the domains say (each with a text such as ``sum_{k<n} y[k] = 1``).
    given: the hypotheses that were stated.
    conditions: where the loss and the claim have a value and the loss is smooth.
    definitions: in the order in which they were written; the loss itself is the last of the loss's.
    shorthand: the right side of the claim, with defined quantities as elements of their names.
    loss_name, loss: what is differentiated (``L``), and its term in shorthand.
    """

    text: ClaimText
    claim: Claim
    domains: Mapping[str, Domain]
    assumed: tuple[Stated, ...]
    given: tuple[Stated, ...]
    conditions: tuple[Stated, ...]
    definitions: tuple[Defined, ...]
    shorthand: Term
    loss_name: str
    loss: Term

    @property
    def printer(self) -> Printer:
        """Prints terms in the names of the question."""
        declared = self.claim.declarations
        defined = (definition.name for definition in self.definitions)
        taken = (*declared.sizes, *declared.variables, *declared.labels, *self.domains, *defined)
        return Printer(taken, declared.indices)
