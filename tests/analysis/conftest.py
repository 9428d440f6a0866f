"""A chat server, and the engine that asks it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from talktotext.analysis.llm import LLMAnalyzer
from tests.analysis.chat_server import ChatServer


@pytest.fixture
def chat_server() -> Iterator[ChatServer]:
    """What the engine "llm" is pointed at."""
    with ChatServer() as server:
        yield server


@pytest.fixture
def llm(chat_server: ChatServer) -> Callable[..., LLMAnalyzer]:
    """llm(**options): the engine, impatient and pointed at the server."""

    def make(**options: Any) -> LLMAnalyzer:
        return LLMAnalyzer(**{"base_url": chat_server.url, "pause": 0.01, **options})

    return make
