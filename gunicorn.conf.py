"""How gunicorn serves TalkToText; read by `gunicorn wsgi:app` in this folder."""

import gc
import resource
import sys
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger

from talktotext import logs
from talktotext.config import ConfigError, load

try:
    _settings = load()
except ConfigError as error:
    sys.exit(f"TalkToText cannot start: {error}")

bind = f"{_settings.HOST}:{_settings.PORT}"
# Threads, so that slow uploads hold up nobody; a sync worker would be killed over one. The class is
# gunicorn's gthread with patience for slow clients.
worker_class = "talktotext.gthread.Worker"
workers = _settings.WEB_WORKERS
threads = _settings.WEB_THREADS
# A connection takes a file, and what is sent over it another; a thread takes some more. A worker
# that has none left dies, so there are only as many connections as there are files for.
_hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
_files = 2000 + 8 * threads
if _hard != resource.RLIM_INFINITY:
    _files = min(_files, _hard)
resource.setrlimit(resource.RLIMIT_NOFILE, (_files, _hard))
worker_connections = max(threads + 1, (_files - 8 * threads) // 2)
# Who is believed what about a request is TRUSTED_PROXIES, and the application's business. gunicorn
# itself would believe whoever is on this machine, or in an environment variable of its own.
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""
# The application is loaded once, before the workers are forked: settings that are wrong end the
# server with one sentence.
preload_app = True


def when_ready(_server: Any) -> None:
    """Before the workers are forked: what is loaded stays. To look for garbage among it took half
    of all processor time under load, and copied its pages for every worker."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


timeout = 60
graceful_timeout = 20
keepalive = 75
# /dev/shm spares the heartbeat files a slow disk; gunicorn's own FAQ.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
# The application logs requests itself: it knows whose they are, and leaves out what is secret.
accesslog = None


class logger_class(Logger):
    """Its own lines look like all others, and hold no more."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(logs.formatter(_settings))


# One server, looked after by its supervisor: no second door to it.
control_socket_disable = True
