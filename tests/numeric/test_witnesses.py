"""Certificates: every false claim is refuted at a concrete point, and no true one ever is."""

import math
from dataclasses import replace
from fractions import Fraction

import mpmath
import pytest
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.claims import Claim, Identity
from derive.kernel import (
    Declarations,
    Derivative,
    Equation,
    Fact,
    Hypothesis,
    Judgement,
    Refused,
)
from derive.kernel.terms import (
    MINUS_ONE,
    ONE,
    ZERO,
    add,
    apply,
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
from numeric.conditions import meets
from numeric.errors import InputError
from numeric.exact_samples import small_points
from numeric.interpret import Undefined, evaluate, floats, index_value
from numeric.points import Point, table
from numeric.samples import points
from numeric.witnesses import (
    Counterexample,
    claimed,
    enclosure,
    refute,
    taylor,
    true_derivative,
    witness,
)

# ---- claims, true and almost right ---------------------------------------------------------------


def inverse(term):
    return power(term, MINUS_ONE)


def minus(left, right):
    return add(left, negate(right))


def softmax(i):
    weights = sum_over("n", apply("exp", element("x", 0)))
    return multiply(apply("exp", element("x", i)), inverse(weights))


VECTORS = Declarations(frozenset("n"), {"i": "n", "j": "n"}, {"x": ("n",), "y": ("n",)})
SUM_IS_ONE = Hypothesis((), Equation(sum_over("n", element("y", 0)), ONE))
SIMPLEX = replace(VECTORS, hypotheses=(SUM_IS_ONE,))
CROSS_ENTROPY = negate(sum_over("n", multiply(element("y", 0), apply("log", softmax(0)))))
SUM_Y = sum_over("n", element("y", 0))
S, Y = softmax("i"), element("y", "i")


def cross_entropy(value, declarations=SIMPLEX):
    return Claim(declarations, CROSS_ENTROPY, "x", ("i",), value)


def jacobian(value):
    return Claim(VECTORS, softmax("i"), "x", ("j",), value)


POSITIVE_S = Hypothesis(("n",), Fact("positive", element("s", 0)))
LOG_LOSS = negate(sum_over("n", multiply(element("y", 0), apply("log", element("s", 0)))))


def given_probabilities(value):
    """Cross-entropy by s, for s that are variables of their own."""
    shapes = {"s": ("n",), "y": ("n",)}
    declared = Declarations(frozenset("n"), {"i": "n"}, shapes, {}, (POSITIVE_S,))
    return Claim(declared, LOG_LOSS, "s", ("i",), value)


LINEAR = Declarations(
    frozenset("mp"),
    {"j": "p"},
    {"X": ("m", "p"), "w": ("p",), "b": (), "t": ("m",)},
)
SQUARE = Declarations(
    frozenset("p"),
    {"j": "p"},
    {"X": ("p", "p"), "w": ("p",), "b": (), "t": ("p",)},
)


def residual(row):
    """(X w + b - t) in a row, which is a bound index."""
    product = sum_over("p", multiply(element("X", row + 1, 0), element("w", 0)))
    return add(product, element("b"), negate(element("t", row)))


def squared_error(value, declarations=LINEAR, rows="m"):
    """1/m sum_r (X w + b - t)_r**2 by w_j."""
    total = sum_over(rows, power(residual(0), number(2)))
    return Claim(declarations, multiply(inverse(size(rows)), total), "w", ("j",), value)


def by_hand(scale, *at, rows="m"):
    """scale times sum_r X[at] (X w + b - t)_r"""
    return multiply(*scale, sum_over(rows, multiply(element("X", *at), residual(0))))


TWO, ONE_MTH = number(2), inverse(size("m"))
DIAGONAL = delta("i", "j")

TRUE = {
    "s - y": cross_entropy(minus(S, Y)),
    "sum(y) s - y": cross_entropy(minus(multiply(SUM_Y, S), Y), VECTORS),
    "jacobian": jacobian(multiply(S, minus(DIAGONAL, softmax("j")))),
    "-y/s": given_probabilities(negate(multiply(Y, inverse(element("s", "i"))))),
    "2/m X^T r": squared_error(by_hand([TWO, ONE_MTH], 0, "j")),
    "2/m X^T r, square": squared_error(
        by_hand([TWO, inverse(size("p"))], 0, "j", rows="p"), SQUARE, rows="p"
    ),
}
FALSE = {
    "s": cross_entropy(S),
    "y - s": cross_entropy(minus(Y, S)),
    "s + y": cross_entropy(add(S, Y)),
    "s - y without sum y = 1": cross_entropy(minus(S, Y), VECTORS),
    "(s - y) / n": cross_entropy(multiply(inverse(size("n")), minus(S, Y))),
    "s y - y": cross_entropy(minus(multiply(S, Y), Y)),
    "s (1 - s)": cross_entropy(multiply(S, minus(ONE, S))),
    "off by 1e-20": cross_entropy(add(minus(S, Y), number(1, 10**20))),
    "off at i = 2 only": cross_entropy(
        add(minus(S, Y), where("=", position("i"), TWO, number(1, 10**4)))
    ),
    "s dropped where it is below 1e-5": cross_entropy(minus(where("<", number(1, 10**5), S, S), Y)),
    "jacobian without delta": jacobian(negate(multiply(S, softmax("j")))),
    "diagonal of the jacobian": jacobian(multiply(DIAGONAL, S, minus(ONE, S))),
    "y/s": given_probabilities(multiply(Y, inverse(element("s", "i")))),
    "-1/s": given_probabilities(negate(inverse(element("s", "i")))),
    "without 1/m": squared_error(by_hand([TWO], 0, "j")),
    "without 2": squared_error(by_hand([ONE_MTH], 0, "j")),
    "1/p for 1/m": squared_error(by_hand([TWO, inverse(size("p"))], 0, "j")),
    "X transposed": squared_error(
        by_hand([TWO, inverse(size("p"))], "j", 0, rows="p"), SQUARE, rows="p"
    ),
}


def difference_quotient(claim, point):
    """The derivative by a plain central difference of 100-digit numbers: an independent witness."""
    arithmetic = floats(340)
    at = tuple(index_value(index, point) for index in claim.at)
    here, h = point.values[claim.variable][at], Fraction(1, 10**30)
    below, above = (
        evaluate(
            claim.of, point, (), arithmetic, {(claim.variable, at): arithmetic.from_fraction(x)}
        )
        for x in (here - h, here + h)
    )
    return (above - below) / (2 * arithmetic.from_fraction(h))


# ---- true claims ---------------------------------------------------------------------------------


@pytest.mark.parametrize("claim", TRUE.values(), ids=TRUE)
def test_no_true_claim_is_refuted(claim):
    assert refute(claim) is None


@settings(max_examples=20)
@given(st.data())
@pytest.mark.parametrize("claim", TRUE.values(), ids=TRUE)
def test_every_point_is_a_witness_for_a_true_claim(claim, data):
    point = data.draw(points(claim.declarations))
    assert witness(claim, point)
    assert refute(claim, [point]) is None


@settings(max_examples=10)
@given(st.data())
@pytest.mark.parametrize("claim", TRUE.values(), ids=TRUE)
def test_the_enclosure_holds_the_difference_quotient(claim, data):
    point = data.draw(points(claim.declarations))
    quotient = mpmath.nstr(difference_quotient(claim, point), 60)
    with ctx.workprec(300):
        quotient = arb(quotient)
        assert abs(quotient - true_derivative(claim, point, 300)) < arb("1e-40")


def test_taylor_coefficients():
    """d^k/dx^k exp(x)/k! at 1/2 is exp(1/2)/k!"""
    declared = Declarations(frozenset(), {}, {"x": ()})
    claim = Claim(declared, apply("exp", element("x")), "x", (), ONE)
    found = taylor(claim, Point({}, {"x": table(Fraction(1, 2))}), 3)
    for k, coefficient in enumerate(found):
        assert float(coefficient) == pytest.approx(math.exp(0.5) / math.factorial(k), rel=1e-15)


def test_a_function_that_does_not_move_has_slope_zero():
    claim = Claim(VECTORS, apply("exp", element("y", "i")), "x", ("i",), ZERO)
    assert refute(claim) is None
    assert true_derivative(claim, next(small_points(VECTORS))) == 0


def test_precision_is_raised_until_the_balls_are_narrow():
    """At x = 300, exp(x) is known to 1e-30 only beyond 500 bits."""
    declared = Declarations(frozenset(), {}, {"x": ()})
    exp, point = apply("exp", element("x")), Point({}, {"x": table(300)})
    assert enclosure(exp, point).rad() > 1
    assert witness(Claim(declared, exp, "x", (), exp), point)
    almost = add(exp, number(1, 10**29))
    assert not witness(Claim(declared, exp, "x", (), almost), point)


# ---- false claims --------------------------------------------------------------------------------


@pytest.mark.parametrize("claim", FALSE.values(), ids=FALSE)
def test_every_false_claim_is_refuted_at_a_point_that_meets_the_hypotheses(claim):
    found = refute(claim)
    assert found is not None
    assert meets(claim.declarations, found.point)
    assert not found.truth.overlaps(found.claimed)
    assert found.claimed.overlaps(claimed(claim, found.point))
    quotient = difference_quotient(claim, found.point)
    assert float(found.truth) == pytest.approx(float(quotient), rel=1e-12, abs=1e-30)
    assert not witness(claim, found.point)


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        (
            "s",
            "at n = 1, x = [0], y = [1], i = 0, j = 0 the derivative is 0, "
            "the claim gives 1: more than 0.99 apart",
        ),
        (
            "s - y without sum y = 1",
            "at n = 1, x = [0], y = [0], i = 0, j = 0 the derivative is 0, "
            "the claim gives 1: more than 0.99 apart",
        ),
        (
            "off by 1e-20",
            "at n = 1, x = [0], y = [1], i = 0, j = 0 the derivative is 0, "
            "the claim gives 1e-20: more than 9.9e-21 apart",
        ),
        (
            "s dropped where it is below 1e-5",
            "at n = 2, x = [-20, 0], y = [1/3, 2/3], i = 0, j = 1 "
            "the derivative is -0.3333333312721797, the claim gives -0.3333333333333333: "
            "more than 2.04e-9 apart",
        ),
    ],
)
def test_a_counterexample_reads_on_one_line(name, printed):
    assert str(refute(FALSE[name])) == printed


def test_a_counterexample_prints_eight_digits():
    claim = cross_entropy(S, VECTORS)
    point = Point({"n": 2}, {"x": table([0, 1]), "y": table([1, 0])}, {}, {"i": 0, "j": 0})
    found = Counterexample(point, true_derivative(claim, point), claimed(claim, point))
    assert "derivative is -0.73105858, the claim gives 0.26894142: more than 0.99" in str(found)


# ---- what says nothing ---------------------------------------------------------------------------

SCALAR = Declarations(frozenset(), {}, {"x": ()})
X = element("x")


def at(value):
    return Point({}, {"x": table(value)})


def test_a_kink_is_passed_over_and_both_sides_of_it_are_not():
    relu = where("<", ZERO, X, X)
    step = where("<", ZERO, X, ONE)
    assert refute(Claim(SCALAR, relu, "x", (), step)) is None
    with pytest.raises(Undefined):
        witness(Claim(SCALAR, relu, "x", (), step), at(0))
    assert refute(Claim(SCALAR, relu, "x", (), ONE)).point.values["x"][()] < 0


def test_points_without_a_value_are_passed_over():
    inverse_x = inverse(X)
    claim = Claim(SCALAR, apply("log", X), "x", (), inverse_x)
    assert refute(claim) is None
    assert refute(claim, [at(0), at(-1)]) is None
    with pytest.raises(Undefined):
        witness(claim, at(-1))


def test_given_points_that_break_a_hypothesis_are_passed_over():
    off = Point({"n": 1}, {"x": table([0]), "y": table([0])}, {}, {"i": 0, "j": 0})
    assert refute(TRUE["s - y"], [off]) is None
    assert refute(FALSE["s - y without sum y = 1"], [off]) is not None


def test_a_point_that_does_not_fit_is_refused():
    with pytest.raises(InputError, match="sizes"):
        witness(TRUE["s - y"], at(0))


# ---- equations -----------------------------------------------------------------------------------

SOFTMAX = Declarations(frozenset("n"), {"i": "n"}, {"x": ("n",)})


def test_true_equations_are_not_refuted():
    total = sum_over("n", softmax(0))
    assert refute(Identity(VECTORS, total, ONE)) is None
    assert refute(Identity(SCALAR, apply("exp", apply("log", X)), X)) is None


def test_false_equations_are():
    total = multiply(size("n"), S)
    assert str(refute(Identity(SOFTMAX, total, ONE))) == (
        "at n = 2, x = [0, 1], i = 0 the left side is 0.53788284, the right side 1: "
        "more than 0.457 apart"
    )


def test_equations_over_undeclared_names_are_refused():
    with pytest.raises(Refused, match="z"):
        refute(Identity(VECTORS, element("z"), ONE))


# ---- higher derivatives --------------------------------------------------------------------------


class Further(Claim):
    """A claim that is differentiated again, by the same variable at these indices."""

    @property
    def judgement(self):
        """With the second entry."""
        said = Derivative(self.variable, self.at, self.of, self.value, ((self.variable, ("j",)),))
        return Judgement((), said)


@settings(max_examples=30, deadline=None)
@given(points(replace(VECTORS, variables={"x": ("n",), "y": ("n",)})))
def test_second_derivatives_are_those_of_the_gradient(point):
    """Of log sum exp: the Hessian is diag(s) - s s^T, at i = j, too."""
    lse = apply("log", sum_over("n", apply("exp", element("x", 0))))
    value = minus(multiply(delta("i", "j"), softmax("i")), multiply(softmax("i"), softmax("j")))
    claim = Further(VECTORS, lse, "x", ("i",), value)
    assert true_derivative(claim, point).overlaps(claimed(claim, point))
    wrong = Further(VECTORS, lse, "x", ("i",), add(value, ONE))
    assert not true_derivative(wrong, point).overlaps(claimed(wrong, point))
