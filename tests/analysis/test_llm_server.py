"""What goes wrong between us and a language model: asked again in bounds, then done without it."""

import json
import logging
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest

from talktotext import analysis
from talktotext.analysis import get_analyzer
from talktotext.analysis.llm_prompt import FOLDER
from talktotext.errors import EngineBusy, EngineFailed, EngineUnavailable, TalkToTextError
from talktotext.schema import MeetingType, Notes
from tests.analysis.chat_server import Asked, ChatServer, completion, honest
from tests.analysis.made import LAUNCH, RECORDED_ON, transcript
from tests.servers import Fault

Engine = Callable[..., Any]
KEY = "sk-secret-0123456789"
ATTEMPTS = 3


def failure(analyzer: Any) -> TalkToTextError:
    with pytest.raises(TalkToTextError) as caught:
        analyzer.analyze(transcript(LAUNCH))
    return caught.value


def codes(notes: Notes) -> list[str]:
    return [notice.code for notice in notes.warnings]


def test_the_shape_is_asked_for_by_its_schema(llm: Engine, chat_server: ChatServer) -> None:
    llm(model="llama", api_key=KEY, options={"temperature": 0.5}).analyze(transcript(LAUNCH))
    [asked] = chat_server.calls
    wanted = asked.body["response_format"]["json_schema"]
    assert wanted["strict"] is True
    assert set(wanted["schema"]["required"]) == set(wanted["schema"]["properties"])
    assert "default" not in json.dumps(wanted)
    assert (asked.body["model"], asked.body["temperature"]) == ("llama", 0.5)
    assert asked.key == KEY


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        ({"json_object", "text"}, ["json_schema", "json_object"]),
        ({"text"}, ["json_schema", "json_object", "text"]),
        ({"json_schema"}, ["json_schema"]),
    ],
)
def test_a_server_is_asked_in_the_way_it_knows(
    llm: Engine, chat_server: ChatServer, known: set[str], asked: list[str]
) -> None:
    chat_server.formats = known
    notes = llm(context=1_200).analyze(transcript(LAUNCH))
    formats = [call.format for call in chat_server.calls]
    assert len(chat_server.sections) > 1
    assert formats == asked + [asked[-1]] * (len(formats) - len(asked)), "it is remembered"
    assert all(
        ("$defs" in call.system) == (call.format != "json_schema") for call in chat_server.calls
    )
    assert codes(notes) == []


@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "```json\n{}\n```",
        "Sure! Here it is:\n\n{}\n\nAnything else?",
        "<think>A {{?</think>{}",
    ],
)
def test_json_is_found_in_what_is_said_around_it(
    llm: Engine, chat_server: ChatServer, around: str
) -> None:
    chat_server.model = lambda asked: around.replace("{}", json.dumps(honest(asked)))
    assert codes(llm().analyze(transcript(LAUNCH))) == []
    assert len(chat_server.calls) == 1


BROKEN = {
    "half": '{"code": "a", "summary": [{"text": "We',
    "prose": "I am sorry, I cannot do that.",
    "shape": '{"summary": "We ship."}',
    "list": "[1, 2]",
    "deep": '{"a":' * 100_000,
    "surrogate": '{"title": "\\ud800"}',
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_answer_is_shown_to_the_model_again(
    llm: Engine, chat_server: ChatServer, broken: str
) -> None:
    chat_server.faults = [Fault(body=completion(BROKEN[broken]))] * (ATTEMPTS - 1)
    assert codes(llm().analyze(transcript(LAUNCH))) == []
    first, *others = (call.body["messages"] for call in chat_server.calls)
    assert len(others) == ATTEMPTS - 1
    for again in others:
        assert again[:2] == first
        assert [one["role"] for one in again[2:]] == ["assistant", "user"]
        assert again[2]["content"] == BROKEN[broken][:4000]
        assert "not what was asked for" in again[3]["content"]


NO_ANSWERS = {
    "refusal": completion(None, refused="I cannot help with that."),
    "null": completion(None),
    "empty": completion(""),
    "filtered": completion(None, finish_reason="content_filter"),
    "no choices": b'{"choices": []}',
    "no completion": b"<html>Welcome to nginx!</html>",
    "half": completion('{"summary": ['),
    "nothing": completion('{"code": "", "summary": []}', tokens=10_000),
}


@pytest.mark.parametrize("case", NO_ANSWERS)
def test_no_answer_however_often_is_a_failure(
    llm: Engine, chat_server: ChatServer, case: str
) -> None:
    chat_server.model = lambda asked: Fault(body=NO_ANSWERS[case])
    error = failure(llm())
    assert isinstance(error, EngineFailed)
    # An answer that is right in shape and holds nothing is not asked for again.
    assert len(chat_server.calls) == (1 if case == "nothing" else ATTEMPTS)


def test_no_answer_once_is_no_failure(llm: Engine, chat_server: ChatServer) -> None:
    chat_server.faults = [Fault(body=NO_ANSWERS["refusal"])]
    assert codes(llm().analyze(transcript(LAUNCH))) == []
    assert chat_server.calls[0].body == chat_server.calls[1].body


@pytest.mark.parametrize("status", [408, 429, 500, 503, 529])
def test_a_busy_server_is_asked_again(llm: Engine, chat_server: ChatServer, status: int) -> None:
    chat_server.faults = [Fault(status)] * (ATTEMPTS - 1)
    assert codes(llm().analyze(transcript(LAUNCH))) == []
    chat_server.faults = [Fault(status)] * ATTEMPTS
    error = failure(llm())
    assert isinstance(error, EngineBusy)
    assert str(status) in error.message
    assert len(chat_server.calls) == 2 * ATTEMPTS


def test_a_busy_server_gets_the_pause_it_asks_for(llm: Engine, chat_server: ChatServer) -> None:
    chat_server.faults = [Fault(429, headers={"Retry-After": "0.4"})]
    began = time.monotonic()
    llm(pause=0).analyze(transcript(LAUNCH))
    assert time.monotonic() - began >= 0.4
    assert len(chat_server.calls) == 2


def test_a_server_that_asks_for_an_hour_is_not_waited_for(
    llm: Engine, chat_server: ChatServer
) -> None:
    chat_server.faults = [Fault(429, headers={"Retry-After": "3600"})]
    assert isinstance(failure(llm()), EngineBusy)
    assert len(chat_server.calls) == 1


def test_a_server_that_never_answers_is_given_up(llm: Engine, chat_server: ChatServer) -> None:
    chat_server.model = lambda asked: Fault(hang=True)
    began = time.monotonic()
    assert isinstance(failure(llm(timeout=0.3)), EngineBusy)
    assert len(chat_server.calls) == ATTEMPTS
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(
    ("status", "hint"), [(401, "LLM_API_KEY"), (403, "LLM_API_KEY"), (404, "LLM_MODEL")]
)
def test_a_refusal_is_not_asked_again(
    llm: Engine, chat_server: ChatServer, status: int, hint: str
) -> None:
    chat_server.model = lambda asked: Fault(status)
    error = failure(llm())
    assert isinstance(error, EngineUnavailable)
    assert hint in (error.hint or "")
    assert len(chat_server.calls) == 1


@pytest.mark.parametrize("status", [200, 400, 401, 429, 500])
def test_the_key_stays_secret(
    llm: Engine, chat_server: ChatServer, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    """Also where the server quotes it, and everything is logged."""
    body = json.dumps({"error": {"message": f"What is {KEY}?"}, "choices": KEY}).encode()
    chat_server.model = lambda asked: Fault(status, body)
    with caplog.at_level(logging.DEBUG):
        engine = {"base_url": chat_server.url, "api_key": KEY, "pause": 0}
        notes = analysis.analyze("llm", transcript(LAUNCH), **engine)
    assert chat_server.calls[0].key == KEY
    assert codes(notes) == ["analysis_fallback"]
    assert caplog.records
    assert KEY not in caplog.text + notes.model_dump_json()


def test_what_was_said_is_not_logged(
    llm: Engine, chat_server: ChatServer, caplog: pytest.LogCaptureFixture
) -> None:
    chat_server.faults = [Fault(body=completion('{"summary": "The installer still fails"}'))]
    with caplog.at_level(logging.INFO):
        llm().analyze(transcript(LAUNCH))
    assert "installer" not in caplog.text


@pytest.mark.parametrize("status", [401, 429, 500])
def test_without_the_model_there_are_notes_all_the_same(
    chat_server: ChatServer, status: int
) -> None:
    chat_server.model = lambda asked: Fault(status)
    engine = {"base_url": chat_server.url, "pause": 0}
    notes = analysis.analyze("llm", transcript(LAUNCH), recorded_on=RECORDED_ON, **engine)
    extractive = get_analyzer("extractive").analyze(transcript(LAUNCH), recorded_on=RECORDED_ON)
    assert notes.model_copy(update={"warnings": ()}) == extractive
    [notice] = notes.warnings
    assert notice.code == "analysis_fallback"
    assert str(status) in notice.message


@pytest.mark.parametrize("options", [{}, {"base_url": "localhost"}, {"api_key": "schlüssel"}])
def test_settings_that_cannot_be_are_told_before_work(options: dict[str, Any]) -> None:
    with pytest.raises(EngineUnavailable):
        get_analyzer("llm", **options)
    notes = analysis.analyze("llm", transcript(LAUNCH), **options)
    assert codes(notes) == ["analysis_fallback"]


def test_nothing_stands_in_for_what_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(analysis.ENGINES, "extractive")
    with pytest.raises(EngineUnavailable):
        analysis.analyze("extractive", transcript(LAUNCH))


def test_the_missing_extra_is_told_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openai", None)
    for name in [name for name in sys.modules if name.startswith("talktotext.analysis.llm")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "talktotext.remote", raising=False)
    with pytest.raises(EngineUnavailable) as caught:
        get_analyzer("llm", api_key=KEY)
    assert caught.value.hint == "Run `pip install -r requirements/openai.txt`."


def test_the_package_is_not_imported_before_it_is_wanted() -> None:
    code = "import sys, talktotext.analysis; assert 'openai' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("kind", get_args(MeetingType))
def test_each_kind_of_talk_has_its_guidance(
    llm: Engine, chat_server: ChatServer, kind: MeetingType
) -> None:
    notes = llm().analyze(transcript(LAUNCH), meeting_type=kind)
    assert notes.meeting_type == kind
    assert (FOLDER / f"{kind}.txt").read_text().strip() in chat_server.calls[0].system
    assert "$" not in chat_server.calls[0].system


def test_prompts_of_one_s_own_go_before_ours(
    llm: Engine, chat_server: ChatServer, tmp_path: Path
) -> None:
    (tmp_path / "planning.txt").write_text("Write as a pirate would.")
    notes = llm(prompts=tmp_path).analyze(transcript(LAUNCH), meeting_type="planning")
    assert "as a pirate" in chat_server.calls[0].system
    assert "You take notes" in chat_server.calls[0].system
    assert codes(notes) == []


def test_a_prompt_that_cannot_be_read_is_told(llm: Engine, tmp_path: Path) -> None:
    (tmp_path / "section.txt").write_bytes(b"\xff\xfe\x00")
    assert "LLM_PROMPTS" in (failure(llm(prompts=tmp_path)).hint or "")
    with pytest.raises(EngineUnavailable, match="LLM_PROMPTS"):
        llm(prompts=tmp_path / "missing")


def test_the_transcript_names_those_whose_names_are_known(
    llm: Engine, chat_server: ChatServer
) -> None:
    llm().analyze(transcript(LAUNCH))
    asked: Asked = chat_server.calls[0]
    assert {speaker for _, speaker, _ in asked.lines} == {"Diane", "Tom", "Maria"}
