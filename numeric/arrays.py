"""Arrays for the declared names: checked once, then safe to compute with.

Everything a user hands over passes here. What cannot mean what the declarations say is refused with
one line that tells what was wrong and what would be right.
"""

from __future__ import annotations

import operator
from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from derive.kernel.declarations import Declarations, Label

from .errors import InputError

LARGEST_EXACT_INTEGER = 2**53  # whole numbers up to here are float64 numbers


def prepare(
    declarations: Declarations,
    values: Mapping[str, ArrayLike],
    needed: Collection[str] | None = None,
) -> tuple[dict[str, NDArray[Any]], dict[str, int]]:
    """The declared variables and labels as arrays of one dtype, and the value of every size.

    Parameters
    ----------
    values: what is given, by the name of the variable or label. The name of a size may be given a
        whole number; it has to agree with the arrays.
    needed: the names that have to be there, and from which the dtype is found; all that are
        declared, unless said otherwise.

    Returns
    -------
    The arrays are C-contiguous and cannot be written to; where no conversion was needed they are
    views of what was given. Their dtype is the common one of the needed variables: integers count
    as float64, and a Python number given for a scalar takes the dtype of the others. Labels are of
    the dtype ``numpy.intp``.

    Raises
    ------
    InputError
        For a name that is missing or not declared, a wrong rank, sizes that contradict each other,
        an empty array, a dtype that is not made of real numbers, or an entry that is not finite,
        not exact in float64, or out of the range of its label.

    >>> declared = Declarations(frozenset({"n"}), {}, {"x": ("n",), "y": ("n",)})
    >>> arrays, sizes = prepare(declared, {"x": [0, 1, 2], "y": [1.0, 0.0, 0.0]})
    >>> arrays["x"], sizes
    (array([0., 1., 2.]), {'n': 3})
    >>> prepare(declared, {"x": [0.0, 1.0], "z": [1.0, 0.0]})
    Traceback (most recent call last):
    ...
    numeric.errors.InputError: z is not declared; did you mean x or y?
    """
    _check_names(declarations, values)
    shapes = shapes_of(declarations)
    found = {name: _array(name, value) for name, value in values.items() if name in shapes}
    for name, array in found.items():
        _check_shape(name, array, shapes[name])
    sizes = _sizes(declarations, values, found)
    every = (*shapes, *declarations.sizes) if needed is None else needed
    _check_complete(declarations, every, {**found, **sizes})
    dtype = _common_dtype([values[n] for n in every if n in declarations.variables])
    arrays = {}
    for name, array in found.items():
        if name in declarations.labels:
            arrays[name] = _label(name, array, declarations.labels[name], sizes)
        else:
            arrays[name] = _variable(name, array, dtype)
    return arrays, sizes


def shapes_of(declarations: Declarations) -> dict[str, tuple[str, ...]]:
    """The sizes of the axes of every variable and label."""
    labels = {name: label.shape for name, label in declarations.labels.items()}
    return {**declarations.variables, **labels}


# ---- names -------------------------------------------------------------------------------------


def _check_names(declarations: Declarations, values: Iterable[str]) -> None:
    arrays = sorted(shapes_of(declarations))
    known = [*arrays, *sorted(declarations.sizes)]
    for name in values:
        if name not in known:
            nearest = get_close_matches(name, known, n=1, cutoff=0.5) or arrays
            raise InputError(f"{name} is not declared; did you mean {' or '.join(nearest)}?")


def _check_complete(
    declarations: Declarations, needed: Iterable[str], found: Collection[str]
) -> None:
    for name in needed:
        if name in found:
            continue
        if name in declarations.sizes:
            raise InputError(f"the size {name} is not known: give {name}=... or an array with it")
        shape = shapes_of(declarations)[name]
        what = f"an array with axes ({', '.join(shape)})" if shape else "a number"
        raise InputError(f"{name} is missing: give {name}=..., {what}")


# ---- shapes ------------------------------------------------------------------------------------


def _check_shape(name: str, array: NDArray[Any], shape: tuple[str, ...]) -> None:
    if array.ndim != len(shape):
        axes = f"axes ({', '.join(shape)})" if shape else "no axes"
        raise InputError(f"{name} has {axes}, but an array of shape {array.shape} was given")
    for axis, length in zip(shape, array.shape, strict=True):
        if length == 0:
            raise InputError(f"{name} is empty along its axis {axis}: sizes are at least 1")


def _sizes(
    declarations: Declarations, values: Mapping[str, ArrayLike], found: Mapping[str, NDArray[Any]]
) -> dict[str, int]:
    """The value of every size that an array has as an axis, or that was given as a number."""
    sizes: dict[str, int] = {}
    source: dict[str, str] = {}
    for axis, length, name in _lengths(declarations, values, found):
        first = sizes.setdefault(axis, length)
        if first != length:
            raise InputError(f"{axis} is {first} from {source[axis]} but {length} from {name}")
        source.setdefault(axis, name)
    return sizes


def _lengths(
    declarations: Declarations, values: Mapping[str, ArrayLike], found: Mapping[str, NDArray[Any]]
) -> Iterator[tuple[str, int, str]]:
    """Each size, the value it has somewhere, and where."""
    shapes = shapes_of(declarations)
    for name, array in found.items():
        for axis, length in zip(shapes[name], array.shape, strict=True):
            yield axis, length, name
    for name in declarations.sizes:
        if name in values:
            yield name, _size(name, values[name]), f"{name}=..."


def _size(name: str, value: Any) -> int:
    try:
        size = operator.index(value)
    except TypeError:
        size = 0
    if size < 1 or isinstance(value, bool):
        raise InputError(f"the size {name} is a whole number, at least 1, not {value!r}")
    return size


# ---- entries -----------------------------------------------------------------------------------


def _array(name: str, value: ArrayLike) -> NDArray[Any]:
    if np.ma.is_masked(value):
        raise InputError(f"{name} has masked entries: every entry is needed")
    try:
        array = np.asarray(value)
    except ValueError:
        raise InputError(f"{name} is not an array: its rows differ in length") from None
    _check_dtype(name, array.dtype)
    return array


def _check_dtype(name: str, dtype: np.dtype[Any]) -> None:
    if dtype.kind == "b":
        raise InputError(f"{name} holds booleans: write 1 and 0 as numbers")
    if dtype.kind == "c":
        raise InputError(f"{name} is complex: give real numbers")
    if dtype.kind not in "iuf":
        raise InputError(f"{name} does not hold real numbers: its dtype is {dtype}")
    if dtype == np.float16:
        raise InputError(f"{name} is float16: use float32 or float64")


def _common_dtype(given: Iterable[Any]) -> np.dtype[Any]:
    """What NumPy makes of the dtypes together; Python numbers have no say, integers are float64."""
    dtypes = [np.asarray(value).dtype for value in given if type(value) not in (int, float)]
    floats = [dtype if dtype.kind == "f" else np.dtype(np.float64) for dtype in dtypes]
    return np.result_type(*floats).newbyteorder("=") if floats else np.dtype(np.float64)


def _variable(name: str, array: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    if array.dtype.kind in "iu":
        _refuse(name, array, _too_large(array), "is not exact in float64: give a float")
    elif not _is_finite(array):
        _refuse(name, array, ~np.isfinite(array), "is not finite: give a real number")
    with np.errstate(over="ignore"):
        converted = array.astype(dtype, order="C", copy=False)
    if array.dtype != dtype:
        _refuse(name, array, ~np.isfinite(converted), f"is too large for {dtype}")
    return _locked(converted)


def _is_finite(array: NDArray[Any]) -> bool:
    """Whether every entry is certainly finite; fast, since a sum that is finite says so.

    ``einsum`` adds up without care for rounding, which does not matter here.
    """
    with np.errstate(all="ignore"):
        return bool(np.isfinite(np.einsum("i->", array.ravel())))


def _too_large(array: NDArray[Any]) -> NDArray[np.bool_]:
    return (array > LARGEST_EXACT_INTEGER) | (array < -LARGEST_EXACT_INTEGER)


def _label(
    name: str, array: NDArray[Any], label: Label, sizes: Mapping[str, int]
) -> NDArray[np.intp]:
    if array.dtype.kind not in "iu":
        raise InputError(f"{name} holds indices: give integers, not {array.dtype}")
    if label.below not in sizes:
        raise InputError(f"the size {label.below}, below which {name} runs, is not known")
    below = sizes[label.below]
    outside = (array < 0) | (array >= below)
    _refuse(name, array, outside, f"is out of range: indices run from 0 to {below - 1}")
    return _locked(array.astype(np.intp, order="C", copy=False))


def _refuse(name: str, array: NDArray[Any], bad: NDArray[np.bool_], reason: str) -> None:
    """Refuse where an entry is bad, and name the first one."""
    if bad.any():
        at = tuple(int(place) for place in np.argwhere(bad)[0])
        raise InputError(f"{name}{list(at) if at else ''} = {array[at]} {reason}")


def _locked(array: NDArray[Any]) -> NDArray[Any]:
    """A view that cannot be written to."""
    view = array.view()
    view.flags.writeable = False
    return view
