"""Whole made meetings, each with decisions, tasks and a question whose answers are known."""

from datetime import date

import pytest

from talktotext.analysis import get_analyzer
from talktotext.schema import Notes
from tests.analysis.made import (
    BAKERY,
    CLINIC,
    CLUB,
    LAUNCH,
    RECORDED_ON,
    SPRINT,
    UNLABELLED,
    VENUE,
    transcript,
)


def notes_of(script: str) -> Notes:
    return get_analyzer("extractive").analyze(transcript(script), recorded_on=RECORDED_ON)


TASKS = {
    LAUNCH: [
        ("Fix the installer by Friday.", "Tom", "by Friday", date(2025, 11, 21)),
        ("Update the pricing page on the third of December.", "Maria", "on the third of December",
         date(2025, 12, 3)),
        ("Send the draft of the press release to the agency by next Tuesday.", "Diane",
         "by next Tuesday", date(2025, 11, 25)),
    ],
    VENUE: [
        ("Sign the contract with the theatre by the end of the month.", "Jonas",
         "by the end of the month", date(2025, 11, 30)),
        ("Ask three caterers for an offer.", "Ahmed", "by December fifth", date(2025, 12, 5)),
        ("Invite the speakers next Monday.", "Priya", "next Monday", date(2025, 11, 24)),
    ],
    UNLABELLED: [
        ("Prepare a new forecast for the advertising budget by Wednesday.", "Maria",
         "by Wednesday", date(2025, 11, 26)),
        ("Cancel the contract with the printer before the end of November.", "Tom",
         "before the end of November", date(2025, 11, 30)),
    ],
    CLINIC: [
        ("Call the software company tomorrow.", "Marcus", "tomorrow morning", date(2025, 11, 21)),
        ("Order the chairs by the end of next week.", "Ruth", "by the end of next week",
         date(2025, 11, 28)),
        ("Write to the insurance about the broken window by the tenth of December.", "Elena",
         "by the tenth of December", date(2025, 12, 10)),
    ],
    BAKERY: [
        ("Get the leasing contract ready by the twelfth of December.", "Sanjay",
         "by the twelfth of December", date(2025, 12, 12)),
        ("Put the new opening hours on the door tomorrow.", "Lucy Brown", "tomorrow",
         date(2025, 11, 21)),
        ("I have to talk to the landlord before the end of the month.", "Helen",
         "before the end of the month", date(2025, 11, 30)),
    ],
    SPRINT: [
        ("Write the release notes by Thursday.", "Fatima", "by Thursday", date(2025, 11, 27)),
        ("Profile the search by the end of next week.", "Wei", "by the end of next week",
         date(2025, 11, 28)),
        ("Tell support about the release on Monday.", "Speaker 1", "on Monday",
         date(2025, 11, 24)),
    ],
    CLUB: [
        ("Ask the cafe about the back room by Sunday.", "Peter", "by Sunday", date(2025, 11, 23)),
        ("Send everybody the list of dates by the first of December.", "Grace",
         "by the first of December", date(2025, 12, 1)),
    ],
}  # fmt: skip

DECISIONS = {
    LAUNCH: [
        "We decided to ship the export feature in the first release.",
        "We go with the flat fee.",
    ],
    VENUE: [
        "Let's go with the old theatre.",
        "We've decided that the catering will be fully vegetarian.",
    ],
    UNLABELLED: ["We agreed to cut the print advertising completely."],
    CLINIC: [
        "We'll go with the cheaper chairs from the catalogue.",
        "We also decided to close the clinic on the last Friday of December.",
    ],
    BAKERY: ["We lease the new oven.", "I'd like us to close at two on Christmas Eve."],
    SPRINT: [
        "We agreed to release without PDF.",
        "We will stick with the old search until January.",
    ],
    CLUB: [
        "We've decided to read The Leopard next.",
        "For the place, let's go with the cafe on Mill Street.",
    ],
}

OPEN = {
    LAUNCH: ["Who is going to pay for the translation of the manual?"],
    VENUE: ["Do we need a second stage for the workshops?"],
    UNLABELLED: ["It is still open whether we hire a new designer."],
    CLINIC: ["Should we keep the late opening on Thursdays?"],
    BAKERY: ["Do we know if the landlord allows a bigger gas pipe?"],
    SPRINT: ["Do we support the old browser?"],
    CLUB: ["We still don't know who brings the cake."],
}

NAMES = {
    LAUNCH: {"A": "Diane", "B": "Tom", "C": "Maria"},
    VENUE: {"S1": "Priya", "S2": "Jonas", "S3": "Ahmed"},
    CLINIC: {"X": "Elena", "Y": "Marcus", "Z": "Ruth"},
    BAKERY: {"P": "Helen", "Q": "Sanjay", "R": "Lucy Brown"},
    SPRINT: {"Speaker 1": "Speaker 1", "Speaker 2": "Wei", "Speaker 3": "Fatima"},
}


@pytest.mark.parametrize("script", TASKS)
def test_every_task_has_its_owner_and_day(script: str) -> None:
    items = notes_of(script).action_items
    assert [(i.text, i.owner, i.due, i.due_date) for i in items] == TASKS[script]


@pytest.mark.parametrize("script", DECISIONS)
def test_decisions_are_those_made(script: str) -> None:
    assert [found.text for found in notes_of(script).decisions] == DECISIONS[script]


@pytest.mark.parametrize("script", OPEN)
def test_questions_are_those_left_open(script: str) -> None:
    assert [found.text for found in notes_of(script).open_questions] == OPEN[script]


@pytest.mark.parametrize("script", NAMES)
def test_speakers_bear_the_names_they_gave(script: str) -> None:
    people = notes_of(script).participants
    assert {person.speaker: person.name for person in people} == NAMES[script]
    assert sum(person.share for person in people) == pytest.approx(1, abs=0.001)


def test_a_request_that_is_refused_is_no_task() -> None:
    notes = notes_of(
        """
        A: I'm Nadia, and this is about the garden fence and the roof.
        B: I'm Paul.
        A: Paul, could you paint the garden fence?
        B: No, I can't, my back hurts and the ladder is broken.
        A: Then the fence stays as it is.
        """
    )
    assert notes.action_items == ()


def test_without_a_day_of_recording_due_is_only_as_said() -> None:
    items = get_analyzer("extractive").analyze(transcript(LAUNCH)).action_items
    assert [item.due for item in items] == [due for _, _, due, _ in TASKS[LAUNCH]]
    assert [item.due_date for item in items] == [None, None, None]


def test_the_title_is_what_the_opening_calls_the_meeting() -> None:
    assert notes_of(LAUNCH).title == "Launch planning meeting"
    assert notes_of(UNLABELLED).title == "Weekly budget review"
    assert notes_of(BAKERY).title == "Oven and the Christmas opening hours"


def test_names_are_no_keywords() -> None:
    assert not {"Tom", "Maria", "Diane"} & set(notes_of(LAUNCH).keywords)
    assert "pricing page" in notes_of(LAUNCH).keywords


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (LAUNCH, "planning"),
        ("A: Yesterday I fixed the login.\nB: I'm blocked by the review, this standup is short.",
         "standup"),
        ("A: Tell me about yourself and your experience.\nB: I studied law. Why this role? Hiring.",
         "interview"),
        ("A: Note to self, remember to buy paint for the shed and call the roofer.", "voice_memo"),
        ("A: The cat sat on the mat all day.\nB: The dog did not care about the cat.", "general"),
    ],
)  # fmt: skip
def test_the_kind_of_meeting(script: str, kind: str) -> None:
    assert notes_of(script).meeting_type == kind


def test_mood_is_by_speaker_and_over_time() -> None:
    mood = notes_of(
        """
        A: I'm Olga and I love this wonderful, excellent result.
        A: The customers are happy and the team is proud and delighted.
        B: I hate it, the terrible delay is a horrible failure and I am angry.
        B: The worst accident destroyed the building and hurt many people.
        """
    ).sentiment
    assert mood.by_speaker["Olga"] > 0.5
    assert mood.by_speaker["B"] < -0.5
    assert mood.timeline[0].score > 0 > mood.timeline[-1].score
    assert mood.label == "mixed"


@pytest.mark.parametrize(
    ("task", "owner"),
    [
        ("A: And Kate will send the report to the printer by Monday.", "Kate"),
        ("A: The marketing expert will send the report by Monday.", "marketing expert"),
        ("A: Everyone has to send the report by Monday.", "everyone"),
        ("A: We have to send the report by Monday.", None),
    ],
)
def test_an_owner_who_is_not_there_is_named_as_said(task: str, owner: str | None) -> None:
    script = f"A: The report on the harbour is nearly done.\nB: I have read it.\n{task}"
    assert [item.owner for item in notes_of(script).action_items] == [owner]


def test_one_label_for_several_people_tells_nobody_apart() -> None:
    one_label = [segment.model_copy(update={"speaker": "A"}) for segment in transcript(CLUB)]
    notes = get_analyzer("extractive").analyze(one_label, recorded_on=RECORDED_ON)
    assert [(p.name, p.speaker) for p in notes.participants] == [("Grace", None), ("Peter", None)]
    assert [item.owner for item in notes.action_items] == ["Peter", "Grace"]


@pytest.mark.parametrize(
    ("said", "priority"),
    [
        ("Tom, can you urgently call the bank by Friday?", "high"),
        ("Tom, can you call the bank by Friday, no rush?", "low"),
        ("Tom, can you call the bank by Friday?", None),
    ],
)
def test_priority_is_what_the_request_says(said: str, priority: str | None) -> None:
    items = notes_of(f"A: The bank has written to us about the loan.\nA: {said}").action_items
    assert [item.priority for item in items] == [priority]


@pytest.mark.parametrize(
    "script",
    [
        "A: What will you do differently, Omar?\nB: I will talk to people on the first day.",
        "A: I liked your report.\nA: You will hear from us by next Friday.\nB: Thank you.",
        "A: Today we will look at how plants make sugar from light.",
        "A: I will be home at ten.\nB: Okay, see you later.",
        "A: The bus will stop here by Monday.",
    ],
)
def test_what_is_no_task_is_not_listed(script: str) -> None:
    assert notes_of(script).action_items == ()


def test_that_something_was_decided_is_no_decision() -> None:
    notes = notes_of(
        """
        A: This is what we decided.
        B: We decided to paint the fence green.
        """
    )
    assert [found.text for found in notes.decisions] == ["We decided to paint the fence green."]


def test_the_plural_of_a_thing_names_nobody() -> None:
    notes = notes_of(
        """
        A: The remote needs a battery and a lamp.
        A: Batteries, how many do we need?
        B: I think two are enough for the remote.
        """
    )
    assert [person.name for person in notes.participants] == ["A", "B"]
