"""Inputs that programs are known to stumble over: each gets the right answer or a named refusal.

Softmax cross-entropy is asked at each of them, at every door: its compiled loss and gradient, the
exact differences, the certificate in balls, and the plain central difference.
"""

from __future__ import annotations

import re
from fractions import Fraction

import numpy as np
import pytest
from flint import arb, ctx

from derive import theorem
from derive.kernel.terms import multiply, number
from numeric.callables import functions
from numeric.certificates import Certifier
from numeric.difference_check import DifferenceCheck
from numeric.differences import central_difference
from numeric.errors import InputError

NORMALISED, GENERAL = theorem("softmax_cross_entropy").parts
INF, NAN = float("inf"), float("nan")
LONG = np.dtype(np.longdouble) != np.dtype(np.float64)
SLOPE = NORMALISED.claim.value


def truth(x, y):
    """s - y in balls, the inputs being taken as the exact numbers that they are."""
    with ctx.workprec(256):
        powers = [(exact(value) - exact(max(x))).exp() for value in x]
        total = sum(powers, start=arb(0))
        return [power / total - exact(label) for power, label in zip(powers, y, strict=True)]


def exact(value):
    ratio = Fraction(*np.longdouble(value).as_integer_ratio())
    return arb(ratio.numerator) / ratio.denominator


def near(found, x, y):
    """Whether every entry is within a few roundings of s - y, whose two terms are at most 1."""
    most = 4 * float(np.finfo(found.dtype).eps)
    with ctx.workprec(256):
        pairs = zip(found, truth(x, y), strict=True)
        return all(abs(exact(value) - right) <= most for value, right in pairs)


def gradient(x, y):
    return near(functions(NORMALISED).gradient(x=x, y=y), x, y)


def loss(x, y):
    return bool(np.isfinite(functions(NORMALISED).loss(x=x, y=y)))


def differences(x, y):
    return DIFFERENCES(x=x, y=y).agrees


def certificate(x, y):
    return CERTIFIER(x=x, y=y).agrees


def central(x, y):
    """The first coordinate, from values of the loss alone; they round as the logits do, or 1."""
    x, program = np.asarray(x), functions(NORMALISED).loss
    size = float(np.abs(x).max(initial=1)) if x.dtype.kind in "iuf" else 1.0
    rounding = 8 * size * float(np.finfo(x.dtype).eps) if x.dtype.kind == "f" else 0.0
    found = central_difference(lambda z: program(x=z, y=y), x, (0,), rounding=rounding)
    return not abs(exact(found.value) - truth(x, y)[0]) > found.bar


DIFFERENCES = DifferenceCheck(NORMALISED.claim)
CERTIFIER = Certifier(NORMALISED.claim)
DOORS = {f.__name__: f for f in (gradient, loss, differences, certificate, central)}


def single(*values):
    return np.array(values, np.float32)


def locked(*values):
    array = np.array(values)
    array.flags.writeable = False
    return array


def every(message, *doors):
    """A refusal of these doors; of all, unless some are named."""
    return dict.fromkeys(doors or DOORS, message)


FIRST = [1.0, 0.0, 0.0]
# input -> x, y, and what the refusal of each door says that refuses it; the others answer rightly
HARD = {
    "nan": ([0.0, NAN, 1.0], FIRST, every(r"x\[1\] = nan is not finite")),
    "inf": ([0.0, INF, 1.0], FIRST, every(r"x\[1\] = inf is not finite")),
    "-inf": ([0.0, -INF, 1.0], FIRST, every(r"x\[1\] = -inf is not finite")),
    "a label nan": ([0.0, 1.0, 2.0], [0.0, 0.0, NAN], every(r"y\[2\] = nan is not finite")),
    "1e308": (
        [1e308, 0.0, 1.0],
        FIRST,
        {"differences": "no finite error bar", "central": r"no finite difference at x\[0\]"},
    ),
    "1e308 and -1e308": (
        [1e308, -1e308, 1.0],
        FIRST,
        every("no value in the dtype: overflow", "gradient", "loss", "central")
        | {"differences": "no finite error bar"},
    ),
    "1e4": ([1e4, -1e4, 0.0], FIRST, {}),
    "1e4 and close": ([1e4, 1e4 - 1, -1e4], FIRST, {}),
    "1e4 in float32": (single(1e4, 1e4 - 1, -1e4), single(0, 1, 0), {}),
    "float32": (single(1, 2, 3), single(0.25, 0.5, 0.25), {}),
    "long doubles": (
        np.array([1, 2, 3], np.longdouble) / 3,
        FIRST,
        every("not float128|not float96", "central") if LONG else {},
    ),
    "integers": ([1, 2, 3], [1, 0, 0], every("float32 or float64, not int", "central")),
    "subnormals": ([5e-324, 0.0, -5e-324], FIRST, {}),
    "n = 1": ([3.0], [1.0], {}),
    "half precision": (np.ones(3, np.float16), FIRST, every("float16")),
    "complex": ([1j, 0, 0], FIRST, every("complex")),
    "an object": ([1.0, None, 2.0], FIRST, every("object")),
    "nothing": (
        [],
        [],
        every("empty along its axis n") | {"central": "not an index of an array of shape"},
    ),
    "two lengths": ([1.0, 2.0], FIRST, every("n is 2 from x but 3 from y")),
    "backwards": (np.array([3.0, 2.0, 1.0])[::-1], FIRST, {}),
    "every other": (np.arange(6.0)[::2], FIRST, {}),
    "not to be written to": (locked(1.0, 2.0, 3.0), FIRST, {}),
}


@pytest.mark.parametrize("name", HARD)
@pytest.mark.parametrize("door", DOORS)
def test_answered_rightly_or_refused_by_name(name, door):
    x, y, refusals = HARD[name]
    before = np.array(x)
    if door in refusals:
        with pytest.raises(InputError, match=refusals[door]):
            DOORS[door](x, y)
    else:
        assert DOORS[door](x, y)
    assert np.array_equal(before, np.array(x), equal_nan=before.dtype.kind == "f")


UNMET = r"not meet the hypothesis sum_k y\[k\] = 1: sum_k y\[k\] is 0"


@pytest.mark.parametrize("door", ["gradient", "loss", "central"])
def test_labels_of_0_do_not_meet_the_hypothesis(door):
    """And the refusal names the formula that holds without it."""
    with pytest.raises(InputError, match=UNMET + ".*without it, ∂L/∂x_i = s_i Σ_k y_k − y_i"):
        DOORS[door]([1.0, 2.0, 3.0], [0.0, 0.0, 0.0])


def test_labels_of_0_have_no_certificate():
    with pytest.raises(InputError, match=r"not met exactly, or not certainly: sum_k y\[k\] = 1"):
        certificate([1.0, 2.0, 3.0], [0.0, 0.0, 0.0])


def test_a_disagreement_at_labels_of_0_names_the_hypothesis():
    found = DIFFERENCES(x=[1.0, 2.0, 3.0], y=[0.0, 0.0, 0.0])
    assert not found.agrees
    assert re.search(f"disagrees at 3 of 3 coordinates.*; but y does {UNMET}", str(found))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_labels_of_0_without_the_hypothesis(dtype):
    x, y = np.array([1, 2, 3], dtype), np.zeros(3, dtype)
    assert (functions(GENERAL).gradient(x=x, y=y) == 0).all()
    assert functions(GENERAL).loss(x=x, y=y) == 0
    assert DifferenceCheck(GENERAL.claim)(x=x, y=y).agrees
    assert Certifier(GENERAL.claim)(x=x, y=y).agrees


@pytest.mark.parametrize("bad", [NAN, INF, -INF])
def test_a_gradient_of_ones_own_that_is_not_finite_disagrees(bad):
    x, y = np.array([1.0, 2.0, 3.0]), np.array(FIRST)
    own = functions(NORMALISED).gradient(x=x, y=y)
    assert DIFFERENCES(own, x=x, y=y).agrees
    own[1] = bad
    found = DIFFERENCES(own, x=x, y=y)
    assert not found.agrees
    assert found.worst == (1,)


@pytest.mark.parametrize("own", [np.ones(2), np.ones((3, 1)), np.ones(3, complex), [None] * 3])
def test_a_gradient_of_ones_own_that_does_not_fit_is_refused(own):
    with pytest.raises(InputError, match=r"it has to be real of shape \(3,\)"):
        DIFFERENCES(own, x=[1.0, 2.0, 3.0], y=FIRST)


@pytest.mark.parametrize("door", DOORS)
def test_a_door_that_answers_wrongly_is_seen(door, monkeypatch):
    """The truth being off by a millionth, every comparison with it fails, or would say nothing."""
    if door in ("gradient", "central"):
        right = truth
        monkeypatch.setitem(globals(), "truth", lambda x, y: [s + 1e-6 for s in right(x, y)])
        assert not DOORS[door]([0.5, 1.0, 2.0], FIRST)
    elif door == "loss":
        monkeypatch.setattr("numeric.callables.Function.__call__", lambda *_, **__: NAN)
        assert not loss([0.5, 1.0, 2.0], FIRST)
    else:
        wrong = NORMALISED.claim.saying(multiply(number(1_000_001, 1_000_000), SLOPE))
        made = (DifferenceCheck if door == "differences" else Certifier)(wrong)
        assert not made(x=[0.5, 1.0, 2.0], y=FIRST).agrees
