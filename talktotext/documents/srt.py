"""transcript -> SubRip, the subtitles that every player reads."""

import re
from typing import BinaryIO

from talktotext.documents.base import Document
from talktotext.documents.cues import clock, cues

# SubRip has no way to say that a sign is meant as such: one that begins a tag (`<i>`, `{\an8}`) or
# stands between times gives way to its likeness. Players that draw with libass hide all in braces.
_SIGNS = {"<": "‹", "{": "❴", "}": "❵", "-->": "→"}
_SPECIAL = re.compile(r"-->|<(?=[^\W\d_]|[/!?])|[{}]")


class SrtWriter:
    """SubRip in UTF-8: numbered cues. It has no place for speakers; a dash begins the words of
    each where two speak in one cue."""

    extension = "srt"
    media_type = "application/x-subrip"

    def write(self, document: Document, out: BinaryIO) -> None:
        """Write the transcript of `document` as SubRip to `out`."""
        for number, cue in enumerate(cues(document), 1):
            text = "\n".join(_SPECIAL.sub(lambda sign: _SIGNS[sign[0]], line) for line in cue.lines)
            times = f"{clock(cue.start, ',')} --> {clock(cue.end, ',')}"
            out.write(f"{number}\n{times}\n{text}\n\n".encode())
