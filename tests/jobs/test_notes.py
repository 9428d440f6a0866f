"""What becomes of notes on their way into a row."""

from talktotext.jobs.shown import face
from talktotext.models import Note
from talktotext.schema import Notes


def test_a_title_fits_its_column() -> None:
    title = face(Notes(title="x" * 5000))["title"]
    assert len(title) == Note.__table__.columns["title"].type.length
