"""Terms as one line of plain text, for messages: sum_k y[k], exp(x[i])/sum_j exp(x[j])."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import chain, count

from derive.kernel.terms import Index, Term, rational

_SUM, _PRODUCT, _POWER, _ATOM = range(4)  # how tightly a text holds together


def spell(term: Term, bound: tuple[str, ...] = ()) -> str:
    """The text of a term; ``bound`` names its loose bound indices, the innermost first.

    >>> from derive.kernel.terms import element, multiply, negate, number, power, size, sum_over
    >>> spell(negate(multiply(power(size("n"), number(-1)), sum_over("n", element("x", 0)))))
    '-(sum_k x[k])/n'
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
        case "size" | "constant":
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
        case "power" if _is_reciprocal(term):
            return _multiply((term,), bound)
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
    """a + b - c; a sum over an index gets brackets, unless nothing follows it."""
    loose = [part.kind == "sum" and part is not parts[-1] for part in parts]
    texts = [
        f"({spell(part, bound)})" if follows else spell(part, bound)
        for part, follows in zip(parts, loose, strict=True)
    ]
    signed = (f" - {text[1:]}" if text.startswith("-") else f" + {text}" for text in texts[1:])
    return "".join([*texts[:1], *signed]) or "0"


def _multiply(parts: tuple[Term, ...], bound: tuple[str, ...]) -> tuple[str, int]:
    """-a b/c: the sign first; a sum takes all that follows it, so it stands last or in brackets."""
    factors = [part for part in parts if rational(part) != -1]
    negative = (len(parts) - len(factors)) % 2
    below = [part.args[0] for part in factors if _is_reciprocal(part)]
    above = sorted(
        (part for part in factors if not _is_reciprocal(part)), key=lambda part: part.kind == "sum"
    )
    last = above[-1] if above and not below else None
    shown = [_tight(part, bound, _PRODUCT if part is last else _POWER) for part in above]
    text = " ".join(shown) or "1"
    text += "".join(f"/{_tight(part, bound, _ATOM)}" for part in below)
    return (f"-{text}", _SUM) if negative else (text, _PRODUCT)


def _is_reciprocal(term: Term) -> bool:
    return term.kind == "power" and rational(term.args[1]) == -1


def _read(name: str, indices: tuple[Index, ...], bound: tuple[str, ...]) -> str:
    return f"{name}[{', '.join(_index(index, bound) for index in indices)}]" if indices else name


def _index(index: Index, bound: tuple[str, ...]) -> str:
    if isinstance(index, tuple):
        return _read(index[0], index[1:], bound)
    return bound[index] if isinstance(index, int) else str(index)
