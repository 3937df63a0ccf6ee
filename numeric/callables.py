"""A theorem's own expressions as NumPy functions of arrays."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from numpy.typing import ArrayLike

from derive.batch import mean_over_rows, on_rows
from derive.claims import Claim
from derive.derivation import Derivation
from derive.kernel import Hypothesis
from derive.statement import Part, Theorem
from derive.typeset import unicode_text

from .arrays import prepare
from .compile import Compiled, compile_term
from .hypotheses import check_hypotheses


@dataclass(frozen=True)
class Function:
    """A compiled expression that refuses input which its theorem does not speak of.

    ``text`` is the function as Python text, in the operations of ``numeric.program.vocabulary``.
    """

    compiled: Compiled
    advice: str = ""

    @property
    def text(self) -> str:
        """The function as Python text."""
        return self.compiled.text

    @property
    def arguments(self) -> tuple[str, ...]:
        """The names of the arrays that the expression reads."""
        return self.compiled.arguments

    def __call__(self, **given: ArrayLike) -> Any:
        """The value, in the common dtype of the arguments.

        Raises
        ------
        InputError
            For input that ``numeric.arrays.prepare`` refuses or that does not meet a hypothesis; it
            says what was wrong, and which more general formula holds where there is one.
        """
        declarations = self.compiled.declarations
        wanted = [name for name in declarations.variables if name in given]
        arrays, sizes = prepare(declarations, given, (*wanted, *self.compiled.arguments))
        check_hypotheses(declarations, arrays, sizes, self._advise if self.advice else None)
        return self.compiled(**given)

    def _advise(self, _: Hypothesis) -> str:
        return self.advice


@dataclass(frozen=True)
class Functions:
    """The loss of a claim and its gradient.

    Where the claim is about a function with an index of its own, such as s_k, ``loss`` has an axis
    for it and ``gradient`` is the Jacobian: a row for each output, a column for each input.
    """

    claim: Claim
    loss: Function
    gradient: Function
    advice: str = ""

    def on_rows(self, shared: Collection[str] = ()) -> Functions:
        """The same for every row of matrices; variables in ``shared`` have no rows."""
        return _compiled(on_rows(self.claim, shared=shared), self.advice)

    def mean_over_rows(self, shared: Collection[str] = ()) -> Functions:
        """The mean of the loss over the rows, and its gradient with the 1/N that comes with it."""
        return _compiled(mean_over_rows(self.claim, shared=shared), self.advice)


def functions(what: Theorem | Part | Derivation | Claim) -> Functions:
    """The loss and the gradient of a theorem's first gradient, a part, a derivation or a claim.

    >>> from derive import theorem
    >>> f = functions(theorem("softmax_cross_entropy"))
    >>> f.gradient(x=[1e4, -1e4], y=[0, 1])
    array([ 1., -1.])
    >>> rows = f.mean_over_rows()
    >>> rows.gradient(x=[[0, 0], [1e4, -1e4]], y=[[1, 0], [0, 1]])
    array([[-0.25,  0.25],
           [ 0.5 , -0.5 ]])

    Raises
    ------
    ValueError
        Where there is an identity and no gradient.
    """
    if isinstance(what, Theorem):
        gradients = [part for part in what.parts if isinstance(part.claim, Claim)]
        what = (gradients or what.parts)[0]
    claim = what if isinstance(what, Claim) else what.claim
    if not isinstance(claim, Claim):
        raise ValueError("an identity has no gradient; numeric.compile compiles either side")
    return _compiled(claim, _advice(what) if isinstance(what, Part) else "")


def _advice(part: Part) -> str:
    """What holds where the hypotheses do not."""
    if part.general is None:
        return ""
    return f"without it, {unicode_text(part.main.left)} = {unicode_text(part.general)}"


def _compiled(claim: Claim, advice: str) -> Functions:
    """Results have the axes of the function first, then those of the variable."""
    claim.require_order(1, "functions")
    axes = [index for index in claim.at if isinstance(index, str)]
    own = sorted(i for i in claim.of.indices if isinstance(i, str))
    rows = [index for index in own if index in axes]
    outputs = [index for index in own if index not in axes]
    declarations = claim.declarations
    loss = compile_term(declarations, claim.of, (*rows, *outputs))
    slope_axes = (*rows, *outputs, *(index for index in axes if index not in rows))
    gradient = compile_term(declarations, claim.value, slope_axes)
    return Functions(claim, Function(loss, advice), Function(gradient, advice), advice)
