"""Any well-formed term, drawn by hypothesis."""

from hypothesis import strategies as st

from derive.kernel.terms import (
    OF_POSITIVE,
    RELATIONS,
    add,
    apply,
    constant,
    delta,
    element,
    multiply,
    number,
    position,
    power,
    size,
    sum_over,
    where,
)

from .formulas import DECLARED


class Terms:
    """Draws well-formed terms under a context of binders."""

    def __init__(self, draw):
        self.draw = draw

    def drawn(self, depth):
        """A term without open binders, of at most this depth."""
        return self._any((), depth)

    def _pick(self, *choices):
        return self.draw(st.sampled_from(choices))

    def _index(self, below, context, gathered=2):
        """An index below a size; looked up in labels, so many times at most."""
        choices = [k for k, axis in enumerate(context) if axis == below]
        choices += [name for name, axis in DECLARED.indices.items() if axis == below]
        if gathered:
            choices += [name for name, label in DECLARED.labels.items() if label.below == below]
        chosen = self._pick(*choices)
        if chosen not in DECLARED.labels:
            return chosen
        shape = DECLARED.labels[chosen].shape
        return (chosen, *(self._index(axis, context, gathered - 1) for axis in shape))

    def _any(self, context, depth):
        kinds = ("element", "element", "number", "pi", "delta", "position", "size")
        if depth > 0:
            kinds = (
                "add",
                "multiply",
                "multiply",
                "natural",
                "sum",
                "sum",
                "where",
                "log",
                "total",
                "above",
            )
        return getattr(self, f"_{self._pick(*kinds)}")(context, depth - 1)

    def _above(self, context, depth):
        """A term that is positive wherever it has a value."""
        kinds = ("exp",) if depth <= 0 else ("exp", "exp", "add0", "multiply0", "power0", "sum0")
        return getattr(self, f"_{self._pick(*kinds)}")(context, depth - 1)

    def _element(self, context, _):
        name = self._pick(*DECLARED.variables)
        return element(name, *(self._index(axis, context) for axis in DECLARED.variables[name]))

    def _number(self, _, __):
        return number(self.draw(st.fractions(-3, 3, max_denominator=3)))

    def _delta(self, context, _):
        below = self._pick("m", "n", "p")
        return delta(self._index(below, context), self._index(below, context))

    def _position(self, context, _):
        return position(self._index(self._pick("m", "n", "p"), context))

    def _size(self, _, __):
        return size(self._pick("m", "n", "p"))

    def _add(self, context, depth):
        return add(*(self._any(context, depth) for _ in range(self._pick(2, 3))))

    def _multiply(self, context, depth):
        return multiply(*(self._any(context, depth) for _ in range(self._pick(2, 3))))

    def _natural(self, context, depth):
        return power(self._any(context, depth), number(self._pick(0, 1, 2, 3, 5)))

    def _sum(self, context, depth):
        below = self._pick("m", "n", "p")
        return sum_over(below, self._any((below, *context), depth))

    def _where(self, context, depth):
        left, right = (self._pick(self._position, self._element)(context, 0) for _ in range(2))
        return where(self._pick(*RELATIONS), left, right, self._any(context, depth))

    def _pi(self, _, __):
        return constant("pi")

    def _log(self, context, depth):
        return apply(self._pick(*OF_POSITIVE), self._above(context, depth))

    def _total(self, context, depth):
        return apply(self._pick("sin", "cos", "erf"), self._any(context, depth))

    def _exp(self, context, depth):
        return apply("exp", self._any(context, min(depth, 1)))

    def _add0(self, context, depth):
        return add(self._above(context, depth), self._above(context, depth))

    def _multiply0(self, context, depth):
        return multiply(self._above(context, depth), self._above(context, depth))

    def _power0(self, context, depth):
        exponent = self._pick(self._number, self._element)(context, 0)
        return power(self._above(context, depth), exponent)

    def _sum0(self, context, depth):
        below = self._pick("m", "n", "p")
        return sum_over(below, self._above((below, *context), depth))


@st.composite
def terms(draw):
    """Terms over the declarations of ``formulas``, with free indices."""
    return Terms(draw).drawn(draw(st.integers(0, 4)))
