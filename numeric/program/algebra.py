"""Sums and products of views, and the one cancellation that stability rests on: u - max u.

Nothing here rounds: coefficients are exact rationals. Sums keep the grouping that was written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from .views import Axis, Operand, View, build, leaf, sorted_views

Linear = Mapping[View, Fraction]  # a sum of views, each times its coefficient


def number(value: Fraction | int) -> View:
    """An exact rational."""
    return leaf("number", Fraction(value))


ONE, ZERO = number(1), number(0)


def value_of(view: View) -> Fraction | None:
    """The value of a number; None for any other view."""
    value: Fraction | None = view.array.parameters[0] if view.array.made == "number" else None
    return value


# ---- sums --------------------------------------------------------------------------------------


def merge(*sums: Linear) -> dict[View, Fraction]:
    """The sum of sums, with like terms put together."""
    total: dict[View, Fraction] = {}
    for part in sums:
        for view, coefficient in part.items():
            total[view] = total.get(view, Fraction(0)) + coefficient
    return {view: coefficient for view, coefficient in total.items() if coefficient}


def times(factor: Fraction | int, total: Linear) -> dict[View, Fraction]:
    """A sum times a number."""
    return merge({view: factor * coefficient for view, coefficient in total.items()})


def split(view: View) -> tuple[Fraction, View]:
    """A view as a number times a view."""
    value = value_of(view)
    if value is not None:
        return value, ONE
    if view.array.made == "linear" and len(view.operands) == 1:
        return view.array.parameters[0], view.operands[0]
    return Fraction(1), view


def linear(total: Linear) -> View:
    """A sum as one view, with every u - max u in it taken first."""
    split_parts = [(c, *split(view)) for part in settle(total) for view, c in part.items()]
    parts = merge(*({view: c * factor} for c, factor, view in split_parts))
    if ONE in parts:
        parts = merge({number(parts.pop(ONE)): Fraction(1)}, parts)
    return _one_view(parts)


def _one_view(parts: Linear) -> View:
    if not parts:
        return ZERO
    if len(parts) == 1:
        ((view, coefficient),) = parts.items()
        if coefficient == 1:
            return view
        if coefficient == -1 and view.array.made == "linear":
            return _one_view(times(-1, terms(view)))
    views = sorted_views(parts)
    return build("linear", views, *(parts[view] for view in views))


def terms(view: View) -> dict[View, Fraction]:
    """A view as the sum that it is, or as a single term; 0 has none."""
    if view == ZERO:
        return {}
    if view.array.made == "linear":
        return dict(zip(view.operands, view.array.parameters, strict=True))
    return {view: Fraction(1)}


# ---- u - max u ---------------------------------------------------------------------------------


def settle(total: Linear) -> tuple[dict[View, Fraction], dict[View, Fraction]]:
    """Every c * (u - max u) in a sum, as views u - max u with their c; and what is left.

    The view u - max u is never positive, and computed first it is exact or nearly so: u may be
    1e4, and what is left small.
    """
    pairs: dict[View, Fraction] = {}
    rest = dict(total)
    for largest in [view for view in total if view.array.made in ("amax", "maximum")]:
        operands = largest.array.operands
        found = [
            part
            for find in (_among, _gathered)
            for operand in operands
            if (part := find(operand, largest, rest))
        ]
        if found:
            part = max(found, key=lambda u: len(terms(u)))  # 0 is always there, so it comes last
            scale = -rest[largest]
            pairs = merge(pairs, {_below(part, largest): scale})
            rest = merge(rest, times(-scale, terms(part)), {largest: scale})
    for scaled in [view for view in rest if view.array.made == "product"]:
        pairs, rest = _settled_scaled(scaled, pairs, rest)
    return pairs, rest


def _settled_scaled(
    scaled: View, pairs: Linear, rest: Linear
) -> tuple[dict[View, Fraction], dict[View, Fraction]]:
    """The same with c * (a * u - a * max u) as a * (u - max u) with its c, for a factor a > 0."""
    scale = -rest.get(scaled, Fraction(0))
    factors = scaled.operands
    for largest in [factor for factor in factors if factor.array.made == "amax"]:
        others = [factor for factor in factors if factor != largest]
        parts = {_apart(view, others): view for view in rest if view != scaled}
        inner = {part: rest[view] for part, view in parts.items() if part is not None}
        ((operand, places),) = largest.array.operands
        part = _among((operand, places), largest, {**inner, largest: -scale})
        if part is not None and part in parts and scale:
            moved = product([*others, _below(part, largest)])
            rest = merge(rest, {parts[part]: -scale, scaled: scale})
            return merge(pairs, {moved: scale}), rest
    return dict(pairs), dict(rest)


def _apart(view: View, others: Sequence[View]) -> View | None:
    """u where a view is the product of u and the others; None where it is not."""
    _, factors = factored([view])
    left = [factor for factor in factors if factor not in others]
    return left[0] if len(left) == 1 and len(factors) == len(others) + 1 else None


def _below(part: View, largest: View) -> View:
    """u - max u"""
    if part == ZERO:
        return build("linear", [largest], Fraction(-1))
    return build("linear", [part, largest], Fraction(1), Fraction(-1))


def never_positive(total: Linear) -> bool:
    """Whether a sum is at most 0 because it is made of u - max u alone."""
    pairs, rest = settle(total)
    return not rest and all(coefficient > 0 for coefficient in pairs.values())


def _among(operand: Operand, largest: View, total: Linear) -> View | None:
    """The operand u of a maximum, where a sum has c * u beside -c * max u; None where it has not.

    0 is in every sum; but max(u, 0) by itself is left alone.
    """
    array, places = operand
    pattern = terms(View(array, places))  # its axes are places
    scale = -total.get(largest, Fraction(0))
    known = dict(enumerate(largest.axes))
    first = max(pattern, key=lambda u: len(u.axes), default=ZERO)  # the one that fixes all axes
    for view in total if pattern else [ZERO] * (scale > 0):
        at = known | dict(zip(first.axes, view.axes, strict=False))
        reached = view.array is first.array and known.items() <= at.items() and {*places} <= {*at}
        if reached and all(total.get(_at(u, at)) == scale * c for u, c in pattern.items()):
            return _at(View(array, places), at)
    return None


def _gathered(operand: Operand, largest: View, total: Linear) -> View | None:
    """An entry x[b, t[b]] of the input whose maximum over k, max_k x[b, k], is beside it."""
    array, places = operand
    rank = len(largest.axes)
    for view, coefficient in total.items() if array.made == "input" else ():
        if view.array.made != "gather" or view.array.parameters != array.parameters:
            continue
        rows = [(p, index) for p, index in zip(places, view.operands, strict=True) if p < rank]
        here = all(i.array.made == "range" and i.axes == (largest.axes[p],) for p, i in rows)
        if here and coefficient == -total.get(largest, Fraction(0)):
            return view
    return None


def _at(view: View, at: Mapping[Axis, Axis]) -> View:
    return View(view.array, tuple(at[axis] for axis in view.axes))


# ---- products ----------------------------------------------------------------------------------


def product(views: Iterable[View]) -> View:
    """The product of views, flattened, with the numbers in front."""
    scale, factors = factored(views)
    if not factors:
        return number(scale)
    whole = factors[0] if len(factors) == 1 else build("product", sorted_views(factors))
    return linear({whole: scale})


def factored(views: Iterable[View]) -> tuple[Fraction, list[View]]:
    """A product as a number and the factors that are none."""
    scale = Fraction(1)
    factors: list[View] = []
    for view in views:
        coefficient, rest = split(view)
        scale *= coefficient
        if rest.array.made == "product":
            factors += rest.operands
        elif rest != ONE:
            factors.append(rest)
    return scale, factors


def reciprocal(view: View) -> View:
    """1 / view."""
    scale, factors = factored([view])
    if not scale:
        return build("reciprocal", [view])
    return product([number(1 / scale), *(_inverse(factor) for factor in factors)])


def _inverse(factor: View) -> View:
    (inner,) = factor.operands if factor.array.made == "reciprocal" else (None,)
    return inner or build("reciprocal", [factor])


def power(base: View, exponent: int) -> View:
    """base ** exponent, for a whole exponent."""
    if exponent < 0:
        return reciprocal(power(base, -exponent))
    value = value_of(base)
    if exponent == 0 or value is not None:
        return number(value**exponent if value is not None else 1)
    return base if exponent == 1 else build("power", [base], exponent)


def exponential(total: Linear) -> View:
    """exp of a sum; exp(u - max u) is a factor by itself where nothing else is in the sum."""
    if not total:
        return ONE
    if not never_positive(total):
        return build("exp", [linear(total)])
    return product(_exponential(view, c) for view, c in settle(total)[0].items())


def _exponential(view: View, coefficient: Fraction) -> View:
    if coefficient.denominator == 1:
        return power(build("exp", [view]), coefficient.numerator)
    return build("exp", [linear({view: coefficient})])
