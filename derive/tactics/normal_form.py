"""The sum-product normal form, every rewrite a recorded step of the kernel.

A term becomes a polynomial whose atoms are terms: elements, sizes, sums in canonical form (see
``sums.py``), exponentials of one monomial, logarithms, inverses, guards. Equal sums of products
come out as equal polynomials, so that comparing two formulas is comparing two dictionaries.

This module walks through a term; what is done at each kind of node stands in ``powers.py``,
``summing.py``, ``deltas.py``, ``guards.py`` and ``equations.py``.
"""

from __future__ import annotations

from ..kernel import Term
from ..kernel.judgement import Context, binders
from ..kernel.polynomial import UNIT, Polynomial, atom, plus, times
from ..kernel.terms import rational
from .cases import Cases, condition_below
from .deltas import Deltas
from .equations import Equations
from .guards import Guards
from .ledger import Ledger, OutOfSteps, check_time, lowered
from .likeness import Likenesses
from .normal import Normal, evidence_of
from .polynomials import constant
from .positivity import Positivity
from .powers import Powers
from .pulling import Pulling
from .reduction import Reduction, nonzero_variables
from .settling import Settling
from .shifts import Shifts
from .squares import Squares
from .summing import Summing

MOST_VISITS = 30_000


class Normaliser:
    """Brings terms to normal form within one ledger; results are remembered."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.equations = Equations(self)
        self.reduced = Reduction(nonzero_variables(ledger.declarations)).reduced
        self.likenesses = Likenesses()
        self._powers = Powers(self)
        self._deltas = Deltas(self)
        self.shifts = Shifts(self)
        self._summing = Summing(self)
        self.cases = Cases(self)
        relations = (self._deltas, Squares(self), self.shifts, Pulling(self), self.cases)
        self._settling = Settling(self, relations)
        self._guards = Guards(self)
        self._known: dict[tuple[object, ...], Normal] = {}
        self._walked: dict[tuple[object, ...], Normal] = {}
        self._visits = 0
        self.positivity = Positivity(self)
        ledger.ask_further(self.positivity.find)

    def normal(self, term: Term, context: Context) -> Normal:
        """The normal form of a term under a context.

        It is found under as few binders and guards as possible, and then seen from under all.
        Raises ``NotProved`` where a part of the term cannot be shown to have a value.
        """
        outer, inner = lowered(term, context)
        key = (outer, inner, self.equations.in_use)
        known = self._known.get(key)
        if known is None:
            unsettled = self.unsettled(outer, inner)
            known = self._known[key] = self._settling.settle(unsettled, outer, inner)
        return known.lifted(len(binders(context)) - len(binders(inner)))

    def unsettled(self, term: Term, context: Context) -> Normal:
        """The normal form but for delta(i, j) f(j), which is settled in whole products only."""
        outer, inner = lowered(term, context)
        key = (outer, inner, self.equations.in_use)
        known = self._walked.get(key)
        if known is None:
            self._count(outer)
            try:
                known = self._walk(outer, inner)
            except RecursionError:
                raise OutOfSteps("gave up: nested too deeply") from None
            if known.polynomial == atom(outer):  # already normal, whatever it took to see that
                known = Normal(atom(outer))
            self._walked[key] = known
        return known.lifted(len(binders(context)) - len(binders(inner)))

    def equation(self, term: Term, context: Context) -> int | None:
        """The line ``term = its normal form``; None where they are the same term."""
        normal = self.normal(term, context)
        written = normal.term
        if written is term:
            return None
        return self.ledger.field(term, written, context, normal.evidence)

    def start_again(self) -> None:
        """Forget the normal forms found so far: from now on they may come out simpler."""
        self._known.clear()
        self._walked.clear()

    def keep_one_order(self) -> bool:
        """From now on keep one of two opposite conditions on indices; False where none was met."""
        chosen = self._guards.orders.choose()
        if chosen:
            self.start_again()
        return chosen

    def keep_orders(self) -> None:
        """Keep conditions on indices as they come."""
        self._guards.orders.forget()
        self.start_again()

    def _count(self, term: Term) -> None:
        self._visits += 1
        check_time()
        if self._visits > MOST_VISITS:
            raise OutOfSteps(f"gave up after {MOST_VISITS} terms")

    def _walk(self, term: Term, context: Context) -> Normal:
        args = term.args
        match term.kind:
            case "number":
                return Normal(constant(rational(term) or 0))
            case "add":
                return self._add([self.unsettled(part, context) for part in args])
            case "multiply":
                return self.product([self.unsettled(part, context) for part in args])
            case "power":
                found = self._powers.power(term, context)
                condition = condition_below(found.polynomial)
                return found if condition is None else self.cases.split(term, condition, context)
            case "apply" if args[0] == "exp":
                return self._powers.exp(term, context)
            case "apply" if args[0] == "log":
                return self._powers.log(term, context)
            case "apply":
                return self._powers.function(term, context)
            case "sum":
                return self._summing.sum(term, context)
            case "delta":
                return self._deltas.delta(term, context)
            case "where":
                return self._guards.guard(term, context)
            case "element":
                return self.equations.used(atom(term), context)
            case _:
                return Normal(atom(term))

    def _add(self, parts: list[Normal]) -> Normal:
        total: Polynomial = {}
        for part in parts:
            total = plus(total, part.polynomial)
        return Normal(total, evidence_of(parts))

    def product(self, parts: list[Normal]) -> Normal:
        """The product of normal forms."""
        product: Polynomial = {UNIT: 1}
        for part in parts:
            product = times(product, part.polynomial)
        return Normal(self.reduced(product), evidence_of(parts))
