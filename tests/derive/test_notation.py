"""SymPy in and out: what is read is what was meant, and what has no exact meaning is refused."""

from __future__ import annotations

import pickle
from copy import deepcopy

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import (
    Eq,
    Idx,
    Integer,
    Ne,
    Rational,
    Sum,
    Symbol,
    cos,
    digamma,
    erf,
    exp,
    log,
    loggamma,
    sin,
    sqrt,
)
from sympy.tensor.indexed import IndexException

from derive import gradient
from derive.kernel import Equation, Fact, Hypothesis, Term, terms
from derive.kernel.terms import add, apply, delta, element, multiply, number, power, sum_over, where
from derive.losses import cross_entropy, softmax
from derive.notation import NotationError, Reader, Writer, read_claim
from derive.symbols import (
    Definition,
    Partial,
    index,
    indices,
    labels,
    nonnegative,
    nonzero,
    positive,
    product,
    real,
    simplex,
    size,
)
from derive.symbols import delta as kronecker
from derive.symbols import sum_over as total
from derive.symbols import where as guarded
from derive.tactics.prove import Prover

from .formulas import NAMES, formulas

m, n = size("m"), size("n")
i, j, k, d = indices("i j k d", n)
r = index("r", m)
x, y, K, X = real("x", n), real("y", n), real("K", n, n), real("X", m, n)
b, c = real("b"), positive("c")
t = labels("t", m, below=n)
s = softmax(x)


def read(expression):
    return Reader().term(expression)


def rewritten(expression):
    """What a writer makes of an expression that was read."""
    reader = Reader()
    return Writer(reader).expression(reader.term(expression))


# ---- what is read --------------------------------------------------------------------------------

X0, X_I, B = element("x", 0), element("x", "i"), element("b")


@pytest.mark.parametrize(
    ("expression", "term"),
    [
        (3, number(3)),
        (Rational(-2, 6), number(-1, 3)),
        (n, terms.size("n")),
        (i, terms.position("i")),
        (b, B),
        (x[i], X_I),
        (K[i, j], element("K", "i", "j")),
        (kronecker(i, j), delta("i", "j")),
        (sympy.E, apply("exp", number(1))),
        (exp(x[i]), apply("exp", X_I)),
        (log(c), apply("log", element("c"))),
        (sqrt(c), power(element("c"), number(1, 2))),
        (1 / b, power(B, number(-1))),
        (c**b, power(element("c"), B)),
        (-b, multiply(number(-1), B)),
        (total(k, x[k]), sum_over("n", X0)),
        (total(k, i), sum_over("n", terms.position("i"))),
        (total(k, k), sum_over("n", terms.position(0))),
        (
            Sum(X[r, k], (k, 0, n - 1), (r, 0, m - 1)),
            sum_over("m", sum_over("n", element("X", 1, 0))),
        ),
        (Partial(Symbol("L"), x[i] ** 2, x[i], 2 * x[i]), multiply(number(2), X_I)),
    ],
)
def test_every_kind_of_expression(expression, term):
    assert read(expression) is term


def test_a_sum_binds_its_index_and_no_other():
    parts = set(read(x[j] + total(k, x[k] * y[j])).args)
    assert parts == {element("x", "j"), sum_over("n", multiply(X0, element("y", "j")))}


def test_bound_names_do_not_matter():
    assert read(total(k, x[k] * y[k])) is read(total(j, x[j] * y[j]))
    assert read(total(k, total(j, K[k, j]))) is read(total(j, total(k, K[j, k])))
    assert read(total(k, total(j, K[k, j]))) is not read(total(k, total(j, K[j, k])))


def test_the_names_of_both_sides_are_collected():
    reader = Reader()
    reader.term(total(k, X[r, k] * x[k]) / m)
    declared = reader.declarations()
    assert declared.sizes == {"m", "n"}
    assert declared.indices == {"r": "m"}
    assert declared.variables == {"X": ("m", "n"), "x": ("n",)}
    assert declared.hypotheses == ()


# ---- sums that end early, entries at 0 -----------------------------------------------------------


@pytest.mark.parametrize("left_out", [1, 2])
def test_a_sum_that_stops_early_becomes_a_guard(left_out):
    short = Sum(x[k], (k, 0, n - 1 - left_out))
    end = add(terms.size("n"), number(-left_out))
    assert read(short) is sum_over("n", where("<", terms.position(0), end, X0))


def test_an_entry_at_0_becomes_a_guard():
    first = sum_over("n", where("=", terms.position(0), number(0), X0))
    assert read(x[0]) is first
    assert read(total(k, x[0])) is sum_over("n", first)


def test_an_entry_at_0_of_a_matrix_keeps_its_other_index():
    first = where("=", terms.position(0), number(0), element("K", "i", 0))
    assert read(K[i, 0]) is sum_over("n", first)
    corner = where("=", terms.position(0), number(0), element("K", 1, 0))
    outer = where("=", terms.position(0), number(0), sum_over("n", corner))
    assert read(K[0, 0]) is sum_over("n", outer)


def test_an_entry_at_0_of_a_definition():
    assert read(s[0]).kind == "sum"
    assert read(s[0]).args[1].args[3] is read(total(k, s[k])).args[1]


# ---- definitions ---------------------------------------------------------------------------------


def test_a_definition_stands_for_its_body():
    assert read(s[i]) is read(exp(x[i]) / total(j, exp(x[j])))
    assert read(total(k, s[k])) is read(total(k, exp(x[k]) / total(j, exp(x[j]))))


def test_a_body_is_not_captured_where_it_is_used():
    """s_k = e^x_k / Σ_j e^x_j under a sum over its own j, and at an index called j."""
    assert read(total(j, s[j] * y[j])) is read(total(d, s[d] * y[d]))
    assert read(s[j]) is read(exp(x[j]) / total(d, exp(x[d])))


def test_an_index_that_is_free_in_a_body_stays_free():
    """u_k = x_k y_i under a sum over i: the y_i in the body is not the one that is summed."""
    u = Definition("u", (k,), x[k] * y[i])
    under_sum = read(total(i, u[i])).args[1]
    assert set(under_sum.args) == {X0, element("y", "i")}


def test_a_definition_may_use_another():
    t = Definition("t", (k,), s[k] * (1 - s[k]))
    assert read(t[i]) is read(s[i] * (1 - s[i]))


def test_parameters_are_exchanged_at_once():
    u = Definition("u", (i, j), K[i, j] * x[i])
    assert read(u[j, i]) is read(Definition("v", (k, d), K[k, d] * x[k])[j, i])
    assert element("K", "j", "i") in read(u[j, i]).args


@pytest.mark.parametrize(
    "other", [softmax(y), Definition("s", (k,), x[k]), Definition("s", (k, j), K[k, j])]
)
def test_one_name_is_defined_once(other):
    at = other.parameters
    with pytest.raises(NotationError, match=r"s is defined as .* and also .*: rename one of them"):
        read(s[i] + other[at])


def test_a_definition_may_be_made_twice_in_the_same_way():
    assert read(s[i] + softmax(x)[j]).kind == "add"


def test_a_defined_name_is_not_declared_too():
    with pytest.raises(NotationError, match=r"s is defined as .* and also a real variable"):
        read_claim(s[i] + real("s", n)[i], x[i], s[i])


# ---- one name, bound and free --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (x[k] + total(k, x[k]), r"k is bound by Sum\(x\[k\], .*\) and free beside it: rename one"),
        (total(k, y[k]) * exp(x[k]), "k is bound by .* and free beside it"),
        (k * total(k, y[k]), "k is bound by .* and free beside it"),
        (X[r, t[r]] * total(r, b * X[r, i]), "r is bound by .* and free beside it"),
        (total(j, x[k] * total(k, y[k])), "k is bound by .* and free beside it"),
        (total(k, x[k] * total(k, y[k])), "k is bound by .* and by a sum around it: rename one"),
        (total(k, x[k] * (1 + exp(total(k, y[k])))), "k is bound by .* and by a sum around it"),
        (Definition("u", (k,), x[k] / total(k, x[k]))[i], "k is bound by .* and free beside it"),
        (guarded(x[k] > total(k, x[k]), 1), "k is bound by .* and free beside it"),
    ],
)
def test_a_bound_name_that_is_also_free_is_refused(expression, message):
    with pytest.raises(NotationError, match=message):
        read(expression)


@pytest.mark.parametrize(
    "expression",
    [
        total(k, x[k]) * total(k, y[k]),
        total(k, s[k]) + s[j],  # s is made with a sum over j
        total(k, total(j, K[k, j])) + total(j, x[j]),
        Partial(Symbol("L"), total(k, x[k]), x[k], 1) * x[k],
    ],
)
def test_the_same_name_at_different_places_is_allowed(expression):
    assert read(expression).kind in ("add", "multiply")


def test_a_hypothesis_is_one_formula():
    with pytest.raises(NotationError, match=r"k is bound by .* and free beside it"):
        stated(Eq(y[k], total(k, y[k])))


def test_what_is_found_can_be_read():
    """Σ_i e^x_i by x_i: the sums of the result are over another index than i."""
    found = gradient(log(total(i, exp(x[i]))), x[i])
    assert read(found.result) is read(exp(x[i]) / total(k, exp(x[k])))


# ---- refusals ------------------------------------------------------------------------------------

TWO_THINGS = r"^{} is an? .* and also an? .*: rename one of them"
plain = sympy.IndexedBase("q")
undeclared = Symbol("q")
q = Symbol("q", integer=True)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (0.5 * x[i], r"0\.5\d* is not exact: write Rational"),
        (undeclared * x[i], r"q is not declared: write q = real\('q'\)"),
        (plain[i], r"q is not declared: write q = real"),
        (sympy.Function("lag")(x[i]), r"unknown function lag in lag\(x\[i\]\); did you mean log\?"),
        (sympy.tan(x[i]), r"unknown function tan in tan\(x\[i\]\); did you mean tanh\?"),
        (sympy.zeta(b), r"unknown function zeta in zeta\(b\); known: sqrt, exp, log, sin"),
        (sympy.polygamma(1, b), r"unknown function polygamma in polygamma\(1, b\)"),
        (sympy.Function("sigmoid")(b), r"not the known function: from derive import sigmoid"),
        (sympy.Function("erf")(b), r"not the known function: from sympy import erf"),
        (sympy.oo, "oo is not a real number that is known here"),
        (sympy.zoo * b, "zoo is not a real number that is known here"),
        (sympy.nan, "nan is not a real number that is known here"),
        (sympy.I * b, "I is not a real number that is known here"),
        (sympy.GoldenRatio, "GoldenRatio is not a real number that is known here"),
        (sympy.true, "no meaning as a term: True"),
        (sympy.Product(x[k], (k, 0, n - 1)), "no meaning as a term: Product"),
        (sympy.Derivative(b**2, b), "no meaning as a term: Derivative"),
        (sympy.Piecewise((b, Ne(b, 0)), (0, True)), "unknown function Piecewise"),
        (Sum(x[k], (k, 1, n - 1)), "a sum starts at 0, here at 1"),
        (Sum(x[k], (k, 0, 4)), "a sum ends at a size minus 1, here at 4"),
        (Sum(x[k], (k, 0, n / 2 - 1)), "a sum ends at a size minus 1"),
        (Sum(x[k], (k, 0, n - m)), "a sum ends at a size minus 1"),
        (Sum(x[q], (q, 0, n - 1)), "not an index from 0 to a size: q; write index"),
        (Sum(x[q], (q, 0, n)), "not an index from 0 to a size: q"),
        (x[i + 1], r"not an index from 0 to a size: i \+ 1"),
        (x[2], "not an index from 0 to a size: 2"),
        (x[-1], "not an index from 0 to a size: -1"),
        (x[b], "not an index from 0 to a size: b"),
        (x[Symbol("i")], "not an index from 0 to a size: i; write index"),
        (x[Idx("i", 5)], "not an index from 0 to a size: i"),
        (x[Idx("i", (1, n))], "not an index from 0 to a size: i"),
        (x[Idx("i", (1, n - 1))], "not an index from 0 to a size: i"),
        (real("x", n)[i] * real("x", m)[r], TWO_THINGS.format("x")),
        (real("x", n)[i] * real("x"), TWO_THINGS.format("x")),
        (real("x", n)[i] * positive("x", n)[i], TWO_THINGS.format("x")),
        (x[i] + X[index("i", m), j], TWO_THINGS.format("i")),
        (n * real("n"), TWO_THINGS.format("n")),
        (real("i") * x[i], TWO_THINGS.format("i")),
        (real("k") * total(k, x[k]), TWO_THINGS.format("k")),
        (real("a_1"), "'a_1' is not a name"),
        (real("1a"), "'1a' is not a name"),
        (real(""), "'' is not a name"),
        (real("a b"), "'a b' is not a name"),
        (real("a$"), r"'a\$' is not a name"),
        (Definition("u", (k,), Partial(Symbol("L"), b**2, b, 2 * b))[i], "defined by a derivative"),
    ],
)
def test_what_has_no_exact_meaning_is_refused(expression, message):
    with pytest.raises(NotationError, match=message):
        read(expression)


@pytest.mark.parametrize(
    "expression",
    [
        pytest.param(lambda: x[Idx("i")], id="index without a size"),
        pytest.param(lambda: None, id="None"),
        pytest.param(lambda: [x[i]], id="a list"),
        pytest.param(lambda: x, id="an array without an index"),
        pytest.param(lambda: s, id="a definition without an index"),
    ],
)
def test_what_is_malformed_is_refused_by_name(expression):
    """Whatever is wrong with it, it is a NotationError that says so."""
    with pytest.raises(NotationError):
        read(expression())


def test_text_is_never_run():
    """SymPy would evaluate a string as Python."""
    seen = []
    sympy.Basic.gradproof_probe = lambda _: seen.append(1)
    try:
        with pytest.raises(NotationError):
            read("Symbol('z').gradproof_probe() or 1")
    finally:
        del sympy.Basic.gradproof_probe
    assert not seen


def test_a_rank_that_is_wrong_is_refused_by_sympy():
    with pytest.raises(IndexException, match="Rank mismatch"):
        read(x[i, j])
    with pytest.raises(IndexException, match="Rank mismatch"):
        read(K[i])


@pytest.mark.parametrize(
    ("of", "by", "value", "message"),
    [
        (x[i], n, 1, "cannot differentiate by n"),
        (x[i], undeclared, 1, "cannot differentiate by q"),
        (x[i], x[i] ** 2, 1, "cannot differentiate by x"),
        (x[i], i, 1, "cannot differentiate by i"),
        (x[i], 3, 1, "cannot differentiate by 3"),
        (s[i], s[i], 1, "s.* is defined, not a variable"),
        (b, plain[i], 0, "q is not declared"),
        (Sum(x[k], (k, 0, m - 1)), x[i], 1, "runs below m, here it has to run below n"),
        (x[i] ** 2, x[i], 2 * real("X", m, n)[i, i], "i runs below n, here it has to run below m"),
        (total(k, x[k]), x[r], 1, "r runs below m, here it has to run below n"),
    ],
)
def test_a_claim_that_is_not_well_formed_is_refused(of, by, value, message):
    with pytest.raises(NotationError, match=message):
        read_claim(of, by, value)


def test_an_index_of_the_claim_has_to_stand_on_the_left():
    loss = cross_entropy(simplex("y", n), s)
    with pytest.raises(NotationError, match=r"index k is free in the claim .* but neither"):
        read_claim(loss, x[i], s[i] - simplex("y", n)[k])
    assert read_claim(s[k], x[i], s[k] * (kronecker(k, i) - s[i])).at == ("i",)


def test_a_gradient_by_an_entry_at_a_fixed_place_is_refused_by_name():
    """x_0 is read as a guarded sum, which is nothing to differentiate by."""
    with pytest.raises(NotationError, match=r"cannot differentiate by x\[0\]"):
        read_claim(total(k, x[k] ** 2), x[0], 2 * x[0])


@pytest.mark.parametrize(
    "of", [n * real("n"), real("i") * x[i], Sum(x[k], (k, 0, m - 1)) + x[i], x[0] * b]
)
def test_gradient_refuses_as_a_claim_does(of):
    """Whatever is ill-formed is a NotationError for gradient(), too."""
    by = x[0] if of.has(x[0]) else real("n") if of.has(real("n")) else x[i]
    with pytest.raises(NotationError):
        gradient(of, by)


# ---- hypotheses ----------------------------------------------------------------------------------


def stated(*given, using=()):
    reader = Reader()
    for expression in using:
        reader.term(expression)
    return reader.declarations(given).hypotheses


EVERY = ("n",)
ROW_TOTAL = sum_over("n", element("X", 1, 0))


@pytest.mark.parametrize(
    ("relation", "hypothesis"),
    [
        (Eq(total(k, y[k]), 1), Hypothesis((), Equation(read(total(k, y[k])), number(1)))),
        (Eq(b, real("e")), Hypothesis((), Equation(B, element("e")))),
        (b > 0, Hypothesis((), Fact("positive", B))),
        (b >= 0, Hypothesis((), Fact("nonnegative", B))),
        (Ne(b, 0), Hypothesis((), Fact("nonzero", B))),
        (b < 0, Hypothesis((), Fact("positive", multiply(number(-1), B)))),
        (b <= 0, Hypothesis((), Fact("nonnegative", multiply(number(-1), B)))),
        (x[i] > 0, Hypothesis(EVERY, Fact("positive", X0))),
        (x[k] > 0, Hypothesis(EVERY, Fact("positive", X0))),
        (Eq(total(k, X[r, k]), 1), Hypothesis(("m",), Equation(ROW_TOTAL, number(1)))),
    ],
)
def test_given_relations(relation, hypothesis):
    assert stated(relation) == (hypothesis,)


def test_free_indices_of_a_relation_mean_for_every():
    (found,) = stated(K[i, j] > x[i])
    assert found.context == ("n", "n")
    sides = {found.instance(("i", "j")).term, found.instance(("j", "i")).term}
    assert {element("K", "i", "j"), element("K", "j", "i")} <= {
        part for side in sides for part in side.args
    }
    assert Reader().declarations([x[i] > 0]).indices == {}


def test_a_comparison_is_the_difference_of_its_sides():
    for relation in (x[i] > b, b < x[i]):
        (found,) = stated(relation)
        assert found.conclusion.kind == "positive"
        assert set(found.conclusion.term.args) == {X0, multiply(number(-1), B)}


@pytest.mark.parametrize("relation", [True, sympy.true, x[i], 3, None])
def test_what_is_not_a_relation_is_refused(relation):
    with pytest.raises(NotationError, match="not a hypothesis"):
        stated(relation)


def at_free_indices(hypothesis):
    """The hypothesis for one entry, by the names of the indices."""
    return hypothesis.instance(tuple({"m": "r", "n": "i"}[below] for below in hypothesis.context))


@pytest.mark.parametrize(
    ("make", "kind"), [(positive, "positive"), (nonnegative, "nonnegative"), (nonzero, "nonzero")]
)
def test_a_domain_is_a_hypothesis_about_every_entry(make, kind):
    (found,) = stated(using=[make("u", m, n)[r, i]])
    assert at_free_indices(found) == Fact(kind, element("u", "r", "i"))
    assert sorted(found.context) == ["m", "n"]
    assert stated(using=[make("u")]) == (Hypothesis((), Fact(kind, element("u"))),)


def test_a_simplex_adds_up_to_1_in_every_row():
    sign, row_total = stated(using=[simplex("u", m, n)[r, i]])
    assert at_free_indices(sign) == Fact("nonnegative", element("u", "r", "i"))
    assert row_total.context == ("m",)
    row = sum_over("n", element("u", "r", 0))
    assert at_free_indices(row_total) == Equation(row, number(1))


def test_the_domain_of_a_variable_counts_where_it_occurs_in_a_hypothesis_only():
    """x_k > c, and c > 0 by its declaration."""
    assert Hypothesis((), Fact("positive", element("c"))) in stated(x[k] > c, using=[x[i]])


@pytest.mark.parametrize("name", ["j", "k", "r"])
def test_no_name_is_taken_by_a_domain(name):
    """That a domain is spoken of with some index does not keep anybody from using its name."""
    weights = positive("p", n)
    free = index("i", n)
    derivation = gradient(real(name) * weights[free], weights[free])
    assert derivation.result == real(name)
    derivation = gradient(weights[free] ** 2, weights[free], given=[real(name) > 0])
    assert derivation.result == 2 * weights[free]


def test_domains_of_variables_whose_first_axes_differ():
    """The index that a domain speaks of is named apart for each size."""
    P, p = positive("P", m, d_size := size("L")), positive("p", n)
    at = P[index("a", m), index("e", d_size)]
    hypotheses = read_claim(at * p[i], at, p[i]).declarations.hypotheses
    assert {hypothesis.context for hypothesis in hypotheses} == {("L", str(m)), (str(n),)}


def test_a_real_variable_has_no_hypothesis():
    assert stated(using=[x[i], b]) == ()


# ---- there and back ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "expression",
    [
        Rational(2, 3),
        n * x[i] / m,
        i * x[i],
        kronecker(i, j) * K[i, j],
        sqrt(c) + c**b - 1 / c,
        exp(-x[i]) * log(1 + exp(x[i])),
        total(k, x[k] * y[k]) ** 2 / n,
        total(k, total(j, K[k, j] * x[j]) * x[k]),
        total(r, total(k, X[r, k]) ** 2) / m,
        x[i] * total(k, y[k] * total(j, K[k, j])),
        exp(x[j]) / total(k, exp(x[k])),
        total(k, K[k, i] * K[i, k]) - total(k, K[k, k]),
        erf(b) * sin(b) + cos(x[i]) - sympy.pi,
        loggamma(c) * digamma(c),
        digamma(Integer(1)) + b,
        1 / (1 + exp(-x[i])),
        guarded(x[i] > 0, exp(x[i])),
        guarded(b <= x[i], 1),
        guarded(Eq(x[i], b), 1 / b),
        total(j, guarded(j <= i, exp(x[j]))),
        guarded(Ne(i, j), log(c)),
        guarded(i < 2, x[i]),
        guarded((i < j) & (x[j] > 0), x[i]),
        X[r, t[r]] * t[r],
        kronecker(k, t[r]),
        total(r, log(X[r, t[r]])),
    ],
)
def test_an_expression_comes_back_as_it_was(expression):
    assert rewritten(expression) == expression
    assert read(rewritten(expression)) is read(expression)


def reader_of_names():
    """A reader that knows what random formulas are made of."""
    known = (x, y, K, X, positive("p", n))
    return Reader(
        names={str(symbol): symbol for symbol in (m, n, b)}
        | {str(symbol.label): symbol for symbol in (i, j, r, *known)},
        indices=dict(NAMES.indices),
    )


@given(formulas())
@settings(max_examples=60)
def test_a_term_that_is_written_and_read_again_means_the_same(term: Term):
    """SymPy sorts and collects while it writes, so the term may look different: it is equal."""
    reader = reader_of_names()
    again = read(Writer(reader).expression(term))
    assert Prover(NAMES).equal(term, again) >= 0


@given(st.data())
@settings(max_examples=60)
def test_writing_is_stable(data):
    """What was read and written once does not change when it is read and written again."""
    reader = reader_of_names()
    once = Writer(reader).expression(data.draw(formulas()))
    assert read(rewritten(once)) is read(rewritten(rewritten(once)))


def test_bound_names_are_taken_from_what_was_read_and_never_clash():
    """Σ_k K_jk with j free: the counter may be k, and may not be j."""
    reader = Reader()
    reader.term(total(j, x[j]))
    term = sum_over("n", element("K", "j", 0))
    reader.term(K[i, k] + K[j, k])
    written = Writer(reader).expression(term)
    assert str(written.limits[0][0]) != "j"
    assert read(written) is term


def test_a_defined_name_is_written_where_it_is_folded_in():
    reader = Reader()
    reader.term(s[i])
    assert Writer(reader, (s,)).expression(element("s", "i")) == s[i]


# ---- symbols -------------------------------------------------------------------------------------


def test_symbols_of_one_name_are_equal_only_with_the_same_domain():
    assert real("x", n) == x
    assert positive("x", n) != x
    assert real("b") == b
    assert positive("b") != b
    assert softmax(x) == s
    assert softmax(y) != s


@pytest.mark.parametrize("copied", [lambda a: pickle.loads(pickle.dumps(a)), deepcopy])
@pytest.mark.parametrize("symbol", [b, c, n, x, positive("p", n), simplex("y", n), s, s[i]])
def test_symbols_survive_copying(symbol, copied):
    again = copied(symbol)
    assert again == symbol
    assert type(again) is type(symbol)
    assert getattr(again, "domain", "") == getattr(symbol, "domain", "")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: index("i", 3), "wants a size"),
        (lambda: index("i", Symbol("n")), "wants a size"),
        (lambda: real("x", 3), "wants sizes"),
        (lambda: real("x", Integer(3)), "wants sizes"),
        (lambda: simplex("y"), "wants at least one size"),
        (lambda: simplex("y", "n"), "wants sizes"),
    ],
)
def test_symbols_want_sizes(make, message):
    with pytest.raises(TypeError, match=message):
        make()


def test_a_product_is_kept_as_it_is_written():
    kept = product(-y[k] / x[k], x[k] * 2)
    assert kept.args == (-y[k] / x[k], 2 * x[k])
    assert read(kept).kind == "multiply"
