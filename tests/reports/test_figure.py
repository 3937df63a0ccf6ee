"""Figures: well-formed, inside their frames, and showing what they are given."""

from xml.etree import ElementTree

import pytest

from numeric.curve import CurvePoint
from reports.figure import HEIGHT, WIDTH, matrix, v_curve

SVG = "{http://www.w3.org/2000/svg}"


def curve(*errors):
    """Steps 1/2, 1/4, .. with these errors, below bars of 1e-3."""
    return [CurvePoint(2.0 ** -(k + 1), error, 1e-3, 0.0) for k, error in enumerate(errors)]


def parts(figure, tag):
    return ElementTree.fromstring(figure).findall(f"{SVG}{tag}")


def test_every_error_is_a_dot_and_the_bar_a_line_above_them():
    figure = v_curve(curve(1e-4, 1e-5, 2e-6), "errors")
    dots = parts(figure, "circle")
    (bar,) = (line for line in parts(figure, "polyline") if line.get("points").count(" ") == 2)
    heights = [float(place.split(",")[1]) for place in bar.get("points").split()]
    assert len(dots) == 3
    for dot, height in zip(dots, heights, strict=True):
        assert float(dot.get("cy")) > height
        assert 0 < float(dot.get("cx")) < WIDTH
        assert 0 < float(dot.get("cy")) < HEIGHT
    assert float(dots[0].get("cx")) > float(dots[1].get("cx")) > float(dots[2].get("cx"))
    assert float(dots[0].get("cy")) < float(dots[1].get("cy")) < float(dots[2].get("cy"))


def test_errors_that_vanish_are_left_out():
    assert len(parts(v_curve(curve(1e-4, 0.0, 1e-9, 2e-6), "errors"), "circle")) == 2


def test_a_matrix_shows_every_entry_in_its_place():
    figure = matrix([[0.25, -0.125], [0.0, 1.0]], "M")
    texts = [text.text for text in parts(figure, "text")]
    assert [text for text in texts if "=" not in text] == ["0.2500", "−0.1250", "0.0000", "1.0000"]
    assert {"i = 0", "i = 1", "k = 0", "k = 1"} <= set(texts)
    squares = [square for square in parts(figure, "rect") if square.get("x")]
    assert [float(square.get("fill-opacity")) for square in squares] == [0.19, 0.09, 0, 0.75]
    assert squares[0].get("fill") != squares[1].get("fill")


def test_a_matrix_of_zeros_has_no_colour():
    squares = [s for s in parts(matrix([[0.0]], "M"), "rect") if s.get("x")]
    assert [float(square.get("fill-opacity")) for square in squares] == [0]


@pytest.mark.parametrize("title", ["a < b & c", "<script>", '"quoted"'])
def test_titles_are_text(title):
    for figure in (matrix([[1.0]], title), v_curve(curve(1e-4, 1e-5), title)):
        assert parts(figure, "title")[0].text == title
