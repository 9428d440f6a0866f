"""The job worker: `python worker.py`. Start as many as the machine has cores."""

import os
import sys
from functools import partial

import rq

from talktotext import create_app
from talktotext.config import ConfigError, Settings
from talktotext.extensions import QUEUE_NAME, connect, db
from talktotext.redis_server import running


def main() -> None:
    """Run jobs until told to stop (SIGTERM, SIGINT)."""
    try:
        app = create_app()
    except ConfigError as error:
        sys.exit(f"TalkToText cannot start: {error}")
    settings: Settings = app.config["SETTINGS"]
    with app.app_context(), running(settings):
        # Each job runs in a fork; it must not share database connections with its parent.
        os.register_at_fork(after_in_child=partial(db.engine.dispose, close=False))
        # Short intervals: a killed worker is noticed in a minute, not in a quarter of an hour.
        worker = rq.Worker(
            [QUEUE_NAME],
            connection=connect(settings),
            worker_ttl=30,
            maintenance_interval=15,
            job_monitoring_interval=5,
        )
        worker.work(logging_level=settings.LOG_LEVEL)


if __name__ == "__main__":
    main()
