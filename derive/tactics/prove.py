"""The two questions a proof answers: are these equal, and is this the derivative?"""

from __future__ import annotations

from ..claims import Claim, Statement
from ..kernel import Declarations, Derivative, Proof, Refused, Term
from ..kernel.judgement import Context
from ..kernel.polynomial import Polynomial, plus
from ..kernel.terms import Index
from ..plain_text import explain
from .ledger import Ledger, NotProved, OutOfSteps
from .normal_form import Normaliser
from .polynomials import term_of


class Prover:
    """Finds proofs within one ledger, so that what was shown once is not shown again."""

    def __init__(self, declarations: Declarations) -> None:
        self.ledger = Ledger(declarations)
        self._normaliser = Normaliser(self.ledger)

    @property
    def proof(self) -> Proof:
        """The lines so far."""
        return self.ledger.proof

    def equal(self, left: Term, right: Term, context: Context = ()) -> int:
        """The line that proves ``left = right``. Raises ``NotProved``."""
        try:
            if left is right:
                facts = self.ledger.facts_for(left, context)
                return self.ledger.step("field", context, left, left, premises=facts)
            return self._alike(left, right, context)
        except Refused as refusal:
            line = self._alike_in_one_order(left, right, context)
            if line is not None:
                return line
            raise NotProved(explain(refusal), self._difference(left, right, context)) from refusal

    def _alike(self, left: Term, right: Term, context: Context) -> int:
        """The line ``left = right``, for terms with one normal form. Raises ``Refused``."""
        one, other = (self._normaliser.normal(side, context) for side in (left, right))
        return self.ledger.field(left, right, context, [*one.evidence, *other.evidence])

    def _alike_in_one_order(self, left: Term, right: Term, context: Context) -> int | None:
        """The same where one of two opposite conditions on indices is kept; None where it fails."""
        try:
            while self._normaliser.keep_one_order():
                try:
                    return self._alike(left, right, context)
                except Refused:
                    continue
        finally:
            self._normaliser.keep_orders()
        return None

    def derivative(self, of: Term, variable: str, at: tuple[Index, ...]) -> int:
        """The line that proves what the derivative is, as the formulas of calculus give it."""
        facts = self.ledger.facts_for(of, ())
        facts += [self.ledger.fact(*need) for need in self.ledger.kinks(of, variable)]
        try:
            return self.ledger.step("differentiate", (), of, variable, at, premises=facts)
        except Refused as refusal:
            raise NotProved(explain(refusal)) from refusal

    def derivative_equal(self, line: int, value: Term) -> int:
        """From a line ``da = b`` and a proof that ``b = value``, the line ``da = value``."""
        context, found = self.ledger.judgement(line)
        assert isinstance(found, Derivative)
        if found.value is value:
            return line
        equation = self.equal(found.value, value, context)
        return self.ledger.step("derivative_equal", premises=(line, equation))

    def derivative_again(self, line: int, variable: str, at: tuple[Index, ...]) -> int:
        """From a line ``da = b``, the line that proves what the derivative of ``b`` is.

        What is differentiated again may not rest on a hypothesis that limits the variable. Where a
        simpler form of it does, the form that the formulas of calculus give is taken.
        """
        simple = self._simpler(line)
        for slope in dict.fromkeys((simple, line)):
            try:
                found = self.ledger.judgement(slope).conclusion
                assert isinstance(found, Derivative)
                second = self.derivative(found.value, variable, at)
                return self.ledger.step("differentiate_again", premises=(slope, second))
            except OutOfSteps:
                raise
            except (NotProved, Refused) as refusal:
                reason = explain(refusal) if isinstance(refusal, Refused) else str(refusal)
        raise NotProved(reason)

    def _simpler(self, line: int) -> int:
        """The same derivative in normal form, where that is smaller and found."""
        context, found = self.ledger.judgement(line)
        assert isinstance(found, Derivative)
        try:
            simple = term_of(self.normal(found.value, context))
            smaller = simple.nodes < found.value.nodes
            return self.derivative_equal(line, simple) if smaller else line
        except OutOfSteps:
            raise
        except NotProved:
            return line

    def derivative_of_equal(self, equation: int, line: int) -> int:
        """From ``a = b`` and ``db = c``, the line ``da = c``. Raises ``NotProved``."""
        try:
            return self.ledger.step("derivative_of_equal", premises=(equation, line))
        except Refused as refusal:
            raise NotProved(explain(refusal)) from refusal

    def normal(self, term: Term, context: Context = ()) -> Polynomial:
        """The normal form of a term. Raises ``NotProved`` where it may have no value."""
        try:
            return self._normaliser.normal(term, context).polynomial
        except Refused as refusal:
            raise NotProved(explain(refusal)) from refusal

    def _difference(self, left: Term, right: Term, context: Context) -> Term | None:
        try:
            one, other = (self._normaliser.normal(side, context) for side in (left, right))
        except (NotProved, Refused):
            return None
        return term_of(plus(one.polynomial, other.polynomial, -1))


def prove(claim: Claim) -> Proof:
    """A proof of a claim, its last line saying just what the claim says.

    Raises
    ------
    NotProved
        Where none was found; its ``left_over`` is the difference of the two sides.
    """
    prover = Prover(claim.declarations)
    line = prover.derivative(claim.of, claim.variable, claim.at)
    for variable, at in claim.then:
        line = prover.derivative_again(line, variable, at)
    prover.derivative_equal(line, claim.value)
    return prover.proof


def proof_of(stated: Statement) -> Proof:
    """A proof of a statement of either kind, its last line saying just what the statement says.

    Raises
    ------
    NotProved
        Where none was found; its ``left_over`` is the difference of the two sides.
    """
    if isinstance(stated, Claim):
        return prove(stated)
    prover = Prover(stated.declarations)
    prover.equal(stated.left, stated.value)
    return prover.proof
