"""Recording -> how long it claims to be. Only what was decoded is believed in the end."""

import re
import tempfile
from pathlib import Path

from talktotext.errors import MediaError, MediaTimeout
from talktotext.media.ffmpeg import SLACK, find_ffmpeg, open_command, run

TIMEOUT = 10.0  # seconds
CLAIM = re.compile(r"^ *Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)", re.MULTILINE)


def length(path: str | Path, *, ffmpeg: str | Path | None = None) -> float | None:
    """Seconds, by what the file's header says or its size suggests; None if it says nothing.

    Raises:
        EngineUnavailable: there is no ffmpeg.
    """
    opened = open_command(find_ffmpeg(ffmpeg), path)
    talking = ["info" if word == "error" else word for word in opened]
    try:
        with tempfile.TemporaryFile() as nothing:
            command = [*talking, "-f", "ffmetadata", "pipe:1"]
            said = run(command, nothing, timeout=TIMEOUT, max_bytes=SLACK).errors
    except (MediaError, MediaTimeout):
        return None
    found = CLAIM.search(said)
    return int(found[1]) * 3600 + int(found[2]) * 60 + float(found[3]) if found else None
