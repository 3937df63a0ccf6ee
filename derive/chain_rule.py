"""The chain rule through definitions: dL/dx = sum_k dL/dp[k] dp[k]/dx, with p[k] kept as a name.

A derivative that is found in this way is already said in the definitions. It is a guess about how
to write the derivative and no proof of it: the names are taken for variables of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from .claims import Entry
from .conditions import conditions
from .kernel import Declarations, Derivative, Fact, Hypothesis, Term
from .kernel.terms import add, element, instantiate, multiply, sum_over
from .rebinding import abstract
from .shorthand import Meaning, Named, in_names, meaning
from .tactics.ledger import NotProved
from .tactics.polynomials import term_of
from .tactics.prove import Prover


class ChainRule:
    """Differentiates terms in shorthand.

    Parameters
    ----------
    declarations: of the claim.
    definitions: in the order in which they were written.
    bodies: what each stands for, in variables alone.
    term: what is differentiated, in shorthand.

    Raises
    ------
    NotProved
        Where a part of a term may have no value; so do the methods.
    """

    def __init__(
        self,
        declarations: Declarations,
        definitions: Sequence[Named],
        bodies: Mapping[str, Term],
        term: Term,
    ) -> None:
        self.definitions = definitions
        self.bodies = bodies
        self.indices = _fresh_indices(declarations, definitions)
        self.prover = Prover(self._declared(declarations, term))
        self.meanings: list[Meaning] = []
        for named in definitions:
            found = meaning(named, named.body, self.prover)
            if found is not None and (named.shape or named.name not in term.names):
                self.meanings.append(found)  # a loss is said in the others
        self._slopes: dict[tuple[str, Entry], Term] = {}

    def slope(self, term: Term, entry: Entry) -> Term:
        """The derivative of a term in shorthand, simplified, in shorthand."""
        parts = [self._partial(term, entry)]
        for named in self.definitions:
            if named.name in term.names and entry[0] in self.bodies[named.name].names:
                parts.append(self._through(term, named, entry))
        return self.simple(add(*parts))

    def simple(self, term: Term) -> Term:
        """The normal form of a term in shorthand, said in the definitions."""
        return in_names(term_of(self.prover.normal(term)), self.meanings)

    def _through(self, term: Term, named: Named, entry: Entry) -> Term:
        """sum_k (dterm/dp[k]) (dp[k]/dentry)"""
        at = self.indices[named.name]
        outer = self._partial(term, (named.name, at))
        total = multiply(outer, self._slope_of(named, entry))
        for index, below in reversed(list(zip(at, named.shape, strict=True))):
            total = sum_over(below, abstract(total, index))
        return total

    def _slope_of(self, named: Named, entry: Entry) -> Term:
        known = self._slopes.get((named.name, entry))
        if known is None:
            body = instantiate(named.body, *reversed(self.indices[named.name]))
            known = self._slopes[named.name, entry] = self.slope(body, entry)
        return known

    def _partial(self, term: Term, entry: Entry) -> Term:
        """The derivative with all names held constant."""
        if entry[0] not in term.names:
            return add()
        line = self.prover.derivative(term, *entry)
        found = self.prover.ledger.judgement(line).conclusion
        assert isinstance(found, Derivative)
        return found.value

    # ---- what is known of the names ----

    def _declared(self, declarations: Declarations, term: Term) -> Declarations:
        """The names as variables, with what is known of their values taken for granted."""
        fresh = {
            index: below
            for named in self.definitions
            for index, below in zip(self.indices[named.name], named.shape, strict=True)
        }
        known = tuple(
            fact for named in self.definitions for fact in self._signs(declarations, named)
        )
        declared = replace(
            declarations,
            indices={**declarations.indices, **fresh},
            variables={**declarations.variables, **{d.name: d.shape for d in self.definitions}},
            hypotheses=(*declarations.hypotheses, *known),
        )
        inside = [instantiate(d.body, *reversed(self.indices[d.name])) for d in self.definitions]
        needed = conditions(declared, (term, *inside))
        return replace(declared, hypotheses=(*declared.hypotheses, *needed))

    def _signs(self, declarations: Declarations, named: Named) -> list[Hypothesis]:
        """That a defined quantity is positive, where what it stands for is."""
        context = tuple(reversed(named.shape))
        try:
            Prover(declarations).ledger.fact("positive", self.bodies[named.name], context)
        except NotProved:
            return []
        entry = element(named.name, *reversed(range(len(context))))
        return [Hypothesis(context, Fact("positive", entry))]


def _fresh_indices(
    declarations: Declarations, definitions: Sequence[Named]
) -> dict[str, tuple[str, ...]]:
    """Names of indices for each definition, which stand for nothing else."""
    taken = {*declarations.sizes, *declarations.variables, *declarations.labels}
    taken |= {*declarations.indices, *(named.name for named in definitions)}
    found = {}
    for named in definitions:
        stem = f"at_{named.name}"
        while any(name.startswith(stem) for name in taken):
            stem += "_"
        found[named.name] = tuple(f"{stem}{place}" for place in range(len(named.shape)))
    return found
