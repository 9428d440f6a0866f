"""Web and workers write at once; on SQLite they take turns, and nobody is told it is locked."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import sqlalchemy as sa
from apiflask import APIFlask

from talktotext.extensions import db
from talktotext.models import Job, Upload
from talktotext.runner.lease import Lease
from tests.conftest import Person, run_jobs, tone

ROUNDS = 40


def all_at_once(*works: Callable[[], None]) -> None:
    """Run the works in a thread each. Raises what any of them raised."""
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], None]) -> None:
        barrier.wait()
        work()

    with ThreadPoolExecutor(len(works)) as pool:
        list(pool.map(run, works))


def test_web_and_workers_write_at_once(app: APIFlask) -> None:
    people = [Person(app, name) for name in ("Alice", "Bob", "Carol")]
    held = people[0].upload(tone(2, 300))
    statuses: list[int] = []

    def surf(person: Person) -> None:
        """Writes in small transactions, some of which read first."""
        for number in range(ROUNDS):
            statuses.append(person.patch("/auth/me", json={"name": f"{number}"}).status_code)
            token = {"Authorization": f"Bearer {person.tokens['refresh_token']}"}
            answer = person.client.post("/auth/refresh", headers=token)
            statuses.append(answer.status_code)
            person.tokens = answer.json
            statuses.append(person.get(f"/api/status/{held}").status_code)

    def report() -> None:
        """Writes as a worker does while it transcribes."""
        with app.app_context():
            job_id = db.session.scalar(sa.select(Job.id).filter_by(upload_id=held))
            db.session.remove()
            lease = Lease.take(str(job_id), 30)
            assert lease is not None
            for number in range(ROUNDS * 4):
                lease.write(stage="transcribing", percent=min(number, 99))
            lease.write(status="done", lease_until=None, lease_owner=None)

    def work() -> None:
        for number in range(3):
            people[1].upload(tone(2, 400 + number))
            run_jobs(app)

    all_at_once(*(partial(surf, person) for person in people), report, work)
    assert len(statuses) == ROUNDS * 3 * 3
    assert set(statuses) == {200, 404}  # another's status is not found
    assert statuses.count(404) == ROUNDS * 2
    with app.app_context():
        states = list(db.session.scalars(sa.select(Upload.status)))
    assert states == ["done"] * 4
