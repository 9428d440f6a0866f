"""The settings of links: whether they are fetched, and from where."""

import re
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode

from talktotext.fetch import Policy


def _listed(value: Any) -> Any:
    """What stands between commas."""
    return [each for each in map(str.strip, value.split(",")) if each] if _is_text(value) else value


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _are_places(places: list[str]) -> list[str]:
    try:
        Policy.of(places)
    except ValueError as error:
        raise ValueError(f"is not names, addresses and networks with commas: {error}") from None
    return places


def _are_extractors(names: list[str]) -> list[str]:
    for name in names:
        if not re.fullmatch(r"[a-z0-9][\w:.-]*", name, re.IGNORECASE):
            raise ValueError(f"is not names of yt-dlp's extractors with commas: {name}")
        if name.lower() in ("generic", "default", "all", "end"):
            raise ValueError(f"is not to hold {name}: it fetches from anywhere")
    return [name.lower() for name in names]


Listed = BeforeValidator(_listed)
Places = Annotated[list[str], NoDecode, Listed, AfterValidator(_are_places)]
Extractors = Annotated[list[str], NoDecode, Listed, AfterValidator(_are_extractors)]
Ports = Annotated[list[Annotated[int, Field(ge=1, le=65535)]], NoDecode, Listed]


class LinkSettings(BaseSettings):
    """A part of `config.Settings`."""

    LINKS_ENABLED: bool = Field(
        True, description="Whether recordings may be given as links; see docs/links.md."
    )
    LINK_SECONDS: float = Field(
        900.0, gt=0, description="How long an attempt to fetch a link may take, of JOB_SECONDS."
    )
    LINK_PORTS: Ports = Field([80, 443], description="Ports of public hosts, with commas.")
    LINK_PRIVATE_HOSTS: Places = Field(
        [],
        description="Hosts that links may lead to though they are not public: names, addresses and "
        "networks (`media.lan,10.1.0.0/16`), with commas. Every user can then read what is there.",
    )
    LINK_CA_FILE: Path | None = Field(
        None, description="Certificates (PEM) to trust besides the system's, for such hosts."
    )
    LINK_PAGES: Extractors = Field(
        [],
        description="Sites whose pages are links as well: yt-dlp's extractors, with commas "
        "(`youtube,vimeo`). Needs requirements/pages.txt.",
    )
