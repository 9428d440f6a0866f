"""Whisper: what is special to it. Its decoding is the real library's, on a model without sense."""

import itertools
import math
import socket
import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pytest

from talktotext.errors import EngineFailed, EngineUnavailable
from talktotext.schema import Word
from talktotext.speech import whisper, whisper_faster
from talktotext.speech.base import Language
from talktotext.speech.heard import Heard
from tests.speech.tiny_whisper import LANGUAGES


def heard(start: float = 0, end: float = 1, text: str = " Yes.", **figures: object) -> Heard:
    sure = {"avg_logprob": -0.2, "no_speech_prob": 0.0, "compression_ratio": 1.2, "words": ()}
    return Heard(start, end, text, **{**sure, **figures})


class Scripted:
    """A backend that says what it is told to, call by call, and notes what it was asked."""

    version = "scripted 1"

    def __init__(self, *calls: list[Heard], spoken: Language | None = None) -> None:
        self.calls, self.asked, self.spoken, self.closed = list(calls), [], spoken, False

    def detect(self, samples, manner) -> Language | None:
        return self.spoken

    def hear(self, samples, language, prompt, manner) -> Iterator[Heard]:
        self.asked.append((language, prompt))
        return iter(self.calls.pop(0))

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def scripted(monkeypatch, engine):
    """scripted(*calls, spoken=None): a transcriber on such a backend, and the backend."""

    def make(*calls, spoken=None):
        backend = Scripted(*calls, spoken=spoken)
        monkeypatch.setattr(whisper, "_load", lambda *_: backend)
        return engine("whisper", only_speech=False), backend

    return make


def test_it_knows_the_languages_that_its_weights_know(engine):
    assert engine("whisper").languages == {*LANGUAGES, "jv", "nb"}
    assert engine("whisper", model="tiny.en").languages == {"en"}


def test_it_says_which_package_and_model_it_is(engine):
    transcriber = engine("whisper")
    assert transcriber.model == "tiny"
    assert transcriber.version == "faster-whisper 1.2.1"


def test_it_finds_out_the_language(engine, speech):
    found = engine("whisper").detect(speech)
    assert found.tag in LANGUAGES
    assert 0 < found.probability < 1
    assert engine("whisper", model="tiny.en").detect(speech) == Language("en", 1.0)


def test_no_speech_is_in_no_language(engine, speech):
    times = np.arange(16000 * 3) / 16000
    hum = (0.2 * np.sin(2 * np.pi * 100 * times)).astype(np.float32)
    assert engine("whisper").detect(hum) is None
    assert engine("whisper", only_speech=False).detect(hum) is not None


def test_told_no_language_it_finds_out_by_itself(scripted):
    transcriber, backend = scripted([])
    list(transcriber.transcribe(np.full(16000, 0.1, dtype=np.float32)))
    assert backend.asked == [(None, "")]


@pytest.mark.parametrize(
    ("tag", "code"), [("pt-BR", "pt"), ("jv", "jw"), ("nb_NO", "no"), ("no", "no"), ("EN", "en")]
)
def test_languages_go_in_as_whisper_calls_them(scripted, tag, code):
    transcriber, backend = scripted([])
    list(transcriber.transcribe(np.full(16000, 0.1, dtype=np.float32), language=tag))
    assert backend.asked[0][0] == code


@pytest.mark.parametrize(("code", "tag"), [("jw", "jv"), ("no", "no"), ("en", "en")])
def test_and_come_out_as_bcp_47_does(scripted, code, tag):
    transcriber, _ = scripted(spoken=Language(code, 0.9))
    assert transcriber.detect(np.full(16000, 0.1, dtype=np.float32)) == Language(tag, 0.9)


def test_words_come_with_times_and_probabilities(engine, speech):
    words = [w for s in engine("whisper").transcribe(speech, language="en") for w in s.words]
    assert words
    assert all(0 <= word.confidence <= 1 for word in words)
    for one, other in itertools.pairwise(words):
        assert one.start <= other.start


def test_noise_for_words_is_flagged_and_not_dropped(engine, speech):
    segments = list(engine("whisper").transcribe(speech, language="en"))
    assert segments
    assert all("low_confidence" in segment.flags for segment in segments)
    assert all(segment.confidence < math.exp(-1) for segment in segments)


def test_figures_become_confidence_and_flags(scripted):
    doubtful = heard(1, 2, avg_logprob=-1.5, no_speech_prob=0.7, compression_ratio=3.0)
    transcriber, _ = scripted([heard(), doubtful])
    good, bad = transcriber.transcribe(np.full(48000, 0.1, dtype=np.float32), language="en")
    assert (good.text, good.flags, good.confidence) == ("Yes.", (), math.exp(-0.2))
    assert bad.flags == ("no_speech", "low_confidence", "repetition")


def test_times_beyond_the_sound_or_backwards_are_put_right(scripted):
    word = Word(start=-1, end=99, text=" Yes. ", confidence=0.5)
    odd = [heard(0.5, 0.2, words=(word,)), heard(text=" \0 "), heard(0.1, 1.0), heard(0.9, 40)]
    beyond = [heard(41, 42, " And."), heard(43, 44, " On.", no_speech_prob=0.9)]
    transcriber, _ = scripted(odd + beyond)
    segments = list(transcriber.transcribe(np.full(32000, 0.1, dtype=np.float32), language="en"))
    assert [(s.start, s.end) for s in segments] == [(0.5, 0.51), (0.51, 1), (1, 2)]
    assert [s.text for s in segments] == ["Yes.", "Yes.", "Yes. And. On."]
    assert segments[0].words == (Word(start=0.5, end=0.51, text="Yes.", confidence=0.5),)
    assert segments[2].flags == ("no_speech",)


def test_vocabulary_reaches_the_model(scripted, engine, speech, monkeypatch):
    transcriber, backend = scripted([])
    list(transcriber.transcribe(speech, language="en", vocabulary=["Kubernetes", "Żaneta"]))
    assert backend.asked == [("en", "Kubernetes, Żaneta")]
    monkeypatch.undo()
    plain, primed = (
        [s.text for s in engine("whisper").transcribe(speech, language="en", vocabulary=terms)]
        for terms in ([], ["Kubernetes"])
    )
    assert plain != primed


def test_what_is_no_speech_is_not_even_tried(engine, monkeypatch):
    transcriber = engine("whisper")
    monkeypatch.setattr(transcriber._backend._model, "transcribe", None)
    times = np.arange(16000 * 3) / 16000
    hum = (0.2 * np.sin(2 * np.pi * 100 * times)).astype(np.float32)
    assert not list(transcriber.transcribe(hum))


def test_asked_to_it_decodes_what_is_no_speech(engine):
    silence = np.zeros(16000, dtype=np.float32)
    assert list(engine("whisper", only_speech=False).transcribe(silence))


def test_pauses_do_not_move_what_follows(engine, speech):
    pause = np.zeros(16000 * 8, dtype=np.float32)
    options = {"language": "en"}
    first = next(iter(engine("whisper").transcribe(speech, **options)))
    later = next(iter(engine("whisper").transcribe(np.concatenate([pause, speech]), **options)))
    assert later.start == pytest.approx(first.start + 8, abs=0.5)


def test_a_closed_one_fails_by_type(engine, speech):
    transcriber = engine("whisper")
    transcriber.close()
    for use in (transcriber.detect, lambda sound: list(transcriber.transcribe(sound))):
        with pytest.raises(EngineFailed):
            use(speech)


def test_a_failure_of_the_library_is_a_failure_of_the_engine(scripted, monkeypatch, speech):
    def broken(*_):
        raise RuntimeError("CUDA out of memory")

    transcriber, backend = scripted()
    monkeypatch.setattr(backend, "hear", broken)
    with pytest.raises(EngineFailed, match="out of memory"):
        list(transcriber.transcribe(speech))


def test_weights_that_are_damaged_are_told(engine, whispers, tmp_path):
    broken = tmp_path / "broken"
    broken.mkdir()
    for path in (whispers / "tiny").iterdir():
        (broken / path.name).write_bytes(path.read_bytes())
    (broken / "model.bin").write_bytes((broken / "model.bin").read_bytes()[:1000])
    with pytest.raises(EngineUnavailable) as caught:
        engine("whisper", model=str(broken))
    assert "'broken' could not be loaded" in caught.value.message
    assert str(tmp_path) not in caught.value.message


def test_a_gpu_that_is_not_there_is_told(engine):
    with pytest.raises(EngineUnavailable) as caught:
        engine("whisper", device="cuda")
    assert "WHISPER_DEVICE" in caught.value.hint


def test_a_gpu_is_used_where_there_is_one(monkeypatch, whispers):
    made = {}
    monkeypatch.setattr(whisper_faster, "WhisperModel", lambda _path, **how: made.update(how))
    for gpus, expected in ((0, ("cpu", "int8")), (1, ("cuda", "auto"))):
        monkeypatch.setattr(whisper_faster.ctranslate2, "get_cuda_device_count", lambda n=gpus: n)
        whisper_faster.FasterWhisper(whispers / "tiny", "auto", "auto", 2)
        assert (made["device"], made["compute_type"]) == expected
        assert made["local_files_only"]


def test_it_needs_no_network(engine, speech, monkeypatch):
    def offline(*_):
        raise AssertionError("it wants the network")

    monkeypatch.setattr(socket.socket, "connect", offline)
    monkeypatch.setattr(socket, "getaddrinfo", offline)
    assert list(engine("whisper").transcribe(speech))


def test_it_is_not_imported_before_it_is_wanted():
    code = "import sys, talktotext.speech.whisper; assert 'faster_whisper' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
