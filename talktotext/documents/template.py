"""How a document is to look, and what of a note is to stand in it."""

import struct
from io import BytesIO
from typing import Literal, get_args

from PIL import Image
from pydantic import BaseModel, ConfigDict, Field, field_validator

PageSize = Literal["A4", "Letter"]
Part = Literal[
    "summary",
    "topics",
    "key_points",
    "particulars",
    "decisions",
    "action_items",
    "open_questions",
    "participants",
    "charts",
    "mood",
    "transcript",
]
PARTS: tuple[Part, ...] = get_args(Part)
ACCENT = "#0B6174"
LOGO_BYTES = 1_000_000
LOGO_PIXELS = 4_000_000  # a few kilobytes can claim a picture that fills all memory
LOGO_DPI = 300
_KINDS = ("PNG", "JPEG")
_ORIENTATION = 274
_TURNS = dict(
    enumerate(
        (
            Image.Transpose.FLIP_LEFT_RIGHT,
            Image.Transpose.ROTATE_180,
            Image.Transpose.FLIP_TOP_BOTTOM,
            Image.Transpose.TRANSPOSE,
            Image.Transpose.ROTATE_270,
            Image.Transpose.TRANSVERSE,
            Image.Transpose.ROTATE_90,
        ),
        start=2,
    )
)
# What Pillow raises over files that are broken.
_BROKEN = (
    *(OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, EOFError),
    *(struct.error, Image.DecompressionBombError),
)


class Template(BaseModel):
    """Paper, colour, logo and sections of a document.

    Attributes:
        accent: the colour of headings and charts, as #RRGGBB.
        parts: which sections stand in it, in the order of PARTS; None for all of them.
        logo: a PNG or JPEG picture.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    page_size: PageSize = "A4"
    accent: str = Field(ACCENT, pattern=r"^#[0-9A-Fa-f]{6}$")
    parts: frozenset[Part] | None = None
    logo: bytes | None = None

    @field_validator("logo")
    @classmethod
    def _is_picture(cls, logo: bytes | None) -> bytes | None:
        return logo and checked_logo(logo)

    def has(self, part: Part) -> bool:
        """Whether a section is to stand in the document."""
        return self.parts is None or part in self.parts


def checked_logo(data: bytes) -> bytes:
    """The same bytes. Raises ValueError where they are no small PNG or JPEG that can be drawn."""
    if len(data) > LOGO_BYTES:
        raise ValueError(f"A logo may have {LOGO_BYTES // 1000} kB at most")
    try:
        with Image.open(BytesIO(data), formats=_KINDS) as given:
            is_small = given.width * given.height <= LOGO_PIXELS
            _ = is_small and _seen(given)
    except _BROKEN as error:
        raise ValueError("A logo is a PNG or a JPEG picture") from error
    if not is_small:
        raise ValueError(f"A logo may have {LOGO_PIXELS // 10**6} megapixels at most")
    return data


def picture_of(logo: bytes, width: float, height: float) -> Image.Image:
    """What is to be seen of a logo, and nothing else that its file holds.

    Args:
        logo: one that was checked.
        width, height: the room it is to be shown in, in inches; it gets no more pixels than that
            can show.
    """
    with Image.open(BytesIO(logo), formats=_KINDS) as given:
        picture = _seen(given)
    picture.thumbnail((round(width * LOGO_DPI), round(height * LOGO_DPI)))
    return picture


def _seen(given: Image.Image) -> Image.Image:
    """A picture the right way up, in colours of 8 bits."""
    given.load()
    if given.mode == "I;16":  # grey of 16 bits, which Pillow cuts off at 255
        given = given.point(lambda grey: grey / 257).convert("L")
    turned = _TURNS.get(_orientation(given.info.get("exif", b"")))
    picture = given.convert("RGBA")
    return picture if turned is None else picture.transpose(turned)


def _orientation(exif: bytes) -> int:
    """How a camera says that it was held (TIFF 6.0, tag 274); 0 where it does not.

    Read by hand: of what else may stand there, nothing is wanted, and much of it is broken.
    """
    data = exif.removeprefix(b"Exif\0\0")
    order: Literal["little", "big"] = "little" if data[:2] == b"II" else "big"

    def number(at: int, size: int) -> int:
        return int.from_bytes(data[at : at + size], order)

    first = number(4, 4)
    entries = range(first + 2, min(first + 2 + 12 * number(first, 2), len(data)), 12)
    return next((number(at + 8, 2) for at in entries if number(at, 2) == _ORIENTATION), 0)
