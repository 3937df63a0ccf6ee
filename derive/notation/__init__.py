"""SymPy in, SymPy out: formulas as people write them, to and from the kernel's inert terms.

Nothing is guessed. What cannot be said exactly as a term is refused with the sub-expression shown.
"""

from .errors import NotationError
from .functions import FUNCTIONS
from .reader import (
    Reader,
    exact,
    free_indices,
    read_claim,
    read_claim_with,
    read_identity,
)
from .writer import Writer

__all__ = [
    "FUNCTIONS",
    "NotationError",
    "Reader",
    "Writer",
    "exact",
    "free_indices",
    "read_claim",
    "read_claim_with",
    "read_identity",
]
