"""The engine that asks a server: what it sends, and what it makes of every kind of answer."""

import json
import logging
import math
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import numpy as np
import pytest

from talktotext.errors import EngineBusy, EngineFailed, EngineUnavailable, TalkToTextError
from talktotext.speech import load
from tests.servers import Fault

KEY = "sk-secret-0123456789"


def tone(seconds: float, pitch: float = 440) -> np.ndarray:
    times = np.arange(int(seconds * 16_000)) / 16_000
    return (0.5 * np.sin(2 * np.pi * pitch * times)).astype(np.float32)


def answer(**members: object) -> Fault:
    """A good answer of our own making."""
    return Fault(body=json.dumps({"text": "", **members}).encode())


def heard(start: float, end: float, text: str = "Yes.", **figures: object) -> dict[str, object]:
    return {"start": start, "end": end, "text": text, **figures}


def failure(transcriber, sound: np.ndarray | None = None) -> TalkToTextError:
    with pytest.raises(TalkToTextError) as caught:
        list(transcriber.transcribe(tone(1) if sound is None else sound))
    return caught.value


def test_the_sound_arrives_as_it_is(engine, openai_server):
    sound = tone(7)
    list(engine("openai", api_key=KEY).transcribe(sound, language="en-GB"))
    [call] = openai_server.calls
    assert np.abs(call.sound - sound * 32767).max() <= 1
    assert call.key == KEY
    assert call.form == {
        "model": "whisper-1",
        "language": "en",
        "response_format": "verbose_json",
        "timestamp_granularities[]": "segment",
    }


def test_the_language_is_left_to_the_server_where_nobody_knows_it(engine, openai_server):
    list(engine("openai").transcribe(tone(1), language="auto"))
    assert "language" not in openai_server.calls[0].form


def test_a_vocabulary_is_the_prompt_as_far_as_whisper_reads_it(engine, openai_server):
    terms = ["Żaneta", "Kubernetes", *("x" * 100 for _ in range(9))]
    list(engine("openai").transcribe(tone(1), vocabulary=terms))
    prompt = openai_server.calls[0].form["prompt"]
    assert prompt.startswith("Żaneta, Kubernetes, xx")
    assert len(prompt.encode()) < 448
    assert prompt.split(", ") == terms[: prompt.count(",") + 1], "no term is cut"


def test_sound_beyond_full_scale_does_not_wrap_around(engine, openai_server):
    list(engine("openai").transcribe(tone(1) * 4))
    assert openai_server.calls[0].sound.max() == 32767
    assert openai_server.calls[0].sound.min() == -32767


def test_segments_come_with_times_and_confidence(engine):
    segments = list(engine("openai").transcribe(np.concatenate([tone(5, 300), tone(3, 700)])))
    assert [(s.start, s.end, s.text) for s in segments] == [
        (0, 5, "I hear a tone of 300 hertz."),
        (5, 8, "I hear a tone of 700 hertz."),
    ]
    assert segments[0].confidence == pytest.approx(math.exp(-0.25))
    assert segments[0].flags == ()


def test_silence_is_not_paid_for(engine, openai_server):
    assert not list(engine("openai").transcribe(np.zeros(48_000, dtype=np.float32)))
    assert not openai_server.calls


def test_a_sound_too_short_for_the_server_is_made_longer(engine):
    sound = tone(0.05)
    [segment] = engine("openai").transcribe(sound)
    assert (segment.start, segment.end) == (0, 0.05)


@pytest.mark.parametrize("segments", [{}, {"segments": None}, {"segments": []}])
def test_a_server_without_segments_gives_one(engine, openai_server, segments):
    openai_server.fail(answer(text=" One two. ", **segments))
    [segment] = engine("openai").transcribe(tone(3))
    assert (segment.start, segment.end, segment.text) == (0, 3, "One two.")
    assert segment.confidence is None


def test_a_server_that_refuses_segments_is_asked_without_them(engine, openai_server):
    openai_server.plain = True
    transcriber = engine("openai")
    [segment] = transcriber.transcribe(tone(3))
    assert segment.text == "I hear a tone of 440 hertz."
    list(transcriber.transcribe(tone(3)))
    formats = [call.form["response_format"] for call in openai_server.calls]
    assert formats == ["verbose_json", "json", "json"], "it is remembered"


def test_nothing_heard_is_nothing(engine, openai_server):
    openai_server.fail(answer(text=" \n", segments=[heard(0, 3, " ")]))
    assert not list(engine("openai").transcribe(tone(3)))


def test_times_are_kept_in_order_and_within_the_sound(engine, openai_server):
    odd = [heard(-1, 1.5), heard(1, 2), heard(2, 2), heard(2.5, 30), heard(29, 31)]
    openai_server.fail(answer(segments=odd))
    segments = list(engine("openai").transcribe(tone(3)))
    assert [s.index for s in segments] == [0, 1, 2, 3]
    said = " ".join(one["text"].strip() for one in odd)
    assert " ".join(s.text for s in segments) == said, "no words are lost"
    times = [(round(s.start, 2), round(s.end, 2)) for s in segments]
    assert times == [(0, 1.5), (1.5, 2), (2, 2.01), (2.5, 3)], "and none overlap"


def test_doubts_are_flagged(engine, openai_server):
    sure = {"avg_logprob": -0.1, "no_speech_prob": 0.1, "compression_ratio": 1.5}
    unsure = {"avg_logprob": -1.5, "no_speech_prob": 0.9, "compression_ratio": 3}
    odd = {"avg_logprob": float("nan"), "no_speech_prob": None}
    segments = [heard(0, 1, **sure), heard(1, 2, **unsure), heard(2, 3, **odd)]
    openai_server.fail(answer(segments=segments))
    one, two, three = engine("openai").transcribe(tone(3))
    assert one.flags == three.flags == ()
    assert two.flags == ("no_speech", "low_confidence", "repetition")
    assert two.confidence == pytest.approx(math.exp(-1.5))
    assert three.confidence is None


def test_what_no_database_stores_is_left_out(engine, openai_server):
    openai_server.fail(answer(text="One\0two\nthree"))
    [segment] = engine("openai").transcribe(tone(3))
    assert segment.text == "One two three"


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 504, 529])
def test_a_busy_server_is_asked_once_and_named(engine, openai_server, status):
    openai_server.fail(Fault(status), calls=5)
    error = failure(engine("openai"))
    assert isinstance(error, EngineBusy)
    assert str(status) in error.message
    assert error.retry_after is None
    assert len(openai_server.calls) == 1, "whoever asked decides when to ask again"


SOON = format_datetime(datetime.now(UTC) + timedelta(minutes=55), usegmt=True)


@pytest.mark.parametrize(
    ("told", "low", "high"),
    [
        ("7", 7, 7),
        ("0.5", 0.5, 0.5),
        (SOON, 60, 3301),  # the suite may take its time
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0, 0),
        ("-3", 0, 0),
        ("1e12", 3600, 3600),
    ],
)
def test_retry_after_is_read(engine, openai_server, told, low, high):
    openai_server.fail(Fault(429, headers={"Retry-After": told}))
    error = failure(engine("openai"))
    assert isinstance(error, EngineBusy)
    assert low <= error.retry_after <= high


@pytest.mark.parametrize("told", ["", "soon", "nan", "Wed, 21 Oct 2015 07:28:00 -0000"])
def test_a_retry_after_that_makes_no_sense_is_none(engine, openai_server, told):
    openai_server.fail(Fault(503, headers={"Retry-After": told}))
    assert failure(engine("openai")).retry_after is None


def test_a_server_that_never_answers_is_busy(engine, openai_server):
    openai_server.fail(Fault(hang=True))
    started = time.monotonic()
    assert isinstance(failure(engine("openai", timeout=0.5)), EngineBusy)
    assert 0.4 < time.monotonic() - started < 5
    assert len(openai_server.calls) == 1


def test_a_server_that_is_away_is_busy(engine):
    error = failure(engine("openai", base_url="http://127.0.0.1:1/v1"))
    assert isinstance(error, EngineBusy)


@pytest.mark.parametrize(
    ("status", "hint"),
    [
        (401, "OPENAI_API_KEY"),
        (402, "log"),
        (403, "OPENAI_API_KEY"),
        (404, "OPENAI_TRANSCRIPTION_MODEL"),
        (400, "log"),
        (413, "log"),
        (422, "log"),
    ],
)
def test_a_refusal_is_permanent_and_says_what_to_do(engine, openai_server, status, hint):
    openai_server.fail(Fault(status), calls=5)
    error = failure(engine("openai"))
    assert isinstance(error, EngineUnavailable)
    assert not error.retryable
    assert str(status) in error.message
    assert hint in error.hint


def test_a_model_the_server_lacks_is_told(engine):
    assert "model" in failure(engine("openai", model="whisper-9")).message


@pytest.mark.parametrize(
    "body",
    [
        b"<html>Welcome to nginx!</html>",
        b'{"text": "Half of',
        b"[]",
        b"",
        b"{}",
        b'{"text": 7}',
        b'{"text": "a", "segments": [{"text": "a"}]}',
        b'{"text": "a", "segments": [{"start": NaN, "end": 1, "text": "a"}]}',
        b'{"text": "a\xff"}',
    ],
)
def test_an_answer_that_makes_no_sense_may_be_tried_again(engine, openai_server, body):
    openai_server.fail(Fault(body=body))
    error = failure(engine("openai"))
    assert isinstance(error, EngineFailed)
    assert error.retryable


@pytest.mark.parametrize("status", [200, 400, 401, 429, 500])
def test_the_key_stays_secret(engine, openai_server, caplog, status):
    """Also where the server quotes it, and everything is logged."""
    quoted = json.dumps({"error": {"message": f"What is {KEY}?"}, "segments": KEY}).encode()
    openai_server.fail(Fault(status, body=quoted), calls=2)
    with caplog.at_level(logging.DEBUG):
        transcriber = engine("openai", api_key=KEY)
        with pytest.raises(TalkToTextError) as caught:
            list(transcriber.transcribe(tone(1)))
    assert openai_server.calls[0].key == KEY
    assert caplog.records
    assert KEY not in caplog.text + json.dumps(caught.value.problem()) + str(caught.getrepr())


def test_the_server_s_own_words_are_in_the_log(engine, openai_server, caplog):
    openai_server.fail(Fault(400, body=b'{"error": {"message": "too much\\nnoise"}}'), calls=2)
    error = failure(engine("openai"))
    assert "too much noise" in caplog.text
    assert "noise" not in json.dumps(error.problem())


def test_openai_s_own_address_needs_a_key():
    with pytest.raises(EngineUnavailable) as caught:
        load("openai")
    assert "OPENAI_API_KEY" in caught.value.hint


def test_a_key_may_end_in_the_newline_of_its_file(engine, openai_server):
    openai_server.key = KEY
    assert list(engine("openai", api_key=f"{KEY}\n").transcribe(tone(1)))
    assert "key" in failure(engine("openai", api_key="sk-other")).message


@pytest.mark.parametrize("key", ["sk-schlüssel", "sk-a\nsk-b"])
def test_a_key_that_is_none_is_refused_without_being_told(key):
    with pytest.raises(EngineUnavailable) as caught:
        load("openai", api_key=key)
    assert key not in json.dumps(caught.value.problem(), ensure_ascii=False)


@pytest.mark.parametrize("url", ["localhost:8000/v1", "ftp://a/v1", "http://", "http://a:b/v1"])
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(EngineUnavailable) as caught:
        load("openai", api_key=KEY, base_url=url)
    assert "OPENAI_BASE_URL" in caught.value.message


def test_the_missing_extra_is_told_with_its_remedy(monkeypatch):
    monkeypatch.setitem(sys.modules, "openai", None)
    monkeypatch.delitem(sys.modules, "talktotext.speech.openai", raising=False)
    with pytest.raises(EngineUnavailable) as caught:
        load("openai")
    assert caught.value.hint == "Run `pip install -r requirements/openai.txt`."


def test_the_package_is_not_imported_before_it_is_wanted():
    code = "import sys, talktotext, talktotext.speech; assert 'openai' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
