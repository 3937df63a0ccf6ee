"""Differences as expressions: as large as the function, proved by the kernel, exact at any step."""

import pickle

import numpy as np
import pytest

from derive import theorem
from derive.kernel.terms import add, element, multiply, number, sum_over
from derive.proof_files import dump, replay
from numeric.compile import compile_term
from numeric.difference_identity import black_box, equations, proofs
from numeric.exact_differences import exact_difference, of_claim
from tests.numeric.formulas import DECLARED
from tests.numeric.increments.losses import further_losses, losses

CROSS_ENTROPY = of_claim(theorem("softmax_cross_entropy").parts[1].claim)
PROVED = [
    "softmax cross-entropy",
    "entropy",
    "squared error",
    "layer norm",
    "focal loss",
    "attention by Q",
    "guard",
    "power",
    "cube",
    "every label 1",
]


def test_softmax_cross_entropy_is_one_pass_over_the_logits():
    """No array has two axes, so that all n differences take as many operations as one loss."""
    assert CROSS_ENTROPY.compiled_quotient.text == (
        "def compiled(x, y, h):\n"
        "    t0 = expm1(-h)\n"
        "    t1 = exp(x - amax(x, 0))\n"
        "    t2 = sum(t1, 0)\n"
        "    t3 = (expm1(h) - t0) / t2 * t1 / (number(1) + t0 / t2 * t1)\n"
        "    t4 = number(1, 2) * sum(y, 0) / h * log1p(t3)\n"
        "    return t4 - y\n"
    )


@pytest.mark.parametrize("name", ["entropy", "squared error", "layer norm", "focal loss"])
def test_losses_of_a_vector_have_differences_without_matrices(name):
    text = of_claim(losses()[name].claim).compiled_quotient.text
    assert "None" not in text
    assert "matmul" not in text


@pytest.mark.parametrize("name", PROVED)
def test_the_kernel_proves_the_identity(name):
    difference = of_claim({**losses(), **further_losses()}[name].claim)
    found = proofs(difference)
    assert found is not None
    for proof, equation in zip(found, equations(difference), strict=True):
        replayed = replay(dump(proof))
        assert replayed.conclusion == equation.judgement
        assert replayed.declarations == equation.declarations


def test_the_kernel_proves_no_difference_that_lacks_a_term():
    """(x + h)**2 - x**2 = 2 x h + h**2; without the last it is a derivative, not a difference."""
    x, h = element("b"), element("h")
    right = exact_difference(DECLARED, multiply(x, x), "b", ())
    assert proofs(right) is not None
    wrong = type(right)(
        right.declarations, right.term, "b", (), multiply(number(2), x, h), "h", frozenset()
    )
    assert proofs(wrong) is None
    assert black_box(wrong).contradiction is not None


@pytest.mark.parametrize("step", [0.5, -0.5, 2.0**-20])
def test_it_is_the_difference_of_the_function(step):
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal(6), rng.dirichlet(np.ones(6))
    loss = compile_term(CROSS_ENTROPY.declarations, CROSS_ENTROPY.term)
    found = CROSS_ENTROPY.compiled(x=x, y=y, h=step)
    for k in range(6):
        moved = x.copy()
        moved[k] += step
        assert abs(loss(x=moved, y=y) - loss(x=x, y=y) - found[k]) < 1e-14


def test_the_step_has_a_name_of_its_own():
    term = multiply(element("h"), element("h_"))
    declared = type(DECLARED)(frozenset({"n"}), {}, {"h": (), "h_": ()})
    found = exact_difference(declared, term, "h", ())
    assert found.step == "h__"
    assert found.compiled(h=2.0, h_=3.0, h__=0.5) == 1.5


def test_a_variable_that_is_not_there_moves_nothing():
    found = exact_difference(DECLARED, element("y", "k"), "x", ("i",))
    assert (found.compiled(n=3, h=0.5) == np.zeros((3, 3))).all()


def test_labels_and_several_indices():
    """sum_r X[r, t[r]] moves with X[r, i] where i = t[r]."""
    term = sum_over("m", element("X", 0, ("t", 0)))
    found = exact_difference(DECLARED, term, "X", ("r", "i"))
    moved = found.compiled(X=np.zeros((2, 4)), t=[3, 1], h=0.25, m=2, n=4)
    assert moved.tolist() == [[0, 0, 0, 0.25], [0, 0.25, 0, 0]]


def test_subtracted_functions_are_named():
    assert exact_difference(DECLARED, element("b"), "b", ()).subtracted == frozenset()
    gelu = of_claim(theorem("gelu").parts[0].claim)
    assert gelu.subtracted == {"erf"}


def test_two_results_are_computed_as_one_program():
    first, second = element("x", "i"), add(element("x", "i"), number(1))
    pair = compile_term(DECLARED, first, ("i",), beside=second)
    one, other = pair(x=[1.0, 2.0])
    assert one.tolist() == [1, 2]
    assert other.tolist() == [2, 3]
    assert pickle.loads(pickle.dumps(pair)).text == pair.text
