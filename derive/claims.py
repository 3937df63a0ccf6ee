"""What is to be settled: a claim about a partial derivative, or an identity."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .kernel.declarations import Declarations
from .kernel.judgement import Derivative, Equation, Judgement
from .kernel.terms import Index, Term

Entry = tuple[str, tuple[Index, ...]]  # a variable and its indices


class OnlyFirst(ValueError):  # noqa: N818  (what is known, not that it is an error)
    """A derivative of a higher order was given to what knows those of a lower one only."""


@dataclass(frozen=True)
class Claim:
    """d ``of`` / d ``variable[at]`` = ``value``, under the declarations and their hypotheses.

    Where ``then`` names further entries, that derivative is differentiated by each of them in turn,
    and the last of these derivatives is what ``value`` is claimed to be: a Hessian has one.

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
    then: tuple[Entry, ...] = ()

    def __post_init__(self) -> None:
        self.declarations.check(*self.judgement)

    @property
    def judgement(self) -> Judgement:
        """What the last line of a proof of this claim has to say."""
        return Judgement((), Derivative(self.variable, self.at, self.of, self.value, self.then))

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every entry that is differentiated by, in this order."""
        return ((self.variable, self.at), *self.then)

    def require_order(self, most: int, what: str) -> None:
        """Raise ``OnlyFirst`` for a derivative of a higher order than ``what`` knows."""
        if len(self.entries) > most:
            order = len(self.entries)
            raise OnlyFirst(f"{what}: knows derivatives up to order {most}, here it is {order}")

    @property
    def terms(self) -> tuple[Term, Term]:
        """The function, and what its derivative is said to be."""
        return self.of, self.value

    def saying(self, value: Term) -> Claim:
        """The claim with another right side."""
        return replace(self, value=value)


@dataclass(frozen=True)
class Identity:
    """``left`` = ``value``, under the declarations and their hypotheses.

    Both sides may have free indices, declared as such: the equation is meant for each of their
    values. All terms are written out, without abbreviations.

    Raises
    ------
    Refused
        Where a name is not declared, a rank is wrong or an index may run out of range.
    """

    declarations: Declarations
    left: Term
    value: Term

    def __post_init__(self) -> None:
        self.declarations.check(*self.judgement)

    @property
    def judgement(self) -> Judgement:
        """What the last line of a proof of this identity has to say."""
        return Judgement((), Equation(self.left, self.value))

    @property
    def terms(self) -> tuple[Term, Term]:
        """Both sides."""
        return self.left, self.value

    def saying(self, value: Term) -> Identity:
        """The identity with another right side."""
        return replace(self, value=value)


Statement = Claim | Identity
