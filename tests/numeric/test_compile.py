"""Compiled functions against loops over 60-digit numbers; what they take, give and look like."""

import pickle
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from derive.kernel import Declarations, Refused
from derive.kernel.terms import (
    add,
    apply,
    delta,
    element,
    multiply,
    negate,
    number,
    power,
    size,
    sum_over,
    where,
)
from numeric.compile import NotCompiled, compile_term
from numeric.errors import InputError
from numeric.program.vocabulary import numpy_namespace

from .formulas import (
    BY_WEIGHT,
    DECLARED,
    JACOBIAN,
    NAMED,
    ROWS_SLOPE,
    SIZES,
    SMALLEST,
    SOFTMAX_SLOPE,
    attention,
    exp,
    inverse,
    log,
    softmax,
)
from .loops import FLOATS, Loops, NoValue, agrees, arrays_of
from .random_terms import terms


@settings(max_examples=250, deadline=None)
@given(
    terms(),
    st.fixed_dictionaries({axis: st.integers(1, 4) for axis in SIZES}),
    st.sampled_from(FLOATS),
    st.integers(0, 2**32),
)
def test_any_term_agrees_with_loops(term, sizes, dtype, seed):
    """Within the rounding bound, for every size from 1 and float32 as well as float64."""
    values = arrays_of(sizes, seed, dtype)
    free = tuple(sorted(term.indices))
    try:
        exact = Loops(sizes, values).array(term, free)
    except NoValue:
        assume(False)
    compiled = compile_term(DECLARED, term, free)
    try:
        found = compiled(**values, **sizes)
    except InputError:  # an overflow of float32 on the way
        assume(False)
    reads_floats = any(name in DECLARED.variables for name in compiled.arguments)
    assert found.dtype == (dtype if reads_floats else np.float64)
    assert agrees(compiled, {**values, **sizes}, exact)


# ---- the terms of this project -------------------------------------------------------------------


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("sizes", [SIZES, SMALLEST, {"m": 3, "n": 2, "p": 5}])
@pytest.mark.parametrize(("term", "free"), NAMED.values(), ids=NAMED.keys())
def test_named_terms_agree_with_loops(term, free, sizes, dtype):
    values = arrays_of(sizes, 7, dtype)
    compiled = compile_term(DECLARED, term, free)
    assert compiled(**values, **sizes).dtype == (
        dtype if {*compiled.arguments} & {*DECLARED.variables} else np.float64
    )
    assert agrees(compiled, {**values, **sizes}, Loops(sizes, values).array(term, free))


ALMOST = {
    "s without - y": (softmax("x", "i"), SOFTMAX_SLOPE, ("i",)),
    "another index of the Jacobian": (
        multiply(softmax("x", "k"), add(delta("k", "i"), negate(softmax("x", "k")))),
        JACOBIAN,
        ("k", "i"),
    ),
    "the transposed scores": (
        sum_over("n", multiply(attention(0, "i"), element("Q", 0, "a"))),
        NAMED["attention"][0],
        ("i", "a"),
    ),
    "without the factor 2": (multiply(number(1, 2), BY_WEIGHT), BY_WEIGHT, ("a",)),
}


@pytest.mark.parametrize(("almost", "term", "free"), ALMOST.values(), ids=ALMOST.keys())
def test_the_comparison_tells_formulas_apart(almost, term, free):
    values = arrays_of(SIZES, 7)
    compiled = compile_term(DECLARED, almost, free)
    assert not agrees(compiled, values, Loops(SIZES, values).array(term, free))


# ---- what the program looks like -----------------------------------------------------------------


def test_the_readable_text_of_softmax_minus_labels_on_rows():
    assert compile_term(DECLARED, ROWS_SLOPE, ("r", "i")).text == (
        "def compiled(X, Y):\n"
        "    t0 = exp(X - amax(X, 1)[:, None])\n"
        "    return t0 * (number(1) / sum(t0, 1))[:, None] - Y\n"
    )


@pytest.mark.parametrize(("term", "free"), NAMED.values(), ids=NAMED.keys())
def test_there_is_no_loop(term, free):
    text = compile_term(DECLARED, term, free).text
    assert "for " not in text
    assert "while " not in text


@pytest.mark.parametrize("name", ["Jacobian", "vector times Jacobian", "s - y", "x - log sum exp"])
def test_what_occurs_at_two_indices_is_computed_once(name):
    text = compile_term(DECLARED, *NAMED[name]).text
    assert text.count("exp(") == 1
    assert text.count("amax(") == 1


def test_the_text_runs_in_exact_arithmetic():
    """The same program over Fractions, by another namespace, is exact."""
    compiled = compile_term(DECLARED, BY_WEIGHT, ("a",))
    namespace = {
        **numpy_namespace(np.dtype(np.float64)),
        "number": Fraction,
        "real": Fraction,
        "matmul": np.matmul,
    }
    values = {
        name: np.vectorize(lambda entry: Fraction(float(entry)), otypes=[object])(array)
        for name, array in arrays_of(SIZES, 11).items()
        if name in compiled.arguments
    }
    sizes = [SIZES[name] for name in compiled.sizes]
    found = compiled.bind(namespace)(*(values[name] for name in compiled.arguments), *sizes)
    F, w, b, z = (values[name] for name in "Fwbz")
    rows, columns = F.shape
    errors = [sum(F[r, d] * w[d] for d in range(columns)) + b.item() - z[r] for r in range(rows)]
    exact = [
        Fraction(2, rows) * sum(errors[r] * F[r, a] for r in range(rows)) for a in range(columns)
    ]
    assert found.tolist() == exact


def test_a_compiled_function_survives_pickling():
    compiled = compile_term(DECLARED, SOFTMAX_SLOPE, ("i",))
    again = pickle.loads(pickle.dumps(compiled))
    assert again.text == compiled.text
    assert (again(x=[1.0, 2.0], y=[0.0, 1.0]) == compiled(x=[1.0, 2.0], y=[0.0, 1.0])).all()


# ---- input and output ----------------------------------------------------------------------------


def test_integers_are_converted():
    compiled = compile_term(DECLARED, SOFTMAX_SLOPE, ("i",))
    assert (compiled(x=[0, 1], y=[0, 1]) == compiled(x=[0.0, 1.0], y=[0.0, 1.0])).all()


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        ({"x": [0.0]}, "y is missing"),
        ({"x": [0.0], "y": [0.0, 1.0]}, "n is 1 from x but 2 from y"),
        ({"x": [0.0], "y": [0.0], "nobody": [0.0]}, "nobody is not declared"),
        ({"x": [float("-inf")], "y": [1.0]}, r"x\[0\] = -inf is not finite"),
        ({"x": [0.0], "y": [1.0], "z": []}, "z is empty"),
    ],
)
def test_bad_input_is_refused(given_, message):
    with pytest.raises(InputError, match=message):
        compile_term(DECLARED, SOFTMAX_SLOPE, ("i",))(**given_)


def test_declared_names_that_do_not_occur_may_be_given():
    compiled = compile_term(DECLARED, SOFTMAX_SLOPE, ("i",))
    found = compiled(x=np.zeros(2, np.float32), y=np.ones(2, np.float32), z=np.ones(3))
    assert found.tolist() == [-0.5, -0.5]
    assert found.dtype == np.float32


def test_a_size_that_no_argument_has_is_given_by_name():
    compiled = compile_term(DECLARED, multiply(size("m"), element("b")))
    assert compiled(b=1.5, m=4) == 6.0
    assert compiled(b=1.5, z=[0.0, 0.0]) == 3.0
    with pytest.raises(InputError, match="the size m is not known"):
        compiled(b=1.5)


NO_VALUE = {
    "log of 0": (log(element("b")), 0.0),
    "log of a negative number": (log(element("b")), -1.0),
    "1/0": (inverse(element("b")), 0.0),
    "root of a negative number": (power(element("b"), number(1, 2)), -1.0),
    "overflow": (exp(element("b")), 1000.0),
    "hidden by an exponential": (exp(negate(inverse(power(element("b"), number(2))))), 0.0),
}


@pytest.mark.parametrize(("term", "b"), NO_VALUE.values(), ids=NO_VALUE.keys())
def test_where_there_is_no_value_there_is_an_error(term, b):
    with pytest.raises(InputError, match="no value in the dtype"):
        compile_term(DECLARED, term)(b=b)


GUARDED = {
    "log": (log(element("x", "i")), np.log),
    "1/x": (inverse(element("x", "i")), lambda x: 1 / x),
    "root": (power(element("x", "i"), number(1, 2)), np.sqrt),
    "exp(1/x)": (exp(inverse(element("x", "i"))), lambda x: np.exp(1 / x)),
    "exp(-1000 x)": (exp(multiply(number(-1000), element("x", "i"))), lambda x: np.exp(-1000 * x)),
}


@pytest.mark.parametrize(("body", "numpy"), GUARDED.values(), ids=GUARDED.keys())
def test_what_is_guarded_is_not_evaluated(body, numpy):
    compiled = compile_term(DECLARED, where("<", number(0), element("x", "i"), body), ("i",))
    assert compiled(x=[-4.0, 0.0, 4.0]).tolist() == [0.0, 0.0, numpy(np.float64(4.0))]


@pytest.mark.parametrize(
    ("term", "free"),
    [
        (element("y", "i"), ("i",)),
        (element("X", "r", "i"), ("i", "r")),
        (element("b"), ()),
        (number(2), ("i",)),
    ],
)
def test_the_result_is_the_callers_own(term, free):
    values = arrays_of(SIZES, 1)
    before = {name: array.copy() for name, array in values.items()}
    found = compile_term(DECLARED, term, free)(**values)
    if free:
        found[...] = 99
    assert isinstance(found, np.ndarray if free else np.float64)
    assert all((values[name] == before[name]).all() for name in values)


def test_the_unchecked_call_gives_the_same():
    values = arrays_of(SIZES, 2)
    for term, free in NAMED.values():
        compiled = compile_term(DECLARED, term, free)
        assert np.array_equal(compiled.raw(**values), compiled(**values))


def test_names_that_python_or_the_program_uses_otherwise():
    names = ["θ", "lambda", "exp", "t0", "number", "self", "range"]
    declared = Declarations(
        frozenset({"n", "sum"}), {}, {**dict.fromkeys(names, ("sum",)), "v0": ("n",)}
    )
    total = sum_over("sum", add(*(element(name, 0) for name in names)))
    compiled = compile_term(declared, multiply(total, inverse(size("sum"))))
    values = {name: np.full(3, 2.0**place) for place, name in enumerate(names)}
    assert compiled(**values) == 127.0


@pytest.mark.parametrize(
    ("term", "free", "message"),
    [
        (element("x", "i"), (), "free indices that are no axis of the result: i"),
        (element("x", "i"), ("i", "i"), "the axes i, i of the result name an index twice"),
        (element("x", "i"), ("i", "q"), "q is not a declared index"),
    ],
)
def test_what_cannot_be_compiled_is_refused_by_name(term, free, message):
    with pytest.raises(NotCompiled, match=message):
        compile_term(DECLARED, term, free)


@pytest.mark.parametrize(
    ("term", "message"),
    [
        (element("z", "i"), "i runs below n, here it has to run below m"),
        (apply("tanh", element("x", "i")), "not a function of the kernel: tanh"),
    ],
)
def test_what_the_declarations_do_not_allow_is_refused(term, message):
    with pytest.raises(Refused, match=message):
        compile_term(DECLARED, term, ("i",))
