"""Terms -> the rows of the index that hold them, on either database.

The owner is part of the index, so that what others have costs nothing and is never looked at.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from talktotext.extensions import db
from talktotext.models import NoteIndex
from talktotext.search.query import Term

# Where to look, from the weightiest: {name: (columns, their mark in the tsvector)}.
SCOPES = {
    "title": (("title",), "t/"),
    "notes": (("title", "notes"), "n/"),
    "all": (("title", "notes", "transcript"), ""),
    "people": (("people",), "p/"),
}


def matching(user_id: int, terms: Sequence[Term], scope: str = "all") -> sa.Select[int]:
    """Asks for the ids of the user's rows of NoteIndex in which all terms occur.

    Args:
        terms: one at least.
        scope: a key of SCOPES.
    """
    on = {"sqlite": _sqlite, "postgresql": _postgresql}
    return on[db.engine.dialect.name](user_id, terms, scope)


def _sqlite(user_id: int, terms: Sequence[Term], scope: str) -> sa.Select[int]:
    """FTS5. Words hold no quotes, so that the query language cannot be broken out of."""
    columns = " ".join(SCOPES[scope][0])
    wanted = " AND ".join(f'"{" ".join(t.words)}"{" *" if t.is_prefix else ""}' for t in terms)
    query = f'user_id : "{user_id}" AND {{{columns}}} : ({wanted})'
    index = sa.table("note_words", sa.column("rowid", sa.Integer), sa.column("note_words"))
    return sa.select(index.c.rowid).where(index.c.note_words.op("MATCH")(query))


def _postgresql(user_id: int, terms: Sequence[Term], scope: str) -> sa.Select[int]:
    """tsvector for the words, then the text itself for those that stand in an order."""
    columns, mark = SCOPES[scope]
    lexemes = [f"'@{user_id}'"]
    for term in terms:
        *before, last = (f"'{mark}{word}'" for word in term.words)
        lexemes += [*before, f"{last}:*" if term.is_prefix else last]
    index = sa.column("note_words", TSVECTOR)
    found = index.op("@@")(sa.cast(sa.literal(" & ".join(lexemes)), TSQUERY))
    phrases = (
        sa.or_(*(sa.func.strpos(getattr(NoteIndex, name), term.laid_out) > 0 for name in columns))
        for term in terms
        if len(term.words) > 1
    )
    return sa.select(NoteIndex.id).where(NoteIndex.user_id == user_id, found, *phrases)
