"""GitHub-safe markdown: text comes out as that text, formulas as formulas, tables as tables."""

import html
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sympy import Abs, Symbol

from reports.markdown import (
    display,
    escape,
    folded,
    inline,
    inline_latex,
    order_of_magnitude,
    page,
    table,
)

from .rendering import Page, mathematics, prose, render

# ---- text ----------------------------------------------------------------------------------------

SIGNS = st.sampled_from("\\`*_{}[]<>()#+-.!|~&$:@/=^\"' 1a\n\tw")
LINKS = ["http://a.b", "www.a.b", "WWW.a.b", "ftp://a.b", "a@b.co", "[x](y)", "![x](y)", "[^1]"]
BLOCKS = ["1. a", "1) a", "- a", "+ a", "# a", "===", "---", "***", "> a", "    code", "```\na"]
SPANS = ["&amp;", "&#35;", "<b>", "<!-- x -->", "~~a~~", "`a`", "$`a`$", "a_b_c", "| a |\n|---|"]
SNIPPETS = st.sampled_from([*LINKS, *BLOCKS, *SPANS])
TEXTS = st.lists(
    st.text(SIGNS | st.characters(exclude_categories=("Cs", "Cc")), max_size=12) | SNIPPETS,
    max_size=5,
).map("".join)


def as_text(rendered):
    """The text of rendered HTML; the one thing it may hold is a link made of a mail address."""
    links = re.findall(r"<a [^>]*>(.*?)</a>", rendered)
    assert all("@" in link for link in links)
    text = re.sub(r"</?a\b[^>]*>", "", rendered)
    assert "<" not in text
    return html.unescape(text)


@given(TEXTS.filter(str.strip))
@example("y_k * s_k [a](b) <b> `c` $d$ | e & ~f~ \\")
@example("1. not a list")
def test_escaped_text_is_a_paragraph_of_that_text(text):
    rendered = render(escape(text)).strip()
    assert rendered.startswith("<p>")
    assert rendered.endswith("</p>")
    assert as_text(rendered[3:-4]) == " ".join(text.split())


@given(TEXTS)
def test_escaped_text_is_a_cell_of_that_text(text):
    rendered = render(table(("a", "b"), [(escape(text), "c")]))
    assert Page(rendered).tables == [[2, 2]]
    cell = re.search(r"<tbody>\s*<tr>\s*<td>(.*?)</td>", rendered, re.DOTALL)[1]
    assert as_text(cell) == " ".join(text.split())


@given(TEXTS)
def test_escaped_text_is_an_item_of_that_text(text):
    rendered = render(f"- at {escape(text)}.")
    item = re.search(r"<li>(.*)</li>", rendered, re.DOTALL)[1]
    assert as_text(item) == f"at {' '.join(text.split())}."


@pytest.mark.parametrize("text", ["s − y", "the derivative is 0.5: more", "∂L/∂x, Σ and “δ”"])
def test_what_needs_no_escape_is_left_alone(text):
    assert escape(text) == text


# ---- formulas ------------------------------------------------------------------------------------


def test_a_formula_within_a_line():
    rendered = render(f"so {inline(Symbol('x') / 2)} it is")
    assert mathematics(rendered) == [r"\frac{x}{2}"]
    assert prose(rendered).split() == ["so", "it", "is"]


def test_a_formula_on_a_line_of_its_own():
    rendered = render(display(r"\sum_{k} y_{k} = 1"))
    assert mathematics(rendered) == [r"\sum_{k} y_{k} = 1"]
    assert prose(rendered).strip() == ""


@pytest.mark.parametrize("text", ["|x|", r"\left|x\right|", "a | b"])
def test_bars_in_formulas_do_not_end_cells(text):
    rendered = render(table(("a", "b"), [(inline_latex(text), "c")]))
    assert Page(rendered).tables == [[2, 2]]
    (formula,) = mathematics(rendered)
    assert formula == text.replace("|", r"\vert ").strip()


def test_bars_that_sympy_writes_do_not_end_cells_either():
    assert "|" not in inline(Abs(Symbol("x")))


# ---- the rest ------------------------------------------------------------------------------------


def test_a_folded_part_holds_rendered_markdown():
    rendered = render(folded("More", "one `two`\n\n```console\nthree\n```"))
    assert Page(rendered).folded == [["summary", "p", "code", "pre", "code"]]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0"),
        (1.0, "$`10^{0}`$"),
        (1.1, "$`10^{1}`$"),
        (2e-11, "$`10^{-10}`$"),
        (1e-10, "$`10^{-10}`$"),
        (9.99e-12, "$`10^{-11}`$"),
    ],
)
def test_orders_of_magnitude_are_rounded_up(value, shown):
    assert order_of_magnitude(value) == shown


@given(st.floats(1e-300, 1e300))
def test_no_value_is_above_its_order_of_magnitude(value):
    power = int(order_of_magnitude(value)[len("$`10^{") : -len("}`$")])
    assert 10.0 ** (power - 1) <= value * (1 + 1e-9)
    assert value <= 10.0**power * (1 + 1e-9)


def test_a_page_ends_with_one_line_break():
    assert page(["# a", "b"]) == "# a\n\nb\n"
