"""What formulas look like: as people write them, with the brackets that they need."""

from __future__ import annotations

import math
import re
from itertools import product as product_of

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import (
    Eq,
    Max,
    Min,
    Ne,
    Rational,
    Sum,
    Symbol,
    cos,
    cosh,
    digamma,
    erf,
    exp,
    log,
    loggamma,
    pi,
    sin,
    sqrt,
    tanh,
)

from derive.losses import cross_entropy, softmax, squared_error
from derive.symbols import (
    Partial,
    delta,
    index,
    indices,
    labels,
    positive,
    product,
    real,
    sigmoid,
    size,
    softplus,
    sum_over,
    where,
)
from derive.theorems import catalogue
from derive.typeset import latex, unicode_text

from .reading import value_of

m, n = size("m"), size("n")
i, j, k = indices("i j k", n)
r = index("r", m)
x, y, K, p = real("x", n), real("y", n), real("K", n, n), positive("p", n)
X, w, t = real("X", m, n), real("w", n), real("t", m)
b, c = real("b"), real("c")
u = labels("u", m, below=n)
s = softmax(x)
Z = sum_over(k, exp(x[k]))
X_SUM = sum_over(k, x[k])

# expression, Unicode, LaTeX
TABLE = [
    (sympy.Integer(-2), "−2", "-2"),
    (Rational(1, 2), "1/2", r"\frac{1}{2}"),
    (Rational(-1, 2), "−1/2", r"-\frac{1}{2}"),
    (x[i], "x_i", "x_{i}"),
    (K[i, j], "K_ij", "K_{ij}"),
    (x[0] * y[i], "x_0 y_i", "x_{0} y_{i}"),
    (real("x", n)[index("i1", n)], "x_i1", r"x_{\mathrm{i1}}"),
    (K[index("i1", n), j], "K_i1,j", r"K_{\mathrm{i1},j}"),
    (real("alpha"), "α", r"\alpha"),
    (real("rate") * x[i], "rate x_i", r"\mathrm{rate} x_{i}"),
    (delta(i, j), "δ_ij", r"\delta_{ij}"),
    (n * x[i], "n x_i", "n x_{i}"),
    (-x[i], "−x_i", "-x_{i}"),
    (-2 * x[i], "−2 x_i", "-2 x_{i}"),
    (s[i] - y[i], "s_i − y_i", "s_{i} - y_{i}"),
    (-x[i] - y[i], "−x_i − y_i", "-x_{i} - y_{i}"),
    (x[i] * (y[i] - 1), "x_i (y_i − 1)", r"x_{i} \left(y_{i} - 1\right)"),
    (x[i] / y[i], "x_i/y_i", r"\frac{x_{i}}{y_{i}}"),
    (-y[k] / s[k], "−y_k/s_k", r"-\frac{y_{k}}{s_{k}}"),
    (1 / (x[i] * y[i]), "1/(x_i y_i)", r"\frac{1}{x_{i} y_{i}}"),
    ((x[i] + 1) / (y[i] + 1), "(1 + x_i)/(1 + y_i)", r"\frac{1 + x_{i}}{1 + y_{i}}"),
    (1 / (1 + 1 / x[i]), "1/(1 + 1/x_i)", r"\frac{1}{1 + \frac{1}{x_{i}}}"),
    (x[i] ** 2, "x_i²", "x_{i}^{2}"),
    (x[i] ** 12, "x_i¹²", "x_{i}^{12}"),
    (x[i] ** -2, "1/x_i²", r"\frac{1}{x_{i}^{2}}"),
    ((x[i] + 1) ** 2, "(1 + x_i)²", r"\left(1 + x_{i}\right)^{2}"),
    (p[i] ** b, "p_i^(b)", "p_{i}^{b}"),
    (p[i] ** -b, "p_i^(−b)", "p_{i}^{-b}"),
    (p[i] ** Rational(3, 2), "p_i^(3/2)", r"p_{i}^{\frac{3}{2}}"),
    (sqrt(p[i]), "√p_i", r"\sqrt{p_{i}}"),
    (sqrt(p[i] + 1), "√(1 + p_i)", r"\sqrt{1 + p_{i}}"),
    (1 / sqrt(p[i]), "1/√p_i", r"\frac{1}{\sqrt{p_{i}}}"),
    (pi * x[i], "π x_i", r"\pi x_{i}"),
    (sigmoid(-x[i]), "σ(−x_i)", r"\sigma\left(-x_{i}\right)"),
    (2 * sigmoid(b) ** 2, "2 (σ(b))²", r"2 \left(\sigma\left(b\right)\right)^{2}"),
    (softplus(x[i]), "softplus(x_i)", r"\mathrm{softplus}\left(x_{i}\right)"),
    (tanh(x[i]), "tanh(x_i)", r"\tanh\left(x_{i}\right)"),
    (cosh(x[i]), "cosh(x_i)", r"\cosh\left(x_{i}\right)"),
    (sin(b) * cos(c), "sin(b) cos(c)", r"\sin\left(b\right) \cos\left(c\right)"),
    (erf(b), "erf(b)", r"\mathrm{erf}\left(b\right)"),
    (loggamma(c), "log Γ(c)", r"\log \Gamma\left(c\right)"),
    (digamma(c), "ψ(c)", r"\psi\left(c\right)"),
    (abs(x[i] - 1), "|x_i − 1|", r"\left\lvert x_{i} - 1\right\rvert"),
    (2 * abs(b), "2 |b|", r"2 \left\lvert b\right\rvert"),
    (abs(exp(b)), "exp(b)", "e^{b}"),
    (sympy.sign(b), "sign(b)", r"\mathrm{sign}\left(b\right)"),
    (Max(x[i], 0), "max(0, x_i)", r"\max\left(0, x_{i}\right)"),
    (Min(x[i], 1), "min(1, x_i)", r"\min\left(1, x_{i}\right)"),
    (where(x[i] > 0, 1), "[x_i > 0]", r"\left[x_{i} > 0\right]"),
    (b * where(x[i] > 0, 1), "b [x_i > 0]", r"b \left[x_{i} > 0\right]"),
    (where(j <= i, x[j]), "[j ≤ i] x_j", r"\left[j \le i\right] x_{j}"),
    (where(Ne(i, j), 1 + b), "[i ≠ j] (1 + b)", r"\left[i \ne j\right] \left(1 + b\right)"),
    (where(j < 2, x[j]) ** 2, "([j < 2] x_j)²", None),
    (sum_over(j, where(j <= i, x[j])), "Σ_j [j ≤ i] x_j", None),
    (where(Eq(b, 0), X_SUM), "[b = 0] Σ_k x_k", None),
    (X[r, u[r]], "X_r,u_r", r"X_{r,u_{r}}"),
    (delta(k, u[r]), "δ_k,u_r", r"\delta_{k,u_{r}}"),
    (u[r] + 1, "1 + u_r", "1 + u_{r}"),
    ((x[i] / y[i]) ** b, "(x_i/y_i)^(b)", r"\left(\frac{x_{i}}{y_{i}}\right)^{b}"),
    (exp(-x[i]), "exp(−x_i)", "e^{-x_{i}}"),
    (exp(x[i]) / Z, "exp(x_i)/(Σ_k exp(x_k))", r"\frac{e^{x_{i}}}{\sum_{k} e^{x_{k}}}"),
    (log(p[i]), "log(p_i)", r"\log p_{i}"),
    (log(p[i]) ** 2, "(log(p_i))²", r"\left(\log p_{i}\right)^{2}"),
    (log(p[i] ** 2), "log(p_i²)", r"\log \left(p_{i}^{2}\right)"),
    (log(1 + exp(b)), "log(1 + exp(b))", r"\log \left(1 + e^{b}\right)"),
    (y[k] * log(s[k]), "y_k log(s_k)", r"y_{k} \log s_{k}"),
    (X_SUM, "Σ_k x_k", r"\sum_{k} x_{k}"),
    (sum_over(k, x[k] + y[k]), "Σ_k (x_k + y_k)", r"\sum_{k} \left(x_{k} + y_{k}\right)"),
    (sum_over(k, -x[k]), "Σ_k (−x_k)", r"\sum_{k} \left(-x_{k}\right)"),
    (X_SUM + b, "Σ_k x_k + b", r"\sum_{k} x_{k} + b"),
    (X_SUM**2, "(Σ_k x_k)²", r"\left(\sum_{k} x_{k}\right)^{2}"),
    (X_SUM / n, "1/n Σ_k x_k", r"\frac{1}{n} \sum_{k} x_{k}"),
    (y[i] * X_SUM, "y_i Σ_k x_k", r"y_{i} \sum_{k} x_{k}"),
    (
        X_SUM * sum_over(j, y[j]),
        "(Σ_k x_k) Σ_j y_j",
        r"\left(\sum_{k} x_{k}\right) \sum_{j} y_{j}",
    ),
    (X_SUM * log(Z), "log(Σ_k exp(x_k)) Σ_k x_k", None),
    (X_SUM * log(b), "log(b) Σ_k x_k", r"\left(\log b\right) \sum_{k} x_{k}"),
    (log(b) / c, "log(b)/c", r"\frac{\log b}{c}"),
    (sum_over(k, sum_over(r, X[r, k])), "Σ_k Σ_r X_rk", r"\sum_{k} \sum_{r} X_{rk}"),
    (Sum(x[k], (k, 0, n - 2)), "Σ_(k ≤ n − 2) x_k", r"\sum_{k=0}^{n - 2} x_{k}"),
    (product(-y[k] / s[k], 2 * s[k]), "(−y_k/s_k) · 2 s_k", None),
    (product(X_SUM, x[i] * y[i]), "(Σ_k x_k) · x_i y_i", None),
    (cross_entropy(y, s), "−Σ_k y_k log(s_k)", r"-\sum_{k} y_{k} \log s_{k}"),
    (squared_error(X, w, b, t), "1/m Σ_r (Σ_d X_rd w_d + b − t_r)²", None),
    (
        Partial(Symbol("L"), x[i], s[k], 0),
        "∂L/∂s_k",
        r"\frac{\partial L}{\partial s_{k}}",
    ),
    (Partial(s[k], s[k], x[i], 0) * y[k], "y_k ∂s_k/∂x_i", None),
    (
        Partial(Partial(Symbol("L"), x[i], x[i], 1), 1, x[k], 0),
        "∂²L/∂x_k∂x_i",
        r"\frac{\partial^{2} L}{\partial x_{k} \, \partial x_{i}}",
    ),
    (x[i] > 0, "x_i > 0", "x_{i} > 0"),
    (x[i] >= 0, "x_i ≥ 0", r"x_{i} \ge 0"),
    (x[i] <= b, "x_i ≤ b", r"x_{i} \le b"),
    (Ne(x[i], 0), "x_i ≠ 0", r"x_{i} \ne 0"),
    (Eq(X_SUM, 1), "Σ_k x_k = 1", r"\sum_{k} x_{k} = 1"),
    (sympy.E * b, "b exp(1)", "b e"),
]


@pytest.mark.parametrize(("expression", "text"), [(e, u) for e, u, _ in TABLE])
def test_unicode(expression, text):
    assert unicode_text(expression) == text


@pytest.mark.parametrize(("expression", "text"), [(e, tex) for e, _, tex in TABLE if tex])
def test_latex(expression, text):
    assert latex(expression) == text


# ---- LaTeX that every page takes -----------------------------------------------------------------

FORBIDDEN = (r"\operatorname", r"\mbox", r"\newcommand", r"\def", "|", "$", "%", "#", "&", "~")
GREEK = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa"),
    *("lambda", "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi"),
    "omega",
    *("Gamma", "Delta", "Theta", "Lambda", "Xi", "Phi", "Psi", "Omega"),
)
MACROS = {
    *("frac", "sum", "log", "left", "right", "partial", "mathrm", "ge", "le", "ne", ","),
    *("sqrt", "tanh", "cosh", "sinh", "sin", "cos", "max", "min", "lvert", "rvert", *GREEK),
}


def check_latex(text):
    assert not [bad for bad in FORBIDDEN if bad in text]
    assert set(re.findall(r"\\([A-Za-z]+|.)", text)) <= MACROS
    assert text.count(r"\left(") == text.count(r"\right)") == text.count("(") == text.count(")")
    depth = 0
    for character in text:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
    assert depth == 0
    # X_{a}_{b} and X^{a}^{b} are errors in TeX
    assert not re.search(r"([_^])(\{[^{}]*\}|\w)\1", text)


@pytest.mark.parametrize("expression", [e for e, _, _ in TABLE])
def test_latex_is_plain(expression):
    check_latex(latex(expression))


@pytest.mark.parametrize("theorem", catalogue().values(), ids=lambda theorem: theorem.name)
def test_theorems_are_plain_latex(theorem):
    for derivation in theorem.derivations:
        for left, right, _ in derivation.rows(latex):
            check_latex(left)
            check_latex(right)
        for relation in (*derivation.given, *derivation.definitions_as_equations):
            check_latex(latex(relation))


@pytest.mark.parametrize(
    ("name", "letter"), [("theta", "θ"), ("omega", "ω"), ("phi", "φ"), ("xi", "ξ"), ("Phi", "Φ")]
)
def test_greek_names_become_letters(name, letter):
    assert latex(real(name)) == rf"\{name}"
    assert unicode_text(real(name)) == letter
    assert latex(real(name, n)[i]) == rf"\{name}_{{i}}"
    assert unicode_text(real(name, n)[i]) == f"{letter}_i"


@pytest.mark.parametrize("name", ["Sigma", "Pi", "sigmas", "MU"])
def test_names_that_are_no_greek_letters_stay(name):
    assert latex(real(name)) == rf"\mathrm{{{name}}}"
    assert unicode_text(real(name)) == name


# ---- brackets: read the line again ---------------------------------------------------------------

VALUES = {
    "x": [0.5, -1.25, 2.0],
    "y": [1.5, 0.25, -0.75],
    "p": [0.5, 1.25, 2.0],
    "K": [[0.5, 1.0, -2.0], [1.5, 0.25, 3.0], [-1.0, 2.5, 0.75]],
    "b": 0.75,
    "n": 3,
}
AT = {"i": 2, "j": 0}
COUNTERS = (k, index("l", n), index("d", n))


def truth(expression, at):
    """The value of an expression, by plain recursion over SymPy's own tree."""
    args = expression.args
    match expression:
        case sympy.Rational():
            return float(expression)
        case _ if expression is sympy.E:
            return math.e
        case sympy.Idx():
            return at[str(expression.label)]
        case sympy.Indexed():
            found = VALUES[str(expression.base.label)]
            for place in expression.indices:
                found = found[truth(place, at)]
            return found
        case sympy.Symbol():
            return VALUES[expression.name]
        case sympy.KroneckerDelta():
            return float(truth(args[0], at) == truth(args[1], at))
        case sympy.Add():
            return math.fsum(truth(part, at) for part in args)
        case sympy.Mul():
            return math.prod(truth(part, at) for part in args)
        case sympy.exp():
            return math.exp(truth(args[0], at))
        case sympy.log():
            return math.log(truth(args[0], at))
        case sympy.Pow():
            return truth(args[0], at) ** truth(args[1], at)
        case Sum():
            names = [str(limit[0].label) for limit in expression.limits]
            every = product_of(*[range(3)] * len(names))
            return math.fsum(truth(args[0], at | dict(zip(names, v, strict=True))) for v in every)
        case _:
            raise AssertionError(type(expression))


@st.composite
def expressions(draw, depth=3, free=(i, j), counters=COUNTERS):
    at = st.sampled_from(free)
    leaf = st.one_of(
        st.builds(lambda a: x[a], at),
        st.builds(lambda a: y[a], at),
        st.builds(lambda a: p[a], at),
        st.builds(lambda a, c: K[a, c], at, at),
        st.builds(delta, at, at),
        st.sampled_from([b, n, sympy.Integer(2), sympy.Integer(-3), Rational(1, 2)]),
    )
    if depth == 0:
        return draw(leaf)
    inner = expressions(depth - 1, free, counters)
    kind = draw(st.integers(0, 9 if counters else 8))
    one = draw(inner)
    match kind:
        case 0:
            return one + draw(inner)
        case 1:
            return one - draw(inner)
        case 2:
            return one * draw(inner)
        case 3:
            return product(one, draw(inner))
        case 4:
            return one / (1 + draw(inner) ** 2)
        case 5:
            return draw(inner) / p[draw(at)]
        case 6:
            return one ** draw(st.integers(1, 3))
        case 7:
            return exp(one / 9)
        case 8:
            return log(p[draw(at)]) * one
        case _:
            bound, *rest = counters
            return sum_over(bound, draw(expressions(depth - 1, (*free, bound), tuple(rest))))


@given(expressions())
@settings(max_examples=200)
def test_a_line_means_what_the_expression_means(expression):
    text = unicode_text(expression)
    try:
        wanted = truth(expression, AT)
    except OverflowError:
        return
    assert value_of(text, VALUES, 3, AT) == pytest.approx(wanted, rel=1e-9, abs=1e-9), text


@given(expressions())
@settings(max_examples=100)
def test_every_expression_is_plain_latex(expression):
    check_latex(latex(expression))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("x_i − y_i − b", 2.0 + 0.75 - 0.75),
        ("Σ_k x_k y_i + b", -0.75 * 1.25 + 0.75),
        ("b/x_i y_i", 0.75 / 2 * -0.75),
        ("2 x_i²", 8.0),
        ("log(p_i)/x_i", math.log(2.0) / 2),
        ("Σ_k δ_ik x_k", 2.0),
        ("−b^(2)", -(0.75**2)),
    ],
)
def test_the_reader_of_lines_reads_as_people_do(text, wanted):
    """The referee is tested too."""
    assert value_of(text, VALUES, 3, AT) == pytest.approx(wanted)
