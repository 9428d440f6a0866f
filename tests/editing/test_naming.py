"""A voice is called the same wherever it is told of."""

from talktotext.editing import relabelled, renamed
from talktotext.schema import ActionItem, Chapter, Notes, Section, Statement
from tests.editing.made import FOUND, found

TOLD = Notes(
    title="Talk with Speaker 1",
    summary=(Statement(text="Speaker 1 and Speaker 12 met Speaker 2."),),
    key_points=(found(5, "Speaker 1's sales are up."),),
    action_items=(ActionItem(text="Call Speaker 2.", owner="Speaker 1"),),
    chapters=(Chapter(title="Speaker 2 reports", start=0, end=5),),
    sections=(Section(heading="Done", statements=(found(0, "Speaker 1 wrote."),)),),
)


def test_a_name_takes_the_place_of_label_and_found_name() -> None:
    notes = renamed(FOUND, {"Speaker 1": "Maria", "Speaker 2": "Benny"})
    assert [person.name for person in notes.participants] == ["Maria", "Benny"]
    assert [item.owner for item in notes.action_items] == ["Maria", "Benny"]
    assert notes.sections[0].speaker == "Maria"
    assert notes.sentiment.by_speaker == {"Benny": 0.5}
    assert renamed(FOUND, {}) == FOUND


def test_labels_in_sentences_are_named_too_and_evidence_is_not() -> None:
    notes = renamed(TOLD, {"Speaker 1": "Maria"})
    assert notes.title == "Talk with Maria"
    assert notes.abstract_summary == "Maria and Speaker 12 met Speaker 2."
    assert notes.key_points[0].text == "Maria's sales are up."
    assert notes.key_points[0].evidence[0].quote == "Speaker 1's sales are up."
    assert notes.sections[0].statements[0].text == "Maria wrote."
    assert renamed(TOLD, {"Speaker 2": "Ben"}).chapters[0].title == "Ben reports"


def test_what_is_no_label_of_ours_stays_in_sentences() -> None:
    notes = Notes(title="A day", key_points=(Statement(text="A man met Ben."),))
    assert renamed(notes, {"A": "Maria", "Ben": "Benny"}) == notes


def test_voices_are_called_by_their_new_labels() -> None:
    notes = relabelled(FOUND, {"Speaker 1": "Speaker 2", "Speaker 2": None})
    assert [item.owner for item in notes.action_items] == ["Speaker 2", "Ben"]
    assert notes.sections[0].speaker == "Speaker 2"
    assert notes.participants == FOUND.participants
    swapped = relabelled(TOLD, {"Speaker 1": "Speaker 2", "Speaker 2": "Speaker 1"})
    assert swapped.abstract_summary == "Speaker 2 and Speaker 12 met Speaker 1."


def test_nobody_is_left_of_a_voice() -> None:
    lost = FOUND.model_copy(update={"action_items": (ActionItem(text="x", owner="Speaker 2"),)})
    assert relabelled(lost, {"Speaker 2": None}).action_items[0].owner is None
