"""What may be computed with, and the one line with which everything else is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from derive.kernel import Declarations, Label
from numeric.arrays import LARGEST_EXACT_INTEGER, prepare
from numeric.errors import InputError

DECLARED = Declarations(
    sizes=frozenset({"n", "m", "c"}),
    variables={"x": ("n",), "y": ("n",), "W": ("m", "n"), "b": ()},
    labels={"t": Label(("m",), "c")},
)
GOOD = {
    "x": [1.0, 2.0, 3.0],
    "y": [0.0, 1.0, 0.0],
    "W": [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]],
    "b": 0.5,
    "t": [0, 3],
    "c": 4,
}


def with_(**changed):
    return {**GOOD, **changed}


def test_everything_that_is_declared_comes_out_as_an_array():
    arrays, sizes = prepare(DECLARED, GOOD)
    assert sizes == {"n": 3, "m": 2, "c": 4}
    assert {name: array.shape for name, array in arrays.items()} == {
        "x": (3,),
        "y": (3,),
        "W": (2, 3),
        "b": (),
        "t": (2,),
    }
    assert arrays["t"].dtype == np.intp
    assert all(arrays[name].dtype == np.float64 for name in ("x", "y", "W", "b"))


NAN, INF = float("nan"), float("inf")
REFUSED = {
    "a name that is close": (
        with_(xx=[1.0]),
        "xx is not declared; did you mean x?",
    ),
    "a name that is not": (
        with_(gradient=[1.0]),
        "gradient is not declared; did you mean W or b or t or x or y?",
    ),
    "a missing vector": (
        {k: v for k, v in GOOD.items() if k != "y"},
        "y is missing: give y=..., an array with axes (n)",
    ),
    "a missing scalar": (
        {k: v for k, v in GOOD.items() if k != "b"},
        "b is missing: give b=..., a number",
    ),
    "a missing size": (
        {k: v for k, v in GOOD.items() if k not in ("c", "t")},
        "t is missing: give t=..., an array with axes (m)",
    ),
    "too many axes": (
        with_(x=[[1.0, 2.0, 3.0]]),
        "x has axes (n), but an array of shape (1, 3) was given",
    ),
    "too few axes": (
        with_(W=[1.0, 2.0, 3.0]),
        "W has axes (m, n), but an array of shape (3,) was given",
    ),
    "an array for a scalar": (
        with_(b=[1.0]),
        "b has no axes, but an array of shape (1,) was given",
    ),
    "two lengths for a size": (
        with_(y=[1.0, 2.0, 3.0, 4.0]),
        "n is 3 from x but 4 from y",
    ),
    "a length and a number": (with_(n=5), "n is 3 from x but 5 from n=..."),
    "transposed": (with_(W=np.ones((3, 2))), "n is 3 from x but 2 from W"),
    "an empty vector": (with_(x=[]), "x is empty along its axis n: sizes are at least 1"),
    "an empty axis": (
        with_(W=np.ones((0, 3))),
        "W is empty along its axis m: sizes are at least 1",
    ),
    "a size of 0": (with_(c=0), "the size c is a whole number, at least 1, not 0"),
    "half a size": (with_(c=2.5), "the size c is a whole number, at least 1, not 2.5"),
    "a size that is true": (with_(c=True), "the size c is a whole number, at least 1, not True"),
    "booleans": (
        with_(y=[False, True, False]),
        "y holds booleans: write 1 and 0 as numbers",
    ),
    "complex numbers": (with_(x=[1j, 0, 0]), "x is complex: give real numbers"),
    "strings": (
        with_(x=["1", "2", "3"]),
        "x does not hold real numbers: its dtype is <U1",
    ),
    "objects": (
        with_(x=[1.0, None, 2.0]),
        "x does not hold real numbers: its dtype is object",
    ),
    "nothing": (with_(x=None), "x does not hold real numbers: its dtype is object"),
    "ragged rows": (
        with_(W=[[1.0, 2.0, 3.0], [4.0, 5.0]]),
        "W is not an array: its rows differ in length",
    ),
    "masked entries": (
        with_(x=np.ma.array([1.0, 2.0, 3.0], mask=[0, 1, 0])),
        "x has masked entries: every entry is needed",
    ),
    "nan": (with_(x=[1.0, NAN, 2.0]), "x[1] = nan is not finite: give a real number"),
    "minus infinity": (
        with_(W=[[1.0, 2.0, 3.0], [4.0, 5.0, -INF]]),
        "W[1, 2] = -inf is not finite: give a real number",
    ),
    "an infinite scalar": (with_(b=INF), "b = inf is not finite: give a real number"),
    "half precision": (
        with_(x=np.ones(3, np.float16)),
        "x is float16: use float32 or float64",
    ),
    "integers that float64 has not": (
        with_(x=[0, 2**53 + 1, 0]),
        "x[1] = 9007199254740993 is not exact in float64: give a float",
    ),
    "labels that are floats": (
        with_(t=[0.0, 1.0]),
        "t holds indices: give integers, not float64",
    ),
    "a label that is too large": (
        with_(t=[0, 4]),
        "t[1] = 4 is out of range: indices run from 0 to 3",
    ),
    "a label that is negative": (
        with_(t=[-1, 0]),
        "t[0] = -1 is out of range: indices run from 0 to 3",
    ),
    "labels of an unknown range": (
        {k: v for k, v in GOOD.items() if k != "c"},
        "the size c is not known: give c=... or an array with it",
    ),
}


@pytest.mark.parametrize(("values", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refused_with_one_line(values, message):
    with pytest.raises(InputError) as caught:
        prepare(DECLARED, values)
    assert str(caught.value) == message


def test_a_label_needs_its_range_even_where_nothing_else_does():
    with pytest.raises(InputError, match="the size c, below which t runs, is not known"):
        prepare(DECLARED, {"t": [0, 1]}, needed=["t"])


def test_only_what_is_needed_has_to_be_there():
    arrays, sizes = prepare(DECLARED, {"x": [1.0, 2.0]}, needed=["x"])
    assert list(arrays) == ["x"]
    assert sizes == {"n": 2}


# ---- dtypes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "y", "dtype"),
    [
        (np.float32, np.float32, np.float32),
        (np.float32, np.float64, np.float64),
        (np.int64, np.int8, np.float64),
        (np.float32, np.int32, np.float64),
        (np.longdouble, np.float64, np.longdouble),
        (">f8", ">f8", np.float64),
    ],
)
def test_the_common_dtype(x, y, dtype):
    arrays, _ = prepare(DECLARED, {"x": np.ones(2, x), "y": np.ones(2, y)}, needed=["x", "y"])
    assert arrays["x"].dtype == arrays["y"].dtype == np.dtype(dtype)
    assert arrays["x"].dtype.isnative


@pytest.mark.parametrize("scalar", [2, 2.5])
def test_a_python_number_takes_the_dtype_of_the_arrays(scalar):
    values = {"x": np.ones(2, np.float32), "b": scalar}
    arrays, _ = prepare(DECLARED, values, needed=["x", "b"])
    assert arrays["b"].dtype == np.float32
    assert arrays["b"] == scalar


def test_a_numpy_scalar_has_a_say():
    values = {"x": np.ones(2, np.float32), "b": np.float64(2.5)}
    arrays, _ = prepare(DECLARED, values, needed=["x", "b"])
    assert arrays["x"].dtype == np.float64


def test_a_python_number_that_the_dtype_cannot_hold():
    values = {"x": np.ones(2, np.float32), "b": 1e300}
    with pytest.raises(InputError, match=r"b = 1e\+300 is too large for float32"):
        prepare(DECLARED, values, needed=["x", "b"])


def test_what_is_not_needed_does_not_decide_the_dtype():
    values = {"x": np.ones(2, np.float32), "y": np.ones(2, np.float64)}
    arrays, _ = prepare(DECLARED, values, needed=["x"])
    assert arrays["x"].dtype == np.float32


def test_finite_entries_whose_sum_overflows_are_finite():
    arrays, _ = prepare(DECLARED, {"x": [1e308, 1e308, -1e308]}, needed=["x"])
    assert arrays["x"].tolist() == [1e308, 1e308, -1e308]


def test_infinities_that_would_cancel_are_found():
    with pytest.raises(InputError, match=r"x\[0\] = inf"):
        prepare(DECLARED, {"x": [INF, -INF]}, needed=["x"])


# ---- the caller's arrays -------------------------------------------------------------------------

DTYPES = st.sampled_from([np.float32, np.float64, np.int64])
ENTRIES = st.integers(-LARGEST_EXACT_INTEGER, LARGEST_EXACT_INTEGER)


@given(DTYPES, hnp.array_shapes(min_dims=2, max_dims=2, max_side=4), st.booleans(), st.data())
def test_nothing_can_write_to_the_callers_arrays(dtype, shape, transposed, data):
    given_ = data.draw(hnp.arrays(np.int64, shape, elements=ENTRIES)).astype(dtype)
    given_ = given_.T if transposed else given_
    before = given_.copy()
    arrays, _ = prepare(DECLARED, {"W": given_}, needed=["W"])
    assert (arrays["W"] == before).all()
    assert arrays["W"].flags.c_contiguous
    with pytest.raises(ValueError, match="read-only"):
        arrays["W"][0, 0] = 1
    assert given_.flags.writeable
    assert (given_ == before).all()
