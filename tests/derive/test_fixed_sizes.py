"""Statements at fixed sizes: SymPy's own derivative of what is written out is what is claimed."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
import sympy
from sympy import Eq, Matrix, Piecewise, Sum, Symbol, erf, exp, log

from derive import gradient, theorem, unroll
from derive.losses import cross_entropy, softmax, squared_error
from derive.notation import NotationError, read_claim
from derive.symbols import (
    delta,
    index,
    indices,
    labels,
    positive,
    real,
    sigmoid,
    simplex,
    size,
    sum_over,
    where,
)

n, m, p = size("n"), size("m"), size("p")
i, j, k = indices("i j k", n)
r = index("r", m)
x, y, b = real("x", n), real("y", n), real("b")
c = index("c", p)
X, w, t = real("X", m, p), real("w", p), real("t", m)
s = softmax(x)
X1, Y0, Y1, B = sympy.symbols("x_1 y_0 y_1 b")
EXACTLY = (  # theorems that are rational in exp(x) and in the rest, so that zero is decided
    "cross_entropy",
    "softmax_cross_entropy",
    "softmax_jacobian",
    "squared_error",
)
PARTS = [
    pytest.param(part, id=f"{name}-{place}")
    for name in EXACTLY
    for place, part in enumerate(theorem(name).parts)
]


def as_logarithms(expression, seed=0):
    """Every x becomes the log of a rational, so that exponentials of them are rational, too.

    What is equal at such points for every choice of rationals is equal.
    """
    random = Random(seed)
    values = {}
    for symbol in sorted(expression.free_symbols, key=str):
        value = sympy.Rational(random.randint(2, 30), random.randint(31, 60))
        values[symbol] = log(value) if str(symbol).startswith("x") else value
    return values


def exactly_zero(expression):
    at = as_logarithms(expression)
    value = sympy.simplify(expression.subs(at))
    return sympy.expand(sympy.expand_log(value, force=True)) == 0


def differentiated(unrolled):
    """SymPy's own derivative, in the shape of ``unrolled.gradient``."""
    if isinstance(unrolled.of, sympy.MatrixBase):
        return Matrix(unrolled.of).jacobian(Matrix(list(unrolled.variables)))
    return unrolled.variables.applyfunc(lambda variable: sympy.diff(unrolled.of, variable))


def holding(hypotheses, sizes, expression):
    """The expression with the last label written as 1 minus the others, where they sum to 1."""
    if not hypotheses:
        return expression
    labels = sympy.symbols([f"y_{place}" for place in range(sizes["n"])])
    return expression.subs(labels[-1], 1 - sum(labels[:-1]))


def sizes_from(claim, least):
    """Sizes that differ from each other, from the least on."""
    return {name: least + place for place, name in enumerate(sorted(claim.declarations.sizes))}


@pytest.mark.parametrize("at", [1, 2, 3])
@pytest.mark.parametrize("part", PARTS)
def test_the_claim_is_what_sympy_differentiates_to(part, at):
    unrolled = unroll(part.main, **sizes_from(part.claim, at))
    difference = differentiated(unrolled) - unrolled.gradient
    assert difference.shape == unrolled.gradient.shape
    for entry in difference:
        assert exactly_zero(holding(part.main.given, unrolled.sizes, entry))


@pytest.mark.parametrize("at", [2, 3])
@pytest.mark.parametrize("part", PARTS)
def test_a_mistake_is_not_what_sympy_differentiates_to(part, at):
    for mistake in part.mistakes:
        claim = part.mistaken(mistake)
        given = part.main.given if mistake.given is None else mistake.given
        unrolled = unroll(claim, **sizes_from(claim, at))
        difference = differentiated(unrolled) - unrolled.gradient
        entries = [holding(given, unrolled.sizes, entry) for entry in difference]
        assert not all(map(exactly_zero, entries)), mistake.what


def test_distinct_sizes_for_distinct_axes():
    unrolled = unroll(theorem("squared_error"), m=2, p=3)
    assert unrolled.variables.shape == (3, 1)
    assert unrolled.gradient.shape == (3, 1)
    names = {str(symbol) for symbol in unrolled.of.free_symbols}
    assert names == {
        *(f"X_{row}_{column}" for row in range(2) for column in range(3)),
        *("w_0", "w_1", "w_2", "t_0", "t_1", "b"),
    }
    assert all(exactly_zero(e) for e in differentiated(unrolled) - unrolled.gradient)


def test_a_matrix_of_variables_gives_a_matrix():
    unrolled = unroll(gradient(squared_error(X, w, b, t), X[r, c]), m=2, p=3)
    assert unrolled.gradient.shape == unrolled.variables.shape == (2, 3)
    assert unrolled.variables[1, 2] == Symbol("X_1_2")
    assert all(exactly_zero(e) for e in differentiated(unrolled) - unrolled.gradient)


def test_a_jacobian_has_a_row_for_each_output():
    unrolled = unroll(gradient(s[k], x[i]), 3)
    assert unrolled.gradient.shape == (3, 3)
    assert unrolled.of.shape == unrolled.variables.shape == (3, 1)
    assert all(exactly_zero(e) for e in differentiated(unrolled) - unrolled.gradient)


def test_rows_and_columns_of_a_jacobian_that_is_not_square():
    d = index("d", p)
    unrolled = unroll(gradient(sum_over(d, X[r, d] * w[d]), w[c]), m=2, p=3)
    assert unrolled.gradient == Matrix(2, 3, lambda row, column: Symbol(f"X_{row}_{column}"))


def test_a_scalar_variable():
    unrolled = unroll(gradient(sum_over(k, x[k] * b**2), b), 2)
    assert unrolled.gradient.shape == (1, 1)
    assert all(exactly_zero(e) for e in differentiated(unrolled) - unrolled.gradient)


def test_at_one_class_softmax_is_1():
    unrolled = unroll(theorem("softmax_cross_entropy"), 1)
    assert sympy.simplify(unrolled.gradient[0] - (1 - Symbol("y_0"))) == 0


# ---- every kind of term --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "written"),
    [
        (n * b, "3*b"),
        (sum_over(k, k * x[k]), "x_1 + 2*x_2"),
        (sum_over(k, delta(k, i) * y[k]), "y_1"),
        (sum_over(k, x[k] ** 2) / n, "(x_0**2 + x_1**2 + x_2**2)/3"),
        (Sum(x[k], (k, 0, n - 2)), "x_0 + x_1"),
        (Sum(x[k], (k, 0, n - 3)), "x_0"),
        (y[0] * x[i], "y_0*x_1"),
        (exp(x[i]) + log(1 + exp(b)), "exp(x_1) + log(1 + exp(b))"),
        (sum_over(k, sum_over(j, x[k] * y[j])), "(x_0 + x_1 + x_2)*(y_0 + y_1 + y_2)"),
    ],
)
def test_what_is_written_out(expression, written):
    """At n = 3 and i = 1."""
    unrolled = unroll(read_claim(expression + 0 * b, b, expression), 3)
    value = unrolled.gradient[1] if len(unrolled.gradient) > 1 else unrolled.gradient[0]
    assert sympy.expand(value - sympy.sympify(written)) == 0


@pytest.mark.parametrize(
    ("expression", "written"),
    [
        (sympy.erf(x[i]) + sympy.pi, erf(X1) + sympy.pi),
        (sympy.loggamma(b) - sympy.digamma(b), sympy.loggamma(B) - sympy.digamma(B)),
        (sigmoid(x[i]), 1 / (1 + exp(-X1))),
        (where(x[i] > b, 1 / b), Piecewise((1 / B, X1 > B), (0, True))),
        (abs(x[i]), 2 * Piecewise((X1, X1 > 0), (0, True)) - X1),
        (sum_over(k, where(k <= i, exp(y[k]))), exp(Y0) + exp(Y1)),
        (sum_over(k, where(k < i, 1 / y[k])), 1 / Y0),
        (sum_over(k, where(sympy.Ne(k, i), y[k])), Y0 + Symbol("y_2")),
    ],
)
def test_functions_and_guards_written_out(expression, written):
    """At n = 3 and i = 1."""
    unrolled = unroll(read_claim(expression + 0 * b, b, expression), 3)
    value = unrolled.gradient[1] if len(unrolled.gradient) > 1 else unrolled.gradient[0]
    assert sympy.simplify(value - written) == 0


def test_the_body_of_a_guard_that_never_holds_is_not_written():
    """[k < 0] / 0 has the value 0, not zoo."""
    broken = where(k > n, sympy.Pow(sympy.S.Zero, -1, evaluate=False))
    assert unroll(read_claim(b, b, sum_over(k, broken)), 2).gradient == Matrix([0])


TARGETS = labels("l", m, below=p)
AT_LABEL = read_claim(
    sum_over(r, X[r, TARGETS[r]] ** 2), X[r, c], 2 * delta(c, TARGETS[r]) * X[r, c]
)


def test_labels_are_looked_up():
    unrolled = unroll(AT_LABEL, m=2, p=3, labels={"l": {(0,): 2, (1,): 0}})
    assert unrolled.of == Symbol("X_0_2") ** 2 + Symbol("X_1_0") ** 2
    assert all(exactly_zero(e) for e in differentiated(unrolled) - unrolled.gradient)
    assert unrolled.gradient[0, 2] == 2 * Symbol("X_0_2")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (None, r"wants values for the labels \['l'\], not for \[\]"),
        ({"t": {(0,): 0, (1,): 0}}, "wants values for the labels"),
        ({"l": {(0,): 0}}, r"want a value at each of \[\(0,\), \(1,\)\]"),
        ({"l": {(0,): 0, (1,): 3}}, "run from 0 to 2, not"),
        ({"l": {(0,): 0, (1,): -1}}, "run from 0 to 2, not"),
        ({"l": {(0,): 0, (1,): True}}, "run from 0 to 2, not"),
    ],
)
def test_labels_that_do_not_fit_are_refused(given, message):
    with pytest.raises(ValueError, match=message):
        unroll(AT_LABEL, m=2, p=3, labels=given)


def test_a_short_sum_is_empty_at_1():
    short = Sum(x[k], (k, 0, n - 2))
    assert unroll(read_claim(b, b, short), 1).gradient == Matrix([0])


# ---- what is refused -----------------------------------------------------------------------------

CLAIM = read_claim(sum_over(r, sum_over(c, X[r, c] ** 2)), X[r, c], 2 * X[r, c])


@pytest.mark.parametrize(
    "sizes", [{}, {"m": 2}, {"p": 2}, {"q": 2}, {"m": 2, "p": 2, "q": 2}, {"m": 2, "q": 3}]
)
def test_each_size_is_wanted_and_no_other(sizes):
    with pytest.raises(ValueError, match="wants a value for each of m, p"):
        unroll(CLAIM, **sizes)


@pytest.mark.parametrize("value", [0, -1, 2.0, "2", True, Fraction(2)])
def test_sizes_are_whole_numbers_from_1_on(value):
    with pytest.raises(ValueError, match="whole numbers from 1 on"):
        unroll(theorem("squared_error"), m=2, p=value)
    with pytest.raises(ValueError, match="whole numbers from 1 on"):
        unroll(theorem("softmax_cross_entropy"), value)


def test_a_size_that_is_called_n_is_not_every_size():
    """unroll(claim, m=3, n=2): n is a size by its name here, and m is 3."""
    table, k = real("T", m, n), index("k", n)
    claim = read_claim(sum_over(r, sum_over(k, table[r, k])), table[r, k], 1)
    unrolled = unroll(claim, m=3, n=2)
    assert unrolled.sizes == {"m": 3, "n": 2}
    assert unrolled.gradient.shape == (3, 2)


def test_one_number_and_sizes_by_name_are_too_much():
    with pytest.raises((ValueError, TypeError)):
        unroll(theorem("squared_error"), 2, m=3, p=3)


def test_an_index_of_the_function_and_of_the_variable_is_refused():
    """The diagonal of a Jacobian says nothing of the rest: it is not shown as the matrix."""
    with pytest.raises(ValueError, match="rename one of them"):
        unroll(gradient(s[i], x[i]), 2)


def test_an_index_that_the_variable_has_twice_is_refused():
    K = real("K", n, n)
    with pytest.raises(ValueError, match="rename one of them"):
        unroll(gradient(sum_over(k, K[k, k] ** 2), K[i, i]), 2)


def test_names_written_out_do_not_clash():
    """A scalar x_0 and the first entry of x would be one symbol: x_0 is no name."""
    with pytest.raises(NotationError, match="'x_0' is not a name"):
        read_claim(real("x_0") * sum_over(k, x[k]), x[i], real("x_0"))


def test_a_claim_under_hypotheses_keeps_its_values():
    labels, q = simplex("y", n), positive("q", n)
    unrolled = unroll(gradient(cross_entropy(labels, q), q[i]), 2)
    y_0, y_1, q_0, q_1 = sympy.symbols("y_0 y_1 q_0 q_1")
    assert unrolled.gradient == Matrix([-y_0 / q_0, -y_1 / q_1])


def test_notebooks_see_the_gradient():
    unrolled = unroll(theorem("softmax_cross_entropy"), 2)
    shown = unrolled._repr_latex_()
    assert shown.startswith("$")
    assert shown.endswith("$")
    assert "y_{0}" in shown
    assert r"\operatorname" not in shown


def test_a_claim_and_its_theorem_unroll_alike():
    whole = theorem("softmax_cross_entropy")
    for what in (whole, whole.parts[0].main, whole.parts[0].claim):
        assert unroll(what, 2) == unroll(whole, 2)
    given = [Eq(sum_over(k, y[k]), 1)]
    assert unroll(read_claim(cross_entropy(y, s), x[i], s[i] - y[i], given), 2) == unroll(whole, 2)
