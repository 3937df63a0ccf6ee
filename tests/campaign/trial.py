"""One loss of the campaign: its gradient derived, proved, replayed and looked at from outside.

What judges is tests/semantics.py (balls and power series, at exact points that meet the hypotheses)
and a central difference in balls. Neither shares anything with the kernel, the prover or the rules
of differentiation.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from flint import arb, ctx

from derive.claims import Claim
from derive.kernel import Derivative, Proof, Refused
from derive.notation import NotationError, Reader, Writer
from derive.proof_files import dump, replay
from derive.search import gradient
from derive.stating import declared, state_claim
from derive.tactics.ledger import NotProved
from derive.tactics.polynomials import term_of
from derive.tactics.prove import Prover, prove
from derive.variants import variants
from numeric.interpret import BALLS, Undefined, evaluate, index_value
from numeric.points import Point
from tests.semantics import holds, worlds

from .grammar import Loss
from .mutations import Mutant

POINTS, MORE_POINTS = 3, 12
SHOWN = 12  # of what was left open
STEP = Fraction(1, 2**80)
PRECISION = 512


class WrongAcceptance(AssertionError):  # noqa: N818  (a finding, not a mishap)
    """Something false was proved."""


@dataclass
class Tally:
    """What became of the losses and of the almost-right claims so far.

    open_claims, open_mutants: true claims that were not proved, the shortest kept.
    mishaps: where the tool stopped with an error that is no answer.
    """

    counts: Counter[str] = field(default_factory=Counter)
    open_claims: dict[str, str] = field(default_factory=dict)
    open_mutants: dict[str, str] = field(default_factory=dict)
    mishaps: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        lines = [f"{count:>8,}  {what}" for what, count in sorted(self.counts.items())]
        for title, found in (
            ("losses left open", self.open_claims),
            ("changed claims left open", self.open_mutants),
            ("losses that the tool came to grief over", self.mishaps),
        ):
            lines += [f"the shortest {title}:"] if found else []
            lines += [f"    {what}   [{found[what]}]" for what in sorted(found, key=len)[:SHOWN]]
        return "\n".join(lines)

    @staticmethod
    def note(where: dict[str, str], what: str, why: str, most: int = 60) -> None:
        """Keep the shortest ones."""
        where[what] = why
        if len(where) > most:
            del where[max(where, key=len)]


def try_loss(loss: Loss, tally: Tally) -> Claim | None:
    """Derive the gradient of a loss, prove it as a claim of its own, and check that it is true.

    An error that is no answer is noted, and does not stop the campaign; a wrong acceptance does.
    """
    tally.counts["losses: drawn"] += 1
    try:
        claim = derived(loss)
        proof = prove(claim)
    except NotationError as error:
        tally.counts["losses: refused by the notation"] += 1
        tally.note(tally.open_claims, str(loss), f"refused: {error}")
        return None
    except NotProved as why:
        tally.counts["losses: undecided"] += 1
        tally.note(tally.open_claims, str(loss), f"{type(why).__name__}: {why}")
        return None
    except Exception as mishap:
        if _is_of_sympy(mishap):
            tally.counts["losses: SymPy cannot write them"] += 1
            return None
        tally.counts["losses: a mishap"] += 1
        tally.note(tally.mishaps, str(loss), f"{type(mishap).__name__}: {mishap}")
        return None
    require_replays(claim, proof)
    check_claim(claim, tally, "losses:", str(loss))
    return claim


def derived(loss: Loss) -> Claim:
    """What the tool finds the gradient to be, as a claim with its conditions."""
    reader = Reader()
    of = reader.term(loss.of)
    variable, at = reader.variable(loss.by)
    prover = Prover(declared(reader, loss.given, (of,), (of, variable)).declarations)
    slope = prover.ledger.judgement(prover.derivative(of, variable, at)).conclusion
    assert isinstance(slope, Derivative)
    found = Writer(reader).expression(term_of(prover.normal(slope.value)))
    return state_claim(loss.of, loss.by, found, loss.given)


def require_replays(claim: Claim, proof: Proof, line: int | None = None) -> None:
    """The data of a proof, replayed, has to say just what the claim says."""
    try:
        rebuilt = replay(dump(proof, line))
    except Refused as refusal:
        raise WrongAcceptance(f"what was proved does not replay: {refusal}") from refusal
    same = rebuilt.declarations == claim.declarations and rebuilt.conclusion == claim.judgement
    if not same:
        raise WrongAcceptance(f"something else was proved: {rebuilt.conclusion}, not {claim}")


def check_claim(claim: Claim, tally: Tally, what: str, shown: str) -> None:
    """A proved claim has to be true wherever its hypotheses are met."""
    met = worlds(claim.declarations, POINTS)
    if not met:
        tally.counts[f"{what} proved of no input: none was found that meets the conditions"] += 1
        return
    verdicts = [holds(claim.judgement, world) for world in met]
    if False in verdicts:
        world = met[verdicts.index(False)]
        raise WrongAcceptance(f"proved and false: {shown}\n{claim}\nat {world}")
    for world in met:
        if differs(claim, world):
            raise WrongAcceptance(
                f"proved, and no central difference: {shown}\n{claim}\nat {world}"
            )
    certain = "true" if True in verdicts else "too wide to tell"
    tally.counts[f"{what} proved, {certain}"] += 1


def differs(claim: Claim, world: Point) -> bool:
    """Whether (L(v + h) - L(v - h)) / 2h is certainly far from the claimed slope.

    For h = 2**-80 the difference is within h**2 of the slope where L is smooth; it is asked to be
    within 2**-60 of it, in proportion. Points whose h lies across a kink are passed over.
    """
    at = tuple(index_value(index, world) for index in claim.at)
    entries = world.values[claim.variable]

    def moved(step: Fraction) -> arb:
        there = {**world.values, claim.variable: {**entries, at: entries[at] + step}}
        return arb(evaluate(claim.of, replace(world, values=there), (), BALLS))

    try:
        with ctx.workprec(PRECISION):
            slope = (moved(STEP) - moved(-STEP)) / (2 * BALLS.from_fraction(STEP))
            said = arb(evaluate(claim.value, world, (), BALLS))
            apart = abs(slope - said) - (1 + abs(said)) * arb(2) ** -60
            return bool(apart > 0)
    except Undefined:
        return False


# ---- almost-right claims -------------------------------------------------------------------------


def try_mutant(mutant: Mutant, tally: Tally) -> None:
    """A false claim must not be proved; one that is true by accident may be."""
    what, claim = mutant
    proof, world = _proof(claim, tally), counterexample(claim)
    if world is not None and proof is not None:
        raise WrongAcceptance(f"false and proved ({what}): {claim}\nat {world}")
    if world is not None:
        outcome = "false, refuted and not proved"
    elif proof is not None:
        require_replays(claim, proof)
        outcome = "proved, not refuted: true by accident"
    else:
        outcome = "undecided"
        tally.note(tally.open_mutants, f"d({claim.of}) = {claim.value}", what)
    tally.counts["claims changed: drawn"] += 1
    tally.counts[f"claims changed: {outcome}"] += 1


def counterexample(claim: Claim) -> Point | None:
    """An input that meets the hypotheses, where the claim is certainly false or has no value."""
    few = worlds(claim.declarations, POINTS)
    found = next((w for w in few if holds(claim.judgement, w) is False), None)
    if found is not None or not few:
        return found
    more = worlds(claim.declarations, MORE_POINTS, seed=1)
    return next((w for w in more if holds(claim.judgement, w) is False), None)


def _proof(claim: Claim, tally: Tally) -> Proof | None:
    try:
        return prove(claim)
    except NotProved:
        return None
    except Exception as mishap:
        tally.note(tally.mishaps, f"d({claim.of}) = {claim.value}", f"{mishap!r}")
        return None


def try_front_door(loss: Loss, tally: Tally) -> None:
    """The same through ``gradient``, whose own proof has to replay, and its variants."""
    tally.counts["gradient(): asked for"] += 1
    try:
        derivation = gradient(loss.of, loss.by, loss.given)
    except (NotationError, NotProved) as why:
        tally.counts["gradient(): undecided"] += 1
        tally.note(tally.open_claims, f"gradient: {loss}", f"{type(why).__name__}: {why}")
        return
    except Exception as mishap:
        if _is_of_sympy(mishap):
            tally.counts["gradient(): SymPy cannot write it"] += 1
            return
        tally.counts["gradient(): a mishap"] += 1
        tally.note(tally.mishaps, f"gradient: {loss}", f"{type(mishap).__name__}: {mishap}")
        return
    if not derivation.replays():
        raise WrongAcceptance(f"gradient shows what its proof does not say: {loss}")
    check_claim(derivation.claim, tally, "gradient():", str(loss))
    for variant in variants(derivation)[:4]:
        if isinstance(variant.statement, Claim):
            try_mutant(Mutant(variant.what, variant.statement), tally)


def _is_of_sympy(error: Exception) -> bool:
    """Whether SymPy goes round in circles: sin(u) = -sin(-u) = sin(u), unsure of the sign of u."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    file = "" if trace is None else trace.tb_frame.f_code.co_filename
    return isinstance(error, RecursionError) and "sympy" in Path(file).parts
