"""One campaign a run: every theorem cross-checked, and the markdown report of that very run.

The tests share what it gathers. A run that asks for none of it gathers nothing, and no run writes
into the source tree.
"""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis.configuration import set_hypothesis_home_dir

from derive.theorems import catalogue
from numeric.crosscheck import EXAMPLES
from reports.gathering import Gathered, gather_all
from reports.pages import Pages, all_pages
from reports.writing import require_writable, write_files

REPORT = pytest.StashKey[Path]()


@dataclass(frozen=True)
class Campaign:
    """The evidence of this run, its pages by file name, and the folder that holds them."""

    gathered: Gathered
    pages: Pages
    folder: Path

    def evidence(self, name, place):
        """The evidence for one part of a theorem."""
        return next(found[place] for theorem, found in self.gathered if theorem.name == name)


def pytest_addoption(parser):
    group = parser.getgroup("gradproof", "the random cross-checks and their report")
    group.addoption(
        "--report-dir",
        type=Path,
        help="where the report of this run goes (else below pytest's temporary folder)",
    )
    group.addoption(
        "--search-examples",
        type=int,
        default=EXAMPLES,
        help=f"how many inputs to draw for each statement (else {EXAMPLES})",
    )
    group.addoption(
        "--search-seed",
        type=int,
        help="draw other inputs, here and in all property tests (else the same each time)",
    )
    group.addoption(
        "--campaign",
        type=int,
        help="how many random losses tests/campaign draws (else 300); 20000 takes an hour",
    )
    group.addoption(
        "--problems",
        type=int,
        help="how many problems tests/bars draws (else 500); 100000 takes half an hour",
    )
    group.addoption(
        "--corpora",
        action="store_true",
        help="settle every claim of tests/claims, not one out of eight",
    )


def pytest_configure(config):
    if config.getoption("--search-examples") < 1:
        raise pytest.UsageError("--search-examples: at least 1")
    _check_writable(config.getoption("--report-dir"))
    home = TemporaryDirectory(prefix="hypothesis-")
    config.add_cleanup(home.cleanup)
    set_hypothesis_home_dir(home.name)
    seed, other = config.getoption("--search-seed"), config.getoption("--hypothesis-seed")
    settings.register_profile("gradproof", derandomize=seed is other is None, deadline=None)
    settings.load_profile("gradproof")


def _check_writable(folder):
    try:
        if folder is not None:
            require_writable(folder)
    except OSError as error:
        raise pytest.UsageError(f"--report-dir: cannot write to {folder}: {error}") from None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Let one worker gather for all tests that share the campaign; else a file is a group."""
    if config.pluginmanager.hasplugin("xdist"):
        for item in items:
            item.add_marker(pytest.mark.xdist_group(_group(item)))


def _group(item):
    return "campaign" if "campaign" in item.fixturenames else item.location[0]


def pytest_report_header(config):
    return f"gradproof: {_search(config)}"


def pytest_terminal_summary(terminalreporter, config):
    if REPORT in config.stash:
        page = config.stash[REPORT] / "index.md"
        terminalreporter.write_sep("-", f"gradproof: {_search(config)}")
        terminalreporter.write_line(f"the report of this run: {page}")


def _search(config):
    seed = config.getoption("--search-seed")
    seeded = "without a seed" if seed is None else f"with the seed {seed}"
    return f"{config.getoption('--search-examples')} random inputs for each statement, {seeded}"


@pytest.fixture(scope="session")
def campaign(request, tmp_path_factory):
    """Cross-check every theorem, once, and write the report."""
    option = request.config.getoption
    gathered = gather_all(
        list(catalogue().values()),
        examples=option("--search-examples"),
        random_seed=option("--search-seed"),
    )
    pages = all_pages(gathered)
    folder = option("--report-dir") or tmp_path_factory.mktemp("report")
    write_files(pages, folder)
    request.config.stash[REPORT] = folder
    return Campaign(gathered, pages, folder)
