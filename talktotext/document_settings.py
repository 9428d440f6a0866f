"""The settings of documents: how they look, and where they link to."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode

from talktotext.documents.template import ACCENT, PARTS, PageSize, Part, checked_logo
from talktotext.engine_settings import HttpAddress


class DocumentSettings(BaseSettings):
    """A part of `config.Settings`."""

    BASE_URL: HttpAddress = Field(
        "",
        description="Where people read notes, for links from documents to moments of the "
        "recording; `/notes/{note_id}?t={seconds}` is added, unless it says itself where those "
        "go. Unset: no links.",
    )
    DOCUMENT_PAGE_SIZE: PageSize = Field("A4", description="Paper of documents: `A4` or `Letter`.")
    DOCUMENT_ACCENT: str = Field(
        ACCENT,
        pattern=r"^#?[0-9A-Fa-f]{6}$",
        description="Colour of their headings and charts, as `#RRGGBB`.",
    )
    DOCUMENT_SECTIONS: Annotated[list[Part], NoDecode] = Field(
        [],
        description=f"What stands in them, with commas: of {', '.join(PARTS)}. Unset: all of it.",
    )
    DOCUMENT_LOGO: Path | None = Field(
        None, description="A small PNG or JPEG picture that stands at their head."
    )

    @field_validator("DOCUMENT_SECTIONS", mode="before")
    @classmethod
    def _with_commas(cls, value: Any) -> Any:
        if isinstance(value, str):
            return [name.strip() for name in value.split(",") if name.strip()]
        return value

    def logo_complaint(self) -> str | None:
        """Why DOCUMENT_LOGO cannot be used, if it cannot."""
        try:
            _ = self.DOCUMENT_LOGO and checked_logo(self.DOCUMENT_LOGO.read_bytes())
        except OSError as error:
            return error.strerror or str(error)
        except ValueError as error:
            return str(error)
        return None
