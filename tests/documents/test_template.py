"""A logo: what is checked is what is drawn, whatever else its file holds."""

import struct
import zlib
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image, ImageOps

from talktotext.documents import render
from talktotext.documents.template import Template, checked_logo, picture_of

from .samples import EMPTY

NO_EXIF = b"not exif"
# Orientation 6, and a resolution that is text where a number belongs.
ODD_EXIF = struct.pack(
    ">2sHIH HHIHH HHI4sI", b"MM", 42, 8, 2, 274, 3, 1, 6, 0, 282, 2, 4, b"abc\0", 0
)


def picture(kind: str = "PNG", mode: str = "RGB", **more) -> bytes:
    """Two pixels wide and one high, black and then white."""
    out, image = BytesIO(), Image.new(mode, (2, 1))
    image.putpixel((1, 0), {"RGB": (255, 255, 255), "I;16": 65535}.get(mode, 255))
    image.save(out, kind, **more)
    return out.getvalue()


def with_chunk(name: bytes, data: bytes) -> bytes:
    """A PNG with a chunk of that name right after its head."""
    png = picture()
    chunk = struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    return png[:33] + chunk + png[33:]


def shades(image: Image.Image) -> list[int]:
    return list(image.convert("L").tobytes())


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize("format", ["pdf", "docx"])
@pytest.mark.parametrize(
    "logo",
    [
        with_chunk(b"eXIf", NO_EXIF),
        with_chunk(b"eXIf", b""),
        with_chunk(b"eXIf", b"MM\0*\xff\xff\xff\xff"),
        picture("JPEG", exif=b"Exif\0\0" + ODD_EXIF),
        picture("JPEG", exif=b"Exif\0\0" + ODD_EXIF[:-13]),
    ],
)
def test_what_a_camera_noted_wrongly_breaks_no_document(format: str, logo: bytes):
    assert render(format, replace(EMPTY, template=Template(logo=checked_logo(logo))))


@pytest.mark.parametrize("name", [b"pHYs", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"fcTL"])
def test_a_broken_chunk_is_refused_in_our_words(name: bytes):
    with pytest.raises(ValueError, match=r"^A logo is a PNG or a JPEG picture$"):
        checked_logo(with_chunk(name, b""))


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("orientation", range(10))
def test_it_stands_as_it_was_seen(orientation: int, order: str):
    exif = Image.Exif()
    exif.endian = order
    exif[274] = orientation
    out, image = BytesIO(), Image.effect_mandelbrot((32, 16), (-3, -2.5, 2, 2.5), 100)
    image.save(out, "PNG", exif=exif)
    wanted = ImageOps.exif_transpose(Image.open(out))
    found = picture_of(out.getvalue(), 1, 1)
    assert (found.size, shades(found)) == (wanted.size, shades(wanted))


def test_text_where_a_number_belongs_turns_it_all_the_same():
    logo = picture("JPEG", exif=b"Exif\0\0" + ODD_EXIF)
    assert picture_of(logo, 1, 1).size == (1, 2)


def test_grey_of_16_bits_keeps_its_shades():
    out, image = BytesIO(), Image.new("I;16", (3, 1))
    for x, grey in enumerate((0, 32_896, 65_535)):
        image.putpixel((x, 0), grey)
    image.save(out, "PNG")
    assert shades(picture_of(out.getvalue(), 1, 1)) == [0, 128, 255]


def test_a_template_takes_no_other_file():
    with pytest.raises(ValueError, match="PNG or a JPEG"):
        Template(logo=b"GIF89a")
