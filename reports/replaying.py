"""What ``gradproof replay`` says of a saved proof. Imports the kernel and nothing else of ours."""

from __future__ import annotations

from typing import Any

from derive.proof_files import describe, loads

Record = dict[str, Any]  # JSON-ready


def record(text: str) -> Record:
    """Replay a proof from its JSON text, and tell what it proves. Raises ``Refused``."""
    proof = loads(text)
    statement, names, given = describe(proof)
    return {
        "rule_applications": len(proof.lines),
        "statement": statement,
        "for_every": names,
        "given": given,
    }


def record_text(told: Record) -> str:
    """The same for people."""
    lines = [
        f"replayed, {told['rule_applications']} rule applications; it proves",
        f"    {told['statement']}",
        f"    for every {'; '.join(told['for_every'])}",
    ]
    return "\n".join([*lines, *(f"    given {relation}" for relation in told["given"])])
