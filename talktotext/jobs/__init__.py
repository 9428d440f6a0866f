"""Kinds of work, one a file. Registering one here gives it queue, progress and retries."""

from talktotext.jobs import export, notes, regenerate, takeout
from talktotext.jobs.base import Kind

KINDS: dict[str, Kind] = {
    kind.name: kind for kind in (notes.KIND, regenerate.KIND, export.KIND, takeout.KIND)
}
