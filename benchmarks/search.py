"""How long searching takes: `python -m benchmarks.search --notes 10000 --owners 1`.

Makes notes of words drawn as a language's are (Zipf), then asks for them as a browser would, all of
HTTP but the socket. Prints the median and the 99th percentile of a request's time in milliseconds,
and the processor time of this process, which on SQLite is all there is.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate, islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from apiflask import APIFlask
from flask_migrate import upgrade

from benchmarks.postgres import Postgres
from talktotext import create_app
from talktotext.extensions import db
from talktotext.jobs.shown import face
from talktotext.models import ActionItem, Note, NoteIndex, Segment, Upload, new_id
from talktotext.schema import ActionItem as Item
from talktotext.schema import Notes, Participant, Statement
from talktotext.schema import Segment as Said
from talktotext.search.index import derived
from tests.conftest import Person, make_settings

SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "er")]
VOCABULARY = ["".join(random.Random(n).choices(SYLLABLES, k=2 + n % 3)) for n in range(20_000)]
WEIGHTS = list(accumulate(1 / (rank + 3) for rank in range(len(VOCABULARY))))
FIRST_DAY = datetime(2020, 1, 1, tzinfo=UTC)
BATCH = 500


def queries(chance: random.Random) -> dict[str, Iterator[dict[str, str]]]:
    """Endless questions by kind."""

    def ask(*ranks: int, form: str = "{}") -> Iterator[dict[str, str]]:
        while True:
            picked = [VOCABULARY[rank + chance.randrange(max(1, rank // 2))] for rank in ranks]
            yield {"q": form.format(*picked)}

    def fixed(**query: str) -> Iterator[dict[str, str]]:
        while True:
            yield query

    return {
        "rare word": ask(6000),
        "usual word": ask(300),
        "one in most notes": ask(0),
        "two words": ask(300, 600, form="{} {}"),
        "phrase": ask(10, 20, form='"{} {}"'),
        "first two letters": ({"q": q["q"][:2]} for q in ask(300)),
        "word, participant, days": (
            {**q, "participant": "maria", "from": "2020-06-01"} for q in ask(300)
        ),
        "conditions only": fixed(language="de", type="standup", sentiment="positive"),
        "newest": fixed(),
    }


def text(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(VOCABULARY, cum_weights=WEIGHTS, k=words))


def notes_of(chance: random.Random, person: int, number: int, words: int) -> dict[type, list[Any]]:
    """The rows of one note."""
    statements = [Statement(text=text(chance, 12)) for _ in range(9)]
    notes = Notes(
        title=text(chance, 5),
        summary=tuple(statements[:3]),
        key_points=tuple(statements[3:6]),
        decisions=tuple(statements[6:]),
        action_items=(Item(text=text(chance, 8), owner="Maria"),),
        participants=tuple(
            Participant(name=name) for name in chance.sample(["Maria", "Tom", "Zoe"], 2)
        ),
        meeting_type=chance.choice(["general", "standup", "planning"]),
        language=chance.choice(["en", "de", "fr"]),
    )
    texts = [text(chance, 25) for _ in range(words // 25)]
    upload_id, made = new_id(), FIRST_DAY + timedelta(hours=number % 40_000)
    note: dict[str, Any] = {
        **face(notes),
        **{"id": new_id(), "upload_id": upload_id, "user_id": person, "created_at": made},
        **{"transcript": " ".join(texts), "duration": 60.0 * (number % 90), "complete": True},
        **{"engine": "fake", "take": 0, "speaker_names": {}},
    }
    index, items = derived(Note(**note), texts)
    said = [Said(index=n, start=8.0 * n, end=8.0 * n + 8, text=t) for n, t in enumerate(texts)]
    return {
        Upload: [{"id": upload_id, "user_id": person, "status": "done", "created_at": made}],
        Note: [note],
        Segment: [{"upload_id": upload_id, "take": 0, **s.model_dump(mode="json")} for s in said],
        NoteIndex: [index],
        ActionItem: items,
    }


def fill(people: list[Person], notes: int, words: int) -> None:
    """Give the people so many notes together."""
    chance = random.Random(7)
    made = (notes_of(chance, people[n % len(people)].id, n, words) for n in range(notes))
    while batch := list(islice(made, BATCH)):
        for model in batch[0]:
            db.session.execute(sa.insert(model), [row for rows in batch for row in rows[model]])
        db.session.commit()


def measure(person: Person, asked: Iterator[dict[str, str]], times: int, limit: int) -> str:
    wall, used, found = [], time.process_time(), []
    for query in islice(asked, times):
        begun = time.perf_counter()
        answer = person.get("/api/history", query_string={**query, "limit": str(limit)})
        wall.append(1000 * (time.perf_counter() - begun))
        found.append(int(answer.headers["X-Total-Count"]))
    used = 1000 * (time.process_time() - used) / times
    worst = statistics.quantiles(wall, n=100)[-1]
    return (
        f"{statistics.median(wall):8.1f} {worst:8.1f} {used:8.1f} {statistics.median(found):8.0f}"
    )


def run(app: APIFlask, options: argparse.Namespace) -> None:
    with app.app_context():
        upgrade()
    people = [Person(app, f"Owner{number}") for number in range(options.owners)]
    begun = time.process_time()
    with app.app_context():
        fill(people, options.notes, options.words)
        if db.engine.dialect.name == "postgresql":
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(sa.text("VACUUM ANALYZE"))
    print(f"{options.notes} notes of {options.owners} made in {time.process_time() - begun:.0f} s")
    print(f"{'':24}   median      p99      cpu    found")
    for kind, asked in queries(random.Random(1)).items():
        measure(people[0], asked, 3, options.limit)
        print(f"{kind:24} {measure(people[0], asked, options.times, options.limit)}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=int, default=10_000)
    parser.add_argument("--owners", type=int, default=1)
    parser.add_argument("--words", type=int, default=500, help="said in a note")
    parser.add_argument("--times", type=int, default=50, help="requests of each kind")
    parser.add_argument("--limit", type=int, default=20, help="notes on a page")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        if options.database == "sqlite":
            run(create_app(make_settings(folder, DATABASE_URL="")), options)
            return
        server = Postgres(folder / "pg")
        server.start()
        try:
            run(create_app(make_settings(folder, DATABASE_URL=server.url)), options)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
