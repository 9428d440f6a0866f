"""A recording of any length becomes numbered segments, chunk by chunk, several at once."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import closing

import numpy as np
import pytest

from talktotext.errors import EngineFailed
from talktotext.schema import Segment, Word
from talktotext.speech import load
from talktotext.speech.base import Language, Samples, to_float
from talktotext.speech.pipeline import transcribe
from tests.speech.conftest import word_errors


def segments_of(chunks) -> list[Segment]:
    return [segment for _, segments in chunks for segment in segments]


@pytest.fixture(scope="module")
def moonshines():
    return load("moonshine", 2)


@pytest.fixture(scope="module")
def transcript(meeting, moonshines):
    """The sample meeting through the default engine: (chunk, segments) pairs."""
    return list(transcribe(moonshines, Samples(meeting), language="en"))


def test_the_sample_meeting_is_understood(transcript, script):
    said = " ".join(words for _, words in script)
    heard = " ".join(segment.text for segment in segments_of(transcript))
    assert word_errors(said, heard) <= 0.02 * len(said.split())


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


def test_a_resumed_transcript_is_the_same(transcript, meeting, moonshines):
    (first, kept), *rest = transcript
    place = {"start": first.end, "index": len(kept)}
    assert segments_of(transcribe(moonshines, Samples(meeting), **place)) == segments_of(rest)


def test_a_quiet_recording_is_heard_too(meeting, moonshines):
    quiet = (meeting[: 30 * 16000] * 0.03).astype(np.int16)
    assert len(segments_of(transcribe(moonshines, Samples(quiet)))) >= 4


def test_silence_gives_a_chunk_without_segments():
    silence = Samples(np.zeros(80 * 16000, dtype=np.int16))
    chunks = list(transcribe([Told(fails=True)], silence))
    assert len(chunks) == 2
    assert not segments_of(chunks)


class Told:
    """An engine that hears one word in every sound, its pitch in hundreds of hertz.

    Args:
        languages: what it detects, call by call; after that None.
        meet: to wait at before it answers, with others.
        fails: it fails at every sound.
    """

    name, model, version, languages = "told", "none", "1", None

    def __init__(
        self,
        *languages: Language | None,
        meet: threading.Barrier | None = None,
        fails: bool = False,
    ) -> None:
        self.tell, self.meet, self.fails = list(languages), meet, fails
        self.asked: list[tuple[str, Sequence[str]]] = []

    def detect(self, samples: np.ndarray) -> Language | None:
        return self.tell.pop(0) if self.tell else None

    def transcribe(
        self, samples: np.ndarray, *, language: str = "auto", vocabulary: Sequence[str] = ()
    ) -> Iterator[Segment]:
        self.asked.append((language, vocabulary))
        if self.meet is not None:
            self.meet.wait(10)
        if self.fails:
            raise EngineFailed("As told")
        cycles = np.count_nonzero(np.diff(samples > 0)) / 2
        word = Word(start=1, end=2, text=str(round(cycles / len(samples) * 160)))
        yield Segment(index=0, start=1, end=2000, text=word.text, words=(word,))


def tones(*pitches: int) -> Samples:
    """Fifty seconds of each pitch, in hundreds of hertz, with half a second of silence at the end:
    there it is cut, in the middle."""
    times = np.arange(50 * 16000) / 16000
    sound = [9000 * np.sin(2 * np.pi * 100 * pitch * times) * (times < 49.5) for pitch in pitches]
    return Samples(np.concatenate(sound).astype(np.int16))


FIVE = tones(1, 2, 3, 4, 5)


def test_chunks_come_in_order_whoever_is_first():
    first, second = Told(), Told()
    chunks = list(transcribe([first, second], FIVE, index=7))
    assert [segment.text for segment in segments_of(chunks)] == ["1", "2", "3", "4", "5"]
    assert [segment.index for segment in segments_of(chunks)] == [7, 8, 9, 10, 11]
    assert len(first.asked) + len(second.asked) == 5


def test_they_are_transcribed_side_by_side():
    both = threading.Barrier(2)  # each waits until the other is at work too
    transcribers = [Told(meet=both), Told(meet=both)]
    assert len(list(transcribe(transcribers, tones(1, 2, 3, 4)))) == 4


class Watched(Samples):
    """Remembers how far it was read."""

    reached = 0

    def read(self, first, last):
        self.reached = max(self.reached, last)
        return super().read(first, last)


def test_only_a_few_are_read_ahead():
    sound = Watched(FIVE.read(0, 250 * 16000))
    with closing(transcribe([Told()], sound)) as chunks:
        next(chunks)
        assert sound.reached <= 160 * 16000  # the third chunk, with what may belong to it


def test_closing_it_ends_its_threads():
    with closing(transcribe([Told(), Told()], FIVE)) as chunks:
        next(chunks)
        assert any(thread.name.startswith("speech") for thread in threading.enumerate())
    assert not any(thread.name.startswith("speech") for thread in threading.enumerate())


def test_a_failure_comes_after_what_came_before():
    heard = []
    with pytest.raises(EngineFailed):
        heard.extend(transcribe(load("fake", fail_at=130), FIVE))
    assert [chunk.start for chunk, _ in heard] == [0, 49.75]


def test_times_are_those_of_the_recording():
    *_, (chunk, [segment]) = transcribe([Told()], FIVE)
    assert (chunk.start, chunk.end) == (199.75, 250)
    assert (segment.start, segment.end) == (200.75, 250)
    assert segment.words == (Word(start=200.75, end=201.75, text="5"),)


def test_every_chunk_is_listened_to_once():
    listened = []
    chunks = [chunk for chunk, _ in transcribe([Told(), Told()], FIVE, listen=listened.append)]
    assert sorted(chunk.start for chunk in listened) == [chunk.start for chunk in chunks]


def test_the_vocabulary_reaches_the_engine():
    engine = Told()
    list(transcribe([engine], FIVE, language="de", vocabulary=["Kubernetes"]))
    assert engine.asked == [("de", ["Kubernetes"])] * 5


def test_a_language_is_found_out_until_it_is_sure():
    nl, de, sv = Language("nl", 0.3), Language("de", 0.9), Language("sv", 0.95)
    engine = Told(None, nl, de, sv, sv)
    chunks = list(transcribe([engine], FIVE))
    # Two chunks more are under way by the time that the third is through.
    assert [language for language, _ in engine.asked] == ["auto", "nl", "de", "sv", "sv"]
    assert [chunk.language for chunk, _ in chunks] == [None, nl, de, de, de]


def test_a_language_that_is_sure_is_told_from_then_on():
    engine = Told(Language("de", 0.9), *[Language("sv", 0.2)] * 2)
    list(transcribe([engine], FIVE))
    assert [language for language, _ in engine.asked] == ["de", "sv", "sv", "de", "de"]


def test_a_language_that_was_told_is_not_found_out():
    engine = Told(Language("de", 0.9))
    chunks = list(transcribe([engine], FIVE, language="en"))
    assert {language for language, _ in engine.asked} == {"en"}
    assert {chunk.language for chunk, _ in chunks} == {None}
