"""Random applications of each rule: most of them right, some of them wrong in one place."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import hypothesis.strategies as st

from derive.kernel import Derivative, Equation, Term
from derive.kernel.rules import OPPOSITE
from derive.kernel.terms import (
    MINUS_ONE,
    ONE,
    ZERO,
    add,
    apply,
    delta,
    element,
    instantiate,
    multiply,
    natural_number,
    negate,
    number,
    position,
    power,
    product_of,
    shift,
    size,
    sum_over,
    where,
)
from derive.rebinding import abstract

from .universe import (
    M_POSITIVE,
    ONE_IS_HALF_C,
    Q_TOTALS,
    TWO_IS_C,
    UNIVERSE,
    Context,
    Draw,
    a_condition,
    a_delta,
    a_guard,
    a_leaf,
    a_positive,
    a_term,
    an_element,
    an_index,
    choose,
    contexts,
    formulas,
    indices_of,
    is_total,
    rationals,
)
from .workbench import Attempt, Workbench

INSTANCES: dict[str, st.SearchStrategy[Attempt]] = {}


def instances(make: Any) -> Any:
    """Register a strategy under the name of the rule that it makes applications of."""
    INSTANCES[make.__name__] = st.composite(make)()
    return make


# ---- equality ------------------------------------------------------------------------------------


@instances
def field(draw: Draw) -> Attempt:
    context, left = draw(formulas())
    return _field(draw, Workbench(), context, left)


def _field(draw: Draw, bench: Workbench, context: Context, left: Term) -> Attempt:
    right = rewritten(draw, left, context)
    stated = [bench.hypothesis(which) for which in draw(st.sampled_from(_STATED_OF_NUMBERS))]
    premises = (*stated, *bench.facts(context, left, right))
    return Attempt(bench.proof, "field", (context, left, right), premises)


# Which equations about numbers a rule may use: mostly none.
_STATED_OF_NUMBERS = [(), (), (), (), (TWO_IS_C,), (ONE_IS_HALF_C,), (TWO_IS_C, ONE_IS_HALF_C)]


def _equation(draw: Draw, bench: Workbench, context: Context, left: Term) -> int | None:
    """The line of an equation with this left side, where the rewriting was right."""
    attempt = _field(draw, bench, context, left)
    return bench.try_step("field", *attempt.args, premises=attempt.premises)


def _any_equation(draw: Draw, bench: Workbench, context: Context, left: Term) -> int:
    """As ``_equation``, but 0 = 0 where nothing was proved."""
    line = _equation(draw, bench, context, left)
    return bench.proof.step("field", (context, ZERO, ZERO)) if line is None else line


def rewritten(draw: Draw, term: Term, context: Context) -> Term:
    """The term in other words; one time in many, words that do not mean the same."""
    inner = (term.args[0], *context) if term.kind == "sum" else context
    if term.kind in ("add", "multiply", "power") or (term.kind == "apply" and draw(st.booleans())):
        parts = [rewritten(draw, a, inner) if isinstance(a, Term) else a for a in term.args]
        term = _rebuilt(term.kind, parts)
    how = choose(draw, "misread", *["restated"] * 5, *["as it is"] * 4)
    if how == "misread":
        return _misread(draw, term, context)
    return _restated(draw, term, context) if how == "restated" else term


def _rebuilt(kind: str, parts: list[Any]) -> Term:
    return {"add": add, "multiply": multiply, "power": power, "apply": apply}[kind](*parts)


def _restated(draw: Draw, term: Term, context: Context) -> Term:
    """One identity of rational functions, exponentials and deltas, used once."""
    factor = a_positive(draw, context, 1)
    general = [
        add(term, ZERO),
        multiply(ONE, term),
        add(term, factor, multiply(MINUS_ONE, factor)),
        multiply(factor, term, power(factor, MINUS_ONE)),
        multiply(MINUS_ONE, term, MINUS_ONE),
    ]
    return choose(draw, *general, *_by_kind(draw, term), *_by_kind(draw, term))


def _by_kind(draw: Draw, term: Term) -> list[Term]:
    args = term.args
    match term.kind:
        case "add" if args:
            return [add(*draw(st.permutations(args))), add(add(*args[:1]), *args[1:])]
        case "multiply" if args:
            found = [multiply(*draw(st.permutations(args)))]
            if args[-1].kind == "add":
                found.append(add(*[multiply(*args[:-1], part) for part in args[-1].args]))
            return found
        case "power":
            return _powers(args[0], args[1])
        case "apply" if args[0] == "exp" and args[1].kind == "add":
            return [multiply(*[apply("exp", part) for part in args[1].args])]
        case "apply" if args[0] == "exp":
            return [power(apply("exp", multiply(number(1, 2), args[1])), number(2))]
        case "delta":
            return [delta(args[1], args[0]), multiply(term, term), power(term, number(3))]
        case "sum" if is_total(term):
            return [ONE]
        case _:
            return [power(term, ONE)]


def _powers(base: Term, exponent: Term) -> list[Term]:
    natural = natural_number(exponent)
    if natural is not None:
        return [multiply(*[base] * natural)]
    halved = multiply(number(1, 2), exponent)
    inverse = power(power(base, multiply(MINUS_ONE, exponent)), MINUS_ONE)
    return [multiply(power(base, halved), power(base, halved)), inverse]


def _misread(draw: Draw, term: Term, context: Context) -> Term:
    """What a careless reader makes of a term; true only by accident."""
    options = [
        power(power(term, number(2)), number(1, 2)),
        multiply(ZERO, apply("log", term)),
        add(term, multiply(ZERO, power(term, MINUS_ONE))),
        multiply(term, term, power(term, MINUS_ONE)),
        add(term, a_leaf(draw, context)),
        power(term, ZERO),
        power(term, add(ONE, ZERO)),
        power(term, add(a_leaf(draw, context), number(-1))),
    ]
    if term.kind == "power" and term.args[0].kind == "multiply":
        options.append(multiply(*[power(factor, term.args[1]) for factor in term.args[0].args]))
    if term.kind == "add" and term.args:
        options.append(add(*term.args[1:]))
    return choose(draw, *options)


@instances
def log_product(draw: Draw) -> Attempt:
    context, bench = draw(contexts), Workbench()
    factors = [_log_factor(draw, context) for _ in range(draw(st.integers(0, 3)))]
    logarithm = apply("log", choose(draw, multiply(*factors), product_of(factors)))
    bases = [f.args[0] if f.kind == "power" else f for f in factors]
    signs = [bench.sign(context, base) for base in bases]
    premises = (*bench.facts(context, *factors), *[line for line in signs if line is not None])
    return Attempt(bench.proof, "log_product", (context, logarithm), premises)


def _log_factor(draw: Draw, context: Context) -> Term:
    base = a_positive(draw, context, draw(st.integers(0, 2)))
    match choose(draw, "plain", "plain", "rational", "symbolic", "exponential", "wild"):
        case "rational":
            return power(base, number(draw(rationals)))
        case "symbolic":
            return power(base, a_term(draw, context, 1))
        case "exponential":
            return power(apply("exp", a_term(draw, context, 1)), a_leaf(draw, context))
        case "wild":
            return power(a_term(draw, context, 1), choose(draw, ONE, number(2), MINUS_ONE))
        case _:
            return base


@instances
def power_product(draw: Draw) -> Attempt:
    context, bench = draw(contexts), Workbench()
    factors = [_log_factor(draw, context) for _ in range(draw(st.integers(0, 3)))]
    outer = choose(draw, number(draw(rationals)), a_leaf(draw, context))
    term = power(choose(draw, multiply(*factors), product_of(factors)), outer)
    bases = [f.args[0] if f.kind == "power" else f for f in factors]
    signs = [bench.sign(context, base) for base in bases]
    premises = (*bench.facts(context, term), *[line for line in signs if line is not None])
    return Attempt(bench.proof, "power_product", (context, term), premises)


@instances
def parity(draw: Draw) -> Attempt:
    context, bench = draw(contexts), Workbench()
    function = choose(draw, "sin", "cos", "erf", "sin", "cos", "erf", "exp", "log")
    term = apply(function, a_term(draw, context, 2))
    return Attempt(bench.proof, "parity", (context, term), bench.facts(context, term))


@instances
def exp_log(draw: Draw) -> Attempt:
    context, bench = draw(contexts), Workbench()
    base = choose(draw, a_positive(draw, context, 1), a_leaf(draw, context))
    function = "log" if draw(st.integers(0, 7)) else "lgamma"
    scale = [a_term(draw, context, 1) for _ in range(draw(st.integers(0, 2)))]
    argument = multiply(*scale, apply(function, base)) if scale else apply(function, base)
    term = apply("exp", argument)
    return Attempt(bench.proof, "exp_log", (context, term), bench.facts(context, term))


@instances
def hypothesis(draw: Draw) -> Attempt:
    context = draw(contexts)
    which = draw(st.sampled_from([*range(len(UNIVERSE.hypotheses)), Q_TOTALS, M_POSITIVE]))
    sizes = [
        below if draw(st.integers(0, 9)) else choose(draw, "n", "m")
        for below in UNIVERSE.hypotheses[which].context
    ]
    at = tuple(an_index(draw, below, context) for below in sizes)
    return Attempt(Workbench().proof, "hypothesis", (which, context, at))


# ---- sums ----------------------------------------------------------------------------------------


@instances
def linear(draw: Draw) -> Attempt:
    context, bench = draw(contexts.filter(bool)), Workbench()
    parts = [a_term(draw, context, 2) for _ in range(draw(st.integers(0, 3)))]
    line = _any_equation(draw, bench, context, choose(draw, add(*parts), product_of(parts)))
    sides = () if isinstance(context[0], str) else context[0][1:]
    facts = bench.facts(context[1:], *sides)
    return Attempt(bench.proof, "linear", (), (line, *facts))


@instances
def assumed(draw: Draw) -> Attempt:
    """Under a guard, or seldom under a binder."""
    context = draw(contexts)
    if draw(st.integers(0, 7)):
        context = (a_condition(draw, context), *context)
    return Attempt(Workbench().proof, "assumed", (context,))


@instances
def fubini(draw: Draw) -> Attempt:
    """The same factors under the same binders, nested in two ways; any matching of the binders."""
    context, bench = draw(contexts), Workbench()
    binders = dict(zip(("i", "j", "a"), ("n", "n", "m"), strict=True))
    names = draw(st.lists(st.sampled_from(sorted(binders)), max_size=3, unique=True))
    factors = [a_term(draw, context, 1) for _ in range(draw(st.integers(1, 3)))]
    left, right = (_nested(draw, names, factors, binders) for _ in range(2))
    if draw(st.integers(0, 9)) == 0:
        right = _nested(draw, names, [a_leaf(draw, context), *factors], binders)
    if draw(st.booleans()):
        left, right = (multiply(power(side, number(2)), number(3)) for side in (left, right))
        names = names * 2
    matching = tuple(draw(st.permutations(range(len(names)))))
    if draw(st.booleans()):
        matching = tuple(range(len(names)))
    args = (context, left, right, matching)
    return Attempt(bench.proof, "fubini", args, bench.facts(context, left, right))


def _nested(draw: Draw, names: list[str], factors: list[Term], binders: dict[str, str]) -> Term:
    """The sum over the named indices of the product of the factors, nested in any way."""
    factors = list(draw(st.permutations(factors)))
    for name in draw(st.permutations(names)):
        inside = [f for f in factors if name in f.indices or draw(st.integers(0, 3)) == 0]
        outside = [f for f in factors if f not in inside]
        summed = sum_over(binders[name], abstract(product_of(inside), name))
        factors = [summed, *outside] if draw(st.booleans()) else [*outside, summed]
    return product_of(factors)


# ---- Kronecker's delta ---------------------------------------------------------------------------


@instances
def sift(draw: Draw) -> Attempt:
    context, bench = draw(contexts), Workbench()
    below = choose(draw, "n", "n", "m")
    inner = (below, *context)
    size_of_other = below if draw(st.integers(0, 7)) else choose(draw, "n", "m")
    ends = [0, an_index(draw, size_of_other, inner)]
    factors = [a_term(draw, inner, 1) for _ in range(draw(st.integers(0, 2)))]
    place = draw(st.integers(0, len(factors)))
    factors.insert(place, delta(*draw(st.permutations(ends))))
    total = sum_over(below, product_of(factors))
    at = shift(choose(draw, *[end for end in ends if end != 0] * 9, 1), -1)
    result = sum_over(below, product_of([f for k, f in enumerate(factors) if k != place]))
    args = (context, total, at)
    return Attempt(bench.proof, "sift", args, _facts_everywhere(bench, context, total, result))


def _facts_everywhere(bench: Workbench, context: Context, *terms: Term) -> tuple[int, ...]:
    """The facts that the terms need, and the same facts for every index of every size."""
    found = dict.fromkeys(bench.facts(context, *terms))
    for below in ("n", "m"):
        found.update(dict.fromkeys([bench.hypothesis(0, ("n", *context), (0,))]))
        for term in (element("w", 0), element("M", 0, 1), element("M", 1, 0)):
            for inner in ((below, *context), ("n", "m", *context), ("m", "n", *context)):
                if term.loose <= len(inner):
                    found.update(dict.fromkeys(bench.stated(inner, term)))
    return tuple(found)


@instances
def sift_place(draw: Draw) -> Attempt:
    """Places within the range of the index and beyond, or what is no whole number."""
    context = draw(contexts)
    place = _whole_number(draw, context, draw(st.integers(0, 2)))
    return Attempt(Workbench().proof, "sift_place", (context, choose(draw, "n", "m"), place))


@instances
def delta_move(draw: Draw) -> Attempt:
    context, bench = draw(contexts), Workbench()
    ends = a_delta(draw, context)
    one, other = ends.args if draw(st.booleans()) else ends.args[::-1]
    below = choose(draw, "n", "n", "n", "m")
    factors = [a_term(draw, (below, *context), 2) for _ in range(draw(st.integers(0, 2)))]
    factors.insert(draw(st.integers(0, len(factors))), shift(ends, 1))
    body = multiply(*factors)
    facts = [line for i in (one, other) for line in bench.facts(context, instantiate(body, i))]
    for element_of in ("w", "M"):
        for _ in range(3):
            facts += bench.stated(context, an_element(draw, context, element_of))
    args = (context, body, one, other)
    return Attempt(bench.proof, "delta_move", args, tuple(dict.fromkeys(facts)))


# ---- guards --------------------------------------------------------------------------------------


def _guard_rule(rule: str) -> Any:
    """Applications of a rule that takes one guarded term, and signs of the sides' difference."""

    def make(draw: Draw) -> Attempt:
        context, bench = draw(contexts), Workbench()
        guarded = _a_guarded_term(draw, context)
        _, left, right, _ = guarded.args
        differences = [add(right, negate(left)), add(left, negate(right))]
        signs = [bench.sign(context, difference) for difference in differences]
        premises = (*bench.facts(context, guarded), *[s for s in signs if s is not None])
        return Attempt(bench.proof, rule, (context, guarded), tuple(dict.fromkeys(premises)))

    make.__name__ = rule
    return instances(make)


def _a_guarded_term(draw: Draw, context: Context) -> Term:
    body = a_term(draw, context, 1)
    if draw(st.booleans()):
        return a_guard(draw, context, body)
    sides = [choose(draw, ZERO, ONE), a_positive(draw, context, 1)]
    same = a_leaf(draw, context)
    pair = choose(draw, sides, sides[::-1], [same, same])
    return where(choose(draw, "=", "!=", "<", "<="), *pair, body)


@instances
def guard_factor(draw: Draw) -> Attempt:
    """A guarded term and a factor, facts being shown inside and outside of the guard."""
    context, bench = draw(contexts), Workbench()
    guarded = _a_guarded_term(draw, context) if draw(st.booleans()) else a_guard(draw, context, ONE)
    factor = a_term(draw, context, 2)
    inside = (guarded.args[:3], *context)
    facts = [*bench.facts(context, guarded, factor), *bench.facts(inside, guarded.args[3], factor)]
    return Attempt(
        bench.proof, "guard_factor", (context, guarded, factor), tuple(dict.fromkeys(facts))
    )


guard_complement = _guard_rule("guard_complement")
guard_decided = _guard_rule("guard_decided")


guard_turned = _guard_rule("guard_turned")


def _whole_number(draw: Draw, context: Context, depth: int) -> Term:
    if depth:
        parts = [_whole_number(draw, context, depth - 1) for _ in range(draw(st.integers(0, 2)))]
        return choose(draw, add, multiply)(*parts)
    index = an_index(draw, choose(draw, "n", "m"), context)
    wholes = [position(index), size("n"), a_delta(draw, context), number(draw(st.integers(-2, 2)))]
    return choose(draw, *wholes * 4, number(1, 2), a_leaf(draw, context))


@instances
def guard_strict(draw: Draw) -> Attempt:
    context, bench = draw(contexts), Workbench()
    relation, *others = _a_guarded_term(draw, context).args
    guarded = where("<" if draw(st.integers(0, 7)) else relation, *others)
    return Attempt(bench.proof, "guard_strict", (context, guarded), bench.facts(context, guarded))


@instances
def guard_delta(draw: Draw) -> Attempt:
    """Indices of any two sizes, gathered ones among them."""
    context = draw(contexts)
    one, other = (an_index(draw, choose(draw, "n", "n", "m"), context) for _ in range(2))
    return Attempt(Workbench().proof, "guard_delta", (context, one, other))


@instances
def guard_whole(draw: Draw) -> Attempt:
    """Sides that are whole numbers, or almost."""
    context, bench = draw(contexts), Workbench()
    left, right = (_whole_number(draw, context, draw(st.integers(0, 2))) for _ in range(2))
    relation = "<" if draw(st.integers(0, 7)) else choose(draw, "<=", "=", "!=")
    guarded = where(relation, left, right, a_term(draw, context, 1))
    return Attempt(bench.proof, "guard_whole", (context, guarded), bench.facts(context, guarded))


@instances
def guard_equal(draw: Draw) -> Attempt:
    """Both sides moved by the same; or by something else, or in the other order."""
    context, bench = draw(contexts), Workbench()
    guarded = _a_guarded_term(draw, context)
    relation, left, right, body = guarded.args
    by, other = (a_leaf(draw, context) for _ in range(2))
    moved = add(left, by), add(right, by if draw(st.integers(0, 4)) else other)
    sides = moved if draw(st.integers(0, 4)) else moved[::-1]
    other_body = body if draw(st.integers(0, 7)) else a_leaf(draw, context)
    same = {"<": "<=", "<=": "<"}.get(relation, relation) if draw(st.booleans()) else relation
    again = where(same, *sides, other_body)
    apart = [add(r, negate(le)) for le, r in ((left, right), sides)]
    facts = (*bench.facts(context, guarded, again), *bench.stated(context, apart[0]))
    sign = bench.try_step("sign", context, apart[0], premises=facts)
    facts = (*facts, *([] if sign is None else [sign]))
    line = bench.try_step("field", context, *apart, premises=facts)
    premises = (*facts, *([] if line is None else [line]))
    return Attempt(bench.proof, "guard_equal", (context, guarded, again), premises)


# ---- facts ---------------------------------------------------------------------------------------


@instances
def sign(draw: Draw) -> Attempt:
    context, bench = draw(contexts), Workbench()
    term = _with_sign(draw, context, draw(st.integers(0, 3)))
    premises = [*bench.facts(context, term), *bench.stated(context, term)]
    if draw(st.booleans()):
        line = _any_equation(draw, bench, context, term)
        right = bench.proof.judgements[line].conclusion.right
        premises += [line, *bench.stated(context, right)]
    return Attempt(bench.proof, "sign", (context, term), tuple(dict.fromkeys(premises)))


@instances
def sign_by_cases(draw: Draw) -> Attempt:
    """A term that has a sign anyway, or one that the condition says something of."""
    context, bench = draw(contexts), Workbench()
    guard = a_condition(draw, context)
    apart = add(guard[2], negate(guard[1]))
    cases = (guard, (OPPOSITE[guard[0]], guard[2], guard[1]))
    parts = [where(*case, choose(draw, apart, negate(apart), element("v"), ONE)) for case in cases]
    term = choose(draw, _with_sign(draw, context, 2), add(*parts), multiply(apart, add(*parts)))
    facts = [*bench.facts(context, *guard[1:], term), *bench.stated(context, term)]
    for case in cases:
        inside = (case, *context)
        lines = [bench.try_step("assumed", inside), bench.sign(inside, apart)]
        facts += [*bench.facts(inside, term), *[line for line in lines if line is not None]]
    args = (context, guard, term)
    return Attempt(bench.proof, "sign_by_cases", args, tuple(dict.fromkeys(facts)))


def _with_sign(draw: Draw, context: Context, depth: int) -> Term:
    """A term that has a sign, or almost."""
    if depth == 0:
        leaf = an_element(draw, context, "w", "v", "z", "r", "x")
        others = (position(an_index(draw, "n", context)), number(draw(rationals)))
        return choose(draw, leaf, leaf, a_leaf(draw, context), *others)
    kind = choose(draw, "positive", "add", "multiply", "power", "power", "sum")
    match kind:
        case "add" | "multiply":
            parts = [_with_sign(draw, context, depth - 1) for _ in range(draw(st.integers(0, 3)))]
            return add(*parts) if kind == "add" else multiply(*parts)
        case "power":
            exponent = number(choose(draw, *[Fraction(k) for k in (-2, -1, 0, 1, 2, 3)]))
            return power(_with_sign(draw, context, depth - 1), exponent)
        case "sum":
            below = choose(draw, "n", "m")
            return sum_over(below, _with_sign(draw, (below, *context), depth - 1))
        case _:
            return a_positive(draw, context, depth)


@instances
def index_below(draw: Draw) -> Attempt:
    context = draw(contexts)
    at = an_index(draw, choose(draw, "n", "m"), context)
    return Attempt(Workbench().proof, "index_below", (context, at))


@instances
def sum_positive(draw: Draw) -> Attempt:
    """A sum of squares, of which one may be shown not to be 0; or of anything."""
    context, bench = draw(contexts), Workbench()
    below = choose(draw, "n", "n", "m")
    variable = "w" if below == "n" else "y"
    square = power(element(variable, 0), number(2))
    body = choose(draw, square, multiply(square, square), a_term(draw, (below, *context), 1))
    at = an_index(draw, below if draw(st.integers(0, 7)) else "m", context)
    premises = list(bench.facts(context, sum_over(below, body)))
    if draw(st.integers(0, 5)):
        premises += bench.stated(context, element("w", at)) if below == "n" else []
    args = (context, sum_over(below, body), at)
    return Attempt(bench.proof, "sum_positive", args, tuple(dict.fromkeys(premises)))


# ---- derivatives ---------------------------------------------------------------------------------


@instances
def differentiate(draw: Draw) -> Attempt:
    context, term = draw(formulas())
    bench = Workbench()
    args = (context, term, *_by(draw, context, term))
    return Attempt(bench.proof, "differentiate", args, bench.facts(context, term))


def _by(draw: Draw, context: Context, term: Term) -> tuple[Any, ...]:
    """A variable, of those in the term if there are any, and indices for it."""
    occurring = sorted(term.names & UNIVERSE.variables.keys()) or ["x"]
    variable = draw(st.sampled_from(occurring))
    return variable, indices_of(draw, variable, context)


def _derivative(draw: Draw, bench: Workbench, context: Context, term: Term) -> int:
    """The line of a derivative of the term, or of 0 where it cannot be differentiated."""
    by = _by(draw, context, term)
    line = bench.try_step("differentiate", context, term, *by, premises=bench.facts(context, term))
    return bench.proof.step("differentiate", (context, ZERO, *by)) if line is None else line


@instances
def derivative_equal(draw: Draw) -> Attempt:
    context, term = draw(formulas(depth=2))
    bench = Workbench()
    line = _derivative(draw, bench, context, term)
    derivative = bench.proof.judgements[line].conclusion
    assert isinstance(derivative, Derivative)
    equation = _any_equation(draw, bench, context, derivative.value)
    return Attempt(bench.proof, "derivative_equal", (), (line, equation))


@instances
def derivative_of_equal(draw: Draw) -> Attempt:
    context, term = draw(formulas(depth=2))
    bench = Workbench()
    equation = _any_equation(draw, bench, context, term)
    conclusion = bench.proof.judgements[equation].conclusion
    assert isinstance(conclusion, Equation)
    line = _derivative(draw, bench, context, conclusion.right)
    return Attempt(bench.proof, "derivative_of_equal", (), (equation, line))


@instances
def differentiate_again(draw: Draw) -> Attempt:
    """The slope of a slope, or of something else; the first one as found, or rewritten."""
    context, term = draw(formulas(depth=2))
    bench = Workbench()
    first = _derivative(draw, bench, context, term)
    if draw(st.booleans()):
        derivative = bench.proof.judgements[first].conclusion
        equation = _any_equation(draw, bench, context, derivative.value)
        first = bench.try_step("derivative_equal", premises=(first, equation)) or first
    value = bench.proof.judgements[first].conclusion.value
    second = _derivative(draw, bench, context, value)
    premises = (first, second) if draw(st.integers(0, 7)) else (second, first)
    return Attempt(bench.proof, "differentiate_again", (), premises)
