"""transcript -> SubRip, the subtitles that every player reads."""

from typing import BinaryIO

from talktotext.documents.base import Document
from talktotext.documents.cues import clock, cues

ARROW = "-->"  # stands between times, and in no line of text


class SrtWriter:
    """SubRip in UTF-8: numbered cues. It has no place for speakers."""

    extension = "srt"
    media_type = "application/x-subrip"

    def write(self, document: Document, out: BinaryIO) -> None:
        """Write the transcript of `document` as SubRip to `out`."""
        for number, cue in enumerate(cues(document), 1):
            text = "\n".join(cue.lines).replace(ARROW, "→")
            times = f"{clock(cue.start, ',')} {ARROW} {clock(cue.end, ',')}"
            out.write(f"{number}\n{times}\n{text}\n\n".encode())
