"""The triplet loss with squared distances, away from its kink."""

from typing import Any

from sympy import Expr, Max, Symbol

from ...derivation import Derivation, derive
from ...statement import Mistake, Part, Theorem
from ...symbols import delta, indices, product, real, size, sum_over, where

p = size("p")
a, b, n, margin = real("a", p), real("b", p), real("n", p), real("alpha")
c, d = indices("c d", p)
near, far = sum_over(d, (a[d] - b[d]) ** 2), sum_over(d, (a[d] - n[d]) ** 2)
u = near - far + margin

PICK = "δ_dc keeps the term d = c"


def active(slope: Any) -> Expr:
    """The slope where the triplet still costs something, else 0."""
    return where(u > 0, slope)


def chain(title: str, by: Any, *slopes: tuple[Any, str]) -> Derivation:
    """Differentiate the distances where the triplet is active."""
    return derive(
        title,
        name=Symbol("L"),
        by=by,
        rewriting=[
            (Max(0, u), "definition: what is missing to the margin"),
            (active(u), "a triplet that has its margin costs nothing"),
        ],
        slopes=[(active(slope), why) for slope, why in slopes],
    )


def by_anchor() -> Part:
    """Both squares have the anchor; what is left is the difference of the other two."""
    inside = sum_over(
        d, product(2, a[d] - b[d], delta(d, c)) - product(2, a[d] - n[d], delta(d, c))
    )
    result = product(2, n[c] - b[c])
    proof = chain(
        "by the anchor",
        a[c],
        (inside, "dv² = 2v dv, in both distances"),
        (result, "δ_dc keeps the term d = c, and a cancels"),
    )
    return Part(
        derivations=(proof,),
        mistakes=(
            Mistake("the sign turned", active(-result)),
            Mistake("without the factor 2", active(n[c] - b[c])),
            Mistake("whether the margin is met or not", result),
            Mistake("the distance to the positive alone", active(2 * (a[c] - b[c]))),
        ),
    )


def by_positive() -> Part:
    """The positive is pulled to the anchor."""
    inside = sum_over(d, product(-2, a[d] - b[d], delta(d, c)))
    result = product(2, b[c] - a[c])
    proof = chain("by the positive", b[c], (inside, "∂(a − b)²/∂b = −2 (a − b)"), (result, PICK))
    return Part(
        derivations=(proof,),
        mistakes=(
            Mistake("the sign turned", active(-result)),
            Mistake("without the factor 2", active(b[c] - a[c])),
            Mistake("whether the margin is met or not", result),
        ),
    )


def by_negative() -> Part:
    """The negative is pushed away from it."""
    inside = sum_over(d, product(2, a[d] - n[d], delta(d, c)))
    result = product(2, a[c] - n[c])
    proof = chain("by the negative", n[c], (inside, "−∂(a − n)²/∂n = 2 (a − n)"), (result, PICK))
    return Part(
        derivations=(proof,),
        mistakes=(
            Mistake("the sign turned", active(-result)),
            Mistake("as for the positive", active(2 * (b[c] - a[c]))),
            Mistake("whether the margin is met or not", result),
        ),
    )


THEOREM = Theorem(
    name="triplet_loss",
    title="Triplet loss with squared distances, by anchor, positive and negative",
    about=(
        "An anchor a shall be nearer to a positive b than to a negative n, by a margin α in "
        "squared distance (Schroff, Kalenichenko and Philbin, FaceNet, 2015). A triplet that has "
        "its margin gives no gradient at all, which is why hard triplets are sought. The three "
        "gradients add up to 0. Where the margin is just met there is a kink and no derivative."
    ),
    build=lambda: (by_anchor(), by_positive(), by_negative()),
)
