"""The worked example for a terminal, and as data for machines."""

from __future__ import annotations

from typing import Any

import numpy as np

from numeric.example import Differences, Row


def example_as_text(row: Row) -> str:
    """One quantity with eight decimals, and below it what differences make of it."""
    lines = [f"{row.name} = {_digits(row.values)}"]
    if row.differences is not None:
        lines += _differences(row.differences)
    return "\n".join(lines)


def example_as_json(row: Row) -> dict[str, Any]:
    """The same as JSON-ready data."""
    data: dict[str, Any] = {"name": row.name, "values": row.values.tolist()}
    if row.differences is not None:
        data["differences"] = {
            name: getattr(row.differences, name).tolist()
            for name in ("forward", "forward_error", "central", "error", "bar")
        }
    return data


def _differences(differences: Differences) -> list[str]:
    """Forward and central differences with their errors, a line each."""
    columns = (
        ("forward difference, h = 1e-3", differences.forward, _digits),
        ("its error", differences.forward_error, _orders),
        ("central difference", differences.central, _digits),
        ("its error", differences.error, _orders),
        ("its error bar", differences.bar, _orders),
    )
    return [f"    {name:<28} = {_indented(write(values))}" for name, values, write in columns]


def _indented(text: str) -> str:
    return text.replace("\n", "\n" + " " * 35)


def _digits(values: Any) -> str:
    """As the page prints numbers: eight decimals."""
    return np.array2string(values + 0.0, formatter={"float_kind": lambda v: f"{v:.8f}"})


def _orders(values: Any) -> str:
    return np.array2string(values, formatter={"float_kind": lambda v: f"{v:.1e}"})
