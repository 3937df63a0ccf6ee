"""The traps that proofs about sums and derivatives have fallen into, a permanent test for each."""

from __future__ import annotations

from itertools import permutations

import pytest

from derive.kernel import (
    Declarations,
    Derivative,
    Equation,
    Fact,
    Hypothesis,
    Judgement,
    Label,
    Proof,
    Refused,
)
from derive.kernel.terms import (
    MINUS_ONE,
    ONE,
    ZERO,
    Term,
    add,
    apply,
    delta,
    element,
    multiply,
    negate,
    number,
    position,
    power,
    size,
    sum_over,
    where,
)
from derive.proof_files import describe
from tests.semantics import all_of, holds, resting_on, worlds

x, y, u, v = element("x"), element("y"), element("u"), element("v")
half, two = number(1, 2), number(2)


def exp(term: Term) -> Term:
    return apply("exp", term)


def log(term: Term) -> Term:
    return apply("log", term)


def inverse(term: Term) -> Term:
    return power(term, MINUS_ONE)


def given(*stated: Equation | Fact, **changed) -> Proof:
    """A proof about scalars x, y, u, v and some arrays, with closed hypotheses; each has a line."""
    declared = {
        "sizes": frozenset({"n", "m"}),
        "indices": {"i": "n", "j": "n", "a": "m"},
        "variables": dict.fromkeys("xyuv", ())
        | {"p": ("n",), "w": ("n",), "K": ("n", "n"), "X": ("m", "n")},
        "labels": {"t": Label(("m",), "n"), "s": Label(("n",), "m")},
        "hypotheses": tuple(Hypothesis((), conclusion) for conclusion in stated),
    }
    proof = Proof(Declarations(**{**declared, **changed}))
    for which, hypothesis in enumerate(proof.declarations.hypotheses):
        if not hypothesis.context:
            proof.step("hypothesis", (which, (), ()))
    return proof


def refuses(proof: Proof, rule: str, *args, premises=None) -> None:
    """The rule refuses, with every line so far as a premise unless said otherwise."""
    every = range(len(proof.lines)) if premises is None else premises
    with pytest.raises(Refused) as refused:
        proof.step(rule, args, every)
    assert rule in str(refused.value)


def shows(proof: Proof, rule: str, *args, premises=None) -> int:
    """The rule accepts, and what it accepts is true."""
    line = proof.step(rule, args, range(len(proof.lines)) if premises is None else premises)
    stated = resting_on(proof.declarations, proof.used[line])
    verdicts = [holds(proof.judgements[line], world) for world in worlds(stated, count=6)]
    assert verdicts
    assert all_of(verdicts) is True, proof.judgements[line]
    return line


def right_of(proof: Proof, line: int) -> Term:
    conclusion = proof.judgements[line].conclusion
    assert isinstance(conclusion, Equation)
    return conclusion.right


# ---- bound indices -------------------------------------------------------------------------------


def test_sifting_does_not_capture():
    """sum_k δ(k, i) sum_j K[k, j] is sum_j K[i, j], also where the i is bound further out."""
    row = sum_over("n", element("K", 1, 0))
    proof = given()
    free = shows(proof, "sift", (), sum_over("n", multiply(delta(0, "j"), row)), "j")
    assert right_of(proof, free) is multiply(delta("j", "j"), sum_over("n", element("K", "j", 0)))
    bound = shows(proof, "sift", ("n",), sum_over("n", multiply(delta(0, 1), row)), 0)
    assert right_of(proof, bound) is multiply(delta(0, 0), sum_over("n", element("K", 1, 0)))
    diagonal = sum_over("n", element("K", 0, 0))
    refuses(proof, "field", ("n",), right_of(proof, bound), diagonal)


def test_moving_a_delta_does_not_capture():
    proof = given()
    row = sum_over("n", multiply(element("K", 1, 0), element("w", 2)))  # two binders further in
    moved = shows(proof, "delta_move", ("n", "n"), multiply(delta(1, 2), row), 1, 0)
    inner = sum_over("n", multiply(element("K", 1, 0), element("w", 1)))
    assert right_of(proof, moved) is multiply(delta(0, 1), inner)


def test_differentiating_does_not_confuse_the_bound_index_with_the_entry():
    """d (sum_k w[k]**2) / d w[k'] for an open bound index k' is sum_k 2 w[k] δ(k, k')."""
    proof = given()
    total = sum_over("n", power(element("w", 0), two))
    line = shows(proof, "differentiate", ("n",), total, "w", (0,))
    slope = proof.judgements[line].conclusion.value
    assert slope is sum_over("n", multiply(two, power(element("w", 0), ONE), delta(0, 1)))


def test_a_derivative_is_seen_from_under_further_binders():
    """d w[k] / d w[k] = δ(k, k), also where k is the second index from the inside."""
    proof = given()
    k, outer = element("w", 0), element("w", 1)
    slope = shows(proof, "differentiate", ("n",), k, "w", (0,))
    padded = add(outer, multiply(ZERO, element("p", 0)))
    equation = shows(proof, "field", ("n", "n"), padded, outer)
    line = shows(proof, "derivative_of_equal", premises=[equation, slope])
    expected = Derivative("w", (1,), padded, delta(1, 1))
    assert proof.judgements[line] == Judgement(("n", "n"), expected)
    one = shows(proof, "field", ("n", "n"), delta(1, 1), ONE)
    line = shows(proof, "derivative_equal", premises=[slope, one])
    assert proof.judgements[line] == Judgement(("n", "n"), Derivative("w", (1,), outer, ONE))


def test_a_matrix_is_not_its_transpose_under_two_sums_over_the_same_size():
    proof = given()
    weighted = [multiply(element("K", *at), element("w", 1)) for at in ((1, 0), (0, 1))]
    one, other = (sum_over("n", sum_over("n", body)) for body in weighted)
    for matching in permutations(range(2)):
        refuses(proof, "fubini", (), one, other, matching)
    refuses(proof, "field", (), one, other)
    plain = [sum_over("n", sum_over("n", element("K", *at))) for at in ((1, 0), (0, 1))]
    refuses(proof, "fubini", (), *plain, (0, 1))
    shows(proof, "fubini", (), *plain, (1, 0))


def test_a_hypothesis_about_a_free_index_is_about_no_other():
    proof = given(Fact("positive", element("w", "i")))
    shows(proof, "field", (), *[log(element("w", "i"))] * 2)
    refuses(proof, "field", (), *[log(element("w", "j"))] * 2)
    refuses(proof, "field", ("n",), *[log(element("w", 0))] * 2)
    refuses(
        proof, "field", (), sum_over("n", log(element("w", 0))), sum_over("n", log(element("w", 0)))
    )
    refuses(proof, "sign", (), sum_over("n", element("w", 0)))
    refuses(proof, "hypothesis", 0, (), ("j",))
    refuses(proof, "hypothesis", 0, ("n",), (0,))


def test_two_free_indices_that_are_said_to_be_equal():
    """From δ(i, j) = 1 it follows that w[i] = w[j], and nothing about K[i, j] and w[a]."""
    proof = given(Equation(delta("i", "j"), ONE))
    shows(proof, "delta_move", (), multiply(delta("i", "j"), element("w", 0)), "j", "i")
    with_delta = multiply(delta("i", "j"), element("w", "j"))
    shows(proof, "field", (), element("w", "j"), with_delta, premises=[0])
    shows(proof, "field", (), element("w", "j"), element("w", "i"))
    refuses(proof, "field", (), element("K", "i", "j"), element("K", "j", "i"))


# ---- ranges --------------------------------------------------------------------------------------


def test_delta_outside_the_range_of_the_sum():
    """sum_{k<n} δ(k, a) is 0 where a >= n, so it is not 1."""
    proof = given()
    refuses(proof, "sift", (), sum_over("n", delta(0, "a")), "a")
    refuses(proof, "sift", (), sum_over("m", delta(0, "i")), "i")
    refuses(proof, "sift", ("m",), sum_over("n", delta(0, 1)), 0)
    shows(proof, "sift", ("n",), sum_over("n", delta(0, 1)), 0)
    shows(proof, "sift", (), sum_over("n", delta(0, ("t", "a"))), ("t", "a"))


def test_an_entry_looked_up_by_a_label_that_runs_below_another_size():
    """X[b, s[b]] asks for s[b] < n; s runs below m."""
    proof = given()
    shows(proof, "field", ("m",), *[element("X", 0, ("t", 0))] * 2)
    refuses(
        proof, "field", ("m",), element("X", 0, ("s", ("t", 0))), element("X", 0, ("s", ("t", 0)))
    )
    refuses(
        proof, "field", ("n",), element("X", ("s", 0), ("t", 0)), element("X", ("s", 0), ("t", 0))
    )
    refuses(proof, "differentiate", (), element("X", "a", ("s", "i")), "X", ("a", "i"))


def test_a_delta_cannot_bring_an_index_where_it_is_out_of_range():
    proof = given()
    refuses(proof, "delta_move", (), multiply(delta("a", "i"), element("w", 0)), "i", "a")
    refuses(proof, "delta_move", (), multiply(delta("i", "a"), element("X", "a", 0)), "i", "a")


def test_equal_numbers_of_two_sizes_are_equal_indices():
    """Row 1 and column 1 have one number, and delta compares numbers; a label is what it says."""
    proof = given()
    shows(proof, "guard_delta", (), "i", "a")
    shows(proof, "guard_delta", ("n", "m"), 0, ("s", 0))
    refuses(proof, "guard_delta", ("n", "m"), 0, ("s", 1))
    refuses(proof, "guard_delta", ("n",), 0, 1)


def test_only_whole_numbers_have_a_next_one():
    """0 < 1/2 and yet not 0 + 1 <= 1/2; and a whole power of a whole number may be 1/2."""
    proof = given()
    i, n = position("i"), size("n")
    shows(proof, "guard_whole", (), where("<", i, add(n, MINUS_ONE), u))
    shows(proof, "guard_whole", (), where("<", add(), multiply(), u))
    for half_way in (half, u, multiply(half, n), power(n, MINUS_ONE), element("w", "i"), log(n)):
        refuses(proof, "guard_whole", (), where("<", ZERO, half_way, ONE))
        refuses(proof, "guard_whole", (), where("<", half_way, n, ONE))
    refuses(proof, "guard_whole", (), where("<=", i, n, ONE))


@pytest.mark.parametrize("index", ["u", "w", "t", "n", ("w", "i"), ("n", "i")])
def test_only_indices_and_labels_are_indices(index):
    """A variable, a size or a function is no index, whatever its name."""
    proof = given()
    refuses(proof, "field", (), *[element("w", index)] * 2)
    refuses(proof, "field", (), delta(index, index), ONE)
    refuses(proof, "differentiate", (), element("w", index), "w", ("i",))


def test_a_label_has_no_derivative():
    proof = given()
    refuses(proof, "differentiate", (), element("w", ("t", "a")), "t", ("a",))
    shows(proof, "differentiate", (), element("w", ("t", "a")), "w", ("i",))


def test_one_element():
    """n may be 1: n - 1 is not positive, and sums over n have a term all the same."""
    proof = given()
    less = add(size("n"), MINUS_ONE)
    refuses(proof, "sign", (), less)
    refuses(proof, "field", (), *[inverse(less)] * 2)
    refuses(proof, "field", (), multiply(less, inverse(less)), ONE)
    shows(proof, "sign", (), sum_over("n", exp(element("w", 0))))
    refuses(proof, "field", (), delta("i", "j"), ZERO)


# ---- slopes of what is said to be equal ----------------------------------------------------------

P_TOTAL = Equation(sum_over("n", element("p", 0)), ONE)
NO_SLOPE = "rests on a hypothesis about"


def no_slope(proof: Proof, equation: int, variable: str, *at: str) -> None:
    """The equation says nothing of slopes by the variable."""
    right = right_of(proof, equation)
    slope = proof.step("differentiate", ((), right, variable, at), range(len(proof.lines)))
    with pytest.raises(Refused, match=NO_SLOPE):
        proof.step("derivative_of_equal", (), [equation, slope])


def has_slope(proof: Proof, equation: int, variable: str, *at: str) -> None:
    """What the equation says of slopes by the variable is true."""
    right = right_of(proof, equation)
    slope = proof.step("differentiate", ((), right, variable, at), range(len(proof.lines)))
    shows(proof, "derivative_of_equal", premises=[equation, slope])


def test_a_stated_total_has_no_slope():
    proof = given(P_TOTAL)
    no_slope(proof, 0, "p", "i")
    has_slope(proof, 0, "w", "i")


def test_what_follows_from_a_stated_total_has_no_slope():
    total = sum_over("n", element("p", 0))
    proof = given(P_TOTAL)
    by_field = shows(proof, "field", (), multiply(u, total), u)
    in_exp = shows(proof, "field", (), exp(total), exp(ONE), premises=[0])
    by_both = shows(proof, "field", (), add(exp(total), v), add(exp(ONE), v))
    for equation in (by_field, in_exp, by_both):
        no_slope(proof, equation, "p", "i")
        has_slope(proof, equation, "u")


def test_a_total_that_is_stated_under_a_binder_has_no_slope():
    rows = Hypothesis(("m",), Equation(sum_over("n", element("X", 1, 0)), ONE))
    proof = given(hypotheses=(rows,))
    under = shows(proof, "hypothesis", 0, ("m",), (0,))
    added = shows(proof, "linear", premises=[under])
    no_slope(proof, added, "X", "a", "i")
    has_slope(proof, added, "u")


def test_equations_that_go_round_show_nothing():
    """From u = v and v = u alone u has no sign, and u = 2 v does not follow, nor does u = u + 1."""
    proof = given(Equation(u, v), Equation(v, u))
    refuses(proof, "sign", (), u)
    refuses(proof, "field", (), u, multiply(two, v))
    refuses(proof, "field", (), u, add(u, ONE))


def test_a_fact_that_follows_from_a_stated_total_lets_nothing_be_differentiated():
    """Σp > 0 follows from Σp = 1; an equation that needs it holds only where the total is 1."""
    total = sum_over("n", element("p", 0))
    proof = given(P_TOTAL)
    one = shows(proof, "sign", (), ONE)
    positive = shows(proof, "sign", (), total, premises=[0, one])
    equation = shows(
        proof, "field", (), add(log(total), negate(log(total))), ZERO, premises=[positive]
    )
    no_slope(proof, equation, "p", "i")
    has_slope(proof, equation, "u")


@pytest.mark.parametrize(
    ("stated", "allowed"),
    [
        (Fact("positive", u), True),
        (Fact("nonzero", add(u, x)), True),
        (Fact("nonnegative", u), False),
        (Fact("defined", log(u)), False),
        (Equation(u, ONE), False),
        (Equation(x, multiply(u, u)), False),
        (Fact("positive", where("<=", ZERO, u, ONE)), False),
        (Fact("nonzero", add(ONE, multiply(u, where("=", u, u, u)))), False),
    ],
)
def test_which_hypotheses_leave_slopes_alone(stated, allowed):
    proof = given(stated)
    equation = shows(proof, "field", (), add(u, u), multiply(two, u))
    (has_slope if allowed else no_slope)(proof, equation, "u")
    has_slope(proof, equation, "v")


def test_a_guard_in_a_positive_hypothesis():
    """From [0 <= u]*1 > 0 it follows that u >= 0, and u = 0 is at the border."""
    edge = where("<=", ZERO, u, ONE)
    proof = given(Fact("positive", edge))
    equation = shows(proof, "field", (), multiply(edge, inverse(edge), u), u)
    no_slope(proof, equation, "u")


def test_a_second_derivative_refuses_the_hypothesis_that_the_first_one_used():
    """With Σp = 1 the gradient (Σp)·v − p_i is v − p_i; its slope by p_j is δ-free in neither."""
    total = sum_over("n", element("p", 0))
    gradient = add(multiply(total, v), negate(element("p", "i")))
    short = add(v, negate(element("p", "i")))
    proof = given(P_TOTAL)
    first = proof.step("differentiate", ((), multiply(u, gradient), "u", ()))
    equation = shows(proof, "field", (), multiply(ONE, gradient), short, premises=[0])
    shows(proof, "derivative_equal", premises=[first, equation])
    slope = shows(proof, "differentiate", (), short, "p", ("j",))
    refuses(proof, "derivative_of_equal", premises=[equation, slope])
    has_slope(proof, equation, "v")


def test_a_second_derivative_given_a_total():
    """½(Σp)² given Σp = 1: its slope is 1 there, and the slope of that slope is not 0 but 1."""
    total = sum_over("n", element("p", 0))
    square = multiply(half, power(total, two))
    proof = given(P_TOTAL)
    first = shows(proof, "differentiate", (), square, "p", ("i",), premises=[])
    slope = proof.judgements[first].conclusion.value
    sifted = shows(proof, "sift", (), sum_over("n", delta(0, "i")), "i", premises=[])
    plain = shows(proof, "field", (), slope, total, premises=[sifted])
    honest = shows(proof, "derivative_equal", premises=[first, plain])
    for value in (ONE, multiply(ONE, ONE)):
        one = shows(proof, "field", (), total, value, premises=[0])
        at_one = shows(proof, "derivative_equal", premises=[honest, one])
        flat = shows(proof, "differentiate", (), value, "p", ("j",), premises=[])
        with pytest.raises(Refused, match=NO_SLOPE):
            proof.step("differentiate_again", (), [at_one, flat])
    slope_of_total = shows(proof, "differentiate", (), total, "p", ("j",), premises=[])
    again = shows(proof, "differentiate_again", premises=[honest, slope_of_total])
    assert proof.judgements[again].conclusion.then == (("p", ("j",)),)
    assert proof.used[again] == frozenset()


def test_an_equation_is_carried_through_no_variable_that_its_hypotheses_limit():
    """With u = 1, u·v = v; so d(v)/dv = 1 = d(u·v)/dv, but d²(v)/dv du = 0 is not d²(u·v)/dv du."""
    proof = given(Equation(u, ONE))
    equation = shows(proof, "field", (), multiply(u, v), v)
    once = shows(proof, "differentiate", (), v, "v", (), premises=[])
    shows(proof, "derivative_of_equal", premises=[equation, once])
    flat = shows(proof, "differentiate", (), ONE, "u", (), premises=[])
    twice = shows(proof, "differentiate_again", premises=[once, flat])
    with pytest.raises(Refused, match=NO_SLOPE):
        proof.step("derivative_of_equal", (), [equation, twice])


def test_a_function_that_may_jump():
    """From floor(u) > 0 it follows that floor(u)/floor(u) = 1, but not near u = 1."""
    floor = apply("floor", u)

    def attack() -> int:
        proof = given(Fact("positive", floor))
        equation = proof.step("field", ((), multiply(floor, inverse(floor)), ONE), [0])
        slope = proof.step("differentiate", ((), ONE, "u", ()))
        return proof.step("derivative_of_equal", (), [equation, slope])

    with pytest.raises(Refused):
        attack()


def test_a_power_0_of_what_has_a_value_at_the_point_alone():
    """[u != 0]*log(u) has a value at u = 0 but for no u < 0, so its power 0 has no slope there."""
    border = where("!=", u, ZERO, log(u))
    proof = given(Fact("defined", border))
    refuses(proof, "differentiate", (), power(border, ZERO), "u", ())


# ---- what has no value ---------------------------------------------------------------------------


def test_what_cancels_has_to_be_nonzero():
    proof = given(Fact("nonzero", v))
    refuses(proof, "field", (), multiply(y, x, inverse(x)), y)
    refuses(proof, "field", (), multiply(x, x, inverse(x)), x)
    refuses(proof, "field", (), multiply(power(x, two), power(x, number(-2))), ONE)
    shows(proof, "field", (), multiply(y, v, inverse(v)), y)


NO_VALUE = [
    log(MINUS_ONE),
    log(ZERO),
    log(u),
    inverse(ZERO),
    inverse(u),
    inverse(add(u, negate(u))),
    power(MINUS_ONE, half),
    power(ZERO, half),
    power(u, half),
    power(u, number(4, 3)),
    power(ZERO, v),
    power(u, v),
    power(MINUS_ONE, add(ONE, ONE)),
    power(u, size("n")),
    power(element("w", "i"), position("i")),
    where("<", u, v, log(u)),
    apply("floor", u),
    apply("lgamma", u),
    apply("digamma", u),
    sum_over("n", inverse(position(0))),
    sum_over("n", log(element("w", 0))),
]


@pytest.mark.parametrize("term", NO_VALUE, ids=str)
def test_what_may_have_no_value_is_in_no_judgement(term):
    """Not by itself, and not where a factor 0 or a power 0 would hide it."""
    proof = given()
    refuses(proof, "field", (), *[term] * 2)
    refuses(proof, "field", (), add(term, ZERO), term)
    refuses(proof, "field", (), multiply(ZERO, term), ZERO)
    refuses(proof, "field", (), add(term, negate(term)), ZERO)
    refuses(proof, "field", (), power(term, ZERO), ONE)
    refuses(proof, "field", (), ZERO, multiply(term, ZERO))
    refuses(proof, "field", (), multiply(u, term), multiply(term, u))
    refuses(proof, "fubini", (), multiply(u, term), multiply(term, u), ())
    refuses(proof, "fubini", (), sum_over("n", term), multiply(size("n"), term), ())
    refuses(proof, "sift", (), sum_over("n", multiply(delta(0, "i"), term)), "i")
    refuses(proof, "delta_move", (), multiply(delta("i", "j"), term), "i", "j")
    refuses(proof, "log_product", (), log(exp(term)))
    refuses(proof, "sign", (), exp(term))
    refuses(proof, "sign", (), power(term, two))
    refuses(proof, "differentiate", (), add(x, term), "x", ())
    refuses(proof, "differentiate", (), multiply(x, term), "x", ())
    refuses(proof, "differentiate", (), term, "x", ())


def test_an_exponent_is_natural_only_where_it_is_written_as_one():
    """u**(1 + 1) asks for u > 0, as every power does whose exponent is a formula."""
    proof = given(Equation(v, two))
    for formula, written in [
        (add(ONE, ONE), two),
        (add(x, negate(x)), ZERO),
        (multiply(ZERO, x), ZERO),
        (multiply(half, two), ONE),
        (v, two),
        (negate(ONE), MINUS_ONE),
    ]:
        refuses(proof, "field", (), power(u, formula), power(u, written))


def test_a_guard_is_not_a_factor():
    """[i = j]/(0) has a value where i != j, but δ(i, j)/0 has none; neither is taken apart."""
    proof = given()
    guard = where("=", position("i"), position("j"), inverse(u))
    factor = multiply(delta("i", "j"), inverse(u))
    refuses(proof, "field", (), guard, factor)
    refuses(proof, "fubini", (), multiply(u, guard), multiply(u, factor), ())
    known = given(Fact("defined", guard))
    refuses(known, "field", (), guard, factor)
    refuses(known, "field", (), *[factor] * 2)
    at_j = where("=", position(0), position("j"), inverse(u))
    refuses(known, "delta_move", (), multiply(delta("i", "j"), at_j), "i", "j")


def test_a_logarithm_of_a_square():
    """log(x**2) = 2 log(x) needs x > 0, not x**2 > 0."""
    square, doubled = log(power(x, two)), multiply(two, log(x))
    proof = given(Fact("nonzero", x))
    shows(proof, "sign", (), power(x, two))
    refuses(proof, "log_product", (), square)
    refuses(proof, "log_product", (), log(multiply(x, x)))
    refuses(proof, "field", (), square, doubled)
    proof = given(Fact("positive", x))
    split = shows(proof, "log_product", (), square)
    assert right_of(proof, split) is add(doubled)


def test_a_root_of_a_square():
    proof = given(Fact("nonzero", x), Fact("positive", power(x, two)))
    refuses(proof, "field", (), power(power(x, two), half), x)
    refuses(proof, "field", (), power(multiply(x, x), half), x)
    refuses(proof, "field", (), power(power(x, number(4)), half), multiply(x, x))
    refuses(proof, "field", (), power(power(x, half), two), x)
    proof = given(Fact("positive", x))
    shows(proof, "field", (), power(power(x, half), two), x)


def test_a_root_of_a_product():
    """x*y > 0 does not make x and y positive."""
    product = multiply(x, y)
    split = multiply(power(x, half), power(y, half))
    proof = given(Fact("positive", product), Fact("nonzero", x), Fact("nonzero", y))
    refuses(proof, "field", (), power(product, half), split)
    refuses(proof, "field", (), *[split] * 2)
    refuses(proof, "log_product", (), log(product))


def test_a_power_of_a_power():
    """(x**2)**(1/2)·(x**2)**(1/2) is x**2, and (x**a)**b is x**(a*b) for x > 0 alone."""
    proof = given(Fact("nonzero", x), Fact("positive", power(x, two)), Fact("positive", u))
    root = power(power(x, two), half)
    shows(proof, "field", (), multiply(root, root), power(x, two))
    refuses(proof, "field", (), multiply(root, root), x)
    refuses(proof, "field", (), power(power(x, u), two), power(x, multiply(two, u)))
    shows(proof, "field", (), power(power(u, v), two), power(u, multiply(two, v)))


# ---- nothing, zero and one -----------------------------------------------------------------------


def test_the_empty_sum_and_the_empty_product():
    proof = given()
    shows(proof, "field", (), add(), ZERO)
    shows(proof, "field", (), multiply(), ONE)
    shows(proof, "fubini", (), multiply(), ONE, ())
    shows(proof, "log_product", (), log(multiply()))
    refuses(proof, "field", (), add(), ONE)
    refuses(proof, "field", (), multiply(), ZERO)
    refuses(proof, "fubini", (), sum_over("n", multiply()), ONE, ())
    line = shows(proof, "sign", (), add())
    assert proof.judgements[line] == Judgement((), Fact("nonnegative", add()))
    refuses(proof, "field", (), *[inverse(add())] * 2, premises=[line])
    zero = proof.step("field", (("n",), add(), add()))
    shows(proof, "linear", premises=[zero])


def test_the_power_0():
    """x**0 is 1 for every x that has a value, 0 included."""
    proof = given()
    shows(proof, "field", (), power(u, ZERO), ONE)
    shows(proof, "field", (), power(ZERO, ZERO), ONE)
    shows(proof, "field", (), power(add(u, negate(u)), ZERO), ONE)
    line = shows(proof, "differentiate", (), power(u, ZERO), "u", ())
    assert proof.judgements[line].conclusion.value is ZERO
    refuses(proof, "field", (), power(ZERO, ZERO), ZERO)
    refuses(proof, "field", (), power(u, ZERO), u)
    line = shows(proof, "sign", (), power(number(-3), ZERO))
    assert proof.judgements[line].conclusion.kind == "positive"


def test_signs_of_powers():
    """Read off the structure, and not stronger than it is."""
    cases = [
        (power(u, two), "nonnegative"),
        (power(v, two), "positive"),
        (power(v, number(-3)), "nonzero"),
        (power(x, number(3)), "nonnegative"),
        (multiply(v, v), "nonzero"),
        (multiply(x, x), "nonnegative"),
        (add(power(u, two), ONE), "positive"),
    ]
    for term, kind in cases:
        proof = given(Fact("nonzero", v), Fact("nonnegative", x))
        line = shows(proof, "sign", (), term)
        assert proof.judgements[line].conclusion == Fact(kind, term)


# ---- equations that go round ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "equations",
    [
        [Equation(u, v), Equation(v, u)],
        [Equation(u, u)],
        [Equation(u, add(u, ONE))],
        [Equation(u, exp(u))],
        [Equation(u, power(v, u))],
        [Equation(u, multiply(x, v)), Equation(v, add(x, y)), Equation(y, negate(u))],
    ],
)
def test_equations_that_go_round_in_a_circle(equations):
    proof = given(*equations)
    for claimed in (ZERO, ONE, x):
        refuses(proof, "field", (), u, claimed)


# ---- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["base", "power", "apply", "delta", "element", "number", "sum"])
def test_a_function_named_like_something_inside_the_kernel(name):
    """However it is called, nothing is known of a function that the kernel does not know."""
    term = apply(name, add(u, ONE))
    for claimed in (add(u, ONE), inverse(add(u, ONE)), delta("i", "j"), ZERO, ONE):
        refuses(given(), "field", (), term, claimed)
        refuses(given(), "field", (), multiply(term, term), multiply(claimed, term))
        with pytest.raises(Refused):
            given(Fact("positive", term)).step("field", ((), term, claimed), [0])
    refuses(given(), "differentiate", (), term, "u", ())
    refuses(given(), "field", (), *[term] * 2)


def test_a_name_that_reads_like_a_formula_cannot_make_a_statement_look_false():
    """With a scalar called exp(x), d(x*exp(x))/dx = 1*exp(x) would be true and read as false."""

    def attack() -> str:
        proof = Proof(Declarations(frozenset(), {}, {"x": (), "exp(x)": ()}))
        proof.step("differentiate", ((), multiply(x, element("exp(x)")), "x", ()))
        return describe(proof)[0]

    with pytest.raises(Refused):
        attack()


# ---- judgements are strong -----------------------------------------------------------------------


def test_a_derivative_needs_its_function_to_have_a_value():
    """The slope of log(v)·x by x is log(v), where v > 0 and nowhere else."""
    product = multiply(log(v), x)
    refuses(given(), "differentiate", (), product, "x", ())
    proof = given(Fact("positive", v))
    line = shows(proof, "differentiate", (), product, "x", ())
    slope = Derivative("x", (), product, multiply(log(v), ONE))
    assert proof.judgements[line].conclusion == slope


# ---- numbers that are said to equal something else -----------------------------------------------


def test_an_exponent_that_is_said_to_equal_a_variable():
    """With v = 2 stated as 2 = v, u**2 may be read as u**v; that asks for u > 0 all the same."""
    proof = given(Equation(two, v), Equation(ONE, multiply(half, v)), Fact("nonzero", u))
    shows(proof, "sign", (), power(u, two))
    root = power(power(u, two), half)
    refuses(proof, "field", (), root, u)
    refuses(proof, "field", (), root, power(u, ONE))
    refuses(proof, "field", (), multiply(root, x), multiply(power(u, ONE), x))


def test_a_negative_exponent_that_is_said_to_equal_a_variable():
    proof = given(Equation(MINUS_ONE, v))
    refuses(proof, "field", (), add(inverse(u), ZERO), inverse(u))
    refuses(proof, "field", (), multiply(inverse(u), u), multiply(u, inverse(u)))


# ---- guards in contexts --------------------------------------------------------------------------

AT_0, ABOVE_0, FROM_0 = ("=", u, ZERO), ("<", ZERO, u), ("<=", ZERO, u)


@pytest.mark.parametrize("variable", ["u", "v"])
def test_where_u_is_0_its_slope_is_not(variable):
    """Under u = 0 the equation u = 0 says nothing of slopes by u, and all of slopes by v."""
    proof = given()
    stated = shows(proof, "assumed", (AT_0,))
    slope = shows(proof, "differentiate", (AT_0,), ZERO, variable, ())
    if variable == "u":
        with pytest.raises(Refused, match=NO_SLOPE):
            proof.step("derivative_of_equal", (), [stated, slope])
    else:
        shows(proof, "derivative_of_equal", premises=[stated, slope])


@pytest.mark.parametrize(("guard", "open_"), [(ABOVE_0, True), (FROM_0, False)])
def test_what_holds_under_a_strict_guard_holds_nearby(guard, open_):
    """[u > 0] u = u where u > 0, and nearby: its slope is 1. Where u >= 0 it is not, at 0."""
    proof = given()
    guarded = where(*guard, u)
    stated = shows(proof, "assumed", (guard,))
    same = shows(proof, "guard_decided", (guard,), guarded, premises=[stated])
    slope = shows(proof, "differentiate", (guard,), u, "u", ())
    if open_:
        shows(proof, "derivative_of_equal", premises=[same, slope])
    else:
        with pytest.raises(Refused, match=NO_SLOPE):
            proof.step("derivative_of_equal", (), [same, slope])


def test_what_holds_under_a_guard_holds_nowhere_else():
    proof = given()
    stated = shows(proof, "assumed", (ABOVE_0,))
    positive = shows(proof, "sign", (ABOVE_0,), add(u, negate(ZERO)), premises=[stated])
    for context in ((), (FROM_0,), (("<", ZERO, v),), (("<", u, ZERO),)):
        with pytest.raises(Refused, match="no sign shown"):
            proof.step("sign", (context, add(u, negate(ZERO))), [positive])


def test_an_index_in_a_guard_is_the_one_outside_of_it():
    """Under k < n and x[k] > 0, one binder further in, the index of the guard is the outer one."""
    guard = ("<", ZERO, element("p", 0))
    proof = given()
    stated = shows(proof, "assumed", (guard, "n"))
    context = ("n", guard, "n")
    shows(proof, "sign", context, add(element("p", 1), negate(ZERO)), premises=[stated])
    refuses(proof, "sign", context, add(element("p", 0), negate(ZERO)), premises=[stated])


def test_a_hypothesis_stands_under_binders_alone():
    """A hypothesis under a guard would be assumed outside of it, too."""
    with pytest.raises(Refused, match="not a declared size"):
        given(hypotheses=(Hypothesis((ABOVE_0,), Fact("positive", u)),))  # type: ignore[arg-type]


def test_guards_within_each_other_do_not_go_round():
    """What is said of u under guards that read u is found, or refused, in the end."""
    turned = where(*ABOVE_0, where(*FROM_0, u))
    proof = given(Equation(u, add(turned, u)))
    refuses(proof, "sign", (), u)
