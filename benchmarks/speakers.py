"""Diarization error rates: `python -m benchmarks.speakers [--references F.rttm …] [--minutes 10]`.

On a made meeting of three voices (needs flite), and on real ones: for each recording named in an
RTTM file, a `*NAME.wav` beside it. By pyannote.metrics, collar 0.25 s, with and without speech over
one another; beside it what one speaker for all speech scores, and moonshine-voice's own labels.
"""

import argparse
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.recordings import meeting
from talktotext.media import find_ffmpeg
from talktotext.speech.base import SAMPLE_RATE, Int16, Samples
from talktotext.speech.cut import cut
from talktotext.speech.diarization import Turn, Voices, get_diarizer
from talktotext.speech.diarization.turns import Stretch, named

COLLAR = 0.25  # seconds, as pyannote.metrics counts it: half before a boundary, half after


class Recording(NamedTuple):
    """Sound, and who really speaks when; turns may be over one another."""

    name: str
    samples: Int16
    turns: list[Turn]


class Score(NamedTuple):
    """Shares of the speech in the reference: in all, and what they consist of."""

    error: float
    missed: float
    false: float
    confused: float
    without_overlap: float


def main() -> None:
    """Prints a line for each recording and way of telling speakers apart."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--references", type=Path, nargs="*", default=[], help="RTTM files")
    parser.add_argument("--minutes", type=float, default=10, help="of the made meeting; 0 for none")
    options = parser.parse_args()
    heads = ("DER %", "missed", "false", "confused", "no overlap")
    print("{:12}{:22}{:10}{:>9}{:>9}{:>9}{:>9}{:>12}".format("recording", "by", "speakers", *heads))
    row = "{:12}{:22}{:10}{:>9.1f}{:>9.1f}{:>9.1f}{:>9.1f}{:>12.1f}"
    for recording in _recordings(options):
        for way, turns in _ways(recording):
            speakers = f"{len(_speakers(turns))} of {len(_speakers(recording.turns))}"
            shares = (100 * share for share in score(recording, turns))
            print(row.format(recording.name, way, speakers, *shares), flush=True)


def score(recording: Recording, turns: Sequence[Turn]) -> Score:
    """How far the turns are from the recording's.

    Raises:
        SystemExit: pyannote.metrics is not installed.
    """
    try:
        from pyannote.core import Segment, Timeline
        from pyannote.metrics.diarization import DiarizationErrorRate
    except ModuleNotFoundError:
        raise SystemExit("pip install pyannote.metrics==4.2.0 first (600 MB with SciPy)") from None
    whole = Timeline([Segment(0, len(recording.samples) / SAMPLE_RATE)])
    pair = _annotation(recording.turns), _annotation(turns)
    found = DiarizationErrorRate(collar=COLLAR)(*pair, uem=whole, detailed=True)
    alone = DiarizationErrorRate(collar=COLLAR, skip_overlap=True)(*pair, uem=whole)
    parts = (
        found[part] / found["total"] for part in ("missed detection", "false alarm", "confusion")
    )
    return Score(found["diarization error rate"], *parts, alone)


def _annotation(turns: Sequence[Turn]) -> object:
    from pyannote.core import Annotation, Segment

    annotation = Annotation()
    for track, turn in enumerate(turns):
        annotation[Segment(turn.start, turn.end), track] = turn.speaker
    return annotation


def _ways(recording: Recording) -> Iterator[tuple[str, list[Turn]]]:
    """Each way of telling speakers apart, with what it makes of the recording."""
    diarizer, heard = get_diarizer("moonshine"), []
    began = time.process_time()
    for chunk in cut(Samples(recording.samples)):
        heard.append(diarizer.listen(chunk))
    turns = diarizer.turns(heard)
    share = (time.process_time() - began) * SAMPLE_RATE / len(recording.samples)
    yield f"voices ({share:.2%} CPU)", turns
    yield "one speaker", _one(heard)
    yield "moonshine's own", _own(recording.samples)


def _one(heard: Sequence[Voices]) -> list[Turn]:
    """All speech, as one speaker's."""
    stretches = (Stretch(*span, 0) for voices in heard for span in voices.speech)
    return named(stretches, heard[-1].end)


def _own(samples: Int16) -> list[Turn]:
    """The labels that moonshine-voice itself gives to its lines."""
    from moonshine_voice.moonshine_api import ModelArch
    from moonshine_voice.transcriber import Transcriber
    from moonshine_voice.utils import get_model_path

    engine, turns = Transcriber(str(get_model_path("tiny-en")), ModelArch.TINY), []
    for chunk in cut(Samples(samples)):
        answer = engine.transcribe_without_streaming(chunk.samples.tolist(), SAMPLE_RATE)
        for line in answer.lines:
            start = chunk.start + line.start_time
            turns.append(Turn(start, start + line.duration, str(line.speaker_index)))
    engine.close()
    return turns


def _recordings(options: argparse.Namespace) -> Iterator[Recording]:
    if options.minutes:
        made = meeting(options.minutes)
        spoken = [Turn(start, end, voice) for start, end, voice, _ in made.spoken]
        yield Recording("made", made.samples, spoken)
    for path in options.references:
        rows = [line.split() for line in path.read_text().splitlines()]
        for name in sorted({row[1] for row in rows}):
            (sound,) = path.parent.glob(f"*{name}.wav")
            turns = [
                Turn(float(row[3]), float(row[3]) + float(row[4]), row[7])
                for row in rows
                if row[1] == name
            ]
            yield Recording(name, _decoded(sound), turns)


def _decoded(path: Path) -> Int16:
    command = [find_ffmpeg(), "-v", "error", "-i", path, "-ac", "1", "-ar", str(SAMPLE_RATE)]
    pipe = subprocess.run([*command, "-f", "s16le", "-"], check=True, capture_output=True)
    return np.frombuffer(pipe.stdout, dtype="<i2")


def _speakers(turns: Sequence[Turn]) -> set[str]:
    return {turn.speaker for turn in turns}


if __name__ == "__main__":
    main()
