"""Comparing two folders of pages."""

import sys

import pytest

from reports import compare


@pytest.fixture
def folders(tmp_path):
    """Two folders with the same page."""
    for name in ("new", "committed"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.md").write_bytes(b"# a\n")
    return tmp_path / "new", tmp_path / "committed"


def test_the_same_bytes_are_the_same(folders):
    assert compare.differences(*folders) == []


def test_every_difference_is_named(folders):
    new, committed = folders
    (new / "index.md").write_bytes(b"# a\r\n")
    (new / "more.md").touch()
    (committed / "fewer.svg").touch()
    fewer, index, more = compare.differences(new, committed)
    assert fewer == f"fewer.svg: only in {committed}"
    assert index.startswith("index.md: differs")
    assert more == f"more.md: only in {new}"


@pytest.mark.parametrize("same", [True, False])
def test_the_exit_status_says_whether_they_are(folders, monkeypatch, capsys, same):
    new, committed = folders
    if not same:
        (new / "index.md").write_text("other")
    monkeypatch.setattr(sys, "argv", ["compare", str(new), str(committed)])
    with pytest.raises(SystemExit) as stopped:
        compare.main()
    assert stopped.value.code == (0 if same else 1)
    assert ("up to date" in capsys.readouterr().out) is same
