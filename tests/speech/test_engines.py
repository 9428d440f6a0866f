"""The table of engines, and what is special to each."""

import subprocess
import sys

import numpy as np
import pytest

from talktotext import speech as package
from talktotext.errors import EngineFailed, EngineUnavailable
from talktotext.speech import load


def test_an_unknown_engine_is_told_with_those_there_are():
    with pytest.raises(EngineUnavailable) as caught:
        load("ear")
    assert "moonshine" in caught.value.hint


@pytest.mark.parametrize("name", ["moonshine", "fake"])
def test_an_option_that_it_does_not_have_is_told(name):
    with pytest.raises(EngineUnavailable, match="'pitch'") as caught:
        load(name, pitch=440)
    assert "TRANSCRIBER_OPTIONS" in caught.value.hint


def test_a_missing_package_is_told_by_name(monkeypatch):
    monkeypatch.setitem(sys.modules, "moonshine_voice.utils", None)
    monkeypatch.delitem(sys.modules, "talktotext.speech.moonshine", raising=False)
    with pytest.raises(EngineUnavailable) as caught:
        load("moonshine")
    assert "moonshine_voice" in caught.value.message
    assert "pip install" in caught.value.hint


def test_missing_weights_are_told(monkeypatch, tmp_path):
    from talktotext.speech import moonshine

    monkeypatch.setattr(moonshine, "get_model_path", lambda _name: tmp_path)
    with pytest.raises(EngineUnavailable):
        load("moonshine")


PORTLESS = """
import socket, sys
import numpy as np
sys.modules["sounddevice"] = None  # as where PortAudio is missing
def offline(*arguments): raise AssertionError("it wants the network")
socket.socket.connect = socket.getaddrinfo = offline
from talktotext.speech import load
[transcriber] = load("moonshine")
list(transcriber.transcribe(np.random.default_rng(1).normal(0, 0.1, 48000).astype("f4")))
"""


def test_moonshine_needs_neither_portaudio_nor_a_network():
    subprocess.run([sys.executable, "-c", PORTLESS], check=True)


GROWTH = """
import re
import sys
from pathlib import Path
import numpy as np
from talktotext.speech import load

def held():  # without pages of files, which the system takes and brings back as it likes
    status = Path("/proc/self/status").read_text()
    return 1024 * sum(map(int, re.findall(r"(?:RssAnon|VmSwap):\\s+(\\d+)", status)))

sound, [transcriber] = np.load(sys.argv[1]), load("moonshine")
sizes = []
for _ in range(10):
    list(transcriber.transcribe(sound))
    sizes.append(held())
print(sizes[-1] - sizes[1])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_moonshine_does_not_grow_with_the_recording(speech, tmp_path):
    np.save(tmp_path / "speech.npy", speech)
    command = [sys.executable, "-c", GROWTH, tmp_path / "speech.npy"]
    grown = int(subprocess.check_output(command))
    assert grown < 5_000_000  # over 96 seconds of sound


def test_a_closed_moonshine_fails_by_type(engine, speech):
    transcriber = engine("moonshine")
    transcriber.close()
    with pytest.raises(EngineFailed):
        list(transcriber.transcribe(speech))


def test_moonshine_writes_sentences_that_start_with_a_capital(engine, speech):
    said = [segment.text for segment in engine("moonshine").transcribe(speech)]
    assert said[:2] == ["Good morning, everyone.", "This is Maria."]
    assert all(text[0].isupper() for text in said)


def test_moonshine_says_how_sure_it_is(engine, speech):
    random = np.random.default_rng(1)
    drowned = speech + random.normal(0, 0.05, len(speech)).astype(np.float32)
    sure, unsure = (
        min(segment.confidence for segment in engine("moonshine").transcribe(sound))
        for sound in (speech, drowned)
    )
    assert 0 < unsure < sure < 1


def test_the_fake_hears_other_words_in_another_recording(engine, speech):
    one = [segment.text for segment in engine("fake").transcribe(speech)]
    same = [segment.text for segment in engine("fake").transcribe(speech)]
    other = [segment.text for segment in engine("fake").transcribe(speech[::-1])]
    assert one == same != other


def test_the_fake_fails_when_told_after_giving_what_came_before(engine, speech):
    heard = []
    with pytest.raises(EngineFailed):
        heard.extend(engine("fake", seconds=4, fail_at=7).transcribe(speech))
    transcriber = engine("fake", seconds=4, fail_at=15)
    assert len(list(transcriber.transcribe(speech))) == 3
    with pytest.raises(EngineFailed):  # over all calls together
        list(transcriber.transcribe(speech))


def test_the_fake_is_slow_when_told(engine, speech, monkeypatch):
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    list(engine("fake", seconds=4, delay=0.5).transcribe(speech))
    assert slept == [0.5] * 3


def test_no_engine_is_imported_before_it_is_wanted():
    code = f"import sys, {package.__name__}; assert 'moonshine_voice' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
