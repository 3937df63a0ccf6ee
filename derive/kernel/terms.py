"""Inert terms: the formulas that the kernel reasons about.

A term is a frozen, hash-consed value. Nothing rewrites it behind our back: ``add(a, zero)``
stays what it is until a rule of the kernel says otherwise. Terms that are written alike are the
same object, so ``==`` is ``is`` and a dictionary lookup costs one pointer.

===========  ==========================  =====================================
kind         arguments                   reads
===========  ==========================  =====================================
number       numerator, denominator      an exact rational
constant     name                        pi
size         name                        a size as a number, always >= 1
position     index                       an index as a number, 0, 1, 2, ...
element      variable, indices           x[i, j]; a scalar has no indices
delta        index, index                1 where both are equal, else 0
add          terms                       a sum of any number of parts
multiply     terms                       a product of any number of parts
power        base, exponent              base ** exponent
apply        function name, argument     exp, log, sin, cos, erf, lgamma, digamma
sum          size, body                  the body added up over one index
where        relation, left, right,      the body where the relation holds, else 0;
             body                        elsewhere the body is not looked at
===========  ==========================  =====================================

An **index** is one of

* an ``int`` >= 0, a bound index, counted from the innermost binder around it (de Bruijn), so that
  terms equal up to the names of bound indices are identical and substitution cannot capture;
* a ``str``, a free index;
* a tuple ``(label, index, ...)``, an index that is itself looked up: ``t[b]`` in ``x[b, t[b]]``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any
from weakref import WeakValueDictionary

from .errors import require

Index = Any  # int | str | (str, Index, ...): recursive, and cheap to build

RELATIONS = ("=", "!=", "<", "<=")
TOTAL = ("exp", "sin", "cos", "erf")  # functions that have a value everywhere
OF_POSITIVE = ("log", "lgamma", "digamma")  # functions of positive arguments
FUNCTIONS = TOTAL + OF_POSITIVE
CONSTANTS = ("pi",)
LARGEST = 2**10_000  # so that any number can be shown in digits
MOST_NODES = 100_000  # in a term written out in full: rules walk through all of it
DEEPEST = 120


class Term:
    """One frozen, shared formula. Build it with the functions below, never directly.

    Attributes
    ----------
    kind, args: what the table in the module docstring says.
    loose: how many binders outside the term its bound indices reach (0 for a closed term).
    indices: every plain index that occurs and is not bound inside the term.
    names: the variables and labels that occur.
    nodes, depth: how large the term is when it is written out in full.
    total: True where the term has a value at every input, because nothing partial occurs in it
        (no logarithm, no power but one by a natural number, no guard).
    """

    __slots__ = (
        "__weakref__",
        "_order",
        "args",
        "depth",
        "indices",
        "kind",
        "loose",
        "names",
        "nodes",
        "total",
    )

    kind: str
    args: tuple[Any, ...]
    loose: int
    indices: frozenset[int | str]
    names: frozenset[str]
    nodes: int
    depth: int
    total: bool
    _order: tuple[Any, ...] | None

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"terms are frozen: cannot set {name}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"terms are frozen: cannot delete {name}")

    def __reduce__(self) -> tuple[Any, ...]:
        return _make, (self.kind, *self.args)

    def __repr__(self) -> str:
        return show(self)

    @property
    def parts(self) -> tuple[Term, ...]:
        """The terms directly inside this one."""
        return tuple(part for part in self.args if isinstance(part, Term))

    @property
    def order(self) -> tuple[Any, ...]:
        """A structural sort key that neither shifting nor the order of creation changes."""
        if self._order is None:
            _set(self, "_order", (self.kind, *map(_order_of, self.args)))
        return self._order  # type: ignore[return-value]


_set = object.__setattr__
_INTERNED: WeakValueDictionary[tuple[Any, ...], Term] = WeakValueDictionary()
_NONE: frozenset[Any] = frozenset()


def _order_of(arg: Any) -> tuple[Any, ...]:
    if isinstance(arg, Term):
        return arg.order
    if isinstance(arg, tuple):
        return (2, *map(_order_of, arg))
    return (0, arg) if isinstance(arg, str) else (1, arg)


def _make(kind: str, *args: Any) -> Term:
    key = (kind, args)
    term = _INTERNED.get(key)
    if term is None:
        term = Term()
        _set(term, "kind", kind)
        _set(term, "args", args)
        _set(term, "_order", None)
        _describe(term)
        _INTERNED[key] = term
    return term


def _describe(term: Term) -> None:
    """Fill in what is derived from kind and arguments."""
    parts = term.parts
    nodes = 1 + sum(part.nodes for part in parts)
    depth = 1 + max((part.depth for part in parts), default=0)
    require(nodes <= MOST_NODES, "a term larger than the kernel reads")
    require(depth <= DEEPEST, "a term nested deeper than the kernel reads")
    indices = _NONE.union(*[part.indices for part in parts])
    names = _NONE.union(*[part.names for part in parts])
    total = all(part.total for part in parts)
    kind, args = term.kind, term.args
    if kind == "element":
        indices = frozenset(plain_indices(args[1]))
        names = frozenset((args[0], *gathered_labels(args[1])))
    elif kind in ("delta", "position"):
        indices = frozenset(plain_indices(args))
        names = frozenset(gathered_labels(args))
    elif kind == "sum":
        indices = frozenset(i if isinstance(i, str) else i - 1 for i in indices if i != 0)
    elif kind == "power":
        total = total and natural_number(args[1]) is not None
    elif kind == "where" or (kind == "apply" and args[0] not in TOTAL):
        total = False
    _set(term, "indices", indices)
    _set(term, "names", names)
    _set(term, "nodes", nodes)
    _set(term, "depth", depth)
    _set(term, "total", total)
    _set(term, "loose", max((i + 1 for i in indices if isinstance(i, int)), default=0))


def plain_indices(indices: Iterable[Index]) -> list[int | str]:
    """Every bound or free index in a list of indices, gathered ones opened up."""
    found: list[int | str] = []
    for index in indices:
        if isinstance(index, tuple):
            found += plain_indices(index[1:])
        else:
            found.append(index)
    return found


def gathered_labels(indices: Iterable[Index]) -> list[str]:
    """The labels t that occur in a list of indices as t[...]."""
    found: list[str] = []
    for index in indices:
        if isinstance(index, tuple):
            found += [index[0], *gathered_labels(index[1:])]
    return found


# ---- constructors ----------------------------------------------------------------------------


def number(value: int | Fraction, denominator: int = 1) -> Term:
    """An exact rational, in lowest terms."""
    ratio = Fraction(value, denominator)
    require(small(ratio), "a number larger than the kernel reads")
    return _make("number", ratio.numerator, ratio.denominator)


def small(value: int | Fraction) -> bool:
    """Whether a number has few enough digits for exact arithmetic to be quick."""
    return -LARGEST < value.numerator < LARGEST and value.denominator < LARGEST


def size(name: str) -> Term:
    """A size as a number, such as the n of 1/n."""
    return _make("size", name)


def constant(name: str) -> Term:
    """A positive number that is not rational: pi."""
    return _make("constant", name)


def _checked(index: Index) -> Index:
    """The index, if it is one: True and 1.0 equal 1, and would be shared with it."""
    if isinstance(index, tuple):
        return (index[0], *map(_checked, index[1:]))
    require(type(index) is str or (type(index) is int and index >= 0), "not an index", index)
    return index


def position(index: Index) -> Term:
    """An index as a number: the i of i * x[i]."""
    return _make("position", _checked(index))


def element(variable: str, *indices: Index) -> Term:
    """x[i, j, ...], or a scalar where no index is given."""
    return _make("element", variable, tuple(map(_checked, indices)))


def delta(left: Index, right: Index) -> Term:
    """Kronecker's delta: 1 where the two indices are equal, else 0."""
    return _make("delta", _checked(left), _checked(right))


def add(*parts: Term) -> Term:
    """The sum of the parts, kept as they stand; no parts make 0."""
    return _make("add", *parts)


def multiply(*parts: Term) -> Term:
    """The product of the parts, kept as they stand; no parts make 1."""
    return _make("multiply", *parts)


def power(base: Term, exponent: Term) -> Term:
    """base ** exponent."""
    return _make("power", base, exponent)


def apply(function: str, argument: Term) -> Term:
    """A named function of one argument."""
    return _make("apply", function, argument)


def sum_over(size_name: str, body: Term) -> Term:
    """The body added up over its bound index 0, which runs from 0 to the size minus 1."""
    return _make("sum", size_name, body)


def where(relation: str, left: Term, right: Term, body: Term) -> Term:
    """The body where ``left relation right`` holds, else 0 (and there the body is not read)."""
    return _make("where", relation, left, right, body)


def rebuild(term: Term, args: list[Any]) -> Term:
    """A term of the same kind with other arguments, of the same shapes."""
    return _make(term.kind, *args)


ZERO, ONE, MINUS_ONE = number(0), number(1), number(-1)


def negate(term: Term) -> Term:
    """-1 times the term."""
    return multiply(MINUS_ONE, term)


def product_of(parts: list[Term]) -> Term:
    """The product of the parts, without a node of its own around a single one."""
    return parts[0] if len(parts) == 1 else multiply(*parts) if parts else ONE


def sum_of(parts: list[Term]) -> Term:
    """The sum of the parts, without a node of its own around a single one."""
    return parts[0] if len(parts) == 1 else add(*parts) if parts else ZERO


def rational(term: Term) -> int | Fraction | None:
    """The value of a number term, as an int where it is whole; None for any other term."""
    if term.kind != "number":
        return None
    numerator, denominator = term.args
    return numerator if denominator == 1 else Fraction(numerator, denominator)


def natural_number(term: Term) -> int | None:
    """The value of a term that is one of 0, 1, 2, ...; None for any other term."""
    value = rational(term)
    return value if isinstance(value, int) and value >= 0 else None


# ---- indices and binders ---------------------------------------------------------------------


def map_indices(term: Term, change: Callable[[Index, int], Index], depth: int = 0) -> Term:
    """The term with ``change(index, binders passed on the way)`` in place of every index."""
    if not term.indices and term.kind != "sum":
        return term
    kind, args = term.kind, term.args
    if kind == "element":
        return _make(kind, args[0], tuple(change(index, depth) for index in args[1]))
    if kind in ("delta", "position"):
        return _make(kind, *[change(index, depth) for index in args])
    inner = depth + (kind == "sum")
    return _make(kind, *[map_indices(a, change, inner) if isinstance(a, Term) else a for a in args])


def shift_index(index: Index, by: int, above: int = 0) -> Index:
    """The index seen from under ``by`` further binders; those below ``above`` stay."""
    if isinstance(index, int):
        return index + by if index >= above else index
    if isinstance(index, tuple):
        return (index[0], *[shift_index(inner, by, above) for inner in index[1:]])
    return index


def shift(term: Term, by: int) -> Term:
    """The term seen from under ``by`` further binders (or fewer, where it uses none of those)."""
    if by == 0 or term.loose == 0:
        return term
    return map_indices(term, lambda index, depth: shift_index(index, by, depth))


def instantiate(body: Term, index: Index) -> Term:
    """The body of a sum with its bound index replaced by ``index``, seen from outside the sum."""

    def change(old: Index, depth: int) -> Index:
        if isinstance(old, int):
            return shift_index(index, depth) if old == depth else old - 1 if old > depth else old
        if isinstance(old, tuple):
            return (old[0], *[change(inner, depth) for inner in old[1:]])
        return old

    return map_indices(body, change)


def replace_index(term: Term, old: Index, new: Index) -> Term:
    """The term with every occurrence of the index ``old`` replaced by ``new``."""

    def change(index: Index, depth: int) -> Index:
        if index == shift_index(old, depth):
            return shift_index(new, depth)
        if isinstance(index, tuple):
            return (index[0], *[change(inner, depth) for inner in index[1:]])
        return index

    return map_indices(term, change)


def abstract(term: Term, *names: str) -> Term:
    """The term with free indices bound: the last name becomes bound index 0, the one before 1, ...

    The inverse of instantiating each of them in turn.
    """
    count = len(names)
    bound = {name: count - 1 - place for place, name in enumerate(names)}

    def change(index: Index, depth: int) -> Index:
        if isinstance(index, int):
            return index + count if index >= depth else index
        if isinstance(index, tuple):
            return (index[0], *[change(inner, depth) for inner in index[1:]])
        return bound[index] + depth if index in bound else index

    return map_indices(term, change)


# ---- printing, for error messages --------------------------------------------------------------


def show_index(index: Index) -> str:
    """A short text for an index; a bound one is shown as #0, #1, ..."""
    if isinstance(index, int):
        return f"#{index}"
    if isinstance(index, tuple):
        return f"{index[0]}[{', '.join(map(show_index, index[1:]))}]"
    return str(index)


def show(term: Term) -> str:
    """A plain text for a term, exact and unlovely: what error messages print."""
    kind, args = term.kind, term.args
    match kind:
        case "number":
            return str(Fraction(*args))
        case "size" | "constant":
            return str(args[0])
        case "position":
            return show_index(args[0])
        case "element":
            return f"{args[0]}[{', '.join(map(show_index, args[1]))}]" if args[1] else str(args[0])
        case "delta":
            return f"[{show_index(args[0])} = {show_index(args[1])}]"
        case "add":
            return "(" + " + ".join(map(show, args)) + ")" if args else "0"
        case "multiply":
            return "*".join(map(show, args)) if args else "1"
        case "power":
            return f"({show(args[0])})^({show(args[1])})"
        case "apply":
            return f"{args[0]}({show(args[1])})"
        case "sum":
            return f"sum_<{args[0]}>({show(args[1])})"
        case _:
            return f"where({show(args[1])} {args[0]} {show(args[2])}, {show(args[3])})"
