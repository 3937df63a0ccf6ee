"""The worked example for a terminal, and as data for machines."""

from __future__ import annotations

from typing import Any

import numpy as np

from numeric.example import Beside, Row


def example_as_text(row: Row) -> str:
    """One line of the page with eight decimals; below a forward difference, what is better."""
    line = f"{row.name} = {_digits(row.values)}"
    return line if row.beside is None else "\n".join([line, *_beside(row.what, row.beside)])


def example_as_json(row: Row) -> dict[str, Any]:
    """The same as JSON-ready data."""
    data: dict[str, Any] = {"name": row.name, "what": row.what, "values": row.values.tolist()}
    if row.beside is not None:
        data["error"] = row.beside.error.tolist()
        data["central_difference"] = {
            "values": row.beside.central.tolist(),
            "error": row.beside.central_error.tolist(),
            "error_bar": row.beside.bar.tolist(),
        }
    return data


def _beside(what: str, beside: Beside) -> list[str]:
    lines = (
        ("its error", _orders(beside.error)),
        ("central difference", _digits(beside.central)),
        ("its error", _orders(beside.central_error)),
        ("its error bar", _orders(beside.bar)),
    )
    shown = [f"    {name:<18} = {values}" for name, values in lines]
    closer = f"    the central difference is {_rounded_down(beside.times_closer)} times closer"
    return [f"    a {what}", *shown, closer]


def _digits(values: Any) -> str:
    """As the page prints numbers: eight decimals."""
    return np.array2string(values + 0.0, formatter={"float_kind": lambda v: f"{v:.8f}"})


def _orders(values: Any) -> str:
    return np.array2string(values, formatter={"float_kind": lambda v: f"{v:.1e}"})


def _rounded_down(ratio: float) -> str:
    return f"more than {10 ** int(np.log10(ratio)):,}"
