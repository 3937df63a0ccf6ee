"""From texts to questions: what is asked, and one clear message for whatever is no claim."""

from __future__ import annotations

import subprocess
import sys

import pytest

from derive.kernel import terms
from derive.language import reading as reading_module
from derive.language import steps as steps_module
from derive.language.errors import ClaimError
from derive.language.question import ClaimText
from derive.language.reading import read
from derive.language.steps import StepsText, read_steps
from derive.tactics.ledger import OutOfSteps
from numeric.checking import check
from tests.in_time import in_time

GOOD = {
    "where": "x: real[n]; y: real[n]; W: real[n,m]; s: real; t: index(n)[m]; l: index(n)",
    "given": "",
    "loss": "p[k] = exp(x[k]); L = sum_{k<n} y[k]*p[k]",
    "claim": "dL/dx[i] = y[i]*p[i]",
}


def reading(**fields):
    """What a claim asks that differs from a good one in these fields."""
    return read(ClaimText(**{**GOOD, **fields}))


def test_the_good_claim_is_read_and_proved():
    asked = reading()
    assert (asked.loss_name, asked.claim.variable, asked.claim.at) == ("L", "x", ("i",))
    assert [defined.name for defined in asked.definitions] == ["p", "L"]
    assert check(asked).verdict == "proved"


# field, text, and words of the message that say what is wrong or what would be right
BAD = [
    ("claim", "dL/dx[i] = y[i]*p[i", "[ is not closed"),
    ("claim", "dL/dx[i] = (y[i]*p[i]", "( is not closed"),
    ("claim", "dL/dx[i] = y[i])", "')' was not expected"),
    ("claim", "dL/dx[i] =", "ends too soon"),
    ("claim", "dL/dx[i]", "ends too soon"),
    ("claim", "", "nothing is claimed"),
    ("claim", " # only a remark", "nothing is claimed"),
    ("claim", "y[i]*p[i]", "read as dL/dx[i] = expression"),
    ("claim", "L = 1", "read as dL/dx[i] = expression"),
    ("claim", "dL/dx[i] = 2y[i]", "a product is written with *"),
    ("claim", "dL/dx[i] = y[i] p[i]", "a product is written with *"),
    ("claim", "dL/dx[i] = p[i]**2", "a power is written ^"),
    ("claim", "dL/dx[i] == y[i]", "equality is written ="),
    ("claim", "dL/dx[i] = [i == 0]", "equality is written ="),
    ("loss", "p[k] = exp(x[k]) L = p[0]", "; stands between statements"),
    ("claim", "dL/dx[i] = sum_k y[k]", "a sum is written sum_{k<n} x[k]"),
    ("claim", "dL/dx[i] = sum(y)", "sum is written sum_{k<n} x[k]"),
    ("claim", "dL/dx[i] = sum_{k} y[k]", "'}' was not expected"),
    ("claim", "dL/dx[i] = ||x||", "write abs(..)"),
    ("claim", "dL/dx[i] = x.T", "'.' has no meaning"),
    ("claim", "dL/dx[i] = y[i] if i else 0", "if is no word of the notation"),
    ("claim", "dL/dx[i] = softmx(x[i])", "unknown function softmx; softmax is written out"),
    ("claim", "dL/dx[i] = softmax(x[i])", "softmax is written out, or defined"),
    ("claim", "dL/dx[i] = relu(x[i])", "max(0, x)"),
    ("claim", "dL/dx[i] = norm(x)", "sqrt(sum_{k<n} x[k]^2)"),
    ("claim", "dL/dx[i] = sigmod(x[i])", "did you mean sigmoid?"),
    ("claim", "dL/dx[i] = max(x[i])", "takes two or more values (it is no reduction"),
    ("claim", "dL/dx[i] = exp(x[i], 2)", "exp takes one value, here 2"),
    ("claim", "dL/dx[i] = exp", "exp is a function"),
    ("claim", "dL/dx[i] = p(i)", "an index stands in [ ]"),
    ("claim", "dL/dx[i] = e^x[i]", "is exp(..) meant?"),
    ("claim", "dL/dx[i] = z[i]", "z is neither declared nor defined"),
    ("claim", "dL/dx[i] = z", "z is not declared: write z: real"),
    ("claim", "dL/dx[i] = y[i,i]", "y has 1 index, here it has 2 indices"),
    ("claim", "dL/dx[i] = y", "y has 1 index, here it has no indices"),
    ("claim", "dL/dx[i] = W[i]", "W has 2 indices, here it has 1 index"),
    ("claim", "dL/dx[i] = s[i]", "s has no indices, here it has 1 index"),
    ("claim", "dL/dx[i] = n[i]", "n is a size"),
    ("claim", "dL/dx[i] = y[j]", "index j is free on the right, and not on the left"),
    ("claim", "dL/dx[i] = sum_{i<n} y[i]", "index i is bound by this sum and also used outside"),
    ("claim", "dL/dx[i] = sum_{k<n} sum_{k<n} y[k]", "bound by a sum around this one"),
    ("claim", "dL/dx[i] = sum_{k<n} y[k] + x[k]", "index k is bound by a sum and also used"),
    ("claim", "dL/dx[i] = sum_{s<n} y[s]", "s is already a variable"),
    ("claim", "dL/dx[i] = sum_{n<n} y[n]", "n is already a size"),
    ("claim", "dL/dx[i] = sum_{k<s} y[k]", "a sum runs to a size"),
    ("claim", "dL/dx[i] = sum_{k<m} y[k]", "index k runs below m, here it has to run below n"),
    ("claim", "dL/dx[i] = W[i,i]", "index i runs below n, here it has to run below m"),
    ("claim", "dL/dx[i] = y[n]", "this index may be n or more"),
    ("claim", "dL/dx[i] = y[i-1]", "this index may be below 0: guard what reads it"),
    ("claim", "dL/dx[i] = y[2]", "given n >= 2"),
    ("claim", "dL/dx[i] = y[0.5]", "an index is a whole number"),
    ("claim", "dL/dx[i] = y[x[i]]", "what looks indices up is declared as t: index(n)[m]"),
    ("claim", "dL/dx[i] = y[s]", "s is a variable, no index"),
    ("claim", "dL/dx[i] = y[t[i]]", "index i runs below n, here it has to run below m"),
    ("claim", "dL/dx[i] = x[t[0]]", "t is looked up by an index, not by a number"),
    ("claim", "dL/dn = 1", "only variables are differentiated by"),
    ("claim", "dL/dt[b] = 1", "only variables are differentiated by"),
    ("claim", "dL/dp[k] = y[k]", "p is defined, not a variable: declare it"),
    ("claim", "dL/dx = 1", "x has 1 index"),
    ("claim", "dL/dx[0] = 1", "write x[i]"),
    ("claim", "dM/dx[i] = 1", "M is not defined in the loss"),
    ("claim", "dL/x[i] = 1", "write dx"),
    ("claim", "d2L/dx[i] = 1", "d2L/dx[i]dx[j] or d2L/dx[i]^2"),
    ("claim", "d2L/dx[i]^9 = 1", "up to the third order"),
    ("claim", "dL/dx[i] = 1; dL/ds = 2", "one claim at a time"),
    ("claim", "dL/dx[i] = log(-1)", "log(-1) has no value"),
    ("claim", "dL/dx[i] = 1/0", "division by 0 has no value"),
    ("claim", "dL/dx[i] = 0^-1", "0 to a negative power has no value"),
    ("claim", "dL/dx[i] = sqrt(-1)", "has no value that is real"),
    ("claim", "dL/dx[i] = x[i]^10000", "at most 1,000"),
    ("claim", "dL/dx[i] = 10^10^10", "at most 1,000"),
    ("claim", "dL/dx[i] = " + "9" * 2000, "more than 1000 digits"),
    ("claim", "dL/dx[i] = sum_{k<1000} 1", "up to 64"),
    ("claim", "dL/dx[i] = sum_{k<-1} 1", "up to 64"),
    ("claim", "dL/dx[i] = prod_{k<n} y[k]", "state y[k] > 0 in given"),
    ("claim", "dL/dx[i] = y[i]\0", "is no text"),
    ("claim", "dL/dx[i] = y[i]\u202e", "is no text"),
    ("claim", "dL/dx[i] = \x1b[31my[i]", "is no text"),
    ("claim", "dL/dx[i] = y[i]\udcff", "is no text"),
    ("claim", "dL/dx[i] = __import__('os').system('ls')", "has no meaning here"),
    ("claim", "dL/dx[i] = ().__class__", "was not expected"),
    ("claim", "dL/dx[i] = (lambda: 1)()", "was not expected"),
    ("claim", "dL/dx[i] = f'{x}'", "has no meaning here"),
    ("claim", "dL/dx[i] = lambda", "lambda is a word of Python"),
    ("claim", "dL/dx[i] = " + "(" * 150 + "1" + "^1)" * 150, "nested deeper than 100"),
    ("claim", "dL/dx[i] = " + "-" * 5000 + "1", "nested deeper than 100"),
    ("claim", "dL/dx[i] = " + "[i = i]*" * 1000 + "1", "nested deeper than 100"),
    ("claim", "dL/dx[i] = " + "+".join(["x[i]"] * 6000), "at most 20,000"),
    ("claim", "x" * 10_000_000, "at most 50,000"),
    ("claim", "dL/dx[i] = " + "abs(" * 40 + "s" + ")" * 40, "larger than the kernel reads"),
    ("where", "x real[n]", "a colon stands after the names"),
    ("where", "x: real[n]; x: real", "x is already a variable"),
    ("where", "x: real[n]; n: real", "n is already a size"),
    ("where", "n: real; x: real[n]", "n is already a variable"),
    ("where", "x: reel[n]", "no domain reel; known: real"),
    ("where", "x: real[3]", "a size is a name"),
    ("where", "x: real(n)", "takes nothing in parentheses"),
    ("where", "x: interval(2, 1)", "the lower first"),
    ("where", "x: index[n]", "t: index(K)[n]"),
    ("where", "x: simplex", "as in simplex[n]"),
    ("where", "W: spd[n,m]", "two axes of one size"),
    ("where", "lambda: real", "such as lam"),
    ("where", "print: real", "word of Python"),
    ("where", "exp: real", "function of the notation"),
    ("where", "real: real", "is a domain"),
    ("where", "__class__: real", "begin and end it with a letter"),
    ("where", "x" * 51 + ": real", "at most 50"),
    ("where", "", "x is neither declared nor defined"),
    ("given", "x[i]", "ends too soon"),
    ("given", "x[i] => 0", "write >="),
    ("given", "1 = 2", "speaks of variables or sizes"),
    ("given", "z > 0", "z is not declared"),
    ("given", "l != 0", "as a factor in front: [l != 0]*(..)"),
    ("given", "sum_{i<n} x[i] + x[i] = 1", "index i is bound by a sum and also used outside it"),
    ("loss", "", "nothing is written here"),
    ("loss", "sum_{k<n} x[k]", "read as name[indices] = expression"),
    ("loss", "L = x[i]", "write L[i], or sum over it"),
    ("loss", "L[i] = 1", "nothing says which size i runs below"),
    ("loss", "L = 1; L = 2", "L is already a defined quantity"),
    ("loss", "x = 1", "x is already a variable"),
    ("loss", "L = M; M = 1", "M is not declared"),
    ("loss", "p[k,k] = x[k]; L = p[0,0]", "one index twice"),
    ("loss", "p[0] = x[0]; L = p", "on the left stand new indices"),
    ("loss", "f(x) = x^2; L = f(s)", "with its indices in [ ]"),
    ("loss", "; ".join(["p0 = s", *(f"p{k + 1} = p{k} + p{k}" for k in range(40))]), "larger than"),
]


@pytest.mark.parametrize(("field", "text", "words"), BAD, ids=lambda value: value[:40])
def test_one_clear_message(field, text, words):
    def refused():
        with pytest.raises(ClaimError) as caught:
            reading(**{field: text})
        return caught.value

    error = refused()
    assert in_time(refused)
    assert words in error.message
    assert len(error.message) < 300
    assert error.field in ("where", "given", "loss", "claim", "")
    assert "\0" not in str(error)
    assert "\x1b" not in str(error)


def test_there_are_sixty_and_more():
    assert len({text for _, text, _ in BAD}) >= 60


def test_the_place_is_marked():
    with pytest.raises(ClaimError) as caught:
        reading(claim="q[k] = x[k]\ndL/dx[i] = y[i]*z[i]")
    error = caught.value
    assert (error.field, error.line, error.column) == ("claim", 2, 17)
    *_, line, mark = str(error).split("\n")
    assert line[mark.index("^")] == "z"


NO_INPUT = [
    {"given": "x[i] > 1; x[i] < 0"},
    {"given": "n >= 2; n < 2"},
    {"given": "n = 3.5"},
    {"given": "sum_{k<n} x[k]^2 = -1"},
    {"given": "x[i] != x[i]"},
    {"where": "x: simplex[n]", "given": "sum_{k<n} x[k] = 2", "loss": "L = x[0]",
     "claim": "dL/dx[i] = [i = 0]"},
    {"loss": "p[k] = exp(x[k]); L = sum_{k<n} log(-1 - x[k]^2)",
     "claim": "dL/dx[i] = 2*x[i]/(1 + x[i]^2)"},
    {"claim": "dL/dx[i] = y[i]*p[i] + 0*sqrt(-n)"},
]  # fmt: skip


@pytest.mark.parametrize("fields", NO_INPUT, ids=str)
def test_what_speaks_of_no_input_is_never_proved(fields):
    answer = check(reading(**fields), seconds=4)
    assert answer.verdict == "undecided"
    assert "input" in answer.reason


def test_sizes_of_a_definition_are_read_off_its_uses():
    asked = reading(loss="z[i,j] = 2*[i = j] - 1; L = sum_{a<n, c<m} z[a,t[c]]*W[a,c]",
                    claim="dL/dW[a,c] = z[a,t[c]]")  # fmt: skip
    assert asked.definitions[0].shape == ("n", "n")
    assert check(asked).verdict == "proved"
    with pytest.raises(ClaimError, match="here it has to run below"):
        reading(loss="z[i,j] = 2*[i = j] - 1; L = sum_{a<n, c<m} z[a,c]*W[a,c]; M = W[0,0]*z[0,l]")


def test_indices_of_the_left_are_known_on_the_right():
    asked = reading(loss="L = sum_{k<n} k*x[k]", claim="dL/dx[i] = sum_{j<i} 1")
    assert asked.printer(asked.claim.value) == "sum_{k<i} 1"
    assert check(asked).verdict != "refuted"


def test_large_sizes_are_asked_for_by_a_hypothesis():
    asked = reading(given="n >= 3", loss="L = x[2]", claim="dL/dx[i] = [i = 2]")
    assert check(asked).verdict == "proved"
    with pytest.raises(ClaimError, match="n or more"):
        reading(given="n >= 2", loss="L = x[2]", claim="dL/dx[i] = [i = 2]")


def test_names_do_not_capture():
    asked = reading(loss="p[k] = sum_{j<n} y[j]*x[k]; L = sum_{j<n} p[j]",
                    claim="dL/dx[j] = sum_{k<n} y[k]")  # fmt: skip
    assert check(asked).verdict == "proved"


def test_a_product_over_an_index_is_an_exponential_of_logarithms():
    asked = reading(where="x: positive[n]", loss="L = prod_{k<n} x[k]", claim="dL/dx[i] = L/x[i]")
    assert terms.is_applied("exp", asked.claim.of)
    assert check(asked).verdict == "proved"


HOSTILE = r"""
import sys
from derive.language.errors import ClaimError
from derive.language.question import ClaimText
from derive.language.reading import read
from derive.language.steps import StepsText, read_steps
from derive.tactics.ledger import OutOfSteps

GOOD = dict(where="x: real[n]", loss="L = sum_{k<n} x[k]^2", claim="dL/dx[i] = 2*x[i]")


def reads(**fields):
    try:
        read(ClaimText(**{**GOOD, **fields}))
    except ClaimError as error:
        str(error)


reads(), reads(claim="dL/dx[i] = z"), reads(claim="dL/dx[i] = ("), reads(loss="L = softmx(x[0])")
seen = []
WATCHED = ("exec", "compile", "import", "open", "os.", "subprocess.", "socket.", "ctypes.")
sys.addaudithook(lambda event, _: seen.append(event) if event.startswith(WATCHED) else None)
if len(sys.argv) > 1:
    eval("1 + 1")
HOSTILE = [
    "__import__('os').system('touch hacked')", "().__class__.__bases__[0].__subclasses__()",
    "exec('1')", "eval(x)", "open(x)", "(lambda: 1)()", "x.__class__", "f'{x}'",
    "'{0.a}'.format(x)", "{x!r:>{n}}", "%s", "$(ls)", "`ls`", "; import os", "\n!ls",
    "x[i]\x00", "\x1b]0;a\x07", "\u202e", "a" * 40_000, "(" * 10_000, "[" * 10_000,
    "-" * 10_000, "x[i]+" * 10_000,
    "^" * 10_000, "9" * 40_000, "10^10^10", "1e999999999", "sum_{k<" * 3_000, "0" * 30_000 + "x",
    "((((x[i])*" * 2_000, "__builtins__", "os", "__class__", "print", "exp.__self__",
    "max.__globals__",
]
for text in HOSTILE:
    for field in ("where", "given", "loss", "claim"):
        reads(**{field: text}), reads(**{field: "a = " + text}), reads(claim="dL/dx[i] = " + text)
        reads(where=text + ": real[n]"), reads(where="z: " + text), reads(given=text + " > 0")
print(sorted(set(seen)))
"""


def _run(*arguments):
    done = subprocess.run(
        [sys.executable, "-c", HOSTILE, *arguments],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return done.stdout.strip()


def test_hostile_texts_run_no_code_and_open_no_file():
    assert _run() == "[]"


def test_the_trap_catches_what_runs():
    assert _run("caught") != "[]"


# ---- what reading rests on gives up --------------------------------------------------------------


@pytest.mark.parametrize("why", [OutOfSteps("gave up: nested too deeply"), RecursionError()])
def test_what_gives_up_while_a_text_is_read_is_one_message(monkeypatch, why):
    def gives_up(*_):
        raise why

    monkeypatch.setattr(reading_module, "conditions", gives_up)
    monkeypatch.setattr(steps_module, "conditions", gives_up)
    with pytest.raises(ClaimError, match="define parts by themselves"):
        reading()
    with pytest.raises(ClaimError, match=r"define parts by themselves|no value that is known"):
        read_steps(StepsText("dL/dx[i] = 1\n = 1", "L = sum_{k<n} x[k]", "x: real[n]"))
