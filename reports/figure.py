"""Figures as SVG text: the same bytes on every machine, on white so that dark pages can show them.

Plotting libraries write their version, font outlines and machine-dependent digits into a file. A
committed page has to come out the same everywhere, so these few shapes are written out here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

from numeric.curve import CurvePoint

WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 64, 20, 20, 48
INK, GRID, ERROR, BAR = "#343a40", "#dee2e6", "#0b7285", "#e8590c"


class Axes(NamedTuple):
    """Powers of ten on both axes; maps values to places on the sheet."""

    left: int
    right: int
    low: int
    high: int

    def across(self, value: float) -> float:
        """The place of a value on the axis that runs from left to right."""
        share = (math.log10(value) - self.left) / (self.right - self.left)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def up(self, value: float) -> float:
        """The place of a value on the axis that runs upwards."""
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def v_curve(curve: Sequence[CurvePoint], title: str) -> str:
    """The error of the central difference against its step, below the bar that bounds it.

    Steps at which the error happens to vanish have no place on a logarithmic axis, nor have those
    at which it is a thousand times smaller than every bar: left out.
    """
    smallest = min(at.bar for at in curve) / 1e3
    shown = [at for at in curve if at.error > smallest]
    axes = _axes(
        [at.step for at in curve], [e for at in curve for e in (at.error, at.bar)], smallest
    )
    bar = _line(((axes.across(at.step), axes.up(at.bar)) for at in curve), BAR)
    dots = [_dot(axes.across(at.step), axes.up(at.error)) for at in shown]
    name = "error of the central difference"
    labels = [
        _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, "step h", anchor="middle"),
        _text((LEFT + WIDTH - RIGHT) / 2, TOP + 14, "error bar", anchor="middle", colour=BAR),
        _text((LEFT + WIDTH - RIGHT) / 2, TOP + 32, name, anchor="middle", colour=ERROR),
    ]
    return _sheet(title, [*_grid(axes), bar, *dots, *labels], WIDTH, HEIGHT)


def matrix(entries: Sequence[Sequence[float]], title: str) -> str:
    """A matrix as coloured squares with their values: blue below 0, orange above."""
    side = 88
    largest = max(abs(value) for row in entries for value in row) or 1.0
    cells = []
    for k, row in enumerate(entries):
        for i, value in enumerate(row):
            colour, strength = (BAR if value > 0 else ERROR), 0.75 * abs(value) / largest
            x, y = 56 + side * i, 40 + side * k
            cells.append(
                f'<rect x="{x}" y="{y}" width="{side - 4}" height="{side - 4}" rx="6" '
                f'fill="{colour}" fill-opacity="{strength:.2f}" stroke="{GRID}"/>'
            )
            middle = (x + side / 2 - 2, y + side / 2 + 3)
            cells.append(_text(*middle, f"{value:.4f}".replace("-", "−"), anchor="middle"))
    for place in range(len(entries)):
        cells.append(_text(56 + side * (place + 0.5) - 2, 28, f"i = {place}", anchor="middle"))
        cells.append(_text(10, 40 + side * (place + 0.5) + 3, f"k = {place}"))
    width = 60 + side * len(entries[0])
    return _sheet(title, cells, width, 44 + side * len(entries))


def _axes(steps: list[float], errors: list[float], smallest: float) -> Axes:
    seen = [error for error in errors if error > smallest]
    low, high = math.floor(math.log10(min(seen))), math.ceil(math.log10(max(seen)))
    left, right = math.floor(math.log10(min(steps))), math.ceil(math.log10(max(steps)))
    return Axes(left, right, low, max(high, low + 1))


def _grid(axes: Axes) -> list[str]:
    lines = []
    for power in range(axes.left, axes.right + 1, 2):
        x = axes.across(10.0**power)
        lines.append(_line([(x, TOP), (x, HEIGHT - BOTTOM)], GRID))
        lines.append(_text(x, HEIGHT - BOTTOM + 16, _power_of_ten(power), anchor="middle"))
    for power in range(axes.low, axes.high + 1, 2):
        y = axes.up(10.0**power)
        lines.append(_line([(LEFT, y), (WIDTH - RIGHT, y)], GRID))
        lines.append(_text(LEFT - 8, y + 4, _power_of_ten(power), anchor="end"))
    return lines


def _power_of_ten(power: int) -> str:
    return "10" + str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _line(places: Iterable[tuple[float, float]], colour: str) -> str:
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return f'<polyline points="{points}" fill="none" stroke="{colour}"/>'


def _dot(x: float, y: float) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{ERROR}"/>'


def _text(x: float, y: float, text: str, *, anchor: str = "start", colour: str = INK) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}"'
    return f'<text {place} font-family="sans-serif" font-size="13">{escape(text)}</text>'


def _sheet(title: str, shapes: list[str], width: int, height: int) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img">'
    )
    paper = f'<rect width="{width}" height="{height}" rx="6" fill="white"/>'
    return "\n".join([head, f"<title>{escape(title)}</title>", paper, *shapes, "</svg>", ""])
