"""Charts as pictures: sharp, small, in every script, and the same every time."""

from io import BytesIO

import pytest
from PIL import Image

from talktotext.documents import docx_charts
from talktotext.documents.blocks import Bars, Curve, Timeline

WIDTH = 470.0
ACCENT = "#0B6174"


def picture(chart, accent: str = ACCENT) -> Image.Image:
    return Image.open(docx_charts.picture(chart, WIDTH, accent))


def ink(image: Image.Image, left: float, right: float) -> int:
    """How many dark pixels there are between two shares of the width."""
    strip = image.convert("L").crop(
        (int(left * image.width), 0, int(right * image.width), image.height)
    )
    return sum(strip.histogram()[:110])


def bars(*names: str) -> Bars:
    return Bars(tuple((name, 1 / len(names), "some") for name in names))


def test_it_knows_its_size_on_paper():
    image = picture(bars("Anna", "Ben"))
    assert image.info["dpi"] == pytest.approx((288, 288), abs=0.1)
    assert image.width / 288 * 72 == pytest.approx(WIDTH, abs=0.3)


def test_colours_are_those_of_the_template():
    assert (0xC2, 0x18, 0x5B) in [
        color for _, color in picture(bars("Anna", "Ben"), "#C2185B").convert("RGB").getcolors(9999)
    ]


@pytest.mark.parametrize(
    "name",
    [
        "Anna",
        "Наталья",
        "Ελένη",
        "فاطمة",
        "דָּנָה",
        "प्रिया",
        "สมชาย",
        "王小明",
        "スズキ",
        "김민수",
        "🦊",
    ],
)
def test_names_of_every_script_are_drawn(name):
    """And not as the boxes that stand for a missing letter."""
    drawn = picture(bars(name, "A")).crop((0, 0, 200, 50))
    missing = picture(bars("\ue123" * len(name), "A")).crop((0, 0, 200, 50))
    assert ink(drawn, 0, 1) > 20
    assert drawn.convert("L").tobytes() != missing.convert("L").tobytes()


def test_arabic_is_joined():
    """As a word it is narrower than its letters one by one."""
    joined, apart = (docx_charts.measure(text, 10) for text in ("فاطمة", "ف ا ط م ة"))
    assert joined < apart - 4 * docx_charts.measure(" ", 10)


def test_a_long_meeting_is_a_small_file():
    turns = [(float(t), t + 1.9) for t in range(0, 10800, 2)]
    rows = tuple((f"Speaker {row}", tuple(turns[row::12])) for row in range(12))
    assert len(docx_charts.picture(Timeline(rows, 10800.0), WIDTH, ACCENT).getvalue()) < 60_000
    curve = Curve(tuple((i * 60.0, (-1) ** i * 0.9) for i in range(180)), 10800.0)
    assert len(docx_charts.picture(curve, WIDTH, ACCENT).getvalue()) < 60_000


@pytest.mark.parametrize(
    "chart",
    [
        Timeline((), 0.0),
        Timeline((("", ()), ("x" * 5000, ((1e9, -1e9),))), 1.0),
        Bars((("\u200d\ufe0f", float("1e9"), ""), ("<b>", -5.0, "x" * 400))),
        Curve(((0.0, 0.0), (0.0, 0.0), (0.0, 0.0)), 0.0),
    ],
)
def test_whatever_is_asked_for_is_a_picture(chart):
    assert picture(chart).format == "PNG"


def test_the_same_every_time():
    one, other = (docx_charts.picture(bars("Anna", "دانة"), WIDTH, ACCENT) for _ in range(2))
    assert one.getvalue() == other.getvalue()
    assert isinstance(one, BytesIO)
