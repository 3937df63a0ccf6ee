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

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, partial
from typing import Any, TypeVar, cast
from weakref import WeakValueDictionary

from .errors import Refused, require

Index = Any  # int | str | (str, Index, ...): recursive, and cheap to build
Indices = tuple[Index, ...]
Natural = int
Name = str
Moved = TypeVar("Moved")  # a term, an index, or indices
Naturals = tuple[Natural, ...]

RELATIONS = {"<": {1}, "<=": {0, 1}, "=": {0}, "!=": {-1, 1}}  # the signs of right - left
TOTAL = ("exp", "sin", "cos", "erf")  # functions that have a value everywhere
OF_POSITIVE = ("log", "lgamma", "digamma")  # functions of positive arguments
FUNCTIONS = TOTAL + OF_POSITIVE
CONSTANTS = ("pi",)
LARGEST = 2**10_000  # so that any number can be shown in digits
MOST_NODES = 100_000  # in a term written out in full: rules walk through all of it
DEEPEST = 120


@dataclass(frozen=True, eq=False, repr=False)
class Term:
    """One frozen, shared formula. Build it with the functions below, never directly.

    Attributes
    ----------
    kind, args: what the table in the module docstring says.
    parts: the terms directly inside this one.
    indices: every plain index that occurs and is not bound inside the term.
    loose: how many binders outside the term its bound indices reach (0 for a closed term).
    names: the variables and labels that occur.
    nodes, depth: how large the term is when it is written out in full.
    total: True where the term has a value at every input, because nothing partial occurs in it
        (no logarithm, no power but one by a natural number).
    """

    kind: str
    args: tuple[Any, ...]
    parts: tuple[Term, ...]
    indices: frozenset[int | str]
    loose: int
    names: frozenset[str]
    nodes: int
    depth: int
    total: bool

    def __reduce__(self) -> tuple[Any, ...]:
        return make, (self.kind, *self.args)

    def __repr__(self) -> str:
        return f"{self.kind}({', '.join(map(repr, self.args))})"


# ---- shapes of arguments -----------------------------------------------------------------------


def _is_index(value: Any) -> bool:
    if type(value) is tuple:
        return len(value) > 1 and fits("Name", value[0]) and fits("Indices", value[1:])
    return fits("Name", value) or fits("Natural", value)


def _is_guard(value: Any) -> bool:
    return type(value) is tuple and len(value) == len(GUARD) and all(map(fits, GUARD, value))


# Types are what they are: True and 1.0 equal 1, and would be shared with it. What are no names, or
# names that nobody declared, is refused with the judgement.
SHAPES: dict[str, Callable[[Any], bool]] = {
    "Term": lambda value: type(value) is Term,
    "Name": lambda value: type(value) is str,
    "Whole": lambda value: type(value) is int,
    "Natural": lambda value: type(value) is int and value >= 0,
    "Denominator": lambda value: type(value) is int and value > 0,
    "Relation": lambda value: type(value) is str and value in RELATIONS,
    "Index": _is_index,
    "Guard": _is_guard,
    "Entry": lambda value: fits("Name", value) or _is_guard(value),
}
EACH = {"Context": "Entry", "Shape": "Name", "Naturals": "Natural", "Indices": "Index"}


def fits(shape: str, value: Any) -> bool:
    """Whether a value is of a shape, or a tuple of values that are."""
    if shape in EACH:
        return type(value) is tuple and all(map(SHAPES[EACH[shape]], value))
    return SHAPES[shape](value)


GUARD = ("Relation", "Term", "Term")
# kind of term -> the shapes of its arguments; where there are none, any number of terms.
KINDS: dict[str, tuple[str, ...]] = {
    "number": ("Whole", "Denominator"),
    "constant": ("Name",),
    "size": ("Name",),
    "position": ("Index",),
    "element": ("Name", "Indices"),
    "delta": ("Index", "Index"),
    "add": (),
    "multiply": (),
    "power": ("Term", "Term"),
    "apply": ("Name", "Term"),
    "sum": ("Name", "Term"),
    "where": (*GUARD, "Term"),
}


def check_shapes(shapes: Sequence[str], args: tuple[Any, ...]) -> None:
    """Refuse arguments that are not of these shapes."""
    if type(args) is not tuple or len(args) != len(shapes):
        raise Refused(f"takes {len(shapes)} arguments, not {len(args)}")
    for shape, arg in zip(shapes, args, strict=True):
        require(fits(shape, arg), f"not a {shape}", arg)


_INTERNED: WeakValueDictionary[tuple[Any, ...], Term] = WeakValueDictionary()


def make(kind: str, *args: Any) -> Term:
    """The one term of a kind with these arguments, which are of the shapes that it takes."""
    term = _INTERNED.get((kind, args))
    if term is None:
        require(kind in KINDS, "no such kind of term", kind)
        check_shapes(KINDS[kind] or ("Term",) * len(args), args)
        term = _INTERNED[kind, args] = _described(kind, args)
    return term


def _described(kind: str, args: tuple[Any, ...]) -> Term:
    """A new term, with what is derived from its kind and arguments."""
    parts = tuple(arg for arg in args if isinstance(arg, Term))
    nodes = 1 + sum(part.nodes for part in parts)
    depth = 1 + max((part.depth for part in parts), default=0)
    require(nodes <= MOST_NODES, "a term larger than the kernel reads")
    require(depth <= DEEPEST, "a term nested deeper than the kernel reads")
    own = args[1] if kind == "element" else args if kind in ("delta", "position") else ()
    indices = frozenset(plain_indices(own)).union(*[part.indices for part in parts])
    if kind == "sum":
        indices = frozenset(i if isinstance(i, str) else i - 1 for i in indices if i != 0)
    loose = max((i + 1 for i in indices if isinstance(i, int)), default=0)
    labels = {index[0] for index in _every_index(own) if isinstance(index, tuple)}
    names = labels.union(args[:1] if kind == "element" else (), *[part.names for part in parts])
    total = all(part.total for part in parts) and _is_total(kind, args)
    return Term(kind, args, parts, indices, loose, frozenset(names), nodes, depth, total)


def _is_total(kind: str, args: tuple[Any, ...]) -> bool:
    """Whether a term has a value wherever its parts have one."""
    if kind == "power":
        return natural_number(args[1]) is not None
    return kind != "apply" or args[0] in TOTAL


def is_applied(function: str, term: Term) -> bool:
    """Whether a term is this function of something."""
    return term.kind == "apply" and bool(term.args[0] == function)


# ---- constructors: the table in the module docstring says what they take ------------------------

size = partial(make, "size")
constant = partial(make, "constant")
position = partial(make, "position")
delta = partial(make, "delta")
add = partial(make, "add")
multiply = partial(make, "multiply")
power = partial(make, "power")
apply = partial(make, "apply")
sum_over = partial(make, "sum")
where = partial(make, "where")


def element(variable: str, *indices: Index) -> Term:
    """x[i, j, ...], or a scalar where no index is given."""
    return make("element", variable, indices)


def number(value: int | Fraction, denominator: int = 1) -> Term:
    """An exact rational, in lowest terms."""
    ratio = Fraction(value, denominator)
    require(small(ratio), "a number larger than the kernel reads")
    return make("number", ratio.numerator, ratio.denominator)


def small(value: int | Fraction) -> bool:
    """Whether a number has few enough digits for exact arithmetic to be quick."""
    return -LARGEST < value.numerator < LARGEST and value.denominator < LARGEST


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
    return term.args[0] if term.args[1] == 1 else Fraction(*term.args)


def natural_number(term: Term) -> int | None:
    """The value of a term that is one of 0, 1, 2, ...; None for any other term."""
    value = rational(term)
    return value if isinstance(value, int) and value >= 0 else None


# ---- indices and binders ---------------------------------------------------------------------


def _every_index(indices: Iterable[Index]) -> Iterator[Index]:
    """The indices, and those that gathered ones are looked up by."""
    for index in indices:
        yield index
        if isinstance(index, tuple):
            yield from _every_index(index[1:])


def plain_indices(indices: Iterable[Index]) -> list[int | str]:
    """Every bound or free index in a list of indices, gathered ones opened up."""
    return [index for index in _every_index(indices) if not isinstance(index, tuple)]


@lru_cache(maxsize=20_000)  # parts occur often, and are seen from the same contexts
def _moved(value: Any, at: Indices, by: int, depth: int) -> Any:
    """Under ``depth`` binders, bound index 0, 1, .. replaced, and ``by`` added to those beyond.

    The value is a term, an index, a name, or a tuple of such.
    """
    if isinstance(value, Term):
        inner = depth + (value.kind == "sum")
        stays = value.loose <= depth
        return value if stays else make(value.kind, *[_moved(v, at, by, inner) for v in value.args])
    if isinstance(value, tuple):
        return tuple([_moved(part, at, by, depth) for part in value])
    if isinstance(value, str) or value < depth:
        return value
    beyond = value - depth >= len(at)
    return value + by if beyond else _moved(at[value - depth], (), depth, 0)


def shift(value: Moved, by: int) -> Moved:
    """A term or an index seen from under ``by`` further binders (or fewer, if it uses none)."""
    return cast(Moved, _moved(value, (), by, 0)) if by else value


def instantiate(body: Moved, *at: Index) -> Moved:
    """The body of nested sums with bound index 0, 1, .. replaced, seen from outside the sums."""
    return cast(Moved, _moved(body, at, -len(at), 0))


ZERO, ONE, MINUS_ONE = number(0), number(1), number(-1)
