"""A statement at fixed sizes, every entry written out: x_0, x_1, x_2 instead of x_i."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import sympy
from sympy import Expr, Matrix, Symbol

from .claim import Claim, Identity, Statement
from .derivation import Derivation
from .kernel import Term
from .kernel.terms import Index
from .notation import FUNCTIONS
from .statement import Theorem

_RELATIONS = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
}


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
    what: Theorem | Derivation | Claim, every: int | None = None, /, **sizes: int
) -> Unrolled:
    """A theorem's first gradient, a derivation or a claim at fixed sizes, as SymPy expressions.

    Give one number for every size, or each size by its name.

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
        Where a size is missing, unknown or below 1, an index stands for two axes at once, or a
        theorem has no gradient.
    """
    claim = what if isinstance(what, Claim) else _first_gradient(what)
    at_sizes = _sizes(claim, every, sizes)
    own = sorted(i for i in claim.of.indices if isinstance(i, str))
    axes = [i for i in claim.at if isinstance(i, str)]
    if set(own) & set(axes) or len(set(axes)) != len(axes):
        raise ValueError(
            "an index of the function is that of the variable, too: rename one of them"
        )
    rows = list(_assignments(claim, own, at_sizes))
    columns = list(_assignments(claim, axes, at_sizes))
    functions = [_written(claim.of, at_sizes, row) for row in rows]
    variables = [_entry(claim.variable, [column[i] for i in axes]) for column in columns]
    slopes = [[_written(claim.value, at_sizes, row | column) for column in columns] for row in rows]
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
    identity: Identity, every: int | None = None, /, **sizes: int
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
    entries = list(_assignments(identity, sorted(identity.declarations.indices), at_sizes))
    left, right = (
        Matrix([_written(side, at_sizes, entry) for entry in entries]) for side in identity.terms
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


def _written(term: Term, sizes: Mapping[str, int], at: Mapping[str, int]) -> Expr:
    """The term with every sum written out; ``at`` gives the free indices."""

    def place(index: Index, bound: tuple[int, ...]) -> int:
        if isinstance(index, tuple):
            raise ValueError(f"cannot write out a looked-up index: {index}")
        return bound[index] if isinstance(index, int) else at[index]

    def write(part: Term, bound: tuple[int, ...]) -> Expr:
        args = part.args
        match part.kind:
            case "number":
                return sympy.Rational(*args)
            case "size":
                return sympy.Integer(sizes[args[0]])
            case "position":
                return sympy.Integer(place(args[0], bound))
            case "element":
                return _entry(args[0], [place(index, bound) for index in args[1]])
            case "delta":
                return sympy.Integer(place(args[0], bound) == place(args[1], bound))
            case "add":
                return sympy.Add(*[write(inner, bound) for inner in args])
            case "multiply":
                return sympy.Mul(*[write(inner, bound) for inner in args])
            case "power":
                return write(args[0], bound) ** write(args[1], bound)
            case "apply":
                return FUNCTIONS[args[0]](write(args[1], bound))
            case "sum":
                return sympy.Add(*[write(args[1], (k, *bound)) for k in range(sizes[args[0]])])
            case _:
                left, right = (write(side, bound) for side in args[1:3])
                return write(args[3], bound) if _RELATIONS[args[0]](left, right) else sympy.S.Zero

    return write(term, ())
