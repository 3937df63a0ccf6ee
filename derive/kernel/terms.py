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
from functools import cached_property, lru_cache
from typing import Any
from weakref import WeakValueDictionary

from .errors import Refused, require

Index = Any  # int | str | (str, Index, ...): recursive, and cheap to build
Indices = tuple[Index, ...]
Natural = int
Name = str
Naturals = tuple[Natural, ...]

RELATIONS = ("=", "!=", "<", "<=")
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
        (no logarithm, no power but one by a natural number, no guard).
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
        return show(self)

    @cached_property
    def order(self) -> tuple[Any, ...]:
        """A structural sort key that neither shifting nor the order of creation changes."""
        return (self.kind, *map(_order_of, self.args))


def _order_of(arg: Any) -> tuple[Any, ...]:
    if isinstance(arg, Term):
        return arg.order
    return (2, *map(_order_of, arg)) if isinstance(arg, tuple) else (isinstance(arg, int), arg)


# ---- shapes of arguments -----------------------------------------------------------------------


def _is_index(value: Any) -> bool:
    if type(value) is tuple:
        return len(value) > 1 and fits("Name", value[0]) and fits("Indices", value[1:])
    return fits("Name", value) or fits("Natural", value)


# Types are what they are: True and 1.0 equal 1, and would be shared with it. What are no names, or
# names that nobody declared, is refused with the judgement.
SHAPES: dict[str, Callable[[Any], bool]] = {
    "Term": lambda value: type(value) is Term,
    "Name": lambda value: type(value) is str,
    "Whole": lambda value: type(value) is int,
    "Natural": lambda value: type(value) is int and value >= 0,
    "Denominator": lambda value: type(value) is int and value > 0,
    "Relation": lambda value: value in RELATIONS,
    "Index": _is_index,
}
EACH = {"Terms": "Term", "Context": "Name", "Naturals": "Natural", "Indices": "Index"}


def fits(shape: str, value: Any) -> bool:
    """Whether a value is of a shape, or a tuple of values that are."""
    if shape in EACH:
        return type(value) is tuple and all(map(SHAPES[EACH[shape]], value))
    return SHAPES[shape](value)


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
    "where": ("Relation", "Term", "Term", "Term"),
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
    return kind != "where" and (kind != "apply" or args[0] in TOTAL)


def is_applied(function: str, term: Term) -> bool:
    """Whether a term is this function of something."""
    return term.kind == "apply" and bool(term.args[0] == function)


# ---- constructors ----------------------------------------------------------------------------


def number(value: int | Fraction, denominator: int = 1) -> Term:
    """An exact rational, in lowest terms."""
    ratio = Fraction(value, denominator)
    require(small(ratio), "a number larger than the kernel reads")
    return make("number", ratio.numerator, ratio.denominator)


def small(value: int | Fraction) -> bool:
    """Whether a number has few enough digits for exact arithmetic to be quick."""
    return -LARGEST < value.numerator < LARGEST and value.denominator < LARGEST


def size(name: str) -> Term:
    """A size as a number, such as the n of 1/n."""
    return make("size", name)


def constant(name: str) -> Term:
    """A positive number that is not rational: pi."""
    return make("constant", name)


def position(index: Index) -> Term:
    """An index as a number: the i of i * x[i]."""
    return make("position", index)


def element(variable: str, *indices: Index) -> Term:
    """x[i, j, ...], or a scalar where no index is given."""
    return make("element", variable, indices)


def delta(left: Index, right: Index) -> Term:
    """Kronecker's delta: 1 where the two indices are equal, else 0."""
    return make("delta", left, right)


def add(*parts: Term) -> Term:
    """The sum of the parts, kept as they stand; no parts make 0."""
    return make("add", *parts)


def multiply(*parts: Term) -> Term:
    """The product of the parts, kept as they stand; no parts make 1."""
    return make("multiply", *parts)


def power(base: Term, exponent: Term) -> Term:
    """base ** exponent."""
    return make("power", base, exponent)


def apply(function: str, argument: Term) -> Term:
    """A named function of one argument."""
    return make("apply", function, argument)


def sum_over(size_name: str, body: Term) -> Term:
    """The body added up over its bound index 0, which runs from 0 to the size minus 1."""
    return make("sum", size_name, body)


def where(relation: str, left: Term, right: Term, body: Term) -> Term:
    """The body where ``left relation right`` holds, else 0 (and there the body is not read)."""
    return make("where", relation, left, right, body)


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


def _every_index(indices: Iterable[Index]) -> Iterator[Index]:
    """The indices, and those that gathered ones are looked up by."""
    for index in indices:
        yield index
        if isinstance(index, tuple):
            yield from _every_index(index[1:])


def plain_indices(indices: Iterable[Index]) -> list[int | str]:
    """Every bound or free index in a list of indices, gathered ones opened up."""
    return [index for index in _every_index(indices) if not isinstance(index, tuple)]


def map_index(index: Index, change: Callable[[Index], Index]) -> Index:
    """``change(index)``; where that is the same gathered index, what it is looked up by changes."""
    changed = change(index)
    if changed is index and isinstance(index, tuple):
        return (index[0], *[map_index(inner, change) for inner in index[1:]])
    return changed


def _rebuilt(term: Term, change: Callable[[Index], Index], inside: Callable[[Term], Term]) -> Term:
    """The term with its own indices changed, and with other parts inside."""
    kind, args = term.kind, term.args
    if kind == "element":
        return make(kind, args[0], tuple([map_index(index, change) for index in args[1]]))
    if kind in ("delta", "position"):
        return make(kind, *[map_index(index, change) for index in args])
    return make(kind, *[inside(arg) if isinstance(arg, Term) else arg for arg in args])


def map_indices(term: Term, change: Callable[[Index, int], Index], depth: int = 0) -> Term:
    """The term with ``change(index, binders passed on the way)`` in place of every index."""
    if not term.indices:
        return term
    inner = depth + (term.kind == "sum")
    here, inside = lambda i: change(i, depth), lambda part: map_indices(part, change, inner)
    return _rebuilt(term, here, inside)


def shift_index(index: Index, by: int, above: int = 0) -> Index:
    """The index seen from under ``by`` further binders; those below ``above`` stay."""
    return map_index(index, lambda i: i + by if isinstance(i, int) and i >= above else i)


@lru_cache(maxsize=20_000)  # parts occur often, and are seen from the same contexts
def _moved(term: Term, at: tuple[Index, ...], by: int, depth: int) -> Term:
    """Under ``depth`` binders, bound index 0, 1, .. replaced, and ``by`` added to those beyond."""
    if term.loose <= depth:
        return term

    def change(index: Index) -> Index:
        if not isinstance(index, int) or index < depth:
            return index
        beyond = index - depth >= len(at)
        return index + by if beyond else shift_index(at[index - depth], depth)

    inner = depth + (term.kind == "sum")
    return _rebuilt(term, change, lambda part: _moved(part, at, by, inner))


def shift(term: Term, by: int) -> Term:
    """The term seen from under ``by`` further binders (or fewer, where it uses none of those)."""
    return _moved(term, (), by, 0) if by else term


def instantiate(body: Term, *at: Index) -> Term:
    """The body of nested sums with bound index 0, 1, .. replaced, seen from outside the sums."""
    return _moved(body, at, -len(at), 0)


def replace_index(term: Term, old: Index, new: Index) -> Term:
    """The term with every occurrence of the index ``old`` replaced by ``new``."""

    def change(index: Index, depth: int) -> Index:
        return shift_index(new, depth) if index == shift_index(old, depth) else index

    return map_indices(term, change)


ZERO, ONE, MINUS_ONE = number(0), number(1), number(-1)

# ---- for error messages ------------------------------------------------------------------------

_TEXTS = {
    "delta": "[{} = {}]",
    "power": "({})^({})",
    "apply": "{}({})",
    "sum": "sum_<{}>({})",
    "where": "where({1} {0} {2}, {3})",
}


def show(value: Any) -> str:
    """A plain text for a term or an index, exact and unlovely; a bound index is #0, #1, ..."""
    if isinstance(value, tuple):
        return f"{value[0]}[{', '.join(map(show, value[1:]))}]" if value[1:] else str(value[0])
    if not isinstance(value, Term):
        return f"#{value}" if isinstance(value, int) else str(value)
    kind, args = value.kind, value.args
    if kind == "number":
        return str(Fraction(*args))
    if kind == "element":
        return show((args[0], *args[1]))
    if kind == "add":
        return f"({' + '.join(map(show, args))})" if args else "0"
    if kind == "multiply":
        return "*".join(map(show, args)) or "1"
    return _TEXTS.get(kind, "{}").format(*map(show, args))
