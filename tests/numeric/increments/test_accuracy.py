"""The exact difference quotient is accurate at every step, however small."""

from fractions import Fraction

import numpy as np
import pytest
from flint import arb, ctx

from numeric.arrays import prepare
from numeric.compile import compile_term
from numeric.exact_differences import of_claim
from numeric.interpret import BALLS, evaluate
from numeric.points import Point
from tests.numeric.increments.losses import losses

STEPS = (2.0**-6, 2.0**-17, 2.0**-30)
SIZE = 12
COORDINATES = 5
# In the entropy, two terms as large as the largest entry cancel in part. The exponents of attention
# are sums that are rounded themselves.
WORSE = {"entropy": 12, "attention by Q": 8, "attention by K": 8}


def exactly(number):
    return BALLS.from_fraction(Fraction(float(number)))


def true_quotient(difference, point, at, step):
    """(f(x + h) - f(x - h)) / (2h), as a ball of 300 bits."""
    base = point.values[difference.variable][at]
    entry = (difference.variable, at)
    above, below = (
        arb(
            evaluate(
                difference.term,
                point,
                (),
                BALLS,
                {entry: BALLS.from_fraction(base + sign * Fraction(step))},
            )
        )
        for sign in (1, -1)
    )
    return (above - below) / exactly(2 * step)


def error_in_ulps(name, dtype, step, seed):
    """The largest error at some coordinates, in ulps of the largest entry."""
    rng = np.random.default_rng(seed)
    loss = losses()[name]
    difference = of_claim(loss.claim)
    arrays = {key: np.asarray(value, dtype) for key, value in loss.draw(rng, SIZE).items()}
    found = difference.compiled_quotient(**arrays, h=dtype(step))
    assert found.dtype == dtype
    _, sizes = prepare(difference.declarations, {**arrays, "h": dtype(step)}, ())
    values = {
        key: {at: Fraction(float(entry)) for at, entry in np.ndenumerate(array)}
        for key, array in arrays.items()
    }
    point = Point(sizes, values, {}, {})
    largest = np.unravel_index(int(np.abs(found).argmax()), found.shape)
    places = [largest, *(tuple(rng.integers(found.shape)) for _ in range(COORDINATES))]
    with ctx.workprec(300):
        errors = [
            float(abs(arb(exactly(found[at])) - true_quotient(difference, point, at, step)))
            for at in (tuple(map(int, place)) for place in places)
        ]
    return max(errors) / float(np.spacing(np.abs(found).max()))


@pytest.mark.parametrize("name", losses())
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_few_ulps_at_every_step(name, dtype):
    """Of the largest entry: 4, where nothing is said in ``WORSE``."""
    errors = [error_in_ulps(name, dtype, step, seed) for step in STEPS for seed in range(3)]
    assert max(errors) <= WORSE.get(name, 4)


def test_a_plain_difference_is_not_accurate_at_small_steps():
    """Or the test above would show nothing."""
    loss = losses()["softmax cross-entropy"]
    arrays = loss.draw(np.random.default_rng(0), SIZE)
    function = of_claim(loss.claim)
    value = compile_term(loss.claim.declarations, loss.claim.of)
    moved = arrays["x"].copy()
    moved[0] += 2.0**-30
    plain = (value(x=moved, y=arrays["y"]) - value(**arrays)) * 2.0**30
    exact = function.compiled_quotient(**arrays, h=2.0**-30)[0]
    assert abs(plain - exact) > 1e-9
