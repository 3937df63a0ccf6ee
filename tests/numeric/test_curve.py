"""The V curve: errors within their bar at every step, of order two, the same each time."""

from fractions import Fraction
from itertools import pairwise

import pytest

from derive.claims import Claim
from derive.kernel import Declarations
from derive.kernel.terms import (
    ZERO,
    add,
    apply,
    element,
    multiply,
    negate,
    number,
    power,
    sum_over,
    where,
)
from numeric.curve import CurvePoint, error_curve, observed_order
from numeric.errors import InputError
from numeric.interpret import Undefined
from numeric.points import Point, table

VECTORS = Declarations(frozenset("n"), {"i": "n"}, {"x": ("n",), "y": ("n",)})
EXP = apply("exp", element("x", 0))
LOSS = sum_over(
    "n",
    multiply(element("y", 0), add(apply("log", sum_over("n", EXP)), negate(element("x", 0)))),
)
CROSS_ENTROPY = Claim(VECTORS, LOSS, "x", ("i",), ZERO)
POINT = Point(
    {"n": 3},
    {
        "x": table([Fraction(3, 10), Fraction(1, 3), 2]),
        "y": table([Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)]),
    },
    {},
    {"i": 1},
)

SCALAR = Declarations(frozenset(), {}, {"x": ()})
X = element("x")


def of(function, x, **options):
    claim = Claim(SCALAR, function, "x", (), ZERO)
    return error_curve(claim, Point({}, {"x": table(x)}), **options)


@pytest.mark.parametrize(("precision", "best"), [(53, range(12, 20)), (24, range(4, 10))])
def test_the_error_is_within_its_bar_and_falls_with_the_square_of_the_step(precision, best):
    curve = error_curve(CROSS_ENTROPY, POINT, precision=precision)
    assert all(at.error <= at.bar for at in curve)
    assert observed_order(curve) == pytest.approx(2, abs=0.1)
    errors = [at.error for at in curve]
    assert errors.index(min(errors)) + 1 in best


def test_truncation_falls_and_rounding_grows():
    curve = error_curve(CROSS_ENTROPY, POINT)
    assert [at.step for at in curve] == pytest.approx([2.0**-k for k in range(1, 41)])
    for wide, narrow in pairwise(curve):
        assert wide.truncation / narrow.truncation == pytest.approx(4, rel=0.1)
        assert narrow.rounding > wide.rounding


def test_the_bar_is_not_idle():
    """Somewhere the error is most of its bar, at the widest step as at a narrow one."""
    curve = error_curve(CROSS_ENTROPY, POINT)
    assert curve[0].error > 0.99 * curve[0].bar
    assert max(at.error / at.bar for at in curve[20:]) > 0.1


def test_truncation_is_the_third_derivative():
    """(e^h - e^-h) / (2h) - 1 = h**2 / 6 + h**4 / 120 + .."""
    for at in of(apply("exp", X), 0)[:20]:
        h = at.step
        assert at.truncation == pytest.approx(h**2 / 6 + h**4 / 120 + h**6 / 5040, rel=1e-5)


def test_curves_are_the_same_each_time():
    assert error_curve(CROSS_ENTROPY, POINT) == error_curve(CROSS_ENTROPY, POINT)


def test_a_quadratic_has_no_order_to_observe():
    assert observed_order(of(power(X, number(2)), 1)) is None
    assert observed_order(()) is None


def test_the_order_is_read_off_the_errors():
    """Errors h, h/2, h/4, .. are of order one, and would be caught."""
    first = tuple(CurvePoint(2.0**-k, 2.0**-k, 1.0, 0.0) for k in range(1, 9))
    assert observed_order(first) == 1


def test_steps_out_of_the_domain_and_steps_that_do_not_move_are_left_out():
    steps = [at.step for at in of(apply("log", X), Fraction(1, 10))]
    assert steps[0] == 2.0**-4
    steps = [at.step for at in of(power(X, number(3)), 1, precision=24)]
    assert steps[-1] == 2.0**-25, "half of 2**-24: 1 - 2**-24 is a float32 number, 1 + 2**-24 not"


def test_a_kink_is_undefined_and_a_bad_point_is_refused():
    with pytest.raises(Undefined):
        of(where("<", ZERO, X, X), 0)
    with pytest.raises(InputError):
        error_curve(CROSS_ENTROPY, Point({}))
