"""Compare two folders of report pages: ``python -m reports.compare NEW COMMITTED``."""

from __future__ import annotations

import sys
from pathlib import Path


def differences(new: Path, committed: Path) -> list[str]:
    """What is not the same in two folders, a line each; the figures and pages, byte by byte."""
    names = sorted({path.name for folder in (new, committed) for path in folder.glob("*")})
    found = []
    for name in names:
        if not (new / name).exists() or not (committed / name).exists():
            found.append(f"{name}: only in {new if (new / name).exists() else committed}")
        elif (new / name).read_bytes() != (committed / name).read_bytes():
            found.append(f"{name}: differs; run 'gradproof report' and look at the change")
    return found


def main() -> None:
    """Print the differences; exit status 1 where there are any."""
    found = differences(Path(sys.argv[1]), Path(sys.argv[2]))
    print("\n".join(found) or "the committed pages are up to date")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
