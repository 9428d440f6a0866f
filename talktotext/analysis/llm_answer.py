"""What a language model is to answer, as pydantic models and as the JSON schema it is sent."""

from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue


class Answer(BaseModel):
    """Lenient in reading: what is left out is empty, what is too much is passed over."""

    model_config = ConfigDict(extra="ignore", json_schema_extra={"additionalProperties": False})


A = TypeVar("A", bound=Answer)


class Cited(Answer):
    """A sentence, the numbers of the segments it rests on, and words from them."""

    text: str
    segments: Sequence[int]
    quote: str


class Task(Cited):
    """What somebody is to do; who, and by when, as it was said."""

    owner: str | None = None
    due: str | None = None


class Headed(Cited):
    """A sentence that belongs under a heading of the kind of meeting."""

    heading: str


class SectionAnswer(Answer):
    """What a section holds. `code` is the one that the section begins with.

    The text of a chapter is its title, what it cites is how it begins.
    """

    code: str = ""
    title: str = ""
    summary: Sequence[Cited] = ()
    key_points: Sequence[Cited] = ()
    decisions: Sequence[Cited] = ()
    action_items: Sequence[Task] = ()
    open_questions: Sequence[Cited] = ()
    chapters: Sequence[Cited] = ()
    sections: Sequence[Headed] = ()


class Drawn(Answer):
    """A sentence drawn from numbered statements."""

    text: str
    sources: Sequence[int]


class MergedAnswer(Answer):
    """One summary of several sections; key points by their numbers."""

    title: str = ""
    summary: Sequence[Drawn] = ()
    key_points: Sequence[int] = ()


class _Strict(GenerateJsonSchema):
    """Everything required and no defaults, as strict structured output wants it.

    https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
    """

    def default_schema(self, schema: Any) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def field_is_required(self, field: Any, total: bool) -> bool:
        return True


def json_schema(shape: type[Answer]) -> dict[str, Any]:
    """The JSON schema of `shape`."""
    return shape.model_json_schema(schema_generator=_Strict)
