"""What a rule may use of its premises, seen from any context it walks into."""

from __future__ import annotations

from collections.abc import Sequence

from .declarations import Declarations
from .errors import Refused
from .judgement import Conclusion, Context, Derivative, Equation, Fact, Judgement, lift
from .terms import OF_POSITIVE, TOTAL, Term, natural_number, rational


class Known:
    """The premises of one rule application that hold under one context.

    A premise proved under fewer binders also holds under more; under any other context it is left
    out. ``equal`` maps left sides to right sides; the sets hold the terms of facts.
    """

    __slots__ = ("context", "defined", "equal", "nonnegative", "nonzero", "positive")

    def __init__(self, context: Context, premises: Sequence[Judgement]) -> None:
        self.context = context
        self.equal: dict[Term, Term] = {}
        self.positive: set[Term] = set()
        self.nonnegative: set[Term] = set()
        self.nonzero: set[Term] = set()
        self.defined: set[Term] = set()
        for premise in premises:
            depth = len(context) - len(premise.context)
            if depth >= 0 and context[depth:] == premise.context:
                self._note(lift(premise.conclusion, depth))

    def _note(self, conclusion: Conclusion) -> None:
        if isinstance(conclusion, Equation):
            self.equal[conclusion.left] = conclusion.right
            self.defined.update(conclusion)
        elif isinstance(conclusion, Derivative):
            self.defined.update((conclusion.of, conclusion.value))
        else:
            self._note_fact(conclusion)

    def _note_fact(self, fact: Fact) -> None:
        self.defined.add(fact.term)
        if fact.kind in ("positive", "nonzero"):
            self.nonzero.add(fact.term)
        if fact.kind in ("positive", "nonnegative"):
            self.nonnegative.add(fact.term)
        if fact.kind == "positive":
            self.positive.add(fact.term)


class Premises:
    """The declarations and premises that a rule is given."""

    __slots__ = ("_known", "declarations", "judgements")

    def __init__(self, declarations: Declarations, judgements: Sequence[Judgement]) -> None:
        self.declarations = declarations
        self.judgements = judgements
        self._known: dict[Context, Known] = {}

    def under(self, context: Context) -> Known:
        """What the premises say under a context."""
        known = self._known.get(context)
        if known is None:
            known = self._known[context] = Known(context, self.judgements)
        return known

    def the_only(self) -> Judgement:
        """The single premise of a rule that takes one."""
        if len(self.judgements) != 1:
            raise Refused(f"takes one premise, not {len(self.judgements)}")
        return self.judgements[0]

    def both(self) -> tuple[Judgement, Judgement]:
        """The two premises of a rule that takes two, both lifted to the wider context."""
        if len(self.judgements) != 2:
            raise Refused(f"takes two premises, not {len(self.judgements)}")
        context = max((premise.context for premise in self.judgements), key=len)
        first, second = (self._lifted(premise, context) for premise in self.judgements)
        return first, second

    @staticmethod
    def _lifted(premise: Judgement, context: Context) -> Judgement:
        depth = len(context) - len(premise.context)
        if context[depth:] != premise.context:
            raise Refused("the premises live under different binders", *premise.context, *context)
        return Judgement(context, lift(premise.conclusion, depth))

    def require_defined(self, context: Context, *terms: Term) -> None:
        """Refuse unless every term has a value, by its structure and the premises.

        A power by a natural number and exp have one wherever their parts do; base ** whole needs
        base != 0, any other power base > 0, and log a positive argument. The body of a guard is
        asked for everywhere, which is more than it needs.
        """
        for term in terms:
            if not term.total:
                self._require_defined(context, term)

    def _require_defined(self, context: Context, term: Term) -> None:
        known = self.under(context)
        if term in known.defined:
            return
        kind, args = term.kind, term.args
        if kind == "sum":
            self.require_defined((args[0], *context), args[1])
            return
        if kind == "power" and natural_number(args[1]) is None:
            safe = known.nonzero if isinstance(rational(args[1]), int) else known.positive
            if args[0] not in safe:
                raise Refused("no value shown, for its base may be 0 or negative", term)
        elif kind == "apply" and args[0] in OF_POSITIVE:
            if args[1] not in known.positive:
                raise Refused("no value shown, for its argument may not be positive", term)
        elif kind == "apply" and args[0] not in TOTAL:
            raise Refused("no value shown", term)
        self.require_defined(context, *term.parts)
