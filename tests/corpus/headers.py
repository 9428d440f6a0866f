"""Headers that lie: of rates, channels, sizes, durations, counts."""

import math
import struct
from collections.abc import Iterator
from functools import partial

from tests.corpus.kit import Kit, Made, box, id3, wav

SOUND = bytes(range(256)) * 200
RATES = (0, 1, 7, 192_000, 2**31 - 1, 2**32 - 1)
CHANNELS = (0, 3, 255, 65_535)
BITS = (0, 1, 13, 24, 64, 65_535)
# WAV's names of codecs: ADPCM, float, A-law, GSM, G.726, MP3, AAC, WMA, ATRAC3, XMA, and nobody's.
TAGS = (0, 2, 3, 6, 17, 0x31, 0x45, 0x50, 0x55, 0xFF, 0x160, 0x161, 0x270, 0x166, 0xFFFE, 0xFFFF)
EXTREMES = {"zero": 0, "negative": 2**31, "all": 2**32 - 1}
# Boxes of a film, and where in them stands what matters.
FIELDS = {
    "mvhd": (16, 20),
    "mdhd": (16, 20),
    "tkhd": (16, 24, 80),
    "stsd": (8, 12, 28),
    "stts": (8, 12, 16),
    "stsc": (8, 12, 16),
    "stsz": (8, 12, 16),
    "stco": (8, 12),
    "elst": (8, 12, 16),
    "esds": (4, 8, 24),
    "hdlr": (12,),
    "dref": (8,),
}
MATROSKA = {
    "duration-nan": ("4489", struct.pack(">d", math.nan)),
    "duration-infinite": ("4489", struct.pack(">d", math.inf)),
    "duration-years": ("4489", struct.pack(">d", 136 * 365.25 * 86_400_000)),
    "scale-zero": ("2AD7B1", bytes(8)),
    "scale-most": ("2AD7B1", b"\x7f" + b"\xff" * 7),
    "rate-nan": ("B5", struct.pack(">d", math.nan)),
    "rate-most": ("B5", struct.pack(">d", 1e300)),
    "channels-most": ("9F", b"\xff" * 4),
}


def files(kit: Kit) -> Iterator[Made]:
    """WAV by hand, and good files of other kinds in which one field is another."""
    for rate in RATES:
        yield f"rate-{rate}.wav", partial(wav, SOUND, rate=rate)
    for channels in CHANNELS:
        align = channels * 2 % 65_536
        yield f"channels-{channels}.wav", partial(wav, SOUND, channels=channels, align=align)
    for bits in BITS:
        yield f"bits-{bits}.wav", partial(wav, SOUND, bits=bits)
    for tag in TAGS:
        yield (
            f"codec-{tag:x}.wav",
            partial(wav, SOUND, tag=tag, bits=4, extra=b"\x20\0" + bytes(32)),
        )
    for align in (0, 1, 65_535):
        yield f"align-{align}.wav", partial(wav, SOUND, align=align)
    for name, value in EXTREMES.items():
        yield f"data-size-{name}.wav", partial(wav, SOUND, data_size=value)
        yield f"rf64-size-{name}.wav", partial(_rf64, value)
        yield f"au-rate-{name}.au", partial(_au, value, 1)
        yield f"au-channels-{name}.au", partial(_au, 8000, value)
        yield f"xing-{name}.mp3", partial(_xing, kit, value)
    for exponent in (0, 0x3FFF, 0x401E, 0x7FFF, 0xFFFF):
        yield f"rate-{exponent:x}.aiff", partial(_aiff, exponent)
    for size in (1, 2**28 - 1, 2**27):
        yield f"id3-{size}.mp3", partial(lambda size: id3(size=size) + kit.tone(".mp3"), size)
    yield from _films(kit)
    yield from _matroska(kit)
    yield from _others(kit)


def _rf64(size: int) -> bytes:
    lie = struct.pack("<4sIQQQI", b"ds64", 28, size << 31, size << 31, size << 31, size)
    sound = wav(SOUND, data_size=2**32 - 1)
    return b"RF64\xff\xff\xff\xffWAVE" + lie + sound[12:]


def _au(rate: int, channels: int) -> bytes:
    return b".snd" + struct.pack(">IIIII", 24, 2**32 - 1, 3, rate, channels) + SOUND


def _xing(kit: Kit, value: int) -> bytes:
    """An MP3 that says how many frames and bytes it has."""
    data = bytearray(kit.tone(".mp3", "-id3v2_version", "0"))
    at = max(data.find(b"Info"), data.find(b"Xing"))
    struct.pack_into(">II", data, at + 8, value, value)
    return bytes(data)


def _aiff(exponent: int) -> bytes:
    rate = struct.pack(">HQ", exponent, 2**64 - 1)  # an 80-bit float
    common = box(b"COMM", struct.pack(">hIh", 1, 2**32 - 1, 16), rate)
    parts = [(common, 18), (box(b"SSND", bytes(8), SOUND), len(SOUND) + 8)]
    chunks = b"".join(part[4:8] + struct.pack(">I", size) + part[8:] for part, size in parts)
    return b"FORM" + struct.pack(">I", len(chunks) + 4) + b"AIFF" + chunks


def _films(kit: Kit) -> Iterator[Made]:
    for name, places in FIELDS.items():
        for place in places:
            for how, value in EXTREMES.items():
                lie = struct.pack(">I", value)
                yield f"{name}-{place}-{how}.m4a", partial(_changed, kit, ".m4a", name, place, lie)
    for how, value in EXTREMES.items():
        size = struct.pack(">I", value)
        for name in ("moov", "trak", "stbl", "mdat"):
            yield f"{name}-size-{how}.m4a", partial(_changed, kit, ".m4a", name, -4, size)


def _changed(kit: Kit, ending: str, name: str, place: int, lie: bytes) -> bytes:
    """A good file with other bytes so many behind the first that spell the name."""
    data = bytearray(kit.tone(ending))
    at = data.find(name.encode()) + place
    data[at : at + len(lie)] = lie
    return bytes(data)


def _matroska(kit: Kit) -> Iterator[Made]:
    for name, (element, value) in MATROSKA.items():
        yield f"{name}.mkv", partial(_with_element, kit, element, value)
    for lacing in (2, 4, 6):
        yield f"lacing-{lacing}.mkv", partial(_laced, kit, lacing)
    yield (
        "unknown-sizes.mkv",
        partial(lambda: kit.tone(".mkv").replace(b"\x1f\x43\xb6\x75", b"\x1f\x43\xb6\x75\xff", 1)),
    )


def _with_element(kit: Kit, element: str, value: bytes) -> bytes:
    """The good file, where an element of that name is given another value in as many bytes."""
    data = bytearray(kit.tone(".mkv"))
    name = bytes.fromhex(element)
    at = data.find(name)
    size = data[at + len(name)] & 0x7F
    start = at + len(name) + 1
    data[start : start + size] = value[:size].ljust(size, b"\0")
    return bytes(data)


def _laced(kit: Kit, lacing: int) -> bytes:
    """Blocks that say that they hold 256 frames of impossible sizes."""
    data = bytearray(kit.tone(".mkv"))
    at = -1
    while (at := data.find(b"\xa3", at + 1)) >= 0 and at + 12 < len(data):
        data[at + 5] |= lacing
        data[at + 6 : at + 10] = b"\xff\x0f\xff\xff"
    return bytes(data)


def _others(kit: Kit) -> Iterator[Made]:
    flac = partial(kit.tone, ".flac")
    yield "streaminfo-all.flac", lambda: flac()[:8] + b"\xff" * 34 + flac()[42:]
    yield "streaminfo-none.flac", lambda: flac()[:8] + bytes(34) + flac()[42:]
    yield "total-most.flac", lambda: flac()[:21] + b"\xff" * 5 + flac()[26:]
    yield "block-size.flac", lambda: flac()[:5] + b"\xff\xff\xff" + flac()[8:]
    for how, granule in (("negative", b"\xff" * 8), ("most", b"\xff" * 7 + b"\x7f")):
        yield f"granule-{how}.ogg", partial(_granules, kit, granule)
    yield "strh-zero.avi", partial(_changed, kit, ".avi", "strh", 24, bytes(12))
    yield "strh-most.avi", partial(_changed, kit, ".avi", "strh", 24, b"\xff" * 12)
    yield "avih-most.avi", partial(_changed, kit, ".avi", "avih", 4, b"\xff" * 40)
    yield "desc-most.caf", partial(_changed, kit, ".caf", "desc", 12, b"\x7f\xef" + b"\xff" * 6)
    yield "data-negative.caf", partial(_changed, kit, ".caf", "data", 4, b"\x80" + bytes(7))


def _granules(kit: Kit, granule: bytes) -> bytes:
    data, at = bytearray(kit.tone(".ogg")), -1
    while (at := data.find(b"OggS", at + 1)) >= 0:
        data[at + 6 : at + 14] = granule
    return bytes(data)
