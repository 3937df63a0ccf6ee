"""What each index of a statement runs below, read off the places where it stands.

An index is not declared: in ``x[i]`` it runs below the size of that axis. Where an index stands in
no axis by itself, it takes its size from what it is compared with, or from x[i - 1].
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from .names import Names
from .syntax import Big, Call, Comparison, Guard, Name, Node, Power, Product, Signed

Key = tuple[str, int]  # the name, and where it is bound; -1 for a free index


class Inference:
    """Collects what the places say, and draws the conclusions.

    An index that stands in an axis by itself runs below its size. Where an index only has to do
    with a size, or with another index, it takes that size as long as nothing else tells.
    ``free`` are indices of which it is known what they run below.
    """

    def __init__(self, names: Names, free: Mapping[str, str] = MappingProxyType({})) -> None:
        self._names = names
        known = {**names.single, **free}
        self._sizes: dict[Key, str] = {(name, -1): size for name, size in known.items()}
        self._weak: list[tuple[Key, Key | str]] = []
        self._used: dict[
            tuple[str, int], list[Key | str]
        ] = {}  # unknown name, axis -> indices there

    def read(self, node: Node, bound: Mapping[str, Key] = MappingProxyType({})) -> None:
        """Take in what a formula says of its indices."""
        match node:
            case Name():
                self._read_entry(node, bound)
            case Big():
                inner = dict(bound)
                for binder in node.binders:
                    self.read(binder.bound, inner)
                    key = (binder.name, binder.at)
                    self._relate(key, binder.bound, inner)
                    inner[binder.name] = key
                self.read(node.body, inner)
            case Guard():
                for condition in node.conditions:
                    self.read(condition, bound)
                if node.body is not None:
                    self.read(node.body, bound)
            case Comparison():
                self.read(node.left, bound)
                self.read(node.right, bound)
                for one, other in ((node.left, node.right), (node.right, node.left)):
                    if isinstance(one, Name) and self._is_index(one):
                        self._relate(self._key(one, bound), other, bound)
            case _:
                for part in parts_of(node):
                    self.read(part, bound)

    def size(self, name: str, at: int = -1) -> str | None:
        """The size of an index that is bound at a place, or free; None where nothing tells it."""
        return self._sizes.get((name, at))

    def used(self, name: str, axis: int) -> str | None:
        """What an axis of a name that is not defined yet is read at; None where nothing tells."""
        for key in self._used.get((name, axis), ()):
            size = key if isinstance(key, str) else self._sizes.get(key)
            if size is not None:
                return size
        return None

    def settle(self) -> None:
        """Pass sizes on between indices that have to do with each other."""
        moved = True
        while moved:
            moved = False
            for key, other in self._weak:
                known = other if isinstance(other, str) else self._sizes.get(other)
                if key not in self._sizes and known is not None:
                    self._sizes[key] = known
                    moved = True
                if isinstance(other, tuple) and other not in self._sizes and key in self._sizes:
                    self._sizes[other] = self._sizes[key]
                    moved = True

    def _read_entry(self, entry: Name, bound: Mapping[str, Key]) -> None:
        axes = self._names.axes(entry.name) or ()
        for place, index in enumerate(entry.indices if not axes else ()):
            self.read(index, bound)
            if isinstance(index, Name) and self._is_index(index):
                self._used.setdefault((entry.name, place), []).append(self._key(index, bound))
            elif isinstance(index, Name) and index.name in self._names.labels:
                below = self._names.labels[index.name].below
                self._used.setdefault((entry.name, place), []).append(below)
        for index, axis in zip(entry.indices, axes, strict=False):
            if isinstance(index, Name) and self._is_index(index):
                self._sizes.setdefault(self._key(index, bound), axis)
            else:
                self.read(index, bound)
                for inner in _names_in(index):
                    if self._is_index(inner):
                        self._weak.append((self._key(inner, bound), axis))

    def _relate(self, key: Key, other: Node, bound: Mapping[str, Key]) -> None:
        """An index is bounded by, or compared with, a formula of indices: they have one size."""
        if isinstance(other, Name) and other.name in self._names.sizes:
            self._sizes.setdefault(key, other.name)
            return
        for inner in _names_in(other):
            if self._is_index(inner):
                self._weak.append((key, self._key(inner, bound)))
            elif inner.name in self._names.sizes:
                self._weak.append((key, inner.name))
            elif inner.name in self._names.labels:
                self._weak.append((key, self._names.labels[inner.name].below))

    def _is_index(self, node: Name) -> bool:
        return not node.indices and self._names.meaning(node.name) is None

    def _key(self, node: Name, bound: Mapping[str, Key]) -> Key:
        return bound.get(node.name, (node.name, -1))


def parts_of(node: Node) -> Iterator[Node]:
    """The nodes directly inside one."""
    match node:
        case Name():
            yield from node.indices
        case Call():
            yield from node.arguments
        case Signed():
            yield from (part for _, part in node.parts)
        case Product():
            yield from (part for _, part in node.factors)
        case Power():
            yield node.base
            yield node.exponent
        case Comparison():
            yield node.left
            yield node.right
        case Big():
            yield from (binder.bound for binder in node.binders)
            yield node.body
        case Guard():
            yield from node.conditions
            if node.body is not None:
                yield node.body


def _names_in(node: Node) -> Iterator[Name]:
    """The names of a formula of indices, such as i and n of n - i."""
    if isinstance(node, Name):
        yield node
    elif isinstance(node, (Signed, Product)):
        for part in parts_of(node):
            yield from _names_in(part)
