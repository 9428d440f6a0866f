"""Field types and models that several routes share."""

import re
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    StringConstraints,
    model_serializer,
    model_validator,
)

# PostgreSQL takes no NUL, nobody's name holds a bell, and what a terminal obeys begins with these.
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")


def no_controls(text: str) -> str:
    if CONTROLS.search(text):
        raise ValueError("must not contain control characters")
    return text


def _distinct(terms: list[str]) -> list[str]:
    first: dict[str, str] = {}
    for term in terms:
        first.setdefault(term.casefold(), term)
    return list(first.values())


NoControls = AfterValidator(no_controls)
Line = Annotated[str, StringConstraints(strip_whitespace=True), NoControls]
Term = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), NoControls
]
Vocabulary = Annotated[list[Term], Field(max_length=100), AfterValidator(_distinct)]


class In(BaseModel):
    """A body or query that came in; what we do not know is left alone."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)


class Form(In):
    """A form sends what was left empty as an empty text; that counts as missing.

    Attributes:
        verbatim: names of fields in which blanks are no emptiness.
    """

    verbatim: ClassVar[tuple[str, ...]] = ()

    @model_validator(mode="before")
    @classmethod
    def _empty_is_missing(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        return {k: v for k, v in data.items() if not _empty(v, verbatim=k in cls.verbatim)}


def _empty(value: Any, *, verbatim: bool) -> bool:
    return value is None or (isinstance(value, str) and not (value if verbatim else value.strip()))


class Out(BaseModel):
    """An answer; made from rows too."""

    model_config = ConfigDict(from_attributes=True)


class Sparse(Out):
    """An answer in which what there is not is not named."""

    @model_serializer(mode="wrap")
    def _without_none(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in dump(self).items() if value is not None}


class HealthOut(Out):
    """Whether what the service stands on answers."""

    status: Literal["ok", "degraded", "down"]
    database: Literal["ok", "unreachable"]
    queue: Literal["ok", "unreachable"]


class Problem(BaseModel):
    """An error: RFC 9457 problem details and a sentence for a person in `error`."""

    error: str
    type: str
    title: str
    status: int
    detail: str
    code: str
    retryable: bool
    hint: str | None = None
    fields: dict[str, Any] | None = None
    request_id: str | None = None


class PageIn(Form):
    limit: int = Field(100, ge=1, le=500)
    cursor: str | None = None


class ListHeaders(Out):
    link: Any = Field(None, alias="Link")
    total: int = Field(alias="X-Total-Count")


class MaybeListHeaders(Out):
    """Of what may also come as a file, which is no page of a list."""

    link: Any = Field(None, alias="Link")
    total: Any = Field(None, alias="X-Total-Count")
