"""What the names of a claim stand for: sizes, variables, labels and defined quantities."""

from __future__ import annotations

import builtins
import keyword
from dataclasses import dataclass, field
from difflib import get_close_matches

from ..abbreviations import ABBREVIATIONS
from ..kernel.declarations import Label
from ..kernel.terms import FUNCTIONS
from .domains import DOMAINS, domain_of
from .question import Defined, Domain
from .syntax import LONGEST_NAME, Declaration, Name, Node, Number, Signed, Source

CALLED = tuple(sorted({*FUNCTIONS, *ABBREVIATIONS}))
RESERVED = {*CALLED, "sum", "prod", "pi", "and", "or", "not"}
_CODE = {*keyword.kwlist, *dir(builtins)}


@dataclass
class Names:
    """The names of one claim. One name stands for one thing.

    sizes: in the order in which they were first used.
    shapes: variable -> the sizes of its axes.
    labels: label -> shape and the size its entries run below.
    single: a label without axes, which is an index -> the size it runs below.
    domains: variable -> what its declaration says of it.
    definitions: defined quantity -> what it stands for.
    """

    sizes: dict[str, None] = field(default_factory=dict)
    shapes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    labels: dict[str, Label] = field(default_factory=dict)
    single: dict[str, str] = field(default_factory=dict)
    domains: dict[str, Domain] = field(default_factory=dict)
    definitions: dict[str, Defined] = field(default_factory=dict)

    def axes(self, name: str) -> tuple[str, ...] | None:
        """The sizes of what has indices; None for a name that is none of these."""
        if name in self.labels:
            return self.labels[name].shape
        if name in self.definitions:
            return self.definitions[name].shape
        return self.shapes.get(name)

    def meaning(self, name: str) -> str | None:
        """What a name stands for, in words; None where it is free to be used."""
        for what, known in (
            ("a size", self.sizes),
            ("a variable", self.shapes),
            ("an array of labels", self.labels),
            ("a defined quantity", self.definitions),
        ):
            if name in known:
                return what
        return None

    def require_free(self, name: str, source: Source, at: int) -> None:
        """Refuse a name that cannot be given to something new."""
        require_name(name, source, at)
        meaning = "a label" if name in self.single else self.meaning(name)
        if meaning is not None:
            raise source.error(f"{name} is already {meaning}: use another name", at)

    def nearest(self, name: str) -> str:
        """A hint at the name that was meant; empty where nothing is near."""
        known = (*self.sizes, *self.shapes, *self.labels, *self.single, *self.definitions)
        near = get_close_matches(name, known, n=1)
        return f"; did you mean {near[0]}?" if near else ""

    # ---- declarations

    def declare(self, source: Source, declaration: Declaration) -> None:
        """Take in ``x, z: domain(arguments)[sizes]``."""
        shape = tuple(self._size(source, part) for part in declaration.sizes)
        for name in declaration.names:
            self.require_free(name.name, source, name.at)
            if declaration.domain == "index":
                below = self._below(source, declaration)
                if shape:
                    self.labels[name.name] = Label(shape, below)
                else:
                    self.single[name.name] = below
            else:
                self.domains[name.name] = self._domain(source, declaration, shape)
                self.shapes[name.name] = shape

    def size(self, name: str, source: Source, at: int) -> str:
        """A size of this name; it is declared by being used."""
        if name not in self.sizes:
            self.require_free(name, source, at)
            self.sizes[name] = None
        return name

    def _size(self, source: Source, part: Node) -> str:
        if not isinstance(part, Name) or part.indices:
            raise source.error("a size is a name, such as the n of real[n]", part.at)
        return self.size(part.name, source, part.at)

    def _below(self, source: Source, declaration: Declaration) -> str:
        if len(declaration.arguments) != 1:
            message = "labels want the size that they run below, as in t: index(K)[n]"
            raise source.error(message, declaration.at)
        return self._size(source, declaration.arguments[0])

    def _domain(self, source: Source, declaration: Declaration, shape: tuple[str, ...]) -> Domain:
        ends: tuple[object, ...] = declaration.arguments
        if declaration.domain == "interval":
            ends = tuple(_number(source, part) for part in declaration.arguments)
        try:
            return domain_of(declaration.domain, ends, shape)
        except ValueError as error:
            raise source.error(str(error), declaration.at) from None


def _number(source: Source, part: Node) -> object:
    if isinstance(part, Number):
        return part.value
    if isinstance(part, Signed) and len(part.parts) == 1 and isinstance(part.parts[0][1], Number):
        return part.parts[0][0] * part.parts[0][1].value
    raise source.error("an interval wants two numbers, as in interval(0, 1.5)", part.at)


def require_name(name: str, source: Source, at: int) -> None:
    """Refuse a name that has a meaning of its own, here or in the code made of a formula."""
    if name in RESERVED:
        what = "function" if name in CALLED else "word"
        raise source.error(f"{name} is a {what} of the notation: use another name", at)
    if name in DOMAINS:
        raise source.error(f"{name} is a domain: use another name", at)
    if name in _CODE:
        hint = "lam" if name == "lambda" else f"{name}0"
        raise source.error(f"{name} is a word of Python: use another name, such as {hint}", at)
    if name.startswith("_") or name.endswith("_") or "__" in name:
        raise source.error(f"{name} is not a name: begin and end it with a letter or digit", at)
    if len(name) > LONGEST_NAME:
        raise source.error(f"a name of {len(name)} letters: at most {LONGEST_NAME}", at)
