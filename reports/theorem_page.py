"""The page of a theorem. Nothing is computed here: the same records give the same bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import sympy
from sympy.core.relational import Relational

from derive.proved import Proved
from derive.statement import Part, Theorem
from derive.typeset import hypothesis_text, latex
from numeric.crosscheck import EXAMPLES, CrossCheck
from numeric.evidence import Ablation, Agreement, Control, PartEvidence
from numeric.second_opinion import DISAGREES, NOT_ASKED, Opinion
from numeric.settling import EQUAL, REFUTED, UNDECIDED, Settled
from numeric.shift_identity import Shifted

from .markdown import console, display, escape, folded, inline, inline_latex, page, table

VERDICTS = {"proved": "✅ **Proved**", "refuted": "❌ **Refuted**", "undecided": "❔ **Undecided**"}

CONVENTIONS = (
    "Indices start at 0, a sum without limits runs over the whole axis, log is the natural "
    "logarithm. Entries of a variable are differentiated as independent variables, also where the "
    "point has to meet a hypothesis. δ is 1 where its indices are equal, else 0."
)
REPLAYED = "Every line below was proved, and the kernel replayed the proofs from their data alone."
NOT_THE_PROOF = "They are not part of the proof; it would stand without them."
SEARCH = (
    "The formula, compiled to NumPy, against central differences of the compiled function, on "
    "random inputs that meet the hypotheses: large, tiny, equal and widely spread, sizes from 1."
)
SEARCH_OF_IDENTITY = (
    "Both sides, compiled to NumPy, against each other, on random inputs that meet the hypotheses: "
    "large, tiny, equal and widely spread, sizes from 1. An error bar is a bound for the rounding."
)
PROGRAMS = (
    "The two NumPy programs, with the largest exponents subtracted for nothing to overflow, are "
    "the two formulas"
)
CONTROLS = (
    "Formulas that look like the right one. Ball arithmetic has to refute each of them, at an "
    "input that meets the hypotheses."
)


class Figure(NamedTuple):
    """The file that holds a figure, and what it shows."""

    file: str
    caption: str


def theorem_page(
    theorem: Theorem, evidence: Sequence[PartEvidence], figures: Sequence[Figure | None]
) -> str:
    """The page of a theorem, with a figure for each of its parts; there is none for an identity."""
    sections = [f"# {escape(theorem.title)}", escape(theorem.about)]
    numbered = len(theorem.parts) > 1
    level = "###" if numbered else "##"
    parts = zip(theorem.parts, evidence, figures, strict=True)
    for place, (part, found, figure) in enumerate(parts, start=1):
        if numbered:
            sections.append(f"## Part {place}: {inline(part.main.left)}{_under(part)}")
        for title, paragraphs in _part_sections(part, found, figure):
            sections += [f"{level} {title}", *paragraphs]
    return page([*sections, _reproduce(theorem, evidence[0].search)])


def _under(part: Part) -> str:
    return "".join(f", given {inline(relation)}" for relation in part.main.given)


def _part_sections(
    part: Part, found: PartEvidence, figure: Figure | None
) -> list[tuple[str, list[str]]]:
    """Titles and paragraphs, in the order in which a sceptic asks."""
    derivations = [
        (f"Derivation: {escape(derivation.title)}", _derivation(derivation))
        for derivation in part.derivations
    ]
    return [
        ("Verdict", _verdict(part, found)),
        ("Hypotheses and conventions", [_hypotheses(part, found), CONVENTIONS]),
        *derivations,
        ("What fails without each hypothesis", [_without(part, found.ablations)]),
        ("Independent witnesses", [_witnesses(found), NOT_THE_PROOF]),
        ("The search for a counterexample", _searching(found, figure)),
        (
            "Almost right, and refuted",
            [CONTROLS, _controls(found.controls), _variants(found.variants)],
        ),
    ]


# ---- verdict and hypotheses ----------------------------------------------------------------------


def _verdict(part: Part, found: PartEvidence) -> list[str]:
    names = [inline(sympy.Symbol(name)) for name in sorted(part.claim.declarations.sizes)]
    sizes = ", for " * bool(names) + " and ".join(f"every {name} ≥ 1" for name in names)
    counterexample = [] if found.counterexample is None else [escape(str(found.counterexample))]
    return [
        f"{VERDICTS[found.verdict]}{sizes}:",
        display(latex(part.main.statement)),
        *([escape(part.note)] if part.note else []),
        *counterexample,
        *(_replayed(part) if found.replayed else ["The kernel did not replay the proofs."]),
    ]


def _replayed(part: Part) -> list[str]:
    counts = "; ".join(f"“{escape(d.title)}” {d.rule_applications}" for d in part.derivations)
    rules = Counter(line[0] for d in part.derivations for line in d.proof_data["lines"])
    named = ", ".join(f"`{rule}` {times}×" for rule, times in sorted(rules.items()))
    return [
        f"{REPLAYED} Rule applications: {counts}.",
        folded("The rules of the kernel that were used", named),
    ]


def _hypotheses(part: Part, found: PartEvidence) -> str:
    kinks = {ablation.hypothesis for ablation in found.ablations if ablation.kink}
    lines = [
        hypothesis_text(relation, inline) + _why_needed(part, relation, relation in kinks)
        for relation in part.main.hypotheses
    ]
    met = f"met, for example, at {escape(str(found.example))}"
    if found.example is None:
        met = "no input was found that meets them, so the verdict stays open"
    return _bullets([*(lines or ["none: every variable is any real number"]), met])


def _why_needed(part: Part, relation: Relational, kink: bool) -> str:
    """Of a condition that nobody stated: what it was derived from."""
    if relation not in part.main.conditions:
        return ""
    return f" (derived: it holds where the formulas have {'no kink' if kink else 'a value'})"


def _bullets(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


# ---- derivations ---------------------------------------------------------------------------------


def _derivation(derivation: Proved) -> list[str]:
    where = [display(latex(relation)) for relation in derivation.definitions_as_equations]
    rows = [
        (inline_latex(left) if left else "", inline_latex(rf"\displaystyle = {right}"), escape(why))
        for left, right, why in derivation.rows(latex)
    ]
    return [*(["where", *where] if where else []), table(("", "", "because"), rows)]


# ---- evidence ------------------------------------------------------------------------------------


def _without(part: Part, ablations: Sequence[Ablation]) -> str:
    if not ablations:
        return "There is none to drop."
    lines = [
        f"Without {hypothesis_text(ablation.hypothesis, inline)}: {_outcome(ablation)}."
        for ablation in ablations
    ]
    if part.general is not None:
        lines.append(f"What holds without it: {inline(part.main.left)} = {inline(part.general)}.")
    return _bullets(lines)


def _outcome(ablation: Ablation) -> str:
    if ablation.counterexample is not None:
        return f"false, for {escape(str(ablation.counterexample))}"
    if ablation.without_value is not None:
        lacks = "a kink and no slope" if ablation.kink else "no value"
        return f"the function has {lacks}, for example at {escape(str(ablation.without_value))}"
    return "no counterexample was found: it may not be needed"


def _witnesses(found: PartEvidence) -> str:
    head = ("witness", "what it shares with the claim", "agrees")
    rows = [
        (
            "Exact arithmetic with rational numbers and logarithms, by dual numbers",
            "the two formulas",
            _agreement(found.exact),
        ),
        (
            "Ball arithmetic: the derivative as a power series, radius below $`10^{-30}`$",
            "the two formulas",
            _agreement(found.balls),
        ),
        (
            "SymPy's derivative of the function written out at small sizes",
            "the two formulas, SymPy",
            _agreement(found.written_out),
        ),
        (
            "A second opinion: unrolled at small sizes, dual numbers over FLINT's polynomials",
            "the two formulas",
            _opinions(found.second),
        ),
    ]
    return table(head, rows)


def _agreement(agreement: Agreement) -> str:
    if not agreement.asked:
        return "was not asked"
    return f"at {agreement.agreed} of {agreement.asked}"


def _search(search: CrossCheck) -> str:
    """Counts that depend on the random draws are left to the command line: pages are the same."""
    all_of_them = search.inputs >= search.examples
    compared = (
        f"{search.examples}" if all_of_them else f"fewer than the {search.examples} asked for"
    )
    worst = "within its error bar"
    if search.disagreement is not None:
        worst = f"**beyond its error bar**, {escape(str(search.disagreement))}"
    return _bullets(
        [
            f"inputs compared: {compared}",
            f"worst error: {worst if search.inputs else 'nothing could be compared'}",
        ]
    )


def _opinions(opinions: Sequence[Opinion]) -> str:
    """The answers, each with the sizes that it is about."""
    if all(opinion.answer == NOT_ASKED for opinion in opinions):
        return NOT_ASKED
    lines = []
    for opinion in opinions:
        sizes = ", ".join(f"{name} = {value}" for name, value in opinion.sizes.items())
        answer = f"**{opinion.answer}**" if opinion.answer == DISAGREES else opinion.answer
        lines.append(f"{escape(sizes)}: {answer}" if sizes else answer)
    return "<br>".join(lines)


def _searching(found: PartEvidence, figure: Figure | None) -> list[str]:
    if figure is None:
        return [SEARCH_OF_IDENTITY, _search(found.search), _programs(found.shifted)]
    shown = f"![Error against step]({figure.file})\n\n{escape(figure.caption)}."
    return [SEARCH, _search(found.search), _programs(found.shifted), shown]


def _programs(programs: Sequence[Shifted]) -> str:
    """Whether what was compiled is what was proved."""
    shifts = sum(program.shifts for program in programs)
    whatever = f", whatever is taken for the {_counted(shifts)} in them" if shifts else ""
    counts = [program.rule_applications for program in programs]
    if any(count is None for count in counts):
        return f"{PROGRAMS}{whatever}: this was **not proved** here."
    rules = " and ".join(map(str, counts))
    return f"{PROGRAMS}{whatever}: the kernel proved it, in {rules} rule applications."


def _counted(shifts: int) -> str:
    return "maximum that is subtracted" if shifts == 1 else f"{shifts} maxima that are subtracted"


def _controls(controls: Sequence[Control]) -> str:
    rows = []
    for control in controls:
        found = control.counterexample
        shown = "**not refuted**" if found is None else escape(str(found))
        rows.append((escape(control.what), inline(control.formula), shown))
    return table(("mistake", "formula", "refuted"), rows)


def _variants(variants: Sequence[Settled]) -> str:
    rows = [
        (
            escape(variant.what),
            inline(variant.formula),
            escape(variant.outcome if variant.counterexample is None else _where(variant)),
        )
        for variant in variants
    ]
    title = f"Variants made mechanically: {totals(variants)}"
    return folded(title, table(("what was changed", "formula", "outcome"), rows))


def _where(variant: Settled) -> str:
    assert variant.counterexample is not None
    return f"{variant.outcome} at {variant.counterexample.point}"


def totals(variants: Iterable[Settled]) -> str:
    """How many variants were refuted, proved equal, and left undecided."""
    counts = Counter(variant.outcome for variant in variants)
    return ", ".join(f"{counts[outcome]} {outcome}" for outcome in (REFUTED, EQUAL, UNDECIDED))


# ---- how to make the page again ------------------------------------------------------------------


def _reproduce(theorem: Theorem, search: CrossCheck) -> str:
    prove, report = f"gradproof prove {theorem.name}", f"gradproof report {theorem.name}"
    seed = (
        "Inputs are drawn without a random seed, so that they are the same each time; "
        "`gradproof report --seed 1` draws others."
    )
    if search.examples != EXAMPLES:
        report += f" --examples {search.examples}"
    if search.random_seed is not None:
        report += f" --seed {search.random_seed}"
        seed = f"The random seed was {search.random_seed}."
    commands = [prove, f"{prove} --save proof.json", "gradproof replay proof.json", report]
    replay = (
        "The second and third write the proof to a file and replay it with the kernel alone. "
        "The last writes this page."
    )
    return folded("How to reproduce this page", f"{console(commands)}\n\n{replay} {seed}")
