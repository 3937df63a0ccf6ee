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

from functools import cache
from typing import Any

import sympy
from sympy import And, Expr, Idx, IndexedBase, Mul, Sum, Symbol
from sympy.core.relational import Relational
from sympy.core.symbol import Str

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


class Labels(IndexedBase):  # type: ignore[misc]
    """An array of indices: ``t[r]`` is one of 0, 1, .., below - 1, and may stand as an index."""

    below: Size

    def __new__(cls, name: Any, shape: Any, below: Size) -> Labels:
        """Make the array of indices below ``below``."""
        created: Labels = IndexedBase.__new__(cls, name, shape)
        created.below = below
        return created

    @property
    def func(self) -> Any:
        """How SymPy rebuilds the labels from their arguments."""
        return lambda name, shape: Labels(name, shape, self.below)

    def __getnewargs__(self) -> tuple[Any, ...]:
        return (*self.args, self.below)

    def _hashable_content(self) -> tuple[Any, ...]:
        return (*super()._hashable_content(), self.below)


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


class Where(Expr):  # type: ignore[misc]
    """[left sign right] body: the body where the relation holds, elsewhere 0 and not looked at.

    Nothing is evaluated. ``sign`` is one of ==, !=, <, <=, > and >=.
    """

    def __new__(cls, sign: Any, left: Any, right: Any, body: Any) -> Where:
        """Guard the body."""
        name = sign if isinstance(sign, Str) else Str(sign)
        created: Where = Expr.__new__(
            cls, name, *(sympy.sympify(part, strict=True) for part in (left, right, body))
        )
        return created

    @property
    def sign(self) -> str:
        """How the sides are compared."""
        return str(self.args[0])

    @property
    def sides(self) -> tuple[Expr, Expr]:
        """What is compared, left and right."""
        return self.args[1], self.args[2]

    @property
    def condition(self) -> Relational:
        """The relation under which the body counts."""
        return Relational(*self.sides, self.sign, evaluate=False)

    @property
    def body(self) -> Expr:
        """What is guarded."""
        return self.args[3]

    def _sympystr(self, printer: Any) -> str:
        return f"where({printer._print(self.condition)}, {printer._print(self.body)})"


class sigmoid(sympy.Function):  # type: ignore[misc]  # noqa: N801  (SymPy's way to name functions)
    """1 / (1 + exp(-u))"""

    nargs = 1


class softplus(sympy.Function):  # type: ignore[misc]  # noqa: N801
    """log(1 + exp(u))"""

    nargs = 1


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


@cache
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


def labels(name: str, *shape: Size, below: Size) -> Labels:
    """An array of indices below ``below``, such as the right class of each sample.

    >>> r_size, classes = size("m"), size("n")
    >>> t, r = labels("t", r_size, below=classes), index("r", r_size)
    >>> real("X", r_size, classes)[r, t[r]]
    X[r, t[r]]
    """
    _require_sizes(name, (*shape, below))
    if not shape:
        raise TypeError(f"labels {name}: wants at least one size; a single label is an index")
    return Labels(name, shape, below)


def _require_sizes(name: str, axes: tuple[Size, ...]) -> None:
    for axis in axes:
        if not isinstance(axis, Size):
            raise TypeError(f"{name}: wants sizes such as size('n'), not {axis!r}")


def _variable(name: str, shape: tuple[Size, ...], domain: str) -> Any:
    _require_sizes(name, shape)
    return Variable(name, shape, domain) if shape else Scalar(name, domain)


def sum_over(bound: Idx, body: Any) -> Sum:
    """The sum of the body over an index. Raises TypeError for what is no index."""
    if not isinstance(bound, Idx):
        raise TypeError(f"sum_over: wants an index such as index('k', n), not {bound!r}")
    return Sum(body, (bound, 0, size_of(bound) - 1))


def delta(left: Any, right: Any) -> Expr:
    """Kronecker's delta: 1 where the indices are equal, else 0. A label t[r] is an index, too."""
    return sympy.KroneckerDelta(left, right)


def where(condition: Any, body: Any) -> Expr:
    """The body where the condition holds, else 0; there the body needs no value.

    The condition compares expressions or indices: ``x[i] > 0``, ``j <= i``, ``Ne(i, j)``,
    ``i < 2``, or several of them with ``&``.

    >>> n = size("n")
    >>> x, i = real("x", n), index("i", n)
    >>> where(x[i] > 0, x[i] ** 2)
    where(x[i] > 0, x[i]**2)

    Raises
    ------
    TypeError
        For a condition that is not a comparison, such as one that SymPy has decided already.
    """
    if isinstance(condition, And):
        for part in condition.args:
            body = where(part, body)
        return body
    if not isinstance(condition, Relational):
        raise TypeError(
            f"where: the condition is {condition!r}, wants a comparison that is still open, "
            "such as x[i] > 0, j <= i, Eq(a, b) or Ne(a, b)"
        )
    return Where(condition.rel_op, condition.lhs, condition.rhs, body)


def product(*factors: Any) -> Mul:
    """A product that is kept as it is written, so that a line can show what will cancel."""
    return Mul(*factors, evaluate=False)
