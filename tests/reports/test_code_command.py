"""``gradproof code``: what it prints needs NumPy alone, and computes what was compiled."""

import ast
import builtins
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from typer.testing import CliRunner

import derive
from derive.theorems import catalogue
from numeric.errors import InputError
from numeric.rounding import rounding_bound
from numeric.samples import arrays
from numeric.standalone import source
from reports import coding
from reports.cli import app

from ..statements import each_part

README = Path(derive.__file__).resolve().parents[1] / "README.md"


def run(*arguments):
    return CliRunner().invoke(app, ["code", *arguments])


def bare(text):
    """The functions of a module that can import NumPy and ``math``, and nothing else."""

    def only(name, *rest):
        assert name in ("numpy", "math")
        return __import__(name, *rest)

    namespace = {"__builtins__": {**vars(builtins), "__import__": only}, "__name__": "pasted"}
    exec(text, namespace)
    return namespace


# ---- the code ------------------------------------------------------------------------------------


@each_part
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_pasted_code_computes_what_was_compiled(part, dtype):
    """In the same dtype, and as near as the rounding of both allows."""
    named = [each for each in coding.functions_of(part) if each.program.arguments]
    pasted = bare(source("", named))

    @settings(
        max_examples=4,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(arrays(part.claim.declarations, largest=5, dtype=dtype))
    def agree(inputs):
        for each in named:
            compare(each.program, pasted[each.name], inputs)

    agree()


def compare(program, pasted, inputs):
    needed = {name: inputs[name] for name in program.arguments}
    lengths = {
        size: length
        for name, array in inputs.items()
        for size, length in zip(axes_of(program.declarations, name), array.shape, strict=True)
    }
    sizes = {size: lengths.get(size, 1 + max_label(inputs)) for size in program.sizes}
    try:
        expected = program(**needed, **sizes)
        bound = rounding_bound(program, **needed, **sizes)
    except InputError:
        return
    tree = pasted.__code__.co_varnames[: pasted.__code__.co_argcount]
    given_sizes = [sizes[name] for name in tree[len(needed) :]]
    found = pasted(*needed.values(), *given_sizes)
    assert np.shape(found) == np.shape(expected)
    read = [array.dtype for name, array in needed.items() if array.dtype.kind == "f"]
    if read:
        assert np.asarray(found).dtype == np.result_type(*read)
    assert (np.abs(np.asarray(found) - expected) <= 2 * bound).all()


def axes_of(declared, name):
    return declared.labels[name].shape if name in declared.labels else declared.variables[name]


def max_label(inputs):
    return max((int(a.max()) for a in inputs.values() if a.dtype.kind == "i"), default=0)


def test_an_operation_that_is_translated_wrongly_is_seen():
    """Or the comparison above would say nothing."""
    _, slope = coding.functions_of(catalogue()["softmax_cross_entropy"].parts[0])
    inputs = {"x": np.array([1.0, 2.0]), "y": np.array([0.5, 0.5])}
    text = source("", [slope])
    compare(slope.program, bare(text)["gradient_x"], inputs)
    with pytest.raises(AssertionError):
        compare(slope.program, bare(text.replace("- y", "+ y"))["gradient_x"], inputs)
    single = {name: array.astype(np.float32) for name, array in inputs.items()}
    wider = bare(text.replace("return ", "return np.float64(1) * "))["gradient_x"]
    with pytest.raises(AssertionError):
        compare(slope.program, wider, single)


def test_the_largest_logits_do_no_harm():
    functions = bare(run("softmax_cross_entropy").stdout)
    x, y = np.array([1e4, -1e4, 1e4 - 1]), np.array([0.0, 1.0, 0.0])
    e = np.exp(-1.0)
    assert np.allclose(functions["gradient_x"](x, y), [1 / (1 + e), -1, e / (1 + e)], 1e-15, 1e-15)


# ---- the command ---------------------------------------------------------------------------------


def test_every_function_says_what_it_is_of_which_shapes():
    tree = ast.parse(run("linear").stdout)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert [f.name for f in functions] == ["loss", "gradient_X", "gradient_W", "gradient_b"]
    about = ast.get_docstring(functions[2])
    assert about.startswith("∂L/∂W_")
    assert re.search(r"^X: shape \(\w+, \w+\)$", about, re.M)
    assert re.search(r"^returns shape \(\w+, \w+\)$", about, re.M)


def test_one_part():
    assert "gradient_x_v2" in run("softmax_cross_entropy").stdout
    alone = run("softmax_cross_entropy", "--part", "2").stdout
    assert "def gradient_x(" in alone
    assert "gradient_x_v2" not in alone


def test_labels_and_sizes_that_no_array_has():
    stdout = run("embedding").stdout
    assert "integers of shape" in stdout
    assert re.search(r"^def gradient_\w+\(G, t, n\):$", stdout, re.M)


def test_json_holds_the_same_text():
    told = json.loads(run("relu", "--json").stdout)
    assert told == {"theorem": "relu", "code": run("relu").stdout}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["softmax_cros_entropy"], "did you mean softmax_cross_entropy?"),
        (["regression"], "regression is a group: name one of"),
        (["relu", "--part", "7"], "relu: there is no part 7, the last one is 1"),
    ],
)
def test_what_there_is_not_is_refused_in_one_line(arguments, said):
    result = run(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not result.stdout


def test_it_runs_where_there_is_no_gradproof(tmp_path):
    (tmp_path / "pasted.py").write_text(run("gelu").stdout, encoding="utf-8")
    program = (
        "import pasted, sys, numpy\n"
        "print(pasted.gradient_x(numpy.ones(1), numpy.zeros(1)), 'numeric' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[0.5] False\n"


def test_the_readme_shows_what_is_printed():
    text = README.read_text(encoding="utf-8")
    command, shown = re.search(
        r"^\$ \.venv/bin/gradproof code (.*)\n((?:.*\n)*?)^```$", text, re.M
    ).groups()
    assert run(*command.split()).stdout == shown
