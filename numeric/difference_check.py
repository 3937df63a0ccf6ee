"""Is a claimed gradient right, at all coordinates of large arrays? Exact differences against it.

The central difference quotient of the function, in the form that cancels nowhere, is compared with
the claimed gradient. They agree where they are no further apart than three bounds together:

* rounding of the quotient and of the gradient, by running error analysis of the compiled texts;
* truncation, |Q(h) - f'| where Q(h) = (D(h) - D(-h)) / (2h). As a function of a complex step, Q is
  analytic where its text is, and even. With |Q(z) - Q(h)| <= M for all |z| = r, Cauchy's estimate
  of its coefficients gives |Q(h) - Q(0)| <= M t / (1 - t), with t = (h/r)**2.

As nothing cancels, the step is so small that truncation is less than a rounding. What would be
hidden at such a step, a mistake in the difference itself, is looked for at steps of 1/2, once for
every check that is made (``numeric.difference_identity``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from threading import local
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from derive.claims import Claim
from derive.kernel.terms import Term, element
from derive.statement import Theorem

from .arrays import prepare
from .compile import Compiled, compile_term
from .difference_identity import BlackBox, black_box
from .errors import InputError
from .exact_differences import ExactDifference, of_claim, unused
from .hypotheses import check_hypotheses
from .increments.building import minus, parts_of, plus
from .increments.central import central_quotient
from .uniform_bounds import Bar, Uniform, evaluate
from .workspace import Workspace

STEP = 2.0**-60  # at which truncation is less than a rounding, also of float64
REACHES = (2.0**-3, 2.0**-10, 2.0**-30)  # radii of the disk, until the function is analytic on it

Array = NDArray[Any]
BarsOfArrays = tuple[tuple["Bar", Array], ...]


class WrongDifference(AssertionError):  # noqa: N818  (what is known, as in a verdict)
    """The difference of a function is not what the function itself moves by."""


@dataclass(frozen=True)
class Compared:
    """A claimed gradient beside the central difference quotient, at every coordinate.

    Attributes
    ----------
    excess: the quotient less the gradient.
    least_bar: what the error may be everywhere, at least.
    truncation: the part of the error that is truncation.
    subtracted: the functions whose difference was taken as it stands; it cancels, and the bar says
        by how much.

    As text, a disagreement says which hypothesis of the claim the arrays do not meet, if one.
    """

    excess: Array
    least_bar: float
    truncation: float
    subtracted: frozenset[str]
    _largest: float
    _claimed: Callable[[], Array]
    _bars: Callable[[], BarsOfArrays]
    _unmet: Callable[[], str]

    @cached_property
    def gradient(self) -> Array:
        """The claimed gradient."""
        return self._claimed()

    @property
    def quotient(self) -> Array:
        """The central difference quotient."""
        return np.asarray(self.gradient + self.excess)

    @cached_property
    def error(self) -> Array:
        """How far the two are apart."""
        return np.abs(self.excess)

    @cached_property
    def bars(self) -> BarsOfArrays:
        """What bounds the error: each is absolute + relative |array|, and they add up.

        The first is that of the excess, whose text has both sides in it.
        """
        return self._bars()

    @cached_property
    def bar(self) -> Array:
        """How far apart they may be."""
        parts = (bar.relative * np.abs(array) for bar, array in self.bars if bar.relative)
        return np.asarray(sum(parts, start=np.full(self.error.shape, self.least_bar)))

    @cached_property
    def agrees(self) -> bool:
        """Whether they are within the bar everywhere; what is not finite is not."""
        return self._largest <= self.least_bar or not self.disagrees.any()

    @property
    def disagrees(self) -> Array:
        """Where they are further apart than the bar, which is no bar where it is infinite."""
        return np.asarray(~((self.error <= self.bar) & np.isfinite(self.error)))

    @property
    def worst(self) -> tuple[int, ...]:
        """Where the error is largest, in bars; nan counts as the largest."""
        with np.errstate(all="ignore"):
            bars = np.nan_to_num(np.asarray(self.error / self.bar), nan=np.inf)
        return tuple(int(k) for k in np.unravel_index(int(np.argmax(bars)), bars.shape))

    def __str__(self) -> str:
        if self.agrees:
            return f"agrees at all {self.error.size} coordinates"
        at = self.worst
        return (
            f"disagrees at {int(self.disagrees.sum())} of {self.error.size} coordinates; at "
            f"{list(at)} the gradient is {self.gradient[at]}, the difference quotient "
            f"{self.quotient[at]} ± {self.bar[at]}{self._unmet()}"
        )


class DifferenceCheck:
    """Compares the gradient of a claim with exact differences; call it with arrays.

    Attributes
    ----------
    difference: the exact difference of the function.
    identity: what came of comparing it with the function itself at steps of 1/2.
    compiled: the quotient less the claimed gradient, as one text.

    Raises
    ------
    WrongDifference
        Where the difference is not that of the function.
    """

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.difference: ExactDifference = of_claim(claim)
        self.identity: BlackBox = black_box(self.difference)
        if self.identity.contradiction is not None:
            raise WrongDifference(f"not the difference of the function: {self.identity}")
        self._per = unused("per_two_steps", self.difference.declarations)
        self.compiled = self._compiled(None)
        self._local = local()

    @cached_property
    def compiled_beside_gradient(self) -> Compiled:
        """The same with the claimed gradient as a second result."""
        return self._compiled(self.claim.value)

    def _compiled(self, beside: Term | None) -> Compiled:
        """The program; 1 / (2h) is a variable of its own in it."""
        difference = self.difference
        variables = {**difference.declarations.variables, self._per: ()}
        declared = replace(difference.declarations, variables=variables)
        quotient = central_quotient(difference.value, difference.step, element(self._per))
        excess = plus(*parts_of(quotient), *parts_of(minus(self.claim.value)))
        small = [difference.step]
        return compile_term(declared, excess, difference.axes, small=small, beside=beside)

    def __call__(self, gradient: ArrayLike | None = None, /, **given: ArrayLike) -> Compared:
        """Both sides at every coordinate.

        gradient: what somebody's own program gives for the gradient, to be checked instead of the
            claim's formula. It may be off by as much as that formula, compiled, may be.

        Raises
        ------
        InputError
            For arrays that ``numeric.arrays.prepare`` refuses, a gradient of another shape, and
            where there is no finite error bar.
        """
        program = self.compiled if gradient is None else self.compiled_beside_gradient
        steps = (self.difference.step, self._per)
        needed = [name for name in program.arguments if name not in steps]
        arrays, sizes = prepare(self.claim.declarations, given, (*needed, *program.sizes))
        workspace = self._workspace()
        (excess, *claimed), truncation = self._evaluated(program, arrays, sizes, workspace)
        subtracted = self.difference.subtracted
        if gradient is None:
            workspace.give_back(excess.value)
            bar = excess.bars[0]
            least = _finite(truncation + bar.absolute, bar.relative)
            return Compared(
                excess.value,
                least,
                truncation,
                subtracted,
                excess.size,
                partial(self._gradient, given),
                lambda: ((bar, excess.value),),
                partial(self._unmet, given),
            )
        array = _fitting(gradient, claimed[0].value)
        apart = np.asarray(claimed[0].value - array)
        apart = np.add(apart, excess.value, out=apart if apart.ndim else None)
        one, other = excess.bars[0], claimed[0].bars[0]
        workspace.give_back()
        least = truncation + one.absolute + 2 * other.absolute
        return Compared(
            apart,
            _finite(least, one.relative + other.relative),
            truncation,
            subtracted,
            max(float(np.max(apart)), -float(np.min(apart))),
            lambda: array,
            lambda: _bars_of_given(self._evaluated(program, arrays, sizes, None)[0], apart),
            partial(self._unmet, given),
        )

    def _workspace(self) -> Workspace:
        """One for each thread."""
        if not hasattr(self._local, "workspace"):
            self._local.workspace = Workspace()
        workspace: Workspace = self._local.workspace
        return workspace

    def _gradient(self, given: Mapping[str, ArrayLike]) -> Array:
        compiled = compile_term(self.claim.declarations, self.claim.value, self.difference.axes)
        return np.asarray(compiled(**given))

    def _unmet(self, given: Mapping[str, ArrayLike]) -> str:
        """Which hypothesis the arrays do not meet, to be added to what disagrees."""
        declared = self.claim.declarations
        names = [name for name in declared.variables if name in given]
        try:
            check_hypotheses(declared, *prepare(declared, given, names))
        except InputError as error:
            return f"; but {error}"
        return ""

    def _evaluated(
        self,
        program: Compiled,
        arrays: Mapping[str, Array],
        sizes: Mapping[str, int],
        workspace: Workspace | None,
    ) -> tuple[tuple[Uniform, ...], float]:
        """The results with their rounding, and the truncation, on a disk that gives one."""
        step, per = self.difference.step, self._per
        variables = self.claim.declarations.variables
        read = [arrays[name].dtype for name in program.arguments if name in variables]
        dtype = read[0] if read else np.dtype(np.float64)
        taken = {step: np.asarray(STEP, dtype), per: np.asarray(0.5 / STEP, dtype)}
        for radius in REACHES:
            reach = {step: radius + STEP, per: 0.5 / STEP + 0.5 / radius}
            found = evaluate(program, {**arrays, **taken}, sizes, reach, workspace)
            around = found[0].bars[1].at(found[0].size)
            if np.isfinite(around):
                break
            if workspace is not None and radius != REACHES[-1]:
                workspace.give_back()
        share = (STEP / radius) ** 2
        return found, around * share / (1 - share)


def _bars_of_given(results: tuple[Uniform, ...], apart: Array) -> BarsOfArrays:
    """The bars of (excess + claimed) less a given gradient.

    The claimed gradient is in it twice: as it was computed, and as what the given one may be off.
    """
    excess, claimed = results
    roundings = Bar(0.0, 2 * float(np.finfo(claimed.value.dtype).eps))
    own = (claimed.bars[0], claimed.value)
    bars = ((excess.bars[0], excess.value), own, own)
    return (*bars, (roundings, apart), (roundings, excess.value))


def _finite(least: float, relative: float) -> float:
    """The least bar, where there is a finite one."""
    if not np.isfinite(least + relative):
        raise InputError("the difference quotient has no finite error bar at this input")
    return least


def difference_check(
    what: Theorem | Claim, gradient: ArrayLike | None = None, /, **given: ArrayLike
) -> Compared:
    """Compare the gradient of a theorem or claim with exact differences, at all coordinates.

    For more than one input, make a ``DifferenceCheck`` and call that.

    >>> from derive import theorem
    >>> x, y = np.linspace(-3, 3, 1000), np.eye(1000)[7]
    >>> compared = difference_check(theorem("softmax_cross_entropy"), x=x, y=y)
    >>> print(compared)
    agrees at all 1000 coordinates
    >>> wrong = compared.gradient.copy()
    >>> wrong[3] *= 1 + 1e-9
    >>> difference_check(theorem("softmax_cross_entropy"), wrong, x=x, y=y).agrees
    False
    """
    if isinstance(what, Theorem):
        claims = [part.claim for part in what.parts if isinstance(part.claim, Claim)]
        if not claims:
            raise ValueError("an identity has no gradient")
        what = claims[0]
    return DifferenceCheck(what)(gradient, **given)


def _fitting(gradient: ArrayLike, like: Array) -> Array:
    """The given gradient as an array of the right shape."""
    array = np.asarray(gradient)
    if array.shape != np.shape(like) or array.dtype.kind not in "iuf":
        raise InputError(
            f"the gradient is {array.dtype} of shape {array.shape}, "
            f"it has to be real of shape {np.shape(like)}"
        )
    return array
