"""Exact finite differences of any expression, for all elements of a variable at once.

The difference of e as x[at] moves by h is the expression

    D(h) = e(x + h at x[at]) - e(x)

in a form that cancels nowhere (``numeric.increments``). It is an identity at every h: the kernel
can be asked to prove it, and at h = 1/2 it is compared with the expression itself. Being an
expression, it compiles like any other, and softmax cross-entropy takes as many operations for all
n differences as for one evaluation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from derive.claims import Claim
from derive.kernel import Declarations
from derive.kernel.terms import Index, Term, element, plain_indices

from .compile import Compiled, compile_term
from .increments.central import central_quotient
from .increments.rules import Differencing

STEP = "h"


@dataclass(frozen=True)
class ExactDifference:
    """What a term moves by when ``variable[at]`` moves by the step. See ``exact_difference``.

    Attributes
    ----------
    declarations: those of the term, with the step as a further scalar.
    term: the term that moves.
    value: the difference, as a term in the step.
    step: the name of the step.
    subtracted: the functions whose difference is taken as it stands, because they have no exact
        form here. At small steps it cancels; where this is empty, nothing does.
    """

    declarations: Declarations
    term: Term
    variable: str
    at: tuple[Index, ...]
    value: Term
    step: str
    subtracted: frozenset[str]

    @property
    def axes(self) -> tuple[str, ...]:
        """The free indices: those of the term, then those of the element."""
        own = sorted(i for i in self.term.indices if isinstance(i, str))
        moved = [i for i in plain_indices(self.at) if isinstance(i, str)]
        rows = [i for i in own if i in moved]
        outputs = [i for i in own if i not in moved]
        return tuple(dict.fromkeys([*rows, *outputs, *moved]))

    @cached_property
    def compiled(self) -> Compiled:
        """The difference as a function of the arrays and the step."""
        return compile_term(self.declarations, self.value, self.axes, small=[self.step])

    @cached_property
    def quotient(self) -> Term:
        """The central difference quotient, (D(h) - D(-h)) / (2h)"""
        return central_quotient(self.value, self.step)

    @cached_property
    def compiled_quotient(self) -> Compiled:
        """The central difference quotient as a function of the arrays and the step."""
        return compile_term(self.declarations, self.quotient, self.axes, small=[self.step])


def exact_difference(
    declarations: Declarations, term: Term, variable: str, at: Sequence[Index]
) -> ExactDifference:
    """The exact difference of a term as one element of a variable moves.

    at: the indices of the element; free ones become axes, so that all elements are had at once.

    >>> from derive import theorem
    >>> claim = theorem("squared_error").parts[0].claim
    >>> print(of_claim(claim).compiled.text)
    def compiled(X, b, t, w, h, m):
        t0 = h * matmul(b + matmul(X, w) - t, X)
        t1 = number(2) * t0 + h * h * sum(X * X, 0)
        return t1 / real(m)
    <BLANKLINE>
    """
    step = unused(STEP, declarations)
    variables = {**declarations.variables, step: ()}
    declared = replace(declarations, variables=variables)
    declared.check_term((), element(variable, *at))
    rules = Differencing(variable, tuple(at), element(step))
    value = rules.difference(term)
    return ExactDifference(
        declared, term, variable, tuple(at), value, step, frozenset(rules.subtracted)
    )


def of_claim(claim: Claim) -> ExactDifference:
    """The exact difference of the function that a claim is about."""
    claim.require_order(1, "an exact difference")
    return exact_difference(claim.declarations, claim.of, claim.variable, claim.at)


def unused(name: str, declarations: Declarations) -> str:
    """The name, with underscores where it is taken."""
    taken = {*declarations.sizes, *declarations.indices, *declarations.variables}
    while name in taken or name in declarations.labels:
        name += "_"
    return name
