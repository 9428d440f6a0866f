"""chart -> picture for Word: the drawing painted with Pillow, crisp on paper, small in bytes.

Text is set as in the PDF, and comes out the same on every machine, in every script.
"""

from io import BytesIO
from typing import Any

import uharfbuzz as hb
from PIL import Image, ImageDraw
from reportlab.lib.colors import HexColor

from talktotext.documents import charts
from talktotext.documents.blocks import Chart
from talktotext.documents.charts import Boxes, Drawing, Label, Point, Polygon, Polyline, Shape
from talktotext.documents.typesetting.lines import Line, broken
from talktotext.documents.typesetting.spans import Look, Span

DPI = 288  # four pixels a point, so that bars begin and end on one
_SCALE = DPI / 72
_FINE = 2  # shapes are painted so many times larger, for smooth edges
_COLORS = 128
_EDGE = 1.0  # points around the drawing, so that no letter touches the picture's edge
_SHARES = {"start": 0.0, "middle": 0.5, "end": 1.0}


def picture(chart: Chart, width: float, accent: str) -> BytesIO:
    """A chart so many points wide, as a PNG that knows its size on paper."""
    drawing = charts.drawing(chart, width - 2 * _EDGE, measure, accent)
    image = _shapes(drawing)
    for shape in drawing.shapes:
        if isinstance(shape, Label) and shape.text:
            _label(image, shape)
    few = image.quantize(_COLORS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    out = BytesIO()
    few.save(out, "PNG", optimize=True, dpi=(DPI, DPI))
    out.seek(0)
    return out


def measure(text: str, size: float) -> float:
    """Width of a line of text, in points."""
    return _line(text, size).width if text else 0.0


def _line(text: str, size: float) -> Line:
    look = Look(size, HexColor("#000000"))
    return broken((Span(text, look),), float("inf")).lines[0]


def _shapes(drawing: Drawing) -> Image.Image:
    """All but the text."""
    size = [max(1, round((side + 2 * _EDGE) * _SCALE)) for side in (drawing.width, drawing.height)]
    large = Image.new("RGB", (size[0] * _FINE, size[1] * _FINE), "#FFFFFF")
    pen = ImageDraw.Draw(large)
    for shape in drawing.shapes:
        _paint(pen, shape, large.height)
    return large.reduce(_FINE)


def _paint(pen: ImageDraw.ImageDraw, shape: Shape, height: int) -> None:
    scale = _SCALE * _FINE

    def place(point: Point) -> Point:
        return (point[0] + _EDGE) * scale, height - (point[1] + _EDGE) * scale

    match shape:
        case Boxes(boxes, fill):
            for x, y, wide, high in boxes:
                (left, top), (right, bottom) = place((x, y + high)), place((x + wide, y))
                edges = (round(left), round(top), round(right) - 1, round(bottom) - 1)
                pen.rectangle((*edges[:2], max(edges[0], edges[2]), max(edges[1], edges[3])), fill)
        case Polygon(points, fill):
            pen.polygon([place(point) for point in points], fill)
        case Polyline(points, color, wide):
            line = [place(point) for point in points]
            pen.line(line, color, max(1, round(wide * scale)), joint="curve")


def _label(image: Image.Image, label: Label) -> None:
    """Text with smooth edges, by HarfBuzz."""
    line = _line(label.text, label.size)
    raster: Any = hb.RasterDraw()
    x = (label.x - line.width * _SHARES[label.anchor] + _EDGE) * _SCALE
    y = (label.y + _EDGE) * _SCALE
    for part in (part for bit in line.bits for part in bit.shaped):
        unit = label.size * _SCALE / part.face.units  # in pixels
        for cluster in part.clusters:
            for glyph in cluster.glyphs:
                raster.transform = (unit, 0, 0, unit, x + glyph.x * unit, y + glyph.y * unit)
                raster.draw_glyph(part.face.font, glyph.number)
            x += cluster.advance * unit
    _print(image, raster.render(), label.color)


def _print(image: Image.Image, ink: Any, color: str) -> None:
    """Lay a mask, whose rows go up, on a picture whose rows go down."""
    extents = ink.extents
    size = extents.width, extents.height
    if all(size):
        mask = Image.frombytes("L", size, ink.buffer, "raw", "L", extents.stride, -1)
        image.paste(color, (extents.x_origin, image.height - extents.y_origin - size[1]), mask)
