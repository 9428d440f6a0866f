"""transcript -> WebVTT, the subtitles of the web (https://www.w3.org/TR/webvtt1/)."""

from html import escape
from typing import BinaryIO

from talktotext.documents.base import Document
from talktotext.documents.cue_groups import DASH
from talktotext.documents.cues import Cue, Part, clock, cues


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
    """A voice that is alone in a cue need not be closed."""
    if len(cue.parts) == 1:
        return _voiced(cue.parts[0])
    return "\n".join(_voiced(part, DASH, "</v>") for part in cue.parts)


def _voiced(part: Part, dash: str = "", close: str = "") -> str:
    """Escaped, so that nothing said is a tag, nor the arrow that stands between times."""
    text = dash + "\n".join(escape(line, quote=False) for line in part.lines)
    # A voice's name ends at the first ">", whatever stands before it.
    return f"<v {escape(part.speaker, quote=False)}>{text}{close}" if part.speaker else text
