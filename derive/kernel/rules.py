"""The rules of inference. Nothing else in the project makes a judgement.

Every rule takes its premises and its arguments, and returns a judgement or refuses. Its formula
comes first in its docstring; it is true on its own, whoever applies it and why. "Under the context"
is left unsaid: the formulas hold for all values of the open bound indices.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import NamedTuple

from .calculus import Differentiation
from .errors import Refused, require
from .field import Evaluation, cleared
from .judgement import Context, Derivative, Equation, Fact, Judgement, terms_of
from .known import Premises
from .polynomial import plus
from .prenex import prenex
from .terms import (
    ONE,
    ZERO,
    Index,
    Term,
    add,
    apply,
    instantiate,
    multiply,
    negate,
    plain_indices,
    position,
    power,
    product_of,
    rational,
    replace_index,
    shift_index,
    show_index,
    sum_over,
    where,
)


class Rule(NamedTuple):
    """A rule of inference and the shapes of its arguments."""

    shapes: tuple[str, ...]
    infer: Callable[..., Judgement]


RULES: dict[str, Rule] = {}


def rule(*shapes: str) -> Callable[[Callable[..., Judgement]], Callable[..., Judgement]]:
    """Register a rule by its function's name, with the shapes of its arguments.

    Shapes: "context", "term", "natural", "naturals", "indices" and "name"; ``proof.py`` checks
    every argument against them before the rule sees it.
    """

    def register(infer: Callable[..., Judgement]) -> Callable[..., Judgement]:
        RULES[infer.__name__] = Rule(shapes, infer)
        return infer

    return register


# ---- equality ----------------------------------------------------------------------------------


@rule("context", "term")
def reflexive(premises: Premises, context: Context, term: Term) -> Judgement:
    """a = a"""
    premises.require_defined(context, term)
    return Judgement(context, Equation(term, term))


@rule("context", "term", "term")
def field(premises: Premises, context: Context, left: Term, right: Term) -> Judgement:
    """a = b, an identity of rational functions over atoms, modulo the premises' equations.

    Bases of negative powers have to be shown nonzero, bases of roots and of symbolic powers and
    arguments of logarithms positive, whether or not they cancel.
    """
    require(left is not right or premises.judgements, "changes nothing", left)
    value = Evaluation(premises, context).of
    require(not cleared(plus(value(left), value(right), -1)), "not an identity", left, right)
    return Judgement(context, Equation(left, right))


@rule("context", "name", "term", "term")
def congruence(
    premises: Premises, context: Context, function: str, left: Term, right: Term
) -> Judgement:
    """a = b gives f(a) = f(b)"""
    equal = premises.under(context).equal
    require(equal.get(left) is right, "not shown equal", left, right)
    return _both_defined(premises, context, apply(function, left), apply(function, right))


@rule("context", "term")
def power_product(premises: Premises, context: Context, term: Term) -> Judgement:
    """(b1**e1 * b2**e2 * ..)**c = b1**(e1 c) * b2**(e2 c) * .. for b > 0; exp(a)**c = exp(a c)"""
    require(term.kind == "power", "takes a power", term)
    product, outer = term.args
    parts = [
        apply("exp", multiply(base.args[1], exponent, outer))
        if _is_exp(base)
        else power(base, multiply(exponent, outer))
        for base, exponent in _positive_factors(premises, context, product)
    ]
    premises.require_defined(context, outer)
    return Judgement(context, Equation(term, multiply(*parts)))


@rule("context", "term")
def exp_log(premises: Premises, context: Context, exponential: Term) -> Judgement:
    """exp(log(b)) = b and exp(c log(b)) = b**c, for b > 0"""
    require(_is_exp(exponential), "takes an exponential", exponential)
    (_, argument) = exponential.args
    *scale, logarithm = argument.args if argument.kind == "multiply" else (argument,)
    require(logarithm.kind == "apply" and logarithm.args[0] == "log", "no log last", argument)
    base = logarithm.args[1]
    result = power(base, product_of(scale)) if scale else base
    premises.require_defined(context, exponential)
    return Judgement(context, Equation(exponential, result))


@rule("context", "term")
def log_product(premises: Premises, context: Context, logarithm: Term) -> Judgement:
    """log(b1**e1 * b2**e2 * ..) = e1 log(b1) + e2 log(b2) + .. for b > 0, where log(exp a) = a"""
    require(logarithm.kind == "apply" and logarithm.args[0] == "log", "takes a log", logarithm)
    (_, argument) = logarithm.args
    parts = [
        multiply(exponent, base.args[1] if _is_exp(base) else apply("log", base))
        for base, exponent in _positive_factors(premises, context, argument)
    ]
    return Judgement(context, Equation(logarithm, add(*parts)))


def _positive_factors(
    premises: Premises, context: Context, product: Term
) -> list[tuple[Term, Term]]:
    """The bases and exponents of a product whose every base is shown positive."""
    known = premises.under(context)
    found = []
    for factor in product.args if product.kind == "multiply" else (product,):
        base, exponent = factor.args if factor.kind == "power" else (factor, ONE)
        value = rational(base)
        positive = _is_exp(base) or (value is not None and value > 0) or base in known.positive
        require(positive, "a base not shown positive", base)
        premises.require_defined(context, base, exponent)
        found.append((base, exponent))
    return found


def _is_exp(term: Term) -> bool:
    return term.kind == "apply" and bool(term.args[0] == "exp")


@rule("natural", "context", "indices")
def hypothesis(
    premises: Premises, which: int, context: Context, at: tuple[Index, ...]
) -> Judgement:
    """A stated hypothesis, for indices within the sizes it speaks of (the innermost first)"""
    declarations = premises.declarations
    require(which < len(declarations.hypotheses), "no such hypothesis", which)
    stated = declarations.hypotheses[which]
    require(len(at) == len(stated.context), "takes an index for each size", *stated.context)
    for index, below in zip(at, stated.context, strict=True):
        declarations.check_term(context, position(index))
        reached = declarations.index_size(index, context)
        require(reached == below, f"{show_index(index)} runs below {reached}, not below {below}")
    return Judgement(context, stated.instance(at))


# ---- sums --------------------------------------------------------------------------------------


@rule()
def sum_linear(premises: Premises) -> Judgement:
    """a = u + v + .. under the binder gives sum a = sum u + sum v + .."""
    context, conclusion = premises.the_only()
    require(isinstance(conclusion, Equation) and context, "takes an equation under a binder")
    left, right = terms_of(conclusion)
    below, outer = context[0], context[1:]
    parts = right.args if right.kind == "add" else (right,)
    total = add(*[sum_over(below, part) for part in parts])
    split = total if right.kind == "add" else total.args[0]
    return Judgement(outer, Equation(sum_over(below, left), split))


@rule("context", "term", "term", "naturals")
def fubini(
    premises: Premises, context: Context, left: Term, right: Term, matching: tuple[int, ...]
) -> Judgement:
    """Two products of nested sums of products that are the same bag of factors are equal.

    ``matching`` names, for each binder of the right side in turn, the binder of the left that it
    stands for. It covers scaling, merging and exchanging sums, and the sum of a constant.
    """
    require(left is not right, "changes nothing", left)
    require(len(set(matching)) == len(matching), "a binder matched twice", matching)
    one = prenex(left, (f"#{place}" for place in count()))
    other = prenex(right, (f"#{place}" for place in matching))
    require(one == other, "not the same bag of factors", left, right)
    return _both_defined(premises, context, left, right)


# ---- Kronecker's delta -------------------------------------------------------------------------


@rule("context", "term", "natural")
def sift(premises: Premises, context: Context, total: Term, place: int) -> Judgement:
    """sum_k delta(k, i) f(k) = f(i), for i within the range of k; delta is factor ``place``"""
    require(total.kind == "sum", "takes a sum", total)
    below, body = total.args
    factors = body.args if body.kind == "multiply" else (body,)
    require(place < len(factors) and factors[place].kind == "delta", "no delta there", total)
    premises.declarations.check_term(context, total)
    ends = factors[place].args
    require(0 in ends, "the delta has not the bound index", total)
    other = ends[1] if ends[0] == 0 else ends[0]
    require(
        0 not in plain_indices((other,)), "the delta's other index depends on the bound one", total
    )
    at = shift_index(other, -1)
    reached = premises.declarations.index_size(at, context)
    require(reached == below, f"the index runs below {reached}, the sum below {below}", total)
    kept = [instantiate(f, at) for k, f in enumerate(factors) if k != place]
    return _both_defined(premises, context, total, product_of(kept))


@rule("context", "term", "natural", "natural")
def delta_move(
    premises: Premises, context: Context, product: Term, place: int, kept: int
) -> Judgement:
    """delta(i, j) f(j) = delta(i, j) f(i); ``kept`` (0 or 1) says which index stays"""
    require(product.kind == "multiply" and place < len(product.args), "takes a product", product)
    factor = product.args[place]
    require(factor.kind == "delta" and kept < 2, "no delta there", product)
    new, old = factor.args[kept], factor.args[1 - kept]
    factors = [
        part if k == place else replace_index(part, old, new) for k, part in enumerate(product.args)
    ]
    return _both_defined(premises, context, product, multiply(*factors))


@rule("context", "term")
def delta_same(premises: Premises, context: Context, term: Term) -> Judgement:
    """delta(i, i) = 1"""
    require(term.kind == "delta" and term.args[0] == term.args[1], "takes delta(i, i)", term)
    return Judgement(context, Equation(term, ONE))


# ---- guards ------------------------------------------------------------------------------------


@rule("context", "term")
def guard_factor(premises: Premises, context: Context, guarded: Term) -> Judgement:
    """where(a < b, c) = where(a < b, 1) * c, where c has a value"""
    relation, left, right, body = _guard(guarded)
    split = multiply(where(relation, left, right, ONE), body)
    return _both_defined(premises, context, guarded, split)


@rule("context", "term")
def guard_complement(premises: Premises, context: Context, guarded: Term) -> Judgement:
    """where(a <= b, c) = c - where(b < a, c), where(a != b, c) = c - where(a = b, c), ..."""
    relation, left, right, body = _guard(guarded)
    sides = (left, right) if relation in ("=", "!=") else (right, left)
    other = where(_OPPOSITE[relation], *sides, body)
    return _both_defined(premises, context, guarded, add(body, negate(other)))


@rule("context", "term", "term")
def guard_equal(premises: Premises, context: Context, guarded: Term, other: Term) -> Judgement:
    """b - a = b' - a' gives where(a < b, c) = where(a' < b', c)"""
    relation, left, right, body = _guard(guarded)
    relation_, left_, right_, body_ = _guard(other)
    require((relation, body) == (relation_, body_), "more than the sides differs", guarded, other)
    apart, apart_ = add(right, negate(left)), add(right_, negate(left_))
    equal = premises.under(context).equal
    require(equal.get(apart) is apart_, "not shown equal", apart, apart_)
    return _both_defined(premises, context, guarded, other)


@rule("context", "term")
def guard_decided(premises: Premises, context: Context, guarded: Term) -> Judgement:
    """where(a < b, c) = c given b - a > 0, and 0 given a - b >= 0; likewise for <=, = and !="""
    relation, left, right, body = _guard(guarded)
    known = premises.under(context)
    above, below = add(right, negate(left)), add(left, negate(right))
    same, apart = left is right, above in known.nonzero
    true, false = {
        "<": (above in known.positive, below in known.nonnegative),
        "<=": (above in known.nonnegative, below in known.positive),
        "=": (same, apart),
        "!=": (apart, same),
    }[relation]
    require(true or false, "neither shown nor refuted", guarded)
    premises.require_defined(context, left, right, *((body,) if true else ()))
    return Judgement(context, Equation(guarded, body if true else ZERO))


_OPPOSITE = {"<": "<=", "<=": "<", "=": "!=", "!=": "="}


def _guard(term: Term) -> tuple[str, Term, Term, Term]:
    require(term.kind == "where", "takes a guarded term", term)
    relation, left, right, body = term.args
    return relation, left, right, body


# ---- facts -------------------------------------------------------------------------------------


@rule("context", "term")
def sign(premises: Premises, context: Context, term: Term) -> Judgement:
    """t > 0, t >= 0 or t != 0, read off its structure and the premises"""
    premises.require_defined(context, term)
    found = _sign(premises, context, term)
    if found is None:
        raise Refused("no sign shown", term)
    return Judgement(context, Fact(found, term))


def _sign(premises: Premises, context: Context, term: Term) -> str | None:
    known = premises.under(context)
    if term in known.nonnegative:
        return "positive" if term in known.nonzero else "nonnegative"
    found = _sign_by_structure(premises, context, term)
    return "nonzero" if found is None and term in known.nonzero else found


def _sign_by_structure(premises: Premises, context: Context, term: Term) -> str | None:
    args = term.args
    match term.kind:
        case "number":
            return "positive" if args[0] > 0 else "nonnegative" if args[0] == 0 else "nonzero"
        case "size" | "constant":
            return "positive"
        case "delta" | "position":
            return "nonnegative"
        case "where":
            inner = _sign(premises, context, args[3])
            return "nonnegative" if inner in ("positive", "nonnegative") else None
        case "apply":
            return "positive" if args[0] == "exp" else None
        case "power":
            return _sign_of_power(_sign(premises, context, args[0]), args[1])
        case "sum":
            inner = _sign(premises, (args[0], *context), args[1])
            return inner if inner != "nonzero" else None
        case "add":
            return _sign_of_sum([_sign(premises, context, part) for part in args])
        case "multiply":
            return _sign_of_product([_sign(premises, context, part) for part in args])
        case _:
            return None


def _sign_of_sum(signs: list[str | None]) -> str | None:
    """Of terms >= 0 with one > 0 the sum is > 0."""
    if not all(found in ("positive", "nonnegative") for found in signs):
        return None
    return "positive" if "positive" in signs else "nonnegative"


def _sign_of_product(signs: list[str | None]) -> str | None:
    """All > 0 make > 0; all >= 0 make >= 0; all != 0 make != 0."""
    if all(found == "positive" for found in signs):
        return "positive"
    if all(found in ("positive", "nonnegative") for found in signs):
        return "nonnegative"
    return "nonzero" if all(found in ("positive", "nonzero") for found in signs) else None


def _sign_of_power(base: str | None, exponent: Term) -> str | None:
    """b**e > 0 for b > 0; an even power is >= 0, and > 0 for b != 0; b**e != 0 for b != 0"""
    value = rational(exponent)
    if base == "positive" or not isinstance(value, int):
        return base if base == "positive" else None
    if base == "nonzero":
        return "positive" if value % 2 == 0 else "nonzero"
    return "nonnegative" if value > 0 and (value % 2 == 0 or base == "nonnegative") else None


@rule("context", "term", "index")
def sum_positive(premises: Premises, context: Context, total: Term, at: Index) -> Judgement:
    """a(k) >= 0 for every k and a(i) > 0 give sum_k a(k) > 0"""
    require(total.kind == "sum", "takes a sum", total)
    below, body = total.args
    premises.declarations.check_term(context, position(at))
    reached = premises.declarations.index_size(at, context)
    require(reached == below, f"the index runs below {reached}, the sum below {below}", total)
    require(body in premises.under((below, *context)).nonnegative, "not shown >= 0", body)
    member = instantiate(body, at)
    require(member in premises.under(context).positive, "not shown > 0", member)
    return Judgement(context, Fact("positive", total))


@rule()
def carry(premises: Premises) -> Judgement:
    """a = b and a fact about b give the same fact about a"""
    (context, equation), (_, fact) = premises.both()
    if not (isinstance(equation, Equation) and isinstance(fact, Fact)):
        raise Refused("takes an equation and a fact")
    require(equation.right is fact.term, "they do not meet", equation.right, fact.term)
    return Judgement(context, Fact(fact.kind, equation.left))


# ---- derivatives -------------------------------------------------------------------------------


@rule("context", "term", "name", "indices")
def differentiate(
    premises: Premises, context: Context, term: Term, variable: str, at: tuple[Index, ...]
) -> Judgement:
    """d t / d v[i] by the formulas of ``calculus.py``; 0 where v does not occur in t"""
    premises.declarations.check(context, Derivative(variable, at, term, ZERO))
    premises.require_defined(context, term)
    slope = Differentiation(premises, variable).of(term, at, context)
    return Judgement(context, Derivative(variable, at, term, ZERO if slope is None else slope))


@rule()
def derivative_equal(premises: Premises) -> Judgement:
    """da = b and b = c give da = c"""
    (context, derivative), (_, equation) = premises.both()
    if not (isinstance(derivative, Derivative) and isinstance(equation, Equation)):
        raise Refused("takes a derivative and an equation")
    require(derivative.value is equation.left, "they do not meet", derivative.value, equation.left)
    return Judgement(context, derivative._replace(value=equation.right))


@rule()
def derivative_of_equal(premises: Premises) -> Judgement:
    """a = b near the point and db = c give da = c

    The equation may not rest on a hypothesis that limits the variable (from sum x = 1 it does not
    follow that the derivative of sum x is 0); ``Proof.step`` knows what it rests on, and refuses.
    """
    (context, equation), (_, derivative) = premises.both()
    if not (isinstance(derivative, Derivative) and isinstance(equation, Equation)):
        raise Refused("takes an equation and a derivative")
    require(derivative.of is equation.right, "they do not meet", equation.right, derivative.of)
    return Judgement(context, derivative._replace(of=equation.left))


def _both_defined(premises: Premises, context: Context, left: Term, right: Term) -> Judgement:
    premises.require_defined(context, left, right)
    return Judgement(context, Equation(left, right))
