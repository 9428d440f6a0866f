"""What a file is by its beginning, as far as that tells that it is no recording.

For a clear answer after a kilobyte instead of after half a gigabyte; what passes here is still to
pass `media.probe`. Servers' Content-Type is not asked: many call everything octet-stream.
"""

from talktotext.errors import LinkNotMedia

HEAD = 1024  # bytes that are looked at

PAGE = "The link leads to a web page, not to a recording"
PLAYLIST = "The link leads to a playlist, not to a recording"
OTHER = "The link leads to {}, not to a recording"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
PAGES = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<!--")
# M3U and HLS, PLS, XSPF, DASH, SMIL, ASX, ffmpeg's concat, Windows' own, cue sheets.
PLAYLISTS = (
    b"#extm3u",
    b"[playlist]",
    b"<mpd",
    b"<playlist",
    b"<smil",
    b"<asx",
    b"<smoothstreamingmedia",
    b"ffconcat",
    b"[reference]",
)
FILES = (
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x1f\x8b", "a compressed file"),
    (b"7z\xbc\xaf\x27\x1c", "an archive"),
    (b"Rar!", "an archive"),
    (b"BZh", "a compressed file"),
    (b"\xfd7zXZ\x00", "a compressed file"),
    (b"\x28\xb5\x2f\xfd", "a compressed file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"{\\rtf", "a document"),
)


def refuse_other_kinds(head: bytes) -> None:
    """Raise LinkNotMedia if a file that begins like this is known to be something else."""
    text = head.removeprefix(BYTE_ORDER_MARK).lstrip().lower()
    if text.startswith(PAGES):
        raise LinkNotMedia(PAGE)
    markup = text.startswith(b"<")
    if text.startswith(PLAYLISTS) or (markup and any(mark in text for mark in PLAYLISTS)):
        raise LinkNotMedia(PLAYLIST)
    if markup:
        raise LinkNotMedia(PAGE)
    for mark, name in FILES:
        if head.startswith(mark):
            raise LinkNotMedia(OTHER.format(name))
