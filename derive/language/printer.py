"""Terms as text in the language of claims: what is printed reads back as the same."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import count

from ..kernel import Equation, Hypothesis, Term
from ..kernel.judgement import terms_of
from ..kernel.terms import Index, number, power, product_of, rational

# How tightly a text holds together: a sum, a product that ends in a sum or a bracket, a product, a
# power, and what stands by itself.
_SUM, _OPEN, _PRODUCT, _POWER, _ATOM = range(5)
_RELATIONS = {"positive": ">", "nonnegative": ">=", "nonzero": "!="}
_LETTERS = "kjlabcdefghmpqrsuvw"

Text = tuple[str, int]


@dataclass(frozen=True)
class Printer:
    """Prints terms; ``taken`` are names that no bound index is to have."""

    taken: Container[str] = ()

    def __call__(self, term: Term) -> str:
        """The text of a term.

        >>> from derive.kernel.terms import apply, element, negate, sum_over
        >>> Printer()(negate(sum_over("n", apply("log", element("x", 0)))))
        '-sum_{k<n} log(x[k])'
        """
        bound: tuple[str, ...] = ()
        for _ in range(term.loose):
            bound = (*bound, self._fresh((term,), bound))
        return self._text(term, bound)[0]

    def hypothesis(self, hypothesis: Hypothesis) -> str:
        """The text of a hypothesis, its "for every" indices free.

        >>> from derive.kernel import Fact
        >>> from derive.kernel.terms import element
        >>> Printer()(element("x", "i"))
        'x[i]'
        >>> Printer().hypothesis(Hypothesis(("n",), Fact("nonzero", element("x", 0))))
        'x[k] != 0'
        """
        inside = terms_of(hypothesis.conclusion)
        bound: tuple[str, ...] = ()
        for _ in hypothesis.context:
            bound = (*bound, self._fresh(inside, bound))
        bound = bound[::-1]
        if isinstance(hypothesis.conclusion, Equation):
            left, right = (self._text(side, bound)[0] for side in inside)
            return f"{left} = {right}"
        relation = _RELATIONS.get(hypothesis.conclusion.kind)
        if relation is None:
            return f"{self._text(inside[0], bound)[0]} has a value"
        return " ".join(self._compared(inside[0], relation, bound))

    def _compared(self, term: Term, relation: str, bound: tuple[str, ...]) -> tuple[str, str, str]:
        """a - b > 0 as a > b where there are two parts, one of them taken off."""
        if term.kind == "add" and len(term.args) == 2:
            first, second = term.args
            value = rational(second)
            if value is not None and value < 0:
                return self._text(first, bound)[0], relation, str(-value)
            if second.kind == "multiply" and rational(second.args[0]) == -1:
                other = _product(second.args[1:])
                return self._text(first, bound)[0], relation, self._text(other, bound)[0]
        return self._text(term, bound)[0], relation, "0"

    # ---- terms; ``bound`` names the bound indices, the innermost first

    def _text(self, term: Term, bound: tuple[str, ...]) -> Text:
        args = term.args
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
            case "multiply":
                return self._multiplied(args, bound)
            case "power":
                return self._multiplied((term,), bound)
            case "apply":
                return f"{args[0]}({self._text(args[1], bound)[0]})", _ATOM
            case "sum":
                return self._summed(term, bound)
            case _:
                return self._guarded(term, bound)

    def _index(self, index: Index, bound: tuple[str, ...]) -> str:
        if isinstance(index, tuple):
            return self._entry(index[0], index[1:], bound)
        return bound[index] if isinstance(index, int) else str(index)

    def _entry(self, name: str, at: Sequence[Index], bound: tuple[str, ...]) -> str:
        return f"{name}[{','.join(self._index(i, bound) for i in at)}]" if at else name

    def _added(self, parts: Sequence[Term], bound: tuple[str, ...]) -> Text:
        if not parts:
            return "0", _ATOM
        if len(parts) == 1:
            return self._text(parts[0], bound)
        texts = [self._held(part, _OPEN, bound) for part in _positive_first(parts)]
        joined = texts[0]
        for text in texts[1:]:
            joined += f" - {text[1:]}" if text.startswith("-") else f" + {text}"
        return joined, _SUM

    def _multiplied(self, parts: Sequence[Term], bound: tuple[str, ...]) -> Text:
        """Numbers first, sums and brackets last, and what has a negative exponent below the line."""
        factor, above, below = _sorted(parts)
        minus = "-" if factor < 0 else ""
        factor = abs(factor)
        tops = [str(factor.numerator)] if factor.numerator != 1 else []
        bottoms = [str(factor.denominator)] if factor.denominator != 1 else []
        closed = [part for part in above if not _is_open(part)]
        opened = [part for part in above if _is_open(part)]
        tops += [self._held(part, _POWER, bound) for part in closed]
        bottoms += [self._held(part, _POWER, bound) for part in below]
        last = self._text(opened[-1], bound)[0] if opened and not bottoms else ""
        tops += [f"({self._text(part, bound)[0]})" for part in (opened[:-1] if last else opened)]
        text = "*".join(tops + ([last] if last else [])) or "1"
        for bottom in bottoms:
            text += f"/{bottom}"
        if len(parts) == 1 and not minus and not bottoms:
            return text, _POWER if "^" in text else _ATOM
        return minus + text, _OPEN if last or minus else _PRODUCT

    def _power(self, base: Term, exponent: Term, bound: tuple[str, ...]) -> str:
        value = rational(exponent)
        if value == 1:
            return self._held(base, _POWER, bound)
        if value == Fraction(1, 2):
            return f"sqrt({self._text(base, bound)[0]})"
        return f"{self._held(base, _ATOM, bound)}^{self._held(exponent, _ATOM, bound)}"

    def _held(self, term: Term, wanted: int, bound: tuple[str, ...]) -> str:
        """The text of a term, in parentheses where it does not hold together as tightly."""
        if term.kind == "power" and not _is_below(term):
            text, tightness = self._power(*term.args, bound), _POWER
            if text.startswith("sqrt("):
                tightness = _ATOM
        else:
            text, tightness = self._text(term, bound)
        return text if tightness >= wanted else f"({text})"

    def _summed(self, term: Term, bound: tuple[str, ...]) -> Text:
        size, body = term.args
        found = _looked_up(body)
        if found is not None:
            return self._at_computed(*found, bound), _ATOM
        name = self._fresh((term,), bound)
        end, inside = size, body
        short = _short(body)
        if short is not None:
            end, inside = self._text(short[0], (name, *bound))[0], short[1]
        text = self._held(inside, _OPEN, (name, *bound))
        return f"sum_{{{name}<{end}}} {text}", _OPEN

    def _at_computed(self, place: Term, entry: Term, bound: tuple[str, ...]) -> str:
        """x[i - 1] of sum_j [j = i - 1] x[j]"""
        text = self._text(place, ("?", *bound))[0].replace(" ", "")
        name, at = entry.args
        shown = [text if index == 0 else self._index(index, ("?", *bound)) for index in at]
        return f"{name}[{','.join(shown)}]"

    def _guarded(self, term: Term, bound: tuple[str, ...]) -> Text:
        relation, left, right, body = term.args
        sides = [left, right]
        if rational(left) is not None and relation in ("<", "<="):
            relation, sides = relation.replace("<", ">"), [right, left]
        one, other = (self._text(side, bound)[0] for side in sides)
        if rational(body) == 1:
            return f"[{one} {relation} {other}]", _OPEN
        return f"[{one} {relation} {other}]*{self._held(body, _OPEN, bound)}", _OPEN

    def _fresh(self, inside: Sequence[Term], bound: tuple[str, ...]) -> str:
        used = {str(i) for term in inside for i in term.indices}.union(*[_names(t) for t in inside])
        names = (*_LETTERS, *(f"k{number}" for number in range(1, 1000)))
        free = (n for n in names if n not in bound and n not in used and n not in self.taken)
        return next(free, f"k{next(count(1000))}")


def _names(term: Term) -> set[str]:
    """Every name in a term: of variables, labels and sizes."""
    own = {term.args[0]} if term.kind in ("size", "sum") else set()
    return own.union(term.names, *[_names(part) for part in term.parts])


def _number(value: Fraction) -> Text:
    if value.denominator == 1:
        return str(value), _ATOM if value >= 0 else _OPEN
    return str(value), _PRODUCT if value >= 0 else _OPEN


def _product(parts: Sequence[Term]) -> Term:
    return product_of(list(parts))


def _positive_first(parts: Sequence[Term]) -> list[Term]:
    """Parts as they stand, but one without a minus sign first where there is one."""
    first = next((part for part in parts if not _is_negative(part)), parts[0])
    return [first, *(part for part in parts if part is not first)]


def _is_negative(part: Term) -> bool:
    value = rational(part.args[0]) if part.kind == "multiply" and part.args else rational(part)
    return value is not None and value < 0


def _sorted(parts: Sequence[Term]) -> tuple[Fraction, list[Term], list[Term]]:
    """The number in front, the factors above the line, and those below it."""
    factor, above, below = Fraction(1), [], []
    for part in _flat(parts):
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
        for inner in (_flat(part.args) if part.kind == "multiply" else [part])
    ]


def _is_below(term: Term) -> bool:
    value = rational(term.args[1]) if term.kind == "power" else None
    return value is not None and value < 0


def _to(base: Term, exponent: Fraction) -> Term:
    return base if exponent == 1 else power(base, number(exponent))


def _is_open(term: Term) -> bool:
    """Whether the text of a factor takes in all that follows: a sum or a bracket."""
    return term.kind in ("delta", "where") or (
        term.kind == "sum" and _looked_up(term.args[1]) is None
    )


def _looked_up(body: Term) -> tuple[Term, Term] | None:
    """The place and the entry of [j = place] x[.., j, ..]"""
    if body.kind != "where" or body.args[0] != "=" or body.args[3].kind != "element":
        return None
    _, left, place, entry = body.args
    is_counter = left.kind == "position" and left.args[0] == 0
    return (place, entry) if is_counter and 0 not in place.indices else None


def _short(body: Term) -> tuple[Term, Term] | None:
    """The end and the rest of [k < end] rest, where the end does not read k."""
    if body.kind != "where" or body.args[0] != "<":
        return None
    _, left, end, rest = body.args
    is_counter = left.kind == "position" and left.args[0] == 0
    return (end, rest) if is_counter and 0 not in end.indices else None
