"""The theorems: what each says, and that nothing that merely looks like it is proved."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy
from sympy import Eq, Sum, exp
from sympy.tensor.indexed import IndexException

from derive import NotationError, NotProved
from derive.kernel import Equation
from derive.losses import cross_entropy, softmax, squared_error
from derive.notation import read_claim
from derive.proof_files import dump, replay
from derive.symbols import delta, index, indices, positive, real, simplex, size, sum_over
from derive.tactics.prove import proof_of
from derive.theorems import GROUPS, UnknownTheorem, catalogue, names, theorem
from numeric.exact_samples import small_points
from numeric.interpret import Undefined
from numeric.witnesses import refute, true_value, witness

THEOREMS = catalogue()
PARTS = {
    f"{name}-{place}": part
    for name, found in THEOREMS.items()
    for place, part in enumerate(found.parts)
}
MISTAKES = {
    f"{name}: {mistake.what}": (part, mistake)
    for name, part in PARTS.items()
    for mistake in part.mistakes
}

n, m = size("n"), size("m")
i, j, k = indices("i j k", n)
x, real_y = real("x", n), real("y", n)
y = simplex("y", n)
s = softmax(x)
LOSS = cross_entropy(y, s)


def assert_false(claim):
    """It is not proved, and it is refuted at a point that meets its hypotheses."""
    with pytest.raises(NotProved):
        proof_of(claim)
    found = refute(claim)
    assert found is not None
    assert not found.truth.overlaps(found.claimed)
    assert not witness(claim, found.point)


def assert_true(claim):
    """It is proved; and no point that was tried says otherwise."""
    assert replay_of(proof_of(claim)) == claim.judgement
    assert refute(claim) is None


def replay_of(proof):
    return replay(dump(proof)).conclusion


# ---- the catalogue -------------------------------------------------------------------------------


def test_theorems_are_listed_group_by_group():
    groups = list(names().values())
    assert list(THEOREMS) == list(names())
    assert groups == sorted(groups, key=GROUPS.index)


@pytest.mark.parametrize("name", THEOREMS)
def test_a_theorem_is_found_by_its_name(name):
    found = theorem(name)
    assert found.name == name
    assert found is THEOREMS[name]
    assert found.title
    assert found.about


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("softmax_crossentropy", "did you mean softmax_cross_entropy?"),
        ("jacobian", "did you mean softmax_jacobian?"),
        ("squared_eror", "did you mean squared_error?"),
        ("Cross_Entropy", "did you mean cross_entropy?"),
        ("zzz", f"known: {', '.join(THEOREMS)}"),
        ("", "known: "),
    ],
)
def test_an_unknown_name_suggests_the_nearest(name, message):
    with pytest.raises(UnknownTheorem) as caught:
        theorem(name)
    assert message in str(caught.value)
    assert repr(name) in str(caught.value)
    assert isinstance(caught.value, KeyError)


def test_the_catalogue_is_not_shared():
    catalogue().clear()
    assert list(catalogue()) == list(THEOREMS)


# ---- every theorem -------------------------------------------------------------------------------


@pytest.mark.parametrize("found", THEOREMS.values(), ids=THEOREMS)
def test_theorems_replay(found):
    assert found.derivations
    assert found.replays()


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_the_derivations_of_a_part_say_the_same(part):
    for derivation in part.derivations:
        assert derivation.claim == part.claim
        assert derivation.given == part.main.given


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_what_a_part_says_is_true(part):
    assert_true(part.claim)


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_a_hypothesis_that_is_stated_is_needed(part):
    """Without an equation it is false; without an inequality it has no value everywhere."""
    main = part.main
    for place, relation in enumerate(main.given):
        kept = [*main.given[:place], *main.given[place + 1 :]]
        without = main.stating(main.result, kept)
        if isinstance(relation, Eq):
            assert_false(without)
        else:
            anywhere = replace(without.declarations, hypotheses=())
            with pytest.raises(NotProved):
                proof_of(replace(without, declarations=anywhere))
            assert any(has_no_value(without, point) for point in small_points(anywhere))


def has_no_value(statement, point):
    """Whether the left side, or the derivative that stands there, has no value at a point."""
    try:
        true_value(statement, point)
    except Undefined:
        return True
    return False


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_what_holds_in_general_holds(part):
    """Where a part has equations for hypotheses it says what is true without them."""
    kept = [relation for relation in part.main.given if not isinstance(relation, Eq)]
    assert (part.general is not None) == (len(kept) < len(part.main.given))
    if part.general is not None:
        assert_true(part.main.stating(part.general, kept))


@pytest.mark.parametrize(("part", "mistake"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes_are_refuted_and_never_proved(part, mistake):
    assert_false(part.mistaken(mistake))


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_each_part_warns_of_mistakes(part):
    assert len(part.mistakes) >= 2
    assert len({mistake.what for mistake in part.mistakes}) == len(part.mistakes)


@pytest.mark.parametrize("found", THEOREMS.values(), ids=THEOREMS)
def test_theorems_show_themselves(found):
    text, markdown = str(found), found._repr_markdown_()
    for derivation in found.derivations:
        assert derivation.text() in text
        assert derivation.markdown() in markdown
    assert markdown.startswith(f"### {found.title}")
    assert found.about in markdown


def test_the_statements():
    """What the four theorems say, once more by hand."""
    results = {
        name: [sympy.sstr(derivation.result) for derivation in found.derivations]
        for name, found in THEOREMS.items()
    }
    assert results["softmax_jacobian"] == ["(KroneckerDelta(i, k) - s[i])*s[k]"]
    assert results["cross_entropy"] == ["-y[k]/s[k]"]
    assert results["softmax_cross_entropy"] == [
        "s[i] - y[i]",
        "s[i] - y[i]",
        "s[i]*Sum(y[k], (k, 0, n - 1)) - y[i]",
    ]
    (hypothesis,) = THEOREMS["softmax_cross_entropy"].parts[0].claim.declarations.hypotheses
    assert isinstance(hypothesis.conclusion, Equation)


# ---- almost right --------------------------------------------------------------------------------

WARM = sympy.Rational(1001, 1000)
ALL_BUT_LAST = Sum(exp(x[j]), (j, 0, n - 2))

ALMOST = {
    "s": s[i],
    "y − s": y[i] - s[i],
    "s + y": s[i] + y[i],
    "(s − y)/n": (s[i] - y[i]) / n,
    "n(s − y)": (s[i] - y[i]) * n,
    "s(1 − s) − y": s[i] * (1 - s[i]) - y[i],
    "s(1 − s)": s[i] * (1 - s[i]),
    "s − y_0": s[i] - y[0],
    "s_0 − y": s[0] - y[i],
    "s without its last term": exp(x[i]) / ALL_BUT_LAST - y[i],
    "e^x − y": exp(x[i]) - y[i],
    "s − y²": s[i] - y[i] ** 2,
    "s y − y": s[i] * y[i] - y[i],
    "temperature 1001/1000": exp(WARM * x[i]) / sum_over(j, exp(WARM * x[j])) - y[i],
    "off by 10^-20": s[i] - y[i] + sympy.Rational(1, 10**20),
    "Σ s": sum_over(k, s[k]) - y[i],
    "0": sympy.Integer(0),
}


@pytest.mark.parametrize("value", ALMOST.values(), ids=ALMOST)
def test_almost_s_minus_y(value):
    assert_false(read_claim(LOSS, x[i], value))


@pytest.mark.parametrize(
    "value",
    [
        s[i] - y[i],
        s[i] * sum_over(k, y[k]) - y[i],
        sum_over(k, y[k] * (s[i] - delta(i, k))),
        exp(x[i]) / sum_over(j, exp(x[j])) - y[i],
        s[i] - y[i] * sum_over(j, s[j]),
        1 / sum_over(j, exp(x[j] - x[i])) - y[i],
    ],
)
def test_s_minus_y_in_other_words(value):
    assert_true(read_claim(LOSS, x[i], value))


def test_s_minus_y_needs_labels_that_sum_to_one():
    loss = cross_entropy(real_y, s)
    assert_false(read_claim(loss, x[i], s[i] - real_y[i]))
    for total in (0, 2):
        given = [Eq(sum_over(k, real_y[k]), total)]
        assert_false(read_claim(loss, x[i], s[i] - real_y[i], given))
        assert_true(read_claim(loss, x[i], total * s[i] - real_y[i], given))


@pytest.mark.parametrize(
    "value",
    [
        s[k] * (1 - s[i]),
        delta(k, i) * s[k] * (1 - s[k]),
        -s[k] * (delta(k, i) - s[i]),
        -s[k] * s[i],
        delta(k, i) - s[k] * s[i],
        s[k] * (delta(k, i) + s[i]),
        s[i] * (delta(k, i) - s[i]),
        s[k] * (1 - delta(k, i) - s[i]),
    ],
)
def test_almost_the_jacobian_of_softmax(value):
    assert_false(read_claim(s[k], x[i], value))


def test_the_jacobian_of_softmax_is_symmetric():
    assert_true(read_claim(s[k], x[i], s[k] * (delta(k, i) - s[i])))
    assert_true(read_claim(s[k], x[i], s[i] * (delta(k, i) - s[k])))


# ---- squared error where X is square, so that shapes do not give the mistake away ----------------

X, w, b, t = real("X", m, m), real("w", m), real("b"), real("t", m)
r, c, d = indices("r c d", m)
SQUARE_LOSS = squared_error(X, w, b, t)


def miss(row, transposed=False):
    """(X w + b - t)_row"""
    return sum_over(d, (X[d, row] if transposed else X[row, d]) * w[d]) + b - t[row]


def test_squared_error_of_a_square_matrix():
    assert_true(read_claim(SQUARE_LOSS, w[c], 2 * sum_over(r, miss(r) * X[r, c]) / m))
    assert_true(read_claim(SQUARE_LOSS, b, 2 * sum_over(r, miss(r)) / m))


@pytest.mark.parametrize(
    "value",
    [
        2 * sum_over(r, miss(r) * X[c, r]) / m,
        2 * sum_over(r, miss(r, transposed=True) * X[r, c]) / m,
        2 * sum_over(r, miss(r, transposed=True) * X[c, r]) / m,
        2 * miss(c) * sum_over(r, X[r, c]) / m,
        2 * sum_over(r, miss(r)) * sum_over(r, X[r, c]) / m,
        2 * miss(c) / m,
        sum_over(r, miss(r) * X[r, c]) / m,
        2 * sum_over(r, miss(r) * X[r, c]),
        2 * Sum(miss(r) * X[r, c], (r, 0, m - 2)) / m,
    ],
)
def test_almost_the_gradient_of_squared_error(value):
    assert_false(read_claim(SQUARE_LOSS, w[c], value))


# ---- not even a statement ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("of", "by", "value", "message"),
    [
        (LOSS, x[i], s[i] - y[k], "index k is free in the claim"),
        (LOSS, x[i], s[j] - y[j], "index j is free in the claim"),
        (LOSS, x[i], s[i] - real("u", m)[index("q", m)], "index q is free in the claim"),
        (LOSS, x[i], s[i] - real("u", m)[i], "i runs below n, here it has to run below m"),
        (SQUARE_LOSS, x[c], sympy.Integer(0), "c runs below m, here it has to run below n"),
        (LOSS, s[i], s[i] - y[i], "is defined, not a variable"),
        (LOSS, x[i], s[i] - 0.5 * y[i], "is not exact"),
        (LOSS, x[i], s[i] - positive("y", n)[i], "y is"),
    ],
)
def test_what_is_ill_formed_is_no_claim(of, by, value, message):
    with pytest.raises(NotationError, match=message):
        read_claim(of, by, value)


def test_a_wrong_rank_is_no_claim():
    with pytest.raises((NotationError, IndexException)):
        read_claim(LOSS, x[i, i], s[i] - y[i])


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_the_hypotheses_can_be_met(part):
    """Or the theorem would be true of nothing."""
    assert next(small_points(part.claim.declarations)) is not None
