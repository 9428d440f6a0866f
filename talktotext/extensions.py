"""Extensions: made here, bound in create_app."""

from typing import Any, cast

import redis
import rq
from flask import Flask, current_app
from flask_cors import CORS
from flask_jwt_extended import JWTManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq.worker import BaseWorker
from sqlalchemy import Engine, event

from talktotext.config import Settings
from talktotext.errors import QueueUnavailable
from talktotext.models.base import Base

# What the queue carries is this function's dotted name and a job's id, nothing else.
WORK = "talktotext.runner.work"
QUEUE_NAME = "talktotext"


class JobQueue:
    """The RQ queue that wakes workers. It may be away; the database knows what is to be done."""

    def init_app(self, app: Flask) -> None:
        settings: Settings = app.config["SETTINGS"]
        # A black-holed Redis must not hold a request for a minute: one short try, no retries.
        connection = connect(
            settings, socket_timeout=1, socket_connect_timeout=1, retry=Retry(NoBackoff(), 0)
        )
        app.extensions["queue"] = rq.Queue(QUEUE_NAME, connection=connection)

    @property
    def tokens(self) -> rq.Queue:
        return cast(rq.Queue, current_app.extensions["queue"])

    def wake(self, job_id: str) -> None:
        """Ask a worker to run a job.

        Raises:
            QueueUnavailable: Redis does not answer.
        """
        try:
            self.tokens.enqueue_call(WORK, (job_id,), timeout=-1, result_ttl=0, failure_ttl=3600)
        except redis.RedisError as error:
            raise QueueUnavailable from error

    def length(self) -> int:
        """How many wake-ups wait. Raises QueueUnavailable."""
        try:
            return self.tokens.count
        except redis.RedisError as error:
            raise QueueUnavailable from error

    def workers(self) -> list[BaseWorker]:
        """The workers that are there. Raises QueueUnavailable."""
        try:
            return rq.Worker.all(queue=self.tokens)
        except redis.RedisError as error:
            raise QueueUnavailable from error

    def ping(self) -> None:
        """Raises QueueUnavailable unless Redis answers within a second or two."""
        try:
            self.tokens.connection.ping()
        except redis.RedisError as error:
            raise QueueUnavailable from error


def connect(settings: Settings, **options: Any) -> redis.Redis:
    """A connection to the queue's Redis; `options` go to redis-py."""
    if settings.redis_url.startswith("rediss://") and not settings.REDIS_TLS_VERIFY:
        options["ssl_cert_reqs"] = "none"
    return redis.Redis.from_url(settings.redis_url, **options)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """WAL lets web and worker write at once; the busy timeout lets them take turns."""
    if type(connection).__module__.startswith("sqlite3"):
        cursor = connection.cursor()
        for pragma in ("busy_timeout=15000", "journal_mode=WAL", "synchronous=NORMAL"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()


event.listen(Engine, "connect", _prepare_sqlite)

# Rows stay readable after a commit, so that a request need not hold a connection to use them.
db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})
migrate = Migrate(render_as_batch=True, compare_type=True)
jwt = JWTManager()
cors = CORS()
queue = JobQueue()
