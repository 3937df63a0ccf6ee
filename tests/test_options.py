"""The options of a test run: where its report goes, and how hard it searches."""

import subprocess
import sys
from pathlib import Path

import derive
from derive.theorems import catalogue

ROOT = Path(derive.__file__).resolve().parents[1]
NO_CAMPAIGN = "tests/reports/test_figure.py"
ONE_OF_A_CAMPAIGN = "tests/numeric/test_crosscheck.py::test_every_statement_passes_in_float64"


def run_tests(*arguments):
    """A test run of its own, which leaves nothing in the tree."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_campaign_writes_its_report_where_it_is_told_and_says_so(tmp_path):
    folder = tmp_path / "report"
    options = ["--report-dir", folder, "--search-examples", 2, "--search-seed", 11]
    result = run_tests(ONE_OF_A_CAMPAIGN, "-k", "squared_error-2", *options)
    assert result.returncode == 0, result.stdout
    assert "2 random inputs for each statement, with the seed 11" in result.stdout
    assert f"the report of this run: {folder / 'index.md'}\n" in result.stdout
    assert {f"{name}.md" for name in catalogue()} < {path.name for path in folder.iterdir()}
    page = (folder / "cross_entropy.md").read_text("utf-8")
    assert "gradproof report cross_entropy --examples 2 --seed 11\n" in page


def test_a_run_that_asks_for_no_evidence_gathers_none(tmp_path):
    result = run_tests(NO_CAMPAIGN, "--report-dir", tmp_path / "report")
    assert result.returncode == 0, result.stdout
    assert "the report of this run" not in result.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_to_is_refused_before_anything_runs(tmp_path):
    (tmp_path / "file").touch()
    result = run_tests(NO_CAMPAIGN, "--report-dir", tmp_path / "file")
    assert result.returncode == 4
    assert f"--report-dir: cannot write to {tmp_path / 'file'}" in result.stderr
    assert "passed" not in result.stdout
