"""The reference that compiled functions are held against: loops over 60-digit numbers."""

from itertools import product as tuples

import mpmath
import numpy as np

from derive.kernel.terms import OF_POSITIVE, natural_number, rational
from numeric.rounding import rounding_bound

from .formulas import DECLARED

FLOATS = (np.float32, np.float64)
FUNCTIONS = {
    "exp": mpmath.exp,
    "log": mpmath.log,
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "erf": mpmath.erf,
    "lgamma": mpmath.loggamma,
    "digamma": mpmath.digamma,
}


class NoValue(Exception):  # noqa: N818
    """The term has no value at these inputs, or one that no float holds."""


class Loops:
    """Evaluates a term entry by entry, in 60 digits. Written apart from the compiler."""

    def __init__(self, sizes, values, largest=80):
        self.sizes, self.values, self.largest = sizes, values, largest

    def array(self, term, free):
        """The values at all free indices, as an object array."""
        axes = [range(self.sizes[DECLARED.indices[index]]) for index in free]
        found = np.empty([len(axis) for axis in axes], object)
        with mpmath.workdps(60):
            for at in tuples(*axes):
                found[at] = self._value(term, (), dict(zip(free, at, strict=True)))
        return found

    def _value(self, term, bound, free):
        args = term.args
        parts = (self._value(part, bound, free) for part in term.parts)
        match term.kind:
            case "number":
                return mpmath.mpf(args[0]) / args[1]
            case "constant":
                return +mpmath.pi
            case "size":
                return mpmath.mpf(self.sizes[args[0]])
            case "position":
                return mpmath.mpf(self._index(args[0], bound, free))
            case "element":
                at = tuple(self._index(index, bound, free) for index in args[1])
                return mpmath.mpf(float(self.values[args[0]][at]))
            case "delta":
                left, right = (self._index(index, bound, free) for index in args)
                return mpmath.mpf(left == right)
            case "add":
                return mpmath.fsum(parts)
            case "multiply":
                return mpmath.fprod(parts)
            case "power":
                return self._power(*parts, args[1])
            case "apply":
                return self._function(args[0], *parts)
            case "sum":
                every = range(self.sizes[args[0]])
                return mpmath.fsum(self._value(args[1], (k, *bound), free) for k in every)
            case _:
                left, right = (self._value(side, bound, free) for side in args[1:3])
                holds = {
                    "=": left == right,
                    "!=": left != right,
                    "<": left < right,
                    "<=": left <= right,
                }[args[0]]
                return self._value(args[3], bound, free) if holds else mpmath.mpf(0)

    def _index(self, index, bound, free):
        if isinstance(index, tuple):
            at = tuple(self._index(inner, bound, free) for inner in index[1:])
            return int(self.values[index[0]][at])
        return bound[index] if isinstance(index, int) else free[index]

    @staticmethod
    def _power(base, exponent, term):
        if natural_number(term) is None:
            whole = isinstance(rational(term), int)
            if base == 0 if whole else base <= 0:
                raise NoValue
        return base**exponent

    def _function(self, name, argument):
        if argument <= 0 if name in OF_POSITIVE else argument > self.largest:
            raise NoValue
        return FUNCTIONS[name](argument)


def arrays_of(sizes, seed, dtype=np.float64, scale=1.0):
    """Random arrays for every name."""
    random = np.random.default_rng(seed)
    values = {
        name: (scale * random.standard_normal([sizes[axis] for axis in shape])).astype(dtype)
        for name, shape in DECLARED.variables.items()
    }
    for name, label in DECLARED.labels.items():
        values[name] = random.integers(sizes[label.below], size=[sizes[s] for s in label.shape])
    return values


def distance(found, exact):
    """|found - exact|, entry by entry."""
    pairs = zip(np.ravel(found), np.ravel(exact), strict=True)
    return np.array([float(abs(mpmath.mpf(float(a)) - b)) for a, b in pairs])


def agrees(compiled, values, exact):
    """Whether the compiled function is within its rounding bound of the exact values."""
    found = compiled(**values)
    assert np.shape(found) == exact.shape
    bound = np.ravel(rounding_bound(compiled, **values))
    return not (distance(found, exact) > bound + 1e-50).any()
