"""Terms as one line of plain text, for messages: sum_k y[k], exp(x[i])/sum_j exp(x[j])."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import chain, count

from derive.kernel.terms import Index, Term, rational

_SUM, _PRODUCT, _POWER, _ATOM = range(4)  # how tightly a text holds together


def spell(term: Term, bound: tuple[str, ...] = ()) -> str:
    """The text of a term; ``bound`` names its loose bound indices, the innermost first.

    >>> from derive.kernel.terms import MINUS_ONE, add, element, multiply, power, sum_over
    >>> mean = multiply(power(size("n"), MINUS_ONE), sum_over("n", element("x", 0)))
    >>> spell(add(element("x", "i"), multiply(MINUS_ONE, mean)))
    'x[i] - sum_k x[k]/n'
    """
    return _write(term, bound)[0]


def fresh_names(taken: Iterable[str], wanted: int) -> tuple[str, ...]:
    """So many names for indices that are not taken."""
    names = chain("kjlirabcdefg", (f"k{number}" for number in count()))
    free = (name for name in names if name not in {*taken})
    return tuple(next(free) for _ in range(wanted))


def _write(term: Term, bound: tuple[str, ...]) -> tuple[str, int]:
    args = term.args
    match term.kind:
        case "number":
            value = Fraction(*args)
            return str(value), _ATOM if value.denominator == 1 and value >= 0 else _SUM
        case "size":
            return args[0], _ATOM
        case "position":
            return _index(args[0], bound), _ATOM
        case "element":
            return _read(args[0], args[1], bound), _ATOM
        case "delta":
            return f"[{' = '.join(_index(index, bound) for index in args)}]", _ATOM
        case "add":
            return _add(args, bound), _SUM
        case "multiply":
            return _multiply(args, bound)
        case "power":
            return f"{_tight(args[0], bound, _ATOM)}^{_tight(args[1], bound, _ATOM)}", _POWER
        case "apply":
            return f"{args[0]}({spell(args[1], bound)})", _ATOM
        case "sum":
            (name,) = fresh_names((*term.names, *map(str, term.indices), *bound), 1)
            return f"sum_{name} {_tight(args[1], (name, *bound), _PRODUCT)}", _PRODUCT
        case _:
            condition = f"{spell(args[1], bound)} {args[0]} {spell(args[2], bound)}"
            return f"[{condition}] {_tight(args[3], bound, _POWER)}", _PRODUCT


def _tight(term: Term, bound: tuple[str, ...], wanted: int) -> str:
    text, tightness = _write(term, bound)
    return text if tightness >= wanted else f"({text})"


def _add(parts: tuple[Term, ...], bound: tuple[str, ...]) -> str:
    texts = [spell(part, bound) for part in parts]
    signed = (f" - {text[1:]}" if text.startswith("-") else f" + {text}" for text in texts[1:])
    return "".join([*texts[:1], *signed]) or "0"


def _multiply(parts: tuple[Term, ...], bound: tuple[str, ...]) -> tuple[str, int]:
    """a b/(c d), with the sign in front; a sum comes last, for it takes all that follows."""
    sign = -1 if any(rational(part) == -1 for part in parts) else 1
    factors = [part for part in parts if rational(part) != -1]
    below = [p.args[0] for p in factors if p.kind == "power" and rational(p.args[1]) == -1]
    above = [p for p in factors if not (p.kind == "power" and rational(p.args[1]) == -1)]
    above.sort(key=lambda part: part.kind == "sum")
    text = " ".join(_tight(part, bound, _PRODUCT) for part in above) or "1"
    text += "".join(f"/{_tight(part, bound, _ATOM)}" for part in below)
    return (f"-{text}", _SUM) if sign < 0 else (text, _PRODUCT)


def _read(name: str, indices: tuple[Index, ...], bound: tuple[str, ...]) -> str:
    return f"{name}[{', '.join(_index(index, bound) for index in indices)}]" if indices else name


def _index(index: Index, bound: tuple[str, ...]) -> str:
    if isinstance(index, tuple):
        return _read(index[0], index[1:], bound)
    return bound[index] if isinstance(index, int) else str(index)
