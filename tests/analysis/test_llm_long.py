"""Long recordings under a language model: by sections, all of it, whatever the server's limits."""

import random
import time
from collections.abc import Callable
from typing import Any

import pytest

from talktotext.schema import Notes, Segment
from tests.analysis.chat_server import Asked, ChatServer, answer, cited, completion, honest
from tests.servers import Fault

Engine = Callable[..., Any]


def talk(words: int) -> list[Segment]:
    """Four voices with a large vocabulary, of about so many words; every tenth line a task."""
    dice = random.Random(3)
    segments: list[Segment] = []
    for index in range(words // 12):
        said = [f"item{dice.randrange(words)}" for _ in range(6)]
        verb = "will send" if index % 10 == 0 else "looked at"
        text = f"I {verb} the {said[0]} and the {said[1]} with {' '.join(said[2:])} today."
        speaker = f"Speaker {1 + dice.randrange(4)}"
        segments.append(
            Segment(index=index, start=index * 4, end=index * 4 + 4, text=text, speaker=speaker)
        )
    return segments


def characters(segments: list[Segment]) -> int:
    return sum(len(segment.text) for segment in segments)


def codes(notes: Notes) -> list[str]:
    return [notice.code for notice in notes.warnings]


def with_tasks(asked: Asked) -> dict[str, Any]:
    """An honest model that finds every task."""
    if asked.is_merge:
        return honest(asked)
    tasks = [
        cited(words, words, number, owner=speaker, due=None)
        for number, speaker, words in asked.lines
        if "will send" in words
    ]
    return answer(asked, **{**honest(asked), "action_items": tasks})


def test_sixty_thousand_words_are_all_read(llm: Engine, chat_server: ChatServer) -> None:
    segments = talk(60_000)
    chat_server.model = with_tasks
    told: list[float] = []
    began = time.process_time()
    notes = llm().analyze(segments, on_progress=told.append)
    print(f"{time.process_time() - began:.1f} s of CPU, both sides")
    read = [number for asked in chat_server.sections for number, _, _ in asked.lines]
    assert read == [segment.index for segment in segments], "each line once, in order"
    assert all(len(asked.user) < 26_000 for asked in chat_server.calls)
    assert notes.coverage is not None
    assert notes.coverage.model_dump() == {
        "characters": characters(segments),
        "used": characters(segments),
        "otherwise": 0,
        "sections": len(chat_server.sections),
        "truncated": False,
        "dropped": 0,
    }
    assert len(chat_server.sections) > 10
    assert codes(notes) == []
    assert told == sorted(told)
    assert told[-1] == 1


def test_nothing_found_in_a_section_is_lost_in_the_whole(
    llm: Engine, chat_server: ChatServer
) -> None:
    segments = talk(12_000)
    chat_server.model = with_tasks
    notes = llm(context=8_000).analyze(segments)
    tasks = [segment for segment in segments if "will send" in segment.text]
    found = [part.segments for item in notes.action_items for part in item.evidence]
    assert found == [(segment.index,) for segment in tasks]
    assert {item.owner for item in notes.action_items} == {f"Speaker {n}" for n in range(1, 5)}


def test_a_merged_summary_keeps_its_evidence(llm: Engine, chat_server: ChatServer) -> None:
    segments = talk(6_000)
    said = {segment.index: segment.text for segment in segments}

    def model(asked: Asked) -> dict[str, Any]:
        if not asked.is_merge:
            return honest(asked)
        merged = honest(asked)
        two = {"text": " ".join(d["text"] for d in merged["summary"][:2]), "sources": [1, 2]}
        unborne = [
            {"text": "The company was sold to Mallory.", "sources": [1]},
            {"text": merged["summary"][0]["text"], "sources": []},
            {"text": merged["summary"][0]["text"], "sources": [0, 9_999, -1]},
        ]
        return {**merged, "summary": [two, *unborne], "key_points": [1, 2, 0, 9_999, -1]}

    chat_server.model = model
    notes = llm(context=8_000).analyze(segments)
    [sentence] = notes.summary
    assert len(sentence.evidence) == 2
    assert len(notes.key_points) == 2
    for statement in (*notes.summary, *notes.key_points):
        for part in statement.evidence:
            assert part.quote in " ".join(said[index] for index in part.segments)


def test_what_is_too_much_for_one_merge_is_merged_in_steps(
    llm: Engine, chat_server: ChatServer
) -> None:
    notes = llm(context=3_000).analyze(talk(12_000))
    merges = [asked for asked in chat_server.calls if asked.is_merge]
    assert len(merges) > 2
    assert all(len(asked.user) < 4_500 for asked in merges)
    assert codes(notes) == []


def test_parts_that_cannot_be_merged_are_joined(llm: Engine, chat_server: ChatServer) -> None:
    segments = talk(6_000)
    chat_server.model = lambda asked: "No." if asked.is_merge else with_tasks(asked)
    notes = llm(context=8_000).analyze(segments)
    assert codes(notes) == ["summary_not_merged"]
    starts = [statement.evidence[0].start for statement in notes.summary]
    assert starts[-1] > 0.6 * segments[-1].end, "all parts have a share"
    assert len(notes.action_items) > 30


def whole_but_short_of_room(asked: Asked) -> Any:
    """A server whose model has room for 5,000 characters, and which says so."""
    if len(asked.user) > 5_000:
        return Fault(400, b'{"error": {"message": "maximum context length exceeded"}}')
    return honest(asked)


def cut_without_a_word(asked: Asked) -> Any:
    """Ollama, which goes on with the last of what it was sent."""
    if len(asked.user) > 5_000:
        made = honest(Asked({"messages": [*asked.body["messages"]]}, ""))
        return {**made, "code": ""} if not asked.is_merge else made
    return honest(asked)


def out_of_breath(asked: Asked) -> Any:
    """A model that stops in the middle of its answer when the answer is long."""
    if len(asked.user) > 5_000:
        return Fault(body=completion('{"code": "', finish_reason="length"))
    return honest(asked)


@pytest.mark.parametrize("model", [whole_but_short_of_room, cut_without_a_word, out_of_breath])
def test_a_section_that_is_too_much_is_halved(
    llm: Engine, chat_server: ChatServer, model: Any
) -> None:
    segments = talk(3_000)
    chat_server.model = model
    notes = llm().analyze(segments)
    fitting = [asked for asked in chat_server.sections if len(asked.user) <= 5_000]
    read = [number for asked in fitting for number, _, _ in asked.lines]
    assert read == [segment.index for segment in segments]
    assert notes.coverage is not None
    assert notes.coverage.used == notes.coverage.characters == characters(segments)
    assert notes.coverage.sections == len(fitting)
    assert codes(notes) == []


@pytest.mark.parametrize(("tokens", "sections"), [(None, 12), (2_050, 6), (5_000, 3)])
def test_a_missing_code_is_made_up_for_by_enough_tokens(
    llm: Engine, chat_server: ChatServer, tokens: int | None, sections: int
) -> None:
    """A model that does not repeat the code, on a server that counts tokens or does not."""
    chat_server.tokens = tokens

    def model(asked: Asked) -> dict[str, Any]:
        told = honest(asked)
        return told if len(asked.user) < 7_000 or asked.is_merge else {**told, "code": "?"}

    chat_server.model = model
    notes = llm().analyze(talk(6_000))
    assert notes.coverage is not None
    assert notes.coverage.sections == sections


def test_a_server_that_refuses_everything_is_soon_left_alone(
    llm: Engine, chat_server: ChatServer
) -> None:
    chat_server.model = lambda asked: Fault(400)
    with pytest.raises(Exception, match="refuses this request"):
        llm().analyze(talk(12_000))
    assert len(chat_server.calls) <= 15


def test_another_engine_reads_what_the_model_fails_on(llm: Engine, chat_server: ChatServer) -> None:
    segments = talk(6_000)
    chat_server.model = lambda asked: "No." if "[10] " in asked.user else with_tasks(asked)
    notes = llm(context=8_000).analyze(segments)
    coverage = notes.coverage
    assert coverage is not None
    assert coverage.otherwise > 5_000
    assert coverage.used + coverage.otherwise == coverage.characters == characters(segments)
    assert not coverage.truncated
    [notice] = [one for one in notes.warnings if one.code == "analysis_partly_fallback"]
    assert notice.message.startswith(f"1 of {coverage.sections} parts")
    assert min(part.start for item in notes.action_items for part in item.evidence) < 600


@pytest.mark.parametrize("status", [401, 503])
def test_a_server_that_dies_half_way_keeps_what_it_did(
    llm: Engine, chat_server: ChatServer, status: int
) -> None:
    segments = talk(6_000)
    chat_server.model = lambda asked: (
        honest(asked) if len(chat_server.calls) <= 2 else Fault(status)
    )
    notes = llm(context=8_000).analyze(segments)
    assert len(chat_server.calls) <= 2 + 3, "then it is left alone"
    coverage = notes.coverage
    assert coverage is not None
    assert 0 < coverage.used < coverage.characters == coverage.used + coverage.otherwise
    assert codes(notes) == ["analysis_partly_fallback", "summary_not_merged"]
    assert notes.summary
