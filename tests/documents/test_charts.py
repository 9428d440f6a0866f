"""Charts laid out: everything inside its room, round times, little even of a long meeting."""

import math
import zlib
from io import BytesIO

import pytest
from reportlab.pdfgen.canvas import Canvas

from talktotext.documents import charts, pdf_charts
from talktotext.documents.blocks import Bars, Curve, Timeline
from talktotext.documents.charts import Boxes, Label, Polygon, Polyline
from talktotext.documents.colors import palette

WIDTH = 470.0
ACCENT = "#0B6174"


def measure(text: str, size: float) -> float:
    return len(text) * size / 2


def draw(chart, width=WIDTH):
    return charts.drawing(chart, width, measure, ACCENT)


def labels(drawing) -> list[str]:
    return [shape.text for shape in drawing.shapes if isinstance(shape, Label)]


def boxes(drawing, color):
    return [b for s in drawing.shapes if isinstance(s, Boxes) and s.fill == color for b in s.boxes]


def corners(drawing):
    for shape in drawing.shapes:
        match shape:
            case Boxes(found):
                for x, y, width, height in found:
                    yield from ((x, y), (x + width, y + height))
            case Polyline(points) | Polygon(points):
                yield from points
            case Label(x, y, text, size, _, anchor):
                wide = measure(text, size)
                left = x - wide * {"start": 0, "middle": 0.5, "end": 1}[anchor]
                yield from ((left, y), (left + wide, y + size * 0.7))


CHARTS = {
    "two": Timeline((("Anna", ((0.0, 40.0),)), ("Ben", ((40.0, 90.0),))), 90.0),
    "long names": Timeline((("x" * 300, ((0.0, 9.0),)), ("ä" * 300, ((5.0, 60.0),))), 60.0),
    "outside": Timeline((("Anna", ((-5.0, 40.0), (50.0, 1e9))), ("Ben", ((90.0, 80.0),))), 90.0),
    "no time": Timeline((("Anna", ((0.0, 0.0),)), ("Ben", ())), 0.0),
    "136 years": Timeline((("Anna", ((0.0, 4e9),)), ("Ben", ((1.0, 2.0),))), 4.3e9),
    "no number": Timeline((("Anna", ((math.nan, math.inf),)), ("Ben", ())), math.nan),
    "for ever": Timeline((("Anna", ((-math.inf, math.inf),)), ("Ben", ())), math.inf),
    "nobody": Timeline((), 10.0),
    "bars": Bars((("Anna", 0.6, "60%  1 min"), ("Ben", 0.4, "40%  40 s"))),
    "too much": Bars((("Anna", 7.0, "700%"), ("Ben", -1.0, "x" * 40))),
    "curve": Curve(((5.0, 0.5), (50.0, -0.7), (85.0, 0.1)), 90.0),
    "off the scale": Curve(((0.0, 9.0), (50.0, -9.0), (500.0, 0.0)), 90.0),
}


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("width", [150.0, WIDTH])
def test_everything_stands_inside(name, width):
    drawing = draw(CHARTS[name], width)
    assert drawing.width == width
    for x, y in corners(drawing):
        assert -0.01 <= x <= width + 0.6, name
        assert -0.01 <= y <= drawing.height + 0.01, name


@pytest.mark.parametrize(
    ("seconds", "times"),
    [
        (9, ["00:00", "00:01", "00:02", "00:03", "00:04", "00:05", "00:06", "00:07", "00:08"]),
        (90, ["00:00", "00:10", "00:20", "00:30", "00:40", "00:50", "01:00", "01:10", "01:20"]),
        (2700, ["00:00", "05:00", "10:00", "15:00", "20:00", "25:00", "30:00", "35:00", "40:00"]),
        (10800, ["00:00", "30:00", "1:00:00", "1:30:00", "2:00:00", "2:30:00"]),
    ],
)
def test_times_are_round(seconds, times):
    chart = Timeline((("Anna", ((0.0, 1.0),)), ("Ben", ((1.0, 2.0),))), float(seconds))
    shown = [text for text in labels(draw(chart)) if ":" in text]
    assert shown[: len(times)] == times
    assert len(shown) <= len(times) + 1


def test_a_stretch_stands_over_its_time():
    drawing = draw(CHARTS["two"])
    anna, ben, *_ = palette(ACCENT)
    ((first, _, wide, _),) = boxes(drawing, anna)
    ((second, _, rest, _),) = boxes(drawing, ben)
    assert wide / rest == pytest.approx(40 / 50)
    assert second == pytest.approx(first + wide)
    assert second + rest == pytest.approx(WIDTH)


def test_a_bar_is_as_long_as_its_share():
    drawing = draw(CHARTS["bars"])
    anna, ben, *_ = palette(ACCENT)
    (first,), (second,) = boxes(drawing, anna), boxes(drawing, ben)
    assert first[2] / second[2] == pytest.approx(0.6 / 0.4)
    assert "60%  1 min" in labels(drawing)


def test_the_zero_line_parts_good_from_bad():
    drawing = draw(CHARTS["curve"])
    above, below = [shape for shape in drawing.shapes if isinstance(shape, Polygon)]
    assert min(y for _, y in above.points) == max(y for _, y in below.points)
    assert {"+1 positive", "0", "−1 negative"} <= set(labels(drawing))


def test_a_mood_that_is_only_good_has_no_bad_area():
    areas = [s for s in draw(Curve(((0, 0.1), (9, 0.4)), 9.0)).shapes if isinstance(s, Polygon)]
    assert len(areas) == 1


def test_thousands_of_turns_are_few_shapes():
    turns = [(float(t), t + 1.9) for t in range(0, 10800, 2)]
    chart = Timeline(
        tuple((f"S{row}", tuple(turns[row::12])) for row in range(12)),
        10800.0,
    )
    out = BytesIO()
    canvas = Canvas(out, pageCompression=0)
    pdf_charts.draw(canvas, draw(chart), 0, 0, lambda *_: None)
    canvas.save()
    assert len(zlib.compress(out.getvalue())) < 60_000
    assert len(draw(chart).shapes) < 60


def test_more_people_than_colours():
    chart = Timeline(tuple((f"S{i}", ((float(i), i + 1.0),)) for i in range(12)), 12.0)
    drawing = draw(chart)
    assert [text for text in labels(drawing) if text[0] == "S"] == [f"S{i}" for i in range(12)]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Anna", "Anna"),
        ("Annabella", "Annab…"),
        ("अनाममामा", "अनाम…"),
        ("👩\u200d👩\u200d👧aaaaaa", "👩\u200d👩\u200d👧…"),
    ],
)
def test_names_are_cut_between_characters(text, shown):
    assert charts.fitted(text, 6.0, 2.0, measure) == shown


def test_names_are_set_as_they_are():
    """Text goes to the caller, who knows the fonts, with its place."""
    seen = []
    canvas = Canvas(BytesIO())
    name = "<b>Ana</b>"
    chart = Bars(((name, 0.5, "half"), ("Ben", 0.5, "half")))
    pdf_charts.draw(canvas, draw(chart), 10, 20, lambda _, label: seen.append(label))
    assert [label.text for label in seen] == [name, "half", "Ben", "half"]
    assert {label.anchor for label in seen} == {"start", "end"}
