"""Formulas as people read them: LaTeX that GitHub and notebooks accept, and Unicode text.

SymPy's own printers are made for formulas that SymPy has rearranged. These keep to the habits of
the field: ``y_k log s_k``, a sum after what multiplies it, x_k for x[k], no range on a sum that
runs over the whole axis.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy
from sympy import Expr, Idx, Indexed, KroneckerDelta, Sum
from sympy.core.relational import Relational
from sympy.core.sorting import default_sort_key

from .notation import free_indices
from .symbols import Partial, Size, Where, sigmoid, size_of, softplus

_SUM, _PRODUCT, _POWER, _ATOM = range(4)  # how tightly a written formula holds together

_GREEK = dict(
    zip(
        (
            *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota"),
            *("kappa", "lambda", "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon"),
            *("phi", "chi", "psi", "omega"),
            # The capitals that are no Latin letters, without those that look like Σ and Π.
            *("Gamma", "Delta", "Theta", "Lambda", "Xi", "Phi", "Psi", "Omega"),
        ),
        "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΦΨΩ",
        strict=True,
    )
)

# What functions are called in Unicode and in LaTeX.
_FUNCTIONS = {
    sigmoid: ("σ", r"\sigma"),
    softplus: ("softplus", r"\mathrm{softplus}"),
    sympy.sin: ("sin", r"\sin"),
    sympy.cos: ("cos", r"\cos"),
    sympy.sinh: ("sinh", r"\sinh"),
    sympy.cosh: ("cosh", r"\cosh"),
    sympy.tanh: ("tanh", r"\tanh"),
    sympy.erf: ("erf", r"\mathrm{erf}"),
    sympy.sign: ("sign", r"\mathrm{sign}"),
    sympy.loggamma: ("log Γ", r"\log \Gamma"),
    sympy.polygamma: ("ψ", r"\psi"),  # of order 0, the digamma function
    sympy.Max: ("max", r"\max"),
    sympy.Min: ("min", r"\min"),
}

_RELATIONS = {"==": "=", ">": ">", "<": "<", ">=": "≥", "<=": "≤", "!=": "≠"}


class Unicode:
    """One line of Unicode text: ``∂L/∂x_i = s_i − y_i``."""

    minus = "−"
    times = "·"
    e = "exp(1)"
    pi = "π"

    def name(self, text: str) -> str:
        """A variable's name; Greek names become the letter."""
        return _GREEK.get(text, text)

    def subscript(self, name: str, indices: list[str]) -> str:
        """name with indices below it."""
        return (
            f"{name}_{','.join(indices) if any(len(i) > 1 for i in indices) else ''.join(indices)}"
        )

    def power(self, base: str, exponent: str) -> str:
        """base ** exponent"""
        digits = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
        return base + exponent.translate(digits) if exponent.isdigit() else f"{base}^({exponent})"

    def exp(self, argument: str) -> str:
        """The exponential."""
        return f"exp({argument})"

    def log(self, argument: str, _tightness: int) -> tuple[str, int]:
        """The natural logarithm, and how tightly it holds together."""
        return f"log({argument})", _POWER

    def function(self, function: Any, arguments: list[str]) -> str:
        """A named function of its arguments."""
        return _FUNCTIONS[function][0] + self.brackets(", ".join(arguments))

    def root(self, inner: str, tightness: int) -> str:
        """The square root."""
        return f"√{inner if tightness == _ATOM else self.brackets(inner)}"

    def size_of(self, inner: str) -> str:
        """The absolute value."""
        return f"|{inner}|"

    def guard(self, condition: str) -> str:
        """Iverson's brackets: 1 where the condition holds, else 0."""
        return f"[{condition}]"

    def fraction(self, above: str, below: str, above_is: int, below_is: int) -> str:
        """above / below"""
        above = above if above_is >= _PRODUCT else f"({above})"
        return f"{above}/{below if below_is >= _POWER else f'({below})'}"

    def total(self, counter: str, last: str | None, body: str) -> str:
        """The sum of the body; ``last`` is the last value of the counter, where it is unusual."""
        return f"Σ_{counter} {body}" if last is None else f"Σ_({counter} ≤ {last}) {body}"

    def partial(self, of: str, by: list[str]) -> str:
        """A partial derivative, the first of ``by`` the last to be differentiated by."""
        order = self.power("", str(len(by))) if len(by) > 1 else ""
        return f"∂{order}{of}/{''.join(f'∂{variable}' for variable in by)}"

    def brackets(self, inner: str) -> str:
        """Round brackets."""
        return f"({inner})"

    def delta(self, indices: list[str]) -> str:
        """Kronecker's delta."""
        return self.subscript("δ", indices)

    def relation(self, sign: str) -> str:
        """The sign of an equation or an inequality."""
        return _RELATIONS[sign]


class Latex(Unicode):
    r"""LaTeX without macros that GitHub refuses: ``s_{i} - y_{i}``."""

    minus = "-"
    times = r"\,"
    e = "e"
    pi = r"\pi"

    def name(self, text: str) -> str:
        """A variable's name; several letters are upright, Greek names become the letter."""
        if len(text) == 1:
            return text
        greek = text in _GREEK
        return rf"\{text}" if greek else rf"\mathrm{{{text}}}"

    def subscript(self, name: str, indices: list[str]) -> str:
        """name with indices below it."""
        return f"{name}_{{{_side_by_side(indices)}}}"

    def power(self, base: str, exponent: str) -> str:
        """base ** exponent"""
        return f"{base}^{{{exponent}}}"

    def exp(self, argument: str) -> str:
        """The exponential."""
        return f"e^{{{argument}}}"

    def log(self, argument: str, tightness: int) -> tuple[str, int]:
        """The natural logarithm, and how tightly it holds together."""
        if tightness == _ATOM:
            return rf"\log {argument}", _PRODUCT  # what follows would be read as its argument
        return rf"\log {self.brackets(argument)}", _POWER

    def function(self, function: Any, arguments: list[str]) -> str:
        """A named function of its arguments."""
        return _FUNCTIONS[function][1] + self.brackets(", ".join(arguments))

    def root(self, inner: str, _tightness: int) -> str:
        """The square root."""
        return rf"\sqrt{{{inner}}}"

    def size_of(self, inner: str) -> str:
        """The absolute value."""
        return rf"\left\lvert {inner}\right\rvert"

    def guard(self, condition: str) -> str:
        """Iverson's brackets: 1 where the condition holds, else 0."""
        return rf"\left[{condition}\right]"

    def fraction(self, above: str, below: str, above_is: int, below_is: int) -> str:
        """above / below"""
        return rf"\frac{{{above}}}{{{below}}}"

    def total(self, counter: str, last: str | None, body: str) -> str:
        """The sum of the body; ``last`` is the last value of the counter, where it is unusual."""
        limits = f"_{{{counter}}}" if last is None else f"_{{{counter}=0}}^{{{last}}}"
        return rf"\sum{limits} {body}"

    def partial(self, of: str, by: list[str]) -> str:
        """A partial derivative, the first of ``by`` the last to be differentiated by."""
        order = f"^{{{len(by)}}}" if len(by) > 1 else ""
        below = r" \, ".join(rf"\partial {variable}" for variable in by)
        return rf"\frac{{\partial{order} {of}}}{{{below}}}"

    def brackets(self, inner: str) -> str:
        """Round brackets that grow with what is inside."""
        return rf"\left({inner}\right)"

    def delta(self, indices: list[str]) -> str:
        """Kronecker's delta."""
        return self.subscript(r"\delta", indices)

    def relation(self, sign: str) -> str:
        """The sign of an equation or an inequality."""
        return {">=": r"\ge", "<=": r"\le", "!=": r"\ne", "==": "="}.get(sign, sign)


def _side_by_side(indices: list[str]) -> str:
    return ("," if any(len(index) > 1 for index in indices) else "").join(indices)


def unicode_text(expression: Any) -> str:
    """An expression or a relation as one line of Unicode text."""
    return _Typesetter(Unicode()).whole(expression)


def hypothesis_text(relation: Relational, typeset: Callable[[Any], str]) -> str:
    """A hypothesis as text, its formulas written by ``typeset``: y_k ≥ 0 for every k."""
    free = [typeset(index) for index in free_indices(relation)]
    return typeset(relation) + (f" for every {', '.join(free)}" if free else "")


def latex(expression: Any) -> str:
    """An expression or a relation as LaTeX, without the dollar signs."""
    return _Typesetter(Latex()).whole(expression)


class _Typesetter:
    def __init__(self, style: Unicode) -> None:
        self.style = style

    def whole(self, expression: Any) -> str:
        if isinstance(expression, Relational):
            left, right = (self.whole(side) for side in expression.args)
            return f"{left} {self.style.relation(expression.rel_op)} {right}"
        return self.write(sympy.sympify(expression))[0]

    def write(self, expression: Expr) -> tuple[str, int]:
        """The text of an expression, and how tightly it holds together."""
        style = self.style
        match expression:
            case sympy.Integer() if expression < 0:
                return f"{style.minus}{-expression}", _SUM
            case sympy.Rational() if expression < 0:
                return f"{style.minus}{self.write(-expression)[0]}", _SUM
            case sympy.Rational() if expression.q != 1:
                return self._fraction([sympy.Integer(expression.p)], [sympy.Integer(expression.q)])
            case Idx():
                return style.name(str(expression.label)), _ATOM
            case sympy.Symbol():
                return style.name(expression.name), _ATOM
            case Indexed():
                name = style.name(str(expression.base.label))
                return style.subscript(name, self._names(expression.indices)), _ATOM
            case KroneckerDelta():
                return style.delta(self._names(expression.args)), _ATOM
            case Partial():
                return self._partial(expression), _POWER
            case _ if expression is sympy.E:
                return style.e, _ATOM
            case _ if expression is sympy.pi:
                return style.pi, _ATOM
            case sympy.exp():  # SymPy counts every power of e among them
                return style.exp(self.write(expression.exp)[0]), _POWER
            case sympy.log():
                return style.log(*self.write(expression.args[0]))
            case sympy.Add():
                return self._add(expression), _SUM
            case sympy.Mul():
                return self._multiply(expression)
            case sympy.Pow() if expression.exp.is_negative and expression.exp.is_number:
                return self._fraction(
                    [sympy.Integer(1)], [sympy.Pow(expression.base, -expression.exp)]
                )
            case sympy.Pow() if expression.exp == sympy.S.Half:
                return style.root(*self.write(expression.base)), _POWER
            case sympy.Pow():
                exponent = self.write(expression.exp)[0]
                return style.power(self.tight(expression.base, _ATOM), exponent), _POWER
            case Sum():
                return self._sum(expression), _PRODUCT
            case Where():
                return self._guard(expression)
            case sympy.re():  # SymPy's |exp(u)| is exp(re(u)); everything here is real
                return self.write(expression.args[0])
            case sympy.Abs():
                return style.size_of(self.write(expression.args[0])[0]), _ATOM
            case _ if expression.func in _FUNCTIONS:
                return self._function(expression), _POWER
            case _:
                return str(expression), _ATOM

    def tight(self, expression: Expr, wanted: int) -> str:
        """The text of an expression, in brackets unless it holds together as tightly as wanted."""
        text, tightness = self.write(expression)
        return text if tightness >= wanted else self.style.brackets(text)

    def _names(self, indices: Any) -> list[str]:
        return [self.write(i)[0] for i in indices]

    def _guard(self, guarded: Where) -> tuple[str, int]:
        """[condition] body, as a product; [condition] alone for a body of 1."""
        condition = self.style.guard(self.whole(guarded.condition))
        if guarded.body == 1:
            return condition, _ATOM
        return f"{condition} {self.tight(guarded.body, _PRODUCT)}", _PRODUCT

    def _function(self, expression: Expr) -> str:
        arguments = sorted(expression.args, key=lambda argument: not argument.is_number)
        if isinstance(expression, sympy.polygamma):
            arguments = [expression.args[1]]
        return self.style.function(expression.func, [self.write(a)[0] for a in arguments])

    def _partial(self, partial: Partial) -> str:
        """A derivative of a derivative is shown as one of higher order."""
        by, of = [partial.by], partial.name
        while isinstance(of, Partial):
            by, of = [*by, of.by], of.name
        return self.style.partial(self.tight(of, _POWER), [self.tight(b, _POWER) for b in by])

    def _sum(self, total: Sum) -> str:
        text = self.tight(total.function, _PRODUCT)
        for counter, _, upper in total.limits:
            last = None if upper + 1 == size_of(counter) else self.write(upper)[0]
            text = self.style.total(self.write(counter)[0], last, text)
        return text

    def _add(self, expression: Expr) -> str:
        parts = sorted(expression.args, key=lambda part: (_negative(part), _without_sum(part)))
        text = ""
        for part in parts:
            sign, shown = (self.style.minus, _negated(part)) if _negative(part) else ("+", part)
            written = self.tight(shown, _PRODUCT)
            lead = f"{sign}" if sign != "+" else ""
            text = f"{text} {sign} {written}" if text else f"{lead}{written}"
        return text

    def _multiply(self, expression: Expr) -> tuple[str, int]:
        if _negative(expression):
            return f"{self.style.minus}{self.tight(_negated(expression), _PRODUCT)}", _SUM
        if any(isinstance(factor, sympy.Mul) for factor in expression.args):
            return self._as_written(expression.args)
        above, below = _split(expression)
        sums = [factor for factor in above if isinstance(factor, Sum)] if below else []
        if sums:
            front = [factor for factor in above if factor not in sums]
            fraction, _ = self._fraction(front, below)
            return f"{fraction} {self._factors(sums)}", _PRODUCT
        if below:
            return self._fraction(above, below)
        return self._factors(above), _PRODUCT

    def _as_written(self, factors: Any) -> tuple[str, int]:
        """A product that was kept as it is written: every factor apart, in that order."""
        shown = [
            self.tight(f, _POWER if isinstance(f, Sum) and f is not factors[-1] else _PRODUCT)
            for f in factors
        ]
        return f" {self.style.times} ".join(shown), _PRODUCT

    def _fraction(self, above: list[Expr], below: list[Expr]) -> tuple[str, int]:
        top, bottom = (self._product(part) for part in (above, below))
        return self.style.fraction(top[0], bottom[0], top[1], bottom[1]), _PRODUCT

    def _product(self, factors: list[Expr]) -> tuple[str, int]:
        if len(factors) == 1:
            return self.write(factors[0])
        return (self._factors(factors) if factors else "1"), _PRODUCT

    def _factors(self, factors: list[Expr]) -> str:
        """Factors side by side; only the last may be a sum without brackets."""
        shown = [self.tight(f, _PRODUCT if f is factors[-1] else _POWER) for f in factors]
        return " ".join(shown)


def _negative(expression: Expr) -> bool:
    coefficient = expression.args[0] if isinstance(expression, sympy.Mul) else expression
    return bool(coefficient.is_Number and coefficient < 0)


def _negated(expression: Expr) -> Expr:
    """-expression, without multiplying anything out."""
    if not isinstance(expression, sympy.Mul):
        return -expression
    coefficient, *rest = expression.args
    kept = rest if coefficient == -1 else [-coefficient, *rest]
    return kept[0] if len(kept) == 1 else sympy.Mul(*kept, evaluate=False)


def _without_sum(expression: Expr) -> tuple[bool, Any]:
    return not expression.has(Sum), default_sort_key(expression)


def _split(product: Expr) -> tuple[list[Expr], list[Expr]]:
    """The factors above and below the fraction bar, in the order they are written."""
    above, below = [], []
    for factor in product.args:
        if isinstance(factor, sympy.Rational) and factor.q != 1:
            above += [sympy.Integer(factor.p)] if factor.p != 1 else []
            below.append(sympy.Integer(factor.q))
        elif isinstance(factor, sympy.Pow) and factor.exp.is_number and factor.exp < 0:
            below.append(sympy.Pow(factor.base, -factor.exp))
        else:
            above.append(factor)
    return sorted(above, key=_place), sorted(below, key=_place)


def _place(factor: Expr) -> tuple[int, Any]:
    """Where a factor stands in a product: numbers, scalars, elements, functions, sums."""
    base = factor.base if isinstance(factor, sympy.Pow) else factor
    numbers = (sympy.Number, type(sympy.pi))
    kinds = (*numbers, Size, sympy.Symbol, Indexed, Partial, KroneckerDelta, sympy.exp)
    found = [place for place, kind in enumerate(kinds) if isinstance(base, kind)]
    rank = found[0] if found else len(kinds) + _weight(base)
    return rank, default_sort_key(factor)


def _weight(factor: Expr) -> int:
    """Functions before brackets, and what would swallow the rest of the product last."""
    if isinstance(factor, Sum | sympy.log):
        return 2
    return 0 if isinstance(factor, sympy.Function) else 1
