"""Statements apart, exact numbers, and bounds that hold however long or deep a text is."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derive.language.errors import ClaimError
from derive.language.syntax import (
    DEEPEST,
    LONGEST_STATEMENT,
    LONGEST_TEXT,
    MOST_STATEMENTS,
    Big,
    Declaration,
    Power,
    Quotient,
    Signed,
    Source,
    every_node,
    parse,
    statements,
)
from tests.in_time import in_time


def texts(text):
    """The texts of the statements."""
    return [source.text for source in statements("loss", text)]


def formula(text):
    """The node of one formula."""
    return parse(Source("claim", text, 0, text), "value")


def test_statements_end_at_semicolons_and_line_ends():
    assert texts("a = 1; b = 2\nc = 3;\n\n; d = 4") == ["a = 1", "b = 2", "c = 3", "d = 4"]


def test_a_statement_goes_on_in_brackets_and_at_operators():
    assert texts("a = (1 +\n 2)") == ["a = (1 +\n 2)"]
    assert texts("a = 1 +\n 2") == ["a = 1 +\n 2"]
    assert texts("a = 1\n  + 2") == ["a = 1\n  + 2"]
    assert texts("a = 1\nb = 2") == ["a = 1", "b = 2"]


def test_remarks_say_nothing_and_keep_places():
    first, second = statements("loss", "a = 1 # b = 3; c\nb = 2")
    assert (first.text, second.text) == ("a = 1", "b = 2")
    assert second.offset == len("a = 1 # b = 3; c\n")


def test_signs_of_typesetters_are_read():
    assert texts("a = 1 − 2") == ["a = 1 - 2"]


def test_numbers_are_exact():
    exact = {"0.1": "1/10", ".5": "1/2", "2.": "2", "1e-3": "1/1000", "2.5E2": "250"}
    for text, value in exact.items():
        assert formula(text).value == Fraction(value)


def test_powers_group_to_the_right_and_bind_before_signs():
    node = formula("-a^b^c")
    assert isinstance(node, Signed)
    power = node.parts[0][1]
    assert isinstance(power, Power)
    assert isinstance(power.exponent, Power)


def test_a_sum_takes_the_rest_of_its_product():
    node = formula("sum_{k<n, j<k+1} a[k]*b[j] + c")
    assert isinstance(node, Signed)
    big = node.parts[0][1]
    assert isinstance(big, Big)
    assert [binder.name for binder in big.binders] == ["k", "j"]


def test_nodes_remember_where_they_stand():
    text = "x[i] + exp(y[j])"
    assert {text[node.at] for node in every_node(formula(text))} == {"x", "i", "e", "y", "j"}


def test_left_sides_of_claims():
    def left(text):
        return parse(Source("claim", text, 0, text), "claim").left

    assert isinstance(left("dL/dx[i] = 1"), Quotient)
    assert left("d2L/dx[i]dw[c] = 1").further.name == "dw"
    assert left("d2L/dx[i]^2 = 1").power == 2


def test_declarations():
    text = "x, z: interval(0, 1)[n,m]"
    node = parse(Source("where", text, 0, text), "declaration")
    assert isinstance(node, Declaration)
    assert [name.name for name in node.names] == ["x", "z"]
    assert (node.domain, len(node.arguments), len(node.sizes)) == ("interval", 2, 2)


LONG = {
    "a long sum": "+".join(["x[i]"] * 3_900),
    "a long product": "*".join(["s"] * 9_900),
    "many digits": "9" * 900,
    "a long comparison": "[" + "<".join(["i"] * 9_000) + "]",
    "blanks": " " * 19_000 + "1",
}


@pytest.mark.parametrize("what", LONG)
def test_what_is_long_is_read_quickly(what):
    assert in_time(lambda: formula(LONG[what]))


HUGE = {
    "a sum of 100 kB": ("+".join(["x[i]"] * 20_000), f"at most {LONGEST_STATEMENT:,}"),
    "deep powers": ("2^" * 9_000 + "2", "nested deeper"),
    "deep signs": ("-" * 9_000 + "2", "nested deeper"),
    "deep sums": ("".join(f"sum_{{k{k}<n}} " for k in range(900)) + "1", "nested deeper"),
    "deep calls": ("exp(" * 2_000 + "1" + ")" * 2_000, "nested deeper"),
    "deep indices": ("x[" * 2_000 + "i" + "]" * 2_000, "nested deeper"),
    "open brackets": ("(" * 9_000, "is not closed"),
    "digits": ("9" * 15_000, "more than 1000 digits"),
    "exponents": ("1e99999", "more than 1000 digits"),
    "a long name": ("a" * 15_000, "letters: at most 50"),
}


@pytest.mark.parametrize("what", HUGE)
def test_what_is_huge_is_refused_quickly(what):
    text, words = HUGE[what]

    def refused():
        with pytest.raises(ClaimError, match=words):
            formula(text)

    assert in_time(refused)


def test_brackets_alone_do_not_nest():
    text = "(" * 9_000 + "1" + ")" * 9_000
    assert formula(text).value == 1
    assert in_time(lambda: formula(text))


def test_depth_is_bounded_where_it_is_said_to_be():
    assert formula("exp(" * (DEEPEST - 1) + "1" + ")" * (DEEPEST - 1)) is not None
    with pytest.raises(ClaimError, match=f"nested deeper than {DEEPEST}"):
        formula("exp(" * DEEPEST + "1" + ")" * DEEPEST)


def test_texts_are_bounded_as_a_whole():
    with pytest.raises(ClaimError, match="are too many"):
        statements("loss", "x" * (LONGEST_TEXT + 1))
    with pytest.raises(ClaimError, match="statements: at most"):
        statements("loss", "a;" * (MOST_STATEMENTS + 1))


LINES = ("\n" * 49_000, ";" * 49_000, "#" * 49_000, "a\n" * 900, "+\n" * 20_000)


@pytest.mark.parametrize("text", LINES, ids=range(len(LINES)))
def test_line_ends_take_no_time(text):
    assert in_time(lambda: statements("loss", text))
