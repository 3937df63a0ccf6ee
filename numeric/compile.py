"""Terms of the kernel as NumPy functions on whole arrays."""

from __future__ import annotations

import keyword
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import count
from types import CodeType, FunctionType
from typing import Any
from unicodedata import normalize

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sympy import Symbol

from derive.kernel.declarations import Declarations
from derive.kernel.terms import Term
from derive.plain_text import show

from .arrays import prepare, shapes_of
from .errors import InputError
from .program.complements import complement
from .program.lowering import Lowering
from .program.orientation import oriented
from .program.printer import function_of
from .program.reuse import LARGE, Target, bound, reusing
from .program.scaling import NotCompiled, Place, Scaling
from .program.sifting import sift
from .program.views import View
from .program.vocabulary import UNCHECKED, Namespace, Operation, numpy_namespace
from .workspace import Workspace

__all__ = ["Compiled", "NotCompiled", "compile_term"]


@dataclass(frozen=True)
class Compiled:
    """A term as a NumPy function. Make it with ``compile_term``, call it with arrays by name.

    Attributes
    ----------
    declarations, term, free: what was compiled. The result has one axis for each free index.
    arguments: the variables and labels that the term reads.
    sizes: the sizes that the function reads; those that no argument has as an axis are to be
        given by name, as numbers or through a further declared array.
    text: the function as Python text, in the operations of ``numeric.program.vocabulary``.
    small: the variables that stay near 0.
    beside: a second term with the same axes, computed along with it; there are two results then.
    """

    declarations: Declarations
    term: Term
    free: tuple[str, ...]
    arguments: tuple[str, ...]
    sizes: tuple[str, ...]
    text: str
    _function: FunctionType = field(repr=False, compare=False)
    small: tuple[str, ...] = ()
    beside: Term | None = None

    def __call__(self, /, **given: ArrayLike) -> Any:
        """The value of the term, in the common dtype of the variables that it reads.

        Raises
        ------
        InputError
            For input that ``numeric.arrays.prepare`` refuses, and where a part of the term has no
            value that is a number of the dtype: 1/0, the log of 0 or less, an overflow.
        """
        arrays, sizes = prepare(self.declarations, given, (*self.arguments, *self.sizes))
        result = self._refusing(arrays, sizes)
        if self.beside is not None:
            return tuple(self._own(part, arrays) for part in result)
        return self._own(result, arrays)

    def into(
        self, out: NDArray[Any], workspace: Workspace | None = None, /, **given: ArrayLike
    ) -> NDArray[Any]:
        """The value, written to an array; for calls that are repeated.

        Parameters
        ----------
        out: an array of the shape and dtype of the value. It may be one of the arrays given.
        workspace: keeps the memory of arrays in between for the next call, by one thread.

        Raises
        ------
        InputError
            As for a call, and where ``out`` is of another shape or dtype or cannot be written to.
            Where a part of the term has no value, ``out`` may hold anything.

        >>> from derive import theorem
        >>> from numeric import functions
        >>> gradient = functions(theorem("softmax_cross_entropy")).gradient.compiled
        >>> out = np.empty(2)
        >>> gradient.into(out, x=[1e4, -1e4], y=[0, 1]) is out
        True
        >>> out
        array([ 1., -1.])
        """
        if self.beside is not None or not self.free:
            raise InputError("out is for a value that is one array")
        arrays, sizes = prepare(self.declarations, given, (*self.arguments, *self.sizes))
        axes = [self.declarations.indices[index] for index in self.free]
        every = {**sizes, **self._lengths(arrays)}
        _check_out(out, tuple(every[axis] for axis in axes), self.dtype(arrays))
        self._refusing(arrays, sizes, out, workspace)
        return out

    def _own(self, result: Any, arrays: Mapping[str, NDArray[Any]]) -> Any:
        """A result that is nobody's argument."""
        if np.ndim(result) == 0:
            return self.dtype(arrays).type(result)
        shared = any(np.may_share_memory(result, array) for array in arrays.values())
        return result.copy() if shared else result

    def raw(
        self,
        out: NDArray[Any] | None = None,
        workspace: Workspace | None = None,
        /,
        **arrays: NDArray[Any],
    ) -> Any:
        """The same without any check, for arrays as ``numeric.arrays.prepare`` makes them.

        What has no value comes out as NumPy gives it, and the result may be one of the arguments;
        or it is in ``out``, as with ``into``.
        """
        namespace = {**numpy_namespace(self.dtype(arrays)), **UNCHECKED}
        return self._run(namespace, arrays, self._lengths(arrays), out, workspace)

    def dtype(self, arrays: Mapping[str, NDArray[Any]]) -> np.dtype[Any]:
        """The dtype that prepared arguments are computed in."""
        variables = [arrays[n].dtype for n in self.arguments if n in self.declarations.variables]
        return variables[0] if variables else np.dtype(np.float64)

    def bind(self, namespace: Namespace) -> Callable[..., Any]:
        """The text as a function of the arguments and then the sizes, in any arithmetic."""
        return FunctionType(self._function.__code__, dict(namespace))

    def _refusing(
        self,
        arrays: Mapping[str, NDArray[Any]],
        sizes: Mapping[str, int],
        out: NDArray[Any] | None = None,
        workspace: Workspace | None = None,
    ) -> Any:
        """The result; refuses where a part has no value."""
        try:
            with np.errstate(divide="raise", over="raise", invalid="raise", under="ignore"):
                namespace = numpy_namespace(self.dtype(arrays))
                return self._run(namespace, arrays, sizes, out, workspace)
        except (FloatingPointError, OverflowError) as error:
            raise InputError(f"no value in the dtype: {error} in {show(self.term)}") from None

    def _run(
        self,
        namespace: Namespace,
        arrays: Mapping[str, NDArray[Any]],
        sizes: Mapping[str, int],
        out: NDArray[Any] | None = None,
        workspace: Workspace | None = None,
    ) -> Any:
        given, lengths = [arrays[n] for n in self.arguments], [sizes[n] for n in self.sizes]
        if out is None and all(array.nbytes < LARGE for array in given):
            return self.bind(namespace)(*given, *lengths)
        if out is None:
            return bound(self._reusing, namespace)(*given, *lengths)
        memory = Workspace() if workspace is None else workspace
        target = Target(memory, out, given)
        result = bound(self._reusing, namespace, target.make)(*given, *lengths)
        if result is not out:
            np.copyto(out, result)
        memory.give_back(out)
        return out

    @cached_property
    def _reusing(self) -> CodeType:
        return reusing(self.text)

    def _lengths(self, arrays: Mapping[str, NDArray[Any]]) -> dict[str, int]:
        shapes = shapes_of(self.declarations)
        axes = [zip(shapes[name], array.shape, strict=True) for name, array in arrays.items()]
        return {axis: length for pairs in axes for axis, length in pairs}

    def __reduce__(self) -> tuple[Any, ...]:
        again = partial(compile_term, small=self.small, beside=self.beside)
        return again, (self.declarations, self.term, self.free)


def compile_term(
    declarations: Declarations,
    term: Term,
    free: Sequence[str] = (),
    *,
    small: Collection[str] = (),
    beside: Term | None = None,
) -> Compiled:
    """A term as a function of whole arrays, without a loop over their entries.

    Parameters
    ----------
    free: the free indices that the result has as axes, in this order: none for a loss, ``("i",)``
        for a gradient, ``("k", "i")`` for a Jacobian.
    small: variables that stay near 0, such as the step of a difference.
    beside: a second term to compute along with it, with the same axes. What both need is computed
        once, and the function has two results.

    What is written twice is computed once, sums of products become products of matrices, and
    exponentials are kept from overflow (``program.scaling``), so logits may be as large as 1e4.

    Raises
    ------
    NotCompiled
        For a function that has no NumPy here, and for free indices that do not fit the term.
    Refused
        For a term that the declarations do not allow.

    >>> from derive.kernel.terms import apply, element, multiply, number, power, sum_over
    >>> declared = Declarations(frozenset({"n"}), {"i": "n"}, {"x": ("n",)})
    >>> total = sum_over("n", apply("exp", element("x", 0)))
    >>> softmax = multiply(apply("exp", element("x", "i")), power(total, number(-1)))
    >>> compiled = compile_term(declared, softmax, ("i",))
    >>> print(compiled.text)
    def compiled(x):
        t0 = exp(x - amax(x, 0))
        return number(1) / sum(t0, 0) * t0
    <BLANKLINE>
    >>> compiled(x=[1e4, -1e4])
    array([1., 0.])
    """
    terms = [term] if beside is None else [term, beside]
    for each in terms:
        declarations.check_term((), each)
        _check_free(declarations, each, free)
    scaling, symbols = Scaling(declarations, small), _symbols(declarations)
    lowering = Lowering(symbols)
    sizes_of_axes = [declarations.indices[index] for index in free]
    results = [lowering.result(_view(scaling, each), free, sizes_of_axes) for each in terms]
    result = oriented(results[0] if beside is None else Operation("pair", *results))
    names = (*declarations.variables, *declarations.labels)
    read = frozenset().union(*(each.names for each in terms))
    arguments = tuple(name for name in names if name in read)
    sizes = tuple(sorted(lowering.used & declarations.sizes))
    function, text = function_of([symbols[name] for name in (*arguments, *sizes)], result)
    return Compiled(
        declarations, term, tuple(free), arguments, sizes, text, function, tuple(small), beside
    )


def view_of(declarations: Declarations, term: Term) -> View:
    """The array that the program of a term computes, before it is put into words.

    Raises
    ------
    NotCompiled
        For a function that has no NumPy here.
    """
    return _view(Scaling(declarations), term)


def _view(scaling: Scaling, term: Term) -> View:
    return scaling.plain(complement(sift(term)), Place())


def _check_out(out: Any, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
    if not isinstance(out, np.ndarray) or out.shape != shape or out.dtype != dtype:
        found = f"{out.dtype} of shape {out.shape}" if isinstance(out, np.ndarray) else type(out)
        raise InputError(f"out has to be an array of {dtype} of shape {shape}, not {found}")
    if not out.flags.writeable:
        raise InputError("out is read-only: it cannot be written to")


def _check_free(declarations: Declarations, term: Term, free: Sequence[str]) -> None:
    for index in free:
        if index not in declarations.indices:
            raise NotCompiled(f"{index} is not a declared index")
    if len(set(free)) < len(free):
        raise NotCompiled(f"the axes {', '.join(free)} of the result name an index twice")
    missing = sorted(str(index) for index in term.indices if index not in free)
    if missing:
        raise NotCompiled(f"free indices that are no axis of the result: {', '.join(missing)}")


def _symbols(declarations: Declarations) -> dict[str, Symbol]:
    """A symbol for every name; one that cannot be a Python name of its own is made up."""
    names = (*declarations.variables, *declarations.labels, *sorted(declarations.sizes))
    taken = set(names) | set(numpy_namespace(np.dtype(np.float64)))
    spare = (name for k in count() if (name := f"v{k}") not in taken)
    return {name: Symbol(name if _usable(name) else next(spare)) for name in names}


def _usable(name: str) -> bool:
    """Whether a name can stand in the text: Python reads names up to Unicode's NFKC form."""
    reserved = keyword.iskeyword(name) or name in numpy_namespace(np.dtype(np.float64))
    return name.isidentifier() and normalize("NFKC", name) == name and not reserved
