"""The wider notation: functions and abbreviations, guards, labels."""

from __future__ import annotations

import math
import pickle
from copy import deepcopy
from fractions import Fraction
from itertools import pairwise

import pytest
import sympy
from sympy import Eq, Function, Max, Min, Ne, digamma, erf, exp, loggamma
from sympy.tensor.indexed import IndexException

import derive
from derive.kernel import terms
from derive.kernel.declarations import Label
from derive.kernel.terms import ZERO, add, apply, delta, element, multiply, negate, number, position
from derive.notation import NotationError, Reader, read_claim
from derive.symbols import (
    Definition,
    index,
    indices,
    labels,
    real,
    sigmoid,
    size,
    softplus,
    sum_over,
    where,
)
from derive.symbols import (
    delta as kronecker,
)
from numeric.interpret import BALLS, evaluate
from numeric.points import Point

m, n, p = size("m"), size("n"), size("p")
i, j, k = indices("i j k", n)
r = index("r", m)
x, X, b, c = real("x", n), real("X", m, n), real("b"), real("c")
t = labels("t", m, below=n)
X_I, X_J, B = element("x", "i"), element("x", "j"), element("b")


def read(expression):
    return Reader().term(expression)


# ---- functions -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "term"),
    [
        (sympy.sin(x[i]), apply("sin", X_I)),
        (sympy.cos(x[i]), apply("cos", X_I)),
        (erf(x[i]), apply("erf", X_I)),
        (loggamma(x[i]), apply("lgamma", X_I)),
        (digamma(x[i]), apply("digamma", X_I)),
        (sympy.pi, terms.constant("pi")),
        (sympy.EulerGamma, negate(apply("digamma", number(1)))),
        (sympy.Abs(exp(b)), apply("exp", B)),
    ],
)
def test_functions_of_the_kernel(expression, term):
    assert read(expression) is term


def value(expression, at):
    """The value of an expression of b, from the term that was read."""
    world = Point({}, {"b": {(): Fraction(at)}})
    return float(evaluate(read(expression), world, (), BALLS))


ABBREVIATIONS = [
    (sigmoid(b), lambda u: 1 / (1 + math.exp(-u))),
    (softplus(b), lambda u: math.log(1 + math.exp(u))),
    (sympy.tanh(b), math.tanh),
    (sympy.cosh(b), math.cosh),
    (sympy.sinh(b), math.sinh),
    (abs(b), abs),
    (sympy.sign(b), lambda u: (u > 0) - (u < 0)),
    (Max(0, b), lambda u: max(0.0, u)),
    (Max(1, b), lambda u: max(1.0, u)),
    (Min(0, b), lambda u: min(0.0, u)),
    (Min(1, b), lambda u: min(1.0, u)),
    (Max(b, b**2, 1), lambda u: max(u, u * u, 1.0)),
    (Min(b, b**2, 1), lambda u: min(u, u * u, 1.0)),
]


@pytest.mark.parametrize("at", [-2, -1, 0, 1, 3, "1/2"])
@pytest.mark.parametrize(("expression", "function"), ABBREVIATIONS)
def test_an_abbreviation_means_what_it_is_called(expression, function, at):
    assert value(expression, at) == pytest.approx(function(float(Fraction(at))), rel=1e-14)


@pytest.mark.parametrize("name", ["sigmoid", "softplus", "where", "labels"])
def test_the_package_exports_the_notation(name):
    assert name in dir(derive)
    assert getattr(derive, name) is getattr(derive.symbols, name)


def test_a_chain_of_tanh_grows_by_a_constant():
    """tanh(tanh(..)): the term written out is as long as the chain, not 2 to its power."""
    chain, sizes = b, []
    for _ in range(8):
        chain = sympy.tanh(chain)
        sizes.append(read(chain).nodes)
    assert {b - a for a, b in pairwise(sizes)} == {sizes[0] - 1}


# ---- guards --------------------------------------------------------------------------------------

GUARDS = [
    (where(x[i] > 0, b), terms.where("<", ZERO, X_I, B)),
    (where(x[i] < 0, b), terms.where("<", X_I, ZERO, B)),
    (where(x[i] >= c, b), terms.where("<=", element("c"), X_I, B)),
    (where(x[i] <= c, b), terms.where("<=", X_I, element("c"), B)),
    (where(Eq(b, 0), c), terms.where("=", B, ZERO, element("c"))),
    (where(Ne(b, 0), 1 / b), terms.where("!=", B, ZERO, read(1 / b))),
    (where(j <= i, 1), terms.where("<=", position("j"), position("i"), number(1))),
    (where(j < i, 1), terms.where("<", position("j"), position("i"), number(1))),
    (where(j > i, 1), terms.where("<", position("i"), position("j"), number(1))),
    (where(i < 2, x[i]), terms.where("<", position("i"), number(2), X_I)),
    (where(i < t[r], x[i]), terms.where("<", position("i"), position(("t", "r")), X_I)),
    (
        where(i < n - 1, x[i]),
        terms.where("<", position("i"), add(number(-1), terms.size("n")), X_I),
    ),
    (where(Eq(i, j), x[i]), multiply(delta("i", "j"), X_I)),
    (where(Eq(i, j), 1), delta("i", "j")),
    (where(Eq(k, t[r]), 1), delta("k", ("t", "r"))),
    (where(Ne(i, j), x[i]), add(X_I, negate(multiply(delta("i", "j"), X_I)))),
    (where(Eq(i, j), 1 / b), terms.where("=", position("i"), position("j"), read(1 / b))),
    (where(Ne(i, j), 1 / b), terms.where("!=", position("i"), position("j"), read(1 / b))),
    (where(Eq(i, r), 1), terms.where("=", position("i"), position("r"), number(1))),
]


@pytest.mark.parametrize(("expression", "term"), GUARDS)
def test_conditions(expression, term):
    assert read(expression) is term


def test_a_guard_sees_the_indices_bound_around_it():
    found = read(sum_over(j, where(j <= i, exp(x[j]))))
    inner = terms.where("<=", position(0), position("i"), apply("exp", element("x", 0)))
    assert found is terms.sum_over("n", inner)


def test_a_definition_may_be_guarded():
    a = Definition("a", (i, j), where(j <= i, x[j]))
    assert read(a[j, i]) is terms.where("<=", position("i"), position("j"), X_I)


def test_several_conditions_are_nested():
    found = read(where((x[i] > 0) & (b > 0), c))
    assert found.kind == found.args[3].kind == "where"
    assert {found.args[2], found.args[3].args[2]} == {X_I, B}


@pytest.mark.parametrize(
    "condition", [True, False, i >= 0, n >= 1, b == 0, b, (b > 0) | (c > 0), "b > 0", None]
)
def test_a_condition_is_an_open_comparison(condition):
    with pytest.raises(TypeError, match="wants a comparison that is still open"):
        where(condition, b)


def test_nothing_is_evaluated_in_a_guard():
    """SymPy would decide that x_i > x_i is false, and drop the guard."""
    guarded = where(x[i] > b, x[i])
    assert guarded.func(*guarded.args) == guarded
    assert str(guarded) == "where(x[i] > b, x[i])"
    assert where(x[i] > 0, 1) != where(x[i] >= 0, 1)
    assert read(guarded.func(">", b, b, c)) is terms.where("<", B, B, element("c"))


# ---- labels --------------------------------------------------------------------------------------


def test_a_label_is_an_index():
    assert read(X[r, t[r]]) is element("X", "r", ("t", "r"))
    assert read(sum_over(r, X[r, t[r]])) is terms.sum_over("m", element("X", 0, ("t", 0)))
    assert read(kronecker(k, t[r])) is delta("k", ("t", "r"))


def test_a_label_is_a_number_too():
    assert read(t[r] + b) in (add(position(("t", "r")), B), add(B, position(("t", "r"))))


def test_a_definition_may_be_read_at_a_label():
    u = Definition("u", (r, k), exp(X[r, k]) / sum_over(j, exp(X[r, j])))
    assert read(u[r, t[r]]) is read(exp(X[r, t[r]]) / sum_over(k, exp(X[r, k])))


def test_labels_are_declared():
    reader = Reader()
    reader.term(X[r, t[r]])
    declared = reader.declarations()
    assert declared.labels == {"t": Label(("m",), "n")}
    assert declared.sizes == {"m", "n"}
    assert declared.indices == {"r": "m"}
    assert set(declared.variables) == {"X"}


def test_labels_of_labels():
    first, second = labels("a", m, below=n), labels("c", n, below=p)
    assert read(real("v", p)[second[first[r]]]) is element("v", ("c", ("a", "r")))


def test_a_claim_about_a_label():
    claim = read_claim(sum_over(r, X[r, t[r]]), X[r, k], kronecker(k, t[r]))
    assert claim.at == ("r", "k")
    assert claim.value is delta("k", ("t", "r"))


@pytest.mark.parametrize(
    ("of", "message"),
    [
        (lambda: x[labels("t", m, below=p)[r]], "t.*runs below p, here it has to run below n"),
        (lambda: X[r, labels("t", n, below=n)[r]], "r runs below m, here it has to run below n"),
        (lambda: X[r, t[0]], "not an index from 0 to a size: 0"),
        (lambda: X[r, t[b]], "not an index from 0 to a size: b"),
        (lambda: X[r, t[r] + 1], r"not an index from 0 to a size: t\[r\] \+ 1"),
        (lambda: X[r, t[r]] * real("t", m)[r], "t is .* and also .*: rename one of them"),
        (lambda: x[t[r]] + x[labels("t", m, below=p)[r]], "t is labels below .* and also labels"),
        (lambda: X[r, x[i]], r"not an index from 0 to a size: x\[i\]"),
    ],
)
def test_a_label_out_of_place_is_refused(of, message):
    with pytest.raises(NotationError, match=message):
        read_claim(of() + b, b, 1)


def test_the_rank_of_labels():
    with pytest.raises(IndexException, match="Rank mismatch"):
        t[r, r]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: labels("t", 3, below=n), "wants sizes"),
        (lambda: labels("t", m, below=10), "wants sizes"),
        (lambda: labels("t", below=n), "wants at least one size; a single label is an index"),
    ],
)
def test_labels_want_sizes(make, message):
    with pytest.raises(TypeError, match=message):
        make()


def test_it_cannot_be_differentiated_by_a_label():
    with pytest.raises(NotationError, match="cannot differentiate by t"):
        read_claim(t[r] * b, t[r], b)


@pytest.mark.parametrize("copied", [lambda a: pickle.loads(pickle.dumps(a)), deepcopy])
@pytest.mark.parametrize("symbol", [t, t[r], where(x[i] > 0, b), sigmoid(b), softplus(x[i])])
def test_the_new_symbols_survive_copying(symbol, copied):
    again = copied(symbol)
    assert again == symbol
    assert type(again) is type(symbol)
    assert getattr(again, "below", None) == getattr(symbol, "below", None)


def test_labels_are_equal_only_with_the_same_range():
    assert labels("t", m, below=n) == t
    assert labels("t", m, below=p) != t


def test_a_function_of_ours_is_not_any_function_of_its_name():
    assert read(sigmoid(b)) is read(1 / (1 + exp(-b)))
    with pytest.raises(NotationError, match="from derive import sigmoid"):
        read(Function("sigmoid")(b))
