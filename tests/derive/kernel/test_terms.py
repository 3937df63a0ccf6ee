"""Terms: frozen and shared, and substitution that cannot capture."""

from __future__ import annotations

import copy
import pickle
from fractions import Fraction

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from derive.kernel import Refused, Term
from derive.kernel.terms import (
    ONE,
    ZERO,
    add,
    apply,
    delta,
    element,
    instantiate,
    make,
    multiply,
    natural_number,
    number,
    position,
    power,
    rational,
    shift,
    size,
    sum_over,
    where,
)
from derive.plain_text import show
from derive.rebinding import abstract, rebuild, replace_index
from derive.tactics.order import order
from numeric.interpret import BALLS, Undefined, evaluate, index_value
from numeric.points import indices_below

from .universe import a_term, an_index, formulas, plain_contexts, worlds_of

reproducibly = settings(deadline=None, derandomize=True, database=None, max_examples=100)

closed = formulas().map(lambda found: found[1])


def value(term, world, bound=()):
    """The value of a term as text, which for equal terms is equal."""
    try:
        return str(evaluate(term, world, bound, BALLS))
    except Undefined:
        return "undefined"


# ---- shared and frozen ---------------------------------------------------------------------------


def rebuilt(term: Term) -> Term:
    """The term built again from the bottom up."""
    return rebuild(term, [rebuilt(a) if isinstance(a, Term) else a for a in term.args])


@reproducibly
@given(closed)
def test_terms_that_are_written_alike_are_the_same_object(term):
    assert rebuilt(term) is term


@reproducibly
@given(closed)
def test_copies_and_pickles_are_the_same_object(term):
    assert copy.copy(term) is term
    assert copy.deepcopy([term])[0] is term
    assert pickle.loads(pickle.dumps(term)) is term


def test_terms_are_inert():
    x = element("x", "i")
    assert add(x, ZERO) is not x
    assert add(x, ONE) is not add(ONE, x)
    assert add(x) is not x
    assert add() is not ZERO
    assert multiply(ZERO, x) is not ZERO
    assert power(x, ONE) is not x
    assert apply("log", apply("exp", x)) is not x
    assert delta("i", "i") is not ONE
    assert delta("i", "j") is not delta("j", "i")
    assert add(add(x, x), x) is not add(x, x, x)


@pytest.mark.parametrize("name", [*Term.__dataclass_fields__, "order", "anything"])
def test_nothing_in_a_term_can_be_set(name):
    with pytest.raises(AttributeError):
        setattr(element("x", "i"), name, ())


def test_nothing_in_a_term_can_be_deleted():
    with pytest.raises(AttributeError):
        del element("doomed").args


@pytest.mark.parametrize("imposter", [False, 0.0, Fraction(0)])
def test_an_index_is_what_it_is_whatever_was_built_before(imposter):
    """0, False and 0.0 are equal to Python, and one must not stand in for the other."""
    try:
        before = element(f"x{type(imposter)}", imposter)
    except (TypeError, ValueError, Refused):
        before = None
    after = element(f"x{type(imposter)}", 0)
    assert [type(index) for index in after.args[1]] == [int]
    assert after is not before


@pytest.mark.parametrize(
    ("kind", "args"),
    [
        ("number", (1, 0)),
        ("number", (0.5, 1)),
        ("sum", ("n", "x")),
        ("element", ("x", ["i"])),
        ("delta", ("i",)),
        ("position", (("t",),)),
        ("where", ("~", ONE, ONE, ONE)),
        ("apply", (ONE, "exp")),
        ("add", (ONE, 1)),
        ("lambda", (ONE,)),
    ],
)
def test_terms_of_the_wrong_shape_are_not_made(kind, args):
    with pytest.raises((Refused, TypeError)):
        make(kind, *args)


def test_numbers_are_in_lowest_terms():
    assert number(2, 4) is number(1, 2)
    assert number(Fraction(-6, 3)) is number(-2)
    assert number(3, -6).args == (-1, 2)
    with pytest.raises(ZeroDivisionError):
        number(1, 0)
    with pytest.raises(TypeError):
        number(0.5)


@pytest.mark.parametrize(
    ("term", "value", "natural"),
    [
        (number(3), 3, 3),
        (number(0), 0, 0),
        (number(-2), -2, None),
        (number(1, 2), Fraction(1, 2), None),
        (size("n"), None, None),
        (add(), None, None),
    ],
)
def test_only_number_terms_have_a_rational_value(term, value, natural):
    assert rational(term) == value
    assert natural_number(term) == natural


# ---- what is known of a term ---------------------------------------------------------------------


def occurring(term: Term, depth: int = 0) -> set[int | str]:
    """The indices that are not bound inside, found by walking."""
    if term.kind in ("element", "delta", "position"):
        found = set()
        todo = list(term.args[1] if term.kind == "element" else term.args)
        while todo:
            index = todo.pop()
            if isinstance(index, tuple):
                todo += index[1:]
            elif isinstance(index, str):
                found.add(index)
            elif index >= depth:
                found.add(index - depth)
        return found
    inner = depth + (term.kind == "sum")
    return set().union(*[occurring(part, inner) for part in term.parts])


@reproducibly
@given(closed)
def test_indices_and_loose_are_those_that_occur(term):
    assert term.indices == occurring(term)
    assert term.loose == max((i + 1 for i in occurring(term) if isinstance(i, int)), default=0)


def test_names_are_variables_and_labels_and_not_sizes_indices_or_functions():
    term = sum_over("n", multiply(element("x", ("t", "a"), 0), apply("exp", size("m"))))
    assert term.names == {"x", "t"}
    assert delta(("s", "i"), "j").names == {"s"}
    assert where("<", position(("s", "i")), element("u"), element("v")).names == {"s", "u", "v"}


@reproducibly
@given(formulas(plain_contexts))
def test_a_total_term_has_a_value_everywhere(found):
    context, term = found
    if term.total:
        for world in worlds_of(frozenset()):
            for bound in indices_below(context, world.sizes):
                assert value(term, world, bound) != "undefined"


@pytest.mark.parametrize(
    ("term", "total"),
    [
        (apply("exp", element("u")), True),
        (power(element("u"), ZERO), True),
        (power(element("u"), number(3)), True),
        (power(element("u"), number(-1)), False),
        (power(element("u"), number(1, 2)), False),
        (power(element("u"), element("v")), False),
        (power(element("u"), add(ONE, ONE)), False),
        (apply("log", number(2)), False),
        (apply("nobody", element("u")), False),
        (where("=", ONE, ONE, element("u")), True),
        (multiply(ZERO, apply("log", ONE)), False),
        (sum_over("n", apply("log", ONE)), False),
        (add(), True),
    ],
)
def test_total_means_that_nothing_partial_occurs(term, total):
    assert term.total is total


# ---- binders -------------------------------------------------------------------------------------


@reproducibly
@given(formulas(), st.sampled_from(["i", "j", "a"]))
def test_instantiating_undoes_abstracting(found, name):
    _, term = found
    body = abstract(term, name)
    assert name not in body.indices
    assert instantiate(body, name) is term


@reproducibly
@given(formulas())
def test_abstracting_undoes_instantiating(found):
    _, body = found
    assert abstract(instantiate(body, "fresh"), "fresh") is body


@reproducibly
@given(formulas())
def test_abstracting_several_names_is_abstracting_each_in_turn(found):
    _, term = found
    both = abstract(term, "i", "j")
    assert both is abstract(abstract(term, "i"), "j")
    assert instantiate(instantiate(both, "j"), "i") is term


@reproducibly
@given(formulas(), st.sampled_from([("i", "j"), ("j", "i"), ("a", "b")]))
def test_terms_equal_up_to_bound_names_are_the_same_object(found, names):
    _, term = found
    one, other = names
    renamed = replace_index(term, one, "fresh")
    assert sum_over("n", abstract(term, one)) is sum_over("n", abstract(renamed, "fresh"))
    assert other not in abstract(term, one, other).indices


@reproducibly
@given(formulas(), st.integers(0, 3), st.integers(0, 3))
def test_shifts_add_up_and_can_be_undone(found, one, other):
    _, term = found
    assert shift(shift(term, one), other) is shift(term, one + other)
    assert shift(shift(term, one), -one) is term


@reproducibly
@given(formulas())
def test_a_shifted_body_does_not_use_the_binder(found):
    _, term = found
    for index in (0, 3, "i", ("t", 2)):
        assert instantiate(shift(term, 1), index) is term


@reproducibly
@given(st.data())
def test_instantiating_means_giving_the_bound_index_that_value(data):
    context = data.draw(plain_contexts)
    below = data.draw(st.sampled_from(["n", "m"]))
    body = a_term(data.draw, (below, *context), 3)
    index = an_index(data.draw, below, context)
    at_index = instantiate(body, index)
    for world in worlds_of(frozenset())[:3]:
        for bound in indices_below(context, world.sizes):
            inner = (index_value(index, world, bound), *bound)
            assert value(at_index, world, bound) == value(body, world, inner)


@reproducibly
@given(st.data())
def test_replacing_an_index_by_one_of_equal_value_changes_no_value(data):
    context = ("n", *data.draw(plain_contexts))
    term = a_term(data.draw, context, 3)
    old, new = (an_index(data.draw, "n", context) for _ in range(2))
    replaced = replace_index(term, old, new)
    for world in worlds_of(frozenset())[:3]:
        for bound in indices_below(context, world.sizes):
            if index_value(old, world, bound) == index_value(new, world, bound):
                assert value(replaced, world, bound) == value(term, world, bound)


def test_substitution_cannot_capture():
    row = sum_over("n", element("K", 1, 0))  # sum_k K[#, k], the # being bound further out
    inside = instantiate(row, 0)  # # becomes the innermost bound index around the sum
    assert inside is row
    outermost = instantiate(row, 4)
    assert outermost is sum_over("n", element("K", 5, 0))
    gathered = instantiate(row, ("t", 0))
    assert gathered is sum_over("n", element("K", ("t", 1), 0))
    assert abstract(sum_over("n", element("K", "i", 0)), "i") is sum_over("n", element("K", 1, 0))


def test_replacing_reaches_under_binders_and_into_labels():
    term = sum_over("n", element("K", ("t", "a"), 1))
    assert replace_index(term, 0, "i") is sum_over("n", element("K", ("t", "a"), "i"))
    assert replace_index(term, "a", 0) is sum_over("n", element("K", ("t", 1), 1))
    assert replace_index(term, ("t", "a"), 0) is sum_over("n", element("K", 1, 1))
    assert replace_index(sum_over("n", element("x", 0)), 0, "i") is sum_over("n", element("x", 0))


def test_shifting_an_index_leaves_free_ones():
    assert shift(2, 3) == 5
    assert shift("i", 3) == "i"
    assert shift(("t", 1, ("s", "i")), 2) == ("t", 3, ("s", "i"))


# ---- the order -----------------------------------------------------------------------------------


@reproducibly
@given(st.lists(formulas(), min_size=2, max_size=6), st.integers(1, 3))
def test_the_order_of_terms_does_not_change_when_they_are_shifted(found, by):
    terms = [term for _, term in found]
    ordered = sorted(terms, key=order)
    shifted = sorted([shift(term, by) for term in terms], key=order)
    assert shifted == [shift(term, by) for term in ordered]


@reproducibly
@given(formulas(), formulas())
def test_the_order_tells_any_two_terms_apart(one, other):
    assert (order(one[1]) == order(other[1])) == (one[1] is other[1])


# ---- the text ------------------------------------------------------------------------------------

x, u = element("x", "i"), element("u")
GUARDED_INVERSE = where("=", position("i"), position("j"), power(u, number(-1)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (GUARDED_INVERSE, multiply(delta("i", "j"), add(power(u, number(-1))))),
        (multiply(x, add(u, ONE)), add(multiply(x, u), ONE)),
        (power(add(x, u), number(2)), add(x, power(u, number(2)))),
        (power(number(-1), number(2)), multiply(number(-1), number(2))),
        (power(x, power(u, number(2))), power(power(x, u), number(2))),
        (sum_over("n", element("K", 0, "i")), sum_over("m", element("K", 0, "i"))),
        (
            sum_over("n", sum_over("n", element("K", 0, 1))),
            sum_over("n", sum_over("n", element("K", 1, 0))),
        ),
        (sum_over("n", add(x, u)), add(sum_over("n", x), u)),
        (element("x", ("t", "a")), element("x", "t", "a")),
        (apply("exp", add(x, u)), add(apply("exp", x), u)),
    ],
)
def test_terms_that_differ_in_meaning_are_shown_differently(one, other):
    assert show(one) != show(other)
