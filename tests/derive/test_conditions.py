"""Where a formula has a value and is smooth: nothing is missing, and nothing is asked in vain."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from sympy import Abs, Eq, Max, Ne, Symbol, exp, log, sqrt

import derive as derive_package
from derive.conditions import Condition, conditions
from derive.derivation import derive
from derive.kernel import Declarations, Fact, Hypothesis
from derive.kernel.terms import ZERO, add, apply, element, multiply, negate, number, power
from derive.kernel.terms import sum_over as sum_of
from derive.kernel.terms import where as guard
from derive.notation import Reader
from derive.stating import declared, state_claim, state_identity
from derive.symbols import indices, nonzero, positive, real, sigmoid, size, sum_over, where
from derive.tactics.prove import prove
from numeric.conditions import meets
from numeric.exact_samples import example_point, small_points
from numeric.interpret import BALLS, Undefined, evaluate
from numeric.witnesses import refute

n, m = size("n"), size("m")
x, y = real("x", n), real("y", n)
i, j, k = indices("i j k", n)
r = indices("r", m)[0]
X = real("X", m, n)
u, v = real("u"), real("v")
V = Reader().term(v)
norm = sqrt(sum_over(j, x[j] ** 2))


def needed(*formulas, by=None, given=()):
    reader = Reader()
    terms = [reader.term(formula) for formula in formulas]
    differentiated = None if by is None else (terms[0], reader.variable(by)[0])
    return list(declared(reader, given, terms, differentiated).conditions)


@pytest.mark.parametrize(
    "formula",
    [
        exp(u),
        1 / (1 + u**2),
        log(1 + exp(u)),
        sqrt(u**2 + 1),
        log(sum_over(k, exp(x[k]))),
        1 - sigmoid(u),
        log(1 - sigmoid(u)),
        1 / n,
        positive("p") ** u,
        1 / nonzero("q"),
    ],
)
def test_what_has_a_value_everywhere_needs_nothing(formula):
    assert needed(formula) == []


@pytest.mark.parametrize(
    ("formula", "conditions"),
    [
        (1 / u, [Ne(u, 0)]),
        (log(u), [u > 0]),
        (norm, [sum_over(j, x[j] ** 2) > 0]),
        (sum_over(k, log(x[k])), [x[k] > 0]),
        (log(u / v), [Ne(v, 0), u / v > 0]),
        (1 / (n - 1), [Ne(n - 1, 0)]),
        (log(u**2), [Ne(u, 0)]),
        (sqrt(3 * u**2 * v**4), [Ne(u * v, 0)]),
    ],
)
def test_what_a_value_takes_is_said(formula, conditions):
    assert needed(formula) == conditions


@pytest.mark.parametrize(
    ("formula", "by", "kink"),
    [
        (Max(0, u), u, [Ne(u, 0)]),
        (Abs(u - v), u, [Ne(u - v, 0)]),
        (sum_over(k, where(x[k] > 0, x[k])), x[i], [Ne(x[k], 0)]),
        (where(v > 0, u), u, []),
    ],
)
def test_kinks_count_where_the_variable_moves_the_guard(formula, by, kink):
    assert needed(formula, by=by) == kink
    assert needed(formula) == []


def test_what_is_given_is_not_asked_again():
    assert needed(log(u), given=[u > 1]) == []
    assert needed(sum_over(k, log(x[k])), given=[x[j] > 0]) == []
    assert needed(log(u), given=[v > 0]) == [u > 0]


def test_the_claim_is_asked_as_well_as_the_loss():
    """The loss u v has a value everywhere, and this way to write its slope only where v is > 0."""
    stated = state_claim(u * v, u, exp(log(v, evaluate=False), evaluate=False))
    assert [h.conclusion for h in stated.declarations.hypotheses] == [Fact("positive", V)]
    assert prove(stated).conclusion == stated.judgement


def test_with_its_conditions_a_claim_is_proved_and_without_them_it_may_be_false():
    stated = state_claim(Max(0, u) ** 2 / 2 + Max(0, u), u, Max(0, u) + where(u > 0, 1))
    assert prove(stated).conclusion == stated.judgement
    wrong = state_claim(Max(0, u), u, where(u < 0, 1))
    found = refute(wrong)
    assert found is not None
    assert meets(wrong.declarations, found.point)


def test_a_condition_that_nothing_meets_leaves_no_example():
    stated = state_claim(log(-1 - u**2), u, 2 * u / (1 + u**2))
    assert [h.conclusion.kind for h in stated.declarations.hypotheses] == ["positive"]
    assert example_point(stated.declarations) is None


def test_identities_have_conditions_too():
    stated = state_identity(log(u * v), log(v * u))
    assert [type(h.conclusion) for h in stated.declarations.hypotheses] == [Fact]


def test_derivations_show_their_conditions():
    shown = derive(
        "norm",
        name=Symbol("L"),
        by=x[i],
        rewriting=[(norm, "definition")],
        slopes=[(x[i] / norm, "chain rule")],
    )
    assert shown.conditions == (sum_over(j, x[j] ** 2) > 0,)
    assert "given Σ_j x_j² > 0" in shown.text()
    assert shown.replays()


PARTIAL = [1 / u, log(u), sqrt(u + 1), log(1 - u**2), 1 / (u**2 - 1), log(u**4)]


@pytest.mark.parametrize("formula", PARTIAL)
def test_inputs_that_meet_the_conditions_give_a_value(formula):
    """And those that do not give none: the conditions ask for neither less nor more."""
    reader = Reader()
    term = reader.term(formula)
    free = reader.declarations()
    asked = declared(reader, (), (term,)).declarations
    for point in small_points(free):
        assert meets(asked, point) == has_value(term, point)


def has_value(term, point):
    try:
        evaluate(term, point, (), BALLS)
    except Undefined:
        return False
    return True


def test_an_equation_as_a_hypothesis_is_used():
    assert needed(1 / u, given=[Eq(u, 2)]) == []


# ---- on terms, without SymPy ---------------------------------------------------------------------

DECLARED = Declarations(
    frozenset({"n", "m"}),
    indices={"i": "n", "r": "m"},
    variables={"x": ("n",), "X": ("m", "n"), "u": (), "v": ()},
)


def test_a_free_index_means_for_every():
    """Indices are closed by name, the first outermost, inside those of sums that are needed."""
    entry = element("X", "r", "i")
    (found,) = conditions(DECLARED, [apply("log", entry)])
    assert found == Hypothesis(("m", "n"), Fact("positive", element("X", 0, 1)))


def test_a_condition_speaks_of_no_index_in_vain():
    """Or nothing would say which k is meant where it is used."""
    idle = Condition("positive", element("X", 2, 0), ("n", "m", "m"))
    assert idle.closed(DECLARED) == Hypothesis(("n", "m"), Fact("positive", element("X", 1, 0)))


def test_indices_bound_within_the_condition_stay():
    inside = sum_of("n", multiply(element("X", 2, 0), element("x", "i")))
    closed = Condition("nonzero", inside, ("n", "m")).closed(DECLARED)
    body = multiply(element("X", 1, 0), element("x", 2))
    assert closed == Hypothesis(("m", "n"), Fact("nonzero", sum_of("n", body)))


def test_with_its_conditions_nothing_is_missing():
    term = sum_of("m", apply("log", sum_of("n", element("X", 1, 0))))
    found = conditions(DECLARED, [term])
    assert len(found) == 1
    assert conditions(replace(DECLARED, hypotheses=found), [term]) == ()


def test_what_names_no_variable_is_no_condition():
    assert conditions(DECLARED, [power(ZERO, number(-1))]) == ()
    assert conditions(DECLARED, [apply("log", number(-1))]) == ()


def test_kinks_in_every_variable_that_is_differentiated_by():
    """A second derivative by u and v has to be away from the kinks in both."""
    one, other = (guard("<", ZERO, element(name), element(name)) for name in ("u", "v"))
    function = add(one, negate(other))

    def kinks(*variables):
        found = conditions(DECLARED, [function], (function, *variables))
        return {hypothesis.conclusion for hypothesis in found}

    in_u, in_v = (Fact("nonzero", element(name)) for name in ("u", "v"))
    assert kinks("u") == {in_u}
    assert kinks("v", "v") == {in_v}
    assert kinks("u", "v") == {in_u, in_v}


def test_terms_need_no_sympy():
    root = str(Path(derive_package.__file__).resolve().parents[1])
    script = "import sys; sys.path.insert(0, sys.argv[1]); import derive.conditions\n"
    script += "assert 'sympy' not in sys.modules"
    subprocess.run([sys.executable, "-I", "-c", script, root], check=True)
