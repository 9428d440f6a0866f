"""A recording of any length becomes numbered segments with speakers, chunk by chunk."""

from collections.abc import Iterator

import numpy as np
import pytest

from talktotext.schema import Segment, Word
from talktotext.speech.base import to_float
from talktotext.speech.pipeline import transcribe
from tests.speech.conftest import word_errors


def segments_of(chunks) -> list[Segment]:
    return [segment for _, segments in chunks for segment in segments]


@pytest.fixture(scope="module")
def transcript(meeting):
    """The sample meeting through the default engine: (chunk, segments) pairs."""
    from talktotext.speech import get_transcriber

    transcriber = get_transcriber("moonshine")
    yield list(transcribe(transcriber, meeting, language="en"))
    transcriber.close()


def test_the_sample_meeting_is_understood(transcript, script):
    said = " ".join(words for _, words in script)
    heard = " ".join(segment.text for segment in segments_of(transcript))
    assert word_errors(said, heard) <= 0.08 * len(said.split())


def test_the_sample_meetings_speakers_are_told_apart(transcript, script):
    """Each line of the script, found by its words, carries the label of who says it."""
    labels = [segment.speaker for segment in segments_of(transcript)]
    assert sorted(set(labels)) == ["Speaker 1", "Speaker 2", "Speaker 3"]
    assert labels == [label for label, _ in script]


def test_cutting_costs_no_words(transcript, meeting, script, engine):
    said = " ".join(words for _, words in script)
    cut = " ".join(segment.text for segment in segments_of(transcript))
    whole = " ".join(s.text for s in engine("moonshine").transcribe(to_float(meeting)))
    assert word_errors(said, cut) <= word_errors(said, whole) + 3


def test_segments_are_numbered_and_timed_throughout(transcript):
    segments = segments_of(transcript)
    assert len(transcript) > 2
    assert [segment.index for segment in segments] == list(range(len(segments)))
    assert [s.start for s in segments] == sorted(s.start for s in segments)
    for chunk, own in transcript:
        assert all(chunk.start <= s.start < s.end <= chunk.end for s in own)


def test_a_resumed_transcript_keeps_its_speakers_and_numbers(transcript, meeting, engine):
    (first, kept), *rest = transcript
    resumed = transcribe(engine("moonshine"), meeting, start=first.end, before=kept)
    expected, got = segments_of(rest), segments_of(resumed)
    assert [s.speaker for s in got] == [s.speaker for s in expected]
    assert [s.index for s in got] == [s.index for s in expected]


def test_a_quiet_recording_is_heard_too(meeting, engine):
    quiet = (meeting[: 30 * 16000] * 0.03).astype(np.int16)
    assert len(segments_of(transcribe(engine("moonshine"), quiet))) >= 4


def test_silence_gives_a_chunk_without_segments(engine):
    silence = np.zeros(80 * 16000, dtype=np.int16)
    chunks = list(transcribe(engine("moonshine"), silence))
    assert len(chunks) == 2
    assert not segments_of(chunks)


def test_chunks_come_one_by_one(meeting, engine):
    chunks = transcribe(engine("fake", fail_at=50), meeting)
    chunk, segments = next(chunks)
    assert chunk.start == 0
    assert segments


class Told:
    """An engine that says what it was told to, call by call."""

    name = "told"
    languages = None

    def __init__(self, *calls: list[Segment]) -> None:
        self.calls = list(calls)

    def transcribe(self, samples: np.ndarray, *, language: str = "auto") -> Iterator[Segment]:
        return iter(self.calls.pop(0))

    def close(self) -> None:
        """Nothing to free."""


def said(text: str, speaker: str | None, start: float = 0, end: float = 5) -> Segment:
    return Segment(index=0, start=start, end=end, text=text, speaker=speaker)


LOUD = np.full(80 * 16000, 9000, dtype=np.int16)


def test_speakers_are_numbered_in_order_of_appearance():
    engine = Told([said("a", "Z"), said("b", None), said("c", "Q")], [said("d", "Z")])
    labels = [segment.speaker for segment in segments_of(transcribe(engine, LOUD))]
    assert labels == ["Speaker 1", None, "Speaker 2", "Speaker 1"]


def test_words_move_with_their_segment():
    word = Word(start=1, end=2, text="a")
    engine = Told([], [said("a", None).model_copy(update={"words": (word,)})])
    (_, _), (chunk, [segment]) = transcribe(engine, LOUD)
    assert segment.words == (Word(start=chunk.start + 1, end=chunk.start + 2, text="a"),)


def test_voices_are_known_again_after_a_resume_whatever_the_engine_calls_them():
    before = [said("a", "Speaker 1"), said("b", "Speaker 2", 5, 9), said("c", "Speaker 3", 9, 12)]
    # It hears the three once more, takes the third for the first, then goes on.
    reminders = [[said("a", "X")], [said("b", "Y")], [said("c", "X")]]
    engine = Told(*reminders, [said("d", "Y"), said("e", "X"), said("f", "new")])
    heard = segments_of(transcribe(engine, LOUD, start=60, before=before))
    assert [s.speaker for s in heard] == ["Speaker 2", "Speaker 1", "Speaker 4"]
    assert [s.index for s in heard] == [1, 2, 3]
