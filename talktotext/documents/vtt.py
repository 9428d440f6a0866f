"""transcript -> WebVTT, the subtitles of the web (https://www.w3.org/TR/webvtt1/)."""

from html import escape
from typing import BinaryIO

from talktotext.documents.base import Document
from talktotext.documents.cues import Cue, clock, cues


class VttWriter:
    """WebVTT: cues, each in the voice of its speaker."""

    extension = "vtt"
    media_type = "text/vtt"

    def write(self, document: Document, out: BinaryIO) -> None:
        """Write the transcript of `document` as WebVTT to `out`."""
        out.write(b"WEBVTT\n")
        for cue in cues(document):
            times = f"{clock(cue.start, '.')} --> {clock(cue.end, '.')}"
            out.write(f"\n{times}\n{_text(cue)}\n".encode())


def _text(cue: Cue) -> str:
    """Escaped, so that nothing said is a tag, nor the arrow that stands between times."""
    text = "\n".join(escape(line, quote=False) for line in cue.lines)
    # A voice's name ends at the first ">", whatever stands before it.
    return f"<v {escape(cue.speaker, quote=False)}>{text}" if cue.speaker else text
