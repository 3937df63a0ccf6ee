"""What the domains say, as hypotheses, and which of them fit which shape."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derive.kernel import Declarations
from derive.language.domains import DOMAINS, domain_of, hypotheses
from derive.language.printer import Printer
from derive.language.question import ClaimText
from derive.language.reading import read

MATRICES = ("symmetric", "spd", "invertible")
SAID = {
    "positive": {"x[k] > 0"},
    "unit": {"x[k] > 0", "x[k] < 1"},
    "count": {"x[k] >= 0"},
    "simplex": {"x[k] >= 0", "sum_{k<n} x[k] = 1"},
    "one_hot": {"x[k]^2 = x[k]", "sum_{k<n} x[k] = 1"},
    "binary": {"x[k]^2 = x[k]"},
    "sign": {"x[k]^2 = 1"},
    "real": set(),
}


def said(kind, shape, ends=()):
    """The texts of what a domain says of x."""
    return {Printer().hypothesis(h) for h in hypotheses("x", domain_of(kind, ends, shape), shape)}


@pytest.mark.parametrize("kind", SAID)
def test_every_entry_is_spoken_of(kind):
    assert said(kind, ("n",)) == SAID[kind]


def test_further_axes_are_for_every():
    assert said("simplex", ("m", "n")) == {"x[k,j] >= 0", "sum_{j<n} x[k,j] = 1"}
    assert said("symmetric", ("m", "n", "n")) == {"x[k,j,l] = x[k,l,j]"}
    assert said("spd", ("n", "n")) == {"x[k,j] = x[j,k]", "x[k,k] > 0"}
    assert said("positive", ()) == {"x > 0"}


def test_an_interval_is_open_at_both_ends():
    ends = (Fraction(-1), Fraction(3, 2))
    assert said("interval", ("n",), ends) == {"x[k] > -1", "x[k] < 3/2"}
    assert said("interval", (), (Fraction(0), Fraction(1))) == {"x > 0", "x < 1"}


@pytest.mark.parametrize("kind", [kind for kind in DOMAINS if kind not in ("index", "interval")])
def test_hypotheses_are_well_formed(kind):
    shape = ("m", "n", "n")
    domain = domain_of(kind, (), shape)
    Declarations(frozenset("mn"), variables={"x": shape}, hypotheses=hypotheses("x", domain, shape))


@pytest.mark.parametrize(
    ("kind", "ends", "shape"),
    [
        ("simplex", (), ()),
        ("one_hot", (), ()),
        ("real", (Fraction(1),), ("n",)),
        ("interval", (), ("n",)),
        ("interval", (Fraction(2), Fraction(1)), ("n",)),
        ("interval", (Fraction(1), Fraction(1)), ("n",)),
        ("nonsense", (), ("n",)),
        *((kind, (), ("n", "m")) for kind in MATRICES),
        *((kind, (), ("n",)) for kind in MATRICES),
    ],
)
def test_what_does_not_fit_is_refused(kind, ends, shape):
    with pytest.raises(ValueError, match=r"known:|wants|takes nothing|two axes"):
        domain_of(kind, ends, shape)


def test_only_what_is_used_is_assumed():
    text = ClaimText("L = x^2", "dL/dx = 2*x", "x: real; y: positive[n]; z: unit")
    assert read(text).assumed == ()
