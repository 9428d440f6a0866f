"""Recordings are shown to the virus scanner, if there is one, before they are transcribed; what is
behind a link before anything reads it."""

import logging
from pathlib import Path

from pydantic import BaseModel

from talktotext.errors import Infected, NotScanned, ScannerUnavailable, TooLargeToScan
from talktotext.jobs.base import Inputs
from talktotext.recordings import sha256_of
from talktotext.scan import Clamd

log = logging.getLogger(__name__)


class Scanned(BaseModel):
    """Whether a recording has been to the scanner.

    Attributes:
        scanned: by this job. A later one shows it again: by then more viruses are known.
    """

    scanned: bool = False


def scanned(inputs: Inputs, path: Path) -> bool:
    """Whether the recording at `path` was scanned, and nothing found; False without a scanner.

    Raises:
        Infected: it finds one.
        ScannerUnavailable, NotScanned: it is away, and that is to be waited for or not.
        ScannerFailed, TooLargeToScan: it cannot say.
    """
    clamd = inputs.settings.clamd
    if clamd is None:
        return False
    if found := _virus_in(inputs, path, clamd):
        with path.open("rb") as file:
            raise Infected(signature=found, sha256=sha256_of(file))
    return True


def _virus_in(inputs: Inputs, path: Path, clamd: Clamd) -> str | None:
    log.info("job %s: scanning for viruses", inputs.job_id)
    try:
        return clamd.virus_in(path)
    except ScannerUnavailable as error:
        if inputs.settings.CLAMD_ABSENT == "wait":
            raise
        raise NotScanned from error
    except TooLargeToScan:
        if inputs.settings.CLAMD_TOO_LARGE == "refuse":
            raise
        log.warning("job %s: too large for the virus scanner; not scanned", inputs.job_id)
        return None
