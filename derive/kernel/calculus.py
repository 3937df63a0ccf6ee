"""The derivative of each kind of term: one formula, one case."""

from __future__ import annotations

from collections.abc import Callable

from . import terms as t
from .errors import Refused, require
from .judgement import gap
from .known import Known
from .terms import MINUS_ONE, ZERO, Indices, Term

_GAUSS = t.multiply(t.number(2), t.power(t.constant("pi"), t.number(-1, 2)))  # 2 / sqrt(pi)

# f -> f', for every named function that the kernel can differentiate.
FUNCTIONS: dict[str, Callable[[Term], Term]] = {
    "exp": lambda u: t.apply("exp", u),
    "log": lambda u: t.power(u, MINUS_ONE),
    "sin": lambda u: t.apply("cos", u),
    "cos": lambda u: t.negate(t.apply("sin", u)),
    "erf": lambda u: t.multiply(_GAUSS, t.apply("exp", t.negate(t.power(u, t.number(2))))),
    "lgamma": lambda u: t.apply("digamma", u),
}


def slope(known: Known, term: Term, variable: str, at: Indices) -> Term:
    """d t / d v[i], and 0 where v does not occur in t.

    ::

        d x[j, ..] / d x[i, ..] = delta(j, i) * ..    d b**e = e b**(e-1) db + b**e log(b) de
        d (a + b + ..) = da + db + ..                 d f(u) = f'(u) du
        d (a b ..) = da b .. + a db .. + ..           d sum_k a(k) = sum_k da(k)
        d where(a < b, c) = where(a < b, dc), with a != b where v occurs in a or b

    What a base or an argument needs (to be nonzero or positive), and a != b, it needs at the point
    alone: what is differentiable there is continuous, so the same holds nearby.
    """
    if variable not in term.names:
        return ZERO
    args = term.args

    def d(part: Term) -> Term:
        return slope(known, part, variable, at)

    match term.kind:
        case "element":
            return t.product_of([t.delta(j, i) for j, i in zip(args[1], at, strict=True)])
        case "add":
            return t.sum_of([d(part) for part in args if variable in part.names])
        case "multiply":
            require(len(args) * term.nodes <= t.MOST_NODES, "too many factors", term)
            moving = [k for k, part in enumerate(args) if variable in part.names]
            return t.sum_of([t.multiply(*args[:k], d(args[k]), *args[k + 1 :]) for k in moving])
        case "power":
            known.require_safe(term)
            parts = [_slope_of_power(args[0], args[1], d(args[0]))]
            if variable in args[1].names:
                parts.append(t.multiply(term, t.apply("log", args[0]), d(args[1])))
            return t.sum_of(parts)
        case "apply":
            known.require_safe(term)
            require(args[0] in FUNCTIONS, "no derivative rule for this function", term)
            return t.multiply(FUNCTIONS[args[0]](args[1]), d(args[1]))
        case "sum":
            inner = slope(known.inside(term), args[1], variable, t.shift(at, 1))
            return t.sum_over(args[0], inner)
        case "where":
            relation, left, right, body = args
            if variable in left.names | right.names:
                apart = gap(left, right)
                require(known.shows("nonzero", apart), "not shown to be away from the kink", apart)
                d(left)  # refuses where a side may jump over the other
                d(right)
            inner = slope(known.inside(term), body, variable, at)
            return t.where(relation, left, right, inner)
    raise Refused("no derivative rule for this", term)


def _slope_of_power(base: Term, exponent: Term, inner: Term) -> Term:
    """d b**e = e b**(e-1) db, and d b**0 = 0"""
    value = t.rational(exponent)
    if value == 0:
        return ZERO
    lowered = t.add(exponent, MINUS_ONE) if value is None else t.number(value - 1)
    return t.multiply(exponent, t.power(base, lowered), inner)
