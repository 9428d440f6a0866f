"""Tables, one noun a file."""

from talktotext.models.action_item import ActionItem
from talktotext.models.api_token import ApiToken
from talktotext.models.audit_event import AuditEvent
from talktotext.models.base import db_clock, new_id, now
from talktotext.models.correction import Correction
from talktotext.models.invitation import Invitation
from talktotext.models.job import OVER, UNFINISHED, Job
from talktotext.models.note import Note
from talktotext.models.note_index import NoteIndex
from talktotext.models.note_version import NoteVersion
from talktotext.models.partial_upload import PartialUpload
from talktotext.models.segment import Segment
from talktotext.models.upload import STATUS_OF_JOB, Recording, Upload
from talktotext.models.usage import Transcription
from talktotext.models.user import ROLES, Login, User

__all__ = [
    "OVER",
    "ROLES",
    "STATUS_OF_JOB",
    "UNFINISHED",
    "ActionItem",
    "ApiToken",
    "AuditEvent",
    "Correction",
    "Invitation",
    "Job",
    "Login",
    "Note",
    "NoteIndex",
    "NoteVersion",
    "PartialUpload",
    "Recording",
    "Segment",
    "Transcription",
    "Upload",
    "User",
    "db_clock",
    "new_id",
    "now",
]
