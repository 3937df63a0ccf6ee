"""Relations between the factors of a product: y**2 = 1 and the like, used in any power of y.

Also what is odd or even, and powers of sums below a line: what is equal is proved, what is almost
equal is not.
"""

from __future__ import annotations

import pytest

from derive.kernel import Declarations, Equation, Fact, Hypothesis
from derive.kernel.terms import (
    MINUS_ONE,
    ONE,
    ZERO,
    Term,
    add,
    apply,
    element,
    multiply,
    negate,
    number,
    position,
    power,
    sum_over,
    where,
)
from derive.tactics.ledger import NotProved
from derive.tactics.prove import Prover

TWO, THREE, INVERSE = number(2), number(3), MINUS_ONE
a, b, u = element("a"), element("b"), element("u")


def entry(name: str, index: int | str) -> Term:
    return element(name, index)


NAMES = Declarations(
    sizes=frozenset({"n", "m"}),
    indices={"i": "n", "k": "m"},
    variables={"a": (), "b": (), "u": (), "s": ("n",), "t": ("m",), "x": ("n",)},
    hypotheses=(
        Hypothesis(("n",), Equation(power(entry("s", 0), TWO), ONE)),
        Hypothesis(("m",), Equation(power(entry("t", 0), TWO), entry("t", 0))),
        Hypothesis((), Fact("positive", add(a, negate(b)))),
        Hypothesis(("n",), Fact("nonzero", entry("s", 0))),
        Hypothesis(("m",), Fact("nonzero", entry("t", 0))),
    ),
)

s, t, x = entry("s", "i"), entry("t", "k"), entry("x", "i")


def is_proved(left: Term, right: Term) -> bool:
    try:
        Prover(NAMES).equal(left, right)
    except NotProved:
        return False
    return True


@pytest.mark.parametrize(
    ("left", "right", "wrong"),
    [
        (power(s, TWO), ONE, s),
        (power(s, THREE), s, ONE),
        (power(s, number(4)), ONE, s),
        (power(s, INVERSE), s, ONE),
        (power(s, number(-3)), s, negate(s)),
        (power(t, TWO), t, ONE),
        (power(t, number(5)), t, power(t, INVERSE)),
        (multiply(x, power(s, THREE), power(t, THREE)), multiply(s, t, x), multiply(s, x)),
        (
            sum_over("n", multiply(entry("x", 0), power(entry("s", 0), TWO))),
            sum_over("n", entry("x", 0)),
            sum_over("n", multiply(entry("x", 0), entry("s", 0))),
        ),
        (apply("exp", power(s, TWO)), apply("exp", ONE), apply("exp", s)),
    ],
)
def test_powers_of_what_has_a_stated_square(left, right, wrong):
    assert is_proved(left, right)
    assert not is_proved(left, wrong)


def test_the_square_of_another_variable_stays():
    assert not is_proved(power(x, TWO), ONE)
    assert not is_proved(power(x, TWO), x)


def test_one_over_a_bit_is_not_the_bit():
    """Where t**2 = t and t is not 0, t is 1: that is not found, and nothing wrong is."""
    assert not is_proved(power(t, INVERSE), MINUS_ONE)
    assert not is_proved(power(t, INVERSE), ZERO)


@pytest.mark.parametrize(("name", "sign"), [("sin", -1), ("cos", 1), ("erf", -1)])
@pytest.mark.parametrize("argument", [u, add(a, negate(b)), multiply(a, add(b, negate(u)))])
def test_odd_and_even_functions(name, sign, argument):
    one, other = apply(name, argument), apply(name, negate(argument))
    assert is_proved(other, multiply(number(sign), one))
    assert not is_proved(other, multiply(number(-sign), one))


def test_under_a_sum_an_odd_function_is_turned_too():
    apart, turned = (add(p, negate(q)) for p, q in ((entry("x", 0), x), (x, entry("x", 0))))
    for name, sign in (("sin", -1), ("cos", 1)):
        one, other = (sum_over("n", apply(name, difference)) for difference in (apart, turned))
        assert is_proved(one, multiply(number(sign), other))
        assert not is_proved(one, multiply(number(-sign), other))


def test_the_exponential_is_neither_odd_nor_even():
    assert not is_proved(apply("exp", negate(u)), apply("exp", u))
    assert not is_proved(apply("exp", negate(u)), negate(apply("exp", u)))


def test_a_power_of_a_sum_below_a_line():
    apart = add(a, negate(b))
    inverse = power(power(apart, TWO), INVERSE)
    assert is_proved(inverse, power(apart, number(-2)))
    assert is_proved(power(multiply(TWO, u, u, power(apart, TWO), ONE), ZERO), ONE)
    assert is_proved(
        power(multiply(TWO, power(apart, TWO)), INVERSE), multiply(number(1, 2), inverse)
    )
    assert not is_proved(inverse, power(apart, INVERSE))
    assert not is_proved(power(power(add(a, b), TWO), INVERSE), power(add(a, b), number(-2)))


def test_a_product_of_what_is_not_0():
    turned = multiply(add(b, negate(a)), entry("s", "i"))
    assert is_proved(multiply(turned, power(turned, INVERSE)), ONE)
    unknown = multiply(add(b, negate(a)), x)
    assert not is_proved(multiply(unknown, power(unknown, INVERSE)), ONE)


def test_the_exponential_of_a_logarithm_among_others_whose_argument_is_rewritten():
    """Under a sum, as in a cumulative log-sum-exp."""
    at_most = where("<=", position(0), position(1), apply("exp", entry("x", 0)))
    total = sum_over("n", at_most)
    share = apply("exp", add(x, negate(apply("log", total))))
    left = sum_over("n", multiply(entry("x", 0), share))
    right = sum_over("n", multiply(entry("x", 0), apply("exp", x), power(total, INVERSE)))
    assert is_proved(left, right)
    assert not is_proved(left, negate(right))
