"""What can be told of an engine before it is loaded."""

from pathlib import Path
from typing import Any

import pytest

from talktotext.errors import EngineUnavailable
from talktotext.speech.here import check


@pytest.mark.parametrize(
    ("name", "language", "options", "why"),
    [
        ("moonshine", "de", {}, "does not understand the language 'de'"),
        ("openai", "auto", {}, "There is no key for the speech engine 'openai'"),
        ("whisper", "auto", {"model": "small"}, "whisper"),
        ("auto", "ja", {"model": "small"}, "No engine that is here understands the language 'ja'"),
    ],
)
def test_what_is_missing_is_told(
    tmp_path: Path, name: str, language: str, options: dict[str, Any], why: str
) -> None:
    pytest.importorskip("openai")
    folder = {"folder": tmp_path} if options else {}
    with pytest.raises(EngineUnavailable) as refused:
        check(name, language, **options, **folder)
    assert why.lower() in refused.value.message.lower()
    assert refused.value.hint


@pytest.mark.parametrize(
    ("name", "language", "options"),
    [
        ("moonshine", "auto", {}),
        ("moonshine", "en-GB", {}),
        ("openai", "ja", {"api_key": "sk-1", "base_url": "", "model": "whisper-1"}),
        ("openai", "ja", {"base_url": "http://localhost:1/v1"}),
        ("auto", "en", {"model": "small", "folder": Path("/nowhere")}),
        ("fake", "tlh", {}),
    ],
)
def test_what_is_here_passes(name: str, language: str, options: dict[str, Any]) -> None:
    pytest.importorskip("openai")
    check(name, language, **options)
