"""Certificates for whole arrays: right claims get one at every size, wrong ones are refuted."""

from dataclasses import replace
from fractions import Fraction
from itertools import islice

import numpy as np
import pytest
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.claims import Claim, Identity
from derive.kernel import Declarations
from derive.kernel.terms import (
    ONE,
    ZERO,
    add,
    apply,
    element,
    multiply,
    number,
    sum_over,
    where,
)
from derive.theorems import theorem
from numeric import certificates
from numeric.ball_arrays import Balls, ball_namespace, enclosed, passed_back
from numeric.certificates import Certifier
from numeric.compile import compile_term
from numeric.errors import InputError
from numeric.exact_samples import small_points
from numeric.interpret import Undefined
from numeric.points import as_arrays, indices_below
from numeric.program.vocabulary import numpy_namespace
from numeric.witnesses import claimed, refute, true_value
from tests.statements import STATEMENTS, each_mistake, each_part

from .formulas import DECLARED
from .random_terms import terms

SOFTMAX_CROSS_ENTROPY = theorem("softmax_cross_entropy").parts[0].claim
X = element("x", "i")


def claim_about_x(of, value):
    """A claim about d of / d x[i], for a vector x."""
    return Claim(Declarations(frozenset("n"), {"i": "n"}, {"x": ("n",)}), of, "x", ("i",), value)


def float_points(declarations, most):
    """Small points of different sizes whose entries are all floating-point numbers, spread out."""

    def is_float(value):
        return value.denominator & (value.denominator - 1) == 0

    every = [
        point
        for point in small_points(declarations)
        if all(is_float(v) for entries in point.values.values() for v in entries.values())
    ]
    return every[:: max(1, len(every) // most)]


def given_at(point):
    """A point as what a certifier is called with."""
    return {**as_arrays(point), **point.sizes}


# ---- what is right -------------------------------------------------------------------------------


@each_part
def test_both_sides_are_those_of_the_reference_at_every_coordinate(part):
    """The reference: power series through the interpreter, one coordinate at a time."""
    claim = part.claim
    certify, declared, checked = Certifier(claim), claim.declarations, 0
    for point in float_points(declared, 3):
        certificate = certify(**given_at(point))
        assert certificate.agrees
        assert certificate.radius < arb("1e-30")
        arrays, sizes = certificates.prepare(declared, given_at(point))
        truth, said = certify.enclosures(arrays, sizes)
        assert truth.shape == tuple(sizes[declared.indices[index]] for index in certify.axes)
        for at in np.ndindex(truth.shape):
            indices = {**point.indices, **dict(zip(certify.axes, at, strict=True))}
            here = replace(point, indices=indices)
            assert truth[at].overlaps(true_value(claim, here))
            assert said[at].overlaps(claimed(claim, here))
            checked += 1
    assert checked > 0


@pytest.mark.parametrize("n", [1, 2, 10, 1000, 50_257])
def test_softmax_minus_the_label_is_certain_at_every_coordinate(n):
    x = np.random.default_rng(n).standard_normal(n)
    certificate = Certifier(SOFTMAX_CROSS_ENTROPY)(x=x, y=np.eye(1, n, n // 2)[0])
    assert certificate.agrees
    assert certificate.coordinates == n
    assert 0 <= certificate.radius <= arb("1e-30")
    assert str(certificate).startswith(f"{n} coordinates agree")


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_logits_may_be_as_large_as_floats_go(dtype):
    x = np.array([1e4, -1e4, 1e4, 3e38, 1e-40], dtype)
    certificate = Certifier(SOFTMAX_CROSS_ENTROPY)(x=x, y=np.eye(1, 5, 1, dtype=dtype)[0])
    assert certificate.agrees


@given(terms(), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_slopes_of_any_term_are_those_of_the_reference(term, random):
    """Of random terms with every operation of the vocabulary, by every entry of x."""
    declared = replace(DECLARED, indices={**DECLARED.indices, "own": "n"})
    point = random.choice(list(islice(small_points(declared), 40)))
    own = tuple(sorted(index for index in term.indices if isinstance(index, str)))
    compiled = compile_term(declared, term, own)
    row = tuple(point.indices[index] for index in own)
    arrays = {**as_arrays(point)}
    with ctx.workprec(300):
        inputs = {
            name: array if name in declared.labels else Balls(enclosed(array), moves=name == "x")
            for name, array in arrays.items()
        }
        program = compiled.bind(ball_namespace(kinks=True))
        arguments = [inputs[name] for name in compiled.arguments]
        try:
            result = program(*arguments, *(point.sizes[name] for name in compiled.sizes))
        except Undefined:
            return
        slopes = passed_back(result, row, inputs["x"])
    for at in indices_below(declared.variables["x"], point.sizes):
        claim = Claim(declared, term, "x", ("own",), ZERO)
        here = replace(point, indices={**point.indices, "own": at[0]})
        try:
            truth = true_value(claim, here, 300)
        except Undefined:
            continue
        assert slopes[at].overlaps(truth) or not slopes[at].is_finite()


def test_every_operation_of_the_vocabulary_has_its_ball_arithmetic():
    """All but ``pair``, which puts two results side by side: a certificate has one."""
    operations = set(numpy_namespace(np.dtype(np.float64))) - {"pair"}
    assert set(ball_namespace(kinks=True)) == operations


# ---- what is wrong -------------------------------------------------------------------------------


@each_mistake
def test_almost_right_formulas_are_refuted_where_the_reference_refutes_them(part, mistake):
    claim = part.mistaken(mistake)
    found = refute(claim, float_points(claim.declarations, 10_000))
    if found is None:
        pytest.skip("not wrong at any input made of floating-point numbers that is small")
    certificate = Certifier(claim)(**given_at(found.point))
    assert not certificate.agrees
    assert not certificate.truth.overlaps(certificate.claimed)


@pytest.mark.parametrize("n", [2, 1000, 50_257])
def test_one_wrong_coordinate_among_many_is_found_and_named(n):
    """1e-27 too much at the last coordinate alone."""
    declared = SOFTMAX_CROSS_ENTROPY.declarations
    wrong = replace(
        SOFTMAX_CROSS_ENTROPY,
        declarations=replace(declared, variables={**declared.variables, "e": ("n",)}),
        value=add(
            SOFTMAX_CROSS_ENTROPY.value, multiply(number(Fraction(1, 10**27)), element("e", "i"))
        ),
    )
    x, last = np.random.default_rng(n).standard_normal(n), np.eye(1, n, n - 1)[0]
    certificate = Certifier(wrong)(x=x, y=np.eye(1, n)[0], e=last)
    assert not certificate.agrees
    assert certificate.refuted == {"i": n - 1}
    assert abs((certificate.claimed - certificate.truth) * 10**27 - 1) < arb("1e-6")
    assert f"at i = {n - 1}: " in str(certificate)
    assert Certifier(wrong)(x=x, y=np.eye(1, n)[0], e=0 * last).agrees


def changed(name, operation):
    """The vocabulary with another operation."""
    return lambda *, kinks: {**ball_namespace(kinks=kinks), name: operation}


def test_a_wrong_slope_of_one_operation_is_noticed(monkeypatch):
    """Or agreement would not say that slopes are right."""

    def exp(a):
        value = np.frompyfunc(arb.exp, 1, 1)(a.value)
        return Balls(value, (a, lambda slope: slope * value * (1 + arb("1e-28"))))

    monkeypatch.setattr(certificates, "ball_namespace", changed("exp", exp))
    certificate = Certifier(SOFTMAX_CROSS_ENTROPY)(x=[0.5, 2.0, -1.0], y=[0, 1, 0])
    assert not certificate.agrees


def test_overlapping_balls_that_are_wide_are_no_certificate(monkeypatch):
    def exp(a):
        wide = np.frompyfunc(lambda ball: ball.exp() * arb(1, "1e-20"), 1, 1)(a.value)
        return Balls(wide, (a, lambda slope: slope * wide))

    claim = claim_about_x(sum_over("n", apply("exp", element("x", 0))), apply("exp", X))
    assert Certifier(claim)(x=[0.5, 2.0]).agrees
    monkeypatch.setattr(certificates, "ball_namespace", changed("exp", exp))
    with pytest.raises(Undefined, match="no narrow enclosure at 4096 bits"):
        Certifier(claim)(x=[0.5, 2.0])


# ---- where nothing can be said -------------------------------------------------------------------


def test_hypotheses_have_to_be_met_exactly():
    certify = Certifier(SOFTMAX_CROSS_ENTROPY)
    assert certify(x=[1, 2], y=[0.25, 0.75]).agrees
    with pytest.raises(InputError, match=r"sum_k y\[k\] = 1"):
        certify(x=[1, 2, 3], y=[0.1, 0.2, 0.7])


def test_a_kink_has_no_slope_and_beside_it_there_is_one():
    relu = claim_about_x(
        sum_over("n", where("<", ZERO, element("x", 0), element("x", 0))),
        where("<", ZERO, X, ONE),
    )
    assert Certifier(relu)(x=[1.0, -2.0, 5e-324]).agrees
    with pytest.raises(Undefined, match="kink"):
        Certifier(relu)(x=[1.0, 0.0])


@pytest.mark.parametrize("function", ["log", "lgamma", "digamma"])
def test_outside_the_domain_there_is_no_certificate(function):
    claim = claim_about_x(sum_over("n", apply(function, element("x", 0))), ONE)
    with pytest.raises(Undefined):
        Certifier(claim)(x=[2.0, -0.5])


def test_identities_have_certificates_too():
    declared = Declarations(frozenset("n"), {}, {"x": ("n",)})
    total = sum_over("n", element("x", 0))
    doubled = sum_over("n", multiply(number(2), element("x", 0)))
    x = np.random.default_rng(0).standard_normal(1000)
    assert Certifier(Identity(declared, doubled, multiply(number(2), total)))(x=x).agrees
    refuted = Certifier(Identity(declared, doubled, total))(x=x)
    assert not refuted.agrees
    assert refuted.refuted == {}


def test_every_statement_of_the_catalogue_can_be_certified():
    assert all(Certifier(part.claim).axes is not None for _, _, part in STATEMENTS.values())
