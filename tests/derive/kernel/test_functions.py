"""The named functions and guards: their derivatives, against FLINT's power series and by hand."""

from __future__ import annotations

import pytest
from flint import arb, arb_series, ctx

from derive.kernel import Declarations, Equation, Fact, Hypothesis, Proof, Refused, Term
from derive.kernel.calculus import FUNCTIONS
from derive.kernel.terms import (
    FUNCTIONS as NAMED,
)
from derive.kernel.terms import ZERO, add, apply, element, multiply, negate, where

u, v = element("u"), element("v")
APART = add(v, negate(u))


def value(term: Term, at: arb) -> arb:
    """The value of a term in u alone, by FLINT and nothing of ours."""
    args = term.args
    match term.kind:
        case "element":
            return at
        case "number":
            return arb(args[0]) / args[1]
        case "constant":
            return arb.pi()
        case "multiply":
            product = arb(1)
            for part in args:
                product *= value(part, at)
            return product
        case "power":
            return value(args[0], at) ** value(args[1], at)
        case _:
            return getattr(value(args[1], at), args[0])()


def proof_about(*stated: Equation | Fact) -> Proof:
    hypotheses = tuple(Hypothesis((), conclusion) for conclusion in stated)
    proof = Proof(Declarations(frozenset(), {}, {"u": (), "v": ()}, {}, hypotheses))
    for which in range(len(hypotheses)):
        proof.step("hypothesis", (which, (), ()))
    return proof


def slope_of(proof: Proof, term: Term, by: str = "u") -> Term:
    line = proof.step("differentiate", ((), term, by, ()), range(len(proof.lines)))
    return proof.judgements[line].conclusion.value


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("point", ["0.3", "1", "1.7", "6.5"])
def test_the_derivative_of_a_named_function(function, point):
    found = slope_of(proof_about(Fact("positive", u)), apply(function, u))
    with ctx.workprec(200):
        series = getattr(arb_series([arb(point), 1], 2), function)()
        here = value(found, arb(point))
        assert here.is_finite()
        assert (here - series[1]).contains(0)
        assert here.rad() < arb("1e-40")
        assert not (here - series[0] - 2).contains(0)  # the balls are narrow: not anything will do


def test_digamma_is_the_only_function_without_a_derivative():
    assert set(NAMED) - set(FUNCTIONS) == {"digamma"}
    with pytest.raises(Refused, match="no derivative rule"):
        slope_of(proof_about(Fact("positive", u)), apply("digamma", u))


@pytest.mark.parametrize("function", ["log", "lgamma", "digamma"])
@pytest.mark.parametrize("stated", ["nonzero", "nonnegative"])
def test_functions_of_positive_numbers_ask_for_one(function, stated):
    with pytest.raises(Refused, match="not shown positive"):
        slope_of(proof_about(Fact(stated, u)), apply(function, u))
    with pytest.raises(Refused, match="not shown positive"):
        proof_about(Fact(stated, u)).step("field", ((), *[apply(function, u)] * 2), [0])


@pytest.mark.parametrize("relation", ["<", "<=", "=", "!="])
def test_a_guard_away_from_its_kink(relation):
    proof = proof_about(Fact("nonzero", APART))
    guarded = where(relation, u, v, multiply(u, u))
    slope = slope_of(proof, guarded)
    assert slope.args[:3] == (relation, u, v)
    assert slope.args[3] is slope_of(proof, multiply(u, u))


@pytest.mark.parametrize("stated", [(), (Fact("nonnegative", APART),), (Fact("nonzero", u),)])
def test_a_guard_at_its_kink_has_no_derivative(stated):
    for by in ("u", "v"):
        with pytest.raises(Refused, match="kink"):
            slope_of(proof_about(*stated), where("<", u, v, ZERO), by)


def test_a_side_of_a_guard_that_may_jump():
    """The guard cuts where u < v; but its left side jumps itself, and then anything may happen."""
    jumping = where("<", ZERO, u, v)
    guarded = where("<", jumping, v, u)
    apart = Fact("nonzero", add(v, negate(jumping)))
    with pytest.raises(Refused, match="kink"):
        slope_of(proof_about(apart), guarded)
    slope_of(proof_about(apart, Fact("nonzero", add(u, negate(ZERO)))), guarded)
