"""drawing -> PDF: vectors on a reportlab canvas. Text is set by whoever knows the fonts."""

from collections.abc import Callable, Sequence

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from talktotext.documents.charts import Box, Boxes, Drawing, Label, Point, Polygon, Polyline

SetText = Callable[[Canvas, Label], None]
_NON_ZERO = 1  # boxes may overlap, and are filled all the same


def draw(canvas: Canvas, drawing: Drawing, x: float, y: float, text: SetText) -> None:
    """Paint a drawing with its lower left corner at (x, y), in points."""
    canvas.saveState()
    canvas.translate(x, y)
    canvas.setLineJoin(1)
    for shape in drawing.shapes:
        match shape:
            case Boxes(boxes, fill):
                _boxes(canvas, boxes, fill)
            case Polygon(points, fill):
                canvas.setFillColor(HexColor(fill))
                canvas.drawPath(_path(canvas, points, close=True), stroke=0, fill=1)
            case Polyline(points, color, width):
                canvas.setStrokeColor(HexColor(color))
                canvas.setLineWidth(width)
                canvas.drawPath(_path(canvas, points), stroke=1, fill=0)
            case Label():
                text(canvas, shape)
    canvas.restoreState()


def _boxes(canvas: Canvas, boxes: Sequence[Box], fill: str) -> None:
    """All in one path: a long meeting has thousands."""
    path = canvas.beginPath()
    for box in boxes:
        path.rect(*box)
    canvas.setFillColor(HexColor(fill))
    canvas.drawPath(path, stroke=0, fill=1, fillMode=_NON_ZERO)


def _path(canvas: Canvas, points: Sequence[Point], close: bool = False) -> PDFPathObject:
    path = canvas.beginPath()
    first, *others = points
    path.moveTo(*first)
    for point in others:
        path.lineTo(*point)
    if close:
        path.close()
    return path
