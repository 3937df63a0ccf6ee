"""A claim: the statement about a partial derivative that is to be settled."""

from __future__ import annotations

from dataclasses import dataclass

from .kernel.declarations import Declarations
from .kernel.judgement import Derivative, Judgement
from .kernel.terms import Index, Term


@dataclass(frozen=True)
class Claim:
    """d ``of`` / d ``variable[at]`` = ``value``, under the declarations and their hypotheses.

    ``of`` and ``value`` may have free indices, declared as such: a Jacobian has those of the
    function and those of the variable. All terms are written out, without abbreviations.

    Raises
    ------
    Refused
        Where a name is not declared, a rank is wrong or an index may run out of range.
    """

    declarations: Declarations
    of: Term
    variable: str
    at: tuple[Index, ...]
    value: Term

    def __post_init__(self) -> None:
        self.declarations.check(*self.judgement)

    @property
    def judgement(self) -> Judgement:
        """What the last line of a proof of this claim has to say."""
        return Judgement((), Derivative(self.variable, self.at, self.of, self.value))
