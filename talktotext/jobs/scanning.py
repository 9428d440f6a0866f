"""Recordings are shown to the virus scanner before they are decoded, if there is one."""

import logging
from pathlib import Path

from talktotext.errors import Infected, NotScanned, ScannerUnavailable, TooLargeToScan
from talktotext.jobs.base import Inputs
from talktotext.scan import Clamd

log = logging.getLogger(__name__)


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
        raise Infected(signature=found)
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
