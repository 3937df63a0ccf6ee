"""Terms as text in the language of claims: what is printed reads back as the same."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain, count
from typing import NamedTuple

from ..abbreviations import ABBREVIATIONS
from ..kernel import Equation, Hypothesis, Term
from ..kernel.judgement import terms_of
from ..kernel.terms import (
    ONE,
    ZERO,
    Index,
    element,
    number,
    power,
    product_of,
    rational,
    sum_of,
    where,
)
from .ranges import CONSTANT, Linear, is_nonnegative, linear, plus

# How tightly a text holds together: a sum, what begins with a minus sign, a product that ends in a
# sum or a bracket, a product, a power, and what stands by itself.
_SUM, _MINUS, _OPEN, _PRODUCT, _POWER, _ATOM = range(6)
_RELATIONS = {"positive": ">", "nonnegative": ">=", "nonzero": "!="}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_LETTERS = "kjlabcdefghmpqrsuvw"

Text = tuple[str, int]
Bound = tuple[str, ...]  # the names of bound indices, the innermost first


@dataclass(frozen=True)
class Printer:
    """Prints terms. The text has the value of the term wherever the term has one.

    taken: names that no bound index is to have.
    indices: free index -> the size it runs below, where that is known.
    """

    taken: Collection[str] = ()
    indices: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, term: Term) -> str:
        """The text of a term.

        >>> from derive.kernel.terms import apply, negate, sum_over
        >>> Printer()(negate(sum_over("n", apply("log", element("x", 0)))))
        '-sum_{k<n} log(x[k])'
        """
        writing = _Writing.of(self, term)
        return writing.text(term, writing.named(("",) * term.loose))[0]

    def hypothesis(self, hypothesis: Hypothesis) -> str:
        """The text of a hypothesis, its "for every" indices free.

        >>> from derive.kernel import Fact
        >>> Printer().hypothesis(Hypothesis(("n",), Fact("nonzero", element("x", 0))))
        'x[k] != 0'
        """
        inside = terms_of(hypothesis.conclusion)
        writing = _Writing.of(self, *inside)
        bound = writing.named(hypothesis.context)
        if isinstance(hypothesis.conclusion, Equation):
            left, right = (writing.text(side, bound)[0] for side in inside)
            return f"{left} = {right}"
        relation = _RELATIONS.get(hypothesis.conclusion.kind)
        if relation is None:
            return f"{writing.text(inside[0], bound)[0]} has a value"
        return writing.comparison(relation, inside[0], ZERO, bound)


@dataclass
class _Writing:
    """One text being written.

    used: names that bound indices are not to have.
    below: index -> the size that it runs below, where that is known.
    facts: linear forms in indices and sizes that are >= 0 here.
    """

    used: frozenset[str]
    below: dict[str, str] = field(default_factory=dict)
    facts: list[Linear] = field(default_factory=list)

    @classmethod
    def of(cls, printer: Printer, *terms: Term) -> _Writing:
        """For these terms: no bound index is called like anything that occurs in them."""
        used = frozenset(printer.taken).union(printer.indices, *map(_names, terms))
        return cls(used, dict(printer.indices))

    def named(self, context: Sequence[str]) -> Bound:
        """Names for indices that are bound outside, the outermost first to choose."""
        bound: Bound = ()
        for size in reversed(context):
            bound = (self._fresh(bound), *bound)
            if size:
                self.below[bound[0]] = size
        return bound

    # ---- terms

    def text(self, term: Term, bound: Bound) -> Text:
        """The text of a term, and how tightly it holds together."""
        args = term.args
        call = _abbreviated(term)
        if call is not None:
            arguments = ", ".join(self.text(part, bound)[0] for part in _flattened(call))
            return f"{call.function}({arguments})", _ATOM
        match term.kind:
            case "number":
                return _number(Fraction(*args))
            case "constant" | "size":
                return str(args[0]), _ATOM
            case "position":
                return self._index(args[0], bound), _ATOM
            case "element":
                return self._entry(args[0], args[1], bound), _ATOM
            case "delta":
                left, right = (self._index(end, bound) for end in args)
                return f"[{left} = {right}]", _OPEN
            case "add":
                return self._added(args, bound)
            case "multiply" | "power":
                return self._multiplied([term], bound)
            case "apply":
                return f"{args[0]}({self.text(args[1], bound)[0]})", _ATOM
            case "sum":
                return self._summed(term, bound)
            case _:
                return self._guarded(term, bound)

    def _held(self, term: Term, wanted: int, bound: Bound) -> str:
        """The text of a term, in parentheses where it does not hold together as tightly."""
        text, tightness = self.text(term, bound)
        return text if tightness >= wanted else f"({text})"

    def _index(self, index: Index, bound: Bound) -> str:
        if isinstance(index, tuple):
            return self._entry(index[0], index[1:], bound)
        return bound[index] if isinstance(index, int) else str(index)

    def _entry(self, name: str, at: Sequence[Index], bound: Bound) -> str:
        return f"{name}[{','.join(self._index(i, bound) for i in at)}]" if at else name

    def _added(self, parts: Sequence[Term], bound: Bound) -> Text:
        """The parts as they stand, but one without a minus sign first where there is one."""
        if len(parts) < 2:
            return self.text(sum_of(list(parts)), bound)
        texts = [self._held(part, _MINUS, bound) for part in parts]
        first = next((place for place, text in enumerate(texts) if text[0] != "-"), 0)
        joined = texts.pop(first)
        for text in texts:
            joined += f" - {text[1:]}" if text[0] == "-" else f" + {text}"
        return joined, _SUM

    # ---- products

    def _multiplied(self, parts: Sequence[Term], bound: Bound) -> Text:
        """Numbers first, a sum or bracket last, what has a negative exponent below the line."""
        factor, above, below = _sorted(parts)
        minus = "-" if factor < 0 else ""
        top, bottom = abs(factor).numerator, abs(factor).denominator
        closed = [str(top)] if top != 1 else []
        closed += [self._raised(part, bound) for part in above if not _is_open(part)]
        opened = [part for part in above if _is_open(part)]
        closed += [self._inside(part, bound) for part in opened[:-1]]
        line = self._below_line(([number(bottom)] if bottom != 1 else []) + below, bound)
        if not opened:
            text = ("*".join(closed) or "1") + (f"/{line}" if line else "")
            return minus + text, _MINUS if minus else _tightness(closed, line, above)
        last = self.text(opened[-1], bound)[0]
        if not line:
            return minus + "*".join([*closed, last]), _MINUS if minus else _OPEN
        if closed or (line.isalnum() and opened[-1].kind == "sum"):
            text = f"{'*'.join(closed) or 1}/{line}*{last}"
        elif _is_bracket(opened[-1]):
            text = f"{last}/{line}"
        else:
            return f"{minus}({last})/{line}", _MINUS if minus else _PRODUCT
        return minus + text, _MINUS if minus else _OPEN

    def _inside(self, part: Term, bound: Bound) -> str:
        """A sum or a bracket that more factors follow."""
        text = self.text(part, bound)[0]
        return text if _is_bracket(part) else f"({text})"

    def _below_line(self, parts: Sequence[Term], bound: Bound) -> str:
        """What a product is divided by; empty where it is not."""
        if len(parts) == 1:
            part = parts[0]
            return f"({self.text(part, bound)[0]})" if _is_open(part) else self._raised(part, bound)
        return f"({self._multiplied(parts, bound)[0]})" if parts else ""

    def _raised(self, term: Term, bound: Bound) -> str:
        """A factor that is no sum and no bracket: a power, or what stands by itself."""
        if term.kind != "power" or _abbreviated(term) is not None:
            return self._held(term, _POWER, bound)
        base, exponent = term.args
        if rational(exponent) == Fraction(1, 2):
            return f"sqrt({self.text(base, bound)[0]})"
        held = self._held(base, _ATOM, bound)
        return f"{held}^{self._held(exponent, _ATOM, bound)}"

    # ---- sums

    def _summed(self, term: Term, bound: Bound) -> Text:
        found = self._computed(term, bound)
        if found is not None:
            return found, _ATOM
        size, body = term.args
        name = self._fresh(bound)
        inner = (name, *bound)
        short = _short(body)
        end = size
        facts: list[Linear] = []
        if short is not None:
            (relation, last), body = short
            end = self.text(last, inner)[0].replace(" ", "")
            end += "" if relation == "<" else "+1"
            facts = self._facts_of(relation, element(""), last, inner)
        with self._knowing(facts, {name: size}):
            text = self._held(body, _MINUS, inner)
        return f"sum_{{{name}<{end}}} {text}", _OPEN

    def _computed(self, term: Term, bound: Bound) -> str | None:
        """x[i-1] of sum_j [j = i - 1] x[j], where i - 1 is seen to be in range."""
        places: list[tuple[str, Term, Bound]] = []
        below = bound
        while term.kind == "sum":
            size, body = term.args
            below = (f"?{len(places)}", *below)
            if body.kind != "where" or body.args[0] != "=" or not _is_counter(body.args[1]):
                return None
            place, term = body.args[2:]
            places.append((size, place, below))
        if term.kind != "element" or not places:
            return None
        shown = {}
        for size, place, names in places:
            if any(isinstance(i, int) and names[i][0] == "?" for i in place.indices):
                return None
            if not self._in_range(place, size, names):
                return None
            shown[names[0]] = self.text(place, names)[0].replace(" ", "")
        plain = [below[i] for i in term.args[1] if isinstance(i, int) and below[i] in shown]
        inside = {below[i] for i in term.indices if isinstance(i, int) and below[i] in shown}
        if sorted(plain) != sorted(shown) or inside != set(shown):
            return None
        looked_up = {i for each in term.args[1] if isinstance(each, tuple) for i in _inner(each)}
        if any(isinstance(i, int) and below[i] in shown for i in looked_up):
            return None
        return self._entry(term.args[0], term.args[1], tuple(shown.get(b, b) for b in below))

    # ---- brackets

    def _guarded(self, term: Term, bound: Bound) -> Text:
        """A bracket for all conditions in a row, and what they guard."""
        minus, term = _without_sign(term)
        shown, facts = [], len(self.facts)
        while term.kind == "where" and _abbreviated(term) is None:
            relation, left, right, term = term.args
            shown.append(self.comparison(relation, left, right, bound))
            self.facts += self._facts_of(relation, left, right, bound)
        bracket = f"[{' and '.join(shown)}]"
        body = self._held(term, _OPEN, bound)
        del self.facts[facts:]
        if term is ONE:
            text = bracket
        elif body.startswith("1/"):
            text = bracket + body[1:]
        else:
            text = f"{bracket}*{body}"
        return ("-" + text, _MINUS) if minus else (text, _OPEN)

    def comparison(self, relation: str, left: Term, right: Term, bound: Bound) -> str:
        """The text of a comparison. A difference compared with 0 is shown as its two sides."""
        relation, left, right = _sides(relation, left, right)
        return f"{self.text(left, bound)[0]} {relation} {self.text(right, bound)[0]}"

    # ---- what is known of indices

    @contextmanager
    def _knowing(self, facts: Sequence[Linear], below: Mapping[str, str]) -> Iterator[None]:
        self.facts += facts
        self.below |= below
        yield
        del self.facts[len(self.facts) - len(facts) :]
        for name in below:
            del self.below[name]

    def _in_range(self, place: Term, size: str, bound: Bound) -> bool:
        """Whether a computed index stays below the size; a free one is taken to run below it."""
        form = _linear(place, bound)
        if form is None:
            return False
        last = plus({size: Fraction(1), CONSTANT: Fraction(-1)}, form, -1)
        known = [*reversed(self.facts), linear([(size, 1), (CONSTANT, -1)])]
        for name in form:
            if name != CONSTANT:
                limit = self.below.get(name, size)
                known += [linear([(name, 1)]), linear([(limit, 1), (CONSTANT, -1), (name, -1)])]
        return is_nonnegative(form, known) and is_nonnegative(last, known)

    def _facts_of(self, relation: str, left: Term, right: Term, bound: Bound) -> list[Linear]:
        """The linear forms that are >= 0 where a comparison holds; ``element("")`` is index 0."""
        one = {bound[0]: Fraction(1)} if left is element("") else _linear(left, bound)
        other = _linear(right, bound)
        if one is None or other is None:
            return []
        room = plus(other, one, -1)
        match relation:
            case "<":
                return [plus(room, {CONSTANT: Fraction(1)}, -1)]
            case "<=":
                return [room]
            case "=":
                return [room, plus({}, room, -1)]
        return []

    def _fresh(self, bound: Bound) -> str:
        names = chain(_LETTERS, (f"k{place}" for place in count(1)))
        return next(n for n in names if n not in bound and n not in self.used)


# ---- terms taken apart ---------------------------------------------------------------------------


def _names(term: Term) -> set[str]:
    """Every name in a term: of variables, labels, sizes and free indices."""
    own = {term.args[0]} if term.kind in ("size", "sum") else set()
    free = {index for index in term.indices if isinstance(index, str)}
    return own.union(free, term.names, *map(_names, term.parts))


def _number(value: Fraction) -> Text:
    if value < 0:
        return str(value), _MINUS
    return str(value), _ATOM if value.denominator == 1 else _PRODUCT


def _tightness(closed: Sequence[str], line: str, above: Sequence[Term]) -> int:
    """How tightly a product without sums and brackets holds together."""
    if line or len(closed) > 1:
        return _PRODUCT
    power_ = bool(above) and above[0].kind == "power" and not closed[0].startswith("sqrt(")
    return _POWER if power_ else _ATOM


def _without_sign(term: Term) -> tuple[bool, Term]:
    """Whether a term has a minus sign in front, and the term without it."""
    if term.kind == "number":
        value = Fraction(*term.args)
        return value < 0, number(abs(value))
    if term.kind == "multiply" and _abbreviated(term) is None:
        apart = [_without_sign(part) for part in _flat([term])]
        minus = sum(sign for sign, _ in apart) % 2 == 1
        return minus, product_of([part for _, part in apart if part is not ONE])
    if term.kind == "where" and _abbreviated(term) is None:
        minus, body = _without_sign(term.args[3])
        return minus, where(*term.args[:3], body)
    return False, term


def _sorted(parts: Sequence[Term]) -> tuple[Fraction, list[Term], list[Term]]:
    """The number in front, the factors above the line, and those below it."""
    factor, above, below = Fraction(1), [], []
    for signed in _flat(parts):
        minus, part = _without_sign(signed)
        factor *= -1 if minus else 1
        value = rational(part)
        if value is not None:
            factor *= value
        elif _is_below(part):
            base, exponent = part.args
            below.append(_to(base, -Fraction(*exponent.args)))
        else:
            above.append(part)
    return factor, above, below


def _flat(parts: Sequence[Term]) -> list[Term]:
    return [
        inner
        for part in parts
        for inner in (
            _flat(part.args) if part.kind == "multiply" and _abbreviated(part) is None else [part]
        )
    ]


def _is_below(term: Term) -> bool:
    value = rational(term.args[1]) if term.kind == "power" else None
    return value is not None and value < 0 and _abbreviated(term) is None


def _to(base: Term, exponent: Fraction) -> Term:
    return base if exponent == 1 else power(base, number(exponent))


def _is_open(term: Term) -> bool:
    """Whether the text of a factor takes in all that follows: a sum or a bracket."""
    return term.kind in ("delta", "where", "sum") and _abbreviated(term) is None


def _is_bracket(term: Term) -> bool:
    """Whether a term is a bracket by itself, [i = j]."""
    return term.kind == "delta" or (term.kind == "where" and term.args[3] is ONE)


def _is_counter(term: Term) -> bool:
    return term.kind == "position" and term.args[0] == 0


def _inner(index: Index) -> Iterator[Index]:
    """Every plain index that a label is looked up by."""
    for each in index[1:]:
        yield from _inner(each) if isinstance(each, tuple) else (each,)


def _short(body: Term) -> tuple[tuple[str, Term], Term] | None:
    """The end and the rest of [k < end] rest or [k <= i] rest, where the end does not read k."""
    if body.kind != "where" or body.args[0] not in ("<", "<="):
        return None
    relation, left, end, rest = body.args
    if not _is_counter(left) or 0 in end.indices:
        return None
    ends = _linear(end, ("",) * end.loose)
    plain = end.kind == "position" and not isinstance(end.args[0], tuple)
    return ((relation, end), rest) if plain or (relation == "<" and ends is not None) else None


def _linear(term: Term, bound: Bound) -> Linear | None:
    """A term as a linear form in indices and sizes; None where it is none."""
    match term.kind:
        case "number":
            return linear([(CONSTANT, Fraction(*term.args))])
        case "size":
            return linear([(term.args[0], 1)])
        case "position" if not isinstance(term.args[0], tuple):
            index = term.args[0]
            return linear([(bound[index] if isinstance(index, int) else index, 1)])
        case "multiply" if len(term.args) == 2 and rational(term.args[0]) is not None:
            inside = _linear(term.args[1], bound)
            return None if inside is None else plus({}, inside, Fraction(*term.args[0].args))
        case "add":
            total: Linear = {}
            for part in term.args:
                form = _linear(part, bound)
                if form is None:
                    return None
                total = plus(total, form)
            return total
    return None


def _sides(relation: str, left: Term, right: Term) -> tuple[str, Term, Term]:
    """A comparison with numbers on the right; of a difference with 0, its two sides."""
    if rational(left) is not None and rational(right) is None:
        relation, left, right = _TURNED[relation], right, left
    if rational(right) != 0:
        return relation, left, right
    value = Fraction(0)
    ahead: list[Term] = []
    behind: list[Term] = []
    for part in left.args if left.kind == "add" else (left,):
        minus, rest = _without_sign(part)
        if rational(rest) is not None:
            value += Fraction(rational(rest) or 0) * (-1 if minus else 1)
        else:
            (behind if minus else ahead).append(rest)
    if not ahead:
        relation, ahead, behind, value = _TURNED[relation], behind, ahead, -value
    if not ahead:
        return relation, left, right
    if behind and value > 0:
        return relation, sum_of([*ahead, number(value)]), sum_of(behind)
    return relation, sum_of(ahead), sum_of([*behind, *([number(-value)] if value else [])])


# ---- functions by their names --------------------------------------------------------------------


class _Called(NamedTuple):
    function: str
    arguments: tuple[Term, ...]


_U, _V = element("u"), element("v")
_PATTERNS = (
    *((name, ABBREVIATIONS[name](_U), (_U,)) for name in ("abs", "sign", "tanh", "sigmoid")),
    *((name, ABBREVIATIONS[name](_U), (_U,)) for name in ("cosh", "sinh")),
    *((name, ABBREVIATIONS[name](ZERO, _U), (ZERO, _U)) for name in ("max", "min")),
    *((name, ABBREVIATIONS[name](_U, _V), (_U, _V)) for name in ("max", "min")),
)


def _abbreviated(term: Term) -> _Called | None:
    """The function that a term is written out from; the text of the call reads back as it."""
    for name, pattern, arguments in _PATTERNS:
        if pattern.kind == term.kind and len(pattern.args) == len(term.args):
            found: dict[Term, Term] = {}
            if _matches(pattern, term, found):
                return _Called(name, tuple(found.get(each, each) for each in arguments))
    return None


def _flattened(call: _Called) -> Iterator[Term]:
    """The arguments of a call; max(a, max(b, c)) is max(a, b, c)."""
    *first, last = call.arguments
    yield from first
    inner = _abbreviated(last) if first else None
    if inner is not None and inner.function == call.function:
        yield from _flattened(inner)
    else:
        yield last


def _matches(pattern: Term, term: Term, found: dict[Term, Term]) -> bool:
    if pattern is _U or pattern is _V:
        return found.setdefault(pattern, term) is term
    if pattern.kind != term.kind or len(pattern.args) != len(term.args):
        return False
    return all(
        _matches(one, other, found) if isinstance(one, Term) else one == other
        for one, other in zip(pattern.args, term.args, strict=True)
    )
