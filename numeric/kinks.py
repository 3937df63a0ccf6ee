"""On which side of its guards a compiled term is evaluated: how a kink between points is seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .arrays import prepare
from .compile import Compiled
from .program.vocabulary import RELATIONS, numpy_namespace

Sides = tuple[bytes, ...]  # the answers of every comparison, in the order of computing


def has_guards(compiled: Compiled) -> bool:
    """Whether the term compares numbers, so that it may have kinks."""
    return any(f"{name}(" in compiled.text for name in RELATIONS.values())


def sides(compiled: Compiled, /, **given: ArrayLike) -> Sides:
    """The answer of every comparison that the term makes at some arrays.

    Two points with different answers lie on different sides of a kink or a jump, or on one.

    >>> from derive.kernel import Declarations
    >>> from derive.kernel.terms import ZERO, element, where
    >>> from numeric.compile import compile_term
    >>> x = element("x")
    >>> relu = compile_term(Declarations(frozenset(), {}, {"x": ()}), where("<", ZERO, x, x))
    >>> sides(relu, x=1.0) == sides(relu, x=2.0)
    True
    >>> sides(relu, x=1.0) == sides(relu, x=-1.0)
    False

    Raises
    ------
    InputError
        For input that ``numeric.arrays.prepare`` refuses.
    """
    arrays, sizes = prepare(compiled.declarations, given, (*compiled.arguments, *compiled.sizes))
    answers: list[bytes] = []

    def noted(compare: Callable[..., Any]) -> Callable[..., Any]:
        def compared(left: Any, right: Any) -> Any:
            answer = compare(left, right)
            answers.append(np.asarray(answer).tobytes())
            return answer

        return compared

    namespace = dict(numpy_namespace(compiled.dtype(arrays)))
    for name in RELATIONS.values():
        namespace[name] = noted(namespace[name])
    lengths = (sizes[name] for name in compiled.sizes)
    with np.errstate(all="ignore"):
        compiled.bind(namespace)(*(arrays[name] for name in compiled.arguments), *lengths)
    return tuple(answers)
