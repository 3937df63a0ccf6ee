"""Programs over their own memory: the same bytes, nothing of anybody else's written to."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from derive import theorem
from numeric.callables import functions
from numeric.compile import compile_term
from numeric.errors import InputError
from numeric.program import reuse
from numeric.program.reuse import Target, bound, reusing
from numeric.program.vocabulary import numpy_namespace
from numeric.samples import arrays
from numeric.workspace import Workspace

from ...statements import each_part

ROWS = functions(theorem("softmax_cross_entropy").parts[0]).on_rows().gradient.compiled


def free_of(term):
    return sorted(index for index in term.indices if isinstance(index, str))


def problem(dtype=np.float64, m=7, n=5):
    random = np.random.default_rng(0)
    x = random.standard_normal((m, n)).astype(dtype)
    y = random.dirichlet(np.ones(n), m).astype(dtype)
    return {"x": x, "y": y}


# ---- the same values -----------------------------------------------------------------------------


@each_part
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_same_bytes_as_the_text_as_it_stands(part, dtype):
    """For both sides of every statement, small arrays included; and inputs stay what they are."""
    declared = part.claim.declarations
    programs = [compile_term(declared, term, free_of(term)) for term in part.claim.terms]
    namespace = numpy_namespace(np.dtype(dtype))

    @settings(
        max_examples=3,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(arrays(declared, largest=4, dtype=dtype))
    def agree(inputs):
        sizes = lengths_of(declared, inputs)
        before = {name: array.copy() for name, array in inputs.items()}
        for program in programs:
            operands = [inputs[name] for name in program.arguments]
            operands += [sizes[name] for name in program.sizes]
            with np.errstate(all="ignore"):
                try:
                    plain = program.bind(namespace)(*operands)
                except FloatingPointError:
                    continue
                again = bound(reusing(program.text), namespace)(*operands)
            assert np.asarray(again).dtype == np.asarray(plain).dtype
            assert np.array_equal(again, plain, equal_nan=True)
        assert all(np.array_equal(before[name], inputs[name]) for name in inputs)

    agree()


def lengths_of(declared, inputs):
    lengths = {size: 4 for size in declared.sizes}  # noqa: C420  (some are of no array)
    for name, array in inputs.items():
        label = declared.labels.get(name)
        axes = declared.variables[name] if label is None else label.shape
        lengths |= dict(zip(axes, array.shape, strict=True))
    return lengths


@pytest.mark.parametrize(
    "text",
    [
        "def f(x, y):\n    t0 = x + y\n    t1 = exp(t0)\n    return t0 * t1\n",
        "def f(x, y):\n    t0 = x + y\n    return (t0 - y) * (t0 + y)\n",
        "def f(x, y):\n    t0 = x * y\n    return t0 / sum(t0, 0) - t0\n",
        "def f(x, y):\n    t0 = -x\n    return maximum(t0, -t0) + t0\n",
        "def f(x, y):\n    t0 = sum(x, 0)\n    return t0 * (t0 * x)\n",
    ],
)
def test_what_is_read_again_is_not_written_over(text):
    x, y = np.array([1.0, 2.0, 3.0]), np.array([0.5, -1.0, 2.0])
    namespace = numpy_namespace(np.dtype(float))
    scope = dict(namespace)
    exec(text, scope)
    expected = scope["f"](x, y)
    assert np.array_equal(bound(reusing(text), namespace)(x, y), expected)
    assert x.tolist() == [1, 2, 3]
    assert y.tolist() == [0.5, -1, 2]


def test_writing_over_everything_would_be_seen(monkeypatch):
    """Or the tests above would say nothing."""
    monkeypatch.setattr(reuse._Rewriting, "_is_free", lambda *_: True)
    text = "def f(x, y):\n    t0 = x + y\n    return (t0 - y) * (t0 + y)\n"
    x, y = np.array([1.0, 2.0]), np.array([0.5, -1.0])
    found = bound(reusing(text), numpy_namespace(np.dtype(float)))(x.copy(), y.copy())
    assert not np.array_equal(found, x * (x + 2 * y))


def test_large_arrays_are_written_over():
    """The gradient of softmax cross-entropy needs one array, which is the result."""
    inputs = problem(m=16, n=4096)
    size = inputs["x"].nbytes
    assert size > reuse.LARGE
    ROWS.raw(**inputs)
    tracemalloc.start()
    ROWS.raw(**inputs)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size <= peak < 1.5 * size


# ---- out -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("n", [1, 5, 6000])
def test_the_result_is_where_it_was_asked_for(n, dtype):
    inputs, workspace = problem(dtype, n=n), Workspace()
    out = np.full((7, n), np.nan, dtype)
    for _ in range(3):
        assert ROWS.into(out, workspace, **inputs) is out
        assert np.array_equal(out, ROWS(**inputs))
        inputs["x"] = inputs["x"][::-1].copy()
    assert ROWS.into(out, **inputs) is out


@pytest.mark.parametrize("name", ["x", "y"])
def test_an_input_may_be_where_the_result_goes(name):
    inputs = problem()
    expected = ROWS(**inputs)
    ROWS.into(inputs[name], **inputs)
    assert np.array_equal(inputs[name], expected)


def test_part_of_an_input_may_be_where_the_result_goes():
    memory = np.concatenate([problem()["x"], problem()["x"]])
    inputs = {"x": memory[:7].copy(), "y": problem()["y"]}
    expected = ROWS(**inputs)
    out = memory[2:9]
    ROWS.into(out, x=memory[:7], y=inputs["y"])
    assert np.array_equal(out, expected)


@pytest.mark.parametrize("out", [np.empty((7, 10))[:, ::2], np.empty((5, 7)).T])
def test_the_result_may_go_to_any_view(out):
    inputs = problem()
    ROWS.into(out, **inputs)
    assert np.array_equal(out, ROWS(**inputs))


def locked(array):
    array.flags.writeable = False
    return array


@pytest.mark.parametrize(
    ("out", "said"),
    [
        (np.empty((7, 5), np.float32), "an array of float64 of shape (7, 5), not float32"),
        (np.empty((7, 5), complex), "not complex128"),
        (np.empty((5, 7)), "not float64 of shape (5, 7)"),
        (np.empty(7), "not float64 of shape (7,)"),
        ([0.0], "not <class 'list'>"),
        (locked(np.empty((7, 5))), "out is read-only"),
    ],
)
def test_where_a_result_cannot_go_is_said(out, said):
    with pytest.raises(InputError) as caught:
        ROWS.into(out, **problem())
    assert said in str(caught.value)


def test_a_number_goes_nowhere():
    loss = functions(theorem("softmax_cross_entropy")).loss.compiled
    with pytest.raises(InputError, match="one array"):
        loss.into(np.empty(()), x=[1.0], y=[1.0])


def test_what_has_no_value_is_refused_as_ever():
    inputs = problem() | {"x": np.array([[1e308, -1e308]] * 2), "y": np.ones((2, 2)) / 2}
    with pytest.raises(InputError, match="overflow"):
        ROWS.into(np.empty((2, 2)), **inputs)


def test_the_array_of_the_result_is_given_out_once():
    out, read = np.empty(3), np.ones(3)
    target = Target(Workspace(), out, [read])
    assert target.make((4,), np.dtype(float)) is not out
    assert target.make((3,), np.dtype(np.float32)) is not out
    assert target.make((3,), np.dtype(float)) is out
    assert target.make((3,), np.dtype(float)) is not out
    assert Target(Workspace(), read, [read]).make((3,), np.dtype(float)) is not read
