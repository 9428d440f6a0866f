"""What comes of a hostile file when a person uploads it and its job is done."""

import logging
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import psutil
from apiflask import APIFlask

from talktotext.errors import TalkToTextError
from talktotext.media import decode
from tests.conftest import Person, run_jobs
from tests.corpus.kit import Kit

REFUSALS = (400, 413, 415, 422)
UNEXPECTED = ("internal_error", "process_died", "uploaded", "processing")
NOT_FOR_PEOPLE = ("ffmpeg", "Traceback", "Errno", "/tmp", "sha256", "None")


@dataclass
class Verdict:
    """How it ended.

    Attributes:
        ended: "done", or the code of the error.
        sentence: what the person is told about that.
        seconds: until the last answer.
        leaked: whether something of a canary is in an answer, in the log or in the sound.
        left: processes that are there now and were not before.
    """

    name: str
    ended: str
    sentence: str
    seconds: float
    leaked: bool
    left: int

    def complaints(self, seconds: float) -> list[str]:
        """What is wrong with it. Empty if nothing is.

        Args:
            seconds: that it may take.
        """
        wrong = {
            "leaked": self.leaked,
            "left a process": self.left,
            f"took {self.seconds:.0f} s": self.seconds > seconds,
            f"ended as {self.ended}": self.ended in UNEXPECTED,
            f"says {self.sentence!r}": not _is_for_people(self.ended, self.sentence),
        }
        return [what for what, so in wrong.items() if so]


def _is_for_people(ended: str, sentence: str) -> bool:
    hidden = any(word in sentence for word in NOT_FOR_PEOPLE)
    return ended == "done" or (10 < len(sentence) < 200 and not hidden)


class Log(logging.Handler):
    """All that is logged, as text."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.getMessage()} {record.exc_text or record.exc_info or ''}")


class Trial:
    """A person who uploads one file after the other."""

    def __init__(self, app: APIFlask, kit: Kit):
        self.app, self.kit, self.person = app, kit, Person(app, "Mallory")

    def of(self, path: Path, name: str) -> Verdict:
        """The verdict on a file that is uploaded under a name."""
        log, before, begun = Log(), set(_children()), time.monotonic()
        logging.getLogger().addHandler(log)
        try:
            ended, sentence, said = self._upload(path, PurePosixPath(name).name)
        finally:
            logging.getLogger().removeHandler(log)
        seconds = time.monotonic() - begun
        told = said + "\n".join(log.lines).encode()
        leaked = self.kit.leaked(told)
        if ended == "done":
            ffmpeg = self.app.config["SETTINGS"].FFMPEG
            leaked = leaked or is_sound_leaked(self.kit, path, ffmpeg)
        left = len(set(_children()) - before)
        return Verdict(name, ended, sentence, seconds, leaked, left)

    def _upload(self, path: Path, name: str) -> tuple[str, str, bytes]:
        """How it ended, what the person is told about it, and all that was answered."""
        with path.open("rb") as file:
            answer = self.person.post("/api/upload", data={"file": (file, name)})
        if answer.status_code != 200:
            assert answer.status_code in REFUSALS, (answer.status_code, answer.json)
            return answer.json["code"], answer.json["error"], answer.data
        run_jobs(self.app)
        upload_id = answer.json["upload_id"]
        status = self.person.get(f"/api/status/{upload_id}")
        said = answer.data + status.data
        if note_id := status.json.get("note_id"):
            for what in ("", "/transcript", "/transcript?format=vtt"):
                said += self.person.get(f"/api/notes/{note_id}{what}").data
            return "done", "", said
        return status.json.get("code") or status.json["status"], status.json["error"] or "", said


def is_sound_leaked(kit: Kit, path: Path, ffmpeg: str) -> bool:
    """Whether a canary is in what ffmpeg makes of a file, as a job has it do."""
    out = kit.folder / "sound"
    with suppress(TalkToTextError):
        decode(path, out, max_duration=600, limit=600, timeout=60, ffmpeg=ffmpeg or None)
        return kit.leaked(out.read_bytes())
    return False


def _children() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)
