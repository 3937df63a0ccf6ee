"""The one error that the kernel raises."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818  (a refusal is an answer, not a mishap)
    """A rule does not apply, or a proof is malformed. Reads "RULE: reason: both sides".

    The text is built only when it is read: most refusals are a tactic looking for a way.
    """

    rule = ""

    def __str__(self) -> str:
        reason, *about = self.args
        text = f"{self.rule}: {reason}" if self.rule else str(reason)
        return text + (": " + "  |  ".join(map(str, about)) if about else "")


def require(condition: object, reason: str, *about: object) -> None:
    """Refuse with the reason unless the condition holds."""
    if not condition:
        raise Refused(reason, *about)
