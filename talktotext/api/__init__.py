"""The HTTP interface: one blueprint a file."""

from apiflask import APIFlask

from talktotext.api import (
    account,
    action_items,
    admin,
    answers,
    audio,
    auth,
    description,
    direct,
    downloads,
    files,
    gate,
    headers,
    health,
    history,
    invitations,
    limits,
    note_editing,
    notes,
    problems,
    recovery,
    sessions,
    status,
    tokens,
    tracing,
    transcript,
    upload,
    usage,
    versions,
)
from talktotext.api.request import Number

PARTS = (
    *(health, auth, recovery, account, sessions, tokens, upload, files, direct, status, usage),
    *(notes, note_editing, versions, history, action_items),
    *(admin, invitations),
    *(transcript, audio, downloads),
)


def register(app: APIFlask) -> None:
    """Hang everything that answers HTTP into `app`."""
    tracing.register(app)
    headers.register(app)
    answers.register(app)
    problems.register(app)
    gate.register(app)
    limits.register(app)
    description.register(app)
    app.url_map.converters["int"] = Number
    for part in PARTS:
        app.register_blueprint(part.bp)
