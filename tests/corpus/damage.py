"""Good recordings of every kind, cut and broken; noise; and files that are two things at once."""

import io
import random
import zipfile
from collections.abc import Callable, Iterator
from functools import partial

from tests.corpus.kit import Kit, Made, id3, wav

# Endings, and how ffmpeg is told to write them.
KINDS: dict[str, tuple[str, ...]] = {
    ".wav": (),
    ".mp3": (),
    ".m4a": (),
    ".mp4": ("-movflags", "frag_keyframe+empty_moov", "-c:a", "aac"),
    ".mov": ("-c:a", "alac"),
    ".webm": ("-c:a", "libopus"),
    ".mkv": ("-c:a", "libvorbis"),
    ".ogg": ("-c:a", "libvorbis"),
    ".opus": (),
    ".flac": (),
    ".aiff": (),
    ".caf": (),
    ".au": (),
    ".avi": (),
    ".wma": (),
    ".ts": (),
    ".mpg": (),
    ".flv": ("-ar", "22050"),
    ".aac": (),
    ".ac3": (),
    ".w64": (),
    ".wv": (),
    ".tta": (),
    ".voc": (),
    ".amr": ("-ar", "8000", "-c:a", "libopencore_amrnb"),
    ".mp2": (),
}
CUTS = (3, 100, 0.3, 0.9)  # bytes, or a part of the whole
HURTS = 2  # of each sort and kind


def files(kit: Kit) -> Iterator[Made]:
    """What accidents and fuzzers make."""
    for ending in KINDS:
        for cut in CUTS:
            yield f"cut-{cut}{ending}", partial(_cut, kit, ending, cut)
        for hurt in (_flipped, _smeared, _shuffled):
            for seed in range(HURTS):
                yield f"{hurt.__name__[1:]}-{seed}{ending}", partial(hurt, kit, ending, seed)
    yield from _noises()
    yield from _polyglots(kit)


def _good(kit: Kit, ending: str) -> bytes:
    return kit.tone(ending, *KINDS[ending])


def _cut(kit: Kit, ending: str, cut: float) -> bytes:
    data = _good(kit, ending)
    return data[: int(cut * len(data)) if cut < 1 else int(cut)]


def _flipped(kit: Kit, ending: str, seed: int) -> bytes:
    """Single bits turned over, most of them where the header is."""
    data, chance = bytearray(_good(kit, ending)), random.Random(f"{ending}{seed}")
    for number in range(30):
        at = chance.randrange(min(len(data), 400) if number % 2 else len(data))
        data[at] ^= 1 << chance.randrange(8)
    return bytes(data)


def _smeared(kit: Kit, ending: str, seed: int) -> bytes:
    """Fields of the header at their most: four bytes of ones, or of zeros."""
    data, chance = bytearray(_good(kit, ending)), random.Random(f"{ending}{seed}")
    for _ in range(3):
        at = chance.randrange(4, min(len(data) - 4, 600))
        data[at : at + 4] = chance.choice((b"\xff" * 4, bytes(4), b"\x7f\xff\xff\xff"))
    return bytes(data)


def _shuffled(kit: Kit, ending: str, seed: int) -> bytes:
    """Its pieces in another order, the first in its place, some of them twice."""
    data, chance = _good(kit, ending), random.Random(f"{ending}{seed}")
    size = max(16, len(data) // 20)
    first, *others = (data[at : at + size] for at in range(0, len(data), size))
    return first + b"".join(chance.choices(others or [b""], k=len(others)))


def _noises() -> Iterator[Made]:
    chance = random.Random("noise")
    noise = chance.randbytes(300_000)
    yield "empty.mp3", bytes
    yield "byte.wav", lambda: b"R"
    yield "nul.mp4", lambda: b"\0"
    yield "noise.bin", lambda: noise
    yield "text.mp3", lambda: b"Dear all, please find attached the minutes.\n" * 2000
    yield "format-strings.txt", lambda: b"%s%n%x{0}{}$(id)`id`;|&\n" * 2000
    beginnings = {
        "mp3": b"\xff\xfb\x90\x64", "adts": b"\xff\xf1\x50\x80", "latm": b"\x56\xe0\xff",
        "ac3": b"\x0b\x77", "dts": b"\x7f\xfe\x80\x01", "amr": b"#!AMR\n", "amr-wb": b"#!AMR-WB\n",
        "ogg": b"OggS\0\2", "flac": b"fLaC\0\0\0\x22", "riff": b"RIFF\xff\xff\xff\xffWAVEfmt ",
        "mkv": b"\x1a\x45\xdf\xa3", "mp4": b"\0\0\0\x18ftypisom", "id3": b"ID3\4\0\x80",
        "asf": b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\0\xaa\0\x62\xce\x6c", "caf": b"caff\0\1",
        "form": b"FORM\0\0\xff\xffAIFF", "au": b".snd\0\0\0\x18", "voc": b"Creative Voice File\x1a",
        "ape": b"MAC \x96\x0f", "tta": b"TTA1\1\0\2\0", "wv": b"wvpk", "mpc": b"MPCK",
        "dss": b"\2dss",
        "mpc7": b"MP+\7", "flv": b"FLV\1\4", "mpg": b"\0\0\1\xba", "ts": b"\x47\x40\0\x10",
        "mxf": bytes.fromhex("060e2b34020501010d0102010102"), "nist": b"NIST_1A\n   1024\n",
    }  # fmt: skip
    for name, beginning in beginnings.items():
        yield f"noise-{name}.bin", partial(lambda begin: begin + noise, beginning)
        yield f"again-{name}.bin", partial(lambda begin: (begin + noise[:60]) * 3000, beginning)


def _polyglots(kit: Kit) -> Iterator[Made]:
    page = b"<!doctype html><script>alert(document.domain)</script>"
    outer: dict[str, Callable[[], bytes]] = {
        "html.mp3": lambda: id3((b"TIT2", b"\0" + page)) + kit.tone(".mp3") + page,
        "html-first.mp3": lambda: page + kit.tone(".mp3"),
        "html.wav": lambda: kit.tone(".wav") + page,
        "gif-zip.wav": lambda: b"GIF89a\1\0\1\0\0\0\0," + kit.tone(".wav") + _zip(),
        "wav-zip.wav": lambda: kit.tone(".wav") + _zip(),
        "pdf.mp3": lambda: b"%PDF-1.7\n1 0 obj<</OpenAction 2 0 R>>endobj\n" + kit.tone(".mp3"),
        "pdf.flac": lambda: kit.tone(".flac") + b"%PDF-1.7\n%%EOF",
        "script.wav": lambda: b"#!/bin/sh\ntouch /tmp/owned\n" + kit.tone(".wav"),
        "elf.mp3": lambda: b"\x7fELF\2\1\1" + bytes(57) + kit.tone(".mp3"),
        "hls.ts": lambda: b"#EXTM3U\n" + kit.tone(".ts"),
        "hls-behind.wav": lambda: wav(f"#EXTM3U\n#EXTINF:3,\n{kit.sound}\n".encode() * 500),
        "two.mp4": lambda: kit.tone(".m4a") + kit.tone(".mkv"),
        "jpeg.mp4": lambda: b"\xff\xd8\xff\xe0\0\x10JFIF\0" + kit.tone(".m4a"),
        "php.ogg": lambda: kit.tone(".ogg") + b"<?php system($_GET['c']); ?>",
    }
    yield from ((f"polyglot-{name}", make) for name, make in outer.items())


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../../../tmp/owned", b"owned")
    return out.getvalue()
