"""Declarations: every name declared once, every index within the size where it stands."""

from __future__ import annotations

import pytest

from derive.kernel import Declarations, Derivative, Equation, Fact, Hypothesis, Label, Refused
from derive.kernel.judgement import limits
from derive.kernel.terms import (
    ONE,
    ZERO,
    add,
    apply,
    delta,
    element,
    multiply,
    position,
    power,
    size,
    sum_over,
    where,
)

NAMES = Declarations(
    sizes=frozenset({"n", "m"}),
    indices={"i": "n", "a": "m"},
    variables={"x": ("n",), "X": ("m", "n"), "K": ("n", "n"), "u": ()},
    labels={"t": Label(("m",), "n"), "s": Label(("n",), "m"), "g": Label(("m", "n"), "n")},
)

x, u = element("x", 0), element("u")


def log(term):
    return apply("log", term)


# ---- terms ---------------------------------------------------------------------------------------

GOOD = [
    ((), element("x", "i")),
    (("n",), element("x", 0)),
    (("m", "n"), element("x", 1)),
    (("n", "n"), element("K", 0, 1)),
    (("n",), element("K", 0, 0)),
    ((), element("x", ("t", "a"))),
    (("m",), element("x", ("t", 0))),
    (("n",), element("X", ("s", 0), 0)),
    ((), element("x", ("t", ("s", "i")))),
    ((), element("X", "a", ("t", "a"))),
    ((), element("x", ("g", "a", "i"))),
    ((), sum_over("n", sum_over("m", element("X", 0, 1)))),
    (("m",), sum_over("n", element("X", 1, 0))),
    ((), delta("i", "a")),  # a δ between sizes is a number all the same
    (("n", "m"), delta(0, 1)),
    (("n",), position(0)),
    ((), sum_over("n", position(0))),
    (("n",), where("<", position(0), position("a"), x)),
    (("n", "m"), add(element("x", 0), element("X", 1, 0))),
    ((), add()),
]

BAD = [
    ((), element("q", "i"), "not a declared variable: q"),
    ((), element("t", "a"), "not a declared variable: t"),
    ((), element("i"), "not a declared variable: i"),
    ((), element("n"), "not a declared variable: n"),
    ((), size("q"), "not a declared size: q"),
    ((), size("u"), "not a declared size: u"),
    ((), sum_over("q", u), "not a declared size: q"),
    (("q",), u, "not a declared size: q"),
    ((), element("x", "k"), "an index nobody declared: k"),
    ((), element("x", "u"), "an index nobody declared: u"),
    ((), position("k"), "an index nobody declared: k"),
    ((), delta("i", "k"), "an index nobody declared: k"),
    ((), element("x", ("q", "a")), "not a declared label: q"),
    ((), element("x", ("x", "i")), "not a declared label: x"),
    ((), position(("q", "a")), "not a declared label: q"),
    ((), element("x"), "takes 1 indices, here it has 0"),
    ((), element("x", "i", "i"), "takes 1 indices, here it has 2"),
    ((), element("u", "i"), "takes 0 indices, here it has 1"),
    ((), element("x", ("g", "a")), "takes 2 indices, here it has 1"),
    ((), element("x", "a"), "a runs below m, here it has to run below n"),
    ((), element("X", "i", "i"), "i runs below n, here it has to run below m"),
    ((), element("x", ("s", "i")), "('s', 'i') runs below m, here it has to run below n"),
    ((), element("x", ("t", "i")), "i runs below n, here it has to run below m"),
    ((), delta("i", ("t", "i")), "i runs below n, here it has to run below m"),
    ((), position(("t", ("t", "a"))), "('t', 'a') runs below n, here it has to run below m"),
    (("m",), element("x", 0), "0 runs below m, here it has to run below n"),
    (("n", "m"), element("x", 1), "1 runs below m, here it has to run below n"),
    (("n",), element("x", ("t", 0)), "0 runs below n, here it has to run below m"),
    ((), sum_over("m", element("x", 0)), "0 runs below m, here it has to run below n"),
    ((), sum_over("n", sum_over("m", element("X", 1, 0))), "1 runs below n"),
    (("m",), sum_over("n", element("x", 1)), "1 runs below m, here it has to run below n"),
    (("n",), element("X", 0, 0), "0 runs below n, here it has to run below m"),
    (("n",), add(element("x", 0), element("X", 0, "i")), "0 runs below"),
    ((), sum_over("n", add(element("x", 0), element("X", 0, "i"))), "0 runs below"),
    ((), element("x", 0), "an index without a binder"),
    (("n",), element("x", 1), "an index without a binder"),
    (("n",), sum_over("n", element("x", 2)), "an index without a binder"),
    ((), delta(0, "i"), "an index without a binder"),
    ((), position(("t", 0)), "an index without a binder"),
    ((), multiply(ZERO, power(ONE, sum_over("n", element("x", "a")))), "a runs below m"),
    ((), log(where("<", u, element("x", "a"), u)), "a runs below m"),
    ((), where("<", u, u, element("x", "a")), "a runs below m"),
]


@pytest.mark.parametrize(("context", "term"), GOOD)
def test_accepts_what_is_well_formed(context, term):
    NAMES.check_term(context, term)
    NAMES.check(context, Fact("defined", term))
    NAMES.check(context, Equation(term, ZERO))


@pytest.mark.parametrize(("context", "term", "says"), BAD)
def test_refuses_what_is_not(context, term, says):
    for conclusion in (Fact("defined", term), Equation(ZERO, term), Equation(term, ZERO)):
        with pytest.raises(Refused) as refused:
            NAMES.check(context, conclusion)
        assert says in str(refused.value)


@pytest.mark.parametrize("index", [-1, ("t", -1), ("s", ("t", -2))])
def test_refuses_a_negative_index(index):
    """Python would count it from the end."""
    with pytest.raises(Refused):
        NAMES.check_term(("n", "m"), position(index))
    with pytest.raises(Refused):
        NAMES.check_term((), delta(index, "i"))


def test_refuses_it_again_when_asked_again():
    """What is remembered of terms that were checked does not let a wrong one pass."""
    term = sum_over("n", add(element("x", 0), element("X", 0, "i")))
    for _ in range(2):
        with pytest.raises(Refused):
            NAMES.check_term((), term)
    NAMES.check_term(("n",), element("x", 0))
    with pytest.raises(Refused):
        NAMES.check_term(("m",), element("x", 0))


@pytest.mark.parametrize(
    ("variable", "indices", "says"),
    [
        ("q", ("i",), "not a declared variable: q"),
        ("t", ("a",), "not a declared variable: t"),
        ("x", (), "takes 1 indices, here it has 0"),
        ("x", ("a",), "a runs below m"),
        ("x", (1,), "an index without a binder"),
        ("X", (0, 0), "0 runs below n"),
    ],
)
def test_refuses_a_derivative_by_an_entry_that_is_not_there(variable, indices, says):
    with pytest.raises(Refused) as refused:
        NAMES.check(("n",), Derivative(variable, indices, u, ZERO))
    assert says in str(refused.value)
    NAMES.check(("n",), Derivative("x", (0,), u, ZERO))


@pytest.mark.parametrize(
    ("context", "index", "below"),
    [((), "i", "n"), (("m", "n"), 0, "m"), (("m", "n"), 1, "n"), ((), ("s", "i"), "m")],
)
def test_the_size_that_an_index_runs_below(context, index, below):
    assert NAMES.index_size(index, context) == below


# ---- names ---------------------------------------------------------------------------------------


def declare(**changed):
    parts = {
        "sizes": frozenset({"n"}),
        "indices": {"i": "n"},
        "variables": {"x": ("n",), "u": ()},
        "labels": {"t": Label(("n",), "n")},
    }
    return Declarations(**{**parts, **changed})


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"indices": {"n": "n"}}, "declared twice: n"),
        ({"indices": {"x": "n"}}, "declared twice: x"),
        ({"variables": {"n": ("n",)}}, "declared twice: n"),
        ({"variables": {"t": ("n",)}}, "declared twice: t"),
        ({"labels": {"x": Label(("n",), "n")}}, "declared twice: x"),
        ({"labels": {"i": Label(("n",), "n")}}, "declared twice: i"),
        ({"indices": {"i": "m"}}, "not a declared size: m"),
        ({"variables": {"x": ("n", "m")}}, "not a declared size: m"),
        ({"variables": {"x": ("u",)}}, "not a declared size: u"),
        ({"labels": {"t": Label(("m",), "n")}}, "not a declared size: m"),
        ({"labels": {"t": Label(("n",), "m")}}, "not a declared size: m"),
        ({"variables": {"": ()}}, "not a name: ''"),
        ({"variables": {"#0": ()}}, "not a name: '#0'"),
        ({"indices": {"#0": "n"}}, "not a name: '#0'"),
        ({"sizes": frozenset({"n", "#n"})}, "not a name: '#n'"),
        ({"labels": {"#t": Label(("n",), "n")}}, "not a name: '#t'"),
    ],
)
def test_refuses_names_that_are_no_names_or_declared_twice(changed, says):
    declare()
    with pytest.raises(Refused) as refused:
        declare(**changed)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    "name", ["exp(x)", "x[i]", "s[i] - y[i]", "2", "-1", "1/2", "a b", "x\n", "[i = j]", "(u)"]
)
def test_refuses_names_that_read_like_formulas(name):
    """What a proof proves is read as text: a variable called exp(x) would be read as a formula."""
    with pytest.raises(Refused):
        declare(variables={name: ()})
    with pytest.raises(Refused):
        declare(indices={name: "n"})
    with pytest.raises(Refused):
        declare(sizes=frozenset({"n", name}))


# ---- hypotheses ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hypothesis", "says"),
    [
        (Hypothesis(("n",), Fact("positive", element("y", 0))), "not a declared variable: y"),
        (Hypothesis((), Fact("positive", x)), "an index without a binder"),
        (Hypothesis(("n",), Fact("positive", element("x", 1))), "an index without a binder"),
        (Hypothesis(("q",), Fact("positive", u)), "not a declared size: q"),
        (Hypothesis((), Fact("positive", element("x", "j"))), "an index nobody declared: j"),
        (Hypothesis((), Equation(u, element("x", "u"))), "an index nobody declared: u"),
        (Hypothesis((), Equation(element("u", "i"), u)), "takes 0 indices"),
        (Hypothesis((), Fact("prime", u)), "prime"),
        (Hypothesis((), Derivative("u", (), u, ONE)), "hypothesis"),
    ],
)
def test_refuses_hypotheses_that_are_ill_formed(hypothesis, says):
    Declarations(frozenset({"n"}), {"i": "n"}, {"x": ("n",), "u": ()})
    with pytest.raises(Refused) as refused:
        Declarations(frozenset({"n"}), {"i": "n"}, {"x": ("n",), "u": ()}, {}, (hypothesis,))
    assert says in str(refused.value)


def test_an_instance_takes_the_innermost_index_first():
    stated = Hypothesis(("n", "m"), Fact("positive", element("X", 1, 0)))
    assert stated.instance(("i", "a")) == Fact("positive", element("X", "a", "i"))


def test_an_instance_cannot_capture():
    total = sum_over("n", element("X", 1, 0))
    stated = Hypothesis(("m",), Equation(total, ONE))
    assert stated.instance((0,)) == Equation(total, ONE)
    assert stated.instance((3,)) == Equation(sum_over("n", element("X", 4, 0)), ONE)
    gathered = sum_over("n", element("X", ("s", 1), 0))
    assert stated.instance((("s", 0),)) == Equation(gathered, ONE)


def test_an_instance_reaches_into_labels():
    stated = Hypothesis(("m",), Fact("positive", element("X", 0, ("t", 0))))
    assert stated.instance(("a",)) == Fact("positive", element("X", "a", ("t", "a")))
    under = Hypothesis(("m",), Equation(sum_over("n", element("X", 1, ("g", 1, 0))), ONE))
    total = sum_over("n", element("X", ("s", "i"), ("g", ("s", "i"), 0)))
    assert under.instance((("s", "i"),)) == Equation(total, ONE)


GUARDED = where("<", ZERO, u, log(u))


@pytest.mark.parametrize(
    ("conclusion", "limits_u"),
    [
        (Equation(u, ONE), True),
        (Equation(ONE, multiply(u, u)), True),
        (Equation(element("x", "i"), ONE), False),
        (Fact("nonnegative", u), True),
        (Fact("defined", log(u)), True),
        (Fact("positive", u), False),
        (Fact("nonzero", add(u, ONE)), False),
        (Fact("positive", GUARDED), True),
        (Fact("nonzero", add(ONE, GUARDED)), True),
        (Fact("positive", where("<", element("x", "i"), ZERO, element("x", "i"))), False),
    ],
)
def test_what_limits_a_variable(conclusion, limits_u):
    """a > 0 and a != 0 survive a small move of the variable; equations and a >= 0 do not."""
    assert limits(conclusion, "u") is limits_u


def test_a_function_that_nobody_knows_may_jump():
    """floor(u) > 0 does not survive every small move of u, so nothing may rest on it as if."""
    stated = Hypothesis((), Fact("positive", apply("floor", u)))
    try:
        Declarations(frozenset(), {}, {"u": ()}, {}, (stated,))
    except Refused:
        return
    assert limits(stated.conclusion, "u")
