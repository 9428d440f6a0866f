"""The same work on plain RQ, as one would write it in an afternoon: a job function that decodes,
transcribes and writes a result, `Retry(max=3)`, `rq worker`, and a supervisor that keeps it up.

    python -m benchmarks.plain_rq FOLDER WORKERS     what `flask serve` is for TalkToText
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import redis
import rq

from benchmarks.faults import POSTGRESQL, WEB
from benchmarks.sounds import Sound
from benchmarks.target import Target, Team, children, command, end
from talktotext import media, redis_server, supervisor
from talktotext.config import ROOT, Settings
from talktotext.jobs.shown import transcript_text
from talktotext.speech.base import Samples
from talktotext.speech.fake import FakeTranscriber
from talktotext.speech.pipeline import transcribe

QUEUE = "plain"
PATIENCE = 120.0  # seconds
JOB_SECONDS = 3600


def work(name: str, folder: str, delay: float) -> None:
    """The job: recording -> result."""
    place = Path(folder)
    _note(place / "begun", name)
    with tempfile.TemporaryDirectory(dir=place) as scratch:
        recording, decoded = place / "recordings" / name, Path(scratch) / "samples"
        media.decode(recording, decoded, max_duration=3600, timeout=900)
        engine = FakeTranscriber(delay=delay, journal=place / "heard")
        chunks = transcribe([engine], Samples(media.open_samples(decoded)))
        segments = [segment for _, found in chunks for segment in found]
        result = Path(scratch) / "result"
        result.write_text(transcript_text(segments, {}))
        result.replace(place / "results" / name)
    _note(place / "finished", name)


def _note(journal: Path, name: str) -> None:
    with journal.open("a") as lines:
        lines.write(f"{name}\n")


class Plain(Target):
    """Plain RQ: its workers and its Redis."""

    name = "plain RQ"
    spared = (*WEB, *POSTGRESQL)

    def __init__(self, folder: Path, delay: float, workers: int):
        super().__init__(folder)
        self.delay, self.workers = delay, workers
        self.journal = folder / "heard"
        self.process: subprocess.Popen[bytes] | None = None
        for name in ("recordings", "results"):
            (folder / name).mkdir()

    def start(self) -> None:
        command = [sys.executable, "-m", "benchmarks.plain_rq", str(self.folder), str(self.workers)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        deadline = time.monotonic() + 30
        while len(self.teams()) < self.workers and time.monotonic() < deadline:
            time.sleep(0.1)

    def stop(self) -> None:
        assert self.process is not None
        end(self.process, 60)

    def top(self) -> psutil.Process:
        assert self.process is not None
        return psutil.Process(self.process.pid)

    def teams(self) -> list[Team]:
        found = []
        for worker in children(self.top()):
            if "rq worker" in command(worker):
                horses = children(worker)
                found.append(Team(worker, worker, horses[0] if horses else None))
        return found

    def queue(self) -> rq.Queue:
        return rq.Queue(QUEUE, connection=self.connection())

    def send(self, _number: int, sound: Sound) -> None:
        """What its web server would do: keep the file and enqueue; asked again if that fails."""
        (self.folder / "recordings" / sound.name).write_bytes(sound.wav())
        arguments = (sound.name, str(self.folder), self.delay)
        options = {"job_id": Path(sound.name).stem, "retry": rq.Retry(max=3)}
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                self.queue().enqueue(work, args=arguments, job_timeout=JOB_SECONDS, **options)
            except redis.RedisError:
                time.sleep(1)
            else:
                return


def main() -> None:
    """Keep Redis and the workers up until told to stop."""
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    settings = Settings(_env_file=None, INSTANCE_FOLDER=folder, REDIS_URL="", DATABASE_URL="")
    worker = [str(Path(sys.executable).with_name("rq")), "worker", "--url", settings.redis_url]
    programs = [supervisor.Program("redis", redis_server.command(settings))]
    programs += [supervisor.Program(f"rq {n}", [*worker, QUEUE]) for n in range(count)]
    supervisor.keep_up(programs)


if __name__ == "__main__":
    main()
