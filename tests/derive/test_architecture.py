"""Data flows one way, and the kernel stands alone: what imports what, in the text and when run."""

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import derive

ROOT = Path(derive.__file__).resolve().parents[1]
HOUSES = ("derive", "numeric", "reports")
ALLOWED_AT_TOP = {
    *HOUSES,
    "tests",
    "tox.ini",
    "README.md",
    "pyproject.toml",
    "LICENSE",
    "CHANGELOG.md",
    "CITATION.cff",
}


def modules_of(folder):
    found = sorted((ROOT / folder).rglob("*.py"))
    assert found, f"no modules in {folder}"
    return found


def imported(path):
    """The absolute name of every module that a file imports, wherever in the file it does."""
    package = list(path.relative_to(ROOT).with_suffix("").parts[:-1])
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*above, *([node.module] if node.module else [])])
            yield from ([origin] if node.module else [f"{origin}.{a.name}" for a in node.names])


def houses_imported(folder):
    return {name.split(".")[0] for path in modules_of(folder) for name in imported(path)}


# ---- in the text ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("folder", "forbidden"),
    [
        ("derive", {"numeric", "reports", "tests"}),
        ("numeric", {"reports", "tests"}),
        ("reports", {"tests"}),
    ],
)
def test_data_flows_one_way(folder, forbidden):
    assert not houses_imported(folder) & forbidden


def test_each_house_builds_on_the_one_before_it():
    """Or the test above would hold of folders that import nothing."""
    assert "derive" in houses_imported("numeric")
    assert {"derive", "numeric"} <= houses_imported("reports")


def test_the_kernel_imports_itself_and_the_standard_library():
    names = {name for path in modules_of("derive/kernel") for name in imported(path)}
    ours = {name for name in names if name.split(".")[0] == "derive"}
    assert all(name.startswith("derive.kernel") for name in ours)
    assert {name.split(".")[0] for name in names - ours} <= sys.stdlib_module_names


def test_only_the_kernel_touches_the_inside_of_terms():
    """Terms are built by their constructors; what begins with an underscore is the kernel's."""
    kernel = ROOT / "derive" / "kernel"
    for folder in HOUSES:
        for path in modules_of(folder):
            if kernel in path.parents:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and "kernel" in (node.module or ""):
                    assert not any(a.name.startswith("_") for a in node.names), path


# ---- when run ------------------------------------------------------------------------------------


def loaded_after(statement):
    """The modules in memory after a statement, in a fresh interpreter."""
    script = f"import sys\n{statement}\nprint('\\n'.join(sys.modules))"
    command = [
        sys.executable,
        "-I",
        "-c",
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{script}",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("statement", ["import derive", "import derive.kernel"])
def test_replaying_a_proof_loads_nothing_that_finds_proofs(statement):
    loaded = loaded_after(statement)
    assert not {name.split(".")[0] for name in loaded} & {"sympy", "numpy", "numeric", "reports"}
    ours = {name for name in loaded if name.startswith("derive.")}
    assert all(name.startswith("derive.kernel") for name in ours)


def test_a_name_is_loaded_when_it_is_first_used():
    loaded = loaded_after("from derive import gradient")
    assert {"sympy", "derive.search", "derive.kernel"} <= loaded
    assert not {name.split(".")[0] for name in loaded} & {"numeric", "reports"}


# ---- what a teacher imports ----------------------------------------------------------------------


@pytest.mark.parametrize("module", sorted(derive._HOME))
def test_every_promised_name_is_there(module):
    home = import_module(f"derive.{module}")
    for name in derive._HOME[module]:
        assert getattr(derive, name) is getattr(home, name)


def test_the_lists_of_promised_names_agree():
    listed = [name for names in derive._HOME.values() for name in names]
    assert sorted(listed) == sorted(derive.__all__)
    assert len(set(listed)) == len(listed)
    assert dir(derive) == sorted(derive.__all__)


def test_type_checkers_see_the_same_names():
    """The imports under TYPE_CHECKING and the ones at run time are the same."""
    tree = ast.parse(Path(derive.__file__).read_text(encoding="utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    seen = {(node.module, a.name) for node in block.body for a in node.names}
    assert seen == {(home, name) for home, names in derive._HOME.items() for name in names}


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'gradinet'"):
        derive.gradinet  # noqa: B018  (the attribute is what is tested)


# ---- the top level of the repository -------------------------------------------------------------


def test_the_top_level_holds_what_it_should():
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    top = {line.split("/")[0] for line in listed.stdout.splitlines()}
    assert {name for name in top if not name.startswith(".")} <= ALLOWED_AT_TOP
    assert "derive" in top
