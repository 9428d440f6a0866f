"""chart -> drawing: what stands where, in points from the lower left corner.

The same few shapes are painted on a PDF (pdf_charts) and as a picture for Word (docx_charts). How
wide text comes out only the painter knows, so that it hands in a `Measure`.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, count
from typing import Literal

from wcwidth import iter_graphemes

from talktotext.documents.blocks import Bars, Chart, Curve, Timeline
from talktotext.documents.colors import GREY, HAIR, INK, PALE, mixed, palette
from talktotext.documents.text import clock

Measure = Callable[[str, float], float]  # text and size in points -> width in points
Point = tuple[float, float]
Box = tuple[float, float, float, float]  # x, y, width, height

NAME_SIZE = 8.5
AXIS_SIZE = 7.5
_ROW = 14.0  # points from one row to the next
_BAR = 8.0
_GAP = 8.0  # between columns
_AXIS = 14.0  # what the times under a chart take
_CURVE = 84.0  # from -1 to +1
_CLOSE = 0.3  # points: what is nearer together than this is seen as one
_LEAST = 0.5  # points: what is narrower is not seen
_DOTS = 40  # more points than these are drawn without dots
_LONGEST = 1e10  # seconds
_BELOW = "#D55E00"  # bad mood; it also stands below the line


@dataclass(frozen=True)
class Boxes:
    """Rectangles of one colour."""

    boxes: tuple[Box, ...]
    fill: str


@dataclass(frozen=True)
class Polyline:
    """A line through points; `width` in points."""

    points: tuple[Point, ...]
    color: str
    width: float


@dataclass(frozen=True)
class Polygon:
    """A filled outline, closed."""

    points: tuple[Point, ...]
    fill: str


@dataclass(frozen=True)
class Label:
    """Text in any script; `x` is its start, middle or end, `y` its base line."""

    x: float
    y: float
    text: str
    size: float
    color: str
    anchor: Literal["start", "middle", "end"] = "start"


Shape = Boxes | Polyline | Polygon | Label


@dataclass(frozen=True)
class Drawing:
    """Shapes, to be painted in order; width and height in points."""

    width: float
    height: float
    shapes: tuple[Shape, ...]


def drawing(chart: Chart, width: float, measure: Measure, accent: str) -> Drawing:
    """A chart laid out in so many points of width; `accent` is the first person's colour."""
    match chart:
        case Timeline():
            return _timeline(chart, width, measure, accent)
        case Bars():
            return _bars(chart, width, measure, accent)
        case Curve():
            return _curve(chart, width, measure, accent)


@dataclass(frozen=True)
class _TimeAxis:
    """Seconds along the width of a chart."""

    left: float
    right: float
    duration: float

    def x(self, second: float) -> float:
        share = min(1.0, max(0.0, second / self.duration))
        return self.left + share * (self.right - self.left)

    def draw(self, bottom: float, top: float, measure: Measure) -> Iterator[Shape]:
        """A hair line up at every round time, and the time under it."""
        room = measure(clock(self.duration), AXIS_SIZE) + 2 * _GAP
        most = max(1.0, (self.right - self.left) / room)
        for second in _ticks(self.duration, most):
            x = self.x(second)
            yield Polyline(((x, bottom), (x, top)), HAIR, 0.5)
            anchor: Literal["start", "middle"] = "middle" if second else "start"
            wide = measure(clock(second), AXIS_SIZE)
            if x + wide / 2 <= self.right + 0.5 or not second:
                yield Label(x, bottom - 10, clock(second), AXIS_SIZE, GREY, anchor)


def _span(duration: float) -> float:
    """A duration that can be divided; neither infinite ones nor those that are no number can."""
    return min(_LONGEST, max(1.0, duration))


def _ticks(duration: float, most: float) -> range:
    """Round times, at most so many of them."""
    step = next(step for step in _steps() if duration / step <= most)
    return range(0, int(duration) + 1, step)


def _steps() -> Iterator[int]:
    """Round spans in seconds: 1, 2, 5, 10, 15, 30 of seconds and minutes, then hours, days …"""
    for unit in (1, 60):
        yield from (unit * times for times in (1, 2, 5, 10, 15, 30))
    yield from (3600 * hours for hours in (1, 2, 3, 6, 12))
    yield from (86_400 * 2**power for power in count())


def _timeline(chart: Timeline, width: float, measure: Measure, accent: str) -> Drawing:
    names = [name for name, _ in chart.rows]
    column = _column(names, 0.3 * width, measure)
    axis = _TimeAxis(column + _GAP, width, _span(chart.duration))
    top = _AXIS + len(chart.rows) * _ROW
    shapes: list[Shape] = []
    for y, (name, _) in zip(_rows(top), chart.rows, strict=False):
        shapes.append(Boxes(((axis.left, y, axis.right - axis.left, _BAR),), PALE))
        shapes.append(_name(name, y, column, measure))
    shapes.extend(axis.draw(_AXIS, top, measure))
    for y, (_, stretches), color in zip(_rows(top), chart.rows, _colors(accent), strict=False):
        boxes = ((x, y, wide, _BAR) for x, wide in _merged(stretches, axis))
        shapes.append(Boxes(tuple(boxes), color))
    return Drawing(width, top, tuple(shapes))


def _merged(stretches: Sequence[tuple[float, float]], axis: _TimeAxis) -> list[Point]:
    """The stretches as (x, width), those run together that no eye could tell apart."""
    out: list[Point] = []
    for start, end in sorted(stretches):
        x, last = axis.x(start), axis.x(end)
        x = min(x, axis.right - _LEAST)
        last = max(last, x + _LEAST)
        if out and x - sum(out[-1]) < _CLOSE:
            first = out.pop()
            x, last = first[0], max(last, sum(first))
        out.append((x, last - x))
    return out


def _bars(chart: Bars, width: float, measure: Measure, accent: str) -> Drawing:
    column = _column([name for name, _, _ in chart.rows], 0.3 * width, measure)
    words = max((measure(said, AXIS_SIZE) for _, _, said in chart.rows), default=0.0)
    left = column + _GAP
    room = max(width - left - _GAP - words, 1.0)
    height = len(chart.rows) * _ROW
    shapes: list[Shape] = []
    for y, (name, share, said), color in zip(
        _rows(height), chart.rows, _colors(accent), strict=False
    ):
        filled = min(max(share, 0.0), 1.0) * room
        shapes.append(_name(name, y, column, measure))
        shapes.append(Boxes(((left, y, room, _BAR),), PALE))
        shapes.append(Boxes(((left, y, max(filled, _LEAST), _BAR),), color))
        shapes.append(Label(width, y + 1.5, said, AXIS_SIZE, GREY, "end"))
    return Drawing(width, height, tuple(shapes))


def _curve(chart: Curve, width: float, measure: Measure, accent: str) -> Drawing:
    scale = {1.0: "+1 positive", 0.0: "0", -1.0: "−1 negative"}
    column = max(measure(words, AXIS_SIZE) for words in scale.values())
    axis = _TimeAxis(column + _GAP, width - 2, _span(chart.duration))
    bottom, middle = _AXIS + 3, _AXIS + 3 + _CURVE / 2
    top = bottom + _CURVE
    shapes: list[Shape] = list(axis.draw(bottom, top, measure))
    for score, words in scale.items():
        y = middle + score * _CURVE / 2
        line = Polyline(((axis.left, y), (axis.right, y)), HAIR if score else GREY, 0.5)
        shapes += [line, Label(column, y - 2.6, words, AXIS_SIZE, GREY, "end")]
    line_color = palette(accent)[0]
    points = [(axis.x(second), _height(score, middle)) for second, score in chart.points]
    shapes += _areas(points, middle, line_color)
    shapes.append(Polyline(tuple(points), line_color, 1.4))
    if len(points) <= _DOTS:
        dots = tuple((x - 1.6, y - 1.6, 3.2, 3.2) for x, y in points)
        shapes.append(Boxes(dots, line_color))
    return Drawing(width, top + 4, tuple(shapes))


def _height(score: float, middle: float) -> float:
    return middle + min(max(score, -1.0), 1.0) * _CURVE / 2


def _areas(points: Sequence[Point], middle: float, color: str) -> Iterator[Polygon]:
    """What lies between the curve and 0: above in its colour, below in that of bad mood."""
    crossed = list(_crossed(points, middle))
    for fill, limit in ((mixed(color, 0.25), max), (mixed(_BELOW, 0.35), min)):
        edge = [(x, limit(y, middle)) for x, y in crossed]
        if any(y != middle for _, y in edge):
            yield Polygon(((edge[0][0], middle), *edge, (edge[-1][0], middle)), fill)


def _crossed(points: Sequence[Point], middle: float) -> Iterator[Point]:
    """The points, and where the line through them crosses the middle."""
    before: Point | None = None
    for x, y in points:
        if before and (before[1] - middle) * (y - middle) < 0:
            share = (before[1] - middle) / (before[1] - y)
            yield before[0] + share * (x - before[0]), middle
        yield x, y
        before = x, y


def _rows(top: float) -> Iterator[float]:
    """The lower edges of the bars, row for row, from the top."""
    return (top - number * _ROW - (_ROW + _BAR) / 2 for number in count())


def _colors(accent: str) -> Iterator[str]:
    """One for each person; those who come after many have grey, and all have their name beside."""
    yield from palette(accent)
    while True:
        yield GREY


def _column(names: Sequence[str], most: float, measure: Measure) -> float:
    """The width that a column of names takes."""
    return min(most, max((measure(name, NAME_SIZE) for name in names), default=0.0))


def _name(name: str, y: float, room: float, measure: Measure) -> Label:
    return Label(0, y + 1.2, fitted(name, room, NAME_SIZE, measure), NAME_SIZE, INK)


def fitted(text: str, room: float, size: float, measure: Measure) -> str:
    """A text, cut with "…" where it is wider than there is room, but not inside a character."""
    if measure(text, size) <= room + 0.01:
        return text
    lengths = list(accumulate(map(len, iter_graphemes(text)), initial=0))
    fits = bisect_right(lengths, room, key=lambda length: measure(f"{text[:length]}…", size)) - 1
    return text[: lengths[max(fits, 0)]].rstrip() + "…"
