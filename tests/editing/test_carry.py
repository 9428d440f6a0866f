"""A new analysis leaves alone what a person made of the notes, and has its way with the rest."""

from talktotext.editing import Draft, carry
from talktotext.schema import Chapter, Edits, Evidence, Notes, Statement
from tests.editing.made import FOUND, found, said, task


def edited(**given: object) -> Notes:
    return Draft(FOUND, FOUND, {}).changed(given)


def ticked(index: int) -> Notes:
    return Draft(FOUND, FOUND, {}).with_item(index, {"done": True})


def texts(*words: str) -> list[dict[str, str]]:
    return [{"text": text} for text in words]


def all_stand(_: Evidence) -> bool:
    return True


def none_stand(_: Evidence) -> bool:
    return False


def test_where_nobody_changed_anything_the_analysis_has_its_way() -> None:
    anew = Notes(title="Other", key_points=(found(5, "Sales rose."),))
    assert carry(FOUND, anew, all_stand) == anew


def test_what_was_set_as_a_whole_stays() -> None:
    mine = edited(title="Mine", summary="My summary.", keywords=["mine"], meeting_type="planning")
    anew = FOUND.model_copy(update={"title": "Other", "keywords": ("other",), "decisions": ()})
    notes = carry(mine, anew, all_stand)
    assert (notes.title, notes.keywords, notes.meeting_type) == ("Mine", ("mine",), "planning")
    assert notes.summary == (Statement(text="My summary.", edited=True),)
    assert notes.decisions == ()
    assert notes.edits == mine.edits


def test_what_is_asked_for_anew_is_not_kept() -> None:
    mine = edited(meeting_type="planning", title="Mine")
    asked = Edits(fields=("meeting_type",))
    anew = FOUND.model_copy(update={"meeting_type": "standup", "edits": asked})
    notes = carry(mine, anew, all_stand)
    assert (notes.meeting_type, notes.title) == ("standup", "Mine")
    assert set(notes.edits.fields) == {"title", "meeting_type"}


def test_what_was_taken_out_does_not_come_back_in_whatever_words() -> None:
    mine = edited(key_points=texts("Costs are down."))
    again = (found(5, "Sales are up!"), found(10, "Costs are down."), found(40, "We hire."))
    notes = carry(mine, FOUND.model_copy(update={"key_points": again}), all_stand)
    assert [one.text for one in notes.key_points] == ["Costs are down.", "We hire."]
    otherwise = (found(6, "The team noted that sales are up."), found(10, "Costs are down."))
    notes = carry(mine, FOUND.model_copy(update={"key_points": otherwise}), all_stand)
    assert [one.text for one in notes.key_points] == ["Costs are down."]


def test_it_stays_out_after_an_analysis_that_did_not_find_it() -> None:
    mine = edited(key_points=texts("Costs are down."))
    without = carry(mine, FOUND.model_copy(update={"key_points": ()}), all_stand)
    notes = carry(without, FOUND, all_stand)
    assert [one.text for one in notes.key_points] == ["Costs are down."]


def test_the_same_words_of_another_moment_are_not_the_same() -> None:
    mine = edited(key_points=texts("Costs are down."))
    elsewhere = (found(50, "Sales are up, says Ben."),)
    notes = carry(mine, FOUND.model_copy(update={"key_points": elsewhere}), all_stand)
    assert notes.key_points == elsewhere


def test_a_statement_in_other_words_stands_in_the_place_of_its_origin() -> None:
    mine = edited(decisions=texts("We ship on Tuesday."), open_questions=texts("Who pays?", "Why?"))
    notes = carry(mine, FOUND, all_stand)
    assert notes.decisions == (Statement(text="We ship on Tuesday.", edited=True),)
    assert [one.text for one in notes.open_questions] == ["Who pays?", "Why?"]


def test_an_item_that_is_found_again_is_the_same_one() -> None:
    again = (task(60, "Rest."), task(21, "Someone should write the report."))
    anew = FOUND.model_copy(update={"action_items": again})
    for mine in (FOUND, ticked(0), ticked(1)):
        ids = {one.text: one.id for one in carry(mine, anew, all_stand).action_items}
        assert ids["Rest."] is None
        assert "report" in ids.values()
        assert len(set(ids.values())) == len(ids)


def test_an_item_stays_ticked_off_and_rests_on_what_is_found_now() -> None:
    anew = FOUND.model_copy(
        update={"action_items": (task(21, "Someone should write the report."),)}
    )
    (item,) = carry(ticked(0), anew, none_stand).action_items
    assert (item.done, item.edited, item.text) == (True, True, "Write the report.")
    assert item.evidence == anew.action_items[0].evidence


def test_an_item_that_is_not_found_again_stays_all_the_same() -> None:
    anew = FOUND.model_copy(update={"action_items": (FOUND.action_items[0], task(60, "Rest."))})
    stays, gone = (carry(ticked(1), anew, bears).action_items for bears in (all_stand, none_stand))
    assert [one.text for one in stays] == ["Write the report.", "Call the printer.", "Rest."]
    assert stays[1].evidence == FOUND.action_items[1].evidence
    assert gone[1] == stays[1].model_copy(update={"evidence": ()})


def test_each_of_two_items_of_one_moment_has_its_own_counterpart() -> None:
    both = (task(20, "Ann sends the plan."), task(20, "Ben sends the plan."))
    mine = Draft(m := FOUND.model_copy(update={"action_items": both}), m, {}).with_item(
        1, {"done": True}
    )
    notes = carry(mine, m, all_stand)
    assert [(one.text, one.done) for one in notes.action_items] == [
        ("Ann sends the plan.", False),
        ("Ben sends the plan.", True),
    ]


def test_what_a_person_added_is_not_there_twice() -> None:
    mine = edited(action_items=[*({"text": i.text} for i in FOUND.action_items), *texts("Rest.")])
    anew = FOUND.model_copy(update={"action_items": (*FOUND.action_items, task(60, "rest"))})
    assert [one.text for one in carry(mine, anew, all_stand).action_items] == [
        "Write the report.",
        "Call the printer.",
        "Rest.",
    ]


def test_doing_it_twice_is_doing_it_once() -> None:
    mine = edited(
        title="Mine",
        key_points=texts("New.", "Costs are down."),
        action_items=[{"text": "Call the printer.", "done": True}],
    )
    once = carry(mine, FOUND, all_stand)
    assert once == carry(once, FOUND, all_stand)
    assert once == mine


def test_evidence_that_no_longer_stands_goes() -> None:
    chapters = [{"title": "Sales", "start": 0, "end": 9}]
    section = {"heading": "Done", "speaker": None, "statements": texts("It works.")}
    mine = edited(chapters=chapters, sections=[section])
    notes = carry(mine, Notes(title="Other"), none_stand)
    assert notes.chapters == (Chapter(title="Sales", start=0, end=9),)
    assert notes.sections[0].statements == (Statement(text="It works."),)
    assert carry(mine, Notes(title="Other"), all_stand).chapters[0].evidence == said(
        5, "Sales are up."
    )


def test_a_mood_that_was_set_leaves_those_of_the_voices() -> None:
    mine = edited(sentiment={"label": "mixed"})
    anew = Notes(title="x", sentiment=FOUND.sentiment.model_copy(update={"by_speaker": {"A": 1}}))
    mood = carry(mine, anew, all_stand).sentiment
    assert (mood.label, mood.score, mood.by_speaker) == ("mixed", 0.5, {"A": 1})
