"""The domains that variables are declared in, and what each of them says as hypotheses."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from ..kernel import Equation, Fact, Hypothesis, Term
from ..kernel.terms import (
    MINUS_ONE,
    ONE,
    ZERO,
    add,
    element,
    multiply,
    negate,
    number,
    power,
    sum_over,
)
from .question import Domain

Shape = tuple[str, ...]

# Where a domain is about more than single entries: how many axes it wants, and why.
_AXES = {
    "simplex": (1, "sums to 1 over its last axis"),
    "one_hot": (1, "sums to 1 over its last axis"),
    "symmetric": (2, "has two axes of one size"),
    "spd": (2, "has two axes of one size"),
    "invertible": (2, "has two axes of one size"),
}
_SOME = {1: "n", 2: "n,n"}
DOMAINS = (
    "real",
    "positive",
    "unit",
    "simplex",
    "one_hot",
    "binary",
    "sign",
    "count",
    "index",
    "interval",
    "symmetric",
    "spd",
    "invertible",
)


def domain_of(kind: str, ends: tuple[object, ...], shape: Shape) -> Domain:
    """The domain of a declaration.

    Raises
    ------
    ValueError
        Where there is no such domain, or it does not fit the sizes or the ends given.
    """
    if kind not in DOMAINS:
        raise ValueError(f"no domain {kind}; known: {', '.join(DOMAINS)}")
    if kind == "interval":
        low, high = ends if len(ends) == 2 else (None, None)
        if not (isinstance(low, Fraction) and isinstance(high, Fraction) and low < high):
            raise ValueError("an interval wants its two ends, the lower first: interval(0, 1)")
    elif ends:
        raise ValueError(f"{kind} takes nothing in parentheses")
    wanted, why = _AXES.get(kind, (0, ""))
    if len(shape) < wanted:
        raise ValueError(f"{kind} {why}: it wants {wanted} or more, as in {kind}[{_SOME[wanted]}]")
    if wanted == 2 and shape[-1] != shape[-2]:
        raise ValueError(f"{kind} {why}, here they are {shape[-2]} and {shape[-1]}")
    return Domain(kind, ends)


def hypotheses(name: str, domain: Domain, shape: Shape) -> tuple[Hypothesis, ...]:
    """What a domain says of a variable, as closed statements.

    >>> from derive.proof_files import judgement_text
    >>> for said in hypotheses("y", Domain("simplex"), ("n",)):
    ...     print(judgement_text(said))
    y[#0] is nonnegative, for every #0 < n
    sum_<n>(y[#0]) = 1
    """
    say = _SAYS.get(domain.kind)
    return say(name, domain, shape) if say else ()


def _entry(name: str, shape: Shape) -> Term:
    """Any entry, under a binder for each axis."""
    return element(name, *reversed(range(len(shape))))


def _context(shape: Shape) -> Shape:
    return shape[::-1]


def _of_each(*facts: tuple[str, Callable[[Term], Term]]) -> Callable[..., tuple[Hypothesis, ...]]:
    """Facts about every entry by itself."""

    def say(name: str, _: Domain, shape: Shape) -> tuple[Hypothesis, ...]:
        entry = _entry(name, shape)
        said = (Fact(kind, make(entry)) for kind, make in facts)
        return tuple(Hypothesis(_context(shape), fact) for fact in said)

    return say


def _equal(left: Callable[[Term], Term], right: Term | None = None) -> Callable[..., Hypothesis]:
    def say(name: str, shape: Shape) -> Hypothesis:
        entry = _entry(name, shape)
        return Hypothesis(_context(shape), Equation(left(entry), right or entry))

    return say


def _square(term: Term) -> Term:
    return power(term, number(2))


_BIT, _UNIT_LENGTH = _equal(_square), _equal(_square, ONE)


def _total(name: str, shape: Shape) -> Hypothesis:
    return Hypothesis(shape[-2::-1], Equation(sum_over(shape[-1], _entry(name, shape)), ONE))


def _simplex(name: str, _: Domain, shape: Shape) -> tuple[Hypothesis, ...]:
    nonnegative = Hypothesis(_context(shape), Fact("nonnegative", _entry(name, shape)))
    return nonnegative, _total(name, shape)


def _one_hot(name: str, _: Domain, shape: Shape) -> tuple[Hypothesis, ...]:
    return _BIT(name, shape), _total(name, shape)


def _binary(name: str, _: Domain, shape: Shape) -> tuple[Hypothesis, ...]:
    return (_BIT(name, shape),)


def _sign(name: str, _: Domain, shape: Shape) -> tuple[Hypothesis, ...]:
    return (_UNIT_LENGTH(name, shape),)


def _interval(name: str, domain: Domain, shape: Shape) -> tuple[Hypothesis, ...]:
    entry = _entry(name, shape)
    low, high = (number(end) for end in domain.ends if isinstance(end, Fraction))
    above = entry if low is ZERO else add(entry, multiply(MINUS_ONE, low))
    inside = (Fact("positive", above), Fact("positive", add(high, negate(entry))))
    return tuple(Hypothesis(_context(shape), fact) for fact in inside)


def _symmetric(name: str, _: Domain, shape: Shape) -> tuple[Hypothesis, ...]:
    entry = _entry(name, shape)
    *outer, row, column = reversed(range(len(shape)))
    turned = element(name, *outer, column, row)
    return (Hypothesis(_context(shape), Equation(entry, turned)),)


def _spd(name: str, domain: Domain, shape: Shape) -> tuple[Hypothesis, ...]:
    """Symmetric, with a positive diagonal: of what positive definite says, what one entry shows."""
    *outer, last = reversed(range(len(shape) - 1))
    diagonal = Fact("positive", element(name, *outer, last, last))
    return *_symmetric(name, domain, shape), Hypothesis(shape[-2::-1], diagonal)


_SAYS: dict[str, Callable[..., tuple[Hypothesis, ...]]] = {
    "positive": _of_each(("positive", lambda u: u)),
    "unit": _of_each(("positive", lambda u: u), ("positive", lambda u: add(ONE, negate(u)))),
    "count": _of_each(("nonnegative", lambda u: u)),
    "simplex": _simplex,
    "one_hot": _one_hot,
    "binary": _binary,
    "sign": _sign,
    "interval": _interval,
    "symmetric": _symmetric,
    "spd": _spd,
}
