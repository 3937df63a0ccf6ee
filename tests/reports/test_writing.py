"""Files reach the disk whole or not at all."""

import os

import pytest

from reports import writing
from reports.writing import require_writable, write_file, write_files

OLD = {"a.md": "old a\n", "b.md": "old b\n"}
NEW = {"a.md": "new a\n", "b.md": "new b\n", "c.svg": "<svg/>\n"}


@pytest.fixture
def folder(tmp_path):
    """A folder that holds an older report, and a file of somebody else's."""
    write_files(OLD, tmp_path / "pages")
    (tmp_path / "pages" / "mine.txt").write_text("mine")
    return tmp_path / "pages"


def contents(folder):
    return {path.name: path.read_text("utf-8") for path in folder.iterdir()}


def test_all_files_are_written_and_others_are_left_alone(folder):
    write_files(NEW, folder)
    assert contents(folder) == {**NEW, "mine.txt": "mine"}


def test_folders_are_made(tmp_path):
    write_files(NEW, tmp_path / "a" / "b")
    assert contents(tmp_path / "a" / "b") == NEW


def test_text_is_utf8_with_plain_line_breaks(tmp_path):
    write_files({"a.md": "Σ ≥ 1\nδ\n"}, tmp_path)
    assert (tmp_path / "a.md").read_bytes() == "Σ ≥ 1\nδ\n".encode()


@pytest.mark.parametrize("stop", [OSError("the disk is full"), KeyboardInterrupt()])
@pytest.mark.parametrize("after", [0, 1, 2])
def test_what_fails_while_the_files_are_put_in_place_leaves_the_old_ones(
    folder, monkeypatch, stop, after
):
    replace, done = os.replace, []

    def stopping(source, target):
        if len(done) == after:
            done.append("stopped")
            raise stop
        done.append(target)
        replace(source, target)

    monkeypatch.setattr(writing.os, "replace", stopping)
    with pytest.raises(type(stop)):
        write_files(NEW, folder)
    assert contents(folder) == {**OLD, "mine.txt": "mine"}


def test_what_fails_while_the_files_are_written_leaves_the_old_ones(folder):
    with pytest.raises(UnicodeEncodeError):
        write_files({**NEW, "d.md": "\ud800"}, folder)
    assert contents(folder) == {**OLD, "mine.txt": "mine"}


def test_a_folder_in_the_place_of_a_file_leaves_the_old_ones(folder):
    (folder / "c.svg").mkdir()
    with pytest.raises(OSError, match=r"c\.svg"):
        write_files(NEW, folder)
    (folder / "c.svg").rmdir()
    assert contents(folder) == {**OLD, "mine.txt": "mine"}


# ---- where nothing can be written ----------------------------------------------------------------


@pytest.mark.parametrize("below", ["file.txt", "file.txt/pages", "file.txt/pages/deeper"])
def test_below_a_file_nothing_can_be_written(tmp_path, below):
    (tmp_path / "file.txt").write_text("a file")
    with pytest.raises(OSError, match="file"):
        require_writable(tmp_path / below)
    assert contents(tmp_path) == {"file.txt": "a file"}


def test_asking_leaves_nothing_behind(tmp_path):
    require_writable(tmp_path)
    require_writable(tmp_path / "a" / "b")
    assert list(tmp_path.iterdir()) == []


# ---- one file ------------------------------------------------------------------------------------


def test_one_file(tmp_path):
    write_file(tmp_path / "proof.json", "{}\n")
    write_file(tmp_path / "proof.json", "[]\n")
    assert contents(tmp_path) == {"proof.json": "[]\n"}


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "target.json").write_text("old")
    (tmp_path / "link.json").symlink_to("target.json")
    write_file(tmp_path / "link.json", "new")
    assert (tmp_path / "link.json").is_symlink()
    assert (tmp_path / "target.json").read_text() == "new"


def test_what_is_no_ordinary_file_is_written_to_and_not_replaced(tmp_path):
    """Such as /dev/null, or a pipe."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_file(pipe, "through it")
    assert os.read(reader, 100) == b"through it"
    os.close(reader)
    assert pipe.is_fifo()
