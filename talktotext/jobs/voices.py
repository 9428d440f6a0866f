"""What the voices in a recording are like, chunk by chunk, kept in the job's work folder.

Notes can do without speakers: whatever fails here becomes a warning, and never costs a transcript.
An attempt on another machine, where the folder is not, listens again.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from talktotext.errors import TalkToTextError
from talktotext.jobs import engines
from talktotext.jobs.base import Inputs, Result
from talktotext.schema import Segment
from talktotext.speech.base import Sound
from talktotext.speech.cut import Chunk, chunk_of
from talktotext.speech.diarization import Diarizer, Voices, assign

log = logging.getLogger(__name__)


class Listener:
    """Listens to the voices of a recording.

    Attributes:
        name: of the diarizer; empty if there is none.
        failed: whether the speakers cannot be told apart, though they were to be.
    """

    def __init__(self, diarizer: Diarizer | None, inputs: Inputs, *, failed: bool = False):
        self._diarizer, self._folder, self.failed = diarizer, inputs.work, failed
        self._tried = inputs.tried
        self.name = diarizer.name if diarizer else ""

    def listen(self, chunk: Chunk) -> None:
        """Keep what the voices in a chunk are like. Several threads may call it at once."""
        if self._diarizer and not self.failed:
            self._try(lambda: self._voices(chunk))

    def tell_apart(
        self, segments: Sequence[Segment], sound: Sound, ends: Sequence[float]
    ) -> list[Segment] | None:
        """The segments with their speakers, split where the speaker changes; None without.

        Args:
            segments: of the whole recording, in order.
            ends: where each of its chunks ends, in seconds.
        """
        if not self._diarizer or self.failed or not segments:
            return None
        diarizer, starts = self._diarizer, (0.0, *ends)

        def told() -> list[Segment]:
            heard = [
                self._kept(start) or self._voices(chunk_of(sound, start, end))
                for start, end in zip(starts, ends, strict=False)
            ]
            return assign(segments, diarizer.turns(heard))

        return self._try(told)

    def _voices(self, chunk: Chunk) -> Voices:
        assert self._diarizer
        voices = self._diarizer.listen(chunk)
        path = self._path(chunk.start)
        part = path.with_suffix(".part")
        part.write_bytes(voices.to_bytes())
        part.replace(path)
        return voices

    def _kept(self, start: float) -> Voices | None:
        try:
            return Voices.from_bytes(self._path(start).read_bytes())
        except FileNotFoundError:
            return None

    def _path(self, start: float) -> Path:
        return self._folder / f"voices-{round(start * 1000)}.npz"

    def _try(self, act: Callable[[], Result]) -> Result | None:
        """Whatever goes wrong: a transcript without speakers is better than none."""
        found, error = self._tried(act)
        if error:
            self.failed = True
            if self._folder.exists():  # else the job was deleted meanwhile
                log.error("the speakers cannot be told apart", exc_info=error)
        return found


@contextmanager
def listening(inputs: Inputs) -> Iterator[Listener]:
    """A listener for the recording of a job, with the diarizer that the settings ask for."""
    with ExitStack() as stack:
        diarizer, failed = None, False
        try:
            diarizer = stack.enter_context(engines.diarizer(inputs.settings))
        except TalkToTextError as error:
            log.warning("job %s: no speakers: %s", inputs.job_id, error)
            failed = True
        yield Listener(diarizer, inputs, failed=failed)
