"""`flask job …`."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from click.testing import Result

from talktotext.extensions import db
from talktotext.models import Job
from tests.conftest import Person, run_jobs, tone

Run = Callable[..., Result]


@pytest.fixture
def run(app: APIFlask) -> Run:
    def job(*args: str) -> Result:
        return app.test_cli_runner().invoke(args=["job", *args])

    return job


def listed(result: Result) -> list[str]:
    """The lines of a list, without its heading."""
    assert result.exit_code == 0, result.output
    return [line for line in result.output.splitlines() if line[:8].lower().strip() != "job"]


def job_of(app: APIFlask, upload_id: str) -> str:
    with app.app_context():
        return str(db.session.scalar(sa.select(Job.id).filter_by(upload_id=upload_id)))


@pytest.fixture
def failed(app: APIFlask, alice: Person) -> str:
    """The upload of a job that failed, because its recording went missing."""
    upload_id = alice.upload(tone(2, 700))
    for path in (Path(app.config["UPLOAD_FOLDER"]) / "recordings").iterdir():
        path.unlink()
    run_jobs(app)
    return upload_id


def test_jobs_are_listed_newest_first(app: APIFlask, run: Run, alice: Person, bob: Person) -> None:
    first, second = alice.upload(), bob.upload()
    lines = listed(run("list"))
    assert [line.split()[0] for line in lines] == [job_of(app, second), job_of(app, first)]
    assert listed(run("list", "--limit", "1")) == lines[:1]


def test_lists_are_narrowed_by_status_and_user(
    app: APIFlask, run: Run, alice: Person, bob: Person, failed: str
) -> None:
    waiting = bob.upload()
    for args, upload_id in (
        (("--status", "failed"), failed),
        (("--status", "queued"), waiting),
        (("--user", "ALICE@example.com"), failed),
        (("--user", "bob@example.com"), waiting),
    ):
        (line,) = listed(run("list", *args))
        assert line.startswith(job_of(app, upload_id))
    assert listed(run("list", "--status", "done")) == []
    assert run("list", "--status", "lost").exit_code == 2


def test_a_job_is_shown_by_its_id_or_its_upload_s(app: APIFlask, run: Run, failed: str) -> None:
    result = run("show", job_of(app, failed))
    assert result.exit_code == 0
    assert run("show", failed).output == result.output
    fields = dict(line.split(maxsplit=1) for line in result.output.splitlines())
    assert fields["status"] == "failed"
    assert "The stored recording is gone" in fields["error"]


def test_a_failed_job_can_be_retried(app: APIFlask, run: Run, failed: str) -> None:
    job_id = job_of(app, failed)
    result = run("retry", failed)
    assert (result.exit_code, result.output) == (0, f"Job {job_id} is queued again.\n")
    assert job_id in run("list", "--status", "queued").output


def test_only_what_failed_can_be_retried(app: APIFlask, run: Run, alice: Person) -> None:
    upload_id = alice.upload()
    for state in ("queued", "done"):
        result = run("retry", upload_id)
        assert result.exit_code == 1
        assert result.output.startswith("Error: ") and state in result.output
        run_jobs(app)


@pytest.mark.parametrize("command", ["show", "retry"])
def test_an_unknown_job_is_told(run: Run, command: str) -> None:
    for job_id in (str(uuid4()), "nonsense", "'"):
        result = run(command, job_id)
        assert (result.exit_code, result.output) == (1, f"Error: There is no job {job_id}.\n")
