"""Memory for intermediate arrays: used again, and never what somebody still holds."""

import numpy as np

from numeric.workspace import Workspace, computed, using


def test_arrays_are_used_again_once_they_are_given_back():
    workspace = Workspace()
    first = workspace.take((3,), np.dtype(float))
    second = workspace.take((3,), np.dtype(float))
    assert first is not second
    workspace.give_back(second)
    assert workspace.take((3,), np.dtype(float)) is first
    assert workspace.take((3,), np.dtype(float)) is not second


def test_views_of_what_is_kept_are_not_given_back():
    workspace = Workspace()
    array = workspace.take((2, 3), np.dtype(float))
    workspace.give_back(array.T)
    assert workspace.take((2, 3), np.dtype(float)) is not array


def test_shapes_and_dtypes_are_kept_apart():
    workspace = Workspace()
    array = workspace.take((3,), np.dtype(np.float32))
    workspace.give_back()
    assert workspace.take((3,), np.dtype(np.float64)).dtype == np.float64
    assert workspace.take((1,), np.dtype(np.float32)).shape == (1,)
    assert workspace.take((3,), np.dtype(np.float32)) is array


def test_results_are_those_of_the_operation():
    left, right = np.arange(3.0), np.arange(4.0)[:, None]
    with using(Workspace()):
        assert (computed(np.add, left, right) == left + right).all()
        assert (computed(np.exp, left) == np.exp(left)).all()
        assert computed(np.multiply, np.float64(2), np.float64(3)) == 6
        assert (computed(np.multiply, np.float64(2), left) == 2 * left).all()
    assert (computed(np.add, left, right) == left + right).all()
