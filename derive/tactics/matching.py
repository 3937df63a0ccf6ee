"""First-order matching: does a stated hypothesis speak of this term, and for which indices?"""

from __future__ import annotations

from collections.abc import Iterator

from ..kernel import Declarations, Equation, Fact, Term
from ..kernel.judgement import Context, binders
from ..kernel.terms import Index, position, shift
from ..rebinding import map_indices

Found = dict[int, Index]


def hypotheses_matching(
    declarations: Declarations, term: Term, context: Context, kind: type[Equation] | type[Fact]
) -> Iterator[tuple[int, tuple[Index, ...]]]:
    """Every hypothesis whose (left) term is this term, and the indices that make it so."""
    for which, (sizes, conclusion) in enumerate(declarations.hypotheses):
        if not isinstance(conclusion, kind):
            continue
        pattern = conclusion.left if isinstance(conclusion, Equation) else conclusion.term
        found: Found = {}
        if not matches(pattern, term, found) or len(found) != len(sizes):
            continue
        at = tuple(found[place] for place in range(len(sizes)))
        if all(in_range(declarations, i, n, context) for i, n in zip(at, sizes, strict=True)):
            yield which, at


def in_range(declarations: Declarations, index: Index, below: str, context: Context) -> bool:
    """Whether an index runs below a size."""
    declarations.check_term(binders(context), position(index))
    return declarations.index_size(index, context) == below


def matches(pattern: Term, term: Term, found: Found, depth: int = 0) -> bool:
    """Whether replacing the loose indices of the pattern makes it the term; fills in ``found``."""
    if pattern.kind != term.kind or len(pattern.args) != len(term.args):
        return False
    if pattern.loose <= depth:
        return pattern is term
    inner = depth + (pattern.kind == "sum")
    for one, other in zip(pattern.args, term.args, strict=True):
        if isinstance(one, Term):
            if not matches(one, other, found, inner):
                return False
        elif pattern.kind == "element" and isinstance(one, tuple):
            if not _all_match(one, other, found, depth):
                return False
        elif pattern.kind in ("delta", "position"):
            if not _index_matches(one, other, found, depth):
                return False
        elif one != other:
            return False
    return True


def _all_match(
    pattern: tuple[Index, ...], indices: tuple[Index, ...], found: Found, depth: int
) -> bool:
    return len(pattern) == len(indices) and all(
        _index_matches(one, other, found, depth)
        for one, other in zip(pattern, indices, strict=True)
    )


def _index_matches(pattern: Index, index: Index, found: Found, depth: int) -> bool:
    if isinstance(pattern, int) and pattern >= depth:
        outside = _from_outside(index, depth)
        return outside is not None and found.setdefault(pattern - depth, outside) == outside
    if isinstance(pattern, tuple) and isinstance(index, tuple) and pattern[0] == index[0]:
        return _all_match(pattern[1:], index[1:], found, depth)
    return bool(pattern == index)


def _from_outside(index: Index, depth: int) -> Index | None:
    """The index as it is called outside ``depth`` binders; None where one of them binds it."""
    if isinstance(index, int):
        return index - depth if index >= depth else None
    if isinstance(index, tuple):
        inner = [_from_outside(part, depth) for part in index[1:]]
        return None if None in inner else (index[0], *inner)
    return index


def substituted(pattern: Term, at: tuple[Index, ...]) -> Term:
    """The pattern with its loose indices replaced, the innermost bound one first."""

    def change(index: Index, depth: int) -> Index:
        if isinstance(index, int):
            return shift(at[index - depth], depth) if index >= depth else index
        if isinstance(index, tuple):
            return (index[0], *[change(inner, depth) for inner in index[1:]])
        return index

    return map_indices(pattern, change)
