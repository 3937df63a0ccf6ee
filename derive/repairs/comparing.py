"""Repairs that are seen by laying the two normal forms side by side, without any search.

What both have in common is put aside. Where nothing is left of the claim, terms are missing; where
what is left of the truth is a simple factor times what is left of the claim, that is the factor.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from ..at_sizes import entries_of
from ..kernel import Term
from ..kernel.polynomial import UNIT, Monomial, Polynomial, Rational, join, plus, raised
from ..kernel.terms import MINUS_ONE, ONE, add, element, multiply, number, power, size
from ..tactics.ledger import NotProved
from ..tactics.order import order
from ..tactics.polynomials import is_exp, monomial_term, term_of
from .case import Case
from .diagnosis import Kind, Repair

_MOST_MISSING = 8  # terms that may be missing, before one had better say that all is wrong


class Ratio(NamedTuple):
    """A factor: a number times a product of powers."""

    coefficient: Rational
    monomial: Monomial

    @property
    def term(self) -> Term:
        """The factor as a term."""
        return monomial_term(self.monomial, self.coefficient)


class Rests(NamedTuple):
    """What two polynomials do not have in common."""

    truth: Polynomial
    claimed: Polynomial
    common: bool


def rests_of(truth: Polynomial, claimed: Polynomial) -> Rests:
    """The terms that stand in one of the two only."""
    common = {m for m, c in truth.items() if claimed.get(m) == c}
    return Rests(
        {m: c for m, c in truth.items() if m not in common},
        {m: c for m, c in claimed.items() if m not in common},
        bool(common),
    )


def ratio_of(truth: Polynomial, claimed: Polynomial) -> Ratio | None:
    """The factor r with truth = r * claimed, where it is one number times one product."""
    if not claimed or len(truth) != len(claimed):
        return None
    first = min(truth, key=lambda m: order(monomial_term(m)))
    for other in claimed:
        factor = join(first, raised(other, -1))
        ratio = Fraction(truth[first]) / Fraction(claimed[other])
        if {join(m, factor): c * ratio for m, c in claimed.items()} == truth:
            return Ratio(ratio, factor)
    return None


# ---- the whole claim -----------------------------------------------------------------------------


def scaled(case: Case) -> Iterator[Repair]:
    """The claim is right up to a sign, a number, sizes, or powers of scalars."""
    ratio = ratio_of(case.truth, case.claimed)
    if ratio is None:
        return
    kind, words = kind_of(case, ratio), ""
    terms: tuple[Term, ...] = () if kind is Kind.SIGN else (ratio.term,)
    parameter = _parameter(case, ratio)
    if parameter is not None:
        kind, (words, terms) = Kind.LOG_PARAMETER, parameter
    elif kind is Kind.SUM_FOR_MEAN and _has_sizes_above(ratio):
        words = _MEAN_FOR_SUM
    if kind is not None:  # in the words of the claim, or else plainly: at 0
        for value in (multiply(ratio.term, case.claim.value), term_of(case.truth)):
            yield Repair(kind, words or _WHOLE[kind], (case.saying(value),), terms)


_WHOLE = {
    Kind.SIGN: "the sign is turned: your claim is right up to the factor -1",
    Kind.FACTOR: "your claim is right up to the factor {}",
    Kind.SIZE_FACTOR: "your claim is right up to the factor {}",
    Kind.TEMPERATURE: "your claim is right up to the factor {}",
    Kind.SUM_FOR_MEAN: "this is the derivative of the sum where the loss takes the mean: "
    "your claim is right up to the factor {}",
}
_MEAN_FOR_SUM = (
    "this is the derivative of the mean where the loss takes the sum: "
    "your claim is right up to the factor {}"
)


def kind_of(case: Case, ratio: Ratio) -> Kind | None:
    """Which mistake a missing factor is; None where it is not one that people forget."""
    names = [name for name, _ in ratio.monomial if not _is_number(name)]
    if not names:
        return Kind.SIGN if ratio == Ratio(-1, UNIT) else Kind.FACTOR
    if all(name.kind == "size" for name in names):
        return Kind.SUM_FOR_MEAN if _takes_mean(case, ratio) else Kind.SIZE_FACTOR
    if all(name.kind == "size" or _is_scalar(name) for name in names):
        return Kind.TEMPERATURE
    return None


def _is_number(name: Term) -> bool:
    """Whether an atom is one number, such as pi or log(2), or what a root is taken of: 2^(1/2)."""
    return name.kind in ("constant", "number") or (
        name.kind == "apply" and not name.names and not name.indices and not _sizes_in(name)
    )


def _sizes_in(term: Term) -> bool:
    return term.kind in ("size", "sum") or any(map(_sizes_in, term.parts))


def _is_scalar(name: Term) -> bool:
    return name.kind == "element" and not name.args[1]


def _takes_mean(case: Case, ratio: Ratio) -> bool:
    """Whether one of loss and claim takes the mean over some sizes, and the other the sum."""
    exponents = {exponent for _, exponent in ratio.monomial}
    if ratio.coefficient != 1 or exponents not in ({1}, {-1}):
        return False
    try:
        loss = case.prover.normal(case.claim.of)
    except NotProved:
        return False
    sizes = {name.args[0] for name, _ in ratio.monomial}
    varying = [m for m in loss if any(case.claim.variable in name.names for name, _ in m)]
    if not any(_adds_over_all(monomial, sizes) for monomial in varying):
        return False  # not all of them: a sum may be known, such as sum_k y[k] = 1
    if exponents == {-1}:
        return all(ratio.monomial <= monomial for monomial in varying)
    divided = {(size(name), -1) for name in sizes}
    return all(divided <= monomial for monomial in case.claimed)


def _adds_over_all(monomial: Monomial, sizes: set[str]) -> bool:
    return all(any(_adds_over(name, below) for name, _ in monomial) for below in sizes)


def _adds_over(name: Term, below: str) -> bool:
    """Whether the atom is a sum over this size, or holds one in itself."""
    if name.kind == "sum" and name.args[0] == below:
        return True
    return name.kind in ("sum", "multiply") and any(_adds_over(p, below) for p in name.parts)


def _has_sizes_above(ratio: Ratio) -> bool:
    return any(exponent > 0 for _, exponent in ratio.monomial)


def _parameter(case: Case, ratio: Ratio) -> tuple[str, tuple[Term, ...]] | None:
    """What the claim is the derivative by, where that is a function of the variable.

    d/d(u^q) = u^(1 - q)/q d/du, and d/d(log u) = u d/du; d/d(exp u) = exp(-u) d/du.
    """
    if len(entries_of(case.claim)) > 1:
        return None
    variable = element(case.claim.variable, *case.claim.at)
    if not ratio.monomial and ratio.coefficient in (2, Fraction(1, 2)):
        return _logarithmic(case, variable, Fraction(ratio.coefficient))
    if len(ratio.monomial) != 1:
        return None
    ((name, exponent),) = ratio.monomial
    if name is variable:
        return _power_parameter(variable, 1 + exponent, 1 / Fraction(ratio.coefficient))
    if is_exp(name) and name.args[1] is variable and ratio.coefficient == exponent:
        by = monomial_term(frozenset(((name, exponent),)))
        return "this is the derivative by {}, not by {}", (by, variable)
    return None


def _logarithmic(
    case: Case, variable: Term, factor: Fraction
) -> tuple[str, tuple[Term, ...]] | None:
    """log sigma^2 for log sigma: the variable stands in exponentials only as one of the two."""
    scales = {
        abs(_scale_in(name, variable) * exponent)
        for monomial in case.truth
        for name, exponent in monomial
        if is_exp(name) and _scale_in(name, variable)
    }
    if not scales or scales != {1 if factor < 1 else 2}:
        return None
    words = "right up to the factor {}: this is the derivative by log sigma, and {} is log(sigma^2)"
    if factor > 1:
        words = (
            "right up to the factor {}: this is the derivative by log(sigma^2), and {} is log sigma"
        )
    return words, (number(factor), variable)


def _scale_in(name: Term, variable: Term) -> Rational:
    """c for exp(c u), as far as it is written in the atom; 0 for anything else."""
    return 1 if name.args[1] is variable else 0


def _power_parameter(
    variable: Term, power_: Rational, factor: Fraction
) -> tuple[str, tuple[Term, ...]] | None:
    """The claim is ``factor`` * u^(1 - q) times the truth, with q = ``power_``."""
    if power_ == 0:
        named = "the derivative by log {}" if factor == 1 else None
        if factor.numerator == 1 and named is None:
            square = monomial_term(frozenset(((variable, factor.denominator),)))
            return "this is the derivative by log({}), not by {}", (square, variable)
        return (f"this is {named}, not by {{}}", (variable, variable)) if named else None
    if factor * power_ != 1:
        return None
    by = monomial_term(frozenset(((variable, power_),)))
    return "this is the derivative by {}, not by {}", (by, variable)


# ---- single terms --------------------------------------------------------------------------------


def terms_scaled(case: Case) -> Iterator[Repair]:
    """Some terms are right, and the others up to a factor."""
    rests = rests_of(case.truth, case.claimed)
    ratio = ratio_of(rests.truth, rests.claimed) if rests.common else None
    kind = None if ratio is None else kind_of(case, ratio)
    if ratio is None or kind is None:
        return
    repaired = case.saying(_moved(case, rests))
    part = term_of(rests.claimed)
    if kind is Kind.SIGN:
        yield Repair(kind, "the sign of the term {} is turned", (repaired,), (part,))
    else:
        words = "the term {} is right up to the factor {}"
        yield Repair(kind, words, (repaired,), (part, ratio.term))


def _moved(case: Case, rests: Rests) -> Term:
    return add(case.claim.value, term_of(plus(rests.truth, rests.claimed, -1)))


def terms_missing(case: Case) -> Iterator[Repair]:
    """All of the claim is right, but terms are missing; or there are some too many."""
    rests = rests_of(case.truth, case.claimed)
    if not rests.common:
        return
    repaired = (case.saying(_moved(case, rests)),)
    if not rests.claimed and len(rests.truth) <= _MOST_MISSING:
        kind = Kind.DELTA_MISSING if _all_deltas(rests.truth) else Kind.TERM_MISSING
        words = "a term is missing: + {}" if len(rests.truth) == 1 else "terms are missing: + {}"
        yield Repair(kind, words, repaired, (term_of(rests.truth),))
    if not rests.truth and len(rests.claimed) <= _MOST_MISSING:
        if _is_negative_number(rests.claimed):
            less = term_of(plus({}, rests.claimed, -1))
            yield Repair(Kind.TERM_MISSING, "a term is missing: + {}", repaired, (less,))
        else:
            words = "the term {} does not belong there"
            yield Repair(Kind.TERM_EXTRA, words, repaired, (term_of(rests.claimed),))


def _is_negative_number(polynomial: Polynomial) -> bool:
    """Whether it is -1, or another number that one would rather add than leave out."""
    return list(polynomial) == [UNIT] and polynomial[UNIT] < 0


def _all_deltas(polynomial: Polynomial) -> bool:
    """Whether every term counts only where two indices are the same."""
    return all(any(name.kind == "delta" for name, _ in monomial) for monomial in polynomial)


def delta_terms(case: Case) -> Iterator[Repair]:
    """The terms without a delta are right, and those with one are wrong."""
    rests = rests_of(case.truth, case.claimed)
    if not (rests.common and rests.truth and rests.claimed):
        return
    if _all_deltas(rests.truth) and _all_deltas(rests.claimed):
        repaired = case.saying(_moved(case, rests))
        words = "off the diagonal the claim is right; on it, {} should be {}"
        terms = (term_of(rests.claimed), term_of(rests.truth))
        yield Repair(Kind.DELTA_MISPLACED, words, (repaired,), terms)


def less_one(case: Case) -> Iterator[Repair]:
    """n stands for n - 1, or n - 1 for n, in front of the whole claim."""
    for name in sorted(case.claim.declarations.sizes):
        whole = size(name)
        less = add(whole, MINUS_ONE)
        factors = [multiply(whole, power(less, MINUS_ONE)), power(less, MINUS_ONE), less]
        factors.append(multiply(less, power(whole, MINUS_ONE)))
        for factor in factors:
            repaired = case.saying(multiply(factor, case.claim.value))
            yield Repair(Kind.SIZE_FACTOR, _WHOLE[Kind.SIZE_FACTOR], (repaired,), (factor,))


def factor_missing(case: Case) -> Iterator[Repair]:
    """The claim, or what is not right in it, is right up to one factor of any kind."""
    rests = rests_of(case.truth, case.claimed)
    ratio = ratio_of(rests.truth, rests.claimed)
    if ratio is None or abs(ratio.coefficient) != 1 or len(ratio.monomial) != 1:
        return
    repaired = case.saying(_moved(case, rests))
    if rests.common:
        words = "the term {} is right up to the factor {}"
        yield Repair(Kind.FACTOR, words, (repaired,), (term_of(rests.claimed), ratio.term))
    else:
        words = "your claim is right up to the factor {}"
        yield Repair(Kind.FACTOR, words, (repaired,), (ratio.term,))


def chain_factors(case: Case) -> Iterator[Repair]:
    """The derivative by the logit of a probability, or by the probability of a logit."""
    if len(entries_of(case.claim)) > 1:
        return
    variable = element(case.claim.variable, *case.claim.at)
    rest = add(ONE, multiply(MINUS_ONE, variable))
    slope = multiply(variable, rest)
    repaired = multiply(case.claim.value, power(slope, MINUS_ONE))
    words = "this is the derivative by the logit log({}/(1 - {})), not by {}"
    terms = (variable, variable, variable)
    yield Repair(Kind.LOG_PARAMETER, words, (case.saying(repaired),), terms)
