"""What notes tell of their recording stays with it when its words are analyzed anew."""

import pytest

from talktotext.jobs.notices import ABOUT_RECORDING, NO_SPEAKERS, notices, with_notices
from talktotext.schema import Notes, Notice, Segment

LOOP = Segment(index=0, start=0, end=9, text="no more " * 12, flags=("repetition",), confidence=0.1)
ALL = (*notices([LOOP], language="en", covered=60.0, truncated=True), NO_SPEAKERS)
FOUND = Notes(title="T", language="en", warnings=(Notice(code="no_speech", message="New."),))


def test_all_of_it_is_carried_over() -> None:
    assert {one.code for one in ALL} == ABOUT_RECORDING
    of_analysis = Notice(code="translated_notes", message="Of before.")
    before = Notes(title="T", language="en", warnings=(*ALL, of_analysis))
    assert with_notices(FOUND, before).warnings == (*ALL, *FOUND.warnings)


def test_of_a_sound_recording_nothing_is_told() -> None:
    fine = LOOP.model_copy(update={"flags": (), "confidence": 0.9})
    assert not list(notices([fine], language="en", covered=None, truncated=False))


@pytest.mark.parametrize(
    ("before", "warnings", "language"),
    [
        ("und", ALL, "und"),
        ("und", (), "en"),  # nobody could tell, and now somebody can
        ("de", ALL, "en"),  # a person's, which `carry` keeps
    ],
)
def test_a_language_that_was_misunderstood_is_not_guessed_from_the_words(
    before: str, warnings: tuple[Notice, ...], language: str
) -> None:
    noted = Notes(title="T", language=before, warnings=warnings)
    assert with_notices(FOUND, noted).language == language
