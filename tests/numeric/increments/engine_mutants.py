"""Wrong engines: each makes one mistake that a person makes when writing such a calculus.

All but the sign are right as the step goes to 0, or nearly so: a comparison of slopes would pass
them, and the identity at h = 1/2 does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from derive.kernel.terms import ONE, apply, number, size, where
from numeric.increments import formulas, jumps, rules, summation
from numeric.increments.building import minus, over, raised, times
from numeric.increments.jumps import EVERYWHERE


class Patch(NamedTuple):
    """What is put in the place of a name in a module or a class."""

    owner: Any
    name: str
    value: Any


def _formula(name: str, wrong: Any) -> Patch:
    return Patch(rules, "FORMULAS", {**formulas.FORMULAS, name: wrong})


def _linear_power(r: Any, exponent: Fraction) -> Any:
    return times(number(exponent), r)


def _only_reciprocals_linear(r: Any, exponent: Fraction) -> Any:
    right = formulas.of_natural_power(ONE, exponent.numerator, r)
    return minus(r) if exponent == -1 else right if exponent > 0 else _linear_power(r, exponent)


def _square_without_its_square(u: Any, exponent: int, d: Any) -> Any:
    return times(number(exponent), raised(u, exponent - 1), d)


def _sine_from_its_start(u: Any, d: Any) -> Any:
    return times(number(2), apply("cos", u), apply("sin", times(number(1, 2), d)))


def _not_after(self: Any, term: Any, now: Any) -> Any:
    return term


def _last_place_only(moves: Any, change: Any) -> Any:
    found = _OVER_PLACES(moves, change)
    strongest = max(found, key=len)
    return {strongest: found[strongest]}


def _dense_part_twice(moves: Any, change: Any) -> Any:
    return _OVER_PLACES(moves, lambda _, now: change(None, now))


def _nothing_sifted(size_name: str, at: Any, move: Any, moved: Any) -> Any:
    return {EVERYWHERE: _SUMMED(size_name, move, moved)}


def _sum_kept(size_name: str, at: Any, move: Any, moved: Any) -> Any:
    found = _SUMMED_JUMP(size_name, at, move, moved)
    kept = [times(size(size_name), term) if at else term for term in found.values()]
    return dict(zip(found, kept, strict=True))


def _constant_counted_once(size_name: str, body: Any, moved: Any) -> Any:
    right = _SUMMED(size_name, body, moved)
    return right if 0 in body.indices else summation.shift(body, -1)


def _moves_backwards(self: Any, args: Any) -> Any:
    return {at: minus(move) for at, move in _ELEMENT(self, args).items()}


def _moves_everywhere(self: Any, args: Any) -> Any:
    return dict.fromkeys([EVERYWHERE] * len(_ELEMENT(self, args)), self._step)


def _guard_as_before(
    self: Any, relation: str, left: Any, right: Any, body: Any
) -> Mapping[Any, Any]:
    moves = self.jumps(body)
    return {at: where(relation, left, right, move) for at, move in moves.items()}


def _unless_not_swapped(relation: str, left: Any, right: Any, body: Any) -> Any:
    return where({"<": "<=", "<=": "<"}.get(relation, relation), left, right, body)


_OVER_PLACES, _SUMMED, _SUMMED_JUMP = jumps.over_places, summation.summed, summation._summed_jump
_ELEMENT = rules.Differencing._element

MUTANTS: Mapping[str, tuple[Patch, ...]] = {
    "exp linearised: exp(u) d": (_formula("exp", lambda u, d: times(apply("exp", u), d)),),
    "exp without its factor: expm1(d)": (_formula("exp", lambda u, d: formulas.expm1(d)),),
    "log linearised: d/u": (_formula("log", lambda u, d: over(d, u)),),
    "reciprocal linearised: -d/u**2": (
        Patch(formulas, "relative_power", _only_reciprocals_linear),
    ),
    "square without d**2": (Patch(formulas, "of_natural_power", _square_without_its_square),),
    "every power linearised: p u**(p-1) d": (Patch(formulas, "relative_power", _linear_power),),
    "product without a' b'": (Patch(rules.Differencing, "_after", _not_after),),
    "dense part dropped": (
        Patch(rules, "over_places", _last_place_only),
        Patch(jumps, "over_places", _last_place_only),
    ),
    "dense part counted again in the jump": (
        Patch(jumps, "over_places", _dense_part_twice),
        Patch(rules, "over_places", _dense_part_twice),
    ),
    "sift forgotten: every term of the sum moves": (
        Patch(summation, "_summed_jump", _nothing_sifted),
    ),
    "sum kept after the sift": (Patch(summation, "_summed_jump", _sum_kept),),
    "sum of a constant without its n": (Patch(summation, "summed", _constant_counted_once),),
    "the element moves backwards": (Patch(rules.Differencing, "_element", _moves_backwards),),
    "every element moves": (Patch(rules.Differencing, "_element", _moves_everywhere),),
    "sine with the slope at its start": (_formula("sin", _sine_from_its_start),),
    "a guard does not move": (Patch(rules.Differencing, "_guarded", _guard_as_before),),
    "the opposite of < is <=, sides not swapped": (Patch(rules, "_unless", _unless_not_swapped),),
}
