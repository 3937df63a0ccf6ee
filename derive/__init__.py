"""Derive gradients symbolically, for every size, and prove each step.

>>> from derive import cross_entropy, gradient, index, real, simplex, size, softmax
>>> n = size("n")
>>> x, y, i = real("x", n), simplex("y", n), index("i", n)
>>> print(gradient(cross_entropy(y, softmax(x)), x[i]).result)
s[i] - y[i]

Names are loaded when they are first used, so that ``import derive.kernel`` brings in the kernel
alone: whoever replays a proof runs nothing of what found it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .asking import check, claim
    from .chain import BrokenLink
    from .derivation import Derivation, derive
    from .fixed_sizes import unroll
    from .identities import identity
    from .losses import cross_entropy, softmax, squared_error
    from .notation import NotationError
    from .proof_files import replay
    from .search import gradient
    from .statement import Theorem
    from .symbols import (
        delta,
        index,
        indices,
        labels,
        nonnegative,
        nonzero,
        positive,
        real,
        sigmoid,
        simplex,
        size,
        softplus,
        sum_over,
        where,
    )
    from .tactics.ledger import NotProved
    from .theorems import catalogue, theorem

_HOME = {
    "asking": ("check", "claim"),
    "chain": ("BrokenLink",),
    "derivation": ("Derivation", "derive"),
    "proof_files": ("replay",),
    "fixed_sizes": ("unroll",),
    "identities": ("identity",),
    "losses": ("cross_entropy", "softmax", "squared_error"),
    "notation": ("NotationError",),
    "search": ("gradient",),
    "statement": ("Theorem",),
    "symbols": (
        "delta",
        "index",
        "indices",
        "labels",
        "nonnegative",
        "nonzero",
        "positive",
        "real",
        "sigmoid",
        "simplex",
        "size",
        "softplus",
        "sum_over",
        "where",
    ),
    "tactics.ledger": ("NotProved",),
    "theorems": ("catalogue", "theorem"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "BrokenLink",
    "Derivation",
    "NotProved",
    "NotationError",
    "Theorem",
    "catalogue",
    "check",
    "claim",
    "cross_entropy",
    "delta",
    "derive",
    "gradient",
    "identity",
    "index",
    "indices",
    "labels",
    "nonnegative",
    "nonzero",
    "positive",
    "real",
    "replay",
    "sigmoid",
    "simplex",
    "size",
    "softmax",
    "softplus",
    "squared_error",
    "sum_over",
    "theorem",
    "unroll",
    "where",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'derive' has no attribute {name!r}")
    value = getattr(import_module(f".{_MODULE_OF[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
