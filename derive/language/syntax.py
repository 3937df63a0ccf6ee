"""From text to a tree of what was written. What it means is not decided here.

Nothing is evaluated: lark reads the grammar in ``grammar.lark``, and each statement becomes one of
the frozen nodes below, which remember where they stood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, v_args
from lark.exceptions import UnexpectedEOF, UnexpectedToken

from .errors import ClaimError

LONGEST_TEXT = 50_000
LONGEST_STATEMENT = 20_000
LONGEST_NUMBER = 1_000
LONGEST_NAME = 50
LONGEST_WORD = 2 * LONGEST_NAME + 10  # dxdw of a derivative is one word
DEEPEST = 100
MOST_STATEMENTS = 1_000

_STARTS = ("declaration", "hypothesis", "definition", "claim", "steps", "value")


# ---- what was written ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Node:
    """A part of a formula; ``at`` is where it starts, counted in its statement."""

    at: int


@dataclass(frozen=True)
class Number(Node):
    """An exact number: 2, 0.1 (one tenth), 1e-3."""

    value: Fraction


@dataclass(frozen=True)
class Name(Node):
    """``x`` or ``x[i, j]``."""

    name: str
    indices: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Call(Node):
    """``f(u, v)``."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Signed(Node):
    """``a - b + c``: every part with its sign, 1 or -1."""

    parts: tuple[tuple[int, Node], ...]


@dataclass(frozen=True)
class Product(Node):
    """``a * b / c``: every factor with the sign "*" or "/" before it."""

    factors: tuple[tuple[str, Node], ...]


@dataclass(frozen=True)
class Power(Node):
    """``base ^ exponent``."""

    base: Node
    exponent: Node


@dataclass(frozen=True)
class Binder(Node):
    """``k < bound``: k runs over 0, 1, .., bound - 1."""

    name: str
    bound: Node


@dataclass(frozen=True)
class Big(Node):
    """``sum_{k<n} body`` or ``prod_{k<n} body``."""

    kind: str
    binders: tuple[Binder, ...]
    body: Node


@dataclass(frozen=True)
class Comparison(Node):
    """``a < b``; the relation is one of = != < <= > >=."""

    relation: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Guard(Node):
    """``[a < b and c = d] * body``: the body where all hold, else 0 and the body is not read.

    The body is all the rest of the product, None where nothing follows: of [c]/u*v it is 1/u*v.
    """

    conditions: tuple[Comparison, ...]
    body: Node | None


@dataclass(frozen=True)
class Declaration(Node):
    """``x, z: domain(arguments)[sizes]``."""

    names: tuple[Name, ...]
    domain: str
    arguments: tuple[Node, ...]
    sizes: tuple[Node, ...]


@dataclass(frozen=True)
class Statement(Node):
    """``name[indices] = expression``."""

    left: Name
    right: Node


@dataclass(frozen=True)
class Quotient(Node):
    """``dp[k]/dx[i]``, with a second ``dw[c]`` or a ``power`` below for second derivatives."""

    above: Name
    below: Name
    further: Name | None = None
    power: int | None = None


@dataclass(frozen=True)
class Claimed(Node):
    """``quotient = expression``."""

    left: Quotient
    right: Node


class Source(NamedTuple):
    """One statement of a text, and where in the text it stands."""

    field: str
    whole: str
    offset: int
    text: str

    def error(self, message: str, at: int) -> ClaimError:
        """An error at a place of the statement."""
        return ClaimError(message, field=self.field, source=self.whole, offset=self.offset + at)


# ---- statements apart ----------------------------------------------------------------------------


def statements(field: str, text: str) -> list[Source]:
    """The statements of a text, apart at semicolons and line ends.

    A line goes on where a bracket is open, or where an operator stands at its end or at the start
    of the next. What follows a # is a remark.

    Raises
    ------
    ClaimError
        Where the text is too long, or holds signs that no text has.
    """
    require_readable(field, text)
    found = [Source(field, text, start, text_) for start, text_ in _pieces(_without_remarks(text))]
    if len(found) > MOST_STATEMENTS:
        raise ClaimError(f"{len(found):,} statements: at most {MOST_STATEMENTS:,}", field=field)
    return found


def require_readable(field: str, text: str) -> None:
    """Refuse a text that is too long, or holds signs that no text has. Raises ``ClaimError``."""
    if len(text) > LONGEST_TEXT:
        message = f"{len(text):,} characters are too many: at most {LONGEST_TEXT:,}"
        raise ClaimError(message, field=field)
    for place, sign in enumerate(text):
        if not (sign.isprintable() or sign in "\n\r\t"):
            message = f"{sign!r} is no text: a sign that cannot be seen; take it out"
            raise ClaimError(message, field=field, source=text, offset=place)


def _without_remarks(text: str) -> str:
    """The text with blanks in place of remarks, and with the minus sign that typesetters use."""
    lines = []
    for line in text.replace("\r", " ").replace("−", "-").split("\n"):
        code = line.split("#", 1)[0]
        lines.append(code + " " * (len(line) - len(code)))
    return "\n".join(lines)


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    start, depth = 0, 0
    for place, sign in enumerate(text):
        depth += (sign in "([{") - (sign in ")]}")
        ends = sign == ";" or (sign == "\n" and depth <= 0 and not _goes_on(text, start, place))
        if ends:
            yield from _piece(text, start, place)
            start, depth = place + 1, 0
    yield from _piece(text, start, len(text))


def _goes_on(text: str, start: int, end: int) -> bool:
    """Whether a statement goes on after the line end at ``end``."""
    before = text[start:end].rstrip()
    if not before:
        return False
    return before[-1] in "+-*/^=<>,:" or text[end:].lstrip()[:1] in tuple("+-*/^=")


def _piece(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    inside = text[start:end]
    if inside.strip():
        yield start + len(inside) - len(inside.lstrip()), inside.strip()


# ---- one statement -------------------------------------------------------------------------------


def parse(source: Source, rule: str) -> Any:
    """The node of one statement, which a rule of the grammar describes.

    Raises
    ------
    ClaimError
        At the place where the text is not as the rule wants it.
    """
    if len(source.text) > LONGEST_STATEMENT:
        message = f"a statement of {len(source.text):,} characters: at most {LONGEST_STATEMENT:,}"
        raise source.error(f"{message}; define parts of it by themselves", 0)
    try:
        parsed = _lark().parse(source.text, start=rule)
    except UnexpectedInput as error:
        raise _misread(source, rule, error) from None
    except _Excess as excess:
        raise source.error(str(excess), excess.at) from None
    _require_shallow(source, parsed)
    return parsed


@cache
def _lark() -> Lark:
    """The parser. Nodes are made while it reads, so that no tree of its own has to be walked."""
    grammar = files(__package__).joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(
        grammar,
        parser="lalr",
        start=list(_STARTS),
        maybe_placeholders=True,
        transformer=_Nodes(),
        lexer_callbacks={"NAME": _word},
    )


def _word(token: Token) -> Token:
    if len(token) > LONGEST_WORD:
        raise _Excess(f"a name of {len(token):,} letters: at most {LONGEST_NAME}", _start(token))
    return token


def _require_shallow(source: Source, parsed: Any) -> None:
    """Refuse what nests too deep. Nothing recursive has walked it up to here."""
    waiting = [(node, 1) for node in _nodes_in(parsed)]
    while waiting:
        node, depth = waiting.pop()
        if depth > DEEPEST:
            raise source.error(f"nested deeper than {DEEPEST}: define parts by themselves", node.at)
        for value in vars(node).values():
            waiting += [(inner, depth + 1) for inner in _nodes_in(value)]


def every_node(node: Node) -> Iterator[Node]:
    """A node and all that are inside it, from left to right."""
    yield node
    for value in vars(node).values():
        for inner in _nodes_in(value):
            yield from every_node(inner)


def _nodes_in(value: Any) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _nodes_in(each)


class _Excess(Exception):  # noqa: N818  (it ends as a ClaimError)
    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


def _exact(token: Token) -> Fraction:
    mantissa, _, exponent = str(token).lower().partition("e")
    if len(mantissa) > LONGEST_NUMBER or len(exponent) > 4 or abs(int(exponent or 0)) > 999:
        raise _Excess(f"a number with more than {LONGEST_NUMBER} digits", _start(token))
    return Fraction(f"0{mantissa}0" if "." in mantissa else mantissa) * Fraction(10) ** int(
        exponent or 0
    )


def _start(part: Any) -> int:
    """Where a token or a node starts."""
    return int(part.start_pos or 0) if isinstance(part, Token) else int(part.at)


class _Open(list[tuple[str, Node]]):
    """Factors that are one sum or bracket, without parentheses around it."""


@v_args(inline=True)
class _Nodes(Transformer):  # type: ignore[type-arg]
    """From lark's tree to nodes."""

    def number(self, token: Token) -> Node:
        return Number(_start(token), _exact(token))

    def name(self, token: Token, indices: tuple[Node, ...] | None = None) -> Node:
        return Name(_start(token), str(token), indices or ())

    def call(self, token: Token, arguments: tuple[Node, ...]) -> Node:
        return Call(_start(token), str(token), arguments)

    def parenthesis(self, inside: Node) -> Node:
        return inside

    def negation(self, inside: Node) -> Node:
        return Signed(inside.at, ((-1, inside),))

    def power(self, base: Node, exponent: Node) -> Node:
        return Power(base.at, base, exponent)

    def chain(self, first: Any, stroke: Any = None, last: Any = None) -> list[tuple[str, Node]]:
        found: list[tuple[str, Node]] = [("*", first)] if stroke is None else first
        if stroke is not None:
            found.append((str(stroke), last))
        return found

    def factors(self, first: Any, stroke: Any = None, last: Any = None) -> list[tuple[str, Node]]:
        factors = first if isinstance(first, list) else _Open([("*", first)])
        return factors if stroke is None else [*factors, *_last_factors(str(stroke), last)]

    def opposite(self, factors: list[tuple[str, Node]]) -> list[tuple[str, Node]]:
        (stroke, first), *rest = factors
        return [(stroke, Signed(first.at, ((-1, first),))), *rest]

    def product(self, factors: list[tuple[str, Node]]) -> Node:
        return _product(factors)

    def expression(self, first: Node, *rest: Any) -> Node:
        if not rest:
            return first
        signs = (1 if sign == "+" else -1 for sign in rest[::2])
        return Signed(first.at, ((1, first), *zip(signs, rest[1::2], strict=True)))

    def big(self, token: Token, *rest: Any) -> Node:
        *binders, body = rest
        return Big(_start(token), str(token)[:-1], tuple(binders), body)

    def binder(self, token: Token, bound: Node) -> Node:
        return Binder(_start(token), str(token), bound)

    def guard(self, *parts: Any) -> Node:
        *conditions, stroke, factors = parts
        inside = tuple(each for comparison in conditions for each in comparison)
        at = inside[0].at
        if stroke is None:
            return Guard(at, inside, None)
        if stroke == "/":  # by the next factor alone
            (_, first), *rest = factors
            one = Number(first.at, Fraction(1))
            apart = _last_factors("/", first) if isinstance(factors, _Open) else [("/", first)]
            factors = [("*", one), *apart, *rest]
        return Guard(at, inside, _product(factors))

    def comparison(self, first: Node, *rest: Any) -> tuple[Comparison, ...]:
        sides = (first, *rest[1::2])
        pairs = zip(rest[::2], sides, sides[1:], strict=False)
        return tuple(Comparison(left.at, str(sign), left, right) for sign, left, right in pairs)

    def indices(self, inside: tuple[Node, ...]) -> tuple[Node, ...]:
        return inside

    def arguments(self, *inside: Node) -> tuple[Node, ...]:
        return inside

    def declaration(self, *parts: Any) -> Node:
        *names, domain, arguments, sizes = parts
        declared = tuple(Name(_start(token), str(token)) for token in names)
        return Declaration(declared[0].at, declared, str(domain), arguments or (), sizes or ())

    def hypothesis(self, comparisons: tuple[Comparison, ...]) -> tuple[Comparison, ...]:
        return comparisons

    def definition(self, token: Token, indices: Any, _: Token, right: Node) -> Node:
        return Statement(_start(token), Name(_start(token), str(token), indices or ()), right)

    def quotient(self, *parts: Any) -> Node:
        above, above_at, below, below_at, *rest = parts
        further, power = None, None
        if isinstance(rest[0], Token) and rest[0].type == "NUMBER":
            power = _whole(rest[0])
        elif rest[0] is not None:
            further = Name(_start(rest[0]), str(rest[0]), rest[1] or ())
        top = Name(_start(above), str(above), above_at or ())
        bottom = Name(_start(below), str(below), below_at or ())
        return Quotient(top.at, top, bottom, further, power)

    def claim(self, left: Quotient, _: Token, right: Node) -> Node:
        return Claimed(left.at, left, right)

    def steps(self, *parts: Any) -> tuple[Node, ...]:
        return tuple(part for part in parts if isinstance(part, Node))

    def value(self, right: Node) -> Node:
        return right


def _product(factors: list[tuple[str, Node]]) -> Node:
    first = factors[0][1]
    return first if len(factors) == 1 else Product(first.at, tuple(factors))


def _last_factors(stroke: str, last: Node) -> list[tuple[str, Node]]:
    """A sum or a bracket at the end; a / [c] * b divides by the bracket alone."""
    if stroke == "/" and isinstance(last, Guard) and last.body is not None:
        return [("/", Guard(last.at, last.conditions, None)), ("*", last.body)]
    return [(stroke, last)]


def _whole(token: Token) -> int:
    value = _exact(token)
    if value.denominator != 1:
        raise _Excess("the order of a derivative is a whole number", _start(token))
    return int(value)


# ---- what is wrong with a text -------------------------------------------------------------------

_SHAPE = {
    "declaration": "x: real[n]",
    "hypothesis": "sum_{k<n} y[k] = 1, or x[i] > 0",
    "definition": "name[indices] = expression",
    "claim": "dL/dx[i] = expression",
    "steps": "= expression",
    "value": "an expression",
}


def _misread(source: Source, rule: str, error: UnexpectedInput) -> ClaimError:
    wants = f"this is read as {_SHAPE[rule]}"
    if isinstance(error, UnexpectedEOF) or (
        isinstance(error, UnexpectedToken) and error.token.type == "$END"
    ):
        bracket = _left_open(source.text)
        reason = f": {bracket} is not closed" if bracket else ""
        return source.error(f"the text ends too soon{reason}; {wants}", len(source.text))
    at = error.pos_in_stream or 0
    if isinstance(error, UnexpectedCharacters):
        sign = source.text[at]
        return source.error(f"{sign!r} has no meaning here{_instead(sign)}; {wants}", at)
    token = error.token if isinstance(error, UnexpectedToken) else source.text[at]
    hint = _hint(source.text, at, rule)
    return source.error(f"{str(token)!r} was not expected here{hint}; {wants}", at)


_INSTEAD = {
    "&": "and",
    "|": "abs(..)",
    "@": "a sum",
    "!": "!=",
    "∑": "sum_{k<n} x[k]",
    "∏": "prod_{k<n} x[k]",
}


def _instead(sign: str) -> str:
    return f": write {_INSTEAD[sign]}" if _INSTEAD.get(sign) else ""


_NO_WORDS = ("if", "else", "or", "for", "in", "is", "not", "while", "lambda", "all", "where")


def _left_open(text: str) -> str:
    """The innermost bracket that is not closed; empty where all are."""
    stack: list[str] = []
    for sign in text:
        if sign in "([{":
            stack.append(sign)
        elif sign in ")]}" and stack:
            stack.pop()
    return stack[-1] if stack else ""


def _hint(text: str, at: int, rule: str) -> str:
    """What people mean who write 2x, x**2, f(x) = .., or a sum in another way."""
    before, after = text[:at].rstrip(), text[at:]
    word = re.split(r"[^\w]", before)[-1]
    first = (re.match(r"\w+", after) or [""])[0]
    last = before[-1:]
    beside = re.search(r"[\w)\]]$", before) is not None and re.match(r"[\w(\[{]", after) is not None
    if after[0] == "*" and last == "*":
        return ": a power is written ^"
    if after[0] in "=>" and last == "=":
        return ": equality is written =" if after[0] == "=" else ": write >="
    if first in _NO_WORDS:
        return f": {first} is no word of the notation"
    if word.startswith(("sum", "prod", "Σ")) and beside:
        return ": a sum is written sum_{k<n} x[k]"
    if rule == "declaration":
        return ": a colon stands after the names, and ; between declarations" if beside else ""
    if rule == "definition" and beside and "=" not in before:
        return ": on the left stands a name, with its indices in [ ]"
    if last == ")" and after[0] == "[":
        return ": only a name has entries; define what is in front, as in p[k] = .."
    return ": a product is written with *, and ; stands between statements" if beside else ""
