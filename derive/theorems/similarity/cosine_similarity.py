"""Backward through the cosine similarity of pairs of vectors."""

from typing import Any

from sympy import Symbol, sqrt

from ...derivation import Derivation, derive
from ...losses import upstream
from ...statement import Mistake, Part, Theorem
from ...symbols import Definition, indices, product, real, size, sum_over

m, p = size("m"), size("p")
X, Y, G = real("X", m, p), real("Y", m, p), real("G", m)
q, r = indices("q r", m)
i, d = indices("i d", p)
u = Definition("u", (r,), sqrt(sum_over(d, X[r, d] ** 2)))
v = Definition("v", (r,), sqrt(sum_over(d, Y[r, d] ** 2)))
dot = sum_over(d, X[q, d] * Y[q, d])
c = Definition("c", (r,), sum_over(d, X[r, d] * Y[r, d]) / (u[r] * v[r]))
L = upstream(G, c)


def chain(title: str, x: Any, y: Any, lengths: tuple[Any, Any]) -> Derivation:
    """By one entry x, the entry y being its partner; the length of x comes first."""
    own, other = lengths
    return derive(
        title,
        name=Symbol("L"),
        by=x,
        rewriting=[(L, "the output c_r = x·y/(u v), row by row, times its upstream gradient")],
        slopes=[
            (
                G[q] * (y / (own * other) - product(dot / (own**2 * other), x / own)),
                "quotient rule; the length √Σx² has the slope x/√Σx²",
            ),
            (G[q] * (y / (own * other) - c[q] * x / own**2), "definition of c"),
            (G[q] / own * (y / other - c[q] * x / own), "one over the length is common to both"),
        ],
    )


def by_first() -> Part:
    """What of y's direction is at right angles to x, over the length of x."""
    x, y = X[q, i], Y[q, i]
    return Part(
        derivations=(chain("by an entry of x", x, y, (u[q], v[q])),),
        mistakes=(
            Mistake("the length held constant", G[q] * y / (u[q] * v[q])),
            Mistake("u for u²", G[q] * (y / (u[q] * v[q]) - c[q] * x / u[q])),
            Mistake("y's length in both", G[q] / u[q] * (y / v[q] - c[q] * x / v[q])),
            Mistake("the second term added", G[q] / u[q] * (y / v[q] + c[q] * x / u[q])),
        ),
        note="At right angles to x: Σ_i x_i ∂L/∂x_i = 0, for c does not depend on the length.",
    )


def by_second() -> Part:
    """The same with x and y exchanged."""
    x, y = X[q, i], Y[q, i]
    return Part(
        derivations=(chain("by an entry of y", y, x, (v[q], u[q])),),
        mistakes=(
            Mistake("the length held constant", G[q] * x / (u[q] * v[q])),
            Mistake("divided by x's length", G[q] / u[q] * (x / u[q] - c[q] * y / v[q])),
            Mistake("the gradient by x", G[q] / u[q] * (y / v[q] - c[q] * x / u[q])),
        ),
    )


THEOREM = Theorem(
    name="cosine_similarity",
    title="Backward through cosine similarity",
    about=(
        "The cosine of the angle of two vectors, for each row of X with the same row of Y, where "
        "neither is 0 (torch.nn.CosineSimilarity). It does not depend on lengths, so the gradient "
        "by x is at right angles to x: y's direction less what of it lies along x. It is divided "
        "by the length of x, so that short vectors turn fast."
    ),
    build=lambda: (by_first(), by_second()),
)
