"""Small files that are large when they are opened."""

import base64
import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from functools import cache, partial

from tests.corpus.kit import Kit, Made, box, ebml, id3, wav

SIDE = 14_000  # pixels of a picture that takes 600 MB to look at
SILENCE = ("-f", "lavfi", "-i", "anullsrc=r=1000:cl=mono:nb_samples=65535")
LONG_FLAC = ("-frame_size", "65535", "-strict", "-2")


def files(kit: Kit) -> Iterator[Made]:
    """Pictures, durations, tracks, archives and boxes."""
    for kind, picture in (("png", _png), ("jpeg", _jpeg)):
        yield f"cover-{kind}.mp3", partial(_covered_mp3, kit, picture, kind)
        yield f"cover-{kind}.flac", partial(_covered_flac, kit, picture, kind)
        yield f"cover-{kind}.ogg", partial(_covered_ogg, kit, picture, kind)
        yield f"cover-{kind}.m4a", partial(_covered_m4a, kit, picture, kind)
        yield f"attached-{kind}.mkv", partial(_attached, kit, picture, kind)
    for codec in ("mjpeg", "png", "libx264", "libvpx-vp9"):
        yield f"frame-8k-{codec}.mkv", partial(_frames, kit, codec)
    for hours in (13, 100):
        yield f"silence-{hours}h.flac", partial(_silence, kit, hours)
    yield "silence-24h.mp3", partial(_looped_mp3, kit, 24)
    for tracks in (31, 60, 300):
        yield f"tracks-{tracks}.mkv", partial(_tracks, kit, tracks, ".mkv")
        yield f"tracks-{tracks}.mp4", partial(_tracks, kit, tracks, ".mp4")
    yield "programs.ts", partial(_programs, kit)
    yield "zip.mp3", _zip_bomb
    yield "gzip.wav", partial(lambda: gzip.compress(wav(bytes(50_000_000))))
    yield "zip-quine.zip", partial(_nested_zip)
    yield "boxes-deep.mp4", partial(_deep_boxes)
    yield "boxes-many.mp4", partial(_many_boxes, kit)
    yield "void.mkv", partial(lambda: kit.tone(".mkv")[:60] + ebml("EC", b"", 2**55) * 9000)
    yield "id3-many.mp3", partial(lambda: id3((b"TIT2", b"\0a")) * 60_000 + kit.tone(".mp3"))
    yield "id3-frames.mp3", partial(_many_frames, kit)
    yield "comments.ogg", partial(_comments, kit)
    yield "chapters.mkv", partial(_chapters, kit)
    yield "cues.mkv", partial(lambda: kit.tone(".mkv") + ebml("1C53BB6B", b"\xbb\x80" * 500_000))
    yield "lists.wav", partial(lambda: _lists(kit))
    yield "zeros.wav", partial(wav, bytes(20_000_000), rate=192_000, channels=255, align=510)
    yield "zeros.raw", partial(bytes, 20_000_000)
    yield "ones.raw", partial(lambda: b"\xff" * 20_000_000)
    yield "newlines.txt", partial(lambda: b"\n" * 20_000_000)


@cache
def _png() -> bytes:
    """A black picture of 14,000 by 14,000 pixels."""
    lines = zlib.compress(bytes((SIDE * 3 + 1) * SIDE), 9)
    head = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", lines), (b"IEND", b"")]
    chunks = [
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _jpeg() -> bytes:
    """A picture whose header says that it is larger than any screen, and then ends."""
    head = b"\x08" + struct.pack(">HHB", 65_500, 65_500, 3) + b"\1\x22\0\2\x11\1\3\x11\1"
    frame = b"\xff\xc2" + struct.pack(">H", len(head) + 2) + head
    return b"\xff\xd8" + frame + b"\xff\xda\0\x0c\3\1\0\2\x11\3\x11\0\x3f\0" + bytes(5000)


def _covered_mp3(kit, picture, kind) -> bytes:
    cover = b"\0image/" + kind.encode() + b"\0\3\0" + picture()
    return id3((b"APIC", cover)) + kit.tone(".mp3")


def _block(picture, kind) -> bytes:
    """A picture as FLAC and Ogg have it (RFC 9639, 8.8)."""
    kind, data = b"image/" + kind.encode(), picture()
    head = struct.pack(">II", 3, len(kind)) + kind + struct.pack(">I", 0)
    return head + struct.pack(">IIIII", SIDE, SIDE, 24, 0, len(data)) + data


def _covered_flac(kit, picture, kind) -> bytes:
    flac, block = kit.tone(".flac"), _block(picture, kind)
    return flac[:42] + b"\6" + struct.pack(">I", len(block))[1:] + block + flac[42:]


def _covered_ogg(kit, picture, kind) -> bytes:
    cover = base64.b64encode(_block(picture, kind)).decode()
    (kit.folder / "cover.txt").write_text(f";FFMETADATA1\nMETADATA_BLOCK_PICTURE={cover}\n")
    kit.tone(".wav")
    return kit.tone(".ogg", "-f", "ffmetadata", "-i", "cover.txt", "-map_metadata", "1")


def _covered_m4a(kit, picture, kind) -> bytes:
    data = picture()
    cover = box(b"covr", box(b"data", struct.pack(">II", 14, 0), data))
    tags = box(
        b"meta", bytes(4), box(b"hdlr", bytes(8), b"mdirappl", bytes(9)), box(b"ilst", cover)
    )
    return kit.tone(".m4a") + box(b"moov", box(b"udta", tags))


def _attached(kit, picture, kind) -> bytes:
    (kit.folder / "cover").write_bytes(picture())
    kinds = ("-metadata:s:t", f"mimetype=image/{kind}", "-metadata:s:t", "filename=cover")
    return kit.tone(".mkv", "-attach", "cover", *kinds)


def _frames(kit, codec) -> bytes:
    size = "color=size=7680x4320:rate=2:duration=2"
    return kit.ffmpeg(".mkv", "-f", "lavfi", "-i", size, "-f", "lavfi", "-i", "sine=d=2",
                      "-c:v", codec, "-threads", "1", "-c:a", "flac")  # fmt: skip


def _silence(kit, hours) -> bytes:
    return kit.ffmpeg(".flac", *SILENCE, "-t", str(hours * 3600), *LONG_FLAC)


def _looped_mp3(kit, hours) -> bytes:
    """One and the same frame, again and again: 8 kbit/s, but 24 hours."""
    minute = kit.tone(".mp3", "-ar", "8000", "-b:a", "8k", "-write_xing", "0", seconds=60)
    return minute * 60 * hours


def _tracks(kit, tracks, ending) -> bytes:
    one = [word for _ in range(tracks) for word in ("-map", "0:a")]
    return kit.tone(ending, *one, "-c:a", "aac", "-b:a", "8k", "-ar", "8000", seconds=1)


def _programs(kit) -> bytes:
    """A transport stream that announces a new program in each packet."""
    stream = kit.tone(".ts")
    packets = []
    for number in range(20_000):
        pat = struct.pack(">BHHBBB", 0, 0xB00D, 1, 0xC1 | (number % 32) << 1, 0, 0)
        pat += struct.pack(">HH", 1 + number, 0xE000 | (0x20 + number % 8000))
        pat += struct.pack(">I", zlib.crc32(pat))
        packets.append(b"\x47\x40\0\x10\0" + pat.ljust(183, b"\xff"))
    return b"".join(packets) + stream


def _zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("talk.wav", bytes(100_000_000))
    return out.getvalue()


def _nested_zip() -> bytes:
    data = bytes(10_000_000)
    for _ in range(5):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(16):
                archive.writestr(f"{number}.zip", data)
        data = out.getvalue()
        if len(data) > 2_000_000:
            break
    return data


def _deep_boxes() -> bytes:
    """Boxes in boxes, ten thousand of them."""
    levels = 10_000
    heads = b"".join(
        struct.pack(">I", 8 * (levels - level)) + (b"moov", b"trak", b"udta")[level % 3]
        for level in range(levels)
    )
    return box(b"ftyp", b"isom", bytes(4)) + heads


def _many_boxes(kit) -> bytes:
    return box(b"ftyp", b"isom", bytes(4)) + box(b"moov", box(b"trak") * 400_000) + kit.tone(".mp4")


def _many_frames(kit) -> bytes:
    frames = [(b"TXXX", b"\0a%d\0b" % number) for number in range(100_000)]
    return id3(*frames) + kit.tone(".mp3")


def _comments(kit) -> bytes:
    lines = "".join(f"k{number}={'v' * 40}\n" for number in range(5_000))
    (kit.folder / "comments.txt").write_text(f";FFMETADATA1\n{lines}")
    return kit.tone(".ogg", "-f", "ffmetadata", "-i", "comments.txt", "-map_metadata", "1")


def _chapters(kit) -> bytes:
    one = "[CHAPTER]\nTIMEBASE=1/1000\nSTART={0}\nEND={0}\ntitle=c\n"
    text = "".join(one.format(number) for number in range(50_000))
    (kit.folder / "chapters.txt").write_text(f";FFMETADATA1\n{text}")
    return kit.tone(".mkv", "-f", "ffmetadata", "-i", "chapters.txt", "-map_chapters", "1")


def _lists(kit) -> bytes:
    sound, empty = kit.tone(".wav"), b"LIST\4\0\0\0INFO"
    return sound[:36] + empty * 100_000 + sound[36:]
