"""Files that reach the disk whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

_PREFIX = ".gradproof-"


def require_writable(folder: Path) -> None:
    """Raise ``OSError`` where the folder cannot be written to, or made. Leaves nothing behind."""
    there = next(path for path in (folder, *folder.absolute().parents) if os.path.lexists(path))
    with TemporaryDirectory(prefix=_PREFIX, dir=there):
        pass


def write_files(texts: Mapping[str, str], folder: Path) -> None:
    """Write all the files of a folder, or none: what fails or is stopped leaves the old ones.

    They are written beside their places first. Then each takes its place; where one cannot, those
    before it go back.

    Raises
    ------
    OSError
        Where the folder cannot be made, or a file cannot take its place.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=_PREFIX, dir=folder) as staging, ExitStack() as undo:
        for name, text in texts.items():
            (Path(staging) / name).write_text(text, encoding="utf-8", newline="\n")
        for name in texts:
            undo.callback(_replace(Path(staging) / name, folder / name))
        undo.pop_all()


def _replace(new: Path, old: Path) -> Callable[[], object]:
    """Put a new file in the place of an old one; returns what puts the old one back."""
    if not old.is_file():
        os.replace(new, old)
        return old.unlink
    kept = new.with_name(f"{new.name}.old")
    shutil.copy2(old, kept)
    os.replace(new, old)
    return lambda: os.replace(kept, old)


def write_file(file: Path, text: str) -> None:
    """Write one file, whole or not at all; what is no ordinary file, such as a pipe, as it comes.

    Raises
    ------
    OSError
        Where it cannot be written.
    """
    if file.exists() and not file.is_file():
        file.write_text(text, encoding="utf-8")
    else:
        place = file.resolve()
        write_files({place.name: text}, place.parent)
