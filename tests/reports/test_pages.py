"""The pages of this run: what GitHub makes of them, their order, and that they are the same again.

They are made in temporary folders; the committed ones are only read.
"""

import os
import random
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

import reports
from derive.claims import Claim
from derive.theorems import GROUPS, catalogue, names, title
from derive.typeset import latex
from numeric.crosscheck import EXAMPLES
from numeric.second_opinion import AGREES, DISAGREES, NOT_ASKED, Opinion
from numeric.settling import UNDECIDED
from reports.compare import differences
from reports.gathering import gather_all
from reports.pages import all_pages, theorem_pages
from reports.theorem_page import Figure, theorem_page, totals

from .rendering import Page, mathematics, prose, render

PAGES = [f"{name}.md" for name in catalogue()] + ["index.md", "example.md"]
COMMITTED = Path(reports.__file__).parent / "proofs"
ORDER = [
    "Verdict",
    "Hypotheses and conventions",
    "Derivation",
    "What fails without each hypothesis",
    "Independent witnesses",
    "The search for a counterexample",
    "Almost right, and refuted",
]

each_page = pytest.mark.parametrize("name", PAGES)
each_theorem = pytest.mark.parametrize("name", catalogue())


@pytest.fixture
def text(campaign, name):
    """The markdown of a page."""
    return campaign.pages[name if name.endswith(".md") else f"{name}.md"]


# ---- on GitHub -----------------------------------------------------------------------------------


def test_there_is_a_page_for_every_theorem(campaign):
    assert sorted(page for page in campaign.pages if page.endswith(".md")) == sorted(PAGES)


@each_page
def test_no_raw_tex_is_left_over(text):
    left = prose(render(text))
    assert "\\" not in left
    assert "$" not in left
    assert not re.search(r"[_^]\{", left)


@each_page
def test_mathematics_keeps_to_what_github_can_set(text):
    formulas = mathematics(render(text))
    assert formulas
    for formula in formulas:
        assert not re.search(r"\\(operatorname|mbox|newcommand|def|require)\b", formula)
        assert "|" not in formula
        assert formula.count("{") == formula.count("}")
        assert formula.count(r"\left") == formula.count(r"\right")


@each_page
def test_every_table_has_the_same_cells_in_every_row(text):
    written = [line for line in text.splitlines() if line.startswith("|")]
    tables = Page(render(text)).tables
    assert sum(map(len, tables)) == len([line for line in written if "| --- |" not in line])
    for table in tables:
        assert len(table) >= 2
        assert len(set(table)) == 1
    for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}) == 1


@each_page
def test_links_and_images_lead_to_files_of_the_report(text, campaign):
    for target in Page(render(text)).targets:
        assert target in campaign.pages


@each_page
def test_folded_parts_have_a_summary_and_rendered_contents(text):
    folded = Page(render(text)).folded
    assert len(folded) == text.count("<details>")
    for tags in folded:
        assert tags.count("summary") == 1
        assert tags[0] == "summary"
        assert len(tags) > 1


@each_page
def test_there_is_one_title_and_every_heading_is_a_heading(text):
    rendered = render(text)
    headings = [line for line in text.splitlines() if re.match(r"#+ ", line)]
    assert len(Page(rendered).headings) == len(headings)
    assert rendered.count("<h1>") == 1


@each_page
def test_pages_say_nothing_of_the_machine_they_were_made_on(text):
    for word in ("/tmp", "/home", "/root", "seconds", sys.version.split()[0], np.__version__):
        assert word not in text


# ---- what they say -------------------------------------------------------------------------------


@each_theorem
def test_sections_stand_in_the_order_in_which_a_sceptic_asks(text, name):
    parts = len(catalogue()[name].parts)
    titles = [line.lstrip("# ") for line in text.splitlines() if re.match(r"###? ", line)]
    kinds = [title.split(":")[0] for title in titles if not title.startswith("Part ")]
    without_repeats = [kind for k, kind in enumerate(kinds) if k == 0 or kind != kinds[k - 1]]
    assert without_repeats == ORDER * parts


@each_theorem
def test_how_to_reproduce_a_page_stands_at_its_end_folded_away(text, name):
    last = text[text.rindex("<details>") :]
    assert "<summary>How to reproduce this page</summary>" in last
    assert f"gradproof report {name}\n" in last
    assert "without a random seed" in last
    assert text.endswith("</details>\n")


@each_theorem
def test_a_page_shows_verdict_statement_hypotheses_and_every_line(text, name):
    rendered = render(text)
    formulas = mathematics(rendered)
    for part in catalogue()[name].parts:
        assert " ".join(latex(part.main.statement).split()) in formulas
        for derivation in part.derivations:
            assert f"Derivation: {derivation.title}" in prose(rendered)
        for mistake in part.mistakes:
            assert " ".join(mistake.what.split()) in prose(rendered)
    assert text.count("✅ **Proved**") == len(catalogue()[name].parts)
    assert "not refuted" not in text


def test_a_general_formula_is_shown_beside_the_counterexample(campaign):
    text = campaign.pages["softmax_cross_entropy.md"]
    section = text[text.index("What fails without") : text.index("Independent witnesses")]
    assert "false, for at n = 1" in section
    assert r"$`s_{i} \sum_{k} y_{k} - y_{i}`$" in section


def test_domains_of_variables_are_shown_as_hypotheses(campaign):
    text = campaign.pages["cross_entropy.md"]
    assert "- $`s_{k} > 0`$ for every $`k`$" in text
    assert "Without $`s_{k} > 0`$ for every $`k`$: the function has no value" in text


def test_conditions_say_what_they_were_derived_from(campaign):
    kink, value = campaign.pages["relu.md"], campaign.pages["l2_normalisation.md"]
    assert "for every $`k`$ (derived: it holds where the formulas have no kink)" in kink
    assert "the function has a kink and no slope" in kink
    assert "for every $`r`$ (derived: it holds where the formulas have a value)" in value
    assert "the function has no value" in value
    assert "derived" not in campaign.pages["cross_entropy.md"]


def test_the_index_links_every_theorem_with_its_verdict(campaign):
    text = campaign.pages["index.md"]
    assert text.count("✅ **Proved**") == sum(len(t.parts) for t in catalogue().values())
    for name in catalogue():
        assert f"({name}.md)" in text
    assert "(example.md)" in text


def test_the_example_names_forward_differences_as_what_they_are(campaign):
    text = campaign.pages["example.md"]
    for name, numbers in {
        "num_gradient_cross_entropy(y, s)": r"\[0.00000000, -2.55627891, 0.00000000\]",
        "num_error_softmax_input(y, x)": r"\[0.31998185, -0.60918713, 0.28953596\]",
    }.items():
        assert f"| `{name}` | forward difference, h = 1e-3 | {numbers} |" in text
        assert f"### `{name}`" in text
    assert text.count("| central difference | its error | its error bar |") == 2


# ---- what they say where something is wrong ------------------------------------------------------


@pytest.fixture
def changed(campaign):
    """The page of cross_entropy, with some of its evidence replaced."""
    theorem = catalogue()["cross_entropy"]
    found = campaign.evidence("cross_entropy", 0)

    def page(**changes):
        return theorem_page(theorem, [replace(found, **changes)], [Figure("a.svg", "a curve")])

    page.found = found
    return page


def test_a_refuted_statement_is_shown_with_its_counterexample(changed):
    counterexample = changed.found.controls[0].counterexample
    text = changed(counterexample=counterexample)
    assert "❌ **Refuted**" in text
    assert "✅" not in text
    assert str(counterexample) in prose(render(text))


def test_an_undecided_statement_is_not_said_to_be_proved(changed):
    for text in (changed(replayed=False), changed(example=None)):
        assert "❔ **Undecided**" in text
        assert "✅" not in text
    assert "The kernel did not replay the proofs" in changed(replayed=False)
    assert "replayed the proofs from" not in changed(replayed=False)
    assert "no input was found that meets them" in changed(example=None)


def test_a_disagreement_is_shown(changed):
    search = replace(changed.found.search, disagreement="at x = [1] | far off", worst=7.0)
    text = changed(search=search)
    assert "**beyond its error bar**" in text
    assert "at x = [1] | far off" in prose(render(text))


def test_what_was_not_refuted_or_asked_is_said(changed):
    found = changed.found
    controls = (replace(found.controls[0], counterexample=None),)
    ablations = (replace(found.ablations[0], without_value=None),)
    nothing = replace(found.search, inputs=0, discarded=5, worst=0.0)
    unasked = replace(found.exact, asked=0, agreed=0)
    silent = (Opinion({"n": 1}, NOT_ASKED, "too large"),)
    text = changed(
        controls=controls, ablations=ablations, search=nothing, exact=unasked, second=silent
    )
    assert "**not refuted**" in text
    assert "no counterexample was found: it may not be needed" in text
    assert "nothing could be compared" in text
    assert "fewer than the" in text
    assert text.count("was not asked") == 2


def test_a_second_opinion_is_shown_for_its_sizes(changed):
    opinions = (Opinion({"n": 1}, AGREES), Opinion({"n": 2}, DISAGREES))
    text = changed(second=opinions)
    assert "n = 1: agrees<br>n = 2: **disagrees**" in text
    assert "**disagrees**" not in changed()


def test_a_variant_that_is_undecided_is_counted(changed):
    first, *others = changed.found.variants
    total = len(changed.found.variants)
    assert f"{total} refuted, 0 proved equal, 0 undecided" in changed()
    undecided = replace(first, outcome=UNDECIDED, counterexample=None)
    text = changed(variants=(undecided, *others))
    assert f"{total - 1} refuted, 0 proved equal, 1 undecided" in text
    assert f"| {UNDECIDED} |" in text


@each_theorem
def test_every_statement_has_its_variants_and_a_gradient_its_figure(campaign, text, name):
    for place, part in enumerate(catalogue()[name].parts):
        found = campaign.evidence(name, place)
        assert len(found.variants) >= 8
        assert f"Variants made mechanically: {totals(found.variants)}" in text
        assert (found.curve is not None) == isinstance(part.claim, Claim)


def test_the_index_goes_group_by_group(campaign):
    text = campaign.pages["index.md"]
    shown = [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]
    assert shown == [title(group) for group in GROUPS if group in names().values()]
    assert [name for name in re.findall(r"\((\w+)\.md\)", text) if name in names()] == [
        name for name, theorem in catalogue().items() for _ in theorem.parts
    ]


def test_the_index_adds_up_what_became_of_the_variants(campaign):
    variants = [v for _, found in campaign.gathered for part in found for v in part.variants]
    assert f"variants made mechanically: {totals(variants)}\n" in campaign.pages["index.md"]


def test_a_campaign_says_how_to_repeat_it(changed):
    search = replace(changed.found.search, random_seed=5, examples=999)
    text = changed(search=search)
    assert "gradproof report cross_entropy --examples 999 --seed 5\n" in text
    assert "The random seed was 5." in text
    assert "without a random seed" not in text


# ---- the same again ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def plain(pytestconfig):
    """Only for runs with the default options, for which pages are committed."""
    option = pytestconfig.getoption
    if (option("--search-examples"), option("--search-seed")) != (EXAMPLES, None):
        pytest.skip("a campaign of its own")


@pytest.mark.usefixtures("plain")
def test_the_committed_pages_are_those_of_this_run(campaign):
    assert differences(campaign.folder, COMMITTED) == []


@pytest.mark.usefixtures("plain")
def test_pages_are_the_same_bytes_from_elsewhere(campaign, tmp_path):
    """Another process, hash seed, folder, locale and number of jobs; the same code."""
    environment = {"PYTHONHASHSEED": "12345", "LC_ALL": "C", "PATH": os.environ["PATH"]}
    program = "from reports.cli import main; main()"
    chosen = ["softmax_cross_entropy", "softmax_sums_to_one", "squared_error"]
    subprocess.run(
        [sys.executable, "-c", program, "report", *chosen, "--jobs", "2", "--output", "pages"],
        cwd=tmp_path,
        env=environment,
        check=True,
        capture_output=True,
    )
    made = {path.name: path.read_text("utf-8") for path in (tmp_path / "pages").iterdir()}
    assert {f"{name}.md" for name in chosen} < set(made)
    assert made == {name: campaign.pages[name] for name in made}
    assert [path.name for path in tmp_path.iterdir()] == ["pages"]


def test_pages_do_not_depend_on_the_random_state(campaign, pytestconfig):
    random.seed(1)
    np.random.seed(1)
    option = pytestconfig.getoption
    again = gather_all(
        [catalogue()["cross_entropy"]],
        examples=option("--search-examples"),
        random_seed=option("--search-seed"),
    )
    for name, text in theorem_pages(again).items():
        assert text == campaign.pages[name]


def test_pages_are_a_function_of_the_records(campaign):
    assert all_pages(campaign.gathered) == campaign.pages


def test_the_report_of_this_run_is_on_the_disk(campaign):
    assert {path.name: path.read_text("utf-8") for path in campaign.folder.iterdir()} == {
        **campaign.pages
    }


# ---- figures -------------------------------------------------------------------------------------


def test_figures_are_well_formed_and_have_a_title(campaign):
    figures = [name for name in campaign.pages if name.endswith(".svg")]
    gradients = [
        part
        for theorem in catalogue().values()
        for part in theorem.parts
        if isinstance(part.claim, Claim)
    ]
    assert len(figures) == len(gradients) + 1
    for name in figures:
        root = ElementTree.fromstring(campaign.pages[name])
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert root.find("{http://www.w3.org/2000/svg}title").text
