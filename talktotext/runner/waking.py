"""Telling workers that there is something to do; the database knows what."""

import logging

from talktotext.errors import QueueUnavailable
from talktotext.extensions import queue

log = logging.getLogger(__name__)


def wake(job_id: str) -> None:
    """Tell a worker about a job, if the queue can be reached."""
    try:
        queue.wake(job_id)
    except QueueUnavailable as error:
        log.warning("job %s waits for the sweep: %s", job_id, error)
