"""Memory for intermediate arrays that is kept from one call to the next.

Fresh memory costs a page fault every 4096 bytes, which is more than an addition of what is in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np
from numpy.typing import NDArray

Key = tuple[tuple[int, ...], np.dtype[Any]]


class Workspace:
    """Arrays that are free to be written to, by shape and dtype."""

    def __init__(self) -> None:
        self._free: dict[Key, list[NDArray[Any]]] = defaultdict(list)
        self._taken: list[NDArray[Any]] = []

    def take(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
        """An array whose entries are anything."""
        free = self._free[shape, dtype]
        array = free.pop() if free else np.empty(shape, dtype)
        self._taken.append(array)
        return array

    def give_back(self, *kept: NDArray[Any]) -> None:
        """All that was taken is free again, but for arrays that share memory with those kept."""
        for array in self._taken:
            if not any(np.may_share_memory(array, other) for other in kept):
                self._free[array.shape, array.dtype].append(array)
        self._taken.clear()


_CURRENT: ContextVar[Workspace | None] = ContextVar("workspace", default=None)


@contextmanager
def using(workspace: Workspace | None) -> Iterator[None]:
    """Let ``computed`` within the block write to arrays of the workspace."""
    token = _CURRENT.set(workspace)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def computed(operation: Callable[..., Any], *operands: Any) -> Any:
    """The result of a ufunc of one or two values of one dtype.

    It is in an array of the current workspace, where there is one.
    """
    workspace = _CURRENT.get()
    first, last = operands[0], operands[-1]
    if workspace is None or not (first.ndim or last.ndim):
        return operation(*operands)
    if first.ndim and last.ndim and first.shape != last.shape:
        shape = np.broadcast_shapes(first.shape, last.shape)
    else:
        shape = first.shape or last.shape
    return operation(*operands, out=workspace.take(shape, first.dtype))
