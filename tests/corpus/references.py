"""Files that name other files, or addresses, in the hope that these are opened."""

import base64
import struct
from collections.abc import Iterator
from functools import partial
from itertools import cycle

from tests.corpus.kit import Kit, Made, box, chunk, ebml, id3

LISTS = {
    "hls": "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:3,\n{0}\n#EXT-X-ENDLIST\n",
    "hls-master": "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=9\n{0}\n",
    "hls-key": '#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="{0}"\n#EXTINF:3,\n{0}\n#EXT-X-ENDLIST\n',
    "hls-map": '#EXTM3U\n#EXT-X-MAP:URI="{0}"\n#EXTINF:3,\n{0}\n#EXT-X-ENDLIST\n',
    "hls-range": "#EXTM3U\n#EXT-X-BYTERANGE:99@0\n#EXTINF:3,\n{0}\n#EXT-X-ENDLIST\n",
    "hls-media": '#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="a",DEFAULT=YES,URI="{0}"\n'
    '#EXT-X-STREAM-INF:BANDWIDTH=9,AUDIO="a"\n{0}\n',
    "hls-spaces": "\n\n \t#EXTM3U\n#EXTINF:3,\n{0}\n",
    "m3u": "{0}\n",
    "pls": "[playlist]\nFile1={0}\nNumberOfEntries=1\nVersion=2\n",
    "ffconcat": "ffconcat version 1.0\nfile '{0}'\n",
    "ffconcat-stream": "ffconcat version 1.0\nstream\nexact_stream_id 1\nfile '{0}'\nduration 9\n",
    "concat-plain": "file '{0}'\n",
    "xspf": '<?xml version="1.0"?><playlist xmlns="http://xspf.org/ns/0/"><trackList><track>'
    "<location>{0}</location></track></trackList></playlist>",
    "asx": '<asx version="3.0"><entry><ref href="{0}"/></entry></asx>',
    "asf-reference": "[Reference]\nRef1={0}\n",
    "smil": '<smil><body><audio src="{0}"/></body></smil>',
    "ram": "{0}\n# RealAudio\n",
    "dash": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
    'mediaPresentationDuration="PT9S"><Period><AdaptationSet mimeType="audio/mp4">'
    '<Representation id="1" bandwidth="9"><BaseURL>{0}</BaseURL></Representation>'
    "</AdaptationSet></Period></MPD>",
    "dash-entity": '<?xml version="1.0"?><!DOCTYPE MPD [<!ENTITY x SYSTEM "{0}">]>'
    '<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period>&x;</Period></MPD>',
    "smooth": '<SmoothStreamingMedia MajorVersion="2"><StreamIndex Url="{0}"/>'
    "</SmoothStreamingMedia>",
    "imf": '<?xml version="1.0"?><CompositionPlaylist xmlns="http://www.smpte-ra.org/schemas/2067-3/'
    '2016"><Asset><Path>{0}</Path></Asset></CompositionPlaylist>',
    "svg": '<svg xmlns="http://www.w3.org/2000/svg"><image href="{0}"/></svg>',
    "html": '<!doctype html><audio autoplay src="{0}"></audio><script>fetch("{0}")</script>',
    "avisynth": 'AviSource("{0}")\n',
    "cue": 'FILE "{0}" WAVE\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n',
    "ffmetadata": ";FFMETADATA1\ntitle={0}\n[CHAPTER]\nSTART=0\nEND=1\n",
    "subtitles": "1\n00:00:00,000 --> 00:00:03,000\n<img src='{0}'>\n",
    "webvtt": "WEBVTT\n\n00:00.000 --> 00:03.000\n{0}\n",
    "lavfi": "amovie={0}\n",
    "edl": "# mpv EDL v0\n{0}\n",
}
SDP = """v=0
o=- 0 0 IN IP4 127.0.0.1
s={0}
c=IN IP4 127.0.0.1
t=0 0
a=control:rtsp://127.0.0.1:{1}/
m=audio {1} RTP/AVP 0
"""


def files(kit: Kit) -> Iterator[Made]:
    """Every list with the plainest targets and one in turn, and containers that point elsewhere."""
    ways = cycle(way for way in targets(kit) if way not in ("path", "http"))
    for kind, text in LISTS.items():
        for way in ("path", "http", next(ways)):
            yield f"{kind}-{way}.mp4", partial(text.format(targets(kit)[way]).encode)
    yield "sdp.mp4", partial(SDP.format("x", kit.port).encode)
    yield "sdp.sdp", partial(SDP.format("x", kit.port).encode)
    for way in ("path", "http"):
        target = targets(kit)[way]
        yield f"hls-{way}.m3u8", partial(LISTS["hls"].format(target).encode)
        yield f"ffconcat-{way}.ffconcat", partial(LISTS["ffconcat"].format(target).encode)
        yield f"hls-after-id3-{way}.mp3", partial(_hls_after_id3, target)
        yield f"dref-url-{way}.mov", partial(_external_track, kit, b"url ", target)
        yield f"dref-alias-{way}.mov", partial(_external_track, kit, b"alis", target)
        yield f"reference-movie-{way}.mov", partial(_reference_movie, target)
        yield f"cover-link-{way}.mp3", partial(_linked_cover, kit, target)
        yield f"cover-link-{way}.flac", partial(_linked_flac_cover, kit, target)
        yield f"linked-segment-{way}.mkv", partial(_linked_segment, kit, target)
        yield f"list-chunk-{way}.wav", partial(_list_chunk, kit, target)


def targets(kit: Kit) -> dict[str, str]:
    """Ways to name the canaries and the listener."""
    sound, text, there = kit.sound, kit.text, kit.http.removeprefix("http://")
    return {
        "path": str(sound),
        "relative": f"../../../../../../../../../..{sound}",
        "text": str(text),
        "passwd": "/etc/passwd",
        "file": f"file://{sound}",
        "concat": f"concat:{sound}|{text}",
        "subfile": f"subfile,,start,0,end,9999,,:{text}",
        "async": f"async:cache:{sound}",
        "crypto": f"crypto:{sound}",
        "http": f"{kit.http}/a.ts",
        "tcp": f"tcp://{there}",
        "udp": f"udp://{there}",
        "rtsp": f"rtsp://{there}/a",
        "hls+http": f"hls+{kit.http}/a.m3u8",
        "data": "data:audio/wav;base64," + base64.b64encode(sound.read_bytes()[:3000]).decode(),
        "fd": "pipe:0",
        "environ": "/proc/self/environ",
    }


def _hls_after_id3(target: str) -> bytes:
    return id3((b"TIT2", b"\0talk")) + LISTS["hls"].format(target).encode()


def _external_track(kit: Kit, kind: bytes, target: str) -> bytes:
    """A film whose samples lie elsewhere: its `dref` box does not say "in this file"."""
    movie = kit.tone(".mov", "-c:a", "pcm_s16le")
    at = movie.index(b"dref")
    size = struct.unpack_from(">I", movie, at - 4)[0]
    flags = bytes(4)
    entry = box(kind, flags, (target.encode() + bytes(200)))
    table = box(b"dref", bytes(4), struct.pack(">I", 1), entry)
    return _grown(movie, at - 4, size, table)


def _grown(movie: bytes, at: int, size: int, table: bytes) -> bytes:
    """The film with another box in place of that one, and every box around it as much larger."""
    more = len(table) - size
    data = bytearray(movie[:at] + table + movie[at + size :])
    for name in (b"moov", b"trak", b"mdia", b"minf", b"dinf"):
        start = data.rindex(name, 0, at) - 4
        struct.pack_into(">I", data, start, struct.unpack_from(">I", data, start)[0] + more)
    return bytes(data)


def _reference_movie(target: str) -> bytes:
    """A QuickTime film that is only a link (`rmra`)."""
    link = target.encode() + b"\0"
    reference = box(b"rdrf", bytes(4), b"url ", struct.pack(">I", len(link)), link)
    rmra = box(b"rmra", box(b"rmda", reference))
    return box(b"ftyp", b"qt  ", bytes(4), b"qt  ") + box(b"moov", rmra)


def _linked_cover(kit: Kit, target: str) -> bytes:
    """An MP3 whose cover is "-->", which stands for a link."""
    cover = b"\0-->\0\3\0" + target.encode()
    tag = id3((b"APIC", cover), (b"WXXX", b"\0\0" + target.encode()))
    return tag + kit.tone(".mp3", "-write_id3v1", "0", "-id3v2_version", "0")


def _linked_flac_cover(kit: Kit, target: str) -> bytes:
    flac, link = kit.tone(".flac"), target.encode()
    picture = struct.pack(">II", 3, 3) + b"-->" + bytes(20) + struct.pack(">I", len(link)) + link
    block = b"\6" + struct.pack(">I", len(picture))[1:] + picture
    return flac[:42] + block + flac[42:]  # behind STREAMINFO


def _linked_segment(kit: Kit, target: str) -> bytes:
    """A Matroska file with an attachment, a name of a file, and a link to another segment."""
    name = ebml("466E", target.encode())
    attached = ebml("61A7", name + ebml("4660", b"text/html") + ebml("465C", b"<script>" * 99))
    link = ebml("3C83AB", target.encode()) + ebml("3EB923", bytes(16))
    movie = kit.tone(".mkv")
    at = movie.index(bytes.fromhex("1549A966"))  # Info
    inside = movie[at:] + ebml("1941A469", attached) + ebml("1549A966", link)
    return movie[: movie.index(bytes.fromhex("18538067"))] + ebml("18538067", inside)


def _list_chunk(kit: Kit, target: str) -> bytes:
    sound = kit.tone(".wav")
    listed = chunk(b"LIST", b"adtl" + chunk(b"file", target.encode()) * 500)
    return sound[:36] + listed + chunk(b"plst", target.encode()) + sound[36:]
