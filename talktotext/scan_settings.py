"""The settings of the virus scanner."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings

from talktotext.scan import Clamd


def _is_clamd(value: str) -> str:
    if value:
        Clamd.at(value)
    return value


class ScanSettings(BaseSettings):
    """A part of `config.Settings`."""

    CLAMD_URL: Annotated[str, AfterValidator(_is_clamd)] = Field(
        "",
        description="ClamAV's daemon, which every recording is shown before it is transcribed: "
        "`tcp://host:3310` or `unix:/run/clamav/clamd.ctl`; unset: nothing is scanned.",
    )
    CLAMD_ABSENT: Literal["wait", "refuse"] = Field(
        "wait",
        description="What recordings do while it is away: `wait` until it is back, for a day, or "
        "`refuse`: they fail, and can be tried again.",
    )
    CLAMD_TOO_LARGE: Literal["refuse", "accept"] = Field(
        "refuse",
        description="What becomes of recordings larger than it takes: `refuse`, or `accept` them "
        "unscanned. Debian's clamd takes 25 MB: set StreamMaxLength, MaxFileSize and MaxScanSize "
        "in its clamd.conf to MAX_CONTENT_LENGTH, and AlertExceedsMax to yes.",
    )

    @property
    def clamd(self) -> Clamd | None:
        """The scanner, if there is one."""
        return Clamd.at(self.CLAMD_URL) if self.CLAMD_URL else None
