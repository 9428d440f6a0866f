"""Colours that can be read and told apart, by everybody."""

from itertools import combinations

import pytest

from talktotext.documents.colors import channels, contrast, mixed, palette, readable

ACCENT = "#0B6174"

# How colours come to those who lack one kind of cones: Viénot, Brettel, Mollon (1999), linear RGB.
VISIONS = {
    "all": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no long waves": ((0.11238, 0.88762, 0), (0.11238, 0.88762, 0), (0.00401, -0.00401, 1)),
    "no middle waves": ((0.29275, 0.70725, 0), (0.29275, 0.70725, 0), (-0.02234, 0.02234, 1)),
}
XYZ = ((0.4339, 0.3763, 0.1899), (0.2126, 0.7152, 0.0722), (0.0177, 0.1095, 0.8728))  # over white


def times(matrix, vector):
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def linear(value: int) -> float:
    share = value / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def lab(color: str, vision) -> tuple[float, float, float]:
    seen = [max(0.0, part) for part in times(vision, [linear(c) for c in channels(color)])]
    x, y, z = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in times(XYZ, seen))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def distance(one: str, other: str, vision) -> float:
    pairs = zip(lab(one, vision), lab(other, vision), strict=True)
    return sum((a - b) ** 2 for a, b in pairs) ** 0.5


@pytest.mark.parametrize("vision", VISIONS)
def test_people_are_told_apart(vision):
    colors = palette(ACCENT)
    near = min(distance(*pair, VISIONS[vision]) for pair in combinations(colors, 2))
    assert near > 25


@pytest.mark.parametrize("accent", [ACCENT, "#FFFF00", "#FFFFFF", "#000000", "#0072B2", "#D55E00"])
def test_every_accent_makes_a_palette(accent):
    colors = palette(accent)
    assert len(set(colors)) == len(colors) == 7
    assert all(contrast(color, "#FFFFFF") >= 3.0 for color in colors)
    assert contrast(readable(accent), "#F1F5F7") >= 4.5


def test_a_dark_accent_stays_as_it_is():
    assert readable(ACCENT) == ACCENT
    assert palette(ACCENT)[0] == ACCENT


def test_contrast_as_the_guideline_has_it():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_a_mixture():
    assert mixed("#000000", 0.5) == "#808080"
    assert mixed("#FF0000", 0.0, "#00FF00") == "#00FF00"
