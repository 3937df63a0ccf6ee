"""The derivative of each kind of term: one formula, one function.

The conditions on the way (a base that is not 0, a positive argument) need to hold only at the point
itself: what is differentiable there is continuous, so they hold nearby too.
"""

from __future__ import annotations

from collections.abc import Callable

from .errors import Refused, require
from .judgement import Context
from .known import Premises
from .terms import (
    MINUS_ONE,
    MOST_NODES,
    OF_POSITIVE,
    ZERO,
    Index,
    Term,
    add,
    apply,
    constant,
    delta,
    multiply,
    natural_number,
    negate,
    number,
    power,
    product_of,
    rational,
    shift_index,
    sum_of,
    sum_over,
    where,
)

# f -> f', for every named function that the kernel can differentiate.
FUNCTIONS: dict[str, Callable[[Term], Term]] = {
    "exp": lambda u: apply("exp", u),
    "log": lambda u: power(u, MINUS_ONE),
    "sin": lambda u: apply("cos", u),
    "cos": lambda u: multiply(MINUS_ONE, apply("sin", u)),
    "erf": lambda u: multiply(
        number(2),
        power(constant("pi"), number(-1, 2)),
        apply("exp", multiply(MINUS_ONE, power(u, number(2)))),
    ),
    "lgamma": lambda u: apply("digamma", u),
}


class Differentiation:
    """Differentiates terms by one element of one variable, given facts about bases and logs."""

    def __init__(self, premises: Premises, variable: str) -> None:
        self._premises = premises
        self._variable = variable

    def of(self, term: Term, at: tuple[Index, ...], context: Context) -> Term | None:
        """The derivative of a term by variable[at]; None where the variable does not occur."""
        if self._variable not in term.names:
            return None
        match term.kind:
            case "element":
                return self._element(term, at)
            case "add":
                return self._add(term, at, context)
            case "multiply":
                return self._multiply(term, at, context)
            case "power":
                return self._power(term, at, context)
            case "apply":
                return self._apply(term, at, context)
            case "sum":
                return self._sum(term, at, context)
            case "where":
                return self._where(term, at, context)
            case _:
                raise Refused("no derivative rule for this", term)

    def _element(self, term: Term, at: tuple[Index, ...]) -> Term:
        """d x[j, ..] / d x[i, ..] = delta(j, i) * ..; a scalar by itself gives 1"""
        return product_of([delta(j, i) for j, i in zip(term.args[1], at, strict=True)])

    def _add(self, term: Term, at: tuple[Index, ...], context: Context) -> Term:
        """d(a + b + ..) = da + db + .."""
        slopes = [self.of(part, at, context) for part in term.args]
        return sum_of([slope for slope in slopes if slope is not None])

    def _multiply(self, term: Term, at: tuple[Index, ...], context: Context) -> Term:
        """d(a b c ..) = da b c .. + a db c .. + a b dc .. + .."""
        require(len(term.args) * term.nodes <= MOST_NODES, "too many factors", term)
        terms = []
        for place, part in enumerate(term.args):
            slope = self.of(part, at, context)
            if slope is not None:
                terms.append(multiply(*term.args[:place], slope, *term.args[place + 1 :]))
        return sum_of(terms)

    def _power(self, term: Term, at: tuple[Index, ...], context: Context) -> Term:
        """d(b**e) = e b**(e-1) db: e natural, or e whole and b != 0, or b > 0"""
        base, exponent = term.args
        require(self._variable not in exponent.names, "the variable is in the exponent", term)
        value = rational(exponent)
        if natural_number(exponent) is None:
            known = self._premises.under(context)
            safe = known.nonzero if isinstance(value, int) else known.positive
            require(base in safe, "base not shown nonzero or positive", base)
        slope = self.of(base, at, context)
        assert slope is not None, "the variable is in the base, for it is not in the exponent"
        if value == 0:
            return number(0)
        lowered = add(exponent, MINUS_ONE) if value is None else number(value - 1)
        return multiply(exponent, power(base, lowered), slope)

    def _apply(self, term: Term, at: tuple[Index, ...], context: Context) -> Term:
        """d f(u) = f'(u) du; log asks for u > 0"""
        function, argument = term.args
        require(function in FUNCTIONS, "no derivative rule for this function", term)
        if function in OF_POSITIVE:
            known = self._premises.under(context)
            require(argument in known.positive, "argument not shown positive", argument)
        slope = self.of(argument, at, context)
        assert slope is not None, "the variable is in the argument"
        return multiply(FUNCTIONS[function](argument), slope)

    def _sum(self, term: Term, at: tuple[Index, ...], context: Context) -> Term:
        """d sum_k a(k) = sum_k da(k)"""
        size_name, body = term.args
        inner = tuple(shift_index(index, 1) for index in at)
        slope = self.of(body, inner, (size_name, *context))
        assert slope is not None, "the variable is in the body"
        return sum_over(size_name, slope)

    def _where(self, term: Term, at: tuple[Index, ...], context: Context) -> Term:
        """d where(a < b, c) = where(a < b, dc), away from the kink a = b where a or b moves.

        Both sides have derivatives, so that they are continuous, and which is larger stays.
        """
        relation, left, right, body = term.args
        if self._variable in left.names | right.names:
            apart = add(right, negate(left))
            known = self._premises.under(context)
            require(apart in known.nonzero, "not shown to be away from the kink", apart)
            for side in (left, right):
                self.of(side, at, context)
        slope = self.of(body, at, context)
        return where(relation, left, right, ZERO if slope is None else slope)
