"""The index of notes: what is in it, and that it is always current."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from talktotext import search
from talktotext.extensions import db
from talktotext.models import ActionItem, Note, NoteIndex, Segment, User
from talktotext.schema import ActionItem as Item
from talktotext.schema import Participant
from talktotext.search.words import MAX_DISTINCT, MAX_WORD, laid_out, words
from tests.api.helpers import add_note
from tests.conftest import Person


def titles(person: Person, q: str) -> set[str]:
    answer = person.get("/api/history", query_string={"q": q})
    assert answer.status_code == 200, answer.json
    return {note["title"] for note in answer.json}


@pytest.fixture
def session(app: APIFlask) -> Iterator[Any]:
    with app.app_context():
        yield db.session


def counts(session: Any) -> list[int]:
    tables = (NoteIndex, ActionItem)
    return [session.scalar(sa.select(sa.func.count()).select_from(t)) for t in tables]


def words_of_database(session: Any, word: str) -> int:
    """How many notes the database's own index has for a word."""
    on_sqlite = "SELECT count(*) FROM note_words WHERE note_words MATCH :w"
    on_postgresql = "SELECT count(*) FROM note_index WHERE note_words @@ to_tsquery('simple', :w)"
    statement = on_sqlite if db.engine.dialect.name == "sqlite" else on_postgresql
    return int(session.scalar(sa.text(statement), {"w": word}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello, World 42!", "hello world 42"),
        ("Ça va à Zürich?", "ca va a zurich"),
        ("it's 3.5 and/or a_b", "it s 3 5 and or a b"),
        ("会議室", "会議 議室 室"),
        ("第3回 会議 A会", "第 3 回 会議 議 a 会"),
        ("ＦＵＬＬ ｗｉｄｔｈ ½ ﬁn", "full width 12 fin"),
        ("\u200b — ¶ ' 👍 %", ""),
        ("x" * 100, "x" * MAX_WORD),
    ],
)
def test_words(text: str, expected: str) -> None:
    assert " ".join(words(text)) == expected


def test_words_are_laid_out_with_the_places_where_texts_begin() -> None:
    laid, offsets = laid_out(["One two.", "", "Three."])
    assert (laid, offsets) == (" one two three ", [0, 8, 8])
    assert laid_out(["a b", "c"], " ¶") == (" a b ¶ c ¶ ", [0, 6])
    assert laid_out([]) == (" ", [])


def test_more_words_than_an_index_holds_are_left_out(alice: Person) -> None:
    many = [
        " ".join(f"word{number:09}" for number in range(n, n + 1000))
        for n in range(0, 40_000, 1000)
    ]
    laid, offsets = laid_out(many)
    assert 0.9 * MAX_DISTINCT < len(set(laid.split())) * 13 <= MAX_DISTINCT
    assert len(offsets) == len(set(laid.split())) / 1000
    summary = " ".join(many)
    add_note(alice, "Huge", said=many, summary=summary, participants=(Participant(name=summary),))
    assert titles(alice, "huge word000000001") == {"Huge"}


def test_a_note_is_found_as_soon_as_it_is_made(alice: Person) -> None:
    note_id = alice.make_note()
    transcript = alice.get(f"/api/notes/{note_id}/transcript").json["segments"]
    (note,) = alice.get("/api/history", query_string={"q": transcript[0]["text"]}).json
    hits = [match for match in note["matches"] if match["field"] == "transcript"]
    assert (note["id"], hits[0]["segment"], hits[0]["start"]) == (
        note_id,
        0,
        transcript[0]["start"],
    )


def test_corrected_words_are_found_and_what_they_replaced_is_not(alice: Person) -> None:
    note_id = alice.make_note()
    path = f"/api/notes/{note_id}/transcript/0"
    before = alice.get(f"/api/notes/{note_id}/transcript").json["segments"][0]["text"]
    assert titles(alice, f'"{before}"')
    assert alice.patch(path, json={"text": "Quetzalcoatl"}).status_code == 200
    assert titles(alice, "quetzalcoatl") and not titles(alice, f'"{before}"')


def test_the_name_of_a_voice_is_found(alice: Person) -> None:
    note_id = alice.make_note()
    labels = {s["label"] for s in alice.get(f"/api/notes/{note_id}/transcript").json["segments"]}
    names = {label: "Ofelia" for label in labels if label}
    if names:
        assert alice.patch(f"/api/notes/{note_id}/speakers", json=names).status_code == 200
        found = alice.get("/api/history", query_string={"participant": "ofelia"}).json
        assert [note["id"] for note in found] == [note_id]


def test_what_a_session_changes_is_current_after_the_commit_only(
    alice: Person, session: Any
) -> None:
    note = session.get(Note, add_note(alice, "Before", action_items=(Item(text="Call"),)))
    changed = note.notes.model_copy(update={"action_items": ()})
    note.title, note.document = "After", changed.model_dump(mode="json")
    session.flush()
    session.rollback()
    assert titles(alice, "before") == {"Before"} and counts(session) == [1, 1]
    session.commit()
    note.title, note.document = "After", changed.model_dump(mode="json")
    session.commit()
    assert titles(alice, "after") == {"After"} and titles(alice, "before") == set()
    assert counts(session) == [1, 0]


def test_a_commit_without_a_change_of_a_note_indexes_nothing(alice: Person, session: Any) -> None:
    note = session.get(Note, add_note(alice))
    row = session.scalar(sa.select(NoteIndex.id))
    note.title = str(note.title)
    session.add(Segment(upload_id=note.upload_id, take=1, index=0, start=0, end=1, text="x"))
    session.commit()
    assert session.scalar(sa.select(NoteIndex.id)) == row


def test_deleting_leaves_nothing(alice: Person, session: Any) -> None:
    note_id = add_note(alice, "Gone", action_items=(Item(text="Call"),), said=["Vanish."])
    add_note(alice, "Kept", action_items=(Item(text="Call"),))
    there = [words_of_database(session, word) for word in ("vanish", "kept")]
    assert alice.delete(f"/api/notes/{note_id}").status_code == 204
    assert counts(session) == [1, 1]
    assert (there, words_of_database(session, "vanish")) == ([1, 1], 0)
    session.delete(session.get(User, alice.id))
    session.commit()
    assert counts(session) == [0, 0] and words_of_database(session, "kept") == 0


def test_reindexing_mends_everything(app: APIFlask, alice: Person, session: Any) -> None:
    for number in range(5):
        add_note(alice, f"Note {number}", action_items=(Item(text="Call"),))
    session.execute(sa.delete(ActionItem))
    session.execute(sa.delete(NoteIndex))
    session.execute(sa.update(Note).values(title="Renamed behind our back"))
    session.commit()
    assert titles(alice, "note") == set()
    told: list[tuple[int, int]] = []
    search.reindex(session, lambda *done: told.append(done), batch=2)
    assert told == [(2, 5), (4, 5), (5, 5)] and counts(session) == [5, 5]
    assert len(alice.get("/api/history?q=renamed").json) == 5
    result = app.test_cli_runner().invoke(args=["note", "reindex"])
    assert (result.exit_code, result.output) == (0, "5 of 5 notes\n")


def test_the_command_shows_what_was_found(app: APIFlask, alice: Person, bob: Person) -> None:
    add_note(alice, "Budget", said=["Hello.", "The budget grew."])
    add_note(bob, "Bob's budget")
    run = app.test_cli_runner().invoke
    result = run(args=["note", "search", "budget", "--user", alice.email.upper()])
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "2026-11-14  Budget",
        "           title: Budget",
        "    00:05  transcript: The budget grew.",
    ]
    assert run(args=["note", "search", "x", "--user", bob.email]).output == "Nothing was found.\n"
    assert run(args=["note", "search", "x", "--user", bob.email, "--limit", "-1"]).exit_code == 2
    nobody = run(args=["note", "search", "x", "--user", "nobody@example.com"])
    assert (nobody.exit_code, nobody.output) == (1, "Error: There is no user nobody@example.com.\n")


def plan(session: Any, query: sa.Select[Any]) -> str:
    """How the database is going to answer."""
    sql = query.compile(db.engine, compile_kwargs={"literal_binds": True})
    before = "EXPLAIN QUERY PLAN" if db.engine.dialect.name == "sqlite" else "EXPLAIN"
    return "\n".join(str(row) for row in session.execute(sa.text(f"{before} {sql}")))


def test_the_database_uses_its_indexes(alice: Person, session: Any) -> None:
    add_note(alice, action_items=(Item(text="Call"),))
    if db.engine.dialect.name == "postgresql":
        session.execute(sa.text("SET LOCAL enable_seqscan = off"))  # so few rows it would just read
    mine = sa.select(NoteIndex.note_id).where(NoteIndex.user_id == alice.id)
    newest = mine.order_by(NoteIndex.created_at.desc(), NoteIndex.note_id.desc())
    assert "ix_note_index_user_id_created_at_note_id" in plan(session, newest)
    by_words = mine.where(search.holding(alice.id, search.parse("budget pl")))
    assert "note_words" in plan(session, by_words)
    items = sa.select(ActionItem).where(ActionItem.user_id == alice.id).order_by(ActionItem.due_by)
    assert "ix_action_items_user_id_due_by" in plan(session, items)


@pytest.mark.parametrize(
    "path",
    [
        "/api/history?q=budget+pl&participant=maria",
        "/api/history?language=de&min_duration=3&limit=1",
        "/api/action-items?owner=maria&done=false",
    ],
)
def test_no_table_is_read_from_end_to_end(alice: Person, session: Any, path: str) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL reads small tables whole, and is right to")
    people, items = (Participant(name="Maria"),), (Item(text="Call", owner="Maria"),)
    for _ in range(2):
        said = ["Budget planning."]
        add_note(alice, said=said, participants=people, action_items=items, language="de")
    asked: list[tuple[str, Any]] = []

    def remember(_c: Any, _cursor: Any, sql: str, values: Any, *_: Any) -> None:
        asked.append((sql, values))

    sa.event.listen(db.engine, "before_cursor_execute", remember)
    assert alice.get(path).json
    sa.event.remove(db.engine, "before_cursor_execute", remember)
    assert len(asked) >= 3  # at least who asks, which rows, and what they show
    for sql, values in asked:
        steps = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()
        whole = [step[-1] for step in steps if step[-1].startswith("SCAN")]
        assert all("note_words VIRTUAL TABLE" in step for step in whole), (sql, whole)
