"""Chapters and the sections of a kind of meeting by a language model: only where they were said."""

from collections.abc import Callable
from typing import Any

import pytest

from talktotext.schema import Notes, Segment
from tests.analysis.chat_server import Asked, ChatServer, answer, cited, honest
from tests.analysis.made import transcript
from tests.analysis.test_chapters import talk
from tests.analysis.test_kind_sections import STANDUP

Engine = Callable[..., Any]
SAID = talk("garden", "budget", "network")
GARDEN = cited("The garden", SAID[0].text, 0)
BUDGET = cited("The budget", SAID[30].text, 30)
NETWORK = cited("The network", SAID[60].text, 60)


def model(*chapters: dict[str, Any]) -> Callable[[Asked], dict[str, Any]]:
    """One that answers honestly, and these chapters where they stand in what it is shown."""

    def answers(asked: Asked) -> dict[str, Any]:
        if asked.is_merge:
            return honest(asked)
        shown = {number for number, _, _ in asked.lines}
        mine = [one for one in chapters if shown.issuperset(one["segments"])]
        return {**honest(asked), "chapters": mine}

    return answers


def titles(notes: Notes) -> list[tuple[str, float, float]]:
    return [(one.title, one.start, one.end) for one in notes.chapters]


@pytest.mark.parametrize("context", [24_000, 4_000])
def test_chapters_begin_where_they_are_quoted_and_end_where_the_next_begins(
    llm: Engine, chat_server: ChatServer, context: int
) -> None:
    """Whether the transcript is read at once or in sections."""
    chat_server.model = model(GARDEN, BUDGET, NETWORK)
    notes = llm(context=context).analyze(SAID)
    assert titles(notes) == [
        ("The garden", 0, 300),
        ("The budget", 300, 600),
        ("The network", 600, SAID[-1].end),
    ]
    assert notes.chapters[1].evidence[0].quote == SAID[30].text


@pytest.mark.parametrize(
    "invented",
    [
        cited("The budget", "somebody spoke at length of the harbour", 30),
        cited("The harbour", SAID[30].text, 30),
        cited("Budget of 4000", SAID[30].text, 30),
        cited("The budget " * 20, SAID[30].text, 30),
    ],
)
def test_a_chapter_that_the_recording_does_not_bear_is_dropped(
    llm: Engine, chat_server: ChatServer, invented: dict[str, Any]
) -> None:
    chat_server.model = model(GARDEN, invented, NETWORK)
    notes = llm().analyze(SAID)
    assert titles(notes) == [("The garden", 0, 600), ("The network", 600, SAID[-1].end)]
    assert notes.coverage is not None
    assert notes.coverage.dropped == 1


def test_without_chapters_of_the_model_those_of_the_words_stand(
    llm: Engine, chat_server: ChatServer
) -> None:
    chat_server.model = model(GARDEN)
    assert len(llm().analyze(SAID).chapters) == 3


def test_a_short_recording_is_not_divided(llm: Engine, chat_server: ChatServer) -> None:
    short: list[Segment] = talk("garden", "budget", minutes=1)
    chat_server.model = model(
        cited("The garden", short[0].text, 0), cited("The budget", short[6].text, 6)
    )
    assert llm().analyze(short).chapters == ()


DONE = cited("Tom fixed the login page.", "I fixed the login page and merged the branch", 1)
BLOCKED = cited("A review is blocking Tom.", "I'm blocked by the review of the database", 3)
EXPORTED = cited("The export is finished.", "I finished the export of the invoices yesterday", 4)


def standup(*told: dict[str, Any]) -> Callable[[Asked], dict[str, Any]]:
    return lambda asked: answer(asked, key_points=[DONE], sections=list(told))


def test_what_suits_the_kind_is_whose_words_it_rests_on(
    llm: Engine, chat_server: ChatServer
) -> None:
    """Whoever the model says it is."""
    chat_server.model = standup(
        {**EXPORTED, "heading": "Done", "speaker": "Tom"},
        {**BLOCKED, "heading": "Blockers"},
        {**DONE, "heading": "Done"},
    )
    notes = llm().analyze(transcript(STANDUP))
    assert "“Done”, “Next”, “Blockers”" in chat_server.calls[0].system
    assert [(s.speaker, s.heading, s.statements[0].text) for s in notes.sections] == [
        ("Maria", "Done", "The export is finished."),
        ("Tom", "Done", "Tom fixed the login page."),
        ("Tom", "Blockers", "A review is blocking Tom."),
    ]


def test_headings_are_those_of_the_kind(llm: Engine, chat_server: ChatServer) -> None:
    chat_server.model = standup(
        {**DONE, "heading": "Advertising"}, {**BLOCKED, "heading": "Blockers"}
    )
    notes = llm().analyze(transcript(STANDUP))
    assert [section.heading for section in notes.sections] == ["Blockers"]
