"""Compiled programs as Python source that needs NumPy alone, ready to be pasted elsewhere.

A program of ``numeric.compile`` is written in the few operations of ``program.vocabulary``; here
each becomes what it means in NumPy, sizes are read off the arrays, and what NumPy does not have
(erf, lgamma, digamma) is copied along.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from textwrap import indent

import numpy as np

from .compile import Compiled
from .program import special
from .program.vocabulary import numpy_namespace

_RENAMED = {"both": "logical_and"}  # NumPy's own name for an operation
_OF_NUMBERS = ("exp", "log", "sqrt", "sin", "cos", "expm1", "log1p")  # ``math`` has them, too
_OVER_AXES = ("sum", "amax")
_COPIED = ("erf", "lgamma", "digamma")  # from ``program.special``
_TAB = " " * 4
_FLOAT64 = np.dtype(np.float64)
_HELPED_BY = {
    "erf": ("_each",),
    "lgamma": ("_lgamma", "_each", "_flagged"),
    "digamma": ("_flagged",),
}


@dataclass(frozen=True)
class Named:
    """A program, the name of the function that it becomes, and what its docstring says."""

    name: str
    about: str
    program: Compiled


def source(title: str, functions: Sequence[Named]) -> str:
    '''The text of a module with these functions; its only import from elsewhere is NumPy.

    The functions check nothing: nan gives nan, and what has no value what NumPy gives. They keep
    the dtype of their arrays, float32 or float64.

    >>> from derive import theorem
    >>> from numeric import functions
    >>> gradient = functions(theorem("softmax_cross_entropy")).gradient.compiled
    >>> print(source("s - y", [Named("gradient", "The gradient by x.", gradient)]))
    """s - y"""
    <BLANKLINE>
    import numpy as np
    <BLANKLINE>
    <BLANKLINE>
    def gradient(x, y):
        """The gradient by x."""
        t0 = np.exp(x - np.amax(x, axis=0))
        return 1 / np.sum(t0, axis=0) * t0 - y
    <BLANKLINE>
    '''
    written = [_Function(each) for each in functions]
    copied = [name for name in _COPIED if any(name in each.copied for each in written)]
    parts = [_docstring(title), "", "import numpy as np", *_copies(copied)]
    for each in written:
        parts += ["", "", each.text]
    if any(each.copied for each in written):
        parts.insert(parts.index("import numpy as np"), "import math\n")
    return "\n".join(parts) + "\n"


def _docstring(text: str) -> str:
    """A text as a docstring; one of several lines ends on a line of its own."""
    safe = text.replace("\\", "\\\\").replace('"""', r"\"\"\"")
    return f'"""{safe}\n"""' if "\n" in safe else f'"""{safe}"""'


class _Function:
    """One program as the text of a function, and the functions that have to be copied for it."""

    def __init__(self, named: Named) -> None:
        self._program = named.program
        tree = ast.parse(named.program.text)
        (function,) = tree.body
        assert isinstance(function, ast.FunctionDef)
        translation = _Translation()
        body = [ast.unparse(translation.visit(statement)) for statement in function.body]
        self.copied = translation.copied
        arrays = [argument.arg for argument in function.args.args]
        arguments, sizes = arrays[: len(named.program.arguments)], {}
        for place, name in enumerate(named.program.sizes, start=len(arguments)):
            sizes[arrays[place]] = self._length(name, arguments)
        given = [name for name, length in sizes.items() if not length]
        lines = [f"{name} = {length}" for name, length in sizes.items() if length]
        if translation.needs_dtype:
            lines.insert(0, self._dtype(arguments))
        inside = "\n".join([_docstring(named.about), *lines, *body])
        self.text = f"def {named.name}({', '.join([*arguments, *given])}):\n{indent(inside, _TAB)}"

    def _length(self, size: str, arguments: Sequence[str]) -> str:
        """Where the value of a size is found; nowhere where no argument has an axis of it."""
        declared = self._program.declarations
        for name, argument in zip(self._program.arguments, arguments, strict=True):
            label = declared.labels.get(name)
            axes = declared.variables[name] if label is None else label.shape
            if size in axes:
                return f"np.shape({argument})[{axes.index(size)}]"
        return ""

    def _dtype(self, arguments: Iterable[str]) -> str:
        variables = self._program.declarations.variables
        pairs = zip(self._program.arguments, arguments, strict=True)
        read = [argument for name, argument in pairs if name in variables]
        return f"dtype = np.result_type({', '.join(read)})" if read else "dtype = np.float64"


class _Translation(ast.NodeTransformer):
    """Operations of the vocabulary as NumPy. Notes what has to be copied, or be known."""

    def __init__(self) -> None:
        self.copied: set[str] = set()
        self.needs_dtype = False

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """One operation, its operands first."""
        assert isinstance(node.func, ast.Name)
        name, operands = node.func.id, [self.visit(operand) for operand in node.args]
        assert name in numpy_namespace(_FLOAT64), name
        if name in _OF_NUMBERS and all(map(_is_constant, operands)):
            return self._constant(name, operands)
        written: Callable[..., ast.expr] | None = getattr(self, f"_{name}", None)
        if written is not None:
            return written(*operands)
        if name in _COPIED:
            self.copied.add(name)
            return ast.Call(ast.Name(name), operands, [])
        if name in _OVER_AXES:
            return _numpy(name, operands[0], axis=operands[1])
        return _numpy(_RENAMED.get(name, name), *operands)

    def _constant(self, name: str, operands: list[ast.expr]) -> ast.expr:
        """A Python number, which lets float32 be, as NumPy's own would not."""
        self.copied.add("math")
        return ast.Call(ast.Attribute(ast.Name("math"), name), operands, [])

    def _select(self, where: ast.expr, *values: ast.expr) -> ast.expr:
        found = _numpy("where", where, *values)
        return self._real(found) if all(map(_is_constant, values)) else found

    def _number(self, above: ast.expr, below: ast.expr | None = None) -> ast.expr:
        return above if below is None else ast.BinOp(above, ast.Div(), below)

    def _pi(self) -> ast.expr:
        return _attribute("pi")

    def _real(self, array: ast.expr) -> ast.expr:
        return _numpy("asarray", array, self._with_dtype())

    def _eye(self, size: ast.expr) -> ast.expr:
        return _numpy("eye", size, dtype=self._with_dtype())

    def _lowest(self) -> ast.expr:
        largest = ast.Attribute(_numpy("finfo", self._with_dtype()), "max")
        return ast.UnaryOp(ast.USub(), _numpy("sqrt", largest))

    def _spread(self, array: ast.expr, shape: ast.expr) -> ast.expr:
        return _numpy("broadcast_to", array, shape)

    def _gather(self, array: ast.expr, *indices: ast.expr) -> ast.expr:
        place = indices[0] if len(indices) == 1 else ast.Tuple([*indices])
        return ast.Subscript(array, place)

    def _pair(self, *both: ast.expr) -> ast.expr:
        return ast.Tuple([*both])

    def _with_dtype(self) -> ast.expr:
        self.needs_dtype = True
        return ast.Name("dtype")


def _is_constant(node: ast.expr) -> bool:
    """Whether an expression is made of numbers alone."""
    return not any(
        isinstance(part, ast.Name) and part.id not in ("np", "math") for part in ast.walk(node)
    )


def _attribute(name: str) -> ast.expr:
    return ast.Attribute(ast.Name("np"), name)


def _numpy(name: str, *operands: ast.expr, **options: ast.expr) -> ast.expr:
    keywords = [ast.keyword(option, value) for option, value in options.items()]
    return ast.Call(_attribute(name), [*operands], keywords)


# ---- what NumPy does not have --------------------------------------------------------------------


def _copies(names: Sequence[str]) -> list[str]:
    """The source of functions that are copied, and of what they need."""
    helpers = dict.fromkeys(helper for name in names for helper in _HELPED_BY[name])
    lines: list[str] = []
    if "digamma" in names:
        lines += ["", f"_FAR = {special._FAR}", f"_COEFFICIENTS = {special._COEFFICIENTS}"]
    for name in (*helpers, *names):
        lines += ["", "", _unannotated(getattr(special, name))]
    return lines


def _unannotated(function: Callable[..., object]) -> str:
    """The source of a function without its types, which speak of names that are not copied."""
    tree = ast.parse(inspect.getsource(function))
    (definition,) = tree.body
    assert isinstance(definition, ast.FunctionDef)
    definition.returns = None
    for argument in definition.args.args:
        argument.annotation = None
    return ast.unparse(definition)
