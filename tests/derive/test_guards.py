"""Guards in proofs: what they say in other words is proved, what is almost that never is."""

from __future__ import annotations

import pytest

from derive.kernel import Declarations, Equation, Judgement, Label
from derive.kernel.terms import (
    MINUS_ONE,
    ONE,
    Term,
    add,
    delta,
    element,
    multiply,
    negate,
    number,
    position,
    power,
    size,
    sum_over,
    where,
)
from derive.proof_files import dump, replay
from derive.tactics.ledger import NotProved
from derive.tactics.prove import Prover
from tests.semantics import holds, worlds

DECLARED = Declarations(
    sizes=frozenset("nm"),
    indices={"i": "n", "j": "n", "a": "m"},
    variables={"x": ("n",), "y": ("m",)},
    labels={"t": Label(("m",), "n")},
)
AT_I, AT_J, AT_A, AT_T = position("i"), position("j"), position("a"), position(("t", "a"))
X_I, X_J = element("x", "i"), element("x", "j")


def proved(left: Term, right: Term) -> bool:
    """Whether an equation is proved; where it is, replay has to say so, too, and it is true."""
    prover = Prover(DECLARED)
    try:
        line = prover.equal(left, right)
    except NotProved:
        return False
    wanted = Judgement((), Equation(left, right))
    assert replay(dump(prover.proof, line)).conclusion == wanted
    assert all(holds(wanted, world) is not False for world in worlds(DECLARED, count=9))
    return True


def less(*terms: Term) -> Term:
    """The first term less the others."""
    return add(terms[0], *map(negate, terms[1:]))


def indicator(relation: str, left: Term, right: Term) -> Term:
    return where(relation, left, right, ONE)


@pytest.mark.parametrize(("one", "other"), [("i", "j"), ("i", "a"), ("i", ("t", "a"))])
def test_equal_indices_are_a_delta(one, other):
    left, right = position(one), position(other)
    assert proved(indicator("=", left, right), delta(other, one))
    assert proved(indicator("!=", right, left), less(ONE, delta(one, other)))
    assert proved(indicator("=", less(left, right), number(0)), delta(one, other))
    assert not proved(indicator("=", add(left, ONE), right), delta(one, other))
    assert not proved(indicator("=", left, negate(right)), delta(one, other))
    assert not proved(indicator("!=", left, right), delta(one, other))


def test_a_guard_by_equal_indices_is_sifted_and_moved():
    k = position(0)
    assert proved(sum_over("n", where("=", AT_I, k, element("x", 0))), X_I)
    assert proved(sum_over("n", where("=", k, AT_T, element("x", 0))), element("x", ("t", "a")))
    assert proved(where("=", AT_I, AT_J, X_I), where("=", AT_I, AT_J, X_J))
    rest = less(sum_over("n", element("x", 0)), X_I)
    assert proved(sum_over("n", where("!=", AT_I, k, element("x", 0))), rest)
    assert not proved(sum_over("n", where("=", AT_A, k, element("x", 0))), X_I)
    assert not proved(where("=", AT_I, AT_J, X_I), X_J)


@pytest.mark.parametrize("ends", [(AT_I, AT_J), (AT_I, AT_T), (AT_I, AT_A)])
def test_one_of_three_orders_holds(ends):
    one, other = ends
    below, same, above = (
        indicator(*r) for r in (("<", one, other), ("=", one, other), ("<", other, one))
    )
    assert proved(add(below, same, above), ONE)
    assert proved(indicator("<=", one, other), add(below, same))
    assert proved(less(indicator("<=", other, one), same), above)
    assert not proved(add(below, above), ONE)
    assert not proved(indicator("<=", one, other), below)


def test_one_of_three_orders_holds_under_a_sum():
    k, x_k = position(0), element("x", 0)
    below, above = (sum_over("n", where("<", *sides, x_k)) for sides in ((k, AT_I), (AT_I, k)))
    assert proved(add(below, above, X_I), sum_over("n", x_k))
    assert not proved(add(below, above), sum_over("n", x_k))
    assert not proved(add(below, above, X_J), sum_over("n", x_k))


@pytest.mark.parametrize("below", [AT_J, size("m"), multiply(number(2), size("m")), AT_T])
def test_whole_numbers_one_apart(below):
    assert proved(indicator("<=", AT_I, add(below, MINUS_ONE)), indicator("<", AT_I, below))
    assert proved(indicator("<", AT_I, add(below, ONE)), indicator("<=", AT_I, below))
    assert not proved(indicator("<=", AT_I, below), indicator("<", AT_I, below))
    half = number(1, 2)
    assert not proved(indicator("<", AT_I, add(below, half)), indicator("<", AT_I, below))
    assert not proved(indicator("<", AT_I, add(below, number(2))), indicator("<=", AT_I, below))


def test_numbers_that_are_not_whole_have_no_next_one():
    assert not proved(indicator("<=", X_I, less(X_J, ONE)), indicator("<", X_I, X_J))
    assert not proved(indicator("<", X_I, add(X_J, ONE)), indicator("<=", X_I, X_J))
    assert proved(indicator("<", X_I, X_J), indicator("<", less(X_I, X_J), number(0)))


def test_a_part_of_a_whole_number_has_no_next_one():
    """1/n is whole at n = 1 alone."""
    part = power(size("n"), MINUS_ONE)
    assert proved(indicator("<", number(0), add(part, AT_I)), indicator("<", negate(part), AT_I))
    assert not proved(indicator("<", AT_I, add(part, ONE)), indicator("<=", AT_I, part))
