"""Which figures a document has, what they show, and the same in words; which sections it has."""

from dataclasses import replace

import pytest

from talktotext.documents import Document, content, figures
from talktotext.documents.blocks import Bars, Curve, Figure, Line, Table, Timeline
from talktotext.documents.template import PARTS, Template
from talktotext.schema import Chapter, Notes, Participant, Section, SentimentPoint

from .samples import EMPTY, MEETING, NOTES, WHEN, segments

MOODS = tuple(
    SentimentPoint(start=start, score=score)
    for start, score in ((0.0, 0.2), (30.0, -0.4), (60.0, 0.6))
)
NOTE = "5c1d3c8e-0f5a-4a58-9d52-1f1f2f3f4f5f"


def with_mood(document: Document, points=MOODS) -> Document:
    mood = document.notes.sentiment.model_copy(update={"timeline": points})
    return replace(document, notes=document.notes.model_copy(update={"sentiment": mood}))


def with_parts(document: Document, *parts) -> Document:
    return replace(document, template=Template(parts=frozenset(parts)))


FULL = with_mood(
    replace(
        MEETING,
        notes=NOTES.model_copy(
            update={
                "chapters": (Chapter(title="Date", start=0, end=40),),
                "sections": (Section(heading="Risks", statements=NOTES.key_points),),
            }
        ),
    )
)


def found(document: Document) -> list[Figure]:
    sections = content.build(document).sections
    return [block for one in sections for block in one.blocks if isinstance(block, Figure)]


def headings(document: Document) -> list[str]:
    return [section.heading for section in content.build(document).sections]


def test_figures_stand_with_what_they_show():
    people, mood = content.build(FULL).sections[-3:-1]
    assert (people.heading, mood.heading) == ("Participants", "Mood and keywords")
    table, timeline, bars = people.blocks
    assert isinstance(table, Table)
    assert isinstance(timeline.chart, Timeline)
    assert isinstance(bars.chart, Bars)
    assert isinstance(mood.blocks[1].chart, Curve)


def test_the_timeline_has_who_speaks_when():
    timeline, _ = found(MEETING)
    names = [name for name, _ in timeline.chart.rows]
    assert names == ["Anna", "Ben", "Chloé"]
    assert timeline.chart.rows[1][1] == ((11.0, 15.0), (29.5, 33.5), (47.0, 51.0), (68.9, 72.9))
    assert timeline.chart.duration == 90.0
    assert timeline.caption == "Who speaks when"
    assert timeline.description == (
        "Timeline over 1 min 30 s: Anna speaks between 00:00 and 01:24, "
        "Ben speaks between 00:11 and 01:12, Chloé speaks between 00:17 and 01:17."
    )


def test_the_bars_have_time_and_share():
    _, bars = found(MEETING)
    assert bars.chart.rows[0] == ("Anna", 0.43, "43%  39 s")
    assert (
        bars.description == "Bars of talk time: Anna 43% (39 s), Ben 30% (27 s), Chloé 27% (24 s)."
    )


def test_the_curve_has_each_score_amid_its_stretch():
    (curve,) = figures.of_mood(FULL)
    assert curve.chart.points == ((15.0, 0.2), (45.0, -0.4), (75.0, 0.6))
    assert "begins at +0.20" in curve.description
    assert "lowest at 00:30 (−0.40)" in curve.description


def test_two_points_are_no_curve():
    assert figures.of_mood(with_mood(MEETING, MOODS[:2])) == ()


@pytest.mark.parametrize(
    "document",
    [
        EMPTY,
        Document(Notes(title="Memo"), segments([(None, 0.0, "Buy milk.")]), WHEN, 9.0),
        Document(
            Notes(title="Talk", participants=(Participant(name="Eve", speaker="S0"),)),
            segments([("S0", 0.0, "Welcome."), ("S0", 5.0, "Goodbye.")]),
            WHEN,
            9.0,
        ),
    ],
)
def test_nothing_is_drawn_of_one_voice(document):
    assert found(document) == []


def test_those_who_speak_little_come_together():
    talk = [(f"S{i}", i * 10.0, "Hello.") for i in range(20)]
    people = tuple(
        Participant(name=f"Voice {i}", speaker=f"S{i}", talk_time=20 - i, share=0.05)
        for i in range(20)
    )
    crowd = Document(Notes(title="x", participants=people), segments(talk), WHEN, 200.0)
    timeline, bars = found(crowd)
    for rows in (timeline.chart.rows, bars.chart.rows):
        assert len(rows) == 12
        assert rows[0][0] == "Voice 0"
        assert rows[-1][0] == "9 others"
    assert len(timeline.chart.rows[-1][1]) == 9
    assert bars.chart.rows[-1][1] == pytest.approx(0.45)


def test_unknown_voices_have_the_last_row():
    talk = [(None, 0.0, "a" * 9), ("S0", 5.0, "Yes."), (None, 10.0, "No."), ("S1", 15.0, "Hm.")]
    (timeline,) = found(Document(Notes(title="x"), segments(talk), WHEN, 20.0))
    assert [name for name, _ in timeline.chart.rows] == ["S0", "S1", "Unknown"]


def test_a_part_is_drawn_as_long_as_it_is():
    timeline, _ = found(replace(MEETING, duration=9000.0, covered=90.0))
    assert timeline.chart.duration == 90.0


ALONE = {
    "summary": ["Summary"],
    "topics": ["Topics"],
    "key_points": ["Key points"],
    "particulars": ["Risks"],
    "decisions": ["Decisions"],
    "action_items": ["Action items"],
    "open_questions": ["Open questions"],
    "participants": ["Participants"],
    "charts": ["Participants", "Mood"],
    "mood": ["Mood and keywords"],
    "transcript": ["Transcript"],
}


@pytest.mark.parametrize("part", PARTS)
def test_each_part_can_stand_alone(part):
    assert headings(with_parts(FULL, part)) == ALONE[part]
    assert bool(found(with_parts(FULL, part))) == (part == "charts")


def test_all_parts_are_what_stands_there_by_default():
    assert headings(with_parts(FULL, *PARTS)) == headings(FULL)
    assert len(headings(FULL)) == 10


def test_no_part_leaves_title_and_warnings():
    bare = content.build(with_parts(FULL))
    assert bare.sections == ()
    assert bare.title == NOTES.title
    assert bare.notices == ("Two passages were hard to hear.",)


def lines(document: Document) -> list[Line]:
    return list(content.build(document).sections[0].blocks[0].lines)


def test_times_lead_to_the_recording():
    document = replace(MEETING, base_url="https://notes.example", note_id=NOTE)
    assert lines(document)[0].link == f"https://notes.example/notes/{NOTE}?t=23"
    assert content.build(document).link(75.9) == f"https://notes.example/notes/{NOTE}?t=75"


def test_without_an_address_they_lead_to_the_transcript():
    assert lines(MEETING)[0].link is None
    assert lines(MEETING)[0].anchor == "t3"
    assert content.build(MEETING).link(75.9) is None


def test_without_a_transcript_they_lead_nowhere():
    assert {line.anchor for line in lines(with_parts(MEETING, "summary"))} == {None}
