"""The difference of any term is what the term moves by, and a program for it compiles."""

from fractions import Fraction
from random import Random

from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.kernel.terms import element, multiply
from numeric.compile import compile_term
from numeric.exact_differences import exact_difference
from numeric.increments.moving import moved
from numeric.interpret import BALLS, Undefined, evaluate
from numeric.points import Point, indices_below
from tests.numeric.formulas import DECLARED
from tests.numeric.random_terms import terms

SIZES = {"m": 2, "n": 3, "p": 2}
MOVED = {
    "x": ("i",),
    "b": (),
    "X": ("r", "i"),
    "C": ("i", "k"),
    "F": ("r", ("u", "i")),
    "z": ("r",),
}


@st.composite
def differences(draw):
    """The difference of a term that reads one of the variables; if it reads none, times x[k]."""
    term = draw(terms())
    if not term.names & set(MOVED):
        term = multiply(element("x", "k"), term)
    variable = draw(st.sampled_from(sorted(term.names & set(MOVED))))
    return exact_difference(DECLARED, term, variable, MOVED[variable])


def some_point(random, variables):
    """Numbers that are equal now and then, so that guards and deltas come to the fore."""
    values = {
        name: {at: Fraction(random.randint(-3, 6), 3) for at in indices_below(shape, SIZES)}
        for name, shape in variables.items()
    }
    labels = {
        name: {at: random.randrange(SIZES[label.below]) for at in indices_below(label.shape, SIZES)}
        for name, label in DECLARED.labels.items()
    }
    indices = {name: random.randrange(SIZES[below]) for name, below in DECLARED.indices.items()}
    return Point(SIZES, values, labels, indices)


def ball(term, point):
    return arb(evaluate(term, point, (), BALLS))


@settings(max_examples=150)
@given(difference=differences(), seed=st.integers(0, 10**6))
def test_the_difference_is_what_the_term_moves_by(difference, seed):
    """At steps of 1/2 and -1/2, by balls; points that have no value, or no sign, are left out."""
    term, variable, at = difference.term, difference.variable, difference.at
    after = moved(term, variable, at, element(difference.step))
    random = Random(seed)
    for _ in range(4):
        point = some_point(random, difference.declarations.variables)
        point.values[difference.step][()] = Fraction(random.choice((-1, 1)), 2)
        try:
            with ctx.workprec(200):
                expected = ball(after, point) - ball(term, point)
                assert ball(difference.value, point).overlaps(expected)
        except Undefined:
            continue


@settings(max_examples=100)
@given(difference=differences())
def test_difference_and_quotient_compile(difference):
    for program in (difference.compiled, difference.compiled_quotient):
        assert program.free == difference.axes


@settings(max_examples=100)
@given(difference=differences(), seed=st.integers(0, 10**6))
def test_the_quotient_is_that_of_the_difference(difference, seed):
    """(D(h) - D(-h)) / (2h), at h = 1/2"""
    point = some_point(Random(seed), difference.declarations.variables)
    try:
        with ctx.workprec(200):
            sides = []
            for step in (Fraction(1, 2), Fraction(-1, 2)):
                point.values[difference.step][()] = step
                sides.append(ball(difference.value, point))
            point.values[difference.step][()] = Fraction(1, 2)
            assert ball(difference.quotient, point).overlaps(sides[0] - sides[1])
    except Undefined:
        return


def test_a_wrong_difference_does_not_overlap():
    """Or the tests above would show nothing."""
    term = element("x", "i")
    difference = exact_difference(DECLARED, term, "x", ("i",))
    point = some_point(Random(0), difference.declarations.variables)
    point.values["h"][()] = Fraction(1, 2)
    after = moved(term, "x", ("k",), element("h"))
    point.indices.update(i=0, k=1)
    assert not ball(difference.value, point).overlaps(ball(after, point) - ball(term, point))
    assert compile_term(difference.declarations, difference.value).free == ()
