"""What a repair and a diagnosis are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..claims import Claim
from ..kernel import Term


class Kind(StrEnum):
    """The mistakes that people make with derivatives."""

    SIGN = "sign"
    FACTOR = "factor"
    SIZE_FACTOR = "size factor"
    TEMPERATURE = "temperature"
    SWAPPED = "indices swapped"
    DELTA_MISSING = "delta missing"
    DELTA_MISPLACED = "delta misplaced"
    DIAGONAL_ONLY = "diagonal only"
    TERM_MISSING = "term missing"
    TERM_EXTRA = "term extra"
    SUM_MISSING = "sum missing"
    SUM_EXTRA = "sum extra"
    HYPOTHESIS = "hypothesis missing"
    ONE_SIZE = "one size only"
    LOG_PARAMETER = "log parameter"
    SHIFTED = "index shifted"
    SUM_FOR_MEAN = "sum for mean"


@dataclass(frozen=True)
class Repair:
    """A claim, or several, that may be what was meant, and the words for the difference.

    ``words`` has a place ``{}`` for each of the ``terms``, which somebody else spells.
    """

    kind: Kind
    words: str
    claims: tuple[Claim, ...]
    terms: tuple[Term, ...] = ()


@dataclass(frozen=True)
class Diagnosis:
    """Which mistake a false claim makes.

    kind: the kind of mistake.
    words: one sentence, such as "right up to the factor 1/n".
    claims: the repaired claim, or several of them where one size is fixed; each has been proved.
    """

    kind: Kind
    words: str
    claims: tuple[Claim, ...]

    @property
    def claim(self) -> Claim:
        """The repaired claim, the first where there are several."""
        return self.claims[0]

    def __str__(self) -> str:
        return self.words
