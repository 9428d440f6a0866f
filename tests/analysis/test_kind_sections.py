"""What suits each kind of meeting, and nothing where nothing of it was said."""

from datetime import date

import pytest

from talktotext.analysis import get_analyzer
from talktotext.schema import MeetingType, Notes
from tests.analysis.made import RECORDED_ON, transcript

STANDUP = """
A: Good morning, this is Diane, welcome to the standup.
B: Hi, I'm Tom. Yesterday I fixed the login page and merged the branch.
B: Today I will write the tests for the payment service.
B: I'm blocked by the review of the database migration.
C: Hello, I'm Maria. I finished the export of the invoices yesterday.
C: Today I'm going to help the support team with the angry customer.
C: There are no blockers on my side.
A: Thanks, that was quick.
"""
INTERVIEW = """
A: Hello, thanks for coming to this interview, tell me about yourself and your experience.
B: I worked as a nurse in a children's hospital for nine years.
A: Why did you apply for this role?
B: Hmm.
B: I want to build software that nurses can really use on the ward.
A: What was the hardest decision in your last position?
B: The hardest one was closing the night clinic during the summer.
B: Is the salary negotiable?
A: The salary depends on the experience of the candidate, within limits.
"""
LECTURE = """
-: Good morning, welcome to this lecture on photosynthesis, the third of this course.
-: Photosynthesis is defined as the conversion of light into chemical energy.
-: The green pigment in the leaves is called chlorophyll.
-: I'll show you a picture of a leaf in the microscope.
-: It is important that the light reaction happens in the membrane.
-: Please read chapter four and hand in the assignment by Friday.
"""
SALES = """
A: Thanks for taking this sales call, our product helps clinics with their booking.
B: We need something that reminds the patients of their appointments.
B: Our biggest problem is that people forget to come.
A: The subscription is forty euros a month for each doctor.
B: That is too expensive for a small clinic like ours.
B: I'm worried about the data of the patients as well.
A: We could start with a free trial for two months.
"""
ONE_ON_ONE = """
A: So this is our one-on-one, how are you doing?
B: Honestly, the workload of the last weeks was too much for me.
A: I noticed that you handled the angry customer with great patience.
B: I want to learn more about databases this year.
"""
BRAINSTORM = """
A: Let's brainstorm names and features for the new bicycle app.
B: What if we show the wind on the map?
C: We could give points to people who ride in the rain.
A: The office is cold today.
"""


def notes_of(script: str, kind: MeetingType | None = None) -> Notes:
    analyzer = get_analyzer("extractive")
    return analyzer.analyze(transcript(script), recorded_on=RECORDED_ON, meeting_type=kind)


def shown(notes: Notes) -> dict[tuple[str | None, str], list[str]]:
    return {(s.speaker, s.heading): [one.text for one in s.statements] for s in notes.sections}


SECTIONS = {
    "standup": (STANDUP, {
        ("Tom", "Done"): ["Yesterday I fixed the login page and merged the branch."],
        ("Tom", "Next"): ["Today I will write the tests for the payment service."],
        ("Tom", "Blockers"): ["I'm blocked by the review of the database migration."],
        ("Maria", "Done"): ["I finished the export of the invoices yesterday."],
        ("Maria", "Next"): ["Today I'm going to help the support team with the angry customer."],
    }),
    "interview": (INTERVIEW, {
        (None, "Questions and answers"): [
            "Hello, thanks for coming to this interview, tell me about yourself and your "
            "experience. I worked as a nurse in a children's hospital for nine years.",
            "Why did you apply for this role? I want to build software that nurses can really use "
            "on the ward.",
            "What was the hardest decision in your last position? The hardest one was closing the "
            "night clinic during the summer.",
        ],
    }),
    "lecture": (LECTURE, {
        (None, "Definitions"): [
            "Photosynthesis is defined as the conversion of light into chemical energy.",
            "The green pigment in the leaves is called chlorophyll.",
        ],
        (None, "Called important"): [
            "It is important that the light reaction happens in the membrane.",
        ],
    }),
    "sales_call": (SALES, {
        (None, "Needs"): [
            "We need something that reminds the patients of their appointments.",
            "Our biggest problem is that people forget to come.",
        ],
        (None, "Objections"): [
            "That is too expensive for a small clinic like ours.",
            "I'm worried about the data of the patients as well.",
        ],
        (None, "Next steps"): ["We could start with a free trial for two months."],
    }),
    "one_on_one": (ONE_ON_ONE, {
        (None, "Feedback"): [
            "I noticed that you handled the angry customer with great patience.",
        ],
        (None, "Goals and growth"): ["I want to learn more about databases this year."],
        (None, "Worries"): ["Honestly, the workload of the last weeks was too much for me."],
    }),
    "brainstorm": (BRAINSTORM, {
        (None, "Ideas"): [
            "What if we show the wind on the map?",
            "We could give points to people who ride in the rain.",
        ],
    }),
}  # fmt: skip


@pytest.mark.parametrize("kind", SECTIONS)
def test_each_kind_has_what_suits_it(kind: MeetingType) -> None:
    script, expected = SECTIONS[kind]
    assert shown(notes_of(script, kind)) == expected


@pytest.mark.parametrize("kind", ["standup", "interview", "lecture", "sales_call", "brainstorm"])
def test_the_kind_is_recognised(kind: MeetingType) -> None:
    assert notes_of(SECTIONS[kind][0]).meeting_type == kind


@pytest.mark.parametrize("kind", [*SECTIONS, "planning", "general", "voice_memo"])
def test_where_nothing_of_it_is_said_there_is_no_section(kind: MeetingType) -> None:
    cats = "A: The cat sat on the mat all day.\nB: The dog did not care about the cat."
    notes = notes_of(cats, kind)
    assert notes.sections == ()
    assert notes.meeting_type == kind


def test_a_lecture_gives_assignments_only() -> None:
    [item] = notes_of(LECTURE, "lecture").action_items
    assert (item.text, item.due_date) == (
        "Read chapter four and hand in the assignment by Friday.",
        date(2025, 11, 21),
    )


def test_a_memo_lists_what_the_speaker_has_to_do() -> None:
    notes = notes_of(
        """
        A: Note to self, remember to buy paint for the shed.
        A: The roof of the shed is leaking again and the wood is wet.
        A: I have to call the roofer about the leak.
        A: And on Monday I need to return the ladder to Paul.
        """
    )
    assert notes.meeting_type == "voice_memo"
    assert [item.text for item in notes.action_items] == [
        "Buy paint for the shed.",
        "I have to call the roofer about the leak.",
        "On Monday I need to return the ladder to Paul.",
    ]


def test_another_language_keeps_the_kind_it_is_given() -> None:
    notes = get_analyzer("extractive").analyze(
        transcript("A: Gestern habe ich den Fehler gefunden und die Tests geschrieben."),
        language="de",
        meeting_type="standup",
    )
    assert (notes.meeting_type, notes.sections) == ("standup", ())
