"""Colours that can be read and told apart, also by those who see few of them. All are "#RRGGBB"."""

INK = "#1D2530"
GREY = "#6A7482"
HAIR = "#D9DFE6"
PALE = "#F1F5F7"
WARN = "#8A5300"
WARN_PALE = "#FFF6E3"
READABLE = 4.5  # contrast of text, https://www.w3.org/TR/WCAG22/#contrast-minimum
VISIBLE = 3.0  # contrast of what is no text, https://www.w3.org/TR/WCAG22/#non-text-contrast

# Found by search: at least 28 apart (CIE76) for every kind of colour vision, and visible on white.
_DISTINCT = ("#0B6174", "#D55E00", "#2D2D80", "#639975", "#66290A", "#177EE6", "#2996CC")


def contrast(one: str, other: str) -> float:
    """How far two colours are apart in brightness, from 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    parts = (value / 255 for value in channels(color))
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return sum(c * share for c, share in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def channels(color: str) -> tuple[int, int, int]:
    """Red, green and blue, each from 0 to 255."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def mixed(color: str, share: float, other: str = "#FFFFFF") -> str:
    """So much of a colour and the rest of another, white if none is said."""
    pairs = zip(channels(color), channels(other), strict=True)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02X}" for a, b in pairs)


def readable(color: str, paper: str = PALE, least: float = READABLE) -> str:
    """The colour, darkened as far as text in it needs; PALE is the darkest that lies under text."""
    shades = (mixed(color, 1 - step / 50, "#000000") for step in range(51))
    return next(shade for shade in shades if contrast(shade, paper) >= least)


def palette(accent: str) -> tuple[str, ...]:
    """Seven colours to tell people by, the accent first, without the one that is nearest to it."""
    first = readable(accent, "#FFFFFF", VISIBLE)
    near = min(_DISTINCT, key=lambda color: _distance(color, first))
    return (first, *(color for color in _DISTINCT if color != near))


def _distance(one: str, other: str) -> int:
    return sum((a - b) ** 2 for a, b in zip(channels(one), channels(other), strict=True))
