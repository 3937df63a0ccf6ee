"""What a term moves by when one element of a variable does: a rule for each kind of term."""

from __future__ import annotations

from collections.abc import Sequence

from derive.kernel.terms import (
    ONE,
    Index,
    Term,
    add,
    apply,
    multiply,
    natural_number,
    plain_indices,
    power,
    product_of,
    rational,
    where,
)

from .building import minus, over, plus, times
from .formulas import FORMULAS, by_subtraction, expm1, of_exponential, of_power
from .jumps import (
    Coincidences,
    Jumps,
    assembled,
    coinciding,
    moved_since,
    moves_where,
    over_places,
    scaled,
    through,
    total,
)
from .summation import summed_jumps

_OPPOSITE = {"<": ("<=", True), "<=": ("<", True), "=": ("!=", False), "!=": ("=", False)}


class Differencing:
    """The difference of terms, as x[at] moves by ``step``.

    Attributes
    ----------
    subtracted: the functions whose difference is taken as it stands, for want of a formula. Where
        the step is small, it cancels.
    """

    def __init__(self, variable: str, at: tuple[Index, ...], step: Term) -> None:
        self.subtracted: set[str] = set()
        self._variable, self._at, self._step = variable, at, step
        self._moved = frozenset(i for i in plain_indices(at) if isinstance(i, str))
        self._known: dict[Term, Jumps] = {}

    def difference(self, term: Term) -> Term:
        """The difference as one term, in which coincidences are deltas or guards."""
        return assembled(self.jumps(term))

    def jumps(self, term: Term) -> Jumps:
        """The difference, by coincidences."""
        if self._variable not in term.names:
            return {}
        if term not in self._known:
            self._known[term] = self._find(term)
        return self._known[term]

    def _find(self, term: Term) -> Jumps:
        args = term.args
        match term.kind:
            case "element":
                return self._element(args)
            case "add":
                return total(*map(self.jumps, args))
            case "multiply":
                return self._product(args)
            case "power":
                return self._power(*args)
            case "apply" if args[0] == "log":
                return self._logarithm(args[1])
            case "apply":
                return self._function(*args)
            case "sum":
                return self._sum(*args)
            case "where":
                return self._guarded(*args)
            case _:
                return {}

    def _element(self, args: tuple[str, tuple[Index, ...]]) -> Jumps:
        """x[k] moves by h where k = i"""
        if args[0] != self._variable:
            return {}
        return {coinciding(list(zip(args[1], self._at, strict=True))): self._step}

    def _product(self, factors: Sequence[Term]) -> Jumps:
        """(a + a')(b + b') - a b = a' b + (a + a') b', and so on for more factors.

        What has moved is written as a product again where it is one, so those factors come first.
        """
        fixed = [factor for factor in factors if not self.jumps(factor)]
        moving = [factor for factor in factors if self.jumps(factor)]
        moving.sort(key=_stays_a_product, reverse=True)

        def change(before: Coincidences | None, now: Coincidences) -> Term:
            parts = []
            for place, factor in enumerate(moving):
                ahead = [self._after(other, now) for other in moving[:place]]
                behind = [self._after(other, before) for other in moving[place + 1 :]]
                parts.append(times(*ahead, moved_since(self.jumps(factor), before, now), *behind))
            return plus(*parts)

        moved = over_places([self.jumps(factor) for factor in moving], change)
        return scaled(product_of(fixed), moved)

    def _after(self, term: Term, now: Coincidences | None) -> Term:
        """A term after it has moved; None for not at all."""
        moves = moves_where(self.jumps(term), now)
        if not moves:
            return term
        match term.kind:
            case "multiply":
                return times(*(self._after(factor, now) for factor in term.args))
            case "apply" if term.args[0] == "exp":
                move = plus(*moves_where(self.jumps(term.args[1]), now))
                return times(term, add(ONE, expm1(move)))
            case "power" if _stays_a_product(term):
                base, exponent = term.args
                relative = over(plus(*moves_where(self.jumps(base), now)), base)
                return times(term, power(add(ONE, relative), exponent))
            case _:
                return plus(term, *moves)

    def _power(self, base: Term, exponent: Term) -> Jumps:
        """u**p, and u**v = exp(v log u) where the exponent moves"""
        if not self.jumps(exponent):
            return through(lambda u, d: of_power(u[0], exponent, d[0]), [base], [self.jumps(base)])
        whole = multiply(exponent, apply("log", base))
        found = through(lambda u, d: of_exponential(u[0], d[0]), [whole], [self.jumps(whole)])
        return found

    def _logarithm(self, argument: Term) -> Jumps:
        """log moves by the sum of what the logarithms of the factors move by."""
        match argument.kind:
            case "multiply":
                return total(*(self._logarithm(factor) for factor in argument.args))
            case "power" if rational(argument.args[1]) is not None:
                return scaled(argument.args[1], self._logarithm(argument.args[0]))
            case "apply" if argument.args[0] == "exp":
                return self.jumps(argument.args[1])
            case _:
                return self._function("log", argument)

    def _function(self, name: str, argument: Term) -> Jumps:
        """f(u + d) - f(u)"""
        formula = FORMULAS.get(name)
        if formula is None:
            self.subtracted.add(name)
            return through(
                lambda u, d: by_subtraction(name, u[0], d[0]), [argument], [self.jumps(argument)]
            )
        return through(lambda u, d: formula(u[0], d[0]), [argument], [self.jumps(argument)])

    def _sum(self, size: str, body: Term) -> Jumps:
        """A sum moves by the sum of what its terms move by."""
        return summed_jumps(size, self.jumps(body), self._moved)

    def _guarded(self, relation: str, left: Term, right: Term, body: Term) -> Jumps:
        """[c] b moves by [c'][c] (b' - b) + [c'][not c] b' - [c][not c'] b"""
        sides = [left, right, body]
        moves = [self.jumps(side) for side in sides]
        if not moves[0] and not moves[1]:
            return {at: where(relation, left, right, move) for at, move in moves[2].items()}

        def change(u: Sequence[Term], d: Sequence[Term]) -> Term:
            new = [plus(side, move) for side, move in zip(u, d, strict=True)]
            inside = where(relation, *new[:2], where(relation, *u[:2], d[2]))
            entered = where(relation, *new[:2], _unless(relation, u[0], u[1], new[2]))
            left_behind = where(relation, *u[:2], _unless(relation, new[0], new[1], u[2]))
            return plus(inside, entered, minus(left_behind))

        return through(change, sides, moves)


def _stays_a_product(term: Term) -> bool:
    """Whether a term that has moved is the term times a factor: no sum has to be multiplied out."""
    match term.kind:
        case "multiply":
            return all(_stays_a_product(factor) for factor in term.args)
        case "apply":
            return bool(term.args[0] == "exp")
        case "power":
            return rational(term.args[1]) is not None and natural_number(term.args[1]) is None
        case _:
            return False


def _unless(relation: str, left: Term, right: Term, body: Term) -> Term:
    """The body where a relation does not hold."""
    opposite, swapped = _OPPOSITE[relation]
    return where(opposite, *((right, left) if swapped else (left, right)), body)
