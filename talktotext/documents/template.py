"""How a document is to look, and what of a note is to stand in it."""

from io import BytesIO
from typing import Literal, get_args

from PIL import Image, ImageOps, UnidentifiedImageError
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
    """The same bytes. Raises ValueError where they are no small PNG or JPEG."""
    if len(data) > LOGO_BYTES:
        raise ValueError(f"A logo may have {LOGO_BYTES // 1000} kB at most")
    try:
        with Image.open(BytesIO(data), formats=_KINDS) as picture:
            if picture.width * picture.height > LOGO_PIXELS:
                raise ValueError(f"A logo may have {LOGO_PIXELS // 10**6} megapixels at most")
            picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError("A logo is a PNG or a JPEG picture") from error
    return data


def picture_of(logo: bytes, width: float, height: float) -> Image.Image:
    """What is to be seen of a logo, and nothing else that its file holds.

    Args:
        width, height: the room it is to be shown in, in inches; it gets no more pixels than that
            can show.
    """
    with Image.open(BytesIO(logo), formats=_KINDS) as given:
        picture = ImageOps.exif_transpose(given).convert("RGBA")
    picture.thumbnail((round(width * LOGO_DPI), round(height * LOGO_DPI)))
    return picture
