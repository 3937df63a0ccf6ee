"""A statement at fixed sizes, every entry written out: x_0, x_1, x_2 instead of x_i."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import sympy
from sympy import Expr, Matrix, Symbol

from .claims import Claim, Identity, Statement
from .derivation import Derivation
from .kernel import Term
from .kernel.terms import Index, element
from .notation import FUNCTIONS
from .statement import Theorem

_RELATIONS = {"=": sympy.Eq, "!=": sympy.Ne, "<": sympy.Lt, "<=": sympy.Le}
LabelValues = Mapping[str, Mapping[tuple[int, ...], int]]


@dataclass(frozen=True)
class Unrolled:
    """What is differentiated, the variables, and the derivative, at fixed sizes.

    ``of`` is an expression, or a column of them where the function has an index of its own.
    ``gradient`` is shaped like the variable (a column for a vector, a matrix for a matrix), or has
    a row for each entry of ``of`` and a column for each entry of the variable.
    """

    of: Expr | Matrix
    variables: Matrix
    gradient: Matrix
    sizes: Mapping[str, int]

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {sympy.latex(self.gradient)}$"


def unroll(
    what: Theorem | Derivation | Claim,
    every: int | None = None,
    /,
    *,
    labels: LabelValues | None = None,
    **sizes: int,
) -> Unrolled:
    """A theorem's first gradient, a derivation or a claim at fixed sizes, as SymPy expressions.

    Give one number for every size, or each size by its name. Labels cannot be written out, so
    each one wants its values, by their indices: ``labels={"t": {(0,): 2, (1,): 0}}``.
    A guard on elements becomes a ``Piecewise``.

    >>> from derive import theorem
    >>> small = unroll(theorem("softmax_cross_entropy"), 2)
    >>> small.gradient
    Matrix([
    [-y_0 + exp(x_0)/(exp(x_0) + exp(x_1))],
    [-y_1 + exp(x_1)/(exp(x_0) + exp(x_1))]])
    >>> unroll(theorem("squared_error"), m=1, p=2).variables
    Matrix([
    [w_0],
    [w_1]])

    Raises
    ------
    ValueError
        Where a size is missing, unknown or below 1, a label has no value in its range, an index
        stands for two axes at once, or a theorem has no gradient.
    """
    claim = what if isinstance(what, Claim) else _first_gradient(what)
    claim.require_order(1, "unroll")
    at_sizes = _sizes(claim, every, sizes)
    write = _Written(at_sizes, _labels(claim, labels or {}, at_sizes))
    own = sorted(i for i in claim.of.indices if isinstance(i, str))
    axes = [i for i in claim.at if isinstance(i, str)]
    if set(own) & set(axes) or len(set(axes)) != len(axes):
        raise ValueError(
            "an index of the function is that of the variable, too: rename one of them"
        )
    rows = list(_assignments(claim, own, at_sizes))
    columns = list(_assignments(claim, axes, at_sizes))
    functions = [write.term(claim.of, row) for row in rows]
    variables = [write.term(element(claim.variable, *claim.at), column) for column in columns]
    slopes = [[write.term(claim.value, row | column) for column in columns] for row in rows]
    shape = _shape(claim, axes, at_sizes)
    return Unrolled(
        of=Matrix(functions) if own else functions[0],
        variables=Matrix(*shape, variables),
        gradient=Matrix(slopes) if own else Matrix(*shape, slopes[0]),
        sizes=at_sizes,
    )


def _first_gradient(what: Theorem | Derivation) -> Claim:
    if isinstance(what, Derivation):
        return what.claim
    for part in what.parts:
        if isinstance(part.claim, Claim):
            return part.claim
    raise ValueError(f"{what.name} has no gradient; unroll_identity writes an identity out")


@dataclass(frozen=True)
class UnrolledIdentity:
    """Both sides of an identity, an entry for each value of its free indices."""

    left: Matrix
    right: Matrix
    sizes: Mapping[str, int]


def unroll_identity(
    identity: Identity,
    every: int | None = None,
    /,
    *,
    labels: LabelValues | None = None,
    **sizes: int,
) -> UnrolledIdentity:
    """An identity at fixed sizes, as SymPy expressions. Raises as ``unroll``.

    >>> from derive import identity, index, real, size, sum_over
    >>> n = size("n")
    >>> x, k = real("x", n), index("k", n)
    >>> twice = identity("twice", lines=[(sum_over(k, 2 * x[k]), ""), (2 * sum_over(k, x[k]), "")])
    >>> unroll_identity(twice.claim, n=2).right
    Matrix([[2*x_0 + 2*x_1]])
    """
    at_sizes = _sizes(identity, every, sizes)
    write = _Written(at_sizes, _labels(identity, labels or {}, at_sizes))
    entries = list(_assignments(identity, sorted(identity.declarations.indices), at_sizes))
    left, right = (
        Matrix([write.term(side, entry) for entry in entries]) for side in identity.terms
    )
    return UnrolledIdentity(left, right, at_sizes)


def _sizes(claim: Statement, every: int | None, sizes: Mapping[str, int]) -> dict[str, int]:
    names = sorted(claim.declarations.sizes)
    if every is not None and sizes:
        raise ValueError("wants one number for every size, or each size by its name, not both")
    given = dict.fromkeys(names, every) if every is not None else dict(sizes)
    if set(given) != set(names):
        raise ValueError(f"wants a value for each of {', '.join(names)}, not for {list(given)}")
    found = {name: value for name, value in given.items() if type(value) is int and value >= 1}
    if len(found) != len(names):
        raise ValueError(f"sizes are whole numbers from 1 on, not {given}")
    return found


def _labels(claim: Statement, given: LabelValues, sizes: Mapping[str, int]) -> LabelValues:
    """The values of the labels, one in range for each index tuple."""
    declared = claim.declarations.labels
    if set(given) != set(declared):
        wanted, had = sorted(declared), sorted(given)
        raise ValueError(f"wants values for the labels {wanted}, not for {had}")
    for name, label in declared.items():
        cells = set(product(*[range(sizes[axis]) for axis in label.shape]))
        if set(given[name]) != cells:
            raise ValueError(f"the labels {name} want a value at each of {sorted(cells)}")
        below = sizes[label.below]
        if not all(type(v) is int and 0 <= v < below for v in given[name].values()):
            raise ValueError(f"the labels {name} run from 0 to {below - 1}, not {given[name]}")
    return given


def _assignments(claim: Statement, names: list[str], sizes: Mapping[str, int]) -> Any:
    ranges = [range(sizes[claim.declarations.indices[name]]) for name in names]
    return (dict(zip(names, at, strict=True)) for at in product(*ranges))


def _shape(claim: Claim, axes: list[str], sizes: Mapping[str, int]) -> tuple[int, int]:
    """Rows and columns of the gradient: a vector is a column, a matrix is itself."""
    lengths = [sizes[claim.declarations.indices[name]] for name in axes]
    if len(lengths) == 2:
        return lengths[0], lengths[1]
    total = 1
    for length in lengths:
        total *= length
    return total, 1


def _entry(name: str, at: list[int]) -> Symbol:
    return Symbol("_".join([name, *map(str, at)]))


@dataclass(frozen=True)
class _Written:
    """Writes terms out, every sum in full, at given sizes and labels."""

    sizes: Mapping[str, int]
    labels: LabelValues

    def term(self, term: Term, at: Mapping[str, int], bound: tuple[int, ...] = ()) -> Expr:
        """The expression of a term; ``at`` and ``bound`` give its free and bound indices."""
        args = term.args

        def write(part: Term) -> Expr:
            return self.term(part, at, bound)

        def place(index: Index) -> int:
            return self._place(index, at, bound)

        match term.kind:
            case "number":
                return sympy.Rational(*args)
            case "constant":
                return sympy.pi
            case "size":
                return sympy.Integer(self.sizes[args[0]])
            case "position":
                return sympy.Integer(place(args[0]))
            case "element":
                return _entry(args[0], [place(index) for index in args[1]])
            case "delta":
                return sympy.Integer(place(args[0]) == place(args[1]))
            case "add":
                return sympy.Add(*map(write, args))
            case "multiply":
                return sympy.Mul(*map(write, args))
            case "power":
                return write(args[0]) ** write(args[1])
            case "apply":
                return FUNCTIONS[args[0]](write(args[1]))
            case "sum":
                every = range(self.sizes[args[0]])
                return sympy.Add(*[self.term(args[1], at, (k, *bound)) for k in every])
            case _:
                return _guarded(_RELATIONS[args[0]](*map(write, args[1:3])), args[3], write)

    def _place(self, index: Index, at: Mapping[str, int], bound: tuple[int, ...]) -> int:
        if isinstance(index, tuple):
            name, *inner = index
            return self.labels[name][tuple(self._place(i, at, bound) for i in inner)]
        return bound[index] if isinstance(index, int) else at[index]


def _guarded(condition: Any, body: Term, write: Callable[[Term], Expr]) -> Expr:
    """The body where the condition holds, else 0; it is not written where that never is."""
    if condition == sympy.false:
        return sympy.S.Zero
    return sympy.Piecewise((write(body), condition), (sympy.S.Zero, True))
