"""Batches: the same statement for every row of a matrix, and for the mean over the rows.

Both are claims like any other and can be proved: a row is one more index.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from .claims import Claim
from .kernel import Declarations, Equation, Fact, Hypothesis, Term
from .kernel.errors import require
from .kernel.judgement import terms_of
from .kernel.terms import MINUS_ONE, Index, element, multiply, power, shift, size, sum_over
from .rebinding import abstract, rebuild


def on_rows(claim: Claim, rows: str = "N", row: str = "row", shared: Collection[str] = ()) -> Claim:
    """The claim for each row: every variable gets a leading axis, but for those that are shared.

    From d f(x) / d x[i] = g(x)[i] to d f(X[r]) / d X[r, i] = g(X[r])[i], for every row r.

    rows: the name of the new size. row: the name of the new index.

    Raises
    ------
    Refused
        Where one of the new names is taken, or what is shared is not a variable.
    """
    claim.require_order(1, "on_rows")
    old = claim.declarations
    for name in shared:
        require(name in old.variables, "shared, but not a variable", name)
    batched = set(old.variables) - set(shared)
    taken = {*old.sizes, *old.indices, *old.variables, *old.labels}
    for name in (rows, row):
        require(name not in taken, "already the name of something else", name)
    require(rows != row, "one name for the size and for the index", rows)
    declarations = Declarations(
        sizes=old.sizes | {rows},
        indices={**old.indices, row: rows},
        variables={v: (rows, *s) if v in batched else s for v, s in old.variables.items()},
        labels=old.labels,
        hypotheses=tuple(_in_every_row(h, rows, batched) for h in old.hypotheses),
    )
    at = (row, *claim.at) if claim.variable in batched else claim.at
    of, value = (_in_row(term, row, batched) for term in (claim.of, claim.value))
    return Claim(declarations, of, claim.variable, at, value)


def mean_over_rows(
    claim: Claim, rows: str = "N", row: str = "row", shared: Collection[str] = ()
) -> Claim:
    """The claim for the mean over the rows.

    For a variable that has rows, a row's gradient is 1/N of its own:
    d (1/N sum_r f(X[r])) / d X[r, i] = g(X[r])[i] / N.
    For one that the rows share, it is the mean of the rows' gradients:
    d (1/N sum_r f(X[r], w)) / dw = 1/N sum_r g(X[r], w).
    """
    each = on_rows(claim, rows, row, shared)
    share = power(size(rows), MINUS_ONE)
    value = each.value
    if claim.variable in shared:
        value = sum_over(rows, abstract(value, row))
    of = sum_over(rows, abstract(each.of, row))
    return replace(each, of=multiply(share, of), value=multiply(share, value))


def _in_row(term: Term, row: Index, batched: set[str], depth: int = 0) -> Term:
    """The term with a leading index in every batched variable."""
    if term.kind == "element":
        if term.args[0] not in batched:
            return term
        return element(term.args[0], shift(row, depth), *term.args[1])
    inner = depth + (term.kind == "sum")
    return rebuild(
        term, [_in_row(a, row, batched, inner) if isinstance(a, Term) else a for a in term.args]
    )


def _in_every_row(stated: Hypothesis, rows: str, batched: set[str]) -> Hypothesis:
    """The hypothesis for all rows, where it speaks of something that has rows."""
    context, conclusion = stated
    if not any(term.names & batched for term in terms_of(conclusion)):
        return stated
    row = len(context)

    def each(term: Term) -> Term:
        return _in_row(term, row, batched)

    if isinstance(conclusion, Fact):
        return Hypothesis((*context, rows), Fact(conclusion.kind, each(conclusion.term)))
    return Hypothesis((*context, rows), Equation(each(conclusion.left), each(conclusion.right)))
