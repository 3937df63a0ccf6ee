"""Losses, gradients and other terms that the numeric tests use by name."""

from derive.kernel import Declarations, Label
from derive.kernel.terms import (
    MINUS_ONE,
    ONE,
    ZERO,
    add,
    apply,
    constant,
    delta,
    element,
    multiply,
    negate,
    number,
    position,
    power,
    shift,
    size,
    sum_over,
    where,
)

DECLARED = Declarations(
    sizes=frozenset({"m", "n", "p"}),
    indices={"i": "n", "k": "n", "r": "m", "a": "p"},
    variables={
        "x": ("n",),
        "y": ("n",),
        "g": ("n",),
        "z": ("m",),
        "w": ("p",),
        "b": (),
        "X": ("m", "n"),
        "Y": ("m", "n"),
        "F": ("m", "p"),
        "C": ("n", "n"),
        "T": ("m", "n", "p"),
        "Q": ("n", "p"),
        "K": ("n", "p"),
    },
    labels={"t": Label(("m",), "n"), "u": Label(("n",), "p")},
)
SIZES = {"m": 2, "n": 4, "p": 3}
SMALLEST = {"m": 1, "n": 1, "p": 1}


def exp(term):
    return apply("exp", term)


def log(term):
    return apply("log", term)


def inverse(term):
    return power(term, MINUS_ONE)


def under(index):
    """The index seen from under one more binder."""
    return shift(index, 1)


def softmax(name, *at):
    *rows, last = at
    total = sum_over("n", exp(element(name, *map(under, rows), 0)))
    return multiply(exp(element(name, *rows, last)), inverse(total))


def residual(row):
    prediction = sum_over("p", multiply(element("F", under(row), 0), element("w", 0)))
    return add(prediction, element("b"), negate(element("z", row)))


def scores(query, key):
    """sum_d Q[query, d] K[key, d] / sqrt(p)"""
    inner = multiply(element("Q", under(query), 0), element("K", under(key), 0))
    return multiply(sum_over("p", inner), power(size("p"), number(-1, 2)))


def attention(query, key):
    total = sum_over("n", exp(scores(under(query), 0)))
    return multiply(exp(scores(query, key)), inverse(total))


CROSS_ENTROPY = negate(sum_over("n", multiply(element("y", 0), log(softmax("x", 0)))))
LOG_SUM = log(sum_over("n", exp(element("x", 0))))
MEAN = multiply(inverse(size("n")), sum_over("n", element("x", 0)))
SOFTMAX_SLOPE = add(softmax("x", "i"), negate(element("y", "i")))
GENERAL_SLOPE = add(
    multiply(sum_over("n", element("y", 0)), softmax("x", "i")), negate(element("y", "i"))
)
JACOBIAN = multiply(softmax("x", "k"), add(delta("k", "i"), negate(softmax("x", "i"))))
THROUGH_JACOBIAN = sum_over(
    "n",
    multiply(element("g", 0), softmax("x", 0), add(delta(0, "i"), negate(softmax("x", "i")))),
)
ROWS_SLOPE = add(softmax("X", "r", "i"), negate(element("Y", "r", "i")))
ROWS_LOSS = multiply(
    inverse(size("m")),
    MINUS_ONE,
    sum_over("m", sum_over("n", multiply(element("Y", 1, 0), log(softmax("X", 1, 0))))),
)
SQUARED_ERROR = multiply(inverse(size("m")), sum_over("m", power(residual(0), number(2))))
BY_WEIGHT = multiply(
    number(2), inverse(size("m")), sum_over("m", multiply(residual(0), element("F", 0, "a")))
)
BY_BIAS = multiply(number(2), inverse(size("m")), sum_over("m", residual(0)))
HARD_LABELS = negate(sum_over("m", log(softmax("X", 0, ("t", 0)))))
CAUSAL = multiply(
    where("<=", position("k"), position("i"), exp(element("x", "k"))),
    inverse(sum_over("n", where("<=", position(0), position("i"), exp(element("x", 0))))),
)
NORMAL = multiply(  # the distribution function of the normal distribution
    number(1, 2),
    add(ONE, apply("erf", multiply(element("x", "i"), power(number(2), number(-1, 2))))),
)
DENSITY = multiply(
    power(multiply(number(2), constant("pi")), number(-1, 2)),
    exp(multiply(number(-1, 2), power(element("x", "i"), number(2)))),
)
ABOVE_ZERO = where("<", ZERO, element("x", 0), element("x", 0))
NAMED = {
    "GELU": (multiply(element("x", "i"), NORMAL), ("i",)),
    "its slope": (add(NORMAL, multiply(element("x", "i"), DENSITY)), ("i",)),
    "ReLU": (sum_over("n", ABOVE_ZERO), ()),
    "Dirichlet": (
        add(
            apply("lgamma", sum_over("n", exp(element("x", 0)))),
            negate(sum_over("n", apply("lgamma", exp(element("x", 0))))),
        ),
        (),
    ),
    "its slope by a parameter": (
        add(
            apply("digamma", sum_over("n", exp(element("x", 0)))),
            negate(apply("digamma", exp(element("x", "i")))),
        ),
        ("i",),
    ),
    "waves": (add(apply("sin", element("x", "i")), apply("cos", element("y", "i"))), ("i",)),
    "off the diagonal": (
        sum_over("n", where("!=", position(0), position("i"), inverse(element("x", 0)))),
        ("i",),
    ),
    "cross-entropy": (CROSS_ENTROPY, ()),
    "s - y": (SOFTMAX_SLOPE, ("i",)),
    "sum(y) s - y": (GENERAL_SLOPE, ("i",)),
    "log sum exp": (LOG_SUM, ()),
    "x - log sum exp": (add(element("x", "i"), negate(LOG_SUM)), ("i",)),
    "Jacobian": (JACOBIAN, ("k", "i")),
    "Jacobian, transposed": (JACOBIAN, ("i", "k")),
    "vector times Jacobian": (THROUGH_JACOBIAN, ("i",)),
    "s - y on rows": (ROWS_SLOPE, ("r", "i")),
    "mean cross-entropy of rows": (ROWS_LOSS, ()),
    "squared error": (SQUARED_ERROR, ()),
    "squared error by weight": (BY_WEIGHT, ("a",)),
    "squared error by bias": (BY_BIAS, ()),
    "hard labels": (HARD_LABELS, ()),
    "hard labels of other rows": (
        sum_over("m", sum_over("m", log(softmax("X", 0, ("t", 1))))),
        (),
    ),
    "nothing": (multiply(add(), multiply()), ()),
    "causal softmax": (CAUSAL, ("i", "k")),
    "softplus": (sum_over("m", log(add(ONE, exp(element("z", 0))))), ()),
    "sigmoid": (inverse(add(ONE, exp(negate(element("z", "r"))))), ("r",)),
    "attention": (sum_over("n", multiply(attention("i", 0), element("Q", 0, "a"))), ("i", "a")),
    "centred": (add(element("x", "i"), negate(MEAN)), ("i",)),
    "likelihood": (power(softmax("x", "i"), element("b")), ("i",)),
    "diagonal": (element("C", "i", "i"), ("i",)),
    "gathered": (element("T", "r", ("t", "r"), ("u", ("t", "r"))), ("r",)),
    "one-hot": (delta("i", ("t", "r")), ("r", "i")),
    "a product with a batch": (
        sum_over("n", multiply(element("T", "r", 0, "a"), element("X", "r", 0))),
        ("a", "r"),
    ),
    "a constant gradient": (number(3), ("i", "a")),
    "a permuted array": (element("T", "r", "k", "a"), ("a", "r", "k")),
    "log of two probabilities": (log(add(softmax("x", "i"), softmax("x", "k"))), ("i", "k")),
    "one exponential twice": (
        multiply(
            add(multiply(exp(element("x", "i")), element("y", "i")), exp(element("x", "i"))),
            inverse(sum_over("n", exp(element("x", 0)))),
        ),
        ("i",),
    ),
    "column sums": (sum_over("m", softmax("X", 0, "i")), ("i",)),
}
