"""What people corrected survives another engine, which cuts and labels otherwise."""

from talktotext.jobs.corrections import carry_labels, carry_names, carry_texts
from talktotext.models import Correction
from talktotext.schema import EDITED, Segment, Word


def said(*parts):
    """Segments of (start, end, text, speaker)."""
    return [
        Segment(index=i, start=start, end=end, text=text, speaker=speaker)
        for i, (start, end, text, speaker) in enumerate(parts)
    ]


def corrected(start, end, after):
    return Correction(kind="text", start=start, end=end, before="", after=after)


def shown(segments):
    return [(s.start, s.end, s.text, s.speaker) for s in segments]


def test_without_corrections_nothing_changes():
    heard = said((0, 2, "One.", "A"), (2, 4, "Two.", "B"))
    renamed = [Correction(kind="speaker", speaker="A", after="Maria")]
    assert carry_texts(heard, []) == carry_texts(heard, renamed) == heard


def test_the_same_stretch_takes_the_corrected_words():
    heard = said((0, 2, "Won.", "A"), (2, 4, "Too.", "B"), (4, 6, "Three.", "A"))
    carried = carry_texts(heard, [corrected(2, 4, "Two.")])
    assert shown(carried) == [(0, 2, "Won.", "A"), (2, 4, "Two.", "B"), (4, 6, "Three.", "A")]
    assert [s.flags for s in carried] == [(), (EDITED,), ()]
    assert [s.index for s in carried] == [0, 1, 2]


def test_only_the_words_inside_give_way_where_an_engine_cuts_otherwise():
    heard = said((0, 12, "aaaa bbbb cccc", "A"), (12, 20, "dddd eeee", "B"))
    carried = carry_texts(heard, [corrected(4, 16, "XXXX")])
    assert shown(carried) == [(0, 4, "aaaa", "A"), (4, 16, "XXXX", "A"), (16, 20, "eeee", "B")]


def test_times_of_words_decide_where_they_are_known():
    words = (
        Word(start=0.0, end=0.5, text="early"),
        Word(start=7.0, end=8.0, text="middle"),
        Word(start=9.0, end=10.0, text="late"),
    )
    heard = [Segment(index=0, start=0, end=10, text="early middle late", speaker="A", words=words)]
    before, put_right, after = carry_texts(heard, [corrected(6.5, 8.5, "MIDDLE")])
    assert (before.text, before.words) == ("early", words[:1])
    assert (after.text, after.words, after.start) == ("late", words[2:], 9.0)
    assert (put_right.text, put_right.words) == ("MIDDLE", ())


def test_the_last_correction_of_a_stretch_holds():
    carried = carry_texts(
        said((0, 2, "heard", "A")), [corrected(0, 2, "first"), corrected(0, 2, "second")]
    )
    assert shown(carried) == [(0, 2, "second", "A")]


def test_what_was_taken_out_stays_out_and_what_was_put_in_is_there():
    heard = said((0, 2, "La la la.", "A"))
    carried = carry_texts(heard, [corrected(0, 2, ""), corrected(5, 6, "Missed.")])
    assert shown(carried) == [(0, 2, "", "A"), (5, 6, "Missed.", None)]


def test_corrections_side_by_side_leave_each_other_alone():
    heard = said((0, 10, "a b c d e f g h i j", "A"))
    carried = carry_texts(heard, [corrected(0, 5.5, "FIRST"), corrected(5, 10, "SECOND")])
    assert [s.text for s in carried] == ["FIRST", "SECOND"]


def test_names_go_to_who_speaks_at_the_same_times():
    before = said((0, 5, "x", "Speaker 1"), (5, 9, "x", "Speaker 2"), (9, 12, "x", "Speaker 1"))
    after = said((0, 4, "y", "Speaker 2"), (4, 9, "y", "Speaker 1"), (9, 12, "y", "Speaker 2"))
    names = {"Speaker 1": "Maria", "Speaker 2": "Ben"}
    assert carry_names(names, before, after) == {"Speaker 2": "Maria", "Speaker 1": "Ben"}


def test_a_voice_without_a_name_keeps_others_from_its_label():
    before = said((0, 9, "x", "Speaker 1"), (9, 12, "x", "Speaker 2"))
    after = said((0, 12, "y", "Speaker 1"))
    assert carry_names({"Speaker 2": "Ben"}, before, after) == {}
    assert carry_names({"Speaker 1": "Ann"}, before, after) == {"Speaker 1": "Ann"}


def test_names_are_lost_with_the_speakers():
    before = said((0, 9, "x", "Speaker 1"))
    assert carry_names({"Speaker 1": "Ann"}, before, said((0, 9, "y", None))) == {}
    assert carry_names({"Speaker 1": "Ann"}, before, []) == {}


def test_every_voice_has_a_new_label_or_is_gone():
    before = said((0, 5, "x", "A"), (5, 9, "x", "B"), (9, 12, "x", "C"), (12, 13, "x", None))
    after = said((0, 5, "y", "B"), (5, 9, "y", "A"), (12, 13, "y", "A"))
    assert carry_labels(before, after) == {"A": "B", "B": "A", "C": None}


def test_hours_of_talk_take_no_time():
    before = said(*((i, i + 1, "x", f"Speaker {i % 3}") for i in range(20_000)))
    after = said(*((i, i + 1, "y", f"Speaker {(i + 1) % 3}") for i in range(20_000)))
    names = carry_names({"Speaker 0": "Ann"}, before, after)
    assert names == {"Speaker 1": "Ann"}
