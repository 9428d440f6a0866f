"""Tables, one noun a file."""

from talktotext.models.action_item import ActionItem
from talktotext.models.base import db_clock, new_id, now
from talktotext.models.correction import Correction
from talktotext.models.job import Job
from talktotext.models.note import Note
from talktotext.models.note_index import NoteIndex
from talktotext.models.note_version import NoteVersion
from talktotext.models.segment import Segment
from talktotext.models.upload import STATUS_OF_JOB, Recording, Upload
from talktotext.models.user import Login, User

__all__ = [
    "STATUS_OF_JOB",
    "ActionItem",
    "Correction",
    "Job",
    "Login",
    "Note",
    "NoteIndex",
    "NoteVersion",
    "Recording",
    "Segment",
    "Upload",
    "User",
    "db_clock",
    "new_id",
    "now",
]
