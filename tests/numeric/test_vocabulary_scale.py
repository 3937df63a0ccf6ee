"""s − y at the sizes of real classifiers, up to the 50,257 tokens of GPT-2's vocabulary.

At every size the compiled gradient is held against ball arithmetic at every coordinate, and against
central differences of the compiled loss; and formulas that are almost right are caught.
"""

import numpy as np
import pytest
from flint import arb, ctx

from derive.theorems import theorem
from numeric.callables import functions
from numeric.crosscheck import Comparison
from numeric.differences import agrees, central_difference, central_differences
from numeric.rounding import rounding_bound

NORMALISED, GENERAL = (
    Comparison(part.claim) for part in theorem("softmax_cross_entropy").parts
)  # s − y where Σy = 1, and (Σy) s − y

MNIST, GPT_2 = 10, 50_257

LOGITS = {
    "ordinary": lambda rng, n: rng.standard_normal(n),
    "large": lambda rng, n: rng.choice([-1e4, 1e4], n),
    "tiny": lambda rng, n: 1e-8 * rng.standard_normal(n),
    "equal": lambda rng, n: np.full(n, 0.3),
    "widely spread": lambda rng, n: rng.permutation(np.linspace(-1e4, 1e4, n)),
    "steep": lambda rng, n: rng.uniform(0, 20, n),
}
LABELS = {
    "one-hot": lambda rng, n: np.eye(1, n, rng.integers(n))[0],
    "soft": lambda rng, n: rng.dirichlet(np.ones(n)),
}

each_dtype = pytest.mark.parametrize("dtype", [np.float64, np.float32])
each_logits = pytest.mark.parametrize("logits", LOGITS)
each_labels = pytest.mark.parametrize("labels", LABELS)


def inputs_of(n, logits, labels, dtype, total=1.0):
    rng = np.random.default_rng(n)
    x, y = LOGITS[logits](rng, n), total * LABELS[labels](rng, n)
    return {"x": x.astype(dtype), "y": y.astype(dtype)}


# ---- the formula, against ball arithmetic --------------------------------------------------------


def within(gradient, bound, x, y):
    """Where a gradient is no further from softmax(x) − y than its bound, by balls of 1200 bits."""
    with ctx.workprec(1200):
        powers = [(arb(float(value)) - float(x.max())).exp() for value in x]
        total = sum(powers, start=arb(0))
        truth = [power / total - float(label) for power, label in zip(powers, y, strict=True)]
        balls = zip(truth, gradient, bound, strict=True)
        return np.array([abs(s - float(value)) <= float(most) for s, value, most in balls])


@each_dtype
@each_logits
@each_labels
@pytest.mark.parametrize("n", [1, 3, MNIST, 10_000, GPT_2])
def test_the_gradient_is_within_its_rounding_of_s_minus_y_everywhere(n, logits, labels, dtype):
    inputs = inputs_of(n, logits, labels, dtype)
    gradient = NORMALISED.gradient(**inputs)
    bound = rounding_bound(NORMALISED.gradient, **inputs)
    assert gradient.dtype == dtype
    assert bound.max() <= 1e3 * np.finfo(dtype).eps
    assert within(gradient, bound, **inputs).all()


def test_a_gradient_that_is_off_by_twice_its_rounding_is_noticed():
    """Or the bound above would be too wide to say anything."""
    inputs = inputs_of(MNIST, "ordinary", "soft", np.float64)
    bound = rounding_bound(NORMALISED.gradient, **inputs)
    off = NORMALISED.gradient(**inputs) + 2 * bound
    assert not within(off, bound, **inputs).any()


# ---- central differences -------------------------------------------------------------------------


@each_dtype
@each_logits
@each_labels
@pytest.mark.parametrize("n", [1, 3, MNIST, 10_000])
def test_central_differences_agree(n, logits, labels, dtype):
    inputs = inputs_of(n, logits, labels, dtype)
    for found in NORMALISED.compare(inputs, telling_coordinates(inputs, some=2)):
        assert found.bars <= 1, found


@each_dtype
@each_labels
def test_central_differences_agree_at_the_size_of_a_vocabulary(labels, dtype, record_property):
    """At 40 coordinates, the largest and smallest s_i and the label among them."""
    inputs = inputs_of(GPT_2, "ordinary", labels, dtype)
    coordinates = telling_coordinates(inputs, some=34)
    assert len(coordinates) >= 38
    found = NORMALISED.compare(inputs, coordinates)
    record_property("coordinates", len(found))
    record_property("worst error in bars", max(compared.bars for compared in found))
    for compared in found:
        assert compared.bars <= 1, compared


def telling_coordinates(inputs, some):
    """The label, the largest and smallest s_i two of each, and some others."""
    x, y = inputs["x"], inputs["y"]
    order = np.argsort(x)
    others = np.random.default_rng(0).permutation(len(x))[:some]
    chosen = {int(y.argmax()), *order[:2].tolist(), *order[-2:].tolist(), *others.tolist()}
    return [(k,) for k in sorted(chosen)]


# ---- almost right --------------------------------------------------------------------------------


def softmax(x):
    powers = np.exp(x - x.max())
    return powers / powers.sum()


def added(by):
    """The gradient with something added at one coordinate."""

    def mutant(x, y, place):
        gradient = right(x, y)
        gradient[place] += by
        return gradient

    return mutant


def swapped(x, y, place):
    gradient = right(x, y)
    gradient[[place, place - 1]] = gradient[[place - 1, place]]
    return gradient


def dropped(x, y, place):
    s = softmax(x)
    return y.sum() * np.where(s < 1e-5, 0, s) - y


def right(x, y):
    return y.sum() * softmax(x) - y


MUTANTS = {
    "s": lambda x, y, place: y.sum() * softmax(x),
    "y − s": lambda x, y, place: y - y.sum() * softmax(x),
    "1e-4 added at one coordinate": added(1e-4),
    "divided by n": lambda x, y, place: right(x, y) / len(x),
    "s(1 − s)": lambda x, y, place: softmax(x) * (1 - softmax(x)),
    "without Σy": lambda x, y, place: softmax(x) - y,
    "temperature 1.001": lambda x, y, place: right(x / 1.001, y),
    "1e-3 added at one coordinate": added(1e-3),
    "two coordinates swapped": swapped,
    "s_i dropped where s_i < 1e-5": dropped,
}

# case -> logits, labels, their total, and the mutants that do not change the value by more than
# its bar: labels that add up to 1 anyway, and no s_i below 1e-5 until there are many classes.
CASES = {
    "steep logits, labels that add up to 3": ("steep", "soft", 3.0, {}),
    "ordinary logits, one-hot labels": (
        "ordinary",
        "one-hot",
        1.0,
        {
            10: {"without Σy", "s_i dropped where s_i < 1e-5"},
            1_000: {"without Σy", "s_i dropped where s_i < 1e-5"},
        },
    ),
}


@pytest.mark.parametrize(
    ("case", "n"),
    [(case, n) for case in CASES for n in (10, 1_000)] + [(next(iter(CASES)), 10_000)],
)
def test_ten_mutants_are_caught(case, n, record_property):
    """By differences at every coordinate, which are taken once and know nothing of the mutants."""
    logits, labels, total, too_small = CASES[case]
    inputs = inputs_of(n, logits, labels, np.float64, total)
    differences = every_difference(inputs)
    rounding = rounding_bound(GENERAL.gradient, **inputs)
    assert agrees(GENERAL.gradient(**inputs), differences, rounding)
    wrong = {name: mutant(**inputs, place=n // 3) for name, mutant in MUTANTS.items()}
    bar = differences.bar + rounding
    unchanged = {name for name in wrong if (abs(wrong[name] - right(**inputs)) <= bar).all()}
    caught = {name for name in wrong if not agrees(wrong[name], differences, rounding)}
    record_property("value not changed by more than its bar", sorted(unchanged))
    print(f"n = {n}, {case}: value not changed by more than its bar:", sorted(unchanged) or "none")
    assert unchanged == too_small.get(n, set())
    assert caught == set(MUTANTS) - unchanged


def every_difference(inputs):
    """Central differences at all coordinates, with one step and one rounding bound for all."""
    x, y = inputs["x"], inputs["y"]

    def loss(moved):
        return GENERAL.loss(x=moved, y=y)

    def bound(moved):
        return rounding_bound(GENERAL.loss, x=moved, y=y)

    likely = central_difference(loss, x, (int(x.argmax()),), rounding=bound)
    everywhere = 2 * bound(x)
    for place in range(0, len(x), max(len(x) // 10, 1)):
        for by in (-4 * likely.step, 4 * likely.step):
            assert bound(np.where(np.arange(len(x)) == place, x + by, x)) <= everywhere
    return central_differences(loss, x, rounding=everywhere, step=likely.step)


# ---- one class, and integers ---------------------------------------------------------------------


@each_dtype
def test_with_one_class_there_is_nothing_to_learn(dtype):
    for x in (-1e4, 0.0, 1e4):
        gradient = NORMALISED.gradient(x=np.array([x], dtype), y=np.array([1.0], dtype))
        assert gradient.tolist() == [0.0]


@pytest.mark.parametrize("dtype", [int, np.int32, np.uint8])
def test_integers_are_converted(dtype):
    f = functions(theorem("softmax_cross_entropy"))
    integers = {"x": np.array([3, 1, 2], dtype), "y": np.array([0, 1, 0], dtype)}
    floats = {name: value.astype(float) for name, value in integers.items()}
    for function in (f.loss, f.gradient):
        assert function(**integers).dtype == np.float64
        np.testing.assert_array_equal(function(**integers), function(**floats))
    assert [value.dtype for value in integers.values()] == [np.dtype(dtype)] * 2
