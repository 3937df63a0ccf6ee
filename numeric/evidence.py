"""Everything that speaks for a theorem besides its proof, gathered into plain records.

The verdict rests on the proof alone. The rest is there for the reader who does not want to take the
kernel's word, and to show that the checks bite: formulas that are almost right have to fail them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from math import prod

import sympy
from flint import arb, arb_series
from sympy.core.relational import Relational

from derive.claims import Claim, Statement
from derive.fixed_sizes import unroll, unroll_identity
from derive.kernel import Term
from derive.kernel.judgement import terms_of
from derive.notation import Reader
from derive.statement import Part
from derive.typeset import hypothesis_text, unicode_text

from .conditions import meets
from .crosscheck import EXAMPLES, CrossCheck, cross_check
from .curve import Curve, typical_curve
from .exact import exact_left, exact_right
from .exact_samples import small_points
from .interpret import BALLS, Undefined, evaluate
from .points import Point
from .second_opinion import Opinion, second_opinion
from .settling import EQUAL, REFUTED, UNDECIDED, Settled, is_provable, settle_variants
from .shift_identity import Shifted, shifted
from .witnesses import Counterexample, enclosure, refute, true_value, witness

Progress = Callable[[str], None]

_LARGEST = 8  # the product of the sizes at which statements are written out
_CHOICES = 5  # at how many choices of sizes at most


@dataclass(frozen=True)
class Control:
    """A formula that is almost right, and the input that refutes it (None: it was not refuted)."""

    what: str
    formula: sympy.Expr
    given: tuple[object, ...]
    counterexample: Counterexample | None


@dataclass(frozen=True)
class Ablation:
    """What happens without one hypothesis.

    counterexample: an input that refutes what is left of the claim.
    without_value: where there is none, an input at which the function has no value any more, or no
        slope.
    kink: whether it is a slope that the function lacks there.
    """

    hypothesis: Relational
    counterexample: Counterexample | None
    without_value: Point | None
    kink: bool = False


@dataclass(frozen=True)
class Agreement:
    """How many inputs an independent witness was asked about, and at how many it agreed."""

    asked: int
    agreed: int


@dataclass(frozen=True)
class PartEvidence:
    """The evidence for one statement of a theorem."""

    replayed: bool
    counterexample: Counterexample | None
    example: Point | None
    ablations: tuple[Ablation, ...]
    exact: Agreement
    balls: Agreement
    written_out: Agreement
    second: tuple[Opinion, ...]
    search: CrossCheck
    controls: tuple[Control, ...]
    variants: tuple[Settled, ...]
    curve: Curve | None
    shifted: tuple[Shifted, ...]

    @property
    def verdict(self) -> str:
        """What the evidence comes to: "proved", "refuted" or "undecided".

        Proved is what the kernel has replayed and some exact input meets the hypotheses of. A
        certified counterexample would outweigh that, and be a defect of the kernel.
        """
        if self.counterexample is not None:
            return "refuted"
        return "proved" if self.replayed and self.example is not None else "undecided"


def gather(
    part: Part,
    *,
    examples: int = EXAMPLES,
    random_seed: int | None = None,
    progress: Progress = lambda _: None,
) -> PartEvidence:
    """Gather the evidence for one statement; ``progress`` is told what comes next."""
    claim = part.claim
    points = list(small_points(claim.declarations))
    progress("replaying the proofs")
    replayed = all(derivation.replays() for derivation in part.derivations)
    progress("exact arithmetic and balls at small sizes")
    exact, balls = _exactly(claim, points), _by_balls(claim, points)
    progress("SymPy on the statement written out")
    written_out = _written_out(claim, points)
    progress("a second opinion")
    second = second_opinion(claim)
    search = cross_check(
        claim,
        examples=examples,
        random_seed=random_seed,
        progress=lambda done: progress(f"central differences at random inputs: {done}"),
    )
    progress("formulas that are almost right")
    ablations = tuple(_ablation(part, relation) for relation in part.main.hypotheses)
    return PartEvidence(
        replayed=replayed,
        counterexample=None if balls.agreed == len(points) else refute(claim),
        example=points[0] if points else None,
        ablations=ablations,
        exact=exact,
        balls=balls,
        written_out=written_out,
        second=second,
        search=search,
        controls=_controls(part),
        variants=(*settle_variants(part.main, points), *_without_hypotheses(part, ablations)),
        curve=typical_curve(claim, points) if isinstance(claim, Claim) else None,
        shifted=tuple(shifted(claim.declarations, term) for term in claim.terms),
    )


def _without(claim: Statement, relation: Relational) -> Statement:
    """The statement without one of its hypotheses."""
    declared, dropped = claim.declarations, Reader().hypothesis(relation)
    kept = tuple(hypothesis for hypothesis in declared.hypotheses if hypothesis != dropped)
    return replace(claim, declarations=replace(declared, hypotheses=kept))


def _ablation(part: Part, relation: Relational) -> Ablation:
    without = _without(part.claim, relation)
    found = refute(without)
    beyond = None if found else _without_value(part.claim, without)
    return Ablation(relation, found, beyond, beyond is not None and _has_kink(without, beyond))


def _has_kink(claim: Statement, point: Point) -> bool:
    """Whether both sides have a value at a point where the function has no slope."""
    try:
        for term in claim.terms:
            enclosure(term, point)
    except Undefined:
        return False
    return True


def _without_value(claim: Statement, without: Statement) -> Point | None:
    """An input that only the missing hypothesis excludes, where the function has no value."""
    for point in small_points(without.declarations):
        if not meets(claim.declarations, point):
            try:
                true_value(without, point)
            except Undefined:
                return point
    return None


def _without_hypotheses(part: Part, ablations: Iterable[Ablation]) -> Iterator[Settled]:
    """Each hypothesis dropped, as one more variant.

    Not where it does no more than give the function a value: the statement says nothing without.
    """
    for ablation in ablations:
        what = f"without {hypothesis_text(ablation.hypothesis, unicode_text)}"
        found = ablation.counterexample
        if found is not None:
            yield Settled(what, part.main.result, REFUTED, found)
        elif ablation.without_value is None:
            proved = is_provable(_without(part.claim, ablation.hypothesis))
            yield Settled(what, part.main.result, EQUAL if proved else UNDECIDED)


def _controls(part: Part) -> tuple[Control, ...]:
    return tuple(
        Control(
            mistake.what,
            sympy.sympify(mistake.value),
            part.main.given if mistake.given is None else mistake.given,
            refute(part.mistaken(mistake)),
        )
        for mistake in part.mistakes
    )


# ---- independent witnesses -----------------------------------------------------------------------


def _by_balls(claim: Statement, points: Iterable[Point]) -> Agreement:
    """Series arithmetic over balls on the left side, against the right side, to 30 digits."""
    return _asked(points, lambda point: witness(claim, point))


def _exactly(claim: Statement, points: Iterable[Point]) -> Agreement:
    """Exact arithmetic, at x = log(a) where exp is to be rational: equal to the last digit."""
    logs = _logarithms(claim)

    def same(point: Point) -> bool | None:
        found = exact_left(claim, point, logs)
        return None if found is None else found == exact_right(claim, point, logs)

    return _asked(_for_logarithms(points, logs), same)


def _asked(points: Iterable[Point], witness_at: Callable[[Point], bool | None]) -> Agreement:
    """Ask a witness about some points; None, or no value there, is no answer."""
    answers = []
    for point in points:
        try:
            answers.append(witness_at(point))
        except Undefined:
            continue
    decided = [answer for answer in answers if answer is not None]
    return Agreement(len(decided), sum(decided))


def _written_out(claim: Statement, points: Iterable[Point]) -> Agreement:
    """SymPy's own derivative of the function written out, at one point for each choice of sizes.

    That is the last one, for the first ones are all zeros and ones.
    """
    logs = _logarithms(claim)
    at_sizes = {tuple(point.sizes.values()): point for point in _for_logarithms(points, logs)}
    chosen = [at_sizes[sizes] for sizes in _few(at_sizes)]
    found = [same for point in chosen for same in _same_as_sympy(claim, point, logs)]
    return Agreement(len(found), sum(found))


def _few(every: Iterable[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Some choices of sizes, from the smallest to the largest that SymPy is quick at."""
    small = sorted(
        (sizes for sizes in every if prod(sizes) <= _LARGEST), key=lambda s: (prod(s), s)
    )
    step = max(1, -(-len(small) // _CHOICES))
    return small[::-step][::-1]


def _same_as_sympy(claim: Statement, point: Point, logs: frozenset[str]) -> list[bool]:
    """Entry by entry: is what SymPy makes of the left side what is said of it, at the point?

    Nothing is asked at a kink, where SymPy takes the slope of one side.
    """
    if isinstance(claim, Claim) and not _is_smooth(claim, point, logs):
        return []
    values = _symbol_values(point, logs)
    return [
        _is_zero(found.subs(values) - said.subs(values))
        for found, said in _entries_by_sympy(claim, point)
    ]


def _entries_by_sympy(claim: Statement, point: Point) -> list[tuple[sympy.Expr, sympy.Expr]]:
    """Every entry of both sides written out, a derivative as SymPy finds it."""
    if not isinstance(claim, Claim):
        sides = unroll_identity(claim, labels=point.labels, **point.sizes)
        return list(zip(sides.left, sides.right, strict=True))
    small = unroll(claim, labels=point.labels, **point.sizes)
    functions = list(small.of) if isinstance(small.of, sympy.MatrixBase) else [small.of]
    slopes = [function.diff(variable) for function in functions for variable in small.variables]
    return list(zip(slopes, small.gradient, strict=True))


def _is_zero(number: sympy.Expr) -> bool:
    """Whether a number is 0 to 30 digits, each of its parts being computed to 60."""
    return bool(abs(number.evalf(60)) < sympy.Float("1e-30"))


def _is_smooth(claim: Claim, point: Point, logs: frozenset[str]) -> bool:
    """Whether the function has a slope by every entry of its variable, for all of its outputs."""
    entries = {
        (name, at): arb(BALLS.from_fraction(value)).log()
        if name in logs
        else BALLS.from_fraction(value)
        for name, table in point.values.items()
        for at, value in table.items()
        if name in logs or name == claim.variable
    }
    moved = {
        at: arb_series([value, 1], 2) if at[0] == claim.variable else value
        for at, value in entries.items()
    }
    own = sorted(i for i in claim.of.indices if isinstance(i, str))
    below = [point.sizes[claim.declarations.indices[i]] for i in own]
    try:
        for places in product(*map(range, below)):
            here = replace(point, indices={**point.indices, **dict(zip(own, places, strict=True))})
            evaluate(claim.of, here, (), BALLS, moved)
    except Undefined:
        return False
    return True


def _symbol_values(point: Point, logs: frozenset[str]) -> dict[sympy.Symbol, sympy.Expr]:
    values = {}
    for name, entries in point.values.items():
        for at, value in entries.items():
            exact = sympy.Rational(value.numerator, value.denominator)
            symbol = sympy.Symbol("_".join([name, *map(str, at)]))
            values[symbol] = sympy.log(exact) if name in logs else exact
    return values


def _logarithms(claim: Statement) -> frozenset[str]:
    """The variables whose entries stand for logarithms, so that exp is rational.

    Those are the variable of a claim and the variables of an identity, where exp is taken of them.
    Not where a hypothesis speaks of one: what holds of a need not hold of log(a).
    """
    stated = [term for h in claim.declarations.hypotheses for term in terms_of(h.conclusion)]
    bound = frozenset[str]().union(*(term.names for term in stated))
    exponents = _in_exponents(claim.terms[0])
    if isinstance(claim, Claim):
        return frozenset((claim.variable,)) - bound if exponents else frozenset()
    return exponents & frozenset(claim.declarations.variables) - bound


def _in_exponents(term: Term) -> frozenset[str]:
    """The names that occur in arguments of exp."""
    if term.kind == "apply" and term.args[0] == "exp":
        return term.names
    return frozenset[str]().union(*map(_in_exponents, term.parts))


def _for_logarithms(points: Iterable[Point], logs: frozenset[str]) -> Iterator[Point]:
    """Points whose entries of the variables ``logs`` can stand for logarithms."""
    for point in points:
        if all(value > 0 for name in logs for value in point.values[name].values()):
            yield point
