"""The settings of the engines of speech and of analysis: which, and what they are made with."""

from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings


def _is_http(value: str) -> str:
    if value and urlsplit(value).scheme not in ("http", "https"):
        raise ValueError("must begin with http:// or https://")
    return value


HttpAddress = Annotated[str, AfterValidator(_is_http)]


class EngineSettings(BaseSettings):
    """A part of `config.Settings`."""

    TRANSCRIBER: str = Field(
        "auto",
        description="The speech engine: `moonshine`, `whisper`, `openai`, `fake`, or `auto` for "
        "Whisper if its weights are there and else Moonshine; see docs/engines.md.",
    )
    TRANSCRIBER_OPTIONS: dict[str, Any] = Field(
        {}, description="Options of the speech engine, as a JSON object; see its file in speech/."
    )
    SPEECH_THREADS: int = Field(
        0,
        ge=0,
        description="Threads that a worker transcribes on (for `openai`: requests under way at "
        "once); 0: the machine's cores, shared among WORKERS.",
    )
    DIARIZER: str = Field(
        "moonshine",
        description="What tells speakers apart: `moonshine`, `pyannote`, or `none`.",
    )
    DIARIZER_OPTIONS: dict[str, Any] = Field(
        {}, description="Options of the diarizer, as a JSON object; see its file in speech/."
    )
    MODEL_FOLDER: Path = Field(
        Path(), description="Weights of speech models; `models` in the instance folder if unset."
    )
    WHISPER_MODEL: str = Field(
        "small", description="The Whisper model: a name in MODEL_FOLDER, or a path."
    )
    WHISPER_DEVICE: Literal["auto", "cpu", "cuda"] = Field(
        "auto", description="Where Whisper runs; `auto` is a GPU if there is one."
    )
    WHISPER_COMPUTE: str = Field(
        "auto", description="Its numbers, as CTranslate2 calls them; `auto` is `int8` on a CPU."
    )
    OPENAI_API_KEY: str = Field(
        "", description="The key that `openai` is used with; a server of your own may need none."
    )
    OPENAI_BASE_URL: HttpAddress = Field(
        "", description="Address of an OpenAI-compatible server, with its `/v1`; unset: OpenAI's."
    )
    OPENAI_TRANSCRIPTION_MODEL: str = Field(
        "whisper-1", description="The speech model, as that server calls it."
    )
    OPENAI_TIMEOUT: float = Field(
        120.0, gt=0, description="Seconds without a word from that server after which it is busy."
    )
    ANALYZER: str = Field(
        "extractive",
        description="The analysis engine: `extractive`, or `llm` for a language model on an "
        "OpenAI-compatible server; see docs/notes.md.",
    )
    LLM_BASE_URL: HttpAddress = Field(
        "", description="Address of the language model's server; unset: OPENAI_BASE_URL's."
    )
    LLM_API_KEY: str = Field(
        "", description="The key for it; unset: OPENAI_API_KEY, if the server is the same."
    )
    LLM_MODEL: str = Field(
        "gpt-4o-mini", description="The language model, as that server calls it."
    )
    LLM_CONTEXT: int = Field(
        24_000,
        ge=2_000,
        description="Characters of transcript that it is shown at once, about four a token.",
    )
    LLM_TIMEOUT: float = Field(
        300.0, gt=0, description="Seconds it may take for an answer; after that it is busy."
    )
    LLM_OPTIONS: dict[str, Any] = Field(
        {}, description='Further members of each request to it, as JSON: `{"temperature": 0.2}`.'
    )
    LLM_PROMPTS: Path | None = Field(
        None, description="A folder of prompts that go before those in analysis/prompts."
    )

    def analyzer_options(self, name: str) -> dict[str, Any]:
        """What the analysis engine of that name is made with."""
        if name != "llm":
            return {}
        # A server of its own does not get the key to another one.
        shared_key = "" if self.LLM_BASE_URL else self.OPENAI_API_KEY
        return {
            "api_key": self.LLM_API_KEY or shared_key,
            "base_url": self.LLM_BASE_URL or self.OPENAI_BASE_URL,
            "model": self.LLM_MODEL,
            "timeout": self.LLM_TIMEOUT,
            "context": self.LLM_CONTEXT,
            "prompts": self.LLM_PROMPTS,
            "options": self.LLM_OPTIONS,
        }
