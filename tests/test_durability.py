"""Nothing is lost: real processes, really killed, in the middle of real work."""

import contextlib
import os
import re
import signal
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
import redis
import sqlalchemy as sa

from talktotext import media
from talktotext.jobs.shown import transcript_text
from talktotext.speech.base import Samples
from talktotext.speech.fake import FakeTranscriber
from talktotext.speech.pipeline import transcribe
from tests.conftest import tone
from tests.stack import RemotePerson, Stack, is_running

SLOW = '{"delay": 0.15}'  # seconds of sleep for every five seconds of sound
LEASE = 4.0
SAME_NAME = int(os.environ.get("TEST_SAME_NAME", "24"))


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack whose engine takes its time, so that there is something to interrupt."""
    with Stack(
        tmp_path_factory.mktemp("slow"),
        TRANSCRIBER="fake",
        TRANSCRIBER_OPTIONS=SLOW,
        LEASE_SECONDS=str(LEASE),
        SWEEP_SECONDS="1",
    ) as running:
        yield running


@pytest.fixture
def alice(slow: Stack) -> RemotePerson:
    return slow.person()


def transcribing(
    stack: Stack, alice: RemotePerson, seconds: float = 200, pitch: float = 440
) -> str:
    """An upload of which some chunks are transcribed already and others are not."""
    upload_id = alice.upload(tone(seconds, pitch))
    stack.wait_for(lambda: 20 <= alice.status(upload_id)["progress"]["percent"] < 80, 60)
    return upload_id


def chunks(stack: Stack, alice: RemotePerson, upload_id: str) -> Counter[str]:
    """How often each stretch of an upload was transcribed, by the log."""
    job_id = job_id_of(stack, upload_id)
    return Counter(re.findall(rf"job {job_id}: transcribed (.*) s", stack.log()))


def job_id_of(stack: Stack, upload_id: str) -> str:
    """The job's id, at once: what comes next must happen while it runs."""
    return str(_columns(stack, upload_id).id)


def epoch_of(stack: Stack, upload_id: str) -> int:
    """How many attempts at the job have begun."""
    return int(_columns(stack, upload_id).epoch)


def _columns(stack: Stack, upload_id: str) -> sa.Row[tuple[str, int]]:
    with stack.database().connect() as connection:
        query = sa.text("SELECT id, epoch FROM jobs WHERE upload_id = :id")
        return connection.execute(query, {"id": upload_id}).one()


def job_of(stack: Stack, upload_id: str) -> dict[str, str]:
    """The job's row, as `flask job show` prints it."""
    lines = stack.command("job", "show", upload_id).splitlines()
    return {name: value.strip() for name, _, value in (line.partition(" ") for line in lines)}


def assert_done_once(
    stack: Stack, alice: RemotePerson, upload_id: str, seconds: float = 60
) -> None:
    """One note, holding every word once, no stretch transcribed twice."""
    note_id = alice.wait(upload_id, seconds=seconds)["note_id"]
    assert [n["id"] for n in alice.get("/api/notes")].count(note_id) == 1
    repeated = {stretch for stretch, count in chunks(stack, alice, upload_id).items() if count > 1}
    assert not repeated


def test_the_horse_is_killed(slow: Stack, alice: RemotePerson) -> None:
    upload_id = transcribing(slow, alice)
    slow.one("horse").kill()
    assert_done_once(slow, alice, upload_id)


def test_worker_and_horse_are_killed(slow: Stack, alice: RemotePerson) -> None:
    upload_id = transcribing(slow, alice)
    for name in ("keeper", "worker", "horse"):
        slow.one(name).kill()
    assert_done_once(slow, alice, upload_id)


def test_nothing_outlives_the_keeper(slow: Stack, alice: RemotePerson) -> None:
    transcribing(slow, alice)
    tree = slow.tree()
    below = [*tree["worker"], *tree["horse"]]
    tree["keeper"][0].kill()
    slow.wait_for(lambda: not any(is_running(process) for process in below), 25)


def test_the_web_server_is_killed(slow: Stack, alice: RemotePerson) -> None:
    upload_id = transcribing(slow, alice)
    master = slow.one("web")
    servers = _whole(master)
    master.kill()
    slow.wait_for(lambda: not any(is_running(process) for process in servers), 30)
    slow.wait_for(lambda: slow.health().get("status") == "ok", 30)
    assert_done_once(slow, alice, upload_id)


def test_five_times_sigterm_costs_nothing(slow: Stack, alice: RemotePerson) -> None:
    upload_id = transcribing(slow, alice, 400)
    for number in range(5):
        slow.wait_for(lambda begun=number: epoch_of(slow, upload_id) > begun, 30)
        slow.one("horse")
        keeper = slow.one("keeper")
        started = time.monotonic()
        for process in _whole(keeper) if number % 2 else [keeper]:
            process.send_signal(signal.SIGTERM)
        keeper.wait(30)
        assert time.monotonic() - started < 15
    assert_done_once(slow, alice, upload_id)
    job = job_of(slow, upload_id)
    assert (job["attempts"], job["strikes"]) == ("0", "0")
    assert int(job["epoch"]) > 5


def test_redis_loses_everything(slow: Stack, alice: RemotePerson) -> None:
    running = transcribing(slow, alice)
    waiting = [alice.upload(tone(5, pitch)) for pitch in (300, 500, 700)]
    queue_of(slow).flushall()
    for upload_id in (running, *waiting):
        assert_done_once(slow, alice, upload_id)


def test_redis_is_away_when_the_job_ends(slow: Stack, alice: RemotePerson) -> None:
    upload_id = transcribing(slow, alice)
    server = _redis_process(slow)
    server.suspend()
    try:
        assert_done_once(slow, alice, upload_id)
        assert slow.health()["status"] == "degraded"
        started = time.monotonic()
        second = alice.upload(tone(5))
        assert time.monotonic() - started < 3
        time.sleep(5)
    finally:
        server.resume()
    assert_done_once(slow, alice, second)


def test_a_worker_that_starts_while_redis_is_frozen_brings_no_second_one(
    slow: Stack, alice: RemotePerson
) -> None:
    server = _redis_process(slow)
    server.suspend()
    try:
        slow.one("keeper").kill()
        slow.wait_for(lambda: not slow.tree()["keeper"], 10)
        slow.one("worker")  # of the new keeper: all that it starts with is there
        assert not [p for p in _whole(slow.one("keeper")) if "redis-server" in p.name()]
    finally:
        server.resume()
    assert_done_once(slow, alice, alice.upload(tone(5)))


def test_a_worker_told_to_stop_while_it_starts_is_gone_at_once(slow: Stack) -> None:
    slow.one("worker")
    server = _redis_process(slow)
    server.suspend()  # so that a new worker stays where it is, before it listens to anybody
    try:
        keeper, before = slow.one("keeper"), slow.one("worker")
        before.kill()
        slow.wait_for(lambda: slow.one("worker").pid != before.pid, 20)
        keeper.terminate()
        keeper.wait(10)
    finally:
        server.resume()


def test_the_horse_is_killed_when_redis_has_forgotten_it(slow: Stack, alice: RemotePerson) -> None:
    upload_id = transcribing(slow, alice)
    queue_of(slow).flushall()
    slow.one("horse").kill()
    job_id = job_id_of(slow, upload_id)
    slow.wait_for(lambda: f"job {job_id}: the process at work on it died" in slow.log(), 10)
    assert_done_once(slow, alice, upload_id)


def test_deleting_while_it_runs_leaves_nothing(slow: Stack, alice: RemotePerson) -> None:
    upload_id = transcribing(slow, alice)
    job_id = job_id_of(slow, upload_id)
    assert alice.request("DELETE", f"/api/upload/{upload_id}").status_code == 204
    assert alice.request("GET", f"/api/status/{upload_id}").status_code == 404
    slow.wait_for(lambda: f"job {job_id} was taken" in slow.log(), 20)
    left = [path.name for path in slow.folder.rglob("*") if path.is_file()]
    assert not [name for name in left if upload_id in name or job_id in name]
    assert not (slow.folder / "work" / job_id).exists()


def test_cancelling_stops_the_work_and_retrying_goes_on(slow: Stack, alice: RemotePerson) -> None:
    upload_id = transcribing(slow, alice)
    assert alice.request("POST", f"/api/upload/{upload_id}/cancel").json()["status"] == "cancelled"
    job_id = job_id_of(slow, upload_id)
    slow.wait_for(lambda: f"job {job_id} was taken" in slow.log(), 20)
    assert alice.status(upload_id)["status"] == "cancelled"
    assert alice.request("POST", f"/api/upload/{upload_id}/retry").status_code == 200
    assert_done_once(slow, alice, upload_id)


def test_killed_while_ffmpegis_running(
    slow: Stack, alice: RemotePerson, long_silence: bytes
) -> None:
    upload_id = alice.upload(long_silence, "silence.flac")
    ffmpeg = slow.one("ffmpeg")
    horse = ffmpeg.parent()
    assert horse is not None
    horse.kill()
    slow.wait_for(lambda: not is_running(ffmpeg), 10)
    assert_done_once(slow, alice, upload_id)
    # Of a job that is done the folder goes last.
    slow.wait_for(lambda: not [p for p in slow.folder.rglob("*sound.wav*") if p.is_file()], 5)


def test_a_recording_that_kills_its_process_is_given_up_and_others_are_not(slow: Stack) -> None:
    alice, bob = slow.person(), slow.person()
    poison, good = alice.upload(tone(100)), bob.upload(tone(5))
    while alice.status(poison)["status"] != "failed":
        with contextlib.suppress(ValueError, psutil.NoSuchProcess):
            psutil.Process(_holder(slow, poison)).kill()
        time.sleep(0.05)
    reason = alice.status(poison)
    assert reason["code"] == "process_died"
    assert "again and again" in reason["error"]
    # Three deaths in one place and the attempt that gave up; those before it got as far as having
    # the sound decoded do not count against it.
    assert int(job_of(slow, poison)["epoch"]) >= 4
    assert_done_once(slow, bob, good)


def _holder(stack: Stack, upload_id: str) -> int:
    """The process at work on an upload. Raises ValueError if there is none."""
    with stack.database().connect() as connection:
        query = sa.text("SELECT lease_owner FROM jobs WHERE upload_id = :id AND status = 'running'")
        return int((connection.scalar(query, {"id": upload_id}) or "").rpartition(":")[2])


def test_two_users_six_at_once_under_the_same_name(slow: Stack, tmp_path: Path) -> None:
    people = [slow.person(), slow.person()]

    def send(number: int) -> tuple[RemotePerson, str, bytes]:
        person, data = people[number % 2], tone(5, 200.0 + 37 * number)
        return person, person.upload(data, "same.wav"), data

    with ThreadPoolExecutor(6) as pool:
        sent = list(pool.map(send, range(SAME_NAME)))
    for person, upload_id, data in sent:
        note_id = person.wait(upload_id, seconds=300)["note_id"]
        assert person.get(f"/api/notes/{note_id}")["transcript"] == words_of(data, tmp_path)


def words_of(data: bytes, folder: Path) -> str:
    """What the fake engine hears in a recording, found out here."""
    recording = folder / "recording"
    recording.write_bytes(data)
    decoded = media.decode(recording, folder / "samples", max_duration=600, timeout=60)
    samples = media.open_samples(decoded.path)
    chunks = transcribe([FakeTranscriber()], Samples(samples))
    return transcript_text([segment for _, segments in chunks for segment in segments], {})


def queue_of(stack: Stack) -> "redis.Redis":
    url = stack.environment["REDIS_URL"] or f"unix://{stack.folder}/redis/redis.sock"
    return redis.Redis.from_url(url)


def _redis_process(stack: Stack) -> psutil.Process:
    if not stack.environment["REDIS_URL"]:
        return stack.one("redis")
    return psutil.Process(int(queue_of(stack).info()["process_id"]))  # type: ignore[index]


def _whole(process: psutil.Process) -> list[psutil.Process]:
    return [process, *process.children(recursive=True)]
