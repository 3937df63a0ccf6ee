"""The rules of inference. Nothing else in the project makes a judgement.

Every rule is a method with the arguments that a line of a proof gives it; the premises are what
``Known`` knows. It returns a judgement or refuses. Its formula comes first in its docstring; it is
true on its own, whoever applies it and why. "Under the context" is left unsaid: the formulas hold
for all values of the open bound indices. A rule that takes no context works under that of its
premises.
"""

from __future__ import annotations

from functools import partial
from itertools import count

from . import judgement as j
from . import terms as t
from .calculus import slope
from .errors import Refused, require
from .judgement import SIGNS, Context, Derivative, Equation, Fact, Guard, Judgement, gap
from .known import Known
from .polynomial import Evaluation, plus, vanishes
from .prenex import prenex
from .terms import ONE, RELATIONS, ZERO, Index, Indices, Name, Natural, Naturals, Term


class Rules(Known):
    """The rules, as methods of what is known; a public method is a rule."""

    def _equal(self, left: Term, right: Term) -> Judgement:
        self.require_defined(left, right)
        return Judgement(self.context, Equation(left, right))

    # ---- equality ------------------------------------------------------------------------------

    def field(self, context: Context, left: Term, right: Term) -> Judgement:
        """a = b, an identity of rational functions over atoms, modulo the premises' equations.

        Bases of negative powers have to be shown nonzero, bases of roots and of symbolic powers and
        arguments of logarithms positive, whether or not they cancel.
        """
        if left is right:
            return self._equal(left, right)
        value = Evaluation(self).of
        require(vanishes(plus(value(left), value(right), -1)), "not an identity", left, right)
        return Judgement(context, Equation(left, right))

    def power_product(self, context: Context, term: Term) -> Judgement:
        """(b1**e1 b2**e2 ..)**c = b1**(e1 c) b2**(e2 c) .. for b > 0, where exp(a)**c = exp(a c)"""
        require(term.kind == "power", "takes a power", term)
        product, c = term.args
        parts = [
            t.apply("exp", t.multiply(b.args[1], e, c))
            if t.is_applied("exp", b)
            else t.power(b, t.multiply(e, c))
            for b, e in _bases(product)
        ]
        return self._equal(term, t.multiply(*parts))

    def log_product(self, context: Context, term: Term) -> Judgement:
        """log(b1**e1 * b2**e2 * ..) = e1 log(b1) + e2 log(b2) + .. for b > 0; log(exp a) = a"""
        require(t.is_applied("log", term), "takes a log", term)
        logarithms = [
            t.multiply(e, b.args[1] if t.is_applied("exp", b) else t.apply("log", b))
            for b, e in _bases(term.args[1])
        ]
        return self._equal(term, t.add(*logarithms))

    def exp_log(self, context: Context, term: Term) -> Judgement:
        """exp(c log(b)) = b**c, for b > 0"""
        require(t.is_applied("exp", term), "takes an exponential", term)
        *scale, logarithm = _parts("multiply", term.args[1]) or term.args[1:]
        require(t.is_applied("log", logarithm), "no log last", term)
        return self._equal(term, t.power(logarithm.args[1], t.product_of(scale)))

    def parity(self, context: Context, term: Term) -> Judgement:
        """sin(a) = -sin(-a), cos(a) = cos(-a), erf(a) = -erf(-a)"""
        require(term.kind == "apply" and term.args[0] in _TURNED, "neither odd nor even", term)
        function, a = term.args
        turned = t.apply(function, t.negate(a))
        return self._equal(term, t.multiply(_TURNED[function], turned))

    def hypothesis(self, which: Natural, context: Context, at: Indices) -> Judgement:
        """A stated hypothesis, for indices within the sizes it speaks of (the innermost first)"""
        require(which < len(self.declarations.hypotheses), "no such hypothesis", which)
        stated = self.declarations.hypotheses[which]
        self.declarations.require_below(context, at, stated.context)
        return Judgement(context, stated.instance(at))

    def assumed(self, context: Context) -> Judgement:
        """Under the guard a = b, a < b, a <= b or a != b: a = b, b - a > 0, >= 0 or != 0"""
        if not context or isinstance(context[0], str):
            raise Refused("not under a guard", *context)
        return Judgement(context, j.assumed(context[0]))

    # ---- sums and Kronecker's delta --------------------------------------------------------------

    def linear(self) -> Judgement:
        """a = u + v + .. under a binder or a guard gives sum a = sum u + sum v + .., or
        where(b < c, a) = where(b < c, u) + where(b < c, v) + .., for b and c that have values
        """
        facts = [Fact] * (len(self.premises) - 1)
        (left, right), *_ = self.take(Equation, *facts)
        require(self.context, "takes an equation under a binder or a guard")
        entry, *outer = self.context
        close = partial(t.sum_over, entry) if isinstance(entry, str) else partial(t.where, *entry)
        outside = Known(self.declarations, self.premises, tuple(outer))
        outside.require_defined(*close(ONE).parts[:-1])
        total = t.sum_of([close(part) for part in _parts("add", right)])
        return Judgement(tuple(outer), Equation(close(left), total))

    def fubini(self, context: Context, left: Term, right: Term, matching: Naturals) -> Judgement:
        """Two products of nested sums of products that are the same bag of factors are equal.

        ``matching`` names, for each binder of the right side in turn, the binder of the left that
        it stands for. It covers scaling, merging and exchanging sums, and the sum of a constant.
        """
        require(left is not right, "changes nothing", left)
        require(len(set(matching)) == len(matching), "a binder matched twice", matching)
        one = prenex(left, (f"#{place}" for place in count()))
        other = prenex(right, (f"#{place}" for place in matching))
        require(one == other, "not the same bag of factors", left, right)
        return self._equal(left, right)

    def sift(self, context: Context, total: Term, at: Index) -> Judgement:
        """sum_k delta(k, i) f(k) = delta(i, i) f(i), for i within the range of k"""
        require(total.kind == "sum", "takes a sum", total)
        below, body = total.args
        self.declarations.require_below(context, (at,), (below,))
        inside = t.shift(at, 1)
        deltas = {t.delta(0, inside), t.delta(inside, 0)}
        require(deltas.intersection(_parts("multiply", body)), "no such delta there", total)
        return self._equal(total, t.instantiate(body, at))

    def sift_place(self, context: Context, below: Name, place: Term) -> Judgement:
        """sum_k where(k = e, 1) = where(-1 < e, where(e < n, 1)), for a whole number e"""
        require(_is_whole(place), "not shown to be whole", place)
        body = t.where("=", t.position(0), t.shift(place, 1), ONE)
        within = t.where("<", place, t.size(below), ONE)
        return self._equal(t.sum_over(below, body), t.where("<", t.MINUS_ONE, place, within))

    def delta_move(self, context: Context, body: Term, one: Index, other: Index) -> Judgement:
        """delta(i, j) f(i) = delta(i, j) f(j), where the body is delta(i, j) f(k) for a new k"""
        left, right = t.instantiate(body, one), t.instantiate(body, other)
        deltas = {t.delta(one, other), t.delta(other, one)}
        stay = deltas.intersection(_parts("multiply", left), _parts("multiply", right))
        require(stay, "no such delta there", left, right)
        return self._equal(left, right)

    # ---- guards ----------------------------------------------------------------------------------

    def guard_factor(self, context: Context, term: Term, factor: Term) -> Judgement:
        """where(a < b, c * d) = where(a < b, c) * d, where d has a value"""
        guard, body = _guard(term)
        inside = factor if body is ONE else t.multiply(body, factor)
        return self._equal(t.where(*guard, inside), t.multiply(term, factor))

    def guard_complement(self, context: Context, term: Term) -> Judgement:
        """where(a <= b, c) = c - where(b < a, c), where(a != b, c) = c - where(b = a, c), ..."""
        (relation, left, right), body = _guard(term)
        otherwise = t.where(OPPOSITE[relation], right, left, body)
        return self._equal(term, t.add(body, t.negate(otherwise)))

    def guard_equal(self, context: Context, term: Term, other: Term) -> Judgement:
        """b - a = b' - a' gives where(a < b, c) = where(a' < b', c), with <= for < where a != b"""
        ((relation, *sides), body), ((same, *others), its_body) = _guard(term), _guard(other)
        left_out = RELATIONS[relation] ^ RELATIONS[same]
        alike = body is its_body and not left_out & self._signs_apart(*sides)
        require(alike, "more than the sides differs", term, other)
        equal = self.equal.get(gap(*sides))
        require(equal is gap(*others), "the differences are not shown equal", term, other)
        return self._equal(term, other)

    def guard_decided(self, context: Context, term: Term) -> Judgement:
        """where(a < b, c) = c given b - a > 0, and 0 given a - b >= 0; likewise for <=, = and !="""
        (relation, *sides), body = _guard(term)
        holds = {sign in RELATIONS[relation] for sign in self._signs_apart(*sides)}
        require(len(holds) == 1, "neither shown nor refuted", term)
        value = body if True in holds else ZERO
        self.require_defined(*sides, value)
        return Judgement(context, Equation(term, value))

    def guard_delta(self, context: Context, one: Index, other: Index) -> Judgement:
        """where(i = j, 1) = delta(i, j), for indices i and j, whatever they run below"""
        alike = t.where("=", t.position(one), t.position(other), ONE)
        return self._equal(alike, t.delta(one, other))

    def guard_strict(self, context: Context, term: Term) -> Judgement:
        """where(a < b, c) = where(a <= b, c) - where(a = b, c)"""
        (relation, *sides), body = _guard(term)
        require(relation == "<", "takes a guard by <", term)
        tied = t.where("=", *sides, body)
        return self._equal(term, t.add(t.where("<=", *sides, body), t.negate(tied)))

    def guard_whole(self, context: Context, term: Term) -> Judgement:
        """where(a < b, c) = where(a + 1 <= b, c), for whole numbers a and b"""
        (relation, left, right), body = _guard(term)
        require(relation == "<", "takes a guard by <", term)
        require(_is_whole(left) and _is_whole(right), "not shown to be whole", left, right)
        return self._equal(term, t.where("<=", t.add(left, ONE), right, body))

    def guard_turned(self, context: Context, term: Term) -> Judgement:
        """where(a = b, c) = where(b = a, c), where(a != b, c) = where(b != a, c)"""
        (relation, left, right), body = _guard(term)
        require(relation in ("=", "!="), "takes a guard by = or !=", term)
        return self._equal(term, t.where(relation, right, left, body))

    def _signs_apart(self, left: Term, right: Term) -> set[int]:
        """The signs that right - left may have."""
        behind = {-sign for sign in self.signs(gap(right, left))}
        return {0} if left is right else behind & self.signs(gap(left, right))

    # ---- facts -----------------------------------------------------------------------------------

    def sign(self, context: Context, term: Term) -> Judgement:
        """t > 0, t >= 0 or t != 0, read off its structure and the premises"""
        self.require_defined(term)
        return Judgement(context, _fact(term, self.signs(term)))

    def sign_by_cases(self, context: Context, guard: Guard, term: Term) -> Judgement:
        """t > 0, t >= 0 or t != 0 where a < b and where b <= a, for a and b that have values"""
        relation, left, right = guard
        self.declarations.check((guard, *context), Fact("defined", term))
        self.require_defined(left, right)
        signs: set[int] = set()
        for case in (guard, (OPPOSITE[relation], right, left)):
            self.under(case).require_defined(term)
            signs |= self.under(case).signs(term)
        return Judgement(context, _fact(term, signs))

    def index_below(self, context: Context, at: Index) -> Judgement:
        """n - i - 1 >= 0 for an index i that runs below n"""
        below = t.size(self.declarations.index_size(at, context))
        spare = t.add(below, t.negate(t.position(at)), t.MINUS_ONE)
        return Judgement(context, Fact("nonnegative", spare))

    def sum_positive(self, context: Context, total: Term, at: Index) -> Judgement:
        """a(k) >= 0 for every k and a(i) > 0 give sum_k a(k) > 0"""
        require(total.kind == "sum", "takes a sum", total)
        below, body = total.args
        self.declarations.require_below(context, (at,), (below,))
        self.require_defined(total)
        require(self.under(below).shows("nonnegative", body), "not shown >= 0", body)
        require(self.shows("positive", t.instantiate(body, at)), "not shown > 0 there", total)
        return Judgement(context, Fact("positive", total))

    # ---- derivatives -----------------------------------------------------------------------------

    def differentiate(self, context: Context, term: Term, variable: Name, at: Indices) -> Judgement:
        """d t / d v[i] by the formulas of ``calculus.py``; 0 where v does not occur in t"""
        self.declarations.check(context, Derivative(variable, at, term, ZERO))
        self.require_defined(term)
        value = slope(self, term, variable, at)
        return Judgement(context, Derivative(variable, at, term, value))

    def derivative_equal(self) -> Judgement:
        """da = b and b = c give da = c"""
        derivative, (left, right) = self.take(Derivative, Equation)
        require(derivative.value is left, "they do not meet", derivative.value, left)
        return Judgement(self.context, derivative._replace(value=right))

    def derivative_of_equal(self) -> Judgement:
        """a = b near the point and db = c give da = c

        The equation may not rest on a hypothesis that limits a variable that is differentiated by:
        from sum x = 1 it does not follow that the derivative of sum x is 0.
        """
        (left, right), derivative = self.take(Equation, Derivative)
        require(derivative.of is right, "they do not meet", right, derivative.of)
        self.require_free(0, derivative)
        return Judgement(self.context, derivative._replace(of=left))

    def differentiate_again(self) -> Judgement:
        """da/dv = b near the point and db/dw = c give d(da/dv)/dw = c

        The first may not rest on a hypothesis that limits w: given sum x = 1, the derivative of
        (sum x)**2 / 2 is 1, and its derivative is not that of 1.
        """
        first, second = self.take(Derivative, Derivative)
        require(first.value is second.of, "they do not meet", first.value, second.of)
        self.require_free(0, second)
        again = first._replace(value=second.value, then=(*first.then, *second.entries))
        return Judgement(self.context, again)


def _fact(term: Term, signs: set[int]) -> Fact:
    kind = next(kind for kind in SIGNS if signs <= SIGNS[kind])
    require(kind != "defined", "no sign shown", term)
    return Fact(kind, term)


def _parts(kind: str, term: Term) -> tuple[Term, ...]:
    return term.args if term.kind == kind else (term,)


def _bases(product: Term) -> list[tuple[Term, Term]]:
    """The factors of a product as bases and exponents."""
    factors = _parts("multiply", product)
    return [factor.args if factor.kind == "power" else (factor, ONE) for factor in factors]


def _guard(term: Term) -> tuple[Guard, Term]:
    require(term.kind == "where", "takes a guarded term", term)
    return term.args[:3], term.args[3]


def _is_whole(term: Term) -> bool:
    """Whether a term is a whole number, as it is written."""
    if term.kind in ("add", "multiply"):
        return all(map(_is_whole, term.parts))
    return term.kind in ("position", "size", "delta") or isinstance(t.rational(term), int)


_TURNED = {"sin": t.MINUS_ONE, "cos": ONE, "erf": t.MINUS_ONE}
OPPOSITE = {"<": "<=", "<=": "<", "=": "!=", "!=": "="}


# rule -> the shapes of its arguments: the names of their types
RULES = {
    name: tuple(infer.__annotations__.values())[:-1]
    for name, infer in vars(Rules).items()
    if not name.startswith("_")
}
