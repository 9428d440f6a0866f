"""How a document is to look: as the operator set it, and as whoever asks for it wants it."""

import logging
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, Field

from talktotext.config import Settings
from talktotext.documents.template import PARTS, PageSize, Part, Template, checked_logo

log = logging.getLogger(__name__)


class Look(BaseModel):
    """What a person may ask of a document; what is None is as the operator set it."""

    page_size: PageSize | None = Field(None, description="Paper: `A4` or `Letter`.")
    accent: str | None = Field(
        None, description="Colour of headings and charts, as `0B6174` or `#0B6174`."
    )
    sections: tuple[Part, ...] | None = Field(
        None, description="What is to stand in it: with commas, or the member several times."
    )
    logo: bool | None = Field(None, description="False: without the operator's logo.")


def template_of(settings: Settings, look: Look, logo: bytes | None = None) -> Template:
    """The template of a document, equal for what looks the same.

    Args:
        logo: a picture of one's own, instead of the operator's; one that was checked.
    """
    parts = frozenset(look.sections or settings.DOCUMENT_SECTIONS or PARTS)
    accent = look.accent or settings.DOCUMENT_ACCENT
    template = Template(
        page_size=look.page_size or settings.DOCUMENT_PAGE_SIZE,
        accent=f"#{accent.lstrip('#').upper()}",
        parts=None if len(parts) == len(PARTS) else parts,
    )
    picture = logo or (_logo_of(settings) if look.logo is not False else None)
    return template.model_copy(update={"logo": picture})  # decoding it again would take a while


def _logo_of(settings: Settings) -> bytes | None:
    """The operator's picture; None if there is none, or if it went bad since the start."""
    path = settings.DOCUMENT_LOGO
    try:
        return _checked(path, path.stat().st_mtime_ns) if path else None
    except (OSError, ValueError) as error:
        log.error("DOCUMENT_LOGO cannot be used: %s", error)
        return None


@lru_cache(maxsize=1)
def _checked(path: Path, _written: int) -> bytes:
    """The picture, looked at once."""
    return checked_logo(path.read_bytes())
