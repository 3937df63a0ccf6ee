"""What ``gradproof code`` prints: a theorem's formulas as Python that needs NumPy alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derive.claims import Claim
from derive.derivation import Derivation
from derive.kernel.terms import Term
from derive.statement import Part, Theorem
from derive.typeset import hypothesis_text, unicode_text
from numeric.compile import Compiled, compile_term
from numeric.standalone import Named, source

ABOUT = (
    "Proved for every size, and compiled to NumPy: no exponential overflows, and float32 stays\n"
    "float32. Nothing is checked here: arrays have to be of these shapes and to meet what is given."
)


def code_of(theorem: Theorem, parts: Sequence[Part]) -> str:
    """The text of a module: for each part its function and gradient, or what it says are equal.

    A function that two parts share is written once.
    """
    named: list[Named] = []
    for each in (one for part in parts for one in functions_of(part)):
        if all(each.program.text != other.program.text for other in named):
            named.append(_unlike(each, named))
    return source(f"{theorem.title}.\n\n{ABOUT}", named)


def _unlike(named: Named, others: Sequence[Named]) -> Named:
    """The same under a name that no other has."""
    taken = [other.name for other in others]
    again = sum(name == named.name or name.startswith(f"{named.name}_v") for name in taken)
    return Named(f"{named.name}_v{again + 1}", named.about, named.program) if again else named


def functions_of(part: Part) -> Iterator[Named]:
    """What is differentiated and its derivative; of an identity, both sides."""
    claim, left = part.claim, unicode_text(part.main.left)
    result = f"{left} = {unicode_text(part.main.result)}"
    if not isinstance(claim, Claim) or not isinstance(part.main, Derivation):
        for side, term in zip(("left_side", "right_side"), claim.terms, strict=True):
            program = _compiled(part, term, _free(term))
            yield Named(side, _docstring(part, result, program), program)
        return
    own = _free(claim.of)
    entry = [name for _, at in claim.entries for name in at if isinstance(name, str)]
    axes = [*own, *(name for name in dict.fromkeys(entry) if name not in own)]
    function = _compiled(part, claim.of, own)
    first = part.main.rewriting[0].expression
    formula = f"{unicode_text(part.main.name)} = {unicode_text(first)}"
    yield Named("function" if own else "loss", _docstring(part, formula, function), function)
    slope = _compiled(part, claim.value, axes)
    yield Named(_slope_name(claim, own), _docstring(part, result, slope), slope)


def _slope_name(claim: Claim, own: Sequence[str]) -> str:
    what = ("jacobian" if own else "gradient") if len(claim.entries) == 1 else "second_derivative"
    by = dict.fromkeys(variable for variable, _ in claim.entries)
    name = f"{what}_{'_'.join(by)}"
    return name if name.isidentifier() else what


def _free(term: Term) -> list[str]:
    return sorted(index for index in term.indices if isinstance(index, str))


def _compiled(part: Part, term: Term, axes: Sequence[str]) -> Compiled:
    return compile_term(part.claim.declarations, term, axes)


def _docstring(part: Part, formula: str, program: Compiled) -> str:
    """The formula, what its names stand for, what is given, and the shapes."""
    where = [f"where {unicode_text(line)}" for line in part.main.definitions_as_equations]
    given = [f"given {hypothesis_text(h, unicode_text)}" for h in part.main.hypotheses]
    return "\n".join([formula, *where, *given, "", *_shapes(program)])


def _shapes(program: Compiled) -> Iterator[str]:
    """A line for each argument, and one for the result."""
    declared = program.declarations
    for name in program.arguments:
        if name in declared.labels:
            shape, below = declared.labels[name]
            yield f"{name}: integers of shape {_shape(shape)}, from 0 to {below} - 1"
        else:
            shape = declared.variables[name]
            yield f"{name}: shape {_shape(shape)}" if shape else f"{name}: a number"
    axes = [declared.indices[index] for index in program.free]
    yield f"returns shape {_shape(axes)}" if axes else "returns a number"


def _shape(axes: Sequence[str]) -> str:
    return f"({', '.join(axes)}{',' if len(axes) == 1 else ''})"
