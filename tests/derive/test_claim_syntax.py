"""How far a sign reaches in a claim as text: what divides, and what a bracket takes in."""

from __future__ import annotations

import tomllib
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from derive.language.syntax import Guard, Number, Product, parse, statements

CLAIMS = Path(__file__).parent.parent / "claims" / "true.toml"


def formula(text: str) -> Any:
    """The node of one formula."""
    (source,) = statements("claim", text)
    return parse(source, "value")


def same(one: Any, other: Any) -> bool:
    """Whether two texts are read alike, but for where their parts stand."""
    return bool(unplaced(formula(one)) == unplaced(formula(other)))


def unplaced(node: Any) -> Any:
    """A node as nested tuples, without positions."""
    if isinstance(node, tuple):
        return tuple(map(unplaced, node))
    if not hasattr(node, "at"):
        return node
    fields = {name: value for name, value in vars(node).items() if name != "at"}
    return type(node).__name__, *[(name, unplaced(value)) for name, value in fields.items()]


@pytest.mark.parametrize("left", ["x[i]", "x", "f(x)", "exp(x[i])", "(x[i])"])
def test_a_quotient_may_start_with_anything(left: str) -> None:
    node = formula(f"{left.replace('f(', 'log(')}/y[i]")
    assert isinstance(node, Product)
    assert [stroke for stroke, _ in node.factors] == ["*", "/"]


def test_an_entry_may_stand_before_any_relation() -> None:
    for relation in ("=", "!=", "<", "<=", ">", ">="):
        node = formula(f"[x[i] {relation} y[i]]")
        assert isinstance(node, Guard)
        assert node.conditions[0].relation == relation


def test_after_a_bracket_only_the_next_factor_divides() -> None:
    assert same("[i = j]/u*v", "[i = j]*1/u*v")
    assert not same("[i = j]/u*v", "[i = j]/(u*v)")
    assert same("[i = j]/u*v*[k = l]/w*z", "[i = j]*1/u*v*[k = l]*1/w*z")


def test_a_bracket_that_divides_does_not_take_in_what_follows() -> None:
    node = formula("u/[i = j]*v")
    assert isinstance(node, Product)
    assert [stroke for stroke, _ in node.factors] == ["*", "/", "*"]
    bracket = node.factors[1][1]
    assert isinstance(bracket, Guard)
    assert bracket.body is None


def test_a_bracket_alone_has_no_body() -> None:
    assert formula("[i = j]").body is None
    assert formula("[i = j]*2").body == Number(8, Fraction(2))


RULES = {"where": "declaration", "given": "hypothesis", "loss": "definition"}


@pytest.mark.parametrize(
    "claim", tomllib.loads(CLAIMS.read_text())["claim"], ids=lambda c: c["name"]
)
def test_every_true_claim_is_read(claim: dict[str, str]) -> None:
    for field, rule in RULES.items():
        for source in statements(field, claim.get(field, "")):
            parse(source, rule)
    *definitions, last = statements("claim", claim["claim"])
    for source in definitions:
        parse(source, "definition")
    parse(last, "claim")
