"""Attempts with one thing changed: a premise, or an argument."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from derive.kernel import Term
from derive.kernel.judgement import Context, Guard
from derive.kernel.rules import RULES
from derive.kernel.terms import RELATIONS, ZERO, element
from derive.rebinding import map_indices, rebuild, replace_index

from .universe import Draw, choose
from .workbench import Attempt


def perturbed(draw: Draw, attempt: Attempt) -> Attempt:
    """The attempt with a premise dropped or exchanged, or with one argument changed a little."""
    what = choose(draw, "premise", "argument", "argument", "argument")
    if what == "premise" and attempt.premises:
        return replace(attempt, premises=_other_premises(draw, attempt))
    shapes = RULES[attempt.rule]
    place = choose(draw, *range(len(shapes)))
    args = list(attempt.args)
    args[place] = _CHANGES[shapes[place]](draw, args[place])
    return replace(attempt, args=tuple(args))


def _other_premises(draw: Draw, attempt: Attempt) -> tuple[int, ...]:
    premises = list(attempt.premises)
    place = choose(draw, *range(len(premises)))
    dropped = premises.pop(place)
    other = choose(draw, *range(len(attempt.proof.lines)))
    return tuple(choose(draw, premises, [*premises, other], [dropped, *premises]))


def _other_term(draw: Draw, term: Term) -> Term:
    """The term with one index renamed everywhere or somewhere, or one part changed or dropped."""
    parts = [place for place, arg in enumerate(term.args) if isinstance(arg, Term)]
    options = ["everywhere"]
    if term.kind in ("add", "multiply") and parts:
        options.append("drop")
    if parts:
        options += ["inside"] * 4
    match choose(draw, *options):
        case "inside":
            place = choose(draw, *parts)
            args = list(term.args)
            args[place] = _other_term(draw, args[place])
            return rebuild(term, args)
        case "drop":
            kept = list(term.args)
            kept.pop(choose(draw, *parts))
            return rebuild(term, kept)
        case _:
            old, new = (choose(draw, 0, 1, "i", "j", "a", ("t", "a"), ("s", "i")) for _ in "ab")
            swapped = choose(draw, True, False)
            return _swap(term, old, new) if swapped else replace_index(term, old, new)


def _swap(term: Term, old: Any, new: Any) -> Term:
    """The term with two indices exchanged, at its outermost level only."""
    names = {old: new, new: old}
    return map_indices(term, lambda index, depth: index if depth else names.get(index, index))


def _other_natural(draw: Draw, value: int) -> int:
    return choose(draw, value + 1, max(value - 1, 0))


def _other_naturals(draw: Draw, values: tuple[int, ...]) -> tuple[int, ...]:
    return choose(draw, values[::-1], values[1:], (*values, len(values)), (*values, 0))


def _other_context(draw: Draw, context: Context) -> Context:
    longer, shorter = ("n", *context), context[1:]
    guarded = (("<", ZERO, element("u")), *context)
    others = (longer, ("m", *context), (*context, "n"), guarded, shorter, context[::-1])
    return choose(draw, *others, tuple(entry for entry in context if isinstance(entry, str)))


def _other_guard(draw: Draw, guard: Guard) -> Guard:
    relation, left, right = guard
    other = choose(draw, *[name for name in RELATIONS if name != relation])
    return choose(draw, (other, left, right), (relation, right, left), (relation, left, ZERO))


def _other_indices(draw: Draw, indices: tuple[Any, ...]) -> tuple[Any, ...]:
    other = choose(draw, 0, 1, "i", "a", ("t", "a"))
    return choose(draw, indices[::-1], (other, *indices[1:]), (*indices, other))


def _other_name(draw: Draw, name: str) -> str:
    return choose(draw, "x", "w", "u", "K", "t", "exp", "log", "nobody", name + "'")


def _other_index(draw: Draw, _index: Any) -> Any:
    return choose(draw, 0, 1, "i", "j", "a", ("t", "a"), ("t", 0), ("s", "i"))


_CHANGES = {
    "Term": _other_term,
    "Natural": _other_natural,
    "Naturals": _other_naturals,
    "Context": _other_context,
    "Guard": _other_guard,
    "Indices": _other_indices,
    "Name": _other_name,
    "Index": _other_index,
}
