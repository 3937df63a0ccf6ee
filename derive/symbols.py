"""What a formula is written with: sizes, indices, variables and definitions, as SymPy objects.

>>> n = size("n")
>>> x, y = real("x", n), simplex("y", n)
>>> i, j = indices("i j", n)
>>> sum_over(j, x[j] * y[j])
Sum(x[j]*y[j], (j, 0, n - 1))

They are ordinary SymPy expressions. Two things to know: SymPy simplifies while you write (``y*x/x``
is ``y`` before anyone can ask whether x is 0), so what is proved is what SymPy shows; and SymPy's
own ``diff`` and ``subs`` are not to be trusted with bound indices, so nothing here uses them.
"""

from __future__ import annotations

from typing import Any

import sympy
from sympy import Expr, Idx, IndexedBase, Mul, Sum, Symbol

DOMAINS = ("real", "positive", "nonnegative", "nonzero", "simplex")


class Size(Symbol):  # type: ignore[misc]
    """The length of an axis: a whole number, at least 1."""

    def __new__(cls, name: str) -> Size:
        """Make the size of this name."""
        created: Size = Symbol.__xnew__(cls, name, integer=True, positive=True)
        return created

    def __getnewargs_ex__(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return (self.name,), {}


class Scalar(Symbol):  # type: ignore[misc]
    """A variable without indices."""

    __slots__ = ("domain",)
    domain: str

    def __new__(cls, name: str, domain: str = "real") -> Scalar:
        """Make the variable of this name and domain."""
        created: Scalar = Symbol.__xnew__(cls, name)
        created.domain = domain
        return created

    def __getnewargs_ex__(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return (self.name, self.domain), {}

    def _hashable_content(self) -> tuple[Any, ...]:
        return (*super()._hashable_content(), self.domain)


class Variable(IndexedBase):  # type: ignore[misc]
    """An array of variables: ``x[i]`` is one of them."""

    domain: str

    def __new__(cls, name: Any, shape: Any, domain: str = "real") -> Variable:
        """Make the variable of this name, shape and domain."""
        created: Variable = IndexedBase.__new__(cls, name, shape)
        created.domain = domain
        return created

    @property
    def func(self) -> Any:
        """How SymPy rebuilds the variable from its arguments."""
        return lambda name, shape: Variable(name, shape, self.domain)

    def __getnewargs__(self) -> tuple[Any, ...]:
        return (*self.args, self.domain)

    def _hashable_content(self) -> tuple[Any, ...]:
        return (*super()._hashable_content(), self.domain)


class Definition(IndexedBase):  # type: ignore[misc]
    """A named quantity: ``s[k]`` stands for its body, with k for the parameter, and prints as s_k.

    A definition is an abbreviation, not a hypothesis: a proof is about what it stands for.
    """

    parameters: tuple[Idx, ...]
    body: Expr

    def __new__(cls, name: Any, parameters: tuple[Idx, ...], body: Expr) -> Definition:
        """Make the abbreviation of the body, a function of the parameters."""
        shape = tuple(size_of(parameter) for parameter in parameters)
        created: Definition = IndexedBase.__new__(cls, name, shape)
        created.parameters = parameters
        created.body = body
        return created

    @property
    def func(self) -> Any:
        """How SymPy rebuilds the definition from its arguments."""
        return lambda name, _shape: Definition(name, self.parameters, self.body)

    def __getnewargs__(self) -> tuple[Any, ...]:
        return self.label, self.parameters, self.body

    def _hashable_content(self) -> tuple[Any, ...]:
        return (*super()._hashable_content(), self.parameters, self.body)


class Partial(Expr):  # type: ignore[misc]
    """A partial derivative by its name: prints as dL/ds_k and stands for its value.

    args: what the function is called, the function, the variable or defined quantity that it is
    differentiated by, and the value. A derivation that uses one proves that it is the value.
    """

    def __new__(cls, name: Any, of: Any, by: Any, value: Any) -> Partial:
        """Note that d of / d by = value, where ``of`` is called ``name``."""
        created: Partial = Expr.__new__(
            cls, *(sympy.sympify(part, strict=True) for part in (name, of, by, value))
        )
        return created

    @property
    def name(self) -> Expr:
        """What the function is called."""
        return self.args[0]

    @property
    def of(self) -> Expr:
        """The function."""
        return self.args[1]

    @property
    def by(self) -> Expr:
        """What it is differentiated by."""
        return self.args[2]

    @property
    def value(self) -> Expr:
        """What the derivative is said to be."""
        return self.args[3]

    def _sympystr(self, printer: Any) -> str:
        return f"d{printer._print(self.name)}/d{printer._print(self.by)}"


def size(name: str) -> Size:
    """A size, such as the number n of classes."""
    return Size(name)


def index(name: str, below: Size) -> Idx:
    """An index that runs over 0, 1, .., below - 1."""
    if not isinstance(below, Size):
        raise TypeError(f"index {name}: wants a size such as size('n'), not {below!r}")
    return Idx(name, below)


def indices(names: str, below: Size) -> tuple[Idx, ...]:
    """Several indices of one size, named in one string: ``indices("i j k", n)``."""
    return tuple(index(name, below) for name in names.split())


def size_of(index_: Idx) -> Size:
    """The size that an index runs below."""
    below: Size = index_.upper + 1
    return below


def real(name: str, *shape: Size) -> Any:
    """A real variable: an array with these sizes, or a scalar where none is given."""
    return _variable(name, shape, "real")


def positive(name: str, *shape: Size) -> Any:
    """A variable whose every entry is > 0."""
    return _variable(name, shape, "positive")


def nonnegative(name: str, *shape: Size) -> Any:
    """A variable whose every entry is >= 0."""
    return _variable(name, shape, "nonnegative")


def nonzero(name: str, *shape: Size) -> Any:
    """A variable whose every entry is not 0."""
    return _variable(name, shape, "nonzero")


def simplex(name: str, *shape: Size) -> Variable:
    """A variable with entries >= 0 that add up to 1 over the last axis: labels, probabilities."""
    if not shape:
        raise TypeError(f"simplex {name}: wants at least one size, as in simplex('{name}', n)")
    simplex_variable: Variable = _variable(name, shape, "simplex")
    return simplex_variable


def _variable(name: str, shape: tuple[Size, ...], domain: str) -> Any:
    for axis in shape:
        if not isinstance(axis, Size):
            raise TypeError(f"{name}: wants sizes such as size('n'), not {axis!r}")
    return Variable(name, shape, domain) if shape else Scalar(name, domain)


def sum_over(bound: Idx, body: Any) -> Sum:
    """The sum of the body over an index."""
    return Sum(body, (bound, 0, size_of(bound) - 1))


def delta(left: Idx, right: Idx) -> Expr:
    """Kronecker's delta: 1 where the indices are equal, else 0."""
    return sympy.KroneckerDelta(left, right)


def product(*factors: Any) -> Mul:
    """A product that is kept as it is written, so that a line can show what will cancel."""
    return Mul(*factors, evaluate=False)
